//! The venue's own system: the claim of a month.

use platform::db::Tx;
use rules::claim::Refusal;
use rules::time::{self, Month};
use serde_json::{Value, json};
use web::errors::Errors;
use web::json::{Fields, LARGEST};
use web::visit::{Trouble, Visit};
use work::claim::{self as store, Answer, Asked, NotHandedIn};

use super::rows_sent::rows_sent;

fn month(visit: &Visit) -> Result<Month, Trouble> {
    Month::parse(visit.param("month")).ok_or(Trouble::NotFound)
}

pub fn claim(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let (venue, month) = (visit.venue()?, month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    let masters = visit.masters_then(tx, stored.submitted_at)?;
    let handed_in = stored.handed_in(visit.now);
    let files = store::all_electronic(&masters, tx, (venue, month), handed_in, &stored)?;
    let parts: Vec<Value> = store::parts_of_claim(tx, &stored.id)?
        .iter()
        .map(|p| {
            json!({
                "destination": p.destination,
                "status": p.status,
                "decided_count": p.decided_count,
                "decided_amount": p.decided_amount,
                "reason": p.reason,
                "pays_on": p.pays_on,
            })
        })
        .collect();
    Ok(json!({
        "version": stored.version,
        "status": stored.status,
        "receipt": stored.receipt,
        "rows": stored.rows.0,
        "count": stored.count,
        "amount": stored.amount,
        "claims": files,
        "parts": parts,
    }))
}

/// What is said where another system has to answer what becomes of what came back.
fn has_to_answer(visit: &Visit) -> String {
    visit.masters().said("claim.back.api", &[])
}

/// Does what was answered, or 409 with what is asked.
fn answered(
    visit: &Visit,
    tx: &mut Tx<'_>,
    asked: Asked,
    answer: Option<Answer>,
) -> Result<&'static str, Trouble> {
    let mut errors = Errors::default();
    let Some(answer) = answer else {
        asked.questions.iter().for_each(|sentence| errors.add("rows", sentence));
        errors.add("returned", has_to_answer(visit));
        return Err(Trouble::Refused { status: 409, errors });
    };
    let done = asked.carry_out(visit.masters(), tx, visit.venue()?, answer);
    done.map_err(|refused| {
        refused.told(|staying| {
            staying.iter().for_each(|sentence| errors.add("returned", sentence));
            Trouble::refused(errors)
        })
    })
}

/// Why a claim wasn't handed in: 409 with what should be looked at, where it is asked about.
fn not_handed_in(why: NotHandedIn) -> Trouble {
    let NotHandedIn::Asked(found) = why else { return Trouble::at("", why) };
    let mut errors = Errors::default();
    found.iter().for_each(|finding| errors.add("rows", finding));
    errors.add("confirm", "まだ提出していません。上の内容を確かめて、よければ \"confirm\": true を付けてもう一度送ってください。");
    Trouble::Refused { status: 409, errors }
}

/// The draft of a month, whole; with `submit` it is handed in. Nothing is emptied that wasn't sent.
pub fn write(visit: &Visit, tx: &mut Tx<'_>, sent: &Value) -> Result<Value, Trouble> {
    let (venue, month) = (visit.venue()?.clone(), month(visit)?);
    if month > Month::of(time::date(visit.now)) {
        return Err(Trouble::at("month", "まだ来ていない月の請求は作れません。"));
    }
    let mut errors = Errors::default();
    let mut fields = Fields::of(sent)?;
    fields.needed("version", &mut errors);
    fields.needed("rows", &mut errors);
    let version = fields.number("version", 0, LARGEST, &mut errors);
    let (rows, notes) = rows_sent(visit, &venue, &mut fields, &mut errors);
    let class = fields.text("facility_class", &mut errors).map(str::to_string);
    let submit = fields.flag("submit", &mut errors);
    let confirm = fields.flag("confirm", &mut errors);
    let key = fields.text("returned", &mut errors);
    let read = key.map(|key| Answer::from_key(key).ok_or_else(|| has_to_answer(visit)));
    let answer = read.and_then(|answer| errors.take("returned", answer));
    fields.done(&mut errors);
    let stored = store::load(tx, &venue.id, month)?;
    let class = class
        .unwrap_or_else(|| stored.as_ref().map_or("2".to_string(), |c| c.facility_class.clone()));
    if !visit.masters().facility_classes.iter().any(|c| c.code == class) {
        errors.add("facility_class", "施設等区分のコードを送ってください。");
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    if stored.as_ref().is_some_and(|c| c.is_submitted()) {
        return Err(Trouble::at("", Refusal::SubmittedAlready));
    }
    let known = stored.as_ref().map_or(0, |c| c.version);
    if version != Some(known) {
        return Err(Trouble::stale(format!("請求は変わっています。いまの版は{known}です。")));
    }
    let total = store::total(visit.masters(), month, &rows).map_err(|r| Trouble::at("", r))?;
    let draft = store::Draft { rows: &rows, class: &class, total };
    let asked = store::asked(visit.masters(), tx, &venue, month, (stored.as_ref(), &rows))?;
    let how = asked.map(|asked| answered(visit, tx, asked, answer)).transpose()?;
    let how = how.or(Some("api"));
    store::save_draft(&visit.caller(), tx, &venue, month, &draft, stored.as_ref(), how)?;
    if submit {
        let fresh = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
        store::hand_in(&visit.caller(), tx, &venue, month, &fresh, confirm)
            .map_err(|refused| refused.told(not_handed_in))?;
    }
    let mut answer = claim(visit, tx, sent)?;
    answer["notes"] = notes.into();
    Ok(answer)
}
