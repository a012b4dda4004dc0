//! Japan time, and the one way in which dates and instants are written (ux §1.5:
//! `2022年2月22日（火）15:00`).

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Japan has no summer time: a fixed offset needs no time-zone database.
pub fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

/// The wall clock in Japan at an instant.
pub fn local(at: Timestamp) -> DateTime {
    at.to_zoned(zone()).datetime()
}

/// The date in Japan at an instant.
pub fn date(at: Timestamp) -> Date {
    local(at).date()
}

/// The instant of a wall-clock time in Japan.
pub fn instant(wall: DateTime) -> Timestamp {
    Offset::constant(9).to_timestamp(wall).unwrap_or(Timestamp::MAX)
}

/// Midnight that begins a date in Japan.
pub fn midnight(day: Date) -> Timestamp {
    instant(day.to_datetime(jiff::civil::Time::midnight()))
}

/// RFC 3339 with Japan's offset, as the command line and the interchange formats write it.
pub fn rfc3339(at: Timestamp) -> String {
    let wall = local(at);
    if wall.subsec_nanosecond() == 0 {
        format!("{}+09:00", wall.strftime("%Y-%m-%dT%H:%M:%S"))
    } else {
        format!("{}+09:00", wall.strftime("%Y-%m-%dT%H:%M:%S%.f"))
    }
}

/// Reads an instant: RFC 3339 with an offset, or a wall clock of Japan with or without seconds, or
/// a date (its midnight).
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let wall = text.replace(' ', "T");
    if let Ok(at) = wall.parse::<DateTime>() {
        return Some(instant(at));
    }
    text.parse::<Date>().ok().map(midnight)
}

/// 日 月 火 水 木 金 土
pub fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Sunday => "日",
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
    }
}

/// `2022年2月22日（火）`
pub fn say_date(day: Date) -> String {
    format!("{}年{}月{}日（{}）", day.year(), day.month(), day.day(), weekday(day))
}

/// `2月22日（火）`
pub fn say_day(day: Date) -> String {
    format!("{}月{}日（{}）", day.month(), day.day(), weekday(day))
}

/// `2/28`, as the briefing's plan rows write days.
pub fn say_short(day: Date) -> String {
    format!("{}/{}", day.month(), day.day())
}

/// `2022年2月22日（火）15:00`
pub fn say_instant(at: Timestamp) -> String {
    let wall = local(at);
    format!("{}{:02}:{:02}", say_date(wall.date()), wall.hour(), wall.minute())
}

/// `2月22日（火）15:00`
pub fn say_moment(at: Timestamp) -> String {
    let wall = local(at);
    format!("{}{:02}:{:02}", say_day(wall.date()), wall.hour(), wall.minute())
}

/// How long until: `2日3時間`, `3時間12分`, `12分`. Never negative.
pub fn say_remaining(now: Timestamp, until: Timestamp) -> String {
    let minutes = ((until.as_second() - now.as_second()).max(0) + 59) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}分"),
        (0, _) => format!("{hours}時間{minutes}分"),
        _ => format!("{days}日{hours}時間"),
    }
}

/// A calendar month, such as a month of service or of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    pub year: i16,
    pub month: i8,
}

impl Month {
    pub fn of(day: Date) -> Month {
        Month { year: day.year(), month: day.month() }
    }
    /// Reads `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let month = Month { year: year.parse().ok()?, month: month.parse().ok()? };
        (2000..=2100).contains(&month.year).then_some(())?;
        (1..=12).contains(&month.month).then_some(month)
    }
    pub fn first(self) -> Date {
        Date::constant(self.year, self.month, 1)
    }
    pub fn last(self) -> Date {
        self.first().last_of_month()
    }
    pub fn plus(self, months: i32) -> Month {
        Month::of(self.first().saturating_add(months.clamp(-12_000, 12_000).months()))
    }
    /// The day of this month, or its last day where the month is shorter.
    pub fn day(self, day: i8) -> Date {
        Date::constant(self.year, self.month, day.clamp(1, self.first().days_in_month()))
    }
    /// `2022年4月`
    pub fn say(self) -> String {
        format!("{}年{}月", self.year, self.month)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl serde::Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Month, D::Error> {
        let text = String::deserialize(from)?;
        Month::parse(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text} is not a month (YYYY-MM)")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_with_or_without_offset_and_written_in_japan_time() {
        for text in [
            "2022-02-15T15:00:00+09:00",
            "2022-02-15T06:00:00Z",
            "2022-02-15T15:00",
            "2022-02-15 15:00:00",
        ] {
            assert_eq!(
                rfc3339(parse_instant(text).unwrap()),
                "2022-02-15T15:00:00+09:00",
                "{text}"
            );
        }
        assert_eq!(
            say_instant(parse_instant("2022-02-22T15:00").unwrap()),
            "2022年2月22日（火）15:00"
        );
        assert_eq!(parse_instant("tomorrow"), None);
    }

    #[test]
    fn months_know_their_ends_and_neighbours() {
        let april = Month::parse("2022-04").unwrap();
        assert_eq!(april.last().to_string(), "2022-04-30");
        assert_eq!(april.plus(9).to_string(), "2023-01");
        assert_eq!(Month::parse("2022-13"), None);
        assert_eq!(Month::parse("22-04"), None);
    }
}
