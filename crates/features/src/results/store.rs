//! SQL of imports of person records, for taking one back.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, sql};

use web::import::KeptUndo;

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
