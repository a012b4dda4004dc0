use proptest::prelude::*;

use super::*;

/// Says nothing.
struct Silent;

impl Tell for Silent {
    fn share(&self, _: &Explained<'_>) -> Told {
        Told::default()
    }
    fn warning(&self, _: &Warned) -> Told {
        Told::default()
    }
    fn quota(&self, _: &str, _: u64) -> String {
        String::new()
    }
}

fn propose(case: &Case) -> Result<Proposal, Refusal> {
    super::propose(case, &Silent)
}

/// The parts of a share by rule, in order.
fn parts(share: &Share) -> Vec<(&str, i64)> {
    share.parts.iter().map(|p| (p.rule.as_str(), p.boxes)).collect()
}

fn asking(id: &str, request: u64) -> Requester {
    Requester { id: id.into(), request, ..Requester::default() }
}

fn case(supply: u64, rules: Vec<Rule>, requesters: Vec<Requester>) -> Case {
    Case::flat(supply, rules, requesters)
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
    assert_eq!(
        p.shares.iter().map(|s| (s.id.as_str(), s.allocated)).collect::<Vec<_>>(),
        [("a", 3), ("b", 4)]
    );
    assert_eq!((p.allocated, p.left), (7, 13));
    assert_eq!(parts(&p.shares[1]), [("as_planned", 4), ("rounding", 0)]);
}

#[test]
fn short_supply_is_shared_by_largest_remainder() {
    // Quotas 4.67, 3.33, 2.00.
    let p = propose(&planned(10, &[("a", 7), ("b", 5), ("c", 3)])).unwrap();
    assert_eq!(boxes(&p), [5, 3, 2]);
    assert_eq!(parts(&p.shares[0]), [("as_planned", 4), ("rounding", 1)]);
}

#[test]
fn golden_asked_12_received_9_seven_by_population_two_by_request() {
    let requesters = vec![
        Requester { population: 70, ..asking("a", 12) },
        Requester { population: 30, ..asking("b", 12) },
    ];
    let p = propose(&case(
        14,
        vec![
            Rule::Population { boxes: Some(10), percent: None },
            Rule::Request { boxes: Some(4), percent: None },
        ],
        requesters,
    ))
    .unwrap();
    assert_eq!((p.shares[0].requested, p.shares[0].allocated), (12, 9));
    assert_eq!(parts(&p.shares[0]), [("population", 7), ("request", 2), ("rounding", 0)]);
}

/// 1,741 municipalities whose requests are over 20,000: made by a fixed arithmetic, so that
/// anybody can make them again.
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
        Rule::Population { boxes: Some(8000), percent: None },
        Rule::Request { boxes: Some(2000), percent: None },
        Rule::UseRate { boxes: Some(1000), percent: None, winners: Some(378) },
    ];
    let c = case(11_000, rules, municipalities());
    let p = propose(&c).unwrap();
    assert!(p.requested > 20_000, "{}", p.requested);
    let part = |rule: &str| {
        p.shares
            .iter()
            .flat_map(|s| &s.parts)
            .filter(|x| x.rule == rule)
            .map(|x| x.boxes)
            .sum::<i64>()
    };
    assert_eq!(part("population") + part("request") + part("rounding"), 10_000);
    assert_eq!(part("use_rate"), 1000);
    assert_eq!((p.allocated, p.left), (11_000, 0));
    for share in &p.shares {
        assert_eq!(share.parts.iter().map(|x| x.boxes).sum::<i64>(), share.allocated as i64);
    }
    // Best use rate first: whoever was filled up by it used more than anybody in need who wasn't.
    let winners: Vec<&Share> = p
        .shares
        .iter()
        .filter(|s| s.parts.iter().any(|x| x.rule == "use_rate" && x.boxes > 0))
        .collect();
    assert!(!winners.is_empty() && winners.len() <= 378, "{}", winners.len());
    let rate = |id: &str| c.requesters.iter().find(|r| r.id == id).unwrap().use_rate;
    let worst_winner = winners.iter().map(|s| rate(&s.id)).min().unwrap();
    let losers = p
        .shares
        .iter()
        .filter(|s| s.allocated < s.requested && !s.parts.iter().any(|x| x.rule == "use_rate"));
    assert!(losers.map(|s| rate(&s.id)).all(|r| r <= worst_winner));
}

#[test]
fn golden_cycle_11_of_2021_stock_over_six_weeks_loses_ten_percent_of_the_base() {
    // Osaka 164 → 148, Nagoya 137 → 124 (domain facts §5.1): a tenth, rounded down, is taken away.
    let requester = |id: &str, population, weeks: i64| Requester {
        population,
        stock_weeks: Ratio(weeks),
        ..asking(id, 500)
    };
    let requesters = vec![
        requester("nagoya", 137, 6_500_000),
        requester("osaka", 164, 7_000_000),
        requester("other", 99, 6_000_000),
    ];
    let rules = vec![
        Rule::Population { boxes: Some(400), percent: None },
        Rule::StockPenalty { over_weeks: Ratio(6_000_000), cut_percent: 10 },
    ];
    let p = propose(&case(400, rules, requesters)).unwrap();
    assert_eq!(boxes(&p), [124, 148, 99]);
    assert_eq!(p.left, 29);
    assert_eq!(parts(&p.shares[1]), [("population", 164), ("stock_penalty", -16), ("rounding", 0)]);
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
        Rule::Request { boxes: None, percent: None },
        Rule::Adjust { id: "first".into(), boxes: -1, reason: "辞退".into() },
        Rule::Adjust { id: "second".into(), boxes: 1, reason: "辞退の分".into() },
    ];
    let p = propose(&case(12, rules, requesters)).unwrap();
    // One each; tier 1 is filled to 6; the four that are left are shared by tier 2, of whom "full"
    // has room for two.
    assert_eq!(boxes(&p), [5, 3, 4, 0]);
    assert_eq!(
        p.shares.iter().map(|s| s.parts.iter().map(|x| x.boxes).sum::<i64>()).collect::<Vec<_>>(),
        [5, 3, 4, 0]
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert_eq!(propose(&case(1, vec![], vec![])), Err(Refusal::NoRule));
    assert_eq!(propose(&planned(1, &[("a", 1), ("a", 2)])), Err(Refusal::Twice("a".into())));
    assert_eq!(
        propose(&case(1, vec![Rule::PriorityTiers, Rule::AsPlanned], vec![])),
        Err(Refusal::TiersWithoutCap)
    );
    assert_eq!(
        propose(&case(
            1,
            vec![Rule::Adjust { id: "x".into(), boxes: 1, reason: String::new() }],
            vec![]
        )),
        Err(Refusal::Nobody("x".into()))
    );
    assert_eq!(
        propose(&case(
            1,
            vec![Rule::Adjust { id: "a".into(), boxes: 2, reason: String::new() }],
            vec![asking("a", 5)]
        )),
        Err(Refusal::Beyond { id: "a".into(), boxes: 2, left: 1 })
    );
    assert_eq!(
        propose(&case(
            9,
            vec![
                Rule::AsPlanned,
                Rule::Adjust { id: "a".into(), boxes: -7, reason: String::new() }
            ],
            vec![asking("a", 5)]
        )),
        Err(Refusal::Below { id: "a".into(), boxes: -7, given: 5 })
    );
    assert_eq!(propose(&planned(u64::MAX, &[])), Err(Refusal::TooLarge));
}

#[test]
fn a_reserve_is_held_back() {
    let p = propose(&case(
        10,
        vec![Rule::Reserve { boxes: 4, percent: None }, Rule::AsPlanned],
        vec![asking("a", 8)],
    ))
    .unwrap();
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
            Rule::Reserve { boxes: supply / 20, percent: None },
            Rule::Minimum { boxes: 1 },
            Rule::Population { boxes: Some(supply / 2), percent: None },
            Rule::StockPenalty { over_weeks: Ratio(6_000_000), cut_percent: 10 },
            Rule::Request { boxes: Some(supply / 4), percent: None },
            Rule::UseRate { boxes: None, percent: None, winners: Some(10) },
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

#[test]
fn needles_follow_and_depots_are_drawn_own_first() {
    let at =
        |id: &str, request, depot: &str| Requester { depot: depot.into(), ..asking(id, request) };
    let case = Case {
        supply: Supply::AtDepots {
            product: "moderna".into(),
            depots: [("east".into(), 5), ("west".into(), 6)].into(),
        },
        needles: Some(NeedleKit { doses_per_box: 150, numerator: 3, denominator: 2, pack: 100 }),
        ..Case::flat(
            0,
            vec![Rule::AsPlanned],
            vec![at("a", 4, "west"), at("b", 4, "west"), at("c", 2, "")],
        )
    };
    let p = propose(&case).unwrap();
    assert_eq!(p.supply, 11);
    let drawn: Vec<Vec<(&str, u64)>> = p
        .shares
        .iter()
        .map(|s| s.depots.iter().map(|(depot, n)| (depot.as_str(), *n)).collect())
        .collect();
    assert_eq!(drawn, [vec![("west", 4)], vec![("east", 2), ("west", 2)], vec![("east", 2)]]);
    assert_eq!(
        p.shares.iter().map(|s| s.needle_boxes).collect::<Vec<_>>(),
        [Some(9), Some(9), Some(5)]
    );
    let wrong = Case { requesters: vec![at("a", 1, "north")], ..case };
    assert_eq!(propose(&wrong), Err(Refusal::Depot("north".into())));
}

#[test]
fn from_the_nation_to_its_prefectures_municipalities_and_venues() {
    let at = |id: &str, request, path: [&str; 2]| Requester {
        path: path.map(String::from).to_vec(),
        ..asking(id, request)
    };
    let level = |name: &str, rules| Level { name: name.into(), rules };
    let group = |id: &str, name: &str, population| Requester {
        name: name.into(),
        population,
        ..asking(id, 0)
    };
    let case = Case {
        rules: vec![],
        levels: vec![
            level(
                "prefecture",
                vec![
                    Rule::Reserve { boxes: 2, percent: None },
                    Rule::Population { boxes: None, percent: None },
                ],
            ),
            level(
                "municipality",
                vec![
                    Rule::Reserve { boxes: 0, percent: Some(10) },
                    Rule::Request { boxes: None, percent: None },
                ],
            ),
            level("venue", vec![Rule::AsPlanned]),
        ],
        groups: vec![group("13", "東京都", 300), group("14", "神奈川県", 100)],
        ..Case::flat(
            42,
            vec![],
            vec![
                at("a", 12, ["13", "131032"]),
                at("b", 6, ["13", "131032"]),
                at("c", 9, ["13", "131041"]),
                at("d", 3, ["14", "141003"]),
            ],
        )
    };
    let p = propose(&case).unwrap();
    // 40 boxes: 30 to 13, 10 to 14. Of the 30, 3 are kept; 27 go 18 : 9. At 14 one is kept and
    // nine reach a venue that planned three.
    assert_eq!(boxes(&p), [12, 6, 9, 3]);
    let quota: Vec<(&str, u64, u64)> =
        p.quotas.iter().map(|q| (q.id.as_str(), q.allocated, q.kept)).collect();
    assert_eq!(
        quota,
        [("13", 30, 3), ("14", 10, 7), ("131032", 18, 0), ("131041", 9, 0), ("141003", 9, 6)]
    );
    assert_eq!(
        p.left_parts,
        [Part { rule: "reserve".into(), boxes: 6 }, Part { rule: "unplaced".into(), boxes: 6 }]
    );
    assert_eq!(parts(&p.shares[0]), [("as_planned", 12), ("rounding", 0)]);
    let mut turned = case.clone();
    turned.requesters.reverse();
    turned.groups.reverse();
    assert_eq!(propose(&turned).unwrap().digest(), p.digest());
    let short = Case { requesters: vec![asking("a", 1)], ..case };
    assert_eq!(propose(&short), Err(Refusal::Path("a".into(), 2)));
}

#[test]
fn the_officer_is_warned() {
    let said = |case: &Case| {
        propose(case).unwrap().warnings.iter().map(|w| w.what.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(&planned(20, &[("a", 3)])), Vec::<String>::new());
    assert_eq!(said(&planned(1, &[("a", 3), ("b", 3)])), ["supply", "nothing"]);
    let rules = vec![
        Rule::Reserve { boxes: 9, percent: None },
        Rule::Minimum { boxes: 1 },
        Rule::Population { boxes: None, percent: None },
    ];
    assert_eq!(said(&case(5, rules, vec![asking("a", 3)])), ["reserve", "minimum", "nothing"]);
    let rules = vec![Rule::Request { boxes: Some(2), percent: None }];
    assert_eq!(said(&case(5, rules, vec![asking("a", 3)])), ["unplaced"]);
    let rules = vec![Rule::Population { boxes: None, percent: None }];
    assert_eq!(
        said(&case(5, rules, vec![Requester { population: 1, ..asking("a", 3) }])),
        ["beyond"]
    );
}

/// A group of rules under which more supply never takes anything away: whoever is filled in a
/// fixed order.
#[test]
fn filling_in_order_is_monotone_in_supply() {
    let requesters: Vec<Requester> = (0..40u64)
        .map(|i| Requester {
            use_rate: Ratio((i * 37 % 11) as i64),
            ..asking(&format!("{i:02}"), 1 + i % 7)
        })
        .collect();
    let rules = vec![
        Rule::Minimum { boxes: 1 },
        Rule::UseRate { boxes: None, percent: None, winners: None },
    ];
    let mut before = vec![0; 40];
    for supply in 0..200 {
        let now = boxes(&propose(&case(supply, rules.clone(), requesters.clone())).unwrap());
        assert!(now.iter().zip(&before).all(|(now, before)| now >= before), "{supply}");
        before = now;
    }
}

proptest! {
    /// Who is split into two gets no more of the quota, and at most one box more by the rounding.
    #[test]
    fn nobody_is_better_off_by_splitting(
        supply in 0u64..500,
        one in (1u64..60, 1u64..60),
        others in proptest::collection::vec(1u64..60, 1..20),
    ) {
        let rules = || vec![Rule::Request { boxes: None, percent: None }];
        let others = |from: usize| others.iter().enumerate().map(move |(i, n)| asking(&format!("o{:02}", i + from), *n));
        let quota = |p: &Proposal, ids: &[&str]| -> (u64, u64) {
            let own = p.shares.iter().filter(|s| ids.contains(&s.id.as_str()));
            own.fold((0, 0), |(floor, all), s| (floor + s.parts[0].boxes as u64, all + s.allocated))
        };
        let whole = propose(&case(supply, rules(), others(0).chain([asking("a", one.0 + one.1)]).collect())).unwrap();
        let split = propose(&case(supply, rules(), others(0).chain([asking("a1", one.0), asking("a2", one.1)]).collect())).unwrap();
        let (whole, split) = (quota(&whole, &["a"]), quota(&split, &["a1", "a2"]));
        prop_assert!(split.0 <= whole.0);
        prop_assert!(split.1 <= whole.1 + 1);
    }

    #[test]
    fn caps_minimum_and_supply_hold_together_and_parts_by_depot_add_up(
        supply in proptest::collection::vec(0u64..300, 1..4),
        requesters in proptest::collection::vec((0u64..30, proptest::option::of(0u64..20), 0usize..4), 1..50),
    ) {
        let depots: BTreeMap<String, u64> = supply.iter().enumerate().map(|(i, n)| (format!("d{i}"), *n)).collect();
        let requesters: Vec<Requester> = requesters.into_iter().enumerate().map(|(i, (request, cap, depot))| Requester {
            cap, depot: if depot < depots.len() { format!("d{depot}") } else { String::new() }, ..asking(&format!("v{i:02}"), request)
        }).collect();
        let case = Case {
            supply: Supply::AtDepots { product: "x".into(), depots: depots.clone() },
            ..Case::flat(0, vec![Rule::Cap, Rule::Minimum { boxes: 1 }, Rule::Request { boxes: None, percent: None }], requesters.clone())
        };
        let p = propose(&case).unwrap();
        let total: u64 = depots.values().sum();
        prop_assert_eq!(p.allocated + p.left, total);
        let mut drawn: BTreeMap<&str, u64> = BTreeMap::new();
        for (share, r) in p.shares.iter().zip(&requesters) {
            prop_assert!(share.allocated <= r.request.min(r.cap.unwrap_or(u64::MAX)));
            prop_assert_eq!(share.depots.values().sum::<u64>(), share.allocated);
            for (depot, n) in &share.depots {
                *drawn.entry(depot).or_default() += n;
            }
        }
        prop_assert!(drawn.iter().all(|(depot, n)| *n <= depots[*depot]));
        let asking = requesters.iter().filter(|r| r.request.min(r.cap.unwrap_or(u64::MAX)) > 0).count() as u64;
        if total >= asking {
            prop_assert!(p.shares.iter().zip(&requesters).all(|(s, r)| s.allocated >= r.request.min(r.cap.unwrap_or(u64::MAX)).min(1)));
        }
    }

    #[test]
    fn a_tiered_run_keeps_every_quota(
        supply in 0u64..2000,
        venues in proptest::collection::vec((0u64..30, 0usize..5, 0usize..3, 1u64..900), 1..60),
        percent in 0u32..30,
    ) {
        let requesters: Vec<Requester> = venues.iter().enumerate().map(|(i, (request, p, m, population))| Requester {
            population: *population, path: vec![format!("p{p}"), format!("p{p}m{m}")], ..asking(&format!("v{i:02}"), *request)
        }).collect();
        let reserve = Rule::Reserve { boxes: 0, percent: Some(percent) };
        let level = |name: &str, rules| Level { name: name.into(), rules };
        let case = Case {
            levels: vec![
                level("prefecture", vec![reserve.clone(), Rule::Population { boxes: None, percent: None }]),
                level("municipality", vec![reserve, Rule::Request { boxes: None, percent: None }]),
                level("venue", vec![Rule::AsPlanned]),
            ],
            ..Case::flat(supply, vec![], requesters.clone())
        };
        let p = propose(&case).unwrap();
        prop_assert_eq!(p.allocated + p.left, supply);
        prop_assert_eq!(p.left_parts.iter().map(|x| x.boxes).sum::<i64>(), p.left as i64);
        for quota in &p.quotas {
            let within: u64 = p.shares.iter().zip(&requesters).filter(|(_, r)| r.path.contains(&quota.id)).map(|(s, _)| s.allocated).sum();
            prop_assert_eq!(within, quota.allocated - quota.kept, "{}", &quota.id);
        }
    }
}

/// What an independent, exact solver (the Hungarian method in whole numbers) finds best, against
/// what [`share`] gives: no whole
/// boxes under the same rooms are nearer to the ideal shares.
mod optimum {
    use super::super::{Claimant, Given, share};
    use pathfinding::prelude::{Matrix, kuhn_munkres_min};
    use proptest::prelude::*;

    /// Ideal shares as fractions: nobody above their room, the others in proportion. By repeating
    /// until nobody new is full, which
    /// is another way than the one of `share`.
    fn ideal(boxes: u64, claimants: &[(u64, u64)]) -> Vec<(i128, i128)> {
        let mut full = vec![false; claimants.len()];
        loop {
            let left = i128::from(boxes)
                - claimants
                    .iter()
                    .zip(&full)
                    .filter(|(_, f)| **f)
                    .map(|((_, room), _)| i128::from(*room))
                    .sum::<i128>();
            let total: i128 = claimants
                .iter()
                .zip(&full)
                .filter(|(_, f)| !**f)
                .map(|((weight, _), _)| i128::from(*weight))
                .sum();
            let newly: Vec<usize> = (0..claimants.len())
                .filter(|i| {
                    !full[*i]
                        && i128::from(claimants[*i].0) * left >= i128::from(claimants[*i].1) * total
                })
                .collect();
            if newly.is_empty() || total == 0 {
                return claimants
                    .iter()
                    .zip(&full)
                    .map(|((weight, room), f)| {
                        if *f {
                            (i128::from(*room), 1)
                        } else {
                            (i128::from(*weight) * left, total)
                        }
                    })
                    .collect();
            }
            newly.into_iter().for_each(|i| full[i] = true);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_rounding_is_optimal(claimants in proptest::collection::vec((1u64..50, 1u64..6), 2..7), tenths in 1u64..=10) {
            let rooms: u64 = claimants.iter().map(|(_, room)| *room).sum();
            let boxes = (rooms * tenths / 10).max(1);
            let ids: Vec<String> = (0..claimants.len()).map(|i| format!("{i}")).collect();
            let parties: Vec<Claimant<'_>> = claimants.iter().zip(&ids).map(|((weight, room), id)| Claimant { id, weight: *weight, room: *room }).collect();
            let given: Vec<i128> = share(boxes, &parties).into_iter().map(|g: Given| i128::from(g.boxes())).collect();
            let ideal = ideal(boxes, &claimants);
            // Distances on one common denominator.
            let common: i128 = ideal.iter().map(|(_, d)| *d).max().unwrap();
            let scaled: Vec<i128> = ideal.iter().map(|(n, d)| n * (common / d)).collect();
            let ours: i128 = given.iter().zip(&scaled).map(|(x, q)| (x * common - q).abs()).sum();
            // One column for each box that somebody has room for: what taking it costs.
            let columns: Vec<i128> = claimants
                .iter()
                .zip(&scaled)
                .flat_map(|((_, room), q)| (1..=i128::from(*room)).map(move |j| (j * common - q).abs() - ((j - 1) * common - q).abs()))
                .collect();
            let costs = Matrix::from_fn(boxes as usize, columns.len(), |(_, column)| columns[column]);
            let (best, _) = kuhn_munkres_min(&costs);
            prop_assert_eq!(ours, scaled.iter().sum::<i128>() + best);
        }
    }
}
