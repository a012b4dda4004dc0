//! Outgoing mail, written in the same transaction as its cause and delivered after the commit by one node at a time.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Db, Failure, Tx};
use crate::mail::Courier;
use crate::{args, ids, row, sql};

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
    /// The record that caused it, for the record's own page: kind and id.
    pub about: (String, String),
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Stored {
        pub id: String,
        pub recipient: String,
        pub subject: String,
        pub body: String,
        pub made_at: Timestamp,
        pub attempts: i64,
        pub sent_at: Option<Timestamp>,
        pub last_error: Option<String>,
    }
}

/// Puts a mail into the outbox. The id is the Message-ID's stable part.
pub fn put(tx: &mut Tx<'_>, now: Timestamp, mail: &Mail) -> Result<(), Failure> {
    tx.run(
        sql!("insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts, run_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $7)"),
        args![ids::timed("m", now), &mail.to, &mail.subject, &mail.body, &mail.about.0, &mail.about.1, now],
    )?;
    Ok(())
}

/// The latest mails, newest first.
pub fn latest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!("select id, recipient, subject, body, made_at, attempts, sent_at, last_error from mail order by id desc limit $1"),
        args![limit],
    )
}

/// How long a node that took a mail may keep it before another takes over.
const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// Delivers what is due; returns how many were sent. Called by every node; each mail is taken by one.
pub async fn deliver(db: &Db, courier: &Courier, now: Timestamp, node: &str) -> Result<u32, Failure> {
    let mut sent = 0;
    loop {
        let node = node.to_string();
        let taken: Option<Stored> = db
            .write(move |tx| {
                tx.first(
                    sql!("update mail set taken_by = $1, taken_until = $2 where id = (select id from mail where sent_at is null and run_at <= $3 and (taken_until is null or taken_until < $3) order by run_at, id limit 1) returning id, recipient, subject, body, made_at, attempts, sent_at, last_error"),
                    args![&node, now + LEASE, now],
                )
            })
            .await?;
        let Some(mail) = taken else { return Ok(sent) };
        let outcome = courier.send(&mail).await;
        sent += u32::from(outcome.is_ok());
        db.write(move |tx: &mut Tx<'_>| match &outcome {
            Ok(()) => tx.run_one(sql!("update mail set sent_at = $1, attempts = attempts + 1, taken_by = null, taken_until = null, last_error = null where id = $2"), args![now, &mail.id]),
            Err(why) => {
                // 1, 2, 4 … 64 minutes.
                let wait = SignedDuration::from_mins(1 << mail.attempts.clamp(0, 6));
                tx.run_one(sql!("update mail set attempts = attempts + 1, run_at = $1, taken_by = null, taken_until = null, last_error = $2 where id = $3"), args![now + wait, why, &mail.id])
            }
        })
        .await?;
    }
}
