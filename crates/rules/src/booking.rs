//! 予約枠 and 接種予約: slots of a day, places in them. Source: briefing (tabs 予約枠設定, 接種予約).

use jiff::civil::{Date, Time};

/// Days ahead for which slots can be made.
const MOST_DAYS_AHEAD: i64 = 366;
/// Slots that one form makes at most.
pub const MOST_SLOTS: usize = 200;
pub const MOST_PLACES: i64 = 10_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("時刻は 9:00 の形で入力してください")]
    Time,
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

/// `9:00`, `09:00`, `９時３０分`, `930`
pub fn time(raw: &str) -> Result<Time, Refusal> {
    let folded = crate::input::folded(raw).replace('時', ":").replace('分', "");
    let folded = folded.trim_end_matches(':');
    let (hour, minute) = match folded.split_once(':') {
        Some((h, m)) => (h.to_string(), m.to_string()),
        None if folded.is_ascii() && folded.len() >= 3 => (folded[..folded.len() - 2].to_string(), folded[folded.len() - 2..].to_string()),
        None => (folded.to_string(), "0".into()),
    };
    let number = |text: &str| text.trim().parse::<i8>().map_err(|_| Refusal::Time);
    Time::new(number(&hour)?, number(if minute.is_empty() { "0" } else { &minute })?, 0, 0).map_err(|_| Refusal::Time)
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
    let ahead = i64::from((day - today).get_days());
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
        for raw in ["9:30", "09:30", "９：３０", "9時30分", "930", "0930"] {
            assert_eq!(time(raw), Ok(t(9, 30)), "{raw}");
        }
        assert_eq!(time("9時"), Ok(t(9, 0)));
        for raw in ["25:00", "朝", "", "9:99"] {
            assert_eq!(time(raw), Err(Refusal::Time), "{raw}");
        }
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
