//! Names of people: what a name is, and that a date or an error slipped into its column is none.

mod nobody;
mod several;
mod vocabulary;

use nobody::is_no_name;
use several::is_of_several;

use super::{InputFault, LONGEST_NAME, date_near, folded, holds_error, is_date_word, line};

/// The name of a person, which must be there, of one line, at most 60 characters long.
///
/// # Errors
/// [`InputFault::Empty`], [`InputFault::TooLong`], [`InputFault::Lost`], [`InputFault::LeftOver`],
/// [`InputFault::DateForName`], [`InputFault::NoName`], [`InputFault::TwoNames`],
/// [`InputFault::Elsewhere`]
pub fn person(label: &str, raw: &str) -> Result<String, InputFault> {
    let name = line(label, raw, LONGEST_NAME)?;
    // 四月一日 is somebody's name; a date has digits.
    let digits = folded(&name).contains(|c: char| c.is_ascii_digit());
    let about = jiff::civil::date(2022, 1, 1);
    if is_date_word(&name) || (digits && date_near(label, &name, about).is_ok()) {
        return Err(InputFault::DateForName { label: label.into(), raw: name });
    }
    if holds_error(&name) {
        return Err(InputFault::LeftOver { label: label.into(), raw: name });
    }
    super::elsewhere::nothing_else(label, &name)?;
    if is_no_name(&name) {
        return Err(InputFault::NoName { label: label.into(), raw: name });
    }
    if is_of_several(&name) {
        return Err(InputFault::TwoNames { label: label.into(), raw: name });
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
