//! Accept any writing that a Japanese office uses, store one, show one. Source: ux §3.1.
//!
//! One function a kind of field, and every door (form, paste, file, API, scanner) calls it. What
//! each reads, asks and refuses stands in `docs/doors.md`; the tables that hold it to that stand in
//! `crates/words/tests/writings`.

mod bank;
mod chars;
mod clock;
mod code;
mod counted;
mod cp932;
mod date;
mod elsewhere;
mod lot;
mod mail;
mod name;
mod number;
mod person;
mod phone;
pub(crate) mod placeholder;
mod radical;
mod unit;
mod vocabulary;
mod wreck;

use jiff::civil::{Date, DateTime};

pub use bank::account_number;
pub use chars::{
    clean, dashes, folded, is_blank, is_compatibility_ideograph, is_dash, is_ideograph,
    is_invisible, is_lost, is_selector, text,
};
pub(crate) use chars::{hiragana, is_kana};
pub(crate) use clock::clock_range_said;
pub use clock::{clock, clock_range};
pub use code::{code, id, mark, official, same_id};
pub use counted::{counted, is_separator};
pub use cp932::{in_cp932, kept_of_cp932};
pub(crate) use date::named_month;
pub use date::{
    date, date_near, date_within, day_said, era_before, expiry, inside, is_date_word, moment,
    month, nearest, time_of,
};
pub use elsewhere::Belongs;
pub use lot::lot;
pub use mail::{mail, mail_key, sendable, web};
pub use name::{
    account_holder, held, is_ditto, is_none, limited, line, long_text, name, named, reading,
    same_person, thing,
};
pub use number::{decimal, is_number, percent, signed, version, whole, within};
pub use person::person;
pub use phone::{phone, phone_parts, postal, without_postal_mark};
pub(crate) use radical::radical;
pub use unit::Unit;
pub(crate) use vocabulary::{SIGNS, STARS};
pub use wreck::{holds_error, holds_left_over, is_error_word, is_left_over};

/// The longest name of a thing, a place or an office, in characters.
pub const LONGEST_LINE: usize = 120;
/// The longest name of a person, in characters.
pub const LONGEST_NAME: usize = 60;
/// The longest note, reason or comment, in characters.
pub const LONGEST_NOTE: usize = 2000;

/// Why a typed value can't be taken. What stands in brackets alone is the field's label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputFault {
    Empty(String),
    NotChosen(String),
    Ditto(String),
    NotWhole(String),
    NotSigned(String),
    Separators {
        label: String,
        raw: String,
    },
    OtherUnit {
        label: String,
        raw: String,
        wanted: &'static str,
    },
    Range {
        label: String,
        min: i64,
        max: i64,
    },
    Phone(String),
    PhoneDigits {
        label: String,
        start: String,
        wanted: usize,
        found: usize,
    },
    PhoneZero(String),
    PhoneTwo(String),
    PhoneWords {
        label: String,
        found: String,
    },
    PhoneAbroad(String),
    Postal(String),
    Placeholder {
        label: String,
        raw: String,
    },
    AccountNumber(String),
    Reading(String),
    Katakana(String),
    Mail(String),
    MailPart {
        label: String,
        why: MailFault,
    },
    NotDate(String),
    WhichYear {
        label: String,
        raw: String,
    },
    WhichOrder {
        label: String,
        raw: String,
    },
    NoSuchDay {
        label: String,
        raw: String,
    },
    YearOutside {
        label: String,
        raw: String,
    },
    OtherWeekday {
        label: String,
        raw: String,
        day: Date,
    },
    WrongWeekday {
        label: String,
        raw: String,
        day: Date,
    },
    /// It is said to be a holiday; the calendar wasn't asked yet, or says that it is none. `named`
    /// is empty where it may be any.
    NoHoliday {
        label: String,
        raw: String,
        at: DateTime,
        named: &'static str,
    },
    DateRange {
        label: String,
        min: Date,
        max: Date,
    },
    DateOutside {
        label: String,
        read: Date,
        min: Date,
        max: Date,
    },
    NotMoment(String),
    NotMonth(String),
    NotClock(String),
    WhichTwelve {
        label: String,
        raw: String,
    },
    NotClockRange(String),
    ClockOrder(String),
    Lot {
        label: String,
        raw: String,
        why: LotFault,
    },
    NotWeb(String),
    NotDecimal(String),
    Lost {
        label: String,
        found: char,
    },
    /// Letters that one encoding makes of another's.
    Garbled(String),
    /// An emoji.
    Picture {
        label: String,
        found: char,
    },
    LeftOver {
        label: String,
        raw: String,
    },
    NoName {
        label: String,
        raw: String,
    },
    DateForName {
        label: String,
        raw: String,
    },
    DateForThing {
        label: String,
        raw: String,
    },
    NoThing {
        label: String,
        raw: String,
    },
    /// It has a field of its own.
    Elsewhere {
        label: String,
        found: String,
        belongs: Belongs,
    },
    TwoNames {
        label: String,
        raw: String,
    },
    TooLong {
        label: String,
        max: usize,
    },
}

impl InputFault {
    /// The same of a moment of that day.
    fn at(mut self, moment: DateTime) -> InputFault {
        if let InputFault::NoHoliday { at, .. } = &mut self {
            *at = moment;
        }
        self
    }
}

/// What of a mail address can't be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    Two,
    At,
    Blank,
    Local,
    Dots,
    LongLocal,
    Domain,
    NoDot,
    Idn,
    Literal,
    Long,
}

/// Why something is no lot number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LotFault {
    Wreckage,
    Grouped,
    Date,
    Words,
    Two,
    Characters,
    Long,
    Placeholder,
}

#[cfg(test)]
mod tests;
