//! Allocation (分配): a pure function from a case to a proposal, whole boxes by largest remainder. Source: spec §2.7, §3.
//!
//! A case is supply, an ordered rule set and requesters; the proposal says for each requester what was asked, what is
//! given, the parts by rule that add up to it, and the sentence. The same case gives the same bytes in any order of input.
//! Further rules (population, use rate, tiers …) are further variants of [`Rule`] and further arms of [`propose`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One rule with its parameters, applied in the order of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Everybody gets the registered plan; where the supply is short, pro rata to the plan.
    AsPlanned,
    /// Boxes kept back from the supply before anything is given.
    Reserve { boxes: u64 },
}

impl Rule {
    fn key(&self) -> &'static str {
        match self {
            Rule::AsPlanned => "as_planned",
            Rule::Reserve { .. } => "reserve",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requester {
    pub id: String,
    /// Boxes asked for.
    pub request: u64,
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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// SHA-256 over the case with its requesters in order of id.
    pub fingerprint: String,
    pub supply: u64,
    pub requested: u64,
    pub allocated: u64,
    /// Supply that nobody gets.
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
    #[error("a rule set holds one giving rule here, and {0} stands after it")]
    AfterGiving(&'static str),
    #[error("the numbers of the case are too large")]
    TooLarge,
}

/// More boxes than any nation ever had; keeps every product inside 128 bits.
const LIMIT: u64 = 1 << 40;

/// Shares whole boxes in proportion to weights: `floor(weight × boxes / total)`, the rest one by one to the largest
/// remainders, ties to the larger weight, then to the smaller id. Returns (floor, rounding) in the order given.
pub fn largest_remainder(boxes: u64, weights: &[(&str, u64)]) -> Vec<(u64, u64)> {
    let total: u128 = weights.iter().map(|(_, w)| u128::from(*w)).sum();
    if total == 0 {
        return vec![(0, 0); weights.len()];
    }
    let quota = |w: u64| u128::from(w) * u128::from(boxes);
    let mut shares: Vec<(u64, u64)> = weights.iter().map(|(_, w)| ((quota(*w) / total) as u64, 0)).collect();
    let mut rest = boxes - shares.iter().map(|(floor, _)| floor).sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| {
        let ((id_a, w_a), (id_b, w_b)) = (weights[*a], weights[*b]);
        (quota(w_b) % total).cmp(&(quota(w_a) % total)).then(w_b.cmp(&w_a)).then(id_a.cmp(id_b))
    });
    for i in order {
        if rest == 0 {
            break;
        }
        shares[i].1 = 1;
        rest -= 1;
    }
    shares
}

/// Works a case out.
pub fn propose(case: &Case) -> Result<Proposal, Refusal> {
    let mut requesters = case.requesters.clone();
    requesters.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = requesters.windows(2).find(|p| p[0].id == p[1].id) {
        return Err(Refusal::Twice(pair[0].id.clone()));
    }
    let requested: u64 =
        requesters.iter().try_fold(0u64, |sum, r| sum.checked_add(r.request)).filter(|n| *n < LIMIT).ok_or(Refusal::TooLarge)?;
    if case.supply >= LIMIT {
        return Err(Refusal::TooLarge);
    }
    let mut supply = case.supply;
    let mut shares: Option<Vec<Share>> = None;
    for rule in &case.rules {
        if shares.is_some() {
            return Err(Refusal::AfterGiving(rule.key()));
        }
        match rule {
            Rule::Reserve { boxes } => supply = supply.saturating_sub(*boxes),
            Rule::AsPlanned => shares = Some(as_planned(supply, requested, &requesters)),
        }
    }
    let shares = shares.ok_or(Refusal::NoRule)?;
    let allocated = shares.iter().map(|s| s.allocated).sum();
    let fingerprint = fingerprint(&Case { requesters, ..case.clone() });
    Ok(Proposal { fingerprint, supply: case.supply, requested, allocated, left: case.supply - allocated, shares })
}

fn as_planned(supply: u64, requested: u64, requesters: &[Requester]) -> Vec<Share> {
    let short = requested > supply;
    let given: Vec<(u64, u64)> = if short {
        let weights: Vec<(&str, u64)> = requesters.iter().map(|r| (r.id.as_str(), r.request)).collect();
        largest_remainder(supply, &weights)
    } else {
        requesters.iter().map(|r| (r.request, 0)).collect()
    };
    requesters
        .iter()
        .zip(given)
        .map(|(requester, (floor, rounding))| {
            let allocated = floor + rounding;
            let parts =
                vec![Part { rule: "as_planned".into(), boxes: floor as i64 }, Part { rule: "rounding".into(), boxes: rounding as i64 }];
            let how = if short {
                format!("計画の按分{floor}箱（供給{supply}箱÷計画合計{requested}箱）")
            } else {
                format!("計画どおり{floor}箱")
            };
            let sentence = format!("計画{}箱に対して{allocated}箱です。内訳：{how}、端数調整{rounding}箱。", requester.request);
            Share { id: requester.id.clone(), requested: requester.request, allocated, parts, sentence }
        })
        .collect()
}

fn fingerprint(case: &Case) -> String {
    let bytes = serde_json::to_vec(case).unwrap_or_default();
    Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn case(supply: u64, requests: &[(&str, u64)]) -> Case {
        Case {
            supply,
            rules: vec![Rule::AsPlanned],
            requesters: requests.iter().map(|(id, request)| Requester { id: id.to_string(), request: *request }).collect(),
        }
    }

    #[test]
    fn enough_supply_gives_the_plan_and_leaves_the_rest() {
        let p = propose(&case(20, &[("b", 4), ("a", 3)])).unwrap();
        assert_eq!(p.shares.iter().map(|s| (s.id.as_str(), s.allocated)).collect::<Vec<_>>(), [("a", 3), ("b", 4)]);
        assert_eq!((p.allocated, p.left), (7, 13));
        assert_eq!(p.shares[1].sentence, "計画4箱に対して4箱です。内訳：計画どおり4箱、端数調整0箱。");
    }

    #[test]
    fn short_supply_is_shared_by_largest_remainder_and_says_so() {
        let p = propose(&case(10, &[("a", 7), ("b", 5), ("c", 3)])).unwrap();
        // quotas 4.67, 3.33, 2.00
        assert_eq!(p.shares.iter().map(|s| s.allocated).collect::<Vec<_>>(), [5, 3, 2]);
        assert_eq!(p.shares[0].sentence, "計画7箱に対して5箱です。内訳：計画の按分4箱（供給10箱÷計画合計15箱）、端数調整1箱。");
    }

    #[test]
    fn a_reserve_is_held_back_and_a_case_that_says_nothing_is_refused() {
        let mut c = case(10, &[("a", 8)]);
        c.rules.insert(0, Rule::Reserve { boxes: 4 });
        assert_eq!(propose(&c).unwrap().shares[0].allocated, 6);
        assert_eq!(propose(&Case { rules: vec![], ..case(1, &[]) }), Err(Refusal::NoRule));
        assert_eq!(propose(&case(1, &[("a", 1), ("a", 2)])), Err(Refusal::Twice("a".into())));
    }

    proptest! {
        #[test]
        fn sums_are_exact_nobody_gets_more_than_asked_and_order_does_not_matter(supply in 0u64..5000, requests in proptest::collection::vec(0u64..300, 1..80), turn in 0usize..80) {
            let named: Vec<(String, u64)> = requests.iter().enumerate().map(|(i, r)| (format!("v{i:03}"), *r)).collect();
            let refs: Vec<(&str, u64)> = named.iter().map(|(id, r)| (id.as_str(), *r)).collect();
            let p = propose(&case(supply, &refs)).unwrap();
            let total: u64 = requests.iter().sum();
            prop_assert_eq!(p.allocated, total.min(supply));
            for share in &p.shares {
                prop_assert!(share.allocated <= share.requested);
                prop_assert_eq!(share.parts.iter().map(|x| x.boxes).sum::<i64>(), share.allocated as i64);
            }
            let mut turned = refs.clone();
            turned.rotate_left(turn % refs.len());
            prop_assert_eq!(serde_json::to_string(&propose(&case(supply, &turned)).unwrap()).unwrap(), serde_json::to_string(&p).unwrap());
        }
    }
}
