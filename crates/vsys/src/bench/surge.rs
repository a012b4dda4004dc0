//! The deadline: many times the ordinary load through 15:00:00. Each answer is a receipt from
//! before it, or "late, kept as a draft"; afterwards the database is asked whether it agrees with
//! every one of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use platform::args;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::client::Browser;
use super::world::World;
use super::{percentiles, round};

/// 第2クールの締切.
const CLOSE: &str = "2022-02-15T15:00:00";

struct Record {
    venue: String,
    /// The clock right before the button was pressed.
    sent: Timestamp,
    ms: f64,
    outcome: Outcome,
}

enum Outcome {
    Receipt(i64),
    Late,
    Failed(String),
}

pub fn run(
    database: Option<&str>,
    base: u64,
    step: u64,
    seconds: u64,
    venues: u32,
) -> Result<Value, String> {
    let close = rules::time::parse_instant(CLOSE).ok_or("the close is a time")?;
    // The close comes when four fifths of the surge are over, after ten ordinary seconds.
    let lead = SignedDuration::from_millis(10_000 + seconds as i64 * 800);
    let start = close - lead;
    let world = World::start(database, venues, &rules::time::rfc3339(start))?;
    let people = world.people(venues)?;
    world.house.clock.set(start);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let records = runtime.block_on(async {
        let browser = Browser::new(&world.url);
        let records: Arc<Mutex<Vec<(bool, Record)>>> = Arc::default();
        let begun = Instant::now();
        let mut tasks = Vec::new();
        let (ordinary, surge) = (base * 10, base * step * seconds);
        for n in 0..ordinary + surge {
            let in_surge = n >= ordinary;
            let due = if in_surge {
                10.0 + (n - ordinary) as f64 / (base * step) as f64
            } else {
                n as f64 / base as f64
            };
            tokio::time::sleep_until((begun + Duration::from_secs_f64(due)).into()).await;
            let at = (n % u64::from(venues)) as usize;
            // Each venue is saved again and again, each time on top of its last registration.
            let round = n / u64::from(venues);
            let (browser, person, records, house) =
                (browser.clone(), people[at].clone(), records.clone(), world.house.clone());
            tasks.push(tokio::spawn(async move {
                let boxes = (round % 2) as u32;
                let base = 1 + round as i64;
                let sent = house.now();
                let outcome =
                    browser.save(&person, base, &[(3, boxes), (4, boxes), (5, 1 - boxes)]).await;
                let (ms, outcome) = match outcome {
                    Ok(saved) => {
                        let what = match (saved.receipt(), saved.late()) {
                            (Some(number), _) => Outcome::Receipt(number),
                            (None, true) => Outcome::Late,
                            _ => Outcome::Failed(format!(
                                "{} {}",
                                saved.check.status, saved.check.location
                            )),
                        };
                        (saved.check.ms, what)
                    }
                    Err(why) => (0.0, Outcome::Failed(why)),
                };
                records
                    .lock()
                    .await
                    .push((in_surge, Record { venue: person.venue, sent, ms, outcome }));
            }));
        }
        for task in tasks {
            task.await.map_err(|e| e.to_string())?;
        }
        Arc::try_unwrap(records)
            .map_err(|_| "a client is still at work".to_string())
            .map(Mutex::into_inner)
    })?;
    judge(&world, close, base, step, seconds, records)
}

fn judge(
    world: &World,
    close: Timestamp,
    base: u64,
    step: u64,
    seconds: u64,
    records: Vec<(bool, Record)>,
) -> Result<Value, String> {
    let stored: Vec<(String, i64, Timestamp)> = world.write(|tx| {
        tx.all("select venue_id, number, at from plan_registration where number > 1", args![])
    })?;
    let stored: std::collections::HashMap<(String, i64), Timestamp> =
        stored.into_iter().map(|(v, n, at)| ((v, n), at)).collect();
    let drafts: Vec<(String,)> =
        world.write(|tx| tx.all("select venue_id from plan_draft", args![]))?;
    let drafts: std::collections::HashSet<String> = drafts.into_iter().map(|(v,)| v).collect();
    let (mut lost, mut after_close, mut receipts, mut late, mut late_without_draft, mut failed) =
        (0, 0, 0, 0, 0, 0);
    let mut refused_in_time: Vec<f64> = Vec::new();
    let mut first_failure = None;
    for (_, record) in &records {
        match &record.outcome {
            Outcome::Receipt(number) => {
                receipts += 1;
                match stored.get(&(record.venue.clone(), *number)) {
                    None => lost += 1,
                    Some(at) if *at >= close => after_close += 1,
                    Some(_) => {}
                }
            }
            Outcome::Late => {
                late += 1;
                late_without_draft += u32::from(!drafts.contains(&record.venue));
                if record.sent < close {
                    refused_in_time.push(close.duration_since(record.sent).as_secs_f64() * 1e3);
                }
            }
            Outcome::Failed(why) => {
                failed += 1;
                first_failure.get_or_insert_with(|| why.clone());
            }
        }
    }
    let any_late: i64 = stored.values().filter(|at| **at >= close).count() as i64;
    let in_surge: Vec<f64> = records
        .iter()
        .filter(|(s, r)| *s && matches!(r.outcome, Outcome::Receipt(_)))
        .map(|(_, r)| r.ms)
        .collect();
    let ordinary: Vec<f64> = records
        .iter()
        .filter(|(s, r)| !*s && matches!(r.outcome, Outcome::Receipt(_)))
        .map(|(_, r)| r.ms)
        .collect();
    refused_in_time.sort_by(f64::total_cmp);
    Ok(json!({
        "bench": "surge", "engine": format!("{:?}", world.house.db.engine).to_lowercase(),
        "ordinary_saves_per_s": base, "step": step, "seconds": seconds, "saves": records.len(),
        "receipts": receipts, "late_kept_as_draft": late, "failed": failed, "first_failure": first_failure,
        "accepted_and_lost": lost, "receipts_from_after_the_close": after_close, "registrations_stored_after_the_close": any_late,
        "late_without_draft": late_without_draft, "registrations_nobody_was_told_of": stored.len() as i64 - receipts as i64,
        // A save is two requests; the first of these began it this long before the close, its
        // button came after it.
        "begun_before_the_close_but_late": {"count": refused_in_time.len(), "longest_before_ms": refused_in_time.last().map(|ms| round(*ms))},
        "receipt_ordinary": percentiles(ordinary), "receipt_in_surge": percentiles(in_surge), "target_p99_ms": 1000,
    }))
}
