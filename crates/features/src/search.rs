//! One way of looking for records: folded texts beside them (`rules::fold`), words in any order,
//! signs of LIKE as letters.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::jobs::{self, Job};
use platform::{args, secrets, sql};
use rules::places::Places;
use rules::{fold, input};

use std::sync::Arc;

use web::House;
use web::visit::Trouble;

/// A condition: the record of this kind with this id holds all of the words. Its parameters are
/// `$1` to `$10`,
/// [`fold::Sought::patterns`].
macro_rules! holds_the_words {
    ($kind:literal, $id:literal) => {
        concat!(
            "exists (select 1 from sought k where k.kind = '",
            $kind,
            "' and k.id = ",
            $id,
            " and (k.text like $1 escape '\\' or k.text like $2 escape '\\')",
            " and (k.text like $3 escape '\\' or k.text like $4 escape '\\')",
            " and (k.text like $5 escape '\\' or k.text like $6 escape '\\')",
            " and (k.text like $7 escape '\\' or k.text like $8 escape '\\')",
            " and (k.text like $9 escape '\\' or k.text like $10 escape '\\'))"
        )
    };
}
pub(crate) use holds_the_words;

/// The parameters of [`holds_the_words`] (an array by its name), then others.
macro_rules! args_after_words {
    ($p:ident $(, $arg:expr)* $(,)?) => {
        platform::args![&$p[0], &$p[1], &$p[2], &$p[3], &$p[4], &$p[5], &$p[6], &$p[7], &$p[8], &$p[9] $(, $arg)*]
    };
}
pub(crate) use args_after_words;

/// A list's filters as they stand in an address, without the place in the list:
/// `status=submitted&q=…`.
pub fn address(visit: &web::visit::Visit, names: &[&str]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in names.iter().filter(|name| !visit.query(name).is_empty()) {
        query.append_pair(name, visit.query(name));
    }
    query.finish()
}

/// The day that a condition of an address names; without a year, the nearest such day. What can't
/// be read is said: left out, it would answer another question.
pub fn day(
    query: &Form,
    errors: &mut Errors,
    name: &str,
    label: &str,
    today: Date,
) -> Option<Date> {
    query
        .has(name)
        .then(|| errors.take(name, input::date_near(label, query.get(name), today)))
        .flatten()
}

/// The day of a condition as its field shows it once it was read: with its year.
pub fn shown(day: Option<Date>, typed: &str) -> String {
    day.map_or_else(|| input::text(typed), |d| format!("{}/{}/{}", d.year(), d.month(), d.day()))
}

/// The days between which something lies, both of them in.
pub fn days(query: &Form, errors: &mut Errors, today: Date) -> (Option<Date>, Option<Date>) {
    let (from, to) = (
        day(query, errors, "from", "この日から", today),
        day(query, errors, "to", "この日まで", today),
    );
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        errors.add("to", "「この日まで」が「この日から」より前になっています");
    }
    (from, to)
}

/// Changes with the folding and with the names of places.
fn edition(places: &Places) -> String {
    let names: String = places
        .prefectures
        .iter()
        .map(|p| p.name.as_str())
        .chain(places.municipalities.iter().map(|m| m.name.as_str()))
        .collect();
    format!("{}-{}", fold::EDITION, &secrets::digest(&names)[..16])
}

fn keep(
    tx: &mut Tx<'_>,
    kind: &str,
    id: &str,
    text: &str,
    version: i64,
    edition: &str,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into sought (kind, id, text, of_version, edition)
             values ($1, $2, $3, $4, $5)
                 on conflict (kind, id) do update set text = excluded.text,
                             of_version = excluded.of_version, edition = excluded.edition"
        ),
        args![kind, id, text, version, edition],
    )
    .map(|_| ())
}

type VenueRow = (String, String, String, String, crate::venue::store::KeptAnswers, i64);

fn of_venue(row: &VenueRow, places: &Places) -> String {
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
pub fn venue_changed(tx: &mut Tx<'_>, places: &Places, venue: &str) -> Result<(), Failure> {
    let row: VenueRow = tx.one(
        sql!("select id, code, name, municipality, answers, version from venue where id = $1"),
        args![venue],
    )?;
    keep(tx, "venue", venue, &of_venue(&row, places), row.5, &edition(places))
}

/// To be called wherever an account's name or address was written, in the same transaction.
pub fn account_changed(tx: &mut Tx<'_>, account: &str) -> Result<(), Failure> {
    let (name, mail, version): (String, String, i64) =
        tx.one(sql!("select name, mail, version from account where id = $1"), args![account])?;
    keep(tx, "account", account, &fold::haystack([name.as_str(), &mail]), version, fold::EDITION)
}

/// To be called wherever an application's answers were written, in the same transaction.
pub fn application_changed(
    tx: &mut Tx<'_>,
    places: &Places,
    application: &str,
) -> Result<(), Failure> {
    let (number, answers, version): (String, crate::application::store::KeptAnswers, i64) = tx
        .one(
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
    keep(tx, "application", application, &text, version, &edition(places))
}

/// Rows looked at in one turn of the job.
const BATCH: i64 = 300;

/// Writes what is missing or old: rows of a version before, of seeds, and after places got other
/// names.
pub async fn fill(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let masters = house.masters();
    let edition = edition(&masters.places);
    let mut done = 0;
    for (kind, ids) in [
        (
            "venue",
            sql!(
                "select v.id, (k.of_version = v.version and k.edition = $1)
                   from venue v
                   left join sought k on k.kind = 'venue' and k.id = v.id
                  where v.id > $2
                  order by v.id
                  limit $3"
            ),
        ),
        (
            "account",
            sql!(
                "select a.id, (k.of_version = a.version and k.edition = $1)
                   from account a
                   left join sought k on k.kind = 'account' and k.id = a.id
                  where a.id > $2
                  order by a.id
                  limit $3"
            ),
        ),
        (
            "application",
            sql!(
                "select a.id, (k.of_version = a.version and k.edition = $1)
                   from application a
                   left join sought k on k.kind = 'application' and k.id = a.id
                  where a.id > $2
                  order by a.id
                  limit $3"
            ),
        ),
    ] {
        let mut after = String::new();
        let edition = if kind == "account" { fold::EDITION.to_string() } else { edition.clone() };
        loop {
            let (asked, from) = (edition.clone(), after.clone());
            let rows: Vec<(String, Option<bool>)> = house
                .db
                .read(move |tx: &mut Tx<'_>| tx.all(ids, args![&asked, &from, BATCH]))
                .await
                .map_err(Trouble::Database)?;
            let Some((last, _)) = rows.last() else { break };
            after.clone_from(last);
            let stale: Vec<String> = rows
                .into_iter()
                .filter(|(_, fresh)| *fresh != Some(true))
                .map(|(id, _)| id)
                .collect();
            if stale.is_empty() {
                continue;
            }
            done += stale.len() as i64;
            let (now, job, masters): (Timestamp, Job, _) =
                (house.now(), job.clone(), masters.clone());
            house
                .db
                .write(move |tx: &mut Tx<'_>| {
                    jobs::step(tx, &job, now, done, 0)?;
                    stale.iter().try_for_each(|id| match kind {
                        "venue" => venue_changed(tx, &masters.places, id),
                        "application" => application_changed(tx, &masters.places, id),
                        _ => account_changed(tx, id),
                    })
                })
                .await
                .map_err(Trouble::Database)?;
        }
    }
    Ok(())
}
