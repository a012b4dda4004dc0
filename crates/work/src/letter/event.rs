//! What the journal is told of a letter.

use platform::events;
use rules::letter::{Letter, Status};
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of a letter (its id).
    pub enum Event of "letter" {
        "letter.make" => Made { after: Made },
        "letter.download" => Downloaded { after: Numbered },
        /// The municipality has it.
        "letter.receive" => Received { before: Stood, after: Numbered },
        "letter.send_back" => SentBack { before: Stood, after: Numbered },
        /// Somebody consented instead of sealing paper.
        "letter.consent" => Consented { after: Consented },
        /// A PDF of it came that was signed elsewhere.
        "letter.signed" => Signed { after: Signed },
        /// Another letter took its place: its number, and the other's.
        "letter.replace" => Replaced { before: Numbered, after: Numbered },
    }
}

/// A letter that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub number: String,
    /// The venue's id.
    pub venue: String,
    /// What is printed on it.
    pub content: Letter,
}

/// Which letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    pub number: String,
}

/// How a letter stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    pub status: Status,
}

/// What was agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consented {
    pub number: String,
    /// Of the letter's content: anybody can hold the paper against it.
    pub hash: Option<String>,
}

/// A file that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub number: String,
    /// Its name.
    pub file: String,
    /// Of its content as it is stored.
    pub hash: String,
}
