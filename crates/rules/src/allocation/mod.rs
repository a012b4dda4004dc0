//! Allocation (分配): a pure function from a case to a proposal, whole boxes. Source: spec §2.7, §3; domain facts §5.1.
//!
//! A case is supply, an ordered rule set and requesters; the proposal says for each requester what was asked, what is
//! given, the parts by rule that add up to it, and the sentence in Japanese and English. The same case gives the same bytes
//! on any machine and in any order of input. A further rule is a further variant of [`Rule`] and a further arm of [`apply`].

mod share;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
pub use share::{Claimant, Given, share};

/// A ratio such as a use rate or weeks of stock, in millionths, so that no machine rounds it otherwise.
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

/// One rule with its parameters, applied in the order of the case. `boxes` left out means all that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Held back from the supply before anything is given.
    Reserve { boxes: u64 },
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
    Population { boxes: Option<u64> },
    /// In proportion to what is asked for.
    Request { boxes: Option<u64> },
    /// Who holds more than so many weeks of stock loses so many percent, rounded down, of what was given so far.
    StockPenalty { over_weeks: Ratio, cut_percent: u32 },
    /// Fills requests up, best use rate first, for at most so many winners.
    UseRate { boxes: Option<u64>, winners: Option<u64> },
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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Whole boxes at hand.
    pub supply: u64,
    pub rules: Vec<Rule>,
    pub requesters: Vec<Requester>,
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
    /// In order of id.
    pub shares: Vec<Share>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("requester {0} stands twice in the case")]
    Twice(String),
    #[error("the case has no rule that gives anything")]
    NoRule,
    #[error("there is no requester {0} in the case")]
    Nobody(String),
    #[error("priority tiers need a cap before them")]
    TiersWithoutCap,
    #[error("the adjustment of {0} takes away more than was given, or gives more than is left")]
    Adjustment(String),
    #[error("a cut of {0} percent is more than everything")]
    Cut(u32),
    #[error("the numbers of the case are too large")]
    TooLarge,
}

/// More boxes than any nation ever had; keeps every product inside 128 bits.
const LIMIT: u64 = 1 << 40;

/// The state while the rules are applied one after the other.
struct Work<'a> {
    requesters: &'a [Requester],
    given: Vec<u64>,
    /// Parts by rule, in order of application.
    parts: Vec<Vec<(&'static str, i64)>>,
    rounding: Vec<i64>,
    excluded: Vec<bool>,
    capped: bool,
    tiered: bool,
    left: u64,
    short: bool,
    planned: bool,
}

impl Work<'_> {
    fn room(&self, i: usize) -> u64 {
        let r = &self.requesters[i];
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
    fn share_out(&mut self, rule: &'static str, budget: Option<u64>, weight: impl Fn(&Requester) -> u64) {
        let mut budget = budget.unwrap_or(self.left).min(self.left);
        let mut tiers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, r) in self.requesters.iter().enumerate() {
            tiers.entry(if self.tiered { r.tier } else { 0 }).or_default().push(i);
        }
        for members in tiers.into_values() {
            let claimants: Vec<Claimant<'_>> = members
                .iter()
                .map(|i| Claimant { id: &self.requesters[*i].id, weight: weight(&self.requesters[*i]), room: self.room(*i) })
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

    fn find(&self, id: &str) -> Result<usize, Refusal> {
        self.requesters.binary_search_by(|r| r.id.as_str().cmp(id)).map_err(|_| Refusal::Nobody(id.into()))
    }
}

/// Applies one rule.
fn apply(work: &mut Work<'_>, rule: &Rule) -> Result<(), Refusal> {
    let count = work.requesters.len();
    match rule {
        Rule::Reserve { boxes } => work.left = work.left.saturating_sub(*boxes),
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
            order.sort_by(|a, b| requesters[*b].request.cmp(&requesters[*a].request).then(requesters[*a].id.cmp(&requesters[*b].id)));
            let wanted: Vec<(usize, u64)> =
                order.into_iter().map(|i| (i, (*boxes).max(requesters[i].minimum).saturating_sub(work.given[i]))).collect();
            work.fill("minimum", work.left, wanted.into_iter());
        }
        Rule::AsPlanned => {
            let asked: u64 = (0..count).map(|i| work.requesters[i].request.saturating_sub(work.given[i])).sum();
            work.short = asked > work.left;
            work.planned = true;
            let capped = std::mem::replace(&mut work.capped, true);
            work.share_out("as_planned", None, |r| r.request);
            work.capped = capped;
        }
        Rule::Population { boxes } => work.share_out("population", *boxes, |r| r.population),
        Rule::Request { boxes } => work.share_out("request", *boxes, |r| r.request),
        Rule::StockPenalty { cut_percent, .. } if *cut_percent > 100 => return Err(Refusal::Cut(*cut_percent)),
        Rule::StockPenalty { over_weeks, cut_percent } => {
            for i in (0..count).filter(|i| work.requesters[*i].stock_weeks > *over_weeks) {
                let cut = work.given[i] * u64::from(*cut_percent) / 100;
                work.given[i] -= cut;
                work.left += cut;
                work.parts[i].push(("stock_penalty", -(cut as i64)));
            }
        }
        Rule::UseRate { boxes, winners } => {
            let requesters = work.requesters;
            let need = |work: &Work<'_>, i: usize| requesters[i].request.saturating_sub(work.given[i]).min(work.room(i));
            let mut order: Vec<usize> = (0..count).filter(|i| need(work, *i) > 0).collect();
            order.sort_by(|a, b| {
                let (a, b) = (&requesters[*a], &requesters[*b]);
                b.use_rate.cmp(&a.use_rate).then(b.request.cmp(&a.request)).then(a.id.cmp(&b.id))
            });
            let winners = winners.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
            let wanted: Vec<(usize, u64)> = order.into_iter().take(winners).map(|i| (i, need(work, i))).collect();
            work.fill("use_rate", boxes.unwrap_or(work.left), wanted.into_iter());
        }
        Rule::Adjust { id, boxes, .. } => {
            let i = work.find(id)?;
            let after = i128::from(work.given[i]) + i128::from(*boxes);
            let left = i128::from(work.left) - i128::from(*boxes);
            if after < 0 || left < 0 {
                return Err(Refusal::Adjustment(id.clone()));
            }
            (work.given[i], work.left) = (after as u64, left as u64);
            work.parts[i].push(("adjust", *boxes));
        }
    }
    Ok(())
}

/// Works a case out.
pub fn propose(case: &Case) -> Result<Proposal, Refusal> {
    let mut requesters = case.requesters.clone();
    requesters.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = requesters.windows(2).find(|p| p[0].id == p[1].id) {
        return Err(Refusal::Twice(pair[0].id.clone()));
    }
    let total = |of: fn(&Requester) -> u64| {
        requesters.iter().try_fold(0u64, |sum, r| sum.checked_add(of(r))).filter(|n| *n < LIMIT).ok_or(Refusal::TooLarge)
    };
    let requested = total(|r| r.request)?;
    total(|r| r.population)?;
    if case.supply >= LIMIT {
        return Err(Refusal::TooLarge);
    }
    let gives = |rule: &Rule| {
        !matches!(rule, Rule::Reserve { .. } | Rule::Exclude { .. } | Rule::Cap | Rule::PriorityTiers | Rule::StockPenalty { .. })
    };
    if !case.rules.iter().any(gives) {
        return Err(Refusal::NoRule);
    }
    let n = requesters.len();
    let mut work = Work {
        requesters: &requesters,
        given: vec![0; n],
        parts: vec![Vec::new(); n],
        rounding: vec![0; n],
        excluded: vec![false; n],
        capped: false,
        tiered: false,
        left: case.supply,
        short: false,
        planned: false,
    };
    for rule in &case.rules {
        apply(&mut work, rule)?;
    }
    let shares: Vec<Share> = (0..n).map(|i| explained(&work, i, case.supply, requested)).collect();
    let allocated = work.given.iter().sum();
    Ok(Proposal {
        fingerprint: fingerprint(case, &requesters),
        supply: case.supply,
        requested,
        allocated,
        left: case.supply - allocated,
        shares,
    })
}

/// Japanese and English names of the parts.
fn part_names(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "as_planned" => ("計画どおり", "as planned"),
        "population" => ("人口割", "by population"),
        "request" => ("希望割", "by request"),
        "use_rate" => ("使用率による充足", "by use rate"),
        "stock_penalty" => ("在庫による調整", "for stock"),
        "minimum" => ("最低数", "as minimum"),
        "adjust" => ("個別調整", "by hand"),
        _ => ("端数調整", "by rounding"),
    }
}

fn explained(work: &Work<'_>, i: usize, supply: u64, requested: u64) -> Share {
    let r = &work.requesters[i];
    let mut parts: Vec<Part> = Vec::new();
    for (rule, boxes) in &work.parts[i] {
        match parts.iter_mut().find(|p| p.rule == *rule) {
            Some(known) => known.boxes += boxes,
            None => parts.push(Part { rule: (*rule).into(), boxes: *boxes }),
        }
    }
    parts.push(Part { rule: "rounding".into(), boxes: work.rounding[i] });
    let allocated = work.given[i];
    let asked = if work.planned { "計画" } else { "希望" };
    let say = |p: &Part| match p.rule.as_str() {
        "as_planned" if work.short => format!("計画の按分{}箱（供給{supply}箱÷計画合計{requested}箱）", p.boxes),
        rule if p.boxes < 0 => format!("{}−{}箱", part_names(rule).0, -p.boxes),
        rule => format!("{}{}箱", part_names(rule).0, p.boxes),
    };
    let japanese: Vec<String> = parts.iter().map(say).collect();
    let english: Vec<String> = parts.iter().map(|p| format!("{} {}", p.boxes, part_names(&p.rule).1)).collect();
    let excluded = if work.excluded[i] { ("（対象外）", " (excluded)") } else { ("", "") };
    Share {
        id: r.id.clone(),
        requested: r.request,
        allocated,
        sentence: format!("{asked}{}箱に対して{allocated}箱です{}。内訳：{}。", r.request, excluded.0, japanese.join("、")),
        sentence_en: format!("Asked {}, received {allocated}{}: {}.", r.request, excluded.1, english.join(", ")),
        parts,
    }
}

fn fingerprint(case: &Case, sorted: &[Requester]) -> String {
    let bytes = serde_json::to_vec(&(case.supply, &case.rules, sorted)).unwrap_or_default();
    Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests;
