//! Days of shipments, and how often they have moved: for calendars.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    /// A day on which shipments come.
    pub struct Day {
        pub date: Date,
        pub shipments: i64,
    }
}

/// The days of a wholesaler's shipments, and how many there are, in order.
pub fn days(tx: &mut Tx<'_>, wholesaler: &str) -> Result<Vec<Day>, Failure> {
    tx.all(
        sql!(
            "select date, count(*)
               from shipment
              where wholesaler = $1
                and date is not null
              group by date
              order by date"
        ),
        args![wholesaler],
    )
}

/// What rises with every change of a wholesaler's shipments.
pub fn wholesaler_moved(tx: &mut Tx<'_>, wholesaler: &str) -> Result<i64, Failure> {
    let (sum,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(version), 0) as bigint)
               from shipment
              where wholesaler = $1"
        ),
        args![wholesaler],
    )?;
    Ok(sum)
}

/// What rises with every change of the shipments of a venue or wholesaler.
pub fn shipments_moved(tx: &mut Tx<'_>, of: &str) -> Result<i64, Failure> {
    let (sum,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(version), 0) as bigint)
               from shipment
              where venue_id = $1
                 or wholesaler = $1"
        ),
        args![of],
    )?;
    Ok(sum)
}
