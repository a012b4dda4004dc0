//! The rows of a claim that another system sends.

use rules::claim::{Age, Band, Counts, Kind};
use serde_json::Value;
use web::errors::Errors;
use web::json::Fields;
use web::visit::Visit;
use words::Sentence;
use work::claim::{self as store, Row};
use work::venue::VenueHead;

/// Counts of one row: kinds, ages and bands by their names; what isn't named is none.
fn counts_sent(value: &Value, place: &str, errors: &mut Errors) -> Option<Counts> {
    let mut counts = Counts::default();
    let mut kinds = Fields::within(value, format!("{place}."), errors)?;
    for (kind, name) in
        [(Kind::Vaccination, "vaccination"), (Kind::ScreeningOnly, "screening_only")]
    {
        let inner = format!("{place}.{name}.");
        let Some(mut ages) = kinds.get(name).and_then(|v| Fields::within(v, inner.clone(), errors))
        else {
            continue;
        };
        for (age, name) in [(Age::UnderSix, "under_six"), (Age::SixAndOver, "six_and_over")] {
            let Some(mut bands) =
                ages.get(name).and_then(|v| Fields::within(v, format!("{inner}{name}."), errors))
            else {
                continue;
            };
            for (band, name) in [
                (Band::Regular, "regular"),
                (Band::AfterHours, "after_hours"),
                (Band::Holiday, "holiday"),
            ] {
                let count = bands
                    .number(name, 0, rules::claim::COUNT_MAX, errors)
                    .and_then(|n| u32::try_from(n).ok());
                counts.set(kind, age, band, count.unwrap_or_default());
            }
            bands.done(errors);
        }
        ages.done(errors);
    }
    kinds.done(errors);
    Some(counts)
}

/// One row of a claim that is sent.
fn row_sent(
    visit: &Visit,
    venue: &VenueHead,
    item: &Value,
    place: &str,
    errors: &mut Errors,
) -> Option<Row> {
    let mut fields = Fields::within(item, format!("{place}."), errors)?;
    fields.needed("municipality", errors);
    fields.needed("counts", errors);
    let municipality = fields.text("municipality", errors).and_then(|raw| match raw {
        work::claim::SAME => Some(raw.to_string()),
        raw => errors
            .take(&format!("{place}.municipality"), store::place_of(visit.masters(), venue, raw)),
    });
    let counts = fields
        .get("counts")
        .and_then(|value| counts_sent(value, &format!("{place}.counts"), errors));
    let recipient_class = fields.text("recipient_class", errors).unwrap_or("2").to_string();
    if !["1", "2"].contains(&recipient_class.as_str()) {
        errors.add(format!("{place}.recipient_class"), "被接種者区分は1か2を送ってください。");
    }
    fields.done(errors);
    Some(Row { municipality: municipality?, counts: counts?, recipient_class })
}

/// The rows that are sent, a municipality once, and how their names were read.
pub(super) fn rows_sent(
    visit: &Visit,
    venue: &VenueHead,
    fields: &mut Fields<'_>,
    errors: &mut Errors,
) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut notes): (Vec<Row>, Vec<String>) = Default::default();
    for (i, item) in fields.list("rows", 0, 4_000, errors).unwrap_or_default().iter().enumerate() {
        if let Some(row) = row_sent(visit, venue, item, &format!("rows[{i}]"), errors) {
            let same = |r: &Row| {
                r.municipality == row.municipality && r.recipient_class == row.recipient_class
            };
            if let Some(before) = rows.iter().position(same) {
                let name = store::place_name(visit.masters(), venue, &row.municipality);
                let sentence = format!(
                    "{name}がrows[{before}]にもあります。1つの行にまとめて送ってください。"
                );
                errors.add(format!("rows[{i}].municipality"), sentence);
            }
            let raw = item["municipality"].as_str().unwrap_or_default();
            let places = &visit.masters().places;
            notes.extend(
                places
                    .remark(raw)
                    .or_else(|| places.namesake(raw))
                    .map(|read| format!("rows[{i}]：{}", read.sentence())),
            );
            rows.push(row);
        }
    }
    (rows, notes)
}
