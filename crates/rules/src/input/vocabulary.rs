//! Words and signs that stand where a value isn't known.

/// How a word of nothing ends where somebody is polite.
pub(super) const POLITE: [&str; 2] = ["です", "でした"];

/// What is written where there is no such thing: as good as empty. Without blanks, in lower case.
pub(super) const NONE: &str = "\
    なし 無し 無 ナシ ない 無い 特になし 特に無し 特に無 とくになし 特にない 特段なし 該当なし 該当無し 該当無 該当ナシ 該当せず \
    該当部署なし 該当者なし 非該当 ありません 有りません ございません 無所属 所属なし 部署なし 部署無し 部署名なし 部署はなし \
    部署はありません 役職なし 役職無し 役職名なし 肩書なし 肩書き無し 記載なし 記載無し 記入なし 記入無し 入力なし 設定なし 登録なし \
    空欄 空白 ブランク 省略 不要 対象外 na n.a. n.a none nil nothing no non nashi nasi";
/// Before a telephone number, in lower case: four figures behind it are one.
pub(super) const CALLED: [&str; 14] = [
    "tel",
    "phone",
    "電話",
    "でんわ",
    "fax",
    "ファックス",
    "ファクス",
    "ファクシミリ",
    "携帯",
    "☎",
    "☏",
    "📞",
    "📠",
    "直通",
];
/// Before an extension, where two figures are enough.
pub(super) const INSIDE: [&str; 4] = ["内線番号", "内線", "extension", "ext."];
/// For the name of a thing. Without blanks, in lower case.
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
/// Holidays as they are written behind a day, longest first, and the part of the calendar's name
/// that says the same; dashes are one sort.
pub(super) const HOLIDAYS: [(&str, &str); 26] = [
    ("憲法記念日の振替休日", "憲法記念日"),
    ("国民の祝日", ""),
    ("振替休日", "振替休日"),
    ("振り替え休日", "振替休日"),
    ("振休", "振替休日"),
    ("振替", "振替休日"),
    ("国民の休日", "国民の休日"),
    ("元日", "元日"),
    ("元旦", "元日"),
    ("成人の日", "成人の日"),
    ("建国記念の日", "建国記念の日"),
    ("建国記念日", "建国記念の日"),
    ("天皇誕生日", "天皇誕生日"),
    ("春分の日", "春分の日"),
    ("昭和の日", "昭和の日"),
    ("憲法記念日", "憲法記念日"),
    ("みどりの日", "みどりの日"),
    ("こどもの日", "こどもの日"),
    ("海の日", "海の日"),
    ("山の日", "山の日"),
    ("体育の日", "体育の日"),
    ("敬老の日", "敬老の日"),
    ("秋分の日", "秋分の日"),
    ("スポ-ツの日", "スポーツの日"),
    ("文化の日", "文化の日"),
    ("勤労感謝の日", "勤労感謝の日"),
];
/// Some holiday, whichever.
pub(super) const SOME_HOLIDAY: [&str; 6] =
    ["national holiday", "祝祭日", "祝日", "祭日", "祝", "holiday"];
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
/// Kinds of companies, before a name.
pub(super) const COMPANIES: [&str; 7] =
    ["株式会社", "有限会社", "合同会社", "(株)", "(有)", "(同)", "㈱"];
/// Behind one of these no name goes on in capitals.
pub(super) const GLUED: [char; 20] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '部', '課', '室', '係', '局', '科', '階',
    '号', '地', '番',
];
