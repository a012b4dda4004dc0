//! What is wrong with a form, said at its fields.

use platform::english;
use words::Sentence;

/// Sentences at fields, gathered while a form is read. An empty field name is a sentence about the
/// whole form.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<(String, String)>);

impl Errors {
    /// Says at a field what a rule refused, or a text. What it quotes of what was typed is told by
    /// its beginning.
    pub fn add(&mut self, field: impl Into<String>, what: impl Sentence) {
        self.0.push((field.into(), english::told(&what.sentence())));
    }
    /// Keeps the value, or says why there is none.
    pub fn take<T, E: Sentence>(&mut self, field: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|e| self.add(field, e)).ok()
    }
    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
