//! 納入: the wholesaler's desk (list, many at once, files, calendar, papers), the venue's page,
//! receipt of goods.

mod calendar;
mod desk;
pub mod files;
mod papers;
mod tokens;

use std::sync::Arc;

use masters::Masters;
use platform::db::Tx;
use platform::form::Form;

use rules::access::{Act, Role};
use rules::delivery::{Status, TimeBand};
use rules::input;
use rules::programme::{BOXES_MAX, Packing};
use serde_json::{Value, json};

use web::errors::Errors;
use web::import;
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::delivery::{Receipt, Shipment, load, received_on, shipments};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/wholesale/shipments", Act::ScheduleDelivery, desk::list),
        command("/wholesale/shipments", Act::ScheduleDelivery, desk::schedule_many, desk::list),
        page("/wholesale/shipments/{shipment}", Act::ScheduleDelivery, desk::one),
        command(
            "/wholesale/shipments/{shipment}",
            Act::ScheduleDelivery,
            desk::schedule,
            desk::one,
        ),
        command(
            "/wholesale/shipments/{shipment}/ship",
            Act::ScheduleDelivery,
            desk::ship,
            desk::one,
        ),
        command(
            "/wholesale/shipments/{shipment}/deliver",
            Act::ScheduleDelivery,
            desk::deliver,
            desk::one,
        ),
        page("/wholesale/notes.pdf", Act::ScheduleDelivery, papers::notes),
        page("/wholesale/labels.pdf", Act::ScheduleDelivery, papers::labels),
        page("/wholesale/calendar", Act::ScheduleDelivery, calendar::show),
        page("/wholesale/tokens", Act::UseApi, tokens::list),
        command("/wholesale/tokens", Act::IssueToken, tokens::issue, tokens::list),
        command(
            "/wholesale/tokens/{token_id}/revoke",
            Act::IssueToken,
            tokens::revoke,
            tokens::list,
        ),
        page("/venues/{venue}/tokens", Act::UseVenueApi, tokens::list),
        command("/venues/{venue}/tokens", Act::IssueVenueToken, tokens::issue, tokens::list),
        command(
            "/venues/{venue}/tokens/{token_id}/revoke",
            Act::IssueVenueToken,
            tokens::revoke,
            tokens::list,
        ),
        page("/venues/{venue}/deliveries", Act::ReadDelivery, of_venue),
        page("/venues/{venue}/deliveries/{shipment}", Act::ReadDelivery, receipt_page),
        command("/venues/{venue}/deliveries/{shipment}", Act::RecordReceipt, receive, receipt_page),
    ];
    all.extend(import::routes::<files::Shipments>("/wholesale/import"));
    all.extend(list!("/wholesale/shipments", Act::ScheduleDelivery, files::sheet));
    all
}

/// The masters by whose names a shipment is shown: those of when it came or left, of today as long
/// as it waits.
fn masters_of(
    visit: &Visit,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
) -> Result<Arc<Masters>, Trouble> {
    let gone = shipment.received_at.or(shipment.delivered_at).or(shipment.shipped_at);
    Ok(visit.masters_then(tx, gone)?)
}

/// What the boxes of a shipment hold.
fn packing_of(visit: &Visit, shipment: &Shipment) -> Packing {
    shipment.packing(visit.masters().programme(), rules::time::date(visit.now))
}

/// A shipment as the pages show it, by the names in these masters.
fn shown(visit: &Visit, shipment: &Shipment, masters: &Masters) -> Value {
    let s = shipment;
    let status = Status::of(&s.facts());
    let programme = masters.programme();
    let packing = packing_of(visit, s);
    let cycle = programme.cycle(s.cycle);
    let wholesaler = masters.wholesaler(&s.wholesaler);
    json!({
        "id": s.id, "venue_id": s.venue_id, "venue": s.venue, "cycle": s.cycle, "title": cycle.map(|c| c.say()), "period": cycle.map(|c| c.say_period()),
        "boxes": s.boxes, "doses": packing.doses(s.boxes), "needle_boxes": s.needle_boxes, "week": s.delivery_week,
        "date": s.date, "band": s.band.map(TimeBand::label), "band_key": s.band, "changes": s.changes,
        "status": status.label(), "key": status.key(), "shipped_at": s.shipped_at, "received_at": s.received_at, "received_on": s.came_on(), "received_boxes": s.received_boxes,
        "received_needle_boxes": s.received_needle_boxes, "note": s.receipt_note, "delivered_at": s.delivered_at, "delivered_boxes": s.delivered_boxes, "delivered_note": s.delivered_note, "code": s.code, "refused": s.refused,
        "place": masters.places.full_name(&s.municipality), "version": s.version, "product": programme.product.name,
        "wholesaler": wholesaler.map(|w| &w.name), "wholesaler_phone": wholesaler.map(|w| &w.phone),
    })
}

fn visible(visit: &Visit, shipment: &Shipment) -> Result<bool, Trouble> {
    let membership = visit.membership()?;
    Ok(membership.role != Role::Wholesaler || membership.scope_id == shipment.wholesaler)
}

fn of_venue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let mut rows = Vec::new();
    for shipment in shipments(tx, &venue.id)? {
        if visible(visit, &shipment)? {
            rows.push(shown(visit, &shipment, &*masters_of(visit, tx, &shipment)?));
        }
    }
    visit.page("delivery/venue.html", typed, json!({"h1": "配送予定日の確認", "rows": rows}))
}

fn receipt_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let shipment = load(tx, visit.param("shipment"))?;
    if shipment.venue_id != venue.id || !visible(visit, &shipment)? {
        return Err(Trouble::NotFound);
    }
    let masters = masters_of(visit, tx, &shipment)?;
    visit.page(
        "delivery/receipt.html",
        typed,
        json!({"h1": "納入", "shipment": shown(visit, &shipment, &masters), "may_receive": visit.may(Act::RecordReceipt), "crumbs": [[format!("/venues/{}/deliveries", venue.id), "配送予定日の確認"]]}),
    )
}

fn receive(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let most = i64::from(BOXES_MAX);
    let shipment = load(tx, visit.param("shipment"))?;
    if shipment.venue_id != visit.venue()?.id {
        return Err(Trouble::NotFound);
    }
    form.expect_version(shipment.version)?;
    let count = |label: &str, field: &str, most: i64| {
        input::within(label, input::Unit::Box, form.get(field), 0, most)
    };
    let boxes = errors.take("boxes", count("受け取ったワクチンの箱数", "boxes", most));
    let needle_boxes = errors
        .take("needle_boxes", count("受け取った針・シリンジの箱数", "needle_boxes", most * 10));
    let day = received_on(&visit.caller(), form.get("received_on"));
    let day = errors.take("received_on", day);
    let (Some(boxes), Some(needle_boxes), Some(day)) = (boxes, needle_boxes, day) else {
        return Err(Trouble::refused(errors));
    };
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    let note = web::field::note(form, "note", "相違や温度の異常")?;
    let receipt = Receipt {
        version: shipment.version,
        boxes: whole(boxes),
        needle_boxes: whole(needle_boxes),
        day,
        note,
    };
    let venue = &visit.venue()?.id;
    let id = work::delivery::receive(&visit.caller(), tx, venue, &shipment.id, &receipt)
        .map_err(|refused| refused.told(|r| Trouble::at(r.field(), r)))?;
    Ok(Done::saying(format!("/venues/{venue}/deliveries/{id}"), "delivery.received"))
}

/// The wholesaler's own shipment; another's is out of reach even at the same venue.
fn own(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Trouble> {
    Ok(work::delivery::own(tx, id, &visit.membership()?.scope_id)?)
}
