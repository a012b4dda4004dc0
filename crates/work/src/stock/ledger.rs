//! The ledger itself: lines in, what a day leaves room for, and where a venue's vials are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql};
use rules::programme::Packing;
use rules::results::Series;
use rules::stock::{self, Facts, Kind, Refusal, Room, Standing};

use super::event::{OfLot, OfReport, Stock};
use super::{Event, lot};
use crate::{Caller, Refused, delivery};

/// The reason of a use that a report of results wrote.
pub const BY_REPORT: &str = "接種実績の報告から";
/// The reason of a use that person-level records wrote.
pub const BY_PERSONS: &str = "個人単位の記録から";

/// One line of the ledger to be written.
pub struct Entry<'e> {
    pub lot: &'e str,
    pub kind: Kind,
    pub vials: i64,
    pub reason: &'e str,
    pub day: Date,
    pub transfer: Option<&'e str>,
    pub shipment: Option<&'e str>,
}

/// Writes a line; `who` is account and name.
pub fn put(
    tx: &mut Tx<'_>,
    now: Timestamp,
    who: (&str, &str),
    venue: &str,
    entry: &Entry<'_>,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into stock_entry
                         (id, venue_id, lot, kind, vials, reason, day, transfer_id, shipment_id, at,
                          account, name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            ids::timed("s", now),
            venue,
            entry.lot,
            entry.kind,
            entry.vials,
            entry.reason,
            entry.day,
            entry.transfer.map(str::to_string),
            entry.shipment.map(str::to_string),
            now,
            who.0,
            who.1
        ],
    )
    .map(|_| ())
}

row! {
    #[derive(Clone, Debug)]
    /// One line of a venue's ledger; `vials` without a sign, but for an adjustment or what was
    /// taken back.
    pub struct Line {
        pub lot: String,
        pub kind: Kind,
        pub vials: i64,
        pub reason: String,
        pub day: Date,
        pub at: Timestamp,
        pub name: String,
        pub transfer: Option<String>,
    }
}

/// The whole ledger, oldest day first, with what there was of the lot after each line.
pub fn lines(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(Line, i64)>, Failure> {
    let lines: Vec<Line> = tx.all(
        sql!(
            "select e.lot, e.kind, e.vials, e.reason, e.day, e.at, e.name, t.number
               from stock_entry e
               left join transfer t on t.id = e.transfer_id
              where e.venue_id = $1
              order by e.day, e.id"
        ),
        args![venue],
    )?;
    let mut balances: BTreeMap<String, i64> = BTreeMap::new();
    let mut all = Vec::with_capacity(lines.len());
    for line in lines {
        let balance = balances.entry(line.lot.clone()).or_insert(0);
        *balance = balance.saturating_add(line.moves());
        let now = *balance;
        all.push((line, now));
    }
    Ok(all)
}

impl Line {
    /// By how many vials the lot grows.
    pub fn moves(&self) -> i64 {
        self.kind.moves(self.vials)
    }
    /// Vials without a sign, but for an adjustment.
    pub fn count(&self) -> i64 {
        if self.kind == Kind::Adjusted { self.vials } else { self.vials.abs() }
    }
}

/// The ledger by lot and kind.
fn by_kind(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, Kind, i64)>, Failure> {
    tx.all(
        sql!(
            "select lot, kind, cast(sum(vials) as bigint)
               from stock_entry
              where venue_id = $1
              group by lot, kind
              order by lot, kind"
        ),
        args![venue],
    )
}

/// Vials by lot.
pub fn sums(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, i64>, Failure> {
    let rows = by_kind(tx, venue)?;
    Ok(stock::sums(rows.iter().map(|(lot, kind, n)| (lot.as_str(), *kind, *n))))
}

/// What can be taken of a lot on a day without any day's balance falling below nothing. `None`: the
/// venue never had the lot.
pub fn room(
    tx: &mut Tx<'_>,
    venue: &str,
    number: &str,
    day: Date,
) -> Result<Option<Room>, Failure> {
    let rows: Vec<(Date, Kind, i64)> = tx.all(
        sql!(
            "select day, kind, cast(sum(vials) as bigint)
               from stock_entry
              where venue_id = $1
                and lot = $2
              group by day, kind"
        ),
        args![venue, number],
    )?;
    let moves = rows.iter().map(|(day, kind, n)| (*day, kind.moves(*n)));
    Ok((!rows.is_empty()).then(|| Room::on(day, moves)))
}

/// Where the venue's vials are: receipts, reports and the ledger in one figure, the same on every
/// page.
pub fn standing(masters: &Masters, tx: &mut Tx<'_>, venue: &str) -> Result<Standing, Failure> {
    let first = masters.programme().first_packing();
    let delivered = delivery::received(tx, first, venue)?.vials;
    let doses = reported(tx, first, venue)?;
    let ledger = by_kind(tx, venue)?;
    Ok(stock::standing(&Facts { delivered, doses, ledger }))
}

/// Doses that a venue reported, by how many a vial gave on their day; `first` is the programme's
/// first packing.
pub fn reported(
    tx: &mut Tx<'_>,
    first: Packing,
    venue: &str,
) -> Result<BTreeMap<i64, i64>, Failure> {
    let doses: Vec<(i64, i64)> = tx.all(
        sql!(
            "select coalesce(doses_per_vial, $3), cast(sum(increase) as bigint)
               from result_entry
              where venue_id = $1
                and series = $2
              group by 1"
        ),
        args![venue, Series::Booster.key(), first.doses_per_vial],
    )?;
    Ok(doses.into_iter().collect())
}

/// Vials of a lot that were thrown away, corrections taken off.
pub fn wasted(tx: &mut Tx<'_>, venue: &str, number: &str) -> Result<i64, Failure> {
    let rows = by_kind(tx, venue)?;
    let of = |kind: Kind| {
        rows.iter().filter(|(l, k, _)| l == number && *k == kind).map(|(_, _, n)| *n).sum::<i64>()
    };
    // Corrections of before stand as adjustments of the unknown lot.
    Ok(of(Kind::Wasted) - if number.is_empty() { of(Kind::Adjusted).max(0) } else { 0 })
}

/// What the ledger is told of a report of results.
#[derive(Clone, Copy)]
pub struct Reported<'r> {
    /// The lot that was chosen; empty where none was.
    pub lot: &'r str,
    pub day: Date,
    /// Who reports, as it is shown.
    pub name: &'r str,
    /// Doses by which a correction lowers what was reported before; 0 in a report.
    pub lowered: i64,
}

/// Writes the use that a report of results says and the ledger doesn't have yet: of the lot that
/// was chosen, or of the only one that it can be. Where several are possible nothing is written,
/// and the page says so. A correction takes back what reports had written.
///
/// # Errors
/// The chosen lot doesn't hold so much on that day.
pub fn feed_report(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    report: &Reported<'_>,
) -> Result<(), Refused<Refusal>> {
    let Reported { lot: chosen, day, name, lowered } = *report;
    let known = standing(by.masters, tx, venue)?;
    let per_vial = i64::from(by.masters.programme().packing_on(day).doses_per_vial.max(1));
    let beyond = known.used_beyond_reports.min(lowered.saturating_add(per_vial - 1) / per_vial);
    if beyond > 0 {
        return Ok(take_back(by, tx, venue, beyond, day, name)?);
    }
    let vials = known.used_without_lot;
    if vials == 0 {
        return Ok(());
    }
    let only = || {
        let mut with_stock = known.lots.iter().filter(|(_, n)| **n > 0).map(|(lot, _)| lot.clone());
        let one = with_stock.next().filter(|_| with_stock.next().is_none());
        one.filter(|_| known.not_entered == 0 && known.wasted_without_lot == 0)
    };
    let number = if chosen.is_empty() { only() } else { Some(chosen.to_string()) };
    let Some(number) = number else { return Ok(()) };
    let stored = lot(tx, &number)?;
    let room = room(tx, venue, &number, day)?.unwrap_or(Room::none(day));
    match stock::entry(
        Kind::Used,
        &number,
        stored.as_ref().map(super::StoredLot::rule).as_ref(),
        room,
        vials,
        "",
    ) {
        Err(refusal) if !chosen.is_empty() => return Err(Refused::ByRule(refusal)),
        Err(_) => return Ok(()),
        Ok(()) => {}
    }
    let account = by.actor.account.clone();
    let entry = Entry {
        lot: &number,
        kind: Kind::Used,
        vials,
        reason: BY_REPORT,
        day,
        transfer: None,
        shipment: None,
    };
    put(tx, by.now, (&account, name), venue, &entry)?;
    let reported = Event::Reported {
        before: Stock { lot: number.clone(), stock: known.lots.get(&number).copied() },
        after: OfReport { kind: Kind::Used, vials, lot: number, reason: BY_REPORT.into() },
    };
    by.journal(tx, venue, &reported, None)?;
    Ok(())
}

/// Takes back of what reports had written, lot by lot, as many vials as a corrected report doesn't
/// know any more. What people or person-level records wrote stays.
fn take_back(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    beyond: i64,
    day: Date,
    name: &str,
) -> Result<(), Failure> {
    let written: Vec<(String, i64, Option<Date>)> = tx.all(
        sql!(concat!(
            "select lot, cast(sum(vials) as bigint), max(day) from stock_entry ",
            "where venue_id = $1 and kind = 'used' and reason = $2 ",
            "group by lot having sum(vials) > 0 order by max(day) desc, lot"
        )),
        args![venue, BY_REPORT],
    )?;
    let (mut left, account) = (beyond, by.actor.account.clone());
    for (lot, vials, last) in written {
        let back = vials.min(left);
        if back == 0 {
            break;
        }
        left -= back;
        // On a day on which they had been used: before it they had not left.
        let day = last.map_or(day, |last| last.max(day));
        let entry = Entry {
            lot: &lot,
            kind: Kind::Used,
            vials: -back,
            reason: BY_REPORT,
            day,
            transfer: None,
            shipment: None,
        };
        put(tx, by.now, (&account, name), venue, &entry)?;
        let taken_back = Event::TakenBack {
            before: OfLot { lot: lot.clone() },
            after: OfReport { kind: Kind::Used, vials: -back, lot, reason: BY_REPORT.into() },
        };
        by.journal(tx, venue, &taken_back, None)?;
    }
    Ok(())
}
