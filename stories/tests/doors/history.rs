//! What was done, by whom, when: pages of history, audit and masters say it in words, in Japan's time, without the machine's own keys.

use stories::on_both_engines;
use stories::rich::{SATO, fill};

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

/// Phrases that the English catalogue knows: whoever types one of them means just that.
const KNOWN: [&str; 5] = ["第2会場", "接種", "3箱", "申込", "計画の登録"];

/// What a draft may hold after a bad day: not the shape, not the numbers, not the texts that it had.
const WRECKS: [&str; 6] = [
    "[]",
    "{}",
    "\"x\"",
    "{\"1\": {\"boxes\": -1}, \"99999999999\": {\"boxes\": 1e300}}",
    "{\"1\": {\"boxes\": 4294967295, \"needle_correction\": 4294967295}, \"5\": {\"boxes\": 4294967295}}",
    "[{\"municipality\": \"１\", \"counts\": {\"vaccination\": {\"six_and_over\": {\"regular\": 4294967295, \"holiday\": 4294967295}}}}, 7]",
];

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

    fn what_people_typed_is_the_same_in_english(world) {
        let venue = fill(world);
        let sato = world.persona(SATO);
        let base = format!("/venues/{venue}");
        for word in KNOWN {
            sato.press(&sato.open(&format!("{base}/notes")), "メモを残す", &[("text", word)]).is(200);
            let name = word.to_string();
            let owned = venue.clone();
            world
                .house
                .db
                .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
                    tx.run("update venue set name = $1 where id = $2", platform::args![&name, &owned])?;
                    tx.run("update contact set name = $1, department = $1 where venue_id = $2", platform::args![&name, &owned])?;
                    tx.run("update doctor set name = $1 where venue_id = $2", platform::args![&name, &owned])?;
                    tx.run("update announcement set title = $1, body = $1", platform::args![&name])
                })
                .expect("a world of known phrases");
            let mut left = Vec::new();
            for (path, times) in [("", 1), ("/plan", 1), ("/notes", 2), ("/contacts", 2), ("/doctors", 2), ("/documents", 1), ("/results", 1), ("/billing", 1), ("/stock", 1), ("/history", 1), ("/availability", 1)] {
                let page = sato.open(&format!("{base}{path}?lang=en"));
                page.is(200);
                let found = page.body.matches(word).count();
                if found < times {
                    left.push(format!("{path}: {found} of {times}"));
                }
                assert!(!page.body.contains(['\u{f0000}', '\u{f0001}']), "{path}: marks are left");
            }
            assert!(left.is_empty(), "{word}: {left:?}");
            sato.open(&format!("{base}?lang=ja")).is(200).says(word);
        }
    }

    fn saving_without_a_change_says_so_and_writes_nothing(world) {
        let sato = world.persona(SATO);
        let base = format!("/venues/{}", world.minato());
        let written = || {
            world.read(|tx| {
                let (rows,): (i64,) = tx.one("select cast(count(*) as bigint) from journal", &[])?;
                let (mails,): (i64,) = tx.one("select cast(count(*) as bigint) from mail", &[])?;
                let (venues,): (i64,) = tx.one("select cast(sum(version) as bigint) from venue", &[])?;
                Ok((rows, mails, venues))
            })
        };
        let overview = sato.open(&base);
        let before = written();
        let contacts = sato.open(&format!("{base}/contacts"));
        let edit = sato.open(&contacts.link_under(&format!("{base}/contacts/"), "佐藤 花子"));
        sato.press(&edit, "担当者の変更を保存する", &[]).says("変更はありませんでした");
        let doctors = sato.open(&format!("{base}/doctors"));
        let doctor = sato.open(&doctors.link_under(&format!("{base}/doctors/"), "厚生 太郎"));
        sato.press(&doctor, "医師情報を保存する", &[]).says("変更はありませんでした");
        let section = sato.open(&overview.link_under(&format!("{base}/edit/"), "編集する"));
        sato.press(&section, "変更を保存する", &[]).says("変更はありませんでした");
        assert_eq!(written(), before, "journal, mails, versions");
        let edit = sato.open(&edit.path);
        sato.press(&edit, "担当者の変更を保存する", &[("department", "第三部")]).does_not_say("変更はありませんでした");
        assert_eq!(written().0, before.0 + 1);
    }

    fn every_stored_draft_opens_and_can_be_discarded(world) {
        let venue = fill(world);
        let sato = world.persona(SATO);
        let base = format!("/venues/{venue}");
        world.set_clock("2022-02-08T10:00");
        for wreck in WRECKS {
            let (owned, value) = (venue.clone(), serde_json::from_str::<serde_json::Value>(wreck).expect("valid JSON"));
            world
                .house
                .db
                .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
                    let now: jiff::Timestamp = "2022-02-08T00:00:00Z".parse().map_err(|_| platform::db::Failure::Broken("a moment".into()))?;
                    tx.run("delete from plan_draft where venue_id = $1", platform::args![&owned])?;
                    tx.run(
                        "insert into plan_draft (venue_id, lines, base, at, account, name, register_on_opening) values ($1, $2, 1, $3, 'p-x', 'x', false)",
                        platform::args![&owned, platform::value::Json(&value), now],
                    )?;
                    tx.run(
                        "update claim set rows = $2, count = 9223372036854775807, amount = 9223372036854775807 where venue_id = $1 and status = 'draft'",
                        platform::args![&owned, platform::value::Json(&value)],
                    )
                })
                .expect("a wreck");
            for path in ["", "/plan", "/plan/edit", "/plan/check", "/billing", "/billing/2022-02/edit", "/billing/2022-02/check", "/results", "/history", "/documents", "/stock"] {
                let page = sato.open(&format!("{base}{path}"));
                assert!(page.status < 500, "{wreck}: {path} answers {}", page.status);
            }
            assert!(sato.open("/home").status < 500, "{wreck}: /home");
            let page = sato.open(&format!("{base}/plan/edit"));
            sato.press(page.is(200), "下書きを取り消す", &[]).is(200);
            let left = world.read(|tx| tx.all::<(String,)>("select venue_id from plan_draft", &[]));
            assert!(left.is_empty(), "{wreck}: the draft is still there");
        }
    }
}
