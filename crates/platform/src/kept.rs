//! What is stored as JSON opens whatever became of it: written by an older version, cut off,
//! damaged past the product, with numbers beyond all counting. What can be read of it is there;
//! what can't is named, and the page that shows it says so.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::db::Failure;
use crate::value::{Column, Row, Value, stored_text};

/// The largest number that is stored anywhere within JSON, by far; sums of thousands of them are no
/// danger.
const LARGEST: f64 = 1e12;
/// Names of unreadable things that are told.
const TOLD: usize = 20;

/// How one kind of stored JSON is opened, and what a page says where not all of it could be.
pub trait Way<T> {
    const SAYS: &'static str;
    /// What can be read, and the names of what can't; an empty name stands for the rest.
    fn open(stored: &str) -> (T, Vec<String>);
}

/// Stored JSON as far as it can be read, and the names of what can't be.
pub struct Kept<T, W>(pub T, pub Vec<String>, PhantomData<fn() -> W>);

impl<T, W> Kept<T, W> {
    /// As it was stored by nobody: whole.
    pub fn whole(value: T) -> Kept<T, W> {
        Kept(value, Vec::new(), PhantomData)
    }
    pub fn is_whole(&self) -> bool {
        self.1.is_empty()
    }
    /// Only where all of it could be read.
    pub fn if_whole(&self) -> Option<&T> {
        self.is_whole().then_some(&self.0)
    }
}

impl<T, W: Way<T>> Kept<T, W> {
    pub fn open(stored: &str) -> Kept<T, W> {
        let (value, lost) = W::open(stored);
        if !lost.is_empty() {
            tracing::error!(says = W::SAYS, ?lost, "what is stored can't be read");
            tell(W::SAYS, &lost);
        }
        Kept(value, lost, PhantomData)
    }
}

impl<T: Clone, W> Clone for Kept<T, W> {
    fn clone(&self) -> Kept<T, W> {
        Kept(self.0.clone(), self.1.clone(), PhantomData)
    }
}
impl<T: std::fmt::Debug, W> std::fmt::Debug for Kept<T, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Kept").field(&self.0).field(&self.1).finish()
    }
}

/// As far as it could be read.
impl<T: serde::Serialize, W> serde::Serialize for Kept<T, W> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<T: serde::Serialize, W> From<&Kept<T, W>> for Value {
    fn from(kept: &Kept<T, W>) -> Value {
        Value::Json(serde_json::to_string(&kept.0).unwrap_or_else(|_| "null".into()))
    }
}

impl<T, W: Way<T>> Column for Option<Kept<T, W>> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        Ok(stored_text(row, at)?.map(|text| Kept::open(&text)))
    }
}
impl<T, W: Way<T>> Column for Kept<T, W> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        Ok(Kept::open(&stored_text(row, at)?.unwrap_or_default()))
    }
}

/// A sentence that a page owes its reader, and the names that belong to it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    pub says: &'static str,
    pub names: Vec<String>,
}

thread_local! {
    // A page is read and rendered by one thread without a pause: what couldn't be read for it.
    static TOLD_HERE: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

/// A page owes its reader this sentence, with these names.
pub(crate) fn tell(says: &'static str, lost: &[String]) {
    TOLD_HERE.with_borrow_mut(|all| {
        if !all.iter().any(|told| told.says == says) {
            all.push(Told { says, names: Vec::new() });
        }
        let Some(told) = all.iter_mut().find(|told| told.says == says) else { return };
        for name in lost.iter().filter(|name| !name.is_empty()) {
            if told.names.len() < TOLD && !told.names.contains(name) {
                told.names.push(name.chars().take(60).collect());
            }
        }
    });
}

/// Forgets what another page couldn't read: first in every request.
pub fn begin() {
    TOLD_HERE.take();
}

/// What couldn't be read since [`begin`].
pub fn told() -> Vec<Told> {
    TOLD_HERE.with_borrow(Clone::clone)
}

/// The parts of a list (without names) or of an object as far as they reach, each as the text it
/// is; whether it is one, and reached its end.
fn parts(stored: &str, list: bool) -> (Vec<(String, Box<RawValue>)>, bool) {
    struct Parts<'p>(&'p mut Vec<(String, Box<RawValue>)>, bool);
    impl<'de> Visitor<'de> for Parts<'_> {
        type Value = ();
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list or an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(part) = map.next_entry()? {
                self.0.push(part);
            }
            if self.1 { Err(serde::de::Error::custom("an object")) } else { Ok(()) }
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
            while let Some(part) = list.next_element()? {
                self.0.push((String::new(), part));
            }
            if self.1 { Ok(()) } else { Err(serde::de::Error::custom("a list")) }
        }
    }
    let mut found = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(stored);
    let read = reader.deserialize_any(Parts(&mut found, list)).and_then(|()| reader.end());
    (found, read.is_ok())
}

/// An object of texts: each that is a text.
pub fn texts(stored: &str) -> (BTreeMap<String, String>, Vec<String>) {
    named(stored, |_| true)
}

/// An object by names of a kind: each value that can be read and is sound.
pub fn named<K: std::str::FromStr + Ord, V: DeserializeOwned>(
    stored: &str,
    sound: fn(&V) -> bool,
) -> (BTreeMap<K, V>, Vec<String>) {
    let (mut map, mut lost) = (BTreeMap::new(), Vec::new());
    let (found, ended) = parts(stored, false);
    for (name, part) in found {
        match (name.parse(), serde_json::from_str(part.get())) {
            (Ok(key), Ok(value)) if sound(&value) && !name.is_empty() => _ = map.insert(key, value),
            _ => lost.push(name),
        }
    }
    if !ended {
        lost.push(String::new());
    }
    (map, lost)
}

/// A list: each item that can be read; the others by their place in it, counted from 1.
pub fn items<T: DeserializeOwned>(stored: &str) -> (Vec<T>, Vec<String>) {
    let (mut list, mut lost) = (Vec::new(), Vec::new());
    let (found, ended) = parts(stored, true);
    for (at, (name, part)) in found.into_iter().enumerate() {
        match serde_json::from_str(part.get()) {
            Ok(item) if name.is_empty() && is_bounded(part.get()) => list.push(item),
            _ => lost.push((at + 1).to_string()),
        }
    }
    if !ended {
        lost.push(String::new());
    }
    (list, lost)
}

/// All or nothing: of what is worth nothing in parts.
pub fn whole<T: DeserializeOwned + Default>(stored: &str) -> (T, Vec<String>) {
    match serde_json::from_str(stored) {
        Ok(value) if is_bounded(stored) => (value, Vec::new()),
        _ => (T::default(), vec![String::new()]),
    }
}

/// Whether no number anywhere within is beyond what is ever stored. Nothing is kept of it on the
/// way: a table may hold a million cells.
pub fn is_bounded(stored: &str) -> bool {
    struct Within;
    impl<'de> serde::Deserialize<'de> for Within {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Within, D::Error> {
            from.deserialize_any(Within)
        }
    }
    impl<'de> Visitor<'de> for Within {
        type Value = Within;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("numbers within bounds")
        }
        fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Within, E> {
            if n.abs() <= LARGEST { Ok(Within) } else { Err(E::custom("a number beyond all")) }
        }
        fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<Within, E> {
            self.visit_f64(n as f64)
        }
        fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<Within, E> {
            self.visit_f64(n as f64)
        }
        fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Within, E> {
            Ok(Within)
        }
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Within, E> {
            Ok(Within)
        }
        fn visit_unit<E: serde::de::Error>(self) -> Result<Within, E> {
            Ok(Within)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Within, A::Error> {
            while list.next_element::<Within>()?.is_some() {}
            Ok(Within)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Within, A::Error> {
            while object.next_entry::<serde::de::IgnoredAny, Within>()?.is_some() {}
            Ok(Within)
        }
    }
    serde_json::from_str::<Within>(stored).is_ok()
}

/// Declares a kind of stored JSON: its type, how it is opened, and what a page says where it can't
/// be.
#[macro_export]
macro_rules! kept {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $way:ident($ty:ty), $open:expr, $says:literal;)*) => { $(
        #[derive(Clone, Copy, Debug)]
        $vis struct $way;
        impl $crate::kept::Way<$ty> for $way {
            const SAYS: &'static str = $says;
            fn open(stored: &str) -> ($ty, Vec<String>) {
                $open(stored)
            }
        }
        $(#[$meta])*
        $vis type $name = $crate::kept::Kept<$ty, $way>;
    )* };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_there_and_what_cannot_is_named() {
        let (read, lost) =
            texts(r#"{"a": "x", "b": 1e400, "c": ["y"], "d": "\ud800", "e": "z", "f": null}"#);
        assert_eq!((read.len(), read["a"].as_str(), read["e"].as_str()), (2, "x", "z"));
        assert_eq!(lost, ["b", "c", "d", "f"]);
        // Cut off in the middle: what stood before is there.
        let (read, lost) = texts(r#"{"a": "x", "b": "y", "c": "z"#);
        assert_eq!((read.len(), lost), (2, vec![String::new()]));
        for nothing in [
            "",
            "null",
            "5",
            "\"x\"",
            "{",
            "[",
            "x",
            "[]",
            "[1, 2]",
            "true",
            "{\"\": \"x\"}",
            "1e400",
        ] {
            let (read, lost) = texts(nothing);
            assert!(read.is_empty() && !lost.is_empty(), "{nothing}");
        }
        assert_eq!(texts("{}"), (BTreeMap::new(), vec![]));
    }

    #[test]
    fn lists_keep_their_readable_items() {
        let (read, lost) = items::<(String, i64)>(r#"[["a", 1], ["b"], ["c", 1e15], ["d", 4], 5]"#);
        assert_eq!(read, [("a".to_string(), 1), ("d".to_string(), 4)]);
        assert_eq!(lost, ["2", "3", "5"]);
        assert_eq!(items::<i64>("[1, 2, \"x"), (vec![1, 2], vec![String::new()]));
        assert_eq!(items::<i64>("{\"a\": 1}"), (vec![], vec!["1".to_string(), String::new()]));
        assert_eq!(items::<i64>("{}"), (vec![], vec![String::new()]));
    }

    #[test]
    fn names_of_a_kind_and_all_or_nothing() {
        let (read, lost) = named::<u32, u32>(
            r#"{"1": 5, "x": 6, "-1": 7, "2": 4294967296, "3": 9, "4": 10}"#,
            |n| *n < 10,
        );
        assert_eq!(read, BTreeMap::from([(1, 5), (3, 9)]));
        assert_eq!(lost, ["x", "-1", "2", "4"]);
        assert_eq!(whole::<Vec<u64>>("[1, 2]"), (vec![1, 2], vec![]));
        for nothing in ["[1, -2]", "[1", "", "[18446744073709551615]", "[1000000000001]"] {
            assert_eq!(whole::<Vec<u64>>(nothing), (vec![], vec![String::new()]), "{nothing}");
        }
    }

    #[test]
    fn a_page_is_told_each_sentence_once() {
        kept! { Names = OfNames(Vec<String>), items, "names can't be read"; }
        begin();
        assert!(Names::open("[\"a\"]").is_whole() && told().is_empty());
        Names::open("[\"a\", 1]");
        let second = Names::open("[1, 2");
        assert_eq!((second.0.len(), second.if_whole()), (0, None));
        assert_eq!(
            told(),
            [Told { says: "names can't be read", names: vec!["2".into(), "1".into()] }]
        );
        begin();
        assert!(told().is_empty());
    }
}
