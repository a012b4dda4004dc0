//! Days that are said to be holidays: the weekday and the 祝 are held against the calendar.

use jiff::civil::{Date, date};
use rules::holidays::Holidays;
use rules::input::{self, InputFault};
use words::Sentence;

use crate::{mean, of, wrapped};

/// The holidays around which the writings lie, as `data/holidays.csv` names them.
fn calendar() -> Holidays {
    let days = [
        (2022, 3, 21, "春分の日"),
        (2022, 4, 29, "昭和の日"),
        (2022, 5, 3, "憲法記念日"),
        (2022, 5, 4, "みどりの日"),
        (2022, 5, 5, "こどもの日"),
        (2022, 7, 18, "海の日"),
        (2022, 8, 11, "山の日"),
        (2022, 10, 10, "スポーツの日"),
        (2023, 1, 1, "元日"),
        (2023, 1, 2, "元日 振替休日"),
    ];
    Holidays(days.into_iter().map(|(y, m, d, name)| (date(y, m, d), name.to_string())).collect())
}

/// The day; `祝?` where it is no such holiday, `曜?` where the weekday is another's, `?` otherwise.
fn near(raw: &str) -> String {
    match calendar().settle(input::date_near("接種日", raw, date(2022, 4, 4))) {
        Ok(day) => day.to_string(),
        Err(InputFault::NoHoliday { .. }) => "祝?".into(),
        Err(InputFault::WrongWeekday { .. } | InputFault::OtherWeekday { .. }) => "曜?".into(),
        Err(_) => "?".into(),
    }
}

const TABLE: &[(&str, &[&str])] = &[
    (
        "2022-04-29",
        &[
            "4/29",
            "4/29(金)",
            "4月29日",
            "4月29日（金）",
            "2022/4/29",
            "2022年4月29日（金）",
            "4/29(祝)",
            "4/29（祝）",
            "４／２９（祝）",
            "4/29[祝]",
            "4/29 祝",
            "4/29祝",
            "4/29(金・祝)",
            "4/29（金・祝）",
            "4/29(金祝)",
            "4/29(祝・金)",
            "4/29（金、祝）",
            "4/29(金/祝)",
            "4/29(金 祝)",
            "4/29(金)(祝)",
            "4/29(金)祝",
            "4/29 (金) 祝日",
            "4/29 金・祝",
            "4/29 金祝",
            "4月29日(金・祝日)",
            "4月29日 祝日",
            "4月29日（祝日）",
            "4月29日（国民の祝日）",
            "4月29日（金曜・祝日）",
            "4月29日（金曜日・祝日）",
            "4月29日 金曜日 祝日",
            "4月29日（昭和の日）",
            "4月29日（金・昭和の日）",
            "4月29日 昭和の日",
            "2022年4月29日（金・祝）",
            "令和4年4月29日（金・祝）",
            "R4.4.29(祝)",
            "2022-04-29(祝)",
            "20220429(祝)",
            "2022/4/29 (holiday)",
            "Apr 29 2022 (holiday)",
        ],
    ),
    (
        "2022-05-03",
        &[
            "5/3",
            "5/3(火)",
            "5/3（火・祝）",
            "5/3(祝)",
            "5月3日（憲法記念日）",
            "5月3日（火・憲法記念日）",
            "2022/5/3（火・祝）",
            "2022年5月3日(祝)",
            "令和4年5月3日（祝）",
        ],
    ),
    ("2022-10-10", &["2022/10/10（スポーツの日）", "2022年10月10日（月・スポーツの日）"]),
    ("2022-03-21", &["3/21(月・祝)", "3月21日（春分の日）", "3/21 春分の日", "2022-03-21 祝"]),
    ("2022-05-05", &["5/5(木・祝)", "5月5日（こどもの日）"]),
    ("2022-07-18", &["7/18(月・祝)", "7月18日（海の日）"]),
    ("2022-08-11", &["8/11(木・祝)", "8月11日（山の日）"]),
    ("2023-01-01", &["2023/1/1(日・祝)", "2023年1月1日（元日）", "2023年1月1日（元旦）"]),
    (
        "2023-01-02",
        &[
            "2023/1/2(月・祝)",
            "2023/1/2（月・振休）",
            "2023/1/2(振替休日)",
            "2023/1/2（月・振替休日）",
            "2023年1月2日（振り替え休日）",
            "2023年1月2日（月・振替）",
            "2023年1月2日（元日・振替休日）",
        ],
    ),
    // A day off may be any.
    ("2022-04-20", &["4/20", "4/20(水)", "4/20(休)", "4/20（水・休）", "4/20（水・休日）"]),
    (
        "祝?",
        &[
            "4/20(祝)",
            "4/20（水・祝）",
            "4/20(水祝)",
            "4/20 祝",
            "4月20日 祝日",
            "4月20日（祝日）",
            "2022/4/20(祝)",
            "2022年4月20日（水・祝）",
            "令和4年4月20日（祝）",
            "R4.4.20(水・祝)",
            "20220420(祝)",
            "4/20（昭和の日）",
            "4/29（金・憲法記念日）",
            "4/29（みどりの日）",
            "4/29（振替休日）",
            "5/2(月・祝)",
            "5/6(金・祝)",
            "5/3（振休）",
            "2022/3/18（金・祝）",
            "4/30(土・祝)",
            "5/1(日・祝)",
            "2023/1/3(祝)",
            "2022/12/29(祝)",
            "2022/4/20 (holiday)",
            "2023/1/1（振休）",
            "4/20（祝・水）",
        ],
    ),
    (
        "曜?",
        &[
            "4/29(木・祝)",
            "4/29（木）祝",
            "5/3（水・祝）",
            "2022/4/29（土・祝）",
            "令和4年5月3日（月・祝）",
            "4/20(火・祝)",
            "2023/1/2（火・振休）",
        ],
    ),
    (
        "?",
        &[
            "祝",
            "(祝)",
            "祝日",
            "4月(祝)",
            "4/31(祝)",
            "4/20(祝)(雨)",
            "4/20(大安)",
            "4/20（水・大安）",
            "4/20（土日祝）",
            "祝4/20",
            "4/20(火・水)",
        ],
    ),
];

#[test]
fn what_is_said_to_be_a_holiday_is_one_or_is_asked_about() {
    let cases = TABLE.iter().flat_map(|(becomes, all)| of(&(*becomes).to_string(), all, wrapped));
    mean(&cases.collect::<Vec<_>>(), near);
}

#[test]
fn every_reader_of_days_holds_the_holiday_against_the_calendar() {
    let known = calendar();
    let (from, to) = (date(2022, 4, 1), date(2022, 5, 31));
    let day = |found: Result<Date, InputFault>| found.ok().map(|day| day.to_string());
    for (raw, found) in
        [("2022年4月29日（金・祝）", Some("2022-04-29")), ("2022年4月20日（祝）", None)]
    {
        let found = found.map(str::to_string);
        assert_eq!(day(known.settle(input::date("日", raw))), found, "{raw}");
        assert_eq!(day(known.settle(input::date_within("日", raw, from, to))), found, "{raw}");
        assert_eq!(day(known.settle(input::expiry("日", raw))), found, "{raw}");
        assert_eq!(day(known.settle(input::day_said("日", raw))), found, "{raw}");
        let at = known.settle_at(input::moment("日時", &format!("{raw} 13:00")));
        assert_eq!(
            at.ok().map(|at| at.to_string()),
            found.map(|d| format!("{d}T13:00:00")),
            "{raw}"
        );
        // Who doesn't ask the calendar takes neither.
        assert!(input::date("日", raw).is_err() && input::month("月", raw).is_err(), "{raw}");
    }
    // Outside of the bounds, a holiday or not.
    let outside = known.settle(input::date_within("日", "2022/3/21(祝)", from, to));
    assert!(matches!(outside, Err(InputFault::DateOutside { .. })), "{outside:?}");
    assert_eq!(
        known.settle(input::date("接種日", "2022/4/20(祝)")).unwrap_err().sentence(),
        "接種日の「2022/4/20(祝)」：2022年4月20日（水）は祝日ではありません。日付か祝日の記載を直してください"
    );
    assert_eq!(
        known.settle(input::date("接種日", "2022/4/29（みどりの日）")).unwrap_err().sentence(),
        "接種日の「2022/4/29(みどりの日)」：2022年4月29日（金）はみどりの日ではありません。日付か祝日の記載を直してください"
    );
    // The calendar's own rows say what is one.
    assert_eq!(
        day(Holidays::own(input::date("日付", "2022/4/20(祝)"))).as_deref(),
        Some("2022-04-20")
    );
}
