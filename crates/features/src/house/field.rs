//! Texts of a form, each at most as long as its field holds.

use platform::form::Form;
use rules::input;

use super::visit::Trouble;

/// A note or comment, or none: at most [`input::LONGEST_NOTE`] characters.
///
/// # Errors
/// Too long, at the field.
pub fn note(form: &Form, field: &str, label: &str) -> Result<String, Trouble> {
    input::long_text(label, form.get(field), input::LONGEST_NOTE).map_err(|e| Trouble::at(field, e))
}

/// A reason that must be given; `missing` is the sentence where it isn't.
///
/// # Errors
/// Missing or too long, at the field.
pub fn reason(form: &Form, field: &str, missing: &str) -> Result<String, Trouble> {
    let text = note(form, field, "理由")?;
    if text.is_empty() { Err(Trouble::at(field, missing)) } else { Ok(text) }
}
