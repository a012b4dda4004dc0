//! What an area has: lots, vials, expiry, by venue. For the nation, a prefecture, a municipality.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::db::Tx;
use platform::{args, sql};
use rules::access::Act;
use rules::stock::{self, Facts, Kind};
use rules::time;
use serde_json::{Value, json};

use web::Route;
use web::list;
use web::page::{Answer, Typed};
use web::routes::page;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};

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

/// One lot at one venue; without a number: what came without its lot being entered.
struct Row {
    id: String,
    code: String,
    name: String,
    lot: String,
    expiry: Option<Date>,
    recalled: bool,
    vials: i64,
}

#[derive(Default)]
struct Area {
    rows: Vec<Row>,
    /// The sum of the venues' own figures.
    total: i64,
    /// Vials in lots that the reports say are used or thrown away, of no lot in the ledger.
    beyond: i64,
}

/// Every venue's figure as its own page shows it.
fn area(visit: &Visit, tx: &mut Tx<'_>) -> Result<Area, Trouble> {
    let hat = visit.hat()?;
    let scope = args![&hat.scope_kind, &hat.scope_id];
    let mut facts: BTreeMap<String, Facts> = BTreeMap::new();
    let ledger: Vec<(String, String, String, i64)> = tx.all(
        sql!(
            "select e.venue_id, e.lot, e.kind, cast(sum(e.vials) as bigint)
               from stock_entry e
               join visible_venue s on s.venue_id = e.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
              group by e.venue_id, e.lot, e.kind
              order by e.venue_id, e.lot, e.kind"
        ),
        scope,
    )?;
    for (venue, lot, kind, n) in ledger {
        if let Some(kind) = Kind::from_key(&kind) {
            facts.entry(venue).or_default().ledger.push((lot, kind, n));
        }
    }
    let product = &visit.masters().programme().product;
    let boxes: Vec<(String, i64)> = tx.all(
        sql!(
            "select h.venue_id, cast(sum(h.received_boxes) as bigint)
               from shipment h
               join visible_venue s on s.venue_id = h.venue_id
              where h.received_at is not null
                and h.received_boxes > 0
                and s.scope_kind = $1
                and s.scope_id = $2
              group by h.venue_id"
        ),
        scope,
    )?;
    for (venue, n) in boxes {
        facts.entry(venue).or_default().delivered =
            n.saturating_mul(i64::from(product.vials_per_box));
    }
    let doses: Vec<(String, i64)> = tx.all(
        sql!(
            "select r.venue_id, cast(sum(r.increase) as bigint)
               from result_entry r
               join visible_venue s on s.venue_id = r.venue_id
              where r.series = 'booster'
                and s.scope_kind = $1
                and s.scope_id = $2
              group by r.venue_id"
        ),
        scope,
    )?;
    for (venue, n) in doses {
        // A venue that never received anything has no stock to speak of.
        if let Some(known) = facts.get_mut(&venue) {
            known.doses = n;
        }
    }
    let venues: Vec<(String, String, String)> = tx.all(
        sql!(
            "select v.id, v.code, v.name
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2
                and (exists (select 1 from stock_entry e where e.venue_id = v.id)
                     or exists
                     (select 1 from shipment h where h.venue_id = v.id and h.received_boxes > 0))
              order by v.name, v.id"
        ),
        scope,
    )?;
    let lots: BTreeMap<String, (Date, bool)> = tx
        .all::<(String, Date, bool)>(
            sql!("select number, expiry, recalled_at is not null from lot"),
            args![],
        )?
        .into_iter()
        .map(|(n, e, r)| (n, (e, r)))
        .collect();
    let mut area = Area::default();
    for (id, code, name) in venues {
        let Some(known) = facts.get_mut(&id) else { continue };
        known.doses_per_vial = i64::from(product.doses_per_vial);
        let standing = stock::standing(known);
        area.total = area.total.saturating_add(standing.stock);
        let in_lots: i64 = standing.lots.values().sum();
        area.beyond =
            area.beyond.saturating_add((in_lots + standing.without_lot - standing.stock).max(0));
        let unknown = (standing.without_lot > 0).then_some((String::new(), standing.without_lot));
        for (lot, vials) in unknown.into_iter().chain(standing.lots) {
            let of = lots.get(&lot).copied();
            area.rows.push(Row {
                id: id.clone(),
                code: code.clone(),
                name: name.clone(),
                expiry: of.map(|(e, _)| e),
                recalled: of.is_some_and(|(_, r)| r),
                lot,
                vials,
            });
        }
    }
    Ok(area)
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
    Ok(Sheet::new("在庫", &visit.hat()?.scope_id, head, rows.collect()))
}
