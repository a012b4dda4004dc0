//! ロット: the nation's list of lots, where each of them is, which expiry is right, and recalls.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Scope;
use rules::stock::Refusal;

use super::event::Expiry;
use super::{LotEvent, StoredLot};
use crate::{Caller, Refused, venue};

/// Vials of some lines `e` of the ledger, as far as they are there now.
macro_rules! ledger_vials {
    () => {
        "sum(case when e.kind in ('received', 'adjusted', 'transferred_in') then e.vials
                  when e.kind in ('used', 'wasted', 'transferred_out') then -e.vials else 0 end)"
    };
}

row! {
    /// A lot in the nation's list.
    pub struct Listed {
        pub number: String,
        pub expiry: Date,
        pub recalled_at: Option<Timestamp>,
        /// Venues that have had it.
        pub venues: i64,
        /// Vials that are left of it, by the ledgers; less than nothing where more was used than
        /// entered.
        pub vials: i64,
        /// Venues that read another expiry, while the ministry hasn't settled it.
        pub others: i64,
    }
}

/// How many lots have a number that is like `pattern` (folded, in small letters).
pub fn count_lots(tx: &mut Tx<'_>, pattern: &str) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!("select count(*) from lot l where lower(l.number) like $1 escape '\\'"),
        args![pattern],
    )?;
    Ok(n)
}

/// Lots whose number is like `pattern`, in order of expiry and number, after these two.
pub fn listed(
    tx: &mut Tx<'_>,
    pattern: &str,
    after: (Date, &str),
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    tx.all(
        sql!(concat!(
            "select l.number, l.expiry, l.recalled_at,
                    (select count(distinct e.venue_id) from stock_entry e where e.lot = l.number),
                    cast(coalesce((select ",
            ledger_vials!(),
            "                        from stock_entry e
                                    where e.lot = l.number),
                                  0)
                         as bigint),
                    (select count(*)
                       from lot_expiry x
                      where x.lot = l.number
                        and x.expiry <> l.expiry
                        and l.settled_at is null)
               from lot l
              where lower(l.number) like $1 escape '\\'
                and (l.expiry, l.number) > ($2, $3)
              order by l.expiry, l.number
              limit $4"
        )),
        args![pattern, after.0, after.1, limit],
    )
}

/// Expiry of every lot by its number, and whether it is recalled.
pub fn lot_states(tx: &mut Tx<'_>) -> Result<BTreeMap<String, (Date, bool)>, Failure> {
    let rows: Vec<(String, Date, bool)> =
        tx.all(sql!("select number, expiry, recalled_at is not null from lot"), args![])?;
    Ok(rows.into_iter().map(|(n, e, r)| (n, (e, r))).collect())
}

/// Numbers of all lots of a product, for comparing.
pub fn numbers(tx: &mut Tx<'_>, product: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> =
        tx.all(sql!("select number from lot where product = $1 order by number"), args![product])?;
    Ok(rows.into_iter().map(|(n,)| n).collect())
}

/// Codes of packs (GTIN) that were read so far, each with its product.
pub fn pack_codes(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Failure> {
    tx.all(sql!("select distinct gtin, product from lot where gtin <> '' order by gtin"), args![])
}

/// Whether a venue reads another expiry than the list has, and the ministry hasn't settled it.
pub fn is_disputed(tx: &mut Tx<'_>, number: &str) -> Result<bool, Failure> {
    let other: Vec<(Date,)> = tx.all(
        sql!(
            "select distinct e.expiry
               from lot_expiry e
               join lot l on l.number = e.lot
              where e.lot = $1
                and e.expiry <> l.expiry
                and l.settled_at is null
              order by e.expiry"
        ),
        args![number],
    )?;
    Ok(!other.is_empty())
}

row! {
    /// A venue that has had a lot.
    pub struct Holder {
        pub id: String,
        pub name: String,
        pub municipality: String,
        /// Vials that are left there; less than nothing where more was used than entered.
        pub vials: i64,
    }
}

/// Venues within a reach (kind and id) that have had a lot, 2,000 at most.
pub fn holders(
    tx: &mut Tx<'_>,
    number: &str,
    within: (Scope, &str),
) -> Result<Vec<Holder>, Failure> {
    tx.all(
        sql!(concat!(
            "select v.id, v.name, v.municipality,
                    cast(",
            ledger_vials!(),
            " as bigint)
               from stock_entry e
               join venue v on v.id = e.venue_id
               join visible_venue s on s.venue_id = v.id
              where e.lot = $1
                and s.scope_kind = $2
                and s.scope_id = $3
              group by v.id, v.name, v.municipality
              order by v.name, v.id
              limit 2000"
        )),
        args![number, within.0, within.1],
    )
}

row! {
    /// What a venue reads as a lot's expiry.
    pub struct Said {
        /// The venue's.
        pub id: String,
        pub venue: String,
        pub expiry: Date,
        pub at: Timestamp,
        /// Who said so.
        pub name: String,
    }
}

/// What venues within a reach (kind and id) read as a lot's expiry, 2,000 at most.
pub fn expiries_said(
    tx: &mut Tx<'_>,
    number: &str,
    within: (Scope, &str),
) -> Result<Vec<Said>, Failure> {
    tx.all(
        sql!(
            "select v.id, v.name, x.expiry, x.at, x.name
               from lot_expiry x
               join venue v on v.id = x.venue_id
               join visible_venue s on s.venue_id = v.id
              where x.lot = $1
                and s.scope_kind = $2
                and s.scope_id = $3
              order by x.at, v.name, v.id
              limit 2000"
        ),
        args![number, within.0, within.1],
    )
}

/// The ministry says which expiry is right; venues that have the lot and read another one are told.
///
/// # Errors
/// [`Failure::Stale`]: it has changed since it was read.
pub fn settle_expiry(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    lot: &StoredLot,
    expiry: Date,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update lot
                set expiry = $1, settled_at = $2, version = version + 1
              where number = $3
                and product = $4
                and version = $5"
        ),
        args![expiry, by.now, &lot.number, &lot.product, lot.version],
    )?;
    by.journal(tx, &lot.number, &LotEvent::dated(lot.expiry, expiry), None)?;
    let others: Vec<(String, Date)> = tx.all(
        sql!(
            "select venue_id, expiry
               from lot_expiry
              where lot = $1
                and expiry <> $2
              order by venue_id"
        ),
        args![&lot.number, expiry],
    )?;
    for (venue, read) in others {
        let lot = (&lot.number).into();
        venue::tell(by, tx, mails::stock::ExpirySettled { venue, lot, expiry, read })?;
    }
    Ok(())
}

/// From now on nobody uses the lot; everybody within a reach (kind and id) who has it is told.
pub fn recall(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    lot: &StoredLot,
    reason: &str,
    within: (Scope, &str),
) -> Result<(), Refused<Refusal>> {
    if lot.recalled_at.is_some() {
        return Err(Refused::ByRule(Refusal::RecalledAlready));
    }
    tx.run_one(
        sql!(
            "update lot
                set recalled_at = $1, recall_reason = $2, version = version + 1
              where number = $3
                and product = $4
                and version = $5"
        ),
        args![by.now, reason, &lot.number, &lot.product, lot.version],
    )?;
    let recalled = LotEvent::Recalled { after: Expiry { expiry: lot.expiry } };
    by.journal(tx, &lot.number, &recalled, Some(reason))?;
    for Holder { id, name, vials, .. } in holders(tx, &lot.number, within)? {
        let told = mails::stock::Recalled {
            venue: id,
            venue_name: (&name).into(),
            lot: (&lot.number).into(),
            // Used or thrown away before its receipt was entered: nobody can say what is left.
            vials: (vials >= 0).then_some(vials),
            reason: reason.into(),
        };
        venue::tell(by, tx, told)?;
    }
    Ok(())
}
