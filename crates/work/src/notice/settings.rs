//! Which repeating mails a person wants, and the addresses that end them with one click (RFC 8058).

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::english;
use platform::journal::{self, Actor};
use platform::{args, ids, row, sql};

use super::{Event, event};
use crate::{Caller, Fault};

/// What is ended: reminders before deadlines, Monday's digest, or a saved report by its id.
const REMINDERS: &str = "reminders";
const DIGEST: &str = "digest";

row! {
    /// Which repeating mails come.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Wanted {
        pub digest: bool,
        pub reminders: bool,
    }
}

/// Which repeating mails an account gets.
pub fn wanted(tx: &mut Tx<'_>, account: &str) -> Result<Wanted, Failure> {
    tx.one(sql!("select digest, reminders from account where id = $1"), args![account])
}

/// Says which repeating mails an account wants; returns whether that is something new.
///
/// # Errors
/// The database's.
pub fn want(by: &Caller<'_>, tx: &mut Tx<'_>, account: &str, new: Wanted) -> Result<bool, Failure> {
    if wanted(tx, account)? == new {
        return Ok(false);
    }
    let Wanted { digest, reminders } = new;
    tx.run(
        sql!("update account set digest = $1, reminders = $2 where id = $3"),
        args![digest, reminders, account],
    )?;
    let after = event::Wanted { digest, reminders };
    by.journal(tx, account, &Event::Wanted { after }, None)?;
    Ok(true)
}

/// The address that ends this kind of mail for an account.
fn link(tx: &mut Tx<'_>, base_url: &str, account: &str, what: &str) -> Result<String, Failure> {
    let (known,): (Option<String>,) =
        tx.one(sql!("select unsubscribe from account where id = $1"), args![account])?;
    let secret = match known {
        Some(secret) => secret,
        None => {
            let secret = ids::secret();
            tx.run(
                sql!("update account set unsubscribe = $1 where id = $2"),
                args![&secret, account],
            )?;
            secret
        }
    };
    Ok(format!("{base_url}/unsubscribe/{secret}/{what}"))
}

/// The address that ends reminders before deadlines for an account.
pub fn end_of_reminders(tx: &mut Tx<'_>, base_url: &str, account: &str) -> Result<String, Failure> {
    link(tx, base_url, account, REMINDERS)
}

/// The address that ends Monday's digest for an account.
pub fn end_of_digest(tx: &mut Tx<'_>, base_url: &str, account: &str) -> Result<String, Failure> {
    link(tx, base_url, account, DIGEST)
}

/// The address that ends the mails of a saved report for an account.
pub fn end_of_report(
    tx: &mut Tx<'_>,
    base_url: &str,
    account: &str,
    report: &str,
) -> Result<String, Failure> {
    link(tx, base_url, account, report)
}

/// The account of such an address's secret, and what its mails of this kind are called.
pub fn meant_by(
    tx: &mut Tx<'_>,
    secret: &str,
    what: &str,
) -> Result<Option<(String, String)>, Failure> {
    let Some((account,)) = tx
        .first::<(String,)>(sql!("select id from account where unsubscribe = $1"), args![secret])?
    else {
        return Ok(None);
    };
    Ok(match what {
        REMINDERS => Some((account, "期限のお知らせ".into())),
        DIGEST => Some((account, "今週のやること".into())),
        report => tx
            .first::<(String,)>(
                sql!("select name from saved_report where id = $1 and account_id = $2"),
                args![report, &account],
            )?
            .map(|(name,)| (account, format!("レポート「{}」", english::typed(&name)))),
    })
}

/// Ends the mails of this kind; it is undone in the settings.
///
/// # Errors
/// [`Fault::NotFound`], where the address means nothing.
pub fn unsubscribe(tx: &mut Tx<'_>, now: Timestamp, secret: &str, what: &str) -> Result<(), Fault> {
    let (account, _) = meant_by(tx, secret, what)?.ok_or(Fault::NotFound)?;
    match what {
        REMINDERS => {
            tx.run(sql!("update account set reminders = false where id = $1"), args![&account])?
        }
        DIGEST => {
            tx.run(sql!("update account set digest = false where id = $1"), args![&account])?
        }
        report => tx.run(
            sql!("update saved_report set every = 'never' where id = $1 and account_id = $2"),
            args![report, &account],
        )?,
    };
    let after = event::Unsubscribed { what: what.into() };
    journal::write(tx, &Actor::system(), now, &account, &Event::Unsubscribed { after }, None)?;
    Ok(())
}
