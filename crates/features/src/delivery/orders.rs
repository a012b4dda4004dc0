//! What a wholesaler does to a shipment, whichever door it came through: page, many at once, file, API.

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::{args, secrets, sql};
use rules::application::grouped;
use rules::delivery::{self, Notice, Refusal, TimeBand};
use rules::time;
use serde_json::{Value, json};

use super::{Shipment, load};
use web::visit::{Trouble, Visit};

/// The wholesaler's own shipment; another's is out of reach even at the same venue.
pub fn own(visit: &Visit, tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Trouble> {
    let shipment = load(tx, id)?;
    if shipment.wholesaler == visit.hat()?.scope_id { Ok(shipment) } else { Err(Trouble::NotFound) }
}

fn cycle_end(visit: &Visit, shipment: &Shipment) -> Date {
    visit.masters().programme().cycle(shipment.cycle).map_or(Date::MAX, |c| c.to)
}

/// Whether a date may be registered, and what the venue would be told.
pub fn may_schedule(
    visit: &Visit,
    shipment: &Shipment,
    date: Date,
    band: TimeBand,
) -> Result<Notice, Refusal> {
    let same_band = shipment.band.as_deref() == Some(band.key());
    delivery::schedule(
        &shipment.facts(),
        date,
        time::date(visit.now),
        cycle_end(visit, shipment),
        same_band,
    )
}

/// What is asked about a date before anything is saved or mailed; empty where nothing is doubtful.
pub fn questions(visit: &Visit, shipment: &Shipment, date: Date) -> Vec<String> {
    delivery::questions(
        &shipment.facts(),
        date,
        shipment.delivery_week,
        &shipment.refused,
        &visit.masters().holidays,
    )
}

/// What a person says yes to: exactly these questions about these shipments.
pub fn answer_to(questions: &[(String, Date, Vec<String>)]) -> String {
    let mut all: Vec<String> = questions
        .iter()
        .map(|(id, date, asked)| format!("{id} {date} {}", asked.join(" ")))
        .collect();
    all.sort_unstable();
    secrets::digest(&all.join("\n")).chars().take(32).collect()
}

/// Registers a date that was asked about where there was something to ask, and tells the venue. The outer error is the database's, the inner one the rule's.
pub fn schedule(
    visit: &Visit,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
    date: Date,
    band: TimeBand,
) -> Result<Result<(), Refusal>, Trouble> {
    let notice = match may_schedule(visit, shipment, date, band) {
        Ok(notice) => notice,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let changes = shipment.changes + u32::from(matches!(notice, Notice::Changed { .. }));
    tx.run_one(
        sql!(
            "update shipment
                set date = $1, band = $2, changes = $3, version = version + 1
              where id = $4
                and version = $5"
        ),
        args![date, band.key(), changes, &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("shipment", &shipment.id),
        "delivery.schedule",
        json!({"date": shipment.date, "band": shipment.band}),
        json!({"cycle": shipment.cycle, "date": date, "band": band.key()}),
        None,
    )?;
    let (word, line) = match &notice {
        Notice::New => (
            "決まりました",
            format!("納入予定日が決まりました：{}（{}）", time::say_date(date), band.label()),
        ),
        Notice::Changed { before } => (
            "変わりました",
            format!(
                "納入予定日が変わりました：{} → {}（{}）",
                time::say_date(*before),
                time::say_date(date),
                band.label()
            ),
        ),
    };
    let cycle =
        visit.masters().programme().cycle(shipment.cycle).map_or(String::new(), |c| c.say());
    let body = format!(
        "{line}\n\n会場：{}\n{cycle}\n{}箱、針・シリンジ{}箱\n卸業者：{}\n\n次のページで確認できます。\n{}/venues/{}/deliveries/{}",
        english::typed(&shipment.venue),
        grouped(shipment.boxes),
        grouped(shipment.needle_boxes),
        visit.masters().wholesaler(&shipment.wholesaler).map_or(String::new(), |w| format!(
            "{} {}",
            english::typed(&w.name),
            w.phone
        )),
        visit.house.base_url,
        shipment.venue_id,
        shipment.id
    );
    work::venue::tell(
        tx,
        visit.now,
        &shipment.venue_id,
        &format!("【納入】予定日が{word}（{}）", english::typed(&shipment.venue)),
        &body,
    )?;
    Ok(Ok(()))
}

pub fn ship(
    visit: &Visit,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
) -> Result<Result<(), Refusal>, Trouble> {
    if let Err(refusal) = delivery::ship(&shipment.facts()) {
        return Ok(Err(refusal));
    }
    tx.run_one(
        sql!(
            "update shipment
                set shipped_at = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![visit.now, &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("shipment", &shipment.id),
        "delivery.ship",
        Value::Null,
        json!({"cycle": shipment.cycle}),
        None,
    )?;
    Ok(Ok(()))
}

/// The wholesaler's own record of what it handed over.
pub fn deliver(
    visit: &Visit,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
    boxes: u32,
    note: &str,
) -> Result<Result<(), Refusal>, Trouble> {
    let note = match delivery::deliver(&shipment.facts(), boxes, note) {
        Ok(note) => note,
        Err(refusal) => return Ok(Err(refusal)),
    };
    tx.run_one(
        sql!(
            "update shipment
                set delivered_at = $1, delivered_boxes = $2, delivered_note = $3,
                    shipped_at = coalesce(shipped_at, $1), version = version + 1
              where id = $4
                and version = $5"
        ),
        args![visit.now, boxes, note.clone(), &shipment.id, shipment.version],
    )?;
    visit.journal(
        tx,
        ("shipment", &shipment.id),
        "delivery.deliver",
        json!({"boxes": shipment.boxes}),
        json!({"cycle": shipment.cycle, "boxes": boxes}),
        note.as_deref(),
    )?;
    if boxes != shipment.boxes {
        let body = format!(
            "納入された箱数が予定と違います：予定{}箱、納入{}箱\n{}\n\n受け取りを記録するときに確かめてください。\n{}/venues/{}/deliveries/{}",
            grouped(shipment.boxes),
            grouped(boxes),
            english::typed(&note.unwrap_or_default()),
            visit.house.base_url,
            shipment.venue_id,
            shipment.id
        );
        work::venue::tell(
            tx,
            visit.now,
            &shipment.venue_id,
            &format!("【納入】数量の相違（{}）", english::typed(&shipment.venue)),
            &body,
        )?;
    }
    Ok(Ok(()))
}
