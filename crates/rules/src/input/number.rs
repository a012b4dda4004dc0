//! Whole numbers: counts, money, corrections with a sign, versions.

use super::chars::{dashes, folded};
use super::{InputFault, Unit, is_dash};

/// The largest number that any field takes: what fits every column and every sum of columns.
const LARGEST: i64 = 999_999_999;

/// The digits of a number, with its grouping taken off.
///
/// # Errors
/// `None` where it is no whole number; [`InputFault::Separators`] where a comma can't be grouping.
fn digits(label: &str, text: &str) -> Result<Option<String>, InputFault> {
    let unclear =
        || InputFault::Separators { label: label.into(), raw: text.chars().take(20).collect() };
    // 12.0 out of a spreadsheet is 12; 12.5 is no whole number.
    let (body, rest) = text.split_once('.').unwrap_or((text, ""));
    if !rest.bytes().all(|b| b == b'0') {
        return if rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit()) && !body.is_empty() {
            Err(unclear())
        } else {
            Ok(None)
        };
    }
    if rest.len() == 3 && !body.contains(',') {
        return Err(unclear());
    }
    let group = |c: char| matches!(c, ',' | '、' | ' ' | '\'' | '’' | '_');
    let parts: Vec<&str> = body.split(group).collect();
    if parts.iter().any(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(None);
    }
    let grouped =
        parts.len() == 1 || (parts[0].len() <= 3 && parts[1..].iter().all(|p| p.len() == 3));
    if grouped { Ok(Some(parts.concat())) } else { Err(unclear()) }
}

/// The text of a number without what may stand around it: the field's own unit and words, text
/// marks of spreadsheets.
///
/// # Errors
/// [`InputFault::OtherUnit`]: something else was counted.
fn bare<'t>(label: &str, unit: Unit, folded: &'t str) -> Result<&'t str, InputFault> {
    let text = folded.trim_start_matches('\'').trim();
    let text =
        unit.before().iter().find_map(|p| text.strip_prefix(p)).map_or(text, str::trim_start);
    let money = unit == Unit::Yen && text.len() < folded.len();
    let text = match unit {
        Unit::Yen => text.strip_suffix(",-").or_else(|| text.strip_suffix(".-")).unwrap_or(text),
        _ => text,
    };
    // 「¥1,234-」: the stroke closes the amount.
    let text = if money { text.strip_suffix(is_dash).unwrap_or(text) } else { text };
    match unit.off(text.trim_end()) {
        Ok(number) => Ok(number),
        // 「3月5日」 counts nothing at all.
        Err(rest) if matches!(digits(label, rest), Ok(None)) => Ok(text),
        Err(_) => Err(InputFault::OtherUnit {
            label: label.into(),
            raw: folded.chars().take(20).collect(),
            wanted: unit.wanted(),
        }),
    }
}

fn has_raised_digits(raw: &str) -> bool {
    raw.chars().any(|c| matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{bc}'..='\u{be}' | '\u{2150}'..='\u{215f}'))
}

/// A whole number from 0: 全角 digits, grouping by threes, the field's own unit and `12.0` are
/// accepted. At most 999,999,999.
///
/// # Errors
/// Empty; not whole (`12.5`, `約10`, `十二`); the unit of something else; a separator that may be
/// either; too large.
pub fn whole(label: &str, unit: Unit, raw: &str) -> Result<i64, InputFault> {
    within(label, unit, raw, 0, LARGEST)
}

/// Whether a cell holds a number, whatever it counts: what tells names from counts where nothing
/// else does.
pub fn is_number(raw: &str) -> bool {
    let number = |unit| matches!(whole("", unit, raw), Ok(_) | Err(InputFault::OtherUnit { .. }));
    number(Unit::Claim) || number(Unit::Yen)
}

/// A whole number between two bounds, both included.
///
/// # Errors
/// As [`whole`], and [`InputFault::Range`].
pub fn within(label: &str, unit: Unit, raw: &str, min: i64, max: i64) -> Result<i64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if has_raised_digits(raw) {
        return Err(InputFault::NotWhole(label.into()));
    }
    let digits = digits(label, bare(label, unit, &folded)?)?
        .ok_or_else(|| InputFault::NotWhole(label.into()))?;
    digits.parse().ok().filter(|n| (min..=max).contains(n)).ok_or(InputFault::Range {
        label: label.into(),
        min,
        max,
    })
}

/// A whole number with a sign: a minus in any writing (−2, ▲2, △2, (2), ―2, ー2, マイナス2), a plus, or
/// none.
///
/// # Errors
/// As [`whole`], with [`InputFault::NotSigned`].
pub fn signed(label: &str, unit: Unit, raw: &str) -> Result<i64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let wrong = || InputFault::NotSigned(label.into());
    let text = folded.trim_start_matches('\'').trim();
    // 「¥-500」 and 「-¥500」 alike.
    let marks: &[&str] = if unit == Unit::Yen { &["¥", "\\"] } else { &[] };
    let (money, text) = marks
        .iter()
        .find_map(|p| text.strip_prefix(p))
        .map_or((false, text), |t| (true, t.trim_start()));
    let (sign, rest) = if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'))
    {
        (-1, inner)
    } else if let Some(rest) =
        ["マイナス", "まいなす", "△", "▲", "▽", "▼"].iter().find_map(|p| text.strip_prefix(p))
    {
        (-1, rest)
    } else if let Some(rest) = text.strip_prefix(|c| is_dash(c) || matches!(c, 'ー' | 'ｰ' | '一'))
    {
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
    let digits = digits(label, bare(label, unit, rest)?)?.ok_or_else(wrong)?;
    digits
        .parse::<i64>()
        .ok()
        .filter(|n| *n <= LARGEST)
        .map(|n| sign * n)
        .ok_or(InputFault::Range { label: label.into(), min: -LARGEST, max: LARGEST })
}

/// A whole number of percent, from 0 to 100, with its sign or without.
///
/// # Errors
/// As [`within`].
pub fn percent(label: &str, raw: &str) -> Result<u32, InputFault> {
    let folded = folded(raw);
    let bare =
        ["%", "パーセント"].iter().find_map(|unit| folded.strip_suffix(unit)).unwrap_or(&folded);
    within(label, Unit::Bare, bare, 0, 100).map(|n| u32::try_from(n).unwrap_or_default())
}

/// A number that may have a fraction: `1.5`, `１．５週`, `2`. From 0, below `under`.
///
/// # Errors
/// Empty; no such number; not below `under`.
pub fn decimal(label: &str, unit: Unit, raw: &str, under: i64) -> Result<f64, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let text = bare(label, unit, &folded)?;
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
    let text = ["第", "version", "ver.", "ver", "v.", "v", "版", "rev."]
        .iter()
        .find_map(|p| text.strip_prefix(p))
        .unwrap_or(text)
        .trim();
    let text = text.strip_suffix('版').unwrap_or(text).trim();
    let (body, rest) = text.split_once('.').unwrap_or((text, ""));
    (rest.bytes().all(|b| b == b'0')
        && !body.is_empty()
        && body.bytes().all(|b| b.is_ascii_digit()))
    .then_some(())?;
    body.parse().ok().filter(|n| *n <= LARGEST)
}
