//! Tables that came in: which of them stand, and what taking one back needs.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::value::{FromRow, Json};
use platform::{args, kept, row, sql, words};
use serde::Serialize;
use serde_json::Value;

pub mod event;

pub use event::{Counts, Event};

use crate::Caller;

kept! {
    pub KeptUndo = OfUndo(Value), whole,
        "元に戻すための記録を読めませんでした。この取り込みは元に戻せません。";
}

words! {
    /// How far an import is; what is going on is a job's work.
    pub enum Status in import.status {
        Checking = "checking",
        Checked = "checked",
        Applying = "applying",
        Applied = "applied",
        Undoing = "undoing",
        Undone = "undone",
    }
}

/// The parameters of a path, by name.
pub type Params = std::collections::BTreeMap<String, String>;

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

/// The latest imports of a list, newest first; of one instant by the names of their files. A row is
/// id, name, file, status, when it was made.
pub fn latest<R: FromRow>(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<R>, Failure> {
    tx.all(
        sql!(
            "select i.id, i.name, i.file_name, k.status, k.made_at
               from (select id, status, made_at
                       from import
                      where kind = $1
                        and scope = $2
                      order by made_at desc, id
                      limit 10)
                    k
               join import i on i.id = k.id
              order by k.made_at desc, i.file_name, k.id"
        ),
        args![kind, scope],
    )
}

macro_rules! imports {
    ($which:literal) => {
        sql!(concat!(
            "select id, kind, account, name, file_name, file_digest, content, status, made_at,
                    applied_at, counts, undo, version, params, wish, trouble, staged
               from import ",
            $which
        ))
    };
}

/// An import with its table, as the row of whoever reads the table: its columns in this order.
pub fn by_id<R: FromRow>(tx: &mut Tx<'_>, id: &str) -> Result<Option<R>, Failure> {
    tx.first(imports!("where id = $1"), args![id])
}

/// The same, of one of a list's own (kind and scope).
pub fn of_list<R: FromRow>(
    tx: &mut Tx<'_>,
    (kind, scope): (&str, &str),
    id: &str,
) -> Result<Option<R>, Failure> {
    tx.first(imports!("where kind = $1 and scope = $2 and id = $3"), args![kind, scope, id])
}

/// The kind of an import.
pub fn kind(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select kind from import where id = $1"), args![id])?;
    Ok(found.map(|(kind,)| kind))
}

/// A table that came.
pub struct Came<'c, T> {
    pub id: &'c str,
    /// Kind and scope of the list.
    pub list: (&'c str, &'c str),
    pub file_name: &'c str,
    pub file_digest: &'c str,
    pub content: &'c T,
    /// The state in which it begins.
    pub status: Status,
    /// The path's parameters, by which a job goes on in the person's name.
    pub params: &'c Params,
    /// The file itself, where it may be read again otherwise.
    pub file: Option<&'c str>,
}

/// Keeps a table that came; nothing but the import itself is written.
pub fn take<T: Serialize>(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    came: &Came<'_, T>,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into import
                         (id, kind, scope, account, name, file_name, file_digest, content, status,
                          made_at, params)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            came.id,
            came.list.0,
            came.list.1,
            &by.actor.account,
            &by.actor.name,
            came.file_name,
            came.file_digest,
            Json(came.content),
            came.status,
            by.now,
            Json(came.params)
        ],
    )?;
    if let Some(file) = came.file {
        tx.run(
            sql!("insert into import_file (import_id, content) values ($1, $2)"),
            args![came.id, file],
        )?;
    }
    Ok(())
}

/// An import in the version and the state in which it was looked at.
#[derive(Clone, Copy)]
pub struct Of<'o> {
    pub id: &'o str,
    pub version: i64,
    pub status: Status,
}

/// Its rows are written: what was counted, and what taking it back needs. The file and what a job
/// found out are of no use any more.
pub fn applied(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    of: Of<'_>,
    counts: &Counts,
    undo: &Value,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set status = 'applied', applied_at = $1, counts = $2, undo = $3, trouble = null,
                    version = version + 1
              where id = $4
                and version = $5
                and status = $6"
        ),
        args![by.now, Json(counts), Json(undo), of.id, of.version, of.status],
    )?;
    tx.run(sql!("delete from import_file where import_id = $1"), args![of.id])?;
    forget_rows(tx, of.id)?;
    by.journal(tx, of.id, &Event::Applied { after: *counts }, None)
}

/// It is handed over to a job, in the caller's name.
pub fn begin<W: Serialize>(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    of: Of<'_>,
    wish: Option<W>,
    params: &Params,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set status = $1, wish = $2, trouble = null, params = $3, account = $4, name = $5,
                    version = version + 1
              where id = $6
                and version = $7"
        ),
        args![
            of.status,
            wish.map(Json),
            Json(params),
            &by.actor.account,
            &by.actor.name,
            of.id,
            of.version
        ],
    )
}

/// It was taken back.
pub fn undone(by: &Caller<'_>, tx: &mut Tx<'_>, of: Of<'_>) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set status = 'undone', trouble = null, version = version + 1
              where id = $1
                and version = $2
                and status = $3"
        ),
        args![of.id, of.version, of.status],
    )?;
    by.journal(tx, of.id, &Event::Undone {}, None)
}

/// Its file was read otherwise: another table, in a state.
pub fn reread<T: Serialize>(
    tx: &mut Tx<'_>,
    of: Of<'_>,
    content: &T,
    params: &Params,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set content = $1, status = $2, staged = null, trouble = null, params = $3,
                    version = version + 1
              where id = $4
                and version = $5
                and status = 'checked'"
        ),
        args![Json(content), of.status, Json(params), of.id, of.version],
    )?;
    forget_rows(tx, of.id)
}

/// A job has checked its rows.
pub fn checked<S: Serialize>(tx: &mut Tx<'_>, of: Of<'_>, staged: &S) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set status = 'checked', staged = $1, version = version + 1
              where id = $2
                and version = $3
                and status = 'checking'"
        ),
        args![Json(staged), of.id, of.version],
    )
}

/// A job couldn't do it: the state to go on from, and why.
pub fn give_back(tx: &mut Tx<'_>, of: Of<'_>, why: &str) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update import
                set status = $1, trouble = $2, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![of.status, why, of.id, of.version],
    )
}

/// Forgets what a job found out about its rows.
pub fn forget_rows(tx: &mut Tx<'_>, id: &str) -> Result<(), Failure> {
    tx.run(sql!("delete from import_row where import_id = $1"), args![id]).map(|_| ())
}

/// The file of an import, where it is kept.
pub fn file(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let file: Option<(String,)> =
        tx.first(sql!("select content from import_file where import_id = $1"), args![id])?;
    Ok(file.map(|(file,)| file))
}

/// Whether the file of an import is kept.
pub fn has_file(tx: &mut Tx<'_>, id: &str) -> Result<bool, Failure> {
    let there: Option<(i64,)> =
        tx.first(sql!("select count(*) from import_file where import_id = $1"), args![id])?;
    Ok(there.is_some_and(|(n,)| n > 0))
}

/// What a job found out about the rows of two verdicts, a page of them: number, verdict, label,
/// where typed words stand in it, faults.
pub fn told<R: FromRow>(
    tx: &mut Tx<'_>,
    id: &str,
    (one, other): (&str, &str),
    (limit, skipped): (i64, i64),
) -> Result<Vec<R>, Failure> {
    tx.all(
        sql!(
            "select number, verdict, label, typed, faults
               from import_row
              where import_id = $1
                and (verdict = $2 or verdict = $3)
              order by number
              limit $4
             offset $5"
        ),
        args![id, one, other, limit, skipped],
    )
}

/// What a job found wrong in the rows after one: number and faults.
pub fn wrong_after<R: FromRow>(
    tx: &mut Tx<'_>,
    id: &str,
    number: i64,
    limit: i64,
) -> Result<Vec<R>, Failure> {
    tx.all(
        sql!(
            "select number, faults
               from import_row
              where import_id = $1
                and number > $2
                and (verdict = 'bad' or verdict = 'ask')
              order by number
              limit $3"
        ),
        args![id, number, limit],
    )
}

row! {
    /// How far the job of an import is.
    #[derive(Default)]
    pub struct Far {
        pub done: i64,
        pub total: i64,
        /// Whether it failed and is tried again.
        pub failed: bool,
        /// Whether it isn't tried any more.
        pub dead: bool,
    }
}

/// How far the job of a version of an import is; nothing is done where there is no job.
pub fn how_far(tx: &mut Tx<'_>, id: &str, version: i64) -> Result<Far, Failure> {
    let found: Option<Far> = tx.first(
        sql!(
            "select done, total, last_error is not null, dead_at is not null
               from job
              where slot = $1
              order by made_at desc, id
              limit 1"
        ),
        args![format!("{id}:{version}")],
    )?;
    Ok(found.unwrap_or_default())
}
