//! 予約枠 and 接種予約: slots of a day, places in them. Source: briefing (tabs 予約枠設定, 接種予約).

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use crate::input;

/// Days ahead for which slots can be made.
const MOST_DAYS_AHEAD: i64 = 366;
/// Slots that one form makes at most.
pub const MOST_SLOTS: usize = 200;
pub const MOST_PLACES: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Time,
    Twelve(String),
    Order,
    TooLong(u16, u16),
    Day,
    Length,
    Capacity,
    TooMany(usize),
    Full,
    Closed,
    BelowBooked(i64),
    Cancelled,
    Unchanged,
    /// Begin and end of the other place.
    TwinAtVenue(String, String),
    TwinElsewhere,
    /// The other place in words ([`say_slot`]). Asked about: who means it may have both.
    TwinOtherDay(String),
}

/// A time of a slot: minutes of its day, whose end (24:00) is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

impl Clock {
    /// `None` behind the day's end.
    pub fn new(hour: u8, minute: u8) -> Option<Clock> {
        let minutes = u16::from(hour) * 60 + u16::from(minute);
        (minute < 60 && minutes <= 24 * 60).then_some(Clock(minutes))
    }
    pub fn at(self, day: Date) -> DateTime {
        day.to_datetime(jiff::civil::Time::midnight()).saturating_add(i64::from(self.0).minutes())
    }
    /// `09:00`: as it is stored.
    pub fn key(self) -> String {
        format!("{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::fmt::Display for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A time in any writing of [`input::clock`]; 24:00 is the day's end, which no slot reaches over.
pub fn time(raw: &str) -> Result<Clock, Refusal> {
    let (hour, minute) = input::clock("時刻", raw).map_err(|fault| match fault {
        input::InputFault::WhichTwelve { raw, .. } => Refusal::Twelve(raw),
        _ => Refusal::Time,
    })?;
    Clock::new(hour, minute).ok_or(Refusal::Time)
}

/// A slot in words: its day, begin and end (`2022年3月14日（月） 09:00〜09:30`).
pub fn say_slot(day: Date, begins: &str, ends: &str) -> String {
    format!("{} {begins}〜{ends}", crate::time::say_date(day))
}

/// Whether two slots of a day share any time; one may begin when the other ends.
pub fn overlap(one: (Clock, Clock), other: (Clock, Clock)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// A slot that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    pub id: String,
    pub times: (Clock, Clock),
    pub capacity: i64,
    pub booked: i64,
    /// No longer open for bookings.
    pub closed: bool,
}

/// What a wished slot means beside those of its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    New,
    /// The same times and places are there already.
    Same,
    /// The same times with other places.
    OtherCapacity(There),
    /// Times that run into another slot's; with the same begin it can't be made at all.
    Overlaps(There),
}

pub fn wish(wanted: (Clock, Clock), capacity: i64, there: &[There]) -> Wish {
    if let Some(same) = there.iter().find(|t| t.times == wanted) {
        return if same.capacity == capacity {
            Wish::Same
        } else {
            Wish::OtherCapacity(same.clone())
        };
    }
    // A closed slot without bookings is in nobody's way, unless it begins at the same minute.
    let in_the_way = |t: &&There| {
        overlap(t.times, wanted) && (!t.closed || t.booked > 0 || t.times.0 == wanted.0)
    };
    there.iter().find(in_the_way).map_or(Wish::New, |t| Wish::Overlaps(t.clone()))
}

/// Who booked, as far as twins are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person<'p> {
    pub name: &'p str,
    pub reading: &'p str,
    pub mail: &'p str,
    pub phone: &'p str,
}

/// The number of a booking in any writing, its letter left out or not.
pub fn number(raw: &str) -> String {
    let read = input::official(raw);
    let bare = read.len() == 8 && read.bytes().all(|b| b.is_ascii_alphanumeric());
    if bare { format!("B-{read}") } else { read }
}

/// Whether two bookings are one person's, in whatever writing: the same name with the same address
/// or phone, or the same reading with the
/// same address; with the same phone, where one of the names is written by its sound (ササキ ハジメ,
/// Sasaki Hajime), so that the letters can't
/// tell two persons apart. A family's shared address alone doesn't make one person, nor does a
/// common name.
pub fn same_person(one: &Person<'_>, other: &Person<'_>) -> bool {
    // An extension is dialled or not: the line is the same.
    let digits = |text: &str| -> String {
        input::phone_parts(text).0.chars().filter(char::is_ascii_digit).collect()
    };
    let by_sound = |name: &str| !name.is_empty() && !name.chars().any(input::is_ideograph);
    let key = |a: &str, b: &str| !a.is_empty() && input::same_person(a) == input::same_person(b);
    let (mail, phone) =
        (input::mail_key(one.mail) == input::mail_key(other.mail), digits(one.phone));
    let phone = phone.len() >= 10 && phone == digits(other.phone);
    (key(one.name, other.name) && (mail || phone))
        || (key(one.reading, other.reading)
            && (mail || phone && (by_sound(one.name) || by_sound(other.name))))
}

/// The slots of a day: from, to, each so many minutes long.
pub fn slots(from: Clock, to: Clock, minutes: i64) -> Result<Vec<(Clock, Clock)>, Refusal> {
    if !(5..=480).contains(&minutes) {
        return Err(Refusal::Length);
    }
    if from >= to {
        return Err(Refusal::Order);
    }
    let minutes = u16::try_from(minutes).map_err(|_| Refusal::Length)?;
    let mut all = Vec::new();
    let mut at = from.0;
    while at + minutes <= to.0 {
        all.push((Clock(at), Clock(at + minutes)));
        at += minutes;
    }
    if all.is_empty() { Err(Refusal::TooLong(minutes, to.0 - from.0)) } else { Ok(all) }
}

/// The minutes behind the last slot of a day, which belong to none.
pub fn left_over(to: Clock, slots: &[(Clock, Clock)]) -> Option<(Clock, Clock)> {
    let last = slots.last()?.1;
    (last < to).then_some((last, to))
}

pub fn day(day: Date, today: Date) -> Result<Date, Refusal> {
    let ahead = i64::from(today.until(day).map_or(i32::MAX, |span| span.get_days()));
    if (0..=MOST_DAYS_AHEAD).contains(&ahead) { Ok(day) } else { Err(Refusal::Day) }
}

pub fn capacity(wanted: i64, booked: i64) -> Result<i64, Refusal> {
    match wanted {
        n if !(1..=MOST_PLACES).contains(&n) => Err(Refusal::Capacity),
        n if n < booked => Err(Refusal::BelowBooked(booked)),
        n => Ok(n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(h: u8, m: u8) -> Clock {
        Clock::new(h, m).unwrap()
    }

    #[test]
    fn times_are_read_as_an_office_writes_them() {
        for raw in [
            "9:30",
            "09:30",
            "９：３０",
            "9時30分",
            "930",
            "0930",
            "9時半",
            "午前9時30分",
            "９３０",
        ] {
            assert_eq!(time(raw), Ok(t(9, 30)), "{raw}");
        }
        assert_eq!(time("9時"), Ok(t(9, 0)));
        for raw in ["午前12時", "午後12時", "午後12:30"] {
            assert_eq!(time(raw), Err(Refusal::Twelve(raw.into())));
        }
        for raw in ["24:00", "24時", "２４：００", "2400"] {
            assert_eq!(time(raw), Ok(t(24, 0)), "{raw}");
        }
        for raw in ["25:00", "24:01", "24:30", "朝", "", "9:99"] {
            assert_eq!(time(raw), Err(Refusal::Time), "{raw}");
        }
    }

    #[test]
    fn slots_overlap_by_their_times_and_not_by_their_begin() {
        let there = |from: (u8, u8), to: (u8, u8), booked, closed| There {
            id: "s".into(),
            times: (t(from.0, from.1), t(to.0, to.1)),
            capacity: 2,
            booked,
            closed,
        };
        let day = [there((9, 0), (9, 30), 0, false), there((9, 30), (10, 0), 0, false)];
        assert_eq!(wish((t(9, 0), t(9, 30)), 2, &day), Wish::Same);
        assert_eq!(wish((t(9, 0), t(9, 30)), 50, &day), Wish::OtherCapacity(day[0].clone()));
        for (from, to) in [
            ((9, 15), (9, 45)),
            ((8, 50), (9, 1)),
            ((9, 0), (10, 0)),
            ((9, 10), (9, 20)),
            ((8, 0), (12, 0)),
            ((9, 0), (9, 15)),
        ] {
            assert_eq!(
                wish((t(from.0, from.1), t(to.0, to.1)), 2, &day),
                Wish::Overlaps(day[0].clone()),
                "{from:?}"
            );
        }
        assert_eq!(wish((t(9, 45), t(10, 15)), 2, &day), Wish::Overlaps(day[1].clone()));
        for (from, to) in [((8, 30), (9, 0)), ((10, 0), (10, 30))] {
            assert_eq!(wish((t(from.0, from.1), t(to.0, to.1)), 2, &day), Wish::New, "{from:?}");
        }
        let closed = [there((9, 0), (9, 30), 0, true)];
        assert_eq!(wish((t(9, 15), t(9, 45)), 2, &closed), Wish::New);
        assert_eq!(wish((t(9, 0), t(9, 45)), 2, &closed), Wish::Overlaps(closed[0].clone()));
        assert!(matches!(
            wish((t(9, 15), t(9, 45)), 2, &[there((9, 0), (9, 30), 1, true)]),
            Wish::Overlaps(_)
        ));
    }

    #[test]
    fn a_booking_is_found_by_its_number_in_any_writing() {
        for raw in [
            "B-42P2ZN1H",
            "B\u{2212}42P2ZN1H",
            "B42P2ZN1H",
            "B-42P2 ZN1H",
            "b-42p2zn1h",
            "Ｂ－４２Ｐ２ＺＮ１Ｈ",
            "42P2ZN1H",
            "42p2 zn1h",
            "'B‐42P2ZN1H",
        ] {
            assert_eq!(number(raw), "B-42P2ZN1H", "{raw}");
        }
        for raw in ["", "B-42P2ZN1", "42P2ZN1HX", "B-42P2ZN1あ", "予約"] {
            assert_ne!(number(raw), "B-42P2ZN1H", "{raw}");
        }
    }

    #[test]
    fn a_person_is_one_person_in_whatever_writing() {
        let taro = Person {
            name: "山田 太郎",
            reading: "やまだ たろう",
            mail: "taro@example.jp",
            phone: "03-1234-5678",
        };
        for other in [
            Person { name: "山田太郎", ..taro.clone() },
            Person { name: "山田　太郎", mail: "Taro@example.jp", ..taro.clone() },
            Person { name: "ヤマダ タロウ", phone: "", ..taro.clone() },
            Person { mail: "other@example.jp", phone: "0312345678", ..taro.clone() },
            Person { name: "Yamada Taro", ..taro.clone() },
            Person { name: "ヤマダ タロウ", mail: "other@example.jp", ..taro.clone() },
            Person {
                name: "Yamada Taro",
                mail: "other@example.jp",
                phone: "0312345678",
                ..taro.clone()
            },
            Person { mail: "other@example.jp", phone: "03-1234-5678 内線12", ..taro.clone() },
        ] {
            assert!(same_person(&taro, &other), "{other:?}");
        }
        for other in [
            Person { name: "山田 花子", reading: "やまだ はなこ", ..taro.clone() },
            Person {
                name: "ヤマダ ハナコ",
                reading: "やまだ はなこ",
                mail: "other@example.jp",
                ..taro.clone()
            },
            Person {
                name: "ヤマダ タロウ",
                mail: "other@example.jp",
                phone: "0312345679",
                ..taro.clone()
            },
            Person { mail: "other@example.jp", phone: "0312345679", ..taro.clone() },
            // A shared phone and a reading that is common: not enough.
            Person { name: "山田 多朗", mail: "other@example.jp", ..taro.clone() },
        ] {
            assert!(!same_person(&taro, &other), "{other:?}");
        }
        let high = Person { name: "髙橋 健", ..taro.clone() };
        assert!(same_person(&high, &Person { name: "高橋健", ..taro.clone() }));
    }

    #[test]
    fn a_day_is_cut_into_whole_slots() {
        let all = slots(t(9, 0), t(10, 20), 30).unwrap();
        assert_eq!(all, [(t(9, 0), t(9, 30)), (t(9, 30), t(10, 0))]);
        assert_eq!(slots(t(9, 0), t(9, 0), 30), Err(Refusal::Order));
        for (from, to, minutes, left) in [
            (t(9, 0), t(10, 20), 30, Some((t(10, 0), t(10, 20)))),
            (t(9, 0), t(12, 0), 7, Some((t(11, 55), t(12, 0)))),
            (t(9, 15), t(10, 0), 30, Some((t(9, 45), t(10, 0)))),
            (t(9, 0), t(10, 0), 30, None),
        ] {
            assert_eq!(left_over(to, &slots(from, to, minutes).unwrap()), left, "{minutes}");
        }
        assert_eq!(slots(t(9, 0), t(10, 0), 90), Err(Refusal::TooLong(90, 60)));
        // The day's end closes its last slot, and begins none.
        let late = slots(t(23, 0), t(24, 0), 30).unwrap();
        assert_eq!(
            late.iter().map(|(from, to)| format!("{from}〜{to}")).collect::<Vec<_>>(),
            ["23:00〜23:30", "23:30〜24:00"]
        );
        assert_eq!(slots(t(24, 0), t(24, 0), 30), Err(Refusal::Order));
        let day = Date::constant(2022, 2, 28);
        assert_eq!(t(24, 0).at(day), Date::constant(2022, 3, 1).at(0, 0, 0, 0));
        assert_eq!(
            (t(24, 0).key(), t(9, 5).key(), t(9, 5).to_string()),
            ("24:00".into(), "09:05".into(), "9:05".into())
        );
        assert_eq!(slots(t(9, 0), t(10, 0), 1), Err(Refusal::Length));
    }

    #[test]
    fn a_capacity_never_falls_below_what_is_booked() {
        assert_eq!(capacity(10, 10), Ok(10));
        assert_eq!(capacity(9, 10), Err(Refusal::BelowBooked(10)));
        assert_eq!(capacity(0, 0), Err(Refusal::Capacity));
    }
}
