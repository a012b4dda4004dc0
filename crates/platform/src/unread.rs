//! What is said where a JSON text can't be read: what is wrong, and where, in sentences of the
//! house. The words of the library that found it reach nobody.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::{Category, Error};

/// How the library's findings begin, and what is said of each.
const FINDINGS: [(&str, &str); 8] = [
    ("trailing comma", "余分な「,」があります"),
    ("trailing characters", "終わりの後に余分な文字があります"),
    ("key must be a string", "項目の名前が「\"」で囲まれていません"),
    ("number out of range", "数が大きすぎます"),
    ("control character", "文字列の中に改行などの制御文字があります"),
    ("lone leading surrogate", "文字の番号（\\u…）が正しくありません"),
    ("unexpected end of hex escape", "文字の番号（\\u…）が正しくありません"),
    ("invalid unicode", "文字の番号（\\u…）が正しくありません"),
];

/// Line and letter, both from 1, behind which a text isn't read any more.
fn place(bytes: &[u8], error: &Error) -> (usize, usize) {
    let line = error.line().max(1);
    let of_line = bytes.split(|b| *b == b'\n').nth(line - 1).unwrap_or_default();
    let before = &of_line[..error.column().min(of_line.len())];
    (line, String::from_utf8_lossy(before).chars().count().max(1))
}

/// Why a text is no JSON, and where.
pub fn json(bytes: &[u8], error: &Error) -> String {
    let words = error.to_string();
    let (line, letter) = place(bytes, error);
    let twice = words.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
    let said = match error.classify() {
        Category::Data if twice.is_some() => {
            format!("「{}」が2回あります", twice.unwrap_or_default())
        }
        // Of the house's own, before the library wrote the place behind it.
        Category::Data => words.split(" at line ").next().unwrap_or_default().to_string(),
        Category::Eof => "途中で終わっています".into(),
        Category::Syntax | Category::Io if std::str::from_utf8(bytes).is_err() => {
            "UTF-8でない文字があります".into()
        }
        Category::Syntax | Category::Io => FINDINGS
            .iter()
            .find(|(begins, _)| words.starts_with(begins))
            .map_or("書き方が正しくありません", |(_, said)| said)
            .into(),
    };
    format!("{said}（{line}行目の{letter}文字目）")
}

/// A text as what it must be.
///
/// # Errors
/// Where it is no JSON, or which field isn't so.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => shaped::<T>(&value).err().unwrap_or_else(|| json(bytes, &error)),
        Err(error) => json(bytes, &error),
    })
}

/// A value as what it must be.
///
/// # Errors
/// The field that isn't so, by its name and where it stands.
pub fn shaped<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    // Written with a field a line, so that the line says which one.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| misshapen(&text, &error))
}

fn misshapen(text: &str, error: &Error) -> String {
    let words = error.to_string();
    let named = |begins: &str| words.strip_prefix(begins)?.split('`').next();
    let path = path(text, error.line());
    if let Some(name) = named("missing field `") {
        return match path.as_slice() {
            [] => format!("項目「{name}」がありません"),
            within => format!("「{}」の中に、項目「{name}」がありません", within.join("の")),
        };
    }
    if words.starts_with("unknown field `") {
        return format!("「{}」という項目はありません", path.join("の"));
    }
    match path.as_slice() {
        [] => "全体が、決められた形ではありません".into(),
        path => format!("項目「{}」の値が、決められた形ではありません", path.join("の")),
    }
}

/// The names of the fields around a line of a text that has a field a line, the outermost first.
fn path(text: &str, line: usize) -> Vec<String> {
    let lines: Vec<&str> = text.lines().take(line).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let key = |line: &str| {
        let rest = line.trim_start().strip_prefix('"')?;
        rest.split_once("\": ").map(|(name, _)| name.to_string())
    };
    let Some(last) = lines.last() else { return Vec::new() };
    // What closes an object stands as deep as what opened it.
    let closes = last.trim_start().starts_with(['}', ']']);
    let mut depth = indent(last) + 1;
    let mut all = Vec::new();
    for line in lines.iter().rev().skip(usize::from(closes)) {
        if indent(line) < depth {
            depth = indent(line);
            all.extend(key(line));
        }
    }
    all.reverse();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[test]
    fn what_is_no_json_is_said_with_its_line_and_letter() {
        for (text, said) in [
            ("{\"a\": 1", "途中で終わっています（1行目の7文字目）"),
            ("{\"a\": 1,}", "余分な「,」があります（1行目の9文字目）"),
            ("{\"a\": 1} x", "終わりの後に余分な文字があります（1行目の10文字目）"),
            ("{a: 1}", "項目の名前が「\"」で囲まれていません（1行目の2文字目）"),
            ("{\n \"名前\": 山田}", "書き方が正しくありません（2行目の8文字目）"),
            ("{\"a\": 1e999}", "数が大きすぎます（1行目の"),
            ("{\"a\": \"x\ny\"}", "文字列の中に改行などの制御文字があります（2行目の1文字目）"),
            ("{\"a\": \"\\ud800\"}", "文字の番号（\\u…）が正しくありません（1行目の"),
        ] {
            let error = serde_json::from_str::<Value>(text).unwrap_err();
            let found = json(text.as_bytes(), &error);
            assert!(found.starts_with(said), "{text}: {found}");
            assert!(!found.contains("at line"), "{found}");
        }
        let bytes = b"{\"a\": \"\x83\x65\"}";
        let error = serde_json::from_slice::<Value>(bytes).unwrap_err();
        assert!(json(bytes, &error).starts_with("UTF-8でない文字があります（1行目の"));
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read and not asked")]
    struct Party {
        name: String,
        phone: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read and not asked")]
    struct Claim {
        to: String,
        party: Party,
        counts: std::collections::BTreeMap<String, u32>,
        rows: Vec<u32>,
    }

    #[test]
    fn a_field_that_is_not_what_it_must_be_is_named_with_where_it_stands() {
        let good = json!({"to": "港区", "party": {"name": "a", "phone": "b"}, "counts": {"x": 1}, "rows": [1]});
        assert!(shaped::<Claim>(&good).is_ok());
        let with = |at: &str, value: Value| {
            let mut all = good.clone();
            *all.pointer_mut(at).unwrap() = value;
            shaped::<Claim>(&all).unwrap_err()
        };
        let wrong = |name: &str| format!("項目「{name}」の値が、決められた形ではありません");
        assert_eq!(with("/to", json!(5)), wrong("to"));
        assert_eq!(with("/party/phone", json!(null)), wrong("partyのphone"));
        assert_eq!(with("/party", json!("x")), wrong("party"));
        assert_eq!(with("/counts/x", json!(-1)), wrong("countsのx"));
        assert_eq!(with("/counts/x", json!("1")), wrong("countsのx"));
        assert_eq!(with("/rows", json!({})), wrong("rows"));
        assert_eq!(with("/rows/0", json!("x")), wrong("rows"));
        let without = |at: &str, name: &str| {
            let mut all = good.clone();
            all.pointer_mut(at).and_then(Value::as_object_mut).unwrap().remove(name);
            shaped::<Claim>(&all).unwrap_err()
        };
        assert_eq!(without("", "to"), "項目「to」がありません");
        assert_eq!(without("/party", "phone"), "「party」の中に、項目「phone」がありません");
        let more = |at: &str| {
            let mut all = good.clone();
            all.pointer_mut(at).unwrap()["more"] = json!(1);
            shaped::<Claim>(&all).unwrap_err()
        };
        assert_eq!(more(""), "「more」という項目はありません");
        assert_eq!(more("/party"), "「partyのmore」という項目はありません");
        let all = "全体が、決められた形ではありません";
        let text = |text: &str| read::<Claim>(text.as_bytes()).unwrap_err();
        assert_eq!(text("{\"to\": \"a\""), "途中で終わっています（1行目の10文字目）");
        assert_eq!(text("{\"to\": \"a\"}"), "項目「party」がありません");
        let twice = good.to_string().replacen('{', "{\"to\": \"x\", ", 1);
        assert!(text(&twice).starts_with("「to」が2回あります（1行目の"), "{}", text(&twice));
        assert_eq!(shaped::<Claim>(&json!([1])).unwrap_err(), all);
        assert_eq!(shaped::<Claim>(&json!("x")).unwrap_err(), all);
    }
}
