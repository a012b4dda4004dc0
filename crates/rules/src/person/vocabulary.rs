//! Words beside a record that say that no shot was given, or below which a yes or a no says it.

/// Words that say it in any column, wherever in the cell.
pub(super) const SAID: [&str; 22] = [
    "キャンセル",
    "取消",
    "取り消し",
    "取りやめ",
    "欠席",
    "中止",
    "見合わせ",
    "見合せ",
    "見送",
    "延期",
    "辞退",
    "未接種",
    "接種せず",
    "接種なし",
    "接種無し",
    "接種しな",
    "接種不可",
    "未実施",
    "未来場",
    "来場せず",
    "来場なし",
    "誤登録",
];
/// Words that say it where they are all that stands there.
pub(super) const WHOLE: [&str; 11] =
    ["否", "不可", "欠", "未", "未受診", "不参加", "不適", "延", "削除", "無効", "重複"];
/// Titles below which a yes says it.
pub(super) const NEGATIVE: [&str; 12] = [
    "キャンセル",
    "取消",
    "取り消し",
    "欠席",
    "中止",
    "見合わせ",
    "見合せ",
    "見送",
    "延期",
    "辞退",
    "未接種",
    "不可",
];
/// Titles below which a no says it.
pub(super) const AFFIRMATIVE: [&str; 15] = [
    "可否",
    "有無",
    "来場",
    "来院",
    "判定",
    "状況",
    "状態",
    "ステータス",
    "出欠",
    "出席",
    "受診",
    "参加",
    "回目",
    "適否",
    "済",
];
