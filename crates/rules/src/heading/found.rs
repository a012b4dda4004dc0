//! A month or a day in a title, in the writings of offices.

use super::is_span;
use crate::input;
use crate::time::Month;

/// The digits from here on, and where they end; nothing where others stand right before them.
fn number(text: &[char], from: usize) -> Option<(u32, usize)> {
    let before = from.checked_sub(1).and_then(|i| text.get(i));
    let digits: String = text.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    let begins = before.is_none_or(|c| !c.is_ascii_digit());
    (begins && digits.len() <= 8).then_some(())?;
    Some((digits.parse().ok()?, from + digits.len()))
}

/// A month that was found: where it begins and ends, and the day behind it.
pub(super) struct Found {
    pub month: Month,
    pub from: usize,
    pub end: usize,
    pub day: bool,
    /// 2/1 may be a page of a number of pages.
    pub bare: bool,
}

fn of(year: u32, month: u32) -> Option<Month> {
    let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
    ((2000..=2100).contains(&year) && (1..=12).contains(&month)).then_some(Month { year, month })
}

/// The month of a year that is nearest to another one.
pub(super) fn nearest(month: u32, about: Month) -> Option<Month> {
    let month = i8::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
    let count = |m: Month| i32::from(m.year) * 12 + i32::from(m.month);
    let years = [about.year - 1, about.year, about.year + 1];
    let all = years.map(|year| Month { year, month }).into_iter();
    all.min_by_key(|m| (count(*m) - count(about)).abs())
}

/// The year that two digits mean before 年: 22年 is 2022, 4年 is the fourth of 令和.
fn short_year(digits: u32) -> Option<u32> {
    match digits {
        1..=12 => Some(2018 + digits),
        13..=99 => Some(2000 + digits),
        _ => None,
    }
}

/// The month that a number there begins: 2022年2月, 令和4年2月, R4.2, 2022/02, 202202, 22/02, 4年2月,
/// 2月, 1〜3月, 2/1; of one without a year the nearest to `about`.
pub(super) fn found(text: &[char], from: usize, about: Month) -> Option<Found> {
    let at = |i: usize| text.get(i).copied().unwrap_or(' ');
    let (first, end) = number(text, from)?;
    let digits = end - from;
    if matches!(digits, 6 | 8) && !matches!(at(end), '年' | '月') {
        let month = if digits == 6 { first } else { first / 100 };
        let month = of(month / 100, month % 100)?;
        return Some(Found { month, from, end, day: digits == 8, bare: false });
    }
    let era = input::era_before(&text[..from]).and_then(|base| u32::try_from(base).ok());
    let year = match (era, digits) {
        (Some(base), 1 | 2) => Some(base + first),
        (None, 4) => Some(first),
        (None, 1 | 2) if at(end) == '年' => short_year(first),
        // 22/02 and 22/02/01, where that is a year near by.
        (None, 2) if at(end) == '/' && first > 12 => {
            Some(2000 + first).filter(|y| y.abs_diff(u32::from(about.year.unsigned_abs())) <= 2)
        }
        _ => None,
    };
    if let Some(year) = year.filter(|_| "年/.-".contains(at(end))) {
        // 「3年2か月」 has another letter behind the number.
        let short = era.is_none() && digits < 4 && at(end) == '年';
        return with_year(text, (from, end), year)
            .filter(|found| !short || found.day || at(found.end - 1) == '月');
    }
    without_year(text, (from, end), first, about)
}

/// What stands behind a year: its month, and a day.
fn with_year(text: &[char], (from, end): (usize, usize), year: u32) -> Option<Found> {
    let at = |i: usize| text.get(i).copied().unwrap_or(' ');
    let (month, next) = number(text, end + 1)?;
    let separator = at(end);
    let with_day = match at(next) {
        '月' => number(text, next + 1).filter(|(_, end)| at(*end) == '日'),
        c if c == separator => number(text, next + 1),
        _ => None,
    };
    let month_end = next + usize::from(at(next) == '月');
    let end = with_day.map_or(month_end, |(_, end)| end + usize::from(at(end) == '日'));
    Some(Found { month: of(year, month)?, from, end, day: with_day.is_some(), bare: false })
}

fn without_year(
    text: &[char],
    (from, end): (usize, usize),
    first: u32,
    about: Month,
) -> Option<Found> {
    let at = |i: usize| text.get(i).copied().unwrap_or(' ');
    let before = from.checked_sub(1).map_or(' ', at);
    let next = number(text, end + 1);
    if end - from > 2 || !(1..=12).contains(&first) {
        return None;
    }
    let month = nearest(first, about)?;
    let of_day = |end: usize, bare: bool| Some(Found { month, from, end, day: true, bare });
    match (at(end), next) {
        // 「3か月」 has another letter behind the number.
        ('月', Some((_, day))) if at(day) == '日' => of_day(day + 1, false),
        ('月', _) => Some(Found { month, from, end: end + 1, day: false, bare: false }),
        ('/' | '.', Some((day, close)))
            if (1..=31).contains(&day)
                && close - end <= 3
                && at(close) != at(end)
                && !"/.-年".contains(before) =>
        {
            of_day(close, true)
        }
        // 1〜3月, 2・3月; the last one is found by itself.
        (c, Some((last, close)))
            if (is_span(c) || "・、,".contains(c))
                && close - end <= 3
                && (1..=12).contains(&last)
                && at(close) == '月'
                && !"./-第表年".contains(before) =>
        {
            Some(Found { month, from, end, day: false, bare: false })
        }
        _ => None,
    }
}
