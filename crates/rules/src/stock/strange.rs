//! Lots that may be none: what a lot looks like by itself, and beside those that are known. Asked
//! about, never refused: makers print what they like.

use jiff::civil::Date;

use crate::input::placeholder::is_counted;

/// Why a lot that nobody knows is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strange {
    NoDigits(String),
    Odd(String),
    Unlike { lot: String, known: String },
    Expiry { lot: String, expiry: Date },
}

/// A lot number in the form of [`crate::input::lot`] that says nothing but its expiry.
pub fn is_expiry(lot: &str, expiry: Date) -> Option<Strange> {
    let (year, month, day) = (expiry.year(), expiry.month(), expiry.day());
    let short = year.rem_euclid(100);
    let digits: String = lot.chars().filter(|c| !matches!(c, '-' | '/' | '.')).collect();
    let said = [
        format!("{year}{month:02}{day:02}"),
        format!("{short:02}{month:02}{day:02}"),
        format!("{year}{month:02}"),
        format!("{short:02}{month:02}"),
        format!("{short:02}{month:02}00"),
        format!("{year}{month:02}00"),
        format!("{day:02}{month:02}{year}"),
        format!("{day:02}{month:02}{short:02}"),
        format!("{month:02}{day:02}{year}"),
        format!("{month:02}{year}"),
    ];
    said.contains(&digits).then(|| Strange::Expiry { lot: lot.into(), expiry })
}

/// The least letters and digits of a lot that isn't asked about.
const SHORTEST: usize = 5;

/// What is strange about a lot in the form of [`crate::input::lot`]; nothing about one that is
/// known.
pub fn strange<'k>(lot: &str, known: impl IntoIterator<Item = &'k str>) -> Option<Strange> {
    let size = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
    let own = size(lot);
    let (mut like, mut other) = (false, None);
    for known in known {
        if known == lot {
            return None;
        }
        like |= size(known).abs_diff(own) <= 1;
        other.get_or_insert(known);
    }
    if !lot.contains(|c: char| c.is_ascii_digit()) {
        return Some(Strange::NoDigits(lot.into()));
    }
    if own < SHORTEST || looks_calculated(lot) {
        return Some(Strange::Odd(lot.into()));
    }
    other.filter(|_| !like).map(|known| Strange::Unlike { lot: lot.into(), known: known.into() })
}

/// A number that a spreadsheet may have made, or a hand that counted up: `44639`, `12E34`, `0X1F`,
/// `1234567`, `3005785?`.
fn looks_calculated(lot: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let serial = lot.len() == 5 && lot.parse::<u32>().is_ok_and(|n| (36_526..=55_153).contains(&n));
    let exponent = lot.split_once('E').is_some_and(|(body, power)| digits(body) && digits(power));
    let counted = is_counted(lot);
    let zeros = digits(lot) && lot.starts_with("000");
    serial
        || exponent
        || counted
        || zeros
        || lot.starts_with("0X")
        || lot.contains(['?', '(', ')', '*', '='])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stock::near;

    #[test]
    fn a_lot_that_is_its_expiry_is_asked_about() {
        let expiry = jiff::civil::date(2022, 9, 30);
        for lot in
            ["220930", "20220930", "202209", "2209", "220900", "30092022", "2022.0930", "092022"]
        {
            let asked = Strange::Expiry { lot: lot.into(), expiry };
            assert_eq!(is_expiry(lot, expiry), Some(asked), "{lot}");
        }
        for lot in ["3005785", "220929", "A220930", "22093", "2209301"] {
            assert_eq!(is_expiry(lot, expiry), None, "{lot}");
        }
    }

    const KNOWN: [&str; 3] = ["3005785", "3004667", "000128A"];

    #[test]
    fn what_looks_like_no_lot_or_like_no_known_one_is_asked_about() {
        for lot in [
            "1", "12", "21", "A1", "44639", "1E5", "12E34", "1E2345", "1234567", "9876543", "0X1F",
            "0X1FFFF", "0001285", "3005791?",
        ] {
            assert_eq!(strange(lot, KNOWN), Some(Strange::Odd(lot.into())), "{lot}");
            // Without any known lot as well.
            assert_eq!(strange(lot, []), Some(Strange::Odd(lot.into())), "{lot}");
        }
        assert_eq!(strange("EXPM", KNOWN), Some(Strange::NoDigits("EXPM".into())));
        for lot in ["30057", "300578512", "30057851230057851237", "EY217"] {
            assert_eq!(
                strange(lot, KNOWN),
                Some(Strange::Unlike { lot: lot.into(), known: "3005785".into() }),
                "{lot}"
            );
            assert_eq!(strange(lot, []), None, "{lot}");
        }
        for lot in ["3005785", "3007901", "000129A", "EY2173", "AB-1234", "30057851"] {
            assert_eq!(strange(lot, KNOWN), None, "{lot}");
        }
        // What is known is no question, however it looks.
        assert_eq!(strange("1E5", ["3005785", "1E5"]), None);
    }

    #[test]
    fn a_known_lot_in_another_dress_is_a_slip() {
        for lot in [
            "000003005785",
            "3005785?",
            "3005785(2)",
            "3005785-A",
            "30-05-785",
            "3005785/",
            "03005785",
            "3005785.",
            "30O5785",
        ] {
            assert_eq!(near(lot, KNOWN), ["3005785"], "{lot}");
        }
        assert_eq!(near("128A", KNOWN), ["000128A"]);
    }
}
