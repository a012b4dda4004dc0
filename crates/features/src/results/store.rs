//! SQL of imports of person records, for taking one back.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, sql};

use crate::house::import::KeptUndo;

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
