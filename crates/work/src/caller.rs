//! Who gives a command, when, and under which masters.

use jiff::Timestamp;
use jiff::civil::Date;
use mails::{Envelope, Mail};
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor, Event};
use rules::input::{self, InputFault};
use rules::time;

use crate::post;

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
    /// Tells the journal an event of a record (its id) in the caller's name, in the command's own
    /// transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn journal<E: Event>(
        &self,
        tx: &mut Tx<'_>,
        id: &str,
        event: &E,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        journal::write(tx, &self.actor, self.now, id, event, reason)
    }

    /// The same in the chain of a record of another kind (kind and id).
    ///
    /// # Errors
    /// The database's.
    pub fn journal_to<E: Event>(
        &self,
        tx: &mut Tx<'_>,
        record: (&str, &str),
        event: &E,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        journal::write_to(tx, &self.actor, self.now, record, event, reason)
    }

    /// The day on which something happened, as it was written: since the programme's first plans. A
    /// day to come is given back, for the rule that refuses it with a sentence of its own.
    ///
    /// # Errors
    /// No day; before the programme.
    pub fn day_of(&self, label: &str, raw: &str) -> Result<Date, InputFault> {
        let today = time::date(self.now);
        let day = self.masters.holidays.settle(input::date_near(label, raw, today))?;
        let from = self.masters.programme().plan_entry_from.min(today);
        if day > today { Ok(day) } else { input::inside(label, day, from, today) }
    }

    /// Sends a mail to an address, in the command's own transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn mail(&self, tx: &mut Tx<'_>, to: &str, mail: impl Into<Mail>) -> Result<(), Failure> {
        post::send(tx, self.now, self.base_url, Envelope::to(to), mail)
    }
}
