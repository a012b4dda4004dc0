//! The vaccination plan (接種計画): all cycles at once, in whole boxes. Source: spec §2.5, briefing
//! 追加接種計画の登録.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::grouped;
use crate::calendar::Phase;
use crate::programme::{BOXES_MAX, Cycle, NEEDLE_BOXES_MAX, Programme};
use crate::time;

/// What a venue wishes for one cycle. A needle correction is kept apart from the computed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub boxes: u32,
    pub needle_correction: Option<u32>,
}

impl Line {
    /// Boxes of needles: the venue's own correction, or what the programme's rule says.
    pub fn needle_boxes(&self, programme: &Programme) -> u32 {
        self.needle_correction.unwrap_or_else(|| programme.needle_boxes(self.boxes))
    }
    /// As it is kept: a correction that says what the rule says is no correction.
    pub fn kept(self, programme: &Programme) -> Line {
        let computed = programme.needle_boxes(self.boxes);
        Line { needle_correction: self.needle_correction.filter(|n| *n != computed), ..self }
    }
}

/// Lines by cycle number.
pub type Lines = BTreeMap<u32, Line>;

/// Whether a cycle's line can still be changed; independent of the country's phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineState {
    /// 計画中: the line can be changed while entry is open.
    Planned,
    /// まだ始まっていません: a programme of wishes asks for one cycle at a time.
    NotYet,
    /// 締切済: the cut-off has passed and the amount isn't decided yet.
    CutOff,
    /// 分配量確定済: never editable again.
    Fixed { boxes: u32, needle_boxes: u32, at: Timestamp },
}

impl LineState {
    pub fn of(
        programme: &Programme,
        cycle: &Cycle,
        fixed: Option<(u32, u32, Timestamp)>,
        now: Timestamp,
    ) -> LineState {
        match fixed {
            Some((boxes, needle_boxes, at)) => LineState::Fixed { boxes, needle_boxes, at },
            None if now >= cycle.cut_off => LineState::CutOff,
            None if !programme.asks_for(cycle, now) => LineState::NotYet,
            None => LineState::Planned,
        }
    }
    pub fn label(&self) -> &'static str {
        match self {
            LineState::Planned => "計画中",
            LineState::NotYet => "受付前",
            LineState::CutOff => "締切済",
            LineState::Fixed { .. } => "分配量確定済",
        }
    }
    /// Why the line can't be changed, in a sentence.
    pub fn reason(&self, cycle: &Cycle) -> Option<String> {
        match self {
            LineState::Planned => None,
            LineState::NotYet => {
                Some(format!("{}の希望量は、前のクールの締切の後に報告できます。", cycle.say()))
            }
            LineState::CutOff => Some(format!(
                "{}の締切（{}）を過ぎたため変更できません。",
                cycle.say(),
                time::say_moment(cycle.cut_off)
            )),
            LineState::Fixed { at, .. } => Some(format!(
                "分配量が確定したため変更できません（{}確定）。",
                time::say_moment(*at)
            )),
        }
    }
}

/// The ministry's sentences of a closed window, byte for byte (golden values, spec §3).
pub const LOCKED_REVIEW: &str =
    "※現在登録量の確認中につき、接種計画を変更できません。確認期間が終了するまでお待ちください。";
pub const LOCKED_ALLOCATION: &str =
    "※現在分配処理中につき、接種計画を変更できません。分配処理が終了するまでお待ちください。";

/// The banner of a phase, if entry is closed.
pub fn locked_sentence(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Open => None,
        Phase::PlanReview => Some(LOCKED_REVIEW),
        Phase::Allocation => Some(LOCKED_ALLOCATION),
    }
}

/// The facts on which a revision is decided.
pub struct Facts<'a> {
    pub programme: &'a Programme,
    /// The lines as last registered; empty before the first registration.
    pub registered: &'a Lines,
    /// Amounts decided, by cycle: boxes, needle packs, when.
    pub fixed: &'a BTreeMap<u32, (u32, u32, Timestamp)>,
    /// Doses that the application named (申込時の予定).
    pub expected_doses: u32,
    pub now: Timestamp,
}

/// A registration that may be written: the complete lines, with what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub lines: Lines,
    pub changed: Vec<u32>,
    pub total_doses: u32,
    pub reason: Option<String>,
    pub phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The window is closed; the wish is kept as a draft. Holds when entry opens again, where the
    /// calendar knows it.
    #[error("{}{}", "15:00を過ぎたため、登録できませんでした。入力した内容は下書きとして保存しました。", .reopens.map(|at| format!("次の登録期間は{}からです。", time::say_moment(at))).unwrap_or_default())]
    Closed { phase: Phase, reopens: Option<Timestamp> },
    #[error("計画の登録は{}から始まります。", time::say_instant(*.0))]
    NotBegun(Timestamp),
    #[error("{cycle}: {why}")]
    LineClosed { number: u32, cycle: String, why: String },
    #[error("この計画にないクールです（第{0}クール）")]
    UnknownCycle(u32),
    #[error("第{0}クールの箱数は{max}箱までで入力してください", max = BOXES_MAX)]
    TooMany(u32),
    #[error("変更はありません。登録の必要はありません。")]
    NothingChanged,
    #[error("計画の合計{total}回は、申込時の予定{expected}回を{over}回上回っています。理由を書いてください。", over = total.saturating_sub(*expected), total = grouped(total), expected = grouped(expected))]
    OverWithoutReason { total: u32, expected: u32 },
}

impl Refusal {
    /// The form field at which the sentence stands.
    pub fn field(&self) -> String {
        match self {
            Refusal::LineClosed { number, .. }
            | Refusal::UnknownCycle(number)
            | Refusal::TooMany(number) => format!("boxes_{number}"),
            Refusal::OverWithoutReason { .. } => "reason".into(),
            Refusal::Closed { .. } | Refusal::NotBegun(_) | Refusal::NothingChanged => {
                String::new()
            }
        }
    }
}

/// Total doses of lines, with decided cycles counted at what was decided.
pub fn total_doses(
    programme: &Programme,
    lines: &Lines,
    fixed: &BTreeMap<u32, (u32, u32, Timestamp)>,
) -> u32 {
    programme
        .cycles
        .iter()
        .map(|c| {
            fixed
                .get(&c.number)
                .map(|f| f.0)
                .unwrap_or_else(|| lines.get(&c.number).map_or(0, |l| l.boxes))
        })
        .fold(0, |sum: u32, boxes| sum.saturating_add(programme.doses(boxes)))
}

/// Decides whether a wish becomes the venue's next registration.
///
/// # Errors
/// [`Refusal::Closed`] is not a loss: the caller keeps the wish as a draft (spec §4.1).
pub fn revise(facts: &Facts<'_>, wish: &Lines, reason: Option<&str>) -> Result<Revision, Refusal> {
    let programme = facts.programme;
    let Some(stretch) = programme.calendar.at(facts.now) else {
        return Err(Refusal::NotBegun(programme.calendar.begins()));
    };
    let mut lines = Lines::new();
    let mut changed = Vec::new();
    if let Some(stray) = wish.keys().find(|n| programme.cycle(**n).is_none()) {
        return Err(Refusal::UnknownCycle(*stray));
    }
    for cycle in &programme.cycles {
        let old = facts.registered.get(&cycle.number).copied().unwrap_or_default();
        let new = wish.get(&cycle.number).copied().unwrap_or(old);
        if new.boxes > BOXES_MAX || new.needle_correction.is_some_and(|n| n > NEEDLE_BOXES_MAX) {
            return Err(Refusal::TooMany(cycle.number));
        }
        let new = new.kept(programme);
        if new != old {
            let state =
                LineState::of(programme, cycle, facts.fixed.get(&cycle.number).copied(), facts.now);
            if let Some(why) = state.reason(cycle) {
                return Err(Refusal::LineClosed { number: cycle.number, cycle: cycle.say(), why });
            }
            changed.push(cycle.number);
        }
        lines.insert(cycle.number, new);
    }
    if stretch.phase != Phase::Open {
        return Err(Refusal::Closed {
            phase: stretch.phase,
            reopens: programme.calendar.next_opening(facts.now).map(|s| s.since),
        });
    }
    if changed.is_empty() && !facts.registered.is_empty() {
        return Err(Refusal::NothingChanged);
    }
    let total = total_doses(programme, &lines, facts.fixed);
    let reason = reason.map(str::trim).filter(|r| !r.is_empty()).map(str::to_string);
    if total > facts.expected_doses && reason.is_none() {
        return Err(Refusal::OverWithoutReason { total, expected: facts.expected_doses });
    }
    Ok(Revision { lines, changed, total_doses: total, reason, phase: stretch.phase })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::sample;

    #[test]
    fn a_programme_of_wishes_asks_for_one_cycle_at_a_time() {
        let programme =
            Programme { planning: crate::programme::Planning::Wish, ..sample::programme() };
        let state = |number: u32, at: &str| {
            LineState::of(
                &programme,
                programme.cycle(number).unwrap(),
                None,
                time::parse_instant(at).unwrap(),
            )
        };
        assert_eq!(
            [1, 2, 3].map(|n| state(n, "2022-02-12")),
            [LineState::CutOff, LineState::Planned, LineState::NotYet]
        );
        assert_eq!(
            [1, 2, 3].map(|n| state(n, "2022-02-20")),
            [LineState::CutOff, LineState::CutOff, LineState::Planned]
        );
    }

    fn wish(boxes: &[(u32, u32)]) -> Lines {
        boxes
            .iter()
            .map(|(cycle, boxes)| (*cycle, Line { boxes: *boxes, needle_correction: None }))
            .collect()
    }

    struct Case {
        programme: Programme,
        registered: Lines,
        fixed: BTreeMap<u32, (u32, u32, Timestamp)>,
    }

    impl Case {
        fn new() -> Case {
            Case {
                programme: sample::programme(),
                registered: Lines::new(),
                fixed: BTreeMap::new(),
            }
        }
        fn revise(
            &self,
            at: &str,
            wish: &Lines,
            reason: Option<&str>,
        ) -> Result<Revision, Refusal> {
            let facts = Facts {
                programme: &self.programme,
                registered: &self.registered,
                fixed: &self.fixed,
                expected_doses: 1500,
                now: time::parse_instant(at).unwrap(),
            };
            revise(&facts, wish, reason)
        }
    }

    #[test]
    fn golden_the_instant_15_00_00_000_refuses_and_the_instant_before_accepts() {
        let case = Case::new();
        assert!(case.revise("2022-02-15T14:59:59.999999", &wish(&[(2, 4)]), None).is_ok());
        let reopens = time::parse_instant("2022-02-19");
        assert_eq!(
            case.revise("2022-02-15T15:00:00.000", &wish(&[(3, 4)]), None),
            Err(Refusal::Closed { phase: Phase::Allocation, reopens })
        );
    }

    #[test]
    fn golden_the_locked_sentences_are_the_ministrys() {
        assert_eq!(locked_sentence(Phase::PlanReview).unwrap().len(), LOCKED_REVIEW.len());
        assert_eq!(
            LOCKED_REVIEW,
            "※現在登録量の確認中につき、接種計画を変更できません。確認期間が終了するまでお待ちください。"
        );
        assert_eq!(
            LOCKED_ALLOCATION,
            "※現在分配処理中につき、接種計画を変更できません。分配処理が終了するまでお待ちください。"
        );
        assert_eq!(locked_sentence(Phase::Open), None);
    }

    #[test]
    fn a_late_wish_says_that_it_was_kept_and_when_entry_opens_again() {
        let refusal = Case::new().revise("2022-02-08T15:00", &wish(&[(2, 1)]), None).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "15:00を過ぎたため、登録できませんでした。入力した内容は下書きとして保存しました。次の登録期間は2月11日（金）00:00からです。"
        );
    }

    #[test]
    fn a_fixed_cycle_is_never_editable_even_while_entry_is_open() {
        let mut case = Case::new();
        case.registered = wish(&[(1, 4), (2, 3), (3, 0)]);
        case.fixed.insert(1, (4, 9, time::parse_instant("2022-02-03T10:00").unwrap()));
        let refusal = case.revise("2022-02-07T10:00", &wish(&[(1, 5)]), None).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "第1クール: 分配量が確定したため変更できません（2月3日（木）10:00確定）。"
        );
        assert_eq!(refusal.field(), "boxes_1");
        assert!(case.revise("2022-02-07T10:00", &wish(&[(2, 4)]), None).is_ok());
    }

    #[test]
    fn a_cycle_past_its_cut_off_is_closed_before_it_is_fixed() {
        let refusal = Case::new().revise("2022-02-07T10:00", &wish(&[(1, 2)]), None).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "第1クール: 第1クールの締切（1月31日（月）15:00）を過ぎたため変更できません。"
        );
    }

    #[test]
    fn going_over_the_application_needs_a_reason() {
        let case = Case::new();
        let refusal = case.revise("2022-02-07T10:00", &wish(&[(2, 11)]), Some("  ")).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "計画の合計1,650回は、申込時の予定1,500回を150回上回っています。理由を書いてください。"
        );
        assert!(
            case.revise("2022-02-07T10:00", &wish(&[(2, 11)]), Some("対象者が増えたため")).is_ok()
        );
    }

    #[test]
    fn a_correction_equal_to_the_rule_is_no_correction_and_nothing_changed_is_said() {
        let mut case = Case::new();
        case.registered = wish(&[(1, 0), (2, 4), (3, 0)]);
        let same: Lines = [(2, Line { boxes: 4, needle_correction: Some(9) })].into();
        assert_eq!(case.revise("2022-02-07T10:00", &same, None), Err(Refusal::NothingChanged));
        let corrected: Lines = [(2, Line { boxes: 4, needle_correction: Some(8) })].into();
        assert_eq!(case.revise("2022-02-07T10:00", &corrected, None).unwrap().changed, [2]);
    }

    #[test]
    fn a_first_registration_of_nothing_is_a_registration() {
        assert!(Case::new().revise("2022-02-07T10:00", &Lines::new(), None).is_ok());
    }
}
