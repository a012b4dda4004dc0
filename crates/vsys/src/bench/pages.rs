//! How long pages take at a steady rate over a nation of venues, beside a bare page of the same
//! size.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pages::allocation;
use platform::db::{Engine, Tx};
use rules::access::{Role, Scope};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::client::Browser;
use super::store;
use super::world::{Person, World, officer};
use super::{percentiles, round};
use work::allocation::RunId;

/// A country with one cycle decided, some dates registered and some plans to review.
fn decided(world: &World) -> Result<RunId, String> {
    let known = world.write(store::approved)?;
    if let Some((run,)) = known {
        return Ok(run);
    }
    let (masters, now) = (world.house.masters(), world.house.now());
    let run = world
        .house
        .db
        .write_blocking(move |tx: &mut Tx<'_>| {
            allocation::work_out(tx, &masters, &officer(1), now, 1, 150_000, "")
        })
        .map_err(|e| format!("{e:?}"))?;
    world.carry_out(&run)?;
    world.write(|tx: &mut Tx<'_>| {
        tx.script("update shipment set date = '2022-02-15', band = 'morning' where venue_id < 'v-n0020000'; update plan_registration set review = 'waiting', flag_keys = ',over_storage,', flags = '[{\"flag\":\"over_storage\",\"cycle\":2,\"boxes\":5,\"capacity\":1}]' where venue_id < 'v-n0003000'")
    })?;
    if world.house.db.engine == Engine::Postgres {
        world.write(|tx: &mut Tx<'_>| tx.script("analyze"))?;
    }
    Ok(run)
}

pub fn run(database: Option<&str>, rate: u64, seconds: u64, venues: u32) -> Result<Value, String> {
    let world = World::asleep(database, venues, "2022-02-11T10:00")?;
    let run = decided(&world)?;
    let world = world.awake()?;
    world.until_sealed()?;
    let people = world.people(venues.min(500))?;
    let ministry = world.official(Role::National, Scope::Nation, "jp")?;
    let prefecture = world.official(Role::Prefecture, Scope::Prefecture, "13")?;
    let city = world.official(Role::Municipality, Scope::Municipality, "131032")?;
    let wholesaler = world.official(Role::Wholesaler, Scope::Wholesaler, "w-west")?;
    let auditor = world.official(Role::Auditor, Scope::Nation, "jp")?;
    let (of_run, of_run_later) =
        (format!("/mhlw/allocations/{run}"), format!("/mhlw/allocations/{run}?after=v-n0000500"));
    let kinds: Vec<(&str, Option<&Person>, &str)> = vec![
        ("home", None, "/home"),
        ("venue", None, "/venues/{venue}"),
        ("plan", None, "/venues/{venue}/plan"),
        ("plan editor", None, "/venues/{venue}/plan/edit"),
        ("allocations", None, "/venues/{venue}/allocations"),
        ("results", None, "/venues/{venue}/results"),
        ("history", None, "/venues/{venue}/history"),
        ("calendar", None, "/calendar"),
        ("ministry: venues", Some(&ministry), "/mhlw/venues"),
        ("ministry: search", Some(&ministry), "/mhlw/venues?q=%E3%81%95%E3%81%8F%E3%82%89"),
        ("ministry: desk", Some(&ministry), "/mhlw"),
        ("ministry: plans", Some(&ministry), "/mhlw/plans"),
        (
            "ministry: plans of a flag",
            Some(&ministry),
            "/mhlw/plans?flag=over_storage&prefecture=27",
        ),
        ("ministry: one plan", Some(&ministry), "/mhlw/plans/v-n0000001"),
        ("ministry: runs", Some(&ministry), "/mhlw/allocations"),
        ("ministry: a run", Some(&ministry), of_run.as_str()),
        ("ministry: its page 2", Some(&ministry), of_run_later.as_str()),
        ("ministry: dashboard", Some(&ministry), "/mhlw/dashboard/fill"),
        ("ministry: periods", Some(&ministry), "/mhlw/periods"),
        ("ministry: masters", Some(&ministry), "/admin/masters/municipalities"),
        ("prefecture: first look", Some(&prefecture), "/prefecture/plans"),
        ("wholesaler: shipments", Some(&wholesaler), "/wholesale/shipments"),
        (
            "wholesaler: all of an area",
            Some(&wholesaler),
            "/wholesale/shipments?show=all&prefecture=27",
        ),
        ("wholesaler: calendar", Some(&wholesaler), "/wholesale/calendar?m=2022-02"),
        ("prefecture: venues", Some(&prefecture), "/prefecture/venues"),
        ("city: venues", Some(&city), "/municipal/venues"),
        ("auditor: journal", Some(&auditor), "/audit"),
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    runtime.block_on(async {
        // Statements are prepared and caches filled before the clock runs.
        let browser = Browser::new(&world.url);
        let mut sizes = Vec::new();
        for (_, who, path) in &kinds {
            let person = who.unwrap_or(&people[0]);
            let answer = browser.get(Some(person), &path.replace("{venue}", &person.venue)).await?;
            if answer.status != 200 {
                return Err(format!("{path} answered {} {}", answer.status, answer.location));
            }
            sizes.push(answer.bytes);
        }
        let mean = sizes.iter().sum::<usize>() / sizes.len();
        let bare_url = bare(mean).await?;
        let bare = at_rate(&Browser::new(&bare_url), rate, seconds.min(10), |_| ("bare", None, "/".into())).await?;
        // There are 70,000 venues and a few hundred officials: a venue's page is asked for five
        // times as often as an official's.
        let turns: Vec<usize> = (0..kinds.len()).flat_map(|i| std::iter::repeat_n(i, if kinds[i].1.is_none() { 5 } else { 1 })).collect();
        let ours = at_rate(&browser, rate, seconds, |n| {
            let (name, who, path) = kinds[turns[(n * 37) % turns.len()]];
            let person = who.unwrap_or(&people[n / kinds.len() % people.len()]);
            (name, Some(person.clone()), path.replace("{venue}", &person.venue))
        })
        .await?;
        let all: Vec<f64> = ours.values().flatten().copied().collect();
        let bare_ms: Vec<f64> = bare.into_values().flatten().collect();
        let p95 = |ms: &[f64]| percentiles(ms.to_vec())["p95_ms"].as_f64().unwrap_or(0.0);
        Ok(json!({
            "bench": "pages", "engine": format!("{:?}", world.house.db.engine).to_lowercase(), "venues": venues, "requests_per_s": rate, "mean_page_bytes": mean,
            "bare_page": percentiles(bare_ms.clone()), "all_pages": percentiles(all.clone()), "p95_over_bare_ms": round(p95(&all) - p95(&bare_ms)), "target_p95_ms": 20,
            "by_page": ours.into_iter().map(|(name, ms)| (name.to_string(), percentiles(ms))).collect::<BTreeMap<_, _>>(),
        }))
    })
}

/// A bare axum page of some size.
async fn bare(bytes: usize) -> Result<String, String> {
    let text = "x".repeat(bytes);
    let router = axum::Router::new().route(
        "/",
        axum::routing::get(move || {
            let text = text.clone();
            async move { text }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let url = format!("http://{}", listener.local_addr().map_err(|e| e.to_string())?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

/// Asks at a steady rate, whether answers are quick or not; milliseconds by kind, from the instant
/// at which each was due.
async fn at_rate(
    browser: &Browser,
    rate: u64,
    seconds: u64,
    what: impl Fn(usize) -> (&'static str, Option<Person>, String),
) -> Result<BTreeMap<&'static str, Vec<f64>>, String> {
    let times: Arc<Mutex<BTreeMap<&'static str, Vec<f64>>>> = Arc::default();
    let begun = Instant::now();
    let mut tasks = Vec::new();
    for n in 0..(rate * seconds) as usize {
        tokio::time::sleep_until((begun + Duration::from_secs_f64(n as f64 / rate as f64)).into())
            .await;
        let (name, person, path) = what(n);
        let (browser, times) = (browser.clone(), times.clone());
        tasks.push(tokio::spawn(async move {
            let answer = browser.get(person.as_ref(), &path).await?;
            if answer.status != 200 {
                return Err(format!("{path} answered {}", answer.status));
            }
            times.lock().await.entry(name).or_default().push(answer.ms);
            Ok(())
        }));
    }
    for task in tasks {
        task.await.map_err(|e| e.to_string())??;
    }
    Arc::try_unwrap(times)
        .map_err(|_| "a client is still at work".to_string())
        .map(Mutex::into_inner)
}
