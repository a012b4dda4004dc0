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
    for text in ["芝1-1-1", "#3 会場", "C# 研究所", "ビル#N", "N/A", "", "#REF", "♯N/A"] {
        assert!(!holds_error(text), "{text}");
    }
}

#[test]
fn what_a_spreadsheet_left_is_found_within_names_of_things_and_addresses() {
    for text in [
        "芝 NULL",
        "芝NULL",
        "芝1-1 NULL",
        "みなと商事（NULL）",
        "芝 null",
        "芝 NaN",
        "芝N/A",
        "芝 undefined",
        "芝 None",
        "芝1.23E+05",
        "芝１．２３Ｅ＋０５",
        "芝 3E-04",
        "1.23E+05 みなとビル",
        "芝3E-12",
        "芝 3E+12",
        "芝1-1 3E+12",
        "A棟 1.2E-05",
        "みなとタワー 3E+05",
        "芝1.00E-12 みなとビル",
        "芝#N/A",
        "TRUE",
        "false",
        "ＦＡＬＳＥ",
        "芝1-1-1 TRUE",
        "芝1-1-1FALSE",
        "芝1-1-1　0",
        "芝 0",
        "総務部 FALSE",
        "総務部TRUE",
        "総務部 0",
    ] {
        assert!(holds_left_over(text), "{text}");
    }
    for text in [
        "NULLビル 3階",
        "NULLビル",
        "Null",
        "芝 Null",
        "Nan",
        "E+05棟",
        "E棟+1",
        "芝1E",
        "芝1-1 E-5",
        "NONEXビル",
        "Café None ビル",
        "芝ANNULL",
        "1号館E-3",
        "A1E-3",
        "みなとタワー 2E-101",
        "みなとタワー2E-101",
        "芝 2E-101",
        "2E-101",
        "A棟 3E-12",
        "A棟3E-12号室",
        "芝 3E-12号室",
        "芝1-1 3E-04",
        "芝1-1-1 みなとビル 2E-01",
        "みなと館　3e-05",
        "東館 12E-05",
        "芝3E-12-5",
        "芝12E-12",
        "芝1.E-12",
        "株式会社TRUE",
        "株式会社 TRUE",
        "ギャラリーTRUE",
        "TRUEビル 3階",
        "芝1-1 TRUEビル",
        "芝1-1-10",
        "芝1-1-0",
        "レベル0",
        "true color",
        "",
    ] {
        assert!(!holds_left_over(text), "{text}");
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
        "2E-101",
    ] {
        assert!(!is_left_over(text), "{text}");
    }
}
