//! What the journal is told of announcements, and of what an account wants to hear.

use platform::events;
use serde::{Deserialize, Serialize};

use super::Level;

events! {
    /// What the journal is told of an announcement (its id).
    pub enum AnnouncementEvent of "announcement" {
        "announcement.make" => Made { after: Made },
        "announcement.end" => Ended {},
    }
}

events! {
    /// What the journal is told of an account's mails and calendars (the account's id).
    pub enum Event of "account" {
        /// The person says which repeating mails are to come.
        "account.digest" => Wanted { after: Wanted },
        /// Mails of a kind end by a click in one of them.
        "account.unsubscribe" => Unsubscribed { after: Unsubscribed },
        /// A calendar got an address.
        "feed.make" => FeedMade {},
        "feed.end" => FeedEnded {},
    }
}

/// An announcement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub level: Level,
    /// A role's key, or `all`.
    pub audience: String,
    pub title: String,
    pub body: String,
}

/// Which repeating mails come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Monday's.
    pub digest: bool,
    /// Before deadlines.
    pub reminders: bool,
}

/// Which mails end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribed {
    /// `digest`, `reminders`, or a saved report's id.
    pub what: String,
}
