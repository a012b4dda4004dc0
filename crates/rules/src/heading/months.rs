//! What a title says of months: which one it counts, and in which one it is billed.

use super::found::{Found, found};
use super::vocabulary::{
    BILL, BILLED, BILLED_BEHIND, BILLING, COUNTED, DAYS, DEADLINE, FROM, MADE, PAPERS, UNTIL,
};
use super::{before, behind, is_span};
use crate::time::Month;

/// The months that a title names.
#[derive(Default)]
pub(super) struct Months {
    /// Those that are counted below it.
    pub counted: Vec<Month>,
    /// Those in which it is billed.
    pub billed: Vec<Month>,
}

impl Months {
    /// Adds one that isn't there yet.
    pub fn count(&mut self, month: Month) {
        if !self.counted.contains(&month) {
            self.counted.push(month);
        }
    }
}

/// The months of a title. A day is one only where it is the beginning or the end of a span, or said
/// to be counted: most days are those on which it was made.
pub(super) fn months(text: &[char], own: Month) -> Months {
    let mut all = Months::default();
    let mut at = 0;
    while at < text.len() {
        let Some(found) = found(text, at, own) else {
            at += 1;
            continue;
        };
        at = found.end;
        match is_billed(text, &found) {
            Some(true) => all.billed.push(found.month),
            // 請求書 and the like: of that month, or billed in it.
            Some(false) if found.month == own.plus(1) => {}
            _ if is_counted(text, &found) => all.count(found.month),
            _ => {}
        }
    }
    all
}

fn is_counted(text: &[char], found: &Found) -> bool {
    // 「2022年2月1日（火）～」
    let mut end = found.end;
    if text.get(end) == Some(&'(') {
        end += text[end..].iter().take(5).position(|c| *c == ')').map_or(0, |n| n + 1);
    }
    let span = |at: Option<usize>| at.and_then(|i| text.get(i)).is_some_and(|c| is_span(*c));
    let until = behind(text, end, &UNTIL) && !behind(text, end, &DEADLINE);
    let in_span = span(Some(end)) || behind(text, end, &FROM) || span(found.from.checked_sub(1));
    let made = before(text, found.from, &MADE) || behind(text, found.end, &MADE);
    let labelled = match found.bare {
        true => before(text, found.from, &DAYS),
        false => before(text, found.from, &COUNTED),
    };
    if found.day { in_span || (!made && (labelled || until)) } else { !made }
}

/// Whether a month is the one of billing: certainly, or as it may be beside a bill. Nothing where
/// it isn't.
fn is_billed(text: &[char], found: &Found) -> Option<bool> {
    if found.day || behind(text, found.end, &["分"]) {
        // 請求月：4月分
        return (!found.day && label_before(text, found.from)).then_some(true);
    }
    let rest: String = text.iter().skip(found.end).collect();
    // 「4月 接種月：3月」: a word with 月 or 日 behind it is the next one's label.
    let word = |words: &[&'static str]| {
        let after = words.iter().find_map(|word| rest.strip_prefix(word))?;
        (!after.starts_with(['月', '日', '年'])).then(|| after.to_string())
    };
    let month = found.end > 0 && text.get(found.end - 1) == Some(&'月');
    if month && word(&BILLED_BEHIND).is_some() {
        return Some(true);
    }
    // 4月審査 3月診療分
    if word(&COUNTED).is_some() {
        return None;
    }
    if label_before(text, found.from) {
        return Some(true);
    }
    let near: String = text[..found.from].iter().collect();
    let near = near.trim_end_matches([':', '_', '-', '(', '/']);
    match word(&BILL) {
        Some(after) if month && !PAPERS.iter().any(|paper| after.starts_with(paper)) => Some(true),
        Some(_) => Some(false),
        None => near.ends_with(BILL[0]).then_some(false),
    }
}

/// Whether the label nearest before a month is one of billing: 請求月：2022年4月.
fn label_before(text: &[char], at: usize) -> bool {
    let near: String = text[at.saturating_sub(10)..at].iter().collect();
    let last = |words: &[&str]| {
        words.iter().filter_map(|word| near.rfind(word).map(|from| from + word.len())).max()
    };
    let since = last(&COUNTED).max(last(&BILLING));
    match last(&BILLED) {
        Some(end) => since.is_none_or(|other| other < end) && !near[end..].contains('月'),
        None => false,
    }
}
