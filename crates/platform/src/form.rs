//! What a person typed: names and values in the order in which they came.

use std::collections::BTreeMap;

use crate::db::Failure;

/// Whether a field's value holds anything that can be seen.
pub fn is_seen(value: &str) -> bool {
    use rules::input::{is_blank, is_invisible};
    value.chars().any(|c| !c.is_whitespace() && !is_blank(c) && !is_invisible(c))
}

/// A submitted form, or a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The value of a field; empty where it wasn't sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
    /// Whether a field was sent and holds anything that can be seen.
    pub fn has(&self, name: &str) -> bool {
        is_seen(self.get(name))
    }
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
    }
    /// The version that the form was made from must be the stored one.
    ///
    /// # Errors
    /// [`Failure::Stale`]: somebody was faster.
    pub fn expect_version(&self, stored: i64) -> Result<(), Failure> {
        if self.get("version") == stored.to_string() { Ok(()) } else { Err(Failure::Stale) }
    }
    /// Fields for a template: the last value of each name.
    pub fn map(&self) -> BTreeMap<String, String> {
        self.0.iter().cloned().collect()
    }
}
