//! How many plans are saved in a second, signed in, with checks, version, journal, mail and all.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::client::Browser;
use super::world::{Person, World};
use super::{percentiles, raw, round};

pub fn run(
    database: Option<&str>,
    clients: usize,
    seconds: u64,
    venues: u32,
    pgbench: &Path,
) -> Result<Value, String> {
    let world = World::start(database, venues, "2022-02-11T10:00")?;
    let people = world.people(venues)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    // The raw limit on a copy, or (PostgreSQL) afterwards: its rows make no sense to the product.
    let copied = match &world.file {
        Some(file) => {
            let copy = world.folder.join("raw.sqlite");
            platform::backup::backup(file, &copy)?;
            Some(raw::sqlite(&copy, venues, seconds)?)
        }
        None => None,
    };
    let numbers = world.write(|tx| {
        tx.all::<(String, i64)>(
            "select venue_id, max(number) from plan_registration group by venue_id",
            &[],
        )
    })?;
    let known: std::collections::HashMap<String, i64> = numbers.into_iter().collect();
    let people: Vec<(Person, i64)> = people
        .into_iter()
        .map(|p| {
            let n = known.get(&p.venue).copied().unwrap_or(0);
            (p, n)
        })
        .collect();
    let full = runtime.block_on(load(&world, people, clients, seconds, None))?;
    // The same people at half of that rate: what a person waits when the machine isn't full.
    let half = full.saves as f64 / full.elapsed / 2.0;
    let relaxed = runtime.block_on(load(&world, full.people, clients, seconds, Some(half)))?;
    let rate = full.saves as f64 / full.elapsed;
    let raw_rate = match copied {
        Some(rate) => rate,
        None => {
            raw::postgres(pgbench, database.unwrap_or_default(), venues, seconds, &world.folder)?
        }
    };
    Ok(json!({
        "bench": "plan-save", "engine": format!("{:?}", world.house.db.engine).to_lowercase(), "clients": clients, "venues": venues,
        "raw_saves_per_s": round(raw_rate), "saves_per_s": round(rate), "ratio_to_raw": round(rate / raw_rate), "target_ratio": 0.5,
        "full_load": {"draft": percentiles(full.draft), "register": percentiles(full.register), "failed": full.failed},
        "half_load": {"saves_per_s": round(relaxed.saves as f64 / relaxed.elapsed), "draft": percentiles(relaxed.draft), "register": percentiles(relaxed.register), "failed": relaxed.failed},
        "target_p99_ms": 50,
    }))
}

struct Load {
    people: Vec<(Person, i64)>,
    saves: u64,
    failed: u64,
    elapsed: f64,
    draft: Vec<f64>,
    register: Vec<f64>,
}

/// Each client saves one venue after the other; with a rate, each waits for its turn.
async fn load(
    world: &World,
    people: Vec<(Person, i64)>,
    clients: usize,
    seconds: u64,
    rate: Option<f64>,
) -> Result<Load, String> {
    let browser = Browser::new(&world.url);
    let total = Arc::new(Mutex::new(Load {
        people: vec![],
        saves: 0,
        failed: 0,
        elapsed: 0.0,
        draft: vec![],
        register: vec![],
    }));
    let begun = Instant::now();
    let until = begun + Duration::from_secs(seconds);
    let mut shares: Vec<Vec<(Person, i64)>> = (0..clients).map(|_| Vec::new()).collect();
    for (n, person) in people.into_iter().enumerate() {
        shares[n % clients].push(person);
    }
    let tasks: Vec<_> = shares
        .into_iter()
        .enumerate()
        .map(|(n, mut own)| {
            let (browser, total) = (browser.clone(), total.clone());
            let pause = rate.map(|r| Duration::from_secs_f64(clients as f64 / r));
            tokio::spawn(async move {
                let (mut saves, mut failed, mut draft, mut register) =
                    (0, 0, Vec::new(), Vec::new());
                let mut due =
                    begun + pause.map_or(Duration::ZERO, |p| p.mul_f64(n as f64 / clients as f64));
                let mut turn = 0;
                while Instant::now() < until {
                    if let Some(pause) = pause {
                        tokio::time::sleep_until(due.into()).await;
                        due += pause;
                    }
                    let at = turn % own.len();
                    let (person, base) = &mut own[at];
                    turn += 1;
                    let boxes = 1 - (*base as u32) % 2;
                    match browser.save(person, *base, &[(3, boxes), (4, boxes), (5, boxes)]).await {
                        Ok(saved) if saved.receipt() == Some(*base + 1) => {
                            *base += 1;
                            saves += 1;
                            draft.push(saved.draft_ms);
                            register.push(saved.check.ms);
                        }
                        other => {
                            failed += 1;
                            if failed == 1 {
                                eprintln!(
                                    "failed: {:?}",
                                    other.map(|s| (s.check.status, s.check.location))
                                );
                            }
                        }
                    }
                }
                let mut total = total.lock().await;
                total.people.extend(own);
                total.saves += saves;
                total.failed += failed;
                total.draft.extend(draft);
                total.register.extend(register);
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(|e| e.to_string())?;
    }
    let mut total = Arc::try_unwrap(total).map_err(|_| "a client is still at work")?.into_inner();
    total.elapsed = begun.elapsed().as_secs_f64();
    Ok(total)
}
