//! A claim is saved as a draft, submitted, withdrawn; what came back goes into another one.

use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::claim::Refusal;
use rules::time::{self, Month};

use super::event::{OfMonth, Received, Saved, Submitted};
use super::{
    Draft, Event, Part, PartStatus, Stored, destinations, parts_of_claim, save, submit_parts,
};
use crate::venue::VenueHead;
use crate::{Caller, Refused, application, venue};

/// Saves a draft over what was looked at; `how` says how it came to be, where nobody typed it.
///
/// # Errors
/// [`Failure::Stale`], where somebody else has saved another one since, or has submitted it.
pub fn save_draft(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    draft: &Draft<'_>,
    before: Option<&Stored>,
    how: Option<&str>,
) -> Result<(), Failure> {
    save(tx, venue, month, draft, before.map(|c| c.version))?;
    let saved = Event::Saved {
        before: before.map(|c| c.rows.0.clone()),
        after: Saved {
            month,
            rows: draft.rows.to_vec(),
            total: draft.total,
            how: how.map(str::to_string),
        },
    };
    by.journal(tx, &venue.id, &saved, None)
}

/// Submits a draft to every destination, and tells the venue.
///
/// # Errors
/// [`Failure::Stale`], where it has changed since it was read.
pub fn submit(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    stored: &Stored,
) -> Result<(), Refused<Refusal>> {
    let receipt = application::official_number(tx, "C", by.now)?;
    let to = destinations(tx, by.masters, venue, &stored.rows.0)?;
    submit_parts(tx, by.masters, stored, venue, month, &to, by.now)?;
    tx.run_one(
        sql!(
            "update claim
                set status = 'submitted', submitted_at = $1, submitted_by = $2, receipt = $3,
                    version = version + 1
              where id = $4
                and version = $5"
        ),
        args![by.now, &by.actor.name, &receipt, &stored.id, stored.version],
    )?;
    let after =
        Submitted { month, receipt: receipt.clone(), count: stored.count, amount: stored.amount };
    by.journal(tx, &venue.id, &Event::Submitted { after }, None)?;
    let due = rules::claim::billing(month, time::date(by.now), &by.masters.holidays).due;
    let told = mails::claim::Submitted {
        venue: venue.id.clone(),
        venue_name: (&venue.name).into(),
        month,
        receipt,
        count: stored.count,
        amount: stored.amount,
        due,
    };
    venue::tell(by, tx, told)?;
    Ok(())
}

/// Whether a venue may take a submitted claim back: no destination has taken its part yet.
pub fn may_be_withdrawn(parts: &[Part]) -> bool {
    parts.iter().all(|part| part.status == PartStatus::Submitted)
}

/// Makes a submitted claim a draft again. What a destination has taken can't be taken back by the
/// venue alone.
pub fn withdraw(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    month: Month,
    stored: &Stored,
    reason: &str,
) -> Result<(), Refused<Refusal>> {
    if !may_be_withdrawn(&parts_of_claim(tx, &stored.id)?) {
        return Err(Refused::ByRule(Refusal::Taken));
    }
    tx.run(sql!("delete from claim_part where claim_id = $1"), args![&stored.id])?;
    tx.run_one(
        sql!(
            "update claim
                set status = 'draft', submitted_at = null, submitted_by = null,
                    version = version + 1
              where id = $1
                and version = $2
                and status = 'submitted'"
        ),
        args![&stored.id, stored.version],
    )?;
    let withdrawn = Event::Withdrawn {
        before: Received { receipt: stored.receipt.clone() },
        after: OfMonth { month },
    };
    by.journal(tx, venue, &withdrawn, Some(reason))?;
    Ok(())
}
