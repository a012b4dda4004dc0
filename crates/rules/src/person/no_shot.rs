//! Cells beside a record that say that no shot was given: in their own words, or by a mark below
//! the title of a column.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::vocabulary::{
    AFFIRMATIVE, AFTER, EARLIER, ELSEWHERE, NEGATIVE, NOT, REMARKS, SAID, UNWELL, WHOLE,
};
use super::{has, screening_only, word};
use crate::input;

/// The words by their first letters: every cell of a table that isn't read is looked through.
static SAID_FROM: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<char, Vec<&'static str>> = HashMap::new();
    for word in SAID.split_whitespace() {
        all.entry(word.chars().next().unwrap_or_default()).or_default().push(word);
    }
    all
});

/// Whether a cell says, alone or with its column's title, that no shot was given.
pub fn no_shot(title: &str, cell: &str) -> bool {
    let text = word(cell);
    if text.is_empty() {
        return false;
    }
    let no = input::mark(cell) == Some(false) || ["欠", "否", "不可"].contains(&text.as_str());
    let title_is = word(title);
    if has(title, &NEGATIVE) {
        return !no || in_words(&text.to_lowercase());
    }
    let dash = text.chars().all(|c| input::is_dash(c) || c == 'ー');
    let crossed = text.chars().all(|c| "×✕✗✘✖❌".contains(c));
    says(&text)
        || (crossed && is_remark(title))
        || screening_only(cell) == Some(true)
        || (no && !dash && (has(title, &AFFIRMATIVE) || title_is == "接種"))
}

/// Whether a column is for whatever somebody has to say of a row.
pub fn is_remark(title: &str) -> bool {
    let title = word(title).to_lowercase();
    REMARKS.iter().any(|remark| title.contains(remark))
}

/// Whether a cell says in its own words that its row isn't to be counted: not given, given
/// elsewhere, there twice, an example.
pub fn is_none(cell: &str) -> bool {
    says(&word(cell))
}

fn says(text: &str) -> bool {
    let text = text.to_lowercase();
    let bare = text.trim_end_matches(['。', '.', '、', '!', '※', ':']);
    in_words(&text) || is_word(WHOLE, bare.trim_start_matches(['※', '*']))
}

/// A word that says it, and not that it isn't so.
fn in_words(text: &str) -> bool {
    in_words_of(text, |list| list.split_whitespace().any(|w| text.contains(w)))
}

/// The same; `any` looks the whole cell through for one of a list, which is done once a list,
/// however many words are found.
fn in_words_of(text: &str, any: impl Fn(&str) -> bool) -> bool {
    let earlier = LazyCell::new(|| any(EARLIER));
    let so = |rest: &str| !NOT.iter().any(|not| rest.starts_with(not));
    let unwell = |word: &str| text.match_indices(word).any(|(at, _)| so(&text[at + word.len()..]));
    let said = |(at, first): (usize, char)| {
        SAID_FROM.get(&first).is_some_and(|words| {
            words.iter().any(|word| {
                text[at..].strip_prefix(word).is_some_and(so)
                    && !(is_word(ELSEWHERE, word) && *earlier)
            })
        })
    };
    text.char_indices().any(said) || (UNWELL.split_whitespace().any(unwell) && !any(AFTER))
}

fn is_word(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_SHOTS: &[(&str, &str)] = &[
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
        ("備考", "打たず"),
        ("備考", "打てなかった"),
        ("備考", "接種できず"),
        ("備考", "接種出来ませんでした。接種できず"),
        ("備考", "拒否"),
        ("備考", "本人拒否"),
        ("備考", "接種拒否"),
        ("備考", "不在"),
        ("備考", "当日不在"),
        ("備考", "体調不良で帰宅"),
        ("備考", "体調不良"),
        ("備考", "体調不良のため後日"),
        ("備考", "発熱"),
        ("備考", "発熱のため"),
        ("備考", "別会場で接種"),
        ("備考", "自治体で接種済み"),
        ("備考", "大規模接種会場で接種"),
        ("備考", "かかりつけ医で接種"),
        ("備考", "他院で接種済"),
        ("備考", "二重入力"),
        ("備考", "重複"),
        ("備考", "重複のため削除"),
        ("備考", "ダブり"),
        ("備考", "誤入力"),
        ("備考", "入力ミス"),
        ("備考", "テスト"),
        ("備考", "ﾃｽﾄ"),
        ("備考", "テスト入力"),
        ("備考", "test"),
        ("備考", "TEST"),
        ("備考", "記入例"),
        ("備考", "例"),
        ("備考", "※記入例"),
        ("備考", "サンプル"),
        ("備考", "対象外"),
        ("備考", "接種対象外"),
        ("備考", "除外"),
        ("備考", "辞退"),
        ("備考", "延期"),
        ("備考", "見送り"),
        ("備考", "未接種"),
        ("備考", "日程変更"),
        ("備考", "別日に接種"),
        ("備考", "後日接種予定"),
        ("備考", "来ず"),
        ("備考", "来られず"),
        ("備考", "来場しなかった"),
        ("備考", "無断欠席"),
        ("備考", "病欠"),
        ("備考", "休み"),
        ("備考", "同意せず"),
        ("備考", "希望せず"),
        ("備考", "禁忌"),
        ("備考", "予約のみ"),
        ("備考", "要確認"),
        ("備考", "保留"),
        ("備考", "×"),
        ("備考", "Cancelled"),
        ("remarks", "No show"),
        ("remarks", "not vaccinated"),
        ("備考", "削除してください"),
        ("備考", "打っていない"),
        ("備考", "受けず"),
        ("備考", "取下げ"),
    ];

    const SHOTS: &[(&str, &str)] = &[
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
        ("備考", "体調不良なし"),
        ("備考", "接種後、体調不良で帰宅"),
        ("備考", "接種後に体調不良"),
        ("備考", "15分待機後帰宅"),
        ("備考", "1・2回目は大規模接種会場"),
        ("備考", "2回目は別会場"),
        ("備考", "禁忌なし"),
        ("備考", "重複なし"),
        ("備考", "キャンセルなし"),
        ("備考", "PCRテスト陰性"),
        ("備考", "抗原テスト済"),
        ("備考", "他院通院中"),
        ("備考", "アレルギーあり"),
        ("備考", "接種券を後日提出"),
        ("備考", "証明書を後日送付"),
        ("備考", "左腕"),
        ("備考", "付き添いあり"),
        ("備考", "派遣社員"),
        ("備考", "家族"),
        ("備考", "夜勤明け"),
        ("備考", "車いす"),
        ("備考", "英語対応"),
        ("備考", "例年どおり"),
        ("備考", "30分観察"),
        ("備考", "接種券なし"),
        ("備考", "券忘れ"),
        ("備考", "済"),
        ("備考", "OK"),
    ];

    #[test]
    fn a_cell_says_that_no_shot_was_given_by_its_word_or_below_its_title() {
        for (title, cell) in NO_SHOTS.iter().copied() {
            assert!(no_shot(title, cell), "{title} {cell}");
        }
        for (title, cell) in SHOTS.iter().copied() {
            assert!(!no_shot(title, cell), "{title} {cell}");
        }
    }

    /// How often the whole cell is looked through, beside once from its first letter to its last.
    fn looks(cell: &str) -> usize {
        let looks = std::cell::Cell::new(0);
        in_words_of(cell, |list| {
            looks.set(looks.get() + 1);
            list.split_whitespace().any(|w| cell.contains(w))
        });
        looks.get()
    }

    #[test]
    fn a_long_cell_costs_its_length_and_no_more() {
        for word in ["別会場", "他院で", "大規模接種", "帰宅なし", "発熱で", "1回目", "未接種なし"]
        {
            for times in [1, 2, 1_000, 8_000] {
                let cell = format!("1回目は{}", word.repeat(times));
                assert!(looks(&cell) <= 2, "{word} {times}: {}", looks(&cell));
            }
        }
        assert_eq!(looks(&format!("1回目は{}", "別会場".repeat(8_000))), 1);
    }
}
