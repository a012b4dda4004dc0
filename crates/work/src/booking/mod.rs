//! 予約枠 and 接種予約: a venue's slots, and who has a place in them.

pub mod event;
mod places;
mod slots;

pub use event::{Event, SlotEvent};
pub use places::*;
pub use slots::*;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::time;

/// Days with free places and how many there are, for the public page.
pub fn open_days(
    tx: &mut Tx<'_>,
    venue: &str,
    now: Timestamp,
) -> Result<Vec<(Date, i64)>, Failure> {
    tx.all(
        sql!(
            "select day, cast(sum(capacity - booked) as bigint)
               from slot
              where venue_id = $1
                and day >= $2
                and closed_at is null
              group by day
             having sum(capacity - booked) > 0
              order by day
              limit 60"
        ),
        args![venue, time::date(now)],
    )
}
