//! Counts, money, numbers with a sign, versions.

use rules::input::{self, InputFault, Unit};
use words::Sentence;

use crate::{mean, of, refused, wrapped, wrapped_wide};

/// What each kind of field is written with, and what it is never written with.
const UNITS: [(Unit, &[&str], &[&str]); 16] = [
    (
        Unit::Box,
        &["3", "3箱", "3 箱", "３箱", "3箱分", "3個", "3 boxes"],
        &["3本", "3回", "3人", "3件", "3円", "¥3", "3台", "第3", "3バイアル", "3日", "3%"],
    ),
    (
        Unit::Vial,
        &["3", "3本", "3 本", "3バイアル", "3 vials", "3瓶", "3個", "3本分"],
        &["3箱", "3回", "3人", "3回分", "3件", "3円", "金3", "3名", "3回目", "3枚"],
    ),
    (
        Unit::Dose,
        &["3", "3回", "3回分", "3回接種分", "3人分", "3名分", "3 doses"],
        &["3本", "3箱", "3人", "3名", "3件", "3回目", "第3回", "3円", "3バイアル", "3台"],
    ),
    (
        Unit::Claim,
        &["3", "3件", "3回", "3人", "3名", "3人分"],
        &["3本", "3箱", "3円", "¥3", "3回目", "3台", "3日", "3バイアル", "3席"],
    ),
    (Unit::Delivery, &["3", "3件", "3 件", "3件分"], &["3本", "3箱", "3回", "3人", "3円", "3%"]),
    (
        Unit::Person,
        &["3", "3人", "3名", "3名様", "3人分", "3名分"],
        &["3本", "3箱", "3回", "3件", "3円", "3台", "3歳", "3席"],
    ),
    (
        Unit::Place,
        &["3", "3人", "3名", "3席", "3枠", "3名様", "3件"],
        &["3本", "3箱", "3回", "3円", "3分", "3台", "3日"],
    ),
    (Unit::Freezer, &["3", "3台", "3 台"], &["3本", "3箱", "3個", "3人", "3回", "3円", "3枚"]),
    (
        Unit::Venue,
        &["3", "3会場", "3か所", "3施設", "3件"],
        &["3箱", "3本", "3回", "3人", "3円", "3%"],
    ),
    (
        Unit::Yen,
        &["3", "3円", "¥3", "￥3", "3円也", "金3円也", "¥3-", "\\3"],
        &["3本", "3箱", "3回", "3件", "3人", "3%", "3日"],
    ),
    (
        Unit::Ordinal,
        &["3", "3回目", "第3回", "第3回目", "3クール", "第3クール", "第 3 クール"],
        &["3本", "3箱", "3人", "3円", "¥3", "3件", "3日"],
    ),
    (Unit::Age, &["3", "3歳", "3才"], &["3人", "3回", "3箱", "3本", "3日", "3円"]),
    (Unit::Minute, &["3", "3分", "3分間", "３ 分間"], &["3日", "3週", "3回", "3人", "3箱", "3円"]),
    (Unit::Day, &["3", "3日", "3日間"], &["3分", "3週", "3週間", "3回", "3人", "3箱", "3円"]),
    (Unit::Week, &["3", "3週", "3週間"], &["3分", "3日", "3日間", "3箱", "3回", "3本", "3%"]),
    (
        Unit::Bare,
        &["3", "３", "3.0"],
        &["3本", "3箱", "3回", "3人", "3件", "3円", "第3", "3日", "3%", "3台"],
    ),
];

#[test]
fn the_unit_behind_a_number_is_the_fields_or_refused() {
    let mut wrong = Vec::new();
    for (unit, own, others) in UNITS {
        let read =
            |raw: &str| [input::within("数", unit, raw, 0, 9), input::signed("数", unit, raw)];
        for raw in own.iter().flat_map(|w| wrapped_wide(w)) {
            if read(&raw) != [Ok(3), Ok(3)] {
                wrong.push(format!("{unit:?} {raw:?}: {:?}", read(&raw)));
            }
        }
        for raw in others.iter().flat_map(|w| wrapped_wide(w)) {
            let refused = |found: &Result<i64, InputFault>| match found {
                Ok(_) => false,
                // What stands before a number is no unit of it.
                Err(e) if raw.contains(['第', '¥', '￥', '金']) => {
                    matches!(e, InputFault::NotWhole(_) | InputFault::NotSigned(_))
                }
                Err(e) => e.sentence().contains("は、単位が違います。"),
            };
            if !read(&raw).iter().all(refused) {
                wrong.push(format!("{unit:?} {raw:?}: {:?}", read(&raw)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        input::whole("バイアル数", Unit::Vial, "3箱").unwrap_err().sentence(),
        "バイアル数の「3箱」は、単位が違います。バイアル（本）の数で入力してください"
    );
    for (raw, number) in [
        ("12", true),
        ("12箱", true),
        ("¥500", true),
        ("1,234", true),
        ("東京都", false),
        ("第一", false),
        ("", false),
        ("12ab", false),
    ] {
        assert_eq!(input::is_number(raw), number, "{raw}");
    }
}

#[test]
fn whole_numbers() {
    let table: &[(i64, &[&str])] = &[
        (0, &["0", "00", "0箱", "0.0"]),
        (1, &["1", "01", "1箱", "1 箱", "1.0", "①", "１箱"]),
        (3, &["3箱分", "3 箱", "3個", "３箱", "3.0箱"]),
        (
            12,
            &[
                "12", "12箱", "12 箱", "12.0", "12.00", "12.", "12 boxes", "12個", "'12",
                "=\"12\"", "012",
            ],
        ),
        (150, &["150", "150箱分", "150 箱", "150.00"]),
        (600, &["600", "600箱", "600箱分", "600.0"]),
        (
            1_234,
            &[
                "1234",
                "1,234",
                "1，234",
                "1、234",
                "1 234",
                "1\u{202f}234",
                "1\u{a0}234",
                "1'234",
                "1’234",
                "1,234.0",
                "1,234.00",
                "1,234箱",
                "1_234",
            ],
        ),
        (9_999, &["9999", "9,999", "9,999 箱", "9,999箱分"]),
        (404_800, &["404800", "404,800", "404,800箱", "404 800"]),
        (12_345_678, &["12345678", "12,345,678", "12 345 678", "12,345,678.0"]),
        (999_999_999, &["999999999", "999,999,999"]),
    ];
    let yen: &[(i64, &[&str])] = &[
        (600, &["¥600", "￥600", "600円", "600円也", "\\600"]),
        (
            404_800,
            &[
                "404,800円",
                "¥404,800",
                "¥404,800-",
                "¥404,800.-",
                "404,800,-",
                "金404,800円也",
                "金 404,800 円",
            ],
        ),
    ];
    for (value, raw) in
        yen.iter().flat_map(|(n, all)| of(n, all, wrapped_wide)).map(|(raw, n)| (n, raw))
    {
        assert_eq!(input::whole("金額", Unit::Yen, &raw), Ok(value), "{raw:?}");
    }
    let cases: Vec<(String, Result<i64, InputFault>)> =
        table.iter().flat_map(|(n, all)| of(&Ok(*n), all, wrapped_wide)).collect();
    mean(&cases, |raw| input::whole("箱数", Unit::Box, raw));
    refused(
        |raw| input::whole("箱数", Unit::Box, raw),
        &[
            (
                "箱数を入力してください",
                &["", " ", "\u{3000}", "\u{200b}", "\u{202a}\u{202c}", "\r\n", "\u{3164}"],
            ),
            (
                "箱数は0以上の整数で入力してください",
                &[
                    "-1",
                    "−1",
                    "△3",
                    "▲3",
                    "+3",
                    "1.5",
                    "１．５",
                    "12.5",
                    "四",
                    "十二",
                    "百五十",
                    "〇",
                    "1e3",
                    "1.2E+3",
                    "0x10",
                    "３箱半",
                    "約10",
                    "10〜20",
                    "10～20",
                    "NaN",
                    "１０／２",
                    "(2)",
                    "ー2",
                    "2-",
                    "1,234-",
                    "12h",
                    "一二",
                    "3万",
                    "1万2千",
                    "1/2",
                    "½",
                    "10²",
                    "x",
                    "-",
                    "#N/A",
                    "#VALUE!",
                    "1.2.3",
                    ",",
                    "1,,234",
                    ",123",
                    "1,234,",
                    "多数",
                    "2箱と3箱",
                    "3月5日",
                    "2022/3/5",
                    "12.0.0",
                    "1 2箱3",
                ],
            ),
            (
                "小数か桁区切りかがわかりません",
                &[
                    "1.234", "1,5", "1,50", "12,34", "1,2345", "12,3456", "1 2", "1 5 0", "1.000",
                    "0,5", "1.234箱", "1,23,456",
                ],
            ),
            (
                "箱数は0から999,999,999までの数",
                &[
                    "1000000000",
                    "99999999999999999999",
                    "9,999,999,999",
                    "999999999999999999999999999999999999",
                ],
            ),
        ],
    );
    assert_eq!(input::within("定員", Unit::Place, "5名", 1, 10), Ok(5));
    assert_eq!(
        input::within("定員", Unit::Place, "11", 1, 10).unwrap_err().sentence(),
        "定員は1から10までの数で入力してください"
    );
    assert_eq!(
        input::within("定員", Unit::Place, "0", 1, 10).unwrap_err().sentence(),
        "定員は1から10までの数で入力してください"
    );
}

#[test]
fn numbers_with_a_sign() {
    let minus = [
        "-",
        "−",
        "‐",
        "‑",
        "‒",
        "–",
        "—",
        "―",
        "─",
        "━",
        "－",
        "﹣",
        "ー",
        "ｰ",
        "△",
        "▲",
        "▽",
        "▼",
        "マイナス",
        "- ",
        "− ",
        "△ ",
        "➖",
        "⁻",
        "﹘",
    ];
    let mut cases: Vec<(String, Result<i64, InputFault>)> = Vec::new();
    for sign in minus {
        cases.extend(of(
            &Ok(-2),
            &[&format!("{sign}2"), &format!("{sign}２"), &format!("{sign}2箱")],
            wrapped,
        ));
        cases.extend(of(
            &Ok(-1_234),
            &[&format!("{sign}1,234"), &format!("{sign}1234箱")],
            wrapped,
        ));
    }
    let table: &[(i64, &[&str])] = &[
        (-2, &["(2)", "（２）", "(2箱)", "( 2 )", "-2.0", "'-2", "=\"-2\"", "△2.0", "-02"]),
        (-500, &["-500", "▲500箱", "(500)", "△500"]),
        (-1_234_567, &["(1,234,567)", "▲1,234,567", "-1 234 567"]),
        (0, &["0", "-0", "±0", "+0", "△0", "0箱"]),
        (2, &["2", "+2", "＋２", "2箱", "プラス2", "2.0", "＋2箱"]),
        (1_234, &["1,234", "+1,234", "1234", "1,234箱"]),
    ];
    let yen: &[(i64, &[&str])] = &[
        (-500, &["-¥500", "¥-500", "¥-500-", "▲500円", "(500円)", "△500円", "￥△500"]),
        (1_234, &["¥1,234-", "金1,234円也"]),
    ];
    for (value, raw) in yen.iter().flat_map(|(n, all)| of(n, all, wrapped)).map(|(raw, n)| (n, raw))
    {
        assert_eq!(input::signed("金額", Unit::Yen, &raw), Ok(value), "{raw:?}");
    }
    cases.extend(table.iter().flat_map(|(n, all)| of(&Ok(*n), all, wrapped)));
    mean(&cases, |raw| input::signed("増減", Unit::Box, raw));
    refused(
        |raw| input::signed("増減", Unit::Box, raw),
        &[
            ("増減を入力してください", &["", "\u{3000}", "\u{202e}"]),
            (
                "増減は整数で入力してください",
                &[
                    "-", "―", "△", "()", "（）", "--2", "-+2", "△△2", "2-", "-1.5", "(1.5)", "-二",
                    "減2", "2減", "-2〜-3", "-x", "(2", "2)", "−2²", "#N/A", "-1e3",
                ],
            ),
            ("小数か桁区切りかがわかりません", &["-1,5", "▲1.234", "(12,34)"]),
            (
                "増減は−999,999,999から999,999,999までの数",
                &["-1000000000", "▲99999999999999999999", "1000000000"],
            ),
        ],
    );
}

#[test]
fn versions() {
    let mut cases: Vec<(String, Option<i64>)> = Vec::new();
    for n in [1_i64, 2, 7, 12, 305] {
        let forms = [
            format!("{n}"),
            format!("{n}.0"),
            format!("{n}.00"),
            format!("第{n}版"),
            format!("第 {n} 版"),
            format!("{n}版"),
            format!("v{n}"),
            format!("V{n}"),
            format!("Ver.{n}"),
            format!("ver {n}"),
            format!("version {n}"),
            format!("0{n}"),
            format!("'{n}"),
            format!("=\"{n}\""),
            format!("版 {n}"),
        ];
        let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
        cases.extend(of(&Some(n), &forms, wrapped_wide));
    }
    for raw in [
        "",
        " ",
        "2.5",
        "-2",
        "−2",
        "二",
        "最新",
        "v",
        "第版",
        "2022/3/1",
        "2-1",
        "1e3",
        "#N/A",
        "2版3",
        "99999999999999999999",
        "2,000",
    ] {
        cases.push((raw.to_string(), None));
    }
    mean(&cases, input::version);
}

#[test]
fn numbers_with_a_fraction() {
    let table: &[(f64, &[&str])] = &[
        (1.5, &["1.5", "１．５", "1.5週", "1.5 週間", "01.5", "1.50", "'1.5"]),
        (2.0, &["2", "2.0", "２週間", "2 週"]),
        (0.0, &["0", "0.0", "0週"]),
    ];
    for (value, all) in table {
        for raw in all.iter().flat_map(|w| wrapped_wide(w)) {
            assert_eq!(input::decimal("在庫の週数", Unit::Week, &raw, 1000), Ok(*value), "{raw:?}");
        }
    }
    refused(
        |raw| input::decimal("在庫の週数", Unit::Week, raw, 1000),
        &[
            ("在庫の週数を入力してください", &["", " "]),
            (
                "在庫の週数は 1.5 のような数字で",
                &["1,5", "-1", "一", "1.2.3", "NaN", "inf", "1e3", ".", "1/2", "約2", "1½", "0x1"],
            ),
            ("在庫の週数は0から999までの数で", &["1000", "99999.5"]),
        ],
    );
}

#[test]
fn percents() {
    let mut all: Vec<(String, u32)> = Vec::new();
    for n in [0, 3, 8, 10, 33, 50, 75, 99, 100] {
        for text in [
            format!("{n}"),
            format!("{n}%"),
            format!("{n} %"),
            format!("{n}パーセント"),
            format!("{n}.0"),
        ] {
            all.extend(wrapped_wide(&text).into_iter().map(|raw| (raw, n)));
        }
    }
    mean(&all, |raw| input::percent("割合", raw).unwrap_or_else(|e| panic!("{raw:?}: {e:?}")));
    for raw in ["", "%", "101", "-1", "1,5", "12.5", "%10", "10%%", "半分", "0.1"] {
        assert!(input::percent("割合", raw).is_err(), "{raw:?}");
    }
}
