//! Bodies of other systems: JSON in UTF-8 with bounded depth and size, no name twice, read field by
//! field into what a command takes. Unknown names are refused, `null` stands for absent, `5.0` is
//! 5, and nothing is taken for what it isn't.

use std::cell::RefCell;
use std::fmt;

use rules::input;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::visit::Trouble;

use crate::errors::Errors;

/// Lists and objects within each other.
const DEEPEST: usize = 12;
/// Values in one body: 500 orders and thousands of rows of a claim are far below.
const MOST_VALUES: usize = 200_000;
/// The largest number in a field.
pub const LARGEST: i64 = 999_999_999;

/// Reads a body.
///
/// # Errors
/// 422 with the sentence: empty, not JSON, too deep, a name twice.
pub fn parse(bytes: &[u8]) -> Result<Value, Trouble> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Trouble::at("", "本文が空です。JSONのオブジェクトを送ってください。"));
    }
    read(bytes).map_err(|why| Trouble::at("", why))
}

/// The same of a file.
///
/// # Errors
/// The sentence, with line and letter.
pub fn read(bytes: &[u8]) -> Result<Value, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let left = RefCell::new(MOST_VALUES);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = Seed { depth: 0, left: &left }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    read.map_err(|e| format!("JSONとして読めません：{}", platform::unread::json(bytes, &e)))
}

/// One value at a depth, with how many more may come.
struct Seed<'l> {
    depth: usize,
    left: &'l RefCell<usize>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let mut left = self.left.borrow_mut();
        *left = left
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom(format!("値が{MOST_VALUES}個を超えています")))?;
        drop(left);
        deserializer.deserialize_any(self)
    }
}

impl Seed<'_> {
    fn inside<E: Error>(&self) -> Result<Seed<'_>, E> {
        let depth = self.depth + 1;
        if depth > DEEPEST {
            return Err(E::custom(format!("入れ子が{DEEPEST}段を超えています")));
        }
        Ok(Seed { depth, left: self.left })
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E: Error>(self, b: bool) -> Result<Value, E> {
        Ok(Value::Bool(b))
    }
    fn visit_i64<E: Error>(self, n: i64) -> Result<Value, E> {
        Ok(n.into())
    }
    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        Ok(n.into())
    }
    fn visit_f64<E: Error>(self, n: f64) -> Result<Value, E> {
        Number::from_f64(n).map(Value::Number).ok_or_else(|| E::custom("数が大きすぎます"))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        // PostgreSQL stores no NUL, and no system means one.
        Ok(Value::String(text.replace('\0', "")))
    }
    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inside()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self.inside()?)?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("「{}」が2回あります", short(&name))));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A whole number, also one that a system wrote as `5.0`.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let n = value.as_f64()?;
        (n.fract() == 0.0 && n.abs() <= LARGEST as f64).then_some(n as i64)
    })
}

/// An object's fields, read by name. What is wrong goes to the errors, each with its place, and the
/// value is then none.
pub struct Fields<'b> {
    object: &'b Map<String, Value>,
    /// What stands before each name in an error, such as `lines[2].`
    place: String,
    read: Vec<&'static str>,
}

impl<'b> Fields<'b> {
    /// Of a whole body.
    ///
    /// # Errors
    /// 422 where it is no object.
    pub fn of(body: &'b Value) -> Result<Fields<'b>, Trouble> {
        let object = body
            .as_object()
            .ok_or_else(|| Trouble::at("", "JSONのオブジェクト（{ … }）を送ってください。"))?;
        Ok(Fields { object, place: String::new(), read: Vec::new() })
    }
    /// Of an object within it.
    pub fn within(value: &'b Value, place: String, errors: &mut Errors) -> Option<Fields<'b>> {
        let object = value.as_object();
        if object.is_none() {
            errors.add(place.trim_end_matches('.'), "オブジェクト（{ … }）を送ってください。");
        }
        Some(Fields { object: object?, place, read: Vec::new() })
    }

    fn at(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }
    /// A value that is there and isn't `null`.
    pub fn get(&mut self, name: &'static str) -> Option<&'b Value> {
        self.read.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }
    /// A field that must be there.
    pub fn needed(&self, name: &'static str, errors: &mut Errors) {
        if self.object.get(name).is_none_or(Value::is_null) {
            errors.add(self.at(name), format!("{name}を送ってください。"));
        }
    }
    /// A whole number from `least` to `most`.
    pub fn number(
        &mut self,
        name: &'static str,
        least: i64,
        most: i64,
        errors: &mut Errors,
    ) -> Option<i64> {
        let n = number(self.get(name)?).filter(|n| (least..=most).contains(n));
        if n.is_none() {
            let sentence = match least {
                0 => format!("{name}は0以上の整数で送ってください。（{most}まで）"),
                _ => format!("{name}は{least}から{most}の整数で送ってください。"),
            };
            errors.add(self.at(name), sentence);
        }
        n
    }
    /// A count of things.
    pub fn count(&mut self, name: &'static str, most: u32, errors: &mut Errors) -> Option<u32> {
        self.number(name, 0, i64::from(most), errors).and_then(|n| u32::try_from(n).ok())
    }
    /// A text as it came.
    pub fn text(&mut self, name: &'static str, errors: &mut Errors) -> Option<&'b str> {
        let value = self.get(name)?;
        let text = value.as_str().filter(|text| text.chars().count() <= input::LONGEST_NOTE);
        if text.is_none() {
            errors.add(
                self.at(name),
                format!("{name}は{}文字までの文字列で送ってください。", input::LONGEST_NOTE),
            );
        }
        text
    }
    /// A note: many lines, at most as long as on the pages; empty where it wasn't sent.
    pub fn note(&mut self, name: &'static str, label: &str, errors: &mut Errors) -> Option<String> {
        let text = self.text(name, errors).unwrap_or_default();
        errors.take(&self.at(name), input::long_text(label, text, input::LONGEST_NOTE))
    }
    /// `true` or `false`; false where it wasn't sent.
    pub fn flag(&mut self, name: &'static str, errors: &mut Errors) -> bool {
        let Some(value) = self.get(name) else { return false };
        if !value.is_boolean() {
            errors.add(self.at(name), format!("{name}はtrueかfalseで送ってください。"));
        }
        value == &Value::Bool(true)
    }
    /// A list of `least` to `most` items.
    pub fn list(
        &mut self,
        name: &'static str,
        least: usize,
        most: usize,
        errors: &mut Errors,
    ) -> Option<&'b [Value]> {
        let value = self.get(name)?;
        let list = value.as_array().filter(|list| (least..=most).contains(&list.len()));
        if list.is_none() {
            errors
                .add(self.at(name), format!("{name}に{least}から{most}件の配列を送ってください。"));
        }
        list.map(Vec::as_slice)
    }
    /// Names that nobody read.
    pub fn done(&self, errors: &mut Errors) {
        // A field may be asked whether it is there and then be read: it is named once.
        let mut all: Vec<&str> = Vec::new();
        for name in &self.read {
            if !all.contains(name) {
                all.push(name);
            }
        }
        let known = all.join("、");
        for name in self.object.keys().filter(|name| !self.read.contains(&name.as_str())).take(20) {
            errors.add(
                self.at(&short(name)),
                format!("「{}」という項目はありません。送れる項目：{known}", short(name)),
            );
        }
    }
}

/// Whether a body says that it is JSON in UTF-8.
pub fn is_json(content_type: &str) -> bool {
    let folded = content_type.to_ascii_lowercase();
    let mut parts = folded.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let json = media == "application/json"
        || (media.starts_with("application/") && media.ends_with("+json"));
    let utf8 = |p: &str| {
        p.strip_prefix("charset=").is_none_or(|c| matches!(c.trim_matches('"'), "utf-8" | "utf8"))
    };
    json && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(bytes: &[u8]) -> String {
        match parse(bytes) {
            Err(Trouble::Refused { status: 422, errors }) => errors.0[0].1.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn bodies_are_bounded_and_say_nothing_twice() {
        assert_eq!(
            parse(b"\xef\xbb\xbf {\"a\": [1, 2.5, null, \"x\\u0000\"]} ").unwrap(),
            json!({"a": [1, 2.5, null, "x"]})
        );
        assert!(refusal(b" \n").contains("空です"));
        assert!(refusal(br#"{"a": 1, "a": 2}"#).contains("「a」が2回あります"));
        assert!(refusal(br#"{"x": {"b": 1, "b": 1}}"#).contains("「b」が2回あります"));
        assert!(refusal(&b"[".repeat(1_000_000)).contains("12段"));
        assert!(refusal(&br#"{"a":"#.repeat(100_000)).contains("12段"));
        assert!(
            refusal(format!("[{}1]", "1,".repeat(MOST_VALUES)).as_bytes()).contains("200000個")
        );
        for broken in
            ["{", "{\"a\": 1} x", "{a: 1}", "{\"a\": 1e999}", "{\"a\": \"\\ud800\"}", "NaN"]
        {
            assert!(refusal(broken.as_bytes()).contains("JSONとして読めません"), "{broken}");
        }
        assert!(refusal(b"{\"a\": \"\x83\x65\"}").contains("JSONとして読めません"));
        // No word of the library's reaches anybody.
        let deep = b"[".repeat(100);
        let many: [&[u8]; 6] =
            [b"{", b"{a: 1}", b"{\"a\": 1} x", b"{\"a\": 1, \"a\": 2}", b"nul", &deep];
        for broken in many {
            let said = refusal(broken);
            assert!(said.contains("文字目）"), "{said}");
            assert!(!said.contains(" at line ") && !said.contains("expected"), "{said}");
        }
    }

    #[test]
    fn fields_are_what_they_are_or_are_refused() {
        let body = json!({"n": 5.0, "none": null, "text": "x", "flag": true, "big": 1e300, "half": 2.5, "minus": -1, "word": "5", "more": 1});
        let mut errors = Errors::default();
        let mut fields = Fields::of(&body).unwrap();
        assert_eq!(fields.count("n", 9, &mut errors), Some(5));
        assert_eq!(fields.count("none", 9, &mut errors), None);
        assert_eq!(
            (fields.text("text", &mut errors), fields.flag("flag", &mut errors)),
            (Some("x"), true)
        );
        assert!(errors.is_empty());
        for name in ["big", "half", "minus", "word", "flag", "text"] {
            assert_eq!(fields.count(name, 9, &mut errors), None);
            assert_eq!(errors.0.pop().unwrap().0, name);
        }
        fields.done(&mut errors);
        assert_eq!(errors.0.len(), 1);
        let known = "n、none、text、flag、big、half、minus、word";
        assert_eq!(
            errors.0[0],
            ("more".into(), format!("「more」という項目はありません。送れる項目：{known}"))
        );
        assert!(Fields::of(&json!([1])).is_err() && Fields::of(&Value::Null).is_err());
    }

    #[test]
    fn kinds_of_bodies() {
        for good in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/merge-patch+json",
            "application/json;charset=\"utf-8\"",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "text/plain",
            "text/json",
            "application/x-www-form-urlencoded",
            "application/json; charset=shift_jis",
            "multipart/form-data",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }
}
