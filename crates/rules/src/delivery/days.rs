//! 受け取れない曜日: the days on which a venue takes nothing, in the words that its office wrote. Where the words leave it open, the day
//! is one of them: better asked once too often.

use jiff::civil::Date;

use crate::holidays::Holidays;
use crate::input;

const WEEK: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

/// What a text refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Days {
    /// From Monday.
    week: [bool; 7],
    holidays: bool,
    new_year: bool,
    golden_week: bool,
    bon: bool,
}

impl Days {
    const EVERY: Days = Days { week: [true; 7], holidays: true, new_year: true, golden_week: true, bon: true };

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

/// Whether a day is one of those on which a venue takes nothing, as the venue wrote them: `土日祝`, `水曜日`, `土〜月`, `平日`, `年末年始`.
/// Every day is, where the text says which days are left (`月水以外`, `火曜のみ可`).
pub fn refuses(text: &str, date: Date, holidays: &Holidays) -> bool {
    let days = read(text);
    let at = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let (month, day) = (date.month(), date.day());
    days.week[at]
        || (days.holidays && holidays.name(date).is_some())
        || (days.new_year && ((month == 12 && day >= 29) || (month == 1 && day <= 3)))
        || (days.golden_week && ((month == 4 && day >= 29) || (month == 5 && day <= 5)))
        || (days.bon && month == 8 && (13..=16).contains(&day))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Day(usize),
    Days(Days),
    /// 〜, から
    Span,
    /// まで
    Until,
    /// 以降
    After,
    /// 以外, を除く
    Except,
    /// 可, 受け取れます
    Yes,
    /// 不可, 休み
    No,
    /// 9:00, 13時半
    Time,
    /// 午前, の: nothing between two days.
    Filler,
    /// 、・と: what parts one day from the next.
    Join,
    Other,
}

const fn weekend() -> Days {
    let mut days = Days { week: [false; 7], holidays: false, new_year: false, golden_week: false, bon: false };
    days.week[5] = true;
    days.week[6] = true;
    days
}
const fn workdays() -> Days {
    let mut days = Days { week: [true; 7], holidays: false, new_year: false, golden_week: false, bon: false };
    days.week[5] = false;
    days.week[6] = false;
    days
}
const NONE: Days = Days { week: [false; 7], holidays: false, new_year: false, golden_week: false, bon: false };
const HOLIDAYS: Piece = Piece::Days(Days { holidays: true, ..NONE });
const NEW_YEAR: Piece = Piece::Days(Days { new_year: true, ..NONE });
const GOLDEN: Piece = Piece::Days(Days { golden_week: true, ..NONE });
const BON: Piece = Piece::Days(Days { bon: true, ..NONE });
const CLOSED: Piece = Piece::Days(Days { holidays: true, ..weekend() });
const EVERY: Piece = Piece::Days(Days::EVERY);

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
    ("いつでも", Piece::Other),
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
    ("受取れます", Piece::Yes),
    ("受け取ります", Piece::Yes),
    ("できます", Piece::Yes),
    ("出来ます", Piece::Yes),
    ("大丈夫", Piece::Yes),
    ("希望", Piece::Yes),
    ("午前中", Piece::Filler),
    ("午前", Piece::Filler),
    ("午後", Piece::Filler),
    ("終日", Piece::Filler),
    ("夕方", Piece::Filler),
    ("朝", Piece::Filler),
    ("昼", Piece::Filler),
    ("夜", Piece::Filler),
    ("am", Piece::Filler),
    ("pm", Piece::Filler),
    ("毎週", Piece::Filler),
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
                || before == 'の'
        }
        '月' => matches!(after, '末' | '初' | '間' | '例' | '額' | '謝' | '度') || (ideograph(before) && !"祝週毎隔第".contains(before)),
        '火' => matches!(after, '気' | '災') || before == '花',
        '水' => matches!(after, '害' | '道' | '漏' | '没') || matches!(before, '断' | '浸' | '排' | '漏'),
        '木' => matches!(after, '造' | '材'),
        '金' => matches!(after, '額' | '庫' | '銭') || matches!(before, '料' | '現'),
        _ => matches!(after, '足' | '砂' | '地' | '台'),
    }
}

/// How many letters of 曜日 stand behind a day.
fn tail(letters: &[char]) -> usize {
    let starts = |word: &str| word.chars().enumerate().all(|(n, c)| letters.get(n) == Some(&c));
    ["曜日", "ようび", "よう日", "曜", "よう"].iter().find(|t| starts(t)).map_or(0, |t| t.chars().count())
}

fn pieces(text: &str) -> Vec<Piece> {
    let letters: Vec<char> = input::folded(text)
        .to_lowercase()
        .chars()
        .map(|c| if c == '\n' { '。' } else { input::hiragana(c) })
        .filter(|c| !input::is_blank(*c))
        .collect();
    let at = |i: usize| letters.get(i).copied().unwrap_or(' ');
    let starts = |i: usize, word: &str| word.chars().enumerate().all(|(n, c)| at(i + n) == c);
    let mut all = Vec::new();
    let (mut i, mut ordinal) = (0, false);
    while i < letters.len() {
        let c = letters[i];
        let before = if i == 0 { ' ' } else { at(i - 1) };
        let named = starts(i + 1, "曜") || starts(i + 1, "よう");
        if let Some(day) = WEEK.iter().position(|d| *d == c) {
            // 3月5日 is a date and 月2回 a number; 第2月曜 and 月9:00 are weekdays.
            let digits = letters[i + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
            let counted = c == '月' && digits > 0 && matches!(at(i + 1 + digits), '回' | '度' | '日' | '週');
            let dated = matches!(c, '月' | '日') && (before.is_ascii_digit() || "一二三四五六七八九十".contains(before)) && !ordinal;
            let stray = !named && (dated || counted || (!ordinal && another_word(c, before, at(i + 1))));
            all.push(if stray { Piece::Other } else { Piece::Day(day) });
            i += 1 + tail(&letters[i + 1..]);
            ordinal = false;
            continue;
        }
        if c.is_ascii_digit() {
            let mut end = i;
            while at(end).is_ascii_digit() {
                end += 1;
            }
            let time = matches!(at(end), ':' | '時');
            while time && (at(end).is_ascii_digit() || matches!(at(end), ':' | '時' | '分' | '半')) {
                end += 1;
            }
            all.push(if time { Piece::Time } else { Piece::Other });
            i = end;
            continue;
        }
        ordinal = c == '第' || (ordinal && (matches!(c, '・' | ',' | '、' | '.') || "一二三四五".contains(c)));
        if let Some((word, piece)) = WORDS.iter().find(|(word, _)| starts(i, word)) {
            all.push(*piece);
            i += word.chars().count();
            // すいよう日, すいようび
            if word.ends_with("よう") && matches!(at(i), '日' | 'び') {
                i += 1;
            }
            continue;
        }
        all.push(match c {
            '~' | '〜' | '～' | 'ー' | '→' | '∼' | '⁓' | '〰' => Piece::Span,
            c if input::is_dash(c) => Piece::Span,
            '、' | ',' | '。' | ';' | '/' | '・' | '&' | '+' | '(' | ')' | '.' => Piece::Join,
            _ => Piece::Other,
        });
        i += 1;
    }
    all
}

fn read(text: &str) -> Days {
    let pieces = pieces(text);
    // Days that wait for a word which says whether they are refused or left; those that are refused; whether any were left.
    let (mut waiting, mut refused) = (Days::default(), Days::default());
    let (mut left, mut except) = (false, false);
    // The day before, and whether it closed a span.
    let mut last: Option<(usize, bool)> = None;
    let mut i = 0;
    while i < pieces.len() {
        let next = pieces[i + 1..].iter().position(|p| *p != Piece::Filler).map(|n| i + 1 + n);
        match pieces[i] {
            Piece::Day(day) => {
                waiting.week[day] = true;
                last = Some((day, false));
            }
            Piece::Days(days) => waiting = waiting.and(days),
            Piece::Span => {
                let to = next.and_then(|n| if let Piece::Day(day) = pieces[n] { Some((n, day)) } else { None });
                let timed = i > 0 && pieces[i - 1] == Piece::Time;
                let opens = next.is_none_or(|n| !matches!(pieces[n], Piece::Time | Piece::Other | Piece::Days(_)));
                match (last, to) {
                    (Some((from, _)), Some((n, to))) => {
                        waiting = waiting.and(Days::span(from, to));
                        last = Some((to, true));
                        i = n;
                    }
                    (Some((from, false)), None) if opens && !timed => waiting = waiting.and(Days::of(from..7)),
                    _ => {}
                }
            }
            Piece::Until => {
                if let Some((to, false)) = last.filter(|_| i > 0 && matches!(pieces[i - 1], Piece::Day(_))) {
                    waiting = waiting.and(Days::of(0..=to));
                }
            }
            Piece::After => {
                if let Some((from, _)) = last.filter(|_| i > 0 && matches!(pieces[i - 1], Piece::Day(_))) {
                    waiting = waiting.and(Days::of(from..7));
                }
            }
            Piece::Except => except |= !waiting.none(),
            // 「土日以外は可」: the days that were named are the refused ones.
            Piece::Yes if except => {
                refused = refused.and(waiting);
                (waiting, except) = (Days::default(), false);
            }
            Piece::Yes => {
                left |= !waiting.none();
                waiting = Days::default();
            }
            Piece::No if except => return Days::EVERY,
            Piece::No => {
                refused = refused.and(waiting);
                waiting = Days::default();
            }
            Piece::Join => last = None,
            Piece::Time | Piece::Filler | Piece::Other => {}
        }
        i += 1;
    }
    if except {
        return Days::EVERY;
    }
    let refused = refused.and(waiting);
    if left && refused.none() { Days::EVERY } else { refused }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn refused_days_as_venues_write_them() {
        let holidays = Holidays([(day("2022-03-21"), "春分の日".to_string())].into());
        // 28 February 2022 is a Monday.
        let week: Vec<Date> = (0..7).map(|n| day("2022-02-28").saturating_add(n.days())).collect();
        let refused =
            |text: &str| -> String { week.iter().zip(WEEK).filter(|(d, _)| refuses(text, **d, &holidays)).map(|(_, name)| name).collect() };
        let table = [
            // None.
            ("", ""),
            ("なし", ""),
            ("特になし", ""),
            ("いつでも可", ""),
            ("特になし。いつでも受け取れます", ""),
            ("3月5日、日中は不在", ""),
            ("年末年始", ""),
            ("祝日のみ", ""),
            ("月末・月初", ""),
            ("月1回の棚卸の日", ""),
            ("毎月5日", ""),
            ("断水のときは連絡します", ""),
            ("休診日に準じます", ""),
            // Single days and lists.
            ("水曜日", "水"),
            ("水よう日", "水"),
            ("すいよう日", "水"),
            ("日曜", "日"),
            ("毎週 月曜日", "月"),
            ("火曜、木曜", "火木"),
            ("火・木", "火木"),
            ("火 木", "火木"),
            ("火/木", "火木"),
            ("火と木", "火木"),
            ("（火）（木）", "火木"),
            ("㈫㈭", "火木"),
            ("火曜または木曜", "火木"),
            ("月か水", "月水"),
            ("月水金", "月水金"),
            ("Sat, Sun", "土日"),
            ("Saturday and Sunday", "土日"),
            ("Ｓａｔ．／Ｓｕｎ．", "土日"),
            ("Mon-Wed", "月火水"),
            ("Mon to Wed", "月火水"),
            ("第2月曜日", "月"),
            ("第２・４土曜", "土"),
            ("第二、第四水曜日", "水"),
            ("隔週水曜", "水"),
            // Words for several days.
            ("土日祝", "土日"),
            ("土・日・祝日", "土日"),
            ("土日祝祭日", "土日"),
            ("土、日曜日及び祝日", "土日"),
            ("休日", "土日"),
            ("週末", "土日"),
            ("ドニチ", "土日"),
            ("平日", "月火水木金"),
            ("毎日", "月火水木金土日"),
            ("週明け", "月"),
            // From and to.
            ("月〜水", "月火水"),
            ("月―水", "月火水"),
            ("月─水", "月火水"),
            ("月ー水", "月火水"),
            ("月から水", "月火水"),
            ("月曜から水曜まで", "月火水"),
            ("月曜日より水曜日", "月火水"),
            ("月曜日～金曜日の午前", "月火水木金"),
            ("月曜の午後〜水曜の午前", "月火水"),
            ("月 〜 水", "月火水"),
            ("土〜月", "月土日"),
            ("土曜から月曜", "月土日"),
            ("金-月", "月金土日"),
            ("日〜火", "月火日"),
            ("月・水〜金", "月水木金"),
            ("水曜以降", "水木金土日"),
            ("木曜から休み", "木金土日"),
            ("火曜まで休診", "月火"),
            // With times.
            ("月9:00〜12:00は不可", "月"),
            ("月９時〜１２時は不可", "月"),
            ("月 9:00-12:00、木 13:00-15:00", "月木"),
            ("月の9時〜水の12時", "月火水"),
            ("水曜13時から", "水"),
            ("土曜の午後、日曜", "土日"),
            ("木曜午後休診", "木"),
            ("12:00〜13:00（昼休み）、水曜", "水"),
            ("3/5(土)、3/6(日)", "土日"),
            // What is refused and what is left.
            ("土日は受け取れません", "土日"),
            ("土日不可、平日は可", "土日"),
            ("月水は可、金は不可", "金"),
            ("土日以外は可", "土日"),
            ("土日を除き受け取れます", "土日"),
            ("月水以外", "月火水木金土日"),
            ("月水以外不可", "月火水木金土日"),
            ("火曜のみ可", "月火水木金土日"),
            ("月〜金OK", "月火水木金土日"),
            ("平日希望", "月火水木金土日"),
        ];
        assert!(table.len() >= 60);
        let wrong: Vec<String> = table
            .iter()
            .filter(|(text, days)| refused(text) != *days)
            .map(|(text, days)| format!("{text}: {} instead of {days}", refused(text)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn days_of_the_calendar_are_refused_by_their_names() {
        let holidays = Holidays([(day("2022-03-21"), "春分の日".to_string())].into());
        let refused = |text: &str, on: &str| refuses(text, day(on), &holidays);
        assert!(refused("土日祝", "2022-03-21") && refused("休日", "2022-03-21") && !refused("土日", "2022-03-21"));
        assert!(refused("年末年始", "2022-12-30") && refused("土日、年末年始", "2023-01-03") && refused("正月", "2023-01-02"));
        assert!(refused("お盆", "2022-08-15") && refused("お盆休み", "2022-08-16") && !refused("お盆", "2022-08-17"));
        assert!(refused("ＧＷ", "2022-05-02") && refused("ゴールデンウィーク", "2022-04-29") && !refused("GW", "2022-05-06"));
    }
}
