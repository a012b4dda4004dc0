//! お知らせ: announcements of the ministry, and mails that a person hasn't opened here.

pub mod event;
mod feeds;
mod mails;
mod settings;

pub use event::{AnnouncementEvent, Event};
pub use feeds::*;
pub use mails::*;
pub use settings::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql, words};
use rules::notice::Refusal;

use crate::{Caller, Fault, Refused};

words! {
    /// How much an announcement presses.
    pub enum Level in announcement.level {
        Notice = "notice",
        Important = "important",
        /// Stands on every page.
        Urgent = "urgent",
    }
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Announcement {
        pub id: String,
        pub level: Level,
        pub audience: String,
        pub title: String,
        pub body: String,
        pub from_at: Timestamp,
        pub until_at: Option<Timestamp>,
        pub made_by: String,
    }
}

/// The latest announcements, 100 at most.
pub fn announcements(tx: &mut Tx<'_>) -> Result<Vec<Announcement>, Failure> {
    tx.all(
        sql!(
            "select id, level, audience, title, body, from_at, until_at, made_by
               from announcement
              order by from_at desc, id
              limit 100"
        ),
        args![],
    )
}

/// What is announced at this instant.
pub fn live(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Announcement>, Failure> {
    tx.all(
        sql!(
            "select id, level, audience, title, body, from_at, until_at, made_by
               from announcement
              where from_at <= $1
                and (until_at is null or until_at > $1)
              order by from_at desc, id
              limit 20"
        ),
        args![now],
    )
}

/// What is to be announced, as it was typed and checked.
pub struct Announce<'a> {
    pub level: Level,
    /// A role's key, or `all`.
    pub audience: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    /// From when on; at once where nothing is said.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// Announces something.
///
/// # Errors
/// The rule's, where the same stands there already or will.
pub fn announce(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    new: &Announce<'_>,
) -> Result<(), Refused<Refusal>> {
    let Announce { level, audience, title, body, .. } = *new;
    let (twins,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from announcement
              where level = $1
                and audience = $2
                and title = $3
                and body = $4
                and (until_at is null or until_at > $5)"
        ),
        args![level, audience, title, body, by.now],
    )?;
    if twins > 0 {
        return Err(Refused::ByRule(Refusal::Twin));
    }
    let id = ids::short("an");
    tx.run(
        sql!(
            "insert into announcement
                         (id, level, audience, title, body, from_at, until_at, made_at, made_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            &id,
            level,
            audience,
            title,
            body,
            new.from.unwrap_or(by.now),
            new.until,
            by.now,
            &by.actor.name
        ],
    )?;
    let after =
        event::Made { level, audience: audience.into(), title: title.into(), body: body.into() };
    by.journal(tx, &id, &AnnouncementEvent::Made { after }, None)?;
    Ok(())
}

/// Ends an announcement now.
///
/// # Errors
/// [`Fault::NotFound`], where there is none or it has ended.
pub fn end_announcement(by: &Caller<'_>, tx: &mut Tx<'_>, id: &str) -> Result<(), Fault> {
    let ended = tx.run(
        sql!(
            "update announcement
                set until_at = $1, version = version + 1
              where id = $2
                and (until_at is null or until_at > $1)"
        ),
        args![by.now, id],
    )?;
    if ended == 0 {
        return Err(Fault::NotFound);
    }
    by.journal(tx, id, &AnnouncementEvent::Ended {}, None)?;
    Ok(())
}
