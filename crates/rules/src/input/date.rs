//! Days and months in any office's writing. What may mean two things is asked about, never guessed.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use super::InputFault;
use super::chars::{dashes, folded, is_blank};
use super::vocabulary::{ERAS, HOLIDAYS, MONTHS, SOME_HOLIDAY};
use crate::time::Month;

/// A date that says its year: `2022-02-22`, `2022/2/22`, `20220222`, `2022年2月22日（火）`, `令和4年2月22日`,
/// `令4.2.22`, `R4.2.22`, `5040222` (an
/// era's number, then year, month and day), `2022/2/22 0:00`, `2022-02-21T15:00:00Z` (the day that
/// it is in Japan), `44614.5` (a spreadsheet's
/// count of days), `22 Feb 2022`.
///
/// # Errors
/// Empty; no date; a day that there isn't; a year of two digits or none, or an order that may be
/// either. A day that is said to be a holiday (`2022年4月29日（金・祝）`) is
/// [`InputFault::NoHoliday`] until the calendar is asked: [`crate::holidays::Holidays::settle`].
pub fn date(label: &str, raw: &str) -> Result<Date, InputFault> {
    let raw = given(label, raw)?;
    match read(&raw) {
        Ok(Read::Day(day)) => unless_holiday(label, &raw, day),
        Ok(_) => Err(InputFault::NotDate(label.into())),
        Err(why) => Err(why.said(label, &raw)),
    }
}

/// As [`date`], also without a year (`3/1`, `3月1日`): the year that brings it nearest to `about`. A
/// weekday that stands with it must fit.
///
/// # Errors
/// As [`date`].
pub fn date_near(label: &str, raw: &str, about: Date) -> Result<Date, InputFault> {
    let raw = given(label, raw)?;
    near(label, &raw, about).and_then(|day| unless_holiday(label, &raw, day))
}

fn near(label: &str, raw: &str, about: Date) -> Result<Date, InputFault> {
    match read(raw) {
        Ok(Read::Day(day)) => Ok(day),
        Ok(Read::MonthDay(month, day, weekday)) => {
            let nearest =
                nearest(month, day, about).ok_or_else(|| Why::NoSuchDay.said(label, raw))?;
            fits(label, raw, nearest, weekday)
        }
        Ok(Read::Month(_)) => Err(InputFault::NotDate(label.into())),
        Err(why) => Err(why.said(label, raw)),
    }
}

/// Whether a text is nothing but a day or a month, or what a spreadsheet makes of 1-1: `1月1日`,
/// `1-Jan`, `Jan-22`, `2022/1/1`, `2022年1月`, `44562`. 1-1 and 2022-1-1 may be an address, 四月一日 is a
/// name.
pub fn is_date_word(raw: &str) -> bool {
    let Ok(text) = given("", raw) else { return false };
    let word = text.as_bytes().windows(3).any(|w| w.iter().all(u8::is_ascii_alphabetic));
    let parted = word || text.contains(['/', '年', '月', '.']);
    let is_number = || text.chars().all(char::is_numeric);
    text.contains(|c: char| c.is_ascii_digit())
        && match read(&text) {
            Ok(Read::Day(_)) => parted || is_number(),
            Ok(_) | Err(Why::WhichYear | Why::WhichOrder | Why::WrongWeekday(_)) => parted,
            Err(_) => false,
        }
}

/// The day of a year that is nearest to another day; of two as near, the earlier.
pub fn nearest(month: i8, day: i8, about: Date) -> Option<Date> {
    let years = about.year().saturating_sub(1)..=about.year().saturating_add(1);
    let far = |d: &Date| (i64::from((*d - about).get_days()).abs(), *d);
    in_years(month, day, years).into_iter().min_by_key(far)
}

/// The years to add to one of the era that a text ends with: 令和, 平, r.
pub fn era_before(text: &[char]) -> Option<i16> {
    let ends_with = |era: &str| {
        let from = text.len().checked_sub(era.chars().count())?;
        let word = era.chars().eq(text[from..].iter().copied());
        let within = era.is_ascii() && from > 0 && text[from - 1].is_ascii_alphabetic();
        (word && !within).then_some(())
    };
    let found = ERAS.iter().find(|(era, _)| ends_with(era).is_some());
    found.and_then(|(_, base)| i16::try_from(*base).ok())
}

/// As [`date_near`], within bounds (both included). Without a year it is the only such day within
/// them.
///
/// # Errors
/// As [`date`]; outside the bounds, with the date as it was read; more than one year possible.
pub fn date_within(label: &str, raw: &str, from: Date, to: Date) -> Result<Date, InputFault> {
    let raw = given(label, raw)?;
    let day = match read(&raw) {
        Ok(Read::Day(day)) => day,
        Ok(Read::MonthDay(month, day, weekday)) => {
            let all = in_years(month, day, from.year()..=to.year());
            let inside: Vec<Date> = all.into_iter().filter(|d| (from..=to).contains(d)).collect();
            match inside.as_slice() {
                [one] => fits(label, &raw, *one, weekday)?,
                [] => near(label, &raw, to)?,
                _ => return Err(Why::WhichYear.said(label, &raw)),
            }
        }
        Ok(Read::Month(_)) => return Err(InputFault::NotDate(label.into())),
        Err(why) => return Err(why.said(label, &raw)),
    };
    inside(label, day, from, to).and_then(|day| unless_holiday(label, &raw, day))
}

/// A day that must lie between two others, both included.
///
/// # Errors
/// Outside the bounds, with the date as it was read.
pub fn inside(label: &str, day: Date, from: Date, to: Date) -> Result<Date, InputFault> {
    match (from..=to).contains(&day) {
        true => Ok(day),
        false => {
            Err(InputFault::DateOutside { label: label.into(), read: day, min: from, max: to })
        }
    }
}

/// An expiry: a date, or only a month (`2022/9`, `2022年9月`, `09/2022`, `R4.9`, `SEP 2022`,
/// `202209`), which is its last day; `220930` and `220900`
/// as GS1 writes them.
///
/// # Errors
/// As [`date`].
pub fn expiry(label: &str, raw: &str) -> Result<Date, InputFault> {
    let raw = given(label, raw)?;
    let lower = raw.to_lowercase();
    let text = ["使用期限", "有効期限", "有効期間", "期限", "expiry", "exp.", "exp", "(17)"]
        .iter()
        .find_map(|p| lower.strip_prefix(p))
        .unwrap_or(&lower);
    let text = text.trim_start_matches([':', ' ', '=', '.']);
    let text = ["まで", "迄", "末日", "末", "限り"]
        .iter()
        .fold(text, |t, s| t.strip_suffix(s).unwrap_or(t).trim_end());
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return six_digits(text).map_err(|why| why.said(label, &raw));
    }
    match read(text) {
        Ok(Read::Day(day)) => unless_holiday(label, &raw, day),
        Ok(Read::Month(month)) => Ok(month.last()),
        Ok(Read::MonthDay(..)) => Err(Why::WhichYear.said(label, &raw)),
        Err(why) => Err(why.said(label, &raw)),
    }
}

/// A month: `2022-04`, `2022/4`, `2022年4月`, `R4.4`, `202204`, `4/2022`; a first day is what a
/// spreadsheet makes of a month.
///
/// # Errors
/// Empty; no month with its year.
pub fn month(label: &str, raw: &str) -> Result<Month, InputFault> {
    let raw = given(label, raw)?;
    let text = raw.strip_suffix('分').unwrap_or(&raw).trim_end();
    let text = text.strip_suffix('度').filter(|t| t.ends_with('月')).unwrap_or(text);
    let wrong = || InputFault::NotMonth(label.into());
    let found = if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        year_month(text)
    } else {
        match read(text) {
            Ok(Read::Month(month)) => Some(month),
            Ok(Read::Day(day)) if day.day() == 1 && holiday_said(text).is_none() => {
                Some(Month::of(day))
            }
            _ => None,
        }
    };
    found.filter(|m| (2000..=2100).contains(&m.year)).ok_or_else(wrong)
}

/// A date and a time of day on Japan's clock: `2022-02-15 15:00`, `2022年2月15日 午後3時`, `R4.2.15 15時`,
/// `2022-02-15T06:00:00Z`. 24:00 is the next day's 0:00.
///
/// # Errors
/// Empty; no date with its time.
pub fn moment(label: &str, raw: &str) -> Result<DateTime, InputFault> {
    let raw = given(label, raw)?;
    let wrong = || InputFault::NotMoment(label.into());
    match read_at(&raw) {
        Ok((Read::Day(day), Some(minutes))) => {
            let at = day.at(0, 0, 0, 0).checked_add(minutes.minutes()).map_err(|_| wrong())?;
            unless_holiday(label, &raw, day).map(|_| at).map_err(|why| why.at(at))
        }
        Ok(_) | Err(Why::NotDate) => Err(wrong()),
        Err(why) => Err(why.said(label, &raw)),
    }
}

/// The time of day that stands with a date (`2022-02-16 13:00`), as hour and minute; none where
/// there is none. Midnight is what programs
/// write behind a date that has no time.
pub fn time_of(raw: &str) -> Option<(u8, u8)> {
    let raw = given("", raw).ok()?;
    let (_, minutes) = read_at(&raw).ok()?;
    let minutes = u16::try_from(minutes?).ok().filter(|m| *m > 0 && *m < 24 * 60)?;
    Some(((minutes / 60) as u8, (minutes % 60) as u8))
}

/// A day where a moment is as good: what is wrong with one that has the right form is said of the
/// day.
///
/// # Errors
/// A day that there isn't; a year outside of what is read; neither a day nor a moment.
pub fn day_said(label: &str, raw: &str) -> Result<Date, InputFault> {
    let shown = || folded(raw).chars().take(40).collect();
    date(label, raw).map_err(|why| {
        let form = folded(raw)
            .split(|c: char| !c.is_ascii_digit())
            .filter(|p| !p.is_empty())
            .map(str::len)
            .collect::<Vec<_>>();
        match (why, form.as_slice()) {
            (InputFault::NotDate(label), [4, 1 | 2, 1 | 2, ..]) => {
                InputFault::YearOutside { label, raw: shown() }
            }
            (InputFault::NotDate(label), _) => InputFault::NotMoment(label),
            (why, _) => why,
        }
    })
}

/// No writing of a day is longer.
const LONGEST: usize = 100;

enum Read {
    Day(Date),
    MonthDay(i8, i8, Option<Weekday>),
    Month(Month),
}

enum Why {
    NotDate,
    WhichYear,
    WhichOrder,
    NoSuchDay,
    /// The weekday beside it is another day's, in the year that was looked for.
    OtherWeekday(Date),
    /// The same of a day that says its year.
    WrongWeekday(Date),
}

impl Why {
    fn said(self, label: &str, raw: &str) -> InputFault {
        let (label, raw) = (label.to_string(), raw.chars().take(40).collect());
        match self {
            Why::NotDate => InputFault::NotDate(label),
            Why::WhichYear => InputFault::WhichYear { label, raw },
            Why::WhichOrder => InputFault::WhichOrder { label, raw },
            Why::NoSuchDay => InputFault::NoSuchDay { label, raw },
            Why::OtherWeekday(day) => InputFault::OtherWeekday { label, raw, day },
            Why::WrongWeekday(day) => InputFault::WrongWeekday { label, raw, day },
        }
    }
}

fn given(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw);
    let text = folded.trim_start_matches('\'').trim();
    let text = text.strip_prefix("西暦").map_or(text, str::trim_start);
    match text.chars().take(LONGEST + 1).count() {
        0 => Err(InputFault::Empty(label.into())),
        n if n > LONGEST => Err(InputFault::NotDate(label.into())),
        _ => Ok(text.to_string()),
    }
}

fn fits(label: &str, raw: &str, day: Date, weekday: Option<Weekday>) -> Result<Date, InputFault> {
    if weekday.is_none_or(|w| w == day.weekday()) {
        return Ok(day);
    }
    Err(Why::OtherWeekday(day).said(label, raw))
}

/// The holiday that a day is said to be: the part of its name that was written, nothing where it is
/// any (祝, 祝日).
fn holiday_said(text: &str) -> Option<&'static str> {
    let text = dashes(&text.to_lowercase());
    let named = HOLIDAYS.iter().find(|(written, _)| text.contains(written)).map(|(_, name)| *name);
    named.or_else(|| SOME_HOLIDAY.iter().any(|word| text.contains(word)).then_some(""))
}

/// A day that isn't said to be a holiday; of one that is, the calendar decides.
fn unless_holiday(label: &str, raw: &str, day: Date) -> Result<Date, InputFault> {
    let Some(named) = holiday_said(raw) else { return Ok(day) };
    let (label, raw) = (label.to_string(), raw.chars().take(40).collect());
    Err(InputFault::NoHoliday { label, raw, at: day.at(0, 0, 0, 0), named })
}

fn in_years(month: i8, day: i8, years: std::ops::RangeInclusive<i16>) -> Vec<Date> {
    years.filter_map(|y| Date::new(y, month, day).ok()).collect()
}

fn whole_date(year: i64, month: i64, day: i64) -> Result<Date, Why> {
    if !(1900..=2200).contains(&year) {
        return Err(Why::NotDate);
    }
    let small = |n: i64| i8::try_from(n).map_err(|_| Why::NoSuchDay);
    Date::new(year as i16, small(month)?, small(day)?).map_err(|_| Why::NoSuchDay)
}

fn month_of(year: i64, month: i64) -> Result<Month, Why> {
    whole_date(year, month, 1).map(Month::of).map_err(|_| Why::NotDate)
}

/// `202209`, where that is a month of this century.
fn year_month(digits: &str) -> Option<Month> {
    let (year, month) = (digits.get(..4)?.parse().ok()?, digits.get(4..)?.parse().ok()?);
    ((2000..=2099).contains(&year) && (1..=12).contains(&month)).then_some(Month { year, month })
}

/// Six digits of an expiry: year and month, or GS1's two-digit year, month and day (00: the
/// month's end). What may be both is asked about.
fn six_digits(digits: &str) -> Result<Date, Why> {
    let number =
        |at: usize| digits.get(at..at + 2).and_then(|t| t.parse::<i64>().ok()).unwrap_or_default();
    let gs1 = match (2000 + number(0), number(2), number(4)) {
        (year, month, 0) => month_of(year, month).ok().map(Month::last),
        (year, month, day) => whole_date(year, month, day).ok(),
    };
    match (year_month(digits).map(Month::last), gs1) {
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (Some(_), Some(_)) => Err(Why::WhichYear),
        (None, None) => Err(Why::NotDate),
    }
}

/// A spreadsheet's days since 1899-12-30, from 2009 to 2064.
fn serial(days: &str) -> Option<Date> {
    let days: i64 = days.parse().ok().filter(|d| (40_000..=60_000).contains(d))?;
    Date::constant(1899, 12, 30).checked_add(days.days()).ok()
}

/// `44608.5625`: a spreadsheet's day and its share that has gone by, as minutes; a second that is
/// nearly over counts, the day never ends.
fn serial_with_time(text: &str) -> Option<(Read, Option<i64>)> {
    let (days, share) = text.trim().split_once('.')?;
    if !is_digits(days) || !is_digits(share) || share.len() > 20 {
        return None;
    }
    let seconds = (format!("0.{share}").parse::<f64>().ok()? * 86_400.0).round().min(86_399.0);
    Some((Read::Day(serial(days)?), Some(seconds as i64 / 60)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// An era's number, as forms of insurance and tax write it: 1 明治 to 5 令和.
const ERA_NUMBERS: [i64; 5] = [1867, 1911, 1925, 1988, 2018];

fn read(text: &str) -> Result<Read, Why> {
    read_at(text).map(|(read, _)| read)
}

/// What was read, and Japan's minutes of the day where a time stands with it.
fn read_at(text: &str) -> Result<(Read, Option<i64>), Why> {
    let text = kanji_numbers(
        &text
            .to_lowercase()
            .replace("元年", "1年")
            .replace("元.", "1.")
            .replace("元/", "1/")
            .replace("元-", "1-"),
    );
    let text = dashes(&text);
    if let Some(read) = serial_with_time(&text) {
        return Ok(read);
    }
    let (day, time) = time_apart(&text)?;
    let (day, weekday, other_year) = brackets_off(&day)?;
    let read = if day.contains(|c: char| c.is_ascii_alphabetic()) && !starts_with_era_letter(&day) {
        english(&day)?
    } else {
        japanese(&day)?
    };
    let read = match (read, weekday) {
        (Read::MonthDay(m, d, None), w) => Read::MonthDay(m, d, w),
        (Read::Day(day), Some(w)) if w != day.weekday() => return Err(Why::WrongWeekday(day)),
        (read, _) => read,
    };
    match (&read, other_year) {
        (Read::Day(d), Some(y)) if i64::from(d.year()) != y => return Err(Why::WhichYear),
        (Read::MonthDay(..), Some(_)) => return Err(Why::NotDate),
        _ => {}
    }
    match (read, time) {
        (Read::Day(day), Some((shift, minutes))) => day
            .checked_add(shift.days())
            .map(|day| (Read::Day(day), Some(minutes)))
            .map_err(|_| Why::NotDate),
        (Read::Month(_), Some(_)) => Err(Why::NotDate),
        (read, time) => Ok((read, time.map(|(_, minutes)| minutes))),
    }
}

fn starts_with_era_letter(text: &str) -> bool {
    let mut all = text.chars();
    matches!(all.next(), Some('r' | 'h' | 's' | 't' | 'm'))
        && all.find(|c| !is_blank(*c) && *c != '.').is_some_and(|c| c.is_ascii_digit())
}

/// 二〇二二年三月十八日 in digits; only where 年 or 月 makes them numbers of a date.
fn kanji_numbers(text: &str) -> String {
    const DIGITS: &str = "〇一二三四五六七八九";
    if !text.contains(['年', '月']) || !text.contains(|c| c == '十' || DIGITS.contains(c)) {
        return text.to_string();
    }
    let value = |c: char| DIGITS.chars().position(|d| d == c);
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.chars().chain(['\0']) {
        if c == '十' || value(c).is_some() {
            run.push(c);
            continue;
        }
        match run.iter().position(|c| *c == '十') {
            None => out.extend(run.iter().filter_map(|c| value(*c)).map(|v| v.to_string())),
            Some(at)
                if at <= 1
                    && run.len() - at <= 2
                    && run.iter().filter(|c| **c == '十').count() == 1 =>
            {
                let tens = run[..at].first().map_or(Some(1), |c| value(*c)).unwrap_or_default();
                let ones = run.get(at + 1).map_or(Some(0), |c| value(*c)).unwrap_or_default();
                out.push_str(&(tens * 10 + ones).to_string());
            }
            Some(_) => out.extend(run.iter()),
        }
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

/// The day's text; by how many days the time with its zone moves it to be Japan's day, and Japan's
/// minutes of that day.
fn time_apart(text: &str) -> Result<(String, Option<(i64, i64)>), Why> {
    let Some(mark) = text.find([':', '時']) else { return Ok((text.trim().to_string(), None)) };
    let before = &text[..mark];
    let hour_at = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let hour: i64 = before[hour_at..].parse().map_err(|_| Why::NotDate)?;
    let head = before[..hour_at].trim_end_matches(is_blank);
    if before.len() - hour_at > 2 || hour > 24 || head.is_empty() {
        return Err(Why::NotDate);
    }
    let mut afternoon = None;
    let head = [("午前", false), ("午後", true), ("am", false), ("pm", true)]
        .into_iter()
        .find_map(|(word, late)| head.strip_suffix(word).map(|h| (h, late)))
        .map_or(head, |(h, late)| {
            afternoon = Some(late);
            h
        });
    let head = head.trim_end_matches(is_blank);
    // The T of ISO 8601 stands between digits.
    let iso = head.strip_suffix('t').filter(|h| h.ends_with(|c: char| c.is_ascii_digit()));
    let (minutes, zone) = clock_and_zone(hour, &text[mark..], afternoon)?;
    let seconds = text[mark..].split('-').next().is_some_and(|t| t.matches(':').count() > 1);
    // 9:00-12:00 is from and to as well.
    if iso.is_none() && !seconds && zone.is_some_and(|east| east < 0 && -east > minutes) {
        return Err(Why::NotDate);
    }
    let head = iso.unwrap_or(head);
    let time = zone.map_or((0, minutes), |east| {
        let japan = minutes - east + 9 * 60;
        (japan.div_euclid(1440), japan.rem_euclid(1440))
    });
    Ok((head.trim_end_matches([',', ' ']).to_string(), Some(time)))
}

/// Minutes of the day, and the zone's minutes east of Greenwich, of `:00:00.000z` and the like
/// after the hour.
fn clock_and_zone(
    hour: i64,
    rest: &str,
    mut afternoon: Option<bool>,
) -> Result<(i64, Option<i64>), Why> {
    let (rest, zone_name) = rest.split_once('(').map_or((rest, ""), |(r, name)| (r, name));
    if !zone_name.is_empty() && !zone_name.ends_with(')') {
        return Err(Why::NotDate);
    }
    let rest = rest.trim();
    let end = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | '時' | '分' | '秒' | '半')))
        .unwrap_or(rest.len());
    let (clock, tail) = rest.split_at(end);
    let tail = tail.trim();
    let numbers: Vec<&str> =
        clock.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let minute: i64 = match numbers.first() {
        Some(m) if m.len() <= 2 => m.parse().map_err(|_| Why::NotDate)?,
        Some(_) => return Err(Why::NotDate),
        None if clock.contains('半') => 30,
        None if clock.starts_with('時') => 0,
        None => return Err(Why::NotDate),
    };
    if minute > 59 || numbers.len() > 3 || numbers.get(1).is_some_and(|s| s.len() != 2) {
        return Err(Why::NotDate);
    }
    let tail = [("am", false), ("pm", true)]
        .into_iter()
        .find_map(|(w, late)| tail.strip_prefix(w).map(|t| (t, late)))
        .map_or(tail, |(t, late)| {
            afternoon = Some(late);
            t.trim()
        });
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    Ok((hour * 60 + minute, zone(tail)?))
}

/// `z`, `utc`, `gmt+0900`, `+09:00`, `jst`: minutes east of Greenwich; nothing is Japan's own
/// clock.
fn zone(text: &str) -> Result<Option<i64>, Why> {
    let named = ["gmt", "utc", "z"].iter().find_map(|p| text.strip_prefix(p));
    let offset = named.unwrap_or(text).trim();
    match (text, offset) {
        ("", _) => return Ok(None),
        ("jst", _) => return Ok(Some(540)),
        (_, "") => return Ok(Some(0)),
        _ => {}
    }
    let (sign, digits) = match offset.split_at_checked(1) {
        Some(("+", d)) => (1, d),
        Some(("-", d)) => (-1, d),
        _ => return Err(Why::NotDate),
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = match digits.len() {
        1 | 2 if is_digits(&digits) => (digits.parse().unwrap_or(0), 0),
        4 if is_digits(&digits) => {
            (digits[..2].parse().unwrap_or(0), digits[2..].parse().unwrap_or(0))
        }
        _ => return Err(Why::NotDate),
    };
    if hours > 14 || minutes > 59 {
        Err(Why::NotDate)
    } else {
        Ok(Some(sign * (hours * 60 + minutes)))
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    let all = [
        ("日", "sun", Weekday::Sunday),
        ("月", "mon", Weekday::Monday),
        ("火", "tue", Weekday::Tuesday),
        ("水", "wed", Weekday::Wednesday),
        ("木", "thu", Weekday::Thursday),
        ("金", "fri", Weekday::Friday),
        ("土", "sat", Weekday::Saturday),
    ];
    let word = word.trim().trim_end_matches(['.', ',']);
    let word = word.strip_suffix("曜日").or_else(|| word.strip_suffix("曜")).unwrap_or(word);
    let english = |name: &str| {
        word.starts_with(name)
            && word.len() <= 9
            && (word.len() == 3 || word.ends_with("day") || word == "tues" || word == "thurs")
    };
    all.into_iter().find(|(kanji, name, _)| word == *kanji || english(name)).map(|(_, _, day)| day)
}

/// Takes off `(金)`, `(金・祝)`, `(2022年)` and a weekday written without brackets. The rest, the
/// weekday, and the year in brackets.
fn brackets_off(text: &str) -> Result<(String, Option<Weekday>, Option<i64>), Why> {
    let mut rest = text.replace('[', "(").replace(']', ")");
    let (mut found, mut year) = (None, None);
    while let Some(from) = rest.find('(') {
        let to = rest[from..].find(')').map(|at| from + at).ok_or(Why::NotDate)?;
        let inside = rest[from + 1..to].trim().to_string();
        match beside_a_day(&inside) {
            Some(day) => found = day.or(found),
            None => year = Some(year_of(&inside).ok_or(Why::NotDate)?),
        }
        rest.replace_range(from..=to, " ");
    }
    let mut rest = rest.trim().to_string();
    for tail in ["付け", "付", "現在", "時点"] {
        rest = rest.strip_suffix(tail).unwrap_or(&rest).trim_end().to_string();
    }
    // 4月29日 金・祝, 4/29 祝日, 4/29 昭和の日: behind the day, without brackets.
    while let Some(before) = HOLIDAYS
        .iter()
        .map(|(written, _)| *written)
        .chain(SOME_HOLIDAY)
        .find_map(|word| rest.strip_suffix(word))
    {
        let between = |c: char| is_blank(c) || matches!(c, '・' | ',' | '、' | '/');
        rest = before.trim_end_matches(between).to_string();
    }
    if let Some(at) = rest.rfind("曜") {
        let before = rest[..at].char_indices().next_back().map_or(0, |(i, _)| i);
        if let Some(day) = weekday(&rest[before..]) {
            found = Some(day);
            rest.truncate(before);
        }
    }
    // 2022/3/18 金; 月 and 日 are units as well.
    if let Some(last) = rest.chars().next_back()
        && let Some(day) = weekday(&last.to_string())
    {
        let before = rest[..rest.len() - last.len_utf8()].trim_end();
        let digit = before.ends_with(|c: char| c.is_ascii_digit());
        if before.ends_with('日') || (digit && !matches!(last, '月' | '日')) {
            found = Some(day);
            rest = before.to_string();
        }
    }
    // English: "fri, mar 18 2022".
    let first = rest.split([' ', ',']).next().unwrap_or_default().to_string();
    if first.is_ascii()
        && first.len() >= 3
        && let Some(day) = weekday(&first)
    {
        found = Some(day);
        rest.replace_range(..first.len(), "");
    }
    Ok((rest.trim_matches([' ', ',']).to_string(), found, year))
}

/// What stands in brackets behind a day, of words that say nothing but its weekday and whether it
/// is a holiday (`金・祝`, `金祝`, `月・振休`, `祝`, `昭和の日`): the weekday.
fn beside_a_day(inside: &str) -> Option<Option<Weekday>> {
    let mut rest = inside.to_string();
    let names = HOLIDAYS.iter().map(|(written, _)| *written).chain(SOME_HOLIDAY);
    for word in names.chain(["休日", "休"]) {
        rest = rest.replace(word, "・");
    }
    let between = |c: char| is_blank(c) || matches!(c, '・' | ',' | '、' | '/');
    let mut words = rest.split(between).filter(|w| !w.is_empty());
    match (words.next(), words.next()) {
        (None, _) => (!inside.is_empty()).then_some(None),
        (Some(word), None) => weekday(word).map(Some),
        _ => None,
    }
}

/// `2022年`, `令和4`, `r4`: the year.
fn year_of(text: &str) -> Option<i64> {
    let text = text.strip_suffix('年').unwrap_or(text).trim();
    let (base, digits) = ERAS
        .iter()
        .find_map(|(era, base)| text.strip_prefix(era).map(|rest| (*base, rest.trim())))
        .unwrap_or((0, text));
    (is_digits(digits) && digits.len() <= 4)
        .then(|| digits.parse::<i64>().ok())
        .flatten()
        .map(|n| base + n)
}

/// Digits and what parts them: `令和4年3月18日`, `2022/3/18`, `5040318`, `3/18`.
fn japanese(text: &str) -> Result<Read, Why> {
    let text = text.trim_end_matches(['.', ' ', ',', '/', '-']);
    let (base, text) = ERAS
        .iter()
        .find_map(|(era, base)| {
            text.strip_prefix(era).map(|rest| {
                (Some(*base), rest.trim_start_matches(|c: char| is_blank(c) || c == '.'))
            })
        })
        .unwrap_or((None, text));
    let (numbers, gaps) = parts(text)?;
    // A longer number is no year, and no sum of it may overflow.
    let n =
        |i: usize| numbers[i].parse::<i64>().ok().filter(|n| *n <= 99_999_999).ok_or(Why::NotDate);
    let gap = |i: usize| gaps[i].as_str();
    let common = |g: &str| matches!(g, "/" | "-" | "." | " ");
    match (numbers.len(), base) {
        (1, Some(base)) if numbers[0].len() == 6 && gap(0).is_empty() => {
            let d = &numbers[0];
            let two = |at: usize| d[at..at + 2].parse::<i64>().map_err(|_| Why::NotDate);
            whole_date(base + two(0)?, two(2)?, two(4)?).map(Read::Day)
        }
        (1, None) if gap(0).is_empty() => bare_digits(&numbers[0]),
        (2, None) if gap(0) == "." && numbers[0].len() >= 5 && gap(1).is_empty() => {
            with_fraction(&numbers[0], &numbers[1])
        }
        (2, _) if base.is_some() || numbers[0].len() == 4 => {
            let sound = (gap(0) == "年" && matches!(gap(1), "月" | ""))
                || (common(gap(0)) && matches!(gap(1), "" | "月"));
            if !sound || numbers[1].len() > 2 {
                return Err(Why::NotDate);
            }
            month_of(base.unwrap_or(0) + n(0)?, n(1)?).map(Read::Month)
        }
        (2, None) if numbers[1].len() == 4 && common(gap(0)) && gap(1).is_empty() => {
            month_of(n(1)?, n(0)?).map(Read::Month)
        }
        (2, None) => month_and_day(&numbers, &gaps),
        (3, _) => {
            let firsts = (gap(0) == "年" || common(gap(0)))
                && (gap(1) == "月" || common(gap(1)))
                && matches!(gap(2), "日" | "");
            if !firsts || numbers[1].len() > 2 || (numbers[2].len() > 2 && numbers[2].len() != 4) {
                return Err(Why::NotDate);
            }
            three(
                base,
                [n(0)?, n(1)?, n(2)?],
                [numbers[0].len(), numbers[2].len()],
                common(gap(0)) && common(gap(1)),
            )
        }
        (4, None)
            if numbers[0].len() == 1
                && gaps[..3].iter().all(|g| common(g) && *g == gaps[0])
                && gap(3).is_empty() =>
        {
            let base = usize::try_from(n(0)? - 1)
                .ok()
                .and_then(|i| ERA_NUMBERS.get(i))
                .ok_or(Why::NotDate)?;
            if numbers[1..].iter().any(|p| p.len() > 2) {
                Err(Why::NotDate)
            } else {
                whole_date(base + n(1)?, n(2)?, n(3)?).map(Read::Day)
            }
        }
        _ => Err(Why::NotDate),
    }
}

/// Runs of digits, and what stands after each (blanks beside signs dropped).
fn parts(text: &str) -> Result<(Vec<String>, Vec<String>), Why> {
    let (mut numbers, mut gaps): (Vec<String>, Vec<String>) = (vec![], vec![]);
    for c in text.chars() {
        if c.is_ascii_digit() {
            if numbers.len() == gaps.len() {
                numbers.push(String::new());
            }
            numbers.last_mut().ok_or(Why::NotDate)?.push(c);
        } else {
            if numbers.is_empty() {
                return Err(Why::NotDate);
            }
            if gaps.len() < numbers.len() {
                gaps.push(String::new());
            }
            gaps.last_mut().ok_or(Why::NotDate)?.push(if is_blank(c) { ' ' } else { c });
        }
        if numbers.len() > 4 {
            return Err(Why::NotDate);
        }
    }
    gaps.resize(numbers.len(), String::new());
    for gap in &mut gaps {
        let bare: String = gap.chars().filter(|c| *c != ' ').collect();
        *gap = if bare.is_empty() && !gap.is_empty() { " ".into() } else { bare };
    }
    if let Some(last) = gaps.last_mut()
        && last == " "
    {
        last.clear();
    }
    if numbers.is_empty() { Err(Why::NotDate) } else { Ok((numbers, gaps)) }
}

/// Digits alone: `20220318`, `5040318`, a spreadsheet's `44638`.
fn bare_digits(digits: &str) -> Result<Read, Why> {
    let number = |from: usize, to: usize| {
        digits.get(from..to).and_then(|t| t.parse::<i64>().ok()).ok_or(Why::NotDate)
    };
    match digits.len() {
        8 => whole_date(number(0, 4)?, number(4, 6)?, number(6, 8)?).map(Read::Day),
        7 => {
            let era = usize::try_from(number(0, 1)? - 1)
                .ok()
                .and_then(|i| ERA_NUMBERS.get(i))
                .ok_or(Why::NotDate)?;
            whole_date(era + number(1, 3)?, number(3, 5)?, number(5, 7)?).map(Read::Day)
        }
        6 => Err(if whole_date(2000 + number(0, 2)?, number(2, 4)?, number(4, 6)?).is_ok() {
            Why::WhichYear
        } else {
            Why::NotDate
        }),
        5 => serial(digits).map(Read::Day).ok_or(Why::NotDate),
        _ => Err(Why::NotDate),
    }
}

/// `44638.5`, `20220318.0`: a number cell written out.
fn with_fraction(digits: &str, fraction: &str) -> Result<Read, Why> {
    if digits.len() == 5 || fraction.bytes().all(|b| b == b'0') {
        bare_digits(digits)
    } else {
        Err(Why::NotDate)
    }
}

fn month_and_day(numbers: &[String], gaps: &[String]) -> Result<Read, Why> {
    let sound = (gaps[0] == "月" && matches!(gaps[1].as_str(), "日" | ""))
        || (matches!(gaps[0].as_str(), "/" | "-" | ".") && gaps[1].is_empty());
    if !sound || numbers.iter().any(|n| n.len() > 2) {
        return Err(Why::NotDate);
    }
    // 3.1 may be what a spreadsheet left of 3.10.
    if gaps[0] == "." && numbers[1].len() == 1 {
        return Err(Why::NotDate);
    }
    let n = |i: usize| numbers[i].parse::<i8>().map_err(|_| Why::NotDate);
    let (month, day) = (n(0)?, n(1)?);
    // A leap year, so that 2/29 can be a day.
    Date::new(2024, month, day)
        .map(|_| Read::MonthDay(month, day, None))
        .map_err(|_| Why::NoSuchDay)
}

fn three(base: Option<i64>, n: [i64; 3], lengths: [usize; 2], plain: bool) -> Result<Read, Why> {
    let [first, second, third] = n;
    match (base, lengths) {
        (Some(base), [1 | 2, 1 | 2]) if first > 0 => {
            whole_date(base + first, second, third).map(Read::Day)
        }
        (None, [4, 1 | 2]) => whole_date(first, second, third).map(Read::Day),
        // 3/18/2022 and 18/3/2022 each have one reading; 3/4/2022 has two.
        (None, [1 | 2, 4]) if plain => match (first, second) {
            (m, d) if d > 12 || m == d => whole_date(third, m, d).map(Read::Day),
            (d, m) if d > 12 => whole_date(third, m, d).map(Read::Day),
            _ => Err(Why::WhichOrder),
        },
        (None, [1 | 2, 1 | 2]) => Err(Why::WhichYear),
        _ => Err(Why::NotDate),
    }
}

/// The number of a month whose English name, or its first three letters, a word is.
pub(crate) fn named_month(word: &str) -> Option<u32> {
    let known = |m: &str| m == word || m[..3] == *word || (word == "sept" && m == MONTHS[8]);
    (1..).zip(MONTHS).find(|(_, m)| known(m)).map(|(n, _)| n)
}

/// `18 mar 2022`, `mar 18, 2022`, `sep 2022`, `18-mar`.
fn english(text: &str) -> Result<Read, Why> {
    let words: Vec<&str> =
        text.split([' ', ',', '-', '/', '.']).filter(|w| !w.is_empty()).collect();
    let month = |w: &str| {
        (w.len() >= 3)
            .then(|| {
                MONTHS.iter().position(|m| m.starts_with(w) || (w == "sept" && *m == MONTHS[8]))
            })
            .flatten()
            .map(|i| i as i64 + 1)
    };
    let number = |w: &str| {
        let w = ["st", "nd", "rd", "th"].iter().find_map(|s| w.strip_suffix(s)).unwrap_or(w);
        (is_digits(w) && w.len() <= 4).then(|| w.parse::<i64>().ok()).flatten()
    };
    let find = |a: &str, b: &str, y: &str| -> Option<(i64, i64, i64)> {
        Some((number(y)?, month(a)?, number(b)?))
    };
    match words.as_slice() {
        [a, b, y] if y.len() == 4 => {
            let (year, month, day) = find(a, b, y).or_else(|| find(b, a, y)).ok_or(Why::NotDate)?;
            whole_date(year, month, day).map(Read::Day)
        }
        [y, m, d] if y.len() == 4 => {
            let (year, month, day) = find(m, d, y).ok_or(Why::NotDate)?;
            whole_date(year, month, day).map(Read::Day)
        }
        [a, b, y] if find(a, b, y).or_else(|| find(b, a, y)).is_some() => Err(Why::WhichYear),
        [m, y] if y.len() == 4 => {
            month_of(number(y).ok_or(Why::NotDate)?, month(m).ok_or(Why::NotDate)?).map(Read::Month)
        }
        [y, m] if y.len() == 4 => {
            month_of(number(y).ok_or(Why::NotDate)?, month(m).ok_or(Why::NotDate)?).map(Read::Month)
        }
        [d, m] if month(m).is_some() => {
            let (day, month) = (number(d).ok_or(Why::NotDate)?, month(m).ok_or(Why::NotDate)?);
            Date::new(2024, month as i8, i8::try_from(day).map_err(|_| Why::NoSuchDay)?)
                .map(|d| Read::MonthDay(d.month(), d.day(), None))
                .map_err(|_| Why::NoSuchDay)
        }
        // Feb 16: no programme has the year 2016; Mar-22 is the 22nd, or March 2022.
        [m, d] if month(m).is_some() && number(d).is_some_and(|d| !(20..=29).contains(&d)) => {
            let (month, day) = (month(m).ok_or(Why::NotDate)?, number(d).ok_or(Why::NotDate)?);
            Date::new(2024, month as i8, i8::try_from(day).map_err(|_| Why::NoSuchDay)?)
                .map(|d| Read::MonthDay(d.month(), d.day(), None))
                .map_err(|_| Why::NoSuchDay)
        }
        [m, d] if month(m).is_some() && number(d).is_some() => Err(Why::WhichYear),
        _ => Err(Why::NotDate),
    }
}
