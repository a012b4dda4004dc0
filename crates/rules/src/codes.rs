//! Codes with check digits: municipalities (6 digits) and medical institutions (10 digits). Source:
//! domain facts §3.3.

use crate::input::placeholder;

/// What is wrong with a code, in a sentence that says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeFault {
    Length { wanted: usize, found: usize },
    NotDigits,
    CheckDigit { expected: u32 },
    Prefecture,
    Placeholder,
}

impl CodeFault {
    /// Codes of care insurers and the like need not satisfy the check: such a fault warns and is
    /// accepted.
    pub fn is_only_a_warning(&self) -> bool {
        matches!(self, CodeFault::CheckDigit { .. } | CodeFault::Prefecture)
    }
}

fn digits(code: &str, wanted: usize) -> Result<Vec<u32>, CodeFault> {
    let digits: Option<Vec<u32>> = code.chars().map(|c| c.to_digit(10)).collect();
    let digits = digits.ok_or(CodeFault::NotDigits)?;
    if digits.len() == wanted {
        Ok(digits)
    } else {
        Err(CodeFault::Length { wanted, found: digits.len() })
    }
}

/// The ten digits of a code that is looked up among known ones, in any writing: where nine are
/// left, with the zero at the front that a spreadsheet may have taken. A new code is never made so
/// ([`zero_may_be_lost`]). What is no such code comes back as it was read.
pub fn ten_digits(raw: &str) -> String {
    restored(raw, 9)
}

/// What nine digits were, if it is a zero at the front that is missing: only the person knows.
pub fn zero_may_be_lost(code: &str) -> Option<String> {
    let nine =
        code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit()) && !code.starts_with('0');
    nine.then(|| format!("0{code}"))
}

/// The two digits of a prefecture's code in any writing; one digit has lost its zero.
pub fn prefecture(raw: &str) -> String {
    restored(raw, 1)
}

/// A code whose zero at the front is restored where just `short` digits are left.
fn restored(raw: &str, short: usize) -> String {
    let code = crate::input::code(raw);
    if code.len() == short && code.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{code}")
    } else {
        code
    }
}

/// A 6-digit local-government code: weights 6, 5, 4, 3, 2; last digit of 11 − (sum mod 11).
pub fn check_municipality(code: &str) -> Result<(), CodeFault> {
    let digits = digits(code, 6)?;
    let sum: u32 = digits.iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    let expected = (11 - sum % 11) % 10;
    if digits[5] == expected { Ok(()) } else { Err(CodeFault::CheckDigit { expected }) }
}

/// The Luhn digit that completes the given digits.
fn luhn_digit(body: &[u32]) -> u32 {
    let sum: u32 =
        body.iter()
            .rev()
            .enumerate()
            .map(|(place, &digit)| {
                if place % 2 == 0 {
                    if digit > 4 { digit * 2 - 9 } else { digit * 2 }
                } else {
                    digit
                }
            })
            .sum();
    (10 - sum % 10) % 10
}

/// A 10-digit institution code (保険医療機関コード): a prefecture (01 to 47) first, and Luhn over all ten.
/// (The briefing's sample 9999999999 happens to satisfy Luhn; it fails because it only fills the
/// field, as 0000000000 and 1234567890 do.) Care-insurance numbers and surrogate codes need not
/// satisfy it, so a check digit that fails warns and is accepted; a wrong length, a letter and what
/// only fills the field are refused.
pub fn check_institution(code: &str) -> Result<(), CodeFault> {
    let digits = digits(code, 10)?;
    if placeholder::is_one_digit(code) || placeholder::is_counted(code) {
        return Err(CodeFault::Placeholder);
    }
    if !(1..=47).contains(&(digits[0] * 10 + digits[1])) {
        return Err(CodeFault::Prefecture);
    }
    let expected = luhn_digit(&digits[..9]);
    if digits[9] == expected { Ok(()) } else { Err(CodeFault::CheckDigit { expected }) }
}

/// The surrogate code (新規コード付番) for a venue that has none: prefecture (2) + 9 + serial number (6) +
/// Luhn digit. The third digit of a real institution code is its fee table (1 medical, 3 dental, 4
/// pharmacy, 6 visiting nurse), so 9 can't collide.
///
/// `prefecture` is the two-digit code, `serial` counts from 1 over the whole country and is never
/// reused.
pub fn surrogate(prefecture: &str, serial: u32) -> String {
    let body = format!("{prefecture}9{serial:06}");
    let digits: Vec<u32> = body.chars().filter_map(|c| c.to_digit(10)).collect();
    format!("{body}{}", luhn_digit(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_municipality_codes_pass_their_check_digit() {
        for code in ["131181", "131199", "131113", "131016", "011002", "232131", "271004", "261009"]
        {
            assert_eq!(check_municipality(code), Ok(()), "{code}");
        }
        assert_eq!(check_municipality("131182"), Err(CodeFault::CheckDigit { expected: 1 }));
        assert_eq!(check_municipality("13118"), Err(CodeFault::Length { wanted: 6, found: 5 }));
        assert_eq!(check_municipality("13118x"), Err(CodeFault::NotDigits));
    }

    #[test]
    fn a_zero_that_a_spreadsheet_took_stands_there_again() {
        for raw in [
            "0110113719",
            "110113719",
            "０１１０１１３７１９",
            "01-1011-3719",
            " 110113719\u{a0}",
            "=\"0110113719\"",
        ] {
            assert_eq!(ten_digits(raw), "0110113719", "{raw}");
        }
        for (raw, read) in [
            ("1310113719", "1310113719"),
            ("10113719", "10113719"),
            ("11011371x", "11011371x"),
            ("", ""),
        ] {
            assert_eq!(ten_digits(raw), read);
        }
        for (raw, read) in [("1", "01"), ("１３", "13"), ("13 ", "13"), ("", ""), ("東", "東")]
        {
            assert_eq!(prefecture(raw), read);
        }
    }

    #[test]
    fn golden_institution_code_0110113719_passes_luhn_and_9999999999_fails() {
        assert_eq!(check_institution("0110113719"), Ok(()));
        for fills in
            ["9999999999", "0000000000", "1111111111", "1234567890", "0123456789", "9876543210"]
        {
            assert_eq!(check_institution(fills), Err(CodeFault::Placeholder), "{fills}");
        }
        assert!(!CodeFault::Placeholder.is_only_a_warning());
        assert_eq!(check_institution("9911234569"), Err(CodeFault::Prefecture));
        assert_eq!(check_institution("0110113710"), Err(CodeFault::CheckDigit { expected: 9 }));
        assert!(CodeFault::Prefecture.is_only_a_warning());
    }

    #[test]
    fn surrogate_codes_are_ten_digits_and_pass_their_own_check() {
        for serial in [1, 2, 77, 999_999] {
            let code = surrogate("13", serial);
            assert_eq!(check_institution(&code), Ok(()), "{code}");
            assert_eq!(&code[2..3], "9");
        }
    }
}
