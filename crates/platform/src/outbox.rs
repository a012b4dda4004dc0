//! Outgoing mail, written in the same transaction as its cause and delivered after the commit by
//! one node at a time.

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::db::{Db, Failure, Tx};
use crate::jobs::SKEW;
use crate::mail::{Bounce, Courier};
use crate::texts::Texts;
use crate::value::Value;
use crate::{args, english, ids, row, sql};

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
        pub dead_at: Option<Timestamp>,
        pub last_error: Option<String>,
        pub typed: Option<String>,
    }
}

row! {
    /// A mail that hasn't left.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Unsent {
        pub id: String,
        pub recipient: String,
        pub subject: String,
        pub about_kind: String,
        pub about_id: String,
        pub made_at: Timestamp,
        pub run_at: Timestamp,
        pub attempts: i64,
        pub dead_at: Option<Timestamp>,
        pub last_error: Option<String>,
        pub typed: Option<String>,
    }
}

/// A mail on its way, with what only its envelope needs.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub mail: Stored,
    /// The record that caused it: kind and id.
    pub about: (String, String),
    /// Where mails of this kind can be ended with one click.
    pub unsubscribe: Option<String>,
    /// English, with the Japanese below.
    pub english: bool,
}

impl Outgoing {
    /// What mails about one matter share: those of an inquiry, an application or a booking stand
    /// together in a mailbox.
    pub fn thread(&self) -> Option<String> {
        let (kind, id) = &self.about;
        let sound = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (["inquiry", "application", "booking"].contains(&kind.as_str()) && sound)
            .then(|| format!("{kind}.{id}"))
    }
}

/// Where what people typed stands in a mail: letters from its beginning, as `mail.typed` keeps
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Places {
    pub subject: Vec<(usize, usize)>,
    pub body: Vec<(usize, usize)>,
}

impl Places {
    /// A subject and a body without their marks, and what the marks said, as it is stored.
    pub fn parted(subject: &str, body: &str) -> (String, String, String) {
        let (subject, in_subject) = english::parted(subject);
        let (body, in_body) = english::parted(body);
        let places = serde_json::to_string(&Places { subject: in_subject, body: in_body })
            .unwrap_or_default();
        (subject, body, places)
    }

    /// As it was stored; nothing is marked in mails written before.
    pub fn read(stored: Option<&str>) -> Places {
        stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// A mail with what is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub mail: Mail,
    /// Where mails of this kind can be ended with one click; of those that come again and again.
    pub unsubscribe: Option<String>,
    /// What it says as JSON, for whoever writes it to read it again.
    pub content: Option<String>,
}

/// Puts a mail into the outbox of which nothing but its text is kept. What people typed in it is
/// marked by [`english::typed`].
///
/// # Errors
/// The database's.
pub fn put(tx: &mut Tx<'_>, now: Timestamp, mail: &Mail) -> Result<(), Failure> {
    put_all(tx, now, vec![Kept { mail: mail.clone(), unsubscribe: None, content: None }])
}

/// Puts mails into the outbox, with few statements however many they are. A mail's id is the
/// Message-ID's stable part. What people typed in it is marked by [`english::typed`].
///
/// # Errors
/// The database's.
pub fn put_all(tx: &mut Tx<'_>, now: Timestamp, mails: Vec<Kept>) -> Result<(), Failure> {
    let several = mails.len() > 1;
    let first = ids::timed("m", now);
    let row = |(at, kept): (usize, Kept)| -> Vec<Value> {
        let Kept { mail: Mail { to, subject, body, about }, unsubscribe, content } = kept;
        let (subject, body, places) = Places::parted(&subject, &body);
        let id = if several { format!("{first}-{}", at + 1) } else { first.clone() };
        args![
            id,
            to,
            subject,
            body,
            about.0,
            about.1,
            now,
            0_i64,
            now,
            unsubscribe,
            places,
            content
        ]
        .to_vec()
    };
    let rows: Vec<Vec<Value>> = mails.into_iter().enumerate().map(row).collect();
    tx.insert_many(
        "insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts,
                           run_at, unsubscribe, typed, content)",
        &rows,
    )
}

/// The latest mails, newest first.
pub fn latest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!(
            "select id, recipient, subject, body, made_at, attempts, sent_at, dead_at, last_error,
                    typed
               from mail
              order by id desc
              limit $1"
        ),
        args![limit],
    )
}

/// How long a node that took a mail may keep it before another takes over.
const LEASE: SignedDuration = SignedDuration::from_mins(7);
/// How long one mail may take to leave: with the difference of two clocks ([`SKEW`]) less than its
/// lease.
const SENDING: std::time::Duration = std::time::Duration::from_secs(80);
/// Failures after which a mail isn't tried again by itself: about nine hours.
const ATTEMPTS: i64 = 14;

/// Delivers what is due; returns how many were sent. Called by every node; each mail is taken by
/// one, under a lease that is judged by the time at which that mail's turn comes, not by that at
/// which the turn began. A mail may arrive twice (a node died between sending and noting it): both
/// carry the same Message-ID. Mails are written in Japanese; who switched to English gets the
/// English before it.
pub async fn deliver(
    db: &Db,
    courier: &Courier,
    texts: &Texts,
    clock: &Clock,
    node: &str,
) -> Result<u32, Failure> {
    let mut sent = 0;
    loop {
        let now = clock.now();
        // Looking first keeps idle nodes from writing. A lease that ends later than any lease can
        // was given by a clock that ran ahead, and is void.
        let due: Option<(String,)> = db
            .read(move |tx: &mut Tx<'_>| {
                tx.first(
                    sql!(
                        "select id
                           from mail
                          where sent_at is null
                            and dead_at is null
                            and run_at <= $1
                            and (taken_until is null or taken_until <= $1 or taken_until > $2)
                          order by run_at, id
                          limit 1"
                    ),
                    args![now, now + LEASE + SKEW],
                )
            })
            .await?;
        let Some((id,)) = due else { return Ok(sent) };
        let (node, holder) = (node.to_string(), node.to_string());
        let taken: Option<Outgoing> = db
            .write(move |tx: &mut Tx<'_>| {
                let taken: Option<Stored> = tx.first(
                    sql!(
                        "update mail
                            set taken_by = $1, taken_until = $2
                          where id = $3
                            and sent_at is null
                            and dead_at is null
                            and run_at <= $4
                            and (taken_until is null or taken_until <= $4 or taken_until > $5)
                         returning id, recipient, subject, body, made_at, attempts, sent_at,
                                   dead_at, last_error, typed"
                    ),
                    args![&node, now + LEASE, &id, now, now + LEASE + SKEW],
                )?;
                let Some(mail) = taken else { return Ok(None) };
                let (kind, record, unsubscribe): (String, String, Option<String>) = tx.one(
                    sql!("select about_kind, about_id, unsubscribe from mail where id = $1"),
                    args![&mail.id],
                )?;
                let english: Option<(String,)> = tx.first(
                    sql!("select id from account where lower(mail) = $1 and lang = 'en'"),
                    args![mail.recipient.to_ascii_lowercase()],
                )?;
                Ok::<_, Failure>(Some(Outgoing {
                    mail,
                    about: (kind, record),
                    unsubscribe,
                    english: english.is_some(),
                }))
            })
            .await?;
        // Another node was faster.
        let Some(mut outgoing) = taken else { continue };
        if outgoing.english {
            outgoing.mail = in_english(&outgoing.mail, texts);
        }
        let outcome = tokio::time::timeout(SENDING, courier.send(&outgoing))
            .await
            .unwrap_or_else(|_| Err(Bounce::late()));
        let now = clock.now();
        let mail = outgoing.mail;
        sent += u32::from(outcome.is_ok());
        crate::measure::count_with(
            "vsys_mails_total",
            &[(
                "outcome",
                match &outcome {
                    Ok(()) => "sent",
                    Err(bounce) if bounce.permanent => "refused",
                    Err(_) => "failed",
                }
                .to_string(),
            )],
        );
        db.write(move |tx: &mut Tx<'_>| match &outcome {
            Ok(()) => tx.run(
                sql!(
                    "update mail
                        set sent_at = $1, attempts = attempts + 1, taken_by = null,
                            taken_until = null, last_error = null
                      where id = $2
                        and sent_at is null"
                ),
                args![now, &mail.id],
            ),
            Err(bounce) => {
                // 1, 2, 4 … 64 minutes.
                let wait = SignedDuration::from_mins(1 << mail.attempts.clamp(0, 6));
                let dead = bounce.permanent || mail.attempts + 1 >= ATTEMPTS;
                // Whoever holds it now goes on, if this node's lease was lost meanwhile.
                tx.run(
                    sql!(
                        "update mail
                            set attempts = attempts + 1, run_at = $1, taken_by = null,
                                taken_until = null, last_error = $2, dead_at = $3
                          where id = $4
                            and taken_by = $5
                            and sent_at is null"
                    ),
                    args![now + wait, &bounce.why, dead.then_some(now), &mail.id, &holder],
                )
            }
        })
        .await?;
    }
}

/// The mail in English, the Japanese below: what a person wrote in it stays as it was written.
pub fn in_english(mail: &Stored, texts: &Texts) -> Stored {
    let (subject, body) = mail.marked();
    let say = |line: &str| english::line(line, |text| texts.english(text));
    let lines: Vec<String> = english::lines(&body).iter().map(|line| say(line)).collect();
    Stored {
        subject: say(&subject),
        body: format!(
            "{}\n\n----- Japanese original / 日本語 -----\n{}\n",
            lines.join("\n").trim_end(),
            mail.body.trim_end()
        ),
        ..mail.clone()
    }
}

impl Unsent {
    /// The subject with what people typed in it marked again.
    pub fn marked(&self) -> String {
        english::joined(&self.subject, &Places::read(self.typed.as_deref()).subject)
    }
}

impl Stored {
    /// Subject and body with what people typed in them marked again.
    pub fn marked(&self) -> (String, String) {
        let places = Places::read(self.typed.as_deref());
        (english::joined(&self.subject, &places.subject), english::joined(&self.body, &places.body))
    }
}

/// A dead letter is tried again at once, under the same Message-ID.
pub fn resend(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update mail
                set dead_at = null, attempts = 0, run_at = $1, taken_by = null, taken_until = null
              where id = $2
                and sent_at is null"
        ),
        args![now, id],
    )
}

/// Mails that wait or were given up, the oldest first, without their bodies: a body may hold a link
/// that works once.
pub fn unsent(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Unsent>, Failure> {
    tx.all(
        sql!(
            "select id, recipient, subject, about_kind, about_id, made_at, run_at, attempts,
                    dead_at, last_error, typed
               from mail
              where sent_at is null
              order by case when dead_at is null then 1 else 0 end, made_at, id
              limit $1"
        ),
        args![limit],
    )
}
