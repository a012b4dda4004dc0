//! マスタ: the values that the rules work with, on the day asked for. They are data with a period of
//! validity.

use masters::changes;
use platform::db::Tx;
use rules::access::Act;
use rules::time::{self, Month};
use serde_json::{Value, json};

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};

pub mod commands;
pub mod edit;

pub fn routes() -> Vec<Route> {
    let mut all = vec![page("/masters", Act::ReadPublic, list)];
    all.extend(edit::routes());
    all
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let at = visit.as_of()?;
    let day = time::date(at.unwrap_or(visit.now));
    // On a past day what was in force then: what was approved since counts for nothing.
    let base = &visit.house.base_masters;
    let then = at.map(|at| changes::in_force_then(tx, base, at)).transpose()?;
    let masters = then.as_ref().unwrap_or(visit.masters());
    let month = Month::of(day);
    let programme = masters.programme();
    // What isn't in force yet on that day isn't shown as if it were.
    let price = masters.tariff.price(month).ok().map(|p| {
        let extra = |yen: u32| if yen == 0 { json!(null) } else { json!(yen) };
        json!({"from": p.from.say(), "vaccination": p.vaccination, "screening_only": p.screening_only, "under_six": p.under_six, "after_hours": extra(p.after_hours), "holiday": extra(p.holiday)})
    });
    let tax = masters
        .tariff
        .tax
        .iter()
        .rev()
        .find(|(from, _)| *from <= month)
        .map(|(from, percent)| json!({"from": from.say(), "percent": percent}));
    let cycles: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| json!({"title": c.say(), "period": c.say_period(), "week": c.delivery_week, "cut_off": c.cut_off, "decided": c.decided, "past": time::date(c.cut_off) < day}))
        .collect();
    let minimums: Vec<Value> = programme
        .minimums
        .iter()
        .map(|(cycle, persons)| json!({"cycle": cycle, "persons": persons}))
        .collect();
    let rule = &programme.needle_rule;
    visit.page(
        "masters/list.html",
        typed,
        json!({
            "h1": "基準となる値", "plain_h1": true, "at": at, "day": day, "price": price, "tax": tax, "programme": programme.name, "product": programme.product.name,
            "doses_per_box": programme.product.doses_per_box(), "vials": programme.product.vials_per_box, "per_vial": programme.product.doses_per_vial, "freezer": programme.product.boxes_per_freezer,
            "numerator": rule.numerator, "denominator": rule.denominator, "pack": rule.pack, "minimums": minimums, "cycles": cycles,
        }),
    )
}
