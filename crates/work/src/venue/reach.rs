//! Venues within the reach of a country, a prefecture, a municipality.

use mails::{Envelope, ToVenue};
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Scope;
use rules::fold::Sought;

use crate::{Caller, args_after_words, holds_the_words, post};

/// Mails that are held at once where everybody gets one.
const AT_ONCE: usize = 2000;

row! {
    /// A venue in a list.
    pub struct Listed {
        pub id: String,
        /// Ten digits.
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub expected_doses: i64,
        /// Doses that were reported.
        pub used: i64,
    }
}

/// Venues within the reach of a scope (kind and id) that hold the words sought, by name; 200 at
/// most.
pub fn within(
    tx: &mut Tx<'_>,
    (scope_kind, scope_id): (Scope, &str),
    sought: &Sought,
) -> Result<Vec<Listed>, Failure> {
    let (words, asked) = (sought.patterns(), sought.asked());
    // What `visible_venue` says of a country and of a prefecture, in its own words, so that rows
    // are read in the order of their names until enough are found; what else is within reach is
    // small enough to be sorted.
    macro_rules! within {
        ($reach:literal) => {
            sql!(concat!(
                "select v.id, v.code, v.name, v.municipality, v.expected_doses,
                        cast(coalesce((select sum(r.increase)
                                         from result_entry r
                                        where r.venue_id = v.id
                                          and r.series = 'booster'),
                                      0)
                             as bigint)
                   from venue v ",
                $reach,
                " and ($13 = '' or ",
                holds_the_words!("venue", "v.id"),
                ") order by v.name, v.id limit 200"
            ))
        };
    }
    let sql = match scope_kind {
        Scope::Nation => within!("where $11 = 'nation' and $12 = 'jp'"),
        Scope::Prefecture => within!("where $11 = 'prefecture' and v.prefecture = $12"),
        _ => within!(
            "join visible_venue s on s.venue_id = v.id
             where s.scope_kind = $11
              and s.scope_id = $12"
        ),
    };
    tx.plan_for_values()?;
    tx.all(sql, args_after_words![words, scope_kind, scope_id, asked])
}

/// How many venues are within the reach of a scope (kind and id).
pub fn count_within(tx: &mut Tx<'_>, scope: (Scope, &str)) -> Result<i64, Failure> {
    let (venues,): (i64,) = tx.one(
        sql!("select count(*) from visible_venue where scope_kind = $1 and scope_id = $2"),
        args![scope.0, scope.1],
    )?;
    Ok(venues)
}

/// How many venues a programme has.
pub fn count_of_programme(tx: &mut Tx<'_>, programme: &str) -> Result<i64, Failure> {
    let (venues,): (i64,) =
        tx.one(sql!("select count(*) from venue where programme = $1"), args![programme])?;
    Ok(venues)
}

/// A mail to everybody responsible for a venue of the caller's programme: `mail` is that of a
/// venue (its id).
///
/// # Errors
/// The database's.
pub fn tell_all<M: ToVenue>(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    mail: impl Fn(&str) -> M,
) -> Result<(), Failure> {
    let to: Vec<(String, String)> = tx.all(
        sql!(
            "select distinct c.venue_id, c.mail
               from contact c
               join venue v on v.id = c.venue_id
              where c.left_at is null
                and v.programme = $1
              order by c.venue_id, c.mail"
        ),
        args![&by.masters.programme().id],
    )?;
    tell_each(by, tx, &to, mail)
}

/// A mail to each of these (a venue's id and an address, by venue).
///
/// # Errors
/// The database's.
pub fn tell_each<M: ToVenue>(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    to: &[(String, String)],
    mail: impl Fn(&str) -> M,
) -> Result<(), Failure> {
    for some in to.chunks(AT_ONCE) {
        let of_venue = some.chunk_by(|(one, _), (other, _)| one == other);
        let mails = of_venue.map(|all| {
            let to = all.iter().map(|(_, to)| Envelope::to(to)).collect();
            (to, mail(&all[0].0).into())
        });
        post::send_all(tx, by.now, by.base_url, mails)?;
    }
    Ok(())
}

row! {
    /// A venue in a file of all.
    pub struct Sheeted {
        /// Ten digits.
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub address: String,
        pub phone: String,
        pub expected_doses: i64,
        /// Doses that were reported.
        pub used: i64,
    }
}

/// All venues within the reach of a scope (kind and id), by code.
pub fn all_within(
    tx: &mut Tx<'_>,
    scope: (Scope, &str),
    limit: i64,
) -> Result<Vec<Sheeted>, Failure> {
    tx.plan_for_values()?;
    tx.all(
        sql!(
            "select v.code, v.name, v.municipality, coalesce(v.answers ->> 'venue_address', ''),
                    coalesce(v.answers ->> 'venue_phone', ''), v.expected_doses,
                    cast(coalesce((select sum(r.increase)
                                     from result_entry r
                                    where r.venue_id = v.id
                                      and r.series = 'booster'),
                                  0)
                         as bigint)
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2
              order by v.code
              limit $3"
        ),
        args![scope.0, scope.1, limit],
    )
}

/// Id, code and name of the venues within a reach (kind and id), by code, 500 at most.
pub fn reached(
    tx: &mut Tx<'_>,
    reach: (Scope, &str),
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
