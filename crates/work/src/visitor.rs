//! Who comes: the session or the token that was shown, the memberships behind it, what they reach,
//! and which form was sent already.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, events, row, sql};

use crate::account::event::Page;
use rules::access::{Role, Scope};

events! {
    /// What the journal is told of somebody's data that were read (whose: `venue:v-…`).
    pub enum Event of "reading" {
        /// A page showed contact data of others than the reader's own organisation.
        "contacts.read" => ContactsRead { after: Page },
    }
}

row! {
    /// A session, with the account that it is of.
    pub struct Session {
        pub account_id: Option<String>,
        /// Of a guest: the application that a link opened.
        pub application_id: Option<String>,
        pub created_at: Timestamp,
        pub seen_at: Timestamp,
        pub factor_at: Option<Timestamp>,
        pub proved_at: Option<Timestamp>,
        /// Of an account that can sign in.
        pub name: Option<String>,
        pub mail: Option<String>,
        /// Whether the account has a second factor.
        pub has_factor: bool,
        /// The last change of masters, read on the way.
        pub masters: i64,
    }
}

/// The session of an id, which is its secret's digest.
pub fn session(tx: &mut Tx<'_>, id: &str) -> Result<Option<Session>, Failure> {
    tx.first(
        sql!(
            "select s.account_id, s.application_id, s.created_at, s.seen_at, s.factor_at,
                    s.proved_at, a.name, a.mail, (f.account_id is not null),
                    (select cast(coalesce(max(number), 0) as bigint) from master_change)
               from session s
               left join account a on a.id = s.account_id and a.disabled_at is null
               left join second_factor f on f.account_id = s.account_id
                         and f.confirmed_at is not null
              where s.id = $1"
        ),
        args![id],
    )
}

/// A session gave a sign of life.
pub fn seen(tx: &mut Tx<'_>, now: Timestamp, session: &str) -> Result<(), Failure> {
    tx.run(sql!("update session set seen_at = $1 where id = $2"), args![now, session]).map(|_| ())
}

/// The person of a session reads this language from now on, in mails too.
pub fn speaks(tx: &mut Tx<'_>, lang: &str, session: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update account
                set lang = $1
              where lang <> $1
                and id = (select account_id from session where id = $2)"
        ),
        args![lang, session],
    )
    .map(|_| ())
}

row! {
    /// A person who can sign in.
    pub struct Person {
        pub id: String,
        pub name: String,
        pub mail: String,
    }
}

/// The account of an id, where it can sign in.
pub fn person(tx: &mut Tx<'_>, account: &str) -> Result<Option<Person>, Failure> {
    tx.first(
        sql!("select id, name, mail from account where id = $1 and disabled_at is null"),
        args![account],
    )
}

row! {
    /// Whose token it is, and under which membership it acts.
    pub struct Owner {
        pub id: String,
        pub name: String,
        pub mail: String,
        pub membership: String,
    }
}

/// The owner of a token (by its id, which is its secret's digest) that works now.
pub fn token_owner(tx: &mut Tx<'_>, token: &str, now: Timestamp) -> Result<Option<Owner>, Failure> {
    tx.first(
        sql!(
            "select a.id, a.name, a.mail, t.membership_id
               from api_token t
               join account a on a.id = t.account_id and a.disabled_at is null
              where t.id = $1
                and t.revoked_at is null
                and t.expires_at > $2"
        ),
        args![token, now],
    )
}

/// A token was used.
pub fn token_used(tx: &mut Tx<'_>, now: Timestamp, token: &str) -> Result<(), Failure> {
    tx.run(sql!("update api_token set used_at = $1 where id = $2"), args![now, token]).map(|_| ())
}

row! {
    /// A membership as it is stored.
    pub struct Membership {
        pub id: String,
        pub role: Role,
        pub scope_kind: Scope,
        pub scope_id: String,
        /// Comma separated.
        pub permissions: String,
    }
}

/// The memberships of an account that hold now, the oldest first.
pub fn memberships(
    tx: &mut Tx<'_>,
    account: &str,
    now: Timestamp,
) -> Result<Vec<Membership>, Failure> {
    tx.all(
        sql!(
            "select id, role, scope_kind, scope_id, permissions
               from membership
              where account_id = $1
                and ended_at is null
                and (expires_at is null or expires_at > $2)
              order by created_at, id"
        ),
        args![account, now],
    )
}

/// The venue of a letter.
pub fn venue_of_letter(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let owner: Option<(String,)> =
        tx.first(sql!("select venue_id from letter where id = $1"), args![id])?;
    Ok(owner.map(|(venue,)| venue))
}

/// The number and the venue of a shipment, whose number may be in another system's writing
/// ([`rules::input::same_id`]); two that differ in their dashes only are told apart by those.
///
/// # Errors
/// The database's.
pub fn shipment(tx: &mut Tx<'_>, raw: &str) -> Result<Option<(String, String)>, Failure> {
    let exact: Option<(String, String)> =
        tx.first(sql!("select id, venue_id from shipment where id = $1"), args![raw])?;
    if exact.is_some() {
        return Ok(exact);
    }
    let mut alike: Vec<(String, String)> = tx.all(
        sql!(
            "select id, venue_id
               from shipment
              where replace(lower(id), '-', '') = $1
              order by id
              limit 2"
        ),
        args![rules::input::same_id(raw)],
    )?;
    Ok(alike.pop().filter(|_| alike.is_empty()))
}

/// The venue of a shipment, whose number may be in another system's writing.
pub fn venue_of_shipment(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    Ok(shipment(tx, id)?.map(|(_, venue)| venue))
}

/// The venue of a claim.
pub fn venue_of_claim(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let owner: Option<(String,)> =
        tx.first(sql!("select venue_id from claim where id = $1"), args![id])?;
    Ok(owner.map(|(venue,)| venue))
}

/// Whether a venue is within a reach (kind and id).
pub fn reaches_venue(tx: &mut Tx<'_>, reach: (Scope, &str), venue: &str) -> Result<bool, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from visible_venue
              where scope_kind = $1
                and scope_id = $2
                and venue_id = $3"
        ),
        args![reach.0, reach.1, venue],
    )?;
    Ok(n > 0)
}

/// Whether an application is within a reach (kind and id).
pub fn reaches_application(
    tx: &mut Tx<'_>,
    reach: (Scope, &str),
    application: &str,
) -> Result<bool, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from visible_application
              where scope_kind = $1
                and scope_id = $2
                and application_id = $3"
        ),
        args![reach.0, reach.1, application],
    )?;
    Ok(n > 0)
}

/// Where the first sending of a form led, and the digest of what it said.
pub fn sent(tx: &mut Tx<'_>, id: &str) -> Result<Option<(String, Option<String>)>, Failure> {
    tx.first(sql!("select location, said from submission where id = $1"), args![id])
}

/// A form was carried out: where it led, and the digest of what it said.
pub fn remember(
    tx: &mut Tx<'_>,
    id: &str,
    location: &str,
    now: Timestamp,
    said: &str,
) -> Result<(), Failure> {
    let insert = sql!("insert into submission (id, location, at, said) values ($1, $2, $3, $4)");
    tx.run(insert, args![id, location, now, said]).map(|_| ())
}

/// The digest of what another system sent under a key, and what was answered.
pub fn answered(tx: &mut Tx<'_>, id: &str) -> Result<Option<(String, Option<String>)>, Failure> {
    tx.first(sql!("select location, answer from submission where id = $1"), args![id])
}

/// What was answered to another system, with the digest of what it sent.
pub fn keep_answer(
    tx: &mut Tx<'_>,
    id: &str,
    digest: &str,
    now: Timestamp,
    answer: &str,
) -> Result<(), Failure> {
    let insert = sql!("insert into submission (id, location, at, answer) values ($1, $2, $3, $4)");
    tx.run(insert, args![id, digest, now, answer]).map(|_| ())
}
