//! What wholesaler and venue do to a shipment, whichever door it came through: page, many at once,
//! file, API.

use jiff::civil::Date;
use mails::delivery::Wholesaler;
use platform::db::{Failure, Tx};
use platform::{args, secrets, sql};
use rules::delivery::{self, Doubt, Notice, Refusal, TimeBand};
use rules::input::InputFault;
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
    let same_band = shipment.band == Some(band);
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
        args![date, band, changes, &shipment.id, shipment.version],
    )?;
    let scheduled = Event::Scheduled {
        before: Some(shipment.when()),
        after: Scheduled { cycle: shipment.cycle, date, band },
    };
    by.journal(tx, &shipment.id, &scheduled, None)?;
    let before = match notice {
        Notice::New => None,
        Notice::Changed { before } => Some(before),
    };
    let cycle = by.masters.programme().cycle(shipment.cycle).map(|cycle| cycle.number);
    let wholesaler = by.masters.wholesaler(&shipment.wholesaler);
    let told = mails::delivery::Scheduled {
        shipment: shipment.id.clone(),
        venue: shipment.venue_id.clone(),
        venue_name: (&shipment.venue).into(),
        date,
        before,
        band,
        cycle,
        boxes: shipment.boxes,
        needle_boxes: shipment.needle_boxes,
        wholesaler: wholesaler
            .map(|w| Wholesaler { name: (&w.name).into(), phone: w.phone.clone() }),
    };
    Ok(venue::tell(by, tx, told)?)
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
        let told = mails::delivery::Differing {
            shipment: shipment.id.clone(),
            venue: shipment.venue_id.clone(),
            venue_name: (&shipment.venue).into(),
            planned: shipment.boxes,
            boxes,
            note: note.as_deref().unwrap_or_default().into(),
        };
        venue::tell(by, tx, told)?;
    }
    Ok(())
}

/// The day on which goods came, as it was written; today where nothing was. A day to come is
/// refused by [`receive`], with a sentence of its own.
///
/// # Errors
/// No day; before the programme (its plans' first day).
pub fn received_on(by: &Caller<'_>, raw: &str) -> Result<Date, InputFault> {
    if raw.trim().is_empty() {
        return Ok(time::date(by.now));
    }
    by.day_of("受け取った日", raw)
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
    let packing = shipment.packing_where_it_came(by.masters.programme(), day);
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
