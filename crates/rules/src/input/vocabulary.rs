//! Words and signs that stand where a value isn't known.

/// For the name of a thing. なし may be said of a department. Without blanks, in lower case.
pub(super) const UNKNOWN: &str = "\
    未定 未確定 不明 未記入 未入力 調整中 検討中 確認中 選定中 交渉中 別紙参照 後日連絡 xxx tbd tba";
/// Signs for letters that are lost or left open.
pub(super) const LOST: &str = "■ □ ?? ○○ ◯◯ ●● △△ ▲▲ ◇◇ ◆◆ ★★ ☆☆";
/// The same in a person's name and in an address, where one is enough.
pub(crate) const SIGNS: [char; 11] = ['■', '□', '◆', '◇', '●', '○', '◯', '△', '▲', '▽', '▼'];
/// One of them is an ornament anywhere; two beside each other are signs for letters.
pub(crate) const STARS: [char; 2] = ['★', '☆'];
/// The months in English, in lower case.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Before 〇〇 they make a number: 二〇〇.
pub(super) const NUMERALS: &str = "一二三四五六七八九〇十百千";
/// Words around a number that say nothing about it.
pub(super) const AROUND: [&str; 24] = [
    "代表電話番号",
    "代表電話",
    "電話代表",
    "固定電話",
    "会社携帯",
    "社用携帯",
    "スマホ",
    "連絡先",
    "日中連絡先",
    "電話番号",
    "電話",
    "でんわ",
    "tel",
    "phone",
    "携帯電話",
    "携帯",
    "代表番号",
    "代表",
    "代",
    "直通",
    "直",
    "☎",
    "☏",
    "📞",
];
/// Words before an extension, longest first.
pub(super) const EXTENSION: [&str; 9] =
    ["内線番号", "内線", "内)", "extension", "ext", "内", "x", "#", "♯"];
/// A number that costs nothing.
pub(super) const FREE: [&str; 2] = ["フリーダイヤル", "フリーコール"];
/// Eras by what stands before the year: how many years to add.
pub(super) const ERAS: [(&str, i64); 15] = [
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("令", 2018),
    ("平", 1988),
    ("昭", 1925),
    ("大", 1911),
    ("明", 1867),
    ("r", 2018),
    ("h", 1988),
    ("s", 1925),
    ("t", 1911),
    ("m", 1867),
];
/// Before a lot number, in capitals.
pub(super) const HEADS: [&str; 15] = [
    "ロット番号",
    "ロット",
    "LOT NUMBER",
    "LOTNUMBER",
    "LOT NO.",
    "LOTNO.",
    "LOT NO",
    "LOTNO",
    "LOT.",
    "LOT#",
    "LOT",
    "製造番号",
    "製造NO.",
    "NO.",
    "(10)",
];
/// Endings of a building, behind which a room stands.
pub(super) const BUILDINGS: [&str; 18] = [
    "棟",
    "ビル",
    "ビルディング",
    "タワー",
    "館",
    "マンション",
    "ハイツ",
    "コーポ",
    "アパート",
    "荘",
    "センター",
    "プラザ",
    "ハウス",
    "メゾン",
    "レジデンス",
    "コート",
    "会場",
    "フロア",
];
