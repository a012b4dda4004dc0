//! Slots of a venue: made, changed, closed; a place in one is taken and given back.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql};
use rules::booking::{self, Clock, Refusal};
use rules::time;

use super::{SlotEvent, event};
use crate::{Caller, Fault, Refused};

row! {
    /// A time of a day with places for so many people.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Slot {
        pub id: String,
        pub venue_id: String,
        pub day: Date,
        pub begins: String,
        pub ends: String,
        pub capacity: i64,
        pub booked: i64,
        pub closed_at: Option<Timestamp>,
        pub version: i64,
    }
}

impl Slot {
    /// Places that are free.
    pub fn left(&self) -> i64 {
        if self.closed_at.is_some() { 0 } else { (self.capacity - self.booked).max(0) }
    }
    /// The instant at which it begins.
    pub fn at(&self) -> Timestamp {
        let clock = booking::time(&self.begins).unwrap_or_default();
        time::instant(clock.at(self.day))
    }
    /// Day, begin and end in words.
    pub fn say(&self) -> String {
        booking::say_slot(self.day, &self.begins, &self.ends)
    }
}

macro_rules! slots {
    ($which:literal) => {
        sql!(concat!(
            "select id, venue_id, day, begins, ends, capacity, booked, closed_at, version
               from slot ",
            $which
        ))
    };
}

/// The slot of an id.
///
/// # Errors
/// There is none.
pub fn slot(tx: &mut Tx<'_>, id: &str) -> Result<Slot, Fault> {
    tx.first(slots!("where id = $1"), args![id])?.ok_or(Fault::NotFound)
}

/// Slots of a venue's day, in order.
pub fn of_day(tx: &mut Tx<'_>, venue: &str, day: Date) -> Result<Vec<Slot>, Failure> {
    tx.all(slots!("where venue_id = $1 and day = $2 order by begins"), args![venue, day])
}

row! {
    /// What a venue has on a day.
    pub struct Day {
        pub day: Date,
        pub slots: i64,
        /// Places.
        pub capacity: i64,
        pub booked: i64,
    }
}

/// Days of a venue with slots: from today on, or those that are past, the nearest first; 200 at
/// most.
pub fn days(tx: &mut Tx<'_>, venue: &str, today: Date, past: bool) -> Result<Vec<Day>, Failure> {
    let statement = if past {
        sql!(
            "select day, count(*), cast(sum(capacity) as bigint), cast(sum(booked) as bigint)
               from slot
              where venue_id = $1
                and day < $2
              group by day
              order by day desc
              limit 200"
        )
    } else {
        sql!(
            "select day, count(*), cast(sum(capacity) as bigint), cast(sum(booked) as bigint)
               from slot
              where venue_id = $1
                and day >= $2
              group by day
              order by day
              limit 200"
        )
    };
    tx.all(statement, args![venue, today])
}

row! {
    /// Who comes on a day.
    #[derive(serde::Serialize)]
    pub struct Booked {
        pub number: String,
        pub begins: String,
        pub ends: String,
        pub name: String,
        pub reading: String,
        pub phone: String,
        pub mail: String,
        pub made_at: Timestamp,
    }
}

/// Who comes to a venue on a day, in order of time and reading.
pub fn booked(tx: &mut Tx<'_>, venue: &str, day: Date) -> Result<Vec<Booked>, Failure> {
    tx.all(
        sql!(
            "select b.number, s.begins, s.ends, b.name, b.reading, b.phone, b.mail, b.made_at
               from booking b
               join slot s on s.id = b.slot_id
              where b.venue_id = $1
                and s.day = $2
                and b.cancelled_at is null
              order by s.begins, b.reading, b.number"
        ),
        args![venue, day],
    )
}

/// Takes one place, or says that there is none: the count and the capacity are compared in the
/// statement that counts.
pub(super) fn take_place(
    tx: &mut Tx<'_>,
    slot: &Slot,
    now: Timestamp,
) -> Result<(), Refused<Refusal>> {
    if slot.closed_at.is_some() || slot.at() <= now {
        return Err(Refused::ByRule(Refusal::Closed));
    }
    let taken = tx.run(
        sql!(
            "update slot
                set booked = booked + 1, version = version + 1
              where id = $1
                and booked < capacity
                and closed_at is null"
        ),
        args![&slot.id],
    )?;
    if taken == 1 { Ok(()) } else { Err(Refused::ByRule(Refusal::Full)) }
}

pub(super) fn give_place_back(tx: &mut Tx<'_>, slot: &str) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update slot
                set booked = booked - 1, version = version + 1
              where id = $1
                and booked > 0"
        ),
        args![slot],
    )
}

/// Slots to be made, and slots that get another capacity.
pub struct Slots<'s> {
    /// The first and the last day that was asked for, for the journal.
    pub days: (Option<Date>, Option<Date>),
    /// Such as 月火.
    pub weekdays: &'s str,
    /// Places of each.
    pub capacity: i64,
    pub wanted: Vec<(Date, (Clock, Clock))>,
    /// Ids of slots that are there and get this capacity.
    pub resized: Vec<&'s str>,
}

/// Makes slots and changes capacities: how many were made, how many changed.
pub fn make_slots(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    wish: &Slots<'_>,
) -> Result<(u64, u64), Failure> {
    let (mut made, mut changed) = (0, 0);
    for (day, (from, to)) in &wish.wanted {
        made += tx.run(
            sql!(
                "insert into slot (id, venue_id, day, begins, ends, capacity)
                 values ($1, $2, $3, $4, $5, $6)
                     on conflict (venue_id, day, begins) do nothing"
            ),
            args![ids::short("sl"), venue, *day, from.key(), to.key(), wish.capacity],
        )?;
    }
    for slot in &wish.resized {
        changed += tx.run(
            sql!(
                "update slot
                    set capacity = $1, version = version + 1
                  where id = $2
                    and booked <= $1"
            ),
            args![wish.capacity, *slot],
        )?;
    }
    let after = event::Made {
        from: wish.days.0,
        to: wish.days.1,
        weekdays: wish.weekdays.into(),
        slots: made,
        changed,
        capacity: wish.capacity,
    };
    by.journal(tx, venue, &SlotEvent::Made { after }, None)?;
    Ok((made, changed))
}

/// Changes the capacity of a slot, closes it, opens it again.
pub fn change_slot(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    slot: &Slot,
    capacity: i64,
    closed: Option<Timestamp>,
) -> Result<(), Refused<Refusal>> {
    if (capacity, closed.is_some()) == (slot.capacity, slot.closed_at.is_some()) {
        return Err(Refused::ByRule(Refusal::Unchanged));
    }
    tx.run_one(
        sql!(
            "update slot
                set capacity = $1, closed_at = $2, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![capacity, closed, &slot.id, slot.version],
    )?;
    let changed = SlotEvent::Changed {
        before: event::Slot {
            slot: slot.say(),
            capacity: slot.capacity,
            closed: slot.closed_at.is_some(),
        },
        after: event::Places { capacity, closed: closed.is_some() },
    };
    by.journal(tx, &slot.venue_id, &changed, None)?;
    Ok(())
}
