//! The words in which venues write on which days they take nothing.

use super::calendar::{self, Written, at};
use super::days::{Days, WEEK};
use super::vocabulary::{DEED, WORDS};
use crate::input;

/// What one word of the text says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece {
    Day(usize),
    Days(Days),
    /// 2/16, 2月16日, 16日
    Date(Written),
    /// 3月中
    Month(i8),
    /// 第2, 最終 (0): of the weekday behind it.
    Nth(i8),
    /// 〜, から
    Span,
    /// －: from one day to another; behind one day alone it is no more than a dash.
    Dash,
    /// より: から, or a comparison.
    Than,
    /// まで
    Until,
    /// 以降
    After,
    /// 以外, を除く
    Except,
    /// のみ
    Only,
    /// 「土日も可」
    Also,
    /// 可, 受け取れます
    Yes,
    /// 不可, 休み
    No,
    /// 受取, 納品: what is done on the days beside it, unless something else is said of them; whether の
    /// stands before it.
    Deed(bool),
    /// 特になし
    Nothing,
    /// 9:00, 13時半: its hour.
    Time(u8),
    /// 午前, 夕方
    Half,
    /// は, です: nothing beside days.
    Filler,
    /// の
    Of,
    /// 毎週: every one of the days behind it.
    Each,
    /// 隔週: some of them.
    Alternate,
    /// 週 behind a day of the calendar: 2/14の週.
    WeekOf,
    /// Days of every month that end in these digits, a bit for each: 5の付く日.
    EndsIn(u16),
    /// 「平日しか受け取れない」
    Nobut,
    /// 「平日ならいつでも」
    If,
    /// に, で: something is said behind it.
    At,
    /// いつでも
    Anytime,
    /// 棚卸のため: why.
    Reason,
    /// 日, 曜日 of 「受取可能日」.
    Noun,
    /// ・: what parts one day from the next.
    Join,
    /// か, または: as that, and nothing behind a word.
    Or,
    Open,
    Close,
    /// 、: what parts one day or one remark from the next.
    Comma,
    /// 。: what parts one remark from the next.
    Stop,
    /// What no list of words knows.
    Other,
    /// What narrows or moves a day in a way that nobody reads: 月末, 来週, 月2回.
    Odd,
}

/// Letters beside a weekday's that make another word of it: 日中, 断水, 料金.
fn another_word(day: char, before: char, after: char) -> bool {
    let ideograph = |c: char| input::is_ideograph(c) && !WEEK.contains(&c);
    match day {
        '日' => {
            matches!(after, '中' | '時' | '程' | '間' | '勤' | '付' | '数' | '々' | '本')
                || (ideograph(before) && !"祝週毎隔第".contains(before))
                || "のるいな".contains(before)
        }
        '月' => {
            matches!(after, '末' | '初' | '間' | '例' | '額' | '謝' | '度')
                || (ideograph(before) && !"祝週毎隔第".contains(before))
        }
        '火' => matches!(after, '気' | '災') || before == '花',
        '水' => {
            matches!(after, '害' | '道' | '漏' | '没')
                || matches!(before, '断' | '浸' | '排' | '漏')
        }
        '木' => matches!(after, '造' | '材'),
        '金' => matches!(after, '額' | '庫' | '銭') || matches!(before, '料' | '現'),
        _ => matches!(after, '足' | '砂' | '地' | '台'),
    }
}

/// How many letters of 曜日 stand behind a day.
fn tail(letters: &[char]) -> usize {
    let starts = |word: &str| word.chars().enumerate().all(|(n, c)| letters.get(n) == Some(&c));
    // 土曜日曜
    let next = [("曜日曜", "曜"), ("よう日よう", "よう"), ("曜日よう", "曜"), ("よう日曜", "よう")];
    let joined = next.iter().find(|(both, _)| starts(both)).map(|(_, one)| one);
    joined
        .into_iter()
        .chain(&["曜日", "ようび", "よう日", "曜", "よう"])
        .find(|t| starts(t))
        .map_or(0, |t| t.chars().count())
}

/// The letters of a text without its blanks, and whether one stood before each.
fn letters(text: &str) -> (Vec<char>, Vec<bool>) {
    let (mut letters, mut parted): (Vec<char>, Vec<bool>) = (Vec::new(), Vec::new());
    let mut gap = false;
    for c in input::folded(text).to_lowercase().chars() {
        let c = if c == '\n' { '。' } else { input::hiragana(c) };
        if input::is_blank(c) {
            gap = true;
            continue;
        }
        // 2/16 13:00
        let digits = letters.last().is_some_and(char::is_ascii_digit) && c.is_ascii_digit();
        if gap && digits {
            letters.push('・');
            parted.push(false);
        }
        letters.push(c);
        parted.push(std::mem::take(&mut gap));
    }
    (letters, parted)
}

/// A weekday's letter, and what it says where another word holds it.
fn weekday(day: usize, letters: &[char], i: usize, stray: bool, last: Option<&Piece>) -> Piece {
    use Piece::{At, Deed, Filler, No, Of, Yes};
    // 受取日, 可能日
    let noun = letters.get(i) == Some(&'日')
        && matches!(last, Some(Yes | No | Deed(_) | Filler | At | Of));
    match stray {
        true if noun => Piece::Noun,
        true => Piece::Other,
        false => Piece::Day(day),
    }
}

/// 5の付く日, and where the next piece begins; nothing of 1, 2 and 3, which begin numbers, too.
fn ends_in(letters: &[char], i: usize) -> Option<(Piece, usize)> {
    let digit = at(letters, i).to_digit(10).filter(|d| !(1..4).contains(d))?;
    let starts = |word: &&&str| word.chars().enumerate().all(|(n, c)| at(letters, i + 1 + n) == c);
    let word = ["の付く日", "のつく日"].iter().find(starts)?;
    Some((Piece::EndsIn(1 << digit), i + 1 + word.chars().count()))
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let (letters, parted) = letters(text);
    let at = |i: usize| at(&letters, i);
    let starts = |i: usize, word: &str| word.chars().enumerate().all(|(n, c)| at(i + n) == c);
    let is_parted = |i: usize| parted.get(i).copied().unwrap_or(true);
    let mut all: Vec<Piece> = Vec::new();
    let (mut i, mut ordinal) = (0, false);
    while i < letters.len() {
        let c = letters[i];
        let before = if i == 0 || is_parted(i) { ' ' } else { at(i - 1) };
        let after = if is_parted(i + 1) { ' ' } else { at(i + 1) };
        let word = WORDS.iter().find(|(word, _)| starts(i, word));
        // 月末 is no Monday.
        let odd = word.is_some_and(|(_, piece)| *piece == Piece::Odd);
        if let Some(day) = WEEK.iter().position(|d| *d == c).filter(|_| !odd) {
            let named = starts(i + 1, "曜") || starts(i + 1, "よう");
            let stray = !named && !ordinal && another_word(c, before, after);
            let piece = weekday(day, &letters, i, stray, all.last());
            let counted = !named && counted(&letters, i, ordinal);
            all.push(if counted { Piece::Odd } else { piece });
            i += 1 + tail(&letters[i + 1..]);
            let holiday = ["祝日", "祝祭日"].iter().any(|w| starts(i, w));
            // 「土曜日祝」: with or without the Sunday?
            if named && at(i - 1) == '日' && !is_parted(i) && starts(i, "祝") && !holiday {
                all.push(Piece::Odd);
            }
            ordinal = false;
            continue;
        }
        if let Some(n) = era(&letters, i) {
            i += n;
            continue;
        }
        if c.is_ascii_digit() {
            let (piece, next) =
                ends_in(&letters, i).unwrap_or_else(|| number(&letters, i, ordinal, &all));
            all.push(piece);
            i = next;
            continue;
        }
        // 第2週の水曜: which weeks does it count?
        let weeks = ordinal && c == '週';
        let kanji = "一二三四五".chars().position(|k| k == c).filter(|_| ordinal);
        ordinal = c == '第' || (ordinal && (kanji.is_some() || "・,、.の週と".contains(c)));
        if weeks {
            all.push(Piece::Odd);
        } else if let Some(n) = kanji {
            all.push(Piece::Nth(i8::try_from(n + 1).unwrap_or_default()));
        } else if let Some((word, piece)) = word {
            ordinal |= matches!(piece, Piece::Nth(_));
            all.push(if *piece == DEED { Piece::Deed(before == 'の') } else { *piece });
            i += word.chars().count();
            // すいよう日, すいようび
            if word.ends_with("よう") && matches!(at(i), '日' | 'び') {
                i += 1;
            }
            continue;
        } else if c != '第' {
            all.push(sign(c));
        }
        i += 1;
    }
    all
}

/// How many letters before a year name its era: 令和4年, R4.
fn era(letters: &[char], i: usize) -> Option<usize> {
    let many = letters[i..].iter().take(3).take_while(|c| !c.is_ascii_digit()).count();
    let ends = (1..=2).contains(&many) && at(letters, i + many).is_ascii_digit();
    let eras = ["令和", "平成", "令", "平", "r", "h", "r.", "h."];
    let named = eras.iter().any(|e| e.chars().eq(letters[i..i + many].iter().copied()));
    (ends && named).then_some(many)
}

/// 月2回 and 三月 are numbers; 第2月曜 and 月9:00 are weekdays.
fn counted(letters: &[char], i: usize, ordinal: bool) -> bool {
    let at = |i: usize| at(letters, i);
    let before = i.checked_sub(1).map_or(' ', at);
    let digits = letters[i + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    let times =
        letters[i] == '月' && digits > 0 && matches!(at(i + 1 + digits), '回' | '度' | '日' | '週');
    let dated =
        matches!(letters[i], '月' | '日') && "一二三四五六七八九十".contains(before) && !ordinal;
    // 「　月　日」 that nobody filled in.
    let blank = letters[i] == '月' && at(i + 1) == '日' && at(i + 2) != '曜';
    times || dated || blank
}

/// A letter that is no word's beginning.
fn sign(c: char) -> Piece {
    match c {
        '~' | '〜' | '～' | '∼' | '⁓' | '〰' => Piece::Span,
        'ー' => Piece::Dash,
        c if input::is_dash(c) => Piece::Dash,
        '・' | '/' | '&' | '+' | '.' | ':' | '「' | '」' | '※' | '【' | '】' => Piece::Join,
        '(' | '[' => Piece::Open,
        ')' | ']' => Piece::Close,
        '、' | ',' => Piece::Comma,
        '。' | ';' => Piece::Stop,
        _ => Piece::Other,
    }
}

/// The piece that begins with a digit, and where the next one does.
fn number(letters: &[char], from: usize, ordinal: bool, before: &[Piece]) -> (Piece, usize) {
    let at = |i: usize| at(letters, i);
    let digits: String = letters[from..].iter().take_while(|c| c.is_ascii_digit()).collect();
    let mut end = from + digits.len();
    if let Some(n) = digits.parse().ok().filter(|n| ordinal && (1..=5).contains(n)) {
        return (Piece::Nth(n), end);
    }
    if let Some(dated) = calendar::piece(letters, from, before) {
        return dated;
    }
    let time = matches!(at(end), ':' | '時');
    while time && (at(end).is_ascii_digit() || matches!(at(end), ':' | '時' | '分' | '半')) {
        end += 1;
    }
    (if time { Piece::Time(digits.parse().unwrap_or_default()) } else { Piece::Odd }, end)
}
