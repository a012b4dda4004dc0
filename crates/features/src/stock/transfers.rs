//! 融通: one venue offers vials of a lot, the other takes them; both ledgers move in the same transaction.

use jiff::Timestamp;
use platform::db::Tx;
use platform::english;
use platform::form::{Errors, Form};
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::application::grouped;
use rules::stock::{self, Kind, Refusal, Room};
use rules::{input, time};
use serde_json::{Value, json};

use super::{Entry, StoredLot, choices, lot, put, room, sums};
use crate::print;
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, VenueHead, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/transfers", Act::ReadStock, list),
        deed("/venues/{venue}/transfers", Act::MoveStock, offer, list),
        page("/venues/{venue}/transfers/{transfer}", Act::ReadStock, one),
        deed("/venues/{venue}/transfers/{transfer}", Act::MoveStock, answer, one),
        page("/venues/{venue}/transfers/{transfer}/handover.pdf", Act::ReadStock, paper),
    ]
}

const TEMPERATURES: [(&str, &str); 2] = [("chilled", "冷蔵（2〜8℃）"), ("frozen", "冷凍（−20℃）")];

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    struct Transfer {
        id: String,
        number: String,
        from_venue: String,
        to_venue: String,
        lot: String,
        vials: i64,
        temperature: String,
        taken_out_at: Timestamp,
        note: String,
        offered_at: Timestamp,
        offered_by: String,
        answered_at: Option<Timestamp>,
        answered_by: Option<String>,
        accepted_vials: Option<i64>,
        answer_note: Option<String>,
        withdrawn_at: Option<Timestamp>,
        version: i64,
        from_name: String,
        to_name: String,
    }
}

impl Transfer {
    fn status(&self) -> (&'static str, &'static str) {
        match (self.withdrawn_at, self.accepted_vials) {
            (Some(_), _) => ("取下げ", "plain"),
            (None, Some(0)) => ("断られました", "bad"),
            (None, Some(_)) => ("引継ぎ済", "ok"),
            (None, None) => ("相手の確認待ち", "wait"),
        }
    }
    fn waits(&self) -> bool {
        self.withdrawn_at.is_none() && self.answered_at.is_none()
    }
    fn json(&self, venue: &str) -> Value {
        let (word, tone) = self.status();
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["word"] = json!(word);
        value["tone"] = json!(tone);
        value["outgoing"] = json!(self.from_venue == venue);
        value["waits"] = json!(self.waits());
        value["temperature_label"] =
            json!(TEMPERATURES.iter().find(|(k, _)| *k == self.temperature).map(|(_, l)| l));
        value
    }
}

macro_rules! transfers {
    ($which:literal) => {
        sql!(concat!(
            "select t.id, t.number, t.from_venue, t.to_venue, t.lot, t.vials, t.temperature,
                    t.taken_out_at, t.note, t.offered_at, t.offered_by, t.answered_at,
                    t.answered_by, t.accepted_vials, t.answer_note, t.withdrawn_at, t.version,
                    f.name, g.name
               from transfer t
               join venue f on f.id = t.from_venue
               join venue g on g.id = t.to_venue ",
            $which
        ))
    };
}

/// Transfers to a venue that wait for its answer, for the home page.
pub fn waiting(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, String)>, Trouble> {
    Ok(tx.all(
        sql!(
            "select id, number
               from transfer
              where to_venue = $1
                and answered_at is null
                and withdrawn_at is null
              order by offered_at"
        ),
        args![venue],
    )?)
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let rows: Vec<Transfer> = tx.all(
        transfers!(
            "where t.from_venue = $1 or t.to_venue = $1 order by t.offered_at desc, t.id limit 200"
        ),
        args![&venue.id],
    )?;
    let rows: Vec<Value> = rows.iter().map(|t| t.json(&venue.id)).collect();
    let lots = choices(&sums(tx, &venue.id)?);
    visit.page(
        "stock/transfers.html",
        typed,
        json!({"h1": "融通", "rows": rows, "lots": lots, "temperatures": TEMPERATURES, "now_text": time::local(visit.now).strftime("%Y-%m-%d %H:%M").to_string(), "editable": visit.may(Act::MoveStock), "crumbs": [[format!("/venues/{}/stock", venue.id), "在庫とロット"]]}),
    )
}

/// Days ahead for which a transfer is offered.
const MOST_DAYS_AHEAD: i64 = 60;

/// What is offered and not yet answered is still in the ledger, but can't be offered again.
fn reserved(tx: &mut Tx<'_>, venue: &str, lot: &str) -> Result<i64, Trouble> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(vials), 0) as bigint)
               from transfer
              where from_venue = $1
                and lot = $2
                and answered_at is null
                and withdrawn_at is null"
        ),
        args![venue, lot],
    )?;
    Ok(n)
}

/// When the vials leave the freezer: since the programme began, or in the weeks to come.
fn taken_out(visit: &Visit, form: &Form) -> Result<jiff::civil::DateTime, input::InputFault> {
    let label = "冷凍庫から出す日時";
    let at = input::moment(label, form.get("taken_out_at"))?;
    let today = time::date(visit.now);
    let from = visit.masters().programme().plan_entry_from.min(today);
    input::inside(
        label,
        at.date(),
        from,
        today.saturating_add(jiff::Span::new().days(MOST_DAYS_AHEAD)),
    )
    .map(|_| at)
}

fn offer(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let code = rules::codes::ten_digits(form.get("to_code"));
    let to = work::application::venue_by_code(tx, &code)?.map(|(id, _)| id);
    match &to {
        None => errors.add("to_code", "この10桁のコードの会場は見つかりません"),
        Some(id) if *id == venue.id => errors.add("to_code", Refusal::ToItself),
        Some(_) => {}
    }
    let number =
        errors.take("lot", super::chosen_lot(tx, &venue.id, form.get("lot"))?).unwrap_or_default();
    let vials = errors.take(
        "vials",
        input::within("バイアル数", input::Unit::Vial, form.get("vials"), 0, stock::MOST_VIALS),
    );
    let temperature = TEMPERATURES.iter().find(|(k, _)| *k == form.get("temperature"));
    if temperature.is_none() {
        errors.add("temperature", input::InputFault::NotChosen("運ぶ温度".into()));
    }
    let taken = errors.take("taken_out_at", taken_out(visit, form)).map(time::instant);
    let note = errors
        .take("note", input::long_text("備考", form.get("note"), input::LONGEST_NOTE))
        .unwrap_or_default();
    let (Some(to), Some(vials), Some((temperature, _)), Some(taken), true) =
        (to, vials, temperature, taken, errors.is_empty())
    else {
        return Err(Trouble::refused(errors));
    };
    let today = time::date(visit.now);
    let room = room(tx, &venue.id, &number, today)?
        .unwrap_or(Room::none(today))
        .less(reserved(tx, &venue.id, &number)?);
    // What leaves the freezer must have been in it.
    room.had_by(&number, time::date(taken)).map_err(|r| Trouble::at("taken_out_at", r))?;
    let known = lot(tx, &number)?;
    stock::entry(
        Kind::TransferredOut,
        &number,
        known.as_ref().map(StoredLot::rule).as_ref(),
        room,
        vials,
        "",
    )
    .map_err(|r| {
        Trouble::at(
            if matches!(r, Refusal::NotEnough { .. } | Refusal::NoVials) { "vials" } else { "lot" },
            r,
        )
    })?;
    let (id, name) = (ids::short("t"), visit.actor().name);
    let official = work::application::official_number(tx, "T", visit.now)?;
    tx.run(
        sql!(
            "insert into transfer
                         (id, number, from_venue, to_venue, lot, vials, temperature, taken_out_at,
                          note, offered_at, offered_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            &id,
            &official,
            &venue.id,
            &to,
            &number,
            vials,
            *temperature,
            taken,
            &note,
            visit.now,
            &name
        ],
    )?;
    visit.journal(
        tx,
        ("transfer", &id),
        "transfer.offer",
        Value::Null,
        json!({"number": official, "to": to, "lot": number, "vials": vials}),
        None,
    )?;
    let body = format!(
        "{}から、ワクチンの融通の申し出があります。\n\nロット：{}\n本数：{vials}本\n番号：{official}\n\n受け取ったら、次のページで確認してください。\n{}/venues/{to}/transfers/{id}",
        english::typed(&venue.name),
        english::typed(&number),
        visit.house.base_url,
        vials = grouped(vials)
    );
    work::venue::tell(
        tx,
        visit.now,
        &to,
        &format!("【融通】{official}（{}から）", english::typed(&venue.name)),
        &body,
    )?;
    Ok(Done::saying(format!("/venues/{}/transfers/{id}", venue.id), "transfer.offered"))
}

/// Of one of the two sides only.
fn own(visit: &Visit, tx: &mut Tx<'_>) -> Result<Transfer, Trouble> {
    let venue = visit.venue()?;
    let found: Option<Transfer> =
        tx.first(transfers!("where t.id = $1"), args![visit.param("transfer")])?;
    found.filter(|t| t.from_venue == venue.id || t.to_venue == venue.id).ok_or(Trouble::NotFound)
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let transfer = own(visit, tx)?;
    let known = lot(tx, &transfer.lot)?;
    let unprintable = print::unprintable(&[handover(visit, tx, &transfer)?]);
    if !unprintable.is_empty() {
        visit.reads_contacts_of("transfer", &transfer.id);
    }
    visit.page(
        "stock/transfer.html",
        typed,
        json!({"h1": format!("融通 {}", transfer.number), "t": transfer.json(&venue.id), "expiry": known.map(|l| l.expiry), "unprintable": unprintable, "version": transfer.version, "editable": visit.may(Act::MoveStock), "crumbs": [[format!("/venues/{}/transfers", venue.id), "融通"]]}),
    )
}

/// The taker takes (all or fewer, with a reason) or declines; the giver withdraws as long as nobody has answered.
fn answer(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?.clone();
    let t = own(visit, tx)?;
    form.expect_version(t.version)?;
    if !t.waits() {
        return Err(Trouble::at("", Refusal::Answered));
    }
    let actor = visit.actor();
    let here = format!("/venues/{}/transfers/{}", venue.id, t.id);
    if t.from_venue == venue.id {
        if form.get("go") != "withdraw" {
            return Err(Trouble::at("", "受け取りの確認は、融通先の会場が行います。"));
        }
        tx.run_one(
            sql!(
                "update transfer
                    set withdrawn_at = $1, version = version + 1
                  where id = $2
                    and version = $3"
            ),
            args![visit.now, &t.id, t.version],
        )?;
        visit.journal(
            tx,
            ("transfer", &t.id),
            "transfer.withdraw",
            Value::Null,
            json!({"number": t.number}),
            None,
        )?;
        return Ok(Done::saying(here, "transfer.withdrawn"));
    }
    let note = web::field::note(form, "answer_note", "理由")?;
    let decline = form.get("go") == "decline";
    if !decline && form.get("go") != "accept" {
        return Err(Trouble::at("", "「受け取りを確認する」か「融通を断る」を選んでください。"));
    }
    let vials = if decline {
        0
    } else {
        input::whole("受け取った本数", input::Unit::Vial, form.get("accepted"))
            .map_err(|e| Trouble::at("accepted", e))?
    };
    if vials > t.vials || (!decline && vials == 0) {
        return Err(Trouble::at("accepted", Refusal::MoreThanOffered(t.vials)));
    }
    if vials < t.vials && note.is_empty() {
        return Err(Trouble::at(
            "answer_note",
            "断るとき、本数が少ないときは、理由を書いてください",
        ));
    }
    tx.run_one(
        sql!(
            "update transfer
                set answered_at = $1, answered_by = $2, accepted_vials = $3, answer_note = $4,
                    version = version + 1
              where id = $5
                and version = $6"
        ),
        args![
            visit.now,
            &actor.name,
            vials,
            (!note.is_empty()).then(|| note.clone()),
            &t.id,
            t.version
        ],
    )?;
    if vials > 0 {
        let day = time::date(visit.now);
        let room = room(tx, &t.from_venue, &t.lot, day)?.unwrap_or(Room::none(day));
        let known = lot(tx, &t.lot)?;
        stock::entry(
            Kind::TransferredOut,
            &t.lot,
            known.as_ref().map(StoredLot::rule).as_ref(),
            room,
            vials,
            "",
        )
        .map_err(|r| Trouble::at("accepted", r))?;
        for (side, kind) in
            [(&t.from_venue, Kind::TransferredOut), (&t.to_venue, Kind::TransferredIn)]
        {
            let entry = Entry {
                lot: &t.lot,
                kind,
                vials,
                reason: &t.number,
                day,
                transfer: Some(&t.id),
                shipment: None,
            };
            put(tx, visit.now, (&actor.account, &actor.name), side, &entry)?;
        }
    }
    visit.journal(
        tx,
        ("transfer", &t.id),
        if decline { "transfer.decline" } else { "transfer.accept" },
        json!({"vials": t.vials}),
        json!({"number": t.number, "vials": vials}),
        (!note.is_empty()).then_some(note.as_str()),
    )?;
    let said = if decline {
        "断られました".to_string()
    } else {
        format!("受け取りが確認されました（{vials}本）", vials = grouped(vials))
    };
    let body = format!(
        "融通 {} が{said}。\n\n{}/venues/{}/transfers/{}",
        t.number, visit.house.base_url, t.from_venue, t.id
    );
    work::venue::tell(
        tx,
        visit.now,
        &t.from_venue,
        &format!("【融通】{}（{}）", t.number, english::typed(&venue.name)),
        &body,
    )?;
    Ok(Done::saying(here, if decline { "transfer.declined" } else { "transfer.accepted" }))
}

fn side(visit: &Visit, tx: &mut Tx<'_>, venue: &str) -> Result<papers::transfer::Side, Trouble> {
    let head = VenueHead::of(tx, venue)?.ok_or(Trouble::NotFound)?;
    let answers = work::venue::answers(tx, venue)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(papers::transfer::Side {
        code: head.code,
        name: head.name,
        place: format!(
            "{}{}",
            visit.masters().places.full_name(&head.municipality),
            get("venue_address")
        ),
        phone: get("venue_phone"),
        manager: format!("{}　{}", get("storage_manager_name"), get("storage_manager_phone")),
    })
}

/// 引継ぎ書 as it is printed.
fn handover(visit: &Visit, tx: &mut Tx<'_>, t: &Transfer) -> Result<papers::Paper, Trouble> {
    let programme = visit.masters().programme();
    Ok(papers::Paper::Handover(papers::transfer::Handover {
        number: t.number.clone(),
        programme: programme.name.clone(),
        from: side(visit, tx, &t.from_venue)?,
        to: side(visit, tx, &t.to_venue)?,
        product: programme.product.name.clone(),
        lot: t.lot.clone(),
        expiry: lot(tx, &t.lot)?.map_or(String::new(), |l| time::say_date(l.expiry)),
        vials: t.vials,
        temperature: TEMPERATURES
            .iter()
            .find(|(k, _)| *k == t.temperature)
            .map_or("", |(_, l)| l)
            .into(),
        taken_out: time::say_moment(t.taken_out_at),
        note: t.note.clone(),
        answer: t.accepted_vials.map_or(String::new(), |n| {
            format!(
                "{}　{n}本　{}",
                t.status().0,
                t.answered_by.clone().unwrap_or_default(),
                n = grouped(n)
            )
        }),
    }))
}

fn paper(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let t = own(visit, tx)?;
    visit.reads_contacts_of("transfer", &t.id);
    print::shown(format!("引継ぎ書_{}.pdf", t.number), &handover(visit, tx, &t)?)
}
