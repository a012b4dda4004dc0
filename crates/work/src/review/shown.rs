//! Cross-checks as a person reads them.

use rules::review::{CrossCheck, Numbers, cross_checks};
use serde::Serialize;
use words::Sentence;

/// One number held against another, with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownCheck {
    pub title: &'static str,
    pub sentence: String,
    pub holds: bool,
}

impl ShownCheck {
    /// The cross-checks of these numbers.
    pub fn all(numbers: &Numbers<'_>) -> Vec<ShownCheck> {
        let shown = |check: CrossCheck| ShownCheck {
            title: words::review::title(&check.compared),
            sentence: check.compared.sentence(),
            holds: check.holds,
        };
        cross_checks(numbers).into_iter().map(shown).collect()
    }
}
