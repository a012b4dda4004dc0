//! Long tables are checked, applied and taken back by a job, off the request's path. A check writes
//! what it found in batches; a batch moves the job's mark. Applying is one transaction, so that all
//! of a table holds or nothing does: it is taken up again from the start by whichever node comes
//! next where one was killed, and the import's own status says that it happens once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use platform::args;
use platform::db::{Failure, Tx};
use platform::english;
use platform::jobs::{self, Job};
use platform::value::{Json, Value as Stored_};
use serde_json::{Value, json};
use work::imports;
use work::imports::Status;

use super::super::House;
use super::super::reading::Table;
use super::super::visit::{Person, Trouble, Visit};
use super::show::Told;
use super::store::by_id;
use super::{List, Staged, Stored, Wish, counts, filled, lines, mark, take_back, write};

/// Rows whose verdicts are written in one transaction.
const BATCH: usize = 1_000;

/// Orders the work on one version of an import.
pub(super) fn order(
    tx: &mut Tx<'_>,
    kind: &str,
    (import, version): (&str, i64),
    table: &Table,
    now: Timestamp,
) -> Result<(), Failure> {
    let lines = filled(table).count() as i64;
    jobs::put_of(tx, kind, &format!("{import}:{version}"), lines, now)
}

/// How far the transactions are that this process is working on; nobody else can see into them.
static FAR: Mutex<BTreeMap<String, (usize, usize)>> = Mutex::new(BTreeMap::new());

/// Says how many of an import's rows are written; a list calls it while it applies.
pub fn progress(import: &str, done: usize, total: usize) {
    FAR.lock().unwrap_or_else(PoisonError::into_inner).insert(import.to_string(), (done, total));
}

fn far(import: &str) -> Option<(usize, usize)> {
    FAR.lock().unwrap_or_else(PoisonError::into_inner).get(import).copied()
}

/// Done, total, percent; whether it failed and waits.
pub(super) fn how_far(tx: &mut Tx<'_>, stored: &Stored) -> Result<Value, Failure> {
    let imports::Far { done, total, failed, dead } =
        imports::how_far(tx, &stored.id, stored.version)?;
    let here = far(&stored.id).map(|(d, t)| (d as i64, t as i64)).filter(|(d, _)| *d > done);
    let (done, total) = here.unwrap_or((done, total));
    let percent = (done.saturating_mul(100)).checked_div(total).unwrap_or(0).clamp(0, 100);
    Ok(json!({"done": done, "total": total, "percent": percent, "failed": failed, "dead": dead}))
}

/// What a job on an import of this list does.
///
/// # Errors
/// Where the database doesn't answer: the job is tried again.
pub async fn carry_out<L: List>(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let (id, version) = job.slot.rsplit_once(':').unwrap_or((&job.slot, ""));
    let (id, version) = (id.to_string(), version.parse::<i64>().unwrap_or(0));
    let wanted = match job.kind.as_str() {
        "import.check" => Status::Checking,
        "import.apply" => Status::Applying,
        _ => Status::Undoing,
    };
    let looked = id.clone();
    let stored: Option<Stored> = house
        .db
        .read(move |tx: &mut Tx<'_>| by_id(tx, &looked))
        .await
        .map_err(Trouble::Database)?;
    // What was read otherwise meanwhile, or is done already, is another job's.
    let Some(stored) = stored.filter(|s| s.version == version && s.status == wanted).map(Arc::new)
    else {
        return Ok(());
    };
    let outcome = match wanted {
        Status::Checking => check::<L>(house, job, &stored).await,
        Status::Applying => beside::<L>(house, job, &stored, apply::<L>).await,
        _ => beside::<L>(house, job, &stored, undo::<L>).await,
    };
    FAR.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    match outcome {
        Err(Trouble::Refused { errors, .. }) => {
            let why = errors.0.into_iter().map(|(_, s)| s).collect::<Vec<_>>().join(" ");
            give_back(house, &stored, &why).await
        }
        Err(
            Trouble::Forbidden { .. } | Trouble::NotFound | Trouble::SignIn | Trouble::Said(..),
        ) => {
            give_back(
                house,
                &stored,
                "取り込みを始めた人が、この操作をできなくなりました。何も書き込まれていません。",
            )
            .await
        }
        other => other,
    }
}

/// The person who ordered it, with the reach and the rights of now.
fn visit_of<L: List>(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    stored: &Stored,
    now: Timestamp,
) -> Result<Visit, Trouble> {
    let work::visitor::Person { id, name, mail } =
        work::visitor::person(tx, &stored.account)?.ok_or(Trouble::NotFound)?;
    if stored.params.as_ref().is_some_and(|params| !params.is_whole()) {
        return Err(Trouble::at(
            "",
            "取り込み先の記録を読めませんでした。もう一度、表を選んでください。",
        ));
    }
    let params = stored.params.as_ref().map(|p| p.0.clone()).unwrap_or_default();
    Visit::in_the_name_of(tx, house, now, Person { id, name, mail }, params, L::ACT)
}

/// A row's line as it is stored: the marks around what people typed stand beside it.
fn row_of(import: &str, told: &Told) -> Vec<Stored_> {
    let (label, typed) = english::parted(&told.label);
    args![import, told.number, told.verdict, label, Json(&typed), Json(&told.faults)].to_vec()
}

/// Finds out what each row would do, and writes it down for the preview.
async fn check<L: List>(
    house: &Arc<House>,
    job: &Job,
    stored: &Arc<Stored>,
) -> Result<(), Trouble> {
    let (owned_house, owned, now) = (house.clone(), stored.clone(), house.now());
    let found = house
        .db
        .read(move |tx| {
            let visit = visit_of::<L>(tx, &owned_house, &owned, now)?;
            let (head, lines) = lines::<L>(&visit, tx, &owned)?;
            let staged = Staged {
                counts: counts(&lines),
                tally: head.tally,
                notices: head.notices,
                seen: mark(&lines),
            };
            Ok::<_, Trouble>((staged, lines.into_iter().map(Told::of).collect::<Vec<_>>()))
        })
        .await?;
    let (staged, told) = found;
    let total = told.len() as i64;
    for (at, batch) in told.chunks(BATCH).enumerate() {
        let rows: Vec<Vec<Stored_>> = batch.iter().map(|t| row_of(&stored.id, t)).collect();
        let (job, id, now, done) =
            (job.clone(), stored.id.clone(), house.now(), (at * BATCH + batch.len()) as i64);
        house
            .db
            .write(move |tx| {
                jobs::step(tx, &job, now, done, total)?;
                if at == 0 {
                    // What a killed node left; the picture from which it was made is gone.
                    imports::forget_rows(tx, &id)?;
                }
                tx.insert_many(
                    "insert into import_row (import_id, number, verdict, label, typed, faults)",
                    &rows,
                )?;
                Ok::<_, Trouble>(())
            })
            .await?;
    }
    let (job, owned, now) = (job.clone(), stored.clone(), house.now());
    house
        .db
        .write(move |tx| {
            jobs::step(tx, &job, now, total, total)?;
            Ok(imports::checked(tx, owned.as_version(), &staged)?)
        })
        .await
}

fn apply<L: List>(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    stored: &Stored,
    now: Timestamp,
) -> Result<(), Trouble> {
    let visit = visit_of::<L>(tx, house, stored, now)?;
    let wish = stored.wish.as_ref().map_or(Some(Wish::default()), |wish| wish.if_whole().cloned());
    let wish = wish.ok_or_else(|| {
        Trouble::at("", "取り込みのしかたの記録を読めませんでした。もう一度、取り込んでください。")
    })?;
    write::<L>(&visit, tx, stored, &wish)
}

fn undo<L: List>(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    stored: &Stored,
    now: Timestamp,
) -> Result<(), Trouble> {
    let visit = visit_of::<L>(tx, house, stored, now)?;
    take_back::<L>(&visit, tx, stored)
}

type Work = fn(&mut Tx<'_>, &Arc<House>, &Stored, Timestamp) -> Result<(), Trouble>;

/// One long transaction; beside it the lease is renewed, and the job says how far it is. On SQLite
/// that waits for its turn, as does everybody who writes; there the one process is its own witness.
async fn beside<L: List>(
    house: &Arc<House>,
    job: &Job,
    stored: &Arc<Stored>,
    work: Work,
) -> Result<(), Trouble> {
    let (owned_house, owned_job, id, lines) =
        (house.clone(), job.clone(), stored.id.clone(), filled(&stored.content.0).count());
    let alive = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(3)).await;
            let (job, now, (done, total)) =
                (owned_job.clone(), owned_house.now(), far(&id).unwrap_or((0, lines)));
            let stepped = owned_house
                .db
                .write(move |tx: &mut Tx<'_>| jobs::step(tx, &job, now, done as i64, total as i64))
                .await;
            if stepped.is_err() {
                return;
            }
        }
    });
    let (owned_house, owned, now) = (house.clone(), stored.clone(), house.now());
    // What belongs to venues takes their locks, as their pages do.
    let records = house
        .db
        .read(move |tx| {
            visit_of::<L>(tx, &owned_house, &owned, now).map(|visit| L::HOLDS.of(&visit))
        })
        .await;
    let (owned_house, owned) = (house.clone(), stored.clone());
    let outcome = match records {
        Ok(records) => {
            house.db.write_records(records, move |tx| work(tx, &owned_house, &owned, now)).await
        }
        Err(why) => Err(why),
    };
    alive.abort();
    outcome
}

/// It can't be done: nothing was written, the person decides. What could be pressed before can be
/// pressed again.
async fn give_back(house: &Arc<House>, stored: &Arc<Stored>, why: &str) -> Result<(), Trouble> {
    let (owned, why, now) = (stored.clone(), why.to_string(), house.now());
    house
        .db
        .write(move |tx| {
            let undoing = owned.status == Status::Undoing;
            let again = owned.status == Status::Applying;
            let status = if undoing {
                Status::Applied
            } else if again {
                Status::Checking
            } else {
                Status::Checked
            };
            imports::give_back(tx, imports::Of { status, ..owned.as_version() }, &why)?;
            // What was true when it was shown isn't any more: shown anew.
            if again {
                order(tx, "import.check", (&owned.id, owned.version + 1), &owned.content.0, now)?;
            }
            Ok::<_, Trouble>(())
        })
        .await
}
