//! What applicant and ministry do to an application.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use platform::db::{Failure, Tx};
use platform::english;
use platform::outbox::{self, Mail};
use platform::{args, ids, secrets, sql};
use rules::access::Role;
use rules::application::{self, Answers, Refusal, State, Step};
use rules::time;

use super::{Event, Stored, create, write_state};
use crate::account::{self, Grant};
use crate::{Caller, Refused};

/// How long a link to go on with an application works.
const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A link by which somebody without an account goes on with an application; returns its secret.
///
/// # Errors
/// The database's.
fn make_return_link(
    tx: &mut Tx<'_>,
    now: Timestamp,
    mail: &str,
    application: &str,
) -> Result<String, Failure> {
    let token = ids::secret();
    tx.run(
        sql!(
            "insert into invitation
                         (id, mail, name, role, scope_kind, scope_id, created_at, expires_at)
             values ($1, $2, '', 'organizer', 'application', $3, $4, $5)"
        ),
        args![secrets::digest(&token), mail, application, now, now + LINK_LIFETIME],
    )?;
    Ok(token)
}

/// Who starts an application.
pub enum Starter<'s> {
    /// An account, which gets the membership.
    Account(&'s str),
    /// Somebody without one: a session for this one application opens (its secret, the browser and
    /// the address), and a link to come back goes out by mail.
    Nobody { secret: &'s str, agent: &'s str, address: &'s str },
}

/// Starts an application, with what is known of the venue; returns its id.
///
/// # Errors
/// The database's.
pub fn start(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    mail: &str,
    (answers, venue): (&Answers, Option<&str>),
    starter: &Starter<'_>,
) -> Result<String, Failure> {
    let id = create(tx, by.masters, &by.actor, by.now, mail, answers, venue)?;
    match starter {
        Starter::Account(account) => {
            let membership = Grant::of(Role::Organizer, "application", &id);
            account::grant(tx, by.now, account, &membership)?;
        }
        Starter::Nobody { secret, agent, address } => {
            account::open_session(tx, by.now, secret, None, Some(&id), agent, address)?;
            let token = make_return_link(tx, by.now, mail, &id)?;
            let body = format!(
                "接種会場の申込を始めました。入力した内容は自動で保存されています。\n\n続きは、次のリンクから入力できます（30日間）。\n{}/applications/return/{token}\n\nこのメールに心当たりがない場合は、何もする必要はありません。",
                by.base_url
            );
            outbox::put(
                tx,
                by.now,
                &Mail {
                    to: mail.to_string(),
                    subject: "【申込】入力を続けるためのリンク".into(),
                    body,
                    about: ("application".into(), id.clone()),
                },
            )?;
        }
    }
    Ok(id)
}

/// The applicant submits an application, with a mail that says so.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn submit(by: &Caller<'_>, tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Refused<Refusal>> {
    let findings = application::findings(&stored.answers.0, by.masters.programme());
    let stopping = findings.iter().filter(|f| f.stops).count();
    let state = stored
        .state
        .0
        .take(Step::Submit { stopping_findings: stopping }, by.now)
        .map_err(Refused::ByRule)?;
    let submitted = |before, after| Event::Submitted { before, after };
    write_state(tx, &by.actor, by.now, stored, &state, submitted, None)?;
    let body = format!(
        "申込を受け付けました。\n\n受付番号：{}\n会場：{}\n受付日時：{}\n\n厚生労働省が内容を確認し、結果をメールでお知らせします。\n{}/applications/{}/receipt",
        stored.number,
        english::typed(stored.answers.0.get("venue_name").map_or("", String::as_str)),
        time::say_instant(by.now),
        by.base_url,
        stored.id
    );
    outbox::put(
        tx,
        by.now,
        &Mail {
            to: stored.starter_mail.clone(),
            subject: format!("【申込】受け付けました（{}）", stored.number),
            body,
            about: ("application".into(), stored.id.clone()),
        },
    )?;
    Ok(())
}

/// The applicant withdraws an application that may be withdrawn: `state` is what [`State::take`]
/// said.
///
/// # Errors
/// [`Failure::Stale`].
pub fn withdraw(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    state: &State,
    reason: &str,
) -> Result<(), Failure> {
    let withdrawn = |before, after| Event::Withdrawn { before, after };
    write_state(tx, &by.actor, by.now, stored, state, withdrawn, Some(reason))
}

/// Where the applicant goes on: the page itself for somebody with an account, otherwise a link that
/// lets them in.
fn fresh_return_link(by: &Caller<'_>, tx: &mut Tx<'_>, stored: &Stored) -> Result<String, Failure> {
    let base_url = by.base_url;
    if account::by_mail(tx, &stored.starter_mail)?.is_some() {
        return Ok(format!("{base_url}/applications/{}", stored.id));
    }
    let token = make_return_link(tx, by.now, &stored.starter_mail, &stored.id)?;
    Ok(format!("{base_url}/applications/return/{token}"))
}

/// The ministry returns an application with comments by the keys of fields, and a mail.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn return_with(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    comments: &BTreeMap<String, String>,
) -> Result<(), Refused<Refusal>> {
    let state = stored
        .state
        .0
        .take(Step::Return { comments: comments.clone() }, by.now)
        .map_err(Refused::ByRule)?;
    let returned = |before, after| Event::Returned { before, after };
    write_state(tx, &by.actor, by.now, stored, &state, returned, None)?;
    let points: Vec<String> = comments
        .iter()
        .map(|(key, text)| {
            let label = application::find_field(key)
                .map_or(key.as_str(), |f| words::application::label(f.key));
            format!("・{label}：{}", english::typed(text))
        })
        .collect();
    let link = fresh_return_link(by, tx, stored)?;
    let body = format!(
        "申込（{}）に確認が必要な項目があります。次の項目を直して、もう一度申し込んでください。\n\n{}\n\n{link}",
        stored.number,
        points.join("\n")
    );
    outbox::put(
        tx,
        by.now,
        &Mail {
            to: stored.starter_mail.clone(),
            subject: format!("【要対応】要再申込（{}）", stored.number),
            body,
            about: ("application".into(), stored.id.clone()),
        },
    )?;
    Ok(())
}
