//! What was done, by whom, when: pages of history, audit and masters say it in words, in Japan's time, without the machine's own keys.

use stories::rich::{SATO, fill};
use stories::on_both_engines;

/// What only the machine reads, found in a text: JSON, keys, ids, moments in UTC.
fn machine_words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = ["{\"", "[[", "[\"", "act."].iter().filter(|t| text.contains(**t)).map(|t| (*t).to_string()).collect();
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':'))) {
        let lower = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase());
        let key = word.contains('_') && word.split('_').all(lower);
        let id = word.split_once('-').is_some_and(|(kind, rest)| {
            let of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            lower(kind) && kind.len() <= 2 && rest.len() >= 8 && rest.chars().all(of)
        });
        let moment = word.len() > 15 && word.as_bytes()[10] == b'T' && word.starts_with(|c: char| c.is_ascii_digit());
        if key || id || moment || ["null", "true", "false"].contains(&word) {
            found.push(word.to_string());
        }
    }
    found
}

on_both_engines! {
    fn history_audit_and_masters_are_words(world) {
        let venue = fill(world);
        let sato = world.persona(SATO);
        let auditor = world.persona("kato@audit.example");
        let mut faults = Vec::new();
        let mut look = |who: &stories::Visitor, path: &str| {
            let page = who.open(path);
            page.is(200);
            let found = machine_words(&page.words());
            if !found.is_empty() {
                faults.push(format!("{path}: {found:?}"));
            }
            page
        };
        let page = look(&sato, &format!("/venues/{venue}/history"));
        page.says("計画の登録").says("第1クール：").says("4箱").says("会場の登録");
        look(&auditor, "/audit").says("会場：みなと商事 本社会場");
        let records: Vec<(String, String)> = world.read(|tx| tx.all("select distinct record_kind, record_id from journal", &[]));
        assert!(records.len() > 10);
        for (kind, id) in records {
            look(&auditor, &format!("/audit/{kind}/{id}"));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
