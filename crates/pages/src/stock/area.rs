//! What an area has: lots, vials, expiry, by venue. For the nation, a prefecture, a municipality.

use platform::db::Tx;
use rules::access::Act;
use rules::time;
use serde_json::{Value, json};

use web::Route;
use web::list;
use web::page::{Answer, Typed};
use web::routes::page;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use work::stock::Area;

pub fn routes() -> Vec<Route> {
    let act = Act::ReadAreaStock;
    ["/municipal/stock", "/prefecture/stock", "/mhlw/stock"]
        .into_iter()
        .map(|path| page(path, act, show))
        .chain(list!("/municipal/stock", act, sheet))
        .chain(list!("/prefecture/stock", act, sheet))
        .chain(list!("/mhlw/stock", act, sheet))
        .collect()
}

fn area(visit: &Visit, tx: &mut Tx<'_>) -> Result<Area, Trouble> {
    let membership = visit.membership()?;
    Ok(work::stock::area(visit.masters(), tx, membership.reach())?)
}

/// Rows on the page; the file has all.
const SHOWN: usize = 500;

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let today = time::date(visit.now);
    let area = area(visit, tx)?;
    let more = area.rows.len().saturating_sub(SHOWN);
    let rows: Vec<Value> = area
        .rows
        .into_iter()
        .take(SHOWN)
        .map(|r| {
            let (word, tone) = super::condition(r.expiry, r.recalled, today);
            json!({"id": r.id, "code": r.code, "name": r.name, "lot": r.lot, "expiry": r.expiry, "vials": r.vials, "word": word, "tone": tone})
        })
        .collect();
    visit.page(
        "stock/area.html",
        typed,
        json!({"h1": "在庫とロット", "rows": rows, "total": area.total, "beyond": area.beyond, "more": more, "stem": visit.request.path}),
    )
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = area(visit, tx)?.rows.into_iter().map(|r| {
        vec![
            Cell::Code(r.code),
            Cell::Text(r.name),
            Cell::Code(r.lot),
            Cell::Date(r.expiry),
            Cell::text(if r.recalled { "回収対象" } else { "" }),
            Cell::Number(r.vials),
        ]
    });
    let head = ["会場コード", "会場", "ロット番号", "有効期限", "回収", "バイアル数"];
    Ok(Sheet::new("在庫", &visit.membership()?.scope_id, head, rows.collect()))
}
