//! What the journal is told of a venue's results and of its records of persons.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::events;
use rules::person::{self, Record};
use rules::results::Series;
use serde::{Deserialize, Serialize};

use super::persons::tail;

events! {
    /// What the journal is told of a venue's results (the venue's id).
    pub enum Event of "venue" {
        "results.report" => Reported { after: Reported },
        /// A table of records of persons was written.
        "persons.import" => Imported { after: Imported },
        /// A record of a person was corrected.
        "persons.correct" => Corrected { before: Side, after: Side },
        /// A table of records of persons was taken back.
        "persons.undo" => TakenBack { before: TakenBack },
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    pub as_of: Date,
    pub entries: BTreeMap<Series, Total>,
    /// Why vials were thrown away, where some were.
    pub waste: Option<Waste>,
    /// Who reports, as it is shown.
    pub by: Option<String>,
}

/// One series of a report, in its unit: doses or vials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Less than none in a correction.
    pub increase: i64,
    pub total: i64,
}

/// Vials that were thrown away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waste {
    /// Key of the reason.
    pub reason: String,
    /// Empty where nobody knows it.
    pub lot: String,
}

/// Records that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Id of the import.
    pub import: String,
    /// How many are new.
    pub records: usize,
    /// How many stored ones were corrected.
    pub corrected: usize,
    /// Doses that were reported with them.
    pub increase: i64,
}

/// Records that went with their import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Id of the import.
    pub import: String,
    pub records: u64,
}

/// One side of a correction: the end of the record's number, and what differs by its name in
/// [`person::differs`]. The whole line is a person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub record: String,
    #[serde(flatten)]
    pub differs: BTreeMap<String, String>,
}

impl Event {
    /// A record of a person was corrected.
    pub fn corrected(before: &Record, after: &Record) -> Event {
        let side = || Side { record: tail(&before.coupon.number), differs: BTreeMap::new() };
        let (mut was, mut is) = (side(), side());
        for (name, old, new) in person::differs(before, after) {
            was.differs.insert(name.into(), old);
            is.differs.insert(name.into(), new);
        }
        Event::Corrected { before: was, after: is }
    }
}
