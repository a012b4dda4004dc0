//! 接種実績 and 廃棄: what happened is typed once, as an increase or as a total; entries are stored,
//! totals are sums.

use platform::db::Tx;
use platform::english;
use platform::form::Form;

use rules::access::{Act, Scope};
use rules::application::grouped;
use rules::results::{self, Series};
use rules::time;
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::results::{
    NotWritten, Said, asked_about, entries, fields_of, known, read_all, report_said,
};

pub mod batch;
pub mod persons;
pub mod record;

pub fn routes() -> Vec<Route> {
    let mut all = own_routes();
    all.extend(persons::routes());
    all.extend(batch::routes());
    all
}

fn own_routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/results", Act::ReadResults, view),
        page("/venues/{venue}/results/edit", Act::ReportResults, edit),
        command("/venues/{venue}/results/edit", Act::ReportResults, save, edit),
    ]
}

fn view(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let at = visit.as_of()?;
    let mut entries = entries(tx, &venue.id)?;
    entries.retain(|e| at.is_none_or(|at| e.at <= at));
    let known = known(visit.masters(), tx, &venue.id, &entries)?;
    let masters = visit.masters_then(tx, at)?;
    let programme = masters.programme();
    let cards: Vec<Value> = Series::ALL
        .iter()
        .map(|s| {
            let k = known(*s);
            json!({"label": words::results::label(*s, programme), "unit": s.unit().word(), "total": k.total, "received": k.received, "share": if k.received > 0 { (k.total.saturating_mul(100) / k.received).clamp(0, 100) } else { 0 }, "bar": at.is_none() && *s != Series::Earlier})
        })
        .collect();
    // Newest first on the page; the totals are summed oldest first.
    let totals = results::running(entries.iter().map(|e| (e.series, e.increase)));
    let mut rows: Vec<Value> = entries
        .iter()
        .zip(totals)
        .map(|(e, total)| {
            json!({"entry": e, "waste": e.waste(), "label": words::results::label(e.series, programme), "unit": e.series.unit().word(), "total": total})
        })
        .collect();
    rows.reverse();
    let last = entries.iter().map(|e| e.as_of).max();
    let completed = work::venue::completed(tx, &venue.id)?;
    let completed = completed.filter(|c| at.is_none_or(|at| c.at <= at));
    let persons = work::results::persons::shots(tx, &venue.id)?;
    let standing = work::stock::standing(visit.masters(), tx, &venue.id)?;
    let (brought, moved) = (standing.received, standing.transferred);
    let several = visit.memberships.iter().filter(|h| h.scope_kind == Scope::Venue).count() > 1;
    visit.page(
        "results/view.html",
        typed,
        json!({"h1": "接種実績", "at": at, "cards": cards, "brought": brought, "moved": moved, "rows": rows, "last": last, "editable": visit.may(Act::ReportResults) && completed.is_none() && at.is_none(), "completed": completed.map(|c| c.at), "persons": persons, "may_persons": visit.may(Act::ReadPersons), "several": several}),
    )
}

/// Who enters: the venue itself, or its municipality for it (代行).
pub enum Reporter {
    Venue,
    Municipality(String),
}

impl Reporter {
    fn action(&self, venue: &str) -> String {
        match self {
            Reporter::Venue => format!("/venues/{venue}/results/edit"),
            Reporter::Municipality(_) => format!("/municipal/entry/{venue}"),
        }
    }
    fn marked(&self, name: &str) -> String {
        match self {
            Reporter::Venue => name.to_string(),
            Reporter::Municipality(place) => format!("代行：{place} {name}"),
        }
    }
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    form(visit, tx, typed, &Reporter::Venue)
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    report(visit, tx, form, &Reporter::Venue)
}

/// The form, with what is known beside what is asked.
pub fn form(
    visit: &Visit,
    tx: &mut Tx<'_>,
    typed: &Typed,
    by: &Reporter,
) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let entries = entries(tx, &venue.id)?;
    let known = known(visit.masters(), tx, &venue.id, &entries)?;
    let programme = visit.masters().programme();
    let product = &programme.product.short_name;
    let rows: Vec<Value> = Series::ALL
        .iter()
        .map(|s| {
            let k = known(*s);
            let last = entries.iter().rfind(|e| e.series == *s);
            json!({"key": s.key(), "label": words::results::label(*s, programme), "unit": s.unit().word(), "before": k.total, "last": last.map(|e| e.as_of), "received": k.received, "product": product, "hidden": *s == Series::Earlier && k.total == 0})
        })
        .collect();
    let asked = typed.errors.0.iter().any(|(field, _)| field == "confirmed");
    let confirm_value = typed
        .form
        .as_ref()
        .map(|form| {
            asked_about(&read_all(programme, &said_of(form), &known, &mut Errors::default()))
        })
        .unwrap_or_default();
    let last = entries.iter().map(|e| e.as_of).max();
    let unknown = || (String::new(), "わからない・分けて記録しない".to_string());
    let sums = work::stock::sums(tx, &venue.id)?;
    let used_lots: Vec<(String, String)> =
        std::iter::once(unknown()).chain(crate::stock::choices(&sums)).collect();
    // What was thrown away may be corrected even where nothing is left of the lot.
    let lots: Vec<(String, String)> = std::iter::once(unknown())
        .chain(sums.iter().filter(|(lot, _)| !lot.is_empty()).map(|(lot, n)| {
            (lot.clone(), format!("{}（在庫{}本）", english::typed(lot), grouped((*n).max(0))))
        }))
        .collect();
    let waste_reasons: Vec<(&str, &str)> =
        std::iter::once(("", "選んでください")).chain(rules::stock::WASTE_REASONS).collect();
    // The last reports, so that an odd number is seen before it is sent.
    let mut past: Vec<(String, i64)> = entries
        .iter()
        .rev()
        .filter(|e| e.series == Series::Booster)
        .take(12)
        .map(|e| (time::say_short(e.as_of), e.increase))
        .collect();
    past.reverse();
    let chart = (past.len() > 1).then(|| web::chart::columns("これまでの報告の増分（回）", &past));
    visit.page(
        "results/edit.html",
        typed,
        json!({
            "h1": format!("追加接種（{}）の接種実績等の報告", programme.dose_name), "rows": rows, "asked": asked, "confirm_value": confirm_value, "last": last, "product": programme.product.name, "earlier": programme.earlier_dose_name, "today_text": time::say_date(time::date(visit.now)),
            "action": by.action(&venue.id), "proxy": matches!(by, Reporter::Municipality(_)), "back": match by { Reporter::Venue => format!("/venues/{}/results", venue.id), Reporter::Municipality(_) => "/municipal/entry".into() },
            "lots": lots, "used_lots": used_lots, "waste_reasons": waste_reasons, "chart": chart,
            "crumbs": match by { Reporter::Venue => json!([[format!("/venues/{}/results", venue.id), "接種実績"]]), Reporter::Municipality(_) => json!([["/municipal/entry", "代行入力"]]) },
        }),
    )
}

/// A report as it was typed on the page.
fn said_of(form: &Form) -> Said {
    let seen = |name: &str| form.has(name).then(|| form.get(name).to_string());
    let count = |s: &Series| {
        let [up, sum] = fields_of(*s);
        (*s, (seen(up), seen(sum)))
    };
    Said {
        counts: Series::ALL.iter().map(count).collect(),
        as_of: form.get("as_of").into(),
        reason: form.get("reason").into(),
        waste_reason: form.get("waste_reason").into(),
        waste_lot: seen("waste_lot"),
        used_lot: seen("used_lot"),
        confirmed: form.get("confirmed").into(),
        anyhow: false,
    }
}

/// Writes a report that was typed on a page.
pub fn report(visit: &Visit, tx: &mut Tx<'_>, form: &Form, by: &Reporter) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let name = by.marked(&visit.actor().name);
    report_said(&visit.caller(), tx, &venue.id, &said_of(form), &name)
        .map_err(|refused| refused.told(Trouble::refused))?;
    Ok(match by {
        Reporter::Venue => {
            Done::saying(format!("/venues/{}/results", visit.venue()?.id), "results.reported")
        }
        Reporter::Municipality(_) => Done::saying("/municipal/entry", "results.reported"),
    })
}

/// Why a report wasn't written, at the field that it is about.
fn not_written(refusal: NotWritten) -> Trouble {
    match refusal {
        NotWritten::Wasted(r) => Trouble::at("waste_lot", r),
        NotWritten::Used(r) => Trouble::at("used_lot", r),
    }
}

/// A venue that has completed reports nothing any more; what it reported stays readable.
pub fn closed(tx: &mut Tx<'_>, venue: &str) -> Result<(), Trouble> {
    match work::venue::completed(tx, venue)? {
        Some(done) => Err(Trouble::at("", words::access::completed(done.at))),
        None => Ok(()),
    }
}
