//! Saved views: a report's address under a name, and on which days it comes by mail.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql, words};
use rules::time;

use crate::Fault;

/// The most views that a person keeps.
pub const MOST: i64 = 50;

words! {
    /// When a saved view comes by mail.
    pub enum Every in saved_report.every {
        Never = "never",
        /// On Mondays.
        Week = "week",
        /// On the first day.
        Month = "month",
    }
}

impl Every {
    /// As people choose it.
    pub const fn label(self) -> &'static str {
        match self {
            Every::Never => "送らない",
            Every::Week => "毎週月曜",
            Every::Month => "毎月1日",
        }
    }
    /// Whether it is due on a day.
    pub fn is_due(self, day: Date) -> bool {
        match self {
            Every::Never => false,
            Every::Week => day.weekday() == Weekday::Monday,
            Every::Month => day.day() == 1,
        }
    }
}

row! {
    /// A person's saved view.
    #[derive(Clone, Debug)]
    pub struct Saved {
        pub id: String,
        pub name: String,
        /// The address without its path: `kind=deliveries&group=venue`.
        pub address: String,
        pub every: Every,
    }
}

row! {
    /// A saved view that may have to be sent, and to whom.
    #[derive(Clone, Debug)]
    pub struct Sending {
        pub id: String,
        pub name: String,
        pub address: String,
        pub every: Every,
        /// When it was sent last.
        pub last_at: Option<Timestamp>,
        pub account: String,
        pub person: String,
        pub mail: String,
    }
}

impl Sending {
    /// Whether it is its day, and it wasn't sent on it yet.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let today = time::date(now);
        self.every.is_due(today) && self.last_at.is_none_or(|last| time::date(last) != today)
    }
}

/// A view to save.
#[derive(Clone, Copy, Debug)]
pub struct Save<'a> {
    pub name: &'a str,
    pub address: &'a str,
    pub every: Every,
}

/// What became of a view to save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Saved,
    /// The same one is there already.
    Unchanged,
    /// The person has [`MOST`] of them.
    TooMany,
}

/// A person's saved views.
pub fn of(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Saved>, Failure> {
    tx.all(
        sql!(
            "select id, name, address, every
               from saved_report
              where account_id = $1
              order by name, id"
        ),
        args![account],
    )
}

/// Saves a view.
pub fn save(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    wish: Save<'_>,
) -> Result<Outcome, Failure> {
    let (twins,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from saved_report
              where account_id = $1
                and name = $2
                and address = $3
                and every = $4"
        ),
        args![account, wish.name, wish.address, wish.every],
    )?;
    if twins > 0 {
        return Ok(Outcome::Unchanged);
    }
    let (kept,): (i64,) =
        tx.one(sql!("select count(*) from saved_report where account_id = $1"), args![account])?;
    if kept >= MOST {
        return Ok(Outcome::TooMany);
    }
    tx.run(
        sql!(
            "insert into saved_report (id, account_id, name, address, every, made_at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![ids::short("rp"), account, wish.name, wish.address, wish.every, now],
    )?;
    Ok(Outcome::Saved)
}

/// Removes a person's saved view.
///
/// # Errors
/// There is none of the person's with this id.
pub fn remove(tx: &mut Tx<'_>, account: &str, id: &str) -> Result<(), Fault> {
    let gone = tx.run(
        sql!("delete from saved_report where id = $1 and account_id = $2"),
        args![id, account],
    )?;
    if gone == 0 { Err(Fault::NotFound) } else { Ok(()) }
}

/// Every view that comes by mail to somebody who may still sign in.
pub fn to_send(tx: &mut Tx<'_>) -> Result<Vec<Sending>, Failure> {
    tx.all(
        sql!(
            "select r.id, r.name, r.address, r.every, r.last_at, a.id, a.name, a.mail
               from saved_report r
               join account a on a.id = r.account_id and a.disabled_at is null
              where r.every <> 'never'
              order by r.id"
        ),
        args![],
    )
}

/// A saved view was sent.
pub fn sent(tx: &mut Tx<'_>, at: Timestamp, id: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update saved_report
                set last_at = $1
              where id = $2"
        ),
        args![at, id],
    )
    .map(|_| ())
}
