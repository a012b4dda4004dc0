//! Texts of a form, each at most as long as its field holds.

use platform::english;
use platform::form::Form;
use rules::{application, input};
use words::Sentence;

use super::visit::Trouble;

/// A note or comment, or none: at most [`input::LONGEST_NOTE`] characters.
///
/// # Errors
/// Too long, at the field.
pub fn note(form: &Form, field: &str, label: &str) -> Result<String, Trouble> {
    input::long_text(label, form.get(field), input::LONGEST_NOTE).map_err(|e| Trouble::at(field, e))
}

/// What a form says in a field of an application; none where it is empty.
///
/// # Errors
/// Why it can't be read.
pub fn answer(
    masters: &super::Masters,
    form: &Form,
    field: &application::Field,
) -> Result<Option<String>, application::Fault> {
    let label = words::application::label(field.key);
    application::read(field, label, form.get(field.key), &masters.places, &masters.holidays)
}

/// A reason that must be given; `missing` is the sentence where it isn't.
///
/// # Errors
/// Missing or too long, at the field.
pub fn reason(form: &Form, field: &str, missing: &str) -> Result<String, Trouble> {
    let text = note(form, field, "理由")?;
    if text.is_empty() { Err(Trouble::at(field, missing)) } else { Ok(text) }
}

/// What a person has to confirm, as the value of the tick `noted`: other remarks are confirmed
/// anew.
pub fn noted(remarks: &[String]) -> String {
    platform::secrets::digest(&remarks.join("\n"))
}

/// Asks for the tick, where there is anything to confirm and it wasn't confirmed as it stands now.
///
/// # Errors
/// The sentence, at the tick.
pub fn is_noted(form: &Form, remarks: &[String]) -> Result<(), Trouble> {
    if remarks.is_empty() || form.get("noted") == noted(remarks) {
        return Ok(());
    }
    Err(Trouble::at("noted", "読み方を確かめて、よければ印を付けてください"))
}

/// Remarks as a page shows them: what they quote of the form is what was typed.
pub fn quoted(remarks: &[String], form: Option<&Form>) -> Vec<String> {
    let texts = form.map_or(&[][..], |form| &form.0).iter().map(|(_, text)| text.as_str());
    let said = |said: &String| english::quoting(&english::told(said), texts.clone());
    remarks.iter().map(said).collect()
}

/// How the names of places in a form were read, where that isn't what was written. Names that can't
/// be read are errors elsewhere.
pub fn places_read<'f>(
    masters: &super::Masters,
    raw: impl IntoIterator<Item = &'f str>,
) -> Vec<String> {
    let said = |raw: &str| {
        let code = rules::application::municipality(raw, &masters.places).ok()?;
        let remark = masters.places.remark(raw)?.sentence();
        let full = masters.places.full_name(&code);
        Some(match masters.places.ward_of(raw) {
            Some(ward) => {
                format!("{remark}。{full}として登録し、{ward}は町名・番地の初めに入れます")
            }
            None => format!("{remark}。{full}として登録します"),
        })
    };
    raw.into_iter().filter_map(said).collect()
}
