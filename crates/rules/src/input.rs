//! Accept any writing that a Japanese office uses, store one, show one. Source: ux §3.1.

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// Why a typed value can't be taken; the text says how to mend it. `{0}` is the field's label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputFault {
    #[error("{0}を入力してください")]
    Empty(String),
    #[error("{0}を選んでください")]
    NotChosen(String),
    #[error("{0}は0以上の整数で入力してください")]
    NotWhole(String),
    #[error("{label}は{min}から{max}までの数で入力してください")]
    Range { label: String, min: i64, max: i64 },
    #[error("{0}は市外局番から10桁または11桁で入力してください")]
    Phone(String),
    #[error("{0}は7桁の数字で入力してください（例 100-8916）")]
    Postal(String),
    #[error("{0}はひらがなで入力してください")]
    Reading(String),
    #[error("{0}は name@example.jp の形で入力してください")]
    Mail(String),
    #[error("{0}は年・月・日がわかるように入力してください（例 2022年3月14日、R4.3.14）")]
    NotDate(String),
    #[error("{label}は{min}から{max}までの日付で入力してください")]
    DateRange { label: String, min: String, max: String },
    #[error("{label}は{max}文字までで入力してください")]
    TooLong { label: String, max: usize },
}

/// Any text: NFC, no control or zero-width characters, trimmed of half- and full-width blanks, line ends as `\n`.
pub fn text(raw: &str) -> String {
    raw.replace("\r\n", "\n")
        .nfc()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') && (!c.is_control() || *c == '\n'))
        .map(|c| if c == '\u{a0}' { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_string()
}

/// Width folded: 全角 letters, digits and signs become half-width (NFKC).
pub fn folded(raw: &str) -> String {
    text(raw).nfkc().collect()
}

/// A name: one half-width space between family and given name.
pub fn name(raw: &str) -> String {
    text(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A whole number from 0: 全角 digits, commas, blanks and a trailing unit are accepted.
pub fn whole(label: &str, raw: &str) -> Result<i64, InputFault> {
    let folded = folded(raw);
    let bare: String = folded.chars().filter(|c| !matches!(c, ',' | ' ' | '、' | '_')).collect();
    let bare = ["回接種分", "回分", "回", "箱", "本", "円", "人", "台", "件", "名", "¥"]
        .iter()
        .fold(bare, |s, unit| s.strip_suffix(unit).or_else(|| s.strip_prefix(unit)).map(str::to_string).unwrap_or(s));
    if bare.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if !bare.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InputFault::NotWhole(label.into()));
    }
    bare.parse().ok().filter(|n| *n <= 999_999_999).ok_or(InputFault::Range { label: label.into(), min: 0, max: 999_999_999 })
}

/// A phone number, kept as it is usually read: digits grouped by hyphens where the person grouped them.
pub fn phone(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded: String = folded(raw)
        .chars()
        .map(|c| if matches!(c, '-' | '‐' | '‑' | '–' | '—' | 'ー' | '－' | '−' | '(' | ')' | ' ') { '-' } else { c })
        .collect();
    let folded = folded.strip_prefix("+81").map(|rest| format!("0{}", rest.trim_start_matches('-'))).unwrap_or(folded);
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    // Mobile and IP phones have eleven digits (060 may also be Osaka, 06).
    let start: String = folded.chars().filter(char::is_ascii_digit).take(3).collect();
    let least = if matches!(start.as_str(), "050" | "070" | "080" | "090") { 11 } else { 10 };
    if !folded.chars().all(|c| c.is_ascii_digit() || c == '-')
        || !(least..=11).contains(&digits)
        || !folded.trim_start_matches('-').starts_with('0')
    {
        return Err(InputFault::Phone(label.into()));
    }
    Ok(folded.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"))
}

/// A postal code, stored as seven digits.
pub fn postal(label: &str, raw: &str) -> Result<String, InputFault> {
    let digits: String = folded(raw).chars().filter(|c| !matches!(c, '〒' | '-' | ' ' | 'ー' | '−' | '‐')).collect();
    if digits.len() == 7 && digits.bytes().all(|b| b.is_ascii_digit()) { Ok(digits) } else { Err(InputFault::Postal(label.into())) }
}

/// A reading in hiragana; katakana and half-width katakana are folded.
pub fn reading(label: &str, raw: &str) -> Result<String, InputFault> {
    let hiragana: String = name(&folded(raw))
        .chars()
        .map(|c| if ('ァ'..='ヶ').contains(&c) { char::from_u32(c as u32 - 0x60).unwrap_or(c) } else { c })
        .collect();
    if hiragana.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    if hiragana.chars().all(|c| ('ぁ'..='ゖ').contains(&c) || matches!(c, 'ー' | ' ' | '・')) {
        Ok(hiragana)
    } else {
        Err(InputFault::Reading(label.into()))
    }
}

/// A mail address: full-width ASCII folded, domain in lower case.
pub fn mail(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw);
    let fault = || InputFault::Mail(label.into());
    let (local, domain) = folded.split_once('@').ok_or_else(fault)?;
    let sound = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && folded.len() <= 254
        && folded.is_ascii()
        && !folded.chars().any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '"'))
        && !domain.contains('@');
    if sound { Ok(format!("{local}@{}", domain.to_ascii_lowercase())) } else { Err(fault()) }
}

/// Digits of a code, with 全角, hyphens and blanks removed. Length and check digit are the code's own business.
pub fn code(raw: &str) -> String {
    folded(raw).chars().filter(|c| !matches!(c, '-' | ' ' | 'ー' | '−' | '‐')).collect()
}

/// A date in any office's writing: `2022-02-22`, `2022/2/22`, `20220222`, `2022年2月22日`, `令和4年2月22日`, `R4.2.22`, `2022 2 22`.
pub fn date(label: &str, raw: &str) -> Result<Date, InputFault> {
    let fault = || InputFault::NotDate(label.into());
    let folded = folded(raw).replace("元年", "1年");
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let (base, rest) = [("令和", 2018), ("R", 2018), ("r", 2018), ("平成", 1988), ("H", 1988), ("h", 1988)]
        .iter()
        .find_map(|(era, base)| folded.strip_prefix(era).map(|rest| (*base, rest.to_string())))
        .unwrap_or((0, folded));
    let rest = rest.split(['(', '（']).next().unwrap_or_default().to_string();
    let parts: Vec<&str> = rest.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    // A spreadsheet's days since 1899-12-30, where a cell lost its format: from 2009 to 2064.
    if let [days] = parts.as_slice()
        && days.len() == 5
        && base == 0
        && let Some(days) = days.parse::<i64>().ok().filter(|d| (40_000..=60_000).contains(d))
    {
        return Date::constant(1899, 12, 30).checked_add(jiff::Span::new().days(days)).map_err(|_| fault());
    }
    let numbers: Vec<i32> = match parts.as_slice() {
        [one] if one.len() == 8 && base == 0 => {
            vec![one[..4].parse().map_err(|_| fault())?, one[4..6].parse().map_err(|_| fault())?, one[6..].parse().map_err(|_| fault())?]
        }
        [_, _, _] => parts.iter().map(|p| p.parse().map_err(|_| fault())).collect::<Result<_, _>>()?,
        _ => return Err(fault()),
    };
    let year = base + numbers[0];
    if !(1900..=2200).contains(&year) {
        return Err(fault());
    }
    Date::new(year as i16, i8::try_from(numbers[1]).map_err(|_| fault())?, i8::try_from(numbers[2]).map_err(|_| fault())?)
        .map_err(|_| fault())
}

/// The form in which names are compared: width folded, small kana and look-alike letters made equal, blanks dropped.
pub fn search_key(raw: &str) -> String {
    folded(raw)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            'ヶ' | 'ケ' | 'が' | 'ガ' | 'ヵ' | 'カ' => 'ケ',
            'ノ' | 'の' | '之' => 'ノ',
            '櫻' => '桜',
            '嶋' | '嶌' => '島',
            '澤' => '沢',
            '龍' => '竜',
            '濱' | '濵' => '浜',
            '髙' => '高',
            '﨑' => '崎',
            c if ('ァ'..='ヶ').contains(&c) => char::from_u32(c as u32 - 0x60).unwrap_or(c),
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_in_any_office_writing() {
        for (raw, value) in [
            ("12", 12),
            ("１２", 12),
            ("1,234", 1234),
            ("１，２３４ 回", 1234),
            (" 4箱", 4),
            ("0", 0),
            ("404,800円", 404_800),
            ("￥500", 500),
        ] {
            assert_eq!(whole("箱数", raw), Ok(value), "{raw}");
        }
        for raw in ["-1", "1.5", "四", "1e3", "４箱半"] {
            assert_eq!(whole("箱数", raw), Err(InputFault::NotWhole("箱数".into())), "{raw}");
        }
        assert_eq!(whole("箱数", "　"), Err(InputFault::Empty("箱数".into())));
        assert!(matches!(whole("箱数", "99999999999999999999"), Err(InputFault::Range { .. })));
    }

    #[test]
    fn dates_are_read_in_western_and_japanese_years() {
        for raw in [
            "2022-02-22",
            "2022/2/22",
            "20220222",
            "2022年2月22日",
            "2022年2月22日（火）",
            "令和4年2月22日",
            "R4.2.22",
            "２０２２／２／２２",
            "Ｒ４．２．２２",
            "2022 2 22",
        ] {
            assert_eq!(date("日", raw).map(|d| d.to_string()), Ok("2022-02-22".into()), "{raw}");
        }
        for raw in ["2022-02-30", "22/2/22", "2月22日", "きのう", "2022-13-01"] {
            assert!(matches!(date("日", raw), Err(InputFault::NotDate(_))), "{raw}");
        }
    }

    #[test]
    fn phones_mails_postal_codes_and_readings_lose_their_width_but_not_their_meaning() {
        assert_eq!(phone("電話", "０３－１２３４－５６７８"), Ok("03-1234-5678".into()));
        assert_eq!(phone("電話", "+81-3-1234-5678"), Ok("03-1234-5678".into()));
        assert_eq!(phone("電話", "0312345678"), Ok("0312345678".into()));
        assert!(phone("電話", "12345").is_err());
        assert_eq!(mail("メール", "ｔａｒｏ＠Example.JP"), Ok("taro@example.jp".into()));
        assert!(mail("メール", "taro@example").is_err());
        assert!(mail("メール", "a@b@c.jp").is_err());
        assert_eq!(postal("郵便番号", "〒１００－８９１６"), Ok("1008916".into()));
        assert_eq!(reading("よみ", "ｺｳｾｲ　タロウ"), Ok("こうせい たろう".into()));
        assert!(matches!(reading("よみ", "厚生 たろう"), Err(InputFault::Reading(_))));
    }

    #[test]
    fn rare_characters_round_trip() {
        for name_ in ["𠮷野 家", "髙橋 﨑", "葛\u{e0100}飾"] {
            assert_eq!(name(name_), name_);
        }
    }
}
