//! The wholesaler's own system: the desk's orders as JSON.

use jiff::civil::Date;
use platform::db::Tx;
use rules::delivery::{Doubt, TimeBand, day_and_band};
use rules::holidays::Holidays;
use serde_json::{Value, json};
use web::errors::Errors;

use rules::delivery::Status;
use web::json::{Fields, LARGEST};
use web::visit::{Trouble, Visit};
use work::delivery::{self as orders, Filter, Shipment};

/// Shipments in one answer, and orders in one request.
const MOST: i64 = 500;

fn shipment_json(visit: &Visit, s: &Shipment) -> Value {
    json!({
        "id": s.id, "version": s.version, "venue_code": s.code, "venue": s.venue, "place": visit.masters().places.full_name(&s.municipality), "municipality": s.municipality, "cycle": s.cycle,
        "delivery_week": s.delivery_week, "refused_weekdays": s.refused, "boxes": s.boxes, "needle_boxes": s.needle_boxes, "date": s.date, "band": s.band, "status": Status::of(&s.facts()).key(), "shipped_at": s.shipped_at,
        "delivered_at": s.delivered_at, "delivered_boxes": s.delivered_boxes, "delivered_note": s.delivered_note, "received_at": s.received_at, "received_on": s.came_on(), "received_boxes": s.received_boxes, "received_needle_boxes": s.received_needle_boxes, "receipt_note": s.receipt_note,
    })
}

/// What a list is narrowed by must be readable: a filter that is passed over would give more than
/// was asked for.
fn narrowed(visit: &Visit) -> Result<(), Trouble> {
    let mut errors = Errors::default();
    for (name, value) in &visit.request.query.0 {
        let is_day = || value.parse::<Date>().is_ok();
        let good = match name.as_str() {
            _ if value.is_empty() => true,
            "week" | "date" => is_day(),
            "show" => value == "all",
            "prefecture" => visit.masters().places.prefecture(value).is_some(),
            "after" => value
                .split_once('_')
                .is_some_and(|(week, id)| week.parse::<Date>().is_ok() && !id.is_empty()),
            "lang" => true,
            _ => {
                errors.add(
                    name.chars().take(40).collect::<String>(),
                    "この名前の条件はありません。week、date、show、prefecture、afterを使えます。",
                );
                true
            }
        };
        if !good {
            let sentence = match name.as_str() {
                "week" | "date" => format!("{name}は 2022-02-28 の形の日付で送ってください。"),
                "show" => "showに送れるのは all だけです。".to_string(),
                "prefecture" => "prefectureは都道府県の2桁のコードで送ってください。".to_string(),
                _ => "afterには、前の答えのnextをそのまま送ってください。".to_string(),
            };
            errors.add(name.clone(), sentence);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Trouble::refused(errors)) }
}

pub fn list(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    narrowed(visit)?;
    let filter = Filter::read(|name| visit.query(name));
    let mut found = orders::select(tx, &visit.membership()?.scope_id, &filter, MOST + 1)?;
    let more = found.len() as i64 > MOST;
    found.truncate(MOST as usize);
    let next = found.last().filter(|_| more).map(|s| format!("{}_{}", s.delivery_week, s.id));
    Ok(
        json!({"shipments": found.iter().map(|s| shipment_json(visit, s)).collect::<Vec<_>>(), "next": next}),
    )
}

pub fn one(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    visit.reads_contacts_of("venue", &visit.venue()?.id);
    let shipment = own(visit, tx, visit.param("shipment"))?;
    let answers = work::venue::answers(tx, &shipment.venue_id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let mut value = shipment_json(visit, &shipment);
    value["address"] = json!(get("venue_address"));
    value["phone"] = json!(get("venue_phone"));
    value["storage_manager"] =
        json!({"name": get("storage_manager_name"), "phone": get("storage_manager_phone")});
    value["holiday_contact"] =
        json!({"name": get("holiday_contact_name"), "phone": get("holiday_contact_phone")});
    Ok(value)
}

fn own(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Trouble> {
    Ok(orders::own(tx, id, &visit.membership()?.scope_id)?)
}

/// What one order asks for.
struct Schedule {
    date: Date,
    band: TimeBand,
}

/// A shipment, its order, and what is asked about the date.
type Asked = (Shipment, Schedule, Vec<Doubt>);

/// The shipment that a command is about, in the version that the other system knows.
fn expected(
    visit: &Visit,
    tx: &mut Tx<'_>,
    id: &str,
    version: Option<i64>,
) -> Result<Shipment, Trouble> {
    let shipment = own(visit, tx, &rules::input::id(id))?;
    if version.is_some_and(|v| v != shipment.version) {
        return Err(Trouble::stale(format!(
            "納入{id}は変わっています。いまの版は{}です。",
            shipment.version
        )));
    }
    Ok(shipment)
}

/// Date and time band of one order; a date without a year is the one nearest to the delivery week.
fn order(
    fields: &mut Fields<'_>,
    place: &str,
    about: Date,
    holidays: &Holidays,
    errors: &mut Errors,
) -> Option<Schedule> {
    fields.needed("date", errors);
    let text = fields.text("date", errors);
    let sent = fields.get("band");
    let band = sent.and_then(|band| band.as_str()).and_then(TimeBand::read);
    if sent.is_some() && band.is_none() {
        errors.add(
            format!("{place}band"),
            "bandはmorning、afternoon、anytimeのどれかを送ってください。",
        );
        // What is wrong with the date is said as well.
        errors.take(&format!("{place}date"), day_and_band(text?, None, about, holidays));
        return None;
    }
    let read = day_and_band(text?, band, about, holidays);
    let (date, band) = errors.take(&format!("{place}date"), read)?;
    Some(Schedule { date, band: band.unwrap_or(TimeBand::Anytime) })
}

/// Checks an order against the rules; what is asked about it comes back with it.
fn checked(
    visit: &Visit,
    shipment: Shipment,
    order: Schedule,
    place: &str,
    errors: &mut Errors,
) -> Option<Asked> {
    match orders::may_schedule(&visit.caller(), &shipment, order.date, order.band) {
        Ok(_) => {
            let questions = orders::questions(&visit.caller(), &shipment, order.date);
            Some((shipment, order, questions))
        }
        Err(refusal) => {
            errors.add(format!("{place}date"), refusal);
            None
        }
    }
}

/// 409 with every question, unless the other system says that it means these dates.
fn sure(asked: &[(String, &Asked)], confirm: bool) -> Result<(), Trouble> {
    let mut errors = Errors::default();
    for (place, (_, _, questions)) in asked {
        questions.iter().for_each(|question| errors.add(format!("{place}date"), question));
    }
    if confirm || errors.is_empty() {
        return Ok(());
    }
    errors.add("confirm", "まだ登録していません。この日でよければ、\"confirm\": true を付けてもう一度送ってください。");
    Err(Trouble::Refused { status: 409, errors })
}

fn answered(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Value, Trouble> {
    let shipment = own(visit, tx, id)?;
    Ok(shipment_json(visit, &shipment))
}

pub fn schedule(visit: &Visit, tx: &mut Tx<'_>, body: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(body)?;
    let version = fields.number("version", 0, LARGEST, &mut errors);
    let confirm = fields.flag("confirm", &mut errors);
    let about = own(visit, tx, visit.param("shipment"))?.delivery_week;
    let order = order(&mut fields, "", about, &visit.masters().holidays, &mut errors);
    fields.done(&mut errors);
    let (Some(order), true) = (order, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let shipment = expected(visit, tx, visit.param("shipment"), version)?;
    let Some(asked) = checked(visit, shipment, order, "", &mut errors) else {
        return Err(Trouble::refused(errors));
    };
    sure(&[(String::new(), &asked)], confirm)?;
    let (shipment, order, _) = asked;
    orders::schedule(&visit.caller(), tx, &shipment, order.date, order.band)
        .map_err(|e| e.told(|r| Trouble::at("date", r)))?;
    answered(visit, tx, &shipment.id)
}

/// One of many orders, checked; none where something is wrong with it, which is said then.
fn one_of_many(
    visit: &Visit,
    tx: &mut Tx<'_>,
    item: &Value,
    place: &str,
    errors: &mut Errors,
) -> Result<Option<Asked>, Trouble> {
    let before = errors.0.len();
    let Some(mut fields) = Fields::within(item, place.to_string(), errors) else { return Ok(None) };
    fields.needed("id", errors);
    let id = fields.text("id", errors).unwrap_or_default();
    let version = fields.number("version", 0, LARGEST, errors);
    let found = match expected(visit, tx, id, version) {
        Ok(shipment) => Some(shipment),
        Err(Trouble::NotFound) if id.is_empty() => None,
        Err(Trouble::NotFound) => {
            errors.add(
                format!("{place}id"),
                format!("納入{}はありません。", id.chars().take(40).collect::<String>()),
            );
            None
        }
        Err(Trouble::Refused { errors: found, .. }) => {
            found
                .0
                .into_iter()
                .for_each(|(_, sentence)| errors.add(format!("{place}version"), sentence));
            None
        }
        Err(other) => return Err(other),
    };
    let about = found.as_ref().map_or(rules::time::date(visit.now), |s| s.delivery_week);
    let order = order(&mut fields, place, about, &visit.masters().holidays, errors);
    fields.done(errors);
    let (Some(shipment), Some(order), true) = (found, order, errors.0.len() == before) else {
        return Ok(None);
    };
    Ok(checked(visit, shipment, order, place, errors))
}

/// Dates for many shipments: all of them or none, each error with its place in the list.
pub fn schedule_many(visit: &Visit, tx: &mut Tx<'_>, body: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(body)?;
    fields.needed("shipments", &mut errors);
    let list = fields.list("shipments", 1, MOST as usize, &mut errors).unwrap_or_default();
    let confirm = fields.flag("confirm", &mut errors);
    fields.done(&mut errors);
    let (mut good, mut seen): (Vec<(String, Asked)>, _) =
        (Vec::new(), std::collections::HashSet::new());
    for (i, item) in list.iter().enumerate() {
        let place = format!("shipments[{i}].");
        if let Some(asked) = one_of_many(visit, tx, item, &place, &mut errors)? {
            if !seen.insert(asked.0.id.clone()) {
                errors.add(format!("{place}id"), format!("納入{}が2回あります。", asked.0.id));
            }
            good.push((place, asked));
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    sure(&good.iter().map(|(place, asked)| (place.clone(), asked)).collect::<Vec<_>>(), confirm)?;
    let mut shipments = Vec::new();
    for (place, (shipment, order, _)) in &good {
        orders::schedule(&visit.caller(), tx, shipment, order.date, order.band)
            .map_err(|e| e.told(|r| Trouble::at(&format!("{place}date"), r)))?;
        shipments.push(answered(visit, tx, &shipment.id)?);
    }
    Ok(json!({"shipments": shipments}))
}

pub fn ship(visit: &Visit, tx: &mut Tx<'_>, body: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(body)?;
    let version = fields.number("version", 0, LARGEST, &mut errors);
    fields.done(&mut errors);
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let shipment = expected(visit, tx, visit.param("shipment"), version)?;
    orders::ship(&visit.caller(), tx, &shipment)?;
    answered(visit, tx, &shipment.id)
}

pub fn deliver(visit: &Visit, tx: &mut Tx<'_>, body: &Value) -> Result<Value, Trouble> {
    let mut errors = Errors::default();
    let mut fields = Fields::of(body)?;
    let version = fields.number("version", 0, LARGEST, &mut errors);
    fields.needed("boxes", &mut errors);
    let boxes = fields.count("boxes", rules::programme::BOXES_MAX, &mut errors);
    let note = fields.note("note", "相違の内容", &mut errors);
    fields.done(&mut errors);
    let (Some(boxes), Some(note), true) = (boxes, note, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let shipment = expected(visit, tx, visit.param("shipment"), version)?;
    orders::deliver(&visit.caller(), tx, &shipment, boxes, &note)
        .map_err(|e| e.told(|r| Trouble::at("note", r)))?;
    answered(visit, tx, &shipment.id)
}
