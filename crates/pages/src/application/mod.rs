//! 申込: the task-list form that saves as it goes, the check page, the receipt; and the ministry's
//! desk.

mod desk;
pub(crate) mod remarks;

use platform::english;
use std::collections::BTreeMap;

use platform::db::Tx;
use platform::form::Form;
use platform::ids;
use rules::access::{Act, Scope};
use rules::application::{self, FieldKind, SECTIONS, State, Step};
use rules::codes::CodeFault;
use serde_json::{Value, json};

use masters::Masters;
use web::errors::Errors;
use web::field;
use web::page::{Answer, Typed};
use web::routes::{command, handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit};
use web::{Done, House, Route};
use work::application::ShownFinding;
use work::application::Starter;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/applications", Act::UseOwnAccount, list),
        page("/applications/new", Act::Enter, begin),
        handler("/applications/new", Act::Enter, |house, request, form| {
            Box::pin(start(house, request, form))
        }),
        page("/applications/return/{token}", Act::Enter, come_back),
        handler("/applications/return/{token}", Act::Enter, |house, request, form| {
            Box::pin(go_on(house, request, form))
        }),
        page("/applications/{application}", Act::ReadApplication, overview),
        page("/applications/{application}/check", Act::EditApplication, check),
        command("/applications/{application}/check", Act::EditApplication, submit, check),
        page("/applications/{application}/receipt", Act::ReadApplication, receipt),
        page("/applications/{application}/withdraw", Act::EditApplication, ask_withdraw),
        command(
            "/applications/{application}/withdraw",
            Act::EditApplication,
            withdraw,
            ask_withdraw,
        ),
        page("/applications/{application}/{section}", Act::EditApplication, section),
        command("/applications/{application}/{section}", Act::EditApplication, save, section),
    ];
    all.extend(desk::routes());
    all
}

/// A field as a template needs it.
pub fn field_json(field: &application::Field, value: Option<&String>, masters: &Masters) -> Value {
    let raw = value.map_or("", String::as_str);
    let (kind, unit, choices): (&str, &str, Vec<[&str; 2]>) = match field.kind {
        FieldKind::Whole { unit, .. } => ("whole", unit.word(), vec![]),
        FieldKind::Choice(choices) => {
            ("choice", "", choices.iter().map(|(v, l)| [*v, *l]).collect())
        }
        FieldKind::Mail => ("mail", "", vec![]),
        FieldKind::Phone => ("phone", "", vec![]),
        _ => ("text", "", vec![]),
    };
    // What is put back into the field is what a person would type, not a code.
    let typed_form = match field.kind {
        FieldKind::Municipality | FieldKind::Date | FieldKind::Postal if !raw.is_empty() => {
            application::show(field, raw, &masters.places)
        }
        _ => raw.to_string(),
    };
    let shown = value.map(|v| application::show(field, v, &masters.places)).unwrap_or_default();
    let shown = match field.kind {
        FieldKind::Choice(_)
        | FieldKind::Whole { .. }
        | FieldKind::Date
        | FieldKind::Municipality => shown,
        _ => english::typed(&shown),
    };
    json!({
        "key": field.key, "label": words::application::label(field.key), "hint": words::application::hint(field.key), "required": field.required, "kind": kind, "unit": unit, "choices": choices,
        "value": typed_form, "shown": shown,
        "free": field.free_of_approval, "on_letter": field.on_letter,
    })
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let rows: Vec<Value> = work::application::of_account(tx, &person.id)?
        .into_iter()
        .map(|own| {
            json!({"id": own.id, "number": own.number, "status": own.status, "label": own.status.label(), "venue": own.answers.0.get("venue_name")})
        })
        .collect();
    visit.page("application/list.html", typed, json!({"h1": "申込", "rows": rows}))
}

fn begin(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "application/begin.html",
        typed,
        json!({"h1": "追加接種の申込をはじめる", "code": visit.query("code")}),
    )
}

/// Makes the draft; somebody without an account gets a session for this one application and a link
/// to come back by mail.
async fn start(
    house: std::sync::Arc<House>,
    request: std::sync::Arc<Request>,
    form: Form,
) -> Result<Answer, Trouble> {
    let now = house.now();
    let mut errors = Errors::default();
    let mail = errors.take("mail", rules::input::mail("メールアドレス", form.get("mail")));
    let code = rules::codes::ten_digits(form.get("code"));
    match rules::codes::check_institution(&code) {
        Err(CodeFault::Length { .. } | CodeFault::NotDigits) if !code.is_empty() => {
            errors.add("code", "会場コードは10桁の数字で入力してください");
        }
        _ => {}
    }
    let Some(mail) = mail.filter(|_| errors.is_empty()) else {
        return server::again(&house, &request, Act::Enter, begin, form, errors).await;
    };
    let (owned, req, secret) = (house.clone(), request.clone(), ids::secret());
    let (cookie, typed) = (secret.clone(), form.clone());
    let sent = server::Sent::of(&req, &form);
    let outcome = house
        .db
        .write(move |tx| {
            let visit = web::visit::guard(tx, &owned, &req, Act::Enter, now)?;
            if let Some(location) = sent.before(tx, &visit)? {
                return Ok((location, false));
            }
            let venue = work::application::venue_by_code(tx, &code)?;
            if venue.is_none() && !code.is_empty() {
                return Err(Trouble::at("code", "このコードの会場は登録されていません。はじめての会場は、空のままにしてください。"));
            }
            let mut answers = application::Answers::new();
            let mut known = None;
            if let Some((id, stored)) = venue {
                // What stands on public papers is filled in for anybody who knows the code;
                // people's data only for those who may see it.
                let own = visit.memberships.iter().any(|h| h.scope_kind == Scope::Venue && h.scope_id == id);
                answers = stored.into_iter().filter(|(k, _)| own || application::find_field(k).is_some_and(|f| f.on_letter)).collect();
                known = Some(id);
            }
            let starter = match &visit.person {
                Some(person) => Starter::Account(&person.id),
                None => Starter::Nobody {
                    secret: &secret,
                    agent: &req.agent,
                    address: &req.address,
                },
            };
            let about = (&answers, known.as_deref());
            let id = work::application::start(&visit.caller(), tx, &mail, about, &starter)?;
            let location = format!("/applications/{id}");
            sent.remember(tx, &location, now)?;
            Ok::<_, Trouble>((location, visit.person.is_none()))
        })
        .await;
    match outcome {
        Ok((location, true)) => {
            Ok(Answer::RedirectWithCookie(location, server::session_cookie(house.mode, &cookie)))
        }
        Ok((location, false)) => Ok(Answer::Redirect(location)),
        Err(Trouble::Refused { errors, .. }) => {
            server::again(&house, &request, Act::Enter, begin, typed, errors).await
        }
        Err(other) => Err(other),
    }
}

fn come_back(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let good = work::application::return_link(tx, visit.param("token"), visit.now)?.is_some();
    visit.page("application/return.html", typed, json!({"h1": "申込の入力を続ける", "good": good}))
}

async fn go_on(
    house: std::sync::Arc<House>,
    request: std::sync::Arc<Request>,
    _: Form,
) -> Result<Answer, Trouble> {
    let (now, secret, token) =
        (house.now(), ids::secret(), request.params.get("token").cloned().unwrap_or_default());
    let (cookie, agent, address) = (secret.clone(), request.agent.clone(), request.address.clone());
    let id = house
        .db
        .write(move |tx| {
            let id = work::application::return_link(tx, &token, now)?.ok_or(Trouble::NotFound)?;
            work::account::open_session(tx, now, &secret, None, Some(&id), &agent, &address)?;
            Ok::<_, Trouble>(id)
        })
        .await?;
    Ok(Answer::RedirectWithCookie(
        format!("/applications/{id}"),
        server::session_cookie(house.mode, &cookie),
    ))
}

/// Where each section stands: 未着手, 入力中, 完了, and 要修正 where the ministry commented.
fn section_states(stored: &work::application::Stored) -> Vec<Value> {
    let comments = match &stored.state.0 {
        State::Returned { comments, .. } => comments.clone(),
        _ => BTreeMap::new(),
    };
    SECTIONS
        .iter()
        .map(|section| {
            let answered = section.fields.iter().filter(|f| stored.answers.0.contains_key(f.key)).count();
            let missing = section.fields.iter().filter(|f| f.required && !stored.answers.0.contains_key(f.key)).count();
            let commented = section.fields.iter().filter(|f| comments.contains_key(f.key)).count();
            let (word, tone) = match (commented, answered, missing) {
                (1.., _, _) => ("要修正", "bad"),
                (_, 0, _) => ("未着手", "info"),
                (_, _, 0) => ("完了", "plain"),
                _ => ("入力中", "wait"),
            };
            json!({"key": section.key, "title": words::application::title(section.key), "word": word, "tone": tone, "comments": commented})
        })
        .collect()
}

fn overview(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.reads_contacts_of("application", visit.param("application"));
    let stored = work::application::load(tx, visit.param("application"))?;
    let findings = application::findings(&stored.answers.0, visit.masters().programme());
    let editable = matches!(stored.state.0, State::Draft | State::Returned { .. })
        && visit.may(Act::EditApplication);
    let sections = section_states(&stored);
    let returned = matches!(stored.state.0, State::Returned { .. });
    visit.page(
        "application/overview.html",
        typed,
        json!({
            "h1": "接種会場の申込", "application": stored.shown(), "sections": sections, "editable": editable, "returned": returned,
            "stops": findings.iter().filter(|f| f.stops).count(), "crumbs": [["/applications", "申込"]],
            "answers": answer_groups(visit.masters(), &stored.answers.0),
        }),
    )
}

/// All answers in sections, for reading.
pub fn answer_groups(masters: &Masters, answers: &application::Answers) -> Vec<Value> {
    SECTIONS
        .iter()
        .map(|section| json!({"key": section.key, "title": words::application::title(section.key), "fields": section.fields.iter().map(|f| field_json(f, answers.get(f.key), masters)).collect::<Vec<_>>()}))
        .collect()
}

fn section(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    let section = application::section(visit.param("section")).ok_or(Trouble::NotFound)?;
    if !matches!(stored.state.0, State::Draft | State::Returned { .. }) {
        return Ok(Answer::Redirect(format!("/applications/{}", stored.id)));
    }
    let comments = match &stored.state.0 {
        State::Returned { comments, .. } => comments.clone(),
        _ => BTreeMap::new(),
    };
    let fields: Vec<Value> = section
        .fields
        .iter()
        .map(|f| {
            let mut field = field_json(f, stored.answers.0.get(f.key), visit.masters());
            field["comment"] = json!(comments.get(f.key));
            field
        })
        .collect();
    let at = SECTIONS.iter().position(|s| s.key == section.key).unwrap_or_default();
    // What the checks say about answers that are there; what is missing is said on the check page.
    let findings: Vec<_> = application::findings(&stored.answers.0, visit.masters().programme())
        .into_iter()
        .filter(|f| f.section == section.key && stored.answers.0.contains_key(f.field))
        .map(ShownFinding::of)
        .collect();
    let remarks =
        typed.form.as_ref().map(|form| remarks::of(visit, section, form)).unwrap_or_default();
    visit.page(
        "application/section.html",
        typed,
        json!({
            "noted": field::noted(&remarks), "remarks": field::quoted(&remarks, typed.form.as_ref()),
            "h1": words::application::title(section.key), "lead": words::application::lead(section.key), "fields": fields, "application": stored.shown(), "section": section.key, "findings": findings,
            "step": at + 1, "steps": SECTIONS.len(), "from_check": visit.query("from") == "check",
            "crumbs": [["/applications", "申込"], [format!("/applications/{}", stored.id), "接種会場の申込"]],
        }),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    let section = application::section(visit.param("section")).ok_or(Trouble::NotFound)?;
    stored.state.0.take(Step::Edit, visit.now).map_err(|r| Trouble::at("", r))?;
    let mut errors = Errors::default();
    let mut answers = stored.answers.0.clone();
    let masters = visit.masters();
    for field in section.fields {
        match web::field::answer(masters, form, field) {
            Ok(Some(value)) => answers.insert(field.key.into(), value),
            Ok(None) => answers.remove(field.key),
            Err(fault) => {
                errors.add(field.key, fault);
                None
            }
        };
    }
    rules::address::put_wards(&visit.masters().places, &mut answers, |field| form.get(field));
    for (field, fault) in rules::address::faults(&visit.masters().places, &answers) {
        if section.fields.iter().any(|f| f.key == field) {
            errors.add(field, fault);
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    field::is_noted(form, &remarks::of(visit, section, form))?;
    form.expect_version(stored.version)?;
    work::application::save(tx, visit.masters(), (&visit.actor(), visit.now), &stored, &answers)?;
    if form.get("from") == "check" {
        return Ok(Done::to(format!("/applications/{}/check", stored.id)));
    }
    let at = SECTIONS.iter().position(|s| s.key == section.key).unwrap_or_default();
    let to = match SECTIONS.get(at + 1).filter(|_| form.get("go") != "list") {
        Some(next) => format!("/applications/{}/{}", stored.id, next.key),
        None => format!("/applications/{}", stored.id),
    };
    Ok(if answers == stored.answers.0 {
        Done::saying(to, "unchanged")
    } else {
        Done::saying(to, "saved")
    })
}

fn check(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    if !matches!(stored.state.0, State::Draft | State::Returned { .. }) {
        return Ok(Answer::Redirect(format!("/applications/{}", stored.id)));
    }
    let findings = ShownFinding::all(&stored.answers.0, visit.masters().programme());
    visit.page(
        "application/check.html",
        typed,
        json!({
            "h1": "申込内容の確認", "application": stored.shown(), "groups": answer_groups(visit.masters(), &stored.answers.0), "findings": findings,
            "stops": findings.iter().any(|f| f.stops),
            "crumbs": [["/applications", "申込"], [format!("/applications/{}", stored.id), "接種会場の申込"]],
        }),
    )
}

fn submit(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    form.expect_version(stored.version)?;
    work::application::submit(&visit.caller(), tx, &stored)?;
    Ok(Done::to(format!("/applications/{}/receipt", stored.id)))
}

fn receipt(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    let Some(at) = stored.submitted_at else { return Err(Trouble::NotFound) };
    visit.page(
        "application/receipt.html",
        typed,
        json!({"h1": "申込を受け付けました", "application": stored.shown(), "submitted_at": at, "groups": answer_groups(visit.masters(), &stored.answers.0)}),
    )
}

fn ask_withdraw(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    visit.page("application/withdraw.html", typed, json!({"h1": "申込を取り下げる", "application": stored.shown(), "crumbs": [[format!("/applications/{}", stored.id), "接種会場の申込"]]}))
}

fn withdraw(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    form.expect_version(stored.version)?;
    let state = stored.state.0.take(Step::Withdraw, visit.now).map_err(|r| Trouble::at("", r))?;
    let reason = web::field::note(form, "reason", "取り下げる理由")?;
    work::application::withdraw(&visit.caller(), tx, &stored, &state, &reason)?;
    Ok(Done::saying(format!("/applications/{}", stored.id), "withdrawn"))
}
