//! The vaccination plan (接種計画): all cycles at once, in whole boxes. Source: spec §2.5, briefing
//! 追加接種計画の登録.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::Phase;
use crate::programme::{BOXES_MAX, Cycle, NEEDLE_BOXES_MAX, Packing, Programme};

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
    /// Why the line can't be changed, if it can't.
    pub fn shut(&self, cycle: &Cycle) -> Option<Shut> {
        match self {
            LineState::Planned => None,
            LineState::NotYet => Some(Shut::NotYet(cycle.clone())),
            LineState::CutOff => Some(Shut::CutOff(cycle.clone())),
            LineState::Fixed(decided) => Some(Shut::Fixed(*decided)),
        }
    }
}

/// Why a cycle's line can't be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// Its wishes are asked for after the cut-off of the cycle before.
    NotYet(Cycle),
    /// Its cut-off has passed.
    CutOff(Cycle),
    /// Its amount is decided.
    Fixed(Decided),
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The window is closed; the wish is kept as a draft. Holds when entry opens again, where the
    /// calendar knows it.
    Closed {
        phase: Phase,
        reopens: Option<Timestamp>,
    },
    NotBegun(Timestamp),
    LineClosed {
        cycle: Cycle,
        why: Shut,
    },
    UnknownCycle(u32),
    TooMany(u32),
    NothingChanged,
    OverWithoutReason {
        total: u32,
        expected: u32,
    },
}

impl Refusal {
    /// The form field at which the sentence stands.
    pub fn field(&self) -> String {
        match self {
            Refusal::LineClosed { cycle: Cycle { number, .. }, .. }
            | Refusal::UnknownCycle(number)
            | Refusal::TooMany(number) => format!("boxes_{number}"),
            Refusal::OverWithoutReason { .. } => "reason".into(),
            Refusal::Closed { .. } | Refusal::NotBegun(_) | Refusal::NothingChanged => {
                String::new()
            }
        }
    }
}

/// What a line is reckoned with when the plan is registered anew: a line past its cut-off keeps
/// what it was registered with, an open one is asked for in boxes of today.
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
            if let Some(why) = state.shut(cycle) {
                return Err(Refusal::LineClosed { cycle: cycle.clone(), why });
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
mod tests;
