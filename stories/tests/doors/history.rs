//! What was done, by whom, when: pages of history, audit and masters say it in words, in Japan's
//! time, without the machine's own keys.

use stories::rich::{CLINIC, SATO, fill, second_venue, with_stock};
use stories::{World, on_both_engines};

use super::wholesale::token;

/// What only the machine reads, found in a text: JSON, keys, ids, moments in UTC.
fn machine_words(text: &str) -> Vec<String> {
    let json = ["{\"", "[[", "[\"", "[{", "\":", "{}", "[]"];
    let mut found: Vec<String> =
        json.iter().filter(|t| text.contains(**t)).map(|t| (*t).to_string()).collect();
    // The key of an act, and no English word that ends so.
    let act = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphabetic());
    found.extend(text.match_indices("act.").filter(|(at, _)| act(*at)).map(|(_, t)| t.to_string()));
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':'))) {
        let lower = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase());
        let key = word.contains('_') && word.split('_').all(lower);
        let id = word.split_once('-').is_some_and(|(kind, rest)| {
            let of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            lower(kind) && kind.len() <= 2 && rest.len() >= 8 && rest.chars().all(of)
        });
        let hex = |t: &str| t.chars().all(|c| c.is_ascii_hexdigit());
        let parts: Vec<&str> = word.split('-').collect();
        let uuid =
            parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|p| hex(p));
        let moment = word.len() > 15
            && word.as_bytes()[10] == b'T'
            && word.starts_with(|c: char| c.is_ascii_digit());
        if key || id || uuid || moment || ["null", "true", "false"].contains(&word) {
            found.push(word.to_string());
        }
    }
    found
}

/// The same on pages of masters, where days and months are words, too.
fn machine_words_and_dates(text: &str) -> Vec<String> {
    let mut found = machine_words(text);
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let iso = match word.split('-').collect::<Vec<_>>().as_slice() {
            [y, m] => digits(y, 4) && digits(m, 2),
            [y, m, d] => digits(y, 4) && digits(m, 2) && digits(d, 2),
            _ => false,
        };
        if iso {
            found.push(word.to_string());
        }
    }
    found
}

/// What somebody sees of a page beside the clocks of its frame: the main part's text, and what
/// stands in its fields.
fn seen(page: &stories::Page) -> String {
    let html = page.html();
    let fields = scraper::Selector::parse(
        "main input:not([type=hidden]):not([type=checkbox]):not([type=radio])",
    )
    .unwrap();
    let main = scraper::Selector::parse("main").unwrap();
    let values: Vec<&str> = html.select(&fields).filter_map(|f| f.value().attr("value")).collect();
    let words: Vec<&str> = html.select(&main).flat_map(|m| m.text()).collect();
    assert!(!words.is_empty(), "{} has a main part", page.path);
    format!("{} {}", words.join(" "), values.join(" "))
}

/// Where the links of a page under a path lead.
fn links_under(page: &stories::Page, path: &str) -> Vec<String> {
    let html = page.html();
    let links = scraper::Selector::parse("main a[href]").unwrap();
    let all = html.select(&links).filter_map(|a| a.value().attr("href"));
    let mut all: Vec<String> = all.filter(|h| h.starts_with(path)).map(str::to_string).collect();
    all.dedup();
    all
}

/// Masters with a page of their own, and a change of a row of each: which row, what is typed.
type Change = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const CHANGES: [Change; 12] = [
    ("products", "workplace-booster-2022", &[("storage", "−25℃")]),
    ("needles", "workplace-booster-2022", &[("pack", "50")]),
    ("minimums", "", &[("from_cycle", "4"), ("persons", "400")]),
    (
        "prices",
        "",
        &[
            ("from", "2022年5月"),
            ("form", "new"),
            ("vaccination", "2500"),
            ("screening_only", "1540"),
            ("under_six", "660"),
        ],
    ),
    ("tax", "", &[("from", "2022年6月"), ("percent", "12")]),
    ("holidays", "", &[("date", "2022年2月14日"), ("name", "臨時の休日")]),
    ("municipalities", "131032", &[("name", "みなと区")]),
    ("wholesalers", "w-kanto", &[("phone", "03-1234-5678")]),
    ("federations", "13", &[("payment", "20th")]),
    ("flags", "doctor_missing", &[("used", "いいえ")]),
    ("rule-sets", "stock/1", &[("population", "70"), ("cut", "20")]),
    ("texts", "brand", &[("ja", "みんなのワクチン"), ("en", "vsys")]),
];

/// Phrases that the English catalogue knows: whoever types one of them means just that.
const KNOWN: [&str; 5] = ["第2会場", "接種", "3箱", "申込", "計画の登録"];

/// What a draft may hold after a bad day: not the shape, not the numbers, not the texts that it
/// had.
const WRECKS: [&str; 6] = [
    "[]",
    "{}",
    "\"x\"",
    "{\"1\": {\"boxes\": -1}, \"99999999999\": {\"boxes\": 1e300}}",
    "{\"1\": {\"boxes\": 4294967295, \"needle_correction\": 4294967295}, \"5\": {\"boxes\": 4294967295}}",
    "[{\"municipality\": \"１\", \"counts\": {\"vaccination\": {\"six_and_over\": {\"regular\": 4294967295, \"holiday\": 4294967295}}}}, 7]",
];

#[on_both_engines]
fn history_audit_and_masters_are_words(world: &World) {
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
    let records: Vec<(String, String)> =
        world.read(|tx| tx.all("select distinct record_kind, record_id from journal", &[]));
    assert!(records.len() > 10);
    for (kind, id) in records {
        look(&auditor, &format!("/audit/{kind}/{id}"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[on_both_engines]
fn every_page_of_the_masters_is_words(world: &World) {
    let editor = world.persona("reviewer@ministry.example");
    let approver = world.persona("approver@ministry.example");
    let auditor = world.persona("kato@audit.example");
    let mut faults = Vec::new();
    let mut looked = 0;
    let mut look = |who: &stories::Visitor, path: &str| {
        let page = who.open(path);
        page.is(200);
        looked += 1;
        // The catalogue's own sentences show how a day may be written.
        let catalogue = path.starts_with("/admin/masters/texts");
        let found = if catalogue {
            machine_words(&seen(&page))
        } else {
            machine_words_and_dates(&seen(&page))
        };
        if !found.is_empty() {
            faults.push(format!("{path}: {found:?}"));
        }
        page
    };
    look(&editor, "/masters");
    for (master, key, typed) in CHANGES {
        let base = format!("/admin/masters/{master}");
        let mut list = look(&editor, &base);
        // Every page of a list; of each page its first rows and its last.
        loop {
            let rows = links_under(&list, &format!("{base}/edit?key="));
            assert!(!rows.is_empty(), "{base} has no rows");
            for row in rows.iter().take(2).chain(rows.last()) {
                look(&editor, row);
            }
            let Some(next) = links_under(&list, &format!("{base}?page=")).pop() else { break };
            list = look(&editor, &next);
        }
        look(&editor, &format!("{base}/import"));
        let form =
            if key.is_empty() { format!("{base}/edit") } else { format!("{base}/edit?key={key}") };
        let page = look(&editor, &form);
        let button = if page.words().contains("変更を承認に回す") {
            "変更を承認に回す"
        } else {
            "変更を保存する"
        };
        let mut fill = typed.to_vec();
        fill.push(("reason", "運用の変更"));
        let change = editor.press(&page, button, &fill);
        assert!(
            change.status == 200 && change.path.starts_with("/admin/changes/"),
            "{master} {key}: {}",
            change.words()
        );
        let path = change.path.split('?').next().unwrap_or_default().to_string();
        for who in [&editor, &approver] {
            look(who, &path);
        }
        look(&editor, &format!("{path}?lang=en"));
        look(&editor, "/admin/masters?lang=ja");
        look(&editor, &base).says("変更の記録");
    }
    let waiting = look(&editor, "/admin/masters");
    waiting
        .says("承認待ちの変更（7）")
        .says("請求の単価：2022年5月")
        .says("計画の注意：医師未登録");
    waiting.says("分配のルールの組：在庫による減 第2版");
    // What the words are, master by master.
    let says = |path: &str, words: &[&str]| {
        let page = editor.open(path);
        for word in words {
            page.says(word);
        }
    };
    says("/admin/masters/prices", &["2,070円", "新様式", "2022年"]);
    says("/admin/masters/federations", &["東京都", "請求の2か月後の"]);
    says("/admin/masters/wholesalers", &["茨城県、"]);
    says(
        "/admin/masters/rule-sets",
        &["人口割：72%", "希望割：18%", "使用率による充足：10%、高い順に378会場まで"],
    );
    says("/admin/masters/flags", &["医師未登録", "注意のない計画を自動で確認済にする"]);
    says("/admin/masters/minimums", &["クールから", "人"]);
    // Entry windows and cycles: their list, their pages, a preview, a change.
    let periods = look(&editor, "/mhlw/periods");
    for period in links_under(&periods, "/mhlw/periods/") {
        look(&editor, &period);
    }
    let preview = look(&editor, "/mhlw/periods/windows/6?preview=1&close=2022%2F3%2F2+15%3A00");
    preview.says("2022年3月1日（火）15:00 → 2022年3月2日（水）15:00");
    editor.press(&preview, "この内容に変更する", &[("reason", "予備日")]).is(200);
    for change in links_under(&look(&editor, "/mhlw/periods"), "/admin/changes/") {
        look(&editor, &change).says("登録期間⑥").says("2022年3月2日（水）15:00");
    }
    // A file's preview says the same words.
    let text = "コード,版,有効になる日,名称,説明,ルール（JSON）\nstock,9,2022/5/1,在庫による減,あたらしい版,\"{\"\"cap\"\":true,\"\"request\"\":100}\"\n";
    let page = editor.upload("/admin/masters/rule-sets/import", "ルール.csv", text.as_bytes());
    let page = look(&editor, page.path.split('?').next().unwrap_or_default());
    page.says("上限：希望した数と保管できる数まで／希望割：100%");
    // And the journal of all of it.
    look(&auditor, "/audit?act=master.")
        .says("接種：2,500円")
        .says("分配のルールの組 在庫による減 第2版");
    let records: Vec<(String, String)> = world.read(|tx| {
        tx.all(
            "select distinct record_kind, record_id from journal where record_kind = 'master'",
            &[],
        )
    });
    assert!(records.len() > 12, "{records:?}");
    for (kind, id) in records {
        look(&auditor, &format!("/audit/{kind}/{}", id.replace('/', "%2F")));
    }
    for link in links_under(&auditor.open("/audit?act=master."), "/audit/master/") {
        look(&auditor, &link);
    }
    assert!(looked > 150, "only {looked} pages");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[on_both_engines]
fn nothing_that_the_journal_holds_is_left_without_a_word(world: &World) {
    fill(world);
    let masters = world.house.masters();
    type Content = platform::value::Json<serde_json::Value>;
    let (acts, mut left): (usize, Vec<String>) = world.read(move |tx| {
        let rows: Vec<(String, String, Content, Content)> =
            tx.all("select act, record_id, before, after from journal", &[])?;
        let values = rows.iter().flat_map(|r| [&r.2.0, &r.3.0]);
        let words = pages::history::words::Words::naming(&masters, tx, values)?;
        let acts: std::collections::BTreeSet<&String> = rows.iter().map(|r| &r.0).collect();
        let of = |r: &(String, String, Content, Content)| {
            [words.without_words(&r.0, &r.1, &r.2.0), words.without_words(&r.0, &r.1, &r.3.0)]
                .concat()
        };
        Ok((acts.len(), rows.iter().flat_map(of).collect()))
    });
    assert!(acts > 25, "only {acts} acts");
    left.sort();
    left.dedup();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

#[on_both_engines]
fn what_was_printed_exported_and_read_is_named_in_the_journal(world: &World) {
    let venue = fill(world);
    let sato = world.persona(SATO);
    let papers = sato.open(&format!("/venues/{venue}/billing/2022-01/documents"));
    for button in
        ["書類一式をダウンロードする", "請求総括書（PDF）", "まとめてダウンロードする（ZIP）"]
    {
        sato.press(&papers, button, &[]).is(200);
    }
    sato.press(
        &sato.open(&format!("/venues/{venue}/export")),
        "書き出したデータをダウンロードする",
        &[],
    )
    .is(200);
    let officer = world.persona("reviewer@ministry.example");
    officer.open(&format!("/venues/{venue}/contacts")).is(200);
    officer.open("/mhlw/venues.xlsx").is(200);
    let auditor = world.persona("kato@audit.example");
    let printed = auditor.open("/audit?act=claim.print");
    for words in [
        "2022年1月",
        "請求書類の一式（1つのファイル）",
        "請求総括書（提出先1）",
        "請求書類の一式（ZIP）",
    ] {
        printed.says(words);
    }
    auditor.open("/audit?act=export.").says("書き出したもの：みなと商事 本社会場（1311234569）");
    let read = auditor.open("/audit?act=contacts.read");
    for words in [
        "閲覧：みなと商事 本社会場",
        "画面：担当者",
        "閲覧：全国",
        "画面：接種会場",
        "ファイルの形式：Excel",
    ] {
        read.says(words);
    }
    sato.open(&format!("/venues/{venue}/history")).says("画面：担当者").says("書き出したもの：");
}

#[on_both_engines]
fn what_people_typed_is_the_same_in_english(world: &World) {
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
                tx.run(
                    "update contact set name = $1, department = $1 where venue_id = $2",
                    platform::args![&name, &owned],
                )?;
                tx.run(
                    "update doctor set name = $1 where venue_id = $2",
                    platform::args![&name, &owned],
                )?;
                tx.run("update announcement set title = $1, body = $1", platform::args![&name])
            })
            .expect("a world of known phrases");
        let mut left = Vec::new();
        for (path, times) in [
            ("", 1),
            ("/plan", 1),
            ("/notes", 2),
            ("/contacts", 2),
            ("/doctors", 2),
            ("/documents", 1),
            ("/results", 1),
            ("/billing", 1),
            ("/stock", 1),
            ("/history", 1),
            ("/availability", 1),
        ] {
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

#[on_both_engines]
fn saving_without_a_change_says_so_and_writes_nothing(world: &World) {
    let sato = world.persona(SATO);
    let base = format!("/venues/{}", world.minato());
    let written = || {
        world.read(|tx| {
            let (rows,): (i64,) = tx.one("select cast(count(*) as bigint) from journal", &[])?;
            let (mails,): (i64,) = tx.one("select cast(count(*) as bigint) from mail", &[])?;
            let (venues,): (i64,) =
                tx.one("select cast(sum(version) as bigint) from venue", &[])?;
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
    // Forms that are saved once, then once more as they are.
    let account = [
        ("bank", "みなと銀行"),
        ("branch", "本店"),
        ("kind", "ordinary"),
        ("number", "12345"),
        ("holder", "ミナト"),
    ];
    let paste = [("paste", "渋谷区\t10"), ("mode", "replace")];
    type Form<'f> = (String, &'static str, &'f [(&'f str, &'f str)], &'static str);
    let forms: [Form<'_>; 8] = [
        (
            format!("{base}/billing/account"),
            "振込先の口座を保存する",
            &account,
            "変更はありませんでした",
        ),
        (
            format!("{base}/notes"),
            "メモを残す",
            &[("text", "鍵は受付にあります")],
            "同じメモがもうあります",
        ),
        (
            format!("{base}/availability"),
            "予約の受付情報を更新する",
            &[("status", "bookable"), ("note", "駐車場なし")],
            "内容は前と同じです",
        ),
        (format!("{base}/proxy"), "市町村の代行入力を認める", &[], ""),
        (
            format!("{base}/billing/2022-01/paste"),
            "貼り付けた内容を請求に入れる",
            &paste,
            "変更はありませんでした",
        ),
        (
            "/account/notices".into(),
            "お知らせの設定を保存する",
            &[("digest", "yes")],
            "変更はありませんでした",
        ),
        (
            "/reports?kind=deliveries".into(),
            "この表示を保存する",
            &[("name", "週の納入"), ("every", "week")],
            "変更はありませんでした",
        ),
        (
            format!("{base}/plan/edit"),
            "下書きを保存・再計算する",
            &[("boxes_5", "1")],
            "変更はありませんでした",
        ),
    ];
    for (path, button, fill, said) in forms {
        let first = sato.press(&sato.open(&path), button, fill);
        first
            .is(200)
            .does_not_say("変更はありませんでした")
            .does_not_say("同じメモ")
            .does_not_say("内容は前と同じです");
        let before = written();
        if said.is_empty() {
            // The button is gone: whoever sends it once more hears that nothing happened.
            sato.send(&path, &[("go", "allow")]).is(200).says("変更はありませんでした");
        } else {
            sato.press(&sato.open(&path), button, fill).is(200).says(said);
        }
        let after = written();
        // Availability holds on from the day on which it was said again, which is written down.
        let rows = i64::from(path.ends_with("/availability"));
        assert_eq!((after.0, after.1), (before.0 + rows, before.1), "{path}");
    }
    let officer = world.persona("reviewer@ministry.example");
    let notice = [("title", "年度末の受付"), ("body", "3月31日は15:00までです。")];
    officer.press(&officer.open("/mhlw/announcements"), "お知らせを載せる", &notice).is(200);
    let twin = officer.press(&officer.open("/mhlw/announcements"), "お知らせを載せる", &notice);
    twin.is(422).says("新しいお知らせは載せていません");
    let lot = [("lot", "3009999"), ("expiry", "2022年9月30日")];
    let enter = || officer.press(&officer.open("/mhlw/lots"), "ロットを登録する", &lot);
    enter().is(200).says("3009999").does_not_say("変更はありませんでした");
    enter().is(200).says("変更はありませんでした");
    let before = written();
    let edit = sato.open(&edit.path);
    sato.press(&edit, "担当者の変更を保存する", &[("department", "第三部")])
        .does_not_say("変更はありませんでした");
    assert_eq!(written().0, before.0 + 1);
}

#[on_both_engines]
fn a_venues_history_has_its_transfers_its_tokens_and_what_came(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let (second, clerk) = second_venue(world);
    world.set_clock("2022-02-21T10:00");
    let transfers = clinic.open(&format!("/venues/{venue}/transfers"));
    let offer = [("to_code", "1311234577"), ("lot", "3005785"), ("vials", "3")];
    clinic.press(&transfers, "融通を申し出る", &offer).is(200);
    let page = clerk.open(&clerk.open(&format!("/venues/{second}/transfers")).link("T-2022-"));
    clerk.press(&page, "受け取りを確認する", &[("accepted", "3")]).is(200);
    let sato = world.persona(SATO);
    token(&sato, &format!("/venues/{venue}/tokens"));
    let list = sato.open(&format!("/venues/{venue}/tokens"));
    sato.press(&list, "無効にする", &[]).is(200);
    let name = world.read({
        let venue = venue.clone();
        move |tx| work::audit::name(tx, work::audit::Named::Venue, &venue)
    });
    for (who, at) in [(&clinic, &venue), (&clerk, &second)] {
        let page = who.open(&format!("/venues/{at}/history"));
        page.is(200)
            .says("融通の申し出")
            .says(&format!("渡す会場：{}", name.clone().expect("a name")))
            .says("受け入れる会場：第二会場")
            .says("融通の受け取り")
            .says("バイアル：3本");
        assert_eq!(machine_words(&page.words()), Vec::<String>::new());
    }
    // What came is said, though it is what was to come; tokens stand at their own venue alone.
    let page = clinic.open(&format!("/venues/{venue}/history"));
    page.says("ワクチン：4箱").says("針・シリンジ：9箱");
    page.says("トークンの発行").says("トークンの無効化").says("自社システム");
    clerk.open(&format!("/venues/{second}/history")).does_not_say("トークン");
}

#[on_both_engines]
fn every_stored_draft_opens_and_can_be_discarded(world: &World) {
    let venue = fill(world);
    let sato = world.persona(SATO);
    let base = format!("/venues/{venue}");
    world.set_clock("2022-02-08T10:00");
    for wreck in WRECKS {
        let (owned, value) =
            (venue.clone(), serde_json::from_str::<serde_json::Value>(wreck).expect("valid JSON"));
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
        for path in [
            "",
            "/plan",
            "/plan/edit",
            "/plan/check",
            "/billing",
            "/billing/2022-02/edit",
            "/billing/2022-02/check",
            "/results",
            "/history",
            "/documents",
            "/stock",
        ] {
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
