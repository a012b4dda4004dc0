//! Words that stand in fields for addresses and are none.

/// What stands where no place is known. Without blanks, in lower case.
pub(super) const NOWHERE: &str = "\
    未定 未確定 不明 未記入 未入力 未登録 なし 無し ナシ 無 該当なし 記入なし 空欄 空白 調整中 検討中 確認中 選定中 交渉中 \
    後日 後日連絡 後日決定 追って連絡 追って通知 別紙 別紙参照 別紙のとおり 別紙の通り 別添 別途 保留 同じ 同所 同住所 同一 \
    上記と同じ 上記 左記 左記と同じ 会場と同じ 会場に同じ 本社と同じ 本社に同じ 企業と同じ 医療機関と同じ 医療機関に同じ \
    組織と同じ 申込者と同じ 所在地と同じ 前と同じ 前回と同じ 市区町村と同じ 住所 所在地 番地 町名 町名・番地 町名番地 丁目 \
    市区町村 都道府県 住所を入力 ご記入ください 入力してください 記入例 入力例 例 見本 サンプル sample ダミー dummy \
    テスト てすと test tbd tba na n/a none unknown x xx xxx オンライン online 社内 院内 \
    当院 当社 自社 弊社 本社 会場 現地";
/// Endings of an address whose rest isn't known.
pub(super) const OPEN: [&str; 12] = [
    "未定",
    "不明",
    "未確定",
    "未入力",
    "調整中",
    "検討中",
    "確認中",
    "選定中",
    "別紙参照",
    "参照",
    "後日連絡",
    "のとおり",
];
/// Figures of an address in Chinese.
pub(super) const NUMERALS: &str = "一二三四五六七八九十百千";
/// Behind the figures.
pub(super) const UNITS: [&str; 3] = ["丁目", "番", "号"];
