//! The federation's and the municipality's desk: what was submitted to it, 受付, 決定, 返戻.

use std::sync::Arc;

use mails::claim::Back;
use masters::Masters;
use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Role};
use rules::claim::{self, Counts, Form as PaperForm, Refusal};
use rules::time::Month;
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::claim::{
    self as store, AtDesk, Bill, Decision, Destination, Narrowed, Part, PartStatus, Row,
};

pub fn routes() -> Vec<Route> {
    let (k, m) = (Act::ReceiveClaim, Act::ReceiveMunicipalClaim);
    let mut all = vec![
        page("/kokuho/bills", k, list),
        page("/kokuho/bills/{claim}", k, one),
        command("/kokuho/bills/{claim}", k, handle, one),
        page("/kokuho/bills/{claim}/data.json", k, data),
        page("/municipal/bills", m, list),
        page("/municipal/bills/{claim}", m, one),
        command("/municipal/bills/{claim}", m, handle, one),
        page("/municipal/bills/{claim}/data.json", m, data),
    ];
    all.extend(list!("/kokuho/bills", k, sheet));
    all.extend(list!("/municipal/bills", m, sheet));
    all
}

/// Under which address the desk stands, and which parts are its own.
fn own(visit: &Visit) -> Result<(&'static str, String), Trouble> {
    let membership = visit.membership()?;
    Ok(match membership.role {
        Role::Federation => ("/kokuho/bills", format!("federation:{}", membership.scope_id)),
        _ => ("/municipal/bills", format!("municipality:{}", membership.scope_id)),
    })
}

/// What the address narrows a list to.
fn narrowed(visit: &Visit) -> Result<Narrowed, Trouble> {
    let q = visit.query("q");
    // A whole number in any writing; what is none is looked for as it was typed.
    let number = rules::input::official(q);
    let receipt =
        if number.contains(|c: char| c.is_ascii_digit()) { number } else { q.to_string() };
    let month = visit
        .request
        .query
        .has("month")
        .then(|| rules::input::month("月", visit.query("month")))
        .transpose();
    Ok(Narrowed {
        month: month.map_err(|e| Trouble::at("month", e))?.map_or(String::new(), |m| m.to_string()),
        status: PartStatus::from_key(visit.query("status")),
        q: q.to_string(),
        receipt,
    })
}

/// The desk's bills as the address narrows them, the last month first, from the row `from` on.
fn bills(visit: &Visit, tx: &mut Tx<'_>, from: i64, limit: i64) -> Result<Vec<Bill>, Trouble> {
    let (_, destination) = own(visit)?;
    Ok(store::bills(tx, &destination, &narrowed(visit)?, from, limit)?)
}

/// Rows on one page.
const SHOWN: i64 = 100;

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let (base, destination) = own(visit)?;
    let page = visit.page_asked(100_000)?;
    let mut rows = bills(visit, tx, (page - 1) * SHOWN, SHOWN + 1)?;
    let more = rows.len() as i64 > SHOWN;
    rows.truncate(SHOWN as usize);
    let months = store::months_of(tx, &destination)?;
    // Of everything that fits, whatever part of it this page shows.
    let sums = store::sums(tx, &destination, &narrowed(visit)?)?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|b| {
            let (word, tone) = b.status.said();
            json!({"id": b.id, "venue": b.venue, "code": b.code, "month": Month::parse(&b.service_month).map_or(b.service_month.clone(), Month::say), "count": b.count, "amount": b.amount, "at": b.submitted_at, "receipt": b.receipt, "word": word, "tone": tone, "decided_count": b.decided_count, "decided_amount": b.decided_amount})
        })
        .collect();
    let name = match membership.role {
        Role::Federation => visit
            .masters()
            .federation(&membership.scope_id)
            .map_or(String::new(), |f| f.name.clone()),
        _ => visit.masters().places.full_name(&membership.scope_id),
    };
    let months: Vec<(String, String)> = std::iter::once((String::new(), "すべての月".to_string()))
        .chain(months.into_iter().map(|m| (m.clone(), Month::parse(&m).map_or(m, Month::say))))
        .collect();
    visit.page(
        "claim/bills.html",
        typed,
        json!({
            "h1": "届いた請求", "rows": rows, "desk": name, "base": base, "months": months, "month": visit.query("month"), "status": visit.query("status"), "q": visit.query("q"),
            "address": web::search::address(visit, &["month", "status", "q"]), "page": page, "following": more.then_some(page + 1),
            "statuses": [["", "すべて"], ["submitted", "作成済"], ["received", "受付済"], ["decided", "決定"], ["returned", "返戻"]],
            "bills": sums.bills,
            "count": sums.count,
            "amount": sums.amount,
            "decided_count": sums.decided_count,
            "decided_amount": sums.decided_amount,
        }),
    )
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = bills(visit, tx, 0, 100_000)?.into_iter().map(|b| {
        vec![
            Cell::code(b.receipt.unwrap_or_default()),
            Cell::Code(b.code),
            Cell::Text(b.venue),
            Cell::Text(b.service_month),
            Cell::Number(b.count),
            Cell::Number(b.amount),
            Cell::text(b.status.said().0),
            Cell::count(b.decided_count),
            Cell::count(b.decided_amount),
            Cell::Date(b.pays_on),
        ]
    });
    let head = [
        "受付番号",
        "医療機関等番号",
        "接種会場",
        "接種月",
        "請求件数",
        "請求金額",
        "状態",
        "決定件数",
        "決定金額",
        "支払予定日",
    ];
    Ok(Sheet::new("請求", &visit.membership()?.scope_id, head, rows.collect()))
}

/// The part that this desk has of a claim.
struct Loaded {
    stored: store::Stored,
    part: Part,
    /// Its rows, and to whom they go.
    set: Destination,
    month: Month,
    /// Those by which the claim is reckoned.
    masters: Arc<Masters>,
}

fn load(visit: &Visit, tx: &mut Tx<'_>) -> Result<Loaded, Trouble> {
    let (_, destination) = own(visit)?;
    let stored = store::by_id(tx, &visit.param("claim").into())?
        .filter(|c| c.is_submitted())
        .ok_or(Trouble::NotFound)?;
    let part = store::part(tx, &stored.id, &destination)?;
    let venue = visit.venue()?;
    let month = Month::parse(&stored.service_month).ok_or(Trouble::NotFound)?;
    let masters = super::masters_of(visit, tx, &stored)?;
    let all = store::destinations(tx, &masters, venue, &stored.rows.0)?;
    let set = all.into_iter().find(|d| d.key == destination).ok_or(Trouble::NotFound)?;
    Ok(Loaded { stored, part, set, month, masters })
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let Loaded { stored, part, set, month, masters } = load(visit, tx)?;
    let (venue, masters) = (visit.venue()?, &*masters);
    let calculation = super::calculate(masters, month, stored.handed_in(visit.now), &set.rows)?;
    let rows: Vec<Value> = calculation.rows.iter().map(|r| json!({"kind": r.kind.label(), "age": r.age.label(), "band": r.band.label(), "count": r.count, "unit": r.unit_price, "amount": r.amount})).collect();
    let places: Vec<Value> = set
        .rows
        .iter()
        .map(|r| {
            let total = store::total(masters, month, std::slice::from_ref(r)).unwrap_or_default();
            let back = part.returned_rows.as_ref().and_then(|rows| rows.0.iter().find(|x| key(x) == key(r)));
            let returned = back.map_or(0, |x| x.counts.total());
            let cells: Vec<Value> = claim::slots(PaperForm::New)
                .filter(|(k, a, b)| r.counts.get(*k, *a, *b) > 0)
                .map(|slot| {
                    let (k, a, b) = slot;
                    json!({"field": field(r, slot), "label": claim::slot_label(slot), "claimed": r.counts.get(k, a, b)})
                })
                .collect();
            json!({"key": key(r), "cells": cells, "decided": total.count.saturating_sub(returned), "code": store::place_code(venue, &r.municipality), "name": store::place_name(masters, venue, &r.municipality), "class": r.recipient_class, "count": total.count, "amount": total.amount, "returned": returned})
        })
        .collect();
    let (base, _) = own(visit)?;
    let (word, tone) = part.status();
    let ticked = typed.form.as_ref().map_or_else(Vec::new, |form| form.all("returned"));
    visit.page(
        "claim/bill.html",
        typed,
        json!({
            "h1": format!("{}接種分の請求", month.say()), "rows": rows, "places": places, "total": calculation.total, "due": calculation.due, "claim_month": calculation.claim_month.say(),
            "receipt": stored.receipt, "submitted_at": part.submitted_at, "payment": part.pays_on.or_else(|| pays_on(visit, &part, month)), "base": base, "id": stored.id, "version": part.version,
            "late": calculation.claim_month != month.plus(1), "word": word, "tone": tone, "status": part.status, "received_at": part.received_at, "decided_at": part.decided_at, "decided_count": part.decided_count, "decided_amount": part.decided_amount,
            "reason": part.reason.as_deref().map(super::returned::reason_said), "handled_by": part.handled_by, "ticked": ticked, "count": part.count, "amount": part.amount, "crumbs": [[base, "届いた請求"]],
        }),
    )
}

/// A row's name in the form: its municipality and class, whatever its place in the table.
fn key(row: &Row) -> String {
    format!("{}-{}", row.municipality, row.recipient_class)
}

/// The field for how many of a count are returned.
fn field(row: &Row, (kind, age, band): (claim::Kind, claim::Age, claim::Band)) -> String {
    format!("back_{}_{}.{}.{}", key(row), kind.key(), age.key(), band.key())
}

/// What the form ticks and counts as returned of each row, with its reason; the rest is decided.
fn decision(visit: &Visit, form: &Form, rows: &[Row]) -> Result<Decision, Trouble> {
    let (venue, masters) = (visit.venue()?, visit.masters());
    let mut errors = Errors::default();
    let mut decision = Decision { decided: Vec::new(), returned: Vec::new(), back: Vec::new() };
    let ticked = form.all("returned");
    for row in rows {
        let key = key(row);
        let mut back = Counts::default();
        for slot in claim::slots(PaperForm::New).filter(|(k, a, b)| row.counts.get(*k, *a, *b) > 0)
        {
            let (k, a, b) = slot;
            let (name, claimed) = (field(row, slot), row.counts.get(k, a, b));
            if ticked.contains(&key.as_str()) && !form.has(&name) {
                back.set(k, a, b, claimed);
            } else if form.has(&name) {
                let label = format!("返戻する件数（{}）", claim::slot_label(slot));
                let count = errors.take(
                    &name,
                    input::within(
                        &label,
                        input::Unit::Claim,
                        form.get(&name),
                        0,
                        i64::from(claimed),
                    ),
                );
                let count = count.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
                // The whole row was ticked, and a part of it counted.
                if ticked.contains(&key.as_str()) && count != claimed {
                    let refusal = Refusal::TickedAndCounted { claimed, counted: count };
                    errors.add(&name, refusal);
                }
                back.set(k, a, b, count);
            }
        }
        let reason_field = format!("reason_{key}");
        let own = web::field::note(form, &reason_field, "理由")?;
        // One reason for all stands where a row has none of its own.
        let reason = if own.is_empty() && back.total() > 0 {
            web::field::note(form, "reason", "理由")?
        } else {
            own
        };
        match claim::decide_row(&row.counts, &back, &reason) {
            Err(refusal) => errors.add(reason_field, refusal),
            Ok(rest) => {
                decision.decided.push(Row { counts: rest, ..row.clone() });
                if back.total() > 0 {
                    let name = store::place_name(masters, venue, &row.municipality);
                    decision.back.push(Back {
                        place: (&name).into(),
                        count: back.total(),
                        reason: (&reason).into(),
                    });
                    decision.returned.push(Row { counts: back, ..row.clone() });
                }
            }
        }
    }
    // A reason for all, where nothing goes back.
    if decision.returned.is_empty() && errors.is_empty() && form.has("reason") {
        errors.add("reason", claim::DecisionRefusal::NothingReturned);
    }
    if errors.is_empty() { Ok(decision) } else { Err(Trouble::refused(errors)) }
}

/// By the federation's own rule; a municipality pays by the guide's.
fn pays_on(visit: &Visit, part: &Part, month: Month) -> Option<jiff::civil::Date> {
    let membership = visit.membership().ok()?;
    let rule = match membership.role {
        Role::Federation => visit.masters().federation(&membership.scope_id)?.payment,
        _ => claim::PaymentRule::EndOfSecondMonth,
    };
    let holidays = &visit.masters().holidays;
    let billing = claim::billing(month, time::date(part.submitted_at), holidays);
    Some(claim::payment_date(rule, billing.claim_month, holidays))
}

/// 受付, 決定 (決定件数 and 決定金額 are computed from what isn't returned), 返戻 of the whole, of rows or of
/// parts of rows, with a reason.
fn handle(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let Loaded { stored, part, set, month, masters } = load(visit, tx)?;
    form.expect_version(part.version)?;
    let venue = visit.venue()?;
    let (base, _) = own(visit)?;
    let here = format!("{base}/{}", stored.id);
    let reason = web::field::note(form, "reason", "理由")?;
    let at = AtDesk { claim: &stored, part: &part, venue, month, desk: &set.name };
    let by = work::Caller { masters: &masters, ..visit.caller() };
    let done = match form.get("go") {
        "receive" if part.may_be_received() => store::take(&by, tx, &at, &reason),
        "decide" if part.may_be_decided() => {
            let decision = decision(visit, form, &set.rows)?;
            store::decide(&by, tx, &at, &decision, pays_on(visit, &part, month), &reason)
        }
        "return" if part.may_be_returned() => store::send_back(&by, tx, &at, &set.rows, &reason),
        _ => return Err(Trouble::at("", Refusal::GoneOn)),
    };
    done.map_err(|e| {
        e.told(|r| Trouble::at(if r == Refusal::ReturnedWithoutReason { "reason" } else { "" }, r))
    })?;
    Ok(Done::saying(here, "bill.handled"))
}

/// The electronic file: the same numbers as the papers.
fn data(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let Loaded { stored, set, month, masters, .. } = load(visit, tx)?;
    let venue = visit.venue()?.clone();
    let handed_in = stored.handed_in(visit.now);
    let to = std::slice::from_ref(&set);
    let file = store::electronic_to(&masters, tx, (&venue, month), handed_in, &stored, to)?;
    Ok(Answer::File {
        name: super::documents::data_name(&venue, month),
        mime: "application/json; charset=utf-8",
        bytes: json!(file[0]).to_string().into_bytes(),
        inline: true,
    })
}
