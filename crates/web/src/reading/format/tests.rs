use super::*;

#[test]
fn formats_say_what_a_number_means() {
    for (code, kind) in [
        ("General", Kind::Plain),
        ("G/標準", Kind::Plain),
        ("0", Kind::Plain),
        ("#,##0_ ;[Red]\\-#,##0\\ ", Kind::Plain),
        ("0.00E+00", Kind::Scientific),
        ("##0.0E+0", Kind::Scientific),
        ("[$-411]0E-00", Kind::Scientific),
        ("@", Kind::Plain),
        ("#,##0\"℃\"", Kind::Plain),
        ("yyyy/mm/dd", Kind::Date),
        ("yyyy\"年\"m\"月\"d\"日\"", Kind::Date),
        ("[$-411]ggge\"年\"m\"月\"d\"日\";@", Kind::Date),
        ("[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", Kind::Date),
        ("m/d", Kind::Date),
        ("m\"月\"", Kind::Date),
        ("aaa", Kind::Date),
        ("mmm\\-yy", Kind::Date),
        ("yyyy/m/d h:mm", Kind::DateTime),
        ("[$-F400]h:mm:ss\\ AM/PM", Kind::Time),
        ("h\"時\"mm\"分\"", Kind::Time),
        ("[h]:mm", Kind::Duration),
        ("0.0%", Kind::Percent),
        ("0000000000", Kind::Digits("0000000000".into())),
        ("000\\-0000", Kind::Digits("000-0000".into())),
        ("[<=999]000;[<=9999]000\\-00;000\\-0000", Kind::Digits("000-0000".into())),
        (";;;", Kind::Unseen),
        (";;", Kind::Unseen),
        ("\"TRUE\";\"TRUE\";\"FALSE\"", Kind::Truth),
    ] {
        assert_eq!(custom(code), kind, "{code}");
    }
}

#[test]
fn letters_of_a_format_are_read_as_shown_or_asked_about() {
    let say = |value: f64, code: &str| said(value, &custom(code), false);
    for (value, code, shown) in [
        (220_930.0, "0\"A\"", "220930A"),
        (220_930.0, "\"A\"0", "A220930"),
        (930.0, "000000\"A\"", "000930A"),
        (930.0, "\\A000000", "A000930"),
        (5.0, "\"A\"-0", "A-5"),
        (12.0, "General\"人\"", "12人"),
        (1234.0, "#,##0\"箱\"", "1234箱"),
        (-5.0, "0\"箱\"", "-5箱"),
        (-5.0, "0\"箱\";\"▲\"0\"箱\"", "▲5箱"),
        (7.0, "#,##0\"days\"", "7days"),
        (5.0, "0_ ;[Red]\\-0\\ ", "5"),
    ] {
        assert_eq!(say(value, code), Ok(shown.to_string()), "{code}");
    }
    for (value, code) in [
        (220_930.0, "[=220930]\"3005785\""),
        (220_930.0, "[=220930]\"3005785\";General"),
        (220_930.0, "\"3005785\""),
        (0.0, "0;-0;\"3005785\""),
        (220_930.0, "000\"A\"000"),
        (0.5, "0%\"A\""),
    ] {
        assert!(say(value, code).is_err_and(|why| why.contains("違う文字")), "{code}");
    }
}

#[test]
fn numbers_are_said_as_they_are_shown_or_not_at_all() {
    let say = |value: f64, code: &str| said(value, &custom(code), false);
    let is = |text: &str| Ok::<_, String>(text.to_string());
    assert_eq!(say(44638.0, "yyyy/m/d"), is("2022-03-18"));
    assert_eq!(said(43176.0, &Kind::Date, true), is("2022-03-18"));
    assert_eq!(say(44638.395833333336, "yyyy/m/d h:mm"), is("2022-03-18 9:30"));
    assert_eq!(say(44638.0, "yyyy/m/d h:mm"), is("2022-03-18"));
    assert_eq!(say(44638.395833333336, "yyyy/m/d"), is("2022-03-18"));
    assert_eq!(say(0.395833333333333, "h:mm"), is("9:30"));
    assert_eq!(say(1.0625, "[h]:mm"), is("25:30"));
    for (value, day, moment) in [
        // 23:59:59.9, .997 and .9999 are of that day; what a sum of times lost isn't.
        (44_638.999_998_84, "2022-03-18", "2022-03-18 23:59:59"),
        (44_638.999_999_965, "2022-03-18", "2022-03-18 23:59:59"),
        (44_638.999_999_998_8, "2022-03-18", "2022-03-18 23:59:59"),
        (44_638.999_999_999_99, "2022-03-19", "2022-03-19"),
        (44_638.0 - 1e-10, "2022-03-18", "2022-03-18"),
        (44_638.000_005, "2022-03-18", "2022-03-18"),
        (44_638.999_9, "2022-03-18", "2022-03-18 23:59:51"),
    ] {
        assert_eq!(
            (say(value, "yyyy/m/d"), say(value, "yyyy/m/d h:mm")),
            (is(day), is(moment)),
            "{value}"
        );
    }
    assert_eq!(
        (say(0.999_999, "h:mm:ss"), say(0.999_999_999_99, "h:mm")),
        (is("23:59:59"), is("0:00"))
    );
    assert_eq!(say(59.0, "yyyy/m/d"), is("1900-02-28"));
    assert!(say(60.0, "yyyy/m/d").is_err());
    assert!(say(-1.0, "yyyy/m/d").is_err());
    assert!(say(1e9, "yyyy/m/d").is_err());
    assert_eq!(say(12345678.0, "0000000000"), is("0012345678"));
    assert_eq!(say(12203.0, "000000"), is("012203"));
    assert_eq!(say(1080073.0, "000-0000"), is("108-0073"));
    assert_eq!(say(0.5, "0%"), is("50%"));
    assert_eq!(say(0.07, "0.0%"), is("7%"));
    assert_eq!(say(0.1 + 0.2, "General"), is("0.3"));
    assert_eq!(say(-2.5, "0"), is("-2.5"));
    assert_eq!(say(1_000_000.0, "General"), is("1000000"));
    assert_eq!(say(999_999_999_999_999.0, "0"), is("999999999999999"));
    assert!(say(1_000_000_000_000_000.0, "0").unwrap_err().contains("15桁"));
    assert!(say(231_310_320_000_000_101.0, "@").unwrap_err().contains("15桁"));
    for (value, shown) in [
        (3_000_000.0, "3.00E+06"),
        (12_345_678.0, "1.23E+07"),
        (0.00012, "1.20E-04"),
        (5.0, "5.00E+00"),
    ] {
        assert!(
            say(value, "0.00E+00").unwrap_err().contains(&format!("（{shown}）に変えたセル")),
            "{value}"
        );
    }
    assert_eq!((built_in(11), built_in(48)), (Kind::Scientific, Kind::Scientific));
    assert!(say(f64::NAN, "0").is_err());
    assert_eq!(say(1e-300, "0"), is("0"));
}
