//! What stands of two changes of one row, in every order in which they are approved.

use jiff::Timestamp;
use jiff::civil::Date;

use super::*;
use crate::changes::KeptRow;

const KEY: &str = "2021-12";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn row(masters: &Masters, kind: Kind, key: &str) -> Option<Row> {
    row_of(kind, masters, key)
}

/// A change of these fields of a row, proposed over the data files; none ends the row.
fn change(kind: Kind, key: &str, fields: Option<&[(&str, &str)]>, from: &str) -> Change {
    let before = row(&Masters::load().unwrap(), kind, key);
    let value = fields.map(|fields| {
        let mut row = before.clone().unwrap();
        row.extend(fields.iter().map(|(key, value)| ((*key).into(), (*value).into())));
        KeptRow::whole(row)
    });
    Change {
        id: format!("{key}{fields:?}{from}"),
        master: kind.id().into(),
        key: key.into(),
        valid_from: day(from),
        value,
        before: before.map(KeptRow::whole),
        reason: String::new(),
        batch: String::new(),
        proposed_at: Timestamp::UNIX_EPOCH,
        proposed_by: String::new(),
        proposed_by_name: String::new(),
        decided_at: None,
        decided_by_name: None,
        number: None,
        turned_down: false,
    }
}

/// As they are approved: one after the other, each at noon of its day.
fn approved(changes: &[(Change, &str)]) -> Vec<Change> {
    let number = |(at, (change, on)): (usize, &(Change, &str))| {
        let mut change = change.clone();
        change.number = Some(i64::try_from(at).unwrap() + 1);
        change.decided_at = Some(rules::time::instant(day(on).at(12, 0, 0, 0)));
        change
    };
    changes.iter().enumerate().map(number).collect()
}

fn on(all: &[Change], at: &str) -> Masters {
    let in_force = all.iter().filter(|change| change.valid_from <= day(at)).cloned().collect();
    with(&Masters::load().unwrap(), in_force)
}

#[test]
fn a_change_leaves_alone_what_it_is_not_about() {
    // Two changes from 1 and 5 July; what both fields are on 30 June, 1 July and 5 July.
    type Case<'c> = (Kind, &'c str, (&'c str, &'c str), (&'c str, &'c str), [[&'c str; 2]; 3]);
    let programme = "workplace-booster-2022";
    let cases: [Case<'_>; 4] = [
        (
            Kind::Prices,
            KEY,
            ("vaccination", "2080"),
            ("holiday", "2300"),
            [["2070", "2130"], ["2080", "2130"], ["2080", "2300"]],
        ),
        (
            Kind::Products,
            programme,
            ("vials_per_box", "30"),
            ("doses_per_vial", "6"),
            [["10", "15"], ["30", "15"], ["30", "6"]],
        ),
        (
            Kind::Needles,
            programme,
            ("pack", "60"),
            ("denominator", "3"),
            [["100", "2"], ["60", "2"], ["60", "3"]],
        ),
        // A field of both has the value of the later day.
        (
            Kind::Prices,
            KEY,
            ("vaccination", "2080"),
            ("vaccination", "2090"),
            [["2070", "2070"], ["2080", "2080"], ["2090", "2090"]],
        ),
    ];
    for (kind, key, a, b, days) in cases {
        let first = change(kind, key, Some(&[a]), "2022-07-01");
        let second = change(kind, key, Some(&[b]), "2022-07-05");
        let orders = [
            [(first.clone(), "2022-06-12"), (second.clone(), "2022-06-12")],
            [(second.clone(), "2022-06-12"), (first.clone(), "2022-06-12")],
            // The first is approved after its day, and after the day of the second.
            [(second.clone(), "2022-06-12"), (first.clone(), "2022-07-03")],
            [(second, "2022-06-12"), (first, "2022-07-12")],
        ];
        for (order, changes) in orders.iter().enumerate() {
            let all = approved(changes);
            for (at, values) in ["2022-06-30", "2022-07-01", "2022-07-05"].iter().zip(&days) {
                let row = row(&on(&all, at), kind, key).unwrap();
                let found = [row[a.0].as_str(), row[b.0].as_str()];
                assert_eq!(&found, values, "{kind:?} {a:?} {b:?}, order {order}, {at}");
            }
        }
    }
}

#[test]
fn on_one_day_the_last_approved_has_a_field() {
    let one = change(Kind::Prices, KEY, Some(&[("vaccination", "2080")]), "2022-07-01");
    let both = [("vaccination", "2090"), ("holiday", "2300")];
    let other = change(Kind::Prices, KEY, Some(&both), "2022-07-01");
    let (at, then) = ("2022-06-12", "2022-07-01");
    for (changes, vaccination) in [
        ([(one.clone(), at), (other.clone(), at)], "2090"),
        ([(other.clone(), at), (one.clone(), at)], "2080"),
    ] {
        let row = row(&on(&approved(&changes), then), Kind::Prices, KEY).unwrap();
        assert_eq!([row["vaccination"].as_str(), row["holiday"].as_str()], [vaccination, "2300"]);
    }
}

#[test]
fn what_is_whole_stays_whole() {
    let at = "2022-06-12";
    let price = |from: &str, fields: &[(&str, &str)]| change(Kind::Prices, KEY, Some(fields), from);
    // A change of which nobody can say what stood before.
    let mut old = price("2022-07-05", &[("holiday", "2300")]);
    let first = price("2022-07-01", &[("vaccination", "2080")]);
    old.before = None;
    let masters = on(&approved(&[(first.clone(), at), (old, at)]), "2022-07-05");
    let whole = row(&masters, Kind::Prices, KEY).unwrap();
    assert_eq!([whole["vaccination"].as_str(), whole["holiday"].as_str()], ["2070", "2300"]);
    // A row that was ended isn't brought back by a change of it.
    let end = change(Kind::Holidays, "2022-07-18", None, "2022-06-20");
    let named = [("name", "海")];
    let renamed = change(Kind::Holidays, "2022-07-18", Some(&named), "2022-06-25");
    let all = approved(&[(renamed.clone(), at), (end.clone(), at)]);
    let of = |at: &str| row(&on(&all, at), Kind::Holidays, "2022-07-18");
    assert!(of("2022-06-19").is_some() && of("2022-06-20").is_none());
    assert!(of("2022-06-25").is_none());
    let after = on(&approved(&[(end, at)]), "2022-06-25");
    assert_eq!(renamed.on(&after).unwrap_err(), "この行は削除されています");
    // The row as it will stand is what an approver is shown.
    let second = price("2022-07-05", &[("holiday", "2300")]);
    let (before, after) = second.on(&on(&approved(&[(first, at)]), "2022-07-05")).unwrap();
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!([before["vaccination"].as_str(), after["vaccination"].as_str()], ["2080"; 2]);
    assert_eq!([before["holiday"].as_str(), after["holiday"].as_str()], ["2130", "2300"]);
}

#[test]
fn a_change_is_taken_back_without_what_it_is_not_about() {
    let one = change(Kind::Prices, KEY, Some(&[("vaccination", "2080")]), "2022-07-01");
    let mut now = one.rows().1.unwrap();
    now.insert("holiday".into(), "2300".into());
    let back = one.taken_back(Some(&now)).unwrap().unwrap();
    assert_eq!([back["vaccination"].as_str(), back["holiday"].as_str()], ["2070", "2300"]);
    now.insert("vaccination".into(), "2090".into());
    assert_eq!((one.taken_back(Some(&now)), one.taken_back(None)), (None, None));
    // A new row goes, as long as it is the one that came.
    let mut new = one.clone();
    new.before = None;
    assert_eq!(new.taken_back(new.rows().1.as_ref()), Some(None));
    assert_eq!(new.taken_back(Some(&now)), None);
}

#[test]
fn a_form_carries_what_was_typed_otherwise_than_shown() {
    let rows = |text: &str| -> Row {
        text.split(' ')
            .map(|f| f.split_once('=').unwrap())
            .map(|(k, v)| (k.into(), v.into()))
            .collect()
    };
    for (shown, typed, standing, carries) in [
        ("a=8 b=5", "a=8 b=6", "a=30 b=5", "a=30 b=6"),
        ("a=8 b=5", "a=9 b=5", "a=30 b=5", "a=9 b=5"),
        ("a=8 b=5", "a=8 b=5", "a=30 b=5", "a=30 b=5"),
        ("a=8 b=5", "a= b=5", "a=30 b=7", "a= b=7"),
    ] {
        let carried = carried(&rows(shown), &rows(typed), &rows(standing));
        assert_eq!(carried, rows(carries), "{shown}, {typed}, {standing}");
    }
}
