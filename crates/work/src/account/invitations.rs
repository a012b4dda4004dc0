//! Invitations: links by which a membership is taken up.

use jiff::Timestamp;
use mails::account::{MemberInvited, NewLink};
use mails::{Begin, Envelope};
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, row, secrets, sql};
use rules::access::{Role, Scope};
use rules::account::{InvitationRefusal, LINK_LIFETIME, LinkState, link_state};

use super::event::{Invited, Named};
use super::{Event, Grant, OrganisationEvent, create, grant, has_password, retire};
use crate::{Caller, Refused, post};

row! {
    #[derive(Clone, Debug)]
    pub struct Invitation {
        pub id: String,
        pub mail: String,
        pub name: String,
        pub role: Role,
        pub scope_kind: Scope,
        pub scope_id: String,
        pub replaces: Option<String>,
        pub expires_at: Timestamp,
        pub used_at: Option<Timestamp>,
        pub permissions: String,
        pub membership_ends_at: Option<Timestamp>,
    }
}

impl Invitation {
    /// The membership that waits in it.
    pub fn grant(&self) -> Grant<'_> {
        Grant {
            role: self.role,
            scope: (self.scope_kind, &self.scope_id),
            permissions: &self.permissions,
            expires_at: self.membership_ends_at,
        }
    }
}

/// Writes an invitation and returns the secret of its link, which is kept nowhere else.
///
/// # Errors
/// The database's.
pub fn invite(
    tx: &mut Tx<'_>,
    now: Timestamp,
    mail: &str,
    name: &str,
    membership: &Grant<'_>,
    replaces: Option<&str>,
) -> Result<String, Failure> {
    let token = ids::secret();
    let (kind, scope) = membership.scope;
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
            membership.role,
            kind,
            scope,
            replaces.map(str::to_string),
            now,
            now + LINK_LIFETIME,
            membership.permissions,
            membership.expires_at
        ],
    )?;
    Ok(token)
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

/// A link is good once.
pub(super) fn use_up(tx: &mut Tx<'_>, now: Timestamp, id: &str) -> Result<(), Failure> {
    tx.run_one(
        sql!("update invitation set used_at = $1 where id = $2 and used_at is null"),
        args![now, id],
    )
}

/// Takes an invitation up: the membership is given, and the ID that it replaces stops.
pub fn accept(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: &str,
    invitation: &Invitation,
) -> Result<(), Failure> {
    use_up(tx, now, &invitation.id)?;
    grant(tx, now, account, &invitation.grant())?;
    if let Some(old) = &invitation.replaces {
        retire(tx, now, old)?;
    }
    Ok(())
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

/// Somebody chooses a name and a password at the first sign-in: the account is made, its membership
/// is given. Returns the account.
///
/// # Errors
/// [`Refused::NotFound`], where there is no such link.
pub fn activate(
    tx: &mut Tx<'_>,
    now: Timestamp,
    token: &str,
    name: &str,
    password_hash: &str,
) -> Result<String, Refused<InvitationRefusal>> {
    let invitation = invitation(tx, token)?.ok_or(Refused::NotFound)?;
    if link_state(invitation.expires_at, invitation.used_at.is_some(), now) != LinkState::Good {
        return Err(Refused::ByRule(InvitationRefusal::Used));
    }
    if has_password(tx, &invitation.mail)? {
        return Err(Refused::ByRule(InvitationRefusal::Known));
    }
    let id = create(tx, now, &invitation.mail, name, Some(password_hash))?;
    accept(tx, now, &id, &invitation)?;
    let actor = Actor {
        account: id.clone(),
        name: name.to_string(),
        membership: String::new(),
        role: invitation.role.key().into(),
    };
    let after = Named { mail: invitation.mail, name: name.into() };
    journal::write(tx, &actor, now, &id, &Event::Activated { after }, None)?;
    Ok(id)
}

/// Sends a new link to the same address; the old one stops.
///
/// # Errors
/// [`Refused::NotFound`], where there is no such link.
pub fn invite_again(
    tx: &mut Tx<'_>,
    base_url: &str,
    now: Timestamp,
    token: &str,
) -> Result<(), Refused<InvitationRefusal>> {
    let old = invitation(tx, token)?.ok_or(Refused::NotFound)?;
    if old.used_at.is_some() {
        return Err(Refused::ByRule(InvitationRefusal::UsedAlready));
    }
    let membership = old.grant();
    tx.run(
        sql!(
            "update invitation
                    set expires_at = created_at
                  where id = $1"
        ),
        args![secrets::digest(token)],
    )?;
    let token = invite(tx, now, &old.mail, &old.name, &membership, old.replaces.as_deref())?;
    let told = NewLink {
        scope: (old.scope_kind.key().into(), old.scope_id),
        name: (&old.name).into(),
        token,
    };
    post::send(tx, now, base_url, Envelope::to(old.mail), told)?;
    Ok(())
}

rules::words! {
    /// How somebody joins an organisation.
    pub enum Joining {
        Member = "member",
        /// Until a day.
        StandIn = "stand_in",
        /// Instead of whoever invites.
        Successor = "successor",
    }
}

/// A member whom somebody of an organisation invites.
pub struct NewMember<'m> {
    pub mail: &'m str,
    pub name: &'m str,
    pub membership: Grant<'m>,
    /// How the person joins.
    pub kind: Joining,
    /// The membership that ends when the successor signs in.
    pub replaces: Option<&'m str>,
    /// A stand-in's last day.
    pub until: Option<jiff::civil::Date>,
    /// What the organisation is called, with what people typed marked.
    pub organisation: &'m str,
}

/// Invites somebody into the caller's organisation, with a mail that says how to begin.
///
/// # Errors
/// The database's.
pub fn invite_member(by: &Caller<'_>, tx: &mut Tx<'_>, new: &NewMember<'_>) -> Result<(), Failure> {
    let NewMember { mail, name, membership, kind, organisation, .. } = new;
    let token = invite(tx, by.now, mail, name, membership, new.replaces)?;
    let (of, id) = membership.scope;
    let after = Invited {
        name: (*name).into(),
        mail: (*mail).into(),
        permissions: membership.permissions.into(),
        kind: *kind,
        expires_at: membership.expires_at,
    };
    let record = format!("{}:{}:{id}", membership.role.key(), of.key());
    by.journal(tx, &record, &OrganisationEvent::Invited { after }, None)?;
    let begin = match has_password(tx, mail)? {
        true => Begin::SignIn,
        false => Begin::Activate { token },
    };
    let told = MemberInvited {
        scope: (of.key().into(), id.into()),
        organisation: (*organisation).into(),
        name: (*name).into(),
        by: (&by.actor.name).into(),
        until: new.until,
        begin,
    };
    by.mail(tx, mail, told)
}

row! {
    /// An invitation that can still be taken up.
    pub struct Waiting {
        pub name: String,
        pub mail: String,
        pub expires_at: Timestamp,
    }
}

/// Invitations into an organisation (role, kind and id) that wait, in the order in which they were
/// sent.
pub fn waiting(
    tx: &mut Tx<'_>,
    role: Role,
    scope: (Scope, &str),
    now: Timestamp,
) -> Result<Vec<Waiting>, Failure> {
    tx.all(
        sql!(
            "select name, mail, expires_at
               from invitation
              where role = $1
                and scope_kind = $2
                and scope_id = $3
                and used_at is null
                and expires_at > $4
              order by created_at"
        ),
        args![role, scope.0, scope.1, now],
    )
}

/// Until when the newest unused link to a mail address works, for a membership of this scope (kind
/// and id).
pub fn link_until(
    tx: &mut Tx<'_>,
    (kind, id): (Scope, &str),
    mail: &str,
) -> Result<Option<Timestamp>, Failure> {
    let open: Option<(Timestamp,)> = tx.first(
        sql!(
            "select expires_at
               from invitation
              where scope_kind = $1
                and scope_id = $2
                and mail = $3
                and used_at is null
              order by created_at desc
              limit 1"
        ),
        args![kind, id, mail],
    )?;
    Ok(open.map(|(until,)| until))
}
