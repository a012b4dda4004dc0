//! What came back of earlier months and would be less in a new content of a claim: what is asked
//! about it, and what is done then.

use masters::Masters;
use platform::db::{Failure, Tx};
use rules::application::grouped;
use rules::claim::{Held, slot_label};
use rules::time::Month;

use super::{Lessened, Part, Row, Stored, lessened, merged_into, place_name, take_out};
use crate::Refused;
use crate::venue::VenueHead;

impl Part {
    /// Its month of service, in words.
    pub fn said_month(&self) -> String {
        Month::parse(&self.service_month).map_or(self.service_month.clone(), Month::say)
    }

    /// How many shots and screenings came back of it.
    pub fn counted(&self) -> u64 {
        self.returned().iter().map(|row| u64::from(row.counts.total())).sum()
    }
}

/// What came back of a part, as the sentences have it.
fn of_part(part: &Part) -> [(&'static str, String); 2] {
    [("{month}", part.said_month()), ("{count}", grouped(part.counted()))]
}

/// A count of a municipality, as the sentences have it.
fn of_count(
    masters: &Masters,
    venue: &VenueHead,
    (place, held): &(String, Held),
) -> [(&'static str, String); 5] {
    [
        ("{place}", place_name(masters, venue, place)),
        ("{slot}", slot_label(held.slot)),
        ("{before}", grouped(held.before)),
        ("{after}", grouped(held.after)),
        ("{most}", grouped(held.without())),
    ]
}

/// What is said of parts that a whole table puts out of the claim.
pub fn put_out(masters: &Masters, parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| masters.said("claim.back.replaced", &of_part(part))).collect()
}

/// What is asked about it: which parts they are, and which counts fall.
pub fn questions(masters: &Masters, venue: &VenueHead, lessened: &Lessened) -> Vec<String> {
    let part = |part: &Part| masters.said("claim.back.part", &of_part(part));
    let fall =
        |count: &(String, Held)| masters.said("claim.back.fall", &of_count(masters, venue, count));
    let falling = lessened.counts.iter().filter(|(_, held)| held.falls());
    lessened.parts.iter().map(part).chain(falling.map(fall)).collect()
}

/// What somebody says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is corrected, and stays in this claim.
    Kept,
    /// It goes out of this claim, and waits again.
    Out,
}

impl Answer {
    /// As forms and other systems write it.
    pub fn from_key(key: &str) -> Option<Answer> {
        match key {
            "kept" => Some(Answer::Kept),
            "out" => Some(Answer::Out),
            _ => None,
        }
    }
}

/// What is asked before a new content of a claim takes some of what came back away.
#[derive(Debug)]
pub struct Asked {
    lessened: Lessened,
    /// Its sentences.
    pub questions: Vec<String>,
}

/// Nothing of what came back is lost by another content of the claim: it is asked about. None
/// where nothing of it would be less.
///
/// # Errors
/// The database's.
pub fn asked(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    (before, after): (Option<&Stored>, &[Row]),
) -> Result<Option<Asked>, Failure> {
    let before = before.map_or(&[][..], |claim| &claim.rows.0);
    let lessened = lessened(merged_into(tx, &venue.id, month)?, before, after);
    let questions = questions(masters, venue, &lessened);
    Ok((!lessened.parts.is_empty()).then_some(Asked { lessened, questions }))
}

impl Asked {
    /// Does what was answered, and says how the new content came to be.
    ///
    /// # Errors
    /// The sentences of what would stay of what goes out; [`Failure::Stale`].
    pub fn carry_out(
        self,
        masters: &Masters,
        tx: &mut Tx<'_>,
        venue: &VenueHead,
        answer: Answer,
    ) -> Result<&'static str, Refused<Vec<String>>> {
        if answer == Answer::Kept {
            return Ok("returned_kept");
        }
        let counts = self.lessened.counts.iter();
        let staying: Vec<String> = counts
            .filter(|(_, held)| held.after > held.without())
            .map(|count| masters.said("claim.back.stays", &of_count(masters, venue, count)))
            .collect();
        if !staying.is_empty() {
            return Err(Refused::ByRule(staying));
        }
        take_out(tx, &self.lessened.parts)?;
        Ok("returned_out")
    }
}
