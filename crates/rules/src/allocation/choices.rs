//! What an officer chooses for a run, and the ordered rules that it means. The order is fixed, so
//! that the same choices are the same rules on any day: reserve, exclusions, cap, who comes first,
//! minimum, population, stock, request, plan, use rate, by hand.

use serde::{Deserialize, Serialize};

use super::{Level, Ratio, Rule};

/// A correction by hand, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub id: String,
    pub boxes: i64,
    pub reason: String,
}

/// Parameters of a run; zero and false mean that a rule isn't used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choices {
    /// Boxes held back.
    pub reserve: u64,
    /// Percent of what each prefecture and municipality gets that it keeps back, in a tiered run.
    pub kept_percent: u32,
    pub as_planned: bool,
    /// Nobody gets more than asked for, nor more than fits.
    pub cap: bool,
    /// Who never received anything comes first.
    pub first: bool,
    /// Boxes that everybody gets who asks.
    pub minimum: u64,
    /// Percent of the supply.
    pub population: u32,
    pub request: u32,
    pub use_rate: u32,
    /// How many are filled up by their use rate; 0 means no limit.
    pub winners: u64,
    /// Weeks of stock above which `cut` percent is taken off.
    pub over_weeks: Ratio,
    pub cut: u32,
    /// Nation → prefecture → municipality → venue instead of straight to the venues.
    pub tiered: bool,
    pub excluded: Vec<String>,
    pub excluded_reason: String,
    pub corrections: Vec<Correction>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceRefusal {
    Over,
    Nothing,
    Cut,
    Kept,
    FirstWithoutCap,
}

impl Choices {
    /// Whether the choices go together.
    pub fn check(&self) -> Result<(), ChoiceRefusal> {
        let percent =
            [self.population, self.request, self.use_rate].into_iter().fold(0, u32::saturating_add);
        if percent > 100 {
            return Err(ChoiceRefusal::Over);
        }
        if !self.as_planned && self.minimum == 0 && percent == 0 {
            return Err(ChoiceRefusal::Nothing);
        }
        if self.cut > 100 {
            return Err(ChoiceRefusal::Cut);
        }
        if self.kept_percent > 100 {
            return Err(ChoiceRefusal::Kept);
        }
        if self.first && !self.cap {
            return Err(ChoiceRefusal::FirstWithoutCap);
        }
        Ok(())
    }

    /// The rules of a run straight to the venues.
    pub fn rules(&self) -> Vec<Rule> {
        if self.tiered {
            return Vec::new();
        }
        let mut rules = Vec::new();
        self.reserve(&mut rules);
        self.exclude(&mut rules);
        self.share_out(&mut rules);
        self.correct(&mut rules);
        rules
    }

    /// The levels of a tiered run: the prefectures by what was chosen, their municipalities by
    /// request, the venues as planned.
    pub fn levels(&self) -> Vec<Level> {
        if !self.tiered {
            return Vec::new();
        }
        let level = |name: &str, rules| Level { name: name.into(), rules };
        let kept = (self.kept_percent > 0)
            .then_some(Rule::Reserve { boxes: 0, percent: Some(self.kept_percent) });
        let mut nation = Vec::new();
        self.reserve(&mut nation);
        self.share_out(&mut nation);
        let all = Rule::Request { boxes: None, percent: None };
        let prefecture = kept.iter().cloned().chain([Rule::Cap, all]).collect();
        let mut municipality: Vec<Rule> = kept.into_iter().collect();
        self.exclude(&mut municipality);
        municipality.extend([Rule::Cap, Rule::AsPlanned]);
        self.correct(&mut municipality);
        vec![
            level("prefecture", nation),
            level("municipality", prefecture),
            level("venue", municipality),
        ]
    }

    fn reserve(&self, rules: &mut Vec<Rule>) {
        if self.reserve > 0 {
            rules.push(Rule::Reserve { boxes: self.reserve, percent: None });
        }
    }
    fn exclude(&self, rules: &mut Vec<Rule>) {
        if !self.excluded.is_empty() {
            rules.push(Rule::Exclude {
                ids: self.excluded.clone(),
                reason: self.excluded_reason.clone(),
            });
        }
    }
    fn correct(&self, rules: &mut Vec<Rule>) {
        rules.extend(self.corrections.iter().map(|c| Rule::Adjust {
            id: c.id.clone(),
            boxes: c.boxes,
            reason: c.reason.clone(),
        }));
    }
    fn share_out(&self, rules: &mut Vec<Rule>) {
        if self.cap {
            rules.push(Rule::Cap);
        }
        if self.first {
            rules.push(Rule::PriorityTiers);
        }
        if self.minimum > 0 {
            rules.push(Rule::Minimum { boxes: self.minimum });
        }
        if self.population > 0 {
            rules.push(Rule::Population { boxes: None, percent: Some(self.population) });
        }
        if self.cut > 0 {
            rules.push(Rule::StockPenalty { over_weeks: self.over_weeks, cut_percent: self.cut });
        }
        if self.request > 0 {
            rules.push(Rule::Request { boxes: None, percent: Some(self.request) });
        }
        if self.as_planned {
            rules.push(Rule::AsPlanned);
        }
        if self.use_rate > 0 {
            let winners = (self.winners > 0).then_some(self.winners);
            rules.push(Rule::UseRate { boxes: None, percent: Some(self.use_rate), winners });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_become_rules_in_one_fixed_order() {
        let choices = Choices {
            reserve: 5,
            cap: true,
            first: true,
            minimum: 1,
            population: 80,
            request: 20,
            over_weeks: Ratio(6_000_000),
            cut: 10,
            ..Choices::default()
        };
        assert_eq!(choices.check(), Ok(()));
        assert_eq!(
            serde_json::to_string(&choices.rules()).unwrap(),
            r#"[{"rule":"reserve","boxes":5},{"rule":"cap"},{"rule":"priority_tiers"},{"rule":"minimum","boxes":1},{"rule":"population","boxes":null,"percent":80},{"rule":"stock_penalty","over_weeks":6.0,"cut_percent":10},{"rule":"request","boxes":null,"percent":20}]"#
        );
        assert!(choices.levels().is_empty());
        let tiered = Choices { tiered: true, kept_percent: 5, ..choices };
        assert_eq!(
            tiered.levels().iter().map(|l| (l.name.as_str(), l.rules.len())).collect::<Vec<_>>(),
            [("prefecture", 7), ("municipality", 3), ("venue", 3)]
        );
    }

    #[test]
    fn choices_that_do_not_go_together_are_refused() {
        let check = |choices: Choices| choices.check().unwrap_err();
        assert_eq!(
            check(Choices { population: 80, request: 30, ..Choices::default() }),
            ChoiceRefusal::Over
        );
        assert_eq!(check(Choices::default()), ChoiceRefusal::Nothing);
        assert_eq!(
            check(Choices { as_planned: true, cut: 101, ..Choices::default() }),
            ChoiceRefusal::Cut
        );
        assert_eq!(
            check(Choices { as_planned: true, first: true, ..Choices::default() }),
            ChoiceRefusal::FirstWithoutCap
        );
    }
}
