//! Allocation (分配): a pure function from a case to a proposal, whole boxes. Source: spec §2.7, §3;
//! domain facts §5.1.
//!
//! A case is supply, an ordered rule set and requesters; the proposal says for each requester what
//! was asked, what is
//! given, the parts by rule that add up to it, and what [`Tell`] says of it. The same
//! case gives the same bytes
//! on any machine and in any order of input. A further rule is a further variant of [`Rule`] and a
//! further arm of [`apply`].

mod choices;
mod explain;
mod refusal;
mod share;
mod tiers;

use std::collections::BTreeMap;

pub use choices::{ChoiceRefusal, Choices, Correction};
pub use explain::{Explained, Tell, Told, Warned};
pub use refusal::{NotApproved, Refusal};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
pub use share::{Claimant, Given, share};
pub use tiers::{Level, Quota};

use crate::programme::{self, Programme};

/// A ratio such as a use rate or weeks of stock, in millionths, so that no machine rounds it
/// otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(pub i64);

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Ratio, D::Error> {
        let value = f64::deserialize(from)?;
        if (0.0..1e9).contains(&value) {
            Ok(Ratio((value * 1e6).round() as i64))
        } else {
            Err(serde::de::Error::custom(format!("{value} is not a ratio from 0")))
        }
    }
}
impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(self.0 as f64 / 1e6)
    }
}

/// One rule with its parameters, applied in the order of the case. What a rule gives is `boxes`,
/// or `percent` of the supply
/// rounded down; with neither, all that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Held back from the supply before anything is given.
    Reserve {
        #[serde(default)]
        boxes: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u32>,
    },
    /// These get nothing.
    Exclude { ids: Vec<String>, reason: String },
    /// From here on nobody gets more than asked for, nor more than their own `cap`.
    Cap,
    /// From here on tier 1 is served before tier 2, and so on; needs [`Rule::Cap`] before it.
    PriorityTiers,
    /// Everybody who asks gets at least this many, larger requests first where the supply is short.
    Minimum { boxes: u64 },
    /// Everybody gets the registered plan; where the supply is short, pro rata to the plan.
    AsPlanned,
    /// In proportion to population (基本計画枠).
    Population {
        boxes: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u32>,
    },
    /// In proportion to what is asked for.
    Request {
        boxes: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u32>,
    },
    /// Who holds more than so many weeks of stock loses so many percent, rounded down, of what was
    /// given so far.
    StockPenalty { over_weeks: Ratio, cut_percent: u32 },
    /// Fills requests up, best use rate first, for at most so many winners.
    UseRate {
        boxes: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u32>,
        winners: Option<u64>,
    },
    /// By hand, with a reason; may take away.
    Adjust { id: String, boxes: i64, reason: String },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requester {
    pub id: String,
    /// Boxes asked for.
    pub request: u64,
    pub population: u64,
    /// Shots given ÷ doses delivered.
    pub use_rate: Ratio,
    /// Weeks of use that the stock lasts.
    pub stock_weeks: Ratio,
    /// This requester's own minimum, beside the rule's.
    pub minimum: u64,
    /// Boxes that fit (storage); none means no limit of its own.
    pub cap: Option<u64>,
    pub tier: u32,
    /// Where the boxes come from as far as they reach; only where the supply names depots.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub depot: String,
    /// In a tiered case the groups that this requester belongs to, the largest first: prefecture,
    /// municipality.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// What a group is called in sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// Whole boxes at hand: a number, or one product's boxes by depot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Supply {
    Boxes(u64),
    AtDepots { product: String, depots: BTreeMap<String, u64> },
}

impl Supply {
    /// None where the sum is beyond all numbers.
    pub fn boxes(&self) -> Option<u64> {
        match self {
            Supply::Boxes(boxes) => Some(*boxes),
            Supply::AtDepots { depots, .. } => {
                depots.values().try_fold(0u64, |sum, n| sum.checked_add(*n))
            }
        }
    }
}

impl From<u64> for Supply {
    fn from(boxes: u64) -> Supply {
        Supply::Boxes(boxes)
    }
}

/// What follows the vaccine: packs of needles and syringes, by [`programme::needle_boxes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeedleKit {
    pub doses_per_box: u64,
    pub numerator: u64,
    pub denominator: u64,
    pub pack: u64,
}

impl NeedleKit {
    /// The rule of a programme.
    pub fn of(programme: &Programme) -> NeedleKit {
        let rule = &programme.needle_rule;
        NeedleKit {
            doses_per_box: u64::from(programme.product.doses_per_box()),
            numerator: u64::from(rule.numerator),
            denominator: u64::from(rule.denominator),
            pack: u64::from(rule.pack),
        }
    }
    fn packs(&self, boxes: u64) -> u64 {
        let doses = u128::from(boxes) * u128::from(self.doses_per_box);
        programme::needle_boxes(doses, self.numerator, self.denominator, self.pack)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub supply: Supply,
    /// For a case without tiers.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// For a tiered case: the largest groups first, the requesters themselves last; each level has
    /// rules, quota and reserve of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// What is known of the groups of a tiered case beyond the sums of their members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Requester>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needles: Option<NeedleKit>,
    pub requesters: Vec<Requester>,
}

impl Case {
    /// A case without tiers.
    pub fn flat(supply: u64, rules: Vec<Rule>, requesters: Vec<Requester>) -> Case {
        Case {
            supply: Supply::Boxes(supply),
            rules,
            levels: Vec::new(),
            groups: Vec::new(),
            needles: None,
            requesters,
        }
    }
}

/// What one rule contributed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub rule: String,
    pub boxes: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub id: String,
    pub requested: u64,
    pub allocated: u64,
    /// Add up to `allocated`.
    pub parts: Vec<Part>,
    pub sentence: String,
    #[serde(default)]
    pub sentence_en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needle_boxes: Option<u64>,
    /// Boxes by depot, where the supply names depots.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub depots: BTreeMap<String, u64>,
}

/// What an officer should know before approving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub what: String,
    pub sentence: String,
    pub sentence_en: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// SHA-256 over the case with its requesters in order of id.
    pub fingerprint: String,
    pub supply: u64,
    pub requested: u64,
    pub allocated: u64,
    /// Supply that nobody gets, the reserve included.
    pub left: u64,
    /// Why it is left: `reserve`, and `unplaced` for what no rule gave to anybody. Add up to
    /// `left`.
    #[serde(default)]
    pub left_parts: Vec<Part>,
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// In a tiered case what each group got, level by level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotas: Vec<Quota>,
    /// In order of id.
    pub shares: Vec<Share>,
}

/// More boxes than any nation ever had; keeps every product inside 128 bits.
const LIMIT: u64 = 1 << 40;

/// The state while the rules are applied one after the other.
struct Work<'a> {
    requesters: &'a [&'a Requester],
    supply: u64,
    given: Vec<u64>,
    /// Parts by rule, in order of application.
    parts: Vec<Vec<(&'static str, i64)>>,
    rounding: Vec<i64>,
    excluded: Vec<bool>,
    capped: bool,
    tiered: bool,
    left: u64,
    reserve: u64,
    short: bool,
    planned: bool,
    warnings: Vec<Warned>,
}

impl Work<'_> {
    fn room(&self, i: usize) -> u64 {
        let r = self.requesters[i];
        if self.excluded[i] {
            return 0;
        }
        let limit = if self.capped { r.request.min(r.cap.unwrap_or(u64::MAX)) } else { LIMIT };
        limit.saturating_sub(self.given[i])
    }

    fn give(&mut self, i: usize, rule: &'static str, given: Given) {
        self.given[i] += given.boxes();
        self.left -= given.boxes();
        self.rounding[i] += given.rounding as i64;
        self.parts[i].push((rule, given.floor as i64));
    }

    /// Shares a budget by weights; where tiers hold, tier after tier.
    fn share_out(&mut self, rule: &'static str, budget: u64, weight: impl Fn(&Requester) -> u64) {
        let mut budget = budget.min(self.left);
        let mut tiers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, r) in self.requesters.iter().enumerate() {
            tiers.entry(if self.tiered { r.tier } else { 0 }).or_default().push(i);
        }
        for members in tiers.into_values() {
            let claimants: Vec<Claimant<'_>> = members
                .iter()
                .map(|i| Claimant {
                    id: &self.requesters[*i].id,
                    weight: weight(self.requesters[*i]),
                    room: self.room(*i),
                })
                .collect();
            for (i, given) in members.iter().zip(share(budget, &claimants)) {
                budget -= given.boxes();
                self.give(*i, rule, given);
            }
        }
    }

    /// Fills up one after the other, in an order.
    fn fill(&mut self, rule: &'static str, budget: u64, order: impl Iterator<Item = (usize, u64)>) {
        let mut budget = budget.min(self.left);
        for (i, wanted) in order {
            let boxes = wanted.min(self.room(i)).min(budget);
            budget -= boxes;
            self.give(i, rule, Given { floor: boxes, rounding: 0 });
        }
    }

    /// What a rule may give.
    fn budget(&self, boxes: Option<u64>, percent: Option<u32>) -> Result<u64, Refusal> {
        match (boxes, percent) {
            (_, Some(percent)) if percent > 100 => Err(Refusal::Percent(percent)),
            (Some(boxes), _) => Ok(boxes),
            (None, Some(percent)) => Ok(self.supply * u64::from(percent) / 100),
            (None, None) => Ok(self.left),
        }
    }

    fn find(&self, id: &str) -> Result<usize, Refusal> {
        self.requesters
            .binary_search_by(|r| r.id.as_str().cmp(id))
            .map_err(|_| Refusal::Nobody(id.into()))
    }
}

/// Applies one rule.
fn apply(work: &mut Work<'_>, rule: &Rule) -> Result<(), Refusal> {
    let count = work.requesters.len();
    match rule {
        Rule::Reserve { boxes, percent } => {
            let wanted = work.budget(percent.is_none().then_some(*boxes), *percent)?;
            if wanted > work.left {
                work.warnings.push(Warned::Reserve { wanted, supply: work.left });
            }
            let held = wanted.min(work.left);
            (work.left, work.reserve) = (work.left - held, work.reserve + held);
        }
        Rule::Exclude { ids, .. } => {
            for id in ids {
                let i = work.find(id)?;
                work.excluded[i] = true;
            }
        }
        Rule::Cap => work.capped = true,
        Rule::PriorityTiers if work.capped => work.tiered = true,
        Rule::PriorityTiers => return Err(Refusal::TiersWithoutCap),
        Rule::Minimum { boxes } => {
            let requesters = work.requesters;
            let mut order: Vec<usize> = (0..count).filter(|i| requesters[*i].request > 0).collect();
            order.sort_by(|a, b| {
                requesters[*b]
                    .request
                    .cmp(&requesters[*a].request)
                    .then(requesters[*a].id.cmp(&requesters[*b].id))
            });
            let wanted: Vec<(usize, u64)> = order
                .into_iter()
                .map(|i| (i, (*boxes).max(requesters[i].minimum).saturating_sub(work.given[i])))
                .collect();
            let asking = wanted.len();
            work.fill("minimum", work.left, wanted.iter().copied());
            let without = wanted
                .iter()
                .filter(|(i, n)| *n > 0 && work.given[*i] == 0 && work.room(*i) > 0)
                .count();
            if without > 0 {
                work.warnings.push(Warned::Minimum { boxes: *boxes, without, asking });
            }
        }
        Rule::AsPlanned => {
            let asked: u64 =
                (0..count).map(|i| work.requesters[i].request.saturating_sub(work.given[i])).sum();
            work.short = asked > work.left;
            work.planned = true;
            let capped = std::mem::replace(&mut work.capped, true);
            work.share_out("as_planned", work.left, |r| r.request);
            work.capped = capped;
        }
        Rule::Population { boxes, percent } => {
            work.share_out("population", work.budget(*boxes, *percent)?, |r| r.population)
        }
        Rule::Request { boxes, percent } => {
            work.share_out("request", work.budget(*boxes, *percent)?, |r| r.request)
        }
        Rule::StockPenalty { cut_percent, .. } if *cut_percent > 100 => {
            return Err(Refusal::Cut(*cut_percent));
        }
        Rule::StockPenalty { over_weeks, cut_percent } => {
            for i in (0..count).filter(|i| work.requesters[*i].stock_weeks > *over_weeks) {
                let cut = work.given[i] * u64::from(*cut_percent) / 100;
                work.given[i] -= cut;
                work.left += cut;
                work.parts[i].push(("stock_penalty", -(cut as i64)));
            }
        }
        Rule::UseRate { boxes, percent, winners } => {
            let requesters = work.requesters;
            let need = |work: &Work<'_>, i: usize| {
                requesters[i].request.saturating_sub(work.given[i]).min(work.room(i))
            };
            let mut order: Vec<usize> = (0..count).filter(|i| need(work, *i) > 0).collect();
            order.sort_by(|a, b| {
                let (a, b) = (requesters[*a], requesters[*b]);
                b.use_rate.cmp(&a.use_rate).then(b.request.cmp(&a.request)).then(a.id.cmp(&b.id))
            });
            let winners = winners.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
            let wanted: Vec<(usize, u64)> =
                order.into_iter().take(winners).map(|i| (i, need(work, i))).collect();
            work.fill("use_rate", work.budget(*boxes, *percent)?, wanted.into_iter());
        }
        Rule::Adjust { id, boxes, .. } => {
            let i = work.find(id)?;
            let after = i128::from(work.given[i]) + i128::from(*boxes);
            let left = i128::from(work.left) - i128::from(*boxes);
            if after < 0 || left < 0 {
                let (id, boxes) = (id.clone(), *boxes);
                return Err(match boxes {
                    0.. => Refusal::Beyond { id, boxes, left: work.left },
                    _ => Refusal::Below { id, boxes, given: work.given[i] },
                });
            }
            (work.given[i], work.left) = (after as u64, left as u64);
            work.parts[i].push(("adjust", *boxes));
        }
    }
    Ok(())
}

/// Whether a rule gives anything.
fn gives(rule: &Rule) -> bool {
    !matches!(
        rule,
        Rule::Reserve { .. }
            | Rule::Exclude { .. }
            | Rule::Cap
            | Rule::PriorityTiers
            | Rule::StockPenalty { .. }
    )
}

/// Applies the rules to requesters in order of id.
fn worked<'a>(
    supply: u64,
    rules: &[Rule],
    requesters: &'a [&'a Requester],
) -> Result<Work<'a>, Refusal> {
    if !rules.iter().any(gives) {
        return Err(Refusal::NoRule);
    }
    let n = requesters.len();
    let mut work = Work {
        requesters,
        supply,
        given: vec![0; n],
        parts: vec![Vec::new(); n],
        rounding: vec![0; n],
        excluded: vec![false; n],
        capped: false,
        tiered: false,
        left: supply,
        reserve: 0,
        short: false,
        planned: false,
        warnings: Vec::new(),
    };
    for rule in rules {
        apply(&mut work, rule)?;
    }
    Ok(work)
}

/// In order of id, each once, with sums that no machine overflows.
fn sorted(requesters: &[Requester]) -> Result<Vec<&Requester>, Refusal> {
    let mut sorted: Vec<&Requester> = requesters.iter().collect();
    sorted.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = sorted.windows(2).find(|p| p[0].id == p[1].id) {
        return Err(Refusal::Twice(pair[0].id.clone()));
    }
    for of in [|r: &Requester| r.request, |r: &Requester| r.population] {
        let total = sorted.iter().try_fold(0u64, |sum, r| sum.checked_add(of(r)));
        total.filter(|n| *n < LIMIT).ok_or(Refusal::TooLarge)?;
    }
    Ok(sorted)
}

/// Works a case out; `tell` says why ([`Share::sentence`] and the like).
///
/// # Errors
/// What makes the case impossible.
pub fn propose(case: &Case, tell: &dyn Tell) -> Result<Proposal, Refusal> {
    let requesters = sorted(&case.requesters)?;
    let supply = case.supply.boxes().filter(|n| *n < LIMIT).ok_or(Refusal::TooLarge)?;
    if case.needles.is_some_and(|k| k.denominator == 0 || k.pack == 0) {
        return Err(Refusal::Needles);
    }
    let tiered = !case.levels.is_empty();
    if tiered && !case.rules.is_empty() {
        return Err(Refusal::RulesAndLevels);
    }
    let mut proposal = if tiered {
        tiers::propose(case, supply, &requesters, tell)?
    } else {
        explain::proposal(&worked(supply, &case.rules, &requesters)?, tell)
    };
    proposal.fingerprint = fingerprint(case, &requesters);
    if let Some(kit) = case.needles {
        for share in &mut proposal.shares {
            share.needle_boxes = Some(kit.packs(share.allocated));
        }
    }
    if let Supply::AtDepots { depots, .. } = &case.supply {
        draw(depots.clone(), &requesters, &mut proposal.shares)?;
    }
    Ok(proposal)
}

/// Takes what was given from the depots: each requester's own first, then from the others in order
/// of name.
fn draw(
    mut depots: BTreeMap<String, u64>,
    requesters: &[&Requester],
    shares: &mut [Share],
) -> Result<(), Refusal> {
    let mut wanting: Vec<u64> = shares.iter().map(|s| s.allocated).collect();
    for (i, r) in requesters.iter().enumerate().filter(|(_, r)| !r.depot.is_empty()) {
        let stock = depots.get_mut(&r.depot).ok_or_else(|| Refusal::Depot(r.depot.clone()))?;
        let boxes = wanting[i].min(*stock);
        (*stock, wanting[i]) = (*stock - boxes, wanting[i] - boxes);
        if boxes > 0 {
            shares[i].depots.insert(r.depot.clone(), boxes);
        }
    }
    let mut stocks =
        depots.into_iter().filter(|(_, stock)| *stock > 0).collect::<Vec<_>>().into_iter();
    let mut open = stocks.next();
    for (share, wanting) in shares.iter_mut().zip(wanting) {
        let mut wanting = wanting;
        while let Some((depot, stock)) = &mut open
            && wanting > 0
        {
            let boxes = wanting.min(*stock);
            *share.depots.entry(depot.clone()).or_default() += boxes;
            (*stock, wanting) = (*stock - boxes, wanting - boxes);
            if *stock == 0 {
                open = stocks.next();
            }
        }
    }
    Ok(())
}

fn fingerprint(case: &Case, sorted: &[&Requester]) -> String {
    let flat = (&case.supply, &case.rules, sorted);
    let bytes = if case.levels.is_empty() && case.needles.is_none() {
        serde_json::to_vec(&flat)
    } else {
        let mut groups: Vec<&Requester> = case.groups.iter().collect();
        groups.sort_by(|a, b| a.id.cmp(&b.id));
        serde_json::to_vec(&(flat, &case.levels, groups, case.needles))
    };
    hex(&bytes.unwrap_or_default())
}

/// SHA-256 in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

impl Proposal {
    /// SHA-256 over the whole proposal as JSON: what a replay must give again.
    pub fn digest(&self) -> String {
        hex(&serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
