//! The words in which venues write on which days they take nothing.

use super::calendar::{self, Written, at};
use super::days::{Days, WEEK};
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
    /// 受取, 納品: what is done on the days beside it, unless something else is said of them; whether の stands before it.
    Deed(bool),
    /// 特になし
    Nothing,
    /// 9:00, 13時半: its hour.
    Time(u8),
    /// 午前, 夕方
    Half,
    /// の: nothing between two days.
    Filler,
    /// 日, 曜日 of 「受取可能日」.
    Noun,
    /// ・と: what parts one day from the next.
    Join,
    /// 、。: what parts one remark from the next.
    Stop,
    /// A word that may be a reason: 棚卸, 休診.
    Other,
    /// What narrows or moves a day in a way that nobody reads: 月末, 来週, 月2回.
    Odd,
}

const fn weekend() -> Days {
    let mut days =
        Days { week: [false; 7], holidays: false, new_year: false, golden_week: false, bon: false };
    days.week[5] = true;
    days.week[6] = true;
    days
}
const fn workdays() -> Days {
    let mut days =
        Days { week: [true; 7], holidays: false, new_year: false, golden_week: false, bon: false };
    days.week[5] = false;
    days.week[6] = false;
    days
}
const NONE: Days =
    Days { week: [false; 7], holidays: false, new_year: false, golden_week: false, bon: false };
const HOLIDAYS: Piece = Piece::Days(Days { holidays: true, ..NONE });
const NEW_YEAR: Piece = Piece::Days(Days { new_year: true, ..NONE });
const GOLDEN: Piece = Piece::Days(Days { golden_week: true, ..NONE });
const BON: Piece = Piece::Days(Days { bon: true, ..NONE });
const CLOSED: Piece = Piece::Days(Days { holidays: true, ..weekend() });
const EVERY: Piece = Piece::Days(Days::EVERY);
const DEED: Piece = Piece::Deed(false);

/// Words, each before those that it begins with.
const WORDS: &[(&str, Piece)] = &[
    ("祝祭日", HOLIDAYS),
    ("祝日", HOLIDAYS),
    ("祭日", HOLIDAYS),
    ("祝", HOLIDAYS),
    ("holidays", HOLIDAYS),
    ("holiday", HOLIDAYS),
    ("休日", CLOSED),
    ("週末", Piece::Days(weekend())),
    ("weekends", Piece::Days(weekend())),
    ("weekend", Piece::Days(weekend())),
    ("どにち", Piece::Days(weekend())),
    ("週明け", Piece::Day(0)),
    ("平日", Piece::Days(workdays())),
    ("weekdays", Piece::Days(workdays())),
    ("weekday", Piece::Days(workdays())),
    ("いつでも", Piece::Nothing),
    ("いつも", Piece::Nothing),
    ("特になし", Piece::Nothing),
    ("特に無し", Piece::Nothing),
    ("とくになし", Piece::Nothing),
    ("該当なし", Piece::Nothing),
    ("問題なし", Piece::Yes),
    ("問題無し", Piece::Yes),
    ("問題ありません", Piece::Yes),
    ("支障ありません", Piece::Yes),
    ("構いません", Piece::Yes),
    ("かまいません", Piece::Yes),
    ("結構です", Piece::Yes),
    ("指定なし", Piece::Nothing),
    ("指定無し", Piece::Nothing),
    ("ありません", Piece::Nothing),
    ("ございません", Piece::Nothing),
    ("なし", Piece::Nothing),
    ("無し", Piece::Nothing),
    ("毎日", EVERY),
    ("全日", EVERY),
    ("全曜日", EVERY),
    ("隔日", EVERY),
    ("everyday", EVERY),
    ("年末年始", NEW_YEAR),
    ("年末", NEW_YEAR),
    ("年始", NEW_YEAR),
    ("正月", NEW_YEAR),
    ("お盆", BON),
    ("盆休み", BON),
    ("ごーるでんうぃーく", GOLDEN),
    ("ごーるでんういーく", GOLDEN),
    ("大型連休", GOLDEN),
    ("gw", GOLDEN),
    ("month", Piece::Other),
    ("monday", Piece::Day(0)),
    ("tuesday", Piece::Day(1)),
    ("wednesday", Piece::Day(2)),
    ("thursday", Piece::Day(3)),
    ("friday", Piece::Day(4)),
    ("saturday", Piece::Day(5)),
    ("sunday", Piece::Day(6)),
    ("tues", Piece::Day(1)),
    ("thurs", Piece::Day(3)),
    ("mon", Piece::Day(0)),
    ("tue", Piece::Day(1)),
    ("wed", Piece::Day(2)),
    ("thu", Piece::Day(3)),
    ("fri", Piece::Day(4)),
    ("sat", Piece::Day(5)),
    ("sun", Piece::Day(6)),
    ("げつよう", Piece::Day(0)),
    ("かよう", Piece::Day(1)),
    ("すいよう", Piece::Day(2)),
    ("もくよう", Piece::Day(3)),
    ("きんよう", Piece::Day(4)),
    ("どよう", Piece::Day(5)),
    ("にちよう", Piece::Day(6)),
    ("から", Piece::Span),
    ("より", Piece::Span),
    ("ないし", Piece::Span),
    ("乃至", Piece::Span),
    ("through", Piece::Span),
    ("thru", Piece::Span),
    ("to", Piece::Span),
    ("まで", Piece::Until),
    ("迄", Piece::Until),
    ("以降", Piece::After),
    ("以後", Piece::After),
    ("以外", Piece::Except),
    ("除", Piece::Except),
    ("のぞ", Piece::Except),
    ("except", Piece::Except),
    ("不可", Piece::No),
    ("不在", Piece::No),
    ("定休日", Piece::No),
    ("休診日", Piece::No),
    ("休業日", Piece::No),
    ("休館日", Piece::No),
    ("お断", Piece::No),
    ("避", Piece::No),
    ("控え", Piece::No),
    ("遠慮", Piece::No),
    ("やめて", Piece::No),
    ("止めて", Piece::No),
    ("都合が悪", Piece::No),
    ("都合の悪", Piece::No),
    ("都合悪", Piece::No),
    ("しないで", Piece::No),
    ("しない", Piece::No),
    ("しません", Piece::No),
    ("notavailable", Piece::No),
    ("unavailable", Piece::No),
    ("closed", Piece::No),
    ("受け取れません", Piece::No),
    ("受け取れない", Piece::No),
    ("受取れません", Piece::No),
    ("受取れない", Piece::No),
    ("できません", Piece::No),
    ("できない", Piece::No),
    ("出来ません", Piece::No),
    ("出来ない", Piece::No),
    ("だめ", Piece::No),
    ("無理", Piece::No),
    ("休", Piece::No),
    ("閉", Piece::No),
    ("ng", Piece::No),
    ("×", Piece::No),
    ("許可", Piece::Other),
    ("可", Piece::Yes),
    ("ok", Piece::Yes),
    ("○", Piece::Yes),
    ("◯", Piece::Yes),
    ("受け取れます", Piece::Yes),
    ("受け取れる", Piece::Yes),
    ("受取れる", Piece::Yes),
    ("できる", Piece::Yes),
    ("出来る", Piece::Yes),
    ("都合の良い", Piece::Yes),
    ("都合のよい", Piece::Yes),
    ("都合のいい", Piece::Yes),
    ("都合が良い", Piece::Yes),
    ("都合がよい", Piece::Yes),
    ("都合がいい", Piece::Yes),
    ("都合良い", Piece::Yes),
    ("都合よい", Piece::Yes),
    ("都合がつく", Piece::Yes),
    ("都合のつく", Piece::Yes),
    ("指定", Piece::Yes),
    ("available", Piece::Yes),
    ("受取れます", Piece::Yes),
    ("受け取ります", Piece::Yes),
    ("できます", Piece::Yes),
    ("出来ます", Piece::Yes),
    ("大丈夫", Piece::Yes),
    ("希望", Piece::Yes),
    ("午前中", Piece::Half),
    ("午前", Piece::Half),
    ("午後", Piece::Half),
    ("終日", Piece::Filler),
    ("夕方", Piece::Half),
    ("朝", Piece::Half),
    ("昼", Piece::Half),
    ("夜", Piece::Half),
    ("am", Piece::Half),
    ("pm", Piece::Half),
    ("毎週", Piece::Filler),
    ("毎月", Piece::Filler),
    ("隔週", Piece::Filler),
    ("曜日", Piece::Noun),
    ("最終", Piece::Nth(0)),
    ("最後", Piece::Nth(0)),
    ("再来週", Piece::Odd),
    ("今週", Piece::Odd),
    ("来週", Piece::Odd),
    ("先週", Piece::Odd),
    ("翌", Piece::Odd),
    ("前日", Piece::Odd),
    ("月末", Piece::Odd),
    ("月初", Piece::Odd),
    ("上旬", Piece::Odd),
    ("中旬", Piece::Odd),
    ("下旬", Piece::Odd),
    ("のみ", Piece::Only),
    ("だけ", Piece::Only),
    ("に限", Piece::Only),
    ("限定", Piece::Only),
    ("only", Piece::Only),
    ("受け取り", DEED),
    ("受取り", DEED),
    ("受取", DEED),
    ("受領", DEED),
    ("納品", DEED),
    ("納入", DEED),
    ("配達", DEED),
    ("配送", DEED),
    ("受け入れ", DEED),
    ("受入", DEED),
    ("荷受け", DEED),
    ("荷受", DEED),
    ("搬入", DEED),
    ("お届け", DEED),
    ("届けて", DEED),
    ("お願い", DEED),
    ("御願い", DEED),
    ("診療日", DEED),
    ("診察日", DEED),
    ("営業日", DEED),
    ("開院日", DEED),
    ("開所日", DEED),
    ("稼働日", DEED),
    ("勤務日", DEED),
    ("対応", Piece::Filler),
    ("よろしく", Piece::Filler),
    ("宜しく", Piece::Filler),
    ("してください", Piece::Filler),
    ("して下さい", Piece::Filler),
    ("ください", Piece::Filler),
    ("下さい", Piece::Filler),
    ("いたします", Piece::Filler),
    ("致します", Piece::Filler),
    ("しています", Piece::Filler),
    ("します", Piece::Filler),
    ("能", Piece::Filler),
    ("です", Piece::Filler),
    ("ます", Piece::Filler),
    ("な", Piece::Filler),
    ("は", Piece::Filler),
    ("が", Piece::Filler),
    ("を", Piece::Filler),
    ("に", Piece::Filler),
    ("で", Piece::Filler),
    ("も", Piece::Also),
    ("の", Piece::Filler),
    ("と", Piece::Join),
    ("や", Piece::Join),
    ("か", Piece::Join),
];

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
    ["曜日", "ようび", "よう日", "曜", "よう"]
        .iter()
        .find(|t| starts(t))
        .map_or(0, |t| t.chars().count())
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let letters: Vec<char> = input::folded(text)
        .to_lowercase()
        .chars()
        .map(|c| if c == '\n' { '。' } else { input::hiragana(c) })
        .filter(|c| !input::is_blank(*c))
        .collect();
    let at = |i: usize| at(&letters, i);
    let starts = |i: usize, word: &str| word.chars().enumerate().all(|(n, c)| at(i + n) == c);
    let mut all: Vec<Piece> = Vec::new();
    let (mut i, mut ordinal) = (0, false);
    while i < letters.len() {
        let c = letters[i];
        let before = if i == 0 { ' ' } else { at(i - 1) };
        let word = WORDS.iter().find(|(word, _)| starts(i, word));
        // 月末 is no Monday.
        let odd = word.is_some_and(|(_, piece)| *piece == Piece::Odd);
        if let Some(day) = WEEK.iter().position(|d| *d == c).filter(|_| !odd) {
            let named = starts(i + 1, "曜") || starts(i + 1, "よう");
            let stray = !named && !ordinal && another_word(c, before, at(i + 1));
            // 受取日, 可能日
            let noun = c == '日'
                && matches!(
                    all.last(),
                    Some(Piece::Yes | Piece::No | Piece::Deed(_) | Piece::Filler)
                );
            all.push(match (!named && counted(&letters, i, ordinal), stray) {
                (true, _) => Piece::Odd,
                (_, true) if noun => Piece::Noun,
                (_, true) => Piece::Other,
                _ => Piece::Day(day),
            });
            i += 1 + tail(&letters[i + 1..]);
            ordinal = false;
            continue;
        }
        if c.is_ascii_digit() {
            let (piece, next) = number(&letters, i, ordinal, &all);
            all.push(piece);
            i = next;
            continue;
        }
        let kanji = "一二三四五".chars().position(|k| k == c).filter(|_| ordinal);
        ordinal = c == '第' || (ordinal && (kanji.is_some() || "・,、.の週と".contains(c)));
        if let Some(n) = kanji {
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
        } else if c != '第' && !(ordinal && c == '週') {
            all.push(sign(c));
        }
        i += 1;
    }
    all
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
    times || dated
}

/// A letter that is no word's beginning.
fn sign(c: char) -> Piece {
    match c {
        '~' | '〜' | '～' | '→' | '∼' | '⁓' | '〰' => Piece::Span,
        'ー' => Piece::Dash,
        c if input::is_dash(c) => Piece::Dash,
        '・' | '/' | '&' | '+' | '(' | ')' | '.' | ':' | '「' | '」' | '[' | ']' => Piece::Join,
        '、' | ',' | '。' | ';' => Piece::Stop,
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
