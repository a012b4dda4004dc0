//! The review (確認): flags of a registration, and the officer's decision. Source: spec §2.6.

use serde::{Deserialize, Serialize};

use crate::plan::Lines;
use crate::programme::Programme;

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
    pub const KEYS: [&'static str; 7] =
        ["over_application", "under_minimum", "raised_over_confirmed", "over_storage", "manager_missing", "doctor_missing", "needles_off"];
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
    /// The chip's word.
    pub fn label(&self) -> &'static str {
        match self {
            Flag::OverApplication { .. } => "申込超過",
            Flag::UnderMinimum { .. } => "最低数未満",
            Flag::RaisedOverConfirmed { .. } => "大幅増",
            Flag::OverStorage { .. } => "DF不足",
            Flag::ManagerMissing => "責任者未登録",
            Flag::DoctorMissing => "医師未登録",
            Flag::NeedlesOff { .. } => "針の数",
        }
    }
    pub fn sentence(&self) -> String {
        match self {
            Flag::OverApplication { total, expected } => {
                format!("計画の合計{total}回は、申込時の予定{expected}回を{}回上回っています。", total - expected)
            }
            Flag::UnderMinimum { total, minimum } => format!("計画の合計{total}回は、最低数{minimum}回を下回っています。"),
            Flag::RaisedOverConfirmed { total, confirmed } => format!("計画の合計{total}回は、前回確認済の{confirmed}回から増えています。"),
            Flag::OverStorage { cycle, boxes, capacity } => {
                format!("第{cycle}クールの{boxes}箱は、冷凍庫に入る{capacity}箱を超えています。")
            }
            Flag::ManagerMissing => "責任者か土日・祝日の連絡先が未記入です。".into(),
            Flag::DoctorMissing => "接種担当医師が登録されていません。".into(),
            Flag::NeedlesOff { cycle, computed, typed } => {
                format!("第{cycle}クールの針・シリンジ{typed}箱は、自動計算の{computed}箱と2箱以上違います。")
            }
        }
    }
}

/// What the flags look at.
pub struct Facts<'a> {
    pub programme: &'a Programme,
    pub lines: &'a Lines,
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
            found.push(Flag::OverStorage { cycle: *cycle, boxes: line.boxes, capacity: facts.storage_boxes });
        }
        let computed = facts.programme.quantities(line.boxes).map_or(0, |q| q.needle_boxes);
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

/// Review of one registration; carries what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 確認待ち
    Waiting,
    /// 確認済
    Reviewed,
    /// 要見直
    RevisionRequired,
}

impl Status {
    pub fn key(self) -> &'static str {
        match self {
            Status::Waiting => "waiting",
            Status::Reviewed => "reviewed",
            Status::RevisionRequired => "revision_required",
        }
    }
    pub fn from_key(key: &str) -> Option<Status> {
        [Status::Waiting, Status::Reviewed, Status::RevisionRequired].into_iter().find(|s| s.key() == key)
    }
    pub fn label(self) -> &'static str {
        match self {
            Status::Waiting => "確認待ち",
            Status::Reviewed => "確認済",
            Status::RevisionRequired => "要見直",
        }
    }
}

/// A registration without a flag is 確認済 by itself; one with a flag waits for an officer.
pub fn on_registration(flags: &[Flag]) -> Status {
    if flags.is_empty() { Status::Reviewed } else { Status::Waiting }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Confirm,
    Revise { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("要見直にするときは、理由を書いてください。")]
    NoReason,
    #[error("この登録より新しい登録があります。新しい登録を確認してください。")]
    Superseded,
    #[error("この登録はすでに「{0}」です。")]
    Decided(&'static str),
}

/// Decides on the venue's latest registration.
pub fn decide(status: Status, is_latest: bool, decision: &Decision) -> Result<Status, Refusal> {
    if !is_latest {
        return Err(Refusal::Superseded);
    }
    match (status, decision) {
        (Status::Waiting | Status::Reviewed, Decision::Revise { reason }) if reason.trim().is_empty() => Err(Refusal::NoReason),
        (Status::Waiting | Status::Reviewed, Decision::Revise { .. }) => Ok(Status::RevisionRequired),
        (Status::Waiting | Status::RevisionRequired, Decision::Confirm) => Ok(Status::Reviewed),
        (Status::Reviewed, Decision::Confirm) | (Status::RevisionRequired, Decision::Revise { .. }) => {
            Err(Refusal::Decided(status.label()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Line;
    use crate::programme::sample;

    fn facts<'a>(programme: &'a Programme, lines: &'a Lines) -> Facts<'a> {
        let total = lines.values().map(|l| l.boxes * 150).sum();
        Facts {
            programme,
            lines,
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
    fn a_clean_plan_has_no_flag_and_is_confirmed_by_itself() {
        let (p, lines) = (sample::programme(), Lines::from([(2, Line { boxes: 10, needle_correction: None })]));
        let found = flags(&facts(&p, &lines));
        assert_eq!(found, []);
        assert_eq!(on_registration(&found), Status::Reviewed);
    }

    #[test]
    fn every_flag_of_the_specification_is_raised() {
        let p = sample::programme();
        let lines = Lines::from([(2, Line { boxes: 16, needle_correction: Some(30) }), (3, Line { boxes: 2, needle_correction: Some(6) })]);
        let f = Facts { confirmed_total: Some(1500), managers_missing: true, doctors: 0, ..facts(&p, &lines) };
        let labels: Vec<&str> = flags(&f).iter().map(Flag::label).collect();
        assert_eq!(labels, ["申込超過", "大幅増", "DF不足", "針の数", "責任者未登録", "医師未登録"]);
        let few = Lines::from([(2, Line { boxes: 4, needle_correction: Some(12) })]);
        let labels: Vec<&str> = flags(&facts(&p, &few)).iter().map(Flag::label).collect();
        assert_eq!(labels, ["最低数未満", "針の数"]);
    }

    #[test]
    fn a_decision_needs_a_reason_and_the_latest_registration() {
        let revise = |reason: &str| Decision::Revise { reason: reason.into() };
        assert_eq!(decide(Status::Waiting, true, &Decision::Confirm), Ok(Status::Reviewed));
        assert_eq!(decide(Status::Waiting, true, &revise("")), Err(Refusal::NoReason));
        assert_eq!(decide(Status::Waiting, true, &revise("多すぎます")), Ok(Status::RevisionRequired));
        assert_eq!(decide(Status::Waiting, false, &Decision::Confirm), Err(Refusal::Superseded));
        assert_eq!(decide(Status::Reviewed, true, &Decision::Confirm), Err(Refusal::Decided("確認済")));
    }
}
