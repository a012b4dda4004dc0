//! Findings as a person reads them.

use rules::application::{Answers, Finding, findings};
use rules::programme::Programme;
use serde::Serialize;
use words::Sentence;

/// Something that the checks found, with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownFinding {
    /// The key of the field that it concerns.
    pub field: &'static str,
    pub section: &'static str,
    pub sentence: String,
    /// An error stops the application; a warning doesn't.
    pub stops: bool,
}

impl ShownFinding {
    /// One finding.
    pub fn of(found: Finding) -> ShownFinding {
        let sentence = found.sentence();
        ShownFinding { field: found.field, section: found.section, sentence, stops: found.stops }
    }
    /// All that the checks find about the answers; errors first.
    pub fn all(answers: &Answers, programme: &Programme) -> Vec<ShownFinding> {
        findings(answers, programme).into_iter().map(ShownFinding::of).collect()
    }
}
