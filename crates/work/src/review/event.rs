//! What the journal is told of the review of a plan, and of what prefectures remark.

use platform::events;
use rules::review::Status;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of the review of a venue's plan (the venue's id).
    pub enum Event of "venue" {
        /// It was decided on, or a decision was taken back.
        "plan.review" => Reviewed { before: Stood, after: Decided },
        /// An officer has it, or nobody any more.
        "plan.assign" => Assigned { after: Assigned },
        /// A prefecture remarked something; of an application, in the application's chain.
        "review.remark" => Remarked { after: Remark },
    }
}

/// How a registration stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub number: i64,
    pub review: Status,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub review: Status,
}

/// Who has a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    pub number: i64,
    /// The officer's name; none where nobody has it.
    pub to: Option<String>,
}

/// What was remarked; its words are the row's reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Which registration; 0 for an application.
    pub number: i64,
    pub concern: bool,
}
