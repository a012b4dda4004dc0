//! What the journal is told of a venue's ledger, of lots, and of what venues give each other.

use jiff::civil::Date;
use platform::events;
use rules::stock::Kind;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of a venue's ledger (the venue's id). A movement is told in four
    /// ways, by who wrote it.
    pub enum Event of "venue" {
        /// Vials of a lot came in.
        "stock.receive" => Received { after: Received },
        /// Somebody wrote a movement by hand.
        "stock.move" => Moved { before: Stock, after: Moved },
        /// A report of results says that vials were used.
        "stock.move" => Reported { before: Stock, after: OfReport },
        /// A corrected report takes back what reports had written.
        "stock.move" => TakenBack { before: OfLot, after: OfReport },
        /// Records of persons say how many vials of a lot were used.
        "stock.move" => Recorded { before: Used, after: OfPersons },
    }
}

events! {
    /// What the journal is told of a lot (its number).
    pub enum LotEvent of "lot" {
        /// It came into the nation's list.
        "lot.enter" => Entered { after: Entered },
        /// Another expiry holds.
        "lot.expiry" => Dated { before: Expiry, after: Expiry },
        "lot.recall" => Recalled { after: Expiry },
    }
}

events! {
    /// What the journal is told of vials that a venue gives another one (the transfer's id).
    pub enum TransferEvent of "transfer" {
        "transfer.offer" => Offered { after: Offered },
        /// The giver takes the offer back.
        "transfer.withdraw" => Withdrawn { after: Numbered },
        /// How many were offered, and how many were taken.
        "transfer.accept" => Accepted { before: Vials, after: Taken },
        "transfer.decline" => Declined { before: Vials, after: Taken },
    }
}

impl LotEvent {
    /// Another expiry holds from now on.
    pub(super) fn dated(before: Date, after: Date) -> LotEvent {
        LotEvent::Dated { before: Expiry { expiry: before }, after: Expiry { expiry: after } }
    }
}

/// Vials that came into a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub lot: String,
    pub expiry: Date,
    pub vials: i64,
    /// The day on which they came.
    pub day: Date,
}

/// How much there was of a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    pub lot: String,
    /// Vials; none where the ledger doesn't know the lot.
    #[serde(deserialize_with = "Option::deserialize")]
    pub stock: Option<i64>,
}

/// A movement by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    pub kind: Kind,
    /// Without a sign, but for an adjustment.
    pub vials: i64,
    /// Vials that there are now.
    pub stock: i64,
}

/// A use that a report wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfReport {
    pub kind: Kind,
    /// Less than none: so many come back.
    pub vials: i64,
    pub lot: String,
    /// That it was a report.
    pub reason: String,
}

/// Which lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfLot {
    pub lot: String,
}

/// How much of a lot had been used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    pub lot: String,
    /// Vials.
    pub used: i64,
}

/// A use that records of persons wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfPersons {
    pub kind: Kind,
    /// Less than none: so many come back.
    pub vials: i64,
    /// Vials that have been used now.
    pub used: i64,
    /// That it was records of persons.
    pub reason: String,
}

/// A lot that came into the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub expiry: Date,
    /// Its product's code in trade; empty where nobody said one.
    #[serde(default)]
    pub gtin: String,
}

/// When a lot expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    pub expiry: Date,
}

/// Vials that a venue offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Of the transfer.
    pub number: String,
    /// Id of the venue that is to take them.
    pub to: String,
    pub lot: String,
    pub vials: i64,
}

/// Which transfer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    pub number: String,
}

/// How many vials were offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vials {
    pub vials: i64,
}

/// How many vials were taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Of the transfer.
    pub number: String,
    /// 0 where the offer was declined.
    pub vials: i64,
}
