//! 入庫在庫 and ロット: a venue's ledger of vials, the lots of the product, and what an area has. Stock is
//! a sum, never typed.

mod area;
mod lots;
mod receive;
mod transfers;

use platform::english;
use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::secrets;
use rules::access::Act;
use rules::application::grouped;
use rules::stock::{self, Kind, Refusal};
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::stock::{BY_PERSONS, BY_REPORT, Line, Move, chosen_lot, lines, lot, standing};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/stock", Act::ReadStock, show),
        command("/venues/{venue}/stock/receive", Act::MoveStock, receive::receive, show),
        command("/venues/{venue}/stock/move", Act::MoveStock, shift, show),
    ];
    all.extend(lots::routes());
    all.extend(transfers::routes());
    all.extend(area::routes());
    all.extend(list!("/venues/{venue}/stock/ledger", Act::ReadStock, ledger_sheet));
    all
}

/// The lots that something can be taken from, with what is there.
pub fn choices(sums: &BTreeMap<String, i64>) -> Vec<(String, String)> {
    sums.iter()
        .filter(|(lot, n)| !lot.is_empty() && **n > 0)
        .map(|(lot, n)| (lot.clone(), format!("{}（在庫{}本）", english::typed(lot), grouped(n))))
        .collect()
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

/// 使用, or 使用の訂正 where it was taken back.
fn label(line: &Line) -> String {
    let label = line.kind.label();
    if line.vials < 0 && line.kind != Kind::Adjusted {
        format!("{label}の訂正")
    } else {
        label.to_string()
    }
}

fn why(line: &Line) -> String {
    stock::waste_reason(&line.reason).map_or(line.reason.clone(), str::to_string)
}

/// The reason on a page: what a person typed is marked as such.
fn said(line: &Line) -> String {
    let of_the_house = [BY_REPORT, BY_PERSONS].contains(&line.reason.as_str());
    if of_the_house || stock::waste_reason(&line.reason).is_some() {
        why(line)
    } else {
        english::typed(&line.reason)
    }
}

/// Lines of the ledger on the page; the file has all.
const SHOWN: usize = 200;

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let today = time::date(visit.now);
    let programme = visit.masters().programme();
    let standing = standing(visit.masters(), tx, &venue.id)?;
    let mut rows = Vec::new();
    for (number, n) in &standing.lots {
        let known = lot(tx, number)?;
        let recalled = known.as_ref().is_some_and(|l| l.recalled_at.is_some());
        let (word, tone) = condition(known.as_ref().map(|l| l.expiry), recalled, today);
        let disputed = work::stock::is_disputed(tx, number)?;
        rows.push(json!({
            "lot": number,
            "n": n,
            "expiry": known.as_ref().map(|l| l.expiry),
            "word": word,
            "tone": tone,
            "reason": known.and_then(|l| l.recall_reason),
            "disputed": disputed,
        }));
    }
    let shipments: Vec<work::delivery::Shipment> = work::delivery::shipments(tx, &venue.id)?
        .into_iter()
        .filter(|s| s.received_at.is_some())
        .collect();
    let entered = work::stock::entered(tx, &venue.id)?;
    // Deliveries of which not every vial's lot is entered, as long as something is missing at all.
    let waiting: Vec<Value> = shipments
        .iter()
        .filter_map(|s| {
            let boxes = s.received_boxes.unwrap_or(0);
            let vials = s.packing(programme, today).vials(boxes);
            let left = vials - entered.get(&s.id).copied().unwrap_or(0);
            let day = s.came_on();
            (left > 0 && standing.not_entered > 0).then(
                || json!({"cycle": s.cycle, "boxes": boxes, "vials": vials, "left": left.min(standing.not_entered), "day": day}),
            )
        })
        .collect();
    let choice = |s: &work::delivery::Shipment| {
        let came =
            s.came_on().map_or(String::new(), |day| format!("　{}受け取り", time::say_date(day)));
        (
            s.id.clone(),
            format!("第{}クール　{}箱{came}", s.cycle, grouped(s.received_boxes.unwrap_or(0))),
        )
    };
    let shipments: Vec<(String, String)> =
        std::iter::once((String::new(), "（納入を選ばない）".to_string()))
            .chain(shipments.iter().map(choice))
            .collect();
    let ledger: Vec<Value> = lines(tx, &venue.id)?
        .iter()
        .rev()
        .take(SHOWN)
        .map(|(l, balance)| {
            // Of what came without its lot nothing is counted lot by lot.
            let after = (!l.lot.is_empty()).then_some((*balance).max(0));
            json!({"day": l.day, "lot": l.lot, "kind": label(l), "moves": l.moves(), "vials": l.count(), "balance": after, "reason": said(l), "transfer": l.transfer, "at": l.at, "name": l.name})
        })
        .collect();
    let asked =
        receive::asked(visit, tx, typed.form.as_ref().filter(|_| !typed.errors.is_empty()))?;
    let again = shift_answer(visit, tx, typed)?;
    let reported = work::stock::reported(tx, programme.first_packing(), &venue.id)?;
    let mut drawn = rules::stock::drawn(&reported);
    if drawn.is_empty() {
        drawn.insert(i64::from(programme.packing().doses_per_vial), 0);
    }
    let drawn: Vec<(i64, i64)> = drawn.into_iter().collect();
    visit.page(
        "stock/show.html",
        typed,
        json!({
            "h1": "在庫とロット", "rows": rows, "s": standing, "waiting": waiting, "choices": choices(&standing.lots), "ledger": ledger, "shipments": shipments,
            "asked": asked, "again": again, "drawn": drawn,
            "today": time::say_date(today), "editable": visit.may(Act::MoveStock), "product": programme.product.name,
            "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]],
        }),
    )
}

/// What was used by the reports already, where a use by hand would count the same vials twice, or
/// what stands in the ledger just so: the question, and its answer's value.
fn shift_question(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Kind,
    number: &str,
    vials: i64,
    day: Date,
) -> Result<Option<(String, String)>, Failure> {
    let venue = visit.venue().map(|v| v.id.clone()).unwrap_or_default();
    let fed = if kind == Kind::Used { work::stock::fed(tx, &venue, number, day)? } else { 0 };
    // What was counted anew may be mended by the same number again.
    let same = match kind {
        Kind::Adjusted => 0,
        _ => work::stock::like_it(tx, &venue, (kind, number), (day, vials))?,
    };
    let question = if fed > 0 {
        format!(
            "ロット{number}は、接種実績や個人単位の記録から{fed}本の使用がもう台帳に入っています。それとは別に{vials}本を使いましたか",
            fed = grouped(fed),
            vials = grouped(vials)
        )
    } else if same > 0 {
        format!(
            "ロット{number}は、{day}に{vials}本の{kind}がもう記録されています。それとは別の{kind}ですか",
            day = time::say_date(day),
            vials = grouped(vials),
            kind = kind.label()
        )
    } else {
        return Ok(None);
    };
    let asked = format!("{number}\n{vials}\n{day}\n{fed}\n{same}\n{}", kind.key());
    let answer = secrets::digest(&asked).chars().take(16).collect();
    Ok(Some((question, answer)))
}

fn shift_answer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<String, Failure> {
    let Some(form) = typed.form.as_ref() else { return Ok(String::new()) };
    let Some(kind) = Kind::from_key(form.get("kind")) else { return Ok(String::new()) };
    let day = input::date_near("", form.get("day"), time::date(visit.now));
    let day = visit.masters().holidays.settle(day);
    let n = match kind {
        Kind::Adjusted => input::signed("", input::Unit::Vial, form.get("move_vials")),
        _ => input::whole("", input::Unit::Vial, form.get("move_vials")),
    };
    let (Ok(n), Ok(day)) = (n, day) else { return Ok(String::new()) };
    let venue = visit.venue().map(|v| v.id.clone()).unwrap_or_default();
    let Ok(lot) = chosen_lot(tx, &venue, form.get("move_lot"))? else { return Ok(String::new()) };
    Ok(shift_question(visit, tx, kind, &lot, n, day)?.map_or(String::new(), |(_, answer)| answer))
}

/// 開封, 使用, 調整. What is thrown away is reported with the results, once.
fn shift(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let today = time::date(visit.now);
    let mut errors = Errors::default();
    let kind = Kind::from_key(form.get("kind"))
        .filter(|k| matches!(k, Kind::Opened | Kind::Used | Kind::Adjusted));
    if kind.is_none() {
        errors.add("kind", input::InputFault::NotChosen("何をしたか".into()));
    }
    let from = visit.masters().programme().plan_entry_from.min(today);
    let day = input::date_within("日付", form.get("day"), from, today);
    let day = errors.take("day", visit.masters().holidays.settle(day));
    let number = errors
        .take("move_lot", chosen_lot(tx, &venue.id, form.get("move_lot"))?)
        .unwrap_or_default();
    let typed = form.get("move_vials");
    let n = errors.take(
        "move_vials",
        match kind {
            Some(Kind::Adjusted) => input::signed("バイアル数", input::Unit::Vial, typed),
            _ => input::within("バイアル数", input::Unit::Vial, typed, 0, stock::MOST_VIALS),
        },
    );
    let (Some(kind), Some(day), Some(n), true) = (kind, day, n, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let reason = web::field::note(form, "move_reason", "理由")?;
    let moved = Move { lot: &number, kind, vials: n, reason: &reason, day };
    let said = |r| {
        let field = match r {
            Refusal::NoReason => "move_reason",
            Refusal::NotEnoughThen { .. }
            | Refusal::NotEnoughLater { .. }
            | Refusal::BeforeItCame { .. } => "day",
            Refusal::NoVials | Refusal::NoAdjustment | Refusal::NotEnough { .. } => "move_vials",
            _ => "move_lot",
        };
        Trouble::at(field, r)
    };
    work::stock::may_move(tx, &venue.id, &moved).map_err(|e| e.told(said))?;
    if let Some((question, answer)) = shift_question(visit, tx, kind, &number, n, day)?
        && form.get("again") != answer
    {
        let mut errors = Errors::default();
        errors.add("again", question);
        return Err(Trouble::refused(errors));
    }
    work::stock::move_vials(&visit.caller(), tx, &venue.id, &moved).map_err(|e| e.told(said))?;
    Ok(Done::saying(format!("/venues/{}/stock", venue.id), "stock.moved"))
}

/// The whole ledger, as the guide asks to keep it, newest day first.
fn ledger_sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let venue = visit.venue()?;
    let mut lines = lines(tx, &venue.id)?;
    lines.reverse();
    let rows = lines.into_iter().map(|(l, balance)| {
        vec![
            Cell::Date(Some(l.day)),
            Cell::Code(l.lot.clone()),
            Cell::Text(label(&l)),
            Cell::Number(l.count()),
            Cell::Number(l.moves()),
            if l.lot.is_empty() { Cell::text("") } else { Cell::Number(balance.max(0)) },
            Cell::Text(why(&l)),
            Cell::text(l.transfer.clone().unwrap_or_default()),
            Cell::text(time::rfc3339(l.at)),
            Cell::Text(l.name),
        ]
    });
    let head = [
        "日付",
        "ロット番号",
        "区分",
        "バイアル数",
        "在庫の増減",
        "ロットの残り",
        "理由",
        "融通番号",
        "登録日時",
        "登録した人",
    ];
    Ok(Sheet::new("在庫の台帳", &venue.code, head, rows.collect()))
}
