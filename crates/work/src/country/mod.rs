//! Figures of the country, made by a job once a minute and kept with the instant at which they
//! held, so that a page about 70,000 venues costs the reading of one row.

mod burn_up;
mod vials;

pub use burn_up::BurnUp;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::value::Json;
use platform::{args, kept, row, sql};
use rules::programme::Programme;
use serde::{Deserialize, Serialize};

use crate::delivery::waits_for_date;
use crate::plan::planned_doses;

/// All in boxes of vaccine, but for doses and vials where the name says so. Doses and vials are
/// reckoned by what boxes held when they were planned, decided or received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub venues: i64,
    /// Of approved runs.
    pub supply_doses: i64,
    pub cycles: Vec<OfCycle>,
    pub prefectures: Vec<OfPrefecture>,
    pub weeks: Vec<OfWeek>,
    pub wasted_vials: i64,
    pub wasted_doses: i64,
    /// By the doses given.
    pub used_vials: i64,
    /// Registrations by review status; venues without any under `unregistered`.
    pub reviews: BTreeMap<String, i64>,
    /// Waiting registrations by flag.
    pub flags: BTreeMap<String, i64>,
    pub burn_up: BurnUp,
    /// Counted anomalies by key.
    pub anomalies: BTreeMap<String, i64>,
}

/// A cycle of the country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCycle {
    pub number: u32,
    pub planned: i64,
    pub planned_doses: i64,
    pub allocated: i64,
    pub allocated_doses: i64,
    pub received_vials: i64,
    pub received_doses: i64,
    /// Doses given on days of the cycle.
    pub used_doses: i64,
}

/// A prefecture of the country, by its two digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfPrefecture {
    pub code: String,
    pub venues: i64,
    pub requested: i64,
    pub allocated: i64,
    pub used_doses: i64,
}

row! {
    /// Shipments of a delivery week.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct OfWeek {
        pub week: Date,
        pub total: i64,
        pub dated: i64,
        pub shipped: i64,
        pub received: i64,
    }
}

row! {
    /// Of a cycle: what was planned in boxes and doses, or received in vials and doses.
    struct Amount {
        cycle: u32,
        counted: i64,
        doses: i64,
    }
}

row! {
    /// What venues of a prefecture asked for and got in a cycle, in boxes.
    struct Allocated {
        cycle: u32,
        prefecture: String,
        requested: i64,
        boxes: i64,
        doses: i64,
    }
}

row! {
    /// Doses given in a prefecture on a day.
    struct Used {
        day: Date,
        prefecture: String,
        doses: i64,
    }
}

fn allocated(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Allocated>, Failure> {
    let first = programme.first_packing();
    tx.all(
        sql!(
            "select a.cycle, v.prefecture, cast(sum(a.requested) as bigint),
                    cast(sum(a.boxes) as bigint),
                    cast(sum(a.boxes * coalesce(a.vials_per_box, $2)
                             * coalesce(a.doses_per_vial, $3))
                         as bigint)
               from allocation a
               join venue v on v.id = a.venue_id
              where v.programme = $1
              group by a.cycle, v.prefecture"
        ),
        args![&programme.id, first.vials_per_box, first.doses_per_vial],
    )
}

fn used(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Used>, Failure> {
    tx.all(
        sql!(
            "select r.as_of, v.prefecture, cast(sum(r.increase) as bigint)
               from result_entry r
               join venue v on v.id = r.venue_id
              where r.series = 'booster'
                and v.programme = $1
              group by 1, 2"
        ),
        args![&programme.id],
    )
}

fn cycles(
    tx: &mut Tx<'_>,
    programme: &Programme,
    allocated: &[Allocated],
    used: &[Used],
) -> Result<Vec<OfCycle>, Failure> {
    let first = programme.first_packing();
    let planned: Vec<Amount> = tx.all(
        sql!(concat!(
            "select l.cycle, cast(sum(coalesce(a.boxes, l.boxes)) as bigint),
                    cast(sum(",
            planned_doses!("$1", "$2"),
            ") as bigint)
               from plan_line l
               join plan_registration r on r.venue_id = l.venue_id and r.number = l.number
                    and r.latest
               left join allocation a on a.venue_id = l.venue_id and a.cycle = l.cycle
              group by l.cycle"
        )),
        args![first.vials_per_box, first.doses_per_vial],
    )?;
    let received: Vec<Amount> = tx.all(
        sql!(
            "select cycle,
                    cast(coalesce(sum(received_boxes * coalesce(vials_per_box, $1)), 0) as bigint),
                    cast(coalesce(sum(received_boxes * coalesce(vials_per_box, $1)
                                      * coalesce(doses_per_vial, $2)),
                                  0)
                         as bigint)
               from shipment
              where received_at is not null
              group by cycle"
        ),
        args![first.vials_per_box, first.doses_per_vial],
    )?;
    let of = |all: &[Amount], number: u32| {
        all.iter().find(|a| a.cycle == number).map_or((0, 0), |a| (a.counted, a.doses))
    };
    let given = |number: u32, what: fn(&Allocated) -> i64| {
        allocated.iter().filter(|a| a.cycle == number).map(what).sum()
    };
    Ok(programme
        .cycles
        .iter()
        .map(|c| OfCycle {
            number: c.number,
            planned: of(&planned, c.number).0,
            planned_doses: of(&planned, c.number).1,
            allocated: given(c.number, |a| a.boxes),
            allocated_doses: given(c.number, |a| a.doses),
            received_vials: of(&received, c.number).0,
            received_doses: of(&received, c.number).1,
            used_doses: used
                .iter()
                .filter(|u| (c.from..=c.to).contains(&u.day))
                .map(|u| u.doses)
                .sum(),
        })
        .collect())
}

fn prefectures(
    tx: &mut Tx<'_>,
    programme: &str,
    allocated: &[Allocated],
    used: &[Used],
) -> Result<Vec<OfPrefecture>, Failure> {
    let places: Vec<(String, i64)> = tx.all(
        sql!(
            "select prefecture, count(*)
               from venue
              where programme = $1
              group by prefecture
              order by prefecture"
        ),
        args![programme],
    )?;
    let here = |code: &str| -> Vec<&Allocated> {
        allocated.iter().filter(|a| a.prefecture == code).collect()
    };
    Ok(places
        .into_iter()
        .map(|(code, venues)| OfPrefecture {
            requested: here(&code).iter().map(|a| a.requested).sum(),
            allocated: here(&code).iter().map(|a| a.boxes).sum(),
            used_doses: used.iter().filter(|u| u.prefecture == code).map(|u| u.doses).sum(),
            venues,
            code,
        })
        .collect())
}

fn weeks(tx: &mut Tx<'_>) -> Result<Vec<OfWeek>, Failure> {
    tx.all(
        sql!(
            "select delivery_week, count(*), count(date), count(shipped_at), count(received_at)
               from shipment
              group by delivery_week
              order by delivery_week"
        ),
        args![],
    )
}

/// Registrations by review status.
fn reviews(tx: &mut Tx<'_>, venues: i64) -> Result<BTreeMap<String, i64>, Failure> {
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
    let mut of_reviews: BTreeMap<String, i64> = reviews.into_iter().collect();
    let registered: i64 = of_reviews.values().sum();
    of_reviews.insert("unregistered".into(), (venues - registered).max(0));
    Ok(of_reviews)
}

/// Waiting registrations by flag.
fn flags(tx: &mut Tx<'_>) -> Result<BTreeMap<String, i64>, Failure> {
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
    let mut of_flags: BTreeMap<String, i64> = BTreeMap::new();
    for (keys, n) in flags {
        for key in keys.split(',').filter(|k| !k.is_empty()) {
            *of_flags.entry(key.into()).or_default() += n;
        }
    }
    Ok(of_flags)
}

fn anomalies(tx: &mut Tx<'_>, now: Timestamp) -> Result<BTreeMap<String, i64>, Failure> {
    let soon = rules::time::date(now).saturating_add(jiff::Span::new().days(7));
    let late_dates: (i64,) = tx.one(
        sql!(concat!(
            "select count(*) from shipment s where ",
            waits_for_date!(),
            " and s.delivery_week <= $1"
        )),
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
    Ok([("dates_late".to_string(), late_dates.0), ("receipt_differs".to_string(), differences.0)]
        .into())
}

/// Counts the country.
///
/// # Errors
/// The database's.
pub fn count(tx: &mut Tx<'_>, programme: &Programme, now: Timestamp) -> Result<Figures, Failure> {
    let (id, first) = (&programme.id, programme.first_packing());
    let supply: (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(supply * coalesce(vials_per_box, $2)
                                      * coalesce(doses_per_vial, $3)),
                                  0)
                         as bigint)
               from allocation_run
              where programme = $1
                and approved_at is not null"
        ),
        args![id, first.vials_per_box, first.doses_per_vial],
    )?;
    let (wasted_vials, wasted_doses): (i64, i64) = tx.one(
        sql!(
            "select cast(coalesce(sum(increase), 0) as bigint),
                    cast(coalesce(sum(increase * coalesce(doses_per_vial, $1)), 0) as bigint)
               from result_entry
              where series = 'unused_vials'"
        ),
        args![first.doses_per_vial],
    )?;
    let (allocated, used) = (allocated(tx, programme)?, used(tx, programme)?);
    let prefectures = prefectures(tx, id, &allocated, &used)?;
    let venues: i64 = prefectures.iter().map(|p| p.venues).sum();
    Ok(Figures {
        venues,
        supply_doses: supply.0,
        cycles: cycles(tx, programme, &allocated, &used)?,
        prefectures,
        weeks: weeks(tx)?,
        wasted_vials,
        wasted_doses,
        used_vials: vials::used(&vials::used_at_venues(tx, programme)?),
        reviews: reviews(tx, venues)?,
        flags: flags(tx)?,
        burn_up: burn_up::count(tx, programme, now)?,
        anomalies: anomalies(tx, now)?,
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
