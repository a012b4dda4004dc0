//! The only place that looks at the clock. Everything else is given the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The time, as a value that is passed around.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The machine's clock.
    Machine,
    /// The machine's clock, shifted; the demo bar moves it. Microseconds.
    Shifted(AtomicI64),
    /// Stands still until it is moved. Microseconds since 1970.
    Fixed(AtomicI64),
}

#[allow(clippy::disallowed_methods, reason = "this is the door through which the time comes in")]
fn machine() -> Timestamp {
    Timestamp::now()
}

impl Clock {
    pub fn machine() -> Clock {
        Clock(Arc::new(Kind::Machine))
    }
    /// Runs on from `start`.
    pub fn starting_at(start: Timestamp) -> Clock {
        Clock(Arc::new(Kind::Shifted(AtomicI64::new(
            start.as_microsecond() - machine().as_microsecond(),
        ))))
    }
    /// Stands still at `at`.
    pub fn fixed(at: Timestamp) -> Clock {
        Clock(Arc::new(Kind::Fixed(AtomicI64::new(at.as_microsecond()))))
    }

    /// Now, to the microsecond (the finest that both engines store).
    pub fn now(&self) -> Timestamp {
        let micros = match &*self.0 {
            Kind::Machine => machine().as_microsecond(),
            Kind::Shifted(by) => machine().as_microsecond() + by.load(Ordering::Relaxed),
            Kind::Fixed(at) => at.load(Ordering::Relaxed),
        };
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// Moves a demo's or a test's clock; the machine's own clock isn't ours to move.
    pub fn set(&self, to: Timestamp) {
        match &*self.0 {
            Kind::Machine => {}
            Kind::Shifted(by) => {
                by.store(to.as_microsecond() - machine().as_microsecond(), Ordering::Relaxed)
            }
            Kind::Fixed(at) => at.store(to.as_microsecond(), Ordering::Relaxed),
        }
    }
}
