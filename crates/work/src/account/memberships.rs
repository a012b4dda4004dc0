//! Memberships of an account in an organisation, and the people of one.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, row, sql};
use rules::access::{Permission, Role, Scope};
use rules::account::{MemberRefusal, keeps_an_administrator};

use super::Event;
use super::event::{Granted, OfMembership, Permissions, Stopped};
use crate::{Caller, Refused};

/// A membership to give: the role, of what, what it may besides, and when it ends by itself.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    pub role: Role,
    /// Kind and id.
    pub scope: (Scope, &'a str),
    /// Comma separated.
    pub permissions: &'a str,
    /// A stand-in's last instant.
    pub expires_at: Option<Timestamp>,
}

impl<'a> Grant<'a> {
    /// Without permissions and without end.
    pub fn of(role: Role, scope_kind: Scope, scope_id: &'a str) -> Grant<'a> {
        Grant { role, scope: (scope_kind, scope_id), permissions: "", expires_at: None }
    }
}
/// Gives a membership; one that is worn already isn't given twice.
pub fn grant(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    membership: &Grant<'_>,
) -> Result<String, Failure> {
    let (kind, scope) = membership.scope;
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
        args![account, membership.role, kind, scope],
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
        args![
            &id,
            account,
            membership.role,
            kind,
            scope,
            membership.permissions,
            now,
            membership.expires_at
        ],
    )?;
    let after = Granted {
        role: membership.role,
        scope: (kind, scope.into()),
        permissions: membership.permissions.into(),
        expires_at: membership.expires_at,
    };
    journal::write(tx, &Actor::system(), now, account, &Event::Granted { after }, None)?;
    Ok(id)
}

/// Ends the memberships of stand-ins whose time is over.
pub fn end_expired_memberships(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Failure> {
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

/// Ends a membership; an ID without a membership left can't sign in any more, and its sessions end
/// at once.
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
        end(tx, now, &account)?;
    }
    let ended = Event::Ended {
        before: OfMembership { membership: membership.into() },
        after: Stopped { id_stopped: left == 0 },
    };
    journal::write(tx, &Actor::system(), now, &account, &ended, None)
}

row! {
    /// Somebody who wears a membership of an organisation.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Member {
        pub id: String,
        pub account_id: String,
        pub name: String,
        pub mail: String,
        /// Comma separated.
        pub permissions: String,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
        /// Whether this person has signed in at least once.
        pub active: bool,
    }
}

impl Member {
    fn holds(&self, permission: Permission) -> bool {
        self.permissions.split(',').any(|p| p == permission.key())
    }
    /// Counts among those who keep an organisation governable: a stand-in leaves again by itself.
    fn keeps_order(&self) -> bool {
        self.holds(Permission::Administrator) && self.expires_at.is_none() && self.active
    }
}

/// Everybody who wears a membership of a role and scope (kind and id) at an instant, by name.
pub fn members(
    tx: &mut Tx<'_>,
    role: Role,
    scope: (Scope, &str),
    now: Timestamp,
) -> Result<Vec<Member>, Failure> {
    tx.all(
        sql!(
            "select m.id, a.id, a.name, a.mail, m.permissions, m.created_at, m.expires_at,
                    (a.password_hash is not null)
               from membership m
               join account a on a.id = m.account_id
              where m.role = $1
                and m.scope_kind = $2
                and m.scope_id = $3
                and m.ended_at is null
                and (m.expires_at is null or m.expires_at > $4)
              order by a.name, m.id"
        ),
        args![role.key(), scope.0, scope.1, now],
    )
}

/// A member among `all` of the organisation, and how many others keep it governable.
fn others(all: &[Member], member: &Member) -> usize {
    all.iter().filter(|m| m.id != member.id && m.keeps_order()).count()
}

/// Gives a member of an organisation other permissions (comma separated).
///
/// # Errors
/// The rule's, where nobody would be left who looks after the others; [`Failure::Stale`], where the
/// permissions have changed since `member` was read.
pub fn change_permissions(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    all: &[Member],
    member: &Member,
    permissions: &str,
) -> Result<(), Refused<MemberRefusal>> {
    keeps_an_administrator(
        member.keeps_order(),
        permissions.contains("administrator"),
        others(all, member),
    )
    .map_err(Refused::ByRule)?;
    tx.run_one(
        sql!(
            "update membership
                set permissions = $1
              where id = $2
                and permissions = $3
                and ended_at is null"
        ),
        args![permissions, &member.id, &member.permissions],
    )?;
    let of = |permissions: &str| Permissions {
        membership: member.id.clone(),
        permissions: permissions.into(),
    };
    let permitted = Event::Permitted { before: of(&member.permissions), after: of(permissions) };
    by.journal(tx, &member.account_id, &permitted, None)?;
    Ok(())
}

/// Whether a member may go: somebody is left who looks after the others.
pub fn member_may_end(all: &[Member], member: &Member) -> bool {
    keeps_an_administrator(member.keeps_order(), false, others(all, member)).is_ok()
}

/// Ends a member's membership.
///
/// # Errors
/// The rule's, where nobody would be left who looks after the others.
pub fn end_member(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    all: &[Member],
    member: &Member,
) -> Result<(), Refused<MemberRefusal>> {
    keeps_an_administrator(member.keeps_order(), false, others(all, member))
        .map_err(Refused::ByRule)?;
    retire(tx, by.now, &member.id)?;
    let before = super::event::Member { membership: member.id.clone(), name: member.name.clone() };
    by.journal(tx, &member.account_id, &Event::MemberLeft { before }, None)?;
    Ok(())
}

/// How many accounts wear a membership of a role.
pub fn holders(tx: &mut Tx<'_>, role: Role) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(distinct account_id)
               from membership
              where role = $1
                and ended_at is null"
        ),
        args![role.key()],
    )?;
    Ok(n)
}

/// Nobody signs in by an account any more, and whoever did is out.
fn end(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<(), Failure> {
    tx.run(
        sql!("update account set disabled_at = $1, version = version + 1 where id = $2"),
        args![now, account],
    )?;
    tx.run(sql!("delete from session where account_id = $1"), args![account]).map(|_| ())
}

/// An account ends: its memberships and sessions with it. How many memberships it had.
pub fn disable(tx: &mut Tx<'_>, now: Timestamp, account: &str) -> Result<usize, Failure> {
    let memberships: Vec<(String,)> = tx.all(
        sql!("select id from membership where account_id = $1 and ended_at is null"),
        args![account],
    )?;
    for (membership,) in &memberships {
        retire(tx, now, membership)?;
    }
    // The last of them ended it already.
    if memberships.is_empty() {
        end(tx, now, account)?;
    }
    Ok(memberships.len())
}
