//! A plan is registered, or why not.

use super::*;
use crate::programme::sample;

#[test]
fn a_programme_of_wishes_asks_for_one_cycle_at_a_time() {
    let programme = Programme { planning: crate::programme::Planning::Wish, ..sample::programme() };
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
    fn revise(&self, at: &str, wish: &Lines, reason: Option<&str>) -> Result<Revision, Refusal> {
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
    assert!(case.revise("2022-02-07T10:00", &wish(&[(2, 11)]), Some("対象者が増えたため")).is_ok());
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
