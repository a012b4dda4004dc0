//! The person's side: no account, a number and a mail address, a link that only the mail has.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::Form;
use rules::access::Act;
use rules::booking::{Person, Refusal};
use rules::{booking, input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::booking::{Booking, Slot, load, of_day, slot};

pub fn routes() -> Vec<Route> {
    vec![
        page("/find/{code}/book", Act::ReadPublic, book),
        command("/find/{code}/book", Act::Enter, take, book),
        page("/bookings", Act::ReadPublic, ask),
        command("/bookings", Act::Enter, look_up, ask),
        page("/bookings/{booking}", Act::ReadPublic, one),
        command("/bookings/{booking}/move", Act::Enter, shift, one),
        command("/bookings/{booking}/cancel", Act::Enter, cancel, one),
    ]
}

fn free(slots: &[Slot], now: Timestamp) -> Vec<Value> {
    slots
        .iter()
        .filter(|s| s.at() > now)
        .map(|s| json!({"id": s.id, "begins": s.begins, "ends": s.ends, "left": s.left()}))
        .collect()
}

fn book(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let found = work::availability::by_code(tx, visit.param("code"))?;
    let asked = typed.form.as_ref().map_or(visit.query("day"), |f| f.get("day"));
    let day: Date = asked.parse().map_err(|_| Trouble::NotFound)?;
    let slots = of_day(tx, &found.id, day)?;
    let both = typed.errors.0.iter().any(|(field, _)| field == "both");
    visit.page(
        "booking/book.html",
        typed,
        json!({"h1": format!("{}の予約", time::say_date(day)), "plain_h1": true, "name": found.name, "code": found.code, "day": day, "slots": free(&slots, visit.now), "both": both, "crumbs": [["/find", "接種会場をさがす"], [format!("/find/{}", found.code), english::typed(&found.name)]]}),
    )
}

fn take(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let found = work::availability::by_code(tx, visit.param("code"))?;
    let mut errors = Errors::default();
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let reading = errors.take("reading", input::reading("よみ", form.get("reading")));
    let mail = errors.take("mail", input::mail("メールアドレス", form.get("mail")));
    let phone = errors.take("phone", input::phone("電話番号", form.get("phone")));
    if !form.has("slot") {
        errors.add("slot", "時間を選んでください");
    }
    let (Some(reading), Some(mail), Some(phone), true) = (reading, mail, phone, errors.is_empty())
    else {
        return Err(Trouble::refused(errors));
    };
    let slot = slot(tx, form.get("slot"))
        .ok()
        .filter(|s| s.venue_id == found.id)
        .ok_or_else(|| Trouble::at("slot", Refusal::Closed))?;
    let person = Person { name: &name, reading: &reading, mail: &mail, phone: &phone };
    let venue = (found.id.as_str(), found.name.as_str());
    let both = form.get("both") == "yes";
    let id =
        work::booking::make(&visit.caller(), tx, venue, &slot, &person, both).map_err(|e| {
            e.told(|r| {
                let field = match r {
                    Refusal::TwinAtVenue(..) | Refusal::TwinElsewhere => "name",
                    Refusal::TwinOtherDay(_) => "both",
                    _ => "slot",
                };
                Trouble::at(field, r)
            })
        })?;
    Ok(Done::saying(format!("/bookings/{id}"), "booking.made"))
}

fn ask(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "booking/ask.html",
        typed,
        json!({"h1": "予約を確認・変更・取り消す", "plain_h1": true}),
    )
}

fn look_up(_: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let number = booking::number(form.get("number"));
    let mail =
        input::mail("メールアドレス", form.get("mail")).map_err(|e| Trouble::at("mail", e))?;
    let id = work::booking::sought(tx, &number, &mail)?.ok_or_else(|| {
        Trouble::at(
            "number",
            "予約番号とメールアドレスの合う予約が見つかりません。予約のメールを確かめてください",
        )
    })?;
    Ok(Done::to(format!("/bookings/{id}")))
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let booking = load(tx, visit.param("booking"))?;
    let slot = slot(tx, &booking.slot_id)?;
    let mut others = Vec::new();
    if booking.cancelled_at.is_none() && slot.at() > visit.now {
        others = work::booking::open_slots(tx, &booking.venue_id, visit.now, &slot.id)?
            .into_iter()
            .map(|s| {
                let day = time::say_day(s.day);
                (s.id, format!("{day} {}〜{}（空き{}）", s.begins, s.ends, s.left))
            })
            .collect();
    }
    let live = booking.cancelled_at.is_none() && slot.at() > visit.now;
    visit.page(
        "booking/one.html",
        typed,
        json!({"h1": "接種の予約", "plain_h1": true, "b": booking, "when": slot.say(), "others": others, "live": live, "version": booking.version}),
    )
}

/// A booking that may still be changed, in the version that the page showed.
fn live(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<(Booking, Slot), Trouble> {
    let booking = load(tx, visit.param("booking"))?;
    form.expect_version(booking.version)?;
    let slot = slot(tx, &booking.slot_id)?;
    work::booking::may_change(&booking, &slot, visit.now).map_err(|r| Trouble::at("", r))?;
    Ok((booking, slot))
}

fn shift(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (booking, old) = live(visit, tx, form)?;
    let new = slot(tx, form.get("slot"))
        .ok()
        .filter(|s| s.venue_id == booking.venue_id && s.id != old.id)
        .ok_or_else(|| Trouble::at("slot", "新しい時間を選んでください"))?;
    work::booking::shift(&visit.caller(), tx, &booking, &old, &new)
        .map_err(|e| e.told(|r| Trouble::at("slot", r)))?;
    Ok(Done::saying(format!("/bookings/{}", booking.id), "booking.moved"))
}

fn cancel(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (booking, old) = live(visit, tx, form)?;
    work::booking::cancel(&visit.caller(), tx, &booking, &old)?;
    Ok(Done::saying(format!("/bookings/{}", booking.id), "booking.cancelled"))
}
