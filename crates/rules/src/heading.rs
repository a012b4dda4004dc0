//! What stands above a table (its title, its sheet's and its file's name) and says what it is: a
//! month, a venue's code, a dose. Where that is another one's than what the table is taken into, it
//! is asked about: a table of February lies beside March's in every folder.

mod cell;
mod vocabulary;

pub use cell::says_when;

use crate::codes::check_institution;
use crate::input;
use crate::time::Month;
use vocabulary::{COUNTED, KANJI_DOSES, KANJI_MONTHS, MADE, OTHER_NUMBERS};

/// What a table is taken into, as far as that is one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub month: Option<Month>,
    /// The ten-digit codes that are its own: the venue's, its institution's. None: any may be
    /// named.
    pub codes: Vec<String>,
    /// The programme's own dose. 0: any.
    pub dose: u32,
}

/// What a title says that the target isn't.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    #[error("{}の分と書かれていますが、ここは{}の分です。表を確かめてください", named.say(), own.say())]
    Month { named: Month, own: Month },
    #[error(
        "列「{title}」に「{cell}」と書かれた行がありますが、ここは{}の分です。{}の分を除いてください",
        own.say(),
        named.say()
    )]
    Column { title: String, cell: String, named: Month, own: Month },
    #[error("コード{named}と書かれていますが、ここは{own}です。どの会場の表かを確かめてください")]
    Code { named: String, own: String },
    #[error("{named}回目と書かれていますが、この事業の接種は{own}回目です。表を確かめてください")]
    Dose { named: u32, own: u32 },
}

impl Target {
    /// Whatever is asked about one title.
    pub fn doubts(&self, title: &str) -> Vec<Doubt> {
        let text = folded(title);
        let mut all = Vec::new();
        if let Some(own) = self.month {
            let other = months(&text, own).into_iter().find(|named| *named != own);
            all.extend(other.map(|named| Doubt::Month { named, own }));
        }
        if let Some(own) = self.codes.first() {
            let other = codes(&text).into_iter().find(|code| !self.codes.contains(code));
            all.extend(other.map(|named| Doubt::Code { named, own: own.clone() }));
        }
        if self.dose > 0 {
            let other = doses(&text).into_iter().find(|dose| *dose != self.dose);
            all.extend(other.map(|named| Doubt::Dose { named, own: self.dose }));
        }
        all
    }
}

/// A title as it is looked through: width and case folded, without blanks.
fn folded(title: &str) -> Vec<char> {
    let mut text: String = input::folded(title)
        .to_lowercase()
        .chars()
        .filter(|c| !input::is_blank(*c) && *c != '\n')
        .take(LONGEST)
        .collect();
    for (kanji, digits) in KANJI_MONTHS.iter().chain(&KANJI_DOSES) {
        text = text.replace(kanji, digits);
    }
    text.chars().map(|c| if input::is_dash(c) { '-' } else { c }).collect()
}

/// No title is longer.
const LONGEST: usize = 200;
/// So many letters before a month or a number say what it is.
const BEFORE: usize = 8;

/// The digits from here on, and where they end; nothing where others stand right before them.
fn number(text: &[char], from: usize) -> Option<(u32, usize)> {
    let before = from.checked_sub(1).and_then(|i| text.get(i));
    let digits: String = text.get(from..)?.iter().take_while(|c| c.is_ascii_digit()).collect();
    let begins = before.is_none_or(|c| !c.is_ascii_digit());
    (begins && digits.len() <= 8).then_some(())?;
    Some((digits.parse().ok()?, from + digits.len()))
}

fn behind(text: &[char], at: usize, words: &[&str]) -> bool {
    let rest: String = text.iter().skip(at).take(BEFORE).collect();
    words.iter().any(|word| rest.starts_with(word))
}

fn before(text: &[char], at: usize, words: &[&str]) -> bool {
    let near: String = text[at.saturating_sub(BEFORE)..at].iter().collect();
    words.iter().any(|word| near.contains(word))
}

/// A month that was found: where it begins and ends, and the day behind it.
struct Found {
    month: Month,
    from: usize,
    end: usize,
    day: bool,
}

/// The month that a number there begins: 2022年2月, 令和4年2月, R4.2, 2022/02, 202202, 2月; of one without
/// a year the nearest to `about`.
fn found(text: &[char], from: usize, about: Month) -> Option<Found> {
    let at = |i: usize| text.get(i).copied().unwrap_or(' ');
    let (first, end) = number(text, from)?;
    let of = |year: u32, month: u32| {
        let (year, month) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?);
        ((2000..=2100).contains(&year) && (1..=12).contains(&month))
            .then_some(Month { year, month })
    };
    let digits = end - from;
    if matches!(digits, 6 | 8) && !matches!(at(end), '年' | '月') {
        let month = if digits == 6 { first } else { first / 100 };
        let month = of(month / 100, month % 100)?;
        return Some(Found { month, from, end, day: digits == 8 });
    }
    let era = input::era_before(&text[..from]).and_then(|base| u32::try_from(base).ok());
    let year = match (era, digits) {
        (Some(base), 1 | 2) => Some(base + first),
        (None, 4) => Some(first),
        _ => None,
    };
    if let Some(year) = year.filter(|_| "年/.-".contains(at(end))) {
        let (month, next) = number(text, end + 1)?;
        let separator = at(end);
        let with_day = match at(next) {
            '月' => number(text, next + 1).filter(|(_, end)| at(*end) == '日'),
            c if c == separator => number(text, next + 1),
            _ => None,
        };
        let month_end = next + usize::from(at(next) == '月');
        let end = with_day.map_or(month_end, |(_, end)| end + usize::from(at(end) == '日'));
        return Some(Found { month: of(year, month)?, from, end, day: with_day.is_some() });
    }
    // 「3か月」 has another letter behind the number.
    if digits > 2 || at(end) != '月' || !(1..=12).contains(&first) {
        return None;
    }
    let day = number(text, end + 1).filter(|(_, end)| at(*end) == '日');
    let years = [about.year - 1, about.year, about.year + 1];
    let far = |m: &Month| {
        let months = |m: Month| i32::from(m.year) * 12 + i32::from(m.month);
        (months(*m) - months(about)).abs()
    };
    let month = i8::try_from(first).ok()?;
    let nearest = years.map(|year| Month { year, month }).into_iter().min_by_key(far)?;
    let end = day.map_or(end + 1, |(_, end)| end + 1);
    Some(Found { month: nearest, from, end, day: day.is_some() })
}

/// The months of which a title says that they are counted below it. A day is one only where it is
/// the beginning or the end of a span, or said to be counted: most days are those on which it was
/// made.
fn months(text: &[char], about: Month) -> Vec<Month> {
    let mut all: Vec<Month> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(found) = found(text, at, about) else {
            at += 1;
            continue;
        };
        let span = |c: Option<&char>| c.is_some_and(|c| "~〜～-".contains(*c));
        // 「2022年2月1日（火）～」
        let mut end = found.end;
        if text.get(end) == Some(&'(') {
            end += text[end..].iter().take(5).position(|c| *c == ')').map_or(0, |n| n + 1);
        }
        let in_span = span(text.get(end))
            || behind(text, end, &["から", "より"])
            || span(found.from.checked_sub(1).and_then(|i| text.get(i)));
        let made = before(text, found.from, &MADE) || behind(text, found.end, &MADE);
        let counted = before(text, found.from, &COUNTED) && !made;
        let named = if found.day { in_span || counted } else { !made };
        if named && !all.contains(&found.month) {
            all.push(found.month);
        }
        at = found.end;
    }
    all
}

/// The codes of venues and institutions that a title names: ten digits with their check digit.
fn codes(text: &[char]) -> Vec<String> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let run = text[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let code: String = text[at..at + run].iter().collect();
        let other = before(text, at, &OTHER_NUMBERS);
        if run == 10 && !other && check_institution(&code).is_ok() {
            all.push(code);
        }
        at += run.max(1);
    }
    all
}

/// The doses that a title names: 3回目, 1・2回目, 1～3回目. Where its own is among them, no other is.
fn doses(text: &[char]) -> Vec<u32> {
    let mut all = Vec::new();
    for end in (0..text.len()).filter(|end| behind(text, *end, &["回目"])) {
        let mut from = end;
        while from > 0
            && (text[from - 1].is_ascii_digit() || "・、,~〜～-".contains(text[from - 1]))
        {
            from -= 1;
        }
        let said: String = text[from..end].iter().collect();
        let parts: Vec<u32> =
            said.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        match (parts.iter().min(), parts.iter().max()) {
            (Some(least), Some(most)) if said.contains(['~', '〜', '～', '-']) => {
                all.extend((*least..=*most).take(9))
            }
            _ => all.extend(parts),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn march() -> Target {
        Target {
            month: Month::parse("2022-03"),
            codes: vec!["1311234569".into(), "1310000003".into()],
            dose: 3,
        }
    }

    fn said(title: &str) -> Vec<String> {
        march().doubts(title).iter().map(|d| d.to_string().chars().take(12).collect()).collect()
    }

    #[test]
    fn a_title_of_another_month_is_asked_about_in_any_writing() {
        for title in [
            "請求書（2022年2月分）",
            "請求書(２０２２年２月分)",
            "令和4年2月分",
            "令和４年２月分 請求",
            "R4.2月分",
            "R4.2分",
            "令4/2",
            "2022年 2月 分",
            "2022/02",
            "2022-02 請求",
            "2022.2",
            "202202",
            "請求_202202",
            "接種月：2022年2月",
            "接種月 2月",
            "2月分",
            "２月接種分",
            "二月分",
            "2月請求書",
            "2022年2月1日～2022年2月28日",
            "令和4年2月1日から28日まで",
            "2月1日（火）〜2月28日（月）",
            "接種期間：2022年2月1日",
            "接種日 2022/2/14",
            "2022年2月〜3月分",
            "2022年3月分・2022年2月分",
            "2022年2月末まで",
            "3月請求分（2022年2月接種分）",
        ] {
            let found = march().doubts(title);
            let named = Month::parse("2022-02").unwrap();
            let own = Month::parse("2022-03").unwrap();
            assert_eq!(found, [Doubt::Month { named, own }], "{title}");
        }
        for (title, named) in [
            ("接種月：2022年4月", "2022-04"),
            ("令和3年3月分", "2021-03"),
            ("2021年3月分", "2021-03"),
            ("12月分", "2021-12"),
        ] {
            let named = Month::parse(named).unwrap();
            let found = march().doubts(title);
            assert!(
                matches!(found[..], [Doubt::Month { named: n, .. }] if n == named),
                "{title}: {found:?}"
            );
        }
    }

    #[test]
    fn a_title_of_the_month_itself_or_of_none_is_not_asked_about() {
        for title in [
            "",
            "請求書",
            "請求書（2022年3月分）",
            "令和4年3月分",
            "3月分",
            "三月分",
            "R4.3月",
            "2022年3月1日～2022年3月31日",
            "作成日：2022年4月5日",
            "2022年4月5日作成",
            "請求日 2022/4/10",
            "2022年4月10日",
            "提出月：2022年4月",
            "2022年4月提出分",
            "支払予定：2022年5月",
            "請求書 2022年3月分（2022年4月5日 提出）",
            "2022年度",
            "令和3年度",
            "第3回 追加接種",
            "3か月分",
            "港区 12 件",
            "1-1-1",
            "電話 03-1234-5678",
            "月別請求",
            "3回目接種の請求",
            "総件数 202 件",
        ] {
            assert_eq!(said(title), [""; 0], "{title}");
        }
    }

    #[test]
    fn another_venues_code_and_another_dose_are_asked_about() {
        let luhn = |nine: &str| {
            (0..10).map(|d| format!("{nine}{d}")).find(|c| check_institution(c).is_ok())
        };
        let other = luhn("131123457").expect("a code");
        assert!(check_institution("1311234569").is_ok());
        for title in [
            other.clone(),
            format!("会場コード {other}"),
            format!("個人単位の記録_{other}_2022-03-20"),
            format!("会場コード：{} 請求書", input::folded(&other)),
        ] {
            let own = "1311234569".to_string();
            assert_eq!(
                march().doubts(&title),
                [Doubt::Code { named: other.clone(), own }],
                "{title}"
            );
        }
        for title in [
            "1311234569",
            "1310000003",
            "個人単位の記録_1311234569_2022-03-20",
            "TEL 1311234577",
            "13112345690",
        ] {
            assert_eq!(said(title), [""; 0], "{title}");
        }
        for (title, dose) in [
            ("4回目接種", 4),
            ("1・2回目接種", 1),
            ("第2回目", 2),
            ("初回接種（1回目）", 1),
            ("四回目", 4),
            ("1～2回目", 1),
        ] {
            assert_eq!(march().doubts(title), [Doubt::Dose { named: dose, own: 3 }], "{title}");
        }
        for title in ["3回目接種", "追加接種（３回目）", "三回目", "3回", "4回"] {
            assert_eq!(said(title), [""; 0], "{title}");
        }
        // What is about no one thing is asked about nothing.
        assert_eq!(Target::default().doubts("2022年2月分 4回目 1311234569"), []);
    }
}
