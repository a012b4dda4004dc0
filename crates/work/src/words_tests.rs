//! The closed sets of words and the checks of the tables, held against each other.

use std::collections::{BTreeMap, BTreeSet};

/// Where a word is looked at: engine, table, column, and on which writing.
type Place = (&'static str, String, String, &'static str);

/// The words of a list in SQL.
fn listed(list: &str) -> BTreeSet<String> {
    list.split(',').map(|word| word.trim().trim_matches('\'').to_string()).collect()
}

/// `c in ('a', 'b')`: column and words.
fn condition(text: &str, within: &str) -> Option<(String, BTreeSet<String>)> {
    let (column, list) = text.split_once(within)?;
    let column = column.rsplit([' ', '.']).next()?.to_string();
    Some((column, listed(list.split_once(')')?.0)))
}

/// The checks of every migration, as both engines have them.
fn checks() -> BTreeMap<Place, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (_, text) in platform::migrations::all() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        for statement in text.split("alter table ").skip(1).filter_map(|s| s.split(';').next()) {
            let Some((head, check)) = statement.split_once("check (") else { continue };
            let table = head.split(' ').next().expect("a table").to_string();
            let (column, words) = condition(check, " in (").expect("a list of words");
            all.insert(("postgresql", table, column, "any"), words);
        }
        for trigger in text.split("create trigger ").skip(1) {
            let Some((head, rest)) = trigger.split_once(" when ") else { continue };
            let Some((column, words)) = condition(rest, " not in (") else { continue };
            let writing = if head.contains("before insert") { "insert" } else { "update" };
            let table = head.rsplit(' ').next().expect("a table").to_string();
            all.insert(("sqlite", table, column, writing), words);
        }
    }
    all
}

#[test]
fn every_table_takes_the_words_of_its_closed_sets_and_no_others() {
    let checks = checks();
    let mut known = BTreeSet::new();
    for set in platform::words::vocabularies() {
        let keys: BTreeSet<String> = set.keys.iter().map(ToString::to_string).collect();
        assert_eq!(keys.len(), set.keys.len(), "{}: a key stands twice", set.name);
        for (table, column) in set.stored {
            // Links for those who have no membership yet stand there too, under other words.
            if *table == "invitation" {
                continue;
            }
            for (engine, writing) in
                [("postgresql", "any"), ("sqlite", "insert"), ("sqlite", "update")]
            {
                let place = (engine, table.to_string(), column.to_string(), writing);
                assert_eq!(checks.get(&place), Some(&keys), "{} in {place:?}", set.name);
                known.insert(place);
            }
        }
    }
    let forgotten: Vec<_> = checks.keys().filter(|place| !known.contains(place)).collect();
    assert!(forgotten.is_empty(), "no closed set is read from {forgotten:?}");
    assert!(known.len() > 60, "{} checks were found", known.len());
}
