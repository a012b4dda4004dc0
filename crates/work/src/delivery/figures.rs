//! How many shipments a wholesaler has on a day and in a week.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

use super::waits_for_date;

row! {
    /// Shipments of one day into one prefecture.
    pub struct OfDay {
        pub date: Date,
        /// Two-digit code.
        pub prefecture: String,
        pub shipments: i64,
        pub boxes: i64,
        /// How many of the shipments have left.
        pub shipped: i64,
    }
}

row! {
    /// Shipments of one delivery week.
    pub struct OfWeek {
        pub week: Date,
        pub shipments: i64,
        /// How many of them have a date.
        pub dated: i64,
        /// How many of them wait for one.
        pub waiting: i64,
    }
}

/// A wholesaler's shipments by day and prefecture, from a day to another one.
pub fn by_day(
    tx: &mut Tx<'_>,
    wholesaler: &str,
    from: Date,
    to: Date,
) -> Result<Vec<OfDay>, Failure> {
    tx.all(
        sql!(
            "select date, prefecture, count(*), cast(sum(boxes) as bigint), count(shipped_at)
               from shipment
              where wholesaler = $1
                and date >= $2
                and date <= $3
              group by date, prefecture
              order by date, prefecture"
        ),
        args![wholesaler, from, to],
    )
}

/// A wholesaler's shipments by delivery week.
pub fn by_week(tx: &mut Tx<'_>, wholesaler: &str) -> Result<Vec<OfWeek>, Failure> {
    tx.all(
        sql!(concat!(
            "select s.delivery_week, count(*), count(s.date),
                    cast(sum(case when ",
            waits_for_date!(),
            " then 1 else 0 end) as bigint)
               from shipment s
              where s.wholesaler = $1
              group by s.delivery_week
              order by s.delivery_week"
        )),
        args![wholesaler],
    )
}
