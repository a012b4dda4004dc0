//! Numbers beyond all counting in every rule that takes numbers: no rule panics or overflows,
//! whatever comes in or was stored, and what it says stays within what was asked. The tests run
//! with checks of overflow, as the product does.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use rules::allocation::{
    Case, Choices, Correction, Level, NeedleKit, Ratio, Requester, Rule, Supply,
};
use rules::availability::Availability;
use rules::calendar::{Calendar, ChangePoint, Phase};
use rules::claim::{self, Age, Band, Counts, Form, PriceList, Tariff};
use rules::holidays::Holidays;
use rules::plan::{self, Line, Lines};
use rules::programme::{
    BOXES_MAX, Cycle, NEEDLE_BOXES_MAX, NeedleRule, Planning, Product, Programme,
};
use rules::results::{self, Known, Series, Typed};
use rules::time::Month;
use rules::{account, application, booking, delivery, review, stock, venue};
use words::Sentence;
use words::allocation::propose;

fn signed() -> impl Strategy<Value = i64> {
    const EDGES: [i64; 14] = [
        0,
        1,
        -1,
        100,
        i64::MIN,
        i64::MIN + 1,
        i64::MAX,
        i64::MAX - 1,
        1_000_000_000,
        -1_000_000_000,
        1_000_000_000_000_000_000,
        2_147_483_648,
        4_294_967_296,
        -4_294_967_296,
    ];
    prop_oneof![4 => proptest::sample::select(EDGES.to_vec()), 1 => any::<i64>(), 1 => -1000..1000_i64]
}

fn count() -> impl Strategy<Value = u32> {
    const EDGES: [u32; 9] =
        [0, 1, 2, 100, BOXES_MAX, BOXES_MAX + 1, NEEDLE_BOXES_MAX, 1_000_000_000, u32::MAX];
    prop_oneof![4 => proptest::sample::select(EDGES.to_vec()), 1 => any::<u32>(), 1 => 0..1000_u32]
}

fn large() -> impl Strategy<Value = u64> {
    const EDGES: [u64; 9] = [
        0,
        1,
        100,
        1 << 39,
        1 << 40,
        (1 << 40) + 1,
        1_000_000_000_000_000_000,
        u64::MAX - 1,
        u64::MAX,
    ];
    prop_oneof![3 => proptest::sample::select(EDGES.to_vec()), 1 => any::<u64>(), 3 => 0..10_000_u64]
}

fn day() -> impl Strategy<Value = Date> {
    let edges = vec![
        Date::MIN,
        Date::MAX,
        Date::constant(1, 1, 1),
        Date::constant(2022, 2, 28),
        Date::constant(2024, 2, 29),
        Date::constant(2200, 12, 31),
    ];
    prop_oneof![1 => proptest::sample::select(edges), 3 => (0..400_i32).prop_map(|n| Date::constant(2022, 1, 1).saturating_add(jiff::Span::new().days(n)))]
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let edges = vec![Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH];
    prop_oneof![
        proptest::sample::select(edges),
        (1_640_000_000..1_680_000_000_i64).prop_map(|s| Timestamp::from_second(s).expect("a time"))
    ]
}

fn at(text: &str) -> Timestamp {
    rules::time::parse_instant(text).expect("a time")
}

fn programme(
    product: (u32, u32, u32),
    needles: (u32, u32, u32),
    pace: u32,
    minimums: (u32, u32),
) -> Programme {
    let cycle = |number: u32, from: &str, cut_off: &str| Cycle {
        number,
        from: from.parse().expect("a day"),
        to: from.parse::<Date>().expect("a day").saturating_add(jiff::Span::new().days(13)),
        delivery_week: from.parse().expect("a day"),
        cut_off: at(cut_off),
        decided: from.parse().expect("a day"),
    };
    Programme {
        id: "extreme".into(),
        name: "極".into(),
        english: "Extreme".into(),
        dose_name: "3回目接種".into(),
        earlier_dose_name: "1・2回目接種".into(),
        plan_entry_from: Date::constant(2022, 1, 7),
        closed_from: None,
        planning: Planning::Plan,
        doses_per_doctor_day: pace,
        product: Product {
            id: "moderna".into(),
            name: "武田/モデルナ".into(),
            short_name: "モデルナ".into(),
            vials_per_box: product.0,
            doses_per_vial: product.1,
            storage: "−20℃".into(),
            boxes_per_freezer: product.2,
            used_from: Date::constant(2021, 5, 21),
        },
        needle_rule: NeedleRule { numerator: needles.0, denominator: needles.1, pack: needles.2 },
        former: vec![],
        intervals: vec![(3, 150)],
        minimums: vec![minimums],
        cycles: vec![
            cycle(1, "2022-02-28", "2022-01-31T15:00"),
            cycle(2, "2022-03-14", "2022-02-15T15:00"),
            cycle(3, "2022-03-28", "2022-03-01T15:00"),
        ],
        calendar: Calendar::new(vec![ChangePoint {
            from: at("2022-01-07T00:00"),
            phase: Phase::Open,
            window: 1,
            cycle: None,
        }])
        .expect("a calendar"),
    }
}

fn any_programme() -> impl Strategy<Value = Programme> {
    ((count(), count(), count()), (count(), count(), count()), count(), (count(), count()))
        .prop_map(|(product, needles, pace, minimums)| programme(product, needles, pace, minimums))
}

fn lines() -> impl Strategy<Value = Lines> {
    proptest::collection::btree_map(
        prop_oneof![1..4_u32, count()],
        (count(), proptest::option::of(count()))
            .prop_map(|(boxes, needle_correction)| Line { boxes, needle_correction }),
        0..5,
    )
}

fn counts() -> impl Strategy<Value = Counts> {
    proptest::collection::vec(count(), 12).prop_map(|all| {
        let mut counts = Counts::default();
        for ((kind, age, band), n) in claim::slots(Form::New).zip(all) {
            counts.set(kind, age, band, n);
        }
        counts
    })
}

fn requester(id: usize) -> impl Strategy<Value = Requester> {
    let numbers =
        (large(), large(), signed(), signed(), large(), proptest::option::of(large()), count());
    (numbers, 0..3_usize, any::<bool>()).prop_map(
        move |((request, population, use_rate, stock_weeks, minimum, cap, tier), group, small)| {
            Requester {
                id: format!("r{id}"),
                // Most cases are small enough to be worked out.
                request: if small { request } else { request % 1000 },
                population: if small { population } else { population % 1000 },
                use_rate: Ratio(use_rate),
                stock_weeks: Ratio(stock_weeks),
                minimum,
                cap,
                tier,
                path: vec![format!("p{group}"), format!("m{group}")],
                ..Requester::default()
            }
        },
    )
}

fn choices() -> impl Strategy<Value = Choices> {
    let percents = (
        prop_oneof![0..60_u32, count()],
        prop_oneof![0..60_u32, count()],
        prop_oneof![0..60_u32, count()],
        prop_oneof![0..101_u32, count()],
        prop_oneof![0..101_u32, count()],
    );
    (
        percents,
        (large(), large(), large(), signed()),
        proptest::collection::vec(any::<bool>(), 4),
        proptest::collection::vec((0..6_usize, signed()), 0..3),
    )
        .prop_map(
            |(
                (population, request, use_rate, cut, kept_percent),
                (reserve, minimum, winners, over_weeks),
                yes,
                corrections,
            )| {
                Choices {
                    reserve,
                    kept_percent,
                    as_planned: yes[0],
                    cap: yes[1],
                    first: yes[2],
                    minimum,
                    population,
                    request,
                    use_rate,
                    winners,
                    over_weeks: Ratio(over_weeks),
                    cut,
                    tiered: yes[3],
                    excluded: vec!["r1".into()],
                    excluded_reason: "x".into(),
                    corrections: corrections
                        .into_iter()
                        .map(|(who, boxes)| Correction {
                            id: format!("r{who}"),
                            boxes,
                            reason: "x".into(),
                        })
                        .collect(),
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boxes_doses_and_needles(p in any_programme(), boxes in count(), lines in lines(), registered in lines(), fixed in (count(), count()), expected in count()) {
        prop_assert!(p.doses(boxes) >= p.doses(boxes / 2));
        prop_assert!(p.needles(p.needle_boxes(boxes)) >= p.needles(0));
        let table = p.needle_table().map_or(vec![0], |table| table.first);
        prop_assert!(table.len() <= 1_000 && table[0] == 0);
        prop_assert_eq!(p.quantities(boxes).is_some(), boxes <= BOXES_MAX);
        let _ = (p.minimum_for(boxes), p.product.doses_per_box(), p.cycle(boxes));
        let (then, packing) = (at("2022-02-17T10:00"), p.packing());
        let decided = plan::Decided { boxes: fixed.0, needle_boxes: fixed.1, at: then, packing };
        let (fixed, held) = (BTreeMap::from([(2, decided)]), plan::Holdings::new());
        let facts = plan::Facts { programme: &p, registered: &registered, held: &held, fixed: &fixed, expected_doses: expected, now: at("2022-02-07T10:00") };
        let total = plan::total_doses(&facts, &lines);
        prop_assert!(total >= p.doses(fixed[&2].boxes));
        match plan::revise(&facts, &lines, Some("x")) {
            Ok(revision) => prop_assert!(revision.lines.values().all(|l| l.boxes <= BOXES_MAX && l.needle_correction.is_none_or(|n| n <= NEEDLE_BOXES_MAX))),
            Err(why) => prop_assert!(!why.sentence().is_empty() || why.field().is_empty()),
        }
        let found = review::flags(&review::Facts { programme: &p, lines: &lines, held: &held, total_doses: total, expected_doses: expected, first_cycle: boxes, confirmed_total: Some(boxes), storage_boxes: boxes, managers_missing: false, doctors: 0 });
        prop_assert!(found.iter().all(|flag| !flag.sentence().is_empty()));
        for lines in [Some((&lines, &held)), None] {
            let numbers = review::Numbers { programme: &p, persons: expected, doses: boxes, lines, storage_boxes: boxes, doctors: Some(expected) };
            prop_assert!(review::cross_checks(&numbers).iter().all(|c| !c.compared.sentence().is_empty()));
        }
        let answers = [("freezers_lent".to_string(), boxes.to_string()), ("freezers_owned".to_string(), expected.to_string())].into();
        let _ = venue::storage_boxes(&answers, p.product.boxes_per_freezer);
        let answers = [("expected_persons".to_string(), i64::from(boxes).to_string()), ("expected_doses".to_string(), i64::MAX.to_string()), ("freezers_lent".to_string(), i64::MIN.to_string())].into();
        let _ = application::findings(&answers, &p);
    }

    #[test]
    fn yen(claimed in counts(), returned in counts(), price in proptest::collection::vec(count(), 5), tax in count(), own_tax in proptest::option::of(count())) {
        let month = Month { year: 2022, month: 4 };
        let list = |form| PriceList { from: month, form, vaccination: price[0], screening_only: price[1], under_six: price[2], after_hours: price[3], holiday: price[4] };
        for form in [Form::New, Form::Old] {
            let tariff = Tariff { prices: vec![list(form)], tax: vec![(month, tax)] };
            if let Ok(worked) = tariff.calculate(month, &claimed, own_tax, &Holidays::default()) {
                prop_assert!(worked.total.count <= 100_000_000);
                prop_assert_eq!(worked.total.amount, worked.rows.iter().fold(0u64, |sum, r| sum.saturating_add(r.amount)));
            }
        }
        let _ = (claim::amount(price[0], price[1], tax), list(Form::New).unit_price(claim::Kind::Vaccination, Age::UnderSix, Band::Holiday));
        prop_assert!(claimed.add(&returned).total() >= claimed.total());
        prop_assert!(claimed.less(&returned).within(&claimed));
        if let Ok(rest) = claim::decide_row(&claimed, &returned, "x") { prop_assert!(rest.within(&claimed)); }
    }

    #[test]
    fn vials(moves in proptest::collection::vec((day(), 0..8_usize, signed()), 0..20), on in day(), wanted in signed(), promised in signed()) {
        let entries: Vec<(Date, stock::Kind, i64)> = moves.iter().map(|(d, k, n)| (*d, stock::Kind::ALL[*k], *n)).collect();
        let sums = stock::sums(entries.iter().map(|(_, kind, n)| ("lot", *kind, *n)));
        prop_assert!(sums.len() <= 1);
        let room = stock::Room::on(on, entries.iter().map(|(d, kind, n)| (*d, kind.moves(*n)))).less(promised);
        prop_assert!(room.vials >= 0);
        let lot = stock::Lot { number: "lot".into(), expiry: on, recalled: false };
        for kind in stock::Kind::ALL {
            match stock::entry(kind, "lot", Some(&lot), room, wanted, "other") {
                Ok(()) if kind != stock::Kind::Adjusted => prop_assert!(wanted > 0),
                Ok(()) => {}
                Err(why) => prop_assert!(!why.sentence().is_empty()),
            }
        }
    }

    #[test]
    fn results_and_running_totals(known in (signed(), signed(), signed()), typed in signed(), many in proptest::collection::vec(signed(), 0..40)) {
        let known = Known { total: known.0, largest_increase: known.1, received: known.2 };
        for series in Series::ALL {
            for typed in [Typed::Increase(typed), Typed::Total(typed)] {
                match results::entry(series, &known, typed) {
                    Ok(entry) => prop_assert!(entry.total >= 0 && entry.questions.iter().all(|q| !q.sentence().is_empty())),
                    Err(why) => prop_assert!(!why.sentence().is_empty()),
                }
            }
        }
        prop_assert_eq!(results::running(many.iter().map(|n| (results::Series::Booster, *n))).len(), many.len());
    }

    #[test]
    fn places_and_minutes(capacity in signed(), booked in signed(), minutes in signed(), hours in (0..24_u8, 0..24_u8), on in day(), today in day()) {
        let clock = |hour, minute| booking::Clock::new(hour, minute).unwrap_or_default();
        let _ = Availability::of_places(capacity, booked);
        if let Ok(places) = booking::capacity(capacity, booked) { prop_assert_eq!(places, capacity); }
        if let Ok(slots) = booking::slots(clock(hours.0, 0), clock(hours.1, 59), minutes) {
            prop_assert!(slots.len() <= 288 && slots.iter().all(|(from, to)| from < to));
        }
        let _ = booking::day(on, today);
    }

    #[test]
    fn deliveries_and_waits(boxes in count(), expected in count(), failures in count(), free in count(), last in instant(), now in instant(), months in any::<i32>(), n in signed()) {
        let facts = delivery::Facts { boxes: expected, ..delivery::Facts::default() };
        prop_assert_eq!(delivery::receive(&facts, boxes, 0, "").is_ok(), boxes == expected);
        let _ = delivery::deliver(&facts, boxes, "x");
        prop_assert!(account::wait_after(failures, free).as_secs() <= 900);
        let _ = account::waits_until(failures, free, last, now);
        let _ = (rules::time::say_remaining(last, now), application::commas(n), Month { year: 2022, month: 4 }.plus(months));
    }

    #[test]
    fn allocations(choices in choices(), requesters in (0..6_usize).prop_flat_map(|n| (0..n).map(requester).collect::<Vec<_>>()), supply in large(), kit in proptest::option::of((large(), large(), large(), large())), depots in proptest::option::of((large(), large())), groups in proptest::collection::vec(requester(90), 0..2)) {
        let _ = choices.check();
        let needles = kit.map(|(doses_per_box, numerator, denominator, pack)| NeedleKit { doses_per_box, numerator, denominator, pack });
        let supply = match depots {
            Some((a, b)) => Supply::AtDepots { product: "x".into(), depots: BTreeMap::from([("a".to_string(), a), ("b".to_string(), b)]) },
            None => Supply::Boxes(supply),
        };
        let groups = groups.into_iter().map(|g| Requester { id: "p0".into(), ..g }).collect();
        let levels: Vec<Level> = choices.levels();
        let case = Case { supply, rules: choices.rules(), levels, groups, needles, requesters };
        match propose(&case) {
            Ok(proposal) => {
                prop_assert!(proposal.allocated <= proposal.supply);
                prop_assert_eq!(proposal.allocated, proposal.shares.iter().map(|s| s.allocated).sum::<u64>());
                prop_assert_eq!(proposal.left + proposal.allocated, proposal.supply);
            }
            Err(why) => prop_assert!(!why.sentence().is_empty()),
        }
        // Rules as somebody may write them into a case's file.
        for rule in [Rule::Reserve { boxes: u64::MAX, percent: None }, Rule::Minimum { boxes: u64::MAX }, Rule::Population { boxes: Some(u64::MAX), percent: None }, Rule::UseRate { boxes: None, percent: Some(100), winners: Some(u64::MAX) }, Rule::StockPenalty { over_weeks: Ratio(i64::MIN), cut_percent: 100 }] {
            let _ = propose(&Case { rules: vec![rule, Rule::AsPlanned], levels: Vec::new(), ..case.clone() });
        }
    }
}
