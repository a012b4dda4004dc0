//! Business days. The holidays are master data; the arithmetic is here.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

use crate::input::InputFault;

/// National holidays by date, with their names (祝).
#[derive(Clone, Debug, Default)]
pub struct Holidays(pub BTreeMap<Date, String>);

impl Holidays {
    pub fn name(&self, day: Date) -> Option<&str> {
        self.0.get(&day).map(String::as_str)
    }

    /// What was read of a day; where it is said to be a holiday, it is one: `4/29(金・祝)`. Every
    /// door that reads days of people asks this of what [`crate::input::date`] and its like answer.
    ///
    /// # Errors
    /// [`InputFault::NoHoliday`] where the calendar has none of that name; what was wrong before.
    pub fn settle(&self, read: Result<Date, InputFault>) -> Result<Date, InputFault> {
        self.settle_at(read.map(Date::into)).map(DateTime::date)
    }

    /// The same of a moment: `2022/4/29（祝） 10:00`.
    ///
    /// # Errors
    /// As [`Holidays::settle`].
    pub fn settle_at(&self, read: Result<DateTime, InputFault>) -> Result<DateTime, InputFault> {
        match read {
            Err(InputFault::NoHoliday { at, named, .. })
                if self.name(at.date()).is_some_and(|name| name.contains(named)) =>
            {
                Ok(at)
            }
            read => read,
        }
    }

    /// The same of the calendar's own rows: that a day is a holiday is what they say.
    ///
    /// # Errors
    /// What was wrong before.
    pub fn own(read: Result<Date, InputFault>) -> Result<Date, InputFault> {
        match read {
            Err(InputFault::NoHoliday { at, .. }) => Ok(at.date()),
            read => read,
        }
    }

    /// Weekends, national holidays, and 29 December to 3 January (行政機関の休日に関する法律).
    pub fn is_closed(&self, day: Date) -> bool {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
            || self.0.contains_key(&day)
            || (day.month() == 12 && day.day() >= 29)
            || (day.month() == 1 && day.day() <= 3)
    }

    /// The day itself, or the next business day.
    pub fn on_or_after(&self, mut day: Date) -> Date {
        while self.is_closed(day) {
            day = day.saturating_add(1.day());
        }
        day
    }

    /// The n-th business day before a date.
    pub fn before(&self, mut day: Date, business_days: u32) -> Date {
        for _ in 0..business_days {
            day = day.saturating_sub(1.day());
            while self.is_closed(day) {
                day = day.saturating_sub(1.day());
            }
        }
        day
    }
}
