//! What a spreadsheet, a database or a program left in a cell where a value should be.

use super::chars::{folded, is_blank};
use super::vocabulary::{BUILDINGS, COMPANIES, GLUED};

/// Names of markup that is pasted along.
const TAGS: [&str; 18] = [
    "a", "b", "i", "u", "p", "br", "td", "tr", "th", "div", "font", "span", "strong", "em", "img",
    "script", "html", "ruby",
];
/// Longer than any of them.
const LONGEST: usize = 40;

/// Whether a cell holds nothing but a spreadsheet's error: `#N/A`, `#REF!`, `#NAME?`, `Err:502`, or
/// the `#####` of a narrow column.
pub fn is_error_word(raw: &str) -> bool {
    // Most cells are none, and there are many of them.
    if raw.len() > LONGEST || !raw.trim_start().starts_with(['#', '＃', 'E', 'e', 'Ｅ', 'ｅ']) {
        return false;
    }
    let text = folded(raw).to_uppercase();
    if let Some(number) = text.strip_prefix("ERR:") {
        return number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(inner) = text.strip_prefix('#') else { return false };
    let name = inner.strip_suffix(['!', '?']).unwrap_or_default();
    let of_a_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_');
    matches!(inner, "N/A" | "GETTING_DATA")
        || (!name.is_empty() && name.bytes().all(of_a_name))
        || (inner.len() >= 2 && inner.bytes().all(|b| b == b'#'))
}

/// Whether a name is a formula, or holds markup or what a program shows for a thing without a name:
/// `=SUM(A1)`, `<b>山田</b>`, `[object Object]`, `&nbsp;`.
pub fn is_wreck(raw: &str) -> bool {
    let text = folded(raw).to_lowercase();
    if !text.contains(['=', '<', '[', '&', '{']) {
        return false;
    }
    let formula =
        text.strip_prefix('=').and_then(|rest| rest.split_once('(')).is_some_and(|(name, rest)| {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
                && rest.ends_with(')')
        });
    let tag = text.match_indices('<').any(|(at, _)| {
        let rest = text[at + 1..].trim_start_matches('/');
        let name = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        TAGS.contains(&&rest[..name]) && rest[name..].contains('>')
    });
    let entity = text.split('&').skip(1).any(|rest| {
        rest.split_once(';').is_some_and(|(name, _)| {
            ["nbsp", "amp", "lt", "gt", "quot", "apos"].contains(&name)
                || name.strip_prefix('#').is_some_and(|n| {
                    !n.is_empty() && n.bytes().all(|b| b.is_ascii_hexdigit() || b == b'x')
                })
        })
    });
    formula || tag || entity || text.contains("[object ") || text.contains("{{")
}

/// UTF-8 that was read as CP932 or Latin-1: the letters that its first bytes become, beside one
/// another. 繧 and 繝 are rare, and two of them in one name are none.
pub fn is_garbled(raw: &str) -> bool {
    let japanese = raw.chars().filter(|c| "縺繧繝譁蜿蟄邱".contains(*c)).count();
    let chars: Vec<char> = raw.chars().collect();
    let latin = chars.windows(2).any(|w| {
        matches!(w[0], 'Ã' | 'Â' | 'ã' | 'å' | 'æ' | 'ç' | 'è' | 'é' | 'ä')
            && matches!(
                w[1],
                '\u{80}'
                    ..='\u{bf}'
                        | '€'
                        | '‚'
                        | 'ƒ'
                        | '„'
                        | '…'
                        | '†'
                        | '‡'
                        | 'ˆ'
                        | '‰'
                        | '‹'
                        | 'Œ'
                        | '•'
                        | '™'
                        | '›'
                        | 'œ'
            )
    });
    japanese >= 2 || latin
}

/// A picture that no paper prints: an emoji. ★ and ☆ are ornaments of names.
pub fn emoji(raw: &str) -> Option<char> {
    raw.chars().find(|c| matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2700}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}'))
}

/// Whether one of a spreadsheet's errors stands anywhere in a name or an address: 芝#N/A, #REF!-1.
pub fn holds_error(raw: &str) -> bool {
    const ERRORS: [&str; 14] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
        "#FIELD!",
        "#BUSY!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ];
    raw.contains(['#', '＃', '﹟']) && {
        let text = folded(raw).to_uppercase();
        ERRORS.iter().any(|error| text.contains(error))
    }
}

/// Whether a spreadsheet's error, a number with an exponent, or a program's word for nothing stands
/// anywhere in the name of a thing or an address, or a formula's answer at its end: 芝#N/A,
/// 芝1.23E+05, 芝 NULL, 芝1-1 FALSE, 芝1-1 0. NULLビル is a name.
pub fn holds_left_over(raw: &str) -> bool {
    holds_error(raw) || {
        let text = folded(raw);
        if ends_with_an_answer(&text) {
            return true;
        }
        let mut words = text.split(is_blank).peekable();
        let figure = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (mut found, mut from) = (false, 0);
        while let Some(word) = words.next() {
            let (last, end) = (words.peek().is_none(), from + word.len());
            found |= ends_with_nothing(word, last) || holds_exponent(&text, from, end, figure);
            from = end + text[end..].chars().next().map_or(0, char::len_utf8);
        }
        found
    }
}

/// What a formula answers instead of a text, alone or at the end: TRUE, FALSE, 0. A company may be
/// called TRUE behind its kind (株式会社TRUE), a shop behind other words (ギャラリーTRUE).
fn ends_with_an_answer(text: &str) -> bool {
    if ["true", "false"].contains(&text.to_ascii_lowercase().as_str()) {
        return true;
    }
    let Some(before) = ["TRUE", "FALSE", "0"].iter().find_map(|word| text.strip_suffix(word))
    else {
        return false;
    };
    let (bare, parted) = (before.trim_end_matches(is_blank), before.ends_with(is_blank));
    let company = COMPANIES.iter().any(|kind| bare.ends_with(kind));
    let glued = !text.ends_with('0') && bare.ends_with(GLUED);
    !bare.is_empty() && !company && (parted || glued)
}

/// A program's word for nothing, alone or behind letters that aren't Latin; some are words as well,
/// and are it at the end only.
fn ends_with_nothing(word: &str, at_the_end: bool) -> bool {
    let word = word.trim_end_matches([')', ']', '>']);
    let of_it = |c: char| c.is_ascii_alphabetic() || c == '/';
    let start = word.trim_end_matches(of_it).len();
    let alone = start == 0 || word[..start].ends_with(['(', '[', '<']);
    let glued = word[..start].ends_with(|c: char| !c.is_ascii());
    match &word[start..] {
        "NULL" | "null" | "NaN" | "undefined" | "N/A" => alone || glued,
        "nan" | "n/a" | "None" | "NONE" => alone && at_the_end,
        _ => false,
    }
}

/// `1.23E+05` within a word that begins at `start`, as a spreadsheet writes it: one digit or a
/// fraction before, two digits behind. A room (`2E-101`, `A棟 3E-12`, `3E-12号室`) has no fraction
/// and no plus, and stands behind a building or a number; the text's first is at `figure`.
fn holds_exponent(text: &str, start: usize, end: usize, figure: usize) -> bool {
    let bytes = &text.as_bytes()[..end];
    (start + 1..end).filter(|at| matches!(bytes[*at], b'e' | b'E')).any(|at| {
        let of_it = |b: &&u8| b.is_ascii_digit() || **b == b'.';
        let from = at - bytes[start..at].iter().rev().take_while(of_it).count();
        let digits = bytes.iter().skip(at + 2).take_while(|b| b.is_ascii_digit()).count();
        let sign = bytes.get(at + 1).copied().unwrap_or_default();
        let body = &text[from..at];
        let fraction = body.split_once('.').is_some_and(|(a, b)| is_digits(a) && is_digits(b));
        let letter = from > start && bytes[from - 1].is_ascii_alphabetic();
        if letter || digits != 2 || !(fraction || (body.len() == 1 && is_digits(body))) {
            return false;
        }
        let room = || {
            let before = text[..from].trim_end_matches(is_blank);
            text[at + 4..end].starts_with(['-', '号'])
                || figure < from
                || BUILDINGS.iter().any(|word| before.ends_with(word))
        };
        sign == b'+' || (sign == b'-' && (fraction || !room()))
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is an error, a number that a spreadsheet wrote with an exponent (`1.23E+05`), or
/// a program's word for nothing (`NULL`, `NaN`); `Null` and `Nan` are names.
pub fn is_left_over(raw: &str) -> bool {
    if raw.len() > LONGEST {
        return false;
    }
    let text = folded(raw);
    let nothing = [
        "NULL",
        "null",
        "(NULL)",
        "(null)",
        "<NULL>",
        "<null>",
        "NaN",
        "nan",
        "undefined",
        "N/A",
        "n/a",
        "None",
        "NONE",
    ];
    is_error_word(&text) || nothing.contains(&text.as_str()) || is_exponential(&text)
}

fn is_exponential(text: &str) -> bool {
    text.trim_start_matches('-').split_once(['E', 'e']).is_some_and(|(body, power)| {
        let (whole, part) = body.split_once('.').unwrap_or((body, "0"));
        // 2E-101 is a room.
        let room = power.starts_with('-') && power.len() > 3 && !body.contains('.');
        let power = power.strip_prefix(['+', '-']);
        !room && power.is_some_and(is_digits) && is_digits(whole) && is_digits(part)
    })
}

#[cfg(test)]
mod tests;
