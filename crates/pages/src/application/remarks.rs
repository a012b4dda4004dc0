//! What a person has to confirm of a section before it is saved.

use platform::form::Form;
use rules::application;

use web::field;
use web::visit::Visit;
use words::sentences;

/// How the municipalities of a section were read, where that isn't what was written.
fn places_read(visit: &Visit, section: &application::Section, form: &Form) -> Vec<String> {
    let places =
        section.fields.iter().filter(|f| matches!(f.kind, application::FieldKind::Municipality));
    field::places_read(visit.masters(), places.map(|f| form.get(f.key)))
}

/// What a form says in fields of an application, as far as it can be read.
pub fn typed<'f>(
    masters: &masters::Masters,
    fields: impl IntoIterator<Item = &'f application::Field>,
    form: &Form,
) -> application::Answers {
    let read = |f: &application::Field| {
        Some((f.key.to_string(), web::field::answer(masters, form, f).ok()??))
    };
    fields.into_iter().filter_map(read).collect()
}

/// What a person has to confirm of a section: how its places were read, and addresses that begin
/// with another one.
pub fn of(visit: &Visit, section: &application::Section, form: &Form) -> Vec<String> {
    let places = &visit.masters().places;
    let answers = typed(visit.masters(), section.fields, form);
    places_read(visit, section, form)
        .into_iter()
        .chain(sentences(&rules::address::doubts(places, &answers)))
        .collect()
}
