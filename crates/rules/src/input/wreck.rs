//! What a spreadsheet, a database or a program left in a cell where a value should be.

use super::chars::folded;

/// Longer than any of them.
const LONGEST: usize = 40;

/// Whether a cell holds nothing but a spreadsheet's error: `#N/A`, `#REF!`, `#NAME?`, `Err:502`, or
/// the `#####` of a narrow column.
pub fn is_error_word(raw: &str) -> bool {
    // Most cells are none, and there are many of them.
    if raw.len() > LONGEST || !raw.trim_start().starts_with(['#', '＃', 'E', 'e', 'Ｅ', 'ｅ']) {
        return false;
    }
    let text = folded(raw).to_uppercase();
    if let Some(number) = text.strip_prefix("ERR:") {
        return number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(inner) = text.strip_prefix('#') else { return false };
    let name = inner.strip_suffix(['!', '?']).unwrap_or_default();
    let of_a_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_');
    matches!(inner, "N/A" | "GETTING_DATA")
        || (!name.is_empty() && name.bytes().all(of_a_name))
        || (inner.len() >= 2 && inner.bytes().all(|b| b == b'#'))
}

/// Whether one of a spreadsheet's errors stands anywhere in a name or an address: 芝#N/A, #REF!-1.
pub fn holds_error(raw: &str) -> bool {
    const ERRORS: [&str; 14] = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
        "#FIELD!",
        "#BUSY!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ];
    raw.contains(['#', '＃', '﹟']) && {
        let text = folded(raw).to_uppercase();
        ERRORS.iter().any(|error| text.contains(error))
    }
}

/// Whether a text is an error, a number that a spreadsheet wrote with an exponent (`1.23E+05`), or
/// a program's word for nothing (`NULL`, `NaN`); `Null` and `Nan` are names.
pub fn is_left_over(raw: &str) -> bool {
    if raw.len() > LONGEST {
        return false;
    }
    let text = folded(raw);
    let nothing = [
        "NULL",
        "null",
        "(NULL)",
        "(null)",
        "<NULL>",
        "<null>",
        "NaN",
        "nan",
        "undefined",
        "N/A",
        "n/a",
        "None",
        "NONE",
    ];
    is_error_word(&text) || nothing.contains(&text.as_str()) || is_exponential(&text)
}

fn is_exponential(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    text.trim_start_matches('-').split_once(['E', 'e']).is_some_and(|(body, power)| {
        let (whole, part) = body.split_once('.').unwrap_or((body, "0"));
        power.strip_prefix(['+', '-']).is_some_and(digits) && digits(whole) && digits(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_spreadsheets_are_known_in_any_width() {
        for text in [
            "#N/A",
            "#REF!",
            "#VALUE!",
            "#DIV/0!",
            "#NAME?",
            "#NUM!",
            "#NULL!",
            "#SPILL!",
            "#CALC!",
            "#ERROR!",
            "#GETTING_DATA",
            "#n/a",
            "＃Ｎ／Ａ",
            " #REF! ",
            "####",
            "##########",
            "Err:502",
            "err:508",
        ] {
            assert!(is_error_word(text) && is_left_over(text), "{text}");
        }
        for text in [
            "#",
            "##",
            "#1",
            "#3005785",
            "C#",
            "#田中",
            "#!",
            "Err",
            "Err:50",
            "エラー",
            "E502",
            "",
            "#N/A の件",
        ] {
            assert!(!is_error_word(text), "{text}");
        }
    }

    #[test]
    fn errors_are_found_within_names_and_addresses() {
        for text in [
            "芝#N/A",
            "#N/A",
            "芝1-1-1 #REF!",
            "#VALUE!ビル",
            "＃Ｎ／Ａ 3階",
            "東京都#n/a",
            "みなと#NAME?商事",
            "#DIV/0!",
        ] {
            assert!(holds_error(text), "{text}");
        }
        for text in ["芝1-1-1", "#3 会場", "C# 研究所", "ビル#N", "N/A", "", "#REF", "♯N/A"]
        {
            assert!(!holds_error(text), "{text}");
        }
    }

    #[test]
    fn what_programs_write_for_nothing_is_no_text() {
        for text in [
            "NULL",
            "null",
            "(NULL)",
            "NaN",
            "nan",
            "undefined",
            "N/A",
            "None",
            "1.23E+05",
            "１．２３Ｅ＋０５",
            "3E-04",
            "-1.2e+7",
        ] {
            assert!(is_left_over(text), "{text}");
        }
        for text in [
            "Null",
            "Nan",
            "Null 太郎",
            "1E5",
            "E+05",
            "1.23",
            "山田E+05",
            "NA",
            "なし",
            "-",
            "",
            "Ｅ棟",
            "1.2.3E+05",
        ] {
            assert!(!is_left_over(text), "{text}");
        }
    }
}
