//! 接種実績 and 廃棄: entries are stored, totals are sums.

pub mod persons;

mod counted;

pub use counted::*;

pub mod event;
mod imported;
mod report;
mod said;

pub use event::Event;
pub use report::*;
pub use said::*;

use jiff::Timestamp;
use jiff::civil::Date;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::results::{CameBy, Entry, Known, Series};
use rules::stock::Kind;
use rules::time::Month;

use crate::{delivery, moved, stock};

row! {
    /// What a report said of one series.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Stored {
        pub report: String,
        pub series: Series,
        pub as_of: Date,
        pub increase: i64,
        pub reason: Option<String>,
        pub at: Timestamp,
        pub name: String,
        pub waste_reason: Option<String>,
    }
}

impl Stored {
    /// Why vials were thrown away, in words; empty where none were.
    pub fn waste(&self) -> &'static str {
        self.waste_reason.as_deref().and_then(rules::stock::waste_reason).unwrap_or_default()
    }
}

pub fn entries(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!(
            "select report, series, as_of, increase, reason, at, name, waste_reason
               from result_entry
              where venue_id = $1
              order by id"
        ),
        args![venue],
    )
}

/// A series' total: the sum of its entries.
pub fn total(entries: &[Stored], series: Series) -> i64 {
    entries.iter().filter(|e| e.series == series).map(|e| e.increase).sum()
}

/// The reasons of entries that take an import back: of totals, of persons' records.
pub const UNDONE: [&str; 2] = ["取り込みを元に戻す", "個人単位の記録の取り込みを元に戻す"];

/// Whether nobody has reported since there were so many entries; imports that were taken back again
/// aside.
pub fn untouched(entries: &[Stored], then: u64) -> bool {
    let Some(later) = usize::try_from(then).ok().and_then(|then| entries.get(then..)) else {
        return false;
    };
    let undone = |e: &&Stored| e.reason.as_deref().is_some_and(|r| UNDONE.contains(&r));
    later.iter().filter(undone).count() * 2 == later.len()
        && Series::ALL.iter().all(|s| total(later, *s) == 0)
}

/// Months in which a venue reported shots.
pub fn months_with_shots(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Month>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select distinct substr(cast(as_of as text), 1, 7)
               from result_entry
              where venue_id = $1
                and series = 'booster'
                and increase > 0
              order by 1"
        ),
        args![venue],
    )?;
    Ok(rows.iter().filter_map(|(month,)| Month::parse(month)).collect())
}

/// Shots that a venue reported from a day to another one.
pub fn shots_between(tx: &mut Tx<'_>, venue: &str, from: Date, to: Date) -> Result<i64, Failure> {
    let (reported,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(increase), 0) as bigint)
               from result_entry
              where venue_id = $1
                and series = 'booster'
                and as_of >= $2
                and as_of <= $3"
        ),
        args![venue, from, to],
    )?;
    Ok(reported)
}

/// What is known of each series before a report.
pub fn known(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &str,
    entries: &[Stored],
) -> Result<impl Fn(Series) -> Known + use<>, Failure> {
    let standing = stock::standing(masters, tx, venue)?;
    // What came by transfer can be used as well as what came by delivery.
    let vials = standing.came();
    let programme = masters.programme();
    let delivered = delivery::received(tx, programme.first_packing(), venue)?.doses;
    let moved = moved::in_doses(programme, &moved::moved_at(tx, venue)?);
    let otherwise = moved.get(venue).copied().unwrap_or_default();
    let doses = standing.came_in_doses(delivered, otherwise);
    let sums: Vec<(Series, i64, i64)> = Series::ALL
        .iter()
        .map(|s| {
            let own = entries.iter().filter(|e| e.series == *s);
            (*s, total(entries, *s), own.map(|e| e.increase).max().unwrap_or(0))
        })
        .collect();
    Ok(move |series: Series| {
        let (_, total, most) =
            sums.iter().find(|(s, _, _)| *s == series).copied().unwrap_or((series, 0, 0));
        let received = match series {
            Series::UnusedVials => vials,
            _ => doses,
        };
        Known { total, largest_increase: most, received }
    })
}

/// Asks about the entries of a report by what had come to a venue by its day; `before` are the
/// entries of earlier reports.
///
/// # Errors
/// The database's.
pub fn ask_of_day(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &str,
    (before, entries): (&[Stored], &mut [Entry]),
    as_of: Date,
) -> Result<(), Failure> {
    let came = came_by(masters, tx, venue, as_of)?;
    let totals = (total(before, Series::Booster), total(before, Series::UnusedVials));
    rules::results::ask_of_day(entries, totals, as_of, &came);
    Ok(())
}

/// What had come to a venue by a day, in boxes and otherwise.
fn came_by(masters: &Masters, tx: &mut Tx<'_>, venue: &str, day: Date) -> Result<CameBy, Failure> {
    let programme = masters.programme();
    let (mut first, mut vials, mut doses): (Option<Date>, i64, i64) = Default::default();
    for shipment in delivery::shipments(tx, venue)? {
        let Some(came) = shipment.came_on() else { continue };
        first = Some(first.map_or(came, |first| first.min(came)));
        if came <= day {
            let packing = shipment.packing(programme, day);
            let own = packing.vials(shipment.received_boxes.unwrap_or(0));
            vials = vials.saturating_add(own);
            doses = doses.saturating_add(own.saturating_mul(packing.doses_per_vial.into()));
        }
    }
    let moved = moved::moved_at(tx, venue)?;
    let comes =
        |m: &&moved::Moved| matches!(m.kind, Kind::Received | Kind::TransferredIn) && m.vials > 0;
    first = moved.iter().filter(comes).map(|m| m.day).chain(first).min();
    let by_then: Vec<moved::Moved> = moved.into_iter().filter(|m| m.day <= day).collect();
    let otherwise = moved::in_doses(programme, &by_then).remove(venue).unwrap_or_default();
    let ledger = by_then.iter().map(|m| (m.kind, m.vials));
    let doses = moved::came_in_doses((vials, doses), ledger, otherwise);
    Ok(CameBy { first, doses, per_vial: programme.packing_on(day).doses_per_vial.into() })
}
