//! Days that are compared with each other, and further writings of testers: each is read as it
//! stands here, or asked about on every day.

use super::*;

const EVERY: &str = "月火水木金土日";

/// The days from Monday, 14 February 2022, of which each is asked about that isn't as it stands
/// there.
fn wrong(table: &[(&str, &str)]) -> Vec<String> {
    let holidays = Holidays([(day("2022-02-23"), "天皇誕生日".to_string())].into());
    let asked = |text: &str| asked_in_the_week_of("2022-02-14", text, &holidays);
    let found = table.iter().map(|(text, days)| (text, days, asked(text)));
    found
        .filter(|(_, days, asked)| asked != **days)
        .map(|(text, days, asked)| format!("{text}: {asked} instead of {days}"))
        .collect()
}

/// より is from one day to another only where まで closes it; an arrow is nothing that is sure.
const COMPARED: &[(&str, &str)] = &[
    ("水曜より木曜希望", EVERY),
    ("水曜より木曜", EVERY),
    ("水曜より木曜可", EVERY),
    ("水曜より木曜を希望します", EVERY),
    ("水曜より木曜の方が良い", EVERY),
    ("水曜よりも木曜", EVERY),
    ("水曜よりも木曜希望", EVERY),
    ("水曜よりは木曜", EVERY),
    ("水曜より、木曜", EVERY),
    ("水曜より、木曜希望", EVERY),
    ("水曜日より木曜日でお願いします", EVERY),
    ("水より木", EVERY),
    ("水より木金", EVERY),
    ("水より木・金", EVERY),
    ("水曜より平日", EVERY),
    ("午前より午後", EVERY),
    ("水曜午前より木曜午後", EVERY),
    ("水曜午前より木曜", EVERY),
    ("土日より平日希望", EVERY),
    ("土日より平日", EVERY),
    ("平日より土日", EVERY),
    ("2/16より2/17希望", EVERY),
    ("2/16より2/17", EVERY),
    ("2/16より17日", EVERY),
    ("16日より17日", EVERY),
    ("2/16より木曜", EVERY),
    ("第3水曜より第3木曜", EVERY),
    ("水曜でなく木曜", EVERY),
    ("水曜ではなく木曜", EVERY),
    ("水曜に比べて木曜", EVERY),
    ("水曜から木曜に変更", EVERY),
    ("水曜から木曜へ", EVERY),
    ("水曜の代わりに木曜", EVERY),
    ("Wed rather than Thu", EVERY),
    ("水曜→木曜", EVERY),
    ("水曜→木曜希望", EVERY),
    ("2/16→2/17", EVERY),
    ("2/16→不可", EVERY),
    ("水曜⇒木曜", EVERY),
    ("月曜日より水曜日まで", "月火水"),
    ("月曜より水曜まで不可", "月火水"),
    ("月より水まで", "月火水"),
    ("月曜の午後より水曜の午前まで", "月火水"),
    ("2/14より2/16まで", "月火水"),
    ("2月14日より16日まで受取不可", "月火水"),
    ("2月17日より受取可", "月火水"),
    ("水曜より", "水木金土日"),
    ("水曜より可", EVERY),
];

/// What a tester wrote in the seventh round.
const SEVENTH: &[(&str, &str)] = &[
    ("木曜日曜祝日", "木日"),
    ("水曜日曜・祝日", "水日"),
    ("金曜土曜日曜日", "金土日"),
    ("2/16以前は不可", EVERY),
    ("火曜以前は不可", EVERY),
    ("2/16より前は不可", EVERY),
    ("2/16前は不可", EVERY),
    ("2/16しか空いていません", EVERY),
    ("水木金がよい", EVERY),
    ("水木金だと助かります", EVERY),
    ("水木金でお願いしたい", EVERY),
    ("水木金のいずれか", EVERY),
    ("水木金のどれか", EVERY),
    ("水木金の間で", EVERY),
    ("月〜金（祝日を除く）可", "土日"),
    ("月～金（水以外）可", "水土日"),
    ("平日（祝日を除く）のみ受取可", "土日"),
    ("月曜から金曜（水曜を除く）に受け取れます", "水土日"),
    ("平日可、水曜不可", "水土日"),
    ("月～金可（水は不可）", "水土日"),
    ("平日は受取可能だが水曜は不可", EVERY),
    ("平日可", "土日"),
    ("受付：火・木", EVERY),
    ("受渡日：火・木", EVERY),
    ("火・木出勤", EVERY),
    ("火・木は診療", EVERY),
    ("営業は火・木", EVERY),
    ("診療日：火月木金", "水土日"),
    ("水・木（2/17は可）", EVERY),
    ("Tue & Thu are fine", EVERY),
    ("月可火否水可木否金可", EVERY),
    ("月次締日", EVERY),
    ("イベント日", EVERY),
    ("2月は水曜不可", EVERY),
    ("2月中の水曜日", EVERY),
    ("火木は全日不可", "火木"),
    ("火木全日NG", EVERY),
    ("火木は終日不可", "火木"),
];

#[test]
fn days_that_are_compared_are_no_span() {
    let wrong = wrong(COMPARED);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_testers_wrote_since() {
    let wrong = wrong(SEVENTH);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Asked about, and not said to be refused.
    for text in ["2月は水曜不可", "2月中の水曜日", "水曜より木曜希望", "月可火否水可木否金可"]
    {
        let on = day("2022-02-15");
        assert!(unread(text, on) && !refuses(text, on, &Holidays::default()), "{text}");
    }
}
