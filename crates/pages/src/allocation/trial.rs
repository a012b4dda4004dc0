//! Step 2: a trial, worked out at once where it is small, by a job where it is a nation. It writes
//! nothing but itself.

use std::sync::Arc;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::jobs::{self, Job};
use platform::journal::{self, Actor};
use rules::access::Scope;
use rules::allocation::{Choices, Refusal};

use masters::Masters;
use web::House;
use web::visit::{Trouble, memberships_of};
use words::Sentence;
use words::allocation::propose;
use work::allocation::event::Tried;
use work::allocation::{Conditions, Run, RunEvent, RunId, State, Summary, carry};

/// Venues up to which a trial isn't worth a job.
pub const AT_ONCE: i64 = 500;
/// Shares that are stored in one transaction.
const BATCH: usize = 5000;

/// What a run is doing, as its page says it.
pub const STAGES: [&str; 4] = [
    "順番を待っています",
    "締切の時点の計画を読んでいます",
    "ルールを当てはめています",
    "結果を保存しています",
];

/// What a run is worked out with; none where its conditions can't be read.
fn choices(run: &Run) -> Option<Choices> {
    run.conditions
        .as_ref()
        .map_or(Some(Choices::default()), |_| run.chosen().map(|c| c.choices.clone()))
}

const UNREADABLE: &str =
    "分配の条件の記録を読めませんでした。条件を選び直して、もう一度試算してください。";

fn note_trial(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    run: &Run,
    digest: &str,
    allocated: u64,
) -> Result<(), Failure> {
    let after = Tried {
        cycle: run.cycle,
        supply: run.supply,
        digest: Some(digest.into()),
        allocated,
        conditions: run.chosen().cloned(),
    };
    journal::write(tx, actor, now, &run.id, &RunEvent::Tried { after }, None)
}

/// A refusal as an officer reads it: with the venue's name.
fn named(tx: &mut Tx<'_>, refusal: Refusal) -> Result<Refusal, Trouble> {
    match refusal.about().map(str::to_string) {
        Some(id) => Ok(refusal.named(super::result::name_of(tx, &id)?)),
        None => Ok(refusal),
    }
}

/// Works a queued run out within the transaction that made it.
pub fn try_now(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    now: Timestamp,
    id: &RunId,
) -> Result<(), Trouble> {
    let run = work::allocation::load(tx, id)?;
    let asking =
        work::allocation::snapshot(tx, masters.programme(), run.cycle, run.cut_off, run.made_at)?;
    let choices = choices(&run).ok_or_else(|| Trouble::at("", UNREADABLE))?;
    let case = work::allocation::case(masters, run.supply.unsigned_abs(), &choices, &asking);
    let proposal = match propose(&case) {
        Ok(proposal) => proposal,
        Err(refusal) => {
            // A venue without a plan may stand in either list; what is wrong with a correction, in
            // one only.
            let left_out = matches!(&refusal, Refusal::Nobody(id) if choices.excluded.contains(id));
            let field = if left_out { "excluded" } else { refusal.field() };
            return Err(Trouble::at(field, named(tx, refusal)?));
        }
    };
    work::allocation::store_shares(
        tx,
        &work::allocation::share_rows(masters, id, &proposal, &asking),
    )?;
    work::allocation::finish(tx, id, &proposal, &Summary::of(masters, &proposal, &asking))?;
    Ok(note_trial(tx, actor, now, &run, &proposal.digest(), proposal.allocated)?)
}

/// A run as a seed and a bench make it: from the plan alone, and worked out at once.
pub fn work_out(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    now: Timestamp,
    cycle: u32,
    supply: u64,
    note: &str,
) -> Result<RunId, Trouble> {
    let choices = Choices { as_planned: true, ..Choices::default() };
    let conditions =
        Conditions { set: "as-planned".into(), set_version: 1, changed: false, choices };
    let id = work::allocation::put(tx, masters, actor, now, cycle, supply, &conditions, note)?;
    try_now(tx, masters, actor, now, &id)?;
    Ok(id)
}

/// Says how far the job is; false where an officer has cancelled the run.
async fn at_stage(
    house: &Arc<House>,
    job: &Job,
    stage: i64,
    done: i64,
    total: i64,
) -> Result<bool, Failure> {
    let (job, now) = (job.clone(), house.now());
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            jobs::step(tx, &job, now, done, total)?;
            work::allocation::at_stage(tx, &job.slot.as_str().into(), stage, done, total)
        })
        .await
}

/// The job of a trial. Killed, it begins again; cancelled, it leaves nothing behind.
pub async fn carry_trial(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let id = RunId::from(job.slot.as_str());
    if !at_stage(house, job, 1, 0, 0).await? {
        return Ok(());
    }
    let (masters, run_id) = (house.masters(), id.clone());
    let (run, asking) = house
        .db
        .read(move |tx: &mut Tx<'_>| {
            let run = work::allocation::load(tx, &run_id)?;
            let asking = work::allocation::snapshot(
                tx,
                masters.programme(),
                run.cycle,
                run.cut_off,
                run.made_at,
            )?;
            Ok::<_, Trouble>((run, asking))
        })
        .await?;
    let total = asking.len() as i64;
    if !at_stage(house, job, 2, 0, total).await? {
        return Ok(());
    }
    let Some(choices) = choices(&run) else { return refuse(house, job, UNREADABLE).await };
    let (masters, supply) = (house.masters(), run.supply.unsigned_abs());
    let run_id = id.clone();
    let worked = tokio::task::spawn_blocking(move || {
        let proposal = propose(&work::allocation::case(&masters, supply, &choices, &asking))?;
        let summary = Summary::of(&masters, &proposal, &asking);
        let rows = work::allocation::share_rows(&masters, &run_id, &proposal, &asking);
        Ok::<_, Refusal>((proposal, summary, rows))
    })
    .await
    .map_err(|e| Trouble::Bug(e.to_string()))?;
    let (proposal, summary, rows) = match worked {
        Ok(worked) => worked,
        Err(refusal) => {
            let said = house.db.read(move |tx: &mut Tx<'_>| named(tx, refusal.clone())).await?;
            return refuse(house, job, &said.sentence()).await;
        }
    };
    let run_id = id.clone();
    house.db.beside(move |tx: &mut Tx<'_>| work::allocation::forget_shares(tx, &run_id)).await?;
    let mut done = 0;
    for batch in rows.chunks(BATCH) {
        let rows = batch.to_vec();
        house.db.beside(move |tx: &mut Tx<'_>| work::allocation::store_shares(tx, &rows)).await?;
        done += batch.len() as i64;
        if !at_stage(house, job, 3, done, total).await? {
            let run_id = id.clone();
            return Ok(house
                .db
                .beside(move |tx: &mut Tx<'_>| work::allocation::forget_shares(tx, &run_id))
                .await?);
        }
    }
    let now = house.now();
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            work::allocation::finish(tx, &run.id, &proposal, &summary)?;
            let actor = officer(tx, &run.made_by, &run.made_by_name, now)?;
            note_trial(tx, &actor, now, &run, &proposal.digest(), proposal.allocated)
        })
        .await
        .map_err(Trouble::Database)
}

/// An officer as the journal names them, for what a job does in their name.
fn officer(tx: &mut Tx<'_>, account: &str, name: &str, now: Timestamp) -> Result<Actor, Failure> {
    let membership =
        memberships_of(tx, account, now)?.into_iter().find(|h| h.scope_kind == Scope::Nation);
    Ok(Actor {
        account: account.into(),
        name: name.into(),
        membership: membership.as_ref().map_or(String::new(), |h| h.id.clone()),
        role: membership.map_or(String::new(), |h| h.role.key().into()),
    })
}

async fn refuse(house: &Arc<House>, job: &Job, why: &str) -> Result<(), Trouble> {
    let (id, why) = (RunId::from(job.slot.as_str()), why.to_string());
    house
        .db
        .write(move |tx: &mut Tx<'_>| work::allocation::refuse(tx, &id, &why))
        .await
        .map_err(Trouble::Database)
}

/// The job of an approved run: batch after batch until all venues are carried out.
pub async fn carry_on(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    loop {
        let (house_of, masters, job_of, now) =
            (house.clone(), house.masters(), job.clone(), house.now());
        let more = house
            .db
            .beside(move |tx: &mut Tx<'_>| {
                let run = work::allocation::load(tx, &job_of.slot.as_str().into())?;
                if run.state != State::Approved {
                    return Ok(false);
                }
                jobs::step(tx, &job_of, now, run.done, run.total)?;
                let cycle = masters.programme().cycle(run.cycle).ok_or(Trouble::NotFound)?;
                let (account, name) = (
                    run.approved_by.clone().unwrap_or_default(),
                    run.approved_by_name.clone().unwrap_or_default(),
                );
                let actor = officer(tx, &account, &name, now)?;
                Ok::<_, Trouble>(carry::next(
                    tx,
                    &house_of.base_url,
                    &actor,
                    now,
                    cycle,
                    &run,
                    carry::BATCH,
                )?)
            })
            .await?;
        if !more {
            return Ok(());
        }
    }
}
