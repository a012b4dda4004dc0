//! When plans may be changed. The calendar is a list of change points ("from this instant, this
//! phase"), so a gap or an overlap can't be written down, and `15:00〆` is one half-open comparison.
//! Source: spec §3, entry windows.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::holidays::Holidays;
use crate::time;

/// The country's phase: one for everybody, independent of any plan's own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 登録可能
    Open,
    /// 計画確認中
    PlanReview,
    /// 分配処理中
    Allocation,
}

impl Phase {
    pub fn label(self) -> &'static str {
        match self {
            Phase::Open => "登録可能",
            Phase::PlanReview => "計画確認中",
            Phase::Allocation => "分配処理中",
        }
    }
}

/// From this instant, this phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangePoint {
    pub from: Timestamp,
    pub phase: Phase,
    /// The entry window (登録期間) that is open, or that has just closed.
    pub window: u32,
    /// The cycle whose plan this closed window cuts off; only with [`Phase::Allocation`].
    pub cycle: Option<u32>,
}

/// One stretch of time in which the phase doesn't change: `since <= t < until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub phase: Phase,
    pub window: u32,
    /// The cycle that this window's close cuts off, whether still open or already closed.
    pub cycle: Option<u32>,
    pub since: Timestamp,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarFault {
    Empty,
    Order(String),
    Cycle(String),
}

/// The change points in order. Built only through [`Calendar::new`], which checks the order.
#[derive(Clone, Debug)]
pub struct Calendar(Vec<ChangePoint>);

impl Calendar {
    pub fn new(points: Vec<ChangePoint>) -> Result<Calendar, CalendarFault> {
        if points.is_empty() {
            return Err(CalendarFault::Empty);
        }
        for pair in points.windows(2) {
            if pair[1].from <= pair[0].from {
                return Err(CalendarFault::Order(time::rfc3339(pair[1].from)));
            }
        }
        if let Some(point) =
            points.iter().find(|p| (p.phase == Phase::Allocation) != p.cycle.is_some())
        {
            return Err(CalendarFault::Cycle(time::rfc3339(point.from)));
        }
        Ok(Calendar(points))
    }

    /// From entry windows in any order: each opens, and where it has a close, closes into its phase
    /// until the next one opens.
    pub fn of_windows(mut windows: Vec<EntryWindow>) -> Result<Calendar, CalendarFault> {
        windows.sort_by_key(|w| w.window);
        let points = windows
            .into_iter()
            .flat_map(|w| {
                let open =
                    ChangePoint { from: w.open, phase: Phase::Open, window: w.window, cycle: None };
                let close = w.close.map(|close| ChangePoint {
                    from: close,
                    phase: w.then.unwrap_or(Phase::PlanReview),
                    window: w.window,
                    cycle: w.cycle,
                });
                std::iter::once(open).chain(close)
            })
            .collect();
        Calendar::new(points)
    }

    pub fn begins(&self) -> Timestamp {
        self.0[0].from
    }

    /// All stretches, in order.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> + '_ {
        self.0.iter().enumerate().map(|(i, point)| Stretch {
            phase: point.phase,
            window: point.window,
            cycle: self.0.iter().filter(|p| p.window == point.window).find_map(|p| p.cycle),
            since: point.from,
            until: self.0.get(i + 1).map(|next| next.from),
        })
    }

    /// The stretch that holds an instant; before the first change point there is none.
    pub fn at(&self, now: Timestamp) -> Option<Stretch> {
        self.stretches().take_while(|stretch| stretch.since <= now).last()
    }

    /// The next opening strictly after an instant: when a closed window reopens.
    pub fn next_opening(&self, now: Timestamp) -> Option<Stretch> {
        self.stretches().find(|stretch| stretch.phase == Phase::Open && stretch.since > now)
    }

    /// The entry windows as the ministry's table prints them.
    pub fn windows(&self) -> Vec<EntryWindow> {
        let stretches: Vec<Stretch> = self.stretches().collect();
        let closed =
            |window: u32| stretches.iter().find(|s| s.window == window && s.phase != Phase::Open);
        stretches
            .iter()
            .filter(|stretch| stretch.phase == Phase::Open)
            .map(|open| {
                let after = closed(open.window);
                EntryWindow {
                    window: open.window,
                    open: open.since,
                    close: after.map(|a| a.since),
                    then: after.map(|a| a.phase),
                    cycle: open.cycle,
                    reopen: after.and_then(|a| a.until),
                }
            })
            .collect()
    }
}

/// One entry window (登録期間): open from `open` until just before `close`, then closed until `reopen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryWindow {
    pub window: u32,
    pub open: Timestamp,
    pub close: Option<Timestamp>,
    pub then: Option<Phase>,
    pub cycle: Option<u32>,
    pub reopen: Option<Timestamp>,
}

/// A generated window with the day on which its allocation is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedWindow {
    pub window: EntryWindow,
    pub decided: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneratorRefusal {
    NotTuesday(Date),
    Weeks(u32),
    NoSuchClose(Date),
    CycleTwice(u32),
}

/// The first midnight at which entry opens again after a close: the day after the week's last
/// business day.
pub fn reopening(close: Date, holidays: &Holidays) -> Date {
    let friday = close.saturating_add(
        (Weekday::Friday.to_monday_zero_offset() as i64
            - close.weekday().to_monday_zero_offset() as i64)
            .days(),
    );
    let mut last_business_day = friday;
    while last_business_day > close && holidays.is_closed(last_business_day) {
        last_business_day = last_business_day.saturating_sub(1.day());
    }
    last_business_day.max(close).saturating_add(1.day())
}

/// The day on which an allocation is decided: the Thursday after the close, or the next business
/// day of that week.
pub fn decision_day(close: Date, holidays: &Holidays) -> Date {
    let thursday = close.saturating_add(2.days());
    let moved = holidays.on_or_after(thursday);
    if moved < reopening(close, holidays) { moved } else { thursday }
}

/// Closes are Tuesdays at 15:00:00.000 Japan time.
pub const CLOSING_TIME: Time = Time::constant(15, 0, 0, 0);

/// Writes `weeks` weekly windows from the rule. `cycles` names the closes that cut off a cycle; the
/// other closes are for plan review.
pub fn generate(
    first_close: Date,
    weeks: u32,
    first_window: u32,
    cycles: &[(Date, u32)],
    holidays: &Holidays,
) -> Result<Vec<GeneratedWindow>, GeneratorRefusal> {
    if first_close.weekday() != Weekday::Tuesday {
        return Err(GeneratorRefusal::NotTuesday(first_close));
    }
    if !(1..=200).contains(&weeks) {
        return Err(GeneratorRefusal::Weeks(weeks));
    }
    for (i, (day, cycle)) in cycles.iter().enumerate() {
        let week = (*day - first_close).get_days();
        if week < 0 || week % 7 != 0 || week / 7 >= weeks as i32 {
            return Err(GeneratorRefusal::NoSuchClose(*day));
        }
        if cycles[..i].iter().any(|(_, other)| other == cycle) {
            return Err(GeneratorRefusal::CycleTwice(*cycle));
        }
    }
    let mut open = reopening(first_close.saturating_sub(7.days()), holidays);
    Ok((0..weeks)
        .map(|week| {
            let close = first_close.saturating_add((week as i64 * 7).days());
            let cycle = cycles.iter().find(|(day, _)| *day == close).map(|(_, cycle)| *cycle);
            let reopen = reopening(close, holidays);
            let window = EntryWindow {
                window: first_window + week,
                open: time::midnight(open),
                close: Some(time::instant(close.to_datetime(CLOSING_TIME))),
                then: Some(if cycle.is_some() { Phase::Allocation } else { Phase::PlanReview }),
                cycle,
                reopen: Some(time::midnight(reopen)),
            };
            open = reopen;
            GeneratedWindow { window, decided: cycle.map(|_| decision_day(close, holidays)) }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holidays() -> Holidays {
        Holidays(
            ["2022-02-11", "2022-02-23", "2022-03-21", "2022-05-03", "2022-05-04", "2022-05-05"]
                .iter()
                .map(|d| (d.parse().unwrap(), "祝".into()))
                .collect(),
        )
    }

    /// Spec §3, the table of entry windows, as a clerk would check it: window, open, close, then,
    /// decided, reopen.
    const GOLDEN: &str = "\
        3 2022-02-05 2022-02-08 review - 2022-02-11
        4 2022-02-11 2022-02-15 cycle-2 2022-02-17 2022-02-19
        5 2022-02-19 2022-02-22 review - 2022-02-26
        6 2022-02-26 2022-03-01 cycle-3 2022-03-03 2022-03-05
        7 2022-03-05 2022-03-08 review - 2022-03-12
        8 2022-03-12 2022-03-15 review - 2022-03-19
        9 2022-03-19 2022-03-22 cycle-4 2022-03-24 2022-03-26
        10 2022-03-26 2022-03-29 review - 2022-04-02";

    #[test]
    fn golden_the_generator_writes_the_ministrys_spring_2022() {
        let cycles = [
            ("2022-02-15".parse().unwrap(), 2),
            ("2022-03-01".parse().unwrap(), 3),
            ("2022-03-22".parse().unwrap(), 4),
        ];
        let windows = generate("2022-02-08".parse().unwrap(), 8, 3, &cycles, &holidays()).unwrap();
        let written: Vec<String> = windows
            .iter()
            .map(|g| {
                let w = &g.window;
                format!(
                    "{} {} {} {} {} {}",
                    w.window,
                    time::date(w.open),
                    time::date(w.close.unwrap()),
                    w.cycle.map_or("review".into(), |c| format!("cycle-{c}")),
                    g.decided.map_or("-".into(), |d| d.to_string()),
                    time::date(w.reopen.unwrap()),
                )
            })
            .collect();
        assert_eq!(written, GOLDEN.lines().map(|l| l.trim().to_string()).collect::<Vec<_>>());
        assert!(
            windows
                .iter()
                .all(|g| time::rfc3339(g.window.close.unwrap()).ends_with("T15:00:00+09:00"))
        );
    }

    #[test]
    fn golden_a_holiday_on_friday_reopens_on_friday_but_a_holiday_on_wednesday_does_not_count() {
        assert_eq!(reopening("2022-02-08".parse().unwrap(), &holidays()).to_string(), "2022-02-11");
        assert_eq!(reopening("2022-02-22".parse().unwrap(), &holidays()).to_string(), "2022-02-26");
    }

    #[test]
    fn in_the_golden_week_the_decision_moves_to_the_one_business_day() {
        assert_eq!(
            decision_day("2022-05-03".parse().unwrap(), &holidays()).to_string(),
            "2022-05-06"
        );
        assert_eq!(reopening("2022-05-03".parse().unwrap(), &holidays()).to_string(), "2022-05-07");
    }

    #[test]
    fn the_instant_of_the_close_is_already_closed() {
        let open = ChangePoint {
            from: time::parse_instant("2022-02-05").unwrap(),
            phase: Phase::Open,
            window: 3,
            cycle: None,
        };
        let close = ChangePoint {
            from: time::parse_instant("2022-02-08T15:00").unwrap(),
            phase: Phase::PlanReview,
            ..open.clone()
        };
        let calendar = Calendar::new(vec![open, close]).unwrap();
        let phase = |text: &str| calendar.at(time::parse_instant(text).unwrap()).map(|s| s.phase);
        assert_eq!(phase("2022-02-08T14:59:59.999999"), Some(Phase::Open));
        assert_eq!(phase("2022-02-08T15:00:00.000"), Some(Phase::PlanReview));
        assert_eq!(phase("2022-02-04T23:59:59"), None);
    }

    #[test]
    fn the_generator_refuses_what_it_cant_write() {
        let h = holidays();
        assert_eq!(
            generate("2022-02-09".parse().unwrap(), 2, 1, &[], &h),
            Err(GeneratorRefusal::NotTuesday("2022-02-09".parse().unwrap()))
        );
        assert_eq!(
            generate("2022-02-08".parse().unwrap(), 0, 1, &[], &h),
            Err(GeneratorRefusal::Weeks(0))
        );
        let stray = "2022-02-16".parse().unwrap();
        assert_eq!(
            generate("2022-02-08".parse().unwrap(), 2, 1, &[(stray, 2)], &h),
            Err(GeneratorRefusal::NoSuchClose(stray))
        );
    }

    proptest! {
        /// Whatever the holidays: each window opens before it closes, and reopens exactly where the
        /// next one opens.
        #[test]
        fn generated_windows_join_without_gap_or_overlap(week in 0i64..400, weeks in 1u32..60, holidays in proptest::collection::vec(0i64..2800, 0..40)) {
            let first: Date = "2020-01-07".parse().unwrap();
            let holidays = Holidays(holidays.into_iter().map(|d| (first.saturating_add(d.days()), "祝".to_string())).collect());
            let windows = generate(first.saturating_add((week * 7).days()), weeks, 1, &[], &holidays).unwrap();
            for (i, g) in windows.iter().enumerate() {
                prop_assert!(g.window.open < g.window.close.unwrap());
                prop_assert!(g.window.close < g.window.reopen);
                if let Some(next) = windows.get(i + 1) {
                    prop_assert_eq!(g.window.reopen, Some(next.window.open));
                }
            }
        }
    }
}
