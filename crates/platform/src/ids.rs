//! Identifiers and secrets made in Rust, never by a database.

/// Declares the id of a kind of record: text that stands for no record of another kind. It is
/// stored, sent and shown as its text.
#[macro_export]
macro_rules! id {
    ($(#[$meta:meta])* $vis:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        $vis struct $name(String);

        impl From<String> for $name {
            fn from(id: String) -> $name { $name(id) }
        }
        impl From<&str> for $name {
            fn from(id: &str) -> $name { $name(id.into()) }
        }
        impl ::std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str { &self.0 }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, to: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                to.write_str(&self.0)
            }
        }
        impl $crate::value::Stored for $name {
            type As = String;
            fn to_value(&self) -> $crate::value::Value { $crate::value::Value::from(&self.0) }
            fn of_stored(id: String, _: &str) -> Result<$name, $crate::db::Failure> {
                Ok($name(id))
            }
        }
        impl From<&$name> for $crate::value::Value {
            fn from(id: &$name) -> $crate::value::Value { $crate::value::Value::from(&id.0) }
        }
    };
}

/// No look-alikes (i, l, o, u): readable over the phone.
const LETTERS: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyzae";

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// Random letters, five bits each.
pub fn letters<const N: usize>() -> String {
    random::<N>().iter().map(|b| LETTERS[(*b & 31) as usize] as char).collect()
}

/// A short opaque id such as `v-7k3q2m9xwp4t` (12 letters, 60 bits): stands in URLs, says nothing.
pub fn short(prefix: &str) -> String {
    format!("{prefix}-{}", letters::<12>())
}

/// An id that sorts by the time of its making, and within one instant by the order of making in
/// this process.
pub fn timed(prefix: &str, now: jiff::Timestamp) -> String {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{prefix}-{:014x}{count:08x}{}", now.as_microsecond(), letters::<6>())
}

/// A secret for links and cookies: 256 bits as 64 hexadecimal digits.
pub fn secret() -> String {
    random::<32>().iter().map(|b| format!("{b:02x}")).collect()
}
