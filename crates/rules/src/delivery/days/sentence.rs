//! What sentences say of the days that they name. Each has one of the forms below; any other text
//! is uncertain.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::words::Piece;
use super::phrase::{Phrase, Token, tokens};
use super::{Read, Set, weekday};

/// What is between two stops: a letter for each word (`D` for days), and the days in their order.
#[derive(Clone, Default)]
struct Clause {
    form: String,
    days: Vec<Phrase>,
    hours: Vec<u8>,
    half: bool,
    /// 「受取可能日」 above its lines.
    noun: bool,
    /// 「火木で」: something is left out behind it.
    open: bool,
}

impl Clause {
    /// 9:00〜17:00 is the whole day.
    fn is_part_of_the_day(&self) -> bool {
        let whole = self.hours.iter().min().is_some_and(|h| *h <= 9)
            && self.hours.iter().max().is_some_and(|h| *h >= 17);
        self.half || (!self.hours.is_empty() && !whole)
    }
    /// 「祝日を除く平日」 as one phrase.
    fn excepted(&self) -> Option<Clause> {
        let mut whole = self.clone();
        while let Some(at) = whole.form.find("DED") {
            let n = whole.form[..at].matches('D').count();
            let but = whole.days.remove(n);
            let days = whole.days.get_mut(n)?;
            (but.but.none() && days.but.none() && !but.loose).then_some(())?;
            days.but = but.all();
            whole.form.replace_range(at..at + 3, "D");
        }
        Some(whole)
    }
    fn word(&mut self, piece: Piece) {
        let letter = match piece {
            Piece::Yes => 'Y',
            Piece::No => 'N',
            Piece::Deed(true) => 'v',
            Piece::Deed(false) => 'V',
            Piece::Only => 'O',
            Piece::Nobut => 'S',
            Piece::Except => 'E',
            Piece::Also => 'M',
            Piece::If => 'I',
            Piece::Reason => 'R',
            Piece::Nothing => 'Z',
            Piece::Anytime => 'A',
            Piece::Time(hour) => return self.hours.push(hour),
            Piece::Half => return self.half = true,
            Piece::Noun => return self.noun = true,
            Piece::At => return self.open = true,
            _ => return,
        };
        // 「受取可能です（○）」
        self.open = false;
        if !("YNRV".contains(letter) && self.form.ends_with(letter)) {
            self.form.push(letter);
        }
    }
}

fn clauses(tokens: Vec<Token>) -> Vec<Clause> {
    let mut all: Vec<Clause> = vec![Clause::default()];
    for token in tokens {
        let stop = matches!(token, Token::Word(Piece::Stop | Piece::Comma));
        let Some(clause) = all.last_mut() else { continue };
        match token {
            // What stands above its lines: 「受取可能日」.
            _ if stop && clause.noun && is_head(&clause.form) => {}
            _ if stop => all.push(Clause::default()),
            Token::Word(word) => clause.word(word),
            Token::Days(days) => {
                clause.form.push('D');
                clause.days.push(days);
            }
        }
    }
    all
}

/// What the words before days say of them: 「受取可」, 「受け取れない」, 「受取は」.
fn is_head(form: &str) -> bool {
    matches!(form, "V" | "Y" | "VY" | "YV" | "VYV" | "N" | "VN" | "NV" | "VV")
}

/// What is said of days.
enum Said {
    Refused,
    Left,
    /// Only what is named is refused, and every other day left; and the other way around.
    AllButLeft,
    AllButRefused,
    Also,
}

#[derive(Default)]
struct Reader {
    all: Read,
    /// Each with whether it is said of them only.
    left: Vec<(Phrase, bool)>,
    also: Vec<Phrase>,
    nothing: bool,
    /// Whether nothing but days stands in the clause, below a head that stood above its lines.
    listing: bool,
    bare_after_left: bool,
}

/// No office writes longer texts about its days.
const LONG: usize = 500;

/// What a text says about the days around one; nothing where that isn't certain.
pub(super) fn read(pieces: &[Piece], about: Date) -> Option<Read> {
    let mut reader = Reader::default();
    (pieces.len() <= LONG).then_some(())?;
    for clause in clauses(tokens(pieces, about)?) {
        reader.clause(&clause)?;
    }
    reader.end()
}

impl Reader {
    fn clause(&mut self, clause: &Clause) -> Option<()> {
        let form = clause.form.as_str();
        (!clause.open).then_some(())?;
        if clause.days.is_empty() {
            self.listing = false;
            match form {
                "" if clause.hours.is_empty() && !clause.half => {}
                "Z" | "A" | "ZY" | "AY" | "AVY" | "VAY" | "VY" | "Y" | "VZ" | "ZA" | "ZAY"
                | "ZAVY"
                    if !clause.half && clause.hours.is_empty() =>
                {
                    self.nothing = true;
                }
                // 「受け取れない曜日はありません」
                "NZ" | "VNZ" if clause.noun => self.nothing = true,
                _ => return None,
            }
            return Some(());
        }
        if form == "D" && self.listing {
            return self.say(&Said::Left, &clause.days[0], clause);
        }
        self.listing = false;
        if form.starts_with('D') { self.behind(clause) } else { self.before(clause) }
    }
    /// 「火・木は可」: what is said stands behind the days.
    fn behind(&mut self, clause: &Clause) -> Option<()> {
        let clause = &clause.excepted()?;
        let many = clause.form.matches('D').count();
        let mut days = clause.days.iter().peekable();
        let mut tails = clause.form.split('D').skip(1).peekable();
        while let (Some(first), Some(mut tail)) = (days.next(), tails.next()) {
            let phrase = first;
            // 「平日は毎日」
            if let ("", Some(next)) = (tail, days.peek()) {
                (next.all().days == super::Days::EVERY).then_some(())?;
                (_, tail) = (days.next(), tails.next()?);
                (!tail.is_empty() && tail != "O").then_some(())?;
            }
            let closing = days.peek().is_none();
            if tail == "E" && closing && !self.left.is_empty() {
                // 「平日可（水曜を除く）」
                self.say(&Said::Refused, phrase, clause)?;
            } else if tail.is_empty() || tail == "R" || tail == "O" {
                (many == 1 || !phrase.but.none()).then_some(())?;
                closing.then_some(())?;
                self.bare(phrase, tail == "O", clause)?;
            } else {
                self.say(&tail_says(tail, phrase)?, phrase, clause)?;
            }
        }
        Some(())
    }
    /// Days of which nothing is said are refused: the text is about those.
    fn bare(&mut self, phrase: &Phrase, only: bool, clause: &Clause) -> Option<()> {
        let working = phrase.all().has_working_days();
        let hours = !clause.hours.is_empty() && !clause.is_part_of_the_day();
        // 「平日のみ」, 「月〜土（祝日除く）」, 「月〜金 9時〜17時」, 「土日祝は午前のみ」: what of them?
        (!(working && (only || hours || !phrase.but.none()))).then_some(())?;
        (!(only && clause.is_part_of_the_day())).then_some(())?;
        self.bare_after_left |= !self.left.is_empty();
        self.say(&Said::Refused, phrase, clause)
    }
    /// 「受取可：火・木」: what is said stands before the days.
    fn before(&mut self, clause: &Clause) -> Option<()> {
        let clause = &clause.excepted()?;
        let mut heads = clause.form.split('D');
        let mut head = heads.next()?;
        let mut rest = heads.peekable();
        for phrase in &clause.days {
            is_head(head).then_some(())?;
            let tail = rest.next()?;
            let closing = rest.peek().is_none();
            let no = head.contains('N');
            let weak = !no && !head.contains('Y');
            let said = match (tail, closing) {
                ("" | "O", true) if no => Said::Refused,
                ("E", true) if no => Said::AllButRefused,
                ("" | "O", true) => Said::Left,
                ("E", true) => Said::AllButLeft,
                ("M" | "MV" | "MY", true) => Said::Also,
                ("N", true) if weak && phrase.parts.len() < 2 => Said::Refused,
                // 「受取可：火・木、金は不可」
                ("N" | "VN", true) if !no && !weak && phrase.parts.len() > 1 => {
                    let (last, others) = phrase.parts.split_last()?;
                    let of = |parts: Vec<Set>| Phrase { parts, ..phrase.clone() };
                    self.say(&Said::Left, &of(others.to_vec()), clause)?;
                    self.say(&Said::Refused, &of(vec![last.clone()]), clause)?;
                    return Some(());
                }
                // 「受取は月、水、金は不可」: the others, too?
                (tail, true) if weak => {
                    let open = phrase.parts.len() > 1 && tail.contains('N');
                    (!open || tail.contains(['E', 'S'])).then_some(())?;
                    tail_says(tail, phrase)?
                }
                // 「○火・木×月・水・金」
                (_, false) if no => Said::Refused,
                (_, false) => Said::Left,
                _ => return None,
            };
            // The list behind a head is its own, whatever parts it.
            let listed = Phrase { parts: vec![phrase.all()], ..phrase.clone() };
            let whole = tail.is_empty() || tail == "O" || !closing;
            self.say(&said, if whole { &listed } else { phrase }, clause)?;
            self.listing = clause.noun && matches!(said, Said::Left) && tail.is_empty();
            head = tail;
        }
        Some(())
    }
    fn say(&mut self, said: &Said, phrase: &Phrase, clause: &Clause) -> Option<()> {
        let narrow = phrase.loose || !phrase.is_one_list() || clause.is_part_of_the_day();
        match said {
            Said::Refused | Said::AllButLeft if narrow && !phrase.but.none() => return None,
            Said::Refused => {
                self.all.refused.and(phrase.all());
                self.all.spared.and(phrase.but.clone());
            }
            // 「土日以外は可」: the days that were named are the refused ones.
            Said::AllButLeft if phrase.but.none() && !clause.is_part_of_the_day() => {
                self.all.refused.and(phrase.all());
            }
            Said::Also if !narrow && phrase.but.none() => self.also.push(phrase.clone()),
            Said::Left | Said::AllButRefused if !narrow => {
                self.all.refused.and(phrase.but.clone());
                let others = Phrase { but: Set::default(), ..phrase.clone() };
                self.left.push((others, clause.form.contains('O')));
            }
            _ => return None,
        }
        Some(())
    }
    fn end(mut self) -> Option<Read> {
        let says = !self.all.refused.none() || !self.left.is_empty();
        // 「特になし、土日」, 「火・木は可、金」, 「水曜は不可、土日も可」
        let unclear = (self.nothing && (says || !self.also.is_empty()))
            || self.bare_after_left
            || (!self.also.is_empty() && !self.all.refused.none());
        (!unclear).then_some(())?;
        if !self.left.is_empty() {
            self.left.extend(self.also.drain(..).map(|also| (also, false)));
        }
        for (left, only) in std::mem::take(&mut self.left) {
            let left = left.all();
            if self.all.refused.holds_all_of(&left) {
                // Said of the same days twice, or of holidays that may be a Sunday's.
                let same = left.holds_all_of(&self.all.refused) || left.days.holidays;
                (!same && !only).then_some(())?;
                self.all.spared.and(left);
            } else {
                self.all.left.and(left);
            }
        }
        Some(self.all)
    }
}

/// What the words behind days say of them.
fn tail_says(tail: &str, phrase: &Phrase) -> Option<Said> {
    let working = phrase.all().has_working_days();
    let only = |letters: &str| tail.chars().all(|c| letters.contains(c));
    Some(match tail {
        // 「火・木受取」, 「平日のみお願いします」; 「土日受取」 may be what is refused.
        "V" | "OV" if working => Said::Left,
        "Y" | "VY" | "vY" | "YV" | "OY" | "OVY" | "OYV" | "VOY" | "vOY" | "IV" | "IY" | "IVY"
        | "IA" | "IAY" | "IAVY" | "A" | "AY" | "AVY" | "VYV" | "VO" => Said::Left,
        "SN" | "SVN" | "VSN" => Said::Left,
        "EY" | "EV" | "EVY" | "EIY" | "EIA" | "EIV" | "EIVY" | "EIAY" | "EA" | "EAY" | "EYV"
        | "EVYV" => Said::AllButLeft,
        "EN" | "EVN" | "ENV" | "EVNV" => Said::AllButRefused,
        "MV" | "MY" | "MVY" | "MYV" | "VMY" | "vMY" => Said::Also,
        "VZ" | "vZ" => Said::Refused,
        tail if tail.contains('N') && only("NRVvMO") => Said::Refused,
        _ => return None,
    })
}

impl Set {
    /// Whether each day of another one is surely one of its own.
    fn holds_all_of(&self, other: &Set) -> bool {
        let (own, their) = (self.days, other.days);
        let week = |day: &usize| own.week[*day] || !their.week[*day];
        let named = [
            (own.holidays, their.holidays),
            (own.new_year, their.new_year),
            (own.golden_week, their.golden_week),
            (own.bon, their.bon),
        ];
        let of_date = |date: &Date| own.week[weekday(*date)] || self.holds_beside_the_week(*date);
        (0..7).all(|day| week(&day))
            && named.iter().all(|(own, their)| *own || !their)
            && other.nth.iter().all(|at| own.week[at.1] || self.nth.contains(at))
            && other.spans.dates().is_some_and(|spans| {
                spans.iter().all(|(from, to)| {
                    let days = (0..=31).map_while(|n| from.checked_add(n.days()).ok());
                    let mut days = days.take_while(|day| day <= to);
                    *to <= from.saturating_add(31.days()) && days.all(|day| of_date(&day))
                })
            })
    }
}
