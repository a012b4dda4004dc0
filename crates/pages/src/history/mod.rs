//! 履歴: who did what when, one click from the record.

#[cfg(test)]
mod event_tests;
pub mod pages;
pub mod words;

use std::collections::BTreeMap;

use platform::db::{Failure, Tx};
use platform::journal;
use rules::access::{Act, Role};
use serde_json::{Value, json};

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};
use words::Words;

pub fn routes() -> Vec<Route> {
    vec![page("/venues/{venue}/history", Act::ReadHistory, of_venue)]
}

/// Rows on the page, the newest; the older ones are seen by their day, above.
const SHOWN: usize = 300;

fn of_venue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let mut rows = journal::of_record(tx, "venue", &venue.id)?;
    if let Some(application) = &venue.application_id {
        rows.extend(journal::of_record(tx, "application", application)?);
    }
    for letter in work::letter::of_venue(tx, &venue.id)? {
        rows.extend(journal::of_record(tx, "letter", &letter.id)?);
    }
    for shipment in work::delivery::shipments(tx, &venue.id)? {
        rows.extend(journal::of_record(tx, "shipment", &shipment.id)?);
    }
    let transfers = work::stock::transfers_of(tx, &venue.id)?;
    for transfer in &transfers {
        rows.extend(journal::of_record(tx, "transfer", &transfer.id)?);
    }
    rows.extend(tokens_of(tx, &venue.id)?);
    rows.extend(journal::of_records(tx, "allocation", &format!("{}:", venue.id))?);
    rows.extend(journal::of_record(tx, "reading", &format!("venue:{}", venue.id))?);
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.number)));
    let total = rows.len();
    rows.truncate(SHOWN);
    let mut rows = rows_json(visit, tx, &rows)?;
    // Who gives: the record of a transfer names the one that takes.
    for row in rows.iter_mut().filter(|row| row["act"] == "act.transfer.offer") {
        let given = transfers.iter().find(|t| row["id"] == t.id.as_str());
        if let (Some(given), Some(lines)) = (given, row["lines"].as_array_mut()) {
            let from = words::Line {
                label: "transfer.giver".into(),
                after: given.from_name.clone(),
                typed: true,
                ..words::Line::default()
            };
            lines.insert(0, serde_json::to_value(from).unwrap_or_default());
        }
    }
    visit.page(
        "history/venue.html",
        typed,
        json!({"h1": "履歴", "tab": "history", "total": total, "shown": rows.len(), "rows": rows}),
    )
}

/// What was told of the tokens that act for a venue: each stands in the chain of who made it.
fn tokens_of(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<journal::Stored>, Failure> {
    let mut rows = Vec::new();
    for (account, membership) in work::token::makers(tx, venue)? {
        let told = journal::of_record(tx, "account", &account)?.into_iter();
        rows.extend(told.filter(|row| {
            row.membership == membership && row.event::<work::token::Event>().is_some()
        }));
    }
    Ok(rows)
}

/// A journal row in words.
pub struct Said<'r> {
    pub stored: &'r journal::Stored,
    pub role: Option<&'static str>,
    pub subject: String,
    pub lines: Vec<words::Line>,
}

/// Journal rows as people read them, on pages.
pub fn rows_json(
    visit: &Visit,
    tx: &mut Tx<'_>,
    rows: &[journal::Stored],
) -> Result<Vec<Value>, Trouble> {
    let said = rows_said(visit, tx, rows)?;
    let row = |Said { stored: r, role, subject, lines }: Said<'_>| {
        json!({
            "at": r.at,
            "name": r.name,
            // Nobody's name stands for who has no account.
            "nameless": r.account.is_empty(),
            "role": role,
            "act": format!("act.{}", r.act),
            "reason": r.reason,
            // The reason of an amount is worked out with it.
            "reasoned": r.act == "allocation.fix",
            "lines": lines,
            "hash": r.hash.get(..12).unwrap_or(&r.hash),
            "number": r.number,
            "kind": r.record_kind,
            "id": r.record_id,
            "subject": subject,
        })
    };
    Ok(said.into_iter().map(row).collect())
}

/// The same for pages and for files.
pub fn rows_said<'r>(
    visit: &Visit,
    tx: &mut Tx<'_>,
    rows: &'r [journal::Stored],
) -> Result<Vec<Said<'r>>, Trouble> {
    let words = Words::of(visit, tx, rows)?;
    let mut subjects: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let mut all = Vec::new();
    for r in rows {
        let record = (r.record_kind.as_str(), r.record_id.as_str());
        let subject = match subjects.get(&record) {
            Some(known) => known.clone(),
            None => {
                let fresh = words.subject(tx, record.0, record.1)?;
                subjects.insert(record, fresh.clone());
                fresh
            }
        };
        let lines = words.lines(&r.act, &r.record_id, &r.before.0, &r.after.0);
        all.push(Said {
            stored: r,
            role: Role::from_key(&r.role).map(Role::label),
            subject,
            lines,
        });
    }
    Ok(all)
}
