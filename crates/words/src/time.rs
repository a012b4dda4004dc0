//! Times as people read them, beyond [`rules::time`].

use jiff::Timestamp;
use rules::time;

/// Until when something is to be done, and how long that is: `3月10日（木）まで（あと14時間30分）`. A
/// day's end is said as the day.
pub fn until(due: Timestamp, now: Timestamp) -> String {
    let said = if time::local(due).time() == jiff::civil::Time::midnight() {
        time::say_day(time::date(due - jiff::SignedDuration::from_secs(1)))
    } else {
        time::say_moment(due)
    };
    if due <= now {
        format!("{said}まで（期限を過ぎました）")
    } else {
        format!("{said}まで（あと{}）", time::say_remaining(now, due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_says_how_long_it_is_and_a_days_end_is_that_day() {
        let at = |text: &str| time::parse_instant(text).unwrap();
        let now = at("2022-03-10T09:30");
        for (due, said) in [
            ("2022-03-11T00:00", "3月10日（木）まで（あと14時間30分）"),
            ("2022-03-12T15:00", "3月12日（土）15:00まで（あと2日5時間）"),
            ("2022-03-10T09:30", "3月10日（木）09:30まで（期限を過ぎました）"),
        ] {
            assert_eq!(until(at(due), now), said);
        }
    }
}
