//! One cycle for a nation. The raw limit is the bare database writing the very same rows with one
//! statement a table.

use pages::allocation;
use platform::db::{Failure, Tx};
use rules::allocation::{Choices, Ratio};
use serde_json::{Value, json};
use web::Trouble;
use words::Sentence;
use words::allocation::propose;

use super::store;
use super::world::{World, officer};
use super::{Watch, round};

const CYCLE: u32 = 2;

fn bug(trouble: Trouble) -> String {
    format!("{trouble:?}")
}

pub fn run(database: Option<&str>, venues: u32) -> Result<Value, String> {
    let world = World::asleep(database, venues, "2022-02-17T10:00")?;
    let (house, masters) = (&world.house, world.house.masters());
    let choices = Choices {
        cap: true,
        minimum: 1,
        population: 40,
        over_weeks: Ratio(6_000_000),
        cut: 10,
        request: 50,
        use_rate: 10,
        ..Choices::default()
    };
    let conditions = work::allocation::Conditions {
        set: "bench".into(),
        set_version: 1,
        changed: true,
        choices: choices.clone(),
    };
    let cut_off = masters.programme().cycle(CYCLE).ok_or("no such cycle")?.cut_off;

    let watch = Watch::begins();
    let known = masters.clone();
    let asking = world.write(move |tx: &mut Tx<'_>| {
        work::allocation::snapshot(tx, known.programme(), CYCLE, cut_off, cut_off)
    })?;
    let read_s = watch.elapsed().as_secs_f64();
    let supply = asking.iter().map(|a| a.requester.request).sum::<u64>() * 7 / 10;
    let watch = Watch::begins();
    let case = work::allocation::case(&masters, supply, &choices, &asking);
    let proposal = propose(&case).map_err(|e| e.sentence())?;
    let decided_s = watch.elapsed().as_secs_f64();

    let (known, now) = (masters.clone(), house.now());
    let id = house
        .db
        .write_blocking(move |tx: &mut Tx<'_>| {
            work::allocation::put(tx, &known, &officer(1), now, CYCLE, supply, &conditions, "")
        })
        .map_err(|e| bug(e.into()))?;
    let trial = world.job("allocation.try", &id)?;
    let watch = Watch::begins();
    world.runtime.block_on(allocation::carry_trial(house, &trial)).map_err(bug)?;
    let tried_s = watch.elapsed().as_secs_f64();

    let watch = Watch::begins();
    world.carry_out(&id)?;
    let carried_s = watch.elapsed().as_secs_f64();

    let written = world.write(store::written)?;
    let same = world.write({
        let id = id.clone();
        move |tx: &mut Tx<'_>| store::digest(tx, &id)
    })?;
    if written[0] != i64::from(venues)
        || written[3] != i64::from(venues)
        || same.0 != proposal.digest()
    {
        return Err(format!(
            "{written:?} rows were written for {venues} venues, digest {}",
            same.0
        ));
    }
    let watch = Watch::begins();
    world.write(|tx: &mut Tx<'_>| {
        tx.script("create table raw_allocation as select * from allocation; create table raw_shipment as select * from shipment; create table raw_mail as select * from mail; create table raw_journal as select * from journal where record_kind = 'allocation'; drop table raw_allocation; drop table raw_shipment; drop table raw_mail; drop table raw_journal")?;
        Ok::<_, Failure>(())
    })?;
    let raw_s = watch.elapsed().as_secs_f64();
    Ok(json!({
        "venues": venues, "planted_s": world.planted_in.map(round), "snapshot_read_s": round(read_s), "decided_s": round(decided_s), "trial_stored_s": round(tried_s), "carried_out_s": round(carried_s),
        "rows": {"allocations": written[0], "shipments": written[1], "mails": written[2], "journal": written[3]},
        "raw_rows_without_index_s": round(raw_s), "carried_out_over_raw": round(carried_s / raw_s),
    }))
}
