//! The venue's own system: plan, results, receipt.

use platform::db::{Failure, Tx};
use platform::form::is_seen;

use rules::plan::{Line, Lines, Refusal};
use rules::programme::BOXES_MAX;
use rules::results::Series;
use rules::time;
use serde_json::{Value, json};

use web::errors::Errors;
use web::json::{Fields, LARGEST};
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::Refused;
use work::results::{Said, answer_to, fields_of, report_said};

/// The venues that the token's membership reaches.
pub fn venues(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let membership = visit.membership()?;
    let found = work::venue::reached(tx, membership.reach())?;
    let rows: Vec<Value> = found
        .into_iter()
        .map(|(id, code, name)| json!({"id": id, "code": code, "name": name}))
        .collect();
    Ok(json!({"venues": rows}))
}

pub fn plan(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let latest = work::plan::latest(tx, &venue.id)?;
    let number = latest.as_ref().map_or(0, |r| r.number);
    let lines = work::plan::lines(tx, &venue.id, number)?;
    let held = work::plan::held(tx, programme, &venue.id, number)?;
    let decided = work::plan::fixed(tx, programme, &venue.id)?;
    let cycles: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| {
            let line = lines.get(&c.number);
            let fixed = decided.get(&c.number);
            let line_held = held.get(&c.number).map_or(programme.packing(), |h| h.packing);
            let boxes = line.map_or(0, |l| l.boxes);
            json!({
                "cycle": c.number,
                "from": c.from,
                "to": c.to,
                "delivery_week": c.delivery_week,
                "cut_off": time::rfc3339(c.cut_off),
                "boxes": boxes,
                "needle_correction": line.and_then(|l| l.needle_correction),
                "doses_per_box": line_held.doses_per_box(),
                "allocated_boxes": fixed.map(|f| f.boxes),
                "allocated_doses_per_box": fixed.map(|f| f.packing.doses_per_box()),
                "allocated_needle_boxes": fixed.map(|f| f.needle_boxes),
                "doses": fixed.map_or_else(|| line_held.doses(boxes), |f| f.packing.doses(f.boxes)),
                "fixed": fixed.is_some(),
            })
        })
        .collect();
    let planned = work::plan::planned(tx, programme.first_packing(), &venue.id, number)?;
    Ok(
        json!({"version": number, "doses": planned.doses, "review": latest.as_ref().map(|r| r.review), "review_reason": latest.and_then(|r| r.review_reason), "doses_per_box": programme.product.doses_per_box(), "cycles": cycles}),
    )
}

/// The lines of a plan that is sent.
fn lines_sent(fields: &mut Fields<'_>, errors: &mut Errors) -> Vec<(u32, Line)> {
    let mut lines: Vec<(u32, Line)> = Vec::new();
    fields.needed("lines", errors);
    for (i, item) in fields.list("lines", 1, 200, errors).unwrap_or_default().iter().enumerate() {
        let place = format!("lines[{i}].");
        let Some(mut line) = Fields::within(item, place.clone(), errors) else { continue };
        line.needed("cycle", errors);
        line.needed("boxes", errors);
        let cycle = line.count("cycle", 999, errors);
        let boxes = line.count("boxes", BOXES_MAX, errors);
        let needle_correction = line.count("needle_correction", BOXES_MAX * 10, errors);
        line.done(errors);
        let (Some(cycle), Some(boxes)) = (cycle, boxes) else { continue };
        if lines.iter().any(|l| l.0 == cycle) {
            errors.add(format!("{place}cycle"), format!("第{cycle}クールが2回あります。"));
        }
        lines.push((cycle, Line { boxes, needle_correction }));
    }
    lines
}

/// What isn't named stays as it is; late, the wish is kept as a draft and the answer says so.
pub fn register(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let mut fields = Fields::of(asked)?;
    fields.needed("version", &mut errors);
    let version = fields.number("version", 0, LARGEST, &mut errors);
    let sent = lines_sent(&mut fields, &mut errors);
    let reason = fields.note("reason", "理由", &mut errors).filter(|r| !r.is_empty());
    let on_opening = fields.flag("register_on_opening", &mut errors);
    fields.done(&mut errors);
    let (Some(version), true) = (version, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let latest = work::plan::latest(tx, &venue.id)?.map_or(0, |r| r.number);
    let mut lines: Lines = work::plan::lines(tx, &venue.id, latest)?;
    lines.extend(sent);
    for cycle in &visit.masters().programme().cycles {
        lines.entry(cycle.number).or_insert(Line { boxes: 0, needle_correction: None });
    }
    let by = visit.caller();
    match work::plan::register(&by, tx, venue, version, &lines, reason.as_deref()) {
        Ok(number) => {
            let receipt = work::plan::receipt_number(&venue.code, number);
            let mut answer = plan(visit, tx, asked)?;
            answer["receipt"] = json!(receipt);
            answer["registered"] = json!(true);
            Ok(answer)
        }
        Err(Refused::ByRule(refusal @ Refusal::Closed { .. })) => {
            let reason = reason.as_deref();
            let sketch = work::plan::Sketch { lines: &lines, reason, base: version, on_opening };
            work::plan::write_draft(&by, tx, &venue.id, &sketch)?;
            Ok(json!({"registered": false, "draft": true, "sentence": refusal.sentence()}))
        }
        Err(Refused::Database(Failure::Stale)) => {
            Err(Trouble::stale("計画は変わっています。もう一度読み取ってから送ってください。"))
        }
        Err(other) => Err(other.told(|r| Trouble::at(&r.field(), r))),
    }
}

pub fn results(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let entries = work::results::entries(tx, &venue.id)?;
    let totals: serde_json::Map<String, Value> = Series::ALL
        .iter()
        .map(|s| (s.key().to_string(), json!(work::results::total(&entries, *s))))
        .collect();
    Ok(json!({"totals": totals, "last": entries.iter().map(|e| e.as_of).max(), "entries": entries}))
}

/// What a page says of its buttons, in the words of a program: the field and the value that answer
/// the questions, the same as for a delivery's date.
fn without_buttons(mut errors: Errors, answer: &str) -> Errors {
    for (field, sentence) in errors.0.iter_mut().filter(|(field, _)| field == "confirmed") {
        "confirm".clone_into(field);
        *sentence = format!(
            "まだ報告していません。上の内容で正しければ、\"confirm\": true か \"confirmed\": \"{answer}\" を付けてもう一度送ってください。"
        );
    }
    errors
}

/// The same fields as the form's, as numbers or text: `as_of`, `booster_increase` or
/// `booster_total`, …
pub fn report(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(asked)?;
    let mut said = Said::default();
    for series in Series::ALL {
        let mut count = |name: &'static str| {
            let value = match fields.get(name) {
                // As on the page, where a system keeps its counts as text.
                Some(Value::String(text)) => Some(text.clone()),
                _ => fields.number(name, -LARGEST, LARGEST, &mut errors).map(|n| n.to_string()),
            };
            value.filter(|text| is_seen(text))
        };
        let [up, sum] = fields_of(series);
        said.counts.insert(series, (count(up), count(sum)));
    }
    let mut text = |name: &'static str| fields.text(name, &mut errors).map(str::to_string);
    said.as_of = text("as_of").unwrap_or_default();
    said.waste_reason = text("waste_reason").unwrap_or_default();
    said.waste_lot = text("waste_lot").filter(|lot| is_seen(lot));
    said.used_lot = text("used_lot").filter(|lot| is_seen(lot));
    said.reason = text("reason").unwrap_or_default();
    // The questions are answered by `confirm`, or by the value that they were about.
    let mut confirm = fields.flag("confirm", &mut errors);
    let confirmed = match fields.get("confirmed") {
        Some(Value::Bool(yes)) => {
            confirm |= *yes;
            None
        }
        _ => fields.text("confirmed", &mut errors).map(str::to_string),
    };
    fields.done(&mut errors);
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    (said.anyhow, said.confirmed) = (confirm, confirmed.unwrap_or_default());
    let venue = &visit.venue()?.id;
    match report_said(&visit.caller(), tx, venue, &said, &visit.actor().name) {
        Err(Refused::ByRule(errors)) => {
            let answer = answer_to(visit.masters(), tx, venue, &said)?;
            return Err(Trouble::refused(without_buttons(errors, &answer)));
        }
        done => done.map_err(|refused| refused.told(Trouble::refused))?,
    }
    results(visit, tx, asked)
}

pub fn deliveries(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let rows: Vec<Value> = work::delivery::shipments(tx, &visit.venue()?.id)?
        .iter()
        .map(|s| {
            json!({
                "id": s.id, "version": s.version, "cycle": s.cycle, "delivery_week": s.delivery_week, "boxes": s.boxes, "needle_boxes": s.needle_boxes, "date": s.date, "band": s.band,
                "shipped_at": s.shipped_at, "received_at": s.received_at, "received_on": s.came_on(), "received_boxes": s.received_boxes, "received_needle_boxes": s.received_needle_boxes,
            })
        })
        .collect();
    Ok(json!({"deliveries": rows}))
}

pub fn receive(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(asked)?;
    for name in ["version", "boxes", "needle_boxes"] {
        fields.needed(name, &mut errors);
    }
    let version = fields.number("version", 0, LARGEST, &mut errors);
    let boxes = fields.count("boxes", BOXES_MAX, &mut errors);
    let needle_boxes = fields.count("needle_boxes", BOXES_MAX * 10, &mut errors);
    let note = fields.note("note", "相違や温度の異常", &mut errors);
    let day = fields.text("received_on", &mut errors).unwrap_or_default();
    let day = work::delivery::received_on(&visit.caller(), day);
    let day = errors.take("received_on", day);
    fields.done(&mut errors);
    let (Some(version), Some(boxes), Some(needle_boxes), Some(note), Some(day)) =
        (version, boxes, needle_boxes, note, day)
    else {
        return Err(Trouble::refused(errors));
    };
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let receipt = work::delivery::Receipt { version, boxes, needle_boxes, day, note };
    let (venue, id) = (&visit.venue()?.id, visit.param("shipment_id"));
    work::delivery::receive(&visit.caller(), tx, venue, id, &receipt)
        .map_err(|refused| refused.told(|r| Trouble::at(r.field(), r)))?;
    deliveries(visit, tx, asked)
}
