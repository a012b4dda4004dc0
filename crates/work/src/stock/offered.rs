//! 融通: vials are offered, taken, declined, withdrawn; both ledgers move in the same transaction.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, ids, sql};
use rules::stock::{self, Kind, Refusal, Room};
use rules::time;

use super::event::{Numbered, Offered, Taken, Vials};
use super::{Entry, StoredLot, Transfer, TransferEvent, lot, put, room};
use crate::venue::VenueHead;
use crate::{Caller, Refused, application, venue};

/// Vials that a venue offers to another one.
pub struct Offer<'o> {
    /// The other venue's id.
    pub to: &'o str,
    pub lot: &'o str,
    pub vials: i64,
    /// Key of the temperature at which they travel.
    pub temperature: &'o str,
    pub taken_out_at: Timestamp,
    /// May be empty.
    pub note: &'o str,
}

/// What is offered and not yet answered is still in the ledger, but can't be offered again: vials.
fn reserved(tx: &mut Tx<'_>, venue: &str, lot: &str) -> Result<i64, Failure> {
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

/// Vials that leave a venue.
fn may_leave(
    tx: &mut Tx<'_>,
    number: &str,
    room: Room,
    vials: i64,
) -> Result<(), Refused<Refusal>> {
    let rule = lot(tx, number)?.as_ref().map(StoredLot::rule);
    stock::entry(Kind::TransferredOut, number, rule.as_ref(), room, vials, "")
        .map_err(Refused::ByRule)
}

/// Offers vials to another venue, and tells it; the offer's id.
pub fn offer(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    from: &VenueHead,
    wish: &Offer<'_>,
) -> Result<String, Refused<Refusal>> {
    let Offer { to, lot, vials, temperature, taken_out_at, note } = *wish;
    if to == from.id {
        return Err(Refused::ByRule(Refusal::ToItself));
    }
    let today = time::date(by.now);
    let room = room(tx, &from.id, lot, today)?
        .unwrap_or(Room::none(today))
        .less(reserved(tx, &from.id, lot)?);
    // What leaves the freezer must have been in it.
    room.had_by(lot, time::date(taken_out_at)).map_err(Refused::ByRule)?;
    may_leave(tx, lot, room, vials)?;
    let (id, name) = (ids::short("t"), &by.actor.name);
    let official = application::official_number(tx, "T", by.now)?;
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
            &from.id,
            to,
            lot,
            vials,
            temperature,
            taken_out_at,
            note,
            by.now,
            name
        ],
    )?;
    let after = Offered { number: official.clone(), to: to.into(), lot: lot.into(), vials };
    by.journal(tx, &id, &TransferEvent::Offered { after }, None)?;
    let told = mails::stock::Offered {
        transfer: id.clone(),
        number: official,
        venue: to.into(),
        from: (&from.name).into(),
        lot: lot.into(),
        vials,
    };
    venue::tell(by, tx, told)?;
    Ok(id)
}

/// The giver takes an offer back that nobody has answered.
pub fn withdraw(by: &Caller<'_>, tx: &mut Tx<'_>, t: &Transfer) -> Result<(), Refused<Refusal>> {
    if !t.waits() {
        return Err(Refused::ByRule(Refusal::Answered));
    }
    tx.run_one(
        sql!(
            "update transfer
                set withdrawn_at = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![by.now, &t.id, t.version],
    )?;
    let after = Numbered { number: t.number.clone() };
    by.journal(tx, &t.id, &TransferEvent::Withdrawn { after }, None)?;
    Ok(())
}

/// The taker took so many vials, or none: then it declines. Fewer than offered need a note. The
/// giver is told.
pub fn answer(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    taker: &VenueHead,
    t: &Transfer,
    vials: i64,
    note: &str,
) -> Result<(), Refused<Refusal>> {
    if !t.waits() {
        return Err(Refused::ByRule(Refusal::Answered));
    }
    if vials > t.vials {
        return Err(Refused::ByRule(Refusal::MoreThanOffered(t.vials)));
    }
    if vials < t.vials && note.is_empty() {
        return Err(Refused::ByRule(Refusal::FewerWithoutReason));
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
            by.now,
            &by.actor.name,
            vials,
            (!note.is_empty()).then(|| note.to_string()),
            &t.id,
            t.version
        ],
    )?;
    if vials > 0 {
        hand_over(by, tx, t, vials)?;
    }
    let (before, after) = (Vials { vials: t.vials }, Taken { number: t.number.clone(), vials });
    let answered = match vials {
        0 => TransferEvent::Declined { before, after },
        _ => TransferEvent::Accepted { before, after },
    };
    by.journal(tx, &t.id, &answered, (!note.is_empty()).then_some(note))?;
    let told = mails::stock::Answered {
        transfer: t.id.clone(),
        number: t.number.clone(),
        venue: t.from_venue.clone(),
        taker: (&taker.name).into(),
        vials,
    };
    venue::tell(by, tx, told)?;
    Ok(())
}

/// Out of one ledger and into the other.
fn hand_over(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    t: &Transfer,
    vials: i64,
) -> Result<(), Refused<Refusal>> {
    let day = time::date(by.now);
    let room = room(tx, &t.from_venue, &t.lot, day)?.unwrap_or(Room::none(day));
    may_leave(tx, &t.lot, room, vials)?;
    let who = (by.actor.account.as_str(), by.actor.name.as_str());
    for (side, kind) in [(&t.from_venue, Kind::TransferredOut), (&t.to_venue, Kind::TransferredIn)]
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
        put(tx, by.now, who, side, &entry)?;
    }
    Ok(())
}
