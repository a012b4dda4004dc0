//! 予約の受付情報: what a venue tells the public, whether it wants to be found, and every change of it.

use platform::db::Tx;
use platform::form::Form;
use platform::journal;
use rules::access::Act;
use rules::availability::Availability;
use rules::input;
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::availability::{Event, load};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/availability", Act::ReadVenue, show),
        command("/venues/{venue}/availability", Act::EditVenue, save, show),
    ]
}

/// Labels of the five values, for forms and for the home page.
pub fn choices() -> Vec<(&'static str, &'static str)> {
    Availability::ALL.iter().map(|a| (a.key(), a.label())).collect()
}

/// A row of the history, where the venue said something to the public.
fn said(row: &journal::Stored) -> Option<Value> {
    let Event::Said { after: said, .. } = row.event()?;
    let status = said.status;
    Some(json!({
        "at": row.at,
        "name": row.name,
        "label": status.label(),
        "tone": status.tone(),
        "note": said.note,
        "published": said.published,
    }))
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let public = load(tx, &venue.id)?;
    let answers = work::venue::answers(tx, &venue.id)?;
    let history: Vec<Value> =
        journal::of_record(tx, "venue", &venue.id)?.iter().filter_map(said).take(50).collect();
    let known = public.clone().unwrap_or_default();
    visit.page(
        "availability/show.html",
        typed,
        json!({
            "h1": "予約の受付情報", "public": public, "label": known.status.label(), "tone": known.status.tone(), "history": history, "choices": choices(),
            "status": known.status.key(), "note": known.note, "url": known.url, "phone": if public.is_some() { known.phone } else { answers.get("venue_phone").cloned().unwrap_or_default() },
            "published": if known.published { "yes" } else { "no" }, "version": known.version, "editable": visit.may(Act::EditVenue), "code": venue.code,
        }),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let before = load(tx, &venue.id)?;
    // The home page changes nothing but the status.
    let short = form.get("only") == "status";
    if !short {
        form.expect_version(before.as_ref().map_or(0, |b| b.version))?;
    }
    let mut errors = Errors::default();
    let status = Availability::from_key(form.get("status"));
    if status.is_none() {
        errors.add("status", "予約の受付情報を5つの中から選んでください");
    }
    let known = before.clone().unwrap_or_default();
    let mut fresh = known.clone();
    if !short {
        fresh.note = errors
            .take("note", input::long_text("お知らせ", form.get("note"), 200))
            .unwrap_or_default();
        fresh.phone = if form.has("phone") {
            errors
                .take("phone", input::phone("予約の電話番号", form.get("phone")))
                .unwrap_or_default()
        } else {
            String::new()
        };
        fresh.url = if form.has("url") {
            errors
                .take("url", input::web("予約ページのアドレス", form.get("url")))
                .unwrap_or_default()
        } else {
            String::new()
        };
        fresh.published = form.get("published") == "yes";
    }
    let Some(status) = status.filter(|_| errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    fresh.status = status;
    let new = work::availability::say(&visit.caller(), tx, venue, before.as_ref(), &fresh)?;
    let to = if short { "/home".to_string() } else { format!("/venues/{}/availability", venue.id) };
    Ok(Done::saying(to, if new { "availability.set" } else { "availability.same" }))
}
