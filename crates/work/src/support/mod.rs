//! サービスデスク: inquiries, questions, people whom it finds, and how the product fares.

pub mod event;
mod inquiries;
mod questions;

pub use event::{Event, JobEvent, MailEvent};
pub use inquiries::*;
pub use questions::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::fold::Sought;

use crate::{args_after_words, holds_the_words};

row! {
    /// Somebody who can sign in.
    pub struct Found {
        pub id: String,
        pub name: String,
        pub mail: String,
    }
}

/// Everybody who can sign in and whose name or address holds the words, by name; 50 at most.
pub fn people(tx: &mut Tx<'_>, sought: &Sought) -> Result<Vec<Found>, Failure> {
    let words = sought.patterns();
    tx.all(
        sql!(concat!(
            "select a.id, a.name, a.mail from account a where a.disabled_at is null and ",
            holds_the_words!("account", "a.id"),
            " order by a.name, a.id limit 50"
        )),
        args_after_words![words],
    )
}

/// How mails, jobs and the journal's seals fare.
pub struct Health {
    /// Since when the oldest mail that hasn't left waits.
    pub waits_since: Option<Timestamp>,
    /// Jobs that wait to be tried again.
    pub stuck: i64,
    /// When the journal was sealed last.
    pub sealed: Option<Timestamp>,
}

/// How the product fares now.
pub fn health(tx: &mut Tx<'_>) -> Result<Health, Failure> {
    let oldest: Option<(Option<Timestamp>,)> = tx.first(
        sql!("select min(made_at) from mail where sent_at is null and dead_at is null"),
        args![],
    )?;
    let (stuck,): (i64,) = tx.one(
        sql!("select count(*) from job where finished_at is null and last_error is not null"),
        args![],
    )?;
    let sealed: Option<(Option<Timestamp>,)> =
        tx.first(sql!("select max(at) from seal"), args![])?;
    Ok(Health {
        waits_since: oldest.and_then(|(at,)| at),
        stuck,
        sealed: sealed.and_then(|(at,)| at),
    })
}

/// How many mails nobody tries to send any more.
pub fn dead_mails(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let (dead,): (i64,) = tx.one(
        sql!("select count(*) from mail where dead_at is not null and sent_at is null"),
        args![],
    )?;
    Ok(dead)
}

/// How many mails haven't left, those that were given up among them.
pub fn unsent_mails(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    Ok(tx.one::<(i64,)>(sql!("select count(*) from mail where sent_at is null"), args![])?.0)
}

/// What is counted for `/metrics`, by the names of the gauges.
pub fn gauges(tx: &mut Tx<'_>) -> Result<Vec<(&'static str, i64)>, Failure> {
    let all = [
        (
            "vsys_mails_waiting",
            sql!("select count(*) from mail where sent_at is null and dead_at is null"),
        ),
        (
            "vsys_jobs_dead",
            sql!("select count(*) from job where dead_at is not null and finished_at is null"),
        ),
        (
            "vsys_journal_unsealed_rows",
            sql!("select count(*) from journal where sealed_in is null"),
        ),
        ("vsys_sessions", sql!("select count(*) from session")),
    ];
    let dead = ("vsys_mails_dead", dead_mails(tx)?);
    let counted =
        all.into_iter().map(|(name, text)| Ok((name, tx.one::<(i64,)>(text, args![])?.0)));
    std::iter::once(Ok(dead)).chain(counted).collect()
}
