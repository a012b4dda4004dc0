//! お知らせ: announcements of the ministry, and mails that a person hasn't opened here.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Announcement {
        pub id: String,
        pub level: String,
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

/// How many mails to this person haven't been opened here.
pub fn unread(tx: &mut Tx<'_>, mail: &str, now: Timestamp) -> Result<i64, Failure> {
    let since = now - jiff::SignedDuration::from_hours(24 * 60);
    Ok(tx
        .one::<(i64,)>(
            sql!(
                "select count(*)
                   from mail
                  where lower(recipient) = $1
                    and made_at > $2
                    and read_at is null"
            ),
            args![mail.to_lowercase(), since],
        )?
        .0)
}
