//! Months of a title in English: February, Feb. 2022, Feb-22, Feb 1 – Feb 28.

use super::found::nearest;
use super::is_span;
use super::months::Months;
use crate::input;
use crate::time::Month;

/// Before or behind a month: when the table was made.
const MADE: [&str; 16] = [
    "created",
    "made",
    "printed",
    "issued",
    "submitted",
    "sent",
    "paid",
    "payment",
    "updated",
    "due",
    "deadline",
    "dated",
    "by",
    "exported",
    "revised",
    "published",
];
/// Before a month in which it is billed.
const BILLED: [&str; 4] = ["billed", "billing", "claimed", "invoiced"];

/// Words of Latin letters and numbers, lower case.
fn words(title: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in input::folded(title).to_lowercase().chars() {
        let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
        if c.is_ascii_alphanumeric() {
            match all.last_mut().filter(|_| kind(last) == kind(c)) {
                Some(word) => word.push(c),
                None => all.push(c.to_string()),
            }
        }
        last = c;
    }
    all
}

/// Adds the months that a title names in English.
pub(super) fn add(title: &str, own: Month, all: &mut Months) {
    let words = words(title);
    let number = |at: Option<usize>, least: usize, most: usize| {
        let word = words.get(at?)?;
        (least..=most).contains(&word.len()).then(|| word.parse::<u32>().ok())?
    };
    let spans = input::folded(title).contains(|c| is_span(c) || input::is_dash(c))
        || words.iter().any(|w| w == "to" || w == "from");
    let whole: String = words.concat();
    let seen = input::folded(title).chars().filter(|c| c.is_alphanumeric() && *c != '分').count();
    let named = words.iter().filter(|w| input::named_month(w).is_some()).count();
    for (at, word) in words.iter().enumerate() {
        let Some(month) = input::named_month(word) else { continue };
        let before = at.checked_sub(1);
        let of_day = |n: &u32| (1..=31).contains(n);
        let year = |n: u32| i16::try_from(n).ok().filter(|y| (2000..=2100).contains(y));
        let near = |n: u32| year(2000 + n).filter(|y| n > 12 && y.abs_diff(own.year) <= 2);
        let next = number(Some(at + 1), 1, 2);
        let said = number(Some(at + 1), 4, 4)
            .or_else(|| next.and_then(|_| number(Some(at + 2), 4, 4)))
            .or_else(|| number(before, 4, 4))
            .and_then(year)
            .or_else(|| next.and_then(near));
        // 「it may」 and a JAN code are no months.
        let unsure = ["may", "mar", "jan"].contains(&word.as_str());
        let sure =
            !unsure || said.is_some() || next.is_some() || (whole == *word && seen == word.len());
        let short = next.and_then(near).is_some() && number(Some(at + 2), 4, 4).is_none();
        let day = number(before, 1, 2).or(next.filter(|_| !short)).is_some_and(|n| of_day(&n));
        let words_near = || words[at.saturating_sub(3)..(at + 4).min(words.len())].iter();
        let made = words_near().any(|w| MADE.contains(&w.as_str()));
        let billed = words[at.saturating_sub(2)..at].iter().any(|w| BILLED.contains(&w.as_str()));
        let Some(nearest) = nearest(month, own).filter(|_| sure) else { continue };
        let found = said.map_or(nearest, |year| Month { year, month: nearest.month });
        match (billed && !day, day) {
            (true, _) => all.billed.push(found),
            (false, true) if !(spans && named > 1) => {}
            (false, _) if made => {}
            _ => all.count(found),
        }
    }
}
