//! Words around the months and days of a title.

/// Before or behind a month: when the table was made or is paid, not what it counts.
pub(super) const MADE: [&str; 17] = [
    "作成",
    "提出",
    "発行",
    "送付",
    "支払",
    "支給",
    "入金",
    "振込",
    "印刷",
    "出力",
    "更新",
    "改訂",
    "締",
    "回答",
    "締切",
    "予定日",
    "現在",
];
/// Before a day: what is counted of it.
pub(super) const COUNTED: [&str; 7] = ["接種", "期間", "対象", "実施", "診療", "利用", "請求分"];
/// Before ten digits that are no code of a venue or an institution.
pub(super) const OTHER_NUMBERS: [&str; 8] =
    ["電話", "tel", "fax", "携帯", "口座", "法人番号", "℡", "☎"];
/// Months in Chinese numbers, the longer ones first.
pub(super) const KANJI_MONTHS: [(&str, &str); 12] = [
    ("十二月", "12月"),
    ("十一月", "11月"),
    ("十月", "10月"),
    ("九月", "9月"),
    ("八月", "8月"),
    ("七月", "7月"),
    ("六月", "6月"),
    ("五月", "5月"),
    ("四月", "4月"),
    ("三月", "3月"),
    ("二月", "2月"),
    ("一月", "1月"),
];
/// Numbers of doses.
pub(super) const KANJI_DOSES: [(&str, &str); 5] = [
    ("一回目", "1回目"),
    ("二回目", "2回目"),
    ("三回目", "3回目"),
    ("四回目", "4回目"),
    ("五回目", "5回目"),
];
