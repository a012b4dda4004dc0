//! Lot numbers: the key on which a recall depends, so nothing but a lot number gets through.

use super::chars::{clean, dashes, folded, is_blank};
use super::vocabulary::HEADS;
use super::{InputFault, LotFault};

/// The longest lot number (GS1 AI 10).
const LONGEST: usize = 20;

/// Whether a character may stand in a lot number: GS1's set 82.
fn is_gs1(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!\"%&'()*+,-./:;<=>?_".contains(c)
}

/// The one normal form of a lot number: width folded, upper case, blanks dropped, every dash `-`,
/// `LOT`, `Lot No.` and `(10)` before it taken off.
///
/// # Errors
/// Empty; a spreadsheet's wreckage; a date; words; two lots; characters outside GS1's set; over 20
/// characters; a placeholder.
pub fn lot(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(&raw.replace('№', "No."));
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let fault = |why: LotFault| InputFault::Lot {
        label: label.into(),
        raw: clean(raw).chars().take(40).collect(),
        why,
    };
    let text = dashes(folded.trim_start_matches('\'').trim()).to_uppercase();
    let joined: String = text.chars().filter(|c| !is_blank(*c) && *c != '\n').collect();
    let lot = without_head(&joined);
    // A number cell written out as 3005785.0.
    let lot =
        lot.strip_suffix(".0").filter(|t| t.bytes().all(|b| b.is_ascii_digit())).unwrap_or(lot);
    // As it stands, and as it is kept: gaps part two numbers, and hide what is none.
    if let Some(why) = something_else(without_head(&text)).or_else(|| something_else(lot)) {
        return Err(fault(why));
    }
    // Letters alone are rare, but they are printed on some packs; three or fewer are an
    // abbreviation of something else.
    if !lot.contains(|c: char| c.is_ascii_digit())
        && (lot.is_ascii() && lot.len() < 4 || !lot.is_ascii())
    {
        return Err(fault(LotFault::Words));
    }
    if !lot.chars().all(is_gs1)
        || !lot.starts_with(|c: char| c.is_ascii_alphanumeric())
        || lot.ends_with('-')
    {
        return Err(fault(LotFault::Characters));
    }
    if lot.len() > LONGEST {
        return Err(fault(LotFault::Long));
    }
    if lot.len() >= 4 && lot.chars().all(|c| lot.starts_with(c)) || lot == "0" {
        return Err(fault(LotFault::Placeholder));
    }
    Ok(lot.to_string())
}

/// What is certainly no lot number.
fn something_else(text: &str) -> Option<LotFault> {
    if is_wreckage(text) {
        Some(LotFault::Wreckage)
    } else if is_grouped(text) {
        Some(LotFault::Grouped)
    } else if is_word(text) {
        Some(LotFault::Words)
    } else if is_date(text) {
        Some(LotFault::Date)
    } else if is_two(text) {
        Some(LotFault::Two)
    } else {
        None
    }
}

fn without_head(mut text: &str) -> &str {
    while let Some(rest) = HEADS.iter().find_map(|h| text.strip_prefix(h)) {
        let rest = rest.trim_start_matches([':', ' ', '#', '=', '.']);
        if rest.is_empty() {
            break;
        }
        text = rest;
    }
    text
}

/// A number cell that is shown with its thousands: 3,005,785.
fn is_grouped(text: &str) -> bool {
    let of = |part: &str, least: usize| {
        (least..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    text.split_once(',')
        .is_some_and(|(first, rest)| of(first, 1) && rest.split(',').all(|p| of(p, 3)))
}

fn is_wreckage(text: &str) -> bool {
    let exponent = text.split_once('E').is_some_and(|(body, power)| {
        let number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        number(body)
            && number(power.trim_start_matches(['+', '-']))
            && (body.contains('.') || power.starts_with(['+', '-']))
    });
    let decimal = text.split_once('.').is_some_and(|(a, b)| {
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|c| c.is_ascii_digit());
        digits(a) && digits(b) && !b.bytes().all(|c| c == b'0')
    });
    text.starts_with('#')
        || super::is_error_word(text)
        || text.starts_with("=")
        || exponent
        || decimal
        || matches!(text, "TRUE" | "FALSE" | "NAN" | "NULL" | "NONE" | "N/A" | "NA" | "INF")
}

fn is_word(text: &str) -> bool {
    let said = [
        "不明",
        "なし",
        "ナシ",
        "無",
        "未",
        "同上",
        "〃",
        "々",
        "同じ",
        "確認",
        "該当",
        "UNKNOWN",
        "TBD",
        "TEST",
        "テスト",
        "DUMMY",
        "SAMPLE",
        "NASHI",
        "FUMEI",
        "PENDING",
        "NOTHING",
        "VACCINE",
        "MODERNA",
        "PFIZER",
        "TAKEDA",
        "別紙",
        "記載",
    ];
    said.iter().any(|w| text.contains(w))
        || text.chars().all(|c| matches!(c, '-' | '?' | '*' | '.' | '〃' | '/' | '_' | ' '))
}

fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    if text.contains(['年', '月', '日']) {
        return true;
    }
    let small = |t: &str, most: u32| {
        (1..=2).contains(&t.len()) && t.parse::<u32>().is_ok_and(|n| (1..=most).contains(&n))
    };
    let month = |t: &str| {
        MONTHS
            .iter()
            .any(|m| t.starts_with(m) && t.len() <= 9 && t.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let year = |t: &str| {
        t.len() == 4
            && (t.starts_with("20") || t.starts_with("19"))
            && t.bytes().all(|b| b.is_ascii_digit())
    };
    let day_part = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day_part.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [a, b, c] => {
            (year(a) && small(b, 12) && small(c, 31))
                || (year(c) && small(a, 31) && small(b, 31))
                || (small(a, 31) && month(b))
                || (small(a, 99) && small(b, 12) && small(c, 31))
        }
        [a, b] => {
            (small(a, 31) && month(b))
                || (month(a) && (small(b, 31) || year(b)))
                || (small(a, 12) && small(b, 31))
                || (year(a) && small(b, 12))
        }
        _ => false,
    }
}

/// Two lot numbers in one cell: parts of four characters or more with a digit each.
fn is_two(text: &str) -> bool {
    let parts = text.split(|c: char| {
        is_blank(c)
            || matches!(
                c,
                '\n' | ','
                    | '、'
                    | ';'
                    | '/'
                    | '・'
                    | '&'
                    | '+'
                    | '~'
                    | '〜'
                    | '|'
                    | 'と'
                    | '→'
                    | '。'
            )
    });
    parts.filter(|p| p.chars().count() >= 4 && p.contains(|c: char| c.is_ascii_digit())).count()
        >= 2
}
