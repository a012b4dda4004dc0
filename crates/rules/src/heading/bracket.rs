//! What stands in brackets behind a title: a unit, a hint how to write it, or a word that makes
//! another column of it (変更前, 誤, キャンセル, 税込).

use super::vocabulary::{BRACKETED, BRACKETED_VALUES};

const OPEN: [char; 6] = ['(', '[', '【', '〔', '<', '〈'];
const CLOSE: [char; 6] = [')', ']', '】', '〕', '>', '〉'];

/// A title without the brackets at its end that say nothing else: `会場コード(必須)`. Others stay,
/// so that the title is another one. Width, case and blanks are folded already.
pub fn without_hints(title: &str) -> &str {
    let mut left = title;
    while let Some((before, inside)) = parted(left) {
        if !is_hint(inside) {
            break;
        }
        left = before;
    }
    left
}

/// A title without any brackets at its end, as the name of a list's own column is.
pub fn without_brackets(title: &str) -> &str {
    let mut left = title;
    while let Some((before, _)) = parted(left) {
        left = before;
    }
    left
}

/// What stands before the last bracket, and in it.
fn parted(title: &str) -> Option<(&str, &str)> {
    let closed = title.strip_suffix(CLOSE)?;
    let open = closed.rfind(OPEN)?;
    let inside = &closed[open..];
    Some((&closed[..open], inside.strip_prefix(OPEN).unwrap_or(inside)))
}

/// Whether words in brackets only say how something is written: all of them, or nothing is read.
pub fn is_hint(inside: &str) -> bool {
    if inside.starts_with('例') || inside.starts_with("ex") {
        return true;
    }
    let parts: Vec<&str> =
        inside.split(['・', '、', ',', '/', ';', ':', '。', '※', '*', '-', '~', '|']).collect();
    let hint = |part: &str| {
        let bare = ["半角", "全角", "必ず"]
            .iter()
            .find_map(|before| part.strip_prefix(before))
            .unwrap_or(part);
        part.is_empty() || bare.is_empty() || BRACKETED.contains(&bare) || is_length(bare)
    };
    // Choices are more than one: 時間帯（午前・午後） is what 時間帯（午後） isn't.
    let choices = parts.len() > 1;
    parts.iter().all(|part| hint(part) || (choices && BRACKETED_VALUES.contains(part)))
}

/// 10桁, 数字18桁, 60文字以内
fn is_length(text: &str) -> bool {
    let text = ["英数字", "数字", "英数"].iter().find_map(|w| text.strip_prefix(w)).unwrap_or(text);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let ends = ["桁", "ケタ", "けた", "文字", "字"];
    let tail = ends.iter().find_map(|end| rest.strip_prefix(end));
    rest.len() < text.len() && tail.is_some_and(|t| ["", "以内", "まで", "の数字"].contains(&t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_in_brackets_go_and_words_that_make_another_column_stay() {
        for (title, bare) in [
            ("会場コード(必須)", "会場コード"),
            ("会場コード(半角数字10桁)", "会場コード"),
            ("券番号(10桁)", "券番号"),
            ("券番号(18桁の数字)", "券番号"),
            ("接種日(西暦)", "接種日"),
            ("接種日(yyyy/mm/dd)", "接種日"),
            ("接種日(例:2022/3/1)", "接種日"),
            ("接種日(年/月/日)[任意]", "接種日"),
            ("納入予定日(月日)", "納入予定日"),
            ("ワクチン(箱)", "ワクチン"),
            ("保管温度(℃)", "保管温度"),
            ("医師名(漢字・60文字以内)", "医師名"),
            ("区分(接種・予診のみ)", "区分"),
            ("時間帯(午前/午後)", "時間帯"),
            ("時間帯(通常、時間外、休日)", "時間帯"),
            ("年齢区分(6歳以上・6歳未満)", "年齢区分"),
            ("出荷(○/×)", "出荷"),
            ("出荷()", "出荷"),
        ] {
            assert_eq!(without_hints(title), bare, "{title}");
        }
        for title in [
            "出荷(キャンセル)",
            "出荷(予定)",
            "納入予定日(変更前)",
            "納入予定日(旧)",
            "納入予定日(希望)",
            "納入予定日(第二希望)",
            "納入予定日(前回)",
            "納入予定日(案)",
            "納入予定日(仮)",
            "納入予定日(実績)",
            "納入予定日(第2クール)",
            "納入予定日(2)",
            "納入番号(旧)",
            "券番号(誤)",
            "券番号(訂正前・10桁)",
            "接種(税込)",
            "消費税(軽減)",
            "接種月から(旧)",
            "1バイアルの回数(最大)",
            "時間帯(午後)",
            "通常(除外)",
            "接種日(3月)",
            "接種日(1回目)",
            "ロット番号(2本目)",
            "納入予定日)",
        ] {
            assert_eq!(without_hints(title), title, "{title}");
        }
        assert_eq!(without_hints("納入予定日(旧)(必須)"), "納入予定日(旧)");
        assert_eq!(without_brackets("納入予定日(旧)(必須)"), "納入予定日");
    }
}
