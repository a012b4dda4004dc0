//! 受付, 決定, 返戻: what a federation or a municipality does with its part of a claim.

use jiff::civil::Date;
use mails::claim::Back;
use platform::db::{Failure, Tx};
use platform::english;
use platform::value::Json;
use platform::{args, sql};
use rules::claim::Refusal;
use rules::time::Month;

use super::event::{Handled, Stood};
use super::{Event, Part, PartStatus, Row, Stored, total, yen};
use crate::venue::VenueHead;
use crate::{Caller, Refused, venue};

/// A part of a claim on the desk of its destination.
pub struct AtDesk<'d> {
    pub claim: &'d Stored,
    pub part: &'d Part,
    pub venue: &'d VenueHead,
    pub month: Month,
    /// The destination's name.
    pub desk: &'d str,
}

/// What is paid of a part and what goes back.
pub struct Decision {
    pub decided: Vec<Row>,
    pub returned: Vec<Row>,
    /// What goes back of each row that has something returned.
    pub back: Vec<Back>,
}

impl Part {
    /// Whether its papers may be taken in.
    pub fn may_be_received(&self) -> bool {
        self.status == PartStatus::Submitted
    }
    /// Whether it may be decided.
    pub fn may_be_decided(&self) -> bool {
        matches!(self.status, PartStatus::Submitted | PartStatus::Received)
    }
    /// Whether all of it may go back.
    pub fn may_be_returned(&self) -> bool {
        !matches!(self.status, PartStatus::Decided | PartStatus::Returned)
    }
}

/// The papers came. `reason` may be empty.
pub fn take(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    at: &AtDesk<'_>,
    reason: &str,
) -> Result<(), Refused<Refusal>> {
    let part = at.part;
    if !part.may_be_received() {
        return Err(Refused::ByRule(Refusal::GoneOn));
    }
    tx.run_one(
        sql!(
            "update claim_part
                set status = 'received', received_at = $1, handled_by = $2,
                    version = version + 1
              where claim_id = $3
                and destination = $4
                and version = $5"
        ),
        args![by.now, &by.actor.name, &part.claim_id, &part.destination, part.version],
    )?;
    let (before, after) = at.handled(PartStatus::Received);
    say(by, tx, &Event::PartReceived { before, after }, at.venue, reason)?;
    Ok(venue::tell(by, tx, mails::claim::Received { part: at.told() })?)
}

/// 決定件数 and 決定金額 are computed from what isn't returned.
pub fn decide(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    at: &AtDesk<'_>,
    decision: &Decision,
    pays: Option<Date>,
    reason: &str,
) -> Result<(), Refused<Refusal>> {
    let part = at.part;
    if !part.may_be_decided() {
        return Err(Refused::ByRule(Refusal::GoneOn));
    }
    let Decision { decided, returned, back: back_by_row } = decision;
    if decided.iter().all(|r| r.counts.total() == 0) {
        return Err(Refused::ByRule(Refusal::AllReturned));
    }
    let total = total(by.masters, at.month, decided).map_err(Refused::ByRule)?;
    let (count, amount) = (i64::from(total.count), yen(total)?);
    let back: u32 = returned.iter().map(|r| r.counts.total()).sum();
    let sentences = back_by_row.iter().map(Back::say).collect::<Vec<_>>().join("\n");
    tx.run_one(
        sql!(
            "update claim_part
                set status = 'decided', received_at = coalesce(received_at, $1),
                    decided_at = $1, decided_count = $2, decided_amount = $3, reason = $4,
                    returned_rows = $5, pays_on = $6, handled_by = $7, version = version + 1
              where claim_id = $8
                and destination = $9
                and version = $10"
        ),
        args![
            by.now,
            count,
            amount,
            (!sentences.is_empty()).then(|| english::unmarked(&sentences)),
            (!returned.is_empty()).then_some(Json(returned)),
            pays,
            &by.actor.name,
            &part.claim_id,
            &part.destination,
            part.version
        ],
    )?;
    let (before, after) = at.handled(PartStatus::Decided);
    let after = Handled { count: Some(count), amount: Some(amount), returned: Some(back), ..after };
    say(by, tx, &Event::PartDecided { before, after }, at.venue, reason)?;
    let back = back_by_row.clone();
    let told = mails::claim::Decided { part: at.told(), count, amount, pays_on: pays, back };
    Ok(venue::tell(by, tx, told)?)
}

/// 返戻 of the whole: `rows` are all that the destination got.
pub fn send_back(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    at: &AtDesk<'_>,
    rows: &[Row],
    reason: &str,
) -> Result<(), Refused<Refusal>> {
    let part = at.part;
    if !part.may_be_returned() {
        return Err(Refused::ByRule(Refusal::GoneOn));
    }
    if reason.is_empty() {
        return Err(Refused::ByRule(Refusal::ReturnedWithoutReason));
    }
    tx.run_one(
        sql!(
            "update claim_part
                set status = 'returned', received_at = coalesce(received_at, $1),
                    reason = $2, returned_rows = $3, handled_by = $4, version = version + 1
              where claim_id = $5
                and destination = $6
                and version = $7"
        ),
        args![
            by.now,
            reason,
            Json(rows),
            &by.actor.name,
            &part.claim_id,
            &part.destination,
            part.version
        ],
    )?;
    let (before, after) = at.handled(PartStatus::Returned);
    say(by, tx, &Event::PartReturned { before, after }, at.venue, reason)?;
    let told = mails::claim::Returned { part: at.told(), reason: reason.into() };
    Ok(venue::tell(by, tx, told)?)
}

impl AtDesk<'_> {
    /// As its mails name the part.
    fn told(&self) -> mails::claim::Part {
        mails::claim::Part {
            venue: self.venue.id.clone(),
            venue_name: (&self.venue.name).into(),
            month: self.month,
            receipt: self.claim.receipt.clone().unwrap_or_default(),
            desk: self.desk.into(),
        }
    }
    /// How the part stood, and how it stands with a status.
    fn handled(&self, status: PartStatus) -> (Stood, Handled) {
        let after = Handled {
            month: self.month,
            destination: self.part.destination.clone(),
            status,
            count: None,
            amount: None,
            returned: None,
        };
        (Stood { status: self.part.status }, after)
    }
}

/// The journal's row; `reason` may be empty.
fn say(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    event: &Event,
    venue: &VenueHead,
    reason: &str,
) -> Result<(), Failure> {
    by.journal(tx, &venue.id, event, Some(reason).filter(|r| !r.is_empty()))
}
