//! 計画の確認: what prefectures say before the ministry decides.

mod commands;
pub mod event;
mod queue;
mod shown;

pub use commands::*;
pub use event::Event;
pub use queue::*;
pub use shown::ShownCheck;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql, words};

words! {
    /// Of what a prefecture remarks something.
    pub enum Remarkable in remark.record_kind {
        /// A plan of a venue.
        Plan = "plan",
        Application = "application",
    }
}

row! {
    /// What a prefecture says about a plan or an application.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Remark {
        /// Of which version of the plan; 0 for an application.
        pub number: i64,
        pub name: String,
        pub concern: bool,
        pub text: String,
        pub at: Timestamp,
        pub scope: String,
    }
}

/// What was said about a record, newest first, 20 at most.
pub fn remarks(tx: &mut Tx<'_>, kind: Remarkable, id: &str) -> Result<Vec<Remark>, Failure> {
    tx.all(
        sql!(
            "select number, name, concern, text, at, scope_id
               from remark
              where record_kind = $1
                and record_id = $2
              order by at desc, id
              limit 20"
        ),
        args![kind, id],
    )
}
