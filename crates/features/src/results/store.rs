//! SQL of imports of person records, for taking one back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};

use web::import::KeptUndo;

/// The first day on which a venue had each lot of its ledger.
pub fn came(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, Date>, Failure> {
    let rows: Vec<(String, Date)> = tx.all(
        sql!(
            "select lot, min(day)
               from stock_entry
              where venue_id = $1
                and lot <> ''
                and (kind in ('received', 'transferred_in') or kind = 'adjusted' and vials > 0)
              group by lot"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().collect())
}

/// Shots that a venue's person records hold.
pub fn shots(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let of_venue =
        sql!("select count(*) from person_record where venue_id = $1 and not screening_only");
    Ok(tx.one::<(i64,)>(of_venue, args![venue])?.0)
}

/// Records that an import added: id and number of the coupon.
pub fn added_by(
    tx: &mut Tx<'_>,
    venue: &str,
    import: &str,
) -> Result<Vec<(String, String)>, Failure> {
    tx.all(
        sql!("select id, coupon from person_record where import_id = $1 and venue_id = $2"),
        args![import, venue],
    )
}

/// An import that stands: id, file, when it was applied.
pub type Standing = (String, String, Option<Timestamp>);

/// The imports of a venue's records that stand, the latest first.
pub fn imports(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Standing>, Failure> {
    tx.all(
        sql!(
            "select id, file_name, applied_at
               from import
              where kind = 'persons'
                and scope = $1
                and status <> 'undone'
                and applied_at is not null
              order by applied_at desc, id"
        ),
        args![format!("venue:{venue}")],
    )
}

/// What taking one import back needs.
pub fn undo_of(tx: &mut Tx<'_>, import: &str) -> Result<Option<KeptUndo>, Failure> {
    let found: Option<(Option<KeptUndo>,)> =
        tx.first(sql!("select undo from import where id = $1"), args![import])?;
    Ok(found.and_then(|(undo,)| undo))
}

/// The last day that a venue has reported of.
pub fn last_report(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Date>, Failure> {
    let last: Option<(Option<Date>,)> =
        tx.first(sql!("select max(as_of) from result_entry where venue_id = $1"), args![venue])?;
    Ok(last.and_then(|(day,)| day))
}

/// Shots of a venue by day, before a day.
pub fn shots_by_day(
    tx: &mut Tx<'_>,
    venue: &str,
    before: Date,
) -> Result<Vec<(Date, i64)>, Failure> {
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

/// Doses that a venue has reported as given.
pub fn doses(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let (doses,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(increase), 0) as bigint)
               from result_entry
              where venue_id = $1
                and series = 'booster'"
        ),
        args![venue],
    )?;
    Ok(doses)
}
