//! 返戻: what came back is put into this month's claim, and whatever takes some of it away there is
//! asked about, at whichever door.

use masters::Masters;
use platform::db::Tx;
use platform::english;
use platform::form::Form;
use platform::texts::Lang;
use rules::access::Act;
use rules::application::grouped;
use rules::claim::{Held, slot_label};
use rules::time::Month;
use serde_json::{Value, json};

use super::{fill, service_month};
use web::errors::Errors;
use web::field;
use web::routes::command;
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::claim::{self as store, Lessened, Part, Row, Stored};
use work::venue::VenueHead;

/// The routes of what came back.
pub fn routes() -> Vec<Route> {
    vec![command("/venues/{venue}/billing/{month}/merge", Act::EditClaim, merge, super::edit)]
}

/// What came back and waits, part by part: which it is, and its words for the home page.
pub fn waiting_words(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, String)>, Trouble> {
    let parts = store::parts_of_venue(tx, venue)?;
    let words = |p: Part| {
        let month = month_of(&p);
        let said = format!("{month}接種分　{}", english::typed(&p.reason.unwrap_or_default()));
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
                "reason": p.reason, "count": counted(&p), "name": name,
            })
        })
        .collect())
}

/// What came back is corrected and claimed with the present month's counts.
fn merge(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = fill::draft(tx, &venue.id, month)?;
    let part = store::part(tx, form.get("claim"), form.get("destination"))?;
    if part.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    let mut rows = before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    part.returned().iter().for_each(|row| store::add(&mut rows, row.clone()));
    store::merge(tx, &part, month).map_err(|e| e.told(|r| Trouble::at("", r)))?;
    fill::write(visit, tx, month, before, &rows, "returned")
}

fn month_of(part: &Part) -> String {
    Month::parse(&part.service_month).map_or(part.service_month.clone(), Month::say)
}

/// How much came back of a part.
fn counted(part: &Part) -> u64 {
    part.returned().iter().map(|row| u64::from(row.counts.total())).sum()
}

/// A sentence of the catalogue with its values at their places, in the language of the rules.
fn said(masters: &Masters, key: &str, values: &[(&str, String)]) -> String {
    let sentence = masters.texts.say(Lang::Ja, key).to_string();
    values.iter().fold(sentence, |said, (place, value)| said.replace(place, value))
}

/// What came back of a part, as the sentences have it.
fn of_part(part: &Part) -> [(&'static str, String); 2] {
    [("{month}", month_of(part)), ("{count}", grouped(counted(part)))]
}

/// A count of a municipality, as the sentences have it.
fn of_count(
    masters: &Masters,
    venue: &VenueHead,
    (place, held): &(String, Held),
) -> [(&'static str, String); 5] {
    [
        ("{place}", store::place_name(masters, venue, place)),
        ("{slot}", slot_label(held.slot)),
        ("{before}", grouped(held.before)),
        ("{after}", grouped(held.after)),
        ("{most}", grouped(held.without())),
    ]
}

/// What is said of parts that a whole table puts out of the claim.
pub fn put_out(masters: &Masters, parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| said(masters, "claim.back.replaced", &of_part(part))).collect()
}

/// What of a month's claim came back and would be less in a new content.
pub fn lessened(
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    (before, after): (&[Row], &[Row]),
) -> Result<Lessened, Trouble> {
    Ok(store::lessened(store::merged_into(tx, &venue.id, month)?, before, after))
}

/// What is asked about it: which parts they are, and which counts fall.
pub fn questions(masters: &Masters, venue: &VenueHead, lessened: &Lessened) -> Vec<String> {
    let part = |part: &Part| said(masters, "claim.back.part", &of_part(part));
    let fall =
        |count: &(String, Held)| said(masters, "claim.back.fall", &of_count(masters, venue, count));
    let falling = lessened.counts.iter().filter(|(_, held)| held.falls());
    lessened.parts.iter().map(part).chain(falling.map(fall)).collect()
}

/// What somebody says of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is corrected, and stays in this claim.
    Kept,
    /// It goes out of this claim, and waits again.
    Out,
}

impl Answer {
    /// As forms and other systems write it.
    pub fn from_key(key: &str) -> Option<Answer> {
        match key {
            "kept" => Some(Answer::Kept),
            "out" => Some(Answer::Out),
            _ => None,
        }
    }

    /// Does it, and says how the new content came to be, where that is worth a word.
    ///
    /// # Errors
    /// Some of what goes out would stay.
    fn carry_out(
        self,
        visit: &Visit,
        tx: &mut Tx<'_>,
        lessened: &Lessened,
    ) -> Result<Option<&'static str>, Trouble> {
        if self == Answer::Kept {
            return Ok(Some("returned_kept"));
        }
        let (masters, venue) = (visit.masters(), visit.venue()?);
        let mut errors = Errors::default();
        for count in lessened.counts.iter().filter(|(_, h)| h.after > h.without()) {
            let values = of_count(masters, venue, count);
            errors.add("returned", said(masters, "claim.back.stays", &values));
        }
        if !errors.is_empty() {
            return Err(Trouble::refused(errors));
        }
        store::take_out(tx, &lessened.parts)?;
        Ok(Some("returned_out"))
    }
}

/// Nothing of what came back is lost by another content of the claim: it is asked about, and what
/// was answered to these questions is done. How the content came to be, where that is worth a word.
///
/// # Errors
/// What is said where it isn't answered; some of what goes out would stay.
pub fn settled(
    visit: &Visit,
    tx: &mut Tx<'_>,
    month: Month,
    (before, after): (Option<&Stored>, &[Row]),
    answered: impl FnOnce(&[String]) -> Result<Answer, Trouble>,
) -> Result<Option<&'static str>, Trouble> {
    let venue = visit.venue()?;
    let before = before.map_or(&[][..], |claim| &claim.rows.0);
    let lessened = lessened(tx, venue, month, (before, after))?;
    if lessened.parts.is_empty() {
        return Ok(None);
    }
    answered(&questions(visit.masters(), venue, &lessened))?.carry_out(visit, tx, &lessened)
}

/// The answer of a form; it belongs to what was asked.
pub fn answered_on(visit: &Visit, form: &Form, asked: &[String]) -> Result<Answer, Trouble> {
    let seen = form.get("returned_for") == field::noted(asked);
    let answer = Answer::from_key(form.get("returned")).filter(|_| seen);
    let choose = || said(visit.masters(), "claim.back.choose", &[]);
    answer.ok_or_else(|| Trouble::at("returned", choose()))
}

/// What another system is told that has to answer.
pub fn api_asks(visit: &Visit) -> String {
    said(visit.masters(), "claim.back.api", &[])
}

/// The answer of another system, or 409 with what is asked.
pub fn answered_in(
    visit: &Visit,
    answer: Option<Answer>,
    asked: &[String],
) -> Result<Answer, Trouble> {
    answer.ok_or_else(|| {
        let mut errors = Errors::default();
        asked.iter().for_each(|sentence| errors.add("rows", sentence));
        errors.add("returned", api_asks(visit));
        Trouble::Refused { status: 409, errors }
    })
}
