//! 納入: the wholesaler's desk (list, many at once, files, calendar, papers, API), the venue's page, receipt of goods.

mod api;
mod calendar;
mod desk;
pub mod files;
mod orders;
mod papers;
mod tokens;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};

use platform::{args, row, sql};
use rules::access::{Act, Role};
use rules::delivery::{self, Facts, Status, TimeBand};
use rules::input;
use rules::programme::BOXES_MAX;
use rules::tasks::WeekFacts;
use serde_json::{Value, json};

use web::import;
use web::list;
use web::page::{Answer, Typed};
use web::routes::{ask, deed, page, tell};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/wholesale/shipments", Act::ScheduleDelivery, desk::list),
        deed("/wholesale/shipments", Act::ScheduleDelivery, desk::schedule_many, desk::list),
        page("/wholesale/shipments/{shipment}", Act::ScheduleDelivery, desk::one),
        deed("/wholesale/shipments/{shipment}", Act::ScheduleDelivery, desk::schedule, desk::one),
        deed("/wholesale/shipments/{shipment}/ship", Act::ScheduleDelivery, desk::ship, desk::one),
        deed(
            "/wholesale/shipments/{shipment}/deliver",
            Act::ScheduleDelivery,
            desk::deliver,
            desk::one,
        ),
        page("/wholesale/notes.pdf", Act::ScheduleDelivery, papers::notes),
        page("/wholesale/labels.pdf", Act::ScheduleDelivery, papers::labels),
        page("/wholesale/calendar", Act::ScheduleDelivery, calendar::show),
        page("/wholesale/tokens", Act::UseApi, tokens::list),
        deed("/wholesale/tokens", Act::IssueToken, tokens::issue, tokens::list),
        deed("/wholesale/tokens/{token_id}/revoke", Act::IssueToken, tokens::revoke, tokens::list),
        page("/venues/{venue}/tokens", Act::UseVenueApi, tokens::list),
        deed("/venues/{venue}/tokens", Act::IssueVenueToken, tokens::issue, tokens::list),
        deed(
            "/venues/{venue}/tokens/{token_id}/revoke",
            Act::IssueVenueToken,
            tokens::revoke,
            tokens::list,
        ),
        ask("/api/v1/openapi.json", Act::ReadPublic, api::document),
        ask("/api/v1/shipments", Act::ScheduleDelivery, api::list),
        tell("/api/v1/shipments", Act::ScheduleDelivery, api::schedule_many),
        ask("/api/v1/shipments/{shipment}", Act::ScheduleDelivery, api::one),
        tell("/api/v1/shipments/{shipment}/schedule", Act::ScheduleDelivery, api::schedule),
        tell("/api/v1/shipments/{shipment}/ship", Act::ScheduleDelivery, api::ship),
        tell("/api/v1/shipments/{shipment}/deliver", Act::ScheduleDelivery, api::deliver),
        page("/venues/{venue}/deliveries", Act::ReadDelivery, of_venue),
        page("/venues/{venue}/deliveries/{shipment}", Act::ReadDelivery, receipt_page),
        deed("/venues/{venue}/deliveries/{shipment}", Act::RecordReceipt, receive, receipt_page),
    ];
    all.extend(import::routes::<files::Shipments>("/wholesale/import"));
    all.extend(list!("/wholesale/shipments", Act::ScheduleDelivery, files::sheet));
    all
}

row! {
    #[derive(Clone, Debug)]
    pub struct Shipment {
        pub id: String,
        pub venue_id: String,
        pub cycle: u32,
        pub wholesaler: String,
        pub boxes: u32,
        pub needle_boxes: u32,
        pub delivery_week: Date,
        pub date: Option<Date>,
        pub band: Option<String>,
        pub changes: u32,
        pub shipped_at: Option<jiff::Timestamp>,
        /// When it was recorded that it came.
        pub received_at: Option<jiff::Timestamp>,
        pub received_on: Option<Date>,
        pub received_boxes: Option<u32>,
        pub received_needle_boxes: Option<u32>,
        pub receipt_note: Option<String>,
        pub delivered_at: Option<jiff::Timestamp>,
        pub delivered_boxes: Option<u32>,
        pub delivered_note: Option<String>,
        pub version: i64,
        pub venue: String,
        pub code: String,
        pub municipality: String,
        /// Days on which the venue takes nothing, such as 土日祝.
        pub refused: String,
    }
}

impl Shipment {
    /// The day on which it came; of rows of before the day on which that was recorded.
    pub fn came_on(&self) -> Option<Date> {
        self.received_at.map(|at| self.received_on.unwrap_or_else(|| rules::time::date(at)))
    }
    fn facts(&self) -> Facts {
        Facts {
            date: self.date,
            changes: self.changes,
            shipped_at: self.shipped_at,
            received_at: self.received_at,
            boxes: self.boxes,
            received_boxes: self.received_boxes,
        }
    }
    fn json(&self, visit: &Visit) -> Value {
        let status = Status::of(&self.facts());
        let programme = visit.masters().programme();
        let cycle = programme.cycle(self.cycle);
        let wholesaler = visit.masters().wholesaler(&self.wholesaler);
        json!({
            "id": self.id, "venue_id": self.venue_id, "venue": self.venue, "cycle": self.cycle, "title": cycle.map(|c| c.say()), "period": cycle.map(|c| c.say_period()),
            "boxes": self.boxes, "doses": self.boxes * programme.product.doses_per_box(), "needle_boxes": self.needle_boxes, "week": self.delivery_week,
            "date": self.date, "band": self.band.as_deref().and_then(TimeBand::from_key).map(TimeBand::label), "band_key": self.band, "changes": self.changes,
            "status": status.label(), "key": status.key(), "shipped_at": self.shipped_at, "received_at": self.received_at, "received_on": self.came_on(), "received_boxes": self.received_boxes,
            "received_needle_boxes": self.received_needle_boxes, "note": self.receipt_note, "delivered_at": self.delivered_at, "delivered_boxes": self.delivered_boxes, "delivered_note": self.delivered_note, "code": self.code, "refused": self.refused,
            "place": visit.masters().places.full_name(&self.municipality), "version": self.version, "product": programme.product.name,
            "wholesaler": wholesaler.map(|w| &w.name), "wholesaler_phone": wholesaler.map(|w| &w.phone),
        })
    }
}

/// A statement that reads whole shipments: their columns in order, then what follows the join with the venue.
macro_rules! whole_shipments {
    ($($which:tt)*) => {
        sql!(concat!(
            "select s.id, s.venue_id, s.cycle, s.wholesaler, s.boxes, s.needle_boxes,
                    s.delivery_week, s.date, s.band, s.changes, s.shipped_at, s.received_at,
                    s.received_on, s.received_boxes, s.received_needle_boxes, s.receipt_note,
                    s.delivered_at, s.delivered_boxes, s.delivered_note, s.version, v.name, v.code,
                    v.municipality, coalesce(v.answers ->> 'refused_weekdays', '')
               from shipment s
               join venue v on v.id = s.venue_id ",
            $($which)*
        ))
    };
}
use whole_shipments;

fn load(tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Trouble> {
    tx.first(whole_shipments!("where s.id = $1"), args![id])?.ok_or(Trouble::NotFound)
}

/// Shipments of a venue; a wholesaler sees its own only.
pub fn shipments(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Shipment>, Failure> {
    tx.all(whole_shipments!("where s.venue_id = $1 order by s.cycle desc"), args![venue])
}

/// Weeks in which deliveries of a wholesaler have no day yet.
pub fn undated_weeks(tx: &mut Tx<'_>, wholesaler: &str) -> Result<Vec<WeekFacts>, Failure> {
    let weeks: Vec<(Date, i64, Option<jiff::Timestamp>)> = tx.all(
        sql!(
            "select s.delivery_week, count(*), max(a.fixed_at)
               from shipment s
               left join allocation a on a.venue_id = s.venue_id and a.cycle = s.cycle
              where s.wholesaler = $1
                and s.date is null
              group by s.delivery_week
              order by s.delivery_week"
        ),
        args![wholesaler],
    )?;
    let facts = |(week, deliveries, decided)| WeekFacts { week, deliveries, decided };
    Ok(weeks.into_iter().map(facts).collect())
}

/// Boxes that a venue has received.
pub fn received_boxes(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let (boxes,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(received_boxes), 0) as bigint)
               from shipment
              where venue_id = $1
                and received_at is not null"
        ),
        args![venue],
    )?;
    Ok(boxes)
}

fn visible(visit: &Visit, shipment: &Shipment) -> Result<bool, Trouble> {
    let hat = visit.hat()?;
    Ok(hat.role != Role::Wholesaler || hat.scope_id == shipment.wholesaler)
}

fn of_venue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let mut rows = Vec::new();
    for shipment in shipments(tx, &venue.id)? {
        if visible(visit, &shipment)? {
            rows.push(shipment.json(visit));
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
    visit.page(
        "delivery/receipt.html",
        typed,
        json!({"h1": "納入", "shipment": shipment.json(visit), "may_receive": visit.may(Act::RecordReceipt), "crumbs": [[format!("/venues/{}/deliveries", venue.id), "配送予定日の確認"]]}),
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
    let day = received_on(visit, form.get("received_on"), &mut errors);
    let (Some(boxes), Some(needle_boxes), true) = (boxes, needle_boxes, errors.is_empty()) else {
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
    record_receipt(visit, tx, &shipment.id, &receipt)
}

/// The day on which goods came; today where none was said.
pub fn received_on(visit: &Visit, raw: &str, errors: &mut Errors) -> Date {
    let today = rules::time::date(visit.now);
    if raw.trim().is_empty() {
        return today;
    }
    // A day to come is refused with a sentence of its own.
    let from = visit.masters().programme().plan_entry_from.min(today);
    let label = "受け取った日";
    let day = input::date_near(label, raw, today)
        .and_then(|d| if d > today { Ok(d) } else { input::inside(label, d, from, today) });
    errors.take("received_on", day).unwrap_or(today)
}

/// What a venue received, and of which version of the shipment it says so.
pub struct Receipt {
    pub version: i64,
    pub boxes: u32,
    pub needle_boxes: u32,
    /// The day on which it came.
    pub day: Date,
    /// What differs; may be empty where nothing does.
    pub note: String,
}

/// Receipt of goods, from the page or from the venue's own system.
pub fn record_receipt(
    visit: &Visit,
    tx: &mut Tx<'_>,
    id: &str,
    receipt: &Receipt,
) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let shipment = load(tx, id)?;
    if shipment.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    if shipment.version != receipt.version {
        return Err(Failure::Stale.into());
    }
    let (boxes, needles) = (receipt.boxes, receipt.needle_boxes);
    let note = delivery::receive(&shipment.facts(), boxes, &receipt.note).map_err(|r| {
        let field =
            if matches!(r, delivery::Refusal::DifferenceWithoutNote { .. }) { "note" } else { "" };
        Trouble::at(field, r)
    })?;
    let day = delivery::received_on(&shipment.facts(), receipt.day, visit.now)
        .map_err(|r| Trouble::at("received_on", r))?;
    let late = (day < rules::time::date(visit.now)).then_some(day);
    tx.run_one(
        sql!(
            "update shipment
                set received_at = $1, received_on = $2, received_boxes = $3,
                    received_needle_boxes = $4, receipt_note = $5, version = version + 1
              where id = $6
                and version = $7"
        ),
        args![visit.now, day, boxes, needles, note.clone(), &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("shipment", &shipment.id),
        "delivery.receive",
        json!({"boxes": shipment.boxes, "needle_boxes": shipment.needle_boxes}),
        json!({"cycle": shipment.cycle, "boxes": boxes, "needle_boxes": needles, "received_on": late}),
        note.as_deref(),
    )?;
    Ok(Done::saying(
        format!("/venues/{}/deliveries/{}", venue.id, shipment.id),
        "delivery.received",
    ))
}
