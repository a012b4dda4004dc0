//! What is said of an allocation: of each share, and to the officer.

use rules::allocation::{Case, Level, Requester, Rule, Share};
use words::allocation::propose;

fn asking(id: &str, request: u64) -> Requester {
    Requester { id: id.into(), request, ..Requester::default() }
}

fn shares(supply: u64, rules: Vec<Rule>, requesters: Vec<Requester>) -> Vec<Share> {
    propose(&Case::flat(supply, rules, requesters)).expect("it is read").shares
}

#[test]
fn golden_asked_12_received_9_seven_by_population_two_by_request() {
    let requesters = vec![
        Requester { population: 70, ..asking("a", 12) },
        Requester { population: 30, ..asking("b", 12) },
    ];
    let rules = vec![
        Rule::Population { boxes: Some(10), percent: None },
        Rule::Request { boxes: Some(4), percent: None },
    ];
    let all = shares(14, rules, requesters);
    assert_eq!(
        all[0].sentence,
        "希望12箱に対して9箱です。内訳：人口割7箱、希望割2箱、端数調整0箱。"
    );
    assert_eq!(
        all[0].sentence_en,
        "Asked 12, received 9: 7 by population, 2 by request, 0 by rounding."
    );
}

#[test]
fn a_share_is_told_by_its_parts_cut_where_supply_is_short_and_out_of_its_quota() {
    let plans = |supply, all: &[(&str, u64)]| {
        let requesters = all.iter().map(|(id, n)| asking(id, *n)).collect();
        shares(supply, vec![Rule::AsPlanned], requesters)
    };
    let enough = &plans(20, &[("a", 3), ("b", 4)])[1];
    assert_eq!(enough.sentence, "計画4箱に対して4箱です。内訳：計画どおり4箱、端数調整0箱。");
    assert_eq!(enough.sentence_en, "Asked 4, received 4: 4 as planned, 0 by rounding.");
    assert_eq!(
        plans(10, &[("a", 7), ("b", 5), ("c", 3)])[0].sentence,
        "計画7箱に対して5箱です。内訳：計画の按分4箱（供給10箱÷計画合計15箱）、端数調整1箱。"
    );
    let shut = Rule::Exclude { ids: vec!["shut".into()], reason: "中止".into() };
    let all = shares(3, vec![shut, Rule::AsPlanned], vec![asking("shut", 5), asking("open", 3)]);
    assert!(all[1].sentence.contains("（対象外）"), "{}", all[1].sentence);
    let level = |name: &str| Level { name: name.into(), rules: vec![Rule::AsPlanned] };
    let of = |id: &str, path: &str| Requester { path: vec![path.into()], ..asking(id, 12) };
    let tiered = Case {
        levels: vec![level("prefecture"), level("venue")],
        groups: vec![Requester { name: "東京都".into(), ..asking("13", 0) }],
        ..Case::flat(24, vec![], vec![of("a", "13"), of("b", "14")])
    };
    let quota = |at: usize| propose(&tiered).unwrap().shares[at].sentence.clone();
    let own = "計画12箱に対して12箱です。内訳：計画どおり12箱、端数調整0箱。";
    assert_eq!(
        [quota(0), quota(1)],
        [format!("東京都の枠12箱から。{own}"), format!("14の枠12箱から。{own}"),]
    );
}

#[test]
fn an_officer_is_warned_in_both_languages() {
    let warned = |supply, rules, requesters| {
        let proposal = propose(&Case::flat(supply, rules, requesters)).unwrap();
        proposal.warnings.into_iter().map(|w| (w.sentence, w.sentence_en)).collect::<Vec<_>>()
    };
    let said = |japanese: &str, english: &str| (japanese.to_string(), english.to_string());
    let rules = vec![
        Rule::Reserve { boxes: 9, percent: None },
        Rule::Minimum { boxes: 1 },
        Rule::Population { boxes: None, percent: None },
    ];
    assert_eq!(
        warned(5, rules, vec![asking("a", 3)]),
        [
            said(
                "留保9箱は供給5箱を超えています。供給のすべてを留保しました。",
                "A reserve of 9 is more than the supply of 5; all of it is held back."
            ),
            said(
                "最低1箱は、1件のうち1件に届きませんでした。",
                "The minimum of 1 did not reach 1 of 1."
            ),
            said(
                "希望がありながら1箱も受け取らないところが1件あります。",
                "1 of those who asked receive nothing."
            ),
        ]
    );
    assert_eq!(
        warned(1, vec![Rule::AsPlanned], vec![asking("a", 1200)]),
        [said(
            "供給が希望の合計を1,199箱下回っています。",
            "The supply is 1,199 boxes below what is asked for."
        )]
    );
    assert_eq!(
        warned(5, vec![Rule::Request { boxes: Some(2), percent: None }], vec![asking("a", 3)]),
        [said(
            "希望が残っていますが、3箱はどのルールでも配られませんでした。",
            "3 boxes are given by no rule, though requests are not met."
        )]
    );
    let rules = vec![Rule::Population { boxes: None, percent: None }];
    assert_eq!(
        warned(5, rules, vec![Requester { population: 1, ..asking("a", 3) }]),
        [said(
            "希望より多く受け取るところが1件あります（上限のルールがありません）。",
            "1 receive more than they asked for (there is no cap)."
        )]
    );
}
