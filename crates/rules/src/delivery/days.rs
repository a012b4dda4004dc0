//! 受け取れない曜日: the days on which a venue takes nothing, in the words that its office wrote. A text is
//! read whole with certainty ([`phrase`] finds its days, [`sentence`] what is said of them), or
//! every day is asked about: better asked once too often.

use jiff::civil::Date;

use super::calendar::Spans;
use super::words::{Piece, pieces};
use crate::holidays::Holidays;

mod phrase;
mod sentence;

pub(super) const WEEK: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

/// What a text refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// From Monday.
    pub(super) week: [bool; 7],
    pub(super) holidays: bool,
    pub(super) new_year: bool,
    pub(super) golden_week: bool,
    pub(super) bon: bool,
}

impl Days {
    pub(super) const EVERY: Days =
        Days { week: [true; 7], holidays: true, new_year: true, golden_week: true, bon: true };

    fn none(self) -> bool {
        self == Days::default()
    }
    fn and(self, other: Days) -> Days {
        let week = std::array::from_fn(|i| self.week[i] || other.week[i]);
        Days {
            week,
            holidays: self.holidays || other.holidays,
            new_year: self.new_year || other.new_year,
            golden_week: self.golden_week || other.golden_week,
            bon: self.bon || other.bon,
        }
    }
    fn of(days: impl IntoIterator<Item = usize>) -> Days {
        let mut all = Days::default();
        for day in days {
            all.week[day] = true;
        }
        all
    }
    /// From one weekday to another, over the week's end where it goes that way; from a day to
    /// itself, the week.
    fn span(from: usize, to: usize) -> Days {
        let many = (to + 7 - from) % 7;
        Days::of((0..=if many == 0 { 6 } else { many }).map(|n| (from + n) % 7))
    }
}

/// The days that some words name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Set {
    days: Days,
    /// Which one of the month (0: its last) and weekday.
    nth: Vec<(i8, usize)>,
    spans: Spans,
}

impl Set {
    fn none(&self) -> bool {
        self.days.none() && self.nth.is_empty() && self.spans.none()
    }
    fn add(&mut self, days: Days) {
        self.days = self.days.and(days);
    }
    /// Whether one of them may be a working day: only those are worth naming as the ones that are
    /// left.
    fn has_working_days(&self) -> bool {
        let nth = self.nth.iter().any(|(_, day)| *day < 5);
        self.days.week[..5].contains(&true) || nth || !self.spans.none()
    }
    fn and(&mut self, other: Set) {
        self.days = self.days.and(other.days);
        self.nth.extend(other.nth);
        self.spans.and(other.spans);
    }
    /// Whether a day may be one of them.
    fn may_hold(&self, date: Date, holidays: &Holidays) -> bool {
        let (days, month, day) = (self.days, date.month(), date.day());
        days.week[weekday(date)]
            || (days.holidays && holidays.name(date).is_some())
            || (days.new_year && ((month == 12 && day >= 29) || (month == 1 && day <= 3)))
            || (days.golden_week && ((month == 4 && day >= 29) || (month == 5 && day <= 5)))
            || (days.bon && month == 8 && (13..=16).contains(&day))
            || self.holds_beside_the_week(date)
    }
    /// Whether a day is surely one of them: a holiday is none of the working days, and of no
    /// weekday either.
    fn holds(&self, date: Date, holidays: &Holidays) -> bool {
        let holiday = holidays.name(date).is_some();
        let of_week = if holiday { self.days.holidays } else { self.days.week[weekday(date)] };
        of_week || (!holiday && self.holds_beside_the_week(date))
    }
    fn holds_beside_the_week(&self, date: Date) -> bool {
        let last = date.day() + 7 > date.days_in_month();
        let nth = |n: i8| if n == 0 { last } else { (date.day() - 1) / 7 + 1 == n };
        self.nth.iter().any(|(n, at)| *at == weekday(date) && nth(*n)) || self.spans.hold(date)
    }
}

fn weekday(date: Date) -> usize {
    usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default()
}

/// What a text says about the days around one.
#[derive(Clone, Debug, Default)]
struct Read {
    refused: Set,
    /// Those of the refused that are taken all the same: 「土日祝、ただし2/19は可」.
    spared: Set,
    /// The days that are left, where the text says which.
    left: Set,
}

impl Read {
    fn refuses(&self, date: Date, holidays: &Holidays) -> bool {
        let refused = self.refused.may_hold(date, holidays) && !self.spared.holds(date, holidays);
        refused || (!self.left.none() && !self.left.holds(date, holidays))
    }
}

/// What a venue wrote about the days on which it takes nothing, taken into words once for all the
/// days that are asked about.
pub struct RefusedDays(Vec<Piece>);

impl RefusedDays {
    pub fn of(text: &str) -> RefusedDays {
        RefusedDays(pieces(text))
    }
    /// Whether a day is one of those on which a venue takes nothing, as the venue wrote them:
    /// `土日祝`, `水曜日`, `土〜月`, `第2水曜`, `2/16、2/17`, `年末年始`; or none of those that it says are
    /// left (`平日のみ受取可`, `受取日は火・木`). None is, where the words leave that open:
    /// [`RefusedDays::leave_open`].
    pub fn hold(&self, date: Date, holidays: &Holidays) -> bool {
        sentence::read(&self.0, date).is_some_and(|read| read.refuses(date, holidays))
    }
    /// Whether anything in the text isn't understood, or may mean two things, so that any day may
    /// be meant.
    pub fn leave_open(&self, date: Date) -> bool {
        sentence::read(&self.0, date).is_none()
    }
}

/// [`RefusedDays::hold`] of one day.
pub fn refuses(text: &str, date: Date, holidays: &Holidays) -> bool {
    RefusedDays::of(text).hold(date, holidays)
}

/// [`RefusedDays::leave_open`] of one day.
pub fn unread(text: &str, date: Date) -> bool {
    RefusedDays::of(text).leave_open(date)
}

#[cfg(test)]
mod tests;
