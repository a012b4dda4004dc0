//! The venue's own system: plan, results, receipt, claim, under the same guard and rules as the pages. Described in `/api/v1/openapi.json`.

use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::{args, sql};
use rules::claim::Counts;
use rules::input;
use rules::plan::{Line, Lines, Refusal};
use rules::results::Series;
use rules::time::{self, Month};
use serde_json::{Value, json};

use crate::claim::store::{self, Row};
use crate::house::visit::{Trouble, Visit};
use crate::results::By;

/// The venues that the token's hat reaches.
pub fn venues(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let hat = visit.hat()?;
    let rows: Vec<(String, String, String)> = tx.all(
        sql!("select v.id, v.code, v.name from venue v join visible_venue s on s.venue_id = v.id where s.scope_kind = $1 and s.scope_id = $2 order by v.code limit 500"),
        args![&hat.scope_kind, &hat.scope_id],
    )?;
    Ok(json!({"venues": rows.into_iter().map(|(id, code, name)| json!({"id": id, "code": code, "name": name})).collect::<Vec<_>>()}))
}

pub fn plan(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let latest = crate::plan::store::latest(tx, &venue.id)?;
    let number = latest.as_ref().map_or(0, |r| r.number);
    let lines: Vec<(u32, u32, Option<u32>)> = tx.all(
        sql!("select cycle, boxes, needle_correction from plan_line where venue_id = $1 and number = $2 order by cycle"),
        args![&venue.id, number],
    )?;
    let decided: Vec<(u32, u32, u32)> =
        tx.all(sql!("select cycle, boxes, needle_boxes from allocation where venue_id = $1 order by cycle"), args![&venue.id])?;
    let cycles: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| {
            let line = lines.iter().find(|l| l.0 == c.number);
            let fixed = decided.iter().find(|d| d.0 == c.number);
            json!({
                "cycle": c.number, "from": c.from, "to": c.to, "delivery_week": c.delivery_week, "cut_off": time::rfc3339(c.cut_off), "boxes": line.map_or(0, |l| l.1), "needle_correction": line.and_then(|l| l.2),
                "allocated_boxes": fixed.map(|f| f.1), "allocated_needle_boxes": fixed.map(|f| f.2), "fixed": fixed.is_some(),
            })
        })
        .collect();
    Ok(
        json!({"version": number, "review": latest.as_ref().map(|r| r.review.clone()), "review_reason": latest.and_then(|r| r.review_reason), "doses_per_box": programme.product.doses_per_box(), "cycles": cycles}),
    )
}

fn whole(value: &Value, name: &str, place: &str, errors: &mut Errors) -> Option<u32> {
    let n = value[name].as_u64().and_then(|n| u32::try_from(n).ok());
    if n.is_none() {
        errors.add(format!("{place}{name}"), format!("{name}は0以上の整数で送ってください。"));
    }
    n
}

/// What isn't named stays as it is; late, the wish is kept as a draft and the answer says so.
pub fn register(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let version = whole(asked, "version", "", &mut errors);
    let known: Vec<(u32, u32, Option<u32>)> = tx.all(
        sql!("select l.cycle, l.boxes, l.needle_correction from plan_line l join plan_registration r on r.venue_id = l.venue_id and r.number = l.number and r.latest where l.venue_id = $1"),
        args![&venue.id],
    )?;
    let mut lines: Lines = known.into_iter().map(|(cycle, boxes, needle_correction)| (cycle, Line { boxes, needle_correction })).collect();
    for (i, line) in asked["lines"].as_array().into_iter().flatten().enumerate() {
        let place = format!("lines[{i}].");
        if let (Some(cycle), Some(boxes)) = (whole(line, "cycle", &place, &mut errors), whole(line, "boxes", &place, &mut errors)) {
            let needle_correction = line["needle_correction"].as_u64().and_then(|n| u32::try_from(n).ok());
            lines.insert(cycle, Line { boxes, needle_correction });
        }
    }
    for cycle in &visit.masters().programme().cycles {
        lines.entry(cycle.number).or_insert(Line { boxes: 0, needle_correction: None });
    }
    let (Some(version), true) = (version, errors.is_empty()) else { return Err(Trouble::refused(errors)) };
    let reason = asked["reason"].as_str().map(input::text).filter(|r| !r.is_empty());
    let outcome = crate::plan::register(
        tx,
        visit.masters(),
        &visit.house.base_url,
        &visit.actor(),
        visit.now,
        venue,
        i64::from(version),
        &lines,
        reason.as_deref(),
    );
    match outcome {
        Ok(Ok(number)) => {
            let receipt = crate::plan::receipt_number(&venue.code, number);
            let mut answer = plan(visit, tx, asked)?;
            answer["receipt"] = json!(receipt);
            answer["registered"] = json!(true);
            Ok(answer)
        }
        Ok(Err(refusal @ Refusal::Closed { .. })) => {
            crate::plan::edit::write_draft(visit, tx, &lines, reason.as_deref(), i64::from(version), asked["register_on_opening"] == true)?;
            Ok(json!({"registered": false, "draft": true, "sentence": refusal.to_string()}))
        }
        Ok(Err(refusal)) => Err(Trouble::at(&refusal.field(), refusal)),
        Err(Trouble::Database(Failure::Stale)) => Err(Trouble::stale("計画は変わっています。もう一度読み取ってから送ってください。")),
        Err(other) => Err(other),
    }
}

pub fn results(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let entries = crate::results::entries(tx, &venue.id)?;
    let totals: serde_json::Map<String, Value> =
        Series::ALL.iter().map(|s| (s.key().to_string(), json!(crate::results::total(&entries, *s)))).collect();
    Ok(json!({"totals": totals, "last": entries.iter().map(|e| e.as_of).max(), "entries": entries}))
}

/// The same fields as the form's, as numbers or text: `as_of`, `booster_increase` or `booster_total`, …
pub fn report(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_string);
    let fields = asked.as_object().map(|o| o.iter().map(|(k, v)| (k.clone(), text(v))).collect()).unwrap_or_default();
    crate::results::report(visit, tx, &Form(fields), &By::Venue)?;
    results(visit, tx, asked)
}

pub fn deliveries(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let rows: Vec<Value> = crate::delivery::shipments(tx, &visit.venue()?.id)?
        .iter()
        .map(|s| {
            json!({
                "id": s.id, "version": s.version, "cycle": s.cycle, "delivery_week": s.delivery_week, "boxes": s.boxes, "needle_boxes": s.needle_boxes, "date": s.date, "band": s.band,
                "shipped_at": s.shipped_at, "received_at": s.received_at, "received_boxes": s.received_boxes, "received_needle_boxes": s.received_needle_boxes,
            })
        })
        .collect();
    Ok(json!({"deliveries": rows}))
}

pub fn receive(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let text = |name: &str| match &asked[name] {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    let form = Form(["boxes", "needle_boxes", "note", "version"].map(|n| (n.to_string(), text(n))).to_vec());
    crate::delivery::record_receipt(visit, tx, visit.param("shipment_id"), &form)?;
    deliveries(visit, tx, asked)
}

fn month(visit: &Visit) -> Result<Month, Trouble> {
    Month::parse(visit.param("month")).ok_or(Trouble::NotFound)
}

pub fn claim(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let (stored, files) = crate::claim::documents::all_electronic(visit, tx, month(visit)?)?;
    let parts: Vec<Value> = store::parts_of_claim(tx, &stored.id)?
        .iter()
        .map(|p| json!({"destination": p.destination, "status": p.status, "decided_count": p.decided_count, "decided_amount": p.decided_amount, "reason": p.reason, "pays_on": p.pays_on}))
        .collect();
    Ok(
        json!({"version": stored.version, "status": stored.status, "receipt": stored.receipt, "rows": stored.rows.0, "count": stored.count, "amount": stored.amount, "claims": files, "parts": parts}),
    )
}

/// The draft of a month, whole; with `submit` it is handed in.
pub fn write_claim(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let (venue, month) = (visit.venue()?.clone(), month(visit)?);
    if month > Month::of(time::date(visit.now)) {
        return Err(Trouble::at("month", "まだ来ていない月の請求は作れません。"));
    }
    let stored = store::load(tx, &venue.id, month)?;
    if stored.as_ref().is_some_and(|c| c.status == "submitted") {
        return Err(Trouble::at("", "この月の請求は提出済みです。直すときは、取り下げて作り直してください。"));
    }
    let known = stored.as_ref().map_or(0, |c| c.version);
    if asked["version"].as_i64().unwrap_or(0) != known {
        return Err(Trouble::stale(format!("請求は変わっています。いまの版は{known}です。")));
    }
    let mut errors = Errors::default();
    let mut rows: Vec<Row> = Vec::new();
    for (i, row) in asked["rows"].as_array().into_iter().flatten().enumerate() {
        let place = row["municipality"].as_str().unwrap_or_default();
        let municipality = if place == crate::claim::SAME {
            Ok(place.to_string())
        } else {
            match visit.masters().places.municipality(place) {
                Some(m) if m.code == venue.municipality => Ok(crate::claim::SAME.to_string()),
                Some(m) => Ok(m.code.clone()),
                None => Err(()),
            }
        };
        let counts: Result<Counts, _> = serde_json::from_value(row["counts"].clone());
        let class = row["recipient_class"].as_str().unwrap_or("2").to_string();
        match (municipality, counts) {
            (Ok(municipality), Ok(counts)) if ["1", "2"].contains(&class.as_str()) => {
                store::add(&mut rows, Row { municipality, counts, recipient_class: class })
            }
            (Err(()), _) => errors.add(format!("rows[{i}].municipality"), "市区町村の6桁のコード（または same）を送ってください。"),
            (_, Err(why)) => errors.add(format!("rows[{i}].counts"), format!("件数の形が違います（{why}）。")),
            _ => errors.add(format!("rows[{i}].recipient_class"), "被接種者区分は1か2を送ってください。"),
        }
    }
    let class = asked["facility_class"]
        .as_str()
        .map_or_else(|| stored.as_ref().map_or("2".to_string(), |c| c.facility_class.clone()), str::to_string);
    if !visit.masters().facility_classes.iter().any(|c| c.code == class) {
        errors.add("facility_class", "施設等区分のコードを送ってください。");
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let total = store::calculate(visit.masters(), month, &rows)?.total;
    store::save(tx, &venue, month, &rows, &class, total)?;
    visit.journal(
        tx,
        ("venue", &venue.id),
        "claim.save",
        stored.map_or(Value::Null, |c| json!(c.rows.0)),
        json!({"month": month, "how": "api", "rows": rows, "total": total}),
        None,
    )?;
    if asked["submit"] == true {
        let fresh = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
        crate::claim::submit(visit, tx, &Form(vec![("version".into(), fresh.version.to_string())]))?;
    }
    claim(visit, tx, asked)
}

pub fn immunizations(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    super::fhir::bundle(visit, tx)
}
