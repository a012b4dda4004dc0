//! 返戻: what came back is put into this month's claim, and whatever takes some of it away there is
//! asked about, at whichever door.

use platform::db::Tx;
use platform::english;
use platform::form::Form;
use rules::access::Act;
use rules::time::Month;
use serde_json::{Value, json};

use super::{fill, service_month};
use web::errors::Errors;
use web::field;
use web::routes::command;
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::claim::{self as store, Answer, Part, Row, Stored};

/// The routes of what came back.
pub fn routes() -> Vec<Route> {
    vec![command("/venues/{venue}/billing/{month}/merge", Act::EditClaim, merge, super::edit)]
}

/// Why something came back, as it is stored, with what people wrote marked: a line a row with its
/// place and number (`東京都新宿区　3件：住所が違います`), or the words of who sent all of it back.
pub fn reason_said(reason: &str) -> String {
    let of_row = |line: &str| {
        let (place, rest) = line.split_once('　')?;
        let (count, why) = rest.split_once("件：")?;
        let counted = count.chars().all(|c| c.is_ascii_digit() || c == ',') && !count.is_empty();
        counted.then(|| format!("{}　{count}件：{}", english::typed(place), english::typed(why)))
    };
    let said = |line: &str| of_row(line).unwrap_or_else(|| english::typed(line));
    reason.lines().map(said).collect::<Vec<_>>().join("\n")
}

/// What came back and waits, part by part: which it is, and its words for the home page.
pub fn waiting_words(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, String)>, Trouble> {
    let parts = store::parts_of_venue(tx, venue)?;
    let words = |p: Part| {
        let month = p.said_month();
        let said = format!("{month}接種分　{}", reason_said(&p.reason.unwrap_or_default()));
        (format!("{}/{}", p.claim_id, p.destination), said)
    };
    Ok(parts.into_iter().filter(Part::waits_for_correction).map(words).collect())
}

/// What came back and isn't in any claim yet.
pub fn waiting(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Value>, Trouble> {
    Ok(store::parts_of_venue(tx, venue)?
        .into_iter()
        .filter(Part::waits_for_correction)
        .map(|p| {
            let name =
                if p.destination.starts_with("federation") { "国保連" } else { "市町村" };
            json!({
                "claim": p.claim_id, "destination": p.destination, "month": p.service_month,
                "reason": p.reason.as_deref().map(reason_said), "count": p.counted(), "name": name,
            })
        })
        .collect())
}

/// What came back is corrected and claimed with the present month's counts.
fn merge(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = fill::draft(tx, &venue.id, month)?;
    let part = store::part(tx, &form.get("claim").into(), form.get("destination"))?;
    if part.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    let mut rows = before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    part.returned().iter().for_each(|row| store::add(&mut rows, row.clone()));
    store::merge(tx, &part, month)?;
    fill::write(visit, tx, month, before, &rows, "returned")
}

/// Nothing of what came back is lost by another content of the claim: it is asked about, and what
/// the form answers to these questions is done. How the content came to be, where that is worth a
/// word.
///
/// # Errors
/// What is said where it isn't answered; some of what goes out would stay.
pub fn settled(
    visit: &Visit,
    tx: &mut Tx<'_>,
    month: Month,
    (before, after): (Option<&Stored>, &[Row]),
    form: &Form,
) -> Result<Option<&'static str>, Trouble> {
    let (masters, venue) = (visit.masters(), visit.venue()?);
    let Some(asked) = store::asked(masters, tx, venue, month, (before, after))? else {
        return Ok(None);
    };
    let answer = answered_on(visit, form, &asked.questions)?;
    let done = asked.carry_out(masters, tx, venue, answer);
    let how = done.map_err(|refused| {
        refused.told(|staying| {
            let mut errors = Errors::default();
            staying.iter().for_each(|sentence| errors.add("returned", sentence));
            Trouble::refused(errors)
        })
    })?;
    Ok(Some(how))
}

/// The answer of a form; it belongs to what was asked.
fn answered_on(visit: &Visit, form: &Form, asked: &[String]) -> Result<Answer, Trouble> {
    let seen = form.get("returned_for") == field::noted(asked);
    let answer = Answer::from_key(form.get("returned")).filter(|_| seen);
    let choose = || visit.masters().said("claim.back.choose", &[]);
    answer.ok_or_else(|| Trouble::at("returned", choose()))
}
