//! The review (確認): flags of a registration, and the officer's decision. Source: spec §2.6.

use serde::{Deserialize, Serialize};

use crate::plan::{Holdings, Lines};
use crate::programme::Programme;
use crate::words;

/// Why a registration needs an officer's eye.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum Flag {
    OverApplication { total: u32, expected: u32 },
    UnderMinimum { total: u32, minimum: u32 },
    RaisedOverConfirmed { total: u32, confirmed: u32 },
    OverStorage { cycle: u32, boxes: u32, capacity: u32 },
    ManagerMissing,
    DoctorMissing,
    NeedlesOff { cycle: u32, computed: u32, typed: u32 },
}

impl Flag {
    /// The keys of all flags; which of them are used is data.
    pub const KEYS: [&'static str; 7] = [
        "over_application",
        "under_minimum",
        "raised_over_confirmed",
        "over_storage",
        "manager_missing",
        "doctor_missing",
        "needles_off",
    ];
    pub fn key(&self) -> &'static str {
        match self {
            Flag::OverApplication { .. } => "over_application",
            Flag::UnderMinimum { .. } => "under_minimum",
            Flag::RaisedOverConfirmed { .. } => "raised_over_confirmed",
            Flag::OverStorage { .. } => "over_storage",
            Flag::ManagerMissing => "manager_missing",
            Flag::DoctorMissing => "doctor_missing",
            Flag::NeedlesOff { .. } => "needles_off",
        }
    }
    /// Whether an officer has to look at it alone: never confirmed with many others at once.
    pub fn is_serious(&self) -> bool {
        matches!(
            self,
            Flag::OverApplication { .. }
                | Flag::OverStorage { .. }
                | Flag::ManagerMissing
                | Flag::DoctorMissing
        )
    }
    /// The chip's word of a key.
    pub fn label_of(key: &str) -> &'static str {
        match key {
            "over_application" => "申込超過",
            "under_minimum" => "最低数未満",
            "raised_over_confirmed" => "大幅増",
            "over_storage" => "DF不足",
            "manager_missing" => "責任者未登録",
            "doctor_missing" => "医師未登録",
            _ => "針の数",
        }
    }
    /// The chip's word.
    pub fn label(&self) -> &'static str {
        Flag::label_of(self.key())
    }
}

/// What the flags look at.
pub struct Facts<'a> {
    pub programme: &'a Programme,
    pub lines: &'a Lines,
    /// What the lines are reckoned with.
    pub held: &'a Holdings,
    pub total_doses: u32,
    pub expected_doses: u32,
    pub first_cycle: u32,
    /// Total doses of the last confirmed registration.
    pub confirmed_total: Option<u32>,
    pub storage_boxes: u32,
    pub managers_missing: bool,
    pub doctors: u32,
}

pub fn flags(facts: &Facts<'_>) -> Vec<Flag> {
    let mut found = Vec::new();
    let total = facts.total_doses;
    if total > facts.expected_doses {
        found.push(Flag::OverApplication { total, expected: facts.expected_doses });
    }
    let minimum = facts.programme.minimum_for(facts.first_cycle);
    if total > 0 && total < minimum {
        found.push(Flag::UnderMinimum { total, minimum });
    }
    if let Some(confirmed) = facts.confirmed_total.filter(|c| total > *c) {
        found.push(Flag::RaisedOverConfirmed { total, confirmed });
    }
    for (cycle, line) in facts.lines {
        if line.boxes > facts.storage_boxes {
            found.push(Flag::OverStorage {
                cycle: *cycle,
                boxes: line.boxes,
                capacity: facts.storage_boxes,
            });
        }
        let held = facts.held.get(cycle).map(|held| held.needle_boxes);
        let computed = held.unwrap_or_else(|| facts.programme.needle_boxes(line.boxes));
        if let Some(typed) = line.needle_correction.filter(|t| t.abs_diff(computed) > 1) {
            found.push(Flag::NeedlesOff { cycle: *cycle, computed, typed });
        }
    }
    if facts.managers_missing {
        found.push(Flag::ManagerMissing);
    }
    if facts.doctors == 0 {
        found.push(Flag::DoctorMissing);
    }
    found
}

/// One comparison of numbers that have to go together: head-count, doses, plan, deliveries,
/// freezers, doctors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossCheck {
    pub compared: Compared,
    pub holds: bool,
}

/// The numbers that a cross-check holds against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Persons, and the doses for them.
    PersonsAndDoses { persons: u32, doses: u32 },
    /// The application's doses, and those of the plan.
    DosesAndPlan { doses: u32, planned: u32 },
    /// The most boxes of one delivery week, and the boxes that the freezers hold.
    DeliveryAndFreezers { most: u32, capacity: u32 },
    /// Doses a day and the doctors whom they need, at a pace of doses a doctor and day; the doctors
    /// registered, where there can be any.
    DosesAndDoctors { a_day: u32, needed: u32, pace: u32, doctors: Option<u32> },
}

/// What the cross-checks compare; without a plan the doses of the application are spread evenly
/// over the cycles.
pub struct Numbers<'a> {
    pub programme: &'a Programme,
    pub persons: u32,
    pub doses: u32,
    /// The lines of the plan, and what they were reckoned with.
    pub lines: Option<(&'a Lines, &'a Holdings)>,
    pub storage_boxes: u32,
    /// None before any doctor can be registered.
    pub doctors: Option<u32>,
}

pub fn cross_checks(n: &Numbers<'_>) -> Vec<CrossCheck> {
    let per_box = n.programme.product.doses_per_box().max(1);
    let cycles = n.programme.cycles.len().max(1) as u32;
    let mut checks = vec![CrossCheck {
        compared: Compared::PersonsAndDoses { persons: n.persons, doses: n.doses },
        holds: n.doses <= n.persons,
    }];
    // Doses of each line, by what its boxes held when it was registered.
    let doses_of = |(lines, held): (&Lines, &Holdings)| -> Vec<u32> {
        let today = n.programme.packing();
        let packing = |cycle: &u32| held.get(cycle).map_or(today, |held| held.packing);
        lines.iter().map(|(cycle, line)| packing(cycle).doses(line.boxes)).collect()
    };
    let by_line = n.lines.map(doses_of);
    if let Some(doses) = &by_line {
        let planned = doses.iter().copied().fold(0, u32::saturating_add);
        checks.push(CrossCheck {
            compared: Compared::DosesAndPlan { doses: n.doses, planned },
            holds: planned <= n.doses,
        });
    }
    let most = n.lines.map_or_else(
        || n.doses.div_ceil(per_box).div_ceil(cycles),
        |(lines, _)| lines.values().map(|l| l.boxes).max().unwrap_or(0),
    );
    let most_doses = by_line
        .map_or_else(|| most.saturating_mul(per_box), |doses| doses.into_iter().max().unwrap_or(0));
    checks.push(CrossCheck {
        compared: Compared::DeliveryAndFreezers { most, capacity: n.storage_boxes },
        holds: most <= n.storage_boxes,
    });
    // A cycle is two weeks: ten working days.
    let a_day = most_doses.div_ceil(10);
    let pace = n.programme.doses_per_doctor_day.max(1);
    let needed = a_day.div_ceil(pace);
    checks.push(CrossCheck {
        compared: Compared::DosesAndDoctors { a_day, needed, pace, doctors: n.doctors },
        holds: n.doctors.is_none_or(|doctors| needed <= doctors),
    });
    checks
}

words! {
    /// Review of one registration; carries what was decided.
    pub enum Status in plan_registration.review {
        /// 確認待ち
        Waiting = "waiting",
        /// 確認済
        Reviewed = "reviewed",
        /// 要見直
        RevisionRequired = "revision_required",
    }
}

impl Status {
    pub fn label(self) -> &'static str {
        match self {
            Status::Waiting => "確認待ち",
            Status::Reviewed => "確認済",
            Status::RevisionRequired => "要見直",
        }
    }
}

/// The setting beside the flags: a registration without any is confirmed without an officer.
pub const BY_ITSELF: &str = "confirmed_by_itself";

/// A registration without a flag is 確認済 by itself where that is the setting; one with a flag waits
/// for an officer.
pub fn on_registration(flags: &[Flag], by_itself: bool) -> Status {
    if flags.is_empty() && by_itself { Status::Reviewed } else { Status::Waiting }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Confirm,
    Revise { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoReason,
    Superseded,
    Decided(Status),
    NotUndone,
    Completed,
    NoReviewer,
}

/// Decides on the venue's latest registration.
pub fn decide(status: Status, is_latest: bool, decision: &Decision) -> Result<Status, Refusal> {
    if !is_latest {
        return Err(Refusal::Superseded);
    }
    match (status, decision) {
        (Status::Waiting | Status::Reviewed, Decision::Revise { reason })
            if reason.trim().is_empty() =>
        {
            Err(Refusal::NoReason)
        }
        (Status::Waiting | Status::Reviewed, Decision::Revise { .. }) => {
            Ok(Status::RevisionRequired)
        }
        (Status::Waiting | Status::RevisionRequired, Decision::Confirm) => Ok(Status::Reviewed),
        (Status::Reviewed, Decision::Confirm)
        | (Status::RevisionRequired, Decision::Revise { .. }) => Err(Refusal::Decided(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Held, Line};
    use crate::programme::sample;

    static NOTHING: Holdings = Holdings::new();

    fn facts<'a>(programme: &'a Programme, lines: &'a Lines) -> Facts<'a> {
        let total = lines.values().map(|l| l.boxes * 150).sum();
        Facts {
            programme,
            lines,
            held: &NOTHING,
            total_doses: total,
            expected_doses: 1500,
            first_cycle: 2,
            confirmed_total: None,
            storage_boxes: 15,
            managers_missing: false,
            doctors: 1,
        }
    }

    #[test]
    fn numbers_are_held_against_each_other() {
        let programme = sample::programme();
        let lines: Lines = [(1, crate::plan::Line { boxes: 30, needle_correction: None })].into();
        let numbers = Numbers {
            programme: &programme,
            persons: 1000,
            doses: 1200,
            lines: Some((&lines, &NOTHING)),
            storage_boxes: 15,
            doctors: Some(1),
        };
        let found = cross_checks(&numbers);
        assert_eq!(found.iter().map(|c| c.holds).collect::<Vec<_>>(), [false, false, false, false]);
        assert_eq!(found[2].compared, Compared::DeliveryAndFreezers { most: 30, capacity: 15 });
        assert_eq!(
            found[3].compared,
            Compared::DosesAndDoctors { a_day: 450, needed: 3, pace: 200, doctors: Some(1) }
        );
        // At the application: 1,000 doses are 7 boxes, three a cycle.
        let early = cross_checks(&Numbers { doses: 1000, lines: None, doctors: None, ..numbers });
        assert_eq!(early.iter().map(|c| c.holds).collect::<Vec<_>>(), [true, true, true]);
        let week = Compared::DeliveryAndFreezers { most: 3, capacity: 15 };
        assert_eq!(early[1].compared, week);
    }

    #[test]
    fn a_plan_is_held_against_what_its_boxes_held_when_it_was_registered() {
        let mut p = sample::programme();
        let lines = Lines::from([(1, Line { boxes: 4, needle_correction: Some(9) })]);
        let held = Held { packing: p.packing(), needle_boxes: 9 };
        let held = Holdings::from([(1, held)]);
        (p.product.vials_per_box, p.needle_rule.pack) = (20, 10);
        let numbers = Numbers {
            programme: &p,
            persons: 600,
            doses: 600,
            lines: Some((&lines, &held)),
            storage_boxes: 4,
            doctors: Some(1),
        };
        let found = cross_checks(&numbers);
        assert!(found.iter().all(|check| check.holds), "{found:?}");
        assert_eq!(found[1].compared, Compared::DosesAndPlan { doses: 600, planned: 600 });
        let flags = flags(&Facts { held: &held, ..facts(&p, &lines) });
        assert!(!flags.iter().any(|flag| flag.key() == "needles_off"), "{flags:?}");
    }

    #[test]
    fn a_clean_plan_has_no_flag_and_is_confirmed_by_itself() {
        let (p, lines) =
            (sample::programme(), Lines::from([(2, Line { boxes: 10, needle_correction: None })]));
        let found = flags(&facts(&p, &lines));
        assert_eq!(found, []);
        assert_eq!(on_registration(&found, true), Status::Reviewed);
        assert_eq!(on_registration(&found, false), Status::Waiting);
    }

    #[test]
    fn every_flag_of_the_specification_is_raised() {
        let p = sample::programme();
        let lines = Lines::from([
            (2, Line { boxes: 16, needle_correction: Some(30) }),
            (3, Line { boxes: 2, needle_correction: Some(6) }),
        ]);
        let f = Facts {
            confirmed_total: Some(1500),
            managers_missing: true,
            doctors: 0,
            ..facts(&p, &lines)
        };
        let labels: Vec<&str> = flags(&f).iter().map(Flag::label).collect();
        assert_eq!(
            labels,
            ["申込超過", "大幅増", "DF不足", "針の数", "責任者未登録", "医師未登録"]
        );
        let few = Lines::from([(2, Line { boxes: 4, needle_correction: Some(12) })]);
        let labels: Vec<&str> = flags(&facts(&p, &few)).iter().map(Flag::label).collect();
        assert_eq!(labels, ["最低数未満", "針の数"]);
    }

    #[test]
    fn a_decision_needs_a_reason_and_the_latest_registration() {
        let revise = |reason: &str| Decision::Revise { reason: reason.into() };
        assert_eq!(decide(Status::Waiting, true, &Decision::Confirm), Ok(Status::Reviewed));
        assert_eq!(decide(Status::Waiting, true, &revise("")), Err(Refusal::NoReason));
        assert_eq!(
            decide(Status::Waiting, true, &revise("多すぎます")),
            Ok(Status::RevisionRequired)
        );
        assert_eq!(decide(Status::Waiting, false, &Decision::Confirm), Err(Refusal::Superseded));
        assert_eq!(
            decide(Status::Reviewed, true, &Decision::Confirm),
            Err(Refusal::Decided(Status::Reviewed))
        );
    }
}
