//! Days of shipments, and how often they have moved: for calendars.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::programme::Packing;

use super::waits_for_date;

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

row! {
    /// A week of deliveries without dates.
    pub struct Undated {
        pub week: Date,
        pub shipments: i64,
        /// When the last of them was decided.
        pub fixed_at: Option<Timestamp>,
    }
}

/// The weeks in which shipments of a wholesaler wait for a date, in order.
pub fn undated(tx: &mut Tx<'_>, wholesaler: &str) -> Result<Vec<Undated>, Failure> {
    tx.all(
        sql!(concat!(
            "select s.delivery_week, count(*), max(a.fixed_at)
               from shipment s
               left join allocation a on a.venue_id = s.venue_id and a.cycle = s.cycle
              where s.wholesaler = $1
                and ",
            waits_for_date!(),
            " group by s.delivery_week
              order by s.delivery_week"
        )),
        args![wholesaler],
    )
}

row! {
    /// What a venue has received, by what the boxes held when they came.
    pub struct Received {
        pub vials: i64,
        pub doses: i64,
    }
}

/// What a venue has received; `first` is the programme's first packing.
pub fn received(tx: &mut Tx<'_>, first: Packing, venue: &str) -> Result<Received, Failure> {
    tx.one(
        sql!(
            "select cast(coalesce(sum(received_boxes * coalesce(vials_per_box, $2)), 0) as bigint),
                    cast(coalesce(sum(received_boxes * coalesce(vials_per_box, $2)
                                      * coalesce(doses_per_vial, $3)),
                                  0)
                         as bigint)
               from shipment
              where venue_id = $1
                and received_at is not null"
        ),
        args![venue, first.vials_per_box, first.doses_per_vial],
    )
}
