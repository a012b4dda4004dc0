//! Passwords, and links by which an account chooses one anew.

use jiff::Timestamp;
use mails::Envelope;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, secrets, sql};
use rules::account::LINK_LIFETIME;
use rules::input::mail_key;

use super::event::SessionsEnded;
use super::{Event, by_mail, forget_failures};
use crate::{Fault, post};

/// The hash of an account's password.
///
/// # Errors
/// The database's, also where there is no such account.
pub fn password_hash(tx: &mut Tx<'_>, account: &str) -> Result<Option<String>, Failure> {
    let (hash,): (Option<String>,) =
        tx.one(sql!("select password_hash from account where id = $1"), args![account])?;
    Ok(hash)
}

/// The person sets another password; every session of the account ends.
///
/// # Errors
/// [`Failure::Stale`], where nobody signs in by the account any more.
pub fn change_password(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    hash: &str,
) -> Result<(), Failure> {
    let after = SessionsEnded { sessions_ended: true };
    set_password(tx, now, account, hash, &Event::PasswordChanged { after })
}

fn set_password(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    hash: &str,
    event: &Event,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update account
                set password_hash = $1, version = version + 1
              where id = $2
                and disabled_at is null"
        ),
        args![hash, account],
    )?;
    tx.run(sql!("delete from session where account_id = $1"), args![account])?;
    let (mail, name): (String, String) =
        tx.one(sql!("select mail, name from account where id = $1"), args![account])?;
    forget_failures(tx, &format!("mail:{}", mail_key(&mail)))?;
    let actor = Actor {
        account: account.into(),
        name: name.clone(),
        membership: String::new(),
        role: String::new(),
    };
    journal::write(tx, &actor, now, account, event, None)?;
    let told = mails::account::PasswordChanged { account: account.into(), name: (&name).into() };
    // It has no link of ours.
    post::send(tx, now, "", Envelope::to(mail), told)
}

/// The account of a reset link that is still good.
pub fn reset_link(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> = tx.first(
        sql!(
            "select scope_id
               from invitation
              where id = $1
                and scope_kind = 'account'
                and used_at is null
                and expires_at > $2"
        ),
        args![secrets::digest(token), now],
    )?;
    Ok(found.map(|(id,)| id))
}

/// Sends a link by which an account chooses its password anew; nothing where there is no account of
/// this address.
///
/// # Errors
/// The database's.
pub fn send_reset_link(
    tx: &mut Tx<'_>,
    base_url: &str,
    now: Timestamp,
    mail: &str,
) -> Result<(), Failure> {
    let Some(account) = by_mail(tx, mail)? else { return Ok(()) };
    // To the address that the account has, in its own writing.
    let (mail,): (String,) = tx.one(
        sql!(
            "select mail
                   from account
                  where id = $1"
        ),
        args![&account],
    )?;
    let token = ids::secret();
    tx.run(
        sql!(
            "insert into invitation
                         (id, mail, name, role, scope_kind, scope_id, created_at,
                          expires_at)
             values ($1, $2, '', '', 'account', $3, $4, $5)"
        ),
        args![secrets::digest(&token), &mail, &account, now, now + LINK_LIFETIME],
    )?;
    let told = mails::account::ResetLink { account, token };
    post::send(tx, now, base_url, Envelope::to(mail), told)
}

/// Uses a reset link up and sets the password; returns the account.
///
/// # Errors
/// [`Fault::NotFound`], where the link isn't good.
pub fn reset(
    tx: &mut Tx<'_>,
    now: Timestamp,
    token: &str,
    password_hash: &str,
) -> Result<String, Fault> {
    let account = reset_link(tx, token, now)?.ok_or(Fault::NotFound)?;
    super::invitations::use_up(tx, now, &secrets::digest(token))?;
    let after = SessionsEnded { sessions_ended: true };
    set_password(tx, now, &account, password_hash, &Event::PasswordReset { after })?;
    Ok(account)
}
