//! What is printed on a letter changed: the ministry changes it and makes a new letter, which
//! takes the old one's place.

use platform::db::Tx;
use platform::form::Form;
use rules::application::{self, Answers};
use rules::input;
use serde_json::{Value, json};

use super::store;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use web::{Done, field};
use words::sentences;
use work::letter::Renewal;

/// The items that are printed, and that only this page changes.
const PRINTED: [&str; 8] = [
    "institution_name",
    "institution_address",
    "representative_title",
    "representative_name",
    "organization_name",
    "organization_address",
    "venue_name",
    "venue_address",
];

pub fn form(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let answers = work::venue::answers(tx, &venue.id)?;
    let doubts = typed.form.as_ref().map(|form| doubts(visit, &answers, form)).unwrap_or_default();
    let fields: Vec<Value> = PRINTED
        .iter()
        .filter_map(|key| application::find_field(key))
        .map(|f| crate::application::field_json(f, answers.get(f.key), visit.masters()))
        .collect();
    visit.page(
        "letter/renew.html",
        typed,
        json!({"h1": "新しい委任状を作る", "fields": fields, "version": venue.version, "noted": field::noted(&doubts), "remarks": field::quoted(&doubts, typed.form.as_ref()), "crumbs": [[format!("/venues/{}/documents", venue.id), "書類"]]}),
    )
}

/// What a person has to confirm of the address as it was typed.
fn doubts(visit: &Visit, before: &Answers, form: &Form) -> Vec<String> {
    let mut answers = before.clone();
    let places = &visit.masters().places;
    let printed = PRINTED.iter().filter_map(|key| application::find_field(key));
    answers.extend(crate::application::remarks::typed(visit.masters(), printed, form));
    // An address that stands there already was asked about.
    let same = answers.get("venue_address") == before.get("venue_address");
    if same { Vec::new() } else { sentences(&rules::address::doubts(places, &answers)) }
}

pub fn renew(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    form.expect_version(venue.version)?;
    let before = work::venue::answers(tx, &venue.id)?;
    let mut answers: Answers = before.clone();
    let mut errors = Errors::default();
    let masters = visit.masters();
    for field in PRINTED.iter().filter_map(|key| application::find_field(key)) {
        match web::field::answer(masters, form, field) {
            Ok(Some(value)) => drop(answers.insert(field.key.into(), value)),
            Ok(None) => errors.add(
                field.key,
                input::InputFault::Empty(words::application::label(field.key).into()),
            ),
            Err(fault) => errors.add(field.key, fault),
        }
    }
    for (field, fault) in rules::address::faults(&visit.masters().places, &answers) {
        errors.add(field, fault);
    }
    let reason = errors
        .take("reason", input::long_text("理由", form.get("reason"), input::LONGEST_NOTE))
        .unwrap_or_default();
    if reason.is_empty() {
        errors.add("reason", "新しい委任状を作る理由を書いてください");
    }
    // One whose record can't be read is made anew as it was.
    let unreadable = store::of_venue(tx, &venue.id)?
        .iter()
        .any(|l| l.replaced_at.is_none() && !l.content.is_whole());
    if errors.is_empty() && answers == before && !unreadable {
        errors.add("", "変わった項目がありません。委任状は何回でもダウンロードできます。");
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    field::is_noted(form, &doubts(visit, &before, form))?;
    let renewal = Renewal { before: &before, answers: &answers, reason: &reason };
    store::renew(&visit.caller(), tx, venue, &renewal)?;
    Ok(Done::saying(format!("/venues/{}/documents", venue.id), "letter.renewed"))
}
