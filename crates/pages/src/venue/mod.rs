//! 接種会場: the briefing's blocks, the four checks, contacts with the ID rule, doctors.

mod as_of;
mod contacts;
mod doctors;

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::application::{self, SECTIONS};
use rules::venue::CheckPlace;
use serde_json::{Value, json};

use crate::application::{answer_groups, field_json};
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use words::sentences;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}", Act::ReadVenue, overview),
        page("/venues/{venue}/edit/{section}", Act::EditVenue, edit),
        command("/venues/{venue}/edit/{section}", Act::EditVenue, save, edit),
        page("/v/{code}", Act::UseOwnAccount, alias),
        page("/municipal/venues", Act::ReadArea, list),
        page("/prefecture/venues", Act::ReadArea, list),
        page("/mhlw/venues", Act::ReadArea, list),
    ];
    all.extend(contacts::routes());
    all.extend(doctors::routes());
    all
}

/// A venue by its ten-digit code.
fn alias(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let (id, _) =
        work::application::venue_by_code(tx, &rules::codes::ten_digits(visit.param("code")))?
            .ok_or(Trouble::NotFound)?;
    if !visit.reaches_venue(tx, &id)? {
        return Err(Trouble::NotFound);
    }
    Ok(Answer::Redirect(format!("/venues/{id}")))
}

/// Where a check's gap is closed.
pub fn check_link(venue: &str, place: CheckPlace) -> String {
    format!("/venues/{venue}/{}", check_place(place))
}

/// Where a check is mended, below the venue's own address.
pub fn check_place(place: CheckPlace) -> &'static str {
    match place {
        CheckPlace::Managers => "edit/managers",
        CheckPlace::Storage => "edit/storage",
        CheckPlace::Contacts => "contacts",
        CheckPlace::Doctors => "doctors",
    }
}

/// The four checks for templates.
pub fn checks_json(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Value>, Trouble> {
    let checks = work::venue::checks(tx, venue)?;
    Ok(checks
        .iter()
        .map(|c| json!({"title": words::venue::title(c.place), "missing": sentences(&c.missing), "passed": c.passed(), "href": check_link(venue, c.place)}))
        .collect())
}

fn overview(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let at = visit.as_of()?;
    let past = match at {
        Some(at) => as_of::look(tx, &venue.id, at)?.ok_or(Trouble::NotFound)?,
        None => as_of::now(tx, &venue.id)?,
    };
    let answers = past.answers;
    let masters = visit.masters_then(tx, at)?;
    let editable = visit.may(Act::EditVenue) && at.is_none();
    let checks = if at.is_some() { vec![] } else { checks_json(tx, &venue.id)? };
    let groups: Vec<Value> = answer_groups(&masters, &answers)
        .into_iter()
        .filter(|g| g["key"] != "contacts" && g["key"] != "letter")
        .map(|mut g| {
            let free = g["fields"].as_array().is_some_and(|f| f.iter().any(|f| f["free"] == true));
            g["editable"] = json!(editable && free);
            g
        })
        .collect();
    visit.page(
        "venue/overview.html",
        typed,
        json!({
            "h1": "接種会場のまとめ", "tab": "overview", "groups": groups, "checks": checks, "editable": editable,
            "contacts": past.contacts, "doctors": past.doctors, "at": at,
            "place": masters.places.full_name(&venue.municipality), "product": masters.programme().product.name,
        }),
    )
}

/// Items that need no approval are fields; the others are text with the reason.
fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let section = application::section(visit.param("section"))
        .filter(|s| s.fields.iter().any(|f| f.free_of_approval))
        .ok_or(Trouble::NotFound)?;
    let answers = work::venue::answers(tx, &venue.id)?;
    let fields: Vec<Value> =
        section.fields.iter().map(|f| field_json(f, answers.get(f.key), visit.masters())).collect();
    visit.page(
        "venue/edit.html",
        typed,
        json!({"h1": words::application::title(section.key), "fields": fields, "section": section.key, "crumbs": [[format!("/venues/{}", venue.id), "接種会場のまとめ"]]}),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    form.expect_version(venue.version)?;
    let section =
        SECTIONS.iter().find(|s| s.key == visit.param("section")).ok_or(Trouble::NotFound)?;
    let before = work::venue::answers(tx, &venue.id)?;
    let mut answers = before.clone();
    let mut errors = Errors::default();
    let masters = visit.masters();
    for field in section.fields.iter().filter(|f| f.free_of_approval) {
        match web::field::answer(masters, form, field) {
            Ok(Some(value)) => {
                answers.insert(field.key.into(), value);
            }
            Ok(None) if field.required => errors.add(
                field.key,
                rules::input::InputFault::Empty(words::application::label(field.key).into()),
            ),
            Ok(None) => {
                answers.remove(field.key);
            }
            Err(fault) => errors.add(field.key, fault),
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    if answers == before {
        return Ok(Done::saying(format!("/venues/{}", venue.id), "unchanged"));
    }
    work::venue::save_answers(&visit.caller(), tx, venue, &before, &answers)?;
    Ok(Done::saying(format!("/venues/{}", venue.id), "venue.saved"))
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let sought = rules::fold::Sought::of(visit.query("q"));
    let rows: Vec<Value> = work::venue::within(tx, membership.reach(), &sought)?
        .into_iter()
        .map(|v| json!({"id": v.id, "code": v.code, "name": v.name, "place": visit.masters().places.full_name(&v.municipality), "expected": v.expected_doses, "used": v.used}))
        .collect();
    visit.page(
        "venue/list.html",
        typed,
        json!({"h1": "接種会場", "rows": rows, "q": visit.query("q")}),
    )
}
