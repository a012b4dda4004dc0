//! 入庫: lots enter the nation's list, and vials of them a venue's ledger.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::stock::{self, Kind, Lot, Refusal, Room};

use super::event::{self, Entered};
use super::{Entry, Event, LotEvent, StoredLot, feed_persons, lot, put, settle_expiry};
use crate::delivery::Shipment;
use crate::{Caller, Refused};

/// A lot as somebody says it.
pub struct Given {
    pub number: String,
    pub expiry: Date,
    /// The pack's code; empty where none was read.
    pub gtin: String,
    /// Read from a code, whether by a machine or typed into its field.
    pub scanned: bool,
    /// The pack's own number, where its code has one.
    pub serial: Option<String>,
}

/// Vials of a lot that came.
pub struct Received<'r> {
    pub given: &'r Given,
    pub vials: i64,
    pub day: Date,
    /// What brought them, where it is known.
    pub shipment: Option<&'r Shipment>,
}

/// What stands as the reason of a receipt whose pack has a number of its own.
pub fn say_serial(serial: &str) -> String {
    format!("シリアル番号 {serial}")
}

/// Vials of which the lot is entered, by the shipment that brought them.
pub fn entered(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, i64>, Failure> {
    let rows: Vec<(String, i64)> = tx.all(
        sql!(
            "select shipment_id, cast(sum(vials) as bigint)
               from stock_entry
              where venue_id = $1
                and kind = 'received'
                and shipment_id is not null
              group by shipment_id"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().collect())
}

/// Day and vials of the first receipt of a pack with a number of its own.
pub fn of_pack(
    tx: &mut Tx<'_>,
    venue: &str,
    lot: &str,
    serial: &str,
) -> Result<Option<(Date, i64)>, Failure> {
    tx.first(
        sql!(
            "select day, vials
               from stock_entry
              where venue_id = $1
                and lot = $2
                and kind = $3
                and reason = $4
              order by day, id
              limit 1"
        ),
        args![venue, lot, Kind::Received.key(), say_serial(serial)],
    )
}

/// How many lines of a kind and a lot there are on a day with just so many vials.
pub fn like_it(
    tx: &mut Tx<'_>,
    venue: &str,
    (kind, lot): (Kind, &str),
    (day, vials): (Date, i64),
) -> Result<i64, Failure> {
    let (same,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from stock_entry
              where venue_id = $1
                and lot = $2
                and kind = $3
                and day = $4
                and vials = $5"
        ),
        args![venue, lot, kind.key(), day, vials],
    )?;
    Ok(same)
}

/// The lot in the nation's list; a new one is entered. What a venue says of a known lot's expiry is
/// kept beside it until the ministry settles it, and doesn't move anybody else's date; the ministry
/// (without a venue) settles it.
pub fn enter(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    given: &Given,
    venue: Option<&str>,
) -> Result<StoredLot, Refused<Refusal>> {
    let product = by.masters.programme().product.id.clone();
    if let Some(known) = lot(tx, &given.number)? {
        if known.product != product {
            return Err(Refused::ByRule(Refusal::OtherProduct(given.number.clone())));
        }
        match venue {
            Some(venue) => say_again(by, tx, given, venue, &known)?,
            None if known.expiry != given.expiry => settle_expiry(by, tx, &known, given.expiry)?,
            None => {}
        }
        return lot(tx, &given.number)?.ok_or(Refused::NotFound);
    }
    let settled = if venue.is_none() { Some(by.now) } else { None };
    tx.run(
        sql!(
            "insert into lot (product, number, expiry, gtin, settled_at)
             values ($1, $2, $3, $4, $5)"
        ),
        args![&product, &given.number, given.expiry, &given.gtin, settled],
    )?;
    if let Some(venue) = venue {
        say_expiry(by, tx, given, venue)?;
    }
    let after = Entered { expiry: given.expiry, gtin: given.gtin.clone() };
    by.journal(tx, &given.number, &LotEvent::Entered { after }, None)?;
    lot(tx, &given.number)?.ok_or(Refused::NotFound)
}

/// A venue says the expiry of a lot that the list has. Where nobody else has said anything, and the
/// ministry hasn't, it mends what the list says.
fn say_again(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    given: &Given,
    venue: &str,
    known: &StoredLot,
) -> Result<(), Failure> {
    say_expiry(by, tx, given, venue)?;
    let others: (i64,) = tx.one(
        sql!("select count(*) from lot_expiry where lot = $1 and venue_id <> $2"),
        args![&given.number, venue],
    )?;
    if known.expiry != given.expiry && known.settled_at.is_none() && others.0 == 0 {
        tx.run_one(
            sql!(
                "update lot
                    set expiry = $1, version = version + 1
                  where product = $2
                    and number = $3
                    and version = $4"
            ),
            args![given.expiry, &known.product, &given.number, known.version],
        )?;
        let dated = LotEvent::dated(known.expiry, given.expiry);
        by.journal(tx, &given.number, &dated, None)?;
    }
    Ok(())
}

fn say_expiry(by: &Caller<'_>, tx: &mut Tx<'_>, given: &Given, venue: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into lot_expiry (lot, venue_id, expiry, at, account, name)
             values ($1, $2, $3, $4, $5, $6)
                 on conflict (lot, venue_id) do update set expiry = excluded.expiry,
                             at = excluded.at, account = excluded.account, name = excluded.name"
        ),
        args![&given.number, venue, given.expiry, by.now, &by.actor.account, &by.actor.name],
    )
    .map(|_| ())
}

/// Whether vials of a lot may enter a ledger, by what is said of the lot and by what the list has.
pub fn may_receive(tx: &mut Tx<'_>, receipt: &Received<'_>) -> Result<(), Refused<Refusal>> {
    let Received { given, vials, day, .. } = *receipt;
    let typed = Lot { number: given.number.clone(), expiry: given.expiry, recalled: false };
    let stored = lot(tx, &given.number)?.map(|l| l.rule());
    for known in stored.iter().chain([&typed]) {
        stock::entry(Kind::Received, &given.number, Some(known), Room::none(day), vials, "")
            .map_err(Refused::ByRule)?;
    }
    Ok(())
}

/// Writes the receipt into the venue's ledger, its lot into the nation's list, and what the records
/// of persons say was used of lots that came in late.
pub fn receive(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    receipt: &Received<'_>,
) -> Result<(), Refused<Refusal>> {
    may_receive(tx, receipt)?;
    let Received { given, vials, day, shipment } = *receipt;
    enter(by, tx, given, Some(venue))?;
    let entry = Entry {
        lot: &given.number,
        kind: Kind::Received,
        vials,
        reason: &given.serial.as_deref().map(say_serial).unwrap_or_default(),
        day,
        transfer: None,
        shipment: shipment.map(|s| s.id.as_str()),
    };
    put(tx, by.now, (&by.actor.account, &by.actor.name), venue, &entry)?;
    let lot = given.number.clone();
    let after = event::Received { lot, expiry: given.expiry, vials, day };
    by.journal(tx, venue, &Event::Received { after }, None)?;
    Ok(feed_persons(by, tx, venue)?)
}
