//! Keys by which another system acts under a membership.

use jiff::{SignedDuration, Timestamp};
use platform::db::{Failure, Tx};
use platform::{args, events, row, secrets, sql};
use serde::{Deserialize, Serialize};

use crate::{Caller, Fault};

/// Letters of a token's id by which people and journal tell it; the whole id isn't shown.
pub const SHOWN: usize = 16;

events! {
    /// What the journal is told of an account's tokens (the account's id).
    pub enum Event of "account" {
        "token.issue" => Issued { after: Issued },
        "token.revoke" => Revoked { before: Revoked },
    }
}

/// A token that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    pub label: String,
    /// How many days it works.
    pub days: i64,
    /// The first letters of its id.
    pub token: String,
}

/// A token that works no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    pub label: Option<String>,
    /// The first letters of its id.
    pub token: String,
}

row! {
    /// A token as its list shows it; the secret itself is known to nobody.
    pub struct Stored {
        /// The secret's digest.
        pub id: String,
        pub label: String,
        /// Who made it.
        pub name: String,
        pub created_at: Timestamp,
        pub expires_at: Timestamp,
        pub used_at: Option<Timestamp>,
        pub revoked_at: Option<Timestamp>,
    }
}

/// The tokens of a membership, the latest first, 50 at most.
pub fn of_membership(tx: &mut Tx<'_>, membership: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!(
            "select t.id, t.label, a.name, t.created_at, t.expires_at, t.used_at, t.revoked_at
               from api_token t
               join account a on a.id = t.account_id
              where t.membership_id = $1
              order by t.created_at desc, t.id
              limit 50"
        ),
        args![membership],
    )
}

/// Who made tokens that act for a venue: account and membership.
///
/// # Errors
/// The database's.
pub fn makers(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, String)>, Failure> {
    tx.all(
        sql!(
            "select distinct t.account_id, t.membership_id
               from api_token t
               join membership m on m.id = t.membership_id
              where m.scope_kind = 'venue'
                and m.scope_id = $1
              order by t.account_id, t.membership_id"
        ),
        args![venue],
    )
}

/// Makes a token of a secret for the caller's own membership; it works for so many days. Whether it
/// was made: one of this secret may be there already.
pub fn issue(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    secret: &str,
    label: &str,
    days: i64,
) -> Result<bool, Failure> {
    let (id, actor) = (secrets::digest(secret), &by.actor);
    let known: Option<(String,)> =
        tx.first(sql!("select id from api_token where id = $1"), args![&id])?;
    if known.is_some() {
        return Ok(false);
    }
    tx.run(
        sql!(
            "insert into api_token (id, account_id, membership_id, label, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![
            &id,
            &actor.account,
            &actor.membership,
            label,
            by.now,
            by.now + SignedDuration::from_hours(24 * days)
        ],
    )?;
    let after = Issued { label: label.into(), days, token: id[..SHOWN].into() };
    by.journal(tx, &actor.account, &Event::Issued { after }, None)?;
    Ok(true)
}

/// Ends a token of the caller's own membership, by the letters of its id that are shown.
///
/// # Errors
/// [`Fault::NotFound`], where there is none or it has ended already.
pub fn revoke(by: &Caller<'_>, tx: &mut Tx<'_>, beginning: &str) -> Result<(), Fault> {
    let actor = &by.actor;
    let label: Option<(String,)> = tx.first(
        sql!("select label from api_token where membership_id = $1 and substr(id, 1, 16) = $2"),
        args![&actor.membership, beginning],
    )?;
    let revoked = tx.run(
        sql!(
            "update api_token
                set revoked_at = $1
              where membership_id = $2
                and substr(id, 1, 16) = $3
                and revoked_at is null"
        ),
        args![by.now, &actor.membership, beginning],
    )?;
    if revoked == 0 {
        return Err(Fault::NotFound);
    }
    let before = Revoked { label: label.map(|l| l.0), token: beginning.into() };
    by.journal(tx, &actor.account, &Event::Revoked { before }, None)?;
    Ok(())
}
