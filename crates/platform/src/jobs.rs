//! Work beside the pages. A job is taken by exactly one node, under a lease that another node takes
//! over when the first one dies; whatever a job does, each of its steps is a transaction that asks
//! first whether the lease is still held.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Db, Failure, Tx};
use crate::{args, ids, row, sql};

row! {
    #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
    pub struct Job {
        pub id: String,
        pub kind: String,
        /// Which one of its kind; empty for work that comes again and again.
        pub slot: String,
        pub made_at: Timestamp,
        pub run_at: Timestamp,
        pub attempts: i64,
        pub taken_by: Option<String>,
        pub taken_until: Option<Timestamp>,
        pub done: i64,
        /// 0 while it isn't known.
        pub total: i64,
        pub finished_at: Option<Timestamp>,
        pub dead_at: Option<Timestamp>,
        pub last_error: Option<String>,
    }
}

/// How long a node that took a job may keep it without a sign of life.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// By how much the clocks of two nodes may differ: a lease that ends later than a whole lease and
/// this was given by a clock that ran ahead, and is void.
pub const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// Failures after which a job waits for a person.
pub const ATTEMPTS: i64 = 8;

/// Makes a job that is due now; one of the same kind and slot is made once, by whichever node comes
/// first.
pub fn put(tx: &mut Tx<'_>, kind: &str, slot: &str, now: Timestamp) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into job (id, kind, slot, made_at, run_at)
             values ($1, $2, $3, $4, $4)
                 on conflict (kind, slot) do nothing"
        ),
        args![ids::timed("j", now), kind, slot, now],
    )
    .map(|_| ())
}

/// The same, for work of which so much is to be done.
pub fn put_of(
    tx: &mut Tx<'_>,
    kind: &str,
    slot: &str,
    total: i64,
    now: Timestamp,
) -> Result<(), Failure> {
    put(tx, kind, slot, now)?;
    tx.run(
        sql!(
            "update job
                set total = $1
              where kind = $2
                and slot = $3
                and done = 0
                and taken_until is null"
        ),
        args![total, kind, slot],
    )
    .map(|_| ())
}

/// Takes a job that is due, or one whose lease has ended or is void ([`SKEW`]).
pub async fn take(db: &Db, now: Timestamp, node: &str) -> Result<Option<Job>, Failure> {
    let look = move |tx: &mut Tx<'_>| {
        tx.first::<(String,)>(
            sql!(
                "select id
                   from job
                  where finished_at is null
                    and dead_at is null
                    and run_at <= $1
                    and (taken_until is null or taken_until <= $1 or taken_until > $2)
                  order by run_at, id
                  limit 1"
            ),
            args![now, now + LEASE + SKEW],
        )
    };
    // Looking first keeps idle nodes from writing.
    let Some((id,)) = db.read(look).await? else { return Ok(None) };
    let node = node.to_string();
    db.write(move |tx: &mut Tx<'_>| {
        tx.first(
            sql!(
                "update job
                    set taken_by = $1, taken_until = $2, attempts = attempts + 1
                  where id = $3
                    and finished_at is null
                    and dead_at is null
                    and run_at <= $4
                    and (taken_until is null or taken_until <= $4 or taken_until > $5)
                 returning id, kind, slot, made_at, run_at, attempts, taken_by, taken_until, done,
                           total, finished_at, dead_at, last_error"
            ),
            args![&node, now + LEASE, &id, now, now + LEASE + SKEW],
        )
    })
    .await
}

/// First in every step of a job: says that the node is alive and how far it is; where the lease was
/// lost, nothing of the step is kept.
pub fn step(
    tx: &mut Tx<'_>,
    job: &Job,
    now: Timestamp,
    done: i64,
    total: i64,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update job
                set taken_until = $1, done = $2, total = $3
              where id = $4
                and taken_by = $5
                and attempts = $6"
        ),
        args![now + LEASE, done, total, &job.id, job.taken_by.clone(), job.attempts],
    )
}

/// Ends a job; with `again` it is due again then.
pub fn finish(
    tx: &mut Tx<'_>,
    job: &Job,
    now: Timestamp,
    again: Option<Timestamp>,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update job
                set taken_by = null, taken_until = null, last_error = null, attempts = 0,
                    run_at = $1, finished_at = $2
              where id = $3
                and taken_by = $4
                and attempts = $5"
        ),
        args![
            again.unwrap_or(job.run_at),
            again.is_none().then_some(now),
            &job.id,
            job.taken_by.clone(),
            job.attempts
        ],
    )
}

/// A job that failed is tried again after 1, 2, 4 … minutes; after [`ATTEMPTS`] it waits for a
/// person.
pub fn fail(tx: &mut Tx<'_>, job: &Job, now: Timestamp, why: &str) -> Result<(), Failure> {
    let wait = SignedDuration::from_mins(1 << job.attempts.saturating_sub(1).clamp(0, 6));
    tx.run_one(
        sql!(
            "update job
                set taken_by = null, taken_until = null, last_error = $1, run_at = $2, dead_at = $3
              where id = $4
                and taken_by = $5
                and attempts = $6"
        ),
        args![
            why,
            now + wait,
            (job.attempts >= ATTEMPTS).then_some(now),
            &job.id,
            job.taken_by.clone(),
            job.attempts
        ],
    )
}

/// A person has it tried again, at once.
pub fn retry(tx: &mut Tx<'_>, id: &str, now: Timestamp) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update job
                set dead_at = null, attempts = 0, run_at = $1, taken_by = null, taken_until = null
              where id = $2
                and finished_at is null"
        ),
        args![now, id],
    )
}

/// Work that comes again and again, after a clock that ran ahead was put right.
pub fn pull_back(
    tx: &mut Tx<'_>,
    kind: &str,
    now: Timestamp,
    latest: Timestamp,
) -> Result<u64, Failure> {
    tx.run(
        sql!("update job set run_at = $1 where kind = $2 and slot = '' and run_at > $3"),
        args![now, kind, latest],
    )
}

/// What isn't finished first, then the latest.
pub fn latest(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Job>, Failure> {
    tx.all(
        sql!(
            "select id, kind, slot, made_at, run_at, attempts, taken_by, taken_until, done, total,
                    finished_at, dead_at, last_error
               from job
              order by case when finished_at is null then 0 else 1 end, run_at desc, id
              limit $1"
        ),
        args![limit],
    )
}
