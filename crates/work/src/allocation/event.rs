//! What the journal is told of trials and of the amounts that they decide.

use platform::events;
use serde::{Deserialize, Serialize};

use super::{Conditions, RunId, State};

events! {
    /// What the journal is told of a trial (its id).
    pub enum RunEvent of "allocation_run" {
        /// It was worked out.
        "allocation.try" => Tried { after: Tried },
        /// It was stopped before it was worked out.
        "allocation.cancel" => Cancelled { before: Stood, after: Stood },
        /// From now on the cycle is decided.
        "allocation.approve" => Approved { after: Approved },
    }
}

events! {
    /// What the journal is told of one amount (`v-…:c2`, the venue and the cycle): a chain of its
    /// own, because an amount is fixed once.
    pub enum AmountEvent of "allocation" {
        "allocation.fix" => Fixed { before: Asked, after: Amount },
    }
}

/// A trial that was worked out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub cycle: u32,
    /// Boxes that there are.
    pub supply: i64,
    /// Of all that it says.
    pub digest: Option<String>,
    /// Boxes.
    pub allocated: u64,
    /// None where they can't be read.
    pub conditions: Option<Conditions>,
}

/// How a trial stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub state: State,
}

/// A trial that was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    pub cycle: u32,
    /// Of what it was worked out with.
    pub fingerprint: String,
    /// Of all that it says.
    pub digest: Option<String>,
}

/// What a venue had asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Boxes.
    pub requested: i64,
}

/// What a venue gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    pub cycle: u32,
    pub boxes: i64,
    pub needle_boxes: i64,
    /// The trial.
    pub run: RunId,
}
