//! SQL of letters.

use jiff::Timestamp;
use papers::letter::Letter;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor, Entry};
use platform::value::{Column, FromRow, Json, Row};
use platform::{args, ids, row, sql};
use rules::application::Answers;
use rules::letter::{Facts, Status};
use rules::time;
use serde_json::{Value, json};

use crate::house::Masters;
use crate::house::visit::Trouble;

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub number: String,
        pub venue_id: String,
        pub municipality: String,
        pub content: Json<Letter>,
        pub made_at: Timestamp,
        pub downloaded_at: Option<Timestamp>,
        pub received_at: Option<Timestamp>,
        pub received_by: Option<String>,
        pub sent_back: Option<String>,
        pub version: i64,
    }
}

impl Stored {
    pub fn facts(&self) -> Facts {
        Facts { downloaded_at: self.downloaded_at, received_at: self.received_at, sent_back: self.sent_back.clone() }
    }
    pub fn status(&self) -> Status {
        Status::of(&self.facts())
    }
}

/// A letter with its venue's name.
struct Named(Stored, String);
impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Named(Stored::from_row(row)?, String::read(row, 11)?))
    }
}

pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Stored, Trouble> {
    tx.first(sql!("select id, number, venue_id, municipality, content, made_at, downloaded_at, received_at, received_by, sent_back, version from letter where id = $1"), args![id])?
        .ok_or(Trouble::NotFound)
}

pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!("select id, number, venue_id, municipality, content, made_at, downloaded_at, received_at, received_by, sent_back, version from letter where venue_id = $1 order by made_at desc"),
        args![venue],
    )
}

pub fn of_municipality(tx: &mut Tx<'_>, municipality: &str) -> Result<Vec<(Stored, String)>, Failure> {
    let rows: Vec<Named> = tx.all(
        sql!("select l.id, l.number, l.venue_id, l.municipality, l.content, l.made_at, l.downloaded_at, l.received_at, l.received_by, l.sent_back, l.version, v.name from letter l join venue v on v.id = l.venue_id where l.municipality = $1 order by l.made_at desc, l.id"),
        args![municipality],
    )?;
    Ok(rows.into_iter().map(|n| (n.0, n.1)).collect())
}

/// Makes the letter from what the application says. What is printed on it is frozen in the letter's own row.
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
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let number = crate::application::store::official_number(tx, "L", now)?;
    let municipality = get("venue_municipality");
    let letter = Letter {
        number: number.clone(),
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
        venue_address: format!("{}{}", masters.places.full_name(&municipality), get("venue_address")),
    };
    let id = ids::short("l");
    tx.run(
        sql!("insert into letter (id, number, venue_id, municipality, content, made_at) values ($1, $2, $3, $4, $5, $6)"),
        args![&id, &number, venue, &municipality, Json(&letter), now],
    )?;
    journal::write(
        tx,
        actor,
        now,
        Entry {
            record: ("letter", &id),
            act: "letter.make",
            before: Value::Null,
            after: json!({"number": number, "venue": venue, "content": letter}),
            reason: None,
        },
    )
}
