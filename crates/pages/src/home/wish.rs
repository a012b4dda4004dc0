//! ワクチン希望量の報告: the first series' way, cycle by cycle. A programme of plans says why there is none
//! and leads to the plan.

use platform::db::Tx;
use rules::programme::Planning;
use serde_json::json;

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let lines = match work::plan::latest(tx, &venue.id)? {
        Some(r) => Some((r.number, r.planned(tx, programme.first_packing(), &venue.id)?.doses)),
        None => None,
    };
    let wish = programme.planning == Planning::Wish;
    visit.page(
        "home/wish.html",
        typed,
        json!({"h1": "ワクチン希望量の報告", "wish": wish, "programme": programme.name, "registered": lines.map(|(n, doses)| json!({"number": n, "doses": doses})), "next": programme.next_cut_off(visit.now).map(|c| json!({"title": c.say(), "at": c.cut_off}))}),
    )
}
