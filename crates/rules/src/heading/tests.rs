//! Titles as they stand above tables, each with what is asked about it.

use super::*;

fn march() -> Target {
    Target {
        month: Month::parse("2022-03"),
        codes: vec!["1311234569".into(), "1310000003".into()],
        dose: 3,
        latest: false,
    }
}

const OF_FEBRUARY: &[&str] = &[
    "請求書（2022年2月分）",
    "請求書(２０２２年２月分)",
    "令和4年2月分",
    "令和４年２月分 請求",
    "R4.2月分",
    "R4.2分",
    "令4/2",
    "2022年 2月 分",
    "2022/02",
    "2022-02 請求",
    "2022.2",
    "202202",
    "請求_202202",
    "接種月：2022年2月",
    "接種月 2月",
    "2月分",
    "２月接種分",
    "二月分",
    "2月請求書",
    "2022年2月1日～2022年2月28日",
    "令和4年2月1日から28日まで",
    "2月1日（火）〜2月28日（月）",
    "接種期間：2022年2月1日",
    "接種日 2022/2/14",
    "2022年2月〜3月分",
    "2022年3月分・2022年2月分",
    "2022年2月末まで",
    "3月請求分（2022年2月接種分）",
    "2/1〜2/28",
    "２／１～２／２８",
    "2/1から2/28まで",
    "2/1-2/28",
    "2.1～2.28",
    "2022/2/1〜2/28",
    "2/16〜3/15",
    "22/2",
    "22/02/01〜22/02/28",
    "22年2月分",
    "4年2月分",
    "2・3月分",
    "2〜3月",
    "2-3月分",
    "2月〜3月合計",
    "接種日 2/1",
    "2022年2月28日まで",
    "February",
    "Feb",
    "Feb.",
    "FEBRUARY 2022",
    "Feb 2022",
    "2022 Feb",
    "Feb-22",
    "Claim for February",
    "Invoice, February 2022",
    "Feb 1 - Feb 28",
    "1 Feb 2022 to 28 Feb 2022",
    "Ｆｅｂ．２０２２",
    "接種 Feb分",
    "2月分（4月請求）",
    "請求月 2022年4月 接種月 2022年2月",
];

#[test]
fn a_title_of_another_month_is_asked_about_in_any_writing() {
    for title in OF_FEBRUARY.iter().copied() {
        let found = march().doubts(title);
        let named = Month::parse("2022-02").unwrap();
        let own = Month::parse("2022-03").unwrap();
        assert_eq!(found, [Doubt::Month { named, own }], "{title}");
    }
    for (title, named) in [
        ("接種月：2022年4月", "2022-04"),
        ("令和3年3月分", "2021-03"),
        ("2021年3月分", "2021-03"),
        ("12月分", "2021-12"),
        ("1月〜3月合計", "2022-01"),
        ("1〜3月分", "2022-01"),
        ("第4四半期（1月～3月）", "2022-01"),
        ("3年3月分", "2021-03"),
        ("21年3月分", "2021-03"),
        ("January", "2022-01"),
        ("April 2022", "2022-04"),
        ("Sept. 2021", "2021-09"),
        ("December", "2021-12"),
        ("March 2021", "2021-03"),
        ("4月分", "2022-04"),
    ] {
        let named = Month::parse(named).unwrap();
        let found = march().doubts(title);
        assert!(
            matches!(found[..], [Doubt::Month { named: n, .. }] if n == named),
            "{title}: {found:?}"
        );
    }
}

#[test]
fn a_title_of_the_month_itself_or_of_none_is_not_asked_about() {
    for title in [
        "",
        "請求書",
        "請求書（2022年3月分）",
        "令和4年3月分",
        "3月分",
        "三月分",
        "R4.3月",
        "2022年3月1日～2022年3月31日",
        "作成日：2022年4月5日",
        "2022年4月5日作成",
        "請求日 2022/4/10",
        "2022年4月10日",
        "提出月：2022年4月",
        "2022年4月提出分",
        "支払予定：2022年5月",
        "請求書 2022年3月分（2022年4月5日 提出）",
        "令和3年度 新型コロナワクチン接種",
        "令和3年度 請求書 2022年3月分",
        "第3回 追加接種",
        "3か月後",
        "港区 12 件",
        "1-1-1",
        "電話 03-1234-5678",
        "月別請求",
        "3回目接種の請求",
        "総件数 202 件",
        "3/1〜3/31",
        "３／１～３／３１",
        "1/2ページ",
        "1／3枚",
        "March",
        "Mar. 2022",
        "Mar-22",
        "March 1 - March 31",
        "Created April 5, 2022",
        "Printed: 5 Apr 2022",
        "It may be empty",
        "JANコード",
        "22年3月分",
        "4年3月分",
        "3月分 先月分",
        "提出期限 4月10日まで",
        "4月10日までに提出",
        "翌月10日までに提出",
        "前月比",
        "前年比",
        "前回請求額からの変更",
        "通年採用の社員",
        "Dose 3",
        "ver.1.2",
    ] {
        assert_eq!(march().doubts(title), [], "{title}");
    }
}

#[test]
fn the_month_of_billing_is_the_one_after_the_month_that_is_billed() {
    for title in [
        "3月分（4月請求）",
        "2022年4月請求分（3月接種）",
        "請求月 2022年4月",
        "請求月：4月",
        "請求年月 令和4年4月",
        "4月請求分",
        "４月請求分",
        "4月請求",
        "4月請求書",
        "2022年4月請求書",
        "請求_202204",
        "請求 2022年4月",
        "4月審査分",
        "審査月：2022年4月",
        "令和4年4月審査 3月診療分",
        "接種月 2022年3月 請求月 2022年4月",
        "請求月：2022年4月分",
        "4月に請求",
        "3月請求書",
        "Billed in April 2022",
        "支払月 2022年5月",
        "5月支払分",
    ] {
        assert_eq!(march().doubts(title), [], "{title}");
    }
    for (title, billed) in [
        ("3月分（5月請求）", "2022-05"),
        ("請求月 2022年3月", "2022-03"),
        ("請求月 2022年5月", "2022-05"),
        ("3月請求分", "2022-03"),
        ("5月審査分", "2022-05"),
        ("2月請求分", "2022-02"),
        ("Billed in March 2022", "2022-03"),
    ] {
        let (billed, own) = (Month::parse(billed).unwrap(), Month::parse("2022-03").unwrap());
        assert_eq!(march().doubts(title), [Doubt::Billed { billed, own }], "{title}");
    }
    let own = Month::parse("2021-12");
    let december = Target { month: own, ..Target::default() };
    assert_eq!(december.doubts("12月分（1月請求）"), []);
    assert_eq!(december.doubts("2022年1月請求分"), []);
}

#[test]
fn a_time_that_isnt_named_or_is_longer_is_asked_about() {
    for (title, said) in [
        ("先月分", "先月分"),
        ("先月", "先月"),
        ("前月分", "前月分"),
        ("前回分", "前回分"),
        ("前回の", "前回の"),
        ("前々回分", "前々回分"),
        ("来月分", "来月分"),
        ("翌月", "翌月"),
        ("翌月分", "翌月分"),
        ("先々月分", "先々月分"),
        ("請求書（先月分）", "先月分"),
        ("前月 接種件数", "前月"),
        ("昨年3月分", "昨年"),
        ("前年度分", "前年"),
        ("Last month", "lastmonth"),
        ("先週分", "先週分"),
    ] {
        let found = march().doubts(title);
        let own = Month::parse("2022-03").unwrap();
        assert_eq!(found, [Doubt::Relative { word: said.into(), own }], "{title}");
    }
    for (title, said) in [
        ("第4四半期", "第4四半期"),
        ("第４四半期", "第4四半期"),
        ("第四四半期", "第四四半期"),
        ("4Q", "4Q"),
        ("Q4 2021", "Q4"),
        ("令和3年度", "令和3年度"),
        ("2021年度分", "2021年度"),
        ("R3年度 合計", "r3年度"),
        ("下期", "下期"),
        ("3か月分", "3か月分"),
        ("２ヶ月分", "2ヶ月分"),
    ] {
        let found = march().doubts(title);
        let own = Month::parse("2022-03").unwrap();
        assert_eq!(found, [Doubt::Longer { word: said.into(), own }], "{title}");
    }
    let latest = Target { latest: true, ..Target::default() };
    for title in [
        "前週分",
        "先週",
        "先週の報告",
        "前回分",
        "Last week",
        "前回報告分",
        "前月",
        "先月",
        "前月分",
        "先月分",
        "先々月の実績",
        "接種実績（前月分）",
        "前月 接種実績の報告",
        "results_先月.xlsx",
        "Last month",
    ] {
        assert!(matches!(latest.doubts(title)[..], [Doubt::Before(_)]), "{title}");
    }
    for title in [
        "接種実績の報告",
        "先週比",
        "2022年3月20日",
        "週報",
        "前回からの増減",
        "前月比",
        "前月からの増減",
        "翌月分",
        "翌月10日までに提出",
    ] {
        assert_eq!(latest.doubts(title), [], "{title}");
    }
}

#[test]
fn another_venues_code_and_another_dose_are_asked_about() {
    let luhn =
        |nine: &str| (0..10).map(|d| format!("{nine}{d}")).find(|c| check_institution(c).is_ok());
    let other = luhn("131123457").expect("a code");
    assert!(check_institution("1311234569").is_ok());
    for title in [
        other.clone(),
        format!("会場コード {other}"),
        format!("個人単位の記録_{other}_2022-03-20"),
        format!("会場コード：{} 請求書", input::folded(&other)),
    ] {
        let own = "1311234569".to_string();
        assert_eq!(march().doubts(&title), [Doubt::Code { named: other.clone(), own }], "{title}");
    }
    for title in [
        "1311234569",
        "1310000003",
        "個人単位の記録_1311234569_2022-03-20",
        "TEL 1311234577",
        "13112345690",
    ] {
        assert_eq!(march().doubts(title), [], "{title}");
    }
    for (title, dose) in [
        ("4回目接種", 4),
        ("1・2回目接種", 1),
        ("第2回目", 2),
        ("初回接種（1回目）", 1),
        ("四回目", 4),
        ("1～2回目", 1),
    ] {
        assert_eq!(march().doubts(title), [Doubt::Dose { named: dose, own: 3 }], "{title}");
    }
    for title in ["3回目接種", "追加接種（３回目）", "三回目", "3回", "4回"] {
        assert_eq!(march().doubts(title), [], "{title}");
    }
    // What is about no one thing is asked about nothing.
    assert_eq!(Target::default().doubts("2022年2月分 4回目 1311234569"), []);
}

#[test]
fn no_more_of_a_title_is_looked_at_than_its_longest() {
    let before = "あ".repeat(LONGEST - 4);
    assert!(matches!(march().doubts(&format!("{before}2月分"))[..], [Doubt::Month { .. }]));
    for behind in ["2月分", "Feb 2022", "4Q", "先月分", "4回目", "1311234577"] {
        let title = format!("{} {behind}", "あ".repeat(LONGEST));
        assert_eq!(march().doubts(&title), [], "{behind}");
    }
}
