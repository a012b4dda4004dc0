//! The job that writes folded texts anew, of every kind of record that is searched.

use std::sync::Arc;

use jiff::Timestamp;
use masters::Masters;
use platform::clock::Clock;
use platform::db::{Db, Failure, Tx};
use platform::jobs::{self, Job};
use platform::{args, sql};
use rules::fold;

use crate::{account, application, sought, venue};

/// Rows looked at in one turn of the job.
const BATCH: i64 = 300;

/// Writes what is missing or old: rows of a version before, of seeds, and after places got other
/// names.
pub async fn fill(
    db: &Db,
    masters: &Arc<Masters>,
    clock: &Clock,
    job: &Job,
) -> Result<(), Failure> {
    let edition = sought::edition(&masters.places);
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
            let rows: Vec<(String, Option<bool>)> =
                db.read(move |tx: &mut Tx<'_>| tx.all(ids, args![&asked, &from, BATCH])).await?;
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
                (clock.now(), job.clone(), masters.clone());
            db.write(move |tx: &mut Tx<'_>| {
                jobs::step(tx, &job, now, done, 0)?;
                stale.iter().try_for_each(|id| match kind {
                    "venue" => venue::sought_changed(tx, &masters.places, id),
                    "application" => application::sought_changed(tx, &masters.places, id),
                    _ => account::sought_changed(tx, id),
                })
            })
            .await?;
        }
    }
    Ok(())
}
