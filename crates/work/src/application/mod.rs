//! 申込: applications, their states, and the links by which somebody without an account goes on with
//! one.

mod commands;
pub mod event;
mod lists;
mod shown;

pub use commands::*;
pub use event::Event;
pub use lists::*;
pub use shown::ShownFinding;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::kept::{texts, whole};
use platform::value::Json;
use platform::{args, ids, kept, row, secrets, sql};
use rules::application::{Answers, State, Status};
use rules::fold;
use rules::places::Places;
use serde::Serialize;

use masters::Masters;

use crate::{Fault, sought};

kept! {
    /// The answers of an application, as far as they can be read.
    pub KeptAnswers = OfAnswers(Answers), texts,
        "保存されていた申込の内容に、読めない項目がありました。読めた項目だけを表示しています。読めない項目は、もう一度入力してください。";
    /// Its state; where it can't be read, its key tells it.
    pub KeptState = OfState(State), whole,
        "申込の状態の記録を読めませんでした。別に控えてある状態を表示しています。要再申込のコメントは残っていません。";
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub number: String,
        pub state: KeptState,
        pub answers: KeptAnswers,
        pub starter_mail: String,
        pub created_at: Timestamp,
        pub submitted_at: Option<Timestamp>,
        pub venue_id: Option<String>,
        pub version: i64,
        pub status: Status,
    }
}

/// What every page of an application shows of it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown<'s> {
    id: &'s str,
    number: &'s str,
    status: Status,
    label: &'static str,
    /// By the keys of fields.
    comments: Comments,
    venue_name: Option<&'s String>,
    created_at: Timestamp,
    submitted_at: Option<Timestamp>,
    venue_id: Option<&'s str>,
    version: i64,
    starter_mail: &'s str,
}

type Comments = std::collections::BTreeMap<String, String>;

impl Stored {
    /// What every page of an application shows of it.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            id: &self.id,
            number: &self.number,
            status: self.state.0.status(),
            label: self.state.0.label(),
            comments: match &self.state.0 {
                State::Returned { comments, .. } => comments.clone(),
                _ => Comments::new(),
            },
            venue_name: self.answers.0.get("venue_name"),
            created_at: self.created_at,
            submitted_at: self.submitted_at,
            venue_id: self.venue_id.as_deref(),
            version: self.version,
            starter_mail: &self.starter_mail,
        }
    }
}

/// # Errors
/// There is none with this id.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Stored, Fault> {
    let found: Option<Stored> = tx.first(
        sql!(
            "select id, number, state, answers, starter_mail, created_at, submitted_at, venue_id,
                    version, status
               from application
              where id = $1"
        ),
        args![id],
    )?;
    let mut stored = found.ok_or(Fault::NotFound)?;
    if !stored.state.is_whole() {
        let at = stored.submitted_at.unwrap_or(stored.created_at);
        stored.state.0 = State::of_status(stored.status, at, stored.venue_id.as_deref());
    }
    Ok(stored)
}

/// The next number of a series, such as `A-2022` → `A-2022-000001`; given once, never again.
pub fn next_number(tx: &mut Tx<'_>, series: &str) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "insert into series (name, last)
             values ($1, 1)
                 on conflict (name) do update set last = series.last + 1
             returning last"
        ),
        args![series],
    )?;
    Ok(n)
}

/// An official number with the year of its making.
pub fn official_number(tx: &mut Tx<'_>, letter: &str, now: Timestamp) -> Result<String, Failure> {
    let series = format!("{letter}-{}", rules::time::date(now).year());
    let n = next_number(tx, &series)?;
    Ok(format!("{series}-{n:06}"))
}

/// The id and the answers of the venue with a code of ten digits.
pub fn venue_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<(String, Answers)>, Failure> {
    let found: Option<(String, crate::venue::KeptAnswers)> =
        tx.first(sql!("select id, answers from venue where code = $1"), args![code])?;
    Ok(found.map(|(id, answers)| (id, answers.0)))
}

/// Makes a draft, with what is known of a venue that is there already; returns its id.
pub fn create(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    now: Timestamp,
    mail: &str,
    answers: &Answers,
    venue: Option<&str>,
) -> Result<String, Failure> {
    let (id, number) = (ids::short("a"), official_number(tx, "A", now)?);
    tx.run(
        sql!(
            "insert into application
                         (id, number, programme, state, status, answers, starter_mail, prefecture,
                          created_at, venue_id)
             values ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9)"
        ),
        args![
            &id,
            &number,
            &masters.programme().id,
            Json(State::Draft),
            Json(answers),
            mail,
            prefecture(answers),
            now,
            venue.map(str::to_string)
        ],
    )?;
    sought_changed(tx, &masters.places, &id)?;
    let after = event::Begun { number, mail: mail.into() };
    journal::write(tx, actor, now, &id, &Event::Begun { after }, None)?;
    Ok(id)
}

fn prefecture(answers: &Answers) -> String {
    answers
        .get("venue_municipality")
        .map_or(String::new(), |code| code.get(..2).unwrap_or_default().to_string())
}

/// Writes an application's answers; the same again does nothing.
///
/// # Errors
/// The version is stale.
pub fn save(
    tx: &mut Tx<'_>,
    masters: &Masters,
    (actor, now): (&Actor, Timestamp),
    stored: &Stored,
    answers: &Answers,
) -> Result<(), Failure> {
    if *answers == stored.answers.0 {
        return Ok(());
    }
    tx.run_one(
        sql!(
            "update application
                set answers = $1, prefecture = $2, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![Json(answers), prefecture(answers), &stored.id, stored.version],
    )?;
    sought_changed(tx, &masters.places, &stored.id)?;
    let (before, after) = difference(&stored.answers.0, answers);
    journal::write(tx, actor, now, &stored.id, &Event::Saved { before, after }, None)
}

pub use crate::venue::difference;

/// Moves an application to another state, and tells the journal by which act (of the states before
/// and after).
pub fn write_state(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    stored: &Stored,
    state: &State,
    event: fn(State, State) -> Event,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let submitted =
        if matches!(state, State::Submitted { .. }) { Some(now) } else { stored.submitted_at };
    let venue = if let State::Confirmed { venue, .. } = state {
        Some(venue.clone())
    } else {
        stored.venue_id.clone()
    };
    tx.run_one(
        sql!(
            "update application
                set state = $1, status = $2, submitted_at = $3, venue_id = $4, version = version + 1
              where id = $5
                and version = $6"
        ),
        args![Json(state), state.status(), submitted, venue, &stored.id, stored.version],
    )?;
    let moved = event(stored.state.0.clone(), state.clone());
    let reason = reason.filter(|r| !r.trim().is_empty());
    journal::write(tx, actor, now, &stored.id, &moved, reason)
}

/// The application of a return link that is still good.
pub fn return_link(
    tx: &mut Tx<'_>,
    token: &str,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> = tx.first(
        sql!(
            "select scope_id
               from invitation
              where id = $1
                and scope_kind = 'application'
                and expires_at > $2"
        ),
        args![secrets::digest(token), now],
    )?;
    Ok(found.map(|(id,)| id))
}

/// To be called wherever an application's answers were written, in the same transaction.
pub fn sought_changed(tx: &mut Tx<'_>, places: &Places, application: &str) -> Result<(), Failure> {
    let (number, answers, version): (String, KeptAnswers, i64) = tx.one(
        sql!("select number, answers, version from application where id = $1"),
        args![application],
    )?;
    let get = |key: &str| answers.0.get(key).map_or("", String::as_str);
    let place = |place: &str, rest: &str| match get(place) {
        "" => get(rest).to_string(),
        code => format!("{}{}", places.full_name(code), get(rest)),
    };
    let addresses =
        [place("venue_municipality", "venue_address"), get("organization_address").to_string()];
    let names =
        ["organization_name", "venue_name", "institution_name", "institution_code", "venue_postal"]
            .map(get);
    let text = fold::haystack(
        names.into_iter().chain(addresses.iter().map(String::as_str)).chain([number.as_str()]),
    );
    sought::keep(
        tx,
        sought::Kind::Application,
        application,
        &text,
        version,
        &sought::edition(places),
    )
}

/// The number of an application.
pub fn number(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select number from application where id = $1"), args![id])?;
    Ok(found.map(|(number,)| number))
}
