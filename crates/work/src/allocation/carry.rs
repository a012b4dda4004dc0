//! Carrying an approved run out: amounts fixed, shipments opened, mails queued, batch after batch,
//! each in one transaction. What a batch needs stands in the run's shares, so that a process that
//! is killed goes on after the last batch that was stored.

use std::collections::HashMap;

use jiff::Timestamp;
use mails::Envelope;
use mails::allocation::Fixed;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor, Event as _, Stored};
use platform::{args, row, sql};
use rules::programme::Cycle;

use super::event::{Amount, Asked};
use super::{AmountEvent, Run};
use crate::post;
use crate::venue::{self, Addressed};

/// Venues that are carried out in one transaction.
pub const BATCH: i64 = 4000;

row! {
    struct Given {
        venue: String,
        requested: i64,
        allocated: i64,
        needle_boxes: i64,
        sentence: String,
    }
}

/// Carries out the next venues of a run; returns whether some are left.
///
/// # Errors
/// [`Failure::Stale`] where somebody else carried the same venues out meanwhile.
pub fn next(
    tx: &mut Tx<'_>,
    base_url: &str,
    actor: &Actor,
    now: Timestamp,
    cycle: &Cycle,
    run: &Run,
    limit: i64,
) -> Result<bool, Failure> {
    let from = &run.carried_to;
    let given: Vec<Given> = tx.all(
        sql!(
            "select venue_id, requested, allocated, needle_boxes, sentence
               from allocation_share
              where run_id = $1
                and venue_id > $2
              order by venue_id
              limit $3"
        ),
        args![&run.id, from, limit],
    )?;
    let Some(to) = given.last().map(|g| g.venue.clone()) else {
        finish(tx, now, run)?;
        return Ok(false);
    };
    tx.run(
        sql!(
            "insert into allocation
                         (venue_id, cycle, run_id, requested, boxes, needle_boxes, explanation,
                          fixed_at, vials_per_box, doses_per_vial, needles_per_box)
             select s.venue_id, $1, s.run_id, s.requested, s.allocated, s.needle_boxes, s.sentence,
                    $2, r.vials_per_box, r.doses_per_vial, r.needles_per_box
               from allocation_share s
               join allocation_run r on r.id = s.run_id
              where s.run_id = $3
                and s.venue_id > $4
                and s.venue_id <= $5"
        ),
        args![cycle.number, now, &run.id, from, &to],
    )?;
    tx.run(
        sql!(
            "insert into shipment
                         (id, venue_id, cycle, wholesaler, prefecture, boxes, needle_boxes,
                          delivery_week, vials_per_box, doses_per_vial, needles_per_box)
             select cast($1 as text) || s.venue_id, s.venue_id, $2, s.wholesaler, s.prefecture,
                    s.allocated, s.needle_boxes, $3, r.vials_per_box, r.doses_per_vial,
                    r.needles_per_box
               from allocation_share s
               join allocation_run r on r.id = s.run_id
              where s.run_id = $4
                and s.venue_id > $5
                and s.venue_id <= $6
                and s.allocated > 0"
        ),
        args![format!("s{}-", cycle.number), cycle.number, cycle.delivery_week, &run.id, from, &to],
    )?;
    let rows = given.iter().map(|g| entry(actor, now, cycle, run, g));
    journal::append_many(tx, rows.collect::<Result<Vec<_>, _>>()?.into_iter())?;
    tell(tx, base_url, now, cycle, from, &given)?;
    tx.run_one(
        sql!(
            "update allocation_run
                set carried_to = $1, done = done + $2
              where id = $3
                and carried_to = $4
                and state = 'approved'"
        ),
        args![&to, given.len() as i64, &run.id, from],
    )?;
    if (given.len() as i64) < limit {
        finish(tx, now, run)?;
        return Ok(false);
    }
    Ok(true)
}

/// One mail to everybody responsible for one of these venues, which come after `from` and of which
/// the last is the batch's last.
fn tell(
    tx: &mut Tx<'_>,
    site: &str,
    now: Timestamp,
    cycle: &Cycle,
    from: &str,
    given: &[Given],
) -> Result<(), Failure> {
    let to = given.last().map_or(from, |last| last.venue.as_str());
    let contacts = venue::contacts_between(tx, from, to)?;
    let said: HashMap<&str, &Given> = given.iter().map(|g| (g.venue.as_str(), g)).collect();
    let of_venue = contacts.chunk_by(|one, other| one.venue == other.venue);
    let mails = of_venue.filter_map(|all| {
        let Addressed { venue, name, .. } = all.first()?;
        let sentence = said.get(venue.as_str())?.sentence.clone();
        let (venue, venue_name) = (venue.clone(), name.into());
        let fixed = Fixed { venue, venue_name, cycle: cycle.number, sentence };
        Some((all.iter().map(|c| Envelope::to(&c.mail)).collect(), fixed.into()))
    });
    post::send_all(tx, now, site, mails)
}

fn finish(tx: &mut Tx<'_>, now: Timestamp, run: &Run) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update allocation_run
                set state = 'carried_out', carried_out_at = $1, version = version + 1
              where id = $2
                and state = 'approved'"
        ),
        args![now, &run.id],
    )
}

/// The journal's row about one amount: a chain of its own, because an amount is fixed once; so it
/// waits for nobody who edits the venue.
fn entry(
    actor: &Actor,
    now: Timestamp,
    cycle: &Cycle,
    run: &Run,
    given: &Given,
) -> Result<Stored, Failure> {
    let fixed = AmountEvent::Fixed {
        before: Asked { requested: given.requested },
        after: Amount {
            cycle: cycle.number,
            boxes: given.allocated,
            needle_boxes: given.needle_boxes,
            run: run.id.clone(),
        },
    };
    let id = format!("{}:c{}", given.venue, cycle.number);
    let record = (AmountEvent::RECORD, id.as_str());
    Stored::telling(actor, now, record, 1, &fixed, Some(&given.sentence))
}
