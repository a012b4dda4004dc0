//! What is read of imports without their tables, and the table of one for its job.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::jobs::Job;
use platform::{args, row, sql};

use super::super::reading::Table;
use super::{KeptTable, Listed, Place, Stored};

/// The latest imports of a list, newest first; of one instant by the names of their files.
pub fn latest(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<Listed>, Failure> {
    tx.all(
        sql!(
            "select i.id, i.name, i.file_name, k.status, k.made_at
             from (select id, status, made_at from import where kind = $1 and scope = $2 order by made_at desc, id limit 10) k
             join import i on i.id = k.id
             order by k.made_at desc, i.file_name, k.id"
        ),
        args![kind, scope],
    )
}

pub(super) fn by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Stored>, Failure> {
    tx.first(
        sql!("select id, kind, account, name, file_name, file_digest, content, status, made_at, applied_at, counts, undo, version, params, wish, trouble, staged from import where id = $1"),
        args![id],
    )
}

/// Kind of an import, for whoever looks for its list.
pub fn kind_of(tx: &mut Tx<'_>, job: &Job) -> Result<Option<String>, Failure> {
    let id = job.slot.rsplit_once(':').map_or(job.slot.as_str(), |(id, _)| id);
    Ok(tx.first::<(String,)>(sql!("select kind from import where id = $1"), args![id])?.map(|(kind,)| kind))
}

row! {
    /// An import on which a job works: what its page shows every few seconds, without the table.
    struct Working {
        id: String,
        name: String,
        file_name: String,
        status: String,
        made_at: Timestamp,
        version: i64,
        trouble: Option<String>,
    }
}

/// The import, if a job works on it.
pub(super) fn working(tx: &mut Tx<'_>, place: &Place, id: &str) -> Result<Option<Stored>, Failure> {
    let found: Option<Working> = tx.first(
        sql!(
            "select id, name, file_name, status, made_at, version, trouble from import
             where kind = $1 and scope = $2 and id = $3 and status in ('checking', 'applying', 'undoing')"
        ),
        args![&place.kind, &place.scope, id],
    )?;
    Ok(found.map(|Working { id, name, file_name, status, made_at, version, trouble }| Stored {
        id,
        kind: place.kind.clone(),
        account: String::new(),
        name,
        file_name,
        file_digest: String::new(),
        content: KeptTable::whole(Table::default()),
        status,
        made_at,
        applied_at: None,
        counts: None,
        undo: None,
        version,
        params: None,
        wish: None,
        trouble,
        staged: None,
    }))
}
