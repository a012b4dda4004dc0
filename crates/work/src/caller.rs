//! Who gives a command, when, and under which masters.

use jiff::Timestamp;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor, Entry};
use serde_json::Value;

/// Who gives a command (a page, another system, a job, the demo world), at which instant, and under
/// the masters of that instant.
pub struct Caller<'c> {
    pub actor: Actor,
    pub now: Timestamp,
    pub masters: &'c Masters,
    /// The address under which the house answers, without a slash at its end: for links in mails.
    pub base_url: &'c str,
}

impl Caller<'_> {
    /// Writes a journal row in the caller's name, in the command's own transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn journal(
        &self,
        tx: &mut Tx<'_>,
        record: (&str, &str),
        act: &str,
        before: Value,
        after: Value,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        journal::write(tx, &self.actor, self.now, Entry { record, act, before, after, reason })
    }
}
