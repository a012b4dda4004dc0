//! Search boxes find what people write, in any writing of it, and nothing else.

use stories::rich::SATO;
use stories::{World, on_both_engines};

/// The demo world's venue lets itself be found.
fn published(world: &stories::World) -> String {
    world.tick();
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{}/availability", world.minato()));
    sato.press(
        &page,
        "予約の受付情報を更新する",
        &[("status", "bookable"), ("url", "https://example.jp/yoyaku"), ("published", "yes")],
    )
    .is(200);
    world.minato()
}

fn asked(words: &str) -> String {
    words.bytes().map(|b| format!("%{b:02X}")).collect()
}

const FOUND: [&str; 24] = [
    "みなと商事",
    "ミナト商事",
    "ﾐﾅﾄ商事",
    "みなと商事本社会場",
    "みなと商事　本社会場",
    "本社 みなと",
    "みなとビル３階",
    "みなとビル3階",
    "みなとビル３F",
    "みなとビル三階",
    "ミナトビル",
    "芝1丁目",
    "芝一丁目",
    "芝１丁目１番１号",
    "芝1-1-1",
    "芝１－１－１",
    "芝1ー1ー1",
    "港区",
    "東京都港区",
    "東京都港区芝",
    "東京都 港区",
    "1311234569",
    "１３１１２３４５６９",
    "1311-234569",
];

const NOT_FOUND: [&str; 16] = [
    "%",
    "_",
    "％",
    "＿",
    "みなと%会場",
    "みなと_事",
    "\\",
    "'",
    "芝2丁目",
    "芝11丁目",
    "大阪府",
    "ミナドビル",
    "4階",
    "1311-234560",
    "本社 支社",
    "みさと商事",
];

#[on_both_engines]
fn the_public_finder_and_the_officers_lists_find_a_venue_in_every_writing(world: &World) {
    published(world);
    let nobody = world.nobody();
    let officer = world.persona("reviewer@ministry.example");
    for words in FOUND {
        nobody.open(&format!("/find?prefecture=13&q={}", asked(words))).is(200).says("みなとビル");
        nobody.open(&format!("/find?q={}", asked(words))).says("みなとビル");
        officer
            .open(&format!("/mhlw/venues?q={}", asked(words)))
            .is(200)
            .says("1311234569")
            .says("みなと商事");
    }
    for words in NOT_FOUND {
        nobody
            .open(&format!("/find?prefecture=13&q={}", asked(words)))
            .is(200)
            .does_not_say("みなとビル");
        let list = officer.open(&format!("/mhlw/venues?q={}", asked(words)));
        list.is(200);
        assert!(!list.body.contains("/venues/v-"), "{words} finds something");
    }
    // Blanks alone ask for nothing.
    nobody.open(&format!("/find?prefecture=13&q={}", asked("　 "))).says("みなとビル");
}

#[on_both_engines]
fn the_review_desk_looks_for_venues_in_the_same_way(world: &World) {
    vsys::demo_world::national::plant(&world.house.db, &world.house.masters(), 40).unwrap();
    world.tamper("update plan_registration set review = 'waiting', reviewed_at = null where venue_id like 'v-n000%'");
    world.set_clock("2022-02-08T16:00");
    world.tick();
    let (code, name): (String, String) =
        world.read(|tx| tx.one("select code, name from venue where id = 'v-n0000005'", &[]));
    let officer = world.persona("reviewer@ministry.example");
    let found = |words: &str| {
        let page = officer.open(&format!("/mhlw/plans?q={}", asked(words)));
        page.is(200);
        let mut all: Vec<String> = page
            .body
            .split("/mhlw/plans/v-n")
            .skip(1)
            .map(|t| t.chars().take(7).collect())
            .collect();
        all.sort();
        all.dedup();
        all
    };
    for words in [
        code.clone(),
        format!("{}-{}", &code[..4], &code[4..]),
        format!("{}　{}", &code[4..], &code[..4]),
    ] {
        assert_eq!(found(&words), ["0000005"], "{words}");
    }
    assert!(found(&name).contains(&"0000005".to_string()), "{name}");
    for words in ["%", "_", "みさと商事"] {
        assert_eq!(found(words), Vec::<String>::new(), "{words}");
    }
}

#[on_both_engines]
fn desks_of_claims_applications_and_deliveries_look_for_venues_in_the_same_way(world: &World) {
    stories::rich::fill(world);
    world.house.clock.set(world.house.now() + jiff::SignedDuration::from_mins(11));
    world.tick();
    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let officer = world.persona("reviewer@ministry.example");
    let ito = world.persona("ito@touto-oroshi.example");
    let (status,): (String,) =
        world.read(|tx| tx.one("select status from application order by number limit 1", &[]));
    let applications = format!("/mhlw/applications?status={status}");
    let venue = world.minato();
    let claims: Vec<(String, String)> =
        world.read(|tx| tx.all("select id, receipt from claim where status = 'submitted'", &[]));
    assert!(!claims.is_empty());
    let shipment: (String,) = world.read(move |tx| {
        tx.one("select id from shipment where venue_id = $1", platform::args![&venue])
    });
    let lists = [
        (&desk, "/kokuho/bills?".to_string(), "/kokuho/bills/".to_string()),
        (&officer, format!("{applications}&"), "/mhlw/applications/a-".to_string()),
        (
            &ito,
            "/wholesale/shipments?show=all&".to_string(),
            format!("/wholesale/shipments/{}", shipment.0),
        ),
    ];
    for (who, path, row) in &lists {
        let found = |words: &str| {
            let page = who.open(&format!("{path}q={}", asked(words)));
            page.is(200);
            let html = page.html();
            let links = scraper::Selector::parse("main a[href]").unwrap();
            html.select(&links)
                .filter_map(|a| a.value().attr("href"))
                .any(|href| href.starts_with(row.as_str()))
        };
        assert!(found(""), "{path} has no rows");
        for words in FOUND.iter().filter(|w| !w.contains("1311") && !w.contains("１３１１")) {
            assert!(found(words), "{path}{words}");
        }
        for words in NOT_FOUND {
            assert!(!found(words), "{path}{words} finds something");
        }
        // Blanks alone ask for nothing.
        assert!(found("　 "), "{path}");
    }
    // Codes, and a receipt in any width and case, in part.
    for words in ["1311234569", "１３１１-234569"] {
        desk.open(&format!("/kokuho/bills?q={}", asked(words))).says("みなと商事");
        ito.open(&format!("/wholesale/shipments?show=all&q={}", asked(words))).says("みなと商事");
    }
    let receipt = &claims[0].1;
    for words in [
        receipt.clone(),
        receipt.to_lowercase(),
        receipt.replace('C', "Ｃ"),
        receipt[2..].to_string(),
    ] {
        desk.open(&format!("/kokuho/bills?q={}", asked(&words))).says(receipt);
    }
    desk.open("/kokuho/bills?q=C-9999").says("見つかりませんでした");
    let (number,): (String,) =
        world.read(|tx| tx.one("select number from application order by number limit 1", &[]));
    officer.open(&format!("{applications}&q={}", asked(&number.to_lowercase()))).says(&number);
    // What goes out is what is seen.
    // A file of nothing but its head isn't read back.
    let rows = |who: &stories::Visitor, path: &str| {
        let file = who.open(path);
        file.is(200);
        web::table::read(&file.bytes).map_or(1, |table| table.rows.len())
    };
    assert_eq!(rows(&desk, "/kokuho/bills.xlsx?q=%25"), 1);
    assert_eq!(
        rows(&desk, &format!("/kokuho/bills.xlsx?q={}", asked("ミナト商事"))),
        rows(&desk, "/kokuho/bills.xlsx")
    );
    assert!(rows(&desk, "/kokuho/bills.xlsx") > 1);
    assert_eq!(rows(&officer, "/mhlw/applications.xlsx?q=_"), 1);
    assert!(
        rows(&ito, &format!("/wholesale/shipments.xlsx?show=all&q={}", asked("ミナト商事")))
            > rows(&ito, "/wholesale/shipments.xlsx?show=all&q=%25")
    );
}

#[on_both_engines]
fn a_long_list_of_lots_is_turned_page_by_page_and_looked_through(world: &World) {
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            for n in 0..730_i64 {
                // Three lots a day: many share an expiry.
                let day = jiff::civil::date(2022, 1, 1).saturating_add(jiff::Span::new().days(n / 3));
                tx.run(
                    "insert into lot (product, number, expiry) values ('moderna-workplace', $1, $2)",
                    platform::args![format!("31{n:05}"), day],
                )?;
            }
            Ok::<_, platform::db::Failure>(())
        })
        .unwrap();
    let officer = world.persona("reviewer@ministry.example");
    let numbers = |page: &stories::Page| -> Vec<String> {
        page.body
            .split("href=\"/mhlw/lots/")
            .skip(1)
            .map(|t| t.chars().take_while(|c| *c != '"').collect())
            .collect()
    };
    let mut page = officer.open("/mhlw/lots");
    page.says("730ロット");
    let (mut all, mut pages) = (Vec::new(), 0);
    loop {
        pages += 1;
        all.extend(numbers(&page));
        if !page.words().contains("次のロット") {
            break;
        }
        page = officer.open(&page.link("次のロット"));
        assert!(pages < 20, "no end");
    }
    let expected: Vec<String> = (0..730).map(|n| format!("31{n:05}")).collect();
    assert_eq!(all, expected);
    for words in ["3100729", "３１００７２９", "00729"] {
        assert_eq!(
            numbers(&officer.open(&format!("/mhlw/lots?q={}", asked(words)))),
            ["3100729"],
            "{words}"
        );
    }
    officer.open("/mhlw/lots?q=310001").says("10ロット");
    for words in ["%", "_", "31%29"] {
        officer.open(&format!("/mhlw/lots?q={}", asked(words))).says("見つかりませんでした");
    }
}

#[on_both_engines]
fn a_telephone_dials_the_number_and_not_its_extension(world: &World) {
    published(world);
    let sato = world.persona(SATO);
    let path = format!("/venues/{}/availability", world.minato());
    for (typed, dialled, said) in [
        ("03-1234-5678 内線123", "03-1234-5678", "03-1234-5678 内線123"),
        ("０３（１２３４）５６７８（内線 45）", "03-1234-5678", "03-1234-5678 内線45"),
        ("090-1234-5678", "090-1234-5678", "090-1234-5678"),
    ] {
        sato.press(
            &sato.open(&path),
            "予約の受付情報を更新する",
            &[("phone", typed), ("published", "yes")],
        )
        .is(200);
        for page in [
            world.nobody().open("/find/1311234569"),
            world.nobody().open(&format!("/find?q={}", asked("みなと商事"))),
        ] {
            page.is(200).says(said);
            let links: Vec<&str> = page
                .body
                .split("href=\"tel:")
                .skip(1)
                .filter_map(|t| t.split('"').next())
                .collect();
            assert_eq!(links, [dialled], "{}", page.path);
        }
    }
}

#[on_both_engines]
fn municipalities_are_found_by_name_and_reading_and_nothing_else(world: &World) {
    let admin = world.persona("approver@ministry.example");
    let count = |words: &str| {
        let page = admin.open(&format!("/admin/masters/municipalities?q={}", asked(words)));
        page.is(200);
        let mut names: Vec<String> =
            page.body.split("key=").skip(1).map(|t| t.chars().take(6).collect()).collect();
        names.sort();
        names.dedup();
        names
    };
    let kawasaki = count("かわさき");
    assert!(!kawasaki.is_empty());
    for words in ["カワサキ", "ｶﾜｻｷ", "かわさき"] {
        assert_eq!(count(words), kawasaki, "{words}");
    }
    assert_eq!(count("がまごおり"), count("ガマゴオリ"));
    assert_eq!(count("がまごおり"), count("蒲郡"));
    assert_eq!(count("カマゴオリ"), Vec::<String>::new());
    for (reading, name) in
        [("しじょうなわて", "四條畷"), ("ほんじょう", "本庄"), ("ちゃたん", "北谷")]
    {
        let (found, by_name) = (count(reading), count(name));
        assert!(
            by_name.iter().any(|code| found.contains(code)),
            "{reading}: {found:?}, {name}: {by_name:?}"
        );
    }
    for (one, other) in [
        ("龍ケ崎", "竜ヶ崎"),
        ("茅ヶ崎", "茅ケ崎"),
        ("⻄東京", "西東京"),
        ("⻲岡", "亀岡"),
        ("塩竈", "塩釜"),
        ("四條畷", "四条畷"),
        ("131032", "13103-2"),
        ("131032", "東京都港区"),
        ("131032", "東京都　港区"),
        ("131032", "１３１０３２"),
    ] {
        assert!(!count(one).is_empty(), "{one}");
        assert_eq!(count(one), count(other), "{one} {other}");
    }
    for words in ["%", "_", "か_さき", "zzz"] {
        assert_eq!(count(words), Vec::<String>::new(), "{words}");
    }
}

#[on_both_engines]
fn people_and_their_deeds_are_found_by_name_in_any_writing(world: &World) {
    world.tick();
    let support = world.persona("yoshida@support.example");
    let name: (String,) = world.read(|tx| {
        tx.one("select name from account where mail = 'sato@minato-shoji.example'", &[])
    });
    let name = name.0;
    for words in [
        name.clone(),
        name.replace(' ', ""),
        name.replace(' ', "　"),
        "SATO@Minato-shoji.example".into(),
        "ｓａｔｏ＠minato".into(),
    ] {
        support
            .open(&format!("/support/people?q={}", asked(&words)))
            .is(200)
            .says("sato@minato-shoji.example");
    }
    for words in ["%", "_", "sato_minato"] {
        support
            .open(&format!("/support/people?q={}", asked(words)))
            .is(200)
            .does_not_say("sato@minato-shoji.example");
    }
    let auditor = world.persona("kato@audit.example");
    let rows = auditor.open(&format!("/audit?name={}", asked(&name.replace(' ', "　"))));
    rows.is(200).does_not_say("条件に合う記録はありません");
    for words in ["%", "_"] {
        let page = auditor.open(&format!("/audit?name={}", asked(words)));
        page.is(200).says("条件に合う記録はありません");
    }
}

#[on_both_engines]
fn a_condition_that_cannot_be_read_is_said_and_never_left_out(world: &World) {
    let auditor = world.persona("kato@audit.example");
    for (condition, sentence) in [
        ("from=abc", "この日から"),
        ("from=2022-02-30", "この日から"),
        ("from=2022-02-08&to=2022-02-01", "より前になっています"),
        ("act=%E8%A8%80%E8%91%89%E3%81%AB%E3%81%AA%E3%81%84", "この言葉の操作はありません"),
    ] {
        let page = auditor.open(&format!("/audit?{condition}"));
        page.is(422).says(sentence).says("条件に合う記録はありません");
        for file in ["csv", "xlsx"] {
            auditor.open(&format!("/audit.{file}?{condition}")).is(422).says(sentence);
        }
    }
    let reviewer = world.persona("reviewer@ministry.example");
    reviewer.open("/reports?kind=results&from=abc").is(422).says("この日から");
    reviewer.open("/reports.csv?kind=results&to=2022-02-30").is(422).says("この日まで");
    reviewer.open("/reports?kind=results&from=2022-02-01&to=2022-02-28").is(200);
    let federation = world.persona("nakamura@tokyo-kokuho.example");
    federation.open("/kokuho/bills?month=2022-99").is(422).says("月");
    federation.open("/kokuho/bills?month=2022-03").is(200);
}

#[on_both_engines]
fn the_journal_is_asked_in_words(world: &World) {
    let sato = world.persona(SATO);
    let notes = format!("/venues/{}/notes", world.minato());
    sato.press(&sato.open(&notes), "メモを残す", &[("text", "搬入口は裏手")]).is(200);
    let auditor = world.persona("kato@audit.example");
    let rows = |conditions: &str| {
        let table = auditor.open(&format!("/audit?{conditions}"));
        table.is(200);
        table.words()
    };
    let (by_words, by_key) = (rows(&format!("act={}", asked("メモの"))), rows("act=note."));
    for found in [&by_words, &by_key] {
        assert!(!found.contains("条件に合う記録はありません"), "{found}");
    }
    let of_venue = rows("record=1311234569");
    assert!(of_venue.contains("みなと商事"), "{of_venue}");
    assert!(rows("record=A-2099-000001").contains("条件に合う記録はありません"));
}

#[on_both_engines]
fn what_was_there_before_is_folded_by_a_job_and_again_when_it_was_changed_elsewhere(world: &World) {
    published(world);
    world.tamper("delete from sought");
    let nobody = world.nobody();
    nobody.open("/find?prefecture=13&q=minato").is(200);
    let again = |world: &stories::World| {
        world.house.clock.set(world.house.now() + jiff::SignedDuration::from_mins(11));
        world.tick();
    };
    again(world);
    nobody.open(&format!("/find?prefecture=13&q={}", asked("ミナト商事"))).says("みなとビル");
    // A node of the version before wrote the row.
    world.tamper(
        "update venue set name = 'すみだ商事', version = version + 1 where code = '1311234569'",
    );
    again(world);
    nobody.open(&format!("/find?prefecture=13&q={}", asked("スミダ"))).says("みなとビル");
    nobody
        .open(&format!("/find?prefecture=13&q={}", asked("ミナト商事")))
        .does_not_say("みなとビル");
}
