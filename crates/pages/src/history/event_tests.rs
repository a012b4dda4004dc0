//! All events of all records: what is stored of each, and the words in which it is said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use masters::Masters;
use platform::journal::{Actor, Event, Side, Sides, Stored, Unread, Written};
use platform::kept;
use serde_json::Value;
use work::venue::Contact;

use super::words::Words;

/// Rows as they stood in the journals of running stories before events had types: record (kind and
/// id) and act, what stood before, what stands after. Rows of the product are hashed: a line here
/// never changes, a new shape of an act gets a row of its own.
const STORED: &str = include_str!("stored_rows.txt");

/// The events of one record.
struct Kind {
    name: &'static str,
    record: &'static str,
    acts: &'static [&'static str],
    read: fn(&str, &Side, &Side) -> Result<Again, Unread>,
}

/// An event that was read, and how it is stored again.
struct Again {
    /// Its name in the enum.
    name: String,
    act: &'static str,
    sides: Sides,
}

fn kind<E: Event + std::fmt::Debug>() -> Kind {
    Kind {
        name: std::any::type_name::<E>(),
        record: E::RECORD,
        acts: E::ACTS,
        read: |act, before, after| {
            let event = E::read(act, before, after)?;
            let said = format!("{event:?}");
            let name = said.split([' ', '{']).next().unwrap_or_default().to_string();
            let sides = event.sides().expect("it is JSON");
            Ok(Again { name, act: event.act(), sides })
        },
    }
}

/// Every enum of events, in the order of the work.
fn kinds() -> Vec<Kind> {
    vec![
        kind::<masters::changes::Event>(),
        kind::<work::account::Event>(),
        kind::<work::account::OrganisationEvent>(),
        kind::<work::visitor::Event>(),
        kind::<work::token::Event>(),
        kind::<work::imports::Event>(),
        kind::<work::municipality::Event>(),
        kind::<work::venue::Event>(),
        kind::<work::note::Event>(),
        kind::<work::application::Event>(),
        kind::<work::letter::Event>(),
        kind::<work::plan::Event>(),
        kind::<work::review::Event>(),
        kind::<work::allocation::RunEvent>(),
        kind::<work::allocation::AmountEvent>(),
        kind::<work::delivery::Event>(),
        kind::<work::stock::Event>(),
        kind::<work::stock::LotEvent>(),
        kind::<work::stock::TransferEvent>(),
        kind::<work::results::Event>(),
        kind::<work::claim::Event>(),
        kind::<work::completion::Event>(),
        kind::<work::availability::Event>(),
        kind::<work::booking::Event>(),
        kind::<work::booking::SlotEvent>(),
        kind::<work::notice::Event>(),
        kind::<work::notice::AnnouncementEvent>(),
        kind::<work::support::Event>(),
        kind::<work::support::JobEvent>(),
        kind::<work::support::MailEvent>(),
        kind::<work::exports::Event>(),
        kind::<work::exports::NationEvent>(),
    ]
}

/// A row of [`STORED`].
struct Row {
    record: &'static str,
    id: &'static str,
    act: &'static str,
    before: &'static str,
    after: &'static str,
}

fn rows() -> Vec<Row> {
    let lines: Vec<&str> = STORED.lines().filter(|line| !line.starts_with('#')).collect();
    let row = |block: &[&'static str]| {
        let [head, before, after] = block else { panic!("three lines a row: {block:?}") };
        let mut head = head.split(' ');
        let mut next = || head.next().unwrap_or_else(|| panic!("record, id, act: {block:?}"));
        Row { record: next(), id: next(), act: next(), before: before.trim(), after: after.trim() }
    };
    lines.chunks(3).map(row).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn every_row_that_is_stored_is_read_and_would_be_stored_the_same_again() {
    let (kinds, mut faults) = (kinds(), Vec::new());
    let mut met: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for Row { record, act, before, after, .. } in rows() {
        let owner = kinds.iter().find(|kind| kind.acts.contains(&act));
        let Some(owner) = owner else {
            faults.push(format!("{act}: nobody's"));
            continue;
        };
        // The planted world and remarks tell an act in another record's chain.
        if owner.record != record && !["delivery.schedule", "review.remark"].contains(&act) {
            faults.push(format!("{act}: of {record}, not of {}", owner.record));
        }
        match (owner.read)(act, &json(before), &json(after)) {
            Ok(again) => {
                let told = (again.sides.before.to_string(), again.sides.after.to_string());
                if (again.act, told.0.as_str(), told.1.as_str()) != (act, before, after) {
                    faults.push(format!("{act}: {before} {after} would be {told:?}"));
                }
                met.entry(owner.name).or_default().insert(again.name);
            }
            Err(why) => faults.push(format!("{act}: {before} {after}: {why:?}")),
        }
    }
    for kind in &kinds {
        let met = met.remove(kind.name).unwrap_or_default();
        if met.len() != kind.acts.len() {
            faults.push(format!("{}: of {:?} rows stand for {met:?}", kind.name, kind.acts));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Rows of the first days lack what was told later.
#[test]
fn rows_that_lack_a_newer_field_are_read() {
    let kinds = kinds();
    for (act, before, after, missing) in [
        (
            "delivery.receive",
            r#"{"boxes":4,"needle_boxes":6}"#,
            r#"{"cycle":1,"boxes":4,"needle_boxes":6}"#,
            r#""received_on":null"#,
        ),
        (
            "results.report",
            "null",
            r#"{"as_of":"2022-03-01","entries":{"booster":{"increase":9,"total":9}}}"#,
            r#""waste":null"#,
        ),
        (
            "slots.make",
            "null",
            r#"{"from":"2022-03-01","to":null,"weekdays":"月","slots":2,"capacity":9}"#,
            r#""changed":0"#,
        ),
        (
            "claim.save",
            r#"[{"municipality":"same","counts":{}}]"#,
            r#"{"month":"2022-03","rows":[],"total":{"count":0,"amount":0}}"#,
            r#""recipient_class":"2""#,
        ),
        ("import.apply", "null", r#"{"added":1,"changed":0,"same":0,"bad":0}"#, r#""asked":0"#),
        ("contact.add", "null", r#"{"id":"c-1","name":"港 太郎"}"#, r#""department":"""#),
    ] {
        let owner = kinds.iter().find(|kind| kind.acts.contains(&act)).expect("somebody's");
        let again = (owner.read)(act, &json(before), &json(after));
        let again = again.unwrap_or_else(|why| panic!("{act}: {why:?}"));
        let told = format!("{} {}", again.sides.before, again.sides.after);
        assert!(told.contains(missing), "{act}: {told}");
    }
}

/// What isn't an event any more says why, whatever it became.
#[test]
fn no_stored_row_is_read_as_what_it_is_not() {
    for kind in kinds() {
        let other = (kind.read)("some.act", &Value::Null, &Value::Null);
        assert!(matches!(other, Err(Unread::OtherAct)), "{}", kind.name);
        for act in kind.acts {
            for odd in ["7", "\"x\"", "[[]]"] {
                if let Ok(again) = (kind.read)(act, &json(odd), &json(odd)) {
                    // An event without sides is told by its act alone.
                    assert_eq!(again.sides, Sides::default(), "{act} {odd}");
                }
            }
        }
    }
}

#[test]
fn every_act_has_its_name_in_both_languages_and_no_name_is_nobodys() {
    let masters = Masters::load().expect("the masters");
    let names = masters.texts.pairs();
    let named: BTreeMap<&str, (&str, &str)> =
        names.filter_map(|(key, ja, en)| Some((key.strip_prefix("act.")?, (ja, en)))).collect();
    let acts: BTreeSet<&str> = kinds().iter().flat_map(|kind| kind.acts).copied().collect();
    let told: BTreeSet<&str> = named.keys().copied().collect();
    assert_eq!(acts, told);
    for (act, (ja, en)) in named {
        // English stands under the key, or under the Japanese words.
        let en = if en.is_empty() { masters.texts.english(ja) } else { en.to_string() };
        assert!(!ja.is_empty() && !en.is_empty() && ja != en, "{act}: {ja} {en}");
    }
}

#[test]
fn every_field_of_every_event_has_a_word_or_is_the_machines() {
    let masters = Masters::load().expect("the masters");
    let words = Words::new(&masters);
    let mut left = Vec::new();
    // Whether a field of a record's acts was met with something in it.
    let mut fields: BTreeMap<(&str, String), bool> = BTreeMap::new();
    for Row { id, act, before, after, .. } in rows() {
        for side in [json(before), json(after)] {
            left.extend(words.without_words(act, id, &side));
            for (key, value) in side.as_object().into_iter().flatten() {
                let of = act.split('.').next().unwrap_or_default();
                *fields.entry((of, key.clone())).or_default() |= !value.is_null();
            }
        }
    }
    // What a venue or a person is called stands in the database.
    left.retain(|at| !at.contains(" = \"v-") && !at.contains(" = \"p-"));
    let empty: Vec<_> = fields.iter().filter(|(_, met)| !**met).map(|(field, _)| field).collect();
    assert!(left.is_empty() && empty.is_empty(), "{left:#?} {empty:?}");
}

/// As where a row can't be read as JSON at all.
#[test]
fn a_row_that_became_something_else_is_no_event_and_the_page_says_so() {
    let contact = Contact { id: "c-1".into(), ..Contact::default() };
    let added = work::venue::Event::ContactAdded { after: contact };
    let actor = Actor::system();
    let mut row = Stored::telling(&actor, Timestamp::UNIX_EPOCH, ("venue", "v-1"), 1, &added, None)
        .expect("it is JSON");
    kept::begin();
    assert_eq!(row.event(), Some(added));
    assert_eq!(row.event::<work::plan::Event>(), None);
    assert!(kept::told().is_empty());
    row.after = Written::whole(json(r#"{"id":["c-1"]}"#));
    assert_eq!(row.event::<work::venue::Event>(), None);
    let told: Vec<&str> = kept::told().iter().map(|told| told.says).collect();
    assert!(matches!(told.as_slice(), [says] if says.contains("読めない内容")), "{told:?}");
}

/// An act that is told by several enums would be read as the first one's.
#[test]
fn an_act_belongs_to_one_record() {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for kind in kinds() {
        for act in kind.acts {
            let known = owners.insert(act, kind.name).unwrap_or(kind.name);
            assert_eq!(known, kind.name, "{act}");
        }
    }
    assert!(owners.len() > 100, "only {} acts", owners.len());
}

/// [`kinds`] is the whole list.
#[test]
fn no_events_are_declared_beside_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut declared = 0;
    for krate in ["pages", "api", "masters", "papers", "vsys", "web", "work"] {
        declared += in_sources(&root.join(krate).join("src"));
    }
    assert_eq!(declared, kinds().len());
}

/// How often events are declared in a folder.
fn in_sources(folder: &Path) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found += in_sources(&path);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            found += text.lines().filter(|line| *line == "events! {").count();
        }
    }
    found
}
