//! A plan is registered, or why not.

use super::*;
use crate::programme::sample;
use crate::time;

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
fn a_fixed_cycle_is_never_editable_even_while_entry_is_open() {
    let mut case = Case::new();
    case.registered = wish(&[(1, 4), (2, 3), (3, 0)]);
    let at = time::parse_instant("2022-02-03T10:00").unwrap();
    let packing = case.programme.packing();
    case.fixed.insert(1, Decided { boxes: 4, needle_boxes: 9, at, packing });
    let refusal = case.revise("2022-02-07T10:00", &wish(&[(1, 5)]), None).unwrap_err();
    let cycle = case.programme.cycle(1).unwrap().clone();
    let why = Shut::Fixed(case.fixed[&1]);
    assert_eq!(refusal, Refusal::LineClosed { cycle, why });
    assert_eq!(refusal.field(), "boxes_1");
    assert!(case.revise("2022-02-07T10:00", &wish(&[(2, 4)]), None).is_ok());
}

#[test]
fn a_cycle_past_its_cut_off_is_closed_before_it_is_fixed() {
    let case = Case::new();
    let cycle = case.programme.cycle(1).unwrap().clone();
    let why = Shut::CutOff(cycle.clone());
    assert_eq!(
        case.revise("2022-02-07T10:00", &wish(&[(1, 2)]), None),
        Err(Refusal::LineClosed { cycle, why })
    );
}

#[test]
fn going_over_the_application_needs_a_reason() {
    let case = Case::new();
    assert_eq!(
        case.revise("2022-02-07T10:00", &wish(&[(2, 11)]), Some("  ")),
        Err(Refusal::OverWithoutReason { total: 1650, expected: 1500 })
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
