//! Results (接種実績) and waste (廃棄): entries, not totals. Source: spec §2.9, briefing 実績登録の基本.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::input::Unit;
use crate::words;

words! {
    #[derive(PartialOrd, Ord)]
    pub enum Series in result_entry.series {
        /// The programme's own dose (3回目接種).
        Booster = "booster",
        /// The doses of the earlier programme (1・2回目接種), behind "+".
        Earlier = "earlier",
        /// 未使用のまま廃棄したバイアル本数
        UnusedVials = "unused_vials",
    }
}

impl Series {
    pub fn unit(self) -> Unit {
        match self {
            Series::Booster | Series::Earlier => Unit::Dose,
            Series::UnusedVials => Unit::Vial,
        }
    }
}

/// What was typed: either one; the other is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Increase(i64),
    Total(i64),
}

/// What the system knows of one series before the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub total: i64,
    pub largest_increase: i64,
    /// Doses received; for vials, vials received.
    pub received: i64,
}

/// A question that must be answered before the entry is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Same,
    Less { before: i64, after: i64 },
    MoreThanReceived { total: i64, received: i64 },
    Jump { now: i64, most: i64 },
    BeforeItCame { day: Date, came: Date },
    TogetherMoreThanCame { used: i64, wasted: i64, day: Date, came: i64 },
}

/// What had come to a venue by the day of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CameBy {
    /// The first day on which anything came, whenever that was.
    pub first: Option<Date>,
    /// Doses that had come by the day, less those that had gone on.
    pub doses: i64,
    /// Doses of a vial on the day.
    pub per_vial: i64,
}

/// Asks about entries by what had come by their day: nothing yet, or less than was used and thrown
/// away together. `before` are the totals of doses given and vials thrown away before the report.
pub fn ask_of_day(entries: &mut [Entry], before: (i64, i64), as_of: Date, came: &CameBy) {
    let total = |series: Series, known: i64| {
        entries.iter().find(|e| e.series == series).map_or(known, |e| e.total)
    };
    let used = total(Series::Booster, before.0);
    let wasted = total(Series::UnusedVials, before.1);
    let Some(entry) = entries.iter_mut().find(|e| e.series != Series::Earlier && e.increase > 0)
    else {
        return;
    };
    let asked = |q: &Question| matches!(q, Question::MoreThanReceived { .. });
    let gone = used.saturating_add(wasted.saturating_mul(came.per_vial));
    match came.first {
        Some(first) if as_of < first => {
            entry.questions.push(Question::BeforeItCame { day: as_of, came: first });
        }
        Some(_) if gone > came.doses && !entry.questions.iter().any(asked) => {
            let (day, came) = (as_of, came.doses);
            entry.questions.push(Question::TogetherMoreThanCame { used, wasted, day, came });
        }
        _ => {}
    }
}

/// Why an import isn't taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTakenBack {
    Unreadable,
    ReportedSince,
    /// The end of the number of a record that was corrected.
    ChangedSince(String),
    /// `day` stands in brackets, or is empty.
    CorrectedSince {
        which: String,
        file: String,
        day: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Future(Date),
    BeforeLast(Date),
    Nothing,
    Negative,
    NoReason,
}

/// One entry to be written: the total is the sum of all increases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub series: Series,
    pub increase: i64,
    pub total: i64,
    pub questions: Vec<Question>,
}

pub fn entry(series: Series, known: &Known, typed: Typed) -> Result<Entry, Refusal> {
    let total = match typed {
        Typed::Increase(n) => known.total.saturating_add(n),
        Typed::Total(n) => n,
    };
    if total < 0 {
        return Err(Refusal::Negative);
    }
    let increase = total.saturating_sub(known.total);
    let mut questions = Vec::new();
    if increase < 0 {
        questions.push(Question::Less { before: known.total, after: total });
    }
    if increase == 0 && series == Series::Booster {
        questions.push(Question::Same);
    }
    // Doses of the earlier programme came by another way; their receipt isn't known here.
    if series != Series::Earlier && total > known.received && increase > 0 {
        questions.push(Question::MoreThanReceived { total, received: known.received });
    }
    if known.largest_increase > 0 && increase > known.largest_increase.saturating_mul(3) {
        questions.push(Question::Jump { now: increase, most: known.largest_increase });
    }
    Ok(Entry { series, increase, total, questions })
}

/// Decides whether entries may be written: date in range, questions answered, decreases explained.
pub fn report(
    entries: &[Entry],
    as_of: Date,
    last: Option<Date>,
    today: Date,
    reason: &str,
) -> Result<(), Refusal> {
    if as_of > today {
        return Err(Refusal::Future(today));
    }
    if let Some(last) = last.filter(|l| as_of < *l) {
        return Err(Refusal::BeforeLast(last));
    }
    if entries.is_empty() {
        return Err(Refusal::Nothing);
    }
    if entries.iter().any(|e| e.increase < 0) && reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    Ok(())
}

/// The total of its own series after each entry, oldest first. Worked out at once: whoever shows it
/// the other way round turns the finished list.
pub fn running(entries: impl Iterator<Item = (Series, i64)>) -> Vec<i64> {
    let mut totals: BTreeMap<Series, i64> = BTreeMap::new();
    let mut all = Vec::new();
    for (series, increase) in entries {
        let total = totals.entry(series).or_insert(0);
        *total = total.saturating_add(increase);
        all.push(*total);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Known = Known { total: 100, largest_increase: 50, received: 600 };

    #[test]
    fn increase_and_total_say_the_same() {
        let by_increase = entry(Series::Booster, &KNOWN, Typed::Increase(30)).unwrap();
        let by_total = entry(Series::Booster, &KNOWN, Typed::Total(130)).unwrap();
        assert_eq!(by_increase, by_total);
        assert_eq!((by_total.increase, by_total.total), (30, 130));
        assert_eq!(by_total.questions, []);
    }

    #[test]
    fn equal_lower_more_than_received_and_jumps_are_asked_about() {
        let ask = |typed| entry(Series::Booster, &KNOWN, typed).unwrap().questions;
        assert_eq!(ask(Typed::Total(100)), [Question::Same]);
        assert_eq!(ask(Typed::Total(90)), [Question::Less { before: 100, after: 90 }]);
        assert_eq!(
            ask(Typed::Total(601)),
            [
                Question::MoreThanReceived { total: 601, received: 600 },
                Question::Jump { now: 501, most: 50 }
            ]
        );
        assert_eq!(entry(Series::Booster, &KNOWN, Typed::Total(-1)), Err(Refusal::Negative));
    }

    #[test]
    fn a_day_before_anything_came_and_more_than_had_come_are_asked_about() {
        let day = |d: &str| d.parse::<Date>().unwrap();
        let came = CameBy { first: Some(day("2022-03-28")), doses: 600, per_vial: 15 };
        let known = Known { total: 0, largest_increase: 0, received: 600 };
        let asked = |used: i64, wasted: i64, as_of: &str, came: &CameBy| {
            let vials = Known { received: 40, ..known };
            let mut entries = vec![
                entry(Series::Booster, &known, Typed::Total(used)).unwrap(),
                entry(Series::UnusedVials, &vials, Typed::Total(wasted)).unwrap(),
            ];
            ask_of_day(&mut entries, (0, 0), day(as_of), came);
            let all = entries.into_iter().flat_map(|e| e.questions);
            all.filter(|q| *q != Question::Same).collect::<Vec<_>>()
        };
        assert_eq!(
            asked(100, 0, "2022-03-01", &came),
            [Question::BeforeItCame { day: day("2022-03-01"), came: day("2022-03-28") }]
        );
        assert_eq!(asked(0, 3, "2022-03-27", &came).len(), 1);
        assert_eq!(asked(585, 1, "2022-03-28", &came), []);
        assert_eq!(
            asked(586, 1, "2022-03-28", &came),
            [Question::TogetherMoreThanCame {
                used: 586,
                wasted: 1,
                day: day("2022-03-28"),
                came: 600,
            }]
        );
        // Asked about once where one of them alone is too much; nothing is known where nothing came.
        assert_eq!(asked(601, 1, "2022-03-28", &came).len(), 1);
        assert_eq!(asked(0, 0, "2022-03-01", &came), []);
        assert_eq!(asked(10, 0, "2022-03-01", &CameBy::default()), []);
        // What was reported before counts with what is reported now.
        let mut only = [entry(Series::UnusedVials, &known, Typed::Increase(1)).unwrap()];
        ask_of_day(&mut only, (590, 0), day("2022-03-28"), &came);
        assert_eq!(only[0].questions.len(), 1);
    }

    #[test]
    fn totals_run_from_the_oldest_entry_each_series_for_itself() {
        let entries = [
            (Series::Booster, 540),
            (Series::UnusedVials, 3),
            (Series::Booster, 60),
            (Series::Booster, -10),
            (Series::UnusedVials, 2),
            (Series::Earlier, 5),
        ];
        assert_eq!(running(entries.into_iter()), [540, 3, 600, 590, 5, 5]);
        assert_eq!(
            running([(Series::Booster, 120), (Series::Booster, -10)].into_iter()),
            [120, 110]
        );
        assert_eq!(running(std::iter::empty()), [] as [i64; 0]);
    }

    #[test]
    fn a_decrease_needs_a_reason_and_dates_stay_in_order() {
        let day = |d: &str| d.parse::<Date>().unwrap();
        let less = [entry(Series::Booster, &KNOWN, Typed::Total(90)).unwrap()];
        let today = day("2022-03-20");
        assert_eq!(report(&less, today, None, today, ""), Err(Refusal::NoReason));
        assert_eq!(report(&less, today, None, today, "数え間違い"), Ok(()));
        assert_eq!(report(&less, day("2022-03-21"), None, today, "x"), Err(Refusal::Future(today)));
        assert_eq!(
            report(&less, day("2022-03-18"), Some(day("2022-03-19")), today, "x"),
            Err(Refusal::BeforeLast(day("2022-03-19")))
        );
        assert_eq!(report(&[], today, None, today, ""), Err(Refusal::Nothing));
    }
}
