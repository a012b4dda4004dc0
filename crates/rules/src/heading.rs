//! What stands above a table (its title, its sheet's and its file's name) and says what it is: a
//! month, a venue's code, a dose. Where that is another one's than what the table is taken into, it
//! is asked about: a table of February lies beside March's in every folder.

mod bracket;
mod cell;
mod found;
mod latin;
mod months;
mod period;
mod vocabulary;

pub use bracket::{is_hint, without_brackets, without_hints};
pub use cell::says_when;

use crate::codes::check_institution;
use crate::input;
use crate::time::Month;
use vocabulary::{KANJI_DOSES, KANJI_MONTHS, OTHER_NUMBERS};

/// What a table is taken into, as far as that is one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub month: Option<Month>,
    /// The ten-digit codes that are its own: the venue's, its institution's. None: any may be
    /// named.
    pub codes: Vec<String>,
    /// The programme's own dose. 0: any.
    pub dose: u32,
    /// It is what stands today: a table of a week before isn't.
    pub latest: bool,
}

/// What a title says that the target isn't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    Month { named: Month, own: Month },
    Column { title: String, cell: String, named: Month, own: Month },
    Billed { billed: Month, own: Month },
    BilledColumn { title: String, cell: String, own: Month },
    Relative { word: String, own: Month },
    Before(String),
    Longer { word: String, own: Month },
    Code { named: String, own: String },
    Dose { named: u32, own: u32 },
}

impl Target {
    /// Whatever is asked about one title; what stands behind its longest isn't looked at.
    pub fn doubts(&self, title: &str) -> Vec<Doubt> {
        let end = title.char_indices().nth(LONGEST).map_or(title.len(), |(end, _)| end);
        let title = &title[..end];
        let text = folded(title);
        let mut all = Vec::new();
        if let Some(own) = self.month {
            all.extend(of_month(title, &text, own));
        } else if self.latest {
            all.extend(period::another_time(&text.iter().collect::<String>()).map(Doubt::Before));
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

/// What a title says of another month than its own, of the month of billing, or of a time that is
/// longer or isn't named.
fn of_month(title: &str, text: &[char], own: Month) -> Option<Doubt> {
    let mut named = months::months(text, own);
    latin::add(title, own, &mut named);
    if let Some(named) = named.counted.iter().copied().find(|named| *named != own) {
        return Some(Doubt::Month { named, own });
    }
    if let Some(billed) = named.billed.iter().copied().find(|billed| *billed != own.plus(1)) {
        return Some(Doubt::Billed { billed, own });
    }
    let word: String = text.iter().collect();
    if let Some(word) = period::another_year(&word) {
        return Some(Doubt::Relative { word, own });
    }
    let relative = period::another_month(&word).map(|word| Doubt::Relative { word, own });
    let sure = !named.counted.is_empty();
    relative.filter(|_| !sure).or_else(|| {
        let longer = period::longer(&word, title).filter(|_| !sure);
        longer.map(|word| Doubt::Longer { word, own })
    })
}

/// From one day or month to another.
fn is_span(c: char) -> bool {
    "~〜～-".contains(c)
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

fn behind(text: &[char], at: usize, words: &[&str]) -> bool {
    let rest: String = text.iter().skip(at).take(BEFORE).collect();
    words.iter().any(|word| rest.starts_with(word))
}

fn before(text: &[char], at: usize, words: &[&str]) -> bool {
    let near: String = text[at.saturating_sub(BEFORE)..at].iter().collect();
    words.iter().any(|word| near.contains(word))
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
mod tests;
