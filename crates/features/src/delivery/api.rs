//! The wholesaler's own system: the desk's orders as JSON. The document is served at `/api/v1/openapi.json`.

use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Errors;
use rules::delivery::TimeBand;
use rules::input;
use serde_json::{Value, json};

use super::desk::{Filter, rows};
use super::orders::{self, own};
use super::{Shipment, Status};
use crate::house::visit::{Trouble, Visit};

/// OpenAPI 3.1, written by hand beside the handlers; a test holds it against the routes and against real answers.
const DOCUMENT: &str = include_str!("openapi.json");

pub fn document(_: &Visit, _: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    serde_json::from_str(DOCUMENT).map_err(|e| Trouble::Bug(e.to_string()))
}

/// Shipments in one answer, and orders in one request.
const MOST: i64 = 500;

fn shipment_json(visit: &Visit, s: &Shipment) -> Value {
    json!({
        "id": s.id, "version": s.version, "venue_code": s.code, "venue": s.venue, "place": visit.masters().places.full_name(&s.municipality), "municipality": s.municipality, "cycle": s.cycle,
        "delivery_week": s.delivery_week, "refused_weekdays": s.refused, "boxes": s.boxes, "needle_boxes": s.needle_boxes, "date": s.date, "band": s.band, "status": Status::of(&s.facts()).key(), "shipped_at": s.shipped_at,
        "delivered_at": s.delivered_at, "delivered_boxes": s.delivered_boxes, "delivered_note": s.delivered_note, "received_at": s.received_at, "received_boxes": s.received_boxes,
    })
}

pub fn list(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    let filter = Filter::of(visit);
    let mut found = rows(tx, &visit.hat()?.scope_id, &filter, MOST + 1)?;
    let more = found.len() as i64 > MOST;
    found.truncate(MOST as usize);
    let next = found.last().filter(|_| more).map(|s| format!("{}_{}", s.delivery_week, s.id));
    Ok(json!({"shipments": found.iter().map(|s| shipment_json(visit, s)).collect::<Vec<_>>(), "next": next}))
}

pub fn one(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    visit.reads_contacts_of("venue", &visit.venue()?.id);
    let shipment = own(visit, tx, visit.param("shipment"))?;
    let answers = crate::venue::store::answers(tx, &shipment.venue_id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let mut value = shipment_json(visit, &shipment);
    value["address"] = json!(get("venue_address"));
    value["phone"] = json!(get("venue_phone"));
    value["storage_manager"] = json!({"name": get("storage_manager_name"), "phone": get("storage_manager_phone")});
    value["holiday_contact"] = json!({"name": get("holiday_contact_name"), "phone": get("holiday_contact_phone")});
    Ok(value)
}

/// A whole number at a place of the body.
fn count(asked: &Value, name: &str) -> Result<i64, Trouble> {
    asked[name].as_i64().filter(|n| *n >= 0).ok_or_else(|| Trouble::at(name, format!("{name}は0以上の整数で送ってください。")))
}

/// The shipment that a deed is about, in the version that the other system knows.
fn expected(visit: &Visit, tx: &mut Tx<'_>, id: &str, asked: &Value) -> Result<Shipment, Trouble> {
    let shipment = own(visit, tx, id)?;
    if asked.get("version").is_some_and(|v| !v.is_null()) && count(asked, "version")? != shipment.version {
        return Err(Trouble::stale(format!("納入{id}は変わっています。いまの版は{}です。", shipment.version)));
    }
    Ok(shipment)
}

fn when(asked: &Value, errors: &mut Errors, place: &str) -> Option<(Date, TimeBand)> {
    let date = errors.take(&format!("{place}date"), input::date("納入予定日", asked["date"].as_str().unwrap_or_default()));
    let band = TimeBand::read(asked["band"].as_str().unwrap_or("anytime"));
    if band.is_none() {
        errors.add(format!("{place}band"), "bandはmorning、afternoon、anytimeのどれかを送ってください。");
    }
    Some((date?, band?))
}

fn answered(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Value, Trouble> {
    let shipment = own(visit, tx, id)?;
    Ok(shipment_json(visit, &shipment))
}

pub fn schedule(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let shipment = expected(visit, tx, visit.param("shipment"), asked)?;
    let mut errors = Errors::default();
    let Some((date, band)) = when(asked, &mut errors, "") else { return Err(Trouble::refused(errors)) };
    orders::schedule(visit, tx, &shipment, date, band)?.map_err(|r| Trouble::at("date", r))?;
    answered(visit, tx, &shipment.id)
}

/// Dates for many shipments: all of them or none, each error with its place in the list.
pub fn schedule_many(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let list = asked["shipments"].as_array().filter(|l| !l.is_empty() && l.len() as i64 <= MOST);
    let list = list.ok_or_else(|| Trouble::at("shipments", format!("shipmentsに1から{MOST}件の配列を送ってください。")))?;
    let mut errors = Errors::default();
    let mut done = Vec::new();
    for (i, item) in list.iter().enumerate() {
        let place = format!("shipments[{i}].");
        let id = item["id"].as_str().unwrap_or_default();
        let shipment = match expected(visit, tx, id, item) {
            Ok(shipment) => shipment,
            Err(Trouble::NotFound) => {
                errors.add(format!("{place}id"), format!("納入{id}はありません。"));
                continue;
            }
            Err(Trouble::Refused { errors: found, .. }) => {
                found.0.into_iter().for_each(|(_, sentence)| errors.add(format!("{place}version"), sentence));
                continue;
            }
            Err(other) => return Err(other),
        };
        if let Some((date, band)) = when(item, &mut errors, &place) {
            match orders::schedule(visit, tx, &shipment, date, band)? {
                Ok(()) => done.push(shipment.id),
                Err(refusal) => errors.add(format!("{place}date"), refusal),
            }
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let shipments: Vec<Value> = done.iter().map(|id| answered(visit, tx, id)).collect::<Result<_, _>>()?;
    Ok(json!({"shipments": shipments}))
}

pub fn ship(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let shipment = expected(visit, tx, visit.param("shipment"), asked)?;
    orders::ship(visit, tx, &shipment)?.map_err(|r| Trouble::at("", r))?;
    answered(visit, tx, &shipment.id)
}

pub fn deliver(visit: &Visit, tx: &mut Tx<'_>, asked: &Value) -> Result<Value, Trouble> {
    let shipment = expected(visit, tx, visit.param("shipment"), asked)?;
    let boxes = u32::try_from(count(asked, "boxes")?).unwrap_or(u32::MAX);
    let note =
        input::long_text("note", asked["note"].as_str().unwrap_or_default(), input::LONGEST_NOTE).map_err(|e| Trouble::at("note", e))?;
    orders::deliver(visit, tx, &shipment, boxes, &note)?.map_err(|r| Trouble::at("note", r))?;
    answered(visit, tx, &shipment.id)
}
