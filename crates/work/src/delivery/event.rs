//! What the journal is told of a shipment.

use jiff::civil::Date;
use platform::events;
use rules::delivery::TimeBand;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of a shipment (its id). The planted small world tells it of the
    /// venue.
    pub enum Event of "shipment" {
        /// A date was registered, the first one or another.
        "delivery.schedule" => Scheduled { before: Option<When>, after: Scheduled },
        /// It left the wholesaler.
        "delivery.ship" => Shipped { after: OfCycle },
        /// The wholesaler's own record of what it handed over.
        "delivery.deliver" => Delivered { before: Boxes, after: Delivered },
        /// The venue's record of what came: what was to come, and what did.
        "delivery.receive" => Received { before: Amounts, after: Received },
        /// A file of orders was taken back.
        "delivery.undo" => TakenBack { before: When, after: TakenBack },
    }
}

/// When it is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub date: Option<Date>,
    pub band: Option<TimeBand>,
}

/// When it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    pub cycle: u32,
    pub date: Date,
    pub band: TimeBand,
}

/// For which cycle it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCycle {
    pub cycle: u32,
}

/// How much was to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boxes {
    pub boxes: u32,
}

/// How much was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub cycle: u32,
    pub boxes: u32,
}

/// How much was to come, needles and syringes too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    pub boxes: u32,
    pub needle_boxes: u32,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub cycle: u32,
    pub boxes: u32,
    pub needle_boxes: u32,
    /// The day on which it came, where it is recorded later than that.
    pub received_on: Option<Date>,
}

/// When it is to come again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    pub date: Option<Date>,
    /// Id of the file that was taken back.
    pub import: String,
}
