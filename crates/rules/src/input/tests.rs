use super::*;

#[test]
fn whole_numbers_are_read_in_any_office_writing() {
    for (raw, value) in
        [("12", 12), ("１２", 12), ("1,234", 1234), ("１，２３４ 箱", 1234), (" 4箱", 4), ("0", 0)]
    {
        assert_eq!(whole("箱数", Unit::Box, raw), Ok(value), "{raw}");
    }
    for (raw, value) in [("404,800円", 404_800), ("￥500", 500)] {
        assert_eq!(whole("金額", Unit::Yen, raw), Ok(value), "{raw}");
    }
    for raw in ["-1", "1.5", "四", "1e3", "４箱半"] {
        assert_eq!(
            whole("箱数", Unit::Box, raw),
            Err(InputFault::NotWhole("箱数".into())),
            "{raw}"
        );
    }
    assert_eq!(whole("箱数", Unit::Box, "　"), Err(InputFault::Empty("箱数".into())));
    assert!(matches!(
        whole("箱数", Unit::Box, "99999999999999999999"),
        Err(InputFault::Range { .. })
    ));
}

#[test]
fn dates_are_read_in_western_and_japanese_years() {
    for raw in [
        "2022-02-22",
        "2022/2/22",
        "20220222",
        "2022年2月22日",
        "2022年2月22日（火）",
        "令和4年2月22日",
        "R4.2.22",
        "２０２２／２／２２",
        "Ｒ４．２．２２",
        "2022 2 22",
    ] {
        assert_eq!(date("日", raw).map(|d| d.to_string()), Ok("2022-02-22".into()), "{raw}");
    }
    for raw in ["2月22日", "きのう"] {
        assert!(matches!(date("日", raw), Err(InputFault::NotDate(_))), "{raw}");
    }
    for raw in ["2022-02-30", "2022-13-01"] {
        assert!(matches!(date("日", raw), Err(InputFault::NoSuchDay { .. })), "{raw}");
    }
    assert!(matches!(date("日", "22/2/22"), Err(InputFault::WhichYear { .. })));
}

#[test]
fn phones_mails_postal_codes_and_readings_lose_their_width_but_not_their_meaning() {
    assert_eq!(phone("電話", "０３－１２３４－５６７８"), Ok("03-1234-5678".into()));
    assert_eq!(phone("電話", "+81-3-1234-5678"), Ok("03-1234-5678".into()));
    assert_eq!(phone("電話", "0312345678"), Ok("0312345678".into()));
    assert!(phone("電話", "12345").is_err());
    assert_eq!(mail("メール", "ｔａｒｏ＠Example.JP"), Ok("taro@example.jp".into()));
    assert!(mail("メール", "taro@example").is_err());
    assert!(mail("メール", "a@b@c.jp").is_err());
    assert_eq!(postal("郵便番号", "〒１００－８９１６"), Ok("1008916".into()));
    assert_eq!(reading("よみ", "ｺｳｾｲ　タロウ"), Ok("こうせい たろう".into()));
    assert!(matches!(reading("よみ", "厚生 たろう"), Err(InputFault::Reading(_))));
}

/// A spreadsheet's day with the share of it that has gone by.
#[test]
fn a_day_of_a_spreadsheet_may_say_its_time() {
    for (raw, day, time) in [
        ("44608.5625", "2022-02-16", Some((13, 30))),
        ("４４６０８．３７５", "2022-02-16", Some((9, 0))),
        ("44608.395833333336", "2022-02-16", Some((9, 30))),
        ("44608.99999884", "2022-02-16", Some((23, 59))),
        ("44608.0", "2022-02-16", None),
        ("44608", "2022-02-16", None),
    ] {
        assert_eq!(date("日", raw).map(|d| d.to_string()), Ok(day.into()), "{raw}");
        assert_eq!(time_of(raw), time, "{raw}");
    }
    assert_eq!(
        moment("時刻", "44608.5625").map(|m| m.to_string()),
        Ok("2022-02-16T13:30:00".into())
    );
    assert_eq!(time_of("20220216.5"), None);
}

#[test]
fn rare_characters_round_trip() {
    for name_ in ["𠮷野 家", "髙橋 﨑", "葛\u{e0100}飾"] {
        assert_eq!(name(name_), name_);
    }
}

#[test]
fn everyday_letters_are_seen_no_gap_and_no_dash_and_stay() {
    use unicode_properties::{GeneralCategory as G, UnicodeGeneralCategory};
    let everyday =
        ['ぁ'..='ゖ', 'ァ'..='ヺ', '\u{4e00}'..='\u{9fff}', '０'..='９', 'Ａ'..='Ｚ', 'ａ'..='ｚ'];
    for c in everyday.into_iter().flatten().chain(['ー']) {
        let class = c.general_category();
        assert!(
            !matches!(class, G::Format | G::Control | G::SpaceSeparator | G::DashPunctuation),
            "{c}"
        );
        assert!(!is_invisible(c) && !is_blank(c) && !is_dash(c), "{c}");
        let (alone, between) = (c.to_string(), format!("ア{c}亜"));
        assert_eq!((clean(&alone), clean(&between)), (alone.clone(), between.clone()));
    }
}
