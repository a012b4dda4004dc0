//! Phone numbers of Japan, with an extension, and postal codes.

use super::InputFault;
use super::chars::{dashes, folded, is_blank};
use super::placeholder::{is_counted, is_one_digit};
use super::vocabulary::{AROUND, EXTENSION, FREE};

fn is_around(word: &str) -> bool {
    AROUND.contains(&word)
}

/// A phone number as it is read aloud: digits grouped by hyphens where the person grouped them, an
/// extension as ` 内線123` behind it.
/// +81, 0081 and 81 become the leading 0; parentheses, dots, blanks and every dash part groups.
///
/// # Errors
/// Empty; no number of Japan, with what is wrong: a digit too few or too many, a lost 0, two
/// numbers, other words.
pub fn phone(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw).to_lowercase();
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if super::is_ditto(&folded) {
        return Err(InputFault::Ditto(label.into()));
    }
    // Words without a number have no digits to be right or wrong about.
    if folded.bytes().filter(u8::is_ascii_digit).count() < 7 {
        return Err(InputFault::Phone(label.into()));
    }
    // ー would part the word.
    let folded = FREE.iter().fold(folded, |text, word| text.replace(word, ""));
    let (number, extension) = extension_apart(label, &folded)?;
    let number = groups(label, &number)?;
    let number = domestic(label, &number)?;
    count(label, &number)?;
    Ok(match extension {
        Some(e) => format!("{number} 内線{e}"),
        None => number,
    })
}

/// The number and the extension of a stored phone number.
pub fn phone_parts(stored: &str) -> (&str, Option<&str>) {
    stored
        .split_once(" 内線")
        .map_or((stored, None), |(number, extension)| (number, Some(extension)))
}

/// Splits `03-1234-5678(内線123)` into the number's text and `123`.
fn extension_apart(label: &str, folded: &str) -> Result<(String, Option<String>), InputFault> {
    // An x or # marks an extension only right after the number.
    let marks = |at: usize, word: &str| {
        word.len() > 1
            || folded[..at].ends_with(|c: char| c.is_ascii_digit() || is_blank(c) || c == '(')
    };
    let found = |word: &'static str| {
        folded.find(word).filter(|at| *at > 0 && marks(*at, word)).map(|at| (at, word))
    };
    let at = EXTENSION
        .into_iter()
        .filter_map(found)
        .min_by_key(|(at, word)| (*at, std::cmp::Reverse(word.len())));
    let Some((at, word)) = at else { return Ok((folded.to_string(), None)) };
    let before = folded[..at].trim_end_matches(|c: char| {
        is_blank(c) || matches!(c, '(' | '[' | '/' | '、' | ',' | ';' | '〔' | '【' | '<')
    });
    let after = folded[at + word.len()..]
        .trim_matches(|c: char| !c.is_ascii_digit() && !c.is_alphabetic() || c == 'ー')
        .trim_end_matches(['番', ')']);
    let digits: String = dashes(after).chars().filter(|c| *c != '-').collect();
    let several = || InputFault::PhoneWords {
        label: label.into(),
        found: folded[at..].chars().take(20).collect(),
    };
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(several());
    }
    Ok((before.to_string(), Some(digits)))
}

/// Digits in groups parted by `-`, a leading `+` kept; every word that says nothing dropped.
fn groups(label: &str, text: &str) -> Result<String, InputFault> {
    let mut out = String::new();
    let mut word = String::new();
    let end = |word: &mut String, out: &mut String| {
        let known = word.is_empty() || is_around(word);
        if !known {
            return Err(InputFault::PhoneWords {
                label: label.into(),
                found: word.chars().take(20).collect(),
            });
        }
        word.clear();
        if !out.ends_with(['-', '+']) && !out.is_empty() {
            out.push('-');
        }
        Ok(())
    };
    for c in dashes(text).chars() {
        match c {
            '0'..='9' => {
                if !word.is_empty() {
                    end(&mut word, &mut out)?;
                }
                out.push(c);
            }
            '+' if out.is_empty() => {
                end(&mut word, &mut out)?;
                out.push('+');
            }
            c if c == '-'
                || is_blank(c)
                || matches!(
                    c,
                    '(' | ')'
                        | '_'
                        | '['
                        | ']'
                        | '.'
                        | ','
                        | '。'
                        | '・'
                        | ':'
                        | '\''
                        | '【'
                        | '】'
                        | '〔'
                        | '〕'
                ) =>
            {
                end(&mut word, &mut out)?;
            }
            '/' | '、' | ';' | '\n' | '~' | '〜' | '&' => {
                end(&mut word, &mut out)?;
                if out.bytes().filter(u8::is_ascii_digit).count() >= 9 {
                    return Err(InputFault::PhoneTwo(label.into()));
                }
            }
            c => word.push(c),
        }
    }
    end(&mut word, &mut out)?;
    Ok(out.trim_matches('-').to_string())
}

/// +81 (0)3 …, 0081-3-…, 010-81-3-… and 81-3-… as 03-….
fn domestic(label: &str, grouped: &str) -> Result<String, InputFault> {
    let digits = |t: &str| t.bytes().filter(u8::is_ascii_digit).count();
    let abroad = if let Some(rest) = grouped.strip_prefix('+') {
        Some(rest.trim_start_matches('-'))
    } else if let Some(rest) = grouped.strip_prefix("010").filter(|_| digits(grouped) > 11) {
        Some(rest.trim_start_matches('-'))
    } else if let Some(rest) = grouped.strip_prefix("00") {
        Some(rest.trim_start_matches('-'))
    } else if grouped.starts_with("81") && (11..=13).contains(&digits(grouped)) {
        Some(grouped)
    } else {
        None
    };
    // (0)3-1234-5678: the zero belongs to the area code.
    let at_home =
        || grouped.strip_prefix("0-").map_or(grouped.to_string(), |rest| format!("0{rest}"));
    let Some(abroad) = abroad else { return Ok(at_home()) };
    let national = abroad
        .strip_prefix("81")
        .ok_or_else(|| InputFault::PhoneAbroad(label.into()))?
        .trim_start_matches('-');
    Ok(match national.strip_prefix('0') {
        // The trunk zero stands there for readers at home: (0)3 and 03 alike.
        Some(rest) => format!("0{}", rest.trim_start_matches('-')),
        None => format!("0{national}"),
    })
}

/// How many digits a number with this start has.
fn wanted(digits: &str) -> (&str, usize) {
    match digits {
        d if d.starts_with("0800") => (&d[..4], 11),
        d if ["020", "050", "060", "070", "080", "090"].iter().any(|p| d.starts_with(p)) => {
            (&d[..3], 11)
        }
        d => (&d[..d.len().min(2)], 10),
    }
}

fn count(label: &str, grouped: &str) -> Result<(), InputFault> {
    let digits: String = grouped.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Err(InputFault::Phone(label.into()));
    }
    if !digits.starts_with('0') {
        let lost = wanted(&format!("0{digits}")).1 == digits.len() + 1;
        return Err(if lost {
            InputFault::PhoneZero(label.into())
        } else {
            InputFault::Phone(label.into())
        });
    }
    // Grouped as Osaka's 06-…, it isn't a mobile number's 060.
    let (start, wanted) = if grouped.starts_with("06-") { ("06", 10) } else { wanted(&digits) };
    match digits.len() {
        found if found == wanted && only_fills(&digits) => {
            Err(InputFault::Placeholder { label: label.into(), raw: grouped.into() })
        }
        found if found == wanted => Ok(()),
        found if found >= 18 => Err(InputFault::PhoneTwo(label.into())),
        found if found < 7 => Err(InputFault::Phone(label.into())),
        found => {
            Err(InputFault::PhoneDigits { label: label.into(), start: start.into(), wanted, found })
        }
    }
}

/// Whether the digits of a number only fill its field: one digit behind the area's or the carrier's
/// (03-0000-0000, 090-9999-9999, 0120-000-000), or all of them counted up or down (0123456789).
fn only_fills(digits: &str) -> bool {
    let last = |n: usize| digits.get(digits.len().saturating_sub(n)..).unwrap_or_default();
    is_one_digit(last(8)) || last(7).bytes().all(|b| b == b'0') || is_counted(digits)
}

/// Without the signs and words that stand before a postal code.
pub fn without_postal_mark(text: &str) -> &str {
    let mut rest = text;
    while let Some(bare) =
        ["郵便番号", "〒", "〶", "〠"].iter().find_map(|mark| rest.strip_prefix(mark))
    {
        rest = bare.trim_start_matches(|c: char| is_blank(c) || matches!(c, ':' | '：'));
    }
    rest
}

/// A postal code, stored as seven digits.
///
/// # Errors
/// Empty, or not seven digits; digits that only fill the field: no place has 000-…, one digit
/// seven times, or 123-4567.
pub fn postal(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let text = without_postal_mark(folded.trim_start_matches(['\'', ':', ' ']));
    let digits: String =
        dashes(text).chars().filter(|c| !matches!(c, '-' | ':' | '.') && !is_blank(*c)).collect();
    if digits.len() != 7 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InputFault::Postal(label.into()));
    }
    if digits.starts_with("000") || digits == "1234567" || is_one_digit(&digits) {
        return Err(InputFault::Placeholder { label: label.into(), raw: digits });
    }
    Ok(digits)
}
