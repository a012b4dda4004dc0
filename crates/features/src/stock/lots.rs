//! ロット: the ministry's list, where each lot is, and its recall.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::form::{Errors, Form};
use platform::{args, sql};
use rules::access::Act;
use rules::input;
use serde_json::{Value, json};

use super::{StoredLot, lot};
use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Trouble, Visit};
use crate::house::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/lots", Act::ReadAreaStock, list),
        deed("/mhlw/lots", Act::ManageLots, enter, list),
        page("/mhlw/lots/{lot}", Act::ReadAreaStock, one),
        deed("/mhlw/lots/{lot}/recall", Act::ManageLots, recall, one),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<(String, Date, Option<Timestamp>, i64, i64)> = tx.all(
        sql!("select l.number, l.expiry, l.recalled_at, (select count(distinct e.venue_id) from stock_entry e where e.lot = l.number), cast(coalesce((select sum(case when e.kind in ('received', 'adjusted', 'transferred_in') then e.vials when e.kind in ('used', 'wasted', 'transferred_out') then -e.vials else 0 end) from stock_entry e where e.lot = l.number), 0) as bigint) from lot l order by l.expiry, l.number limit 500"),
        args![],
    )?;
    let rows: Vec<Value> =
        rows.into_iter().map(|(number, expiry, recalled, venues, vials)| json!({"number": number, "expiry": expiry, "recalled": recalled, "venues": venues, "vials": vials})).collect();
    visit.page("stock/lots.html", typed, json!({"h1": "ロット", "rows": rows, "editable": visit.may(Act::ManageLots)}))
}

fn enter(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let read = super::read_lot(form, &mut errors);
    let (Some((number, expiry, gtin)), true) = (read, errors.is_empty()) else { return Err(Trouble::refused(errors)) };
    super::enter_lot(visit, tx, &number, expiry, &gtin)?;
    Ok(Done::saying("/mhlw/lots", "lot.entered"))
}

fn load(visit: &Visit, tx: &mut Tx<'_>) -> Result<StoredLot, Trouble> {
    lot(tx, visit.param("lot"))?.ok_or(Trouble::NotFound)
}

/// Venues that have had the lot, with what is left there; within one's own reach.
fn holders(visit: &Visit, tx: &mut Tx<'_>, number: &str) -> Result<Vec<(String, String, String, i64)>, Trouble> {
    let hat = visit.hat()?;
    Ok(tx.all(
        sql!("select v.id, v.name, v.municipality, cast(sum(case when e.kind in ('received', 'adjusted', 'transferred_in') then e.vials when e.kind in ('used', 'wasted', 'transferred_out') then -e.vials else 0 end) as bigint) from stock_entry e join venue v on v.id = e.venue_id join visible_venue s on s.venue_id = v.id where e.lot = $1 and s.scope_kind = $2 and s.scope_id = $3 group by v.id, v.name, v.municipality order by v.name, v.id limit 2000"),
        args![number, &hat.scope_kind, &hat.scope_id],
    )?)
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let lot = load(visit, tx)?;
    let rows: Vec<Value> = holders(visit, tx, &lot.number)?
        .into_iter()
        .map(|(id, name, place, vials)| json!({"id": id, "name": name, "place": visit.masters().places.full_name(&place), "vials": vials}))
        .collect();
    let version = lot.version;
    visit.page(
        "stock/lot.html",
        typed,
        json!({"h1": format!("ロット {}", lot.number), "lot": lot, "rows": rows, "version": version, "editable": visit.may(Act::ManageLots), "crumbs": [["/mhlw/lots", "ロット"]]}),
    )
}

/// From now on nobody uses it; everybody who has it is told.
fn recall(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let lot = load(visit, tx)?;
    form.expect_version(lot.version)?;
    let reason = input::text(form.get("reason"));
    if reason.is_empty() {
        return Err(Trouble::at("reason", "回収の理由を書いてください。会場へのメールに載ります"));
    }
    if lot.recalled_at.is_some() {
        return Err(Trouble::at("", "このロットはすでに回収の対象です。"));
    }
    tx.run_one(
        sql!(
            "update lot set recalled_at = $1, recall_reason = $2, version = version + 1 where number = $3 and product = $4 and version = $5"
        ),
        args![visit.now, &reason, &lot.number, &lot.product, lot.version],
    )?;
    visit.journal(tx, ("lot", &lot.number), "lot.recall", Value::Null, json!({"expiry": lot.expiry}), Some(&reason))?;
    for (venue, name, _, vials) in holders(visit, tx, &lot.number)? {
        let body = format!(
            "ロット{}が回収の対象になりました。使わずに、ほかのワクチンと分けて保管してください。\n\n会場：{name}\n在庫：{vials}本\n理由：{reason}\n\n{}/venues/{venue}/stock",
            lot.number, visit.house.base_url
        );
        crate::venue::store::tell(tx, visit.now, &venue, &format!("【緊急】ロット{}の回収（{name}）", lot.number), &body)?;
    }
    Ok(Done::saying(format!("/mhlw/lots/{}", lot.number), "lot.recalled"))
}
