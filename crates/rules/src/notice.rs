//! Announcements of the ministry.

/// Why nothing is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The same stands there already, or will.
    Twin,
}
