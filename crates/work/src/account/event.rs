//! What the journal is told of accounts and of the people of an organisation.

use jiff::Timestamp;
use platform::events;
use rules::access::{Role, Scope};
use serde::{Deserialize, Serialize};

use super::Joining;

events! {
    /// What the journal is told of an account (its id).
    pub enum Event of "account" {
        /// Somebody chose a name and a password at the first sign-in.
        "account.activate" => Activated { after: Named },
        /// The person chose another password.
        "account.password" => PasswordChanged { after: SessionsEnded },
        /// The person chose another password by a link.
        "account.reset" => PasswordReset { after: SessionsEnded },
        /// The second factor was set up.
        "account.factor" => FactorSet { after: RecoveryCodes },
        "session.open" => SignedIn {},
        /// The person ended a session.
        "session.end" => SessionEnded {},
        "membership.grant" => Granted { after: Granted },
        /// A membership ended, whoever or whatever ended it.
        "membership.end" => Ended { before: OfMembership, after: Stopped },
        "membership.permissions" => Permitted { before: Permissions, after: Permissions },
        /// Somebody of the organisation ended a member's membership.
        "member.end" => MemberLeft { before: Member },
        /// Support saw a page with the person's eyes.
        "view_as.open" => Viewed { after: Page },
    }
}

events! {
    /// What the journal is told of an organisation (role, kind and id of its scope).
    pub enum OrganisationEvent of "organisation" {
        "member.invite" => Invited { after: Invited },
    }
}

/// Who an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub mail: String,
    pub name: String,
}

/// Whether every session of the account ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsEnded {
    pub sessions_ended: bool,
}

/// How many codes were given for the day on which the second factor is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub recovery_codes: usize,
}

/// A membership that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    pub role: Role,
    /// Kind and id.
    pub scope: (Scope, String),
    /// Comma separated.
    pub permissions: String,
    /// A stand-in's last instant.
    pub expires_at: Option<Timestamp>,
}

/// Which membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfMembership {
    /// Its id.
    pub membership: String,
}

/// What follows from the end of a membership.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Whether it was the account's last one: nobody signs in by it any more.
    pub id_stopped: bool,
}

/// What a membership may besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permissions {
    /// Its id.
    pub membership: String,
    /// Comma separated.
    pub permissions: String,
}

/// A member of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The membership's id.
    pub membership: String,
    pub name: String,
}

/// Which page was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// From the first slash on.
    pub path: String,
}

/// Somebody who was invited into an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    pub name: String,
    pub mail: String,
    /// Comma separated.
    pub permissions: String,
    /// How the person joins.
    pub kind: Joining,
    /// A stand-in's last instant.
    pub expires_at: Option<Timestamp>,
}
