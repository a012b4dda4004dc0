//! Sums of what a venue has reported.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

/// The last day as of which a venue has reported.
pub fn last_day(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Date>, Failure> {
    let last: Option<(Option<Date>,)> =
        tx.first(sql!("select max(as_of) from result_entry where venue_id = $1"), args![venue])?;
    Ok(last.and_then(|(day,)| day))
}

row! {
    /// Shots of a day.
    pub struct Shots {
        pub day: Date,
        pub shots: i64,
    }
}

/// A venue's shots by day, before a day.
pub fn shots_before(tx: &mut Tx<'_>, venue: &str, before: Date) -> Result<Vec<Shots>, Failure> {
    tx.all(
        sql!(
            "select as_of, cast(sum(increase) as bigint)
               from result_entry
              where venue_id = $1
                and series = 'booster'
                and as_of < $2
              group by as_of
              order by as_of"
        ),
        args![venue, before],
    )
}

/// All shots of a venue.
pub fn all_shots(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let (used,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(increase), 0) as bigint)
               from result_entry
              where venue_id = $1
                and series = 'booster'"
        ),
        args![venue],
    )?;
    Ok(used)
}
