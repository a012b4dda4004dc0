//! Why a command did nothing.

use platform::db::{Abort, Failure};

/// Why a command did nothing; whoever gave it says so in his own way (a page again, a status, a line).
#[derive(Debug)]
pub enum Fault {
    /// There is no such record.
    NotFound,
    Database(Failure),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Fault {
        Fault::Database(failure)
    }
}

impl Abort for Fault {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Fault::Database(failure) => Some(failure),
            _ => None,
        }
    }
}
