//! A file of orders is taken back.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::delivery::TimeBand;

use super::event::TakenBack;
use super::{Event, Shipment};
use crate::{Caller, venue};

/// A shipment as it stood before an import.
pub struct Before<'b> {
    pub date: Option<Date>,
    pub band: Option<TimeBand>,
    pub shipped_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub delivered_boxes: Option<i64>,
    pub delivered_note: Option<&'b str>,
}

/// Puts a shipment back to what it was before an import, and tells the venue.
///
/// # Errors
/// [`Failure::Stale`]: it has changed since it was read.
pub fn take_back(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    shipment: &Shipment,
    before: &Before<'_>,
    import: &str,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update shipment
                set date = $1, band = $2, shipped_at = $3, delivered_at = $4,
                    delivered_boxes = $5, delivered_note = $6, changes = changes + 1,
                    version = version + 1
              where id = $7
                and version = $8"
        ),
        args![
            before.date,
            before.band,
            before.shipped_at,
            before.delivered_at,
            before.delivered_boxes,
            before.delivered_note.map(str::to_string),
            &shipment.id,
            shipment.version
        ],
    )?;
    let taken_back = Event::TakenBack {
        before: shipment.when(),
        after: TakenBack { date: before.date, import: import.into() },
    };
    by.journal(tx, &shipment.id, &taken_back, None)?;
    let told = mails::delivery::TakenBack {
        shipment: shipment.id.clone(),
        venue: shipment.venue_id.clone(),
        venue_name: (&shipment.venue).into(),
        date: before.date,
    };
    venue::tell(by, tx, told)
}
