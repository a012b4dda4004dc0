//! What every report promises, and how rows become figures.

use rules::input;

use super::saved::{Every, Sending};
use super::*;

/// A table of a report by what its statement counted, column by column.
fn table(key: &str, counted: &[&[i64]]) -> Table {
    let report = Report::from_key(key).unwrap();
    let rows = counted.iter().map(|numbers| {
        let number = |key: &str| Ok(numbers[report.place_of(key).unwrap()]);
        let values = report.values(number).unwrap();
        Row { of: String::new(), name: String::new(), values }
    });
    Table { report, closer: false, rows: rows.collect() }
}

#[test]
fn numbers_become_figures_as_their_columns_say() {
    // As counted, as shown, totals, what the chart shows, sentence.
    type Case = (&'static str, &'static [&'static [i64]], &'static str);
    let cases: [Case; 6] = [
        (
            "distribution",
            &[&[2, 1200, 400], &[1, 0, 0]],
            "2 1200 400 33|1 0 0 -|=3 1200 400 -|1200 0|登録した計画1,200箱に対して、分配は400箱です",
        ),
        (
            "deliveries",
            &[&[3, 2, 1, 40], &[1, 1, 0, 4]],
            "3 2 1 40|1 1 0 4|=4 3 1 44|2 1|納入4件のうち3件の予定日が決まっています",
        ),
        (
            "results",
            &[&[1, 300, 600], &[1, 7, 0]],
            "1 300 600 50|1 7 0 -|=2 307 600 -|300 7|接種は307回です",
        ),
        ("waste", &[&[1, 3, 40]], "1 3 40 7|=1 3 40 -|3|未使用のまま廃棄されたバイアルは3本です"),
        (
            "claims",
            &[&[2, 600, 1_306_800, 0]],
            "2 600 1306800 0|=2 600 1306800 0|1306800|作成された請求は1,306,800円です",
        ),
        (
            "registration",
            &[&[5, 4, 3, 1]],
            "5 4 3 1|=5 4 3 1|4|5会場のうち4会場が計画を登録しています",
        ),
    ];
    let said = |values: &[Option<i64>]| {
        let words = values.iter().map(|v| v.map_or("-".to_string(), |n| n.to_string()));
        words.collect::<Vec<_>>().join(" ")
    };
    for (key, counted, expected) in cases {
        let table = table(key, counted);
        let mut found: Vec<String> = table.rows.iter().map(|row| said(&row.values)).collect();
        found.push(format!("={}", said(&table.totals())));
        let drawn = table.rows.iter().map(|row| table.drawn(row).to_string());
        found.push(drawn.collect::<Vec<_>>().join(" "));
        found.push(table.finding());
        assert_eq!(found.join("|"), expected, "{key}");
    }
    let silent = Table { closer: true, ..table("results", &[&[1, 0, 600], &[2, 0, 1200]]) };
    assert_eq!(silent.finding(), "7日以上、実績の報告がない会場は3です");
}

/// Which column of a report a key names, and what it measures.
fn measure(report: &Report, key: &str) -> Option<(usize, Measure)> {
    let at = report.place_of(key)?;
    Some((at, report.columns[at].measure))
}

/// What is wrong with a column: its title's unit, the column that its statements lack, its rate.
fn faults(report: &Report, at: usize, column: &Column) -> Vec<String> {
    let mut faults = Vec::new();
    let bracket = column.title.split_once('（').map(|(_, rest)| rest.trim_end_matches('）'));
    match column.measure {
        Measure::Adds(unit) | Measure::Overlaps(unit) | Measure::Came(unit) => {
            // A bracket with one of the unit's words; one of several words says something else.
            let says = |word: &str| input::within("", unit, &format!("1{word}"), 0, 9) == Ok(1);
            if bracket.is_some_and(|word| word.chars().count() < 4 && !says(word)) {
                faults.push(format!("{}: isn't in {unit:?}", column.title));
            }
            let alias = format!("as {}", column.key);
            let named = |sql: &str| {
                sql.split(['\n', ',']).any(|line| line.trim().ends_with(&alias))
                    || sql.contains(&format!("{alias} "))
            };
            // What came is each venue's own figure, and counted by no statement.
            let own = matches!(column.measure, Measure::Came(_));
            if !own && ![Some(report.by_place), report.by_cycle].into_iter().flatten().all(named) {
                faults.push(format!("{alias}: a statement lacks it"));
            }
        }
        Measure::Rate { part, whole } => {
            let of = |key: &str| match measure(report, key) {
                Some((before, Measure::Adds(unit) | Measure::Came(unit))) if before < at => {
                    Some(unit)
                }
                _ => None,
            };
            if of(part).is_none() || of(part) != of(whole) || bracket != Some("%") {
                faults.push(format!("{}: is no rate of columns before it", column.title));
            }
        }
    }
    faults
}

#[test]
fn every_report_is_whole() {
    let mut wrong = Vec::new();
    for report in ALL {
        let adds = |key: &str| measure(report, key).is_some_and(|(_, m)| m.adds_up());
        for (at, column) in report.columns.iter().enumerate() {
            wrong.extend(faults(report, at, column).iter().map(|f| format!("{}: {f}", report.key)));
            if report.place_of(column.key) != Some(at) {
                wrong.push(format!("{}: {} stands twice", report.key, column.key));
            }
        }
        if !adds(report.drawn) {
            wrong.push(format!("{}: draws {}", report.key, report.drawn));
        }
        let closer = report.closer.as_ref().map(|closer| closer.finding);
        for key in [Some(report.finding), closer].into_iter().flatten().flat_map(places_in) {
            if !adds(key) {
                wrong.push(format!("{}: says the total of {key}", report.key));
            }
        }
        if ALL.iter().filter(|other| other.key == report.key).count() > 1 {
            wrong.push(format!("{}: stands twice", report.key));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The keys in the brackets of a sentence.
fn places_in(sentence: &'static str) -> impl Iterator<Item = &'static str> {
    sentence.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

#[test]
fn a_saved_view_is_due_once_on_its_day() {
    let at = |text: &str| rules::time::parse_instant(text).unwrap();
    let sending = |every, last: Option<&str>| Sending {
        id: "rp-1".into(),
        name: "納入".into(),
        address: "kind=deliveries".into(),
        every,
        last_at: last.map(at),
        account: "a-1".into(),
        person: "佐藤".into(),
        mail: "sato@example.jp".into(),
    };
    // Monday 14 February, Tuesday 15 February, Tuesday 1 March 2022.
    for (every, last, now, due) in [
        (Every::Week, None, "2022-02-14T08:30", true),
        (Every::Week, Some("2022-02-14T08:10"), "2022-02-14T08:30", false),
        (Every::Week, Some("2022-02-07T08:10"), "2022-02-14T08:30", true),
        (Every::Week, None, "2022-02-15T08:30", false),
        (Every::Month, None, "2022-03-01T08:30", true),
        (Every::Month, Some("2022-03-01T08:00"), "2022-03-01T23:30", false),
        (Every::Month, None, "2022-02-14T08:30", false),
        (Every::Never, None, "2022-02-14T08:30", false),
        (Every::Never, None, "2022-03-01T08:30", false),
    ] {
        assert_eq!(sending(every, last).is_due(at(now)), due, "{every:?} {last:?} {now}");
    }
    for every in Every::ALL {
        assert_eq!(Every::from_key(every.key()), Some(every));
    }
}
