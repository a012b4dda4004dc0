//! The second factor: time-based codes of an app (RFC 6238), and recovery codes.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, row, secrets, sql};

use super::Event;
use super::event::RecoveryCodes;

/// Takes a code: of the app, each time step once, or a recovery code, each once.
///
/// # Errors
/// The database's.
pub fn take_code(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    typed: &str,
) -> Result<bool, Failure> {
    let code = rules::input::code(typed).to_lowercase();
    let known: Option<(String, i64)> = tx.first(
        sql!("select secret, last_step from second_factor where account_id = $1"),
        args![account],
    )?;
    if let Some((secret, last)) = known
        && let Some(step) = secrets::check_totp(&secret, &code, now).filter(|step| *step > last)
    {
        tx.run_one(
            sql!(
                "update second_factor set last_step = $1 where account_id = $2 and last_step = $3"
            ),
            args![step, account, last],
        )?;
        return Ok(true);
    }
    let used = tx.run(
        sql!(
            "update recovery_code
                set used_at = $1
              where id = $2
                and account_id = $3
                and used_at is null"
        ),
        args![now, secrets::digest(&code), account],
    )?;
    Ok(used > 0)
}

/// The session of the secret `old` has shown its second factor; from here on it goes by the secret
/// `fresh`.
///
/// # Errors
/// [`Failure::Stale`], where the session has ended.
pub fn session_shown(
    tx: &mut Tx<'_>,
    now: Timestamp,
    old: &str,
    fresh: &str,
) -> Result<(), Failure> {
    let old = secrets::digest(old);
    tx.run_one(
        sql!("update session set id = $1, factor_at = $2, proved_at = $2 where id = $3"),
        args![secrets::digest(fresh), now, old],
    )
}

row! {
    /// An account's second factor; it counts from its confirmation on.
    pub struct Factor {
        pub secret: String,
        pub confirmed_at: Option<Timestamp>,
    }
}

/// An account's second factor, if it was begun.
pub fn factor(tx: &mut Tx<'_>, account: &str) -> Result<Option<Factor>, Failure> {
    tx.first(
        sql!("select secret, confirmed_at from second_factor where account_id = $1"),
        args![account],
    )
}

/// How many recovery codes an account hasn't used.
pub fn recovery_codes_left(tx: &mut Tx<'_>, account: &str) -> Result<i64, Failure> {
    let (left,): (i64,) = tx.one(
        sql!("select count(*) from recovery_code where account_id = $1 and used_at is null"),
        args![account],
    )?;
    Ok(left)
}

/// Begins a second factor; one that is confirmed isn't overwritten by a stray request.
///
/// # Errors
/// The database's.
pub fn begin_factor(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into second_factor (account_id, secret, made_at)
             values ($1, $2, $3)
                 on conflict (account_id) do nothing"
        ),
        args![account, secrets::new_totp_secret(), now],
    )
    .map(|_| ())
}

const RECOVERY_CODES: usize = 10;

/// Confirms the second factor of somebody (id and name) in the session of a secret; returns the
/// recovery codes, which are stored as digests.
///
/// # Errors
/// [`Failure::Stale`], where it is confirmed already.
pub fn confirm_factor(
    tx: &mut Tx<'_>,
    now: Timestamp,
    (account, name): (&str, &str),
    session: &str,
) -> Result<Vec<String>, Failure> {
    tx.run_one(
        sql!(
            "update second_factor
                set confirmed_at = $1
              where account_id = $2
                and confirmed_at is null"
        ),
        args![now, account],
    )?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| ids::letters::<24>()).collect();
    for code in &codes {
        tx.run(
            sql!("insert into recovery_code (id, account_id) values ($1, $2)"),
            args![secrets::digest(code), account],
        )?;
    }
    // The page with the codes is this request's answer: the session keeps its secret, its forms
    // stay good.
    session_shown(tx, now, session, session)?;
    let actor = Actor {
        account: account.into(),
        name: name.into(),
        membership: String::new(),
        role: String::new(),
    };
    let after = RecoveryCodes { recovery_codes: codes.len() };
    journal::write(tx, &actor, now, account, &Event::FactorSet { after }, None)?;
    Ok(codes)
}
