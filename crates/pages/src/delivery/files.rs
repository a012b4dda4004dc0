//! Excel out → fill → in: the wholesaler's main door. The file carries number and version of each
//! shipment, so rows match however
//! they are sorted; what comes back is checked, shown, applied, and can be taken back.

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use rules::access::Act;
use rules::application::grouped;
use rules::delivery::TimeBand;
use rules::input::Unit;
use rules::{codes, delivery, input, time};
use serde_json::{Value, json};

use super::desk;
use super::own;
use web::import::{self, Columns, Fault, Head, Line, List, Place, Stored, Twins, Verdict};
use web::page::{Answer, Typed};
use web::table::{self, Cell, Sheet, Table};
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::delivery::{self as orders, Shipment};

const KIND: &str = "shipments";
const BANDS: &str = "時間帯は「午前」「午後」「指定なし」のどれかを入れてください。";
/// Columns of the file, with what belongs into each.
const COLUMNS: [(&str, &str); 17] = [
    ("納入番号", "変えません"),
    ("版", "変えません"),
    ("会場コード", "変えません"),
    ("接種会場", "変えません"),
    ("所在地", "変えません"),
    ("会場の電話番号", "変えません"),
    ("ワクチン保管管理責任者", "変えません"),
    ("土日・祝日の連絡先", "変えません"),
    ("受け取れない曜日", "変えません"),
    ("クール", "変えません"),
    ("配送週", "変えません"),
    ("ワクチン（箱）", "変えません"),
    ("針・シリンジ（箱）", "変えません"),
    ("納入予定日", "例 2022/3/1"),
    ("時間帯", "午前・午後・指定なし"),
    ("出荷", "出荷したら ○"),
    ("納入した箱数・相違", "例 4　違うときは「3 1箱破損」"),
];

fn titles() -> [&'static str; 17] {
    COLUMNS.map(|(title, _)| title)
}

/// The list as it is filtered; `show=all` for those with a date, too.
fn listed(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<Vec<Cell>>, Trouble> {
    let rows = orders::listed(tx, &visit.membership()?.scope_id, &desk::filter(visit))?;
    visit.reads_contacts_of("wholesaler", &visit.membership()?.scope_id);
    let places = &visit.masters().places;
    Ok(rows
        .into_iter()
        .map(|r| {
            vec![
                Cell::Code(r.id),
                Cell::Number(r.version),
                Cell::Code(r.code),
                Cell::Text(r.name),
                Cell::Text(format!("{}{}", places.full_name(&r.municipality), r.address)),
                Cell::Code(r.phone),
                Cell::Text(r.manager),
                Cell::Text(r.holiday),
                Cell::Text(r.refused),
                Cell::Number(i64::from(r.cycle)),
                Cell::Date(Some(r.week)),
                Cell::Number(r.boxes),
                Cell::Number(r.needle_boxes),
                Cell::Date(r.date),
                Cell::text(r.band.map_or("", TimeBand::label)),
                Cell::text(if r.shipped { "○" } else { "" }),
                match (r.delivered, r.delivered_note.as_deref().filter(|note| !note.is_empty())) {
                    (Some(boxes), Some(note)) => Cell::Text(format!("{boxes} {note}")),
                    (delivered, _) => Cell::count(delivered),
                },
            ]
        })
        .collect())
}

pub fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let rows = listed(visit, tx)?;
    Ok(Sheet::new("納入予定", &visit.membership()?.scope_id, titles(), rows)
        .with_notes(COLUMNS.map(|(_, note)| note)))
}

/// What one line asks for.
pub struct Order {
    shipment: Shipment,
    schedule: Option<(Date, TimeBand)>,
    ship: bool,
    deliver: Option<(u32, String)>,
}

fn orders_of(
    visit: &Visit,
    tx: &mut Tx<'_>,
    head: &Head,
    content: &Table,
) -> Result<Vec<Line<Order>>, Trouble> {
    head.needs(&["納入予定日"])?;
    if !head.has("納入番号") {
        head.needs(&["会場コード", "クール"])?;
    }
    let own = work::delivery::of_wholesaler(tx, &visit.membership()?.scope_id)?;
    let by_id: std::collections::HashMap<String, &Shipment> =
        own.iter().map(|s| (input::same_id(&s.id), s)).collect();
    let by_venue: std::collections::HashMap<(&str, u32), &Shipment> =
        own.iter().map(|s| ((s.code.as_str(), s.cycle), s)).collect();
    let shipment_of = |cells: table::Row<'_>| -> Option<&Shipment> {
        let (id, code) = (
            input::same_id(head.cell(cells, "納入番号")),
            codes::ten_digits(head.cell(cells, "会場コード")),
        );
        match cycle(head.cell(cells, "クール")) {
            _ if !id.is_empty() => by_id.get(&id).copied(),
            Some(cycle) => by_venue.get(&(code.as_str(), cycle)).copied(),
            None => None,
        }
    };
    let twins = Twins::of(
        head.rows(content)
            .filter_map(|(number, cells)| Some((number, shipment_of(cells)?.id.clone()))),
    );
    Ok(head
        .rows(content)
        .map(|(number, cells)| {
            let get = |name: &str| head.cell(cells, name);
            let id = input::id(get("納入番号"));
            let Some(shipment) = shipment_of(cells) else {
                let (column, typed) = if id.is_empty() {
                    ("会場コード", get("会場コード"))
                } else {
                    ("納入番号", get("納入番号"))
                };
                return Line {
                    number,
                    verdict: Verdict::bad(
                        column,
                        typed,
                        "この納入はありません。一覧から出した表の行を使ってください。",
                    ),
                };
            };
            if let Some(verdict) =
                twins.held(&shipment.id, "納入番号", &shipment.id, "同じ納入の行")
            {
                return Line { number, verdict };
            }
            Line { number, verdict: order(visit, shipment, get, head.has("版")) }
        })
        .collect())
}

/// `2`, `第2クール`, `2.0`
fn cycle(cell: &str) -> Option<u32> {
    let folded = input::folded(cell);
    let number = folded.trim_matches(|c: char| !c.is_ascii_digit() && c != '.');
    input::version(number).and_then(|n| u32::try_from(n).ok())
}

/// Columns that belong to the shipment and aren't changed here.
fn mixed_up<'c>(shipment: &Shipment, get: impl Fn(&str) -> &'c str) -> Vec<Fault> {
    let same = |column: &str, is: bool, known: &str| {
        import::mixed_up("この納入", column, get(column), is, known)
    };
    let number = |column: &str| input::whole(column, Unit::Box, get(column)).ok();
    let mut all = vec![
        same("会場コード", codes::ten_digits(get("会場コード")) == shipment.code, &shipment.code),
        same(
            "接種会場",
            rules::fold::key(get("接種会場")) == rules::fold::key(&shipment.venue),
            &shipment.venue,
        ),
        same("クール", cycle(get("クール")) == Some(shipment.cycle), &shipment.cycle.to_string()),
    ];
    for (column, boxes) in
        [("ワクチン（箱）", shipment.boxes), ("針・シリンジ（箱）", shipment.needle_boxes)]
    {
        all.push(same(column, number(column) == Some(i64::from(boxes)), &boxes.to_string()));
    }
    all.into_iter().flatten().collect()
}

/// `versioned`: the table has the column of versions.
fn order<'c>(
    visit: &Visit,
    shipment: &Shipment,
    get: impl Fn(&str) -> &'c str + Copy,
    versioned: bool,
) -> Verdict<Order> {
    let mut faults: Vec<Fault> = mixed_up(shipment, get);
    let mut fault = |column: &str, problem: String| {
        faults.push(Fault { column: column.into(), typed: get(column).into(), problem })
    };
    let (mut said, mut schedule, mut asked) = (Vec::new(), None, Vec::new());
    let version = get("版");
    if get("納入予定日").is_empty() {
        // A time band belongs to a date: what was changed in one cell isn't left out for the
        // other's sake.
        let known = shipment.band;
        match TimeBand::read(get("時間帯")) {
            _ if get("時間帯").is_empty() => {}
            None => fault("時間帯", BANDS.into()),
            band if band == known => {}
            Some(_) => {
                fault("納入予定日", "時間帯を変えるときは、納入予定日も入力してください。".into())
            }
        }
    } else {
        let known = shipment.band;
        let typed = TimeBand::read(get("時間帯"));
        let (week, holidays) = (shipment.delivery_week, &visit.masters().holidays);
        match delivery::day_and_band(get("納入予定日"), typed, week, holidays) {
            Err(why) => fault("納入予定日", why.sentence()),
            Ok(_) if typed.is_none() && !get("時間帯").is_empty() => {
                fault("時間帯", BANDS.into())
            }
            Ok((date, band)) => {
                let band = band.or(known).unwrap_or(TimeBand::Anytime);
                match orders::may_schedule(&visit.caller(), shipment, date, band) {
                    _ if shipment.date == Some(date) && known == Some(band) => {}
                    Err(delivery::Refusal::Unchanged) => {}
                    Err(why) => fault("納入予定日", why.sentence()),
                    Ok(_) => {
                        let before = shipment.date.map_or("未定".into(), |d| {
                            known.map_or_else(
                                || time::say_date(d),
                                |band| format!("{}（{}）", time::say_date(d), band.label()),
                            )
                        });
                        said.push(format!(
                            "納入予定日 {before} → {}（{}）",
                            time::say_date(date),
                            band.label()
                        ));
                        asked = orders::questions(&visit.caller(), shipment, date);
                        schedule = Some((date, band));
                    }
                }
            }
        }
    }
    let ship = match input::mark(get("出荷")) {
        Some(true) => shipment.shipped_at.is_none(),
        Some(false) if shipment.shipped_at.is_some() && !get("出荷").is_empty() => {
            fault("出荷", "もう出荷済です。出荷を取り消すことはできません。".into());
            false
        }
        Some(false) => false,
        None => {
            fault("出荷", "出荷したら「○」、まだなら空にしてください。".into());
            false
        }
    };
    if ship {
        match (&schedule, delivery::ship(&shipment.facts())) {
            (Some(_), _) | (None, Ok(())) => said.push("出荷済にする".into()),
            (None, Err(why)) => fault("出荷", why.sentence()),
        }
    }
    let delivered = get("納入した箱数・相違");
    let mut deliver = None;
    if !delivered.is_empty() {
        let (read, note) = match input::counted("箱数", Unit::Box, &input::folded(delivered), false)
        {
            Ok((n, note)) => {
                (u32::try_from(n).ok().filter(|n| *n <= rules::programme::BOXES_MAX), note)
            }
            Err(_) => (None, String::new()),
        };
        match read {
            None => fault(
                "納入した箱数・相違",
                "箱数を数字だけで始めてください（「本」などの単位や、区切りの「,」は付けません）。違うときは、空白の後に何があったかを書いてください。".into(),
            ),
            Some(boxes)
                if shipment.delivered_boxes == Some(boxes)
                    && (note.is_empty() || shipment.delivered_note.as_deref().map(input::folded) == Some(input::folded(&note))) => {}
            Some(boxes) => {
                let facts = delivery::Facts { date: schedule.map(|(d, _)| d).or(shipment.date), ..shipment.facts() };
                match delivery::deliver(&facts, boxes, &note) {
                    Err(why) => fault("納入した箱数・相違", why.sentence()),
                    Ok(_) => {
                        let before = shipment.delivered_boxes.map_or(String::new(), |b| {
                            let note = english::typed(shipment.delivered_note.as_deref().unwrap_or_default());
                            format!("{}箱 {note} → ", grouped(b))
                        });
                        said.push(format!("納入 {before}{}箱 {}", grouped(boxes), english::typed(&note)));
                        deliver = Some((boxes, note));
                    }
                }
            }
        }
    }
    match input::version(version) {
        _ if said.is_empty() || (version.is_empty() && !versioned) => {}
        None if version.is_empty() => fault("版", "版が空のため、表を出した後に変わっていないかを確かめられません。一覧から表を出し直してください。".into()),
        None => fault("版", "版は数字です。一覧から出した表のとおりに残してください。".into()),
        Some(known) if known == shipment.version => {}
        Some(_) => fault(
            "版",
            "この行は、表を出した後に変わっています。一覧から表を出し直してください。".into(),
        ),
    }
    if !faults.is_empty() {
        return Verdict::Bad(faults);
    }
    if said.is_empty() {
        return Verdict::Same;
    }
    let before = shipment.date.is_some();
    let order = Order { shipment: shipment.clone(), schedule, ship, deliver };
    let label = format!(
        "{}（第{}クール）：{}",
        english::typed(&shipment.venue),
        shipment.cycle,
        said.join("、")
    );
    if !asked.is_empty() {
        let (column, typed) = ("納入予定日".to_string(), get("納入予定日").to_string());
        let doubts = asked
            .into_iter()
            .map(|doubt| Fault {
                column: column.clone(),
                typed: typed.clone(),
                problem: doubt.sentence(),
            })
            .collect();
        return Verdict::Ask(label, doubts, order);
    }
    if before { Verdict::Change(label, order) } else { Verdict::Add(label, order) }
}

/// The wholesaler's list: out, filled in, and in again.
pub struct Shipments;

impl List for Shipments {
    const ACT: Act = Act::ScheduleDelivery;
    type Order = Order;

    fn place(visit: &Visit) -> Result<Place, Trouble> {
        Ok(Place {
            kind: KIND.into(),
            scope: visit.membership()?.scope_id.clone(),
            base: "/wholesale/import".into(),
            up: ("/wholesale/shipments".into(), "納入予定".into()),
        })
    }
    fn columns(_: &Visit) -> Result<Columns, Trouble> {
        Ok(Columns::of(&COLUMNS)
            .also("納入番号", &["納入No", "納入No.", "納品番号", "納入ID"])
            .also("納入予定日", &["配送予定日", "納品予定日", "お届け予定日", "配達予定日"])
            .also("時間帯", &["配送時間帯", "納入時間帯", "希望時間帯"])
            .also("出荷", &["出荷済", "出荷済み", "発送", "発送済"])
            .also("版", &["Ver", "Ver.", "Version", "バージョン", "版数", "版番号", "Rev", "Rev."])
            .also("納入した箱数・相違", &["納入した箱数", "納入箱数", "納品箱数", "納入数"]))
    }
    fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
        let before = import::latest(tx, KIND, &visit.membership()?.scope_id)?;
        visit.page(
            "delivery/import.html",
            typed,
            json!({"h1": "納入予定の取り込み", "base": "/wholesale/import", "crumbs": [["/wholesale/shipments", "納入予定"]], "before": before.iter().map(import::Listed::json).collect::<Vec<_>>()}),
        )
    }
    fn applied(_: &Visit) -> &'static str {
        "import.applied"
    }
    fn check(
        visit: &Visit,
        tx: &mut Tx<'_>,
        head: &Head,
        table: &Table,
    ) -> Result<Vec<Line<Order>>, Trouble> {
        orders_of(visit, tx, head, table)
    }
    fn apply(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &Stored,
        orders: Vec<Order>,
    ) -> Result<Value, Trouble> {
        apply(visit, tx, stored, orders)
    }
    fn undo(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, undo: &Value) -> Result<(), Trouble> {
        take_back(visit, tx, stored, undo)
    }
}

fn apply(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    orders: Vec<Order>,
) -> Result<Value, Trouble> {
    let total = orders.len();
    let mut undo = Vec::new();
    for (done, order) in orders.into_iter().enumerate() {
        import::progress(&stored.id, done, total);
        let mut shipment = order.shipment;
        let before = json!({"id": shipment.id, "date": shipment.date, "band": shipment.band, "changes": shipment.changes, "shipped_at": shipment.shipped_at, "delivered_at": shipment.delivered_at, "delivered_boxes": shipment.delivered_boxes, "delivered_note": shipment.delivered_note});
        let refused = |r: delivery::Refusal| Trouble::at("", r);
        if let Some((date, band)) = order.schedule {
            orders::schedule(&visit.caller(), tx, &shipment, date, band)
                .map_err(|e| e.told(refused))?;
            (shipment.date, shipment.band, shipment.version) =
                (Some(date), Some(band), shipment.version + 1);
        }
        if order.ship {
            orders::ship(&visit.caller(), tx, &shipment).map_err(|e| e.told(refused))?;
            (shipment.shipped_at, shipment.version) = (Some(visit.now), shipment.version + 1);
        }
        if let Some((boxes, note)) = order.deliver {
            orders::deliver(&visit.caller(), tx, &shipment, boxes, &note)
                .map_err(|e| e.told(refused))?;
            shipment.version += 1;
        }
        undo.push(json!({"before": before, "version": shipment.version}));
    }
    Ok(Value::Array(undo))
}

fn take_back(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, undo: &Value) -> Result<(), Trouble> {
    let Value::Array(steps) = undo else { return Err(import::not_taken_back()) };
    for (done, step) in steps.iter().enumerate() {
        import::progress(&stored.id, done, steps.len());
        let before = &step["before"];
        let known = [
            "id",
            "date",
            "band",
            "shipped_at",
            "delivered_at",
            "delivered_boxes",
            "delivered_note",
        ];
        if known.iter().any(|key| before.get(key).is_none()) {
            return Err(import::not_taken_back());
        }
        let shipment = own(visit, tx, before["id"].as_str().unwrap_or_default())?;
        if json!(shipment.version) != step["version"] || shipment.received_at.is_some() {
            return Err(Trouble::at(
                "",
                format!(
                    "{}の納入が取り込みの後に変わっているため、元に戻せません。",
                    shipment.venue
                ),
            ));
        }
        let instant =
            |key: &str| before[key].as_str().and_then(|t| t.parse::<jiff::Timestamp>().ok());
        let back = orders::Before {
            date: before["date"].as_str().and_then(|d| d.parse().ok()),
            band: before["band"].as_str().and_then(TimeBand::from_key),
            shipped_at: instant("shipped_at"),
            delivered_at: instant("delivered_at"),
            delivered_boxes: before["delivered_boxes"].as_i64(),
            delivered_note: before["delivered_note"].as_str(),
        };
        orders::take_back(&visit.caller(), tx, &shipment, &back, &stored.id)?;
    }
    Ok(())
}
