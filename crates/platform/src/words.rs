//! Words of closed sets as columns: stored under their key; a text that is none of the keys is a
//! fault that names table, column and text.

pub use rules::words::Word;

use crate::db::Failure;

/// A closed set that is stored.
pub struct Vocabulary {
    /// Of the enum.
    pub name: &'static str,
    /// Tables and columns in which its words stand.
    pub stored: &'static [(&'static str, &'static str)],
    pub keys: &'static [&'static str],
}
inventory::collect!(Vocabulary);

/// Every closed set that is stored.
pub fn vocabularies() -> impl Iterator<Item = &'static Vocabulary> {
    inventory::iter::<Vocabulary>.into_iter()
}

/// The word that was stored in a column of that name.
///
/// # Errors
/// [`Failure::Unknown`], where the set has no such key.
pub fn read<W: Word>(text: String, column: &str) -> Result<W, Failure> {
    W::from_key(&text).ok_or_else(|| {
        let all = || W::STORED.iter();
        let mut places: Vec<_> = all().filter(|(_, stored)| *stored == column).collect();
        if places.is_empty() {
            places = all().collect();
        }
        let named = places.iter().map(|(table, column)| format!("{table}.{column}"));
        Failure::Unknown { place: named.collect::<Vec<_>>().join(" or "), text }
    })
}

/// Makes closed sets of `rules` columns; [`words!`](crate::words) does it for its own.
#[macro_export]
macro_rules! stored_words {
    ($($words:ty),+ $(,)?) => { $(
        impl $crate::value::Stored for $words {
            type As = String;
            fn to_value(&self) -> $crate::value::Value {
                $crate::value::Value::from(self.key())
            }
            fn of_stored(stored: String, column: &str) -> Result<Self, $crate::db::Failure> {
                $crate::words::read(stored, column)
            }
        }
        $crate::inventory::submit! {
            $crate::words::Vocabulary {
                name: <$words as $crate::words::Word>::NAME,
                stored: <$words as $crate::words::Word>::STORED,
                keys: <$words as $crate::words::Word>::KEYS,
            }
        }
    )+ };
}

/// Declares a closed set of states that is stored, where no rule knows it
/// ([`rules::words!`](rules::words) with its columns).
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis enum $name:ident in $($rest:tt)+) => {
        $crate::rules::words! { $(#[$meta])* $vis enum $name in $($rest)+ }
        $crate::stored_words!($name);
    };
}

// What the rules know of and the work stores.
stored_words!(
    rules::access::Role,
    rules::access::Scope,
    rules::application::Status,
    rules::availability::Availability,
    rules::claim::Band,
    rules::delivery::TimeBand,
    rules::letter::Way,
    rules::results::Series,
    rules::review::Status,
    rules::stock::Kind,
    rules::venue::Side,
);

#[cfg(test)]
mod tests {
    use super::*;
    use rules::letter::Way;

    #[test]
    fn a_text_that_is_no_state_is_a_fault_that_names_table_column_and_text() {
        assert_eq!(read::<Way>("paper".into(), "way").ok(), Some(Way::Paper));
        let said = |column| match read::<Way>("carrier pigeon".into(), column) {
            Err(Failure::Unknown { place, text }) => (place, text),
            other => panic!("{other:?}"),
        };
        let text = "carrier pigeon".to_string();
        assert_eq!(said("way"), ("letter.way".into(), text.clone()));
        assert_eq!(said("letter_way"), ("municipality_setting.letter_way".into(), text.clone()));
        let both = "letter.way or municipality_setting.letter_way".into();
        assert_eq!(said("coalesce"), (both, text));
    }
}
