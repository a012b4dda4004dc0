//! 受け取れない曜日: the days on which a venue takes nothing, in the words that its office wrote. Where the words leave it open, the day
//! is one of them: better asked once too often.

use jiff::civil::Date;

use super::calendar::{Cal, Spans, Written};
use super::words::{Piece, pieces};
use crate::holidays::Holidays;

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
    /// From one weekday to another, over the week's end where it goes that way; from a day to itself, the week.
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
    /// Whether one of them may be a working day: only those are worth naming as the ones that are left.
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
    /// The days that are left, where the text says which.
    left: Set,
    /// 「平日のみ可」, 「月水以外不可」: no others are.
    no_others: bool,
    /// Whether every day may be meant.
    every: bool,
    /// Whether something stands there that isn't understood, or says only what hours are left.
    unread: bool,
}

impl Read {
    fn refuses(&self, date: Date, holidays: &Holidays) -> bool {
        let only = !self.left.none() && (self.no_others || self.refused.none());
        self.every
            || self.refused.may_hold(date, holidays)
            || (only && !self.left.holds(date, holidays))
    }
}

/// What a venue wrote about the days on which it takes nothing, taken into words once for all the days that are asked about.
pub struct RefusedDays(Vec<Piece>);

impl RefusedDays {
    pub fn of(text: &str) -> RefusedDays {
        RefusedDays(pieces(text))
    }
    /// Whether a day is one of those on which a venue takes nothing, as the venue wrote them:
    /// `土日祝`, `水曜日`, `土〜月`, `第2水曜`, `2/16、2/17`, `年末年始`; or none of those that it says are
    /// left (`平日のみ受取可`, `受取日は火・木`). Every day is, where the words leave that open (`月水以外`, `火曜のみ`).
    pub fn hold(&self, date: Date, holidays: &Holidays) -> bool {
        read(&self.0, date).refuses(date, holidays)
    }
    /// Whether something in the text isn't understood, so that the day may be meant.
    pub fn leave_open(&self, date: Date) -> bool {
        read(&self.0, date).unread
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

/// The day before a word.
#[derive(Clone, Copy)]
enum Last {
    /// A weekday, and whether it closed a span.
    Week(usize, bool),
    Date(Cal, bool),
}

/// What one remark said so far: from one stop to the next.
#[derive(Default)]
struct Remark {
    named: bool,
    odd: bool,
    other: bool,
    /// The hours that it names, and whether it names halves of the day.
    hours: Vec<u8>,
    half: bool,
}

impl Remark {
    fn has_times(&self) -> bool {
        self.half || !self.hours.is_empty()
    }
    /// 9:00〜17:00 is the whole day.
    fn has_part_of_the_day(&self) -> bool {
        let whole = self.hours.iter().min().is_some_and(|h| *h <= 9)
            && self.hours.iter().max().is_some_and(|h| *h >= 17);
        self.half || (!self.hours.is_empty() && !whole)
    }
}

/// What stands before the days that it is said of: 「受取可：」, 「受取不可日は」, 「受取は」.
#[derive(Clone, Copy)]
struct Head {
    /// Whether they are left.
    yes: bool,
    /// 「受取は」: only what is said behind the days tells.
    weak: bool,
    /// Whether a remark ended since.
    stopped: bool,
}

struct Reader {
    about: Date,
    all: Read,
    /// Days that wait for a word which says whether they are refused or left.
    waiting: Set,
    remark: Remark,
    except: bool,
    only: bool,
    also: bool,
    ahead: Option<Head>,
    /// 「火・木受取」: what is done on the days before it, and whether の stands between.
    deed: Option<bool>,
    /// Whether the text says that there are no such days.
    nothing: bool,
    last: Option<Last>,
    nth: Vec<i8>,
    nth_taken: bool,
    month: Option<(Option<i16>, i8)>,
}

impl Reader {
    /// Room for days that are named now; those that were excepted before them are refused: 祝日を除く平日.
    fn named(&mut self) -> &mut Set {
        if std::mem::take(&mut self.except) {
            self.all.refused.and(std::mem::take(&mut self.waiting));
        }
        self.remark.named = true;
        &mut self.waiting
    }
    fn day(&mut self, day: usize) {
        self.nth_taken = true;
        let nth = self.nth.clone();
        let waiting = self.named();
        match nth.is_empty() {
            true => waiting.add(Days::of([day])),
            false => waiting.nth.extend(nth.iter().map(|n| (*n, day))),
        }
        self.last = nth.is_empty().then_some(Last::Week(day, false));
    }
    fn days(&mut self, days: Days) {
        if self.nth.is_empty() {
            self.named().add(days);
        } else {
            (0..7).filter(|day| days.week[*day]).for_each(|day| self.day(day));
        }
    }
    fn date(&mut self, written: Written) -> Option<Cal> {
        let meant = written.meant(self.month, self.about);
        self.month = written.month().or(self.month);
        match meant {
            Some(cal) => {
                self.all.unread |= written.contradicts(cal);
                self.named().spans.add(cal, cal);
                self.last = Some(Last::Date(cal, false));
            }
            // 2/30
            None => self.all.unread = true,
        }
        meant
    }
    /// The days that wait are what the words before them say, and refused where there are none.
    fn settle(&mut self) {
        let days = std::mem::take(&mut self.waiting);
        let (except, only) = (std::mem::take(&mut self.except), std::mem::take(&mut self.only));
        match self.ahead {
            None => {
                // 「月水以外」, 「平日のみ」, 「火曜のみ」: which of the two is refused?
                self.all.every |= except || (only && days.has_working_days());
                self.all.refused.and(days);
            }
            Some(_) if days.none() => {}
            Some(head) if head.yes == except => self.all.refused.and(days),
            // 「受取可：土日も」
            Some(_) if self.also => self.nothing = true,
            Some(_) if self.remark.has_part_of_the_day() => self.all.unread = true,
            Some(_) => {
                self.all.left.and(days);
                self.all.no_others = true;
            }
        }
    }
    /// 「受取可：火・木」: what follows is said of the days behind it.
    fn head(&mut self, yes: bool, weak: bool) {
        self.settle();
        self.ahead = Some(Head { yes, weak, stopped: false });
    }
    /// Whether a word in front of days says something of these, and not of those before it.
    fn leads(&self, before_days: bool) -> bool {
        before_days && (self.ahead.is_some() || !self.remark.named)
    }
    /// What is said behind days counts, whatever stood before them.
    fn close(&mut self) {
        let head = self.ahead.take().filter(|head| head.weak && head.stopped);
        // 「受取は月、水、金は不可」: the others, too?
        self.all.every |= head.is_some() && !self.waiting.none();
    }
    /// 可, 受け取れます
    fn yes(&mut self, before_days: bool) {
        if self.leads(before_days) {
            return self.head(true, false);
        }
        self.close();
        let (also, only) = (std::mem::take(&mut self.also), std::mem::take(&mut self.only));
        let days = std::mem::take(&mut self.waiting);
        if std::mem::take(&mut self.except) {
            // 「土日以外は可」: the days that were named are the refused ones.
            self.all.refused.and(days);
        } else if days.none() || also {
            self.nothing = true;
        } else if self.remark.has_part_of_the_day() {
            self.all.unread = true;
        } else {
            self.all.left.and(days);
            self.all.no_others |= only;
        }
    }
    /// 不可, 休み
    fn no(&mut self, before_days: bool) {
        if self.leads(before_days) {
            return self.head(false, false);
        }
        self.close();
        let days = std::mem::take(&mut self.waiting);
        (self.also, self.only) = (false, false);
        if std::mem::take(&mut self.except) {
            self.all.left.and(days);
            self.all.no_others = true;
        } else {
            self.all.refused.and(days);
            // 「日中は不在」: on which days?
            self.remark.other |= !self.remark.named;
        }
    }
    /// 受取: of the days behind it (「受取は火・木」), or of those before it (「火・木受取」).
    fn deed(&mut self, before_days: bool) {
        if self.ahead.is_none() && self.leads(before_days) {
            self.head(true, true);
        }
    }
    fn stop(&mut self) {
        let done = self.deed.take().filter(|_| self.ahead.is_none() && self.remark.named);
        if let Some(of) = done.filter(|_| !self.waiting.none()) {
            // 「土日の受取」, 「土日受取」, 「火曜に検品、受取」: which of the two is meant?
            let others = self.also || self.except;
            let working = others || self.waiting.has_working_days();
            self.all.every |= of || self.remark.other || !working;
            self.yes(false);
        }
        if self.ahead.is_some() {
            self.settle();
        }
        self.ahead.iter_mut().for_each(|head| head.stopped = true);
        let remark = std::mem::take(&mut self.remark);
        self.only &= remark.named;
        self.all.unread |= remark.odd || (!remark.named && (remark.other || remark.has_times()));
        (self.last, self.also) = (None, false);
    }
    /// From one day to the next one, to the week's end, or on and on.
    fn span(&mut self, next: Option<(usize, Piece)>, timed: bool, dash: bool) -> Option<usize> {
        self.deed = None;
        let closes = next.is_none_or(|(_, p)| {
            !matches!(p, Piece::Time(_) | Piece::Other | Piece::Odd | Piece::Days(_))
        });
        match (self.last, next) {
            (Some(Last::Week(from, _)), Some((at, Piece::Day(to)))) => {
                self.named().add(Days::span(from, to));
                self.last = Some(Last::Week(to, true));
                return Some(at);
            }
            (Some(Last::Date(from, _)), Some((at, Piece::Date(to)))) => {
                if let Some(to) = self.date(to) {
                    self.named().spans.add(from, to);
                    self.last = Some(Last::Date(to, true));
                }
                return Some(at);
            }
            // 「2/16－棚卸のため」: a dash between a day and its reason.
            _ if dash => {}
            (Some(Last::Week(from, false)), _) if closes && !timed => {
                self.named().add(Days::of(from..7));
            }
            (Some(Last::Date(from, false)), next)
                if !timed && !matches!(next, Some((_, Piece::Time(_)))) =>
            {
                self.named().spans.after(from);
            }
            // 「第1〜第3水曜」: each of them.
            (None, Some((_, Piece::Nth(_)))) if !self.nth.is_empty() => {
                self.nth.clear();
                self.all.unread = true;
            }
            _ => {}
        }
        None
    }
    fn piece(&mut self, piece: Piece, right_behind: bool, before_days: bool) {
        match piece {
            Piece::Deed(of) => self.deed = Some(of),
            Piece::Filler | Piece::Noun | Piece::Join | Piece::Stop => {}
            _ => self.deed = None,
        }
        match piece {
            Piece::Day(day) => self.day(day),
            Piece::Days(days) => self.days(days),
            Piece::Date(written) => _ = self.date(written),
            Piece::Month(month) => {
                let about = self.about;
                self.named().spans.month(month, about);
                self.month = Some((None, month));
            }
            Piece::Nth(n) => {
                if std::mem::take(&mut self.nth_taken) {
                    self.nth.clear();
                }
                self.nth.push(n);
            }
            Piece::Until => match self.last {
                Some(Last::Week(to, false)) if right_behind => self.named().add(Days::of(0..=to)),
                Some(Last::Date(to, false)) if right_behind => self.named().spans.until(to),
                _ => {}
            },
            Piece::After => match self.last {
                Some(Last::Week(from, _)) if right_behind => self.named().add(Days::of(from..7)),
                Some(Last::Date(from, _)) if right_behind => self.named().spans.after(from),
                _ => {}
            },
            Piece::Except => self.except |= !self.waiting.none(),
            Piece::Only => self.only = true,
            Piece::Also => self.also = true,
            Piece::Yes => self.yes(before_days),
            Piece::No => self.no(before_days),
            Piece::Deed(_) => self.deed(before_days),
            Piece::Nothing => self.nothing = true,
            Piece::Join => self.last = None,
            Piece::Stop => self.stop(),
            Piece::Time(hour) => self.remark.hours.push(hour),
            Piece::Half => self.remark.half = true,
            Piece::Other => self.remark.other = true,
            Piece::Odd => self.remark.odd = true,
            Piece::Span | Piece::Dash | Piece::Filler | Piece::Noun => {}
        }
        if self.nth_taken
            && matches!(piece, Piece::Join | Piece::Stop | Piece::Other | Piece::Yes | Piece::No)
        {
            self.nth.clear();
            self.nth_taken = false;
        }
        if !matches!(piece, Piece::Also | Piece::Filler | Piece::Noun | Piece::Deed(_) | Piece::Yes)
        {
            self.also = false;
        }
    }
    fn end(mut self, empty: bool) -> Read {
        self.stop();
        self.settle();
        let says =
            self.nothing || self.all.every || !self.all.refused.none() || !self.all.left.none();
        self.all.unread |= !empty && !says;
        self.all
    }
}

/// Whether days are what a word stands before: 「可：火・木」, and 「受取可能日」 above its lines.
fn before_days(behind: &[Piece]) -> bool {
    let mut noun = false;
    for piece in behind {
        match piece {
            Piece::Noun => noun = true,
            Piece::Filler | Piece::Join | Piece::Deed(_) => {}
            Piece::Stop if noun => {}
            Piece::Day(_) | Piece::Days(_) | Piece::Date(_) | Piece::Nth(_) | Piece::Month(_) => {
                return true;
            }
            _ => return false,
        }
    }
    false
}

fn read(pieces: &[Piece], about: Date) -> Read {
    let passed = |p: &Piece| matches!(p, Piece::Filler | Piece::Noun | Piece::Half);
    let mut reader = Reader {
        about,
        all: Read::default(),
        waiting: Set::default(),
        remark: Remark::default(),
        except: false,
        only: false,
        also: false,
        ahead: None,
        deed: None,
        nothing: false,
        last: None,
        nth: Vec::new(),
        nth_taken: false,
        month: None,
    };
    let mut i = 0;
    while let Some(piece) = pieces.get(i).copied() {
        let before = i.checked_sub(1).and_then(|n| pieces.get(n));
        if matches!(piece, Piece::Span | Piece::Dash) {
            let next = pieces[i + 1..]
                .iter()
                .position(|p| !passed(p))
                .map(|n| (i + 1 + n, pieces[i + 1 + n]));
            let timed = matches!(before, Some(Piece::Time(_)));
            i = reader.span(next, timed, piece == Piece::Dash).unwrap_or(i);
        } else {
            let right_behind = matches!(before, Some(Piece::Day(_) | Piece::Date(_)));
            reader.piece(piece, right_behind, before_days(&pieces[i + 1..]));
        }
        i += 1;
    }
    let empty = pieces.iter().all(|p| {
        matches!(
            p,
            Piece::Span | Piece::Dash | Piece::Join | Piece::Stop | Piece::Filler | Piece::Noun
        )
    });
    reader.end(empty)
}

#[cfg(test)]
mod tests;
