//! Phrases that name days, out of the words of a text: 「月〜金」, 「第2・4土曜」, 「平日（水曜除く）」.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::calendar::{Cal, Written};
use super::super::words::Piece;
use super::{Days, Set, weekday};

/// Days that are named together.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrase {
    /// They, in the parts between commas.
    pub(super) parts: Vec<Set>,
    /// Those of them that are excepted in brackets.
    pub(super) but: Set,
    /// Whether it may name fewer days than it seems to: 「隔週水曜」, 「平日（火・木）」.
    pub(super) loose: bool,
}

impl Phrase {
    pub(super) fn all(&self) -> Set {
        let mut all = Set::default();
        self.parts.iter().for_each(|part| all.and(part.clone()));
        all
    }
    /// Whether what is said behind its last part is surely said of each: 「火曜、木曜は可」, and not
    /// 「土日祝、第2土曜は可」.
    pub(super) fn is_one_list(&self) -> bool {
        let one_weekday = |set: &Set| {
            let many = set.days.week.iter().filter(|day| **day).count();
            many == 1 && set.nth.is_empty() && set.spans.none()
        };
        let dates = |set: &Set| set.days.none() && set.nth.is_empty();
        self.parts.len() < 2 || self.parts.iter().all(one_weekday) || self.parts.iter().all(dates)
    }
}

/// A word of a sentence whose days are put together.
#[derive(Clone, Debug)]
pub(super) enum Token {
    Days(Phrase),
    Word(Piece),
}

/// The day before a word, and whether it closed a span.
#[derive(Clone, Copy)]
enum Last {
    Week(usize, bool),
    Date(Cal, bool),
}

/// A phrase that is being read.
#[derive(Default)]
struct Naming {
    found: Phrase,
    /// Its days since the last comma.
    part: Set,
    last: Option<Last>,
    /// Which ones of the month, and whether a weekday stood behind them.
    nth: Vec<i8>,
    nth_taken: bool,
}

impl Naming {
    fn nth(&mut self, n: i8) {
        if std::mem::take(&mut self.nth_taken) {
            self.nth.clear();
        }
        if !self.nth.contains(&n) {
            self.nth.push(n);
        }
        self.last = None;
    }
    fn day(&mut self, day: usize, before: Option<Piece>) -> Option<()> {
        // 「第2水曜木曜」: which Thursdays?
        let pair = before == Some(Piece::Day(5)) && day == 6;
        let beside = matches!(before, Some(Piece::Day(_))) && !pair;
        (self.nth.is_empty() || !beside).then_some(())?;
        self.nth_taken = !self.nth.is_empty();
        if self.nth_taken {
            self.part.nth.extend(self.nth.iter().map(|n| (*n, day)));
        } else {
            self.part.add(Days::of([day]));
        }
        self.last = (!self.nth_taken).then_some(Last::Week(day, false));
        Some(())
    }
    fn days(&mut self, days: Days) -> Option<()> {
        self.last = None;
        if self.nth.is_empty() {
            self.part.add(days);
            return Some(());
        }
        // 「第2土日祝」
        (days == Days { week: days.week, ..Days::default() }).then_some(())?;
        self.nth_taken = true;
        let week = (0..7).filter(|day| days.week[*day]);
        week.for_each(|day| self.part.nth.extend(self.nth.iter().map(|n| (*n, day))));
        Some(())
    }
    /// 「2/14の週」
    fn week_of(&mut self) -> Option<()> {
        let Some(Last::Date(Cal::On(date), false)) = self.last else { return None };
        let monday = date.saturating_sub(i64::try_from(weekday(date)).ok()?.days());
        let sunday = monday.saturating_add(6.days());
        // Some begin a week with its Sunday.
        let end = if date == sunday { date.saturating_add(6.days()) } else { sunday };
        self.part.spans.add(Cal::On(monday), Cal::On(end));
        self.found.loose = true;
        self.last = None;
        Some(())
    }
    /// 「2/16まで」, 「水曜以降」: of which weeks, and of which months?
    fn reach(&mut self, piece: Piece, before: Option<Piece>) -> Option<()> {
        let until = piece == Piece::Until;
        if until && matches!(self.last, Some(Last::Week(_, true) | Last::Date(_, true))) {
            return Some(());
        }
        matches!(before, Some(Piece::Day(_) | Piece::Date(_))).then_some(())?;
        match self.last? {
            Last::Week(_, true) | Last::Date(_, true) => return None,
            Last::Week(day, _) if until => self.part.add(Days::of(0..=day)),
            Last::Week(day, _) => self.part.add(Days::of(day..7)),
            Last::Date(cal, _) if until => self.part.spans.until(cal),
            Last::Date(cal, _) => self.part.spans.after(cal),
        }
        self.found.loose |= !matches!(self.last, Some(Last::Date(Cal::On(_), _)));
        Some(())
    }
    fn part_from(&mut self, next: Option<&Piece>, comma: bool) {
        if comma {
            self.found.parts.push(std::mem::take(&mut self.part));
        }
        if std::mem::take(&mut self.nth_taken) {
            // 「第2土・日」: which Sundays?
            self.found.loose |= !matches!(next, Some(Piece::Nth(_)));
            self.nth.clear();
        }
        self.last = None;
    }
    fn end(mut self) -> Option<Phrase> {
        (self.nth.is_empty() || self.nth_taken).then_some(())?;
        self.found.parts.push(self.part);
        self.found.parts.retain(|part| !part.none());
        (!self.found.parts.is_empty()).then_some(self.found)
    }
}

struct Reader<'p> {
    pieces: &'p [Piece],
    at: usize,
    about: Date,
    month: Option<(Option<i16>, i8)>,
    tokens: Vec<Token>,
}

/// The words of a text; nothing where one of them isn't known, or stands where it says nothing.
pub(super) fn tokens(pieces: &[Piece], about: Date) -> Option<Vec<Token>> {
    let mut reader = Reader { pieces, at: 0, about, month: None, tokens: Vec::new() };
    reader.read()?;
    Some(reader.tokens)
}

fn is_day(piece: Option<&Piece>) -> bool {
    use Piece::{Alternate, Date, Day, Days, Each, EndsIn, Month, Nth};
    let each = matches!(piece, Some(Each | Alternate));
    each || matches!(piece, Some(Day(_) | Days(_) | Date(_) | Month(_) | Nth(_) | EndsIn(_)))
}

fn is_time(piece: Option<&Piece>) -> bool {
    matches!(piece, Some(Piece::Time(_) | Piece::Half))
}

impl Reader<'_> {
    fn piece(&self, at: usize) -> Option<&Piece> {
        self.pieces.get(at)
    }
    fn read(&mut self) -> Option<()> {
        while let Some(piece) = self.piece(self.at).copied() {
            let before = self.at.checked_sub(1).and_then(|n| self.piece(n));
            match piece {
                Piece::Other | Piece::Odd | Piece::WeekOf | Piece::Or => return None,
                piece if is_day(Some(&piece)) => {
                    self.phrase()?;
                    continue;
                }
                // Between times, and behind one: 「9:00〜12:00」, 「13時以降」.
                Piece::Span | Piece::Than | Piece::Until | Piece::After => {
                    let next = self.piece(self.at + 1);
                    (is_time(before) || is_time(next)).then_some(())?;
                }
                Piece::Dash
                | Piece::Filler
                | Piece::Join
                | Piece::Open
                | Piece::Close
                | Piece::Of => {}
                word => self.tokens.push(Token::Word(word)),
            }
            self.at += 1;
        }
        Some(())
    }
    fn date(&mut self, written: Written) -> Option<Cal> {
        let meant = written.meant(self.month, self.about);
        self.month = written.month().or(self.month);
        // 2/30, 2/16（木）
        meant.filter(|cal| !written.contradicts(*cal))
    }
    /// The days from here on, as long as they are one phrase.
    fn phrase(&mut self) -> Option<()> {
        let mut naming = Naming::default();
        let mut times = Vec::new();
        while let Some(piece) = self.piece(self.at).copied() {
            let before = self.at.checked_sub(1).and_then(|n| self.piece(n)).copied();
            match piece {
                Piece::Until | Piece::After if is_time(before.as_ref()) => {}
                Piece::Until | Piece::After => naming.reach(piece, before)?,
                Piece::Time(_) | Piece::Half => times.push(Token::Word(piece)),
                Piece::Of => {
                    let next = self.piece(self.at + 1);
                    if is_day(next) {
                        // 「祝日の月曜」, 「3月の水曜」: only those that are both.
                        matches!(before, Some(Piece::Nth(_) | Piece::Each | Piece::Alternate))
                            .then_some(())?;
                    } else if !(is_time(next) || next == Some(&Piece::WeekOf)) {
                        break;
                    }
                }
                Piece::Than if self.compares() => return None,
                Piece::Span | Piece::Dash | Piece::Than => {
                    if !self.span(piece == Piece::Dash, &mut naming)? {
                        self.at += 1;
                        break;
                    }
                }
                Piece::Join | Piece::Or | Piece::Comma | Piece::Close => {
                    let Some((next, comma)) = self.on_to_a_day() else { break };
                    naming.part_from(self.piece(next), comma);
                    self.at = next;
                    continue;
                }
                Piece::Open => {
                    let Some(close) = self.closed_behind_days() else { break };
                    self.bracket(close, &mut naming)?;
                    self.at = close;
                }
                Piece::WeekOf => naming.week_of()?,
                piece if is_day(Some(&piece)) => self.name(piece, before, &mut naming)?,
                _ => break,
            }
            self.at += 1;
        }
        self.tokens.push(Token::Days(naming.end()?));
        self.tokens.append(&mut times);
        Some(())
    }
    fn name(&mut self, piece: Piece, before: Option<Piece>, naming: &mut Naming) -> Option<()> {
        // 「3月第2水曜」
        let in_month = matches!(before, Some(Piece::Month(_)));
        (!in_month || naming.part.none()).then_some(())?;
        match piece {
            Piece::Nth(n) => naming.nth(n),
            Piece::Day(day) => return naming.day(day, before),
            Piece::Days(days) => return naming.days(days),
            Piece::Date(written) => {
                (naming.nth.is_empty() || naming.nth_taken).then_some(())?;
                let cal = self.date(written)?;
                naming.part.spans.add(cal, cal);
                naming.last = Some(Last::Date(cal, false));
            }
            Piece::Month(month) => {
                naming.part.spans.month(month, self.about);
                self.month = Some((None, month));
                naming.last = None;
            }
            Piece::EndsIn(digits) => {
                let days = (1..=31).filter(|d: &i8| digits >> (d % 10) & 1 == 1);
                days.for_each(|d| naming.part.spans.add(Cal::Monthly(d), Cal::Monthly(d)));
                naming.last = None;
            }
            Piece::Alternate => naming.found.loose = true,
            _ => {}
        }
        Some(())
    }
    /// The day behind what parts it from the one before, and whether a comma does.
    fn on_to_a_day(&self) -> Option<(usize, bool)> {
        let closes = self.piece(self.at) == Some(&Piece::Close);
        let (mut at, mut comma, mut opens) = (self.at + usize::from(closes), false, false);
        while let Some(Piece::Join | Piece::Or | Piece::Comma | Piece::Open) = self.piece(at) {
            comma |= self.piece(at) == Some(&Piece::Comma);
            opens |= self.piece(at) == Some(&Piece::Open);
            at += 1;
        }
        (is_day(self.piece(at)) && (comma || closes == opens)).then_some((at, comma))
    }
    /// Where the bracket that opens here closes, if it names days.
    fn closed_behind_days(&self) -> Option<usize> {
        let inside = self.pieces[self.at + 1..].iter().take_while(|p| **p != Piece::Close);
        let many = inside.clone().count();
        let days = inside.clone().any(|p| is_day(Some(p)));
        (days && self.at + 1 + many < self.pieces.len()).then_some(self.at + 1 + many)
    }
    fn bracket(&mut self, close: usize, naming: &mut Naming) -> Option<()> {
        let pieces = &self.pieces[self.at + 1..close];
        let mut inside =
            Reader { pieces, at: 0, about: self.about, month: self.month, tokens: Vec::new() };
        inside.read()?;
        match inside.tokens.as_slice() {
            [Token::Days(days)] if days.but.none() => {
                naming.found.loose = true;
                naming.part.and(days.all());
            }
            [Token::Days(days), Token::Word(Piece::Except | Piece::No)]
            | [Token::Days(days), Token::Word(Piece::Deed(_)), Token::Word(Piece::No)]
                if days.but.none() && !days.loose =>
            {
                naming.found.but.and(days.all());
            }
            _ => return None,
        }
        naming.last = None;
        Some(())
    }
    /// Whether より here stands between two days that no まで closes: 「水曜より木曜希望」 compares them.
    fn compares(&self) -> bool {
        let passed = |p: &Piece| {
            use Piece::{Also, Comma, Each, Filler, Half, Join, Of, Open, Or, Time};
            matches!(p, Of | Half | Time(_) | Each | Comma | Join | Or | Also | Filler | Open)
        };
        let mut behind = self.pieces[self.at + 1..].iter().skip_while(|p| passed(p));
        is_day(behind.next()) && behind.find(|p| !passed(p)) != Some(&Piece::Until)
    }
    /// From one day to the next one, to the week's end, or on and on; whether the phrase goes on
    /// behind it.
    fn span(&mut self, dash: bool, naming: &mut Naming) -> Option<bool> {
        let before = self.at.checked_sub(1).and_then(|n| self.piece(n));
        let timed = is_time(before);
        let passed = |p: &Piece| matches!(p, Piece::Of | Piece::Half | Piece::Each);
        let many = self.pieces[self.at + 1..].iter().take_while(|p| passed(p)).count();
        let to = self.at + 1 + many;
        match (naming.last, self.piece(to).copied()) {
            (Some(Last::Week(from, false)), Some(Piece::Day(day))) => {
                naming.part.add(Days::span(from, day));
                (naming.last, self.at) = (Some(Last::Week(day, true)), to);
            }
            (Some(Last::Date(from, false)), Some(Piece::Date(written))) => {
                let day = self.date(written)?;
                naming.part.spans.add(from, day);
                (naming.last, self.at) = (Some(Last::Date(day, true)), to);
            }
            (_, Some(Piece::Time(_))) => {}
            (_, next) if is_day(next.as_ref()) => return None,
            _ if timed => {}
            // 「2/16－棚卸のため」: a dash between a day and its reason.
            _ if dash => return Some(false),
            // 「水曜から」: of which weeks?
            (Some(Last::Week(from, false)), _) => {
                naming.found.loose = true;
                naming.part.add(Days::of(from..7));
            }
            (Some(Last::Date(from, false)), _) => {
                naming.found.loose |= matches!(from, Cal::Monthly(_));
                naming.part.spans.after(from);
            }
            _ => return None,
        }
        Some(true)
    }
}
