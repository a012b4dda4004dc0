//! Numbers that only fill a field: 0000000000, 1234567890.

/// One digit again and again.
pub fn is_one_digit(digits: &str) -> bool {
    digits.len() > 1 && digits.bytes().zip(digits.bytes().skip(1)).all(|(a, b)| a == b)
}

/// Digits that rise or fall by one, 9 and 0 side by side: 1234567890, 9876543210.
pub fn is_counted(digits: &str) -> bool {
    let by = |step: u8| {
        let next = |d: u8| (d - b'0' + step) % 10 + b'0';
        digits.bytes().zip(digits.bytes().skip(1)).all(|(a, b)| next(a) == b)
    };
    digits.len() > 2 && digits.bytes().all(|b| b.is_ascii_digit()) && (by(1) || by(9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_fills_a_field() {
        for (digits, one, counted) in [
            ("0000000000", true, false),
            ("9999999999", true, false),
            ("1234567890", false, true),
            ("0123456789", false, true),
            ("9876543210", false, true),
            ("1311234569", false, false),
            ("0110113719", false, false),
            ("12", false, false),
            ("0", false, false),
            ("", false, false),
            ("東京", false, false),
        ] {
            assert_eq!((is_one_digit(digits), is_counted(digits)), (one, counted), "{digits}");
        }
    }
}
