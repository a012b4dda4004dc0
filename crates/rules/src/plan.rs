//! The vaccination plan (接種計画): all cycles at once, in whole boxes. Source: spec §2.5, briefing
//! 追加接種計画の登録.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::grouped;
use crate::calendar::Phase;
use crate::programme::{BOXES_MAX, Cycle, NEEDLE_BOXES_MAX, Packing, Programme};
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

/// The amount of a cycle that was decided, and what its boxes held when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub boxes: u32,
    pub needle_boxes: u32,
    pub at: Timestamp,
    pub packing: Packing,
}

/// Decided amounts by cycle number.
pub type Fixed = BTreeMap<u32, Decided>;

/// What a line of a registration was reckoned with when it was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub packing: Packing,
    /// Boxes of needles by the rule of then.
    pub needle_boxes: u32,
}

/// [`Held`] by cycle number; a cycle that isn't in it is reckoned as today.
pub type Holdings = BTreeMap<u32, Held>;

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
    Fixed(Decided),
}

impl LineState {
    pub fn of(
        programme: &Programme,
        cycle: &Cycle,
        fixed: Option<Decided>,
        now: Timestamp,
    ) -> LineState {
        match fixed {
            Some(decided) => LineState::Fixed(decided),
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
            LineState::Fixed(_) => "分配量確定済",
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
            LineState::Fixed(decided) => Some(format!(
                "分配量が確定したため変更できません（{}確定）。",
                time::say_moment(decided.at)
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
    /// What those lines were reckoned with.
    pub held: &'a Holdings,
    pub fixed: &'a Fixed,
    /// Doses that the application named (申込時の予定).
    pub expected_doses: u32,
    pub now: Timestamp,
}

/// A registration that may be written: the complete lines, with what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub lines: Lines,
    /// What each line is reckoned with.
    pub held: Holdings,
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

/// What a line is reckoned with when the plan is registered anew: a line past its cut-off keeps what
/// it was registered with, an open one is asked for in boxes of today.
fn held_now(
    programme: &Programme,
    cycle: &Cycle,
    line: Line,
    held: &Holdings,
    now: Timestamp,
) -> Held {
    let kept = held.get(&cycle.number).copied().filter(|_| now >= cycle.cut_off);
    kept.unwrap_or_else(|| Held {
        packing: programme.packing(),
        needle_boxes: programme.needle_boxes(line.boxes),
    })
}

/// [`held_now`] of each line.
pub fn holdings(facts: &Facts<'_>, lines: &Lines) -> Holdings {
    let of = |cycle: &Cycle| {
        let line = lines.get(&cycle.number).copied().unwrap_or_default();
        (cycle.number, held_now(facts.programme, cycle, line, facts.held, facts.now))
    };
    facts.programme.cycles.iter().map(of).collect()
}

/// Total doses of lines, with decided cycles counted at what was decided, each by what its boxes
/// held.
pub fn total_doses(facts: &Facts<'_>, lines: &Lines) -> u32 {
    let held = holdings(facts, lines);
    let doses = |(cycle, held): (&u32, &Held)| match facts.fixed.get(cycle) {
        Some(decided) => decided.packing.doses(decided.boxes),
        None => held.packing.doses(lines.get(cycle).map_or(0, |line| line.boxes)),
    };
    held.iter().map(doses).fold(0, u32::saturating_add)
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
        // What isn't changed stays as it was written, whatever the rule says today.
        let new = if new == old { old } else { new.kept(programme) };
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
    let total = total_doses(facts, &lines);
    let reason = reason.map(str::trim).filter(|r| !r.is_empty()).map(str::to_string);
    if total > facts.expected_doses && reason.is_none() {
        return Err(Refusal::OverWithoutReason { total, expected: facts.expected_doses });
    }
    let held = holdings(facts, &lines);
    Ok(Revision { lines, held, changed, total_doses: total, reason, phase: stretch.phase })
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
        held: Holdings,
        fixed: Fixed,
    }

    impl Case {
        fn new() -> Case {
            Case {
                programme: sample::programme(),
                registered: Lines::new(),
                held: Holdings::new(),
                fixed: Fixed::new(),
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
                held: &self.held,
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
        let at = time::parse_instant("2022-02-03T10:00").unwrap();
        let packing = case.programme.packing();
        case.fixed.insert(1, Decided { boxes: 4, needle_boxes: 9, at, packing });
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
    fn another_box_changes_nothing_of_what_is_decided_or_past_its_cut_off() {
        let mut case = Case::new();
        case.registered = wish(&[(1, 4), (2, 3), (3, 2)]);
        // In the first cycle the venue counted its needles itself.
        case.registered.insert(1, Line { boxes: 4, needle_correction: Some(18) });
        let then = case.programme.packing();
        let at = time::parse_instant("2022-02-03T10:00").unwrap();
        case.fixed.insert(1, Decided { boxes: 2, needle_boxes: 5, at, packing: then });
        for (cycle, needle_boxes) in [(1, 9), (2, 7), (3, 5)] {
            case.held.insert(cycle, Held { packing: then, needle_boxes });
        }
        // 20 vials in a box from now on: 300 doses; the rule now says 18 boxes for the first cycle.
        case.programme.product.vials_per_box = 20;
        let revision = case.revise("2022-02-20T10:00", &wish(&[(3, 1)]), Some("x")).unwrap();
        // Decided 2 × 150, cut off 3 × 150, asked for anew 1 × 300.
        assert_eq!((revision.total_doses, &revision.changed[..]), (300 + 450 + 300, &[3][..]));
        let held = |cycle: u32| {
            let held = revision.held[&cycle];
            (held.packing.doses_per_box(), held.needle_boxes)
        };
        assert_eq!([held(2), held(3)], [(150, 7), (300, 5)]);
        assert_eq!(revision.lines[&1].needle_correction, Some(18));
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
