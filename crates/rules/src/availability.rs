//! 予約の受付情報: the five values, as the briefing's home page has them. Source: briefing V-SYSを利用する際のコツ,
//! domain facts §8.

use crate::words;

words! {
    #[derive(Default, PartialOrd, Ord)]
    pub enum Availability in venue_public.status {
        Bookable = "bookable",
        Few = "few",
        Unbookable = "unbookable",
        NoBookingNeeded = "no_booking_needed",
        #[default]
        Unregistered = "unregistered",
    }
}

impl Availability {
    pub fn label(self) -> &'static str {
        match self {
            Availability::Bookable => "予約可能",
            Availability::Few => "残り少数",
            Availability::Unbookable => "予約受付不可",
            Availability::NoBookingNeeded => "予約不要",
            Availability::Unregistered => "未登録",
        }
    }
    /// The sign of the public list.
    pub fn sign(self) -> &'static str {
        match self {
            Availability::Bookable => "◯",
            Availability::Few => "△",
            Availability::Unbookable => "×",
            Availability::NoBookingNeeded => "予約不要",
            Availability::Unregistered => "",
        }
    }
    pub fn tone(self) -> &'static str {
        match self {
            Availability::Bookable | Availability::NoBookingNeeded => "ok",
            Availability::Few => "wait",
            Availability::Unbookable => "act",
            Availability::Unregistered => "plain",
        }
    }
    /// What the places that are left say, where a venue takes bookings here: none, a tenth or
    /// fewer, more.
    pub fn of_places(capacity: i64, booked: i64) -> Availability {
        match capacity.saturating_sub(booked) {
            left if left <= 0 => Availability::Unbookable,
            left if left.saturating_mul(10) <= capacity => Availability::Few,
            _ => Availability::Bookable,
        }
    }
}

/// Days after which a status that nobody touched is asked about.
pub const STALE_AFTER_DAYS: i64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_the_briefings_five_values() {
        assert_eq!(
            Availability::ALL.map(Availability::label),
            ["予約可能", "残り少数", "予約受付不可", "予約不要", "未登録"]
        );
        assert!(Availability::ALL.into_iter().all(|a| Availability::from_key(a.key()) == Some(a)));
    }

    #[test]
    fn places_that_are_left_say_the_status() {
        assert_eq!(Availability::of_places(100, 100), Availability::Unbookable);
        assert_eq!(Availability::of_places(100, 90), Availability::Few);
        assert_eq!(Availability::of_places(100, 89), Availability::Bookable);
    }
}
