//! The job that writes folded texts anew, of every kind of record that is searched.

use std::sync::Arc;

use jiff::Timestamp;
use masters::Masters;
use platform::clock::Clock;
use platform::db::{Db, Failure, Tx};
use platform::jobs::{self, Job};
use platform::{args, sql};
use rules::fold;

use crate::sought::{self, Kind};
use crate::{account, application, venue};

/// Rows looked at in one turn of the job.
const BATCH: i64 = 300;

/// The ids of a table behind one, and whether what is sought of each stands as its row says.
macro_rules! ids {
    ($kind:literal) => {
        sql!(concat!(
            "select r.id, (k.of_version = r.version and k.edition = $1)
               from ",
            $kind,
            " r
               left join sought k on k.kind = '",
            $kind,
            "' and k.id = r.id
              where r.id > $2
              order by r.id
              limit $3"
        ))
    };
}

/// Writes what is missing or old: rows of a version before, of the demo world, and after places got
/// other names.
pub async fn fill(
    db: &Db,
    masters: &Arc<Masters>,
    clock: &Clock,
    job: &Job,
) -> Result<(), Failure> {
    let edition = sought::edition(&masters.places);
    let mut done = 0;
    for (kind, ids) in [
        (Kind::Venue, ids!("venue")),
        (Kind::Account, ids!("account")),
        (Kind::Application, ids!("application")),
    ] {
        let mut after = String::new();
        let edition =
            if kind == Kind::Account { fold::EDITION.to_string() } else { edition.clone() };
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
                    Kind::Venue => venue::sought_changed(tx, &masters.places, id),
                    Kind::Application => application::sought_changed(tx, &masters.places, id),
                    Kind::Account => account::sought_changed(tx, id),
                })
            })
            .await?;
        }
    }
    Ok(())
}
