use proptest::prelude::*;

use super::*;

fn asking(id: &str, request: u64) -> Requester {
    Requester { id: id.into(), request, ..Requester::default() }
}

fn case(supply: u64, rules: Vec<Rule>, requesters: Vec<Requester>) -> Case {
    Case { supply, rules, requesters }
}

fn planned(supply: u64, requests: &[(&str, u64)]) -> Case {
    case(supply, vec![Rule::AsPlanned], requests.iter().map(|(id, n)| asking(id, *n)).collect())
}

fn boxes(proposal: &Proposal) -> Vec<u64> {
    proposal.shares.iter().map(|s| s.allocated).collect()
}

#[test]
fn enough_supply_gives_the_plan_and_leaves_the_rest() {
    let p = propose(&planned(20, &[("b", 4), ("a", 3)])).unwrap();
    assert_eq!(p.shares.iter().map(|s| (s.id.as_str(), s.allocated)).collect::<Vec<_>>(), [("a", 3), ("b", 4)]);
    assert_eq!((p.allocated, p.left), (7, 13));
    assert_eq!(p.shares[1].sentence, "計画4箱に対して4箱です。内訳：計画どおり4箱、端数調整0箱。");
    assert_eq!(p.shares[1].sentence_en, "Asked 4, received 4: 4 as planned, 0 by rounding.");
}

#[test]
fn short_supply_is_shared_by_largest_remainder_and_says_so() {
    // Quotas 4.67, 3.33, 2.00.
    let p = propose(&planned(10, &[("a", 7), ("b", 5), ("c", 3)])).unwrap();
    assert_eq!(boxes(&p), [5, 3, 2]);
    assert_eq!(p.shares[0].sentence, "計画7箱に対して5箱です。内訳：計画の按分4箱（供給10箱÷計画合計15箱）、端数調整1箱。");
}

#[test]
fn golden_asked_12_received_9_seven_by_population_two_by_request() {
    let requesters = vec![Requester { population: 70, ..asking("a", 12) }, Requester { population: 30, ..asking("b", 12) }];
    let p = propose(&case(14, vec![Rule::Population { boxes: Some(10) }, Rule::Request { boxes: Some(4) }], requesters)).unwrap();
    assert_eq!(p.shares[0].sentence, "希望12箱に対して9箱です。内訳：人口割7箱、希望割2箱、端数調整0箱。");
    assert_eq!(p.shares[0].sentence_en, "Asked 12, received 9: 7 by population, 2 by request, 0 by rounding.");
}

/// 1,741 municipalities whose requests are over 20,000: made by a fixed arithmetic, so that anybody can make them again.
fn municipalities() -> Vec<Requester> {
    (0..1741u64)
        .map(|i| Requester {
            id: format!("m{i:04}"),
            request: 4 + (i * 7919) % 16,
            population: 1_000 + (i * 104_729) % 90_000,
            use_rate: Ratio(((i * 6_151) % 1_000_000) as i64),
            ..Requester::default()
        })
        .collect()
}

#[test]
fn golden_cycle_9_of_2021() {
    let rules = vec![
        Rule::Population { boxes: Some(8000) },
        Rule::Request { boxes: Some(2000) },
        Rule::UseRate { boxes: Some(1000), winners: Some(378) },
    ];
    let c = case(11_000, rules, municipalities());
    let p = propose(&c).unwrap();
    assert!(p.requested > 20_000, "{}", p.requested);
    let part = |rule: &str| p.shares.iter().flat_map(|s| &s.parts).filter(|x| x.rule == rule).map(|x| x.boxes).sum::<i64>();
    assert_eq!(part("population") + part("request") + part("rounding"), 10_000);
    assert_eq!(part("use_rate"), 1000);
    assert_eq!((p.allocated, p.left), (11_000, 0));
    for share in &p.shares {
        assert_eq!(share.parts.iter().map(|x| x.boxes).sum::<i64>(), share.allocated as i64);
    }
    // Best use rate first: whoever was filled up by it used more than anybody in need who wasn't.
    let winners: Vec<&Share> = p.shares.iter().filter(|s| s.parts.iter().any(|x| x.rule == "use_rate" && x.boxes > 0)).collect();
    assert!(!winners.is_empty() && winners.len() <= 378, "{}", winners.len());
    let rate = |id: &str| c.requesters.iter().find(|r| r.id == id).unwrap().use_rate;
    let worst_winner = winners.iter().map(|s| rate(&s.id)).min().unwrap();
    let losers = p.shares.iter().filter(|s| s.allocated < s.requested && !s.parts.iter().any(|x| x.rule == "use_rate"));
    assert!(losers.map(|s| rate(&s.id)).all(|r| r <= worst_winner));
}

#[test]
fn golden_cycle_11_of_2021_stock_over_six_weeks_loses_ten_percent_of_the_base() {
    // Osaka 164 → 148, Nagoya 137 → 124 (domain facts §5.1): a tenth, rounded down, is taken away.
    let requester = |id: &str, population, weeks: i64| Requester { population, stock_weeks: Ratio(weeks), ..asking(id, 500) };
    let requesters = vec![requester("nagoya", 137, 6_500_000), requester("osaka", 164, 7_000_000), requester("other", 99, 6_000_000)];
    let rules = vec![Rule::Population { boxes: Some(400) }, Rule::StockPenalty { over_weeks: Ratio(6_000_000), cut_percent: 10 }];
    let p = propose(&case(400, rules, requesters)).unwrap();
    assert_eq!(boxes(&p), [124, 148, 99]);
    assert_eq!(p.left, 29);
    assert_eq!(p.shares[1].sentence, "希望500箱に対して148箱です。内訳：人口割164箱、在庫による調整−16箱、端数調整0箱。");
}

#[test]
fn tiers_caps_minimum_exclusion_and_adjustment() {
    let requesters = vec![
        Requester { tier: 1, ..asking("first", 6) },
        Requester { tier: 2, cap: Some(3), ..asking("full", 9) },
        Requester { tier: 2, ..asking("second", 9) },
        asking("shut", 5),
    ];
    let rules = vec![
        Rule::Exclude { ids: vec!["shut".into()], reason: "中止".into() },
        Rule::Cap,
        Rule::Minimum { boxes: 1 },
        Rule::PriorityTiers,
        Rule::Request { boxes: None },
        Rule::Adjust { id: "first".into(), boxes: -1, reason: "辞退".into() },
        Rule::Adjust { id: "second".into(), boxes: 1, reason: "辞退の分".into() },
    ];
    let p = propose(&case(12, rules, requesters)).unwrap();
    // One each; tier 1 is filled to 6; the four that are left are shared by tier 2, of whom "full" has room for two.
    assert_eq!(boxes(&p), [5, 3, 4, 0]);
    assert!(p.shares[3].sentence.contains("（対象外）"));
    assert_eq!(p.shares.iter().map(|s| s.parts.iter().map(|x| x.boxes).sum::<i64>()).collect::<Vec<_>>(), [5, 3, 4, 0]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert_eq!(propose(&case(1, vec![], vec![])), Err(Refusal::NoRule));
    assert_eq!(propose(&planned(1, &[("a", 1), ("a", 2)])), Err(Refusal::Twice("a".into())));
    assert_eq!(propose(&case(1, vec![Rule::PriorityTiers, Rule::AsPlanned], vec![])), Err(Refusal::TiersWithoutCap));
    assert_eq!(
        propose(&case(1, vec![Rule::Adjust { id: "x".into(), boxes: 1, reason: String::new() }], vec![])),
        Err(Refusal::Nobody("x".into()))
    );
    assert_eq!(
        propose(&case(1, vec![Rule::Adjust { id: "a".into(), boxes: 2, reason: String::new() }], vec![asking("a", 5)])),
        Err(Refusal::Adjustment("a".into()))
    );
    assert_eq!(propose(&planned(u64::MAX, &[])), Err(Refusal::TooLarge));
}

#[test]
fn a_reserve_is_held_back() {
    let p = propose(&case(10, vec![Rule::Reserve { boxes: 4 }, Rule::AsPlanned], vec![asking("a", 8)])).unwrap();
    assert_eq!((boxes(&p), p.left), (vec![6], 4));
}

proptest! {
    #[test]
    fn sums_are_exact_and_the_order_of_input_does_not_matter(
        supply in 0u64..4000,
        requesters in proptest::collection::vec((0u64..200, 0u64..90_000, 0i64..1_000_000, 0i64..12_000_000, 1u32..4), 1..70),
        turn in 0usize..70,
        capped in proptest::bool::ANY,
    ) {
        let requesters: Vec<Requester> = requesters
            .into_iter()
            .enumerate()
            .map(|(i, (request, population, rate, weeks, tier))| Requester { id: format!("v{i:03}"), request, population, use_rate: Ratio(rate), stock_weeks: Ratio(weeks), tier, ..Requester::default() })
            .collect();
        let mut rules = vec![
            Rule::Reserve { boxes: supply / 20 },
            Rule::Minimum { boxes: 1 },
            Rule::Population { boxes: Some(supply / 2) },
            Rule::StockPenalty { over_weeks: Ratio(6_000_000), cut_percent: 10 },
            Rule::Request { boxes: Some(supply / 4) },
            Rule::UseRate { boxes: None, winners: Some(10) },
        ];
        if capped {
            rules.insert(0, Rule::Cap);
            rules.insert(1, Rule::PriorityTiers);
        }
        let one = case(supply, rules, requesters);
        let p = propose(&one).unwrap();
        prop_assert!(p.allocated + supply / 20 <= supply);
        prop_assert_eq!(p.allocated + p.left, supply);
        for share in &p.shares {
            prop_assert_eq!(share.parts.iter().map(|x| x.boxes).sum::<i64>(), share.allocated as i64);
            prop_assert!(!capped || share.allocated <= share.requested);
        }
        let mut other = one.clone();
        let length = other.requesters.len();
        other.requesters.rotate_left(turn % length);
        prop_assert_eq!(serde_json::to_string(&propose(&other).unwrap()).unwrap(), serde_json::to_string(&p).unwrap());
    }
}
