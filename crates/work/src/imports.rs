//! Tables that came in: which of them stand, and what taking one back needs.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::{args, kept, sql};
use serde_json::Value;

kept! {
    pub KeptUndo = OfUndo(Value), whole,
        "元に戻すための記録を読めませんでした。この取り込みは元に戻せません。";
}

/// An import that stands: id, file, when it was applied.
pub type Standing = (String, String, Option<Timestamp>);

/// The imports of a list (kind and scope) that stand, the latest first.
pub fn standing(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<Standing>, Failure> {
    tx.all(
        sql!(
            "select id, file_name, applied_at
               from import
              where kind = $1
                and scope = $2
                and status <> 'undone'
                and applied_at is not null
              order by applied_at desc, id"
        ),
        args![kind, scope],
    )
}

/// What taking one import back needs.
pub fn undo_of(tx: &mut Tx<'_>, import: &str) -> Result<Option<KeptUndo>, Failure> {
    let found: Option<(Option<KeptUndo>,)> =
        tx.first(sql!("select undo from import where id = $1"), args![import])?;
    Ok(found.and_then(|(undo,)| undo))
}
