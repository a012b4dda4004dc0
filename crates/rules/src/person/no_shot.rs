//! Cells beside a record that say that no shot was given: in their own words, or by a mark below
//! the title of a column.

use super::vocabulary::{AFFIRMATIVE, NEGATIVE, SAID, WHOLE};
use super::{has, screening_only, word};
use crate::input;

/// Whether a cell says, alone or with its column's title, that no shot was given.
pub fn no_shot(title: &str, cell: &str) -> bool {
    let text = word(cell);
    if text.is_empty() {
        return false;
    }
    let no = input::mark(cell) == Some(false) || ["欠", "否", "不可"].contains(&text.as_str());
    let title_is = word(title);
    if has(title, &NEGATIVE) {
        return !no || SAID.iter().any(|w| text.contains(w));
    }
    let dash = text.chars().all(|c| input::is_dash(c) || c == 'ー');
    SAID.iter().any(|w| text.contains(w))
        || WHOLE.contains(&text.as_str())
        || screening_only(cell) == Some(true)
        || (no && !dash && (has(title, &AFFIRMATIVE) || title_is == "接種"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_that_no_shot_was_given_by_its_word_or_below_its_title() {
        for (title, cell) in [
            ("備考", "キャンセル"),
            ("備考", "当日ｷｬﾝｾﾙ"),
            ("備考", "取消"),
            ("備考", "欠席"),
            ("備考", "接種中止"),
            ("備考", "発熱のため見合わせ"),
            ("備考", "発熱のため見合せ"),
            ("メモ", "未接種"),
            ("備考", "接種せず"),
            ("備考", "予診のみ"),
            ("", "延期"),
            ("備考", "削除"),
            ("状況", "取消"),
            ("状況", "未"),
            ("接種状況", "×"),
            ("接種可否", "否"),
            ("接種可否", "不可"),
            ("接種可否", "✕"),
            ("接種有無", "無"),
            ("接種有無", "なし"),
            ("接種有無", "0"),
            ("来場", "×"),
            ("来場", "欠"),
            ("接種判定", "不可"),
            ("接種", "×"),
            ("3回目", "×"),
            ("キャンセル", "○"),
            ("ｷｬﾝｾﾙ", "1"),
            ("キャンセル", "2022/3/17"),
            ("中止理由", "発熱"),
            ("欠席", "✓"),
            ("キャンセル有無", "有"),
        ] {
            assert!(no_shot(title, cell), "{title} {cell}");
        }
        for (title, cell) in [
            ("備考", ""),
            ("備考", "なし"),
            ("アレルギー", "無"),
            ("副反応", "×"),
            ("備考", "社員"),
            ("備考", "接種後に発熱"),
            ("状況", "接種済"),
            ("状況", "-"),
            ("接種可否", "可"),
            ("接種有無", "有"),
            ("来場", "○"),
            ("キャンセル", "なし"),
            ("キャンセル", "-"),
            ("キャンセル", "×"),
            ("中止理由", "　"),
            ("中止理由", "なし"),
            ("電話", "03-1234-5678"),
            ("No.", "0"),
            ("会社", "株式会社みなと"),
        ] {
            assert!(!no_shot(title, cell), "{title} {cell}");
        }
    }
}
