//! Calendars to subscribe to: the address is the key, what is kept is its digest.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, secrets, sql};

use super::Event;
use crate::{Caller, Fault};

row! {
    /// A calendar's address of an account.
    pub struct Feed {
        /// The digest of the address's secret.
        pub id: String,
        pub made_at: Timestamp,
    }
}

/// The addresses of an account that work, the newest first.
pub fn feeds(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Feed>, Failure> {
    tx.all(
        sql!(
            "select id, made_at
               from feed
              where account_id = $1
                and ended_at is null
              order by made_at desc"
        ),
        args![account],
    )
}

/// Makes an address of an account from its secret.
///
/// # Errors
/// The database's.
pub fn make_feed(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    account: &str,
    secret: &str,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into feed (id, account_id, made_at)
             values ($1, $2, $3)
                 on conflict (id) do nothing"
        ),
        args![secrets::digest(secret), account, by.now],
    )?;
    by.journal(tx, account, &Event::FeedMade {}, None)
}

/// Ends an address of an account, named by the first 16 letters of its id.
///
/// # Errors
/// [`Fault::NotFound`], where there is none.
pub fn end_feed(by: &Caller<'_>, tx: &mut Tx<'_>, account: &str, id: &str) -> Result<(), Fault> {
    let ended = tx.run(
        sql!(
            "update feed
                set ended_at = $1
              where account_id = $2
                and substr(id, 1, 16) = $3
                and ended_at is null"
        ),
        args![by.now, account, id],
    )?;
    if ended == 0 {
        return Err(Fault::NotFound);
    }
    by.journal(tx, account, &Event::FeedEnded {}, None)?;
    Ok(())
}

row! {
    /// Whose calendar it is.
    pub struct Owner {
        pub id: String,
        pub name: String,
        pub mail: String,
    }
}

/// Whose an address is, by its secret; none where it doesn't work any more.
pub fn feed_owner(tx: &mut Tx<'_>, secret: &str) -> Result<Option<Owner>, Failure> {
    tx.first(
        sql!(
            "select a.id, a.name, a.mail
               from feed f
               join account a on a.id = f.account_id and a.disabled_at is null
              where f.id = $1
                and f.ended_at is null"
        ),
        args![secrets::digest(secret)],
    )
}

/// How often a record's chain in the journal has moved, and when: what rises with every change of
/// what is shown of it.
pub fn moved(tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<(i64, Option<Timestamp>), Failure> {
    tx.one(
        sql!(
            "select cast(coalesce(max(number), 0) as bigint), max(at)
               from journal
              where record_kind = $1
                and record_id = $2"
        ),
        args![kind, id],
    )
}
