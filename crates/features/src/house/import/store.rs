//! What is read of imports without their tables, and the table of one for its job.

use platform::db::{Failure, Tx};
use platform::jobs::Job;
use platform::{args, sql};

use super::{Listed, Place, Stored};

/// The latest imports of a list, newest first; of one instant by the names of their files.
pub fn latest(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<Listed>, Failure> {
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

pub(super) fn by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Stored>, Failure> {
    tx.first(imports!("where id = $1"), args![id])
}

/// One of a list's own.
pub(super) fn of_list(tx: &mut Tx<'_>, list: &Place, id: &str) -> Result<Option<Stored>, Failure> {
    tx.first(
        imports!("where kind = $1 and scope = $2 and id = $3"),
        args![&list.kind, &list.scope, id],
    )
}

/// Kind of an import, for whoever looks for its list.
pub fn kind_of(tx: &mut Tx<'_>, job: &Job) -> Result<Option<String>, Failure> {
    let id = job.slot.rsplit_once(':').map_or(job.slot.as_str(), |(id, _)| id);
    Ok(tx
        .first::<(String,)>(sql!("select kind from import where id = $1"), args![id])?
        .map(|(kind,)| kind))
}
