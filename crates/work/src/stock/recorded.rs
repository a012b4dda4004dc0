//! Lots and how many venues have recorded something of them.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    /// A lot in a file of all.
    pub struct Recorded {
        pub number: String,
        pub expiry: Date,
        pub recalled_at: Option<Timestamp>,
        /// Venues that have recorded something of it.
        pub venues: i64,
    }
}

/// All lots, by expiry.
pub fn recorded(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Recorded>, Failure> {
    tx.all(
        sql!(
            "select l.number, l.expiry, l.recalled_at,
                    (select count(distinct e.venue_id) from stock_entry e where e.lot = l.number)
               from lot l
              order by l.expiry, l.number
              limit $1"
        ),
        args![limit],
    )
}
