//! SQL of the journal's search: ids of records behind what people call them.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::fold::Sought;

use crate::{args_after_words, holds_the_words};

/// An application, letter or transfer with this number.
pub fn numbered(tx: &mut Tx<'_>, number: &str) -> Result<Vec<String>, Failure> {
    let found: Vec<(String,)> = tx.all(
        sql!(
            "select id
               from application
              where number = $1
              union all
             select id
               from letter
              where number = $1
              union all
             select id
               from transfer
              where number = $1"
        ),
        args![number],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The venue with this code; without one, two at most whose names and addresses hold the words.
pub fn venues(tx: &mut Tx<'_>, code: &str, words: &Sought) -> Result<Vec<String>, Failure> {
    if let Some(id) = crate::venue::id_of_code(tx, code)? {
        return Ok(vec![id]);
    }
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let patterns = words.patterns();
    let found: Vec<(String,)> = tx.all(
        sql!(concat!(
            "select v.id from venue v where ",
            holds_the_words!("venue", "v.id"),
            " order by v.id limit 2"
        )),
        args_after_words![patterns],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The application, letters, deliveries and transfers of a venue.
pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<String>, Failure> {
    let found: Vec<(String,)> = tx.all(
        sql!(
            "select application_id
               from venue
              where id = $1
                and application_id is not null
              union all
             select id
               from letter
              where venue_id = $1
              union all
             select id
               from shipment
              where venue_id = $1
              union all
             select id
               from transfer
              where from_venue = $1
                 or to_venue = $1"
        ),
        args![venue],
    )?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// A record that the journal names by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Venue,
    Contact,
    Doctor,
    Account,
    Application,
    Letter,
    Transfer,
    Import,
    Announcement,
}

/// What a record is called: a name, a number, a title.
pub fn name(tx: &mut Tx<'_>, of: Named, id: &str) -> Result<Option<String>, Failure> {
    let statement = match of {
        Named::Venue => sql!("select name from venue where id = $1"),
        Named::Contact => sql!("select name from contact where id = $1"),
        Named::Doctor => sql!("select name from doctor where id = $1"),
        Named::Account => sql!("select name from account where id = $1"),
        Named::Application => sql!("select number from application where id = $1"),
        Named::Letter => sql!("select number from letter where id = $1"),
        Named::Transfer => sql!("select number from transfer where id = $1"),
        Named::Import => sql!("select file_name from import where id = $1"),
        Named::Announcement => sql!("select title from announcement where id = $1"),
    };
    Ok(tx.first::<(String,)>(statement, args![id])?.map(|(name,)| name))
}

row! {
    /// What a shipment is called by.
    pub struct ShipmentName {
        pub venue: String,
        pub cycle: i64,
    }
}

/// The venue and the cycle of a shipment.
pub fn shipment(tx: &mut Tx<'_>, id: &str) -> Result<Option<ShipmentName>, Failure> {
    tx.first(
        sql!(
            "select v.name, s.cycle
               from shipment s
               join venue v on v.id = s.venue_id
              where s.id = $1"
        ),
        args![id],
    )
}

/// The cycle of a trial of an allocation.
pub fn cycle_of_run(tx: &mut Tx<'_>, id: &str) -> Result<Option<i64>, Failure> {
    let found: Option<(i64,)> =
        tx.first(sql!("select cycle from allocation_run where id = $1"), args![id])?;
    Ok(found.map(|(cycle,)| cycle))
}

row! {
    /// What somebody did, without its content.
    pub struct Change {
        pub act: String,
        pub name: String,
        pub at: Timestamp,
    }
}

/// The last five changes at a venue, the latest first.
pub fn recent(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Change>, Failure> {
    tx.all(
        sql!(
            "select act, name, at
               from journal
              where record_kind = 'venue'
                and record_id = $1
              order by number desc
              limit 5"
        ),
        args![venue],
    )
}

/// When something was written down last.
pub fn last_at(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Failure> {
    Ok(tx.one::<(Option<Timestamp>,)>(sql!("select max(at) from journal"), args![])?.0)
}
