//! A day of delivery as an office writes it, with its band or hours behind it.

use jiff::civil::Date;

use super::band::{TimeBand, one_time};
use crate::holidays::Holidays;
use crate::input::{self, InputFault};

/// What is wrong with a day of delivery, or with the time beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayFault {
    Day(InputFault),
    Neither(String),
    Other(String, &'static str),
}

impl From<InputFault> for DayFault {
    fn from(fault: InputFault) -> DayFault {
        DayFault::Day(fault)
    }
}

/// The halves of the day in which words behind a day lie; none of both where they are hours of
/// neither, nothing where they are no hours.
fn hours(words: &str) -> Option<Option<TimeBand>> {
    // 2022-03-22 is no 3:00 to 22:00.
    let lower = words.to_lowercase();
    let says_a_time = [":", "時", "午", "am", "pm"].iter().any(|w| lower.contains(w));
    if words.contains(|c: char| c.is_ascii_digit()) && !says_a_time {
        return None;
    }
    let range = || input::clock_range("", words).is_ok().then_some(None);
    TimeBand::of_words(words).map(Some).or_else(range)
}

/// As [`hours`], of one time alone.
fn hour(words: &str) -> Option<Option<TimeBand>> {
    one_time(words).map(TimeBand::of_clock)
}

/// Every way to part a text into a day and what stands behind it, the longest words first. No
/// number is parted.
fn parted(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let between = |c: char| input::is_blank(c) || "、,・;/".contains(c);
    let is_digit = |c: char| c.is_ascii_digit();
    text.char_indices().skip(1).take(100).filter_map(move |(at, next)| {
        let (day, words) = text.split_at(at);
        let cut = day.ends_with(is_digit) && is_digit(next);
        let words = words.trim_start_matches(between);
        let inside = words.strip_prefix('(').and_then(|w| w.strip_suffix(')'));
        (!cut && day.contains(is_digit) && !words.starts_with(input::is_dash))
            .then_some((day.trim_end_matches(between), inside.unwrap_or(words)))
    })
}

/// What stands behind a day: its words, and the half of the day in which they lie.
type Said = Option<(String, Option<TimeBand>)>;

/// The day, and what stands behind it.
fn day_and_words(raw: &str, about: Date, holidays: &Holidays) -> (Result<Date, InputFault>, Said) {
    let of_day = |text: &str| holidays.settle(input::date_near("納入予定日", text, about));
    let folded = input::folded(raw);
    let behind = |reads: fn(&str) -> Option<Option<TimeBand>>| {
        let mut found = parted(&folded).filter_map(|(day, words)| {
            let band = reads(words)?;
            Some((of_day(day), Some((words.to_string(), band))))
        });
        let first = found.next()?;
        // What is wrong with a day is said of that day.
        if first.0.is_ok() { Some(first) } else { found.find(|f| f.0.is_ok()).or(Some(first)) }
    };
    // 9:00-12:00 is no time with a zone.
    if let Some(found) = behind(hours) {
        return found;
    }
    let whole = of_day(raw);
    if whole.is_err() {
        return behind(hour).unwrap_or((whole, None));
    }
    let at = input::time_of(raw);
    (whole, at.map(|at| (format!("{}:{:02}", at.0, at.1), TimeBand::of_clock(at))))
}

/// A day of delivery (without a year the one nearest to `about`) that may say its band or a time
/// behind it, beside the band that stands in a field of its own: `2022年3月22日（火）午前`, `3/22 午後`,
/// `3月22日 9:00～12:00`, `2022-02-16 13:00`.
///
/// # Errors
/// No day, or no holiday that it is said to be; a time of neither half of the day; another one than
/// the field says.
pub fn day_and_band(
    raw: &str,
    field: Option<TimeBand>,
    about: Date,
    holidays: &Holidays,
) -> Result<(Date, Option<TimeBand>), DayFault> {
    let (day, said) = day_and_words(raw, about, holidays);
    let day = day?;
    match (said, field) {
        (Some((words, None)), _) => Err(DayFault::Neither(words)),
        (Some((words, Some(band))), Some(field)) if band != field => {
            Err(DayFault::Other(words, field.label()))
        }
        (Some((_, band)), _) => Ok((day, band)),
        (None, field) => Ok((day, field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_with_its_band_or_time_behind_it_is_read_or_held() {
        use TimeBand::{Afternoon, Anytime, Morning};
        let about = jiff::civil::date(2022, 3, 20);
        let spring = (jiff::civil::date(2022, 3, 21), "春分の日".to_string());
        let holidays = Holidays([spring].into());
        // Each of Tuesday, 22 March 2022.
        for (raw, field, band) in [
            ("2022-03-22", None, Some(None)),
            ("2022-03-22", Some(Morning), Some(Some(Morning))),
            ("2022/3/22 0:00", Some(Morning), Some(Some(Morning))),
            ("2022-03-22 13:00", None, Some(Some(Afternoon))),
            ("2022-03-22T13:00:00", None, Some(Some(Afternoon))),
            ("2022-03-22T13:00:00+09:00", None, Some(Some(Afternoon))),
            ("2022年3月22日 午後1時", None, Some(Some(Afternoon))),
            ("3/22 9:30", None, Some(Some(Morning))),
            ("2022-03-22 13:00", Some(Afternoon), Some(Some(Afternoon))),
            ("2022-03-22 13:00", Some(Morning), None),
            ("2022-03-22 13:00", Some(Anytime), None),
            ("2022-03-22 3:00", None, None),
            ("2022-03-22 7:00", None, None),
            ("2022-03-22 17:30", None, None),
            ("2022-03-22 23:00", Some(Anytime), None),
            ("2022-03-21T15:00:00Z", None, Some(None)),
            ("2022年3月22日（火）午前", None, Some(Some(Morning))),
            ("2022年3月22日（火）　午前中", None, Some(Some(Morning))),
            ("3/22 午後", None, Some(Some(Afternoon))),
            ("3/22午後", None, Some(Some(Afternoon))),
            ("3/22、午後希望", None, Some(Some(Afternoon))),
            ("3/22（午後）", None, Some(Some(Afternoon))),
            ("3/22 PM", None, Some(Some(Afternoon))),
            ("Ｒ４．３．２２　ＡＭ", None, Some(Some(Morning))),
            ("2022/3/22 午前中", Some(Morning), Some(Some(Morning))),
            ("2022年3月22日（火）午前", Some(Afternoon), None),
            ("3/22 時間指定なし", None, Some(Some(Anytime))),
            ("3/22 終日", None, Some(Some(Anytime))),
            ("3月22日 9:00～12:00", None, Some(Some(Morning))),
            ("3月22日9時〜12時", None, Some(Some(Morning))),
            ("3月22日（火）13:00-17:00", None, Some(Some(Afternoon))),
            ("2022/3/22 9:00-12:00", None, Some(Some(Morning))),
            ("2022/3/22 午後1時〜5時", None, Some(Some(Afternoon))),
            ("2022/3/22 13時以降", None, Some(Some(Afternoon))),
            ("3/22 12時まで", None, Some(Some(Morning))),
            ("3/22 13:00着", None, Some(Some(Afternoon))),
            ("3/22 9時頃", Some(Morning), Some(Some(Morning))),
            ("3/22 9:00～12:00", Some(Afternoon), None),
            // Of both halves, of neither, or of one that may be either.
            ("3/22 9:00～17:00", None, None),
            ("3/22 18:00～20:00", None, None),
            ("3/22 1:00～5:00", None, None),
            ("3/22 7時着", None, None),
            ("3/22（水）午前", None, None),
            ("3/32 午前", None, None),
            ("3/22 夜", None, None),
            ("午前", None, None),
            ("", None, None),
        ] {
            let read = day_and_band(raw, field, about, &holidays);
            let day = read.as_ref().map(|(day, _)| day.to_string());
            assert_eq!(read.clone().ok().map(|(_, band)| band), band, "{raw} {field:?}: {read:?}");
            assert!(day.is_err() || day.is_ok_and(|day| day == "2022-03-22"), "{raw}");
        }
        let why =
            |raw: &str| format!("{:?}", day_and_band(raw, None, about, &holidays).expect_err(raw));
        assert!(why("3/22（水）午前").starts_with("Day(OtherWeekday"));
        assert!(why("3/22（火・祝）午前").starts_with("Day(NoHoliday"));
        let spring = day_and_band("3/21（月・祝）午前", None, about, &holidays);
        assert_eq!(spring, Ok((jiff::civil::date(2022, 3, 21), Some(Morning))));
        assert!(why("3/22 9:00～17:00").starts_with("Neither"));
    }
}
