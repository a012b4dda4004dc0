//! Closed sets of states: each has one key, under which it is stored, sent and chosen.

/// A state of a closed set; declared by [`words!`](crate::words).
pub trait Word: Copy + Sized + 'static {
    /// What the set is called in Rust.
    const NAME: &'static str;
    /// Where it stands in the database: tables and columns. Empty for what follows from facts.
    const STORED: &'static [(&'static str, &'static str)];
    /// Every key, in the order in which the states are offered.
    const KEYS: &'static [&'static str];
    /// Under which it is stored and sent.
    fn key(self) -> &'static str;
    /// The state of a key; none where the set has no such key.
    fn from_key(key: &str) -> Option<Self>;
}

/// Declares a closed set of states: the enum, its keys (`ALL`, `key`, `from_key`), and JSON by key.
/// `in table.column, …` says where it is stored, for the faults of what can't be read and for the
/// test that compares the tables' checks with the keys.
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident $(in $($table:ident . $column:ident),+)? {
            $($(#[$about:meta])* $variant:ident = $key:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name { $($(#[$about])* $variant),+ }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: [$name; [$($key),+].len()] = [$($name::$variant),+];
            /// Under which it is stored, sent and chosen.
            pub const fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }
            /// What has this key.
            pub fn from_key(key: &str) -> Option<$name> {
                match key { $($key => Some($name::$variant),)+ _ => None }
            }
        }

        impl $crate::words::Word for $name {
            const NAME: &'static str = stringify!($name);
            const STORED: &'static [(&'static str, &'static str)] =
                &[$($((stringify!($table), stringify!($column))),+)?];
            const KEYS: &'static [&'static str] = &[$($key),+];
            fn key(self) -> &'static str { $name::key(self) }
            fn from_key(key: &str) -> Option<$name> { $name::from_key(key) }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.key())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                $crate::words::read(from)
            }
        }
    };
}

/// The state whose key comes next.
///
/// # Errors
/// It isn't text, or no key of the set.
pub fn read<'de, W: Word, D: serde::Deserializer<'de>>(from: D) -> Result<W, D::Error> {
    struct ByKey<W>(std::marker::PhantomData<W>);
    impl<W: Word> serde::de::Visitor<'_> for ByKey<W> {
        type Value = W;
        fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(to, "one of {:?}", W::KEYS)
        }
        fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<W, E> {
            W::from_key(key).ok_or_else(|| E::unknown_variant(key, W::KEYS))
        }
    }
    from.deserialize_str(ByKey(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::Word;

    words! {
        #[derive(PartialOrd, Ord)]
        enum Door in house.door, barn.gate {
            Open = "open",
            Shut = "shut",
        }
    }

    #[test]
    fn a_state_has_one_key_for_everything() {
        assert_eq!(Door::ALL.map(Door::key), ["open", "shut"]);
        assert_eq!(
            Door::ALL.map(|d| Door::from_key(d.key())),
            [Some(Door::Open), Some(Door::Shut)]
        );
        assert_eq!(serde_json::to_string(&Door::Shut).unwrap(), "\"shut\"");
        assert_eq!(serde_json::from_str::<Door>("\"open\"").unwrap(), Door::Open);
        assert_eq!(Door::STORED, [("house", "door"), ("barn", "gate")]);
    }

    #[test]
    fn what_isnt_a_key_is_no_state() {
        for other in ["", "Open", "open ", "ajar"] {
            assert_eq!(Door::from_key(other), None, "{other:?}");
        }
        let fault = serde_json::from_str::<Door>("\"ajar\"").unwrap_err().to_string();
        assert!(fault.contains("`ajar`") && fault.contains("`open`"), "{fault}");
    }
}
