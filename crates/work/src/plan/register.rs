//! A plan is registered: what the rule makes of the wish, the flags that it raises, what follows.

use jiff::Timestamp;
use jiff::civil::Date;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::value::Json;
use platform::{args, sql};
use rules::plan::{Facts, Fixed, Holdings, Lines, Refusal, Revision};
use rules::review::{self, Status};

use super::event::{Base, Registered};
use super::{Event, fixed, held, latest, lines};
use crate::venue::VenueHead;
use crate::{Caller, Refused, venue};

/// The plan as it stands, as facts for the rule.
pub struct Position {
    pub registered: Lines,
    /// What those lines were reckoned with.
    pub held: Holdings,
    /// Of the latest registration; 0 where there is none.
    pub number: i64,
    pub fixed: Fixed,
}

/// Where the plan of a venue stands.
pub fn position(tx: &mut Tx<'_>, masters: &Masters, venue: &str) -> Result<Position, Failure> {
    let (number, programme) = (latest(tx, venue)?.map_or(0, |r| r.number), masters.programme());
    Ok(Position {
        registered: lines(tx, venue, number)?,
        held: held(tx, programme, venue, number)?,
        number,
        fixed: fixed(tx, programme, venue)?,
    })
}

impl Position {
    /// What the rule is asked with.
    pub fn facts<'f>(
        &'f self,
        masters: &'f Masters,
        expected_doses: u32,
        now: Timestamp,
    ) -> Facts<'f> {
        Facts {
            programme: masters.programme(),
            registered: &self.registered,
            held: &self.held,
            fixed: &self.fixed,
            expected_doses,
            now,
        }
    }
}

/// What a wish would be registered as.
///
/// # Errors
/// A refusal of the rule.
pub fn decide(
    masters: &Masters,
    position: &Position,
    expected_doses: u32,
    now: Timestamp,
    wish: &Lines,
    reason: Option<&str>,
) -> Result<Revision, Refusal> {
    rules::plan::revise(&position.facts(masters, expected_doses, now), wish, reason)
}

/// The flags that a registration of these lines would raise.
pub fn flags_of(
    tx: &mut Tx<'_>,
    masters: &Masters,
    head: &VenueHead,
    revision: &Revision,
) -> Result<Vec<review::Flag>, Failure> {
    let answers = venue::answers(tx, &head.id)?;
    let doctors = venue::doctors(tx, &head.id)?.len() as u32;
    let checks = venue::checks_of(tx, &head.id, &answers, doctors)?;
    let programme = masters.programme();
    let confirmed: Option<(u32,)> = tx.first(
        sql!(
            "select total_doses
               from plan_registration
              where venue_id = $1
                and review = 'reviewed'
              order by number desc
              limit 1"
        ),
        args![&head.id],
    )?;
    let start: Option<Date> = answers.get("planned_start").and_then(|d| d.parse().ok());
    let first_cycle =
        start.and_then(|d| programme.cycles.iter().find(|c| d <= c.to)).map_or(1, |c| c.number);
    let mut flags = review::flags(&review::Facts {
        programme,
        lines: &revision.lines,
        held: &revision.held,
        total_doses: revision.total_doses,
        expected_doses: head.expected_doses,
        first_cycle,
        confirmed_total: confirmed.map(|(t,)| t),
        storage_boxes: rules::venue::storage_boxes(&answers, programme.product.boxes_per_freezer),
        managers_missing: !checks[0].passed(),
        doctors,
    });
    flags.retain(|flag| !masters.flags_off.contains(flag.key()));
    Ok(flags)
}

/// The number of the last registration before one that was confirmed; 0 where there is none.
pub fn confirmed_before(tx: &mut Tx<'_>, venue: &str, number: i64) -> Result<i64, Failure> {
    let confirmed: Option<(i64,)> = tx.first(
        sql!(
            "select number
               from plan_registration
              where venue_id = $1
                and review = 'reviewed'
                and number < $2
              order by number desc
              limit 1"
        ),
        args![venue, number],
    )?;
    Ok(confirmed.map_or(0, |(n,)| n))
}

/// The flags' keys between commas, for the queue's filters.
fn flag_keys(flags: &[review::Flag]) -> String {
    flags.iter().fold(",".to_string(), |all, flag| {
        if all.contains(&format!(",{},", flag.key())) {
            all
        } else {
            format!("{all}{},", flag.key())
        }
    })
}

/// 受付番号 of a registration: the venue's code and the version's number, so that no two writers wait
/// for one counter.
pub fn receipt_number(code: &str, number: i64) -> String {
    format!("P-{code}-{number:04}")
}

fn status_of(by: &Caller<'_>, flags: &[review::Flag]) -> Status {
    review::on_registration(flags, !by.masters.flags_off.contains(review::BY_ITSELF))
}

/// Writes a registration with all that follows; its number. `base` is the registration on which the
/// wish was begun.
///
/// # Errors
/// A refusal of the rule, or [`Failure::Stale`] where somebody registered in between.
pub fn register(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    base: i64,
    wish: &Lines,
    reason: Option<&str>,
) -> Result<i64, Refused<Refusal>> {
    let (masters, now) = (by.masters, by.now);
    let position = position(tx, masters, &venue.id)?;
    if position.number != base {
        return Err(Failure::Stale.into());
    }
    let revision = match decide(masters, &position, venue.expected_doses, now, wish, reason) {
        Ok(revision) => revision,
        Err(refusal) => return Err(Refused::ByRule(refusal)),
    };
    let flags = flags_of(tx, masters, venue, &revision)?;
    let status = status_of(by, &flags);
    let number = base + 1;
    let receipt = receipt_number(&venue.code, number);
    insert(by, tx, &venue.id, (number, &receipt), &revision, &flags)?;
    super::draft::forget(tx, &venue.id)?;
    let registered = Event::Registered {
        before: Some(Base { number: base, lines: position.registered.clone() }),
        after: Registered {
            number,
            receipt: receipt.clone(),
            lines: revision.lines.clone(),
            review: Some(status),
        },
    };
    by.journal(tx, &venue.id, &registered, revision.reason.as_deref())?;
    let told = mails::plan::Registered {
        venue: venue.id.clone(),
        venue_name: (&venue.name).into(),
        receipt,
        number,
        at: now,
        doses: revision.total_doses.into(),
        review: status,
    };
    venue::tell(by, tx, told)?;
    Ok(number)
}

/// The latest registration from now on, with its lines; number and receipt are its own.
fn insert(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    (number, receipt): (i64, &str),
    revision: &Revision,
    flags: &[review::Flag],
) -> Result<(), Failure> {
    let status = status_of(by, flags);
    tx.run(
        sql!("update plan_registration set latest = false where venue_id = $1 and latest"),
        args![venue],
    )?;
    tx.run(
        sql!(
            "insert into plan_registration
                         (venue_id, number, receipt, at, account, name, total_doses, reason, flags,
                          review, reviewed_at, flag_keys, latest)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, true)"
        ),
        args![
            venue,
            number,
            receipt,
            by.now,
            &by.actor.account,
            &by.actor.name,
            revision.total_doses,
            revision.reason.clone(),
            Json(flags),
            status.key(),
            (status == Status::Reviewed).then_some(by.now),
            flag_keys(flags)
        ],
    )?;
    let lines: Vec<Vec<platform::value::Value>> = revision
        .lines
        .iter()
        .map(|(cycle, line)| {
            let held = revision.held.get(cycle);
            args![
                venue,
                number,
                *cycle,
                line.boxes,
                line.needle_correction,
                held.map(|h| h.packing.vials_per_box),
                held.map(|h| h.packing.doses_per_vial),
                held.map(|h| h.packing.needles.pack),
                held.map(|h| h.needle_boxes)
            ]
            .to_vec()
        })
        .collect();
    tx.insert_many(
        "insert into plan_line (venue_id, number, cycle, boxes, needle_correction, vials_per_box, \
         doses_per_vial, needles_per_box, needle_boxes)",
        &lines,
    )
}
