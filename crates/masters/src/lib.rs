//! The country: what the rules work with on a day. Data files with periods of validity, the changes
//! to them that were approved, and what the service desk knows.

pub mod changes;
pub mod far;
pub mod kinds;
pub mod knowledge;
pub mod laid;
mod load;
mod words;

use platform::texts::Lang;

pub use load::{FacilityClass, Federation, Masters, ReviewReason, RuleSet, Source, Wholesaler};

impl Masters {
    /// A sentence of the catalogue with its values at their places, in the language of the rules.
    pub fn said(&self, key: &str, values: &[(&str, String)]) -> String {
        let sentence = self.texts.say(Lang::Ja, key).to_string();
        values.iter().fold(sentence, |said, (place, value)| said.replace(place, value))
    }
}
