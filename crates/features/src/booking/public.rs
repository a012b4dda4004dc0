//! The person's side: no account, a number and a mail address, a link that only the mail has.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::{Errors, Form};
use platform::journal::{self, Actor, Entry};
use platform::outbox::{self, Mail};
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::booking::{Person, Refusal};
use rules::{booking, input, time};
use serde_json::{Value, json};

use super::{Slot, give_place_back, of_day, slot, take_place};
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/find/{code}/book", Act::ReadPublic, book),
        deed("/find/{code}/book", Act::Enter, take, book),
        page("/bookings", Act::ReadPublic, ask),
        deed("/bookings", Act::Enter, look_up, ask),
        page("/bookings/{booking}", Act::ReadPublic, one),
        deed("/bookings/{booking}/move", Act::Enter, shift, one),
        deed("/bookings/{booking}/cancel", Act::Enter, cancel, one),
    ]
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    struct Booking {
        id: String,
        number: String,
        slot_id: String,
        venue_id: String,
        name: String,
        reading: String,
        mail: String,
        phone: String,
        made_at: Timestamp,
        cancelled_at: Option<Timestamp>,
        version: i64,
        venue: String,
        code: String,
    }
}

fn load(tx: &mut Tx<'_>, id: &str) -> Result<Booking, Trouble> {
    tx.first(
        sql!(
            "select b.id, b.number, b.slot_id, b.venue_id, b.name, b.reading, b.mail, b.phone,
                    b.made_at, b.cancelled_at, b.version, v.name, v.code
               from booking b
               join venue v on v.id = b.venue_id
              where b.id = $1"
        ),
        args![id],
    )?
    .ok_or(Trouble::NotFound)
}

/// Without an account; the journal names the booking, not the person.
fn journal_row(
    visit: &Visit,
    tx: &mut Tx<'_>,
    booking: &str,
    number: &str,
    act: &str,
    after: Value,
) -> Result<(), Trouble> {
    let actor = Actor {
        account: String::new(),
        name: "（予約した人）".into(),
        membership: String::new(),
        role: String::new(),
    };
    // The booking's id opens its page: what the journal keeps is its digest.
    let record = platform::secrets::digest(booking);
    let before = json!({"number": number});
    Ok(journal::write(
        tx,
        &actor,
        visit.now,
        Entry { record: ("booking", &record), act, before, after, reason: None },
    )?)
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
    visit.page(
        "booking/book.html",
        typed,
        json!({"h1": format!("{}の予約", time::say_date(day)), "plain_h1": true, "name": found.name, "code": found.code, "day": day, "slots": free(&slots, visit.now), "crumbs": [["/find", "接種会場をさがす"], [format!("/find/{}", found.code), english::typed(&found.name)]]}),
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
    no_twin(tx, &person, &slot, "", "name")?;
    take_place(tx, &slot, visit.now)?;
    let id = ids::secret();
    let number = format!("B-{}", ids::letters::<8>().to_uppercase());
    tx.run(
        sql!(
            "insert into booking
                         (id, number, slot_id, venue_id, name, reading, mail, phone, made_at,
                          mail_key)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            &id,
            &number,
            &slot.id,
            &found.id,
            &name,
            &reading,
            &mail,
            &phone,
            visit.now,
            input::mail_key(&mail)
        ],
    )?;
    journal_row(
        visit,
        tx,
        &id,
        &number,
        "booking.make",
        json!({"venue": found.id, "slot": slot.say()}),
    )?;
    tell(
        visit,
        tx,
        &mail,
        &id,
        &number,
        &found.name,
        "【予約】接種の予約を受け付けました",
        &format!("日時：{}", slot.say()),
    )?;
    Ok(Done::saying(format!("/bookings/{id}"), "booking.made"))
}

/// The same person doesn't take two places by accident: at one venue not on one day, anywhere not at one time. `own`: the booking that
/// is being moved.
fn no_twin(
    tx: &mut Tx<'_>,
    person: &Person<'_>,
    slot: &Slot,
    own: &str,
    field: &str,
) -> Result<(), Trouble> {
    let line = input::phone_parts(person.phone).0.replace('-', "");
    let rows: Vec<(String, String, String, String, String, String, String, String)> = tx.all(
        sql!(
            "select b.id, b.venue_id, b.name, b.reading, b.mail, b.phone, s.begins, s.ends
               from booking b
               join slot s on s.id = b.slot_id
              where s.day = $1
                and b.cancelled_at is null
                and (b.venue_id = $2 or b.mail_key = $3 or replace(b.phone, '-', '') like $4)
              order by s.begins, b.id"
        ),
        args![slot.day, &slot.venue_id, input::mail_key(person.mail), format!("{line}%")],
    )?;
    let times = |from: &str, to: &str| booking::time(from).ok().zip(booking::time(to).ok());
    for (id, venue, name, reading, mail, phone, begins, ends) in rows {
        let other = Person { name: &name, reading: &reading, mail: &mail, phone: &phone };
        if id == own || !booking::same_person(person, &other) {
            continue;
        }
        if venue == slot.venue_id {
            return Err(Trouble::at(
                field,
                format!(
                    "同じ方の、同じ日の予約（{begins}〜{ends}）があります。時間を変えるときは、予約のメールのリンクか「予約を確認・変更・取り消す」のページから行ってください。"
                ),
            ));
        }
        if let (Some(one), Some(two)) = (times(&begins, &ends), times(&slot.begins, &slot.ends))
            && booking::overlap(one, two)
        {
            return Err(Trouble::at(
                field,
                "同じ方の、同じ時間の予約がほかの会場にあります。どちらか一方を取り消してから予約してください。",
            ));
        }
    }
    Ok(())
}

fn tell(
    visit: &Visit,
    tx: &mut Tx<'_>,
    to: &str,
    id: &str,
    number: &str,
    venue: &str,
    subject: &str,
    what: &str,
) -> Result<(), Trouble> {
    let venue = english::typed(venue);
    let body = format!(
        "会場：{venue}\n{what}\n予約番号：{number}\n\n確認・変更・取り消しは次のページからできます。\n{}/bookings/{id}",
        visit.house.base_url
    );
    let mail = Mail {
        to: to.into(),
        subject: format!("{subject}（{venue}）"),
        body,
        about: ("booking".into(), platform::secrets::digest(id)),
    };
    Ok(outbox::put(tx, visit.now, &mail)?)
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
    let found: Option<(String,)> = tx.first(
        sql!("select id from booking where number = $1 and lower(mail) = $2"),
        args![&number, input::mail_key(&mail)],
    )?;
    let (id,) = found.ok_or_else(|| {
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
        let rows: Vec<(String, Date, String, String, i64)> = tx.all(
            sql!(
                "select id, day, begins, ends, capacity - booked
                   from slot
                  where venue_id = $1
                    and day >= $2
                    and closed_at is null
                    and booked < capacity
                    and id <> $3
                  order by day, begins
                  limit 100"
            ),
            args![&booking.venue_id, time::date(visit.now), &slot.id],
        )?;
        others = rows
            .into_iter()
            .map(|(id, day, from, to, left)| {
                (id, format!("{} {from}〜{to}（空き{left}）", time::say_day(day)))
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
    match (booking.cancelled_at, slot.at() > visit.now) {
        (Some(_), _) => Err(Trouble::at("", Refusal::Cancelled)),
        (None, false) => Err(Trouble::at("", Refusal::Closed)),
        (None, true) => Ok((booking, slot)),
    }
}

fn shift(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (booking, old) = live(visit, tx, form)?;
    let new = slot(tx, form.get("slot"))
        .ok()
        .filter(|s| s.venue_id == booking.venue_id && s.id != old.id)
        .ok_or_else(|| Trouble::at("slot", "新しい時間を選んでください"))?;
    let person = Person {
        name: &booking.name,
        reading: &booking.reading,
        mail: &booking.mail,
        phone: &booking.phone,
    };
    no_twin(tx, &person, &new, &booking.id, "slot")?;
    take_place(tx, &new, visit.now)?;
    give_place_back(tx, &old.id)?;
    tx.run_one(
        sql!(
            "update booking
                set slot_id = $1, version = version + 1
              where id = $2
                and version = $3
                and cancelled_at is null"
        ),
        args![&new.id, &booking.id, booking.version],
    )?;
    journal_row(
        visit,
        tx,
        &booking.id,
        &booking.number,
        "booking.move",
        json!({"from": old.say(), "to": new.say()}),
    )?;
    let what = format!("日時：{}\n（変更前：{}）", new.say(), old.say());
    tell(
        visit,
        tx,
        &booking.mail,
        &booking.id,
        &booking.number,
        &booking.venue,
        "【予約】接種の予約を変更しました",
        &what,
    )?;
    Ok(Done::saying(format!("/bookings/{}", booking.id), "booking.moved"))
}

fn cancel(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (booking, old) = live(visit, tx, form)?;
    give_place_back(tx, &old.id)?;
    tx.run_one(
        sql!(
            "update booking
                set cancelled_at = $1, version = version + 1
              where id = $2
                and version = $3
                and cancelled_at is null"
        ),
        args![visit.now, &booking.id, booking.version],
    )?;
    journal_row(visit, tx, &booking.id, &booking.number, "booking.cancel", Value::Null)?;
    let what = format!("取り消した予約：{}", old.say());
    tell(
        visit,
        tx,
        &booking.mail,
        &booking.id,
        &booking.number,
        &booking.venue,
        "【予約】接種の予約を取り消しました",
        &what,
    )?;
    Ok(Done::saying(format!("/bookings/{}", booking.id), "booking.cancelled"))
}
