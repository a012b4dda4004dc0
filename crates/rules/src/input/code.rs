//! Codes (digits with nothing between) and marks in a cell (○, ✓, ×).

use super::chars::{clean, dashes, folded, is_blank};

/// Digits of a code, with 全角, dashes of every sort, blanks and a spreadsheet's text mark removed.
/// Length and check digit are the code's own business.
pub fn code(raw: &str) -> String {
    let folded = dashes(&folded(raw));
    let bare: String =
        folded.chars().filter(|c| *c != '-' && *c != '\n' && !is_blank(*c)).collect();
    clean(bare.trim_start_matches('\''))
}

/// A number that the product gave (納入番号 and the like): dashes of every sort as `-`, no blanks, in
/// lower case.
pub fn id(raw: &str) -> String {
    let folded = dashes(&folded(raw)).to_lowercase();
    clean(folded.trim_start_matches('\'')).chars().filter(|c| *c != '\n' && !is_blank(*c)).collect()
}

/// The key by which numbers that the product gave are the same, whatever became of their dashes,
/// their case and their width on the way: `S1-V-7K3Q` and `s1v7k3q`.
pub fn same_id(raw: &str) -> String {
    id(raw).replace('-', "")
}

/// The number of an application, letter, booking and the like as it was given out (`A-2022-000001`,
/// `B-42P2ZN1H`): dashes and blanks anywhere or nowhere, any width, any case. What has no such
/// shape comes back as it was read.
pub fn official(raw: &str) -> String {
    let read = id(raw).to_uppercase();
    let bare: String = read.chars().filter(|c| *c != '-').collect();
    let Some((letter, rest)) = bare.split_at_checked(1).filter(|_| bare.is_ascii()) else {
        return read;
    };
    let digits = rest.bytes().all(|b| b.is_ascii_digit());
    match (letter, rest.len()) {
        ("B", 8) if rest.bytes().all(|b| b.is_ascii_alphanumeric()) => format!("B-{rest}"),
        ("P", 14) if digits => format!("P-{}-{}", &rest[..10], &rest[10..]),
        (_, 10) if digits && letter.bytes().all(|b| b.is_ascii_uppercase()) => {
            format!("{letter}-{}-{}", &rest[..4], &rest[4..])
        }
        _ => read,
    }
}

/// A mark in a cell: every circle and tick and their words are yes; every cross, dash and nothing
/// are no; what is neither is `None`.
pub fn mark(raw: &str) -> Option<bool> {
    let folded = folded(raw).to_lowercase();
    let text: String = folded
        .trim_start_matches('\'')
        .chars()
        .filter(|c| !is_blank(*c) && !matches!(c, '\n' | '\u{fe0e}' | '\u{fe0f}'))
        .collect();
    let text = text.trim_matches(|c| matches!(c, '(' | ')' | '[' | ']' | '。' | '.' | '「' | '」'));
    let is = |words: &[&str]| words.contains(&text);
    let all = |f: fn(char) -> bool| !text.is_empty() && text.chars().all(f);
    if text.is_empty() || is(NO) || all(|c| is_cross(c) || super::is_dash(c) || c == 'ー') {
        Some(false)
    } else if is(YES)
        || all(|c| is_circle(c) || is_tick(c))
        || text.strip_suffix('済').is_some_and(|t| t.chars().all(|c| is_circle(c) || is_tick(c)))
    {
        Some(true)
    } else {
        None
    }
}

const YES: &[&str] = &[
    "済",
    "済み",
    "ずみ",
    "スミ",
    "すみ",
    "はい",
    "ハイ",
    "有",
    "あり",
    "有り",
    "アリ",
    "丸",
    "まる",
    "マル",
    "レ",
    "レ点",
    "チェック",
    "完了",
    "完",
    "了",
    "出荷",
    "出荷済",
    "出荷済み",
    "true",
    "yes",
    "y",
    "1",
    "1.0",
    "ok",
    "on",
    "v",
];
const NO: &[&str] = &[
    "未",
    "未済",
    "未了",
    "いいえ",
    "イイエ",
    "無",
    "なし",
    "無し",
    "ナシ",
    "ばつ",
    "バツ",
    "ペケ",
    "未完了",
    "未出荷",
    "false",
    "no",
    "n",
    "0",
    "0.0",
    "ng",
    "off",
    "x",
];

fn is_circle(c: char) -> bool {
    matches!(
        c,
        '○' | '◯'
            | '〇'
            | '●'
            | '◎'
            | '◉'
            | '⚪'
            | '⚫'
            | '⭕'
            | '⬤'
            | '⬭'
            | '￮'
            | '◦'
            | '❍'
            | '⭘'
            | '🔘'
            | '🔴'
            | '🔵'
            | '🟠'..='🟤' | '㊒' | '⊙' | '⦿' | '⚬'
    )
}

fn is_tick(c: char) -> bool {
    matches!(c, '✓' | '✔' | '✅' | '☑' | '🗸' | '🗹' | '√' | '■')
}

fn is_cross(c: char) -> bool {
    matches!(
        c,
        '×' | '✕'
            | '✖'
            | '✗'
            | '✘'
            | '❌'
            | '❎'
            | '☓'
            | '☒'
            | '⨯'
            | '╳'
            | '⨉'
            | '🗙'
            | '🗴'
            | '🗶'
            | '□'
            | '☐'
            | '⬜'
    )
}
