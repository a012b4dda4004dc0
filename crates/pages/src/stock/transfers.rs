//! 融通: one venue offers vials of a lot, the other takes them; both ledgers move in the same
//! transaction.

use masters::Masters;
use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::application::grouped;
use rules::stock::{self, Refusal};
use rules::{input, time};
use serde_json::{Value, json};

use super::choices;
use crate::print;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::stock::{Offer, Transfer, lot, sums};
use work::venue::VenueHead;

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/transfers", Act::ReadStock, list),
        command("/venues/{venue}/transfers", Act::MoveStock, offer, list),
        page("/venues/{venue}/transfers/{transfer}", Act::ReadStock, one),
        command("/venues/{venue}/transfers/{transfer}", Act::MoveStock, answer, one),
        page("/venues/{venue}/transfers/{transfer}/handover.pdf", Act::ReadStock, paper),
    ]
}

const TEMPERATURES: [(&str, &str); 2] = [("chilled", "冷蔵（2〜8℃）"), ("frozen", "冷凍（−20℃）")];

/// Word and tone of where a transfer stands.
fn status(t: &Transfer) -> (&'static str, &'static str) {
    match (t.withdrawn_at, t.accepted_vials) {
        (Some(_), _) => ("取下げ", "plain"),
        (None, Some(0)) => ("断られました", "bad"),
        (None, Some(_)) => ("引継ぎ済", "ok"),
        (None, None) => ("相手の確認待ち", "wait"),
    }
}

fn temperature(t: &Transfer) -> Option<&'static str> {
    TEMPERATURES.iter().find(|(k, _)| *k == t.temperature).map(|(_, label)| *label)
}

/// A transfer as a venue's pages show it.
fn shown(t: &Transfer, venue: &str) -> Value {
    let (word, tone) = status(t);
    let mut value = serde_json::to_value(t).unwrap_or_default();
    value["word"] = json!(word);
    value["tone"] = json!(tone);
    value["outgoing"] = json!(t.from_venue == venue);
    value["waits"] = json!(t.waits());
    value["temperature_label"] = json!(temperature(t));
    value
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let rows = work::stock::transfers_of(tx, &venue.id)?;
    let rows: Vec<Value> = rows.iter().map(|t| shown(t, &venue.id)).collect();
    let lots = choices(&sums(tx, &venue.id)?);
    visit.page(
        "stock/transfers.html",
        typed,
        json!({"h1": "融通", "rows": rows, "lots": lots, "temperatures": TEMPERATURES, "now_text": time::local(visit.now).strftime("%Y-%m-%d %H:%M").to_string(), "editable": visit.may(Act::MoveStock), "crumbs": [[format!("/venues/{}/stock", venue.id), "在庫とロット"]]}),
    )
}

/// Days ahead for which a transfer is offered.
const MOST_DAYS_AHEAD: i64 = 60;

/// When the vials leave the freezer: since the programme began, or in the weeks to come.
fn taken_out(visit: &Visit, form: &Form) -> Result<jiff::civil::DateTime, input::InputFault> {
    let label = "冷凍庫から出す日時";
    let at = input::moment(label, form.get("taken_out_at"));
    let at = visit.masters().holidays.settle_at(at)?;
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
        Some(id) => {
            if let Some(done) = work::venue::completed(tx, id)? {
                errors.add("to_code", words::access::completed(done.at));
            }
        }
    }
    let number = errors
        .take("lot", work::stock::chosen_lot(tx, &venue.id, form.get("lot"))?)
        .unwrap_or_default();
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
    let wish =
        Offer { to: &to, lot: &number, vials, temperature, taken_out_at: taken, note: &note };
    let id = work::stock::offer(&visit.caller(), tx, venue, &wish).map_err(|e| {
        e.told(|r| {
            let field = match r {
                Refusal::NotEnough { .. } | Refusal::NoVials => "vials",
                Refusal::BeforeItCame { .. } => "taken_out_at",
                _ => "lot",
            };
            Trouble::at(field, r)
        })
    })?;
    Ok(Done::saying(format!("/venues/{}/transfers/{id}", venue.id), "transfer.offered"))
}

/// Of one of the two sides only.
fn own(visit: &Visit, tx: &mut Tx<'_>) -> Result<Transfer, Trouble> {
    let venue = visit.venue()?;
    let found = work::stock::transfer(tx, visit.param("transfer"))?;
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
        json!({"h1": format!("融通 {}", transfer.number), "t": shown(&transfer, &venue.id), "expiry": known.map(|l| l.expiry), "unprintable": unprintable, "version": transfer.version, "editable": visit.may(Act::MoveStock), "crumbs": [[format!("/venues/{}/transfers", venue.id), "融通"]]}),
    )
}

/// The taker takes (all or fewer, with a reason) or declines; the giver withdraws as long as nobody
/// has answered.
fn answer(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?.clone();
    let t = own(visit, tx)?;
    form.expect_version(t.version)?;
    if !t.waits() {
        return Err(Trouble::at("", Refusal::Answered));
    }
    let here = format!("/venues/{}/transfers/{}", venue.id, t.id);
    if t.from_venue == venue.id {
        if form.get("go") != "withdraw" {
            return Err(Trouble::at("", "受け取りの確認は、融通先の会場が行います。"));
        }
        work::stock::withdraw(&visit.caller(), tx, &t)?;
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
    if !decline && vials == 0 {
        return Err(Trouble::at("accepted", Refusal::MoreThanOffered(t.vials)));
    }
    work::stock::answer(&visit.caller(), tx, &venue, &t, vials, &note).map_err(|e| {
        e.told(|r| {
            let field = match r {
                Refusal::FewerWithoutReason => "answer_note",
                Refusal::Answered => "",
                _ => "accepted",
            };
            Trouble::at(field, r)
        })
    })?;
    Ok(Done::saying(here, if decline { "transfer.declined" } else { "transfer.accepted" }))
}

fn side(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &str,
) -> Result<papers::transfer::Side, Trouble> {
    let head = VenueHead::of(tx, venue)?.ok_or(Trouble::NotFound)?;
    let answers = work::venue::answers(tx, venue)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(papers::transfer::Side {
        code: head.code,
        name: head.name,
        place: format!("{}{}", masters.places.full_name(&head.municipality), get("venue_address")),
        phone: get("venue_phone"),
        manager: format!("{}　{}", get("storage_manager_name"), get("storage_manager_phone")),
    })
}

/// 引継ぎ書 as it is printed.
fn handover(visit: &Visit, tx: &mut Tx<'_>, t: &Transfer) -> Result<papers::Paper, Trouble> {
    // By the names of the day on which it was offered.
    let masters = visit.masters_then(tx, Some(t.offered_at))?;
    let programme = masters.programme();
    Ok(papers::Paper::Handover(papers::transfer::Handover {
        number: t.number.clone(),
        programme: programme.name.clone(),
        from: side(&masters, tx, &t.from_venue)?,
        to: side(&masters, tx, &t.to_venue)?,
        product: programme.product.name.clone(),
        lot: t.lot.clone(),
        expiry: lot(tx, &t.lot)?.map_or(String::new(), |l| time::say_date(l.expiry)),
        vials: t.vials,
        temperature: temperature(t).unwrap_or_default().into(),
        taken_out: time::say_moment(t.taken_out_at),
        note: t.note.clone(),
        answer: t.accepted_vials.map_or(String::new(), |n| {
            format!(
                "{}　{n}本　{}",
                status(t).0,
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
