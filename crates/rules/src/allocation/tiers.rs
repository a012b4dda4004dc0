//! Tiers: the nation shares out among its prefectures, each of them among its municipalities, each
//! of those among its venues. Every level is a run of its own, with the rules of the level and what
//! the level above gave as its supply.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Case, Part, Proposal, Ratio, Refusal, Requester, Rule, Share, Tell, explain, worked};

/// One level of a tiered case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// `prefecture`, `municipality`, `venue`.
    pub name: String,
    pub rules: Vec<Rule>,
}

/// What one group got and kept back in a tiered run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub level: String,
    pub id: String,
    pub requested: u64,
    pub allocated: u64,
    /// Kept at the group and not passed on: its reserve and what nobody could take.
    pub kept: u64,
    pub sentence: String,
}

/// Works a tiered case out; `requesters` in order of id.
pub fn propose(
    case: &Case,
    supply: u64,
    requesters: &[&Requester],
    tell: &dyn Tell,
) -> Result<Proposal, Refusal> {
    let above = case.levels.len() - 1;
    if let Some(r) = requesters.iter().find(|r| r.path.len() != above) {
        return Err(Refusal::Path(r.id.clone(), above));
    }
    let known: BTreeMap<&str, &Requester> =
        case.groups.iter().map(|g| (g.id.as_str(), g)).collect();
    if known.len() != case.groups.len() {
        return Err(Refusal::Twice("in groups".into()));
    }
    let mut run = Run {
        case,
        tell,
        known,
        quotas: Vec::new(),
        shares: Vec::with_capacity(requesters.len()),
        warnings: Vec::new(),
        reserve: 0,
    };
    run.level(0, supply, requesters, "")?;
    let Run { mut quotas, mut shares, warnings, reserve, .. } = run;
    let order: BTreeMap<&str, usize> =
        case.levels.iter().enumerate().map(|(i, l)| (l.name.as_str(), i)).collect();
    quotas.sort_by(|a, b| {
        order.get(a.level.as_str()).cmp(&order.get(b.level.as_str())).then(a.id.cmp(&b.id))
    });
    shares.sort_by(|a, b| a.id.cmp(&b.id));
    let allocated: u64 = shares.iter().map(|s| s.allocated).sum();
    let left = supply - allocated;
    let reserve = reserve.min(left);
    let left_parts = [("reserve", reserve), ("unplaced", left - reserve)]
        .into_iter()
        .filter(|(_, boxes)| *boxes > 0)
        .map(|(rule, boxes)| Part { rule: rule.into(), boxes: boxes as i64 })
        .collect();
    Ok(Proposal {
        fingerprint: String::new(),
        supply,
        requested: shares.iter().map(|s| s.requested).sum(),
        allocated,
        left,
        left_parts,
        warnings,
        quotas,
        shares,
    })
}

struct Run<'c> {
    case: &'c Case,
    tell: &'c dyn Tell,
    known: BTreeMap<&'c str, &'c Requester>,
    quotas: Vec<Quota>,
    shares: Vec<Share>,
    warnings: Vec<super::Warning>,
    reserve: u64,
}

impl Run<'_> {
    /// Shares `supply` out at one level; `trail` says in a sentence what the levels above gave.
    fn level(
        &mut self,
        at: usize,
        supply: u64,
        members: &[&Requester],
        trail: &str,
    ) -> Result<u64, Refusal> {
        let level = &self.case.levels[at];
        // What names a requester who isn't in this group holds elsewhere.
        let rules = here(&level.rules, members, at, self.case.levels.len());
        if at + 1 == self.case.levels.len() {
            let mut own = explain::proposal(&worked(supply, &rules, members)?, self.tell);
            for share in &mut own.shares {
                share.sentence = format!("{trail}{}", share.sentence);
            }
            self.reserve +=
                own.left_parts.iter().find(|p| p.rule == "reserve").map_or(0, |p| p.boxes as u64);
            self.shares.append(&mut own.shares);
            return Ok(own.allocated);
        }
        let mut groups: BTreeMap<&str, Vec<&Requester>> = BTreeMap::new();
        for r in members {
            groups.entry(r.path[at].as_str()).or_default().push(r);
        }
        let heads: Vec<Requester> =
            groups.iter().map(|(id, members)| self.head(id, members)).collect();
        let heads: Vec<&Requester> = heads.iter().collect();
        let own = explain::proposal(&worked(supply, &rules, &heads)?, self.tell);
        if at == 0 {
            self.warnings.clone_from(&own.warnings);
        }
        self.reserve +=
            own.left_parts.iter().find(|p| p.rule == "reserve").map_or(0, |p| p.boxes as u64);
        let mut passed_on = 0;
        for ((share, head), members) in own.shares.into_iter().zip(heads).zip(groups.into_values())
        {
            let name = if head.name.is_empty() { head.id.as_str() } else { head.name.as_str() };
            let trail = format!("{trail}{}", self.tell.quota(name, share.allocated));
            let given = self.level(at + 1, share.allocated, &members, &trail)?;
            passed_on += given;
            self.quotas.push(Quota {
                level: level.name.clone(),
                id: share.id,
                requested: share.requested,
                allocated: share.allocated,
                kept: share.allocated - given,
                sentence: share.sentence,
            });
        }
        Ok(passed_on)
    }

    /// A group as a requester: the sums of its members, and what the case knows of it beyond them.
    /// Rates are means by request.
    fn head(&self, id: &str, members: &[&Requester]) -> Requester {
        let sum = |of: fn(&Requester) -> u64| members.iter().map(|r| of(r)).sum::<u64>();
        let request = sum(|r| r.request);
        let mean = |of: fn(&Requester) -> Ratio| {
            let weighted: i128 =
                members.iter().map(|r| i128::from(of(r).0) * i128::from(r.request)).sum();
            Ratio(i64::try_from(weighted / i128::from(request.max(1))).unwrap_or(0))
        };
        let mut head = Requester {
            id: id.into(),
            request,
            population: sum(|r| r.population),
            use_rate: mean(|r| r.use_rate),
            stock_weeks: mean(|r| r.stock_weeks),
            cap: members.iter().try_fold(0, |sum: u64, r| Some(sum.saturating_add(r.cap?))),
            ..Requester::default()
        };
        if let Some(known) = self.known.get(id) {
            if known.population > 0 {
                head.population = known.population;
            }
            head.minimum = known.minimum;
            head.tier = known.tier;
            head.name.clone_from(&known.name);
            head.cap = known.cap.or(head.cap);
            if known.use_rate > Ratio(0) {
                head.use_rate = known.use_rate;
            }
            if known.stock_weeks > Ratio(0) {
                head.stock_weeks = known.stock_weeks;
            }
        }
        head
    }
}

/// The rules as they hold for these members: exclusions and adjustments of others are left to the
/// others.
fn here(rules: &[Rule], members: &[&Requester], at: usize, levels: usize) -> Vec<Rule> {
    let is_here = |id: &str| {
        if at + 1 == levels {
            members.binary_search_by(|r| r.id.as_str().cmp(id)).is_ok()
        } else {
            members.iter().any(|r| r.path[at] == id)
        }
    };
    rules
        .iter()
        .filter_map(|rule| match rule {
            Rule::Exclude { ids, reason } => Some(Rule::Exclude {
                ids: ids.iter().filter(|id| is_here(id)).cloned().collect(),
                reason: reason.clone(),
            }),
            Rule::Adjust { id, .. } if !is_here(id) => None,
            other => Some(other.clone()),
        })
        .collect()
}
