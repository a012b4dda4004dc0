//! Whatever is typed: no reader panics, what is kept holds nothing that nobody sees, and its own
//! writing is read as the same.

use jiff::civil::Date;
use proptest::prelude::*;
use rules::delivery;
use rules::holidays::Holidays;
use rules::input::{self, Unit};

/// Text out of the letters that readers look at, so that most of it gets deep into them.
fn office_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "3",
        "4",
        "9",
        "12",
        "18",
        "20",
        "22",
        "2022",
        "44638",
        "０",
        "３",
        "１２",
        "年",
        "月",
        "日",
        "時",
        "分",
        "半",
        "令和",
        "令",
        "R",
        "平成",
        "元",
        "午前",
        "午後",
        "AM",
        "PM",
        "T",
        "Z",
        "+09:00",
        "/",
        "-",
        ".",
        ",",
        ":",
        " ",
        "\u{3000}",
        "(",
        ")",
        "（金）",
        "曜日",
        "第",
        "回",
        "版",
        "箱",
        "円",
        "¥",
        "△",
        "−",
        "―",
        "ー",
        "～",
        "から",
        "まで",
        "内線",
        "代表",
        "TEL",
        "+81",
        "0081",
        "03",
        "090",
        "〒",
        "@",
        "example",
        "jp",
        "docomo.ne.jp",
        "<",
        ">",
        "mailto:",
        "\"",
        "=\"",
        "'",
        "LOT",
        "#N/A",
        "E+06",
        "A",
        "b",
        "三",
        "十",
        "〇",
        "ァ",
        "ﾞ",
        "\u{3099}",
        "\u{309b}",
        "か",
        "カ",
        "ｶ",
        "ヽ",
        "\u{202e}",
        "\u{200b}",
        "\u{200d}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{fa19}",
        "⻑",
        "葛",
        "👨",
        "\r\n",
        "\u{0}",
        "\u{a0}",
        "Mar",
        "Sep",
        "Fri",
        "xn--",
        "[",
        "]",
        "½",
        "²",
        "済",
        "○",
        "×",
    ]);
    prop::collection::vec(pieces, 0..9).prop_map(|all| all.concat())
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![4 => office_text(), 1 => any::<String>(), 1 => prop::collection::vec(any::<char>(), 0..12).prop_map(|c| c.into_iter().collect())]
}

fn nothing_unseen(text: &str) -> bool {
    let joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    !text.chars().any(|c| input::is_invisible(c) && !joiner(c))
        && text.trim_matches(input::is_blank) == text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_and_names_are_their_own_writing(raw in anything()) {
        let clean = input::clean(&raw);
        prop_assert!(nothing_unseen(&clean), "{clean:?}");
        prop_assert_eq!(input::clean(&clean), clean.clone());
        let name = input::name(&raw);
        prop_assert_eq!(input::name(&name), name.clone());
        prop_assert!(!name.contains('\n'));
        let folded = input::folded(&raw);
        prop_assert_eq!(input::folded(&folded), folded.clone());
        let code = input::code(&raw);
        prop_assert_eq!(input::code(&code), code);
        let key = input::same_person(&raw);
        prop_assert_eq!(input::same_person(&key), key.clone());
        prop_assert_eq!(input::same_person(&name), key);
        let _ = input::mark(&raw);
    }

    #[test]
    fn values_are_their_own_writing(raw in anything()) {
        if let Ok(n) = input::whole("x", Unit::Claim, &raw) { prop_assert_eq!(input::whole("x", Unit::Claim, &n.to_string()), Ok(n)); }
        if let Ok(n) = input::signed("x", Unit::Claim, &raw) { prop_assert_eq!(input::signed("x", Unit::Claim, &n.to_string()), Ok(n)); }
        if let Some(n) = input::version(&raw) { prop_assert_eq!(input::version(&n.to_string()), Some(n)); }
        if let Ok(v) = input::phone("x", &raw) { prop_assert_eq!(input::phone("x", &v), Ok(v)); }
        if let Ok(v) = input::postal("x", &raw) { prop_assert_eq!(input::postal("x", &v), Ok(v)); }
        if let Ok(v) = input::reading("x", &raw) { prop_assert_eq!(input::reading("x", &v), Ok(v)); }
        if let Ok(v) = input::thing("x", &raw) { prop_assert_eq!(input::thing("x", &v), Ok(v)); }
        if let Ok(v) = input::lot("x", &raw) { prop_assert_eq!(input::lot("x", &v), Ok(v)); }
        if let Ok(v) = input::mail("x", &raw) {
            prop_assert_eq!(input::mail("x", &v), Ok(v.clone()));
            prop_assert_eq!(input::mail("x", &input::sendable(&v)), Ok(v));
        }
    }

    #[test]
    fn days_are_their_own_writing(raw in anything()) {
        let about = Date::constant(2022, 2, 10);
        if let Ok(d) = input::date("x", &raw) {
            prop_assert_eq!(input::date("x", &d.to_string()), Ok(d));
            // What says its year is read alike everywhere.
            prop_assert_eq!(input::date_near("x", &raw, about), Ok(d));
            prop_assert_eq!(input::date_within("x", &raw, Date::constant(1900, 1, 1), Date::constant(2200, 12, 31)), Ok(d));
        }
        if let Ok(d) = input::date_near("x", &raw, about) { prop_assert_eq!(input::date("x", &d.to_string()), Ok(d)); }
        if let Ok(d) = input::expiry("x", &raw) { prop_assert_eq!(input::expiry("x", &d.to_string()), Ok(d)); }
        if let Ok(m) = input::month("x", &raw) { prop_assert_eq!(input::month("x", &m.to_string()), Ok(m)); }
        if let Ok((h, m)) = input::clock("x", &raw) { prop_assert_eq!(input::clock("x", &format!("{h}:{m:02}")), Ok((h, m))); }
        if let Ok(((a, b), (c, d))) = input::clock_range("x", &raw) {
            prop_assert_eq!(input::clock_range("x", &format!("{a}:{b:02}～{c}:{d:02}")), Ok(((a, b), (c, d))));
        }
    }
}

proptest! {
    #[test]
    fn whatever_a_venue_wrote_about_its_days_is_read_or_said(raw in office_text(), behind in office_text()) {
        let raw = format!("{raw}{behind}");
        for day in [Date::constant(2022, 2, 16), Date::MIN, Date::MAX] {
            // A remark that nobody reads leaves every day open.
            let more = format!("{raw}、応相談");
            prop_assert!(!delivery::refuses(&more, day, &Holidays::default()), "{}", more);
            prop_assert!(delivery::unread(&more, day), "{}", more);
        }
    }
}

/// A hundred kilobytes of anything is answered at once: no reader's work grows faster than what it
/// reads.
#[test]
fn long_texts_are_answered_soon() {
    for piece in [
        "1",
        "1,",
        "(金)",
        "LOT",
        "令和",
        "/",
        "-",
        "a@",
        "\u{202e}",
        "か\u{3099}",
        "\u{fa19}",
        "内線",
        "=\"",
        "十",
        "3/",
        " ",
        "～",
        "<",
    ] {
        let raw = piece.repeat(100_000 / piece.len());
        let begun = std::time::Instant::now();
        let _ = (
            input::clean(&raw),
            input::name(&raw),
            input::code(&raw),
            input::mark(&raw),
            input::same_person(&raw),
            input::version(&raw),
        );
        let _ = (
            input::whole("x", Unit::Claim, &raw),
            input::signed("x", Unit::Claim, &raw),
            input::decimal("x", Unit::Week, &raw, 10),
            input::phone("x", &raw),
            input::postal("x", &raw),
        );
        let _ = (
            input::reading("x", &raw),
            input::mail("x", &raw),
            input::web("x", &raw),
            input::lot("x", &raw),
            input::account_holder("x", &raw),
        );
        let _ = (
            input::date("x", &raw),
            input::expiry("x", &raw),
            input::month("x", &raw),
            input::moment("x", &raw),
        );
        let _ = (input::clock("x", &raw), input::clock_range("x", &raw));
        let day = jiff::civil::date(2022, 2, 16);
        let _ = (
            delivery::refuses(&raw, day, &Holidays::default()),
            delivery::TimeBand::read(&raw),
            input::is_ditto(&raw),
        );
        assert!(begun.elapsed().as_secs() < 30, "{piece:?} took {:?}", begun.elapsed());
    }
}
