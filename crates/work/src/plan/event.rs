//! What the journal is told of a venue's plan.

use platform::events;
use rules::plan::Lines;
use rules::review::Status;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of a venue's plan (the venue's id). Lines are by cycle, in boxes.
    pub enum Event of "venue" {
        /// Before: the registration on which the wish was begun; rows of a planted country lack it.
        "plan.register" => Registered { before: Option<Base>, after: Registered },
        /// The draft was written, over another one where there was one.
        "plan.draft" => Drafted { before: Option<Lines>, after: Lines },
        /// The draft was thrown away.
        "plan.discard" => Discarded { before: Lines },
    }
}

/// The registration before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// 0 where there was none.
    pub number: i64,
    pub lines: Lines,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    pub number: i64,
    pub receipt: String,
    pub lines: Lines,
    /// Whether it was confirmed by itself; rows of a planted country lack it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Status>,
}
