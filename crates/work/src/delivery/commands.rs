//! What wholesaler and venue do to a shipment, whichever door it came through: page, many at once,
//! file, API.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::english;
use platform::{args, secrets, sql};
use rules::application::grouped;
use rules::delivery::{self, Doubt, Notice, Refusal, TimeBand};
use rules::time;
use words::sentences;

use super::event::{Amounts, Boxes, Delivered, OfCycle, Received, Scheduled};
use super::{Event, Shipment, load};
use crate::{Caller, Refused, venue};

fn cycle_end(by: &Caller<'_>, shipment: &Shipment) -> Date {
    by.masters.programme().cycle(shipment.cycle).map_or(Date::MAX, |c| c.to)
}

/// Whether a date may be registered, and what the venue would be told.
pub fn may_schedule(
    by: &Caller<'_>,
    shipment: &Shipment,
    date: Date,
    band: TimeBand,
) -> Result<Notice, Refusal> {
    let same_band = shipment.band.as_deref() == Some(band.key());
    delivery::schedule(
        &shipment.facts(),
        date,
        time::date(by.now),
        cycle_end(by, shipment),
        same_band,
    )
}

/// What is asked about a date before anything is saved or mailed; empty where nothing is doubtful.
pub fn questions(by: &Caller<'_>, shipment: &Shipment, date: Date) -> Vec<Doubt> {
    delivery::questions(
        &shipment.facts(),
        date,
        shipment.delivery_week,
        &shipment.refused,
        &by.masters.holidays,
    )
}

/// What a person says yes to: exactly these questions about these shipments.
pub fn answer_to(questions: &[(String, Date, Vec<Doubt>)]) -> String {
    let mut all: Vec<String> = questions
        .iter()
        .map(|(id, date, asked)| format!("{id} {date} {}", sentences(asked).join(" ")))
        .collect();
    all.sort_unstable();
    secrets::digest(&all.join("\n")).chars().take(32).collect()
}

/// Registers a date that was asked about where there was something to ask, and tells the venue.
pub fn schedule(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
    date: Date,
    band: TimeBand,
) -> Result<(), Refused<Refusal>> {
    let notice = may_schedule(by, shipment, date, band).map_err(Refused::ByRule)?;
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
    let scheduled = Event::Scheduled {
        before: Some(shipment.when()),
        after: Scheduled { cycle: shipment.cycle, date, band },
    };
    by.journal(tx, &shipment.id, &scheduled, None)?;
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
    let cycle = by.masters.programme().cycle(shipment.cycle).map_or(String::new(), |c| c.say());
    let body = format!(
        "{line}\n\n会場：{}\n{cycle}\n{}箱、針・シリンジ{}箱\n卸業者：{}\n\n次のページで確認できます。\n{}/venues/{}/deliveries/{}",
        english::typed(&shipment.venue),
        grouped(shipment.boxes),
        grouped(shipment.needle_boxes),
        by.masters.wholesaler(&shipment.wholesaler).map_or(String::new(), |w| format!(
            "{} {}",
            english::typed(&w.name),
            w.phone
        )),
        by.base_url,
        shipment.venue_id,
        shipment.id
    );
    venue::tell(
        tx,
        by.now,
        &shipment.venue_id,
        &format!("【納入】予定日が{word}（{}）", english::typed(&shipment.venue)),
        &body,
    )?;
    Ok(())
}

pub fn ship(by: &Caller<'_>, tx: &mut Tx<'_>, shipment: &Shipment) -> Result<(), Refused<Refusal>> {
    delivery::ship(&shipment.facts()).map_err(Refused::ByRule)?;
    tx.run_one(
        sql!(
            "update shipment
                set shipped_at = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![by.now, &shipment.id, shipment.version],
    )?;
    let after = OfCycle { cycle: shipment.cycle };
    by.journal(tx, &shipment.id, &Event::Shipped { after }, None)?;
    Ok(())
}

/// The wholesaler's own record of what it handed over.
pub fn deliver(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
    boxes: u32,
    note: &str,
) -> Result<(), Refused<Refusal>> {
    let note = delivery::deliver(&shipment.facts(), boxes, note).map_err(Refused::ByRule)?;
    tx.run_one(
        sql!(
            "update shipment
                set delivered_at = $1, delivered_boxes = $2, delivered_note = $3,
                    shipped_at = coalesce(shipped_at, $1), version = version + 1
              where id = $4
                and version = $5"
        ),
        args![by.now, boxes, note.clone(), &shipment.id, shipment.version],
    )?;
    let delivered = Event::Delivered {
        before: Boxes { boxes: shipment.boxes },
        after: Delivered { cycle: shipment.cycle, boxes },
    };
    by.journal(tx, &shipment.id, &delivered, note.as_deref())?;
    if boxes != shipment.boxes {
        let body = format!(
            "納入された箱数が予定と違います：予定{}箱、納入{}箱\n{}\n\n受け取りを記録するときに確かめてください。\n{}/venues/{}/deliveries/{}",
            grouped(shipment.boxes),
            grouped(boxes),
            english::typed(&note.unwrap_or_default()),
            by.base_url,
            shipment.venue_id,
            shipment.id
        );
        venue::tell(
            tx,
            by.now,
            &shipment.venue_id,
            &format!("【納入】数量の相違（{}）", english::typed(&shipment.venue)),
            &body,
        )?;
    }
    Ok(())
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

/// A venue records that a shipment of its own came; the shipment's id.
///
/// # Errors
/// [`Refused::NotFound`], where the shipment is another venue's; [`Failure::Stale`].
pub fn receive(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    id: &str,
    receipt: &Receipt,
) -> Result<String, Refused<Refusal>> {
    let shipment = load(tx, id)?;
    if shipment.venue_id != venue {
        return Err(Refused::NotFound);
    }
    if shipment.version != receipt.version {
        return Err(Failure::Stale.into());
    }
    let (boxes, needles) = (receipt.boxes, receipt.needle_boxes);
    let note = delivery::receive(&shipment.facts(), boxes, needles, &receipt.note)
        .map_err(Refused::ByRule)?;
    let day =
        delivery::received_on(&shipment.facts(), receipt.day, by.now).map_err(Refused::ByRule)?;
    let late = (day < time::date(by.now)).then_some(day);
    // Boxes hold what they held when they left; where nobody said when that was, when they came.
    let left = shipment.shipped_at.map_or(day, time::date).min(day);
    let packing = by.masters.programme().packing_on(left);
    tx.run_one(
        sql!(
            "update shipment
                set received_at = $1, received_on = $2, received_boxes = $3,
                    received_needle_boxes = $4, receipt_note = $5, vials_per_box = $6,
                    doses_per_vial = $7, needles_per_box = $8, version = version + 1
              where id = $9
                and version = $10"
        ),
        args![
            by.now,
            day,
            boxes,
            needles,
            note.clone(),
            packing.vials_per_box,
            packing.doses_per_vial,
            packing.needles.pack,
            &shipment.id,
            shipment.version
        ],
    )?;
    let received = Event::Received {
        before: Amounts { boxes: shipment.boxes, needle_boxes: shipment.needle_boxes },
        after: Received { cycle: shipment.cycle, boxes, needle_boxes: needles, received_on: late },
    };
    by.journal(tx, &shipment.id, &received, note.as_deref())?;
    Ok(shipment.id)
}
