//! Announcements of the ministry.

/// Why nothing is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The same stands there already, or will.
    #[error("同じ内容のお知らせが掲載中か予約中です。新しいお知らせは載せていません")]
    Twin,
}
