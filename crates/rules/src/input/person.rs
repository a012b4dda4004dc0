//! Names of people: what a name is, and that a date or an error slipped into its column is none.

use super::{
    InputFault, LONGEST_NAME, date_near, folded, holds_error, is_blank, is_date_word, is_ideograph,
    line,
};

/// The name of a person, which must be there, of one line, at most 60 characters long.
///
/// # Errors
/// [`InputFault::Empty`], [`InputFault::TooLong`], [`InputFault::Lost`], [`InputFault::LeftOver`],
/// [`InputFault::DateForName`]
pub fn person(label: &str, raw: &str) -> Result<String, InputFault> {
    let name = line(label, raw, LONGEST_NAME)?;
    // 四月一日 is somebody's name; a date has digits.
    let digits = folded(&name).contains(|c: char| c.is_ascii_digit());
    let about = jiff::civil::date(2022, 1, 1);
    if is_date_word(&name) || (digits && date_near(label, &name, about).is_ok()) {
        return Err(InputFault::DateForName { label: label.into(), raw: name });
    }
    if holds_error(&name) {
        return Err(InputFault::LeftOver { label: label.into(), raw: name });
    }
    if is_no_name(&name) {
        return Err(InputFault::NoName { label: label.into(), raw: name });
    }
    if is_of_two(&name) {
        return Err(InputFault::TwoNames { label: label.into(), raw: name });
    }
    Ok(name)
}

/// Whether two people stand in a field: `山田太郎、鈴木花子`, `山田／鈴木`, `山田太郎・鈴木花子`, `山田 太郎 他1名`. A
/// dot between kana parts one name, a comma between Latin letters too.
fn is_of_two(name: &str) -> bool {
    let text: Vec<char> = folded(name).chars().filter(|c| !is_blank(*c)).collect();
    let latin = |c: char| c.is_ascii_alphabetic();
    let parts = text.windows(3).any(|w| {
        let between = match w[1] {
            '、' | ';' | '&' | '+' | '/' => true,
            ',' => !(latin(w[0]) && latin(w[2])),
            '・' => is_ideograph(w[0]) && is_ideograph(w[2]),
            _ => false,
        };
        between && w[0].is_alphabetic() && w[2].is_alphabetic()
    });
    let text: String = text.into_iter().collect();
    let bare = text.trim_end_matches(')').trim_end_matches('名');
    let counted = bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == '数');
    let many = bare.len() < text.len() && counted.len() < bare.len();
    parts || (many && ["他", "外", "ほか"].iter().any(|word| counted.ends_with(word)))
}

/// Words and signs that stand where nobody's name is known, figures alone, and letters that were
/// lost on the way: `未定`, `なし`, `-`, `３`, `山田?太郎`.
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
        for raw in ["1月1日", "1-Jan", "Jan-22", "2022年1月", "Mar 18"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::DateForName { .. })), "{raw}");
        }
        for raw in ["山田#N/A", "#REF!太郎"] {
            assert!(matches!(person("医師名", raw), Err(InputFault::LeftOver { .. })), "{raw}");
        }
    }

    #[test]
    fn two_people_in_one_field_are_refused() {
        for raw in [
            "山田太郎、鈴木花子",
            "山田 太郎、鈴木 花子",
            "山田太郎，鈴木花子",
            "山田太郎,鈴木花子",
            "山田／鈴木",
            "山田/鈴木",
            "山田太郎・鈴木花子",
            "山田 太郎 ・ 鈴木 花子",
            "山田＆鈴木",
            "山田+鈴木",
            "山田太郎；鈴木花子",
            "山田 太郎\u{3001}\n鈴木 花子",
            "John Smith / Jane Doe",
            "John & Jane",
            "山田 太郎 他1名",
            "山田太郎ほか２名",
            "山田太郎（外1名）",
            "山田太郎他数名",
        ] {
            let said = person("医師名", raw);
            assert!(matches!(said, Err(InputFault::TwoNames { .. })), "{raw}: {said:?}");
        }
        for raw in [
            "ダニエル・ジャン＝ポール",
            "ジャン・ポール",
            "Smith, John",
            "O’Brien Mary",
            "山田 太郎 (旧姓 佐藤)",
            "山田 3/18",
            "厚生 太郎2",
            "外山 太郎",
            "名他 一",
            "Nguyễn Thị Hà",
            "マリア・山田",
            "中外 名",
        ] {
            assert_eq!(person("医師名", raw).as_deref(), Ok(raw), "{raw}");
        }
    }
}
