//! Phone numbers and postal codes.

use rules::input::{self, InputFault};

use crate::{mean, of, refused, wrapped, wrapped_wide};

const DASHES: [char; 24] = [
    '-', '‐', '‑', '‒', '–', '—', '―', '─', '━', '−', '－', '﹣', 'ー', 'ｰ', '一', '㇐', 'ㅡ',
    '➖', '⁃', '˗', '⎯', '⁻', '₋', '﹘',
];

#[test]
fn phones() {
    let mut cases: Vec<(String, Result<String, InputFault>)> = Vec::new();
    for (a, b, c) in [
        ("03", "1234", "5678"),
        ("090", "1234", "5678"),
        ("0120", "123", "456"),
        ("0263", "12", "3456"),
        ("0800", "123", "4567"),
    ] {
        let stored = Ok(format!("{a}-{b}-{c}"));
        let short = &a[1..];
        let mut all: Vec<String> = DASHES.iter().map(|h| format!("{a}{h}{b}{h}{c}")).collect();
        all.extend([
            format!("{a}({b}){c}"),
            format!("({a}){b}-{c}"),
            format!("({a}) {b} {c}"),
            format!("{a} {b} {c}"),
            format!("{a}.{b}.{c}"),
            format!("{a}・{b}・{c}"),
            format!("{a}/{b}/{c}"),
            format!("{a} - {b} - {c}"),
            format!("'{a}-{b}-{c}"),
            format!("+81-{short}-{b}-{c}"),
            format!("+81 {short} {b} {c}"),
            format!("+81 (0){short}-{b}-{c}"),
            format!("+81(0){short}-{b}-{c}"),
            format!("+81-0{short}-{b}-{c}"),
            format!("(+81){short}-{b}-{c}"),
            format!("+81‐{short}‐{b}‐{c}"),
            format!("0081-{short}-{b}-{c}"),
            format!("0081 {short} {b} {c}"),
            format!("010-81-{short}-{b}-{c}"),
            format!("81-{short}-{b}-{c}"),
            format!("電話 {a}-{b}-{c}"),
            format!("TEL:{a}-{b}-{c}"),
            format!("TEL {a}-{b}-{c}"),
            format!("℡{a}-{b}-{c}"),
            format!("☎ {a}-{b}-{c}"),
            format!("{a}-{b}-{c}(代)"),
            format!("{a}-{b}-{c}(代表)"),
            format!("代表 {a}-{b}-{c}"),
            format!("{a}-{b}-{c} 直通"),
            format!("{a}-{b}-{c}(直)"),
        ]);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        cases.extend(of(&stored, &all, wrapped));
        cases.extend(of(
            &Ok(format!("{a}{b}{c}")),
            &[&format!("{a}{b}{c}"), &format!("+81{short}{b}{c}"), &format!("=\"{a}{b}{c}\"")],
            wrapped_wide,
        ));
        let extension = [
            format!("{a}-{b}-{c} 内線123"),
            format!("{a}-{b}-{c}内線123"),
            format!("{a}-{b}-{c}(内線123)"),
            format!("{a}-{b}-{c}（内線：１２３）"),
            format!("{a}-{b}-{c} 内線 123"),
            format!("{a}-{b}-{c} 内線番号 123"),
            format!("{a}-{b}-{c}(内)123"),
            format!("{a}-{b}-{c} (内 123)"),
            format!("{a}-{b}-{c} 内123"),
            format!("{a}-{b}-{c} ext.123"),
            format!("{a}-{b}-{c} Ext 123"),
            format!("{a}-{b}-{c} extension 123"),
            format!("{a}-{b}-{c} x123"),
            format!("{a}-{b}-{c}#123"),
            format!("{a}-{b}-{c}(代表) 内線123"),
            format!("{a}-{b}-{c}(代) 内線123番"),
            format!("{a}―{b}―{c}　内線１２３"),
            format!("{a}-{b}-{c}/内線123"),
            format!("+81-{short}-{b}-{c} ext. 123"),
            format!("{a}-{b}-{c}、内線123"),
            format!("{a}-{b}-{c} [内線 1-23]"),
        ];
        let extension: Vec<&str> = extension.iter().map(String::as_str).collect();
        cases.extend(of(&Ok(format!("{a}-{b}-{c} 内線123")), &extension, wrapped));
    }
    mean(&cases, |raw| input::phone("電話番号", raw));
    assert_eq!(input::phone_parts("03-1234-5678 内線123"), ("03-1234-5678", Some("123")));
    assert_eq!(input::phone_parts("03-1234-5678"), ("03-1234-5678", None));
    refused(
        |raw| input::phone("電話番号", raw),
        &[
            ("電話番号を入力してください", &["", "\u{3000}", "\u{202a}\u{202c}"]),
            (
                "市外局番から10桁または11桁で入力してください",
                &[
                    "12345",
                    "不明",
                    "なし",
                    "内線123",
                    "#N/A",
                    "sato@example.jp",
                    "〇三一二三四五六七八",
                    "３．１Ｅ＋０８",
                    "0-1",
                    "119",
                    "-",
                    "()",
                    "0",
                    "1234-5678",
                ],
            ),
            (
                "03で始まる番号は10桁、入力は9桁です",
                &["03-1234-567", "０３－１２３－４５６７", "031234567"],
            ),
            (
                "03で始まる番号は10桁、入力は11桁です",
                &["03-1234-56789", "03-12345-6789", "+81-3-1234-56789"],
            ),
            ("090で始まる番号は11桁、入力は10桁です", &["090-1234-567", "090-123-4567"]),
            ("0800で始まる番号は11桁、入力は10桁です", &["0800-123-456"]),
            ("01で始まる番号は10桁", &["0120-123-4567", "0120-12-345"]),
            (
                "先頭の0がありません",
                &["312345678", "3-1234-5678", "9012345678", "90-1234-5678", "120123456"],
            ),
            (
                "1つの番号だけ",
                &[
                    "03-1234-5678/090-1234-5678",
                    "03-1234-5678、03-1234-5679",
                    "03-1234-5678 090-1234-5678",
                    "03-1234-5678～9",
                    "0312345678 0312345679",
                ],
            ),
            ("「a」が入っています", &["03-1234-567a"]),
            ("「担当」が入っています", &["03-1234-5678 担当"]),
            ("「内線」が入っています", &["03-1234-5678 内線"]),
            (
                "日本国内の番号で",
                &["+1-212-555-0100", "+86 10 1234 5678", "001-1-212-555-0100", "+44 20 7946 0000"],
            ),
            ("が入っています", &["FAX 03-1234-5678", "03-1234-5678 内線123 内線456"]),
            (
                "仮の番号",
                &[
                    "0123456789",
                    "01-2345-6789",
                    "０１２３４５６７８９",
                    "03-0000-0000",
                    "0300000000",
                    "03-9999-9999",
                    "０３−９９９９−９９９９",
                    "06-1111-1111",
                    "+81-3-0000-0000",
                    "0120-000-000",
                    "09000000000",
                    "090-0000-0000",
                    "080-9999-9999",
                    "090-1111-1111",
                    "03-0000-0000 内線1",
                    "0987654321",
                ],
            ),
        ],
    );
}

#[test]
fn postal_codes() {
    let mut cases: Vec<(String, Result<String, InputFault>)> = Vec::new();
    for (a, b) in [("100", "8916"), ("060", "0000"), ("900", "0001")] {
        let mut all: Vec<String> = DASHES.iter().map(|h| format!("{a}{h}{b}")).collect();
        all.extend([
            format!("{a}{b}"),
            format!("〒{a}-{b}"),
            format!("〒 {a}-{b}"),
            format!("〒{a}{b}"),
            format!("{a} {b}"),
            format!("{a} - {b}"),
            format!("郵便番号 {a}-{b}"),
            format!("郵便番号：〒{a}-{b}"),
            format!("〶{a}-{b}"),
            format!("'{a}{b}"),
            format!("=\"{a}{b}\""),
            format!("=\"{a}-{b}\""),
        ]);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        cases.extend(of(&Ok(format!("{a}{b}")), &all, wrapped_wide));
    }
    mean(&cases, |raw| input::postal("郵便番号", raw));
    refused(
        |raw| input::postal("郵便番号", raw),
        &[
            ("郵便番号を入力してください", &["", "　"]),
            (
                "郵便番号は7桁の数字で",
                &[
                    "100-891",
                    "100-89166",
                    "abc-defg",
                    "〒",
                    "60000",
                    "600-000",
                    "100-8916 東京都千代田区",
                    "1.008916E6",
                    "一〇〇-八九一六",
                    "1008916.0",
                    "100/8916",
                    "#N/A",
                ],
            ),
            (
                "仮の番号",
                &["000-0000", "0000000", "〒000-0001", "111-1111", "９９９９９９９", "123-4567"],
            ),
        ],
    );
}
