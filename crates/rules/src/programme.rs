//! A programme: product, box size, needle rule, minimums, cycles and calendar, all of it data with
//! a period of validity.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Phase};
use crate::time;

/// Two weeks of shots (クール). Cut-offs and delivery weeks don't follow one arithmetic: they are
/// rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    pub number: u32,
    pub from: Date,
    pub to: Date,
    /// The Monday of the delivery week.
    pub delivery_week: Date,
    pub cut_off: Timestamp,
    pub decided: Date,
}

impl Cycle {
    /// `2/28〜3/13接種`, as the briefing's plan rows say it.
    pub fn say_period(&self) -> String {
        format!("{}〜{}接種", time::say_short(self.from), time::say_short(self.to))
    }
    /// `2/21週配送`
    pub fn say_delivery_week(&self) -> String {
        format!("{}週配送", time::say_short(self.delivery_week))
    }
    /// `第2クール`
    pub fn say(&self) -> String {
        format!("第{}クール", self.number)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: String,
    pub name: String,
    pub short_name: String,
    pub vials_per_box: u32,
    pub doses_per_vial: u32,
    pub storage: String,
    /// Boxes that one freezer holds.
    pub boxes_per_freezer: u32,
    /// The day from which the vaccine was given to anybody, in this programme or an earlier one.
    pub used_from: Date,
}

impl Product {
    pub fn doses_per_box(&self) -> u32 {
        self.vials_per_box.saturating_mul(self.doses_per_vial)
    }
}

/// What a box of vaccine and a box of needles hold (荷姿). What was planned, decided, received or
/// used keeps the packing of its own day, whatever the masters say later: every figure of something
/// past is worked out with the packing stored beside it. Never overflows, whatever was stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packing {
    pub vials_per_box: u32,
    pub doses_per_vial: u32,
    /// Which needles go with them, and how many a box of needles holds.
    pub needles: NeedleRule,
}

impl Packing {
    /// Doses in a box.
    pub fn doses_per_box(self) -> u32 {
        self.vials_per_box.saturating_mul(self.doses_per_vial)
    }
    /// Doses in so many boxes.
    pub fn doses(self, boxes: u32) -> u32 {
        boxes.saturating_mul(self.doses_per_box())
    }
    /// Vials in so many boxes.
    pub fn vials(self, boxes: u32) -> i64 {
        i64::from(boxes).saturating_mul(i64::from(self.vials_per_box))
    }
    /// Needles (pieces) in so many boxes of them.
    pub fn needles(self, needle_boxes: u32) -> u64 {
        u64::from(needle_boxes).saturating_mul(u64::from(self.needles.pack))
    }
    /// Boxes of needles for so many boxes of vaccine.
    pub fn needle_boxes(self, boxes: u32) -> u32 {
        let NeedleRule { numerator, denominator, pack } = self.needles;
        let doses = u128::from(self.doses(boxes));
        let needed = needle_boxes(doses, numerator.into(), denominator.into(), pack.into());
        u32::try_from(needed).unwrap_or(u32::MAX)
    }
    /// As a row has it, where one says it.
    pub fn or(self, vials: Option<u32>, doses: Option<u32>, needles: Option<u32>) -> Packing {
        Packing {
            vials_per_box: vials.unwrap_or(self.vials_per_box),
            doses_per_vial: doses.unwrap_or(self.doses_per_vial),
            needles: NeedleRule { pack: needles.unwrap_or(self.needles.pack), ..self.needles },
        }
    }
}

/// How many needles and syringes go with so many doses; what it means in boxes of them is
/// [`needle_boxes`], at every door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedleRule {
    pub numerator: u32,
    pub denominator: u32,
    /// Needles in one pack.
    pub pack: u32,
}

/// The needle rule: boxes of needles and syringes for so many doses,
/// `ceil(doses × numerator / denominator / pack)`. Never overflows, whatever was stored.
pub(crate) fn needle_boxes(doses: u128, numerator: u64, denominator: u64, pack: u64) -> u64 {
    let needed = doses.saturating_mul(u128::from(numerator));
    let pack = u128::from(denominator).saturating_mul(u128::from(pack)).max(1);
    u64::try_from(needed.div_ceil(pack)).unwrap_or(u64::MAX)
}

/// The needle rule as a table to look things up in, for a page that follows while somebody types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedleTable {
    /// Boxes of needles for 0, 1, 2 … boxes of vaccine, until they come out even.
    pub first: Vec<u32>,
    /// What each further round of as many boxes of vaccine adds.
    pub round: u32,
}

/// The longest [`NeedleTable`] that a page carries.
const NEEDLE_TABLE_MOST: u64 = 1_000;

/// The largest number that divides both.
fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// What a number of vaccine boxes means: the answer of `vsys rules plan-line`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LineQuantities {
    pub doses: u32,
    pub needle_boxes: u32,
    pub needles: u32,
}

#[derive(Clone, Debug)]
pub struct Programme {
    pub id: String,
    pub name: String,
    pub english: String,
    pub dose_name: String,
    pub earlier_dose_name: String,
    pub plan_entry_from: Date,
    /// The day from which nothing is written any more.
    pub closed_from: Option<Date>,
    pub planning: Planning,
    /// Doses that one doctor gives in a day.
    pub doses_per_doctor_day: u32,
    pub product: Product,
    pub needle_rule: NeedleRule,
    /// The packings that came before today's, oldest first, each with the first day on which it
    /// didn't hold any more.
    pub former: Vec<(Date, Packing)>,
    /// Least days from one dose to the next that aren't asked about, by the next dose's number.
    pub intervals: Vec<(u32, i64)>,
    /// Minimum persons of one application, by first cycle asked for, in order of cycle.
    pub minimums: Vec<(u32, u32)>,
    pub cycles: Vec<Cycle>,
    pub calendar: Calendar,
}

/// How amounts are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planning {
    /// 接種計画: all cycles at once, changed while entry is open.
    #[default]
    Plan,
    /// 希望量: cycle by cycle, the one whose cut-off comes next (the first series' way).
    Wish,
}

/// The most boxes that one line may hold: far above any venue, far below an overflow.
pub const BOXES_MAX: u32 = 100_000;
/// The most boxes of needles that one line may hold.
pub const NEEDLE_BOXES_MAX: u32 = 1_000_000;

/// Boxes of vaccine of the example that explains doses and needles.
pub const EXAMPLE_BOXES: u32 = 4;

/// What closes next: an instant, and the cycle that it closes where it closes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub at: Timestamp,
    pub cycle: Option<u32>,
}

impl Programme {
    /// Whether the programme has ended: from its closing day on everything stays readable, and
    /// nothing is written any more.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.closed_from.is_some_and(|day| crate::time::date(now) >= day)
    }
    /// The dose that it gives, where its name begins with a number (3回目接種); 0: any.
    pub fn own_dose(&self) -> u32 {
        let folded = crate::input::folded(&self.dose_name);
        let digits: String = folded.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    }
    pub fn cycle(&self, number: u32) -> Option<&Cycle> {
        self.cycles.iter().find(|c| c.number == number)
    }

    /// Whether an amount can be asked for in a cycle that isn't cut off: in a programme of wishes
    /// only in the one that comes next.
    pub fn asks_for(&self, cycle: &Cycle, now: Timestamp) -> bool {
        self.planning == Planning::Plan
            || self.next_cut_off(now).is_some_and(|next| next.number == cycle.number)
    }

    /// The next cycle whose cut-off is still to come.
    pub fn next_cut_off(&self, now: Timestamp) -> Option<&Cycle> {
        self.cycles.iter().filter(|c| c.cut_off > now).min_by_key(|c| c.cut_off)
    }

    /// The nearest instant after which something can't be changed any more: the close of an entry
    /// window or the cut-off of a cycle, whichever comes first. `None` where every cycle is past
    /// its cut-off: what no cycle waits for is no deadline.
    pub fn next_deadline(&self, now: Timestamp) -> Option<Deadline> {
        let cycle = self.next_cut_off(now)?;
        let cut_off = Deadline { at: cycle.cut_off, cycle: Some(cycle.number) };
        let close =
            self.calendar.stretches().find(|s| s.phase != Phase::Open && s.since > now).map(|s| {
                Deadline {
                    at: s.since,
                    cycle: s.cycle.or((s.since == cycle.cut_off).then_some(cycle.number)),
                }
            });
        Some(close.filter(|c| c.at <= cut_off.at).unwrap_or(cut_off))
    }

    /// The last cycle, where every cycle is past its cut-off.
    pub fn all_cut_off(&self, now: Timestamp) -> Option<&Cycle> {
        if self.next_cut_off(now).is_some() {
            None
        } else {
            self.cycles.iter().max_by_key(|c| c.cut_off)
        }
    }

    pub fn minimum_for(&self, first_cycle: u32) -> u32 {
        self.minimums
            .iter()
            .rev()
            .find(|(from, _)| *from <= first_cycle)
            .map_or(0, |(_, persons)| *persons)
    }

    /// What boxes hold today: for what is being planned, decided, received or used now.
    pub fn packing(&self) -> Packing {
        Packing {
            vials_per_box: self.product.vials_per_box,
            doses_per_vial: self.product.doses_per_vial,
            needles: self.needle_rule,
        }
    }

    /// What boxes held on a day: for what is recorded afterwards.
    pub fn packing_on(&self, day: Date) -> Packing {
        let then = self.former.iter().find(|(until, _)| day < *until);
        then.map_or_else(|| self.packing(), |(_, packing)| *packing)
    }

    /// What boxes held before any change: for rows that don't say what theirs held.
    pub fn first_packing(&self) -> Packing {
        self.packing_on(Date::MIN)
    }

    /// Boxes of needles for so many boxes of vaccine, by today's rule. Never overflows, whatever
    /// was stored.
    pub fn needle_boxes(&self, boxes: u32) -> u32 {
        self.packing().needle_boxes(boxes)
    }

    /// [`Programme::needle_boxes`] as a table; none where it would be too long for a page.
    pub fn needle_table(&self) -> Option<NeedleTable> {
        let rule = &self.needle_rule;
        let a_box = u64::from(self.product.doses_per_box()) * u64::from(rule.numerator);
        let pack = (u64::from(rule.denominator) * u64::from(rule.pack)).max(1);
        let length = pack / common_divisor(a_box, pack);
        let length = u32::try_from(Some(length).filter(|n| *n <= NEEDLE_TABLE_MOST)?).ok()?;
        let first = (0..length).map(|boxes| self.needle_boxes(boxes)).collect();
        Some(NeedleTable { first, round: self.needle_boxes(length) })
    }

    /// Doses in so many boxes of today.
    pub fn doses(&self, boxes: u32) -> u32 {
        self.packing().doses(boxes)
    }

    /// Needles (pieces) in so many boxes of them, as they are packed today.
    pub fn needles(&self, needle_boxes: u32) -> u64 {
        self.packing().needles(needle_boxes)
    }

    /// Doses and needles of a plan line. `None` above [`BOXES_MAX`].
    pub fn quantities(&self, boxes: u32) -> Option<LineQuantities> {
        if boxes > BOXES_MAX {
            return None;
        }
        let needle_boxes = self.needle_boxes(boxes);
        Some(LineQuantities {
            doses: self.doses(boxes),
            needle_boxes,
            needles: u32::try_from(self.needles(needle_boxes)).unwrap_or(u32::MAX),
        })
    }
}

/// ③ for 3, as the briefing numbers the windows.
pub fn circled(n: u32) -> String {
    if (1..=20).contains(&n) {
        char::from_u32(0x2460 + n - 1).map_or(n.to_string(), String::from)
    } else {
        n.to_string()
    }
}

#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use crate::calendar::ChangePoint;

    /// The spring-2022 calendar around cycle 2, for tests.
    pub fn programme() -> Programme {
        let at = |text: &str| time::parse_instant(text).unwrap();
        let cycle = |number, from: &str, to: &str, week: &str, cut: &str, decided: &str| Cycle {
            number,
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            delivery_week: week.parse().unwrap(),
            cut_off: at(cut),
            decided: decided.parse().unwrap(),
        };
        let point =
            |from: &str, phase, window, cycle| ChangePoint { from: at(from), phase, window, cycle };
        Programme {
            id: "test".into(),
            name: "試験".into(),
            english: "Test".into(),
            dose_name: "3回目接種".into(),
            earlier_dose_name: "1・2回目接種".into(),
            closed_from: None,
            plan_entry_from: "2022-01-07".parse().unwrap(),
            planning: Planning::Plan,
            doses_per_doctor_day: 200,
            product: Product {
                id: "moderna".into(),
                name: "武田/モデルナ".into(),
                short_name: "モデルナワクチン".into(),
                vials_per_box: 10,
                doses_per_vial: 15,
                storage: "−20℃".into(),
                boxes_per_freezer: 15,
                used_from: "2021-05-21".parse().unwrap(),
            },
            needle_rule: NeedleRule { numerator: 3, denominator: 2, pack: 100 },
            former: vec![],
            intervals: vec![(3, 150)],
            minimums: vec![(1, 1000), (3, 500)],
            cycles: vec![
                cycle(
                    1,
                    "2022-02-28",
                    "2022-03-13",
                    "2022-02-14",
                    "2022-01-31T15:00",
                    "2022-02-03",
                ),
                cycle(
                    2,
                    "2022-03-14",
                    "2022-03-27",
                    "2022-02-28",
                    "2022-02-15T15:00",
                    "2022-02-17",
                ),
                cycle(
                    3,
                    "2022-03-28",
                    "2022-04-10",
                    "2022-03-14",
                    "2022-03-01T15:00",
                    "2022-03-03",
                ),
            ],
            calendar: Calendar::new(vec![
                point("2022-02-05", Phase::Open, 3, None),
                point("2022-02-08T15:00", Phase::PlanReview, 3, None),
                point("2022-02-11", Phase::Open, 4, None),
                point("2022-02-15T15:00", Phase::Allocation, 4, Some(2)),
                point("2022-02-19", Phase::Open, 5, None),
            ])
            .unwrap(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_four_boxes_are_600_doses_and_nine_packs_of_needles() {
        assert_eq!(
            sample::programme().quantities(4),
            Some(LineQuantities { doses: 600, needle_boxes: 9, needles: 900 })
        );
    }

    #[test]
    fn a_day_keeps_the_packing_that_held_on_it() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let mut p = sample::programme();
        let first = p.packing();
        assert_eq!((p.first_packing(), p.packing_on(day("2022-06-03"))), (first, first));
        // 20 vials from 3 June, packs of 60 needles from 1 July.
        let second = Packing { vials_per_box: 20, ..first };
        p.former = vec![(day("2022-06-03"), first), (day("2022-07-01"), second)];
        (p.product.vials_per_box, p.needle_rule.pack) = (20, 60);
        for (on, doses, needle_boxes, needles) in [
            ("2022-02-14", 600, 9, 900),
            ("2022-06-02", 600, 9, 900),
            ("2022-06-03", 1_200, 18, 1_800),
            ("2022-06-30", 1_200, 18, 1_800),
            ("2022-07-01", 1_200, 30, 1_800),
            ("2023-01-01", 1_200, 30, 1_800),
        ] {
            let then = p.packing_on(day(on));
            let boxes = then.needle_boxes(4);
            let found = (then.doses(4), boxes, then.needles(boxes));
            assert_eq!(found, (doses, needle_boxes, needles), "{on}");
        }
        assert_eq!(p.first_packing(), first);
        assert_eq!(first.or(Some(20), None, None), second);
        let most = Packing { vials_per_box: u32::MAX, doses_per_vial: u32::MAX, ..first };
        assert_eq!((most.doses(7), most.vials(u32::MAX) > 0), (u32::MAX, true));
    }

    #[test]
    fn the_table_of_needles_says_what_the_rule_says() {
        // Vials a box, doses a vial, numerator, denominator, pack; rows of the table, one round.
        for (vials, per_vial, numerator, denominator, pack, rows, round) in [
            (10, 15, 3, 2, 100, 4, 9),
            (10, 15, 3, 2, 50, 2, 9),
            (10, 15, 1, 1, 60, 2, 5),
            (2, 2, 1, 1, 100, 25, 1),
            (10, 15, 1, 1, 150, 1, 1),
            (1, 7, 11, 10, 99, 90, 7),
            (1, 1, 1, 1, 1_000, 1_000, 1),
        ] {
            let mut p = sample::programme();
            (p.product.vials_per_box, p.product.doses_per_vial) = (vials, per_vial);
            p.needle_rule = NeedleRule { numerator, denominator, pack };
            let table = p.needle_table().unwrap();
            assert_eq!((table.first.len(), table.round), (rows, round));
            for boxes in (0..3_000).chain([BOXES_MAX - 1, BOXES_MAX]) {
                let (whole, rest) = (boxes / rows as u32, boxes as usize % rows);
                assert_eq!(table.first[rest] + whole * table.round, p.needle_boxes(boxes));
            }
        }
        // Too long for a page, without end, by nothing: no table, or one of nothing.
        let mut p = sample::programme();
        p.needle_rule = NeedleRule { numerator: 1, denominator: 1, pack: 1_001 };
        assert_eq!(p.needle_table(), None);
        p.needle_rule = NeedleRule { numerator: 0, denominator: 0, pack: 0 };
        assert_eq!(p.needle_table(), Some(NeedleTable { first: vec![0], round: 0 }));
    }

    #[test]
    fn needles_by_the_default_rule() {
        let p = sample::programme();
        let packs: Vec<u32> = [0, 1, 2, 3, 4, 5, 6, 10]
            .iter()
            .map(|n| p.quantities(*n).unwrap().needle_boxes)
            .collect();
        assert_eq!(packs, [0, 3, 5, 7, 9, 12, 14, 23]);
        assert_eq!(p.quantities(BOXES_MAX + 1), None);
    }

    #[test]
    fn the_nearest_deadline_is_a_windows_close_or_a_cycles_cut_off_and_none_after_the_last() {
        let p = sample::programme();
        let at = |text: &str| time::parse_instant(text).unwrap();
        let next = |now: &str| p.next_deadline(at(now)).map(|d| (d.at, d.cycle));
        for (now, wanted, cycle) in [
            ("2022-02-05", "2022-02-08T15:00", None),
            ("2022-02-08T14:59:59.999", "2022-02-08T15:00", None),
            ("2022-02-08T15:00", "2022-02-15T15:00", Some(2)),
            ("2022-02-15T14:59:59.999", "2022-02-15T15:00", Some(2)),
            // The last window has no close of its own; the cycle's cut-off is the deadline.
            ("2022-02-15T15:00", "2022-03-01T15:00", Some(3)),
            ("2022-02-20", "2022-03-01T15:00", Some(3)),
        ] {
            assert_eq!(next(now), Some((at(wanted), cycle)), "{now}");
            assert_eq!(p.all_cut_off(at(now)), None, "{now}");
        }
        assert_eq!(next("2022-03-01T15:00"), None);
        assert_eq!(p.all_cut_off(at("2022-03-01T15:00")).map(|c| c.number), Some(3));
    }

    #[test]
    fn whatever_was_stored_no_quantity_overflows() {
        let p = sample::programme();
        for n in [0, 1, BOXES_MAX, 999_999_999, u32::MAX] {
            let _ = (p.doses(n), p.needles(n), p.needle_boxes(n), p.quantities(n));
        }
        assert_eq!(p.needles(u32::MAX), u64::from(u32::MAX) * 100);
    }

    #[test]
    fn the_minimum_fell_from_1000_to_500_with_cycle_3() {
        let p = sample::programme();
        assert_eq!([1, 2, 3, 5].map(|c| p.minimum_for(c)), [1000, 1000, 500, 500]);
    }
}
