//! What the ministry decides of a registration, whom it gives it to, and what a prefecture remarks.

use mails::review::{Reviewed, RevisionRequired, Undone};
use platform::db::{Failure, Tx};
use platform::{args, ids, sql};
use rules::access::Scope;
use rules::review::{self, Decision, Refusal, Status};

use super::{Event, Remarkable, event, officers};
use crate::plan::Registration;
use crate::{Caller, Refused, venue};

/// The registration that is decided on, in the version that was looked at.
struct Of<'o> {
    /// Id and name.
    venue: (&'o str, &'o str),
    number: i64,
    version: i64,
    /// The status before.
    review: Status,
}

/// Decides on the latest registration of a venue (id and name), as it was looked at.
pub fn decide(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: (&str, &str),
    latest: &Registration,
    decision: &Decision,
) -> Result<(), Refused<Refusal>> {
    if crate::venue::completed(tx, venue.0)?.is_some() {
        return Err(Refused::ByRule(Refusal::Completed));
    }
    let before = latest.review;
    let status = review::decide(before, true, decision).map_err(Refused::ByRule)?;
    let reason = match decision {
        Decision::Confirm => None,
        Decision::Revise { reason } => Some(reason.as_str()),
    };
    let of = Of { venue, number: latest.number, version: latest.version, review: before };
    Ok(write(by, tx, &of, status, reason)?)
}

/// Confirms a registration of a list: venue (id and name), number, its status.
pub fn confirm(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: (&str, &str),
    number: i64,
    review: Status,
) -> Result<(), Failure> {
    let (version,): (i64,) = tx.one(
        sql!("select version from plan_registration where venue_id = $1 and number = $2"),
        args![venue.0, number],
    )?;
    write(by, tx, &Of { venue, number, version, review }, Status::Reviewed, None)
}

/// Until the stretch of the calendar in which it was decided ends.
pub fn may_undo(by: &Caller<'_>, latest: &Registration) -> bool {
    let Some(decided) = latest
        .reviewed_at
        .filter(|_| latest.review != Status::Waiting && latest.reviewer.is_some())
    else {
        return false;
    };
    let calendar = &by.masters.programme().calendar;
    calendar.at(decided).map(|s| s.since) == calendar.at(by.now).map(|s| s.since)
}

/// Takes a decision back: the registration waits again, and the venue (id and name) is told.
pub fn undo(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: (&str, &str),
    latest: &Registration,
) -> Result<(), Refused<Refusal>> {
    if !may_undo(by, latest) {
        return Err(Refused::ByRule(Refusal::NotUndone));
    }
    let of = Of { venue, number: latest.number, version: latest.version, review: latest.review };
    Ok(write(by, tx, &of, Status::Waiting, None)?)
}

/// Writes a decision down and tells the venue.
fn write(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    of: &Of<'_>,
    status: Status,
    reason: Option<&str>,
) -> Result<(), Failure> {
    let changed = tx.run(
        sql!(
            "update plan_registration
                set review = $1, review_reason = $2, reviewed_at = $3, reviewer = $4,
                    version = version + 1
              where venue_id = $5
                and number = $6
                and version = $7
                and latest"
        ),
        args![
            status,
            reason.map(str::to_string),
            by.now,
            &by.actor.name,
            of.venue.0,
            of.number,
            of.version
        ],
    )?;
    if changed == 0 {
        return Err(Failure::Stale);
    }
    let reviewed = Event::Reviewed {
        before: event::Stood { number: of.number, review: of.review },
        after: event::Decided { review: status },
    };
    by.journal(tx, of.venue.0, &reviewed, reason)?;
    let (id, venue_name, number) = (of.venue.0.to_string(), of.venue.1.into(), of.number);
    match status {
        Status::RevisionRequired => {
            let reason = reason.unwrap_or_default().into();
            venue::tell(by, tx, RevisionRequired { venue: id, venue_name, number, reason })
        }
        Status::Waiting => venue::tell(by, tx, Undone { venue: id, venue_name, number }),
        Status::Reviewed => venue::tell(by, tx, Reviewed { venue: id, venue_name, number }),
    }
}

/// Who has a registration, for its page.
pub struct Assigned {
    /// The account.
    pub to: Option<String>,
    pub name: Option<String>,
    pub at: Option<jiff::Timestamp>,
}

/// Who has a registration of a venue.
pub fn assigned(tx: &mut Tx<'_>, venue: &str, number: i64) -> Result<Assigned, Failure> {
    let (to, name, at) = tx.one(
        sql!(
            "select assigned_to, assigned_name, assigned_at
               from plan_registration
              where venue_id = $1
                and number = $2"
        ),
        args![venue, number],
    )?;
    Ok(Assigned { to, name, at })
}

/// Gives a registration to an officer, or gives it back (`to` empty). Whether that changed
/// anything.
pub fn assign(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    number: i64,
    to: &str,
) -> Result<bool, Refused<Refusal>> {
    let name = match to {
        "" => None,
        id => {
            let officer = officers(tx)?.into_iter().find(|(known, _)| known == id);
            Some(officer.ok_or(Refused::ByRule(Refusal::NoReviewer))?.1)
        }
    };
    let (known,): (Option<String>,) = tx.one(
        sql!("select assigned_to from plan_registration where venue_id = $1 and number = $2"),
        args![venue, number],
    )?;
    if known.unwrap_or_default() == to {
        return Ok(false);
    }
    tx.run_one(
        sql!(
            "update plan_registration
                set assigned_to = $1, assigned_name = $2, assigned_at = $3
              where venue_id = $4
                and number = $5"
        ),
        args![
            name.as_ref().map(|_| to.to_string()),
            name.clone(),
            name.as_ref().map(|_| by.now),
            venue,
            number
        ],
    )?;
    by.journal(tx, venue, &Event::Assigned { after: event::Assigned { number, to: name } }, None)?;
    Ok(true)
}

/// What a prefecture remarks of a record.
pub struct Remarked<'r> {
    pub kind: Remarkable,
    pub id: &'r str,
    /// Of which version of the plan; 0 for an application.
    pub number: i64,
    pub concern: bool,
    /// May be empty where there is no concern.
    pub text: &'r str,
}

/// Writes a remark down, of somebody with this reach (kind and id).
pub fn remark(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    reach: (Scope, &str),
    said: &Remarked<'_>,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into remark
                         (id, record_kind, record_id, number, scope_kind, scope_id, account, name,
                          concern, text, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            ids::timed("k", by.now),
            said.kind,
            said.id,
            said.number,
            reach.0,
            reach.1,
            &by.actor.account,
            &by.actor.name,
            said.concern,
            said.text,
            by.now
        ],
    )?;
    let record = match said.kind {
        Remarkable::Plan => ("venue", said.id),
        Remarkable::Application => ("application", said.id),
    };
    let after = event::Remark { number: said.number, concern: said.concern };
    by.journal_to(tx, record, &Event::Remarked { after }, Some(said.text))
}
