//! Every mail: what is stored of it, and what it says.

use std::collections::BTreeSet;
use std::path::Path;

use platform::english;

use super::*;

/// One stored mail a line. What is stored never changes, so neither does a line.
const STORED: &str = include_str!("stored_mails.txt");
/// What each of them says, in the same order; written anew by `VSYS_APPROVE=1`.
const SAID: &str = include_str!("said.txt");

const SITE: &str = "https://vsys.example.jp";

fn rows() -> impl Iterator<Item = &'static str> {
    STORED.lines().filter(|line| !line.starts_with('#'))
}

fn read(row: &str) -> Mail {
    Mail::read(row).unwrap_or_else(|why| panic!("{row}: {why:?}"))
}

#[test]
fn every_mail_has_a_stored_row_that_is_read_and_would_be_stored_the_same_again() {
    let mut met = BTreeSet::new();
    for row in rows() {
        let mail = read(row);
        met.insert(mail.kind());
        assert_eq!(mail.stored().expect("it is JSON"), row);
    }
    let without: Vec<_> = Mail::KINDS.iter().filter(|kind| !met.contains(*kind)).collect();
    assert!(without.is_empty(), "no row in stored_mails.txt: {without:?}");
}

#[test]
fn no_kind_and_version_stands_for_two_mails() {
    let kinds: BTreeSet<_> = Mail::KINDS.iter().collect();
    assert_eq!(kinds.len(), Mail::KINDS.len());
}

#[test]
fn what_is_no_mail_says_why() {
    let unknown = Mail::read(r#"{"mail":"plan.registered","version":9,"says":{}}"#);
    assert_eq!(unknown, Err(Unread::Kind { kind: "plan.registered".into(), version: 9 }));
    for broken in ["", "null", r#"{"mail":"plan.registered","version":1,"says":{"venue":1}}"#] {
        assert!(matches!(Mail::read(broken), Err(Unread::Shape(_))), "{broken}");
    }
}

#[test]
fn every_mail_says_what_was_looked_at() {
    let mut said = String::new();
    for row in rows() {
        let mail = read(row);
        let content = mail.content();
        // What people typed stands in 〔 〕.
        let marked = |text: &str| text.replace('\u{fdd0}', "〔").replace('\u{fdd1}', "〕");
        let (kind, id) = content.about().record();
        let (subject, body) = (marked(&content.subject()), marked(&content.body(SITE)));
        said += &format!("=== {} of {kind} {id}\n{subject}\n\n{body}\n\n", mail.kind().0);
    }
    if std::env::var_os("VSYS_APPROVE").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/said.txt");
        std::fs::write(file, &said).expect("the texts");
    } else {
        assert_eq!(said, SAID);
    }
}

#[test]
fn what_was_typed_is_marked_where_it_is_said_and_stored_without_marks() {
    let typed = Typed::from("第2会場");
    assert_eq!(typed.to_string(), english::typed("第2会場"));
    assert_eq!(serde_json::to_string(&typed).expect("JSON"), "\"第2会場\"");
    // Nobody smuggles a mark in by typing one.
    assert_eq!(Typed::from(&english::typed("第2会場")), typed);
    let said = Said::from(&format!("{}の枠", english::typed("第2会場")));
    assert_eq!(said.to_string(), format!("{}の枠", english::typed("第2会場")));
    let stored = r#"{"text":"第2会場の枠","typed":[[0,4]]}"#;
    assert_eq!(serde_json::to_string(&said).expect("JSON"), stored);
    assert_eq!(serde_json::from_str::<Said>(stored).expect("it is read"), said);
}

#[test]
fn the_outbox_gets_the_text_the_record_and_the_content() {
    let mail = read(rows().next().expect("a row"));
    let envelope = Envelope::to("sato@minato-shoji.example").ended_at("https://x.example/stop");
    let mut all = mail.in_envelopes(SITE, vec![envelope, Envelope::to("x@y.example")]);
    let last = all.as_mut().ok().and_then(Vec::pop).expect("it is JSON");
    assert_eq!((last.mail.to.as_str(), last.unsubscribe), ("x@y.example", None));
    let kept = all.ok().and_then(|mut all| all.pop()).expect("it is JSON");
    assert_eq!(kept.mail.to, "sato@minato-shoji.example");
    assert_eq!(kept.mail.about, ("account".to_string(), "a-7k3q2m9xwp4t".to_string()));
    assert_eq!(kept.unsubscribe.as_deref(), Some("https://x.example/stop"));
    assert_eq!(kept.content.map(|content| read(&content)), Some(mail));
}
