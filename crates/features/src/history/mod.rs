//! 履歴: who did what when, one click from the record.

use platform::db::Tx;
use platform::journal;
use rules::access::{Act, Role};
use serde_json::{Value, json};

use crate::house::Route;
use crate::house::page::{Answer, Typed};
use crate::house::routes::page;
use crate::house::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![page("/venues/{venue}/history", Act::ReadHistory, of_venue)]
}

fn of_venue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let mut rows = journal::of_record(tx, "venue", &venue.id)?;
    if let Some(application) = &venue.application_id {
        rows.extend(journal::of_record(tx, "application", application)?);
    }
    for letter in crate::letter::store::of_venue(tx, &venue.id)? {
        rows.extend(journal::of_record(tx, "letter", &letter.id)?);
    }
    for shipment in crate::delivery::shipments(tx, &venue.id)? {
        rows.extend(journal::of_record(tx, "shipment", &shipment.id)?);
    }
    rows.extend(journal::of_records(tx, "allocation", &format!("{}:", venue.id))?);
    rows.extend(journal::of_record(tx, "reading", &format!("venue:{}", venue.id))?);
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.number)));
    let rows: Vec<Value> = rows.iter().take(300).map(row_json).collect();
    visit.page("history/venue.html", typed, json!({"h1": "履歴", "tab": "history", "rows": rows}))
}

/// A journal row as people read it.
pub fn row_json(r: &journal::Stored) -> Value {
    json!({
        "at": r.at, "name": r.name, "role": Role::from_key(&r.role).map(Role::label), "act": format!("act.{}", r.act), "reason": r.reason,
        "before": short(&r.before.0), "after": short(&r.after.0), "hash": &r.hash[..12.min(r.hash.len())], "number": r.number, "kind": r.record_kind, "id": r.record_id,
    })
}

/// A value as one readable line a field.
fn short(value: &Value) -> Vec<String> {
    match value {
        Value::Null => vec![],
        Value::Object(fields) => fields
            .iter()
            .map(|(key, v)| {
                let label = rules::application::find_field(key).map_or(key.as_str(), |f| f.label);
                let text = v.as_str().map_or_else(|| v.to_string(), str::to_string);
                format!("{label}：{}", text.chars().take(200).collect::<String>())
            })
            .collect(),
        other => vec![other.to_string()],
    }
}
