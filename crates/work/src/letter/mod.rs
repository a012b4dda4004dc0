//! 委任状: what each letter says, where it stands, and the contract periods that follow from it.

mod commands;
pub mod event;
mod renewed;
mod signed;

pub use commands::*;
pub use event::Event;
pub use renewed::*;
pub use signed::*;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::kept::whole;
use platform::value::{Column, FromRow, Json, Row};
use platform::{args, ids, kept, row, sql};
use rules::access::Scope;
use rules::application::Answers;
use rules::letter::{Facts, Letter, Status};
use rules::time;

use masters::Masters;

use crate::{Fault, application};

kept! {
    /// What a letter says: all of it or nothing.
    pub KeptLetter = OfLetter(Letter), whole,
        "委任状の内容の記録を読めませんでした。番号と日時は残っています。この委任状は印刷も同意もできません。新しい委任状が必要です（厚生労働省が作ります）。";
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub number: String,
        pub venue_id: String,
        pub municipality: String,
        pub content: KeptLetter,
        pub made_at: Timestamp,
        pub downloaded_at: Option<Timestamp>,
        pub received_at: Option<Timestamp>,
        pub received_by: Option<String>,
        pub sent_back: Option<String>,
        pub version: i64,
        pub consented_at: Option<Timestamp>,
        pub consented_by: Option<String>,
        pub replaces: Option<String>,
        pub replaced_at: Option<Timestamp>,
        /// The name of a PDF that was signed elsewhere.
        pub signed_name: Option<String>,
    }
}

impl Stored {
    /// What the rules ask of it.
    pub fn facts(&self) -> Facts {
        Facts {
            downloaded_at: self.downloaded_at,
            received_at: self.received_at,
            sent_back: self.sent_back.clone(),
            consented_at: self.consented_at,
            replaced_at: self.replaced_at,
        }
    }
    /// Where it stands.
    pub fn status(&self) -> Status {
        Status::of(&self.facts())
    }
}

/// A letter with its venue's name.
struct Named(Stored, String);
impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Named(Stored::from_row(row)?, String::read(row, 16)?))
    }
}

macro_rules! letters {
    ($more:literal, $which:literal) => {
        sql!(concat!(
            "select l.id, l.number, l.venue_id, l.municipality, l.content, l.made_at,
                    l.downloaded_at, l.received_at, l.received_by, l.sent_back, l.version,
                    l.consented_at, l.consented_by, l.replaces, l.replaced_at, l.signed_name",
            $more,
            $which
        ))
    };
}

/// A letter by its id.
///
/// # Errors
/// [`Fault::NotFound`], where there is none.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Stored, Fault> {
    tx.first(letters!("", " from letter l where l.id = $1"), args![id])?.ok_or(Fault::NotFound)
}

/// A letter by the number that is printed on it.
pub fn by_number(tx: &mut Tx<'_>, number: &str) -> Result<Option<Stored>, Failure> {
    tx.first(letters!("", " from letter l where l.number = $1"), args![number])
}

/// The letters of a venue, the latest first.
pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        letters!("", " from letter l where l.venue_id = $1 order by l.made_at desc"),
        args![venue],
    )
}

/// The letters that name a municipality, with their venues' names, the latest first.
pub fn of_municipality(
    tx: &mut Tx<'_>,
    municipality: &str,
) -> Result<Vec<(Stored, String)>, Failure> {
    let rows: Vec<Named> = tx.all(
        letters!(
            ", v.name",
            " from letter l
              join venue v on v.id = l.venue_id
              where l.municipality = $1
              order by l.made_at desc, l.id"
        ),
        args![municipality],
    )?;
    Ok(rows.into_iter().map(|n| (n.0, n.1)).collect())
}

/// What a paper is verified by: SHA-256 over number and content as they are stored.
pub fn digest(letter: &Letter) -> String {
    platform::secrets::digest(&serde_json::to_string(letter).unwrap_or_default())
}

/// Makes the letter from what the application says. What is printed on it is frozen in the letter's
/// own row.
pub fn make(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    now: Timestamp,
    venue: &str,
    code: &str,
    application: &str,
    answers: &Answers,
) -> Result<(), Failure> {
    let number = application::official_number(tx, "L", now)?;
    let municipality = answers.get("venue_municipality").cloned().unwrap_or_default();
    let letter = content(masters, now, &number, code, application, answers);
    insert(tx, actor, now, venue, &municipality, &letter, None).map(|_| ())
}

/// What is printed, from what the application says.
pub fn content(
    masters: &Masters,
    now: Timestamp,
    number: &str,
    code: &str,
    application: &str,
    answers: &Answers,
) -> Letter {
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let municipality = get("venue_municipality");
    Letter {
        number: number.to_string(),
        date: time::date(now),
        application_number: application.to_string(),
        programme: masters.programme().name.clone(),
        municipality: masters.places.full_name(&municipality),
        institution_code: code.to_string(),
        institution_name: get("institution_name"),
        institution_address: get("institution_address"),
        representative_title: get("representative_title"),
        representative_name: get("representative_name"),
        organization_name: get("organization_name"),
        organization_address: get("organization_address"),
        venue_name: get("venue_name"),
        venue_address: format!(
            "{}{}",
            masters.places.full_name(&municipality),
            get("venue_address")
        ),
    }
}

/// A new letter in its own row; where it takes another's place, it names that one.
pub fn insert(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    venue: &str,
    municipality: &str,
    letter: &Letter,
    replaces: Option<&str>,
) -> Result<String, Failure> {
    let id = ids::short("l");
    tx.run(
        sql!(
            "insert into letter (id, number, venue_id, municipality, content, made_at, replaces)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![&id, &letter.number, venue, municipality, Json(letter), now, replaces],
    )?;
    let after =
        event::Made { number: letter.number.clone(), venue: venue.into(), content: letter.clone() };
    journal::write(tx, actor, now, &id, &Event::Made { after }, None)?;
    Ok(id)
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Period {
        pub id: String,
        pub contract: String,
        pub from_day: jiff::civil::Date,
        pub to_day: Option<jiff::civil::Date>,
        pub name: String,
        pub letter: Option<String>,
    }
}

/// 集合契約加入期間履歴
pub fn periods(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Period>, Failure> {
    tx.all(
        sql!(
            "select p.id, p.contract, p.from_day, p.to_day, p.name, l.number
               from contract_period p
               left join letter l on l.id = p.letter_id
              where p.venue_id = $1
              order by p.from_day desc, p.id"
        ),
        args![venue],
    )
}

/// The venue belongs to the collective contract from this day on; a period that runs already goes
/// on.
pub fn begin_period(
    tx: &mut Tx<'_>,
    venue: &str,
    letter: &str,
    contract: &str,
    now: Timestamp,
    name: &str,
) -> Result<(), Failure> {
    let running: Option<(String,)> = tx.first(
        sql!("select id from contract_period where venue_id = $1 and to_day is null limit 1"),
        args![venue],
    )?;
    if running.is_some() {
        return Ok(());
    }
    tx.run(
        sql!(
            "insert into contract_period (id, venue_id, letter_id, contract, from_day, at, name)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![ids::short("cp"), venue, letter, contract, time::date(now), now, name],
    )
    .map(|_| ())
}

/// The venue's time in the collective contract ends with a day.
pub fn end_period(tx: &mut Tx<'_>, venue: &str, day: jiff::civil::Date) -> Result<(), Failure> {
    tx.run(
        sql!("update contract_period set to_day = $1 where venue_id = $2 and to_day is null"),
        args![day, venue],
    )
    .map(|_| ())
}

/// Number and status of a venue's letters that still need something.
pub fn open(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, Status)>, Failure> {
    Ok(of_venue(tx, venue)?
        .iter()
        .map(|l| (l.number.clone(), l.status()))
        .filter(|(_, s)| s.next().is_some())
        .collect())
}

/// How many letters within the reach of a scope (kind and id) their municipalities haven't
/// received.
pub fn not_received(tx: &mut Tx<'_>, scope: (Scope, &str)) -> Result<i64, Failure> {
    let (letters,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from letter l
               join visible_venue s on s.venue_id = l.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
                and l.received_at is null
                and l.replaced_at is null"
        ),
        args![scope.0, scope.1],
    )?;
    Ok(letters)
}

/// How many letters are on their way to a municipality, or lie there.
pub fn to_receive(tx: &mut Tx<'_>, municipality: &str) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from letter
              where municipality = $1
                and received_at is null
                and replaced_at is null
                and (downloaded_at is not null or consented_at is not null)
                and sent_back is null"
        ),
        args![municipality],
    )?;
    Ok(n)
}
