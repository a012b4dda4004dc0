//! What came back of earlier months and stands in the claim of a month: it is put in once, and none
//! of it is lost without a word.

use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::claim::{Counts, Held, Refusal, held};
use rules::time::Month;

use super::{Part, Row, add, parts_of_venue};
use crate::Refused;

/// What came back of a part goes into the claim of a month.
pub fn merge(tx: &mut Tx<'_>, part: &Part, month: Month) -> Result<(), Refused<Refusal>> {
    if !part.waits_for_correction() {
        return Err(Refused::ByRule(Refusal::MergedAlready));
    }
    tx.run_one(
        sql!(
            "update claim_part
                set merged_into = $1, version = version + 1
              where claim_id = $2
                and destination = $3
                and version = $4"
        ),
        args![month.to_string(), &part.claim_id, &part.destination, part.version],
    )?;
    Ok(())
}

/// The parts that came back and stand in the claim of a month.
pub fn merged_into(tx: &mut Tx<'_>, venue: &str, month: Month) -> Result<Vec<Part>, Failure> {
    let month = month.to_string();
    let parts = parts_of_venue(tx, venue)?.into_iter();
    Ok(parts.filter(|p| p.merged_into.as_deref() == Some(month.as_str())).collect())
}

impl Part {
    /// What came back of it.
    pub fn returned(&self) -> &[Row] {
        self.returned_rows.as_ref().map_or(&[], |rows| &rows.0)
    }
}

/// What of a month's claim came back, where a new content of the claim holds less of it.
#[derive(Debug, Default)]
pub struct Lessened {
    /// The parts of which some may be lost.
    pub parts: Vec<Part>,
    /// Every count that holds something of these parts, with the municipality of its row.
    pub counts: Vec<(String, Held)>,
}

/// Looks at what a new content makes of what came back.
pub fn lessened(parts: Vec<Part>, before: &[Row], after: &[Row]) -> Lessened {
    let of = |rows: &[Row], row: &Row| -> Counts {
        let same = |r: &&Row| {
            r.municipality == row.municipality && r.recipient_class == row.recipient_class
        };
        rows.iter().find(same).map(|r| r.counts).unwrap_or_default()
    };
    let counts_of = |row: &Row| held(&row.counts, &of(before, row), &of(after, row));
    let falls = |part: &Part| part.returned().iter().any(|row| counts_of(row).any(Held::falls));
    let parts: Vec<Part> = parts.into_iter().filter(falls).collect();
    let mut together: Vec<Row> = Vec::new();
    let returned = parts.iter().flat_map(|part| part.returned().to_vec());
    returned.for_each(|row| add(&mut together, row));
    let counts = together
        .iter()
        .flat_map(|row| counts_of(row).map(|held| (row.municipality.clone(), held)))
        .collect();
    Lessened { parts, counts }
}

/// Takes what came back out of the claim that it was put into, so that it waits again.
///
/// # Errors
/// [`Failure::Stale`], where a part has changed since it was read.
pub fn take_out(tx: &mut Tx<'_>, parts: &[Part]) -> Result<(), Failure> {
    for part in parts {
        tx.run_one(
            sql!(
                "update claim_part
                    set merged_into = null, version = version + 1
                  where claim_id = $1
                    and destination = $2
                    and version = $3"
            ),
            args![&part.claim_id, &part.destination, part.version],
        )?;
    }
    Ok(())
}
