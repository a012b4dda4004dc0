//! Numbers of bank accounts.

use super::{InputFault, code, placeholder};

/// The seven digits of an account's number; a shorter one (four digits at least) gets its zeros in
/// front, as banks write it.
///
/// # Errors
/// Empty; letters, more than seven digits or fewer than four; nothing but zeros.
pub fn account_number(label: &str, raw: &str) -> Result<String, InputFault> {
    let number = code(raw);
    if number.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if !(4..=7).contains(&number.len()) || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InputFault::AccountNumber(label.into()));
    }
    if number.starts_with('0') && placeholder::is_one_digit(&number) {
        return Err(InputFault::Placeholder { label: label.into(), raw: number });
    }
    Ok(format!("{number:0>7}"))
}
