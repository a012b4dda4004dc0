//! 請求: matrix of municipalities, forms by month of service, check before submitting, papers; the
//! federation sees what was submitted.

mod account;
mod blanks;
mod desk;
pub mod documents;
mod fill;
mod headless;
mod namesakes;
mod pasted;
pub mod returned;
mod sets;
#[cfg(test)]
mod tests;
mod titles;

use std::sync::Arc;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::Form as WebForm;

use rules::access::Act;
use rules::application::grouped;
use rules::claim::{self, Age, Band, Counts, Form, Kind};
use rules::time::Month;
use rules::{input, time};
use serde_json::{Value, json};

use masters::Masters;
use web::errors::Errors;
use web::field;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use words::Sentence;
use work::claim::{self as store, Finding, PartStatus, Row, SAME, Stored};
use work::venue::VenueHead;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/billing", Act::ReadClaim, list),
        page("/venues/{venue}/billing/{month}", Act::ReadClaim, show),
        page("/venues/{venue}/billing/{month}/edit", Act::EditClaim, edit),
        command("/venues/{venue}/billing/{month}/edit", Act::EditClaim, save, edit),
        page("/venues/{venue}/billing/{month}/check", Act::EditClaim, check),
        command("/venues/{venue}/billing/{month}/check", Act::EditClaim, submit, check),
        command("/venues/{venue}/billing/{month}/withdraw", Act::EditClaim, withdraw, show),
    ];
    all.extend(fill::routes());
    all.extend(returned::routes());
    all.extend(account::routes());
    all.extend(documents::routes());
    all.extend(desk::routes());
    all
}

/// The month of the path, if it may be claimed for: from the first price list to the present month.
fn service_month(visit: &Visit) -> Result<Month, Trouble> {
    let month = Month::parse(visit.param("month")).ok_or(Trouble::NotFound)?;
    if month > Month::of(time::date(visit.now)) || visit.masters().tariff.price(month).is_err() {
        return Err(Trouble::NotFound);
    }
    Ok(month)
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let present = Month::of(time::date(visit.now));
    let claims = store::of_venue(tx, &venue.id)?;
    // The months of the programme, newest first; older ones by address.
    let months: Vec<Value> = (0..4)
        .map(|back| present.plus(-back))
        .map(|month| {
            let found = claims.iter().find(|c| c.service_month == month.to_string());
            let handed_in = found.map_or(time::date(visit.now), |c| c.handed_in(visit.now));
            let billing = claim::billing(month, handed_in, &visit.masters().holidays);
            json!({
                "month": month, "say": month.say(), "claim_month": billing.claim_month.say(), "due": billing.due,
                "status": found.map_or("未作成", Stored::label), "key": found.map_or("none", |c| c.status.key()), "count": found.map(|c| c.count), "amount": found.map(|c| c.amount),
            })
        })
        .collect();
    let older: Vec<Value> = claims
        .iter()
        .filter(|c| !months.iter().any(|m| m["month"] == c.service_month.as_str()))
        .map(|c| json!({"month": c.service_month, "label": c.label(), "amount": c.amount}))
        .collect();
    let parts = store::parts_of_venue(tx, &venue.id)?;
    let n = |wanted: PartStatus| parts.iter().filter(|p| p.status == wanted).count() as i64;
    let drafts = claims.iter().filter(|c| !c.is_submitted()).count() as i64;
    let steps: Vec<(&str, i64)> = vec![
        ("作成中", drafts),
        ("作成済", n(PartStatus::Submitted)),
        ("受付済", n(PartStatus::Received)),
        ("決定", n(PartStatus::Decided)),
        ("返戻", n(PartStatus::Returned)),
    ];
    let bars: Vec<(String, Vec<i64>)> =
        steps.iter().map(|(label, n)| (label.to_string(), vec![*n])).collect();
    let funnel = web::chart::bars(
        &format!("提出先ごとに、{}件が決定しています", grouped(n(PartStatus::Decided))),
        &bars,
        "件",
    );
    let steps = if parts.is_empty() && drafts == 0 { vec![] } else { steps };
    visit.page(
        "claim/list.html",
        typed,
        json!({"h1": "請求総括書・市区町村別請求書", "returned": returned::waiting(tx, &venue.id)?, "steps": steps, "funnel": funnel, "months": months, "older": older, "editable": visit.may(Act::EditClaim)}),
    )
}

/// The masters by which a claim is reckoned: of the instant at which it was submitted, so that later
/// prices change nothing of it; of today for a draft.
pub fn masters_of(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
) -> Result<Arc<Masters>, Trouble> {
    Ok(visit.masters_then(tx, stored.submitted_at)?)
}

/// Some rows together, to the yen, as a claim that is handed in on a day.
pub fn calculate(
    masters: &Masters,
    month: Month,
    handed_in: Date,
    rows: &[Row],
) -> Result<claim::Calculation, Trouble> {
    store::calculate(masters, month, handed_in, rows).map_err(|r| Trouble::at("", r))
}

/// The count and the yen of some rows together.
pub fn total(masters: &Masters, month: Month, rows: &[Row]) -> Result<claim::Sum, Trouble> {
    store::total(masters, month, rows).map_err(|r| Trouble::at("", r))
}

fn crumbs(venue: &VenueHead, month: Month) -> Value {
    json!([
        [format!("/venues/{}/billing", venue.id), "請求"],
        [format!("/venues/{}/billing/{month}", venue.id), format!("{}接種分", month.say())]
    ])
}

/// The columns of the matrix for a form.
fn columns(form: Form, under_six: bool) -> Vec<(Kind, Age, Band)> {
    let ages: &[Age] =
        if under_six { &[Age::SixAndOver, Age::UnderSix] } else { &[Age::SixAndOver] };
    let bands: &[Band] = if form == Form::New { &Band::ALL } else { &[Band::Regular] };
    ages.iter()
        .flat_map(|age| {
            [Kind::Vaccination, Kind::ScreeningOnly]
                .into_iter()
                .flat_map(move |kind| bands.iter().map(move |band| (kind, *age, *band)))
        })
        .collect()
}

fn column_json(
    visit: &Visit,
    month: Month,
    (kind, age, band): (Kind, Age, Band),
) -> Result<Value, Trouble> {
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let unit = price.unit_price(kind, age, band);
    let tax = visit.masters().tariff.tax(month);
    let band_label = match band {
        Band::Regular => "通常対応分（時間外・休日分除く）",
        Band::AfterHours => "時間外対応分",
        Band::Holiday => "休日対応分",
    };
    Ok(json!({
        "key": format!("{}.{}.{}", kind.key(), age.key(), band.key()), "kind": kind.label(), "age": age.label(), "band": if price.form == Form::New { band_label } else { "件数" },
        "unit": unit, "with_tax": claim::amount(1, unit, tax), "name": claim::slot_label((kind, age, band)),
    }))
}

/// That row's label, as the page and the papers have it; it comes back with a copied table.
/// A municipality that stands in several rows: asked about, whoever sends it, before the rows are
/// put together. Rows as a person
/// counts them.
fn twice(masters: &masters::Masters, venue: &VenueHead, rows: &[(String, &Row)]) -> Vec<String> {
    let mut seen: std::collections::BTreeMap<(&str, &str), Vec<&str>> =
        std::collections::BTreeMap::new();
    for (at, row) in rows {
        seen.entry((&row.municipality, &row.recipient_class)).or_default().push(at);
    }
    let several = seen.into_iter().filter(|(_, at)| at.len() > 1);
    several
        .map(|((code, _), at)| {
            let name = store::place_name(masters, venue, code);
            format!("{name}が{}にあります。合わせて1行にします", at.join("と"))
        })
        .collect()
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?;
    if stored.as_ref().is_some_and(|c| c.is_submitted()) {
        return Ok(Answer::Redirect(format!("/venues/{}/billing/{month}", venue.id)));
    }
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let rows = stored.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    let has_under = rows.iter().any(|r| {
        Kind::ALL.iter().any(|k| Band::ALL.iter().any(|b| r.counts.get(*k, Age::UnderSix, *b) > 0))
    });
    let under = has_under
        || visit.query("under6") == "1"
        || typed.form.as_ref().is_some_and(|f| f.has("under6"));
    let columns = columns(price.form, under);
    let places = &visit.masters().places;
    let same = rows.iter().find(|r| r.municipality == SAME && r.recipient_class == "2");
    let classes_shown = visit.query("classes") == "1"
        || rows.iter().any(|r| r.recipient_class != "2")
        || typed.form.as_ref().is_some_and(|f| f.has("class_0"));
    let own = store::OWN_LABEL;
    let mut lines: Vec<Value> = vec![line_json(
        0,
        SAME,
        "",
        own,
        &same.map(|r| r.counts).unwrap_or_default(),
        &columns,
        "2",
    )];
    for row in rows.iter().filter(|r| same != Some(*r)) {
        let name = places.full_name(store::place_code(venue, &row.municipality));
        let label = if row.municipality == SAME { own } else { &name };
        lines.push(line_json(
            lines.len(),
            &row.municipality,
            &name,
            label,
            &row.counts,
            &columns,
            &row.recipient_class,
        ));
    }
    // Empty rows to type into; more come with "行を増やす".
    let wanted = visit.query("rows").parse::<usize>().unwrap_or(0).clamp(0, 100);
    let typed_rows = typed
        .form
        .as_ref()
        .map_or(0, |f| f.0.iter().filter(|(n, _)| n.starts_with("place_")).count() + 1);
    let target = (lines.len() + 4).max(wanted).max(typed_rows);
    while lines.len() < target {
        lines.push(line_json(lines.len(), "", "", "", &Counts::default(), &columns, "2"));
    }
    let columns: Vec<Value> =
        columns.iter().map(|c| column_json(visit, month, *c)).collect::<Result<_, _>>()?;
    let read = typed.form.as_ref().and_then(|form| read(visit, form, month).ok());
    let (written, remarks) = read.unwrap_or_else(|| (rows.clone(), Vec::new()));
    let parts = store::merged_into(tx, &venue.id, month)?;
    let lessened = store::lessened(parts, &rows, &written);
    let lessened = store::questions(visit.masters(), venue, &lessened);
    let programme_rule = if price.form == Form::New { "claim.rule.new" } else { "claim.rule.old" };
    let classes: Vec<[&str; 2]> = visit
        .masters()
        .facility_classes
        .iter()
        .map(|c| [c.code.as_str(), c.label.as_str()])
        .collect();
    let today = time::date(visit.now);
    let billing = claim::billing(month, today, &visit.masters().holidays);
    visit.page(
        "claim/edit.html",
        typed,
        json!({
            "h1": format!("{}接種分の請求", month.say()), "noted": field::noted(&remarks), "remarks": field::quoted(&remarks, typed.form.as_ref()), "read_as": namesakes::said(places, visit.query("read")), "month": month, "claim_month": billing.claim_month.say(), "due": billing.due, "lines": lines, "columns": columns,
            "under": under, "lessened_for": field::noted(&lessened), "lessened": lessened, "new_form": price.form == Form::New, "rule": programme_rule, "tax": visit.masters().tariff.tax(month), "claim_version": stored.as_ref().map_or(0, |c| c.version),
            "classes_shown": classes_shown, "recipient_classes": store::RECIPIENT_CLASSES, "returned": returned::waiting(tx, &venue.id)?, "empty": rows.is_empty(),
            "classes": classes, "facility_class": stored.as_ref().map_or("2".to_string(), |c| c.facility_class.clone()), "crumbs": crumbs(venue, month),
        }),
    )
}

fn line_json(
    n: usize,
    code: &str,
    place: &str,
    label: &str,
    counts: &Counts,
    columns: &[(Kind, Age, Band)],
    class: &str,
) -> Value {
    let cells: Vec<Value> = columns
        .iter()
        .map(|(k, a, b)| {
            let count = counts.get(*k, *a, *b);
            json!({"name": format!("{}.{}.{}_{n}", k.key(), a.key(), b.key()), "value": if count > 0 { count.to_string() } else { String::new() }})
        })
        .collect();
    json!({"n": n, "code": code, "place": place, "label": label, "cells": cells, "count": counts.total(), "same": code == SAME, "class": class})
}

/// Reads the matrix: rows by municipality and class, empty rows dropped; and what the person should
/// confirm: how a name was read, and
/// rows of one municipality that are put together.
fn read(visit: &Visit, form: &WebForm, month: Month) -> Result<(Vec<Row>, Vec<String>), Trouble> {
    let venue = visit.venue()?;
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let columns = columns(price.form, true);
    let mut errors = Errors::default();
    let mut rows: Vec<(String, Row)> = Vec::new();
    let mut remarks: Vec<String> = Vec::new();
    let class_of = |n: usize| {
        if form.get(&format!("class_{n}")) == "1" { "1".to_string() } else { store::with_coupon() }
    };
    let at = |n: usize| format!("{}行目", n + 1);
    let place = |raw: &str, field: &str, errors: &mut Errors| {
        errors.take(field, store::place_of(visit.masters(), venue, raw))
    };
    let numbers: Vec<usize> = form
        .0
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("place_")?.parse().ok())
        .filter(|n| *n < 2000)
        .collect();
    for n in numbers {
        let mut counts = Counts::default();
        let mut typed = false;
        for (k, a, b) in &columns {
            let name = format!("{}.{}.{}_{n}", k.key(), a.key(), b.key());
            if form.has(&name) {
                typed = true;
                let label = claim::slot_label((*k, *a, *b));
                if let Some(count) = errors.take(
                    &name,
                    input::within(&label, input::Unit::Claim, form.get(&name), 0, claim::COUNT_MAX),
                ) {
                    counts.set(*k, *a, *b, u32::try_from(count).unwrap_or(0));
                }
            }
        }
        let field = format!("place_{n}");
        let raw = form.get(&field);
        if raw == SAME {
            if counts.total() > 0 {
                rows.push((
                    at(n),
                    Row { municipality: SAME.into(), counts, recipient_class: class_of(n) },
                ));
            }
        } else if form.has(&field) {
            if let Some(code) = place(raw, &field, &mut errors)
                && (counts.total() > 0 || form.get("drop_zero") != "yes")
            {
                let remark = visit.masters().places.remark(raw);
                remarks.extend(remark.map(|read| {
                    format!(
                        "{}：{}。{}の分として請求します",
                        at(n),
                        read.sentence(),
                        store::place_name(visit.masters(), venue, &code)
                    )
                }));
                rows.push((
                    at(n),
                    Row { municipality: code, counts, recipient_class: class_of(n) },
                ));
            }
        } else if typed && counts.total() > 0 {
            errors.add(field, "市区町村を入力してください");
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let named: Vec<(String, &Row)> = rows.iter().map(|(at, row)| (at.clone(), row)).collect();
    remarks.extend(twice(visit.masters(), venue, &named));
    let mut together = Vec::new();
    rows.into_iter().for_each(|(_, row)| store::add(&mut together, row));
    Ok((together, remarks))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &WebForm) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let (rows, remarks) = read(visit, form, month)?;
    field::is_noted(form, &remarks)?;
    let class = form.get("facility_class");
    if !visit.masters().facility_classes.iter().any(|c| c.code == class) {
        return Err(Trouble::at("facility_class", "施設等区分を選んでください"));
    }
    let stored = store::load(tx, &venue.id, month)?;
    if stored.as_ref().is_some_and(|c| c.is_submitted()) {
        return Err(Trouble::at("", claim::Refusal::SubmittedAlready));
    }
    if form.get("claim_version") != stored.as_ref().map_or(0, |c| c.version).to_string() {
        return Err(Failure::Stale.into());
    }
    let total = total(visit.masters(), month, &rows)?;
    let same = stored.as_ref().is_some_and(|c| c.says(&rows, class, total));
    if !same {
        let how = returned::settled(visit, tx, month, (stored.as_ref(), &rows), form)?;
        let draft = store::Draft { rows: &rows, class, total };
        store::save_draft(&visit.caller(), tx, venue, month, &draft, stored.as_ref(), how)?;
    }
    let typed =
        form.0.iter().filter(|(name, _)| name.starts_with("place_")).map(|(_, raw)| raw.as_str());
    let own =
        |raw: &&str| store::place_of(visit.masters(), venue, raw).is_ok_and(|code| code == SAME);
    let names: Vec<&str> = typed.filter(|raw| !own(raw)).collect();
    let done = match form.get("go") {
        "check" => Done::to(format!("/venues/{}/billing/{month}/check", venue.id)),
        "rows" => {
            Done::to(format!("/venues/{}/billing/{month}/edit?rows={}", venue.id, rows.len() + 12))
        }
        _ => Done::saying(
            format!("/venues/{}/billing/{month}/edit", venue.id),
            if same { "unchanged" } else { "claim.saved" },
        ),
    };
    Ok(namesakes::told(done, &visit.masters().places, names))
}

fn summary_json(
    visit: &Visit,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    stored: &Stored,
) -> Result<Value, Trouble> {
    let masters = &*masters_of(visit, tx, stored)?;
    let calculation = calculate(masters, month, stored.handed_in(visit.now), &stored.rows.0)?;
    let sets = store::destinations(tx, masters, venue, &stored.rows.0)?;
    let parts = store::parts_of_claim(tx, &stored.id)?;
    let rows: Vec<Value> = calculation
        .rows
        .iter()
        .map(|r| json!({"kind": r.kind.label(), "age": r.age.label(), "band": r.band.label(), "count": r.count, "unit": r.unit_price, "amount": r.amount}))
        .collect();
    let destinations: Vec<Value> = sets
        .iter()
        .map(|d| {
            let amount = store::total(masters, month, &d.rows).unwrap_or_default();
            let places: Vec<String> = d.rows.iter().map(|r| store::place_name(masters, venue, &r.municipality)).collect();
            let part = parts.iter().find(|p| p.destination == d.key).map(|p| {
                let (word, tone) = p.status();
                json!({"word": word, "tone": tone, "received_at": p.received_at, "decided_count": p.decided_count, "decided_amount": p.decided_amount, "decided_at": p.decided_at, "reason": p.reason.as_deref().map(returned::reason_said), "pays_on": p.pays_on, "waits": p.waits_for_correction(), "merged_into": p.merged_into, "destination": p.destination})
            });
            json!({"name": d.name, "federation": d.federation, "places": places, "count": amount.count, "amount": amount.amount, "part": part, "desk": d.desk})
        })
        .collect();
    Ok(json!({
        "month": month, "say": month.say(), "claim_month": calculation.claim_month.say(), "due": calculation.due, "tax": calculation.tax_percent, "form": calculation.form,
        "rows": rows, "vaccination": calculation.subtotals.vaccination, "screening": calculation.subtotals.screening_only, "total": calculation.total, "destinations": destinations,
        "status": stored.label(), "key": stored.status, "version": stored.version, "id": stored.id, "receipt": stored.receipt, "submitted_at": stored.submitted_at, "submitted_by": stored.submitted_by,
    }))
}

fn check(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let Some(stored) = store::load(tx, &venue.id, month)?.filter(|c| !c.is_submitted()) else {
        return Ok(Answer::Redirect(format!("/venues/{}/billing/{month}", venue.id)));
    };
    let findings = store::check(&visit.caller(), tx, venue, month, &stored)?;
    let stops = findings.iter().any(Finding::stops);
    let findings: Vec<Value> = findings
        .iter()
        .map(|found| json!({"stops": found.stops(), "sentence": found.sentence()}))
        .collect();
    visit.page(
        "claim/check.html",
        typed,
        json!({
            "h1": "提出前の確認", "claim": summary_json(visit, tx, venue, month, &stored)?, "findings": findings, "stops": stops,
            "read_as": namesakes::said(&visit.masters().places, visit.query("read")), "crumbs": crumbs(venue, month),
        }),
    )
}

fn submit(visit: &Visit, tx: &mut Tx<'_>, form: &WebForm) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    if form.get("version") != stored.version.to_string() || stored.is_submitted() {
        return Err(Failure::Stale.into());
    }
    store::hand_in(&visit.caller(), tx, venue, month, &stored, true)?;
    Ok(Done::saying(format!("/venues/{}/billing/{month}", venue.id), "claim.submitted"))
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let Some(stored) = store::load(tx, &venue.id, month)? else {
        // Who can't begin one is told what there is.
        let edit = if visit.may(Act::EditClaim) { format!("/{month}/edit") } else { String::new() };
        return Ok(Answer::Redirect(format!("/venues/{}/billing{edit}", venue.id)));
    };
    let editable = visit.may(Act::EditClaim);
    let submitted = stored.is_submitted();
    let free = store::may_be_withdrawn(&store::parts_of_claim(tx, &stored.id)?);
    visit.page(
        "claim/show.html",
        typed,
        json!({"h1": format!("{}接種分の請求", month.say()), "claim": summary_json(visit, tx, venue, month, &stored)?, "editable": editable, "withdrawable": editable && submitted && free, "taken": editable && submitted && !free, "crumbs": [[format!("/venues/{}/billing", venue.id), "請求"]]}),
    )
}

fn withdraw(visit: &Visit, tx: &mut Tx<'_>, form: &WebForm) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    form.expect_version(stored.version)?;
    let reason = web::field::note(form, "reason", "理由")?;
    if reason.is_empty() {
        return Err(Trouble::at("reason", "取り下げる理由を書いてください"));
    }
    store::withdraw(&visit.caller(), tx, &venue.id, month, &stored, &reason)?;
    Ok(Done::saying(format!("/venues/{}/billing/{month}/edit", venue.id), "claim.withdrawn"))
}
