//! Mails to a person who booked a place.

use jiff::civil::Date;
use platform::secrets;
use rules::booking::say_slot;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// Which booking, of what venue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id, which opens its page.
    pub id: String,
    /// Its number, `B-…`.
    pub number: String,
    /// What the venue is called.
    pub venue_name: Typed,
}

impl Booking {
    fn about(&self) -> About {
        About::Booking(secrets::digest(&self.id))
    }
    fn subject(&self, subject: &str) -> String {
        format!("{subject}（{}）", self.venue_name)
    }
    fn body(&self, what: &str, site: &str) -> String {
        format!(
            "会場：{}\n{what}\n予約番号：{}\n\n\
             確認・変更・取り消しは次のページからできます。\n{site}/bookings/{}",
            self.venue_name, self.number, self.id
        )
    }
}

/// When a slot is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// The day.
    pub day: Date,
    /// `09:00`
    pub begins: String,
    /// `09:30`
    pub ends: String,
}

impl When {
    fn say(&self) -> String {
        say_slot(self.day, &self.begins, &self.ends)
    }
}

/// A place was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Which booking.
    pub booking: Booking,
    /// When.
    pub when: When,
}

impl Content for Made {
    fn about(&self) -> About {
        self.booking.about()
    }
    fn subject(&self) -> String {
        self.booking.subject("【予約】接種の予約を受け付けました")
    }
    fn body(&self, site: &str) -> String {
        self.booking.body(&format!("日時：{}", self.when.say()), site)
    }
}

/// Another place was taken instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Which booking.
    pub booking: Booking,
    /// When it is now.
    pub when: When,
    /// When it was.
    pub before: When,
}

impl Content for Moved {
    fn about(&self) -> About {
        self.booking.about()
    }
    fn subject(&self) -> String {
        self.booking.subject("【予約】接種の予約を変更しました")
    }
    fn body(&self, site: &str) -> String {
        let what = format!("日時：{}\n（変更前：{}）", self.when.say(), self.before.say());
        self.booking.body(&what, site)
    }
}

/// The place was given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Which booking.
    pub booking: Booking,
    /// When it was.
    pub when: When,
}

impl Content for Cancelled {
    fn about(&self) -> About {
        self.booking.about()
    }
    fn subject(&self) -> String {
        self.booking.subject("【予約】接種の予約を取り消しました")
    }
    fn body(&self, site: &str) -> String {
        self.booking.body(&format!("取り消した予約：{}", self.when.say()), site)
    }
}
