//! Trials that wait for approval, and what a venue was given.

use super::RunId;
use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::programme::Packing;

/// Whether a cycle of a programme is decided: a trial of it was approved.
pub fn is_decided(tx: &mut Tx<'_>, programme: &str, cycle: u32) -> Result<bool, Failure> {
    let (decided,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from allocation_run
              where cycle = $1
                and approved_at is not null
                and programme = $2"
        ),
        args![cycle, programme],
    )?;
    Ok(decided > 0)
}

row! {
    /// A trial of a cycle.
    pub struct Tried {
        pub id: RunId,
        pub made_at: Timestamp,
    }
}

/// The latest trial of a cycle of a programme.
pub fn last_tried(tx: &mut Tx<'_>, programme: &str, cycle: u32) -> Result<Option<Tried>, Failure> {
    tx.first(
        sql!(
            "select id, made_at
               from allocation_run
              where cycle = $1
                and programme = $2
              order by made_at desc
              limit 1"
        ),
        args![cycle, programme],
    )
}

/// Doses that a venue was given in all cycles, by what boxes held when they were decided; `first`
/// is the programme's first packing.
pub fn doses_of(tx: &mut Tx<'_>, first: Packing, venue: &str) -> Result<i64, Failure> {
    let (allocated,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(boxes * coalesce(vials_per_box, $2)
                                      * coalesce(doses_per_vial, $3)),
                                  0)
                         as bigint)
               from allocation
              where venue_id = $1"
        ),
        args![venue, first.vials_per_box, first.doses_per_vial],
    )?;
    Ok(allocated)
}
