//! Closed sets of states with the words under which they are stored and sent.

/// Declares the states of a record: the enum, `ALL`, `key()` (as it is stored and sent),
/// `from_key()`, and that it can be an argument of a statement and a column of an answer. A word
/// that isn't one of them is [`Failure::Broken`](crate::db::Failure::Broken); the table refuses it,
/// too (migration 0021).
#[macro_export]
macro_rules! states {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$vmeta:meta])* $variant:ident = $key:literal),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        $vis enum $name { $($(#[$vmeta])* $variant),* }
        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),*];
            /// The word under which it is stored and sent.
            pub fn key(self) -> &'static str {
                match self { $($name::$variant => $key),* }
            }
            pub fn from_key(key: &str) -> Option<$name> {
                match key { $($key => Some($name::$variant),)* _ => None }
            }
        }
        impl From<$name> for $crate::value::Value {
            fn from(state: $name) -> $crate::value::Value {
                state.key().into()
            }
        }
        impl $crate::value::Column for $name {
            fn read(
                row: &$crate::value::Row<'_>,
                at: usize,
            ) -> Result<$name, $crate::db::Failure> {
                let key = <String as $crate::value::Column>::read(row, at)?;
                $name::from_key(&key).ok_or_else(|| {
                    $crate::db::Failure::Broken(format!(
                        "{key:?} is no {}",
                        stringify!($name)
                    ))
                })
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.key())
            }
        }
    };
}
