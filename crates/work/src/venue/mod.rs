//! Venues: what they are, who is responsible for them, who vaccinates there.

mod contact_commands;
mod contacts;
mod doctors;
pub mod event;
mod proxy;
mod reach;

pub use contact_commands::*;
pub use contacts::*;
pub use doctors::*;
pub use event::Event;
pub use proxy::*;
pub use reach::*;

use jiff::Timestamp;
use mails::{Envelope, Mail, ToVenue};
use platform::db::{Failure, Tx};
use platform::kept::texts;
use platform::value::Json;
use platform::{args, kept, row, sql};
use rules::application::Answers;
use rules::fold;
use rules::places::Places;
use rules::venue::{Check, Facts, Side, four_checks};

use crate::{Caller, post, sought};

kept! {
    /// What a venue is, as far as it can be read.
    pub KeptAnswers = OfAnswers(Answers), texts,
        "保存されていた接種会場の情報に、読めない項目がありました。読めた項目だけを表示しています。読めない項目は、もう一度入力してください。";
}

row! {
    /// What every page of a venue shows of it.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct VenueHead {
        pub id: String,
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub prefecture: String,
        pub application_id: Option<String>,
        pub expected_doses: u32,
        pub version: i64,
    }
}

impl VenueHead {
    /// By its id.
    pub fn of(tx: &mut Tx<'_>, venue: &str) -> Result<Option<VenueHead>, Failure> {
        tx.first(
            sql!(
                "select id, code, name, municipality, prefecture, application_id, expected_doses,
                        version
                   from venue
                  where id = $1"
            ),
            args![venue],
        )
    }
}

/// What a venue is: its answers, as far as they can be read.
pub fn answers(tx: &mut Tx<'_>, venue: &str) -> Result<Answers, Failure> {
    Ok(tx.one::<(KeptAnswers,)>(sql!("select answers from venue where id = $1"), args![venue])?.0.0)
}

row! {
    /// The completion of a venue: its number, when, by whom.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Completion {
        pub number: String,
        pub at: Timestamp,
        pub name: String,
    }
}

/// Whether and when a venue has completed; from then on it reports nothing and gets nothing.
pub fn completed(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Completion>, Failure> {
    tx.first(sql!("select number, at, name from completion where venue_id = $1"), args![venue])
}

/// Writes a mail to everybody responsible for its venue.
///
/// # Errors
/// The database's.
pub fn tell(by: &Caller<'_>, tx: &mut Tx<'_>, mail: impl ToVenue) -> Result<(), Failure> {
    let to = contact_mails(tx, mail.venue())?;
    let mail: Mail = mail.into();
    // Each is a mail with an id of its own.
    for to in to {
        post::send(tx, by.now, by.base_url, Envelope::to(to), mail.clone())?;
    }
    Ok(())
}

/// The four checks before a plan, as they stand.
pub fn checks(tx: &mut Tx<'_>, venue: &str) -> Result<[Check; 4], Failure> {
    let (answers, doctors) = (answers(tx, venue)?, doctors(tx, venue)?.len() as u32);
    checks_of(tx, venue, &answers, doctors)
}

/// [`checks`] where answers and doctors are known already.
pub fn checks_of(
    tx: &mut Tx<'_>,
    venue: &str,
    answers: &Answers,
    doctors: u32,
) -> Result<[Check; 4], Failure> {
    let contacts = contacts(tx, venue)?;
    let count = |side: Side| contacts.iter().filter(|c| c.role == side).count() as u32;
    Ok(four_checks(&Facts {
        answers,
        organization_contacts: count(Side::Organizer),
        institution_contacts: count(Side::Institution),
        doctors,
    }))
}

type VenueRow = (String, String, String, String, KeptAnswers, i64);

fn sought_text(row: &VenueRow, places: &Places) -> String {
    let (_, code, name, municipality, answers, _) = row;
    let address = format!(
        "{}{}",
        places.full_name(municipality),
        answers.0.get("venue_address").map_or("", String::as_str)
    );
    let postal = answers.0.get("venue_postal").map_or("", String::as_str);
    fold::haystack([name.as_str(), &address, code, postal])
}

/// To be called wherever a venue's row was written, in the same transaction.
pub fn sought_changed(tx: &mut Tx<'_>, places: &Places, venue: &str) -> Result<(), Failure> {
    let row: VenueRow = tx.one(
        sql!("select id, code, name, municipality, answers, version from venue where id = $1"),
        args![venue],
    )?;
    let (text, edition) = (sought_text(&row, places), sought::edition(places));
    sought::keep(tx, sought::Kind::Venue, venue, &text, row.5, &edition)
}

/// The name of a venue.
pub fn name(tx: &mut Tx<'_>, venue: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> =
        tx.first(sql!("select name from venue where id = $1"), args![venue])?;
    Ok(found.map(|(name,)| name))
}

/// Writes what a venue is now, of which `before` was known.
///
/// # Errors
/// [`Failure::Stale`], where the venue isn't of this version any more.
pub fn save_answers(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    before: &Answers,
    answers: &Answers,
) -> Result<(), Failure> {
    tx.run_one(
        sql!("update venue set answers = $1, version = version + 1 where id = $2 and version = $3"),
        args![Json(answers), &venue.id, venue.version],
    )?;
    sought_changed(tx, &by.masters.places, &venue.id)?;
    let (before, after) = difference(before, answers);
    by.journal(tx, &venue.id, &Event::Edited { before, after }, None)
}

/// Only what differs, as the journal keeps it.
pub fn difference(before: &Answers, after: &Answers) -> (Answers, Answers) {
    let only = |a: &Answers, b: &Answers| -> Answers {
        a.iter()
            .filter(|(k, v)| b.get(*k) != Some(*v))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    };
    (only(before, after), only(after, before))
}
