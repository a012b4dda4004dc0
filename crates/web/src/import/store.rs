//! Imports of a list, with and without their tables, and the kind of one for its job.

use platform::db::{Failure, Tx};
use platform::jobs::Job;
use work::imports;

use super::{Listed, Place, Stored};

/// The latest imports of a list, newest first; of one instant by the names of their files.
pub fn latest(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<Listed>, Failure> {
    imports::latest(tx, kind, scope)
}

pub(super) fn by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Stored>, Failure> {
    imports::by_id(tx, id)
}

/// One of a list's own.
pub(super) fn of_list(tx: &mut Tx<'_>, list: &Place, id: &str) -> Result<Option<Stored>, Failure> {
    imports::of_list(tx, (&list.kind, &list.scope), id)
}

/// Kind of an import, for whoever looks for its list.
pub fn kind_of(tx: &mut Tx<'_>, job: &Job) -> Result<Option<String>, Failure> {
    imports::kind(tx, job.slot.rsplit_once(':').map_or(job.slot.as_str(), |(id, _)| id))
}
