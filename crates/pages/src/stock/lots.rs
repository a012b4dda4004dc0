//! ロット: the ministry's list, where each lot is, and its recall.

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::Form;
use rules::access::{Act, Scope};
use rules::fold;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::stock::{StoredLot, lot};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/lots", Act::ReadAreaStock, list),
        command("/mhlw/lots", Act::ManageLots, enter, list),
        page("/mhlw/lots/{lot}", Act::ReadAreaStock, one),
        command("/mhlw/lots/{lot}/recall", Act::ManageLots, recall, one),
        command("/mhlw/lots/{lot}/expiry", Act::ManageLots, settle, one),
    ]
}

/// Rows on one page.
const SHOWN: usize = 100;

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let q = visit.query("q");
    let pattern = format!("%{}%", fold::like(&rules::stock::sought_lot(q)));
    let after = visit
        .query("after")
        .split_once('_')
        .and_then(|(day, number)| Some((day.parse::<Date>().ok()?, number.to_string())));
    let (day, number) = after.unwrap_or((Date::constant(1, 1, 1), String::new()));
    let total = work::stock::count_lots(tx, &pattern)?;
    let mut rows = work::stock::listed(tx, &pattern, (day, &number), SHOWN as i64 + 1)?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let following = rows.last().filter(|_| more).map(|r| format!("{}_{}", r.expiry, r.number));
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|r| {
            json!({
                "number": r.number,
                "expiry": r.expiry,
                "recalled": r.recalled_at,
                "venues": r.venues,
                "vials": r.vials.max(0),
                "disputed": r.others > 0,
            })
        })
        .collect();
    let asked =
        super::receive::asked(visit, tx, typed.form.as_ref().filter(|_| !typed.errors.is_empty()))?;
    visit.page("stock/lots.html", typed, json!({"h1": "ロット", "rows": rows, "total": total, "q": q, "following": following, "asked": asked, "editable": visit.may(Act::ManageLots)}))
}

fn enter(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let made = super::receive::by_ministry(visit, tx, form)?;
    Ok(Done::saying("/mhlw/lots", if made { "lot.entered" } else { "unchanged" }))
}

/// The ministry says which expiry is right; venues that have the lot and read another one are told.
fn settle(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let lot = load(visit, tx)?;
    form.expect_version(lot.version)?;
    let expiry =
        super::receive::expiry(visit, form.get("expiry")).map_err(|e| Trouble::at("expiry", e))?;
    work::stock::settle_expiry(&visit.caller(), tx, &lot, expiry)?;
    Ok(Done::saying(format!("/mhlw/lots/{}", lot.number), "lot.settled"))
}

fn load(visit: &Visit, tx: &mut Tx<'_>) -> Result<StoredLot, Trouble> {
    lot(tx, visit.param("lot"))?.ok_or(Trouble::NotFound)
}

/// Kind and id of what the visitor reaches.
fn reach(visit: &Visit) -> Result<(Scope, &str), Trouble> {
    let membership = visit.membership()?;
    Ok(membership.reach())
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let lot = load(visit, tx)?;
    let rows: Vec<Value> = work::stock::holders(tx, &lot.number, reach(visit)?)?
        .into_iter()
        .map(|h| {
            json!({
                "id": h.id,
                "name": h.name,
                "place": visit.masters().places.full_name(&h.municipality),
                "vials": (h.vials >= 0).then_some(h.vials),
            })
        })
        .collect();
    let version = lot.version;
    let said: Vec<Value> = work::stock::expiries_said(tx, &lot.number, reach(visit)?)?
        .into_iter()
        .map(|said| {
            json!({
                "id": said.id,
                "name": said.venue,
                "expiry": said.expiry,
                "at": said.at,
                "who": said.name,
                "other": said.expiry != lot.expiry,
            })
        })
        .collect();
    let disputed = lot.settled_at.is_none() && said.iter().any(|s| s["other"] == json!(true));
    visit.page(
        "stock/lot.html",
        typed,
        json!({"h1": format!("ロット {}", english::typed(&lot.number)), "lot": lot, "rows": rows, "said": said, "disputed": disputed, "version": version, "editable": visit.may(Act::ManageLots), "crumbs": [["/mhlw/lots", "ロット"]]}),
    )
}

/// From now on nobody uses it; everybody who has it is told.
fn recall(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let lot = load(visit, tx)?;
    form.expect_version(lot.version)?;
    let reason =
        web::field::reason(form, "reason", "回収の理由を書いてください。会場へのメールに載ります")?;
    work::stock::recall(&visit.caller(), tx, &lot, &reason, reach(visit)?)?;
    Ok(Done::saying(format!("/mhlw/lots/{}", lot.number), "lot.recalled"))
}
