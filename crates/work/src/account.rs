//! SQL of accounts, memberships, sessions and invitations.

use crate::sought;
use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::english;
use platform::form::Form;
use platform::journal::{self, Actor, Entry};
use platform::kept::items;
use platform::outbox::{self, Mail};
use platform::value::Json;
use platform::{args, ids, kept, row, secrets, sql};
use rules::access::Role;
use rules::account::LINK_LIFETIME;
use rules::fold;
use rules::input::mail_key;
use serde_json::json;

/// A hat to give: the role, of what, what it may besides, and when it ends by itself.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    pub role: Role,
    /// Kind and id.
    pub scope: (&'a str, &'a str),
    /// Comma separated.
    pub permissions: &'a str,
    /// A stand-in's last instant.
    pub expires_at: Option<Timestamp>,
}

impl<'a> Grant<'a> {
    /// Without permissions and without end.
    pub fn of(role: Role, scope_kind: &'a str, scope_id: &'a str) -> Grant<'a> {
        Grant { role, scope: (scope_kind, scope_id), permissions: "", expires_at: None }
    }
}

row! {
    #[derive(Clone, Debug)]
    pub struct Invitation {
        pub id: String,
        pub mail: String,
        pub name: String,
        pub role: String,
        pub scope_kind: String,
        pub scope_id: String,
        pub replaces: Option<String>,
        pub expires_at: Timestamp,
        pub used_at: Option<Timestamp>,
        pub permissions: String,
        pub hat_expires_at: Option<Timestamp>,
    }
}

impl Invitation {
    /// The hat that waits in it.
    pub fn grant(&self) -> Option<Grant<'_>> {
        let scope = (self.scope_kind.as_str(), self.scope_id.as_str());
        Some(Grant {
            role: Role::from_key(&self.role)?,
            scope,
            permissions: &self.permissions,
            expires_at: self.hat_expires_at,
        })
    }
}

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

/// Gives a hat; one that is worn already isn't given twice.
pub fn grant(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    hat: &Grant<'_>,
) -> Result<String, Failure> {
    let (kind, scope) = hat.scope;
    let known: Option<(String,)> = tx.first(
        sql!(
            "select id
               from membership
              where account_id = $1
                and role = $2
                and scope_kind = $3
                and scope_id = $4
                and ended_at is null"
        ),
        args![account, hat.role.key(), kind, scope],
    )?;
    if let Some((id,)) = known {
        return Ok(id);
    }
    let id = ids::short("h");
    tx.run(
        sql!(
            "insert into membership
                         (id, account_id, role, scope_kind, scope_id, permissions, created_at,
                          expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![&id, account, hat.role.key(), kind, scope, hat.permissions, now, hat.expires_at],
    )?;
    journal::write(
        tx,
        &Actor::system(),
        now,
        Entry {
            record: ("account", account),
            act: "membership.grant",
            before: json!(null),
            after: json!({"role": hat.role.key(), "scope": [kind, scope], "permissions": hat.permissions, "expires_at": hat.expires_at}),
            reason: None,
        },
    )?;
    Ok(id)
}

/// Ends the hats of stand-ins whose time is over.
pub fn end_expired_hats(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Failure> {
    let over: Vec<(String,)> = tx.all(
        sql!(
            "select id
               from membership
              where ended_at is null
                and expires_at is not null
                and expires_at <= $1"
        ),
        args![now],
    )?;
    over.iter().try_for_each(|(id,)| retire(tx, now, id))
}

kept! {
    KeptFields = OfFields(Vec<(String, String)>), items,
        "ログインが切れる前に入力していた内容に、読めないものがありました。読めたものだけを入れています。残りは、もう一度入力してください。";
}

/// Keeps what somebody was typing when the session ended; returns the key that shows it again, to the same person.
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

/// Writes an invitation and returns its link. The secret is in the link only.
pub fn invite(
    tx: &mut Tx<'_>,
    base_url: &str,
    now: Timestamp,
    mail: &str,
    name: &str,
    hat: &Grant<'_>,
    replaces: Option<&str>,
) -> Result<String, Failure> {
    let token = ids::secret();
    let (kind, scope) = hat.scope;
    tx.run(
        sql!(
            "insert into invitation
                         (id, mail, name, role, scope_kind, scope_id, replaces, created_at,
                          expires_at, permissions, hat_expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            secrets::digest(&token),
            mail,
            name,
            hat.role.key(),
            kind,
            scope,
            replaces.map(str::to_string),
            now,
            now + LINK_LIFETIME,
            hat.permissions,
            hat.expires_at
        ],
    )?;
    Ok(format!("{base_url}/activate/{token}"))
}

/// An invitation by its link's secret. Links for going on with an application are of another kind.
pub fn invitation(tx: &mut Tx<'_>, token: &str) -> Result<Option<Invitation>, Failure> {
    tx.first(
        sql!(
            "select id, mail, name, role, scope_kind, scope_id, replaces, expires_at, used_at,
                    permissions, hat_expires_at
               from invitation
              where id = $1
                and scope_kind not in ('application', 'account')"
        ),
        args![secrets::digest(token)],
    )
}

/// Takes an invitation up: the hat is given, and the ID that it replaces stops.
pub fn accept(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    invitation: &Invitation,
) -> Result<(), Failure> {
    tx.run_one(
        sql!("update invitation set used_at = $1 where id = $2 and used_at is null"),
        args![now, &invitation.id],
    )?;
    if let Some(hat) = invitation.grant() {
        grant(tx, now, account, &hat)?;
    }
    if let Some(old) = &invitation.replaces {
        retire(tx, now, old)?;
    }
    Ok(())
}

/// Ends a hat; an ID without a hat left can't sign in any more, and its sessions end at once.
pub fn retire(tx: &mut Tx<'_>, now: Timestamp, membership: &str) -> Result<(), Failure> {
    let Some((account,)) = tx.first::<(String,)>(
        sql!(
            "update membership
                set ended_at = $1
              where id = $2
                and ended_at is null
             returning account_id"
        ),
        args![now, membership],
    )?
    else {
        return Ok(());
    };
    let (left,): (i64,) = tx.one(
        sql!("select count(*) from membership where account_id = $1 and ended_at is null"),
        args![&account],
    )?;
    if left == 0 {
        tx.run(
            sql!("update account set disabled_at = $1, version = version + 1 where id = $2"),
            args![now, &account],
        )?;
        tx.run(sql!("delete from session where account_id = $1"), args![&account])?;
    }
    journal::write(
        tx,
        &Actor::system(),
        now,
        Entry {
            record: ("account", &account),
            act: "membership.end",
            before: json!({"membership": membership}),
            after: json!({"id_stopped": left == 0}),
            reason: None,
        },
    )
}

/// Invitations that wait for somebody who has an account already are taken up when they sign in.
pub fn accept_waiting(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    let waiting: Vec<Invitation> = tx.all(
        sql!(
            "select i.id, i.mail, i.name, i.role, i.scope_kind, i.scope_id, i.replaces,
                    i.expires_at, i.used_at, i.permissions, i.hat_expires_at
               from invitation i
               join account a on lower(a.mail) = lower(i.mail)
              where a.id = $1
                and i.used_at is null
                and i.expires_at > $2
                and i.scope_kind not in ('application', 'account')"
        ),
        args![account, now],
    )?;
    for invitation in waiting {
        accept(tx, now, account, &invitation)?;
    }
    Ok(())
}

/// Writes down that somebody signed in.
pub fn journal_sign_in(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    let (name,): (String,) =
        tx.one(sql!("select name from account where id = $1"), args![account])?;
    let actor =
        Actor { account: account.into(), name, membership: String::new(), role: String::new() };
    journal::write(
        tx,
        &actor,
        now,
        Entry {
            record: ("account", account),
            act: "session.open",
            before: json!(null),
            after: json!(null),
            reason: None,
        },
    )
}

/// Failures in a row under an account's name or an address, with the instant of the last.
fn failures(tx: &mut Tx<'_>, id: &str) -> Result<Option<(u32, Timestamp)>, Failure> {
    tx.first(sql!("select failures, last_at from login_failure where id = $1"), args![id])
}

/// Seconds that the next try under a name has to wait after failures in a row; none where it may be made.
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

pub fn forget_failures(tx: &mut Tx<'_>, id: &str) -> Result<(), Failure> {
    tx.run(sql!("delete from login_failure where id = $1"), args![id]).map(|_| ())
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
