//! Figures of the country, made by a job once a minute and kept with the instant at which they held, so that a page about 70,000
//! venues costs the reading of one row.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::value::Json;
use platform::{args, kept, sql};
use rules::programme::Programme;
use serde::{Deserialize, Serialize};

/// All in boxes of vaccine, but for doses where the name says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub venues: i64,
    /// Of approved runs.
    pub supply: i64,
    pub cycles: Vec<OfCycle>,
    pub prefectures: Vec<OfPrefecture>,
    pub weeks: Vec<OfWeek>,
    pub wasted_vials: i64,
    /// Registrations by review status; venues without any under `unregistered`.
    pub reviews: BTreeMap<String, i64>,
    /// Waiting registrations by flag.
    pub flags: BTreeMap<String, i64>,
    pub burn_up: BurnUp,
    /// Counted anomalies by key.
    pub anomalies: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCycle {
    pub number: u32,
    pub planned: i64,
    pub allocated: i64,
    pub received: i64,
    /// Doses given on days of the cycle.
    pub used_doses: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPrefecture {
    pub code: String,
    pub venues: i64,
    pub requested: i64,
    pub allocated: i64,
    pub used_doses: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfWeek {
    pub week: Date,
    pub total: i64,
    pub dated: i64,
    pub shipped: i64,
    pub received: i64,
}

/// Venues that have registered since a window opened, at even steps of it; beside it the window before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnUp {
    pub window: u32,
    pub steps: Vec<Timestamp>,
    /// Until now.
    pub so_far: i64,
    /// As far as time has come.
    pub now: Vec<i64>,
    pub before: Vec<i64>,
}

const STEPS: i64 = 12;

/// How many venues have registered between two instants.
fn registered(
    tx: &mut Tx<'_>,
    programme: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<i64, Failure> {
    Ok(tx
        .one::<(i64,)>(
            sql!(
                "select count(distinct r.venue_id)
                   from plan_registration r
                   join venue v on v.id = r.venue_id
                  where r.at >= $1
                    and r.at < $2
                    and v.programme = $3"
            ),
            args![from, to, programme],
        )?
        .0)
}

fn burn_up(tx: &mut Tx<'_>, programme: &Programme, now: Timestamp) -> Result<BurnUp, Failure> {
    let windows = programme.calendar.windows();
    let Some(at) = windows.iter().rposition(|w| w.open <= now) else {
        return Ok(BurnUp::default());
    };
    let steps_of = |open: Timestamp, close: Timestamp| -> Vec<Timestamp> {
        let whole = close.as_second() - open.as_second();
        (0..=STEPS)
            .filter_map(|i| Timestamp::from_second(open.as_second() + whole * i / STEPS).ok())
            .collect()
    };
    let window = &windows[at];
    let close = window.close.unwrap_or(now + jiff::SignedDuration::from_hours(24));
    let steps = steps_of(window.open, close);
    let mut counted = Vec::new();
    for step in steps.iter().take_while(|s| **s <= now) {
        counted.push(registered(tx, &programme.id, window.open, *step)?);
    }
    let mut before = Vec::new();
    if let Some(earlier) = at.checked_sub(1).and_then(|i| windows.get(i))
        && let Some(close) = earlier.close
    {
        for step in steps_of(earlier.open, close) {
            before.push(registered(tx, &programme.id, earlier.open, step)?);
        }
    }
    Ok(BurnUp {
        window: window.window,
        so_far: registered(tx, &programme.id, window.open, now)?,
        steps,
        now: counted,
        before,
    })
}

/// Counts the country.
pub fn count(tx: &mut Tx<'_>, programme: &Programme, now: Timestamp) -> Result<Figures, Failure> {
    let id = &programme.id;
    let places: Vec<(String, i64)> = tx.all(
        sql!(
            "select prefecture, count(*)
               from venue
              where programme = $1
              group by prefecture
              order by prefecture"
        ),
        args![id],
    )?;
    let supply: (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(supply), 0) as bigint)
               from allocation_run
              where programme = $1
                and approved_at is not null"
        ),
        args![id],
    )?;
    let planned: Vec<(u32, i64)> = tx.all(
        sql!(
            "select l.cycle, cast(sum(l.boxes) as bigint)
               from plan_line l
               join plan_registration r on r.venue_id = l.venue_id and r.number = l.number
                    and r.latest
              group by l.cycle"
        ),
        args![],
    )?;
    let allocated: Vec<(u32, String, i64, i64)> = tx.all(
        sql!(
            "select a.cycle, v.prefecture, cast(sum(a.requested) as bigint),
                    cast(sum(a.boxes) as bigint)
               from allocation a
               join venue v on v.id = a.venue_id
              where v.programme = $1
              group by a.cycle, v.prefecture"
        ),
        args![id],
    )?;
    let received: Vec<(u32, i64)> = tx.all(
        sql!(
            "select cycle, cast(coalesce(sum(received_boxes), 0) as bigint)
               from shipment
              where received_at is not null
              group by cycle"
        ),
        args![],
    )?;
    let used: Vec<(Date, String, i64)> = tx.all(
        sql!(
            "select r.as_of, v.prefecture, cast(sum(r.increase) as bigint)
               from result_entry r
               join venue v on v.id = r.venue_id
              where r.series = 'booster'
                and v.programme = $1
              group by r.as_of, v.prefecture"
        ),
        args![id],
    )?;
    let wasted: (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(increase), 0) as bigint)
               from result_entry
              where series = 'unused_vials'"
        ),
        args![],
    )?;
    let weeks: Vec<(Date, i64, i64, i64, i64)> = tx.all(
        sql!(
            "select delivery_week, count(*), count(date), count(shipped_at), count(received_at)
               from shipment
              group by delivery_week
              order by delivery_week"
        ),
        args![],
    )?;
    // What a completed venue registered needs no decision any more.
    let reviews: Vec<(String, i64)> = tx.all(
        sql!(
            "select case when r.review <> 'reviewed'
                         and exists (select 1 from completion c where c.venue_id = r.venue_id)
                         then 'completed' else r.review end,
                    count(*)
               from plan_registration r
              where r.latest
              group by 1"
        ),
        args![],
    )?;
    let flags: Vec<(String, i64)> = tx.all(
        sql!(
            "select flag_keys, count(*)
               from plan_registration r
              where latest
                and review = 'waiting'
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)
              group by flag_keys"
        ),
        args![],
    )?;
    let soon = rules::time::date(now).saturating_add(jiff::Span::new().days(7));
    let late_dates: (i64,) = tx.one(
        sql!("select count(*) from shipment where date is null and delivery_week <= $1"),
        args![soon],
    )?;
    let differences: (i64,) = tx.one(
        sql!(
            "select count(*)
               from shipment
              where received_at is not null
                and (received_boxes <> boxes or received_needle_boxes <> needle_boxes)"
        ),
        args![],
    )?;
    let venues: i64 = places.iter().map(|(_, n)| n).sum();
    let mut of_reviews: BTreeMap<String, i64> = reviews.into_iter().collect();
    let registered: i64 = of_reviews.values().sum();
    of_reviews.insert("unregistered".into(), (venues - registered).max(0));
    let mut of_flags: BTreeMap<String, i64> = BTreeMap::new();
    for (keys, n) in flags {
        for key in keys.split(',').filter(|k| !k.is_empty()) {
            *of_flags.entry(key.into()).or_default() += n;
        }
    }
    let cycles = programme
        .cycles
        .iter()
        .map(|c| OfCycle {
            number: c.number,
            planned: planned.iter().find(|(n, _)| *n == c.number).map_or(0, |(_, boxes)| *boxes),
            allocated: allocated
                .iter()
                .filter(|(n, ..)| *n == c.number)
                .map(|(.., boxes)| boxes)
                .sum(),
            received: received.iter().find(|(n, _)| *n == c.number).map_or(0, |(_, boxes)| *boxes),
            used_doses: used
                .iter()
                .filter(|(day, ..)| (c.from..=c.to).contains(day))
                .map(|(.., doses)| doses)
                .sum(),
        })
        .collect();
    let prefectures = places
        .into_iter()
        .map(|(code, venues)| OfPrefecture {
            requested: allocated
                .iter()
                .filter(|(_, p, ..)| *p == code)
                .map(|(_, _, asked, _)| asked)
                .sum(),
            allocated: allocated
                .iter()
                .filter(|(_, p, ..)| *p == code)
                .map(|(.., boxes)| boxes)
                .sum(),
            used_doses: used.iter().filter(|(_, p, _)| *p == code).map(|(.., doses)| doses).sum(),
            venues,
            code,
        })
        .collect();
    Ok(Figures {
        venues,
        supply: supply.0,
        cycles,
        prefectures,
        weeks: weeks
            .into_iter()
            .map(|(week, total, dated, shipped, received)| OfWeek {
                week,
                total,
                dated,
                shipped,
                received,
            })
            .collect(),
        wasted_vials: wasted.0,
        reviews: of_reviews,
        flags: of_flags,
        burn_up: burn_up(tx, programme, now)?,
        anomalies: [
            ("dates_late".to_string(), late_dates.0),
            ("receipt_differs".to_string(), differences.0),
        ]
        .into(),
    })
}

/// Keeps the figures of an instant.
pub fn keep(
    tx: &mut Tx<'_>,
    programme: &str,
    now: Timestamp,
    figures: &Figures,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into figure (name, at, data)
             values ($1, $2, $3)
                 on conflict (name) do update set at = excluded.at, data = excluded.data"
        ),
        args![programme, now, Json(figures)],
    )
    .map(|_| ())
}

kept! {
    KeptFigures = OfFigures(Figures), whole,
        "控えてあった集計を読めなかったため、いま数え直しました。";
}

/// The figures as they were last kept, counted now where none were.
pub fn latest(
    tx: &mut Tx<'_>,
    programme: &Programme,
    now: Timestamp,
) -> Result<(Timestamp, Figures), Failure> {
    let kept: Option<(Timestamp, KeptFigures)> =
        tx.first(sql!("select at, data from figure where name = $1"), args![&programme.id])?;
    match kept {
        Some((at, figures)) if figures.is_whole() => Ok((at, figures.0)),
        _ => Ok((now, count(tx, programme, now)?)),
    }
}
