//! SQL of the journal's search: ids of records behind what people call them.

use platform::db::{Failure, Tx};
use platform::{args, sql};
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
    let by_code: Option<(String,)> =
        tx.first(sql!("select id from venue where code = $1"), args![code])?;
    if let Some((id,)) = by_code {
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
