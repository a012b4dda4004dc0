//! 納入: the wholesaler's list with date and time band, the venue's page, receipt of goods.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};

use platform::{args, row, sql};
use rules::access::{Act, Role};
use rules::delivery::{self, Facts, Notice, Status, TimeBand};
use rules::{input, time};
use serde_json::{Value, json};

use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Trouble, Visit};
use crate::house::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/wholesale/shipments", Act::ScheduleDelivery, list),
        page("/wholesale/shipments/{shipment}", Act::ScheduleDelivery, one),
        deed("/wholesale/shipments/{shipment}", Act::ScheduleDelivery, schedule, one),
        deed("/wholesale/shipments/{shipment}/ship", Act::ScheduleDelivery, ship, one),
        page("/venues/{venue}/deliveries", Act::ReadDelivery, of_venue),
        page("/venues/{venue}/deliveries/{shipment}", Act::ReadDelivery, receipt_page),
        deed("/venues/{venue}/deliveries/{shipment}", Act::RecordReceipt, receive, receipt_page),
    ]
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
        pub received_at: Option<jiff::Timestamp>,
        pub received_boxes: Option<u32>,
        pub received_needle_boxes: Option<u32>,
        pub receipt_note: Option<String>,
        pub version: i64,
        pub venue: String,
    }
}

impl Shipment {
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
            "status": status.label(), "key": status.key(), "shipped_at": self.shipped_at, "received_at": self.received_at, "received_boxes": self.received_boxes,
            "received_needle_boxes": self.received_needle_boxes, "note": self.receipt_note, "version": self.version, "product": programme.product.name,
            "wholesaler": wholesaler.map(|w| &w.name), "wholesaler_phone": wholesaler.map(|w| &w.phone),
        })
    }
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let hat = visit.hat()?;
    let rows: Vec<Shipment> = tx.all(
        sql!("select s.id, s.venue_id, s.cycle, s.wholesaler, s.boxes, s.needle_boxes, s.delivery_week, s.date, s.band, s.changes, s.shipped_at, s.received_at, s.received_boxes, s.received_needle_boxes, s.receipt_note, s.version, v.name from shipment s join venue v on v.id = s.venue_id where s.wholesaler = $1 order by s.delivery_week desc, v.name, s.id limit 500"),
        args![&hat.scope_id],
    )?;
    let undecided = rows.iter().filter(|s| s.date.is_none()).count();
    let only_open = visit.query("show") != "all";
    let total = rows.len();
    let rows: Vec<Value> = rows.iter().filter(|s| !only_open || s.date.is_none()).map(|s| s.json(visit)).collect();
    visit.page(
        "delivery/list.html",
        typed,
        json!({"h1": "納入予定", "rows": rows, "undecided": undecided, "total": total, "all": !only_open}),
    )
}

fn load(tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Trouble> {
    tx.first(
        sql!("select s.id, s.venue_id, s.cycle, s.wholesaler, s.boxes, s.needle_boxes, s.delivery_week, s.date, s.band, s.changes, s.shipped_at, s.received_at, s.received_boxes, s.received_needle_boxes, s.receipt_note, s.version, v.name from shipment s join venue v on v.id = s.venue_id where s.id = $1"),
        args![id],
    )?
    .ok_or(Trouble::NotFound)
}

/// The wholesaler's own shipment; another's is out of reach even at the same venue.
fn own(visit: &Visit, tx: &mut Tx<'_>) -> Result<Shipment, Trouble> {
    let shipment = load(tx, visit.param("shipment"))?;
    if shipment.wholesaler == visit.hat()?.scope_id { Ok(shipment) } else { Err(Trouble::NotFound) }
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.reads_contacts_of("venue", &visit.venue()?.id);
    let shipment = own(visit, tx)?;
    let answers = crate::venue::store::answers(tx, &shipment.venue_id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let address = format!("{}{}", visit.masters().places.full_name(&get("venue_municipality")), get("venue_address"));
    let warnings = shipment
        .date
        .map(|d| delivery::warnings(d, shipment.delivery_week, &get("refused_weekdays"), &visit.masters().holidays))
        .unwrap_or_default();
    let bands: Vec<[&str; 2]> = TimeBand::ALL.iter().map(|b| [b.key(), b.label()]).collect();
    visit.page(
        "delivery/one.html",
        typed,
        json!({
            "h1": "納入予定日の登録", "shipment": shipment.json(visit), "address": address, "phone": get("venue_phone"), "refused": get("refused_weekdays"),
            "storage_manager": format!("{}　{}", get("storage_manager_name"), get("storage_manager_phone")), "holiday_contact": format!("{}　{}", get("holiday_contact_name"), get("holiday_contact_phone")),
            "bands": bands, "warnings": warnings, "crumbs": [["/wholesale/shipments", "納入予定"]],
        }),
    )
}

fn schedule(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let shipment = own(visit, tx)?;
    form.expect_version(shipment.version)?;
    let mut errors = Errors::default();
    let date = errors.take("date", input::date("納入予定日", form.get("date")));
    let band = TimeBand::from_key(form.get("band"));
    if band.is_none() {
        errors.add("band", "時間帯を選んでください");
    }
    let (Some(date), Some(band)) = (date, band) else { return Err(Trouble::refused(errors)) };
    let cycle = visit.masters().programme().cycle(shipment.cycle).ok_or(Trouble::NotFound)?;
    let same_band = shipment.band.as_deref() == Some(band.key());
    let notice =
        delivery::schedule(&shipment.facts(), date, time::date(visit.now), cycle.to, same_band).map_err(|r| Trouble::at("date", r))?;
    let changes = shipment.changes + u32::from(matches!(notice, Notice::Changed { .. }));
    tx.run_one(
        sql!("update shipment set date = $1, band = $2, changes = $3, version = version + 1 where id = $4 and version = $5"),
        args![date, band.key(), changes, &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("venue", &shipment.venue_id),
        "delivery.schedule",
        json!({"date": shipment.date, "band": shipment.band}),
        json!({"cycle": shipment.cycle, "date": date, "band": band.key()}),
        None,
    )?;
    let (word, line) = match &notice {
        Notice::New => ("決まりました", format!("納入予定日が決まりました：{}（{}）", time::say_date(date), band.label())),
        Notice::Changed { before } => (
            "変わりました",
            format!("納入予定日が変わりました：{} → {}（{}）", time::say_date(*before), time::say_date(date), band.label()),
        ),
    };
    let body = format!(
        "{line}\n\n会場：{}\n{}\n{}箱、針・シリンジ{}箱\n卸業者：{}\n\n次のページで確認できます。\n{}/venues/{}/deliveries/{}",
        shipment.venue,
        cycle.say(),
        shipment.boxes,
        shipment.needle_boxes,
        visit.masters().wholesaler(&shipment.wholesaler).map_or(String::new(), |w| format!("{} {}", w.name, w.phone)),
        visit.house.base_url,
        shipment.venue_id,
        shipment.id
    );
    crate::venue::store::tell(tx, visit.now, &shipment.venue_id, &format!("【納入】予定日が{word}（{}）", shipment.venue), &body)?;
    Ok(Done::saying(format!("/wholesale/shipments/{}", shipment.id), "delivery.scheduled"))
}

fn ship(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let shipment = own(visit, tx)?;
    form.expect_version(shipment.version)?;
    delivery::ship(&shipment.facts()).map_err(|r| Trouble::at("", r))?;
    tx.run_one(
        sql!("update shipment set shipped_at = $1, version = version + 1 where id = $2 and version = $3"),
        args![visit.now, &shipment.id, shipment.version],
    )?;
    visit.journal(tx, ("venue", &shipment.venue_id), "delivery.ship", Value::Null, json!({"cycle": shipment.cycle}), None)?;
    Ok(Done::saying(format!("/wholesale/shipments/{}", shipment.id), "delivery.shipped"))
}

/// Shipments of a venue; a wholesaler sees its own only.
pub fn shipments(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Shipment>, Failure> {
    tx.all(
        sql!("select s.id, s.venue_id, s.cycle, s.wholesaler, s.boxes, s.needle_boxes, s.delivery_week, s.date, s.band, s.changes, s.shipped_at, s.received_at, s.received_boxes, s.received_needle_boxes, s.receipt_note, s.version, v.name from shipment s join venue v on v.id = s.venue_id where s.venue_id = $1 order by s.cycle desc"),
        args![venue],
    )
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
    let venue = visit.venue()?;
    let shipment = load(tx, visit.param("shipment"))?;
    if shipment.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    form.expect_version(shipment.version)?;
    let mut errors = Errors::default();
    let boxes = errors.take("boxes", input::whole("受け取ったワクチンの箱数", form.get("boxes")));
    let needles = errors.take("needle_boxes", input::whole("受け取った針・シリンジの箱数", form.get("needle_boxes")));
    let (Some(boxes), Some(needles)) = (boxes, needles) else { return Err(Trouble::refused(errors)) };
    let boxes = u32::try_from(boxes).unwrap_or(u32::MAX);
    let note = delivery::receive(&shipment.facts(), boxes, &input::text(form.get("note"))).map_err(|r| {
        let field = if matches!(r, delivery::Refusal::DifferenceWithoutNote { .. }) { "note" } else { "" };
        Trouble::at(field, r)
    })?;
    tx.run_one(
        sql!("update shipment set received_at = $1, received_boxes = $2, received_needle_boxes = $3, receipt_note = $4, version = version + 1 where id = $5 and version = $6"),
        args![visit.now, boxes, needles, note.clone(), &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("venue", &venue.id),
        "delivery.receive",
        json!({"boxes": shipment.boxes, "needle_boxes": shipment.needle_boxes}),
        json!({"cycle": shipment.cycle, "boxes": boxes, "needle_boxes": needles}),
        note.as_deref(),
    )?;
    Ok(Done::saying(format!("/venues/{}/deliveries/{}", venue.id, shipment.id), "delivery.received"))
}
