//! ロット: the ministry's list, where each lot is, and its recall.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::Form;
use platform::{args, sql};
use rules::access::Act;
use rules::application::commas;
use rules::fold;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::stock::{StoredLot, lot};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/lots", Act::ReadAreaStock, list),
        deed("/mhlw/lots", Act::ManageLots, enter, list),
        page("/mhlw/lots/{lot}", Act::ReadAreaStock, one),
        deed("/mhlw/lots/{lot}/recall", Act::ManageLots, recall, one),
        deed("/mhlw/lots/{lot}/expiry", Act::ManageLots, settle, one),
    ]
}

/// Rows on one page.
const SHOWN: usize = 100;

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let q = visit.query("q");
    let pattern = format!("%{}%", fold::like(q));
    let after = visit
        .query("after")
        .split_once('_')
        .and_then(|(day, number)| Some((day.parse::<Date>().ok()?, number.to_string())));
    let (day, number) = after.unwrap_or((Date::constant(1, 1, 1), String::new()));
    let (total,): (i64,) = tx.one(
        sql!("select count(*) from lot l where lower(l.number) like $1 escape '\\'"),
        args![&pattern],
    )?;
    let mut rows: Vec<(String, Date, Option<Timestamp>, i64, i64, i64)> = tx.all(
        sql!(
            "select l.number, l.expiry, l.recalled_at,
                    (select count(distinct e.venue_id) from stock_entry e where e.lot = l.number),
                    cast(coalesce((select sum(case when e.kind in
                                                   ('received', 'adjusted', 'transferred_in')
                                                   then e.vials
                                                   when e.kind in
                                                   ('used', 'wasted', 'transferred_out')
                                                   then -e.vials else 0 end)
                                     from stock_entry e
                                    where e.lot = l.number),
                                  0)
                         as bigint),
                    (select count(*)
                       from lot_expiry x
                      where x.lot = l.number
                        and x.expiry <> l.expiry
                        and l.settled_at is null)
               from lot l
              where lower(l.number) like $1 escape '\\'
                and (l.expiry, l.number) > ($2, $3)
              order by l.expiry, l.number
              limit $4"
        ),
        args![&pattern, day, number, SHOWN as i64 + 1],
    )?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let following = rows.last().filter(|_| more).map(|r| format!("{}_{}", r.1, r.0));
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(number, expiry, recalled, venues, vials, other)| json!({"number": number, "expiry": expiry, "recalled": recalled, "venues": venues, "vials": vials.max(0), "disputed": other > 0}))
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
    settle_expiry(visit, tx, &lot, expiry)?;
    Ok(Done::saying(format!("/mhlw/lots/{}", lot.number), "lot.settled"))
}

pub(super) fn settle_expiry(
    visit: &Visit,
    tx: &mut Tx<'_>,
    lot: &StoredLot,
    expiry: Date,
) -> Result<(), Trouble> {
    tx.run_one(
        sql!(
            "update lot
                set expiry = $1, settled_at = $2, version = version + 1
              where number = $3
                and product = $4
                and version = $5"
        ),
        args![expiry, visit.now, &lot.number, &lot.product, lot.version],
    )?;
    visit.journal(
        tx,
        ("lot", &lot.number),
        "lot.expiry",
        json!({"expiry": lot.expiry}),
        json!({"expiry": expiry}),
        None,
    )?;
    let others: Vec<(String, Date)> = tx.all(
        sql!(
            "select venue_id, expiry
               from lot_expiry
              where lot = $1
                and expiry <> $2
              order by venue_id"
        ),
        args![&lot.number, expiry],
    )?;
    for (venue, said) in others {
        let body = format!(
            "ロット{}の有効期限は{}です。この会場の記録は{}でした。箱の表示を確かめてください。\n\n{}/venues/{venue}/stock",
            english::typed(&lot.number),
            rules::time::say_date(expiry),
            rules::time::say_date(said),
            visit.house.base_url
        );
        work::venue::tell(
            tx,
            visit.now,
            &venue,
            &format!("【在庫】ロット{}の有効期限", english::typed(&lot.number)),
            &body,
        )?;
    }
    Ok(())
}

fn load(visit: &Visit, tx: &mut Tx<'_>) -> Result<StoredLot, Trouble> {
    lot(tx, visit.param("lot"))?.ok_or(Trouble::NotFound)
}

/// Venues that have had the lot, with what is left there; within one's own reach.
fn holders(
    visit: &Visit,
    tx: &mut Tx<'_>,
    number: &str,
) -> Result<Vec<(String, String, String, i64)>, Trouble> {
    let hat = visit.hat()?;
    Ok(tx.all(
        sql!(
            "select v.id, v.name, v.municipality,
                    cast(sum(case when e.kind in ('received', 'adjusted', 'transferred_in')
                                  then e.vials when e.kind in ('used', 'wasted', 'transferred_out')
                                  then -e.vials else 0 end)
                         as bigint)
               from stock_entry e
               join venue v on v.id = e.venue_id
               join visible_venue s on s.venue_id = v.id
              where e.lot = $1
                and s.scope_kind = $2
                and s.scope_id = $3
              group by v.id, v.name, v.municipality
              order by v.name, v.id
              limit 2000"
        ),
        args![number, &hat.scope_kind, &hat.scope_id],
    )?)
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let lot = load(visit, tx)?;
    let rows: Vec<Value> = holders(visit, tx, &lot.number)?
        .into_iter()
        .map(|(id, name, place, vials)| json!({"id": id, "name": name, "place": visit.masters().places.full_name(&place), "vials": (vials >= 0).then_some(vials)}))
        .collect();
    let version = lot.version;
    let hat = visit.hat()?;
    let said: Vec<(String, String, Date, Timestamp, String)> = tx.all(
        sql!(
            "select v.id, v.name, x.expiry, x.at, x.name
               from lot_expiry x
               join venue v on v.id = x.venue_id
               join visible_venue s on s.venue_id = v.id
              where x.lot = $1
                and s.scope_kind = $2
                and s.scope_id = $3
              order by x.at, v.name, v.id
              limit 2000"
        ),
        args![&lot.number, &hat.scope_kind, &hat.scope_id],
    )?;
    let said: Vec<Value> = said
        .into_iter()
        .map(|(id, name, expiry, at, who)| json!({"id": id, "name": name, "expiry": expiry, "at": at, "who": who, "other": expiry != lot.expiry}))
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
    if lot.recalled_at.is_some() {
        return Err(Trouble::at("", "このロットはすでに回収の対象です。"));
    }
    tx.run_one(
        sql!(
            "update lot
                set recalled_at = $1, recall_reason = $2, version = version + 1
              where number = $3
                and product = $4
                and version = $5"
        ),
        args![visit.now, &reason, &lot.number, &lot.product, lot.version],
    )?;
    visit.journal(
        tx,
        ("lot", &lot.number),
        "lot.recall",
        Value::Null,
        json!({"expiry": lot.expiry}),
        Some(&reason),
    )?;
    for (venue, name, _, vials) in holders(visit, tx, &lot.number)? {
        // Used or thrown away before its receipt was entered: nobody can say what is left.
        let left = if vials < 0 {
            "わかりません（入庫が記録されていません）".to_string()
        } else {
            format!("{}本", commas(vials))
        };
        let body = format!(
            "ロット{}が回収の対象になりました。使わずに、ほかのワクチンと分けて保管してください。\n\n会場：{}\n在庫：{left}\n理由：{}\n\n{}/venues/{venue}/stock",
            english::typed(&lot.number),
            english::typed(&name),
            english::typed(&reason),
            visit.house.base_url
        );
        work::venue::tell(
            tx,
            visit.now,
            &venue,
            &format!(
                "【緊急】ロット{}の回収（{}）",
                english::typed(&lot.number),
                english::typed(&name)
            ),
            &body,
        )?;
    }
    Ok(Done::saying(format!("/mhlw/lots/{}", lot.number), "lot.recalled"))
}
