//! Words of a title for a time that nobody can name without knowing when it was written (先月分, 前回分,
//! 先週), and for one that is longer than a month (第4四半期, 令和3年度).

use crate::input;

use super::vocabulary::{
    AGO, ERAS, LONGER, MONTHS, MONTHS_AGO, MONTHS_TO_COME, OF_TIME, OF_YEAR, YEARS,
};

/// Whether so much of a title as stands behind a word ends it or says that it is counted.
fn ends(rest: &str, words: &[&str]) -> bool {
    let first = rest.chars().next();
    first.is_none_or(|c| !c.is_alphanumeric()) || words.iter().any(|word| rest.starts_with(word))
}

/// 先月分, 前月, 翌月分: the month before or after one that isn't named.
pub(super) fn another_month(text: &str) -> Option<String> {
    first(text, &MONTHS_TO_COME).or_else(|| another_time(text))
}

/// 昨年3月, 前年度分: a year that isn't named, whatever month stands behind it.
pub(super) fn another_year(text: &str) -> Option<String> {
    YEARS.iter().find_map(|word| {
        text.match_indices(word).find_map(|(at, word)| {
            let rest = text[at + word.len()..].trim_start_matches(['度', 'の']);
            let said = rest.starts_with(|c: char| c == '分' || c.is_ascii_digit());
            (said || rest.is_empty()).then(|| word.to_string())
        })
    })
}

/// 前回分, 先週, 前月分: of a time before.
pub(super) fn another_time(text: &str) -> Option<String> {
    first(text, &MONTHS_AGO).or_else(|| first(text, &AGO))
}

fn first(text: &str, words: &[&str]) -> Option<String> {
    // 前々回分 begins with 前.
    words.iter().find_map(|word| {
        text.match_indices(word).find_map(|(at, word)| {
            let rest = &text[at + word.len()..];
            let bare = word.ends_with('分') || ends(rest, &OF_TIME);
            let part = rest.starts_with('分') && !word.ends_with('分');
            bare.then(|| if part { format!("{word}分") } else { word.to_string() })
        })
    })
}

/// A time that is longer than a month: 第4四半期, 4Q, 下期, 令和3年度, 3か月分.
pub(super) fn longer(text: &str, title: &str) -> Option<String> {
    let told = |word: &&&str| {
        text.match_indices(**word).any(|(at, word)| ends(&text[at + word.len()..], &OF_YEAR))
    };
    let word = LONGER.iter().find(told).map(|word| (*word).to_string());
    word.or_else(|| fiscal(text)).or_else(|| quarter(title)).or_else(|| several(text))
}

/// 令和3年度, 2021年度分; the name of a programme that begins with its year (令和3年度 接種事業) is none.
fn fiscal(text: &str) -> Option<String> {
    text.match_indices("年度").find_map(|(at, word)| {
        let rest = &text[at + word.len()..];
        let start = text[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '元');
        let from = ERAS.iter().find_map(|era| start.strip_suffix(era)).unwrap_or(start).len();
        let numbered = start.len() < at;
        (numbered && ends(rest, &OF_YEAR)).then(|| text[from..at + word.len()].to_string())
    })
}

/// 4Q, Q4, 1q2022
fn quarter(text: &str) -> Option<String> {
    let all: Vec<char> = input::folded(text).to_lowercase().chars().collect();
    let at = |i: Option<usize>| i.and_then(|i| all.get(i)).copied().unwrap_or(' ');
    let place = (0..all.len()).find(|i| {
        let (before, after) = (at(i.checked_sub(1)), at(Some(i + 1)));
        let of = |c: char| ('1'..='4').contains(&c);
        let far = |c: char| !c.is_ascii_alphanumeric();
        all[*i] == 'q'
            && ((of(before) && far(at(i.checked_sub(2))) && !after.is_ascii_alphabetic())
                || (of(after) && far(before) && far(at(Some(i + 2)))))
    })?;
    let from = if at(place.checked_sub(1)).is_ascii_digit() { place - 1 } else { place };
    Some(all[from..(from + 2).min(all.len())].iter().collect::<String>().to_uppercase())
}

/// 3か月分, 2ヶ月分
fn several(text: &str) -> Option<String> {
    MONTHS.iter().find_map(|word| {
        let (before, _) = text.split_once(word)?;
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = &before[digits.len()..];
        (!number.is_empty() && number != "1").then(|| format!("{number}{word}"))
    })
}
