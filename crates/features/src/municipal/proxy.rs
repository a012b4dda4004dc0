//! 代行入力: a venue allows its municipality to enter results for it; what is entered so is marked.

use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::{args, sql};
use rules::access::Act;
use serde_json::{Value, json};

use crate::results::{self, Reporter};
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/proxy", Act::ReadVenue, grant_page),
        deed("/venues/{venue}/proxy", Act::EditVenue, grant, grant_page),
        page("/municipal/entry", Act::EnterForVenue, list),
        page("/municipal/entry/{venue}", Act::EnterForVenue, enter),
        deed("/municipal/entry/{venue}", Act::EnterForVenue, save, enter),
    ]
}

fn granted(tx: &mut Tx<'_>, venue: &str) -> Result<Option<(Timestamp, String)>, Trouble> {
    Ok(tx.first(
        sql!(
            "select granted_at, granted_by
               from proxy_grant
              where venue_id = $1
                and ended_at is null"
        ),
        args![venue],
    )?)
}

fn grant_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let known = granted(tx, &venue.id)?.map(|(at, by)| json!({"at": at, "by": by}));
    visit.page(
        "municipal/grant.html",
        typed,
        json!({"h1": "市町村による代行入力", "granted": known, "place": visit.masters().places.full_name(&venue.municipality), "editable": visit.may(Act::EditVenue), "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]]}),
    )
}

fn grant(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let name = visit.actor().name;
    let allow = form.get("go") == "allow";
    if allow == granted(tx, &venue.id)?.is_some() {
        return Ok(Done::saying(format!("/venues/{}/proxy", venue.id), "unchanged"));
    }
    if allow {
        tx.run(
            sql!(
                "insert into proxy_grant (venue_id, granted_at, granted_by)
                 values ($1, $2, $3)
                     on conflict (venue_id) do update set granted_at = excluded.granted_at,
                                 granted_by = excluded.granted_by, ended_at = null"
            ),
            args![&venue.id, visit.now, &name],
        )?;
    } else {
        tx.run(
            sql!("update proxy_grant set ended_at = $1 where venue_id = $2 and ended_at is null"),
            args![visit.now, &venue.id],
        )?;
    }
    let act = if allow { "proxy.allow" } else { "proxy.end" };
    visit.journal(
        tx,
        ("venue", &venue.id),
        act,
        Value::Null,
        json!({"municipality": venue.municipality}),
        None,
    )?;
    Ok(Done::saying(
        format!("/venues/{}/proxy", venue.id),
        if allow { "proxy.allowed" } else { "proxy.ended" },
    ))
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<(String, String, String, Timestamp)> = tx.all(
        sql!(
            "select v.id, v.code, v.name, g.granted_at
               from proxy_grant g
               join venue v on v.id = g.venue_id
              where v.municipality = $1
                and g.ended_at is null
              order by v.name, v.id"
        ),
        args![&visit.hat()?.scope_id],
    )?;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, code, name, at)| json!({"id": id, "code": code, "name": name, "at": at}))
        .collect();
    visit.page("municipal/entry.html", typed, json!({"h1": "代行入力", "rows": rows}))
}

/// Only where the venue allowed it, and only as long as it does.
fn allowed(visit: &Visit, tx: &mut Tx<'_>) -> Result<Reporter, Trouble> {
    let venue = visit.venue()?;
    if granted(tx, &venue.id)?.is_none() {
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
