//! The federation's desk: what was submitted to it.

use platform::db::Tx;
use platform::{args, row, sql};
use rules::access::Act;
use rules::claim;
use rules::time::Month;
use serde_json::{Value, json};

use super::store;
use crate::house::Route;
use crate::house::page::{Answer, Typed};
use crate::house::routes::page;
use crate::house::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![page("/kokuho/bills", Act::ReceiveClaim, list), page("/kokuho/bills/{claim}", Act::ReceiveClaim, one)]
}

row! {
    struct Bill {
        id: String,
        venue: String,
        code: String,
        service_month: String,
        count: i64,
        amount: i64,
        submitted_at: Option<jiff::Timestamp>,
        receipt: Option<String>,
    }
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let hat = visit.hat()?;
    let rows: Vec<Bill> = tx.all(
        sql!("select c.id, v.name, v.code, c.service_month, c.count, c.amount, c.submitted_at, c.receipt from claim c join venue v on v.id = c.venue_id where c.federation = $1 and c.status = 'submitted' order by c.service_month desc, v.name, c.id limit 500"),
        args![&hat.scope_id],
    )?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|b| json!({"id": b.id, "venue": b.venue, "code": b.code, "month": b.service_month, "count": b.count, "amount": b.amount, "at": b.submitted_at, "receipt": b.receipt}))
        .collect();
    let name = visit.masters().federation(&hat.scope_id).map(|f| f.name.clone());
    visit.page("claim/bills.html", typed, json!({"h1": "請求", "rows": rows, "federation": name}))
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = store::by_id(tx, visit.param("claim"))?.filter(|c| c.status == "submitted").ok_or(Trouble::NotFound)?;
    let venue = visit.venue()?;
    if stored.federation != visit.hat()?.scope_id {
        return Err(Trouble::NotFound);
    }
    let masters = visit.masters();
    let month = Month::parse(&stored.service_month).ok_or(Trouble::NotFound)?;
    let set = store::destinations(masters, venue, &stored.rows.0).into_iter().find(|d| d.federation).ok_or(Trouble::NotFound)?;
    let calculation = store::calculate(masters, month, &set.rows)?;
    let rows: Vec<Value> = calculation.rows.iter().map(|r| json!({"kind": r.kind.label(), "age": r.age.label(), "band": r.band.label(), "count": r.count, "unit": r.unit_price, "amount": r.amount})).collect();
    let places: Vec<Value> = set
        .rows
        .iter()
        .map(|r| {
            let total = store::calculate(masters, month, std::slice::from_ref(r)).map(|c| c.total).unwrap_or_default();
            json!({"code": store::place_code(venue, &r.municipality), "name": store::place_name(masters, venue, &r.municipality), "count": total.count, "amount": total.amount})
        })
        .collect();
    let payment = masters.federation(&stored.federation).map(|f| claim::payment_date(f.payment, month.plus(1), &masters.holidays));
    visit.page(
        "claim/bill.html",
        typed,
        json!({
            "h1": format!("{}接種分の請求", month.say()), "rows": rows, "places": places, "total": calculation.total, "due": calculation.due, "claim_month": calculation.claim_month.say(),
            "receipt": stored.receipt, "submitted_at": stored.submitted_at, "payment": payment, "crumbs": [["/kokuho/bills", "請求"]],
        }),
    )
}
