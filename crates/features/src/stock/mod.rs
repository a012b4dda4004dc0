//! 入庫在庫 and ロット: a venue's ledger of vials, the lots of the product, and what an area has. Stock is a sum, never typed.

mod area;
mod lots;
mod transfers;

pub use transfers::waiting as waiting_transfers;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::results::Series;
use rules::stock::{self, Kind, Lot, Refusal};
use rules::{input, time};
use serde_json::{Value, json};

use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::table::{Cell, Sheet};
use crate::house::visit::{Trouble, Visit};
use crate::house::{Done, Route};
use crate::list;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/stock", Act::ReadStock, show),
        deed("/venues/{venue}/stock/receive", Act::MoveStock, receive, show),
        deed("/venues/{venue}/stock/move", Act::MoveStock, shift, show),
    ];
    all.extend(lots::routes());
    all.extend(transfers::routes());
    all.extend(area::routes());
    all.extend(list!("/venues/{venue}/stock/ledger", Act::ReadStock, ledger));
    all
}

/// One line of the ledger to be written.
pub struct Entry<'e> {
    pub lot: &'e str,
    pub kind: Kind,
    pub vials: i64,
    pub reason: &'e str,
    pub day: Date,
    pub transfer: Option<&'e str>,
    pub shipment: Option<&'e str>,
}

/// Writes a line; `who` is account and name.
pub fn put(tx: &mut Tx<'_>, now: Timestamp, who: (&str, &str), venue: &str, entry: &Entry<'_>) -> Result<(), Failure> {
    tx.run(
        sql!("insert into stock_entry (id, venue_id, lot, kind, vials, reason, day, transfer_id, shipment_id, at, account, name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
        args![
            ids::timed("s", now),
            venue,
            entry.lot,
            entry.kind.key(),
            entry.vials,
            entry.reason,
            entry.day,
            entry.transfer.map(str::to_string),
            entry.shipment.map(str::to_string),
            now,
            who.0,
            who.1
        ],
    )
    .map(|_| ())
}

/// Vials by lot.
pub fn sums(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, i64>, Failure> {
    let rows: Vec<(String, String, i64)> =
        tx.all(sql!("select lot, kind, cast(sum(vials) as bigint) from stock_entry where venue_id = $1 group by lot, kind"), args![venue])?;
    Ok(stock::sums(rows.iter().filter_map(|(lot, kind, n)| Some((lot.as_str(), Kind::from_key(kind)?, *n)))))
}

/// The lots that something can be taken from, with what is there.
pub fn choices(sums: &BTreeMap<String, i64>) -> Vec<(String, String)> {
    sums.iter().filter(|(lot, n)| !lot.is_empty() && **n > 0).map(|(lot, n)| (lot.clone(), format!("{lot}（在庫{n}本）"))).collect()
}

/// What a lot is good for on a day, in a word and its tone; a lot without an expiry isn't known.
fn condition(expiry: Option<Date>, recalled: bool, today: Date) -> (&'static str, &'static str) {
    match expiry {
        _ if recalled => ("回収対象", "bad"),
        Some(e) if e < today => ("期限切れ", "bad"),
        Some(e) if (e - today).get_days() <= 14 => ("期限まで14日以内", "act"),
        Some(_) => ("使えます", "ok"),
        None => ("ロット不明", "plain"),
    }
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct StoredLot {
        pub product: String,
        pub number: String,
        pub expiry: Date,
        pub gtin: String,
        pub recalled_at: Option<Timestamp>,
        pub recall_reason: Option<String>,
        pub version: i64,
    }
}

impl StoredLot {
    pub fn rule(&self) -> Lot {
        Lot { number: self.number.clone(), expiry: self.expiry, recalled: self.recalled_at.is_some() }
    }
}

pub fn lot(tx: &mut Tx<'_>, number: &str) -> Result<Option<StoredLot>, Failure> {
    tx.first(
        sql!(
            "select product, number, expiry, gtin, recalled_at, recall_reason, version from lot where number = $1 order by product limit 1"
        ),
        args![number],
    )
}

row! {
    #[derive(Clone, Debug)]
    struct Line {
        lot: String,
        kind: String,
        vials: i64,
        reason: String,
        day: Date,
        at: Timestamp,
        name: String,
        transfer: Option<String>,
    }
}

fn lines(tx: &mut Tx<'_>, venue: &str, limit: i64) -> Result<Vec<Line>, Failure> {
    tx.all(
        sql!("select e.lot, e.kind, e.vials, e.reason, e.day, e.at, e.name, t.number from stock_entry e left join transfer t on t.id = e.transfer_id where e.venue_id = $1 order by e.id desc limit $2"),
        args![venue, limit],
    )
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let today = time::date(visit.now);
    let product = visit.masters().programme().product.clone();
    let sums = sums(tx, &venue.id)?;
    let mut rows = Vec::new();
    for (number, n) in &sums {
        let known = if number.is_empty() { None } else { lot(tx, number)? };
        let recalled = known.as_ref().is_some_and(|l| l.recalled_at.is_some());
        let (word, tone) = condition(known.as_ref().map(|l| l.expiry), recalled, today);
        rows.push(json!({"lot": number, "n": n, "expiry": known.as_ref().map(|l| l.expiry), "word": word, "tone": tone, "reason": known.and_then(|l| l.recall_reason)}));
    }
    // What the reports say beside what the ledger says.
    let entries = crate::results::entries(tx, &venue.id)?;
    let doses = crate::results::total(&entries, Series::Booster);
    let wasted = crate::results::total(&entries, Series::UnusedVials);
    let (received,): (i64,) = tx.one(
        sql!("select cast(coalesce(sum(received_boxes), 0) as bigint) from shipment where venue_id = $1 and received_at is not null"),
        args![&venue.id],
    )?;
    let moved: (i64, i64) = tx.one(
        sql!("select cast(coalesce(sum(case when kind = 'transferred_in' then vials when kind = 'transferred_out' then -vials else 0 end), 0) as bigint), cast(coalesce(sum(case when kind = 'received' then vials else 0 end), 0) as bigint) from stock_entry where venue_id = $1"),
        args![&venue.id],
    )?;
    let received_vials = received * i64::from(product.vials_per_box);
    let used = (doses + i64::from(product.doses_per_vial) - 1) / i64::from(product.doses_per_vial.max(1));
    let computed = received_vials - used - wasted + moved.0;
    let shipments: Vec<(String, String)> = std::iter::once((String::new(), "（納入を選ばない）".to_string()))
        .chain(
            crate::delivery::shipments(tx, &venue.id)?
                .into_iter()
                .filter(|s| s.received_at.is_some())
                .map(|s| (s.id.clone(), format!("第{}クール　{}箱", s.cycle, s.received_boxes.unwrap_or(0)))),
        )
        .collect();
    let ledger: Vec<Value> = lines(tx, &venue.id, 200)?
        .into_iter()
        .map(|l| {
            let kind = Kind::from_key(&l.kind);
            let reason = stock::waste_reason(&l.reason).map_or(l.reason.clone(), str::to_string);
            json!({"day": l.day, "lot": l.lot, "kind": kind.map(Kind::label), "moves": kind.map_or(0, |k| k.moves(l.vials)), "vials": l.vials, "reason": reason, "transfer": l.transfer, "at": l.at, "name": l.name})
        })
        .collect();
    visit.page(
        "stock/show.html",
        typed,
        json!({
            "h1": "在庫とロット", "rows": rows, "choices": choices(&sums), "ledger": ledger, "shipments": shipments, "total": sums.values().sum::<i64>(), "computed": computed,
            "received": received_vials, "recorded": moved.1, "used": used, "doses": doses, "wasted": wasted, "transferred": moved.0, "per_vial": product.doses_per_vial,
            "today": time::say_date(today), "editable": visit.may(Act::MoveStock), "product": product.name,
            "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]],
        }),
    )
}

/// A lot with its expiry as it is typed, or as a scanner reads it from the pack.
fn read_lot(form: &Form, errors: &mut Errors) -> Option<(String, Date, String)> {
    if form.has("gs1") {
        let read = errors.take("gs1", stock::gs1(form.get("gs1")))?;
        return match (read.lot, read.expiry) {
            (Some(lot), Some(expiry)) => Some((lot, expiry, read.gtin.unwrap_or_default())),
            _ => {
                errors.add("gs1", "ロット番号（10）と有効期限（17）の両方が要ります。足りないほうは下の欄に入力してください");
                None
            }
        };
    }
    let lot = input::folded(form.get("lot")).trim().to_uppercase();
    if lot.is_empty() || lot.chars().count() > 20 {
        errors.add("lot", "ロット番号を20文字までで入力してください（またはGS1コードを読み取ってください）");
    }
    let expiry = errors.take("expiry", input::date("有効期限", form.get("expiry")));
    expiry.filter(|_| !lot.is_empty()).map(|expiry| (lot, expiry, String::new()))
}

/// The lot in the master; a new one is entered, another expiry or another product is refused.
fn enter_lot(visit: &Visit, tx: &mut Tx<'_>, number: &str, expiry: Date, gtin: &str) -> Result<StoredLot, Trouble> {
    let product = visit.masters().programme().product.id.clone();
    if let Some(known) = lot(tx, number)? {
        if known.product != product {
            return Err(Trouble::at("lot", Refusal::Foreign(number.into())));
        }
        if known.expiry != expiry {
            return Err(Trouble::at("expiry", Refusal::OtherExpiry { lot: number.into(), known: known.expiry, typed: expiry }));
        }
        return Ok(known);
    }
    tx.run(sql!("insert into lot (product, number, expiry, gtin) values ($1, $2, $3, $4)"), args![&product, number, expiry, gtin])?;
    visit.journal(tx, ("lot", number), "lot.enter", Value::Null, json!({"expiry": expiry, "gtin": gtin}), None)?;
    lot(tx, number)?.ok_or(Trouble::NotFound)
}

fn vials(form: &Form, errors: &mut Errors) -> Option<i64> {
    errors.take("vials", input::whole("バイアル数", form.get("vials")))
}

/// 入庫: vials of a lot, with the shipment that brought them.
fn receive(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let (read, n) = (read_lot(form, &mut errors), vials(form, &mut errors));
    let (Some((number, expiry, gtin)), Some(n), true) = (read, n, errors.is_empty()) else { return Err(Trouble::refused(errors)) };
    let known = enter_lot(visit, tx, &number, expiry, &gtin)?;
    let today = time::date(visit.now);
    stock::entry(Kind::Received, &number, Some(&known.rule()), 0, n, "", today)
        .map_err(|r| Trouble::at(if matches!(r, Refusal::NoVials) { "vials" } else { "lot" }, r))?;
    let shipment = form.get("shipment");
    if !shipment.is_empty() && !crate::delivery::shipments(tx, &venue.id)?.iter().any(|s| s.id == shipment) {
        return Err(Trouble::at("shipment", input::InputFault::NotChosen("納入".into())));
    }
    let actor = visit.actor();
    let entry = Entry {
        lot: &number,
        kind: Kind::Received,
        vials: n,
        reason: "",
        day: today,
        transfer: None,
        shipment: (!shipment.is_empty()).then_some(shipment),
    };
    put(tx, visit.now, (&actor.account, &actor.name), &venue.id, &entry)?;
    visit.journal(tx, ("venue", &venue.id), "stock.receive", Value::Null, json!({"lot": number, "expiry": expiry, "vials": n}), None)?;
    Ok(Done::saying(format!("/venues/{}/stock", venue.id), "stock.moved"))
}

/// 開封, 使用, 調整. What is thrown away is reported with the results, once.
fn shift(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let kind = Kind::from_key(form.get("kind")).filter(|k| matches!(k, Kind::Opened | Kind::Used | Kind::Adjusted));
    if kind.is_none() {
        errors.add("kind", input::InputFault::NotChosen("何をしたか".into()));
    }
    let day = errors.take("day", input::date("日付", form.get("day")));
    let number = input::text(form.get("move_lot"));
    if number.is_empty() {
        errors.add("move_lot", input::InputFault::NotChosen("ロット".into()));
    }
    let folded = input::folded(form.get("move_vials"));
    let (sign, digits) = match folded.trim().strip_prefix(['-', '−', '△', '▲', '‐']) {
        Some(rest) if kind == Some(Kind::Adjusted) => (-1, rest.to_string()),
        _ => (1, folded),
    };
    let n = errors.take("move_vials", input::whole("バイアル数", &digits)).map(|n| n * sign);
    let (Some(kind), Some(day), Some(n), true) = (kind, day, n, errors.is_empty()) else { return Err(Trouble::refused(errors)) };
    if day > time::date(visit.now) {
        return Err(Trouble::at("day", "日付は今日までの日で入力してください"));
    }
    let reason = input::text(form.get("move_reason"));
    let (known, have) = (lot(tx, &number)?, sums(tx, &venue.id)?.get(&number).copied());
    let Some(have) = have else { return Err(Trouble::at("move_lot", Refusal::Foreign(number))) };
    stock::entry(kind, &number, known.as_ref().map(StoredLot::rule).as_ref(), have, n, &reason, day).map_err(|r| {
        let field = match r {
            Refusal::NoReason => "move_reason",
            Refusal::NoVials | Refusal::NotEnough { .. } => "move_vials",
            _ => "move_lot",
        };
        Trouble::at(field, r)
    })?;
    let actor = visit.actor();
    let entry = Entry { lot: &number, kind, vials: n, reason: &reason, day, transfer: None, shipment: None };
    put(tx, visit.now, (&actor.account, &actor.name), &venue.id, &entry)?;
    visit.journal(
        tx,
        ("venue", &venue.id),
        "stock.move",
        json!({"lot": number, "stock": have}),
        json!({"kind": kind.key(), "vials": n, "stock": have + kind.moves(n)}),
        (!reason.is_empty()).then_some(reason.as_str()),
    )?;
    Ok(Done::saying(format!("/venues/{}/stock", venue.id), "stock.moved"))
}

/// The whole ledger, as the guide asks to keep it.
fn ledger(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let venue = visit.venue()?;
    let rows = lines(tx, &venue.id, 100_000)?.into_iter().map(|l| {
        let kind = Kind::from_key(&l.kind);
        vec![
            Cell::Date(Some(l.day)),
            Cell::Code(l.lot),
            Cell::text(kind.map_or("", Kind::label)),
            Cell::Number(l.vials),
            Cell::Number(kind.map_or(0, |k| k.moves(l.vials))),
            Cell::text(stock::waste_reason(&l.reason).map_or(l.reason.clone(), str::to_string)),
            Cell::text(l.transfer.unwrap_or_default()),
            Cell::text(time::rfc3339(l.at)),
            Cell::Text(l.name),
        ]
    });
    let head = ["日付", "ロット番号", "区分", "バイアル数", "在庫の増減", "理由", "融通番号", "登録日時", "登録した人"];
    Ok(Sheet::new("在庫の台帳", &venue.code, head, rows.collect()))
}
