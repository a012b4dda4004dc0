//! Sessions, what was being typed when one ended, and failures to sign in.

use jiff::{SignedDuration, Timestamp};
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::journal::{self, Actor};
use platform::kept::items;
use platform::value::Json;
use platform::{args, ids, kept, row, secrets, sql};

use super::{Event, accept_waiting};
use crate::{Caller, Fault};

kept! {
    KeptFields = OfFields(Vec<(String, String)>), items,
        "ログインが切れる前に入力していた内容に、読めないものがありました。読めたものだけを入れています。残りは、もう一度入力してください。";
}

/// Keeps what somebody was typing when the session ended; returns the key that shows it again, to
/// the same person.
pub fn keep_form(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    path: &str,
    fields: &Form,
) -> Result<String, Failure> {
    let id = ids::short("f");
    tx.run(
        sql!(
            "insert into kept_form (id, account_id, path, fields, at) values ($1, $2, $3, $4, $5)"
        ),
        args![&id, account, path, Json(&fields.0), now],
    )?;
    Ok(id)
}

/// What an account was typing on a page, by the key of [`keep_form`]; none where nothing of it can
/// be read.
pub fn kept_form(
    tx: &mut Tx<'_>,
    id: &str,
    account: &str,
    path: &str,
) -> Result<Option<Form>, Failure> {
    let found: Option<(KeptFields,)> = tx.first(
        sql!("select fields from kept_form where id = $1 and account_id = $2 and path = $3"),
        args![id, account, path],
    )?;
    // Where nothing of it can be read, the page opens as it is stored.
    Ok(found
        .filter(|(fields,)| fields.is_whole() || !fields.0.is_empty())
        .map(|(fields,)| Form(fields.0)))
}

/// Opens a session by its secret: of an account, or of somebody without one for one application.
pub fn open_session(
    tx: &mut Tx<'_>,
    now: Timestamp,
    secret: &str,
    account: Option<&str>,
    application: Option<&str>,
    agent: &str,
    address: &str,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into session
                         (id, account_id, application_id, created_at, seen_at, agent, address,
                          proved_at)
             values ($1, $2, $3, $4, $4, $5, $6, $4)"
        ),
        args![
            secrets::digest(secret),
            account.map(str::to_string),
            application.map(str::to_string),
            now,
            agent,
            address
        ],
    )
    .map(|_| ())
}

/// Writes down that somebody signed in.
pub fn journal_sign_in(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    let (name,): (String,) =
        tx.one(sql!("select name from account where id = $1"), args![account])?;
    let actor =
        Actor { account: account.into(), name, membership: String::new(), role: String::new() };
    journal::write(tx, &actor, now, account, &Event::SignedIn {}, None)
}

/// Failures in a row under an account's name or an address, with the instant of the last.
fn failures(tx: &mut Tx<'_>, id: &str) -> Result<Option<(u32, Timestamp)>, Failure> {
    tx.first(sql!("select failures, last_at from login_failure where id = $1"), args![id])
}

/// Seconds that the next try under a name has to wait after failures in a row; none where it may be
/// made.
pub fn seconds_to_wait(
    tx: &mut Tx<'_>,
    id: &str,
    free: u32,
    now: Timestamp,
) -> Result<Option<i64>, Failure> {
    let until = failures(tx, id)?
        .and_then(|(failures, last)| rules::account::waits_until(failures, free, last, now));
    Ok(until.map(|until| (until.as_second() - now.as_second()).max(1)))
}

/// Counts a failure to sign in under a name: of an account or of an address.
pub fn count_failure(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into login_failure (id, failures, last_at)
             values ($1, 1, $2)
                 on conflict (id) do update set failures = login_failure.failures + 1,
                             last_at = excluded.last_at"
        ),
        args![id, now],
    )
    .map(|_| ())
}

/// Forgets the failures under a name.
pub fn forget_failures(tx: &mut Tx<'_>, id: &str) -> Result<(), Failure> {
    tx.run(sql!("delete from login_failure where id = $1"), args![id]).map(|_| ())
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Session {
        pub id: String,
        pub created_at: Timestamp,
        pub seen_at: Timestamp,
        pub agent: String,
        pub address: String,
    }
}

/// The sessions of an account, the last used first.
pub fn sessions(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Session>, Failure> {
    tx.all(
        sql!(
            "select id, created_at, seen_at, agent, address
               from session
              where account_id = $1
              order by seen_at desc, created_at desc, id"
        ),
        args![account],
    )
}

/// Ends a session by its secret.
///
/// # Errors
/// The database's.
pub fn close_session(tx: &mut Tx<'_>, secret: &str) -> Result<(), Failure> {
    tx.run(sql!("delete from session where id = $1"), args![secrets::digest(secret)]).map(|_| ())
}

/// Who signs in, and from where.
pub struct Arrival<'a> {
    pub account: &'a str,
    /// The new session's secret.
    pub secret: &'a str,
    /// The secret of the session that stops here.
    pub old: Option<&'a str>,
    pub agent: &'a str,
    pub address: &'a str,
}

/// Opens a session for an account and takes up the invitations that waited for it.
///
/// # Errors
/// The database's.
pub fn sign_in(tx: &mut Tx<'_>, now: Timestamp, arrival: &Arrival<'_>) -> Result<(), Failure> {
    let account = arrival.account;
    // A session never outlives a change of person: the old cookie stops here.
    if let Some(old) = arrival.old {
        close_session(tx, old)?;
    }
    open_session(tx, now, arrival.secret, Some(account), None, arrival.agent, arrival.address)?;
    accept_waiting(tx, now, account)?;
    journal_sign_in(tx, now, account)
}

/// Ends a session (by its id) of the caller's own account.
///
/// # Errors
/// [`Fault::NotFound`], where it is another account's.
pub fn end_session(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    account: &str,
    session: &str,
) -> Result<(), Fault> {
    let ended = tx.run(
        sql!("delete from session where id = $1 and account_id = $2"),
        args![session, account],
    )?;
    if ended == 0 {
        return Err(Fault::NotFound);
    }
    by.journal(tx, account, &Event::SessionEnded {}, None)?;
    Ok(())
}

/// The session (by its id) has shown again who is there.
///
/// # Errors
/// [`Failure::Stale`], where the session has ended.
pub fn session_proved(tx: &mut Tx<'_>, now: Timestamp, session: &str) -> Result<(), Failure> {
    tx.run_one(sql!("update session set proved_at = $1 where id = $2"), args![now, session])
}

/// Clears away what nobody needs any more: keys of old forms, what was kept of them and counts of
/// failures; and sessions of a week ago, where those end.
///
/// # Errors
/// The database's.
pub fn clear_away(tx: &mut Tx<'_>, now: Timestamp, sessions: bool) -> Result<(), Failure> {
    let day = now - SignedDuration::from_hours(24);
    let week = now - SignedDuration::from_hours(24 * 7);
    if sessions {
        tx.run(
            sql!("delete from session where account_id is not null and created_at < $1"),
            args![week],
        )?;
    }
    tx.run(sql!("delete from submission where at < $1"), args![week])?;
    tx.run(sql!("delete from kept_form where at < $1"), args![day])?;
    tx.run(sql!("delete from login_failure where last_at < $1"), args![day]).map(|_| ())
}
