//! Words and signs that stand where a value isn't known.

/// For the name of a thing. なし may be said of a department. Without blanks, in lower case.
pub(super) const UNKNOWN: &str = "\
    未定 未確定 不明 未記入 未入力 調整中 検討中 確認中 選定中 交渉中 別紙参照 後日連絡 xxx tbd tba";
/// Signs for letters that are lost or left open.
pub(super) const LOST: &str = "■ □ ?? ○○ ◯◯ ●● △△ ▲▲ ◇◇ ◆◆";
/// Before 〇〇 they make a number: 二〇〇.
pub(super) const NUMERALS: &str = "一二三四五六七八九〇十百千";
