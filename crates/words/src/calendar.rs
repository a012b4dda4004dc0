//! Sentences of [`rules::calendar`].

use rules::calendar::{CalendarFault, GeneratorRefusal};

use crate::Sentence;

impl Sentence for CalendarFault {
    fn sentence(&self) -> String {
        match self {
            CalendarFault::Empty => "the calendar has no change point".into(),
            CalendarFault::Order(point) => {
                format!("the change point {point} is not later than the one before it")
            }
            CalendarFault::Cycle(point) => format!(
                "the change point {point}: a cycle belongs to an allocation, and to nothing else"
            ),
        }
    }
}

impl Sentence for GeneratorRefusal {
    fn sentence(&self) -> String {
        match self {
            GeneratorRefusal::NotTuesday(day) => {
                format!("entry closes on Tuesdays; {day} is not a Tuesday")
            }
            GeneratorRefusal::Weeks(weeks) => {
                format!("between 1 and 200 weeks can be written, not {weeks}")
            }
            GeneratorRefusal::NoSuchClose(day) => {
                format!("no window of this calendar closes on {day}")
            }
            GeneratorRefusal::CycleTwice(cycle) => format!("cycle {cycle} is named twice"),
        }
    }
}
