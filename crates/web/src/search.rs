//! What the address of a list asks for.

use jiff::civil::Date;
use platform::form::Form;
use rules::holidays::Holidays;
use rules::input;

use super::visit::Visit;

use crate::errors::Errors;

/// A list's filters as they stand in an address, without the place in the list:
/// `status=submitted&q=…`.
pub fn address(visit: &Visit, names: &[&str]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in names.iter().filter(|name| !visit.query(name).is_empty()) {
        query.append_pair(name, visit.query(name));
    }
    query.finish()
}

/// The day that a condition of an address names; without a year, the nearest such day. What can't
/// be read is said: left out, it would answer another question.
pub fn day(
    query: &Form,
    errors: &mut Errors,
    name: &str,
    label: &str,
    today: Date,
    holidays: &Holidays,
) -> Option<Date> {
    query
        .has(name)
        .then(|| {
            errors.take(name, holidays.settle(input::date_near(label, query.get(name), today)))
        })
        .flatten()
}

/// The day of a condition as its field shows it once it was read: with its year.
pub fn shown(day: Option<Date>, typed: &str) -> String {
    day.map_or_else(|| input::text(typed), |d| format!("{}/{}/{}", d.year(), d.month(), d.day()))
}

/// The days between which something lies, both of them in.
pub fn days(
    query: &Form,
    errors: &mut Errors,
    today: Date,
    holidays: &Holidays,
) -> (Option<Date>, Option<Date>) {
    let (from, to) = (
        day(query, errors, "from", "この日から", today, holidays),
        day(query, errors, "to", "この日まで", today, holidays),
    );
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        errors.add("to", "「この日まで」が「この日から」より前になっています");
    }
    (from, to)
}
