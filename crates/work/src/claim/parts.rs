//! What each destination did with its part of a claim.

use jiff::Timestamp;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::{args, row, sql, words};
use rules::claim::Refusal;
use rules::time::Month;

use super::{ClaimId, Destination, KeptRows, Stored, total, yen};
use crate::venue::VenueHead;
use crate::{Fault, Refused};

row! {
    /// What a destination did with its part.
    #[derive(Clone, Debug)]
    pub struct Part {
        pub claim_id: ClaimId,
        pub destination: String,
        pub venue_id: String,
        pub service_month: String,
        pub count: i64,
        pub amount: i64,
        pub submitted_at: Timestamp,
        pub status: PartStatus,
        pub received_at: Option<Timestamp>,
        pub decided_count: Option<i64>,
        pub decided_amount: Option<i64>,
        pub decided_at: Option<Timestamp>,
        pub reason: Option<String>,
        pub returned_rows: Option<KeptRows>,
        pub merged_into: Option<String>,
        pub pays_on: Option<jiff::civil::Date>,
        pub handled_by: Option<String>,
        pub version: i64,
    }
}

words! {
    /// What a destination did with its part so far.
    pub enum PartStatus in claim_part.status {
        /// Made and shown to its desk; whether its papers came, only the desk knows.
        Submitted = "submitted",
        Received = "received",
        Decided = "decided",
        Returned = "returned",
    }
}

impl PartStatus {
    /// Word and tone.
    pub const fn said(self) -> (&'static str, &'static str) {
        match self {
            PartStatus::Submitted => ("作成済", "wait"),
            PartStatus::Received => ("受付済", "info"),
            PartStatus::Decided => ("決定", "ok"),
            PartStatus::Returned => ("返戻", "bad"),
        }
    }
}

impl Part {
    /// Word and tone.
    pub fn status(&self) -> (&'static str, &'static str) {
        match self.returned_rows {
            Some(_) if self.status == PartStatus::Decided => ("決定（一部返戻）", "act"),
            _ => self.status.said(),
        }
    }
    /// Whether rows came back that aren't in any claim yet.
    pub fn waits_for_correction(&self) -> bool {
        self.returned_rows.is_some() && self.merged_into.is_none()
    }
}

macro_rules! parts {
    ($which:literal) => {
        sql!(concat!(
            "select claim_id, destination, venue_id, service_month, count, amount, submitted_at,
                    status, received_at, decided_count, decided_amount, decided_at, reason,
                    returned_rows, merged_into, pays_on, handled_by, version
               from claim_part ",
            $which
        ))
    };
}

/// The part of a claim that goes to a destination.
pub fn part(tx: &mut Tx<'_>, claim: &ClaimId, destination: &str) -> Result<Part, Fault> {
    tx.first(parts!("where claim_id = $1 and destination = $2"), args![claim, destination])?
        .ok_or(Fault::NotFound)
}

/// All parts of a claim.
pub fn parts_of_claim(tx: &mut Tx<'_>, claim: &ClaimId) -> Result<Vec<Part>, Failure> {
    tx.all(parts!("where claim_id = $1 order by destination"), args![claim])
}

/// All parts of a venue's claims, the latest month first.
pub fn parts_of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Part>, Failure> {
    tx.all(parts!("where venue_id = $1 order by service_month desc, destination"), args![venue])
}

/// One part a destination, as the claim is submitted.
pub fn submit_parts(
    tx: &mut Tx<'_>,
    masters: &Masters,
    claim: &Stored,
    venue: &VenueHead,
    month: Month,
    to: &[Destination],
    now: Timestamp,
) -> Result<(), Refused<Refusal>> {
    for destination in to {
        let total = total(masters, month, &destination.rows).map_err(Refused::ByRule)?;
        let amount = yen(total)?;
        tx.run(
            sql!(
                "insert into claim_part
                             (claim_id, destination, venue_id, service_month, count, amount,
                              submitted_at, status)
                 values ($1, $2, $3, $4, $5, $6, $7, 'submitted')"
            ),
            args![
                &claim.id,
                &destination.key,
                &venue.id,
                month.to_string(),
                total.count,
                amount,
                now
            ],
        )?;
    }
    Ok(())
}
