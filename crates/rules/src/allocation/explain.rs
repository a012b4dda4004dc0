//! Why a number is what it is: parts by rule that add up, and what an officer should know. What is
//! said of them, whoever tells it ([`Tell`]) puts into words.

use std::collections::BTreeMap;

use super::{Part, Proposal, Requester, Share, Warning, Work};

/// Puts a proposal into words. The sentences are kept with it and its digest covers them, so that
/// they are made while it is worked out.
pub trait Tell {
    /// Why somebody gets what he gets.
    fn share(&self, share: &Explained<'_>) -> Told;
    /// What an officer should know.
    fn warning(&self, warned: &Warned) -> Told;
    /// Out of which group's quota a share comes, in Japanese; stands before the share's sentence.
    fn quota(&self, name: &str, boxes: u64) -> String;
}

/// A sentence in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub japanese: String,
    pub english: String,
}

/// What is told of somebody's share, in boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained<'a> {
    pub requested: u64,
    pub allocated: u64,
    /// Whether a plan was asked for, not a wish.
    pub planned: bool,
    pub excluded: bool,
    /// Add up to `allocated`, in order of application; the rounding last.
    pub parts: &'a [Part],
    /// Supply and the sum of the plans, where the plans had to be cut.
    pub short: Option<(u64, u64)>,
}

/// What an officer should know before approving; boxes, and how many are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warned {
    /// The reserve that was wanted is more than what there was.
    Reserve { wanted: u64, supply: u64 },
    /// The minimum didn't reach so many of those who asked.
    Minimum { boxes: u64, without: usize, asking: usize },
    /// So many boxes are missing from what is asked for.
    Supply { missing: u64 },
    /// No rule gave these boxes to anybody, though requests are open.
    Unplaced { boxes: u64 },
    /// So many asked and receive nothing.
    Nothing { count: usize },
    /// So many receive more than they asked for.
    Beyond { count: usize },
}

impl Warned {
    /// The key under which a proposal keeps it.
    pub fn key(&self) -> &'static str {
        match self {
            Warned::Reserve { .. } => "reserve",
            Warned::Minimum { .. } => "minimum",
            Warned::Supply { .. } => "supply",
            Warned::Unplaced { .. } => "unplaced",
            Warned::Nothing { .. } => "nothing",
            Warned::Beyond { .. } => "beyond",
        }
    }
}

/// The proposal that the worked rules come to; without its fingerprint.
pub fn proposal(work: &Work<'_>, tell: &dyn Tell) -> Proposal {
    let requested = work.requesters.iter().map(|r| r.request).sum();
    let allocated: u64 = work.given.iter().sum();
    let shares: Vec<Share> =
        (0..work.requesters.len()).map(|i| explained(work, i, requested, tell)).collect();
    let left = work.supply - allocated;
    let reserve = work.reserve.min(left);
    let unplaced = left - reserve;
    let mut warned = work.warnings.clone();
    if requested > work.supply {
        warned.push(Warned::Supply { missing: requested - work.supply });
    }
    if unplaced > 0 && allocated < requested {
        warned.push(Warned::Unplaced { boxes: unplaced });
    }
    let nothing = shares.iter().filter(|s| s.requested > 0 && s.allocated == 0).count();
    if nothing > 0 {
        warned.push(Warned::Nothing { count: nothing });
    }
    let beyond = shares.iter().filter(|s| s.allocated > s.requested).count();
    if beyond > 0 {
        warned.push(Warned::Beyond { count: beyond });
    }
    let left_parts = [("reserve", reserve), ("unplaced", unplaced)]
        .into_iter()
        .filter(|(_, boxes)| *boxes > 0)
        .map(|(rule, boxes)| Part { rule: rule.into(), boxes: boxes as i64 })
        .collect();
    Proposal {
        fingerprint: String::new(),
        supply: work.supply,
        requested,
        allocated,
        left,
        left_parts,
        warnings: warned.iter().map(|warned| warning(warned, tell)).collect(),
        quotas: Vec::new(),
        shares,
    }
}

fn warning(warned: &Warned, tell: &dyn Tell) -> Warning {
    let Told { japanese, english } = tell.warning(warned);
    Warning { what: warned.key().into(), sentence: japanese, sentence_en: english }
}

/// The parts by rule, each rule once, in order of application; the rounding last.
fn parts(work: &Work<'_>, i: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::with_capacity(work.parts[i].len() + 1);
    for (rule, boxes) in &work.parts[i] {
        match parts.iter_mut().find(|p| p.rule == *rule) {
            Some(known) => known.boxes += boxes,
            None => parts.push(Part { rule: (*rule).into(), boxes: *boxes }),
        }
    }
    parts.push(Part { rule: "rounding".into(), boxes: work.rounding[i] });
    parts
}

fn explained(work: &Work<'_>, i: usize, requested: u64, tell: &dyn Tell) -> Share {
    let r: &Requester = work.requesters[i];
    let parts = parts(work, i);
    let told = tell.share(&Explained {
        requested: r.request,
        allocated: work.given[i],
        planned: work.planned,
        excluded: work.excluded[i],
        parts: &parts,
        short: work.short.then_some((work.supply, requested)),
    });
    Share {
        id: r.id.clone(),
        requested: r.request,
        allocated: work.given[i],
        sentence: told.japanese,
        sentence_en: told.english,
        parts,
        needle_boxes: None,
        depots: BTreeMap::new(),
    }
}
