//! Times of day.

use super::InputFault;
use super::chars::{dashes, folded, is_blank};

/// A time of day as hour and minute: `9:00`, `9時半`, `午後1時`, `1:00 PM`, `0930`, `正午`; `24:00` is the
/// day's end, (24, 0). Seconds are dropped. A spreadsheet's fraction of a day (0.375) is read.
///
/// # Errors
/// Empty; no time; 午前12時 and 午後12時, which offices use for both.
pub fn clock(label: &str, raw: &str) -> Result<(u8, u8), InputFault> {
    let folded = folded(raw).to_lowercase();
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let wrong = || InputFault::NotClock(label.into());
    let text: String = folded.chars().filter(|c| !is_blank(*c) && *c != '\n').collect();
    let text = text.trim_start_matches('\'');
    match text {
        "正午" | "noon" => return Ok((12, 0)),
        "零時" | "midnight" => return Ok((0, 0)),
        _ => {}
    }
    if let Some(read) = fraction_of_a_day(text) {
        return Ok(read);
    }
    let (half, rest) = half_of_day(text);
    let (hour, minute) = hour_and_minute(rest).ok_or_else(wrong)?;
    match half {
        None if hour < 24 || (hour, minute) == (24, 0) => Ok((hour, minute)),
        None => Err(wrong()),
        Some((_, true)) if hour == 12 => Err(InputFault::WhichTwelve {
            label: label.into(),
            raw: folded.chars().take(20).collect(),
        }),
        Some((afternoon, false)) if hour == 12 => Ok((if afternoon { 12 } else { 0 }, minute)),
        Some((false, _)) if hour < 12 => Ok((hour, minute)),
        Some((true, _)) if hour < 12 => Ok((hour + 12, minute)),
        // 午後13時: said twice, meaning one.
        Some((true, _)) if hour < 24 => Ok((hour, minute)),
        Some(_) => Err(wrong()),
    }
}

/// From and to: `9:00～12:00`, `9時から12時まで`, `午前9時〜午後1時`, `午後1時〜5時`, `9-12時`.
///
/// # Errors
/// Empty; no two times; an end that isn't after the beginning.
pub fn clock_range(label: &str, raw: &str) -> Result<((u8, u8), (u8, u8)), InputFault> {
    clock_range_said(label, raw).map(|(range, _)| range)
}

/// A range, and whether the half of the day is said of its beginning.
///
/// # Errors
/// As [`clock_range`].
pub(crate) fn clock_range_said(
    label: &str,
    raw: &str,
) -> Result<(((u8, u8), (u8, u8)), bool), InputFault> {
    let folded = dashes(&folded(raw))
        .replace("から", "~")
        .replace(['〜', '∼', '∿', '〰', '⁓', '→', '-'], "~")
        .to_lowercase();
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let wrong = || InputFault::NotClockRange(label.into());
    let mut parts = folded.split('~').map(str::trim).filter(|p| !p.is_empty());
    let (Some(from), Some(to), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong());
    };
    let to = to.strip_suffix("まで").or_else(|| to.strip_suffix('迄')).unwrap_or(to);
    let half = |text: &str| half_of_day(text).0;
    let read = |text: &str| clock(label, text).map_err(|_| wrong());
    let (mut begin, mut end) = (read(from)?, read(to)?);
    let mut said = half(from).is_some();
    match (half(from), half(to)) {
        // 午後1時〜5時: the end is of the same half.
        (Some((true, _)), None) if end.0 < 12 => end.0 += 12,
        // 1-5 pm: so is the beginning, where it then comes first; 9-5 pm begins in the morning.
        (None, Some((true, false))) if begin.0 < 12 && (begin.0 + 12, begin.1) < end => {
            begin.0 += 12;
            said = true;
        }
        // 1時〜午後5時: of the night or of the afternoon?
        (None, Some((true, true))) if begin.0 < 6 => return Err(wrong()),
        _ => {}
    }
    if end <= begin { Err(InputFault::ClockOrder(label.into())) } else { Ok(((begin, end), said)) }
}

/// Whether the text says which half of the day (true: afternoon), and in Japanese (true), and the
/// rest.
fn half_of_day(text: &str) -> (Option<(bool, bool)>, &str) {
    for (word, afternoon, japanese) in [
        ("午前", false, true),
        ("午後", true, true),
        ("a.m.", false, false),
        ("p.m.", true, false),
        ("am", false, false),
        ("pm", true, false),
    ] {
        if let Some(rest) = text.strip_prefix(word).or_else(|| text.strip_suffix(word)) {
            return (Some((afternoon, japanese)), rest);
        }
    }
    (None, text)
}

fn fraction_of_a_day(text: &str) -> Option<(u8, u8)> {
    let digits = text.strip_prefix("0.")?;
    // 0.5 is a spreadsheet's noon; 0.25 might be a quarter of a day or 25 past midnight.
    let minutes_past = digits.len() == 2 && digits < "60";
    if minutes_past || digits.len() > 17 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let minutes = text.parse::<f64>().ok()? * 1440.0;
    let whole = minutes.round();
    ((minutes - whole).abs() < 1e-4 && whole < 1440.0)
        .then_some((whole as u32 / 60, whole as u32 % 60))
        .map(|(h, m)| (h as u8, m as u8))
}

fn hour_and_minute(text: &str) -> Option<(u8, u8)> {
    let number = |t: &str| {
        (!t.is_empty() && t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit()))
            .then(|| t.parse::<u8>().ok())
            .flatten()
    };
    let minute = |t: &str| if t.len() == 2 { number(t).filter(|m| *m < 60) } else { None };
    if let Some((hour, rest)) = text.split_once('時') {
        let hour = number(hour)?;
        let rest = rest.split_once('分').map_or(rest, |(m, s)| {
            if s.is_empty() || s.strip_suffix('秒').and_then(number).is_some() { m } else { s }
        });
        return match rest {
            "" | "頃" | "ちょうど" | "丁度" | "間" if rest != "頃" && rest != "間" => {
                Some((hour, 0))
            }
            "半" => Some((hour, 30)),
            m => Some((hour, number(m).filter(|m| *m < 60)?)),
        };
    }
    let parts: Vec<&str> = text.split([':', '.', ';']).collect();
    match parts.as_slice() {
        [one] if one.len() <= 2 => Some((number(one)?, 0)),
        [one] if one.len() <= 4 && one.is_ascii() => {
            Some((number(&one[..one.len() - 2])?, minute(&one[one.len() - 2..])?))
        }
        ["0", _] if text.starts_with("0.") => None,
        [hour, m] => Some((number(hour)?, minute(m)?)),
        [hour, m, second] | [hour, m, second, _]
            if text.contains(':') && minute(second).is_some() =>
        {
            Some((number(hour)?, minute(m)?))
        }
        _ => None,
    }
}
