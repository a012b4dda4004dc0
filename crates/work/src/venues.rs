//! Venues as lists and other systems ask for them.

use platform::db::{Failure, Tx};
use platform::{args, sql};

/// Id, code and name of the venues within a reach (kind and id), by code, 500 at most.
pub fn reached(
    tx: &mut Tx<'_>,
    reach: (&str, &str),
) -> Result<Vec<(String, String, String)>, Failure> {
    tx.all(
        sql!(
            "select v.id, v.code, v.name
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2
              order by v.code
              limit 500"
        ),
        args![reach.0, reach.1],
    )
}

/// How many venues there are.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    Ok(tx.one::<(i64,)>(sql!("select count(*) from venue"), args![])?.0)
}

/// Name and code of a venue.
pub fn name_and_code(tx: &mut Tx<'_>, venue: &str) -> Result<Option<(String, String)>, Failure> {
    tx.first(sql!("select name, code from venue where id = $1"), args![venue])
}

/// The id of the venue with a code.
pub fn id_of_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<String>, Failure> {
    let id: Option<(String,)> =
        tx.first(sql!("select id from venue where code = $1"), args![code])?;
    Ok(id.map(|(id,)| id))
}

/// Id and name of the venue of a ten-digit code.
pub fn named(tx: &mut Tx<'_>, code: &str) -> Result<Option<(String, String)>, Failure> {
    tx.first(sql!("select id, name from venue where code = $1"), args![code])
}
