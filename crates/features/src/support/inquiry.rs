//! 問い合わせ: the seed's form with its two-level categories, a thread by mail and page, the service desk's queue.

use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use platform::english;
use platform::form::{Errors, Form};
use platform::outbox::{self, Mail};
use platform::texts::Lang;
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::application::grouped;
use rules::{input, time};
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/inquiries", Act::UseOwnAccount, own_list),
        page("/inquiries/new", Act::ReadPublic, new),
        deed("/inquiries/new", Act::Enter, send, new),
        page("/inquiries/{inquiry}", Act::ReadPublic, thread),
        deed("/inquiries/{inquiry}", Act::Enter, reply, thread),
        page("/support", Act::AnswerInquiries, queue),
        page("/support/inquiries", Act::AnswerInquiries, queue),
        page("/support/inquiries/{inquiry}", Act::AnswerInquiries, case),
        deed("/support/inquiries/{inquiry}", Act::AnswerInquiries, answer, case),
    ]
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    struct Inquiry {
        id: String,
        number: String,
        account_id: Option<String>,
        venue_id: Option<String>,
        mail: String,
        phone: String,
        name: String,
        category: String,
        detail: String,
        page: String,
        status: String,
        made_at: Timestamp,
        due_at: Timestamp,
        assigned_to: Option<String>,
        assigned_name: Option<String>,
        version: i64,
    }
}

impl Inquiry {
    fn status(&self) -> (&'static str, &'static str) {
        match self.status.as_str() {
            "answered" => ("回答済", "ok"),
            "closed" => ("終了", "plain"),
            _ => ("回答待ち", "wait"),
        }
    }
    fn json(&self, now: Timestamp) -> Value {
        let (word, tone) = self.status();
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["word"] = json!(word);
        value["tone"] = json!(tone);
        value["late"] = json!(self.status == "open" && self.due_at < now);
        value
    }
}

macro_rules! inquiries {
    ($which:literal) => {
        sql!(concat!(
            "select id, number, account_id, venue_id, mail, phone, name, category, detail, page,
                    status, made_at, due_at, assigned_to, assigned_name, version
               from inquiry ",
            $which
        ))
    };
}

fn load(tx: &mut Tx<'_>, id: &str) -> Result<Inquiry, Trouble> {
    tx.first(inquiries!("where id = $1"), args![id])?.ok_or(Trouble::NotFound)
}

/// How many wait for an answer, for the desk's home page.
/// How many inquiries are open, and when the first of them is to be answered.
pub fn open_of(tx: &mut Tx<'_>) -> Result<(i64, Option<Timestamp>), Trouble> {
    let open = sql!("select count(*), min(due_at) from inquiry where status = 'open'");
    Ok(tx.one(open, args![])?)
}

fn messages(tx: &mut Tx<'_>, id: &str) -> Result<Vec<Value>, Trouble> {
    let rows: Vec<(bool, String, String, Timestamp)> = tx.all(
        sql!(
            "select desk, name, text, at from inquiry_message where inquiry_id = $1 order by at, id"
        ),
        args![id],
    )?;
    Ok(rows
        .into_iter()
        .map(|(desk, name, text, at)| json!({"desk": desk, "name": name, "text": text, "at": at}))
        .collect())
}

fn add_message(
    tx: &mut Tx<'_>,
    now: Timestamp,
    inquiry: &str,
    desk: bool,
    name: &str,
    text: &str,
) -> Result<(), Trouble> {
    tx.run(
        sql!(
            "insert into inquiry_message (id, inquiry_id, desk, name, text, at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![ids::timed("im", now), inquiry, desk, name, text, now],
    )?;
    Ok(())
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
        let known: Option<(String,)> = tx.first(
            sql!(
                "select phone from contact where mail = $1 and left_at is null order by id limit 1"
            ),
            args![&person.mail],
        )?;
        phone = known.map_or(String::new(), |(p,)| p);
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
    let id = ids::secret();
    let number = work::application::official_number(tx, "Q", visit.now)?;
    let mut due = time::date(visit.now);
    for _ in 0..knowledge.answer_within {
        due = visit.masters().holidays.on_or_after(due.saturating_add(jiff::Span::new().days(1)));
    }
    let due = time::instant(due.at(17, 0, 0, 0));
    let page: String = form.get("page").chars().take(200).collect();
    let venue = page
        .strip_prefix("/venues/")
        .and_then(|rest| rest.split('/').next())
        .filter(|v| visit.hats.iter().any(|h| h.scope_id == *v))
        .map(str::to_string);
    tx.run(
        sql!(
            "insert into inquiry
                         (id, number, account_id, venue_id, mail, phone, name, category, detail,
                          page, status, made_at, due_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $11)"
        ),
        args![
            &id,
            &number,
            visit.person.as_ref().map(|p| p.id.clone()),
            venue,
            &mail,
            &phone,
            &name,
            &category.label,
            detail,
            &page,
            visit.now,
            due
        ],
    )?;
    add_message(tx, visit.now, &id, false, &name, &text)?;
    visit.journal(
        tx,
        ("inquiry", &number),
        "inquiry.send",
        Value::Null,
        json!({"category": category.label, "detail": detail}),
        None,
    )?;
    let body = format!(
        "お問い合わせを受け付けました。{}までに回答します。\n\n番号：{number}\n分類：{}　{detail}\n\nやり取りは次のページで続けられます。\n{}/inquiries/{id}",
        time::say_moment(due),
        category.label,
        visit.house.base_url
    );
    outbox::put(
        tx,
        visit.now,
        &Mail {
            to: mail,
            subject: format!("【問い合わせ {number}】受け付けました"),
            body,
            about: ("inquiry".into(), number.clone()),
        },
    )?;
    Ok(Done::saying(format!("/inquiries/{id}"), "inquiry.sent"))
}

fn own_list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let rows: Vec<Inquiry> = tx.all(
        inquiries!("where account_id = $1 order by made_at desc limit 200"),
        args![&person.id],
    )?;
    let rows: Vec<Value> = rows.iter().map(|i| i.json(visit.now)).collect();
    visit.page(
        "support/inquiries.html",
        typed,
        json!({"h1": "問い合わせ", "plain_h1": true, "rows": rows}),
    )
}

/// The address is the key: it is only in the mail, and on the page of the one who asked.
fn thread(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let inquiry = load(tx, visit.param("inquiry"))?;
    let messages = messages(tx, &inquiry.id)?;
    visit.page(
        "support/inquiry.html",
        typed,
        json!({"h1": format!("問い合わせ {}", inquiry.number), "plain_h1": true, "i": inquiry.json(visit.now), "messages": messages, "crumbs": [["/help", "ヘルプ"]]}),
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
    let inquiry = load(tx, visit.param("inquiry"))?;
    let here = format!("/inquiries/{}", inquiry.id);
    if form.get("go") == "close" {
        tx.run(
            sql!(
                "update inquiry
                    set status = 'closed', changed_at = $1, version = version + 1
                  where id = $2"
            ),
            args![visit.now, &inquiry.id],
        )?;
        visit.journal(
            tx,
            ("inquiry", &inquiry.number),
            "inquiry.close",
            Value::Null,
            Value::Null,
            None,
        )?;
        return Ok(Done::saying(here, "inquiry.closed"));
    }
    let text = text_of(form)?;
    add_message(tx, visit.now, &inquiry.id, false, &inquiry.name, &text)?;
    tx.run(
        sql!(
            "update inquiry
                set status = 'open', changed_at = $1, version = version + 1
              where id = $2"
        ),
        args![visit.now, &inquiry.id],
    )?;
    visit.journal(
        tx,
        ("inquiry", &inquiry.number),
        "inquiry.reply",
        Value::Null,
        Value::Null,
        None,
    )?;
    Ok(Done::saying(here, "inquiry.replied"))
}

fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let show = visit.query("show");
    let rows: Vec<Inquiry> = match show {
        "all" => tx.all(inquiries!("order by made_at desc limit 300"), args![])?,
        "mine" => tx.all(
            inquiries!("where status = 'open' and assigned_to = $1 order by due_at limit 300"),
            args![visit.actor().account],
        )?,
        _ => tx.all(inquiries!("where status = 'open' order by due_at limit 300"), args![])?,
    };
    let counts: Vec<(String, i64)> = tx.all(
        sql!(
            "select category, count(*)
               from inquiry
              where made_at > $1
              group by category
              order by count(*) desc, category"
        ),
        args![visit.now - SignedDuration::from_hours(24 * 30)],
    )?;
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
        json!({"h1": "問い合わせ", "plain_h1": true, "rows": rows.iter().map(|i| i.json(visit.now)).collect::<Vec<_>>(), "show": show, "finding": finding, "svg": web::chart::bars(&finding, &bars, "件"), "counts": counts}),
    )
}

fn case(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let inquiry = load(tx, visit.param("inquiry"))?;
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
        json!({"h1": format!("問い合わせ {}", inquiry.number), "plain_h1": true, "i": inquiry.json(visit.now), "messages": messages, "near": near, "version": version, "groups": groups(visit), "mine": inquiry.assigned_to.as_deref() == Some(visit.actor().account.as_str()), "crumbs": [["/support/inquiries", "問い合わせ"]]}),
    )
}

fn answer(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let inquiry = load(tx, visit.param("inquiry"))?;
    form.expect_version(inquiry.version)?;
    let (here, actor) = (format!("/support/inquiries/{}", inquiry.id), visit.actor());
    match form.get("go") {
        "take" => {
            tx.run_one(
                sql!(
                    "update inquiry
                        set assigned_to = $1, assigned_name = $2, version = version + 1
                      where id = $3
                        and version = $4"
                ),
                args![&actor.account, &actor.name, &inquiry.id, inquiry.version],
            )?;
            visit.journal(
                tx,
                ("inquiry", &inquiry.number),
                "inquiry.take",
                Value::Null,
                Value::Null,
                None,
            )?;
            Ok(Done::saying(here, "inquiry.taken"))
        }
        "close" => {
            tx.run_one(
                sql!(
                    "update inquiry
                        set status = 'closed', changed_at = $1, version = version + 1
                      where id = $2
                        and version = $3"
                ),
                args![visit.now, &inquiry.id, inquiry.version],
            )?;
            visit.journal(
                tx,
                ("inquiry", &inquiry.number),
                "inquiry.close",
                Value::Null,
                Value::Null,
                None,
            )?;
            Ok(Done::saying("/support/inquiries", "inquiry.closed"))
        }
        _ => {
            let text = text_of(form)?;
            add_message(tx, visit.now, &inquiry.id, true, &actor.name, &text)?;
            tx.run_one(
                sql!(
                    "update inquiry
                        set status = 'answered', changed_at = $1,
                            assigned_to = coalesce(assigned_to, $2),
                            assigned_name = coalesce(assigned_name, $3), version = version + 1
                      where id = $4
                        and version = $5"
                ),
                args![visit.now, &actor.account, &actor.name, &inquiry.id, inquiry.version],
            )?;
            visit.journal(
                tx,
                ("inquiry", &inquiry.number),
                "inquiry.answer",
                Value::Null,
                Value::Null,
                None,
            )?;
            let body = format!(
                "お問い合わせ（{}）に回答しました。\n\n{}\n\n続けて質問するときは、次のページから送ってください。\n{}/inquiries/{}",
                inquiry.number,
                english::typed(&text),
                visit.house.base_url,
                inquiry.id
            );
            let mail = Mail {
                to: inquiry.mail.clone(),
                subject: format!("【問い合わせ {}】回答", inquiry.number),
                body,
                about: ("inquiry".into(), inquiry.number.clone()),
            };
            outbox::put(tx, visit.now, &mail)?;
            Ok(Done::saying(here, "inquiry.answered"))
        }
    }
}
