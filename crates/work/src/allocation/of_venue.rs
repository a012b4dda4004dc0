//! What a venue gets, and where two trials differ.

use super::RunId;
use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::programme::{Packing, Programme};

row! {
    /// What a venue gets in a cycle, in boxes, and why.
    pub struct Fixed {
        pub cycle: u32,
        pub requested: i64,
        pub boxes: u32,
        pub needle_boxes: u32,
        pub explanation: String,
        pub fixed_at: Timestamp,
        pub shipment: Option<String>,
        pub date: Option<Date>,
        vials_per_box: Option<u32>,
        doses_per_vial: Option<u32>,
        needles_per_box: Option<u32>,
    }
}

impl Fixed {
    /// What the boxes held when they were decided.
    pub fn packing(&self, programme: &Programme) -> Packing {
        let first = programme.first_packing();
        first.or(self.vials_per_box, self.doses_per_vial, self.needles_per_box)
    }
}

/// What a venue gets, in order of cycles.
pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Fixed>, Failure> {
    tx.all(
        sql!(
            "select a.cycle, a.requested, a.boxes, a.needle_boxes, a.explanation, a.fixed_at, s.id,
                    s.date, a.vials_per_box, a.doses_per_vial, a.needles_per_box
               from allocation a
               left join shipment s on s.venue_id = a.venue_id and s.cycle = a.cycle
              where a.venue_id = $1
              order by a.cycle"
        ),
        args![venue],
    )
}

/// Cycles of a programme that are approved, and not yet carried out for everybody.
pub fn carrying(tx: &mut Tx<'_>, programme: &str) -> Result<Vec<u32>, Failure> {
    let rows: Vec<(u32,)> = tx.all(
        sql!("select cycle from allocation_run where state = 'approved' and programme = $1"),
        args![programme],
    )?;
    Ok(rows.into_iter().map(|(cycle,)| cycle).collect())
}

row! {
    /// A venue that two trials give different numbers of boxes.
    pub struct Difference {
        pub venue_id: String,
        pub name: String,
        pub one: i64,
        pub other: i64,
    }
}

/// The venues of which two runs differ most, 20 at most.
pub fn differences(
    tx: &mut Tx<'_>,
    one: &RunId,
    other: &RunId,
) -> Result<Vec<Difference>, Failure> {
    tx.all(
        sql!(
            "select a.venue_id, v.name, a.allocated, b.allocated
               from allocation_share a
               join allocation_share b on b.venue_id = a.venue_id
               join venue v on v.id = a.venue_id
              where a.run_id = $1
                and b.run_id = $2
                and a.allocated <> b.allocated
              order by abs(a.allocated - b.allocated) desc, a.venue_id
              limit 20"
        ),
        args![one, other],
    )
}
