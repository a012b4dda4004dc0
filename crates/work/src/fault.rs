//! Why a command did nothing.

use platform::db::{Abort, Failure};

/// Why something wasn't read or done; whoever asked says so in his own way (a page again, a status,
/// a line).
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
            Fault::NotFound => None,
        }
    }
}

/// Why a command did nothing, where a rule `R` may have refused it.
#[derive(Debug)]
pub enum Refused<R> {
    ByRule(R),
    /// There is no such record.
    NotFound,
    /// The database's, among them [`Failure::Stale`]: somebody else has changed the record since.
    Database(Failure),
}

impl<R> Refused<R> {
    /// As whoever asked says it: `by_rule` makes his own words of the rule's refusal.
    pub fn told<E: From<Fault>>(self, by_rule: impl FnOnce(R) -> E) -> E {
        match self {
            Refused::ByRule(refusal) => by_rule(refusal),
            Refused::NotFound => Fault::NotFound.into(),
            Refused::Database(failure) => Fault::Database(failure).into(),
        }
    }
    /// The same, with the rule's refusal seen as part of another one.
    pub fn map<S>(self, as_part_of: impl FnOnce(R) -> S) -> Refused<S> {
        match self {
            Refused::ByRule(refusal) => Refused::ByRule(as_part_of(refusal)),
            Refused::NotFound => Refused::NotFound,
            Refused::Database(failure) => Refused::Database(failure),
        }
    }
}

impl<R> From<Failure> for Refused<R> {
    fn from(failure: Failure) -> Refused<R> {
        Refused::Database(failure)
    }
}

impl<R> From<Fault> for Refused<R> {
    fn from(fault: Fault) -> Refused<R> {
        match fault {
            Fault::NotFound => Refused::NotFound,
            Fault::Database(failure) => Refused::Database(failure),
        }
    }
}

impl<R: Send + 'static> Abort for Refused<R> {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Refused::Database(failure) => Some(failure),
            _ => None,
        }
    }
}
