//! What is recognised as none within a writing (a sign in an address, a second person, a remark
//! that no shot was given, another month in a title): whatever is typed, nobody panics, and the
//! work grows as the writing does.

use jiff::civil::date;
use proptest::prelude::*;
use rules::address;
use rules::application::Answers;
use rules::heading::{self, Target};
use rules::input;
use rules::person;
use rules::places::{Municipality, Places, Prefecture};
use rules::time::Month;
use words::Sentence;

/// Letters that the recognisers look at, and those that are wider than one byte or fold into many.
const PIECES: &[&str] = &[
    "〇",
    "〇〇",
    "○",
    "★",
    "☆☆",
    "■",
    "?",
    "…",
    "..",
    "x",
    "×",
    "X",
    "0",
    "-",
    "—",
    "ー",
    "－",
    "丁目",
    "番",
    "号",
    "番地",
    "芝",
    "東京都",
    "港区",
    "〒105-0014",
    "1",
    "１",
    "12",
    "31",
    "44562",
    "2022",
    "22",
    "年",
    "月",
    "日",
    "年度",
    "/",
    ".",
    "Jan",
    "may",
    "Sept",
    "ſ",
    "K",
    "İ",
    "ß",
    "E+05",
    "E-12",
    "e-",
    "1.2",
    "3E",
    "NULL",
    "n/a",
    "None",
    "#N/A",
    "#",
    "棟",
    "ビル",
    "タワー",
    "(",
    ")",
    "[",
    "】",
    "<",
    ">",
    " ",
    "\u{3000}",
    "\n",
    "山田",
    "太郎",
    "鈴木",
    "花子",
    "佐々木",
    "佐",
    "藤",
    "吉野",
    "等",
    "外",
    "他",
    "ら",
    "ほか",
    "と",
    "さと子",
    "及び",
    "または",
    "代",
    "代理",
    "の",
    "先生",
    "院長",
    "内科",
    "午前",
    "午後",
    "正:",
    "副:",
    "①",
    "②",
    "名",
    "人",
    "数",
    "三",
    "、",
    "・",
    "→",
    "に変更",
    "別会場",
    "他院で",
    "1回目",
    "前回",
    "接種後",
    "なし",
    "発熱",
    "帰宅",
    "未接種",
    "キャンセル",
    "体調不良",
    "先月",
    "前月",
    "翌月分",
    "前回分",
    "先週",
    "昨年",
    "四半期",
    "4Q",
    "q",
    "3か月分",
    "令和",
    "R",
    "h",
    "元",
    "分",
    "請求",
    "請求月",
    "接種",
    "接種日",
    "から",
    "まで",
    "~",
    "〜",
    "十二月",
    "二月",
    "回目",
    "4",
    "1311234569",
    "会場",
    "㍿",
    "ﷺ",
    "か\u{3099}",
    "\u{202e}",
    "\u{200d}",
    "𠮷",
    "葛\u{e0100}",
    "👨",
    "\u{0}",
    "½",
    "ｶﾞ",
    "⻑",
    "\u{fa19}",
];

fn writing() -> impl Strategy<Value = String> {
    let pieces = |most| {
        prop::collection::vec(prop::sample::select(PIECES), 0..most).prop_map(|all| all.concat())
    };
    let letters = prop::collection::vec(any::<char>(), 0..40);
    prop_oneof![
        4 => pieces(12),
        1 => pieces(90),
        1 => any::<String>(),
        1 => letters.prop_map(|all| all.into_iter().collect::<String>()),
        1 => (pieces(4), 1..300_usize).prop_map(|(piece, n)| piece.repeat(n)),
    ]
}

fn places() -> Places {
    let name = |code: &str, name: &str| (code.to_string(), name.to_string());
    let (code, tokyo) = name("13", "東京都");
    let prefecture = Prefecture { code, name: tokyo, english: String::new() };
    let (code, minato) = name("131032", "港区");
    Places::new(vec![prefecture], vec![Municipality { code, name: minato, reading: String::new() }])
}

/// Every recogniser, asked about one writing.
fn recognise(places: &Places, text: &str) {
    let field = |(key, value): (&str, &str)| (key.to_string(), value.to_string());
    let answers: Answers = [
        ("venue_municipality", "131032"),
        ("venue_address", text),
        ("organization_address", text),
        ("institution_address", text),
    ]
    .map(field)
    .into();
    for (_, fault) in address::faults(places, &answers) {
        assert!(!fault.sentence().is_empty());
    }
    let _ = address::doubts(places, &answers);
    let _ = (input::person("x", text), input::thing("x", text), input::holds_left_over(text));
    for title in ["備考", "キャンセル", "接種可否", "", text] {
        let _ = person::no_shot(title, text);
    }
    let _ = (person::is_none(text), person::is_remark(text), heading::says_when(text));
    let march = Month::parse("2022-03");
    let codes = vec!["1311234569".to_string()];
    for target in [
        Target { month: march, codes, dose: 3, latest: false },
        Target { latest: true, ..Target::default() },
    ] {
        for doubt in target.doubts(text) {
            assert!(!doubt.sentence().is_empty());
        }
        for title in ["接種月", "請求月", "接種日", text] {
            let _ = target.doubt_of_cell(title, text, date(2022, 4, 4));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_written_is_recognised_or_not_and_nobody_panics(text in writing()) {
        recognise(&places(), &text);
    }
}

/// Each piece alone and again and again, behind a town and before what may follow it: the property
/// above seldom writes one five times.
#[test]
fn every_piece_is_answered_however_often_it_stands() {
    let places = places();
    for piece in PIECES {
        for times in [1, 2, 5] {
            for behind in ["", "丁目", "ビル", " ", "-1", "山田 太郎", "月", "分"] {
                recognise(&places, &format!("{}{behind}", piece.repeat(times)));
                recognise(&places, &format!("芝{}{behind}", piece.repeat(times)));
            }
        }
    }
}

/// As many letters as a cell of a spreadsheet can hold. How often they are looked at is counted
/// beside the recognisers (`a_long_cell_costs_its_length_and_no_more`).
#[test]
fn a_cell_as_long_as_spreadsheets_hold_is_answered() {
    let places = places();
    for piece in [
        "〇",
        "x—",
        "1a",
        "1E-12 ",
        "別会場",
        "発熱でなし",
        "先月",
        "feb ",
        "丁目",
        "   ",
        "等 ",
        "■",
    ] {
        let text = format!("芝{}a 過去", piece.repeat(32_767 / piece.chars().count()));
        recognise(&places, &text);
    }
}
