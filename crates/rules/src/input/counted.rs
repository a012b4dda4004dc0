//! A count with words behind it, as people write them into one cell or line: `3 1箱破損`, `1,200 追加`.

use super::chars::{clean, is_blank};
use super::{InputFault, Unit, signed};

/// What parts one part of a line from the next.
pub fn is_separator(c: char) -> bool {
    is_blank(c) || matches!(c, ',' | '，' | '、')
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

/// The count at the beginning, with a sign or without, and the words behind it, as typed. A comma
/// between digits groups them; `parted` says that commas part this line, so that one between digits
/// may be either.
///
/// # Errors
/// No number, the unit of something else; [`InputFault::Separators`] where a comma or a blank may
/// part two things or the thousands of one.
pub fn counted(
    label: &str,
    unit: Unit,
    raw: &str,
    parted: bool,
) -> Result<(i64, String), InputFault> {
    let text = clean(raw);
    let letters: Vec<char> = text.trim_start_matches(is_separator).chars().collect();
    let between = |i: usize| {
        is_digit(i.checked_sub(1).and_then(|i| letters.get(i)).copied())
            && is_digit(letters.get(i + 1).copied())
    };
    let end = letters.iter().enumerate().position(|(i, c)| {
        is_blank(*c) || *c == '\n' || (is_separator(*c) && (*c == '、' || !between(i)))
    });
    let (count, rest) = letters.split_at(end.unwrap_or(letters.len()));
    let (count, rest): (String, String) = (count.iter().collect(), rest.iter().collect());
    // 「3 箱 1箱破損」: the unit stands apart.
    let (count, rest) = match rest.trim_start().strip_prefix(unit.word()) {
        Some(behind)
            if !unit.word().is_empty() && behind.chars().next().is_none_or(is_separator) =>
        {
            (count + unit.word(), behind.to_string())
        }
        _ => (count, rest),
    };
    let words = rest.trim_matches(|c| is_separator(c) || c == '\n').to_string();
    let unclear =
        || InputFault::Separators { label: label.into(), raw: text.chars().take(20).collect() };
    // 「1 200 追加」: 1 and 200, or 1,200?
    let next: Vec<char> = words.chars().take_while(|c| !is_separator(*c) && *c != '\n').collect();
    let thousands = next.len() == 3
        && next.iter().all(|c| is_digit(Some(*c)))
        && count.chars().last().is_some_and(|c| is_digit(Some(c)));
    if thousands || (parted && count.contains([',', '，', '、'])) {
        return Err(unclear());
    }
    Ok((signed(label, unit, &count)?, words))
}
