//! SQL of imports of person records, for taking one back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};

use crate::house::import::KeptUndo;

/// The first day on which a venue had each lot of its ledger.
pub fn came(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, Date>, Failure> {
    let rows: Vec<(String, Date)> = tx.all(
        sql!(
            "select lot, min(day) from stock_entry
             where venue_id = $1 and lot <> '' and (kind in ('received', 'transferred_in') or kind = 'adjusted' and vials > 0)
             group by lot"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().collect())
}

/// Records that an import added: id and number of the coupon.
pub fn added_by(tx: &mut Tx<'_>, venue: &str, import: &str) -> Result<Vec<(String, String)>, Failure> {
    tx.all(sql!("select id, coupon from person_record where import_id = $1 and venue_id = $2"), args![import, venue])
}

/// An import that stands: id, file, what taking it back needs, when it was applied.
pub type Standing = (String, String, Option<KeptUndo>, Option<Timestamp>);

/// The imports of a venue's records that stand, the latest first.
pub fn imports(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Standing>, Failure> {
    tx.all(
        sql!(
            "select id, file_name, undo, applied_at from import
             where kind = 'persons' and scope = $1 and status <> 'undone' and undo is not null
             order by applied_at desc, id"
        ),
        args![format!("venue:{venue}")],
    )
}
