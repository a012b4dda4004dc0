//! Accounts: invitations, passwords, and the contact rule (ID払い出しのルール). Source: briefing
//! 担当者メールアドレスの変更; spec §2.3.

use jiff::{SignedDuration, Timestamp};

/// An invitation or reset link works once, for 24 hours.
pub const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// A session ends after this long without a request …
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_mins(30);
/// … (fifteen minutes for the ministry, wholesalers and support) …
pub const SESSION_IDLE_OFFICIAL: SignedDuration = SignedDuration::from_mins(15);
/// … and at the latest this long after sign-in.
pub const SESSION_ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);

/// A session that ends is announced this long before.
pub const SESSION_WARNING: SignedDuration = SignedDuration::from_mins(5);
/// For this long after showing who one is, the acts that ask for it are done without asking again.
pub const PROOF_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// When a session ends if nothing more is done in it.
pub fn session_ends(created: Timestamp, seen: Timestamp, official: bool) -> Timestamp {
    let idle = if official { SESSION_IDLE_OFFICIAL } else { SESSION_IDLE };
    (seen + idle).min(created + SESSION_ABSOLUTE)
}

/// Whether the last proof of who one is still counts. One from the future (a clock was put right)
/// doesn't.
pub fn proof_holds(proved: Option<Timestamp>, now: Timestamp) -> bool {
    proved.is_some_and(|at| at <= now && now.duration_since(at) < PROOF_LIFETIME)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberRefusal {
    LastAdministrator,
}

/// Why a link to a first sign-in does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationRefusal {
    /// The link was used, or its time is over.
    Used,
    /// No new link is sent for one that was used.
    UsedAlready,
    /// Somebody can sign in under this address already.
    Known,
}

/// The last one who looks after an organisation's people can neither leave nor lay that down.
/// `others` counts those who would be left.
///
/// # Errors
/// The refusal, where nobody would be left.
pub fn keeps_an_administrator(is: bool, stays: bool, others: usize) -> Result<(), MemberRefusal> {
    if is && !stays && others == 0 { Err(MemberRefusal::LastAdministrator) } else { Ok(()) }
}

pub const PASSWORD_MIN: usize = 15;
pub const PASSWORD_MAX: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    TooShort(usize),
    TooLong,
    Common,
}

/// Length only, no composition rules; common passwords and words of the context are refused.
pub fn check_password(password: &str, context: &[&str]) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(PasswordRefusal::TooShort(length));
    }
    if length > PASSWORD_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    // What is left when every word of the context is taken out, and how it fares against lists of
    // common passwords, names and words (zxcvbn): below 10^10 guesses is too easy.
    let stripped = context
        .iter()
        .filter(|w| w.chars().count() >= 4)
        .fold(password.to_lowercase(), |s, word| s.replace(&word.to_lowercase(), ""));
    if stripped.chars().count() < 8 || zxcvbn::zxcvbn(password, context).guesses_log10() < 10.0 {
        return Err(PasswordRefusal::Common);
    }
    Ok(())
}

/// Failures in a row that cost nothing, for one account and for one address (an office may share an
/// address).
pub const FREE_FAILURES: u32 = 5;
pub const FREE_FAILURES_OF_ADDRESS: u32 = 50;

/// How long the next sign-in must wait after failures in a row: 2, 4, 8 … seconds, at most fifteen
/// minutes; never for ever.
pub fn wait_after(failures: u32, free: u32) -> SignedDuration {
    match failures.saturating_sub(free) {
        0 => SignedDuration::ZERO,
        over => SignedDuration::from_secs(1 << over.min(10)).min(SignedDuration::from_mins(15)),
    }
}

/// The instant until which a sign-in must wait, if that is still to come.
pub fn waits_until(failures: u32, free: u32, last: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let until = last.checked_add(wait_after(failures, free)).unwrap_or(Timestamp::MAX);
    (until > now).then_some(until)
}

/// What an invitation link is worth at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    Good,
    Used,
    Expired,
}

pub fn link_state(expires: Timestamp, used: bool, now: Timestamp) -> LinkState {
    match (used, now < expires) {
        (true, _) => LinkState::Used,
        (false, true) => LinkState::Good,
        (false, false) => LinkState::Expired,
    }
}

/// A contact's data before and after an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactChange<'a> {
    pub mail_before: &'a str,
    pub mail_after: &'a str,
    /// Whether somebody with the new address already has an account.
    pub account_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactConsequence {
    /// Name, department or phone changed: no new ID.
    KeepId,
    /// A new ID is issued by invitation; the old one stops after the new one's first use.
    InviteThenRetire,
    /// The new person has an ID: the membership moves at that ID's next use.
    AddThenRetire,
}

/// The rule of the briefing: only a changed mail address issues a new ID.
pub fn on_contact_change(change: &ContactChange<'_>) -> ContactConsequence {
    if change.mail_before.eq_ignore_ascii_case(change.mail_after) {
        ContactConsequence::KeepId
    } else if change.account_exists {
        ContactConsequence::AddThenRetire
    } else {
        ContactConsequence::InviteThenRetire
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_only_a_changed_mail_address_issues_a_new_id() {
        let rule = |before, after, exists| {
            on_contact_change(&ContactChange {
                mail_before: before,
                mail_after: after,
                account_exists: exists,
            })
        };
        assert_eq!(
            rule("before@iryoukikan.com", "before@iryoukikan.com", true),
            ContactConsequence::KeepId
        );
        assert_eq!(
            rule("before@iryoukikan.com", "after@iryoukikan.com", false),
            ContactConsequence::InviteThenRetire
        );
        assert_eq!(
            rule("before@iryoukikan.com", "after@iryoukikan.com", true),
            ContactConsequence::AddThenRetire
        );
    }

    #[test]
    fn failures_make_the_next_try_wait_longer_and_never_for_ever() {
        let waits: Vec<i64> = [0, 5, 6, 7, 8, 14, 15, 16, 1000]
            .iter()
            .map(|n| wait_after(*n, FREE_FAILURES).as_secs())
            .collect();
        assert_eq!(waits, [0, 0, 2, 4, 8, 512, 900, 900, 900]);
        let last = crate::time::parse_instant("2022-02-07T10:00").unwrap();
        assert!(waits_until(6, FREE_FAILURES, last, last).is_some());
        assert_eq!(waits_until(6, FREE_FAILURES, last, last + SignedDuration::from_secs(2)), None);
    }

    #[test]
    fn the_last_administrator_cannot_leave() {
        assert_eq!(keeps_an_administrator(true, false, 0), Err(MemberRefusal::LastAdministrator));
        for fine in [(true, false, 1), (true, true, 0), (false, false, 0)] {
            assert_eq!(keeps_an_administrator(fine.0, fine.1, fine.2), Ok(()));
        }
    }

    #[test]
    fn a_proof_of_who_one_is_counts_for_five_minutes_and_never_from_the_future() {
        let at = crate::time::parse_instant("2022-02-07T10:00").unwrap();
        assert!(
            proof_holds(Some(at), at) && proof_holds(Some(at), at + SignedDuration::from_secs(299))
        );
        assert!(!proof_holds(Some(at), at + PROOF_LIFETIME) && !proof_holds(None, at));
        assert!(!proof_holds(Some(at + SignedDuration::from_secs(1)), at));
    }

    #[test]
    fn a_link_works_once_and_for_24_hours() {
        let made = crate::time::parse_instant("2022-02-07T10:00").unwrap();
        let expires = made + LINK_LIFETIME;
        assert_eq!(link_state(expires, false, made), LinkState::Good);
        assert_eq!(link_state(expires, false, expires), LinkState::Expired);
        assert_eq!(link_state(expires, true, made), LinkState::Used);
    }

    #[test]
    fn passwords_are_long_and_not_obvious_and_need_no_signs() {
        assert_eq!(check_password("short", &[]), Err(PasswordRefusal::TooShort(5)));
        assert_eq!(check_password("aaaaaaaaaaaaaaaaaa", &[]), Err(PasswordRefusal::Common));
        assert_eq!(
            check_password("acme-minato-acme-minato", &["acme", "minato"]),
            Err(PasswordRefusal::Common)
        );
        for common in [
            "password12345678",
            "qwertyuiopasdfgh",
            "1234567890123456",
            "iloveyouiloveyou",
            "abcdefghijklmnop",
            "passwordpassword",
            "20220207202202072022",
        ] {
            assert_eq!(check_password(common, &[]), Err(PasswordRefusal::Common), "{common}");
        }
        assert_eq!(check_password(&"長い".repeat(70), &[]), Err(PasswordRefusal::TooLong));
        assert_eq!(check_password("あさの電車は7時42分に駅に着く", &[]), Ok(()));
        assert_eq!(check_password("correct horse battery", &["acme"]), Ok(()));
    }
}
