//! A venue as it was at a past instant: today's rows, walked back through the journal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal;
use rules::application::Answers;
use serde_json::Value;

/// What of a venue can change.
pub struct Past {
    pub answers: Answers,
    /// Contacts and doctors by id, as the journal keeps them.
    pub contacts: Vec<Value>,
    pub doctors: Vec<Value>,
}

/// Takes back one change: what was before it stands again, what it brought is gone.
fn take_back(all: &mut BTreeMap<String, Value>, before: &Value, after: &Value) {
    let id = |v: &Value| v["id"].as_str().map(str::to_string);
    if let Some(id) = id(after) {
        all.remove(&id);
    }
    if let Some(id) = id(before) {
        all.insert(id, before.clone());
    }
}

fn by_id<T: serde::Serialize>(rows: &[T]) -> BTreeMap<String, Value> {
    rows.iter()
        .filter_map(|row| serde_json::to_value(row).ok())
        .filter_map(|v| Some((v["id"].as_str()?.to_string(), v)))
        .collect()
}

/// The venue at an instant; none where it wasn't registered yet.
pub fn look(tx: &mut Tx<'_>, venue: &str, at: Timestamp) -> Result<Option<Past>, Failure> {
    let rows = journal::of_record(tx, "venue", venue)?;
    if rows.last().is_none_or(|first| first.at > at) {
        return Ok(None);
    }
    let mut answers = work::venue::answers(tx, venue)?;
    let mut contacts = by_id(&work::venue::contacts(tx, venue)?);
    let mut doctors = by_id(&work::venue::doctors(tx, venue)?);
    // Newest first.
    for row in rows.iter().filter(|row| row.at > at) {
        let (before, after) = (&row.before.0, &row.after.0);
        match row.act.split('.').next() {
            Some("contact") => take_back(&mut contacts, before, after),
            Some("doctor") => take_back(&mut doctors, before, after),
            _ if row.act == "venue.edit" => {
                for key in after.as_object().into_iter().flat_map(|o| o.keys()) {
                    answers.remove(key);
                }
                for (key, value) in before.as_object().into_iter().flatten() {
                    answers.insert(key.clone(), value.as_str().unwrap_or_default().to_string());
                }
            }
            _ => {}
        }
    }
    Ok(Some(Past {
        answers,
        contacts: contacts.into_values().collect(),
        doctors: doctors.into_values().collect(),
    }))
}
