//! 開封, 使用, 調整: what a venue writes into its ledger by hand.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::stock::{self, Kind, Refusal};

use super::event::{Moved, Stock};
use super::{BY_PERSONS, BY_REPORT, Entry, Event, StoredLot, lot, put, room, sums};
use crate::{Caller, Refused};

/// What is done with vials of a lot.
pub struct Move<'m> {
    pub lot: &'m str,
    pub kind: Kind,
    /// Without a sign, but for an adjustment.
    pub vials: i64,
    /// May be empty where the kind needs none.
    pub reason: &'m str,
    pub day: Date,
}

/// Vials of a lot whose use reports and person-level records wrote, on a day and after it.
pub fn fed(tx: &mut Tx<'_>, venue: &str, number: &str, day: Date) -> Result<i64, Failure> {
    let (fed,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(vials), 0) as bigint)
               from stock_entry
              where venue_id = $1
                and lot = $2
                and kind = 'used'
                and day >= $3
                and reason in ($4, $5)"
        ),
        args![venue, number, day, BY_REPORT, BY_PERSONS],
    )?;
    Ok(fed)
}

/// Whether the ledger of a venue takes this.
pub fn may_move(tx: &mut Tx<'_>, venue: &str, moved: &Move<'_>) -> Result<(), Refused<Refusal>> {
    let known = lot(tx, moved.lot)?;
    let Some(room) = room(tx, venue, moved.lot, moved.day)? else {
        return Err(Refused::ByRule(Refusal::Foreign(moved.lot.into())));
    };
    let rule = known.as_ref().map(StoredLot::rule);
    stock::entry(moved.kind, moved.lot, rule.as_ref(), room, moved.vials, moved.reason)
        .map_err(Refused::ByRule)
}

/// Writes it into the ledger.
pub fn move_vials(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    moved: &Move<'_>,
) -> Result<(), Refused<Refusal>> {
    may_move(tx, venue, moved)?;
    let Move { lot: number, kind, vials, reason, day } = *moved;
    let have = sums(tx, venue)?.get(number).copied().unwrap_or(0);
    let entry = Entry { lot: number, kind, vials, reason, day, transfer: None, shipment: None };
    put(tx, by.now, (&by.actor.account, &by.actor.name), venue, &entry)?;
    let moved = Event::Moved {
        before: Stock { lot: number.into(), stock: Some(have) },
        after: Moved { kind, vials, stock: have + kind.moves(vials) },
    };
    by.journal(tx, venue, &moved, (!reason.is_empty()).then_some(reason))?;
    Ok(())
}
