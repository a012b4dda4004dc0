//! Every reader of what a person types: never a panic, and what it accepts it accepts again in its
//! own writing.
#![no_main]

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use rules::input::{self, Unit};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for same in [
        input::clean,
        input::folded,
        input::name,
        input::code,
        input::same_person,
        rules::fold::key,
    ] {
        let once = same(text);
        assert_eq!(same(&once), once);
    }
    assert!(
        !input::clean(text)
            .chars()
            .any(|c| input::is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}'))
    );
    let _ = (
        rules::fold::Sought::of(text).patterns(),
        input::mark(text),
        input::is_ditto(text),
        input::person("x", text),
        rules::fold::like(text),
        input::long_text("x", text, 10),
    );
    recognisers(text);
    numbers(text);
    days(text);
    for read in [input::phone, input::postal, input::reading, input::lot, input::mail, input::web] {
        if let Ok(value) = read("x", text) {
            assert_eq!(read("x", &value).as_ref(), Ok(&value));
        }
    }
    if let Ok(mail) = input::mail("x", text) {
        assert!(platform::mail::address(&mail).is_ok());
        assert_eq!(input::mail("x", &input::sendable(&mail)), Ok(mail));
    }
    let _ = rules::codes::check_municipality(text);
    let _ = rules::codes::check_institution(text);
    let _ = rules::time::parse_instant(text);
    let _ = rules::time::Month::parse(text);
    let _ = rules::person::coupon(text);
    let cells =
        rules::coupon::Cells { kind: "", dose: "3", municipality: text, named: "", number: "125" };
    let _ = cells.coupon(&rules::places::Places::default());
    let _ = rules::person::under_six(text);
    let _ = rules::delivery::TimeBand::read(text);
    let _ = platform::secrets::form_token_is_good("cookie", text);
    let _ = text.parse::<platform::db::Address>();
});

/// What is no value, a second person, no shot, another month: asked of anything.
fn recognisers(text: &str) {
    if let Ok(name) = input::thing("x", text) {
        assert_eq!(input::thing("x", &name), Ok(name.clone()));
        assert_eq!(input::named("x", text, 120).is_ok(), !name.is_empty());
    }
    let _ = (input::is_none(text), input::holds_left_over(text), input::is_left_over(text));
    // What is said to be a holiday is taken on the calendar's days alone.
    let calendar = rules::holidays::Holidays([(date(2022, 4, 29), "昭和の日".into())].into());
    if let (Err(input::InputFault::NoHoliday { at, .. }), Ok(day)) =
        (input::date("x", text), calendar.settle(input::date("x", text)))
    {
        assert_eq!((at.date(), day), (date(2022, 4, 29), date(2022, 4, 29)));
    }
    for title in ["備考", "キャンセル", "接種可否", text] {
        let _ = rules::person::no_shot(title, text);
    }
    let _ = (rules::person::is_none(text), rules::heading::says_when(text));
    let month = rules::time::Month::parse("2022-03");
    let codes = vec!["1311234569".to_string()];
    let target = rules::heading::Target { month, codes, dose: 3, latest: false };
    let latest = rules::heading::Target { month: None, latest: true, ..target.clone() };
    let _ = (target.doubts(text), latest.doubts(text));
    for title in ["接種月", "請求月", text] {
        let _ = target.doubt_of_cell(title, text, date(2022, 4, 4));
    }
}

fn numbers(text: &str) {
    if let Ok(n) = input::percent("x", text) {
        assert_eq!(input::percent("x", &n.to_string()), Ok(n));
    }
    if let Ok(n) = input::whole("x", Unit::Claim, text) {
        assert_eq!(input::whole("x", Unit::Claim, &n.to_string()), Ok(n));
        assert_eq!(input::signed("x", Unit::Claim, text), Ok(n));
    }
    if let Ok(n) = input::signed("x", Unit::Claim, text) {
        assert_eq!(input::signed("x", Unit::Claim, &n.to_string()), Ok(n));
    }
    if let Some(n) = input::version(text) {
        assert_eq!(input::version(&n.to_string()), Some(n));
    }
    if let Ok(n) = input::decimal("x", Unit::Week, text, 1000) {
        assert!((0.0..1000.0).contains(&n));
    }
}

fn days(text: &str) {
    let (from, to) = (date(2021, 12, 1), date(2022, 11, 30));
    if let Ok(day) = input::date("x", text) {
        assert_eq!(input::date("x", &day.to_string()), Ok(day));
        assert_eq!(input::date_near("x", text, from), Ok(day));
    }
    if let Ok(day) = input::date_within("x", text, from, to) {
        assert!((from..=to).contains(&day));
        assert_eq!(input::date("x", &day.to_string()), Ok(day));
    }
    if let Ok(day) = input::expiry("x", text) {
        assert_eq!(input::expiry("x", &day.to_string()), Ok(day));
    }
    if let Ok(month) = input::month("x", text) {
        assert_eq!(input::month("x", &month.to_string()), Ok(month));
    }
    if let Ok(at) = input::moment("x", text) {
        assert_eq!(input::moment("x", &at.to_string()), Ok(at));
    }
    if let Ok((hour, minute)) = input::clock("x", text) {
        assert_eq!(input::clock("x", &format!("{hour}:{minute:02}")), Ok((hour, minute)));
    }
    let _ = input::clock_range("x", text);
}
