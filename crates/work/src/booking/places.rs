//! The person's side: a place is taken, moved, given back; without an account.

use jiff::Timestamp;
use jiff::civil::Date;
use mails::booking::When;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, row, secrets, sql};
use rules::booking::{self, Person, Refusal};
use rules::{input, time};

use super::event::{At, Moved, Numbered};
use super::{Event, Slot, give_place_back, take_place};
use crate::{Caller, Fault, Refused};

row! {
    /// A place that somebody has, or had.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Booking {
        pub id: String,
        pub number: String,
        pub slot_id: String,
        pub venue_id: String,
        pub name: String,
        pub reading: String,
        pub mail: String,
        pub phone: String,
        pub made_at: Timestamp,
        pub cancelled_at: Option<Timestamp>,
        pub version: i64,
        pub venue: String,
        pub code: String,
    }
}

/// The booking of an id.
///
/// # Errors
/// There is none.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Booking, Fault> {
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
    .ok_or(Fault::NotFound)
}

/// The id of the booking with this number, made with this mail address.
pub fn sought(tx: &mut Tx<'_>, number: &str, mail: &str) -> Result<Option<String>, Failure> {
    let found: Option<(String,)> = tx.first(
        sql!("select id from booking where number = $1 and lower(mail) = $2"),
        args![number, input::mail_key(mail)],
    )?;
    Ok(found.map(|(id,)| id))
}

row! {
    /// A slot with free places.
    pub struct OpenSlot {
        pub id: String,
        pub day: Date,
        pub begins: String,
        pub ends: String,
        /// Free places.
        pub left: i64,
    }
}

/// Slots of a venue from today on that have free places, but one; 100 at most.
pub fn open_slots(
    tx: &mut Tx<'_>,
    venue: &str,
    now: Timestamp,
    but: &str,
) -> Result<Vec<OpenSlot>, Failure> {
    tx.all(
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
        args![venue, time::date(now), but],
    )
}

/// Whether a booking may still be moved or taken back.
pub fn may_change(booking: &Booking, slot: &Slot, now: Timestamp) -> Result<(), Refusal> {
    match (booking.cancelled_at, slot.at() > now) {
        (Some(_), _) => Err(Refusal::Cancelled),
        (None, false) => Err(Refusal::Closed),
        (None, true) => Ok(()),
    }
}

/// Without an account; the journal names the booking, not the person.
fn journal_row(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    booking: &str,
    event: &Event,
) -> Result<(), Failure> {
    let actor = Actor {
        account: String::new(),
        name: "（予約した人）".into(),
        membership: String::new(),
        role: String::new(),
    };
    // The booking's id opens its page: what the journal keeps is its digest.
    journal::write(tx, &actor, by.now, &secrets::digest(booking), event, None)
}

fn numbered(number: &str) -> Numbered {
    Numbered { number: number.into() }
}

/// The same person doesn't take two places by accident: at one venue not on one day, anywhere not
/// at one time. `own`: the booking that is being moved.
fn no_twin(
    tx: &mut Tx<'_>,
    person: &Person<'_>,
    slot: &Slot,
    own: &str,
) -> Result<(), Refused<Refusal>> {
    let line = input::phone_parts(person.phone).0.replace('-', "");
    let rows: Vec<OfDay> = tx.all(
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
    for row in rows {
        let OfDay { id, venue, name, reading, mail, phone, begins, ends } = row;
        let other = Person { name: &name, reading: &reading, mail: &mail, phone: &phone };
        if id == own || !booking::same_person(person, &other) {
            continue;
        }
        if venue == slot.venue_id {
            return Err(Refused::ByRule(Refusal::TwinAtVenue(begins, ends)));
        }
        if let (Some(one), Some(two)) = (times(&begins, &ends), times(&slot.begins, &slot.ends))
            && booking::overlap(one, two)
        {
            return Err(Refused::ByRule(Refusal::TwinElsewhere));
        }
    }
    Ok(())
}

/// The same person doesn't book another day without a question.
fn no_other_day(
    tx: &mut Tx<'_>,
    person: &Person<'_>,
    slot: &Slot,
    today: Date,
) -> Result<(), Refused<Refusal>> {
    let line = input::phone_parts(person.phone).0.replace('-', "");
    let rows: Vec<OtherDay> = tx.all(
        sql!(
            "select b.name, b.reading, b.mail, b.phone, s.day, s.begins, s.ends
               from booking b
               join slot s on s.id = b.slot_id
              where s.day <> $1
                and s.day >= $2
                and b.cancelled_at is null
                and (b.mail_key = $3 or replace(b.phone, '-', '') like $4)
              order by s.day, s.begins, b.id"
        ),
        args![slot.day, today, input::mail_key(person.mail), format!("{line}%")],
    )?;
    for OtherDay { name, reading, mail, phone, day, begins, ends } in rows {
        let other = Person { name: &name, reading: &reading, mail: &mail, phone: &phone };
        if booking::same_person(person, &other) {
            let said = booking::say_slot(day, &begins, &ends);
            return Err(Refused::ByRule(Refusal::TwinOtherDay(said)));
        }
    }
    Ok(())
}

row! {
    /// A booking of another day, of somebody with the same mail or phone.
    struct OtherDay {
        name: String,
        reading: String,
        mail: String,
        phone: String,
        day: Date,
        begins: String,
        ends: String,
    }
}

row! {
    /// A booking of the same day, of the same venue or of somebody with the same mail or phone.
    struct OfDay {
        id: String,
        venue: String,
        name: String,
        reading: String,
        mail: String,
        phone: String,
        begins: String,
        ends: String,
    }
}

impl Booking {
    /// As its mails name it.
    fn told(&self) -> mails::booking::Booking {
        mails::booking::Booking {
            id: self.id.clone(),
            number: self.number.clone(),
            venue_name: (&self.venue).into(),
        }
    }
}

impl Slot {
    fn when(&self) -> When {
        When { day: self.day, begins: self.begins.clone(), ends: self.ends.clone() }
    }
}

/// Takes a place at a venue (id and name) and tells the person; the booking's id. `both`: a booking
/// of another day is meant to stand beside it.
pub fn make(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: (&str, &str),
    slot: &Slot,
    person: &Person<'_>,
    both: bool,
) -> Result<String, Refused<Refusal>> {
    no_twin(tx, person, slot, "")?;
    if !both {
        no_other_day(tx, person, slot, time::date(by.now))?;
    }
    take_place(tx, slot, by.now)?;
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
            venue.0,
            person.name,
            person.reading,
            person.mail,
            person.phone,
            by.now,
            input::mail_key(person.mail)
        ],
    )?;
    let after = At { venue: venue.0.into(), slot: slot.say() };
    journal_row(by, tx, &id, &Event::Made { before: numbered(&number), after })?;
    let booking = mails::booking::Booking { id: id.clone(), number, venue_name: venue.1.into() };
    by.mail(tx, person.mail, mails::booking::Made { booking, when: slot.when() })?;
    Ok(id)
}

/// Moves a booking from its slot to another one of the same venue, and tells the person.
pub fn shift(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    booking: &Booking,
    old: &Slot,
    new: &Slot,
) -> Result<(), Refused<Refusal>> {
    may_change(booking, old, by.now).map_err(Refused::ByRule)?;
    let person = Person {
        name: &booking.name,
        reading: &booking.reading,
        mail: &booking.mail,
        phone: &booking.phone,
    };
    no_twin(tx, &person, new, &booking.id)?;
    take_place(tx, new, by.now)?;
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
    let after = Moved { from: old.say(), to: new.say() };
    let before = numbered(&booking.number);
    journal_row(by, tx, &booking.id, &Event::Moved { before, after })?;
    let told =
        mails::booking::Moved { booking: booking.told(), when: new.when(), before: old.when() };
    Ok(by.mail(tx, &booking.mail, told)?)
}

/// Takes a booking back, and tells the person.
pub fn cancel(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    booking: &Booking,
    old: &Slot,
) -> Result<(), Refused<Refusal>> {
    may_change(booking, old, by.now).map_err(Refused::ByRule)?;
    give_place_back(tx, &old.id)?;
    tx.run_one(
        sql!(
            "update booking
                set cancelled_at = $1, version = version + 1
              where id = $2
                and version = $3
                and cancelled_at is null"
        ),
        args![by.now, &booking.id, booking.version],
    )?;
    let before = numbered(&booking.number);
    journal_row(by, tx, &booking.id, &Event::Cancelled { before })?;
    let told = mails::booking::Cancelled { booking: booking.told(), when: old.when() };
    Ok(by.mail(tx, &booking.mail, told)?)
}
