//! Mails that a person can read again here, and reminders that were sent.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

/// How many mails to this person haven't been opened here.
pub fn unread(tx: &mut Tx<'_>, mail: &str, now: Timestamp) -> Result<i64, Failure> {
    let since = now - jiff::SignedDuration::from_hours(24 * 60);
    Ok(tx
        .one::<(i64,)>(
            sql!(
                "select count(*)
                   from mail
                  where lower(recipient) = $1
                    and made_at > $2
                    and read_at is null"
            ),
            args![mail.to_lowercase(), since],
        )?
        .0)
}

row! {
    /// A mail to a person.
    pub struct Letter {
        pub id: String,
        pub subject: String,
        pub body: String,
        pub made_at: Timestamp,
        /// When it was opened here.
        pub read_at: Option<Timestamp>,
        /// Where people typed, as [`platform::outbox::Places::read`] reads it.
        pub typed: Option<String>,
    }
}

/// The latest mails to an address, 200 at most.
pub fn letters(tx: &mut Tx<'_>, mail: &str) -> Result<Vec<Letter>, Failure> {
    tx.all(
        sql!(
            "select id, subject, body, made_at, read_at, typed
               from mail
              where lower(recipient) = $1
              order by made_at desc, id
              limit 200"
        ),
        args![mail.to_lowercase()],
    )
}

/// The body of a mail to an address, which is opened by this; none where there is no such mail.
pub fn open_letter(
    tx: &mut Tx<'_>,
    now: Timestamp,
    id: &str,
    mail: &str,
) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> = tx.first(
        sql!("select body from mail where id = $1 and lower(recipient) = $2"),
        args![id, mail.to_lowercase()],
    )?;
    let Some((body,)) = found else { return Ok(None) };
    tx.run(sql!("update mail set read_at = $1 where id = $2 and read_at is null"), args![now, id])?;
    Ok(Some(body))
}

/// Every mail to an address counts as opened; returns how many weren't.
pub fn open_all(tx: &mut Tx<'_>, now: Timestamp, mail: &str) -> Result<u64, Failure> {
    tx.run(
        sql!("update mail set read_at = $1 where lower(recipient) = $2 and read_at is null"),
        args![now, mail.to_lowercase()],
    )
}

row! {
    /// Somebody who may be reminded.
    pub struct Reader {
        pub id: String,
        pub name: String,
        pub mail: String,
        /// Wants everything that is open on Mondays.
        pub digest: bool,
        /// Wants reminders before deadlines.
        pub reminders: bool,
    }
}

/// Everybody who wears a membership, in the order of their ids, after one; `limit` at most.
pub fn readers(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<Reader>, Failure> {
    tx.all(
        sql!(
            "select id, name, mail, digest, reminders
               from account a
              where id > $1
                and disabled_at is null
                and exists
                    (select 1
                       from membership m
                      where m.account_id = a.id
                        and m.ended_at is null)
              order by id
              limit $2"
        ),
        args![after, limit],
    )
}

/// Whether a reminder of this key was sent.
pub fn reminded(tx: &mut Tx<'_>, key: &str) -> Result<bool, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select id from reminder where id = $1"), args![key])?;
    Ok(found.is_some())
}

/// Writes down that a reminder of this key was sent.
///
/// # Errors
/// The database's.
pub fn keep_reminder(tx: &mut Tx<'_>, now: Timestamp, key: &str) -> Result<(), Failure> {
    tx.run(
        sql!("insert into reminder (id, at) values ($1, $2) on conflict (id) do nothing"),
        args![key, now],
    )
    .map(|_| ())
}
