//! How long an allocation takes, beside plain SQL that shares out by the same largest remainders,
//! and beside an exact solver. `cargo bench -p words --bench allocation`: medians of five, in
//! milliseconds. SQL does the rounding alone: no caps, tiers, minimum, parts, sentences,
//! fingerprint; the solver is cubic, so it gets sizes that it can finish.

use std::hint::black_box;
use std::time::Instant;

use pathfinding::prelude::{Matrix, kuhn_munkres_min};
use rules::allocation::{Case, Claimant, Level, Ratio, Requester, Rule, share};
use rusqlite::{Connection, params};
use words::allocation::propose;

fn requesters(n: usize) -> Vec<Requester> {
    (0..n as u64)
        .map(|i| {
            let i = (i * 1_000_003) % n as u64;
            Requester {
                id: format!("v-{i:07}"),
                request: 1 + (i * 7919) % 12,
                population: 500 + (i * 104_729) % 9_000,
                use_rate: Ratio(((i * 6_151) % 1_000_000) as i64),
                stock_weeks: Ratio(((i * 31_337) % 9_000_000) as i64),
                cap: Some(1 + (i * 17) % 15),
                tier: (i % 3) as u32,
                path: vec![format!("{:02}", i % 47), format!("{:02}-{:03}", i % 47, i / 47 % 37)],
                ..Requester::default()
            }
        })
        .collect()
}

fn median(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

fn plain_sql(requesters: &[Requester], supply: u64) -> rusqlite::Result<f64> {
    let db = Connection::open_in_memory()?;
    db.execute_batch("create table r (id text primary key, request integer not null); create table given (id text, boxes integer); begin")?;
    for r in requesters {
        db.prepare_cached("insert into r values (?1, ?2)")?
            .execute(params![r.id, r.request as i64])?;
    }
    db.execute_batch("commit")?;
    let share = "insert into given
        with total as (select sum(request) as n from r),
        floors as (select id, request, request * ?1 / n as boxes, request * ?1 % n as rest from r, total),
        ranked as (select id, boxes, row_number() over (order by rest desc, request desc, id) as place from floors),
        over as (select ?1 - sum(boxes) as boxes from floors)
        select ranked.id, ranked.boxes + case when place <= over.boxes then 1 else 0 end from ranked, over";
    Ok(median(|| {
        db.execute_batch("delete from given").expect("plain SQL");
        db.execute(share, params![supply as i64]).expect("plain SQL");
    }))
}

fn main() {
    // `cargo test --all-targets` builds and starts benchmarks too; only `cargo bench` asks for
    // figures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    println!("requesters  share only  six rules  three tiers  plain SQL (share only)");
    for n in [70_000, 1_000_000] {
        let requesters = requesters(n);
        let supply = requesters.iter().map(|r| r.request).sum::<u64>() * 6 / 10;
        let claimants: Vec<Claimant<'_>> = requesters
            .iter()
            .map(|r| Claimant { id: &r.id, weight: r.request, room: u64::MAX >> 24 })
            .collect();
        let only = median(|| {
            black_box(share(supply, &claimants));
        });
        let everything = || Rule::Request { boxes: None, percent: None };
        let flat: Vec<Requester> =
            requesters.iter().map(|r| Requester { path: vec![], ..r.clone() }).collect();
        let rules = vec![
            Rule::Reserve { boxes: 0, percent: Some(2) },
            Rule::Cap,
            Rule::Minimum { boxes: 1 },
            Rule::Population { boxes: None, percent: Some(40) },
            Rule::StockPenalty { over_weeks: Ratio(6_000_000), cut_percent: 10 },
            Rule::UseRate { boxes: None, percent: Some(5), winners: Some(378) },
            everything(),
        ];
        let case = Case::flat(supply, rules, flat);
        let rules = median(|| {
            black_box(propose(&case).expect("a sound case"));
        });
        let level = |name: &str, rules| Level { name: name.into(), rules };
        let tiered = Case {
            levels: vec![
                level("prefecture", vec![everything()]),
                level("municipality", vec![everything()]),
                level("venue", vec![Rule::Cap, everything()]),
            ],
            ..Case::flat(supply, vec![], requesters.clone())
        };
        let tiers = median(|| {
            black_box(propose(&tiered).expect("a sound case"));
        });
        let sql = plain_sql(&requesters, supply).expect("plain SQL");
        println!("{n:>10}  {only:>7.0} ms  {rules:>6.0} ms  {tiers:>8.0} ms  {sql:>6.0} ms");
    }
    println!("\nrequesters  share only  exact solver (Hungarian method)");
    for n in [20usize, 40, 80] {
        let requesters = requesters(n);
        let total: u64 = requesters.iter().map(|r| r.request).sum();
        let supply = total * 6 / 10;
        let claimants: Vec<Claimant<'_>> = requesters
            .iter()
            .map(|r| Claimant { id: &r.id, weight: r.request, room: r.request })
            .collect();
        let only = median(|| {
            black_box(share(supply, &claimants));
        });
        let (t, s) = (total as i64, supply as i64);
        let columns: Vec<i64> = requesters
            .iter()
            .flat_map(|r| {
                let quota = r.request as i64 * s;
                (1..=r.request as i64)
                    .map(move |j| (j * t - quota).abs() - ((j - 1) * t - quota).abs())
            })
            .collect();
        let costs = Matrix::from_fn(supply as usize, columns.len(), |(_, column)| columns[column]);
        let solver = median(|| {
            black_box(kuhn_munkres_min(&costs));
        });
        println!("{n:>10}  {:>7.3} ms  {solver:>8.1} ms", only);
    }
}
