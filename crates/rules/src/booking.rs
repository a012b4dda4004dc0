//! 予約枠 and 接種予約: slots of a day, places in them. Source: briefing (tabs 予約枠設定, 接種予約).

use jiff::civil::{Date, Time};

use crate::input;

/// Days ahead for which slots can be made.
const MOST_DAYS_AHEAD: i64 = 366;
/// Slots that one form makes at most.
pub const MOST_SLOTS: usize = 200;
pub const MOST_PLACES: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("時刻は 9:00 の形で入力してください")]
    Time,
    #[error("「午後12時」は、正午か真夜中かがわかりません。12:00 か 0:00 で入力してください")]
    Twelve,
    #[error("終わりの時刻は、始まりの時刻より後にしてください")]
    Order,
    #[error("日付は、今日から1年以内の日で入力してください")]
    Day,
    #[error("枠の長さは5分から480分の整数で入力してください")]
    Length,
    #[error("定員は1から10000までの整数で入力してください")]
    Capacity,
    #[error("一度に作れる枠は200までです（{0}になります）。期間を分けてください")]
    TooMany(usize),
    #[error("この枠は満席になりました。ほかの枠を選んでください")]
    Full,
    #[error("この枠の受付は終わりました。ほかの枠を選んでください")]
    Closed,
    #[error("すでに{0}件の予約が入っています。それより少ない定員にはできません")]
    BelowBooked(i64),
    #[error("この予約は取り消されています")]
    Cancelled,
}

/// A time in any writing of [`input::clock`]. A slot doesn't reach over midnight: 24:00 isn't one of its times.
pub fn time(raw: &str) -> Result<Time, Refusal> {
    let (hour, minute) = input::clock("時刻", raw).map_err(|fault| match fault {
        input::InputFault::WhichTwelve { .. } => Refusal::Twelve,
        _ => Refusal::Time,
    })?;
    let small = |n: u8| i8::try_from(n).map_err(|_| Refusal::Time);
    Time::new(small(hour)?, small(minute)?, 0, 0).map_err(|_| Refusal::Time)
}

/// Whether two slots of a day share any time; one may begin when the other ends.
pub fn overlap(one: (Time, Time), other: (Time, Time)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// A slot that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    pub id: String,
    pub times: (Time, Time),
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

pub fn wish(wanted: (Time, Time), capacity: i64, there: &[There]) -> Wish {
    if let Some(same) = there.iter().find(|t| t.times == wanted) {
        return if same.capacity == capacity { Wish::Same } else { Wish::OtherCapacity(same.clone()) };
    }
    // A closed slot without bookings is in nobody's way, unless it begins at the same minute.
    let in_the_way = |t: &&There| overlap(t.times, wanted) && (!t.closed || t.booked > 0 || t.times.0 == wanted.0);
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

/// Whether two bookings are one person's, in whatever writing: the same name with the same address or phone, or the same reading with the
/// same address. A family's shared address alone doesn't make one person, nor does a common name.
pub fn same_person(one: &Person<'_>, other: &Person<'_>) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let key = |a: &str, b: &str| !a.is_empty() && input::same_person(a) == input::same_person(b);
    let (mail, phone) = (input::mail_key(one.mail) == input::mail_key(other.mail), digits(one.phone));
    let phone = phone.len() >= 10 && phone == digits(other.phone);
    (key(one.name, other.name) && (mail || phone)) || (key(one.reading, other.reading) && mail)
}

/// The slots of a day: from, to, each so many minutes long.
pub fn slots(from: Time, to: Time, minutes: i64) -> Result<Vec<(Time, Time)>, Refusal> {
    if !(5..=480).contains(&minutes) {
        return Err(Refusal::Length);
    }
    if from >= to {
        return Err(Refusal::Order);
    }
    let of_day = |t: Time| i64::from(t.hour()) * 60 + i64::from(t.minute());
    let clock = |m: i64| Time::new((m / 60) as i8, (m % 60) as i8, 0, 0).map_err(|_| Refusal::Order);
    let mut all = Vec::new();
    let mut at = of_day(from);
    while at + minutes <= of_day(to) {
        all.push((clock(at)?, clock(at + minutes)?));
        at += minutes;
    }
    if all.is_empty() { Err(Refusal::Order) } else { Ok(all) }
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

    fn t(h: i8, m: i8) -> Time {
        Time::new(h, m, 0, 0).unwrap()
    }

    #[test]
    fn times_are_read_as_an_office_writes_them() {
        for raw in ["9:30", "09:30", "９：３０", "9時30分", "930", "0930", "9時半", "午前9時30分", "９３０"] {
            assert_eq!(time(raw), Ok(t(9, 30)), "{raw}");
        }
        assert_eq!(time("9時"), Ok(t(9, 0)));
        for raw in ["25:00", "朝", "", "9:99"] {
            assert_eq!(time(raw), Err(Refusal::Time), "{raw}");
        }
    }

    #[test]
    fn slots_overlap_by_their_times_and_not_by_their_begin() {
        let there = |from: (i8, i8), to: (i8, i8), booked, closed| There {
            id: "s".into(),
            times: (t(from.0, from.1), t(to.0, to.1)),
            capacity: 2,
            booked,
            closed,
        };
        let day = [there((9, 0), (9, 30), 0, false), there((9, 30), (10, 0), 0, false)];
        assert_eq!(wish((t(9, 0), t(9, 30)), 2, &day), Wish::Same);
        assert_eq!(wish((t(9, 0), t(9, 30)), 50, &day), Wish::OtherCapacity(day[0].clone()));
        for (from, to) in
            [((9, 15), (9, 45)), ((8, 50), (9, 1)), ((9, 0), (10, 0)), ((9, 10), (9, 20)), ((8, 0), (12, 0)), ((9, 0), (9, 15))]
        {
            assert_eq!(wish((t(from.0, from.1), t(to.0, to.1)), 2, &day), Wish::Overlaps(day[0].clone()), "{from:?}");
        }
        assert_eq!(wish((t(9, 45), t(10, 15)), 2, &day), Wish::Overlaps(day[1].clone()));
        for (from, to) in [((8, 30), (9, 0)), ((10, 0), (10, 30))] {
            assert_eq!(wish((t(from.0, from.1), t(to.0, to.1)), 2, &day), Wish::New, "{from:?}");
        }
        let closed = [there((9, 0), (9, 30), 0, true)];
        assert_eq!(wish((t(9, 15), t(9, 45)), 2, &closed), Wish::New);
        assert_eq!(wish((t(9, 0), t(9, 45)), 2, &closed), Wish::Overlaps(closed[0].clone()));
        assert!(matches!(wish((t(9, 15), t(9, 45)), 2, &[there((9, 0), (9, 30), 1, true)]), Wish::Overlaps(_)));
    }

    #[test]
    fn a_person_is_one_person_in_whatever_writing() {
        let taro = Person { name: "山田 太郎", reading: "やまだ たろう", mail: "taro@example.jp", phone: "03-1234-5678" };
        for other in [
            Person { name: "山田太郎", ..taro.clone() },
            Person { name: "山田　太郎", mail: "Taro@example.jp", ..taro.clone() },
            Person { name: "ヤマダ タロウ", phone: "", ..taro.clone() },
            Person { mail: "other@example.jp", phone: "0312345678", ..taro.clone() },
            Person { name: "Yamada Taro", ..taro.clone() },
        ] {
            assert!(same_person(&taro, &other), "{other:?}");
        }
        for other in [
            Person { name: "山田 花子", reading: "やまだ はなこ", ..taro.clone() },
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
        assert_eq!(slots(t(9, 0), t(10, 0), 1), Err(Refusal::Length));
    }

    #[test]
    fn a_capacity_never_falls_below_what_is_booked() {
        assert_eq!(capacity(10, 10), Ok(10));
        assert_eq!(capacity(9, 10), Err(Refusal::BelowBooked(10)));
        assert_eq!(capacity(0, 0), Err(Refusal::Capacity));
    }
}
