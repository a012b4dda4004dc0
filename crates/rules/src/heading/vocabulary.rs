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
/// Labels before a month in which a table is billed.
pub(super) const BILLED: [&str; 7] =
    ["請求月", "請求年月", "審査月", "審査年月", "請求時期", "請求する月", "請求予定月"];
/// Other labels: what stands behind the last one is said of it.
pub(super) const BILLING: [&str; 5] = ["支払", "提出", "作成", "サービス", "月分"];
/// Right behind the month in which a table is billed.
pub(super) const BILLED_BEHIND: [&str; 7] =
    ["請求分", "に請求", "の請求分", "審査", "請求予定", "請求締", "締請求"];
/// Behind 4月請求: the paper's name, which may be of that month.
pub(super) const PAPERS: [&str; 12] =
    ["書", "表", "額", "件", "一覧", "明細", "データ", "内訳", "用", "資料", "ファイル", "金額"];
/// A month before one that isn't named.
pub(super) const MONTHS_AGO: [&str; 8] =
    ["先々月", "前々月", "先月", "前月", "先先月", "前前月", "前の月", "lastmonth"];
/// A month after one that isn't named.
pub(super) const MONTHS_TO_COME: [&str; 6] = ["再来月", "来月", "翌々月", "翌月", "次月", "次の月"];
/// A time before.
pub(super) const AGO: [&str; 13] = [
    "前々回分",
    "前回分",
    "前回提出分",
    "前回報告分",
    "前回請求分",
    "前回の",
    "前回データ",
    "次回分",
    "先々週",
    "前々週",
    "先週",
    "前週",
    "lastweek",
];
/// Behind such a word: that it is counted.
pub(super) const OF_TIME: [&str; 11] =
    ["分", "度分", "の", "接種", "データ", "一覧", "表", "件数", "報告", "集計", "実績"];
/// A time that is longer than a month.
pub(super) const LONGER: [&str; 14] = [
    "第1四半期",
    "第2四半期",
    "第3四半期",
    "第4四半期",
    "第一四半期",
    "第二四半期",
    "第三四半期",
    "第四四半期",
    "四半期",
    "上半期",
    "下半期",
    "上期",
    "下期",
    "通年",
];
/// Years that aren't named.
pub(super) const YEARS: [&str; 6] = ["一昨年", "昨年", "前年", "去年", "来年", "翌年"];
/// Before the number of a fiscal year.
pub(super) const ERAS: [&str; 7] = ["令和", "平成", "令", "平", "r", "h", "fy"];
/// Behind a fiscal year: that it is counted.
pub(super) const OF_YEAR: [&str; 10] =
    ["分", "計", "合計", "集計", "実績", "まとめ", "一覧", "請求", "全体", "通年"];
/// Behind a number: so many months.
pub(super) const MONTHS: [&str; 7] =
    ["か月分", "ヶ月分", "カ月分", "ケ月分", "ヵ月分", "箇月分", "ゕ月分"];
/// Before a day alone: it is counted.
pub(super) const DAYS: [&str; 2] = ["接種日", "期間"];
/// Behind a day: the beginning of a span, its end, and a deadline.
pub(super) const FROM: [&str; 2] = ["から", "より"];
pub(super) const UNTIL: [&str; 2] = ["まで", "迄"];
pub(super) const DEADLINE: [&str; 2] = ["までに", "迄に"];
/// Behind a month: a bill.
pub(super) const BILL: [&str; 3] = ["請求", "の請求", "度請求"];
/// In brackets behind a title: units, and how it is written.
pub(super) const BRACKETED: [&str; 72] = [
    "箱",
    "本",
    "回",
    "件",
    "人",
    "名",
    "台",
    "円",
    "枚",
    "日",
    "歳",
    "才",
    "分",
    "個",
    "℃",
    "°c",
    "度",
    "%",
    "回分",
    "バイアル",
    "回目",
    "人数",
    "件数",
    "必須",
    "任意",
    "必須項目",
    "入力必須",
    "要入力",
    "入力",
    "記入",
    "選択",
    "選択式",
    "プルダウン",
    "空欄可",
    "省略可",
    "数字",
    "英数",
    "英数字",
    "文字列",
    "テキスト",
    "漢字",
    "カナ",
    "かな",
    "ひらがな",
    "カタカナ",
    "フリガナ",
    "ふりがな",
    "氏名",
    "コード",
    "名称",
    "ハイフンなし",
    "ハイフン不要",
    "ハイフン無し",
    "西暦",
    "和暦",
    "日付",
    "年月日",
    "月日",
    "年月",
    "年",
    "月",
    "yyyy",
    "mm",
    "dd",
    "yyyymmdd",
    "hh",
    "税抜",
    "税抜き",
    "変えません",
    "変更不可",
    "自動",
    "自動入力",
];
/// Choices of a column, where more than one stands in brackets.
pub(super) const BRACKETED_VALUES: [&str; 18] = [
    "○",
    "×",
    "◯",
    "✓",
    "レ",
    "はい",
    "いいえ",
    "有",
    "無",
    "接種",
    "予診のみ",
    "通常",
    "時間外",
    "休日",
    "6歳以上",
    "6歳未満",
    "午前",
    "午後",
];
