//! Search boxes find what people write, in any writing of it, and nothing else.

use stories::on_both_engines;
use stories::rich::SATO;

/// The seed's venue lets itself be found.
fn published(world: &stories::World) -> String {
    world.tick();
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{}/availability", world.minato()));
    sato.press(&page, "予約の受付情報を更新する", &[("status", "bookable"), ("url", "https://example.jp/yoyaku"), ("published", "yes")])
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

on_both_engines! {
    fn the_public_finder_and_the_officers_lists_find_a_venue_in_every_writing(world) {
        published(world);
        let nobody = world.nobody();
        let officer = world.persona("reviewer@ministry.example");
        for words in FOUND {
            nobody.open(&format!("/find?prefecture=13&q={}", asked(words))).is(200).says("みなとビル");
            nobody.open(&format!("/find?q={}", asked(words))).says("みなとビル");
            officer.open(&format!("/mhlw/venues?q={}", asked(words))).is(200).says("1311234569").says("みなと商事");
        }
        for words in NOT_FOUND {
            nobody.open(&format!("/find?prefecture=13&q={}", asked(words))).is(200).does_not_say("みなとビル");
            let list = officer.open(&format!("/mhlw/venues?q={}", asked(words)));
            list.is(200);
            assert!(!list.body.contains("/venues/v-"), "{words} finds something");
        }
        // Blanks alone ask for nothing.
        nobody.open(&format!("/find?prefecture=13&q={}", asked("　 "))).says("みなとビル");
    }

    fn the_review_desk_looks_for_venues_in_the_same_way(world) {
        features::seeds::national::plant(&world.house.db, &world.house.masters(), 40).unwrap();
        world.tamper("update plan_registration set review = 'waiting', reviewed_at = null where venue_id like 'v-n000%'");
        world.set_clock("2022-02-08T16:00");
        world.tick();
        let (code, name): (String, String) = world.read(|tx| tx.one("select code, name from venue where id = 'v-n0000005'", &[]));
        let officer = world.persona("reviewer@ministry.example");
        let found = |words: &str| {
            let page = officer.open(&format!("/mhlw/plans?q={}", asked(words)));
            page.is(200);
            let mut all: Vec<String> = page.body.split("/mhlw/plans/v-n").skip(1).map(|t| t.chars().take(7).collect()).collect();
            all.sort();
            all.dedup();
            all
        };
        for words in [code.clone(), format!("{}-{}", &code[..4], &code[4..]), format!("{}　{}", &code[4..], &code[..4])] {
            assert_eq!(found(&words), ["0000005"], "{words}");
        }
        assert!(found(&name).contains(&"0000005".to_string()), "{name}");
        for words in ["%", "_", "みさと商事"] {
            assert_eq!(found(words), Vec::<String>::new(), "{words}");
        }
    }

    fn municipalities_are_found_by_name_and_reading_and_nothing_else(world) {
        let admin = world.persona("approver@ministry.example");
        let count = |words: &str| {
            let page = admin.open(&format!("/admin/masters/municipalities?q={}", asked(words)));
            page.is(200);
            let mut names: Vec<String> = page.body.split("key=").skip(1).map(|t| t.chars().take(6).collect()).collect();
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
        for (one, other) in [("龍ケ崎", "竜ヶ崎"), ("茅ヶ崎", "茅ケ崎"), ("⻄東京", "西東京"), ("⻲岡", "亀岡"), ("塩竈", "塩釜"), ("四條畷", "四条畷"), ("131032", "13103-2"), ("131032", "東京都港区"), ("131032", "東京都　港区"), ("131032", "１３１０３２")] {
            assert!(!count(one).is_empty(), "{one}");
            assert_eq!(count(one), count(other), "{one} {other}");
        }
        for words in ["%", "_", "か_さき", "zzz"] {
            assert_eq!(count(words), Vec::<String>::new(), "{words}");
        }
    }

    fn people_and_their_deeds_are_found_by_name_in_any_writing(world) {
        world.tick();
        let support = world.persona("yoshida@support.example");
        let name: (String,) = world.read(|tx| tx.one("select name from account where mail = 'sato@minato-shoji.example'", &[]));
        let name = name.0;
        for words in [name.clone(), name.replace(' ', ""), name.replace(' ', "　"), "SATO@Minato-shoji.example".into(), "ｓａｔｏ＠minato".into()] {
            support.open(&format!("/support/people?q={}", asked(&words))).is(200).says("sato@minato-shoji.example");
        }
        for words in ["%", "_", "sato_minato"] {
            support.open(&format!("/support/people?q={}", asked(words))).is(200).does_not_say("sato@minato-shoji.example");
        }
        let auditor = world.persona("kato@audit.example");
        let rows = auditor.open(&format!("/audit?name={}", asked(&name.replace(' ', "　"))));
        rows.is(200).does_not_say("条件に合う記録はありません");
        for words in ["%", "_"] {
            let page = auditor.open(&format!("/audit?name={}", asked(words)));
            page.is(200).says("条件に合う記録はありません");
        }
    }

    fn what_was_there_before_is_folded_by_a_job_and_again_when_it_was_changed_elsewhere(world) {
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
        world.tamper("update venue set name = 'すみだ商事', version = version + 1 where code = '1311234569'");
        again(world);
        nobody.open(&format!("/find?prefecture=13&q={}", asked("スミダ"))).says("みなとビル");
        nobody.open(&format!("/find?prefecture=13&q={}", asked("ミナト商事"))).does_not_say("みなとビル");
    }
}
