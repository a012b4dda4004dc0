//! 分配量の確認: what a venue gets in each cycle, and why.

use platform::db::Tx;
use rules::programme::Packing;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::allocation::decided_cycles;

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let at = visit.as_of()?;
    let then = at.unwrap_or(visit.now);
    let mut fixed = work::allocation::of_venue(tx, &venue.id)?;
    fixed.retain(|f| f.fixed_at <= then);
    let masters = visit.masters_then(tx, at)?;
    let programme = masters.programme();
    let number = work::plan::registrations(tx, &venue.id)?
        .iter()
        .find(|r| r.at <= then)
        .map_or(0, |r| r.number);
    let planned = work::plan::lines(tx, &venue.id, number)?;
    let decided = decided_cycles(tx, &programme.id, at)?;
    // Approved, and not yet carried out for everybody.
    let carrying = work::allocation::carrying(tx, &programme.id)?;
    let rows: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| {
            let found = fixed.iter().find(|f| f.cycle == c.number);
            let packing = found.map(|f| f.packing(programme));
            json!({
                "title": c.say(), "period": c.say_period(), "week": c.say_delivery_week(), "planned": found.map_or_else(|| i64::from(planned.get(&c.number).map_or(0, |l| l.boxes)), |f| f.requested),
                "fixed": found.is_some(), "boxes": found.map(|f| f.boxes), "doses": found.zip(packing).map(|(f, p)| p.doses(f.boxes)), "doses_per_box": packing.map(Packing::doses_per_box), "needle_boxes": found.map(|f| f.needle_boxes),
                "explanation": found.map(|f| f.explanation.clone()), "fixed_at": found.map(|f| f.fixed_at), "decided": c.decided, "past": c.cut_off <= then, "late": c.decided < rules::time::date(then),
                "none": decided.contains(&c.number) && !carrying.contains(&c.number),
                "shipment": found.filter(|_| at.is_none()).and_then(|f| f.shipment.clone()), "date": found.and_then(|f| f.date),
            })
        })
        .collect();
    visit.page(
        "allocation/venue.html",
        typed,
        json!({"h1": "分配量の確認", "at": at, "rows": rows}),
    )
}
