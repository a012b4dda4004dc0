//! Accounts: who can sign in, with which hats, by which invitation.

mod factor;
mod hats;
mod invitations;
mod sessions;

pub use factor::*;
pub use hats::*;
pub use invitations::*;
pub use sessions::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::english;
use platform::journal::{self, Actor, Entry};
use platform::outbox::{self, Mail};
use platform::{args, ids, row, sql};
use rules::fold;
use rules::input::mail_key;
use serde_json::json;

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

/// Sets a password; every session of the account ends.
pub fn set_password(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    hash: &str,
    act: &str,
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
    journal::write(
        tx,
        &actor,
        now,
        Entry {
            record: ("account", account),
            act,
            before: json!(null),
            after: json!({"sessions_ended": true}),
            reason: None,
        },
    )?;
    let body = format!(
        "{}さん\n\nあなたのIDのパスワードが変わりました。ほかの端末のログインは終わりました。\nあなたが変えたのでなければ、すぐに「パスワードを忘れたとき」から変え直してください。",
        english::typed(&name)
    );
    outbox::put(
        tx,
        now,
        &Mail {
            to: mail,
            subject: "【お知らせ】パスワードが変わりました".into(),
            body,
            about: ("account".into(), account.into()),
        },
    )
}

/// To be called wherever an account's name or address was written, in the same transaction.
pub fn sought_changed(tx: &mut Tx<'_>, account: &str) -> Result<(), Failure> {
    let (name, mail, version): (String, String, i64) =
        tx.one(sql!("select name, mail, version from account where id = $1"), args![account])?;
    sought::keep(
        tx,
        "account",
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

/// The hash of an account's password.
///
/// # Errors
/// The database's, also where there is no such account.
pub fn password_hash(tx: &mut Tx<'_>, account: &str) -> Result<Option<String>, Failure> {
    let (hash,): (Option<String>,) =
        tx.one(sql!("select password_hash from account where id = $1"), args![account])?;
    Ok(hash)
}

/// The name of an account.
pub fn name(tx: &mut Tx<'_>, account: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select name from account where id = $1"), args![account])?;
    Ok(found.map(|(name,)| name))
}
