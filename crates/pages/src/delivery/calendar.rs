//! 納入カレンダー: a month of delivery dates by day and area, each a link to the day's list and its
//! papers.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use platform::db::Tx;
use rules::time::{self, Month};
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let month = Month::parse(visit.query("m")).unwrap_or(Month::of(time::date(visit.now)));
    let counted = work::delivery::by_day(tx, &membership.scope_id, month.first(), month.last())?;
    let mut days: BTreeMap<Date, Vec<Value>> = BTreeMap::new();
    for day in &counted {
        let name = visit
            .masters()
            .places
            .prefecture(&day.prefecture)
            .map_or(day.prefecture.clone(), |p| p.name.clone());
        days.entry(day.date).or_default().push(json!({
            "prefecture": day.prefecture,
            "name": name,
            "n": day.shipments,
            "boxes": day.boxes,
            "shipped": day.shipped,
        }));
    }
    let start = month
        .first()
        .saturating_sub((month.first().weekday().to_sunday_zero_offset() as i64).days());
    let (mut weeks, mut day): (Vec<Vec<Value>>, Date) = (Vec::new(), start);
    while day <= month.last() || day.weekday() != Weekday::Sunday {
        if day.weekday() == Weekday::Sunday {
            weeks.push(Vec::new());
        }
        if let Some(week) = weeks.last_mut() {
            week.push(json!({
                "day": day.day(), "date": day, "inside": Month::of(day) == month, "holiday": visit.masters().holidays.name(day), "sunday": day.weekday() == Weekday::Sunday,
                "today": day == time::date(visit.now), "areas": days.get(&day).cloned().unwrap_or_default(),
            }));
        }
        day = day.saturating_add(1.day());
    }
    let list: Vec<Value> =
        days.iter().map(|(date, areas)| json!({"date": date, "areas": areas})).collect();
    visit.page(
        "delivery/calendar.html",
        typed,
        json!({"h1": "納入カレンダー", "month": month.say(), "previous": month.plus(-1), "following": month.plus(1), "weeks": weeks, "list": list}),
    )
}
