//! A run is put, stopped, refused, approved.

use jiff::Timestamp;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::journal::Actor;
use platform::value::Json;
use platform::{args, ids, jobs, sql};
use rules::allocation::NotApproved;
use rules::time;
use serde::Serialize;

use super::event::{Approved, Stood};
use super::{
    Conditions, Run, RunEvent, RunId, State, carry, completed_since, decided_cycles, forget_shares,
};
use crate::{Caller, Fault, Refused};

/// A proposal of nothing yet: nodes of the version before read one.
#[derive(Serialize)]
struct NothingYet {
    /// Boxes, as all numbers here.
    allocated: u64,
    fingerprint: &'static str,
    left: u64,
    requested: u64,
    shares: [(); 0],
    supply: u64,
}

/// A run that waits to be worked out; nothing else is written.
pub fn put(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    now: Timestamp,
    cycle: u32,
    supply: u64,
    conditions: &Conditions,
    note: &str,
) -> Result<RunId, Fault> {
    let programme = masters.programme();
    let cut_off = programme.cycle(cycle).ok_or(Fault::NotFound)?.cut_off;
    let id = RunId::from(ids::short("r"));
    let nothing_yet = NothingYet {
        allocated: 0,
        fingerprint: "",
        left: supply,
        requested: 0,
        shares: [],
        supply,
    };
    tx.run(
        sql!(
            "insert into allocation_run
                         (id, programme, cycle, supply, note, cut_off, proposal, fingerprint,
                          requested, allocated, made_at, made_by, made_by_name, state, conditions)
             values ($1, $2, $3, $4, $5, $6, $7, '', 0, 0, $8, $9, $10, 'queued', $11)"
        ),
        args![
            &id,
            &programme.id,
            cycle,
            supply as i64,
            note,
            cut_off,
            Json(&nothing_yet),
            now,
            &actor.account,
            &actor.name,
            Json(conditions)
        ],
    )?;
    Ok(id)
}

/// Boxes planned for a cycle at its cut-off, and by how many venues.
pub fn planned(
    tx: &mut Tx<'_>,
    programme: &str,
    cycle: u32,
    cut_off: Timestamp,
) -> Result<(i64, i64), Failure> {
    tx.one(
        sql!(
            "select cast(coalesce(sum(l.boxes), 0) as bigint), count(*)
               from plan_line l
               join (select venue_id, max(number) as number
                       from plan_registration
                      where at < $1
                      group by venue_id)
                    last
                    on last.venue_id = l.venue_id and last.number = l.number
               join venue v on v.id = l.venue_id
              where l.cycle = $2
                and l.boxes > 0
                and v.programme = $3"
        ),
        args![cut_off, cycle, programme],
    )
}

/// Says how far a trial is; whether it still goes on.
pub fn at_stage(
    tx: &mut Tx<'_>,
    run: &RunId,
    stage: i64,
    done: i64,
    total: i64,
) -> Result<bool, Failure> {
    let going = tx.run(
        sql!(
            "update allocation_run
                set state = 'working', stage = $1, done = $2, total = $3
              where id = $4
                and state in ('queued', 'working')"
        ),
        args![stage, done, total, run],
    )?;
    Ok(going == 1)
}

/// A trial can't be worked out, for this reason.
pub fn refuse(tx: &mut Tx<'_>, run: &RunId, why: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update allocation_run
                set state = 'refused', trouble = $1, version = version + 1
              where id = $2
                and state = 'working'"
        ),
        args![why, run],
    )
    .map(|_| ())
}

/// Stops a trial that isn't worked out yet.
pub fn cancel(by: &Caller<'_>, tx: &mut Tx<'_>, run: &Run) -> Result<(), Refused<NotApproved>> {
    let stopped = tx.run(
        sql!(
            "update allocation_run
                set state = 'cancelled', version = version + 1
              where id = $1
                and state in ('queued', 'working')"
        ),
        args![&run.id],
    )?;
    if stopped == 0 {
        return Err(Refused::ByRule(NotApproved::Over));
    }
    forget_shares(tx, &run.id)?;
    let cancelled = RunEvent::Cancelled {
        before: Stood { state: run.state },
        after: Stood { state: State::Cancelled },
    };
    by.journal(tx, &run.id, &cancelled, None)?;
    Ok(())
}

/// Venues that the approval itself still carries out; a nation's are a job's work.
const AT_ONCE: i64 = 200;

/// Approves a trial of somebody else: the cycle is decided from now on. Few venues are carried out
/// at once, many by a job that anybody can watch; returns whether there is such a job.
pub fn approve(by: &Caller<'_>, tx: &mut Tx<'_>, run: &Run) -> Result<bool, Refused<NotApproved>> {
    if by.actor.account == run.made_by {
        return Err(Refused::ByRule(NotApproved::ByItsMaker));
    }
    fix(by, tx, run)
}

/// The same, of a run that a seed has made.
pub fn fix(by: &Caller<'_>, tx: &mut Tx<'_>, run: &Run) -> Result<bool, Refused<NotApproved>> {
    let (actor, now) = (&by.actor, by.now);
    let programme = by.masters.programme();
    let cycle = programme.cycle(run.cycle).ok_or(Refused::NotFound)?;
    if run.approved_at.is_some() || decided_cycles(tx, &programme.id, None)?.contains(&run.cycle) {
        return Err(Refused::ByRule(NotApproved::Fixed(cycle.number)));
    }
    if !run.is_readable() {
        return Err(Refused::ByRule(NotApproved::Unreadable));
    }
    if run.state != State::Tried {
        return Err(Refused::ByRule(NotApproved::NotTried));
    }
    if time::date(now) < cycle.decided {
        return Err(Refused::ByRule(NotApproved::TooEarly(cycle.decided)));
    }
    let since = completed_since(tx, &run.id)?;
    if !since.is_empty() {
        return Err(Refused::ByRule(NotApproved::CompletedSince(since)));
    }
    let other_box = run.other_box(programme);
    if !other_box.is_empty() {
        return Err(Refused::ByRule(NotApproved::OtherBox(other_box.join("、"))));
    }
    let total = run.summary.as_ref().map_or(0, |s| s.0.venues as i64);
    // What is decided is decided in boxes of this day.
    let packing = programme.packing();
    tx.run_one(
        sql!(
            "update allocation_run
                set state = 'approved', done = 0, total = $1, approved_at = $2, approved_by = $3,
                    approved_by_name = $4, vials_per_box = $5, doses_per_vial = $6,
                    needles_per_box = $7, version = version + 1
              where id = $8
                and version = $9"
        ),
        args![
            total,
            now,
            &actor.account,
            &actor.name,
            packing.vials_per_box,
            packing.doses_per_vial,
            packing.needles.pack,
            &run.id,
            run.version
        ],
    )?;
    let after = Approved {
        cycle: run.cycle,
        fingerprint: run.fingerprint.clone(),
        digest: Some(run.digest.clone()),
    };
    by.journal(tx, &run.id, &RunEvent::Approved { after }, None)?;
    if total > AT_ONCE {
        jobs::put(tx, "allocation.carry", &run.id, now)?;
        return Ok(true);
    }
    carry::next(tx, by.base_url, actor, now, cycle, run, AT_ONCE + 1)?;
    Ok(false)
}
