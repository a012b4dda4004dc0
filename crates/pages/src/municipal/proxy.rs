//! 代行入力: a venue allows its municipality to enter results for it; what is entered so is marked.

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use serde_json::{Value, json};

use crate::results::{self, Reporter};
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/proxy", Act::ReadVenue, grant_page),
        command("/venues/{venue}/proxy", Act::EditVenue, grant, grant_page),
        page("/municipal/entry", Act::EnterForVenue, list),
        page("/municipal/entry/{venue}", Act::EnterForVenue, enter),
        command("/municipal/entry/{venue}", Act::EnterForVenue, save, enter),
    ]
}

fn grant_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let known = work::venue::proxy(tx, &venue.id)?
        .map(|proxy| json!({"at": proxy.granted_at, "by": proxy.granted_by}));
    visit.page(
        "municipal/grant.html",
        typed,
        json!({"h1": "市町村による代行入力", "granted": known, "place": visit.masters().places.full_name(&venue.municipality), "editable": visit.may(Act::EditVenue), "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]]}),
    )
}

fn grant(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let allow = form.get("go") == "allow";
    if !work::venue::allow_proxy(&visit.caller(), tx, venue, allow)? {
        return Ok(Done::saying(format!("/venues/{}/proxy", venue.id), "unchanged"));
    }
    Ok(Done::saying(
        format!("/venues/{}/proxy", venue.id),
        if allow { "proxy.allowed" } else { "proxy.ended" },
    ))
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = work::venue::allowing(tx, &visit.membership()?.scope_id)?
        .into_iter()
        .map(|v| json!({"id": v.id, "code": v.code, "name": v.name, "at": v.granted_at, "completed": v.completed_at.map(words::access::completed)}))
        .collect();
    visit.page("municipal/entry.html", typed, json!({"h1": "代行入力", "rows": rows}))
}

/// Only where the venue allowed it, and only as long as it does.
fn allowed(visit: &Visit, tx: &mut Tx<'_>) -> Result<Reporter, Trouble> {
    let venue = visit.venue()?;
    if work::venue::proxy(tx, &venue.id)?.is_none() {
        return Err(Trouble::Forbidden { who_can: "会場が代行を認めた市町村".into() });
    }
    Ok(Reporter::Municipality(visit.masters().places.full_name(&venue.municipality)))
}

fn enter(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let by = allowed(visit, tx)?;
    results::form(visit, tx, typed, &by)
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let by = allowed(visit, tx)?;
    results::report(visit, tx, form, &by)
}
