//! Names of people: what a name is, and that a date or an error slipped into its column is none.

use super::{InputFault, LONGEST_NAME, date_near, folded, is_blank, line};

/// The name of a person, which must be there, of one line, at most 60 characters long.
///
/// # Errors
/// [`InputFault::Empty`], [`InputFault::TooLong`], [`InputFault::Lost`], [`InputFault::LeftOver`], [`InputFault::DateForName`]
pub fn person(label: &str, raw: &str) -> Result<String, InputFault> {
    let name = line(label, raw, LONGEST_NAME)?;
    // 四月一日 is somebody's name; a date has digits.
    let digits = folded(&name).contains(|c: char| c.is_ascii_digit());
    if digits && date_near(label, &name, jiff::civil::date(2022, 1, 1)).is_ok() {
        return Err(InputFault::DateForName { label: label.into(), raw: name });
    }
    if is_no_name(&name) {
        return Err(InputFault::NoName { label: label.into(), raw: name });
    }
    Ok(name)
}

/// Words and signs that stand where nobody's name is known, figures alone, and letters that were lost
/// on the way: `未定`, `なし`, `-`, `３`, `山田?太郎`.
fn is_no_name(name: &str) -> bool {
    const WORDS: [&str; 17] = [
        "未定",
        "不明",
        "未記入",
        "未入力",
        "記入なし",
        "なし",
        "無し",
        "無",
        "ナシ",
        "該当なし",
        "該当者なし",
        "空欄",
        "不在",
        "同前",
        "x",
        "xx",
        "xxx",
    ];
    let text: String = folded(name).to_lowercase().chars().filter(|c| !is_blank(*c)).collect();
    let lost = |c: char| matches!(c, '?' | '■' | '□' | '◆' | '◇' | '●' | '○' | '◯');
    WORDS.contains(&text.trim_matches(['(', ')']))
        || !text.chars().any(char::is_alphabetic)
        || text.chars().all(|c| c == 'ー')
        || text.contains(lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_nobodys_name_and_a_name_with_digits_is_one() {
        for raw in [
            "2022/3/18",
            "２０２２／３／１８",
            "令和4年3月18日",
            "R4.3.18",
            "3/18",
            "3月18日",
            "44638",
            "2022-03-18 0:00",
            "20220318",
        ] {
            assert!(matches!(person("医師名", raw), Err(InputFault::DateForName { .. })), "{raw}");
        }
        for raw in ["#N/A", "#REF!", "1.23E+05", "NULL", "####", "Err:502"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::LeftOver { .. })), "{raw}");
        }
        for raw in [
            "四月一日",
            "四月一日 太郎",
            "八月朔日 健",
            "日野 一",
            "厚生 太郎2",
            "医師 3",
            "無藤 太郎",
            "なし田 太郎",
            "Null 太郎",
            "山田 3/18",
            "X 太郎",
        ] {
            assert_eq!(person("医師名", raw).as_deref(), Ok(raw), "{raw}");
        }
        for raw in [
            "未定",
            "（未定）",
            "不明",
            "なし",
            "無し",
            "-",
            "－",
            "ー",
            "…",
            "３",
            "12",
            "＋81",
            "山田?太郎",
            "山田？太郎",
            "山田■太郎",
            "□田 太郎",
            "○○",
            "xxx",
        ] {
            let said = person("医師名", raw).unwrap_err();
            assert!(matches!(said, InputFault::NoName { .. }), "{raw}: {said}");
        }
        assert!(matches!(person("医師名", "　"), Err(InputFault::Empty(_))));
    }
}
