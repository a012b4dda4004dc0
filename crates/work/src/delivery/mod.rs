//! 納入: shipments, and what wholesaler and venue do to them, whichever door it came through.

mod commands;
mod days;
pub mod event;
mod figures;
mod sought;
mod undo;

pub use commands::*;
pub use days::*;
pub use event::Event;
pub use figures::*;
pub use sought::*;
pub use undo::*;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::delivery::{Facts, Status, TimeBand};
use rules::programme::{Packing, Programme};

use crate::Fault;

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
        pub band: Option<TimeBand>,
        pub changes: u32,
        pub shipped_at: Option<Timestamp>,
        /// When it was recorded that it came.
        pub received_at: Option<Timestamp>,
        pub received_on: Option<Date>,
        pub received_boxes: Option<u32>,
        pub received_needle_boxes: Option<u32>,
        pub receipt_note: Option<String>,
        pub delivered_at: Option<Timestamp>,
        pub delivered_boxes: Option<u32>,
        pub delivered_note: Option<String>,
        pub version: i64,
        pub venue: String,
        pub code: String,
        pub municipality: String,
        /// Days on which the venue takes nothing, as it says them.
        pub refused: String,
        vials_per_box: Option<u32>,
        doses_per_vial: Option<u32>,
        needles_per_box: Option<u32>,
    }
}

impl Shipment {
    /// What its boxes hold, on every page and paper: as they came. As long as that isn't recorded,
    /// what boxes held when they left; where nobody said when that was, on their planned day once
    /// it has passed, and what boxes hold today before it.
    pub fn packing(&self, programme: &Programme, today: Date) -> Packing {
        if self.received_at.is_none() {
            let coming = self.date.map_or(today, |planned| planned.min(today));
            return self.packing_where_it_came(programme, coming);
        }
        let first = programme.first_packing();
        first.or(self.vials_per_box, self.doses_per_vial, self.needles_per_box)
    }
    /// What boxes hold that came on a day: what they held when they left, or on that day.
    pub(super) fn packing_where_it_came(&self, programme: &Programme, day: Date) -> Packing {
        let left = self.shipped_at.map_or(day, rules::time::date).min(day);
        programme.packing_on(left)
    }
    /// The day on which it came; of rows of before the day on which that was recorded.
    pub fn came_on(&self) -> Option<Date> {
        self.received_at.map(|at| self.received_on.unwrap_or_else(|| rules::time::date(at)))
    }
    /// What the rules ask of it.
    pub fn facts(&self) -> Facts {
        Facts {
            date: self.date,
            changes: self.changes,
            shipped_at: self.shipped_at,
            received_at: self.received_at,
            boxes: self.boxes,
            received_boxes: self.received_boxes,
            needle_boxes: self.needle_boxes,
            received_needle_boxes: self.received_needle_boxes,
        }
    }
    pub fn status(&self) -> Status {
        Status::of(&self.facts())
    }
    /// When it is to come.
    fn when(&self) -> event::When {
        event::When { date: self.date, band: self.band }
    }
}

/// A statement that reads whole shipments: their columns in order, then what follows the join with
/// the venue.
macro_rules! whole_shipments {
    ($($which:tt)*) => {
        sql!(concat!(
            "select s.id, s.venue_id, s.cycle, s.wholesaler, s.boxes, s.needle_boxes,
                    s.delivery_week, s.date, s.band, s.changes, s.shipped_at, s.received_at,
                    s.received_on, s.received_boxes, s.received_needle_boxes, s.receipt_note,
                    s.delivered_at, s.delivered_boxes, s.delivered_note, s.version, v.name, v.code,
                    v.municipality, coalesce(v.answers ->> 'refused_weekdays', ''),
                    s.vials_per_box, s.doses_per_vial, s.needles_per_box
               from shipment s
               join venue v on v.id = s.venue_id ",
            $($which)*
        ))
    };
}
pub(crate) use whole_shipments;

/// Whether a shipment `s` waits for its date: what has come needs none any more.
macro_rules! waits_for_date {
    () => {
        "s.date is null and s.received_at is null"
    };
}
pub(crate) use waits_for_date;

/// # Errors
/// There is none of this number, in whichever writing.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Shipment, Fault> {
    let (id, _) = crate::visitor::shipment(tx, id)?.ok_or(Fault::NotFound)?;
    tx.first(whole_shipments!("where s.id = $1"), args![&id])?.ok_or(Fault::NotFound)
}

/// A wholesaler's own shipment by its id.
///
/// # Errors
/// [`Fault::NotFound`], also where it is another's, even at the same venue.
pub fn own(tx: &mut Tx<'_>, id: &str, wholesaler: &str) -> Result<Shipment, Fault> {
    let shipment = load(tx, id)?;
    if shipment.wholesaler == wholesaler { Ok(shipment) } else { Err(Fault::NotFound) }
}

/// Shipments of a venue, the latest cycle first.
pub fn shipments(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Shipment>, Failure> {
    tx.all(whole_shipments!("where s.venue_id = $1 order by s.cycle desc"), args![venue])
}

/// Shipments that a node of a version before has opened without their prefecture get it.
pub fn fill_prefectures(tx: &mut Tx<'_>) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update shipment
                set prefecture = (select v.prefecture from venue v where v.id = shipment.venue_id)
              where prefecture = ''"
        ),
        args![],
    )
    .map(|_| ())
}
