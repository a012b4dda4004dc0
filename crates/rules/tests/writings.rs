//! Two hundred and more writings of every kind of field, as offices write: full and half width, units, hyphens of every sort, Japanese
//! years, blanks where nobody sees them. Each means one value; what means nothing is refused in a sentence that says how to write it.

use std::collections::BTreeSet;

use rules::input::{self, InputFault};
use rules::places::{Meaning, Municipality, Places, Prefecture};

/// Full-width, where a character has it.
fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect()
}

/// What nobody sees and everybody pastes.
fn wrapped(text: &str) -> Vec<String> {
    vec![
        text.to_string(),
        wide(text),
        format!(" {text} "),
        format!("\u{3000}{text}"),
        format!("{text}\u{a0}"),
        format!("\u{200b}{text}\u{feff}"),
        format!("{text}\r\n"),
        format!("\t{}", wide(text)),
    ]
}

/// All of these mean this, and there are enough of them.
fn mean<T: PartialEq + std::fmt::Debug>(cases: Vec<(String, T)>, read: impl Fn(&str) -> T) {
    let different: BTreeSet<&String> = cases.iter().map(|(raw, _)| raw).collect();
    assert!(different.len() >= 200, "{} writings", different.len());
    for (raw, value) in &cases {
        assert_eq!(read(raw), *value, "{raw:?}");
    }
}

fn written<T: Clone>(values: impl IntoIterator<Item = (T, Vec<String>)>) -> Vec<(String, T)> {
    values
        .into_iter()
        .flat_map(|(value, all)| all.into_iter().flat_map(|w| wrapped(&w)).map(move |w| (w, value.clone())).collect::<Vec<_>>())
        .collect()
}

#[test]
fn whole_numbers_and_money() {
    let comma = |n: i64| if n >= 1000 { format!("{},{:03}", n / 1000, n % 1000) } else { n.to_string() };
    let numbers = [0_i64, 1, 4, 12, 150, 600, 1234, 9999, 404_800];
    let cases = written(numbers.map(|n| {
        (
            Ok(n),
            vec![
                n.to_string(),
                comma(n),
                format!("{}箱", comma(n)),
                format!("{n} 回"),
                format!("{n}回接種分"),
                format!("{n}本"),
                format!("{}円", comma(n)),
                format!("¥{}", comma(n)),
                format!("￥{n}"),
                format!("{n} 人"),
                format!("{n}件"),
            ],
        )
    }));
    mean(cases, |raw| input::whole("箱数", raw));
    for raw in ["-1", "−1", "△3", "▲3", "+3", "1.5", "１．５", "四", "十二", "1e3", "0x10", "３箱半", "約10", "10〜20", "NaN", "１０／２"]
    {
        for raw in wrapped(raw) {
            assert_eq!(input::whole("箱数", &raw), Err(InputFault::NotWhole("箱数".into())), "{raw:?}");
        }
    }
}

#[test]
fn phones() {
    let hyphens = ['-', '‐', '‑', '–', '—', 'ー', '－', '−'];
    let mut cases = Vec::new();
    for (a, b, c) in
        [("03", "1234", "5678"), ("090", "1234", "5678"), ("0120", "123", "456"), ("0570", "000", "111"), ("0263", "12", "3456")]
    {
        let stored = Ok(format!("{a}-{b}-{c}"));
        let mut all: Vec<String> = hyphens.iter().map(|h| format!("{a}{h}{b}{h}{c}")).collect();
        all.extend([
            format!("{a}({b}){c}"),
            format!("({a}){b}-{c}"),
            format!("{a} {b} {c}"),
            format!("+81-{}-{b}-{c}", &a[1..]),
            format!("+81 {} {b} {c}", &a[1..]),
        ]);
        cases.extend(written([(stored, all)]));
        cases.extend(written([(Ok(format!("{a}{b}{c}")), vec![format!("{a}{b}{c}")])]));
    }
    mean(cases, |raw| input::phone("電話番号", raw));
    for raw in ["", "12345", "03-1234-567a", "1234567890", "0-1", "03-1234-56789-0", "内線123", "090-1234-567"] {
        assert!(input::phone("電話番号", raw).is_err(), "{raw:?}");
    }
}

#[test]
fn postal_codes_and_codes() {
    let postal = ["1008916", "0600000", "9000001", "5300001", "0010010"].map(|code| {
        let (a, b) = code.split_at(3);
        (
            Ok(code.to_string()),
            vec![
                code.to_string(),
                format!("{a}-{b}"),
                format!("〒{a}-{b}"),
                format!("〒 {a}-{b}"),
                format!("{a}‐{b}"),
                format!("{a} {b}"),
                format!("{a}ー{b}"),
            ],
        )
    });
    mean(written(postal), |raw| input::postal("郵便番号", raw));
    for raw in ["", "100-891", "100-89166", "abc-defg", "〒"] {
        assert!(input::postal("郵便番号", raw).is_err(), "{raw:?}");
    }
    let codes = ["1311234569", "131032", "0123456789", "1234567890123"].map(|code| {
        let (a, b) = code.split_at(2);
        (
            code.to_string(),
            vec![
                code.to_string(),
                format!("{a}-{b}"),
                format!("{a} {b}"),
                format!("{a}‐{b}"),
                format!("{a}−{b}"),
                format!("{a}ー{b}"),
                format!(" {a} - {b} "),
            ],
        )
    });
    mean(written(codes), input::code);
}

#[test]
fn dates() {
    let cases = written([(2022, 2, 22), (2022, 3, 1), (2021, 12, 31), (2024, 2, 29)].map(|(y, m, d)| {
        let era = y - 2018;
        (
            Ok(format!("{y}-{m:02}-{d:02}")),
            vec![
                format!("{y}-{m:02}-{d:02}"),
                format!("{y}-{m}-{d}"),
                format!("{y}/{m}/{d}"),
                format!("{y}/{m:02}/{d:02}"),
                format!("{y}.{m}.{d}"),
                format!("{y}{m:02}{d:02}"),
                format!("{y}年{m}月{d}日"),
                format!("{y}年{m}月{d}日（火）"),
                format!("令和{era}年{m}月{d}日"),
                format!("令和 {era} 年 {m} 月 {d} 日"),
                format!("R{era}.{m}.{d}"),
                format!("R{era}/{m}/{d}"),
                format!("r{era}-{m}-{d}"),
                format!("{y} {m} {d}"),
            ],
        )
    }));
    mean(cases, |raw| input::date("接種日", raw).map(|d| d.to_string()));
    assert_eq!(input::date("日", "令和元年5月1日").map(|d| d.to_string()), Ok("2019-05-01".into()));
    assert_eq!(input::date("日", "平成31年4月30日").map(|d| d.to_string()), Ok("2019-04-30".into()));
    // A spreadsheet's own count of days, where a cell lost its format.
    assert_eq!(input::date("日", "44614").map(|d| d.to_string()), Ok("2022-02-22".into()));
    for raw in ["2022-02-30", "2022-13-01", "22/2/22", "2月22日", "きのう", "2022", "R4", "99999999", "2022-02", "0000-01-01"] {
        for raw in wrapped(raw) {
            assert!(input::date("接種日", &raw).is_err(), "{raw:?}");
        }
    }
}

#[test]
fn readings_names_and_texts() {
    let half = [
        ("こうせい たろう", "ｺｳｾｲ ﾀﾛｳ", "コウセイ タロウ"),
        ("がっこう はなこ", "ｶﾞｯｺｳ ﾊﾅｺ", "ガッコウ ハナコ"),
        ("ぱーく りー", "ﾊﾟｰｸ ﾘｰ", "パーク リー"),
        ("わたなべ めぐみ", "ﾜﾀﾅﾍﾞ ﾒｸﾞﾐ", "ワタナベ メグミ"),
    ];
    let cases = written(half.map(|(stored, half, kata)| {
        let all: Vec<String> =
            [stored, half, kata].iter().flat_map(|w| [w.to_string(), w.replace(' ', "　"), w.replace(' ', "  ")]).collect();
        (Ok(stored.to_string()), all)
    }));
    mean(cases, |raw| input::reading("よみ", raw));
    for raw in ["厚生 たろう", "Kosei Taro", "こうせい1", "厚生", "ｋｏｓｅｉ"] {
        for raw in wrapped(raw) {
            assert_eq!(input::reading("よみ", &raw), Err(InputFault::Reading("よみ".into())), "{raw:?}");
        }
    }
    // Rare characters stay themselves; only blanks are made one.
    let names = ["厚生 太郎", "𠮷野 家子", "髙橋 健", "﨑山 葛󠄀子", "John Smith", "オブライエン 恵", "渡邉 邊", "齋藤 齊"];
    let cases: Vec<(String, String)> = names
        .iter()
        .flat_map(|n| {
            [" ", "　", "  ", " 　", "\u{a0}"]
                .iter()
                .flat_map(|gap| {
                    let w = n.replace(' ', gap);
                    [w.clone(), format!(" {w}"), format!("{w}　"), format!("\u{200b}{w}"), format!("{w}\u{feff}"), format!("{w}\r\n")]
                        .map(|w| (w, (*n).to_string()))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    mean(cases, input::name);
    let texts: Vec<(String, String)> = (0..30)
        .flat_map(|n| {
            let said = format!("{n}行目\n二行目は\tここ").replace('\t', "");
            [
                said.clone(),
                said.replace('\n', "\r\n"),
                format!("\u{3000}{said} "),
                format!("\u{200b}{said}"),
                format!("{said}\u{feff}"),
                format!("{said}\u{7}"),
                format!("{}か\u{3099}", said),
            ]
            .into_iter()
            .map(move |raw| (raw.clone(), if raw.ends_with('\u{3099}') { format!("{said}が") } else { said.clone() }))
            .collect::<Vec<_>>()
        })
        .collect();
    mean(texts, input::text);
}

#[test]
fn mails() {
    let cases = written(
        ["taro@example.jp", "a.b+c@sub.example.co.jp", "x_y-z@example.org", "1@2.jp", "office@example.lg.jp", "t@e.x.a.m.p.l.e"].map(|m| {
            let (local, domain) = m.split_once('@').unwrap();
            (
                Ok(m.to_string()),
                vec![
                    m.to_string(),
                    format!("{local}@{}", domain.to_uppercase()),
                    format!("{local}＠{domain}"),
                    format!("{local}@{}", domain[..1].to_uppercase() + &domain[1..]),
                    format!("{}@{domain}", wide(local)),
                    format!("{local}@{}", wide(&domain.to_uppercase())),
                ],
            )
        }),
    );
    mean(cases, |raw| input::mail("メールアドレス", raw));
    for raw in [
        "",
        "taro",
        "taro@",
        "@example.jp",
        "taro@example",
        "a@b@c.jp",
        "ta ro@example.jp",
        "taro@.jp",
        "taro@example.",
        "太郎@example.jp",
        "a,b@example.jp",
    ] {
        assert!(input::mail("メールアドレス", raw).is_err(), "{raw:?}");
    }
}

#[test]
fn municipalities_and_searches() {
    let town = |code: &str, name: &str| Municipality { code: code.into(), name: name.into(), reading: String::new() };
    let places = Places::new(
        [("13", "東京都"), ("34", "広島県"), ("01", "北海道"), ("07", "福島県"), ("08", "茨城県"), ("14", "神奈川県"), ("20", "長野県")]
            .map(|(code, name)| Prefecture { code: code.into(), name: name.into(), english: String::new() })
            .to_vec(),
        [
            ("131032", "港区"),
            ("132063", "府中市"),
            ("342084", "府中市"),
            ("012335", "伊達市"),
            ("072133", "伊達市"),
            ("082082", "龍ケ崎市"),
            ("142077", "茅ヶ崎市"),
            ("203841", "上伊那郡南箕輪村"),
            ("082325", "鹿嶋市"),
        ]
        .map(|(code, name)| town(code, name))
        .to_vec(),
    );
    let read = |raw: &str| match places.read(raw) {
        Meaning::One(m) => vec![m.code.clone()],
        Meaning::Many(all) => all.iter().map(|m| m.code.clone()).collect(),
        Meaning::Unknown => vec![],
    };
    let one = |code: &str, all: &[&str]| (vec![code.to_string()], all.iter().map(|w| (*w).to_string()).collect::<Vec<_>>());
    let mut cases = written([
        one("131032", &["港区", "東京都港区", "東京都 港区", "131032", "13103-2", "東京 港区"]),
        one("132063", &["東京都府中市", "東京都 府中市", "132063"]),
        one("342084", &["広島県府中市", "広島県　府中市", "342084"]),
        one("082082", &["龍ケ崎市", "龍ヶ崎市", "竜ケ崎市", "竜ヶ崎市", "龍が崎市", "茨城県龍ケ崎市"]),
        one("142077", &["茅ヶ崎市", "茅ケ崎市", "茅が崎市", "茅ガ崎市", "神奈川県茅ヶ崎市"]),
        one("082325", &["鹿嶋市", "鹿島市", "茨城県鹿嶋市"]),
    ]);
    cases.extend(written([
        (vec!["132063".to_string(), "342084".into()], vec!["府中市".to_string()]),
        (vec!["012335".into(), "072133".into()], vec!["伊達市".to_string()]),
    ]));
    mean(cases, read);
    for raw in ["ない町", "東京都伊達市", "999999", "", "　"] {
        assert_eq!(read(raw), Vec::<String>::new(), "{raw:?}");
    }
    let searches = written(
        [
            ("みなと", vec!["みなと", "ミナト", "ﾐﾅﾄ", "み な と", "ミ ナト"]),
            ("ケ崎", vec!["ヶ﨑", "ケ崎", "が崎", "ガ﨑", "ヵ崎"]),
            ("abc", vec!["ABC", "abc", "Ａbc", "a b c"]),
            ("鹿島", vec!["鹿嶋", "鹿島", "鹿嶌"]),
            ("高沢", vec!["髙澤", "高沢", "高澤", "髙沢"]),
            ("桜浜", vec!["櫻濱", "桜浜", "櫻濵", "桜濱"]),
            ("竜ノ", vec!["龍之", "竜の", "龍ノ"]),
        ]
        .map(|(key, all)| (input::search_key(key), all.into_iter().map(str::to_string).collect())),
    );
    mean(searches, input::search_key);
}
