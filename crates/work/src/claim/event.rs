//! What the journal is told of a venue's claims, and of what their destinations do with them.

use platform::events;
use rules::claim::Sum;
use rules::time::Month;
use serde::{Deserialize, Serialize};

use super::{PartStatus, Row};

events! {
    /// What the journal is told of a venue's claims (the venue's id).
    pub enum Event of "venue" {
        /// A draft was saved: its rows before, and all of it now.
        "claim.save" => Saved { before: Option<Vec<Row>>, after: Saved },
        "claim.submit" => Submitted { after: Submitted },
        /// A submitted claim is a draft again.
        "claim.withdraw" => Withdrawn { before: Received, after: OfMonth },
        /// One of its papers was made, or all of them.
        "claim.print" => Printed { after: Printed },
        /// The account into which the venue is paid.
        "claim.account" => AccountSaved { after: Account },
        /// A destination has the papers of its part.
        "bill.receive" => PartReceived { before: Stood, after: Handled },
        "bill.decide" => PartDecided { before: Stood, after: Handled },
        /// The whole part came back.
        "bill.return" => PartReturned { before: Stood, after: Handled },
    }
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Of service.
    pub month: Month,
    pub rows: Vec<Row>,
    /// Of all rows.
    pub total: Sum,
    /// How it came to be, where nobody typed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
}

/// A claim that was submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// Of service.
    pub month: Month,
    pub receipt: String,
    /// Claimed cases.
    pub count: i64,
    /// Yen.
    pub amount: i64,
}

/// Under which number it had been received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub receipt: Option<String>,
}

/// Which claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfMonth {
    /// Of service.
    pub month: Month,
}

/// Which paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Of service.
    pub month: Month,
    /// As its address names it, such as `summary-0`.
    pub paper: String,
}

/// A bank account, of whose number only the end is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub bank: String,
    pub branch: String,
    pub number: String,
}

/// How a part stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub status: PartStatus,
}

/// What a destination did with its part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// Of service.
    pub month: Month,
    /// Key of the destination.
    pub destination: String,
    /// From now on.
    pub status: PartStatus,
    /// Cases that are paid, where that was decided.
    pub count: Option<i64>,
    /// Yen that are paid, where that was decided.
    pub amount: Option<i64>,
    /// Cases that came back, where that was decided.
    pub returned: Option<u32>,
}
