//! Accounts: who can sign in, with which memberships, by which invitation.

pub mod event;
mod factor;
mod invitations;
mod memberships;
mod passwords;
mod sessions;

pub use event::{Event, OrganisationEvent};
pub use factor::*;
pub use invitations::*;
pub use memberships::*;
pub use passwords::*;
pub use sessions::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql};
use rules::fold;
use rules::input::mail_key;

use crate::sought;

/// The account of a mail address, if it can sign in.
pub fn by_mail(tx: &mut Tx<'_>, mail: &str) -> Result<Option<String>, Failure> {
    Ok(tx
        .first::<(String,)>(
            sql!(
                "select id
                   from account
                  where lower(mail) = $1
                    and disabled_at is null
                  order by case when mail = $2 then 0 else 1 end, created_at, id
                  limit 1"
            ),
            args![mail_key(mail), mail],
        )?
        .map(|(id,)| id))
}

/// Whether somebody can sign in under an address already.
pub fn has_password(tx: &mut Tx<'_>, mail: &str) -> Result<bool, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from account
              where lower(mail) = $1
                and disabled_at is null
                and password_hash is not null"
        ),
        args![mail_key(mail)],
    )?;
    Ok(n > 0)
}

/// Makes an account; one that was closed under the same address opens again with the new password.
pub fn create(
    tx: &mut Tx<'_>,
    now: Timestamp,
    mail: &str,
    name: &str,
    password_hash: Option<&str>,
) -> Result<String, Failure> {
    // The same address in other capitals is the same account, under the address that it has.
    let known: Option<(String,)> = tx.first(
        sql!(
            "select mail
               from account
              where lower(mail) = $1
              order by case when mail = $2 then 0 else 1 end, created_at, id
              limit 1"
        ),
        args![mail_key(mail), mail],
    )?;
    let mail = known.as_ref().map_or(mail, |(mail,)| mail);
    let (id,): (String,) = tx.one(
        sql!(
            "insert into account (id, mail, name, password_hash, created_at)
             values ($1, $2, $3, $4, $5)
                 on conflict (mail) do update set name = excluded.name,
                             password_hash = excluded.password_hash, disabled_at = null,
                             version = account.version + 1
             returning id"
        ),
        args![ids::short("p"), mail, name, password_hash.map(str::to_string), now],
    )?;
    sought_changed(tx, &id)?;
    Ok(id)
}

/// To be called wherever an account's name or address was written, in the same transaction.
pub fn sought_changed(tx: &mut Tx<'_>, account: &str) -> Result<(), Failure> {
    let (name, mail, version): (String, String, i64) =
        tx.one(sql!("select name, mail, version from account where id = $1"), args![account])?;
    sought::keep(
        tx,
        sought::Kind::Account,
        account,
        &fold::haystack([name.as_str(), &mail]),
        version,
        fold::EDITION,
    )
}

row! {
    /// An account that can sign in, and the hash of its password.
    pub struct Known {
        pub id: String,
        pub password_hash: Option<String>,
    }
}

/// Who signs in under a mail address (as [`mail_key`] writes it).
pub fn known(tx: &mut Tx<'_>, mail: &str) -> Result<Option<Known>, Failure> {
    tx.first(
        sql!(
            "select id, password_hash
               from account
              where lower(mail) = $1
                and disabled_at is null
              order by case when mail = $1 then 0 else 1 end, created_at, id
              limit 1"
        ),
        args![mail],
    )
}

/// The name of an account.
pub fn name(tx: &mut Tx<'_>, account: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select name from account where id = $1"), args![account])?;
    Ok(found.map(|(name,)| name))
}
