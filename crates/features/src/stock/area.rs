//! What an area has: lots, vials, expiry, by venue. For the nation, a prefecture, a municipality.

use jiff::civil::Date;
use platform::db::Tx;
use platform::{args, sql};
use rules::access::Act;
use rules::time;
use serde_json::{Value, json};

use crate::house::Route;
use crate::house::page::{Answer, Typed};
use crate::house::routes::page;
use crate::house::table::{Cell, Sheet};
use crate::house::visit::{Trouble, Visit};
use crate::list;

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

type Row = (String, String, String, String, Option<Date>, bool, i64);

fn rows(visit: &Visit, tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Row>, Trouble> {
    let hat = visit.hat()?;
    Ok(tx.all(
        sql!("select v.id, v.code, v.name, e.lot, max(l.expiry), max(l.recalled_at) is not null, cast(sum(case when e.kind in ('received', 'adjusted', 'transferred_in') then e.vials when e.kind in ('used', 'wasted', 'transferred_out') then -e.vials else 0 end) as bigint) from stock_entry e join venue v on v.id = e.venue_id join visible_venue s on s.venue_id = v.id left join lot l on l.number = e.lot where s.scope_kind = $1 and s.scope_id = $2 group by v.id, v.code, v.name, e.lot order by v.name, v.id, e.lot limit $3"),
        args![&hat.scope_kind, &hat.scope_id, limit],
    )?)
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let today = time::date(visit.now);
    let rows = rows(visit, tx, 500)?;
    let total: i64 = rows.iter().map(|r| r.6).sum();
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, code, name, lot, expiry, recalled, vials)| {
            let (word, tone) = super::condition(expiry, recalled, today);
            json!({"id": id, "code": code, "name": name, "lot": lot, "expiry": expiry, "vials": vials, "word": word, "tone": tone})
        })
        .collect();
    visit.page("stock/area.html", typed, json!({"h1": "在庫とロット", "rows": rows, "total": total, "stem": visit.request.path}))
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = rows(visit, tx, 200_000)?.into_iter().map(|(_, code, name, lot, expiry, recalled, vials)| {
        vec![
            Cell::Code(code),
            Cell::Text(name),
            Cell::Code(lot),
            Cell::Date(expiry),
            Cell::text(if recalled { "回収対象" } else { "" }),
            Cell::Number(vials),
        ]
    });
    let head = ["会場コード", "会場", "ロット番号", "有効期限", "回収", "バイアル数"];
    Ok(Sheet::new("在庫", &visit.hat()?.scope_id, head, rows.collect()))
}
