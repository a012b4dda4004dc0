//! What the journal is told: one typed event for each act on a record, declared beside the record's
//! commands by [`events!`](crate::events).
//!
//! The stored JSON of an act never changes: rows are hashed, and a past day reads them. Its shape
//! grows: a field that older rows lack is an `Option` or has a default; a side that older rows left
//! empty is an `Option`. An act that has been told in several ways has as many events, of which the
//! first that fits is read.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::db::Failure;

/// What one act did to a record, as the journal keeps it.
pub trait Event: Sized {
    /// The kind of the records in whose chains it stands, such as `venue`.
    const RECORD: &'static str;
    /// The act of each event, such as `plan.register`; twice where it has two shapes.
    const ACTS: &'static [&'static str];

    /// Its act.
    fn act(&self) -> &'static str;

    /// What stood before and what stands after, as they are stored.
    ///
    /// # Errors
    /// [`Failure::Broken`]: it can't be written as JSON.
    fn sides(&self) -> Result<Sides, Failure>;

    /// The event of a stored row.
    ///
    /// # Errors
    /// [`Unread::OtherAct`], where the act is none of these; [`Unread::Shape`], where what is stored
    /// isn't what the act tells.
    fn read(act: &str, before: &Side, after: &Side) -> Result<Self, Unread>;
}

/// Why a row isn't an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Its act is another record's.
    OtherAct,
    /// What is stored isn't what the act tells: why, for whoever mends it.
    Shape(String),
}

/// A side of a row as it is stored; nothing is `null`.
pub type Side = Value;

/// What stood before an act and what stands after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    pub before: Side,
    pub after: Side,
}

/// A side as it is stored.
///
/// # Errors
/// [`Failure::Broken`]: it can't be written as JSON.
pub fn side<T: Serialize>(told: &T) -> Result<Side, Failure> {
    serde_json::to_value(told)
        .map_err(|why| Failure::Broken(format!("the journal can't be told this: {why}")))
}

/// A stored side as what was told.
///
/// # Errors
/// [`Unread::Shape`].
pub fn told<'s, T: Deserialize<'s>>(stored: &'s Side) -> Result<T, Unread> {
    T::deserialize(stored).map_err(|why| Unread::Shape(why.to_string()))
}

/// One shape of an act; what it reads, or why it doesn't.
pub fn shape<E>(read: impl FnOnce() -> Result<E, Unread>) -> Result<E, Unread> {
    read()
}

/// Declares the events of a record: each with its act and its sides, of which either may be left
/// out where there is nothing.
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// /// Which cycle a shipment is for.
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// pub struct OfCycle {
///     pub cycle: u32,
/// }
///
/// platform::events! {
///     /// What the journal is told of a shipment.
///     pub enum Event of "shipment" {
///         /// It left the wholesaler.
///         "delivery.ship" => Shipped { after: OfCycle },
///     }
/// }
///
/// use platform::journal::Event as _;
/// let shipped = Event::Shipped { after: OfCycle { cycle: 2 } };
/// let sides = shipped.sides().unwrap();
/// assert_eq!((shipped.act(), sides.after.to_string()), ("delivery.ship", r#"{"cycle":2}"#.into()));
/// assert_eq!(Event::read("delivery.ship", &sides.before, &sides.after), Ok(shipped));
/// ```
#[macro_export]
macro_rules! events {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident of $record:literal {
            $(
                $(#[$told:meta])*
                $act:literal => $event:ident { $($side:ident: $shape:ty),* $(,)? }
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis enum $name { $( $(#[$told])* $event { $($side: $shape),* } ),* }

        impl $crate::journal::Event for $name {
            const RECORD: &'static str = $record;
            const ACTS: &'static [&'static str] = &[$($act),*];

            fn act(&self) -> &'static str {
                match self { $( $name::$event { .. } => $act ),* }
            }

            fn sides(&self) -> Result<$crate::journal::Sides, $crate::db::Failure> {
                #[allow(unused_mut, reason = "an event may have no side")]
                let mut sides = $crate::journal::Sides::default();
                match self {
                    $( $name::$event { $($side),* } => {
                        $( sides.$side = $crate::journal::event::side($side)?; )*
                    } )*
                }
                Ok(sides)
            }

            fn read(
                act: &str,
                before: &$crate::journal::Side,
                after: &$crate::journal::Side,
            ) -> Result<$name, $crate::journal::Unread> {
                struct Stored<'s> {
                    #[allow(dead_code, reason = "there may be no such side")]
                    before: &'s $crate::journal::Side,
                    #[allow(dead_code, reason = "there may be no such side")]
                    after: &'s $crate::journal::Side,
                }
                let stored = Stored { before, after };
                let mut unread = $crate::journal::Unread::OtherAct;
                $(
                    if act == $act {
                        let event = $crate::journal::event::shape(|| {
                            Ok($name::$event {
                                $($side: $crate::journal::event::told(stored.$side)?),*
                            })
                        });
                        match event {
                            Ok(event) => return Ok(event),
                            Err(why) => unread = why,
                        }
                    }
                )*
                Err(unread)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Event as _;
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Boxes {
        boxes: u32,
        /// Older rows lack it.
        note: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Vials {
        vials: i64,
    }

    crate::events! {
        /// Of a freezer.
        enum Event of "freezer" {
            /// Filled.
            "freezer.fill" => Filled { before: Option<Boxes>, after: Boxes },
            /// The same act, told otherwise.
            "freezer.fill" => Poured { after: Vials },
            /// Emptied.
            "freezer.empty" => Emptied { before: Boxes },
            /// Opened.
            "freezer.open" => Opened {},
        }
    }

    #[test]
    fn an_event_is_stored_as_json_and_read_again() {
        let boxes = |boxes| Boxes { boxes, note: Some("x".into()) };
        for (event, act, before, after) in [
            (
                Event::Filled { before: None, after: boxes(3) },
                "freezer.fill",
                json!(null),
                json!({"boxes": 3, "note": "x"}),
            ),
            (
                Event::Poured { after: Vials { vials: -2 } },
                "freezer.fill",
                json!(null),
                json!({"vials": -2}),
            ),
            (
                Event::Emptied { before: boxes(3) },
                "freezer.empty",
                json!({"boxes": 3, "note": "x"}),
                json!(null),
            ),
            (Event::Opened {}, "freezer.open", json!(null), json!(null)),
        ] {
            let sides = event.sides().unwrap();
            assert_eq!((event.act(), &sides.before, &sides.after), (act, &before, &after));
            assert_eq!(Event::read(act, &before, &after), Ok(event));
        }
        assert_eq!(Event::ACTS, ["freezer.fill", "freezer.fill", "freezer.empty", "freezer.open"]);
    }

    #[test]
    fn an_older_row_is_read_and_what_is_no_event_says_why() {
        let older = Event::read("freezer.fill", &json!({"boxes": 1}), &json!({"boxes": 2}));
        let plain = |boxes| Boxes { boxes, note: None };
        assert_eq!(older, Ok(Event::Filled { before: Some(plain(1)), after: plain(2) }));
        assert_eq!(Event::read("venue.edit", &json!({}), &json!({})), Err(Unread::OtherAct));
        let broken = Event::read("freezer.empty", &json!({"boxes": "many"}), &json!(null));
        assert!(matches!(broken, Err(Unread::Shape(_))), "{broken:?}");
    }
}
