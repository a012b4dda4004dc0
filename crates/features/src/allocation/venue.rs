//! 分配量の確認: what a venue gets in each cycle, and why.

use platform::db::Tx;
use platform::{args, row, sql};
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::allocation::decided_cycles;

row! {
    struct Fixed {
        cycle: u32,
        requested: i64,
        boxes: u32,
        needle_boxes: u32,
        explanation: String,
        fixed_at: jiff::Timestamp,
        shipment: Option<String>,
        date: Option<jiff::civil::Date>,
    }
}

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let at = visit.as_of()?;
    let then = at.unwrap_or(visit.now);
    let mut fixed: Vec<Fixed> = tx.all(
        sql!(
            "select a.cycle, a.requested, a.boxes, a.needle_boxes, a.explanation, a.fixed_at, s.id,
                    s.date
               from allocation a
               left join shipment s on s.venue_id = a.venue_id and s.cycle = a.cycle
              where a.venue_id = $1
              order by a.cycle"
        ),
        args![&venue.id],
    )?;
    fixed.retain(|f| f.fixed_at <= then);
    let programme = visit.masters().programme();
    let number = work::plan::registrations(tx, &venue.id)?
        .iter()
        .find(|r| r.at <= then)
        .map_or(0, |r| r.number);
    let planned = work::plan::lines(tx, &venue.id, number)?;
    let decided = decided_cycles(tx, &programme.id, at)?;
    // Approved, and not yet carried out for everybody.
    let carrying: Vec<(u32,)> = tx.all(
        sql!("select cycle from allocation_run where state = 'approved' and programme = $1"),
        args![&programme.id],
    )?;
    let rows: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| {
            let found = fixed.iter().find(|f| f.cycle == c.number);
            json!({
                "title": c.say(), "period": c.say_period(), "week": c.say_delivery_week(), "planned": found.map_or_else(|| i64::from(planned.get(&c.number).map_or(0, |l| l.boxes)), |f| f.requested),
                "fixed": found.is_some(), "boxes": found.map(|f| f.boxes), "doses": found.map(|f| f.boxes * programme.product.doses_per_box()), "needle_boxes": found.map(|f| f.needle_boxes),
                "explanation": found.map(|f| f.explanation.clone()), "fixed_at": found.map(|f| f.fixed_at), "decided": c.decided, "past": c.cut_off <= then, "late": c.decided < rules::time::date(then),
                "none": decided.contains(&c.number) && !carrying.contains(&(c.number,)),
                "shipment": found.filter(|_| at.is_none()).and_then(|f| f.shipment.clone()), "date": found.and_then(|f| f.date),
            })
        })
        .collect();
    visit.page(
        "allocation/venue.html",
        typed,
        json!({"h1": "分配量の確認", "at": at, "rows": rows, "doses_per_box": programme.product.doses_per_box()}),
    )
}
