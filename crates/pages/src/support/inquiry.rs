//! 問い合わせ: the briefing's form with its two-level categories, a thread by mail and page, the service
//! desk's queue.

use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use platform::form::Form;
use platform::texts::Lang;
use rules::access::Act;
use rules::application::grouped;
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::support::{self, Inquiry, InquiryStatus, Question};

pub fn routes() -> Vec<Route> {
    vec![
        page("/inquiries", Act::UseOwnAccount, own_list),
        page("/inquiries/new", Act::ReadPublic, new),
        command("/inquiries/new", Act::Enter, send, new),
        page("/inquiries/{inquiry}", Act::ReadPublic, thread),
        command("/inquiries/{inquiry}", Act::Enter, reply, thread),
        page("/support", Act::AnswerInquiries, queue),
        page("/support/inquiries", Act::AnswerInquiries, queue),
        page("/support/inquiries/{inquiry}", Act::AnswerInquiries, case),
        command("/support/inquiries/{inquiry}", Act::AnswerInquiries, answer, case),
    ]
}

fn state(inquiry: &Inquiry) -> (&'static str, &'static str) {
    match inquiry.status {
        InquiryStatus::Answered => ("回答済", "ok"),
        InquiryStatus::Closed => ("終了", "plain"),
        InquiryStatus::Open => ("回答待ち", "wait"),
    }
}

fn inquiry_json(inquiry: &Inquiry, now: Timestamp) -> Value {
    let (word, tone) = state(inquiry);
    let mut value = serde_json::to_value(inquiry).unwrap_or_default();
    value["word"] = json!(word);
    value["tone"] = json!(tone);
    value["late"] = json!(inquiry.status == InquiryStatus::Open && inquiry.due_at < now);
    value
}

fn load(tx: &mut Tx<'_>, visit: &Visit) -> Result<Inquiry, Trouble> {
    Ok(support::inquiry(tx, visit.param("inquiry"))?)
}

fn messages(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>, Trouble> {
    Ok(support::messages(tx, id)?
        .into_iter()
        .map(|m| json!({"desk": m.desk, "name": m.name, "text": m.text, "at": m.at}))
        .collect())
}

/// Details under their categories, for a select with groups.
fn groups(visit: &Visit) -> Vec<Value> {
    visit
        .masters()
        .knowledge
        .categories
        .iter()
        .map(|c| json!({"label": c.label, "details": c.details}))
        .collect()
}

fn new(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let knowledge = visit.masters().knowledge.clone();
    let text = typed
        .form
        .as_ref()
        .map_or_else(|| input::text(visit.query("text")), |f| input::text(f.get("text")));
    let from: String = visit.query("from").chars().take(200).collect();
    let from = if from.starts_with('/') {
        from
    } else {
        typed.form.as_ref().map_or(String::new(), |f| f.get("page").to_string())
    };
    let near = if text.is_empty() { vec![] } else { knowledge.near(&text, 3) };
    let suggested = near.first().map_or(String::new(), |f| f.detail.clone());
    let english = visit.request.lang == Lang::En;
    let near: Vec<Value> = near
        .iter()
        .map(|f| json!({"id": f.id, "q": if english { &f.q_en } else { &f.q }, "a": if english { &f.a_en } else { &f.a }}))
        .collect();
    let mut phone = String::new();
    if let Some(person) = &visit.person {
        phone = work::venue::phone_of(tx, &person.mail)?.unwrap_or_default();
    }
    visit.page(
        "support/inquiry-new.html",
        typed,
        json!({
            "h1": "問い合わせフォーム", "plain_h1": true, "text": text, "near": near, "looked": typed.form.is_some(), "groups": groups(visit), "suggested": suggested, "from": from,
            "mail": visit.person.as_ref().map(|p| p.mail.clone()), "name": visit.person.as_ref().map(|p| p.name.clone()), "phone_number": phone,
            "desk_phone": knowledge.phone, "hours": if english { &knowledge.hours_en } else { &knowledge.hours }, "within": knowledge.answer_within,
        }),
    )
}

fn send(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let knowledge = visit.masters().knowledge.clone();
    let mut errors = Errors::default();
    let text = input::text(form.get("text"));
    if text.is_empty() {
        errors.add("text", "お問い合わせの内容を書いてください");
    }
    errors.take("text", input::long_text("内容", &text, 4000));
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    // First the near answers are shown; nothing is sent yet.
    if form.get("looked") != "yes" {
        return Err(Trouble::Refused { status: 200, errors });
    }
    let mail = errors.take("mail", input::mail("メールアドレス", form.get("mail")));
    let phone = errors.take("phone", input::phone("電話番号", form.get("phone")));
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let detail = form.get("detail");
    let category = knowledge.categories.iter().find(|c| c.details.iter().any(|d| d == detail));
    if category.is_none() {
        errors.add("detail", input::InputFault::NotChosen("お問い合わせ分類".into()));
    }
    let (Some(mail), Some(phone), Some(category), true) =
        (mail, phone, category, errors.is_empty())
    else {
        return Err(Trouble::refused(errors));
    };
    let mut due = time::date(visit.now);
    for _ in 0..knowledge.answer_within {
        due = visit.masters().holidays.on_or_after(due.saturating_add(jiff::Span::new().days(1)));
    }
    let due = time::instant(due.at(17, 0, 0, 0));
    let page: String = form.get("page").chars().take(200).collect();
    let venue = page
        .strip_prefix("/venues/")
        .and_then(|rest| rest.split('/').next())
        .filter(|v| visit.memberships.iter().any(|h| h.scope_id == *v))
        .map(str::to_string);
    let id = support::ask(
        &visit.caller(),
        tx,
        &Question {
            account: visit.person.as_ref().map(|p| p.id.as_str()),
            venue: venue.as_deref(),
            mail: &mail,
            phone: &phone,
            name: &name,
            category: &category.label,
            detail,
            page: &page,
            text: &text,
            due,
        },
    )?;
    Ok(Done::saying(format!("/inquiries/{id}"), "inquiry.sent"))
}

fn own_list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let rows = support::of_account(tx, &person.id)?;
    let rows: Vec<Value> = rows.iter().map(|i| inquiry_json(i, visit.now)).collect();
    visit.page(
        "support/inquiries.html",
        typed,
        json!({"h1": "問い合わせ", "plain_h1": true, "rows": rows}),
    )
}

/// The address is the key: it is only in the mail, and on the page of the one who asked.
fn thread(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let inquiry = load(tx, visit)?;
    let messages = messages(tx, &inquiry.id)?;
    visit.page(
        "support/inquiry.html",
        typed,
        json!({"h1": format!("問い合わせ {}", inquiry.number), "plain_h1": true, "i": inquiry_json(&inquiry, visit.now), "messages": messages, "crumbs": [["/help", "ヘルプ"]]}),
    )
}

fn text_of(form: &Form) -> Result<String, Trouble> {
    let text = input::text(form.get("text"));
    if text.is_empty() || text.chars().count() > 4000 {
        return Err(Trouble::at("text", "内容を4000文字までで書いてください"));
    }
    Ok(text)
}

fn reply(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let inquiry = load(tx, visit)?;
    let here = format!("/inquiries/{}", inquiry.id);
    if form.get("go") == "close" {
        support::done(&visit.caller(), tx, &inquiry)?;
        return Ok(Done::saying(here, "inquiry.closed"));
    }
    let text = text_of(form)?;
    support::reply(&visit.caller(), tx, &inquiry, &text)?;
    Ok(Done::saying(here, "inquiry.replied"))
}

fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let show = visit.query("show");
    let rows = match show {
        "all" => support::all(tx)?,
        "mine" => support::open_with(tx, &visit.actor().account)?,
        _ => support::open(tx)?,
    };
    let counts = support::categories(tx, visit.now - SignedDuration::from_hours(24 * 30))?;
    let bars: Vec<(String, Vec<i64>)> =
        counts.iter().map(|(c, n)| (c.chars().take(11).collect(), vec![*n])).collect();
    let finding = counts
        .first()
        .map_or("この30日の問い合わせはありません".to_string(), |(c, n)| {
            format!("この30日で最も多いのは「{c}」の{n}件です", n = grouped(n))
        });
    visit.page(
        "support/queue.html",
        typed,
        json!({"h1": "問い合わせ", "plain_h1": true, "rows": rows.iter().map(|i| inquiry_json(i, visit.now)).collect::<Vec<_>>(), "show": show, "finding": finding, "svg": web::chart::bars(&finding, &bars, "件"), "counts": counts}),
    )
}

fn case(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let inquiry = load(tx, visit)?;
    visit.reads_contacts_of("inquiry", &inquiry.number);
    let messages = messages(tx, &inquiry.id)?;
    let last = messages
        .iter()
        .rev()
        .find(|m| m["desk"] == false)
        .and_then(|m| m["text"].as_str())
        .unwrap_or_default()
        .to_string();
    let near: Vec<Value> = visit
        .masters()
        .knowledge
        .near(&last, 3)
        .into_iter()
        .map(|f| json!({"id": f.id, "q": f.q, "a": f.a}))
        .collect();
    let version = inquiry.version;
    visit.page(
        "support/case.html",
        typed,
        json!({"h1": format!("問い合わせ {}", inquiry.number), "plain_h1": true, "i": inquiry_json(&inquiry, visit.now), "messages": messages, "near": near, "version": version, "groups": groups(visit), "mine": inquiry.assigned_to.as_deref() == Some(visit.actor().account.as_str()), "crumbs": [["/support/inquiries", "問い合わせ"]]}),
    )
}

fn answer(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let inquiry = load(tx, visit)?;
    form.expect_version(inquiry.version)?;
    let here = format!("/support/inquiries/{}", inquiry.id);
    match form.get("go") {
        "take" => {
            support::take(&visit.caller(), tx, &inquiry)?;
            Ok(Done::saying(here, "inquiry.taken"))
        }
        "close" => {
            support::close(&visit.caller(), tx, &inquiry)?;
            Ok(Done::saying("/support/inquiries", "inquiry.closed"))
        }
        _ => {
            support::answer(&visit.caller(), tx, &inquiry, &text_of(form)?)?;
            Ok(Done::saying(here, "inquiry.answered"))
        }
    }
}
