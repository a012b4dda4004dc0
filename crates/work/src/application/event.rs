//! What the journal is told of an application.

use platform::events;
use rules::application::{Answers, State};
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of an application (its id).
    pub enum Event of "application" {
        "application.begin" => Begun { after: Begun },
        /// Answers changed: those that were others, and what they are now.
        "application.save" => Saved { before: Answers, after: Answers },
        "application.submit" => Submitted { before: State, after: State },
        /// With comments at fields.
        "application.return" => Returned { before: State, after: State },
        "application.confirm" => Confirmed { before: State, after: State },
        "application.withdraw" => Withdrawn { before: State, after: State },
        /// A code was made for its venue.
        "application.issue_code" => CodeIssued { after: Code },
    }
}

/// An application that somebody began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    pub number: String,
    /// Of whoever began it.
    pub mail: String,
}

/// The code of a venue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Ten digits.
    pub code: String,
}
