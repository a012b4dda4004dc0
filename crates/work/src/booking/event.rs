//! What the journal is told of slots and of bookings.

use jiff::civil::Date;
use platform::events;
use serde::{Deserialize, Serialize};

events! {
    /// What the journal is told of a venue's slots (the venue's id).
    pub enum SlotEvent of "venue" {
        "slots.make" => Made { after: Made },
        /// One got another capacity, was closed or opened.
        "slots.change" => Changed { before: Slot, after: Places },
    }
}

events! {
    /// What the journal is told of a booking (the digest of its id, which opens its page). It names
    /// the booking by its number, and not the person.
    pub enum Event of "booking" {
        "booking.make" => Made { before: Numbered, after: At },
        "booking.move" => Moved { before: Numbered, after: Moved },
        "booking.cancel" => Cancelled { before: Numbered },
    }
}

/// Slots that were made and slots that got another capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The first day that was asked for.
    pub from: Option<Date>,
    /// The last day that was asked for.
    pub to: Option<Date>,
    /// Such as 月火.
    pub weekdays: String,
    /// How many were made.
    pub slots: u64,
    /// How many changed; older rows lack it.
    #[serde(default)]
    pub changed: u64,
    /// Places of each.
    pub capacity: i64,
}

/// A slot as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Day and times in words.
    pub slot: String,
    /// Places.
    pub capacity: i64,
    pub closed: bool,
}

/// What a slot takes from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Places.
    pub capacity: i64,
    pub closed: bool,
}

/// Which booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    pub number: String,
}

/// Where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// The venue's id.
    pub venue: String,
    /// Day and times in words.
    pub slot: String,
}

/// From one slot to another, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub from: String,
    pub to: String,
}
