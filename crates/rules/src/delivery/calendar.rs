//! Days of the calendar in a venue's own words: 2/16, 2月14日〜16日, 毎月5日, 3月中.

use jiff::ToSpan;
use jiff::civil::Date;

use super::days::WEEK;
use super::words::Piece;
use crate::input;

/// A day as it was written: what isn't there is the nearest one's, or every month's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    year: Option<i16>,
    month: Option<i8>,
    day: i8,
    weekday: Option<usize>,
}

/// A day of the calendar, or of every month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cal {
    On(Date),
    Monthly(i8),
}

/// So many pieces or numbers beside one are looked at.
const FAR: usize = 31;

/// The digits from here on, as a number, and where they end.
fn digits(letters: &[char], from: usize) -> Option<(i16, usize)> {
    let text: String = letters.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    Some((text.parse().ok()?, from + text.len()))
}

/// The letter there, or a blank.
pub(super) fn at(letters: &[char], i: usize) -> char {
    letters.get(i).copied().unwrap_or(' ')
}

/// The day or month that begins with a digit, and where the next piece does; nothing where it is a
/// time or any other number.
pub(super) fn piece(letters: &[char], from: usize, before: &[Piece]) -> Option<(Piece, usize)> {
    let (first, end) = digits(letters, from)?;
    let written = |year, month: Option<i16>, day: i16, end: usize| {
        let month = month.map(|m| i8::try_from(m).unwrap_or_default());
        let (weekday, end) = weekday(letters, end);
        let day = i8::try_from(day).unwrap_or_default();
        Some((Piece::Date(Written { year, month, day, weekday }), end))
    };
    let era = letters.get(..from).and_then(input::era_before);
    let year = match (at(letters, end), era) {
        ('年' | '/' | '.' | '-', Some(base)) if first < 100 => Some(Some(first + base)),
        ('年' | '/' | '.' | '-', None) if end - from == 4 => Some(Some(first)),
        // 22年, 4年: of which era?
        ('年', _) => Some(None),
        _ => None,
    };
    if let Some(year) = year {
        let (month, end) = digits(letters, end + 1)?;
        let (day, end) = digits(letters, end + 1)?;
        let end = end + usize::from(at(letters, end) == '日');
        return match year {
            Some(year) => written(Some(year), Some(month), day, end),
            None => Some((Piece::Odd, end)),
        };
    }
    match at(letters, end) {
        '/' => {
            let (day, end) = digits(letters, end + 1)?;
            // 2/16/2022, 1/2/3
            (at(letters, end) != '/').then_some(())?;
            written(None, Some(first), day, end + usize::from(at(letters, end) == '日'))
        }
        '月' => match digits(letters, end + 1) {
            Some((day, end)) => {
                let last = at(letters, end);
                (!"回度週時:".contains(last)).then_some(())?;
                written(None, Some(first), day, end + usize::from(last == '日'))
            }
            None => {
                let (next, after) = (at(letters, end + 1), at(letters, end + 2));
                let part = "末初上下".contains(next) || (next == '中' && after == '旬');
                let month = i8::try_from(first).ok().filter(|m| !part && (1..=12).contains(m))?;
                Some((Piece::Month(month), end + 1 + usize::from(next == '中')))
            }
        },
        '日' if ends_a_day(letters, end + 1) => written(None, None, first, end + 1),
        next => {
            let follows = !"回度箱本名人階件号分時:週%月日".contains(next);
            (follows && (behind_a_date(before) || before_a_day(letters, end)))
                .then(|| written(None, None, first, end))?
        }
    }
}

/// 「2/16、17」, 「2/14〜16」: the number behind a day.
fn behind_a_date(before: &[Piece]) -> bool {
    let mut parted = false;
    for piece in before.iter().rev().take(FAR) {
        match piece {
            Piece::Join | Piece::Or | Piece::Comma | Piece::Stop => parted = true,
            Piece::Span | Piece::Dash | Piece::Than => parted = true,
            Piece::Filler | Piece::At | Piece::Of | Piece::Noun => {}
            other => return parted && matches!(other, Piece::Date(_)),
        }
    }
    false
}

/// 「16・17日」: the number before others that end in a day.
fn before_a_day(letters: &[char], mut end: usize) -> bool {
    for _ in 0..FAR {
        if !matches!(at(letters, end), '・' | '、' | ',' | '~' | '〜' | '-') {
            return false;
        }
        let Some((_, next)) = digits(letters, end + 1) else { return false };
        end = next;
        if at(letters, end) == '日' {
            return ends_a_day(letters, end + 1);
        }
    }
    false
}

/// Whether a number before it is a day's: 16日, 16日以外, and not 16日間, 16日以内.
fn ends_a_day(letters: &[char], next: usize) -> bool {
    let within = at(letters, next) == '以' && "内前上".contains(at(letters, next + 1));
    !within && !"間前後目程".contains(at(letters, next))
}

/// 「(土)」 behind a day belongs to it.
fn weekday(letters: &[char], end: usize) -> (Option<usize>, usize) {
    let named =
        WEEK.iter().position(|d| *d == at(letters, end + 1)).filter(|_| at(letters, end) == '(');
    let close = letters.iter().skip(end).take(7).position(|c| *c == ')');
    match (named, close) {
        (Some(day), Some(close)) => (Some(day), end + close + 1),
        _ => (None, end),
    }
}

impl Written {
    pub(super) fn month(self) -> Option<(Option<i16>, i8)> {
        self.month.map(|m| (self.year, m))
    }
    /// The day that is meant: the nearest one where no year stands there, in the month before it
    /// where none does.
    pub(super) fn meant(self, month: Option<(Option<i16>, i8)>, about: Date) -> Option<Cal> {
        let Some((year, month)) = self.month().or(month) else {
            return (1..=31).contains(&self.day).then_some(Cal::Monthly(self.day));
        };
        let found = match self.year.or(year) {
            Some(year) => Date::new(year, month, self.day).ok(),
            None => input::nearest(month, self.day, about),
        };
        found.map(Cal::On)
    }
    /// Whether the weekday beside it is another one's.
    pub(super) fn contradicts(self, meant: Cal) -> bool {
        match (self.weekday, meant) {
            (Some(day), Cal::On(date)) => {
                usize::try_from(date.weekday().to_monday_zero_offset()) != Ok(day)
            }
            _ => false,
        }
    }
}

/// Days of the calendar that a text names: from and to, both of them in, and days of every month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spans {
    of_dates: Vec<(Date, Date)>,
    monthly: Vec<(i8, i8)>,
}

impl Spans {
    pub(super) fn none(&self) -> bool {
        self.of_dates.is_empty() && self.monthly.is_empty()
    }
    pub(super) fn and(&mut self, other: Spans) {
        self.of_dates.extend(other.of_dates);
        self.monthly.extend(other.monthly);
    }
    pub(super) fn add(&mut self, from: Cal, to: Cal) {
        match (from, to) {
            (Cal::On(from), Cal::On(to)) if to < from => {
                self.of_dates.push((from, to.saturating_add(1.year())))
            }
            (Cal::On(from), Cal::On(to)) => self.of_dates.push((from, to)),
            (Cal::Monthly(from), Cal::Monthly(to)) if to < from => {
                self.monthly.extend([(from, 31), (1, to)])
            }
            (Cal::Monthly(from), Cal::Monthly(to)) => self.monthly.push((from, to)),
            // 「16日〜2月20日」: both of them.
            (one, other) => [one, other].into_iter().for_each(|cal| self.add(cal, cal)),
        }
    }
    /// 「2/14まで」, 「16日まで」
    pub(super) fn until(&mut self, to: Cal) {
        match to {
            Cal::On(_) => self.add(Cal::On(Date::MIN), to),
            Cal::Monthly(_) => self.add(Cal::Monthly(1), to),
        }
    }
    /// 「2/14以降」, 「16日から」
    pub(super) fn after(&mut self, from: Cal) {
        match from {
            Cal::On(_) => self.add(from, Cal::On(Date::MAX)),
            Cal::Monthly(_) => self.add(from, Cal::Monthly(31)),
        }
    }
    /// 「3月」: the one that is nearest, from its first day to its last.
    pub(super) fn month(&mut self, month: i8, about: Date) {
        let first = |year: i16| Date::new(year, month, 1).ok();
        let years = [about.year() - 1, about.year(), about.year() + 1];
        let far = |d: &Date| {
            (*d - about).get_days().abs().min((d.last_of_month() - about).get_days().abs())
        };
        self.of_dates.extend(
            years.into_iter().filter_map(first).min_by_key(far).map(|d| (d, d.last_of_month())),
        );
    }
    /// Its days, from and to; none where some are every month's.
    pub(super) fn dates(&self) -> Option<&[(Date, Date)]> {
        self.monthly.is_empty().then_some(self.of_dates.as_slice())
    }
    pub(super) fn hold(&self, date: Date) -> bool {
        let day = date.day();
        self.of_dates.iter().any(|(from, to)| (*from..=*to).contains(&date))
            || self.monthly.iter().any(|(from, to)| (*from..=*to).contains(&day))
    }
}
