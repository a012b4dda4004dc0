//! Whole numbers: counts, money, corrections with a sign, versions.

use super::chars::{dashes, folded};
use super::{InputFault, is_dash};

/// The largest number that any field takes: what fits every column and every sum of columns.
const LARGEST: i64 = 999_999_999;

/// What may stand behind a number, longest first.
const UNITS: [&str; 30] = [
    "回接種分",
    "回目",
    "回分",
    "人分",
    "名分",
    "名様",
    "箱分",
    "本分",
    "円也",
    "バイアル",
    "vials",
    "vial",
    "doses",
    "dose",
    "回",
    "箱",
    "本",
    "円",
    "圓",
    "人",
    "台",
    "件",
    "名",
    "枚",
    "個",
    "瓶",
    "組",
    "席",
    "枠",
    "冊",
];
/// Units of time: only where the field asks for time.
const TIMES: [(&str, &[&str]); 3] = [("日", &["日間", "日"]), ("分", &["分間", "分"]), ("週", &["週間", "週"])];

fn without_unit<'t>(label: &str, text: &'t str) -> &'t str {
    let times =
        TIMES.iter().filter(|(word, _)| label.contains(word) || (*word == "分" && label.contains("長さ"))).flat_map(|(_, u)| u.iter());
    UNITS.iter().chain(times).find_map(|unit| text.strip_suffix(unit)).map_or(text, str::trim_end)
}

/// The digits of a number, with its grouping taken off.
///
/// # Errors
/// `None` where it is no whole number; [`InputFault::Separators`] where a comma can't be grouping.
fn digits(label: &str, text: &str) -> Result<Option<String>, InputFault> {
    let unclear = || InputFault::Separators { label: label.into(), raw: text.chars().take(20).collect() };
    // 12.0 out of a spreadsheet is 12; 12.5 is no whole number.
    let (body, rest) = text.split_once('.').unwrap_or((text, ""));
    if !rest.bytes().all(|b| b == b'0') {
        return if rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit()) && !body.is_empty() { Err(unclear()) } else { Ok(None) };
    }
    if rest.len() == 3 && !body.contains(',') {
        return Err(unclear());
    }
    let group = |c: char| matches!(c, ',' | '、' | ' ' | '\'' | '’' | '_');
    let parts: Vec<&str> = body.split(group).collect();
    if parts.iter().any(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(None);
    }
    let grouped = parts.len() == 1 || (parts[0].len() <= 3 && parts[1..].iter().all(|p| p.len() == 3));
    if grouped { Ok(Some(parts.concat())) } else { Err(unclear()) }
}

/// The text of a number without what may stand around it: units, currency, 第, text marks of spreadsheets.
fn bare<'t>(label: &str, folded: &'t str) -> &'t str {
    let text = folded.trim_start_matches('\'').trim();
    let text = ["第", "¥", "\\", "金"].iter().find_map(|p| text.strip_prefix(p)).map_or(text, str::trim_start);
    let money = text.len() < folded.len();
    let text = text.strip_suffix(",-").or_else(|| text.strip_suffix(".-")).unwrap_or(text);
    // 「¥1,234-」: the stroke closes the amount.
    let text = if money { text.strip_suffix(is_dash).unwrap_or(text) } else { text };
    without_unit(label, text.trim_end())
}

fn has_raised_digits(raw: &str) -> bool {
    raw.chars().any(|c| matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}'))
}

/// A whole number from 0: 全角 digits, grouping by threes, a unit, `12.0` and `第3回` are accepted. At most 999,999,999.
///
/// # Errors
/// Empty; not whole (`12.5`, `約10`, `十二`); a separator that may be either; too large.
pub fn whole(label: &str, raw: &str) -> Result<i64, InputFault> {
    within(label, raw, 0, LARGEST)
}

/// A whole number between two bounds, both included.
///
/// # Errors
/// As [`whole`], and [`InputFault::Range`].
pub fn within(label: &str, raw: &str, min: i64, max: i64) -> Result<i64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if has_raised_digits(raw) {
        return Err(InputFault::NotWhole(label.into()));
    }
    let digits = digits(label, bare(label, &folded))?.ok_or_else(|| InputFault::NotWhole(label.into()))?;
    digits.parse().ok().filter(|n| (min..=max).contains(n)).ok_or(InputFault::Range { label: label.into(), min, max })
}

/// A whole number with a sign: a minus in any writing (−2, ▲2, △2, (2), ―2, ー2, マイナス2), a plus, or none.
///
/// # Errors
/// As [`whole`], with [`InputFault::NotSigned`].
pub fn signed(label: &str, raw: &str) -> Result<i64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let wrong = || InputFault::NotSigned(label.into());
    let text = folded.trim_start_matches('\'').trim();
    // 「¥-500」 and 「-¥500」 alike.
    let (money, text) = ["¥", "\\"].iter().find_map(|p| text.strip_prefix(p)).map_or((false, text), |t| (true, t.trim_start()));
    let (sign, rest) = if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (-1, inner)
    } else if let Some(rest) = ["マイナス", "まいなす", "△", "▲", "▽", "▼"].iter().find_map(|p| text.strip_prefix(p)) {
        (-1, rest)
    } else if let Some(rest) = text.strip_prefix(|c| is_dash(c) || matches!(c, 'ー' | 'ｰ' | '一')) {
        (-1, rest)
    } else {
        (1, text.strip_prefix(['+', '±']).or_else(|| text.strip_prefix("プラス")).unwrap_or(text))
    };
    // 「¥1,234-」: the stroke closes the amount.
    let rest = rest.trim();
    let rest = if money { rest.strip_suffix(is_dash).unwrap_or(rest).trim_end() } else { rest };
    if rest.is_empty() || has_raised_digits(raw) || (money && rest.starts_with(['¥', '\\'])) {
        return Err(wrong());
    }
    let digits = digits(label, bare(label, rest))?.ok_or_else(wrong)?;
    digits.parse::<i64>().ok().filter(|n| *n <= LARGEST).map(|n| sign * n).ok_or(InputFault::Range {
        label: label.into(),
        min: -LARGEST,
        max: LARGEST,
    })
}

/// A whole number of percent, from 0 to 100, with its sign or without.
///
/// # Errors
/// As [`within`].
pub fn percent(label: &str, raw: &str) -> Result<u32, InputFault> {
    let folded = folded(raw);
    let bare = ["%", "パーセント"].iter().find_map(|unit| folded.strip_suffix(unit)).unwrap_or(&folded);
    within(label, bare, 0, 100).map(|n| u32::try_from(n).unwrap_or_default())
}

/// A number that may have a fraction: `1.5`, `１．５週`, `2`. From 0, below `under`.
///
/// # Errors
/// Empty; no such number; not below `under`.
pub fn decimal(label: &str, raw: &str, under: i64) -> Result<f64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let text = bare(label, &folded);
    let (body, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.len() <= 9 && t.bytes().all(|b| b.is_ascii_digit());
    if has_raised_digits(raw) || !digits(body) || !digits(rest) {
        return Err(InputFault::NotDecimal(label.into()));
    }
    let limit = InputFault::Range { label: label.into(), min: 0, max: under - 1 };
    text.parse::<f64>().ok().filter(|n| *n < under as f64).ok_or(limit)
}

/// The number of a version: `2`, `２`, `2.0`, `第2版`, `v2`. `None` where it is none.
pub fn version(raw: &str) -> Option<i64> {
    let folded = dashes(&folded(raw)).to_lowercase();
    let text = folded.trim_start_matches('\'').trim();
    let text = ["第", "version", "ver.", "ver", "v.", "v", "版", "rev."].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text).trim();
    let text = text.strip_suffix('版').unwrap_or(text).trim();
    let (body, rest) = text.split_once('.').unwrap_or((text, ""));
    (rest.bytes().all(|b| b == b'0') && !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    body.parse().ok().filter(|n| *n <= LARGEST)
}
