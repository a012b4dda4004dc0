//! Names, readings and texts, with the lengths that fields hold; and the forms in which they are
//! compared.

use super::InputFault;
use super::chars::{clean, folded, hiragana, is_blank, is_dash, is_kana, is_lost, katakana};
use super::elsewhere::nothing_else;
use super::vocabulary::{LOST, NONE, NUMERALS, POLITE, UNKNOWN};

/// A name: one half-width space between family and given name; every letter as typed.
pub fn name(raw: &str) -> String {
    clean(raw)
        .split(|c: char| is_blank(c) || c == '\n')
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A name or an address with a longest length, in characters. What only stands for a letter is
/// refused: no paper could print it.
///
/// # Errors
/// [`InputFault::TooLong`], [`InputFault::Lost`], [`InputFault::Ditto`], [`InputFault::LeftOver`]
pub fn limited(label: &str, value: String, max: usize) -> Result<String, InputFault> {
    if is_ditto(&value) {
        return Err(InputFault::Ditto(label.into()));
    }
    match value.chars().find(|c| is_lost(*c)) {
        Some(lost) => Err(InputFault::Lost { label: label.into(), found: lost }),
        None if super::wreck::is_garbled(&value) => Err(InputFault::Garbled(label.into())),
        None if let Some(picture) = super::wreck::emoji(&value) => {
            Err(InputFault::Picture { label: label.into(), found: picture })
        }
        // One of a spreadsheet's errors is short.
        None if super::is_left_over(&value) || super::wreck::is_wreck(&value) => {
            Err(InputFault::LeftOver { label: label.into(), raw: value })
        }
        None => short(label, value, max),
    }
}

/// As [`limited`], and nothing anywhere in it that a spreadsheet left or that has a field of its
/// own: the name of a thing, an address.
///
/// # Errors
/// As [`limited`]; [`InputFault::Elsewhere`]
pub fn held(label: &str, value: String, max: usize) -> Result<String, InputFault> {
    let value = limited(label, value, max)?;
    if super::holds_left_over(&value) {
        return Err(InputFault::LeftOver { label: label.into(), raw: value });
    }
    nothing_else(label, &value)?;
    Ok(value)
}

/// What is written where there is none: なし, －, 該当なし, n.a. It is as good as empty.
pub fn is_none(raw: &str) -> bool {
    let text: String = folded(raw).to_lowercase().chars().filter(|c| !is_blank(*c)).collect();
    let around = ['(', ')', '[', ']', '「', '」', '【', '】', '<', '>', '※', '*', '。', '.', '、'];
    let bare = text.trim_matches(around);
    let sign = |c: char| is_dash(c) || "ー/\\×・…‥_=~〜|".contains(c);
    let open = POLITE.iter().find_map(|end| bare.strip_suffix(*end)).unwrap_or(bare);
    (!text.is_empty() && bare.chars().all(sign))
        || NONE.split_whitespace().any(|word| word == open || word == text)
}

/// The name of a thing, a place or an office, a title or a department, which may be empty, as it is
/// where the field says that there is none (`なし`, `－`): nothing that a spreadsheet made of it
/// (`1月1日`, `1-Jan`, `44562`, `みなと#N/A`), nothing that belongs into another field
/// (`総務部 03-1234-5678`).
///
/// # Errors
/// As [`held`]; [`InputFault::DateForThing`], [`InputFault::NoThing`]
pub fn thing(label: &str, raw: &str) -> Result<String, InputFault> {
    if name(raw).is_empty() || is_none(raw) {
        return Ok(String::new());
    }
    let value = held(label, name(raw), super::LONGEST_LINE)?;
    if super::is_date_word(&value) || super::date(label, &value).is_ok() {
        return Err(InputFault::DateForThing { label: label.into(), raw: value });
    }
    if is_no_thing(&value) {
        return Err(InputFault::NoThing { label: label.into(), raw: value });
    }
    Ok(value)
}

/// The name of a thing that must be there, at most `max` characters long.
///
/// # Errors
/// As [`thing`]; [`InputFault::Empty`], also for what says that there is none.
pub fn named(label: &str, raw: &str, max: usize) -> Result<String, InputFault> {
    let value = thing(label, raw)?;
    if value.is_empty() { Err(InputFault::Empty(label.into())) } else { short(label, value, max) }
}

/// What stands where a name isn't known, figures or signs alone, or signs for its letters: 未定,
/// ○○会場, みなと??.
fn is_no_thing(value: &str) -> bool {
    let text: String = folded(value).to_lowercase().chars().filter(|c| !is_blank(*c)).collect();
    let bare = text.trim_matches(['(', ')', '[', ']', '「', '」']);
    UNKNOWN.split_whitespace().any(|word| word == bare)
        || !text.chars().any(char::is_alphabetic)
        || LOST.split_whitespace().any(|signs| text.contains(signs))
        || text.match_indices("〇〇").any(|(at, _)| !text[..at].ends_with(|c| NUMERALS.contains(c)))
}

/// 〃, 同上: what stands above, which nobody knows any more once the row stands elsewhere.
pub fn is_ditto(raw: &str) -> bool {
    if raw.chars().count() > 12 {
        return false;
    }
    let text: String = folded(raw).chars().filter(|c| !is_blank(*c)).collect();
    let marks =
        !text.is_empty() && text.chars().all(|c| matches!(c, '〃' | '仝' | '々' | '″' | '′'));
    marks
        || ["同上", "上と同じ", "上に同じ", "上同", "同左"].contains(&text.trim_matches(['(', ')']))
}

fn short(label: &str, value: String, max: usize) -> Result<String, InputFault> {
    if value.chars().count() > max {
        Err(InputFault::TooLong { label: label.into(), max })
    } else {
        Ok(value)
    }
}

/// A name that must be there, of one line, at most `max` characters long.
///
/// # Errors
/// [`InputFault::Empty`], [`InputFault::TooLong`], [`InputFault::Lost`]
pub fn line(label: &str, raw: &str, max: usize) -> Result<String, InputFault> {
    let value = name(raw);
    if value.is_empty() { Err(InputFault::Empty(label.into())) } else { limited(label, value, max) }
}

/// A text of one line or many, or none, at most `max` characters long.
///
/// # Errors
/// [`InputFault::TooLong`]
pub fn long_text(label: &str, raw: &str, max: usize) -> Result<String, InputFault> {
    short(label, clean(raw), max)
}

/// A reading in hiragana; katakana and half-width katakana are folded, and every dash after a kana
/// is the long mark ー. At most 60 characters.
///
/// # Errors
/// Empty; letters that are no kana; too long.
pub fn reading(label: &str, raw: &str) -> Result<String, InputFault> {
    let mut hiragana_ = String::new();
    for c in name(&folded(raw)).chars().map(hiragana) {
        let c = match c {
            '=' | '゠' | '･' => '・',
            c if is_dash(c) && hiragana_.ends_with(is_kana) => 'ー',
            c => c,
        };
        hiragana_.push(c);
    }
    if hiragana_.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    // ヷ, ヸ, ヹ and ヺ have no hiragana.
    let written = |c: char| is_kana(c) && !matches!(c, 'ヷ'..='ヺ');
    if hiragana_.chars().all(|c| written(c) || matches!(c, ' ' | '・'))
        && hiragana_.contains(written)
    {
        limited(label, hiragana_, super::LONGEST_NAME)
    } else {
        Err(InputFault::Reading(label.into()))
    }
}

/// The holder of a bank account as banks write it: katakana, Latin capitals, digits, brackets and
/// dots; hiragana and half-width kana are folded, a dash after a kana is the long mark. At most 60
/// characters.
///
/// # Errors
/// Empty; other letters; too long.
pub fn account_holder(label: &str, raw: &str) -> Result<String, InputFault> {
    let mut holder = String::new();
    for c in name(&folded(raw)).to_uppercase().chars().map(katakana) {
        holder.push(match c {
            c if is_dash(c) && holder.ends_with(is_kana) => 'ー',
            c if is_dash(c) => '-',
            c => c,
        });
    }
    if holder.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let signs = |c: char| matches!(c, 'ー' | '・' | ' ' | '(' | ')' | '.' | '-' | '/' | ',');
    let allowed =
        |c: char| matches!(c, 'ァ'..='ヶ' | 'ヽ' | 'ヾ') || signs(c) || c.is_ascii_alphanumeric();
    if holder.chars().all(allowed) {
        nothing_else(label, &holder)?;
        limited(label, holder, super::LONGEST_NAME)
    } else {
        Err(InputFault::Katakana(label.into()))
    }
}

/// The key of a person's name by which twins are found: blanks, middle dots, width, case and the
/// kind of kana dropped, variant characters made one.
pub fn same_person(raw: &str) -> String {
    crate::fold::key(&clean(raw)).replace('・', "")
}
