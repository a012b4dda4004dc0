//! What a GS1 bar code says of a pack: element strings as scanners type them and as they are
//! printed, and Digital Link addresses.
//! Source: GS1 General Specifications (table of application identifiers, character set 82), domain
//! facts §10.

use jiff::civil::Date;

use crate::input::{self, InputFault};

/// FNC1 as scanners send it: group separator.
const GS: char = '\u{1d}';

/// What a GS1 code says of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gs1 {
    pub gtin: Option<String>,
    pub expiry: Option<Date>,
    pub lot: Option<String>,
    pub count: Option<i64>,
    /// A serial number stood there: the code is one pack's.
    pub serial: Option<String>,
    /// The lot isn't certain: no separator stood behind it, and it could go on as another field.
    pub doubt: Vec<Reading>,
}

/// Another reading of a lot whose separator may have been lost: a shorter lot, and what then
/// follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub lot: String,
    pub serial: Option<String>,
    pub expiry: Option<Date>,
    pub count: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Unknown(usize),
    CheckDigit,
    Expiry(String),
    Character(String),
    Two { ai: String, one: String, other: String },
    Glued,
    Lot(InputFault),
    Long,
}

/// How long the value of an application identifier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// Exactly so many characters; no separator needed.
    Fixed(usize),
    /// At most so many, up to a separator.
    UpTo(usize),
}

/// The identifier that a text begins with: its digits and its value's length.
fn identifier(text: &str) -> Option<(&str, Length)> {
    use Length::{Fixed, UpTo};
    let n = |len: usize| text.get(..len).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let (two, three, four) = (n(2)?, n(3).unwrap_or_default(), n(4).unwrap_or_default());
    let of4 = |length| (four.len() == 4).then_some((four, length));
    let of3 = |length| (three.len() == 3).then_some((three, length));
    match two {
        "00" => Some((two, Fixed(18))),
        "01" | "02" | "03" => Some((two, Fixed(14))),
        "04" => Some((two, Fixed(16))),
        "11" | "12" | "13" | "14" | "15" | "16" | "17" | "18" | "19" => Some((two, Fixed(6))),
        "20" => Some((two, Fixed(2))),
        "10" | "21" | "22" => Some((two, UpTo(20))),
        "30" | "37" => Some((two, UpTo(8))),
        "90" => Some((two, UpTo(30))),
        "91" | "92" | "93" | "94" | "95" | "96" | "97" | "98" | "99" => Some((two, UpTo(90))),
        "23" => match three {
            "235" => Some((three, UpTo(28))),
            _ => None,
        },
        "24" | "25" => match three {
            "240" | "241" | "250" | "251" => of3(UpTo(30)),
            "242" => of3(UpTo(6)),
            "243" => of3(UpTo(20)),
            "253" => of3(UpTo(30)),
            "254" => of3(UpTo(20)),
            "255" => of3(UpTo(25)),
            _ => None,
        },
        // Measures: a fourth digit says where the decimal point stands.
        "31" | "32" | "33" | "34" | "35" | "36" => of4(Fixed(6)),
        "39" => match three {
            "390" | "391" | "392" | "393" => of4(UpTo(18)),
            "394" => of4(UpTo(4)),
            "395" => of4(UpTo(6)),
            _ => None,
        },
        "40" => match three {
            "400" | "401" | "403" => of3(UpTo(30)),
            "402" => of3(Fixed(17)),
            _ => None,
        },
        "41" => of3(Fixed(13)),
        "42" => match three {
            "420" => of3(UpTo(20)),
            "421" => of3(UpTo(12)),
            "422" | "424" | "426" => of3(UpTo(3)),
            "423" | "425" => of3(UpTo(15)),
            "427" => of3(UpTo(3)),
            _ => None,
        },
        "43" => of4(UpTo(70)),
        "70" => match four {
            "7001" => of4(UpTo(13)),
            "7002" => of4(UpTo(30)),
            "7003" => of4(UpTo(10)),
            "7004" => of4(UpTo(4)),
            "7005" => of4(UpTo(12)),
            "7006" => of4(UpTo(6)),
            "7007" => of4(UpTo(12)),
            "7008" => of4(UpTo(3)),
            "7009" => of4(UpTo(10)),
            "7010" => of4(UpTo(2)),
            "7011" => of4(UpTo(10)),
            "7020" | "7021" | "7022" => of4(UpTo(20)),
            "7023" => of4(UpTo(30)),
            "7040" => of4(UpTo(4)),
            "7041" => of4(UpTo(4)),
            _ if four.starts_with("703") => of4(UpTo(30)),
            _ => None,
        },
        "71" => of3(UpTo(20)),
        "72" => of4(UpTo(90)),
        "80" => match four {
            "8001" => of4(UpTo(14)),
            "8002" | "8020" => of4(UpTo(25)),
            "8003" | "8004" => of4(UpTo(30)),
            "8005" => of4(UpTo(6)),
            "8006" | "8026" => of4(UpTo(18)),
            "8007" => of4(UpTo(34)),
            "8008" => of4(UpTo(12)),
            "8009" => of4(UpTo(50)),
            "8010" | "8013" => of4(UpTo(30)),
            "8011" => of4(UpTo(12)),
            "8012" => of4(UpTo(20)),
            "8014" => of4(UpTo(25)),
            "8017" | "8018" => of4(UpTo(18)),
            "8019" => of4(UpTo(10)),
            "8030" => of4(UpTo(90)),
            _ => None,
        },
        "81" => of4(UpTo(70)),
        "82" => of4(UpTo(70)),
        _ => None,
    }
}

/// Whether a character belongs to GS1's set 82, of which lots and serial numbers are made.
pub fn in_set(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!\"%&'()*+,-./_:;<=>?".contains(c)
}

/// Names of the separator, in lower case: as programs, manuals and spreadsheets write a control
/// character that they can't show.
const NAMES: [&str; 36] = [
    "~d029", "\\f", "<gs>", "{gs}", "[gs]", "(gs)", "&gs;", "\\gs", "<fnc1>", "{fnc1}", "[fnc1]",
    "(fnc1)", "&fnc1;", "fnc1", "<f1>", "{f1}", "[f1]", "\\x1d", "\\u001d", "\\u{1d}", "\\035",
    "\\29", "&#29;", "&#x1d;", "_x001d_", "%1d", "<0x1d>", "[0x1d]", "{0x1d}", "0x1d", "<1d>",
    "[1d]", "{1d}", "<29>", "{29}", "^]",
];

/// Separators written as they are, as names, as pictures or as the sign that a scanner was set to
/// send instead: every sign outside
/// set 82 can be nothing else. A sign of the set is never taken for a separator: it may belong to
/// the lot.
fn separated(raw: &str) -> String {
    let raw = raw.replace(['\u{203e}', '\u{ffe3}', '\u{301c}', '\u{fffd}'], "\u{1d}");
    let folded: String = unicode_normalization::UnicodeNormalization::nfkc(raw.as_str()).collect();
    let lower = folded.to_ascii_lowercase();
    let mut text = String::with_capacity(folded.len());
    let mut at = 0;
    while let Some(c) = folded.get(at..).and_then(|rest| rest.chars().next()) {
        let named =
            NAMES.iter().find(|name| lower.get(at..).is_some_and(|rest| rest.starts_with(**name)));
        if let Some(name) = named {
            text.push(GS);
            at += name.len();
            continue;
        }
        at += c.len_utf8();
        match c {
            // Control characters that scanners and terminals put in its place, and the pictures of
            // all of them.
            '\u{1c}'..='\u{1f}' | '\u{4}' | '\u{241c}'..='\u{241f}' => text.push(GS),
            '\t' | '\r' | '\n' => text.push(' '),
            c if input::is_blank(c) => text.push(' '),
            c if input::is_invisible(c) => {}
            '(' | ')' | '[' | ']' | '{' | '}' => text.push(c),
            c if input::is_dash(c) => text.push('-'),
            c if !in_set(c) && !c.is_alphanumeric() => text.push(GS),
            c => text.push(c),
        }
    }
    text
}

/// Reads a code: `(01)…(17)…(10)…` as printed, `]C101…` or `01…` as scanned,
/// `https://id.gs1.org/01/…/10/…?17=…`.
///
/// # Errors
/// A [`Fault`] whose text says what to do. A lot that may have swallowed what follows it comes
/// back with its [`Reading`]s.
pub fn read(raw: &str) -> Result<Gs1, Fault> {
    if raw.chars().count() > 400 {
        return Err(Fault::Long);
    }
    let text = separated(raw);
    let text = text.trim_matches([' ', GS]);
    let lower = text.to_ascii_lowercase();
    let found = if lower.starts_with("http:")
        || lower.starts_with("https:")
        || lower.starts_with("id.gs1.org/")
    {
        link(raw.trim())?
    } else if bracket(text).is_some() {
        printed(text)?
    } else if is_glued(text) {
        return Err(Fault::Glued);
    } else {
        scanned(text)?
    };
    let says = found.gtin.is_some() || found.lot.is_some() || found.expiry.is_some();
    if says { Ok(found) } else { Err(Fault::Unknown(1)) }
}

/// Keeps one field; the same twice is one, two different ones are two packs.
fn put(found: &mut Gs1, ai: &str, value: &str, at: usize) -> Result<(), Fault> {
    fn once<T: PartialEq + ToString>(
        slot: &mut Option<T>,
        value: T,
        ai: &str,
    ) -> Result<(), Fault> {
        match slot {
            Some(known) if *known != value => Err(Fault::Two {
                ai: format!("（{ai}）"),
                one: known.to_string(),
                other: value.to_string(),
            }),
            _ => {
                *slot = Some(value);
                Ok(())
            }
        }
    }
    let value = value.trim();
    if let Some(odd) = value.chars().find(|c| !in_set(*c)) {
        return Err(Fault::Character(odd.to_string()));
    }
    match ai {
        // 02 names the packs inside, with 37 for their number.
        "01" | "02" => once(&mut found.gtin, gtin(value)?, ai),
        "17" => once(&mut found.expiry, expiry(value)?, ai),
        // An expiry with hour and minute; the day counts.
        "7003" => once(
            &mut found.expiry,
            expiry(value.get(..6).ok_or_else(|| Fault::Expiry(value.into()))?)?,
            ai,
        ),
        "10" => {
            let lot = input::lot("ロット番号", value).map_err(Fault::Lot)?;
            once(&mut found.lot, lot, ai)
        }
        "21" => once(&mut found.serial, value.to_string(), ai),
        "30" | "37" => {
            once(&mut found.count, value.parse::<i64>().map_err(|_| Fault::Unknown(at))?, ai)
        }
        _ => Ok(()),
    }
}

/// As printed below the bars: identifiers in brackets. A bracket within a value is one only where
/// an identifier stands in it.
fn printed(text: &str) -> Result<Gs1, Fault> {
    let mut found = Gs1::default();
    let mut rest = text;
    let at = |rest: &str| text[..text.len() - rest.len()].chars().count() + 1;
    loop {
        rest = rest.trim_start_matches([GS, ' ']);
        if rest.is_empty() {
            return Ok(without_doubles(found));
        }
        let (ai, length, value) = bracket(rest).ok_or(Fault::Unknown(at(rest)))?;
        let end = match length {
            // What is printed may be grouped by blanks: count characters, not places.
            Length::Fixed(n) => value
                .char_indices()
                .filter(|(_, c)| *c != ' ')
                .nth(n)
                .map_or(value.len(), |(i, _)| i),
            Length::UpTo(_) => (0..=value.len())
                .filter(|i| value.is_char_boundary(*i))
                .find(|i| {
                    value[*i..].is_empty() || value[*i..].starts_with(GS) || begins(&value[*i..])
                })
                .unwrap_or(value.len()),
        };
        let field: String = value[..end].chars().filter(|c| *c != ' ' && *c != GS).collect();
        let sound = match length {
            Length::Fixed(n) => field.chars().count() == n,
            Length::UpTo(n) => field.chars().count() <= n || ai == "10",
        };
        if !sound {
            return Err(Fault::Unknown(at(rest)));
        }
        // Brackets may have been typed around what a scanner gave without its separator.
        if ai == "10" {
            found.doubt = readings(&field, &found);
        }
        if ai != "10"
            || found.doubt.is_empty()
            || (field.len() <= 20 && input::lot("", &field).is_ok())
        {
            put(&mut found, ai, &field, at(rest))?;
        }
        rest = &value[end..];
    }
}

/// `(17)…` or `[17]…`: the identifier, its length and what follows.
fn bracket(text: &str) -> Option<(&str, Length, &str)> {
    let (open, close) = if text.starts_with('(') { ('(', ')') } else { ('[', ']') };
    let inner = text.strip_prefix(open)?;
    let (ai, value) = inner.split_once(close)?;
    let (known, length) = identifier(ai)?;
    (known.len() == ai.len()).then_some((ai, length, value))
}

/// Whether another field begins here, and not just a bracket of a value: where its length is
/// fixed, so many digits have to stand there.
fn begins(text: &str) -> bool {
    match bracket(text) {
        Some((_, Length::Fixed(n), value)) => {
            let digits: Vec<char> = value.chars().filter(|c| *c != ' ').take(n).collect();
            digits.len() == n && digits.iter().all(char::is_ascii_digit)
        }
        Some((_, Length::UpTo(_), value)) => {
            !value.trim_start().is_empty() && !value.starts_with(['(', '[', GS])
        }
        None => false,
    }
}

/// Whether two packs' codes stand in one text with nothing between: each half is a whole code by
/// itself, from its GTIN to its lot.
fn is_glued(text: &str) -> bool {
    let body: String = text.chars().filter(|c| *c != ' ').collect();
    let whole = |part: &str| {
        scanned(part).is_ok_and(|found| {
            found.gtin.is_some() && (found.lot.is_some() || !found.doubt.is_empty())
        })
    };
    let starts = body.match_indices("01").map(|(at, _)| at).filter(|at| *at >= 20);
    starts.filter(|at| body.get(at + 2..at + 16).is_some_and(|code| gtin(code).is_ok())).any(|at| {
        let (head, tail) = body.split_at(at);
        // With a separator between, their fields are read, and what differs is named.
        if head.ends_with(GS) {
            return false;
        }
        // The second one may begin with its symbology identifier.
        let head = head
            .len()
            .checked_sub(3)
            .filter(|cut| head[*cut..].starts_with(']'))
            .map_or(head, |cut| &head[..cut]);
        whole(head) && whole(tail)
    })
}

/// As scanned: identifiers without brackets, values of changing length up to a separator.
fn scanned(text: &str) -> Result<Gs1, Fault> {
    // Symbology identifiers (`]C1`, `]d2`, `]e0`, `]Q3`, `]J1`), also from keyboards on which the
    // bracket is another key.
    let symbology = text.starts_with([']', '[', '}', '{'])
        && text.get(1..3).is_some_and(|t| {
            t.starts_with(|c: char| c.is_ascii_alphabetic())
                && t.ends_with(|c: char| c.is_ascii_digit())
        });
    let body = if symbology { &text[3..] } else { text };
    // Blanks stand where somebody grouped the digits: no value has any.
    let body: String = body.chars().filter(|c| *c != ' ').collect();
    let mut found = Gs1::default();
    let mut rest = body.as_str();
    let at = |rest: &str| body[..body.len() - rest.len()].chars().count() + 1;
    loop {
        rest = rest.trim_start_matches(GS);
        if rest.is_empty() {
            break;
        }
        let (ai, length) = identifier(rest).ok_or(Fault::Unknown(at(rest)))?;
        let value = &rest[ai.len()..];
        let end = match length {
            Length::Fixed(n) => n,
            Length::UpTo(_) => value.find(GS).unwrap_or(value.len()),
        };
        let field = value.get(..end).ok_or(Fault::Unknown(at(rest)))?;
        match (length, ai) {
            // The fields that may have swallowed the rest are looked at below.
            (Length::UpTo(_), "10" | "21") => {
                if ai == "10" {
                    found.doubt = readings(field, &found);
                    // What can't be a lot as a whole may still hold one.
                    if found.doubt.is_empty()
                        || (field.len() <= 20 && input::lot("", field).is_ok())
                    {
                        put(&mut found, ai, field, at(rest))?;
                    }
                } else {
                    swallowed(&mut found, field);
                    // Longer than a serial number can be: it has swallowed something.
                    if field.len() <= 20 || found.doubt.is_empty() {
                        put(&mut found, ai, field, at(rest))?;
                    }
                }
            }
            (Length::UpTo(n), _) if field.len() > n => return Err(Fault::Unknown(at(rest))),
            _ => put(&mut found, ai, field, at(rest))?,
        }
        rest = &value[end..];
    }
    Ok(without_doubles(found))
}

/// What stands in a field of its own isn't in the lot as well.
fn without_doubles(mut found: Gs1) -> Gs1 {
    let (expiry, serial) = (found.expiry.is_some(), found.serial.is_some() && found.lot.is_some());
    found.doubt.retain(|r| !(r.expiry.is_some() && expiry || r.serial.is_some() && serial));
    found
}

/// How a value without a separator behind it could be a shorter lot with other fields after it, in
/// any order that uses everything up.
/// The separator may also have come as a sign that a lot can hold (`?`, `_`).
fn readings(value: &str, found: &Gs1) -> Vec<Reading> {
    let upper = value.to_ascii_uppercase();
    let mut all = Vec::new();
    if !upper.chars().all(in_set) {
        return all;
    }
    for i in 4..upper.len().min(21) {
        let (Some(lot), Some(rest)) = (upper.get(..i), upper.get(i..)) else { continue };
        let Ok(lot) = input::lot("", lot) else { continue };
        let rest =
            rest.strip_prefix(|c: char| in_set(c) && !c.is_ascii_alphanumeric()).unwrap_or(rest);
        if let Some(follows) = follow(rest, found.expiry.is_some()) {
            all.push(Reading { lot, ..follows });
        }
    }
    all
}

/// Fields behind a lot: of fixed length in the middle, one of changing length at the end.
fn follow(text: &str, has_expiry: bool) -> Option<Reading> {
    let mut reading = Reading { lot: String::new(), serial: None, expiry: None, count: None };
    let mut rest = text;
    loop {
        let (ai, length) = identifier(rest)?;
        let value = rest.get(ai.len()..)?;
        match (ai, length) {
            ("17", _) if !has_expiry && reading.expiry.is_none() => {
                reading.expiry = Some(expiry(value.get(..6)?).ok()?);
                rest = value.get(6..)?;
            }
            ("20", Length::Fixed(n)) => {
                value.get(..n).filter(|v| v.bytes().all(|b| b.is_ascii_digit()))?;
                rest = value.get(n..)?;
            }
            ("11" | "12" | "13" | "15" | "16", _) => {
                expiry(value.get(..6)?).ok()?;
                rest = value.get(6..)?;
            }
            ("01" | "02", _) => {
                gtin(value.get(..14)?).ok()?;
                rest = value.get(14..)?;
            }
            ("7003", _)
                if !has_expiry && reading.expiry.is_none() && (8..=10).contains(&value.len()) =>
            {
                reading.expiry = Some(expiry(value.get(..6)?).ok()?);
                return Some(reading);
            }
            ("21", Length::UpTo(n)) if !value.is_empty() && value.len() <= n => {
                reading.serial = Some(value.into());
                return Some(reading);
            }
            ("30" | "37", Length::UpTo(n)) if !value.is_empty() && value.len() <= n => {
                reading.count = Some(value.parse().ok()?);
                return Some(reading);
            }
            ("240" | "241" | "250" | "90" | "91" | "92", Length::UpTo(n))
                if !value.is_empty() && value.len() <= n =>
            {
                return Some(reading);
            }
            _ => return None,
        }
        if rest.is_empty() {
            return Some(reading);
        }
    }
}

/// A serial number that stands before the lot and swallowed it: `21…` `17…` `10…` in one.
fn swallowed(found: &mut Gs1, serial: &str) {
    let upper = serial.to_ascii_uppercase();
    for i in 1..upper.len() {
        let (Some(own), Some(mut tail)) = (upper.get(..i), upper.get(i..)) else { continue };
        let mut day = None;
        while let Some((ai @ ("11" | "13" | "15" | "17"), _)) = identifier(tail)
            && let Some(read) = tail.get(2..8).and_then(|d| expiry(d).ok())
        {
            day = if ai == "17" { Some(read) } else { day };
            tail = tail.get(8..).unwrap_or_default();
        }
        let tail = tail.strip_prefix(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tail);
        let Some(Ok(lot)) =
            tail.strip_prefix("10").filter(|l| l.len() >= 4).map(|l| input::lot("", l))
        else {
            continue;
        };
        found.doubt.push(Reading { lot, serial: Some(own.into()), expiry: day, count: None });
    }
}

/// An address of GS1 Digital Link: identifiers and values as parts of the path, others behind the
/// question mark.
fn link(text: &str) -> Result<Gs1, Fault> {
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let bare = bare.split('#').next().unwrap_or_default();
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let mut found = Gs1::default();
    let parts: Vec<String> =
        path.split('/').skip(1).filter(|p| !p.is_empty()).map(unescaped).collect();
    let start = parts
        .iter()
        .position(|p| matches!(p.as_str(), "01" | "gtin" | "02"))
        .ok_or(Fault::Unknown(1))?;
    for pair in parts[start..].chunks(2) {
        let [ai, value] = pair else { return Err(Fault::Unknown(1)) };
        field_of_link(&mut found, ai, value)?;
    }
    for (ai, value) in query.split(['&', ';']).filter_map(|p| p.split_once('=')) {
        field_of_link(&mut found, ai, &unescaped(value))?;
    }
    Ok(found)
}

fn field_of_link(found: &mut Gs1, ai: &str, value: &str) -> Result<(), Fault> {
    let ai = match ai.to_ascii_lowercase().as_str() {
        "gtin" => "01".to_string(),
        "lot" => "10".to_string(),
        "ser" => "21".to_string(),
        "exp" => "17".to_string(),
        other => other.to_string(),
    };
    // A GTIN may be written without its leading zeros.
    let value = if ai == "01" { format!("{value:0>14}") } else { value.to_string() };
    if ai.bytes().all(|b| b.is_ascii_digit()) && identifier(&ai).is_some() {
        put(found, &ai, &value, 1)
    } else {
        Ok(())
    }
}

/// `%2F` and the like.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|h| std::str::from_utf8(h).ok());
        match code.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The check digit of a GTIN of 14 digits.
pub fn gtin(digits: &str) -> Result<String, Fault> {
    let numbers: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [body @ .., check] = numbers.as_slice() else { return Err(Fault::CheckDigit) };
    let sum: u32 =
        body.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 3 } else { *d }).sum();
    let sound = numbers.len() == 14 && digits.len() == 14 && numbers.iter().any(|d| *d > 0);
    if sound && (10 - sum % 10) % 10 == *check {
        Ok(digits.to_string())
    } else {
        Err(Fault::CheckDigit)
    }
}

/// YYMMDD; day 00 stands for the month's last day. Two digits of the year mean 2000 to 2050, as
/// vaccines have it.
fn expiry(digits: &str) -> Result<Date, Fault> {
    let fault = || Fault::Expiry(digits.to_string());
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault());
    }
    let part = |range: std::ops::Range<usize>| {
        digits.get(range).and_then(|p| p.parse::<i8>().ok()).ok_or_else(fault)
    };
    let (year, month, day) = (part(0..2)?, part(2..4)?, part(4..6)?);
    if year > 50 {
        return Err(fault());
    }
    let first = Date::new(2000 + i16::from(year), month, day.max(1)).map_err(|_| fault())?;
    Ok(if day > 0 { first } else { first.last_of_month() })
}

/// A lot of a scanned code, held against the lots that are known: what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// As it stands.
    Sure,
    /// The person chooses one of these, or what was read.
    Ask(Vec<Reading>),
}

/// The longest lot that is taken without a look where it could hold other fields: vaccines' lots
/// have six to ten characters.
const USUAL: usize = 10;

/// Whether the lot of a code can be taken as it stands. It can't where a separator may have been
/// lost: a shorter reading is a known
/// lot, or the lot is longer than any that is known.
pub fn certain(found: &Gs1, known: &[String]) -> Certainty {
    let is_known = |lot: &str| known.iter().any(|k| k == lot);
    let mut readings = found.doubt.clone();
    match found.lot.as_deref() {
        _ if readings.is_empty() => return Certainty::Sure,
        Some(lot) => {
            let longest = known.iter().map(String::len).max().unwrap_or(0).min(USUAL);
            let hidden = readings
                .iter()
                .any(|r| is_known(&r.lot) || (r.expiry.is_some() && found.expiry.is_none()));
            if is_known(lot) || (!hidden && lot.len() <= longest.max(7)) {
                return Certainty::Sure;
            }
        }
        // Swallowed by a serial number: what brings its expiry along or is known.
        None => {
            readings.retain(|r| is_known(&r.lot) || r.expiry.is_some() || found.expiry.is_some());
            if readings.is_empty() {
                return Certainty::Sure;
            }
        }
    }
    readings.sort_by_key(|r| !is_known(&r.lot));
    readings.truncate(6);
    Certainty::Ask(readings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }
    const PACK: &str = "0114987123456781";

    fn lot_of(raw: &str) -> (Option<String>, Option<String>) {
        let found = read(raw).unwrap_or_else(|e| panic!("{raw:?}: {e:?}"));
        assert_eq!(certain(&found, &["3005791".to_string()]), Certainty::Sure, "{raw:?}");
        (found.lot, found.expiry.map(|d| d.to_string()))
    }

    #[test]
    fn element_strings_are_read_as_printed_and_as_scanned() {
        for raw in [
            "(01)14987123456781(17)220900(10)3005785(30)10",
            "(01)14987123456781 (17)220930 (10)3005785 (30)10",
            "（０１）14987123456781（17）220930（10）3005785（30）10",
            "]C1011498712345678117220930103005785\u{1d}3010",
            "[C1011498712345678117220930103005785\u{1d}3010",
            "01149871234567811722093010 3005785\u{1d}3010",
            "[01]14987123456781[17]220930[10]3005785[37]10",
            "(01) 1498 7123 4567 81\n(17) 220930\n(10) 3005785\n(30) 10",
            "(02)14987123456781(17)220930(10)3005785(37)10",
            "(01)14987123456781(7003)2209302359(10)3005785(30)10",
            "(01)14987123456781(17)220930(10)3005785(30)10(240)AB(C)1(91)x",
            "\u{200b}(01)14987123456781\u{a0}(17)220930(10)3005785(30)10\u{feff}",
        ] {
            let found = read(raw).unwrap_or_else(|e| panic!("{raw:?}: {e:?}"));
            let got = (
                found.gtin.as_deref(),
                found.expiry,
                found.lot.as_deref(),
                found.count,
                found.doubt.len(),
            );
            assert_eq!(
                got,
                (Some("14987123456781"), Some(day("2022-09-30")), Some("3005785"), Some(10), 0),
                "{raw:?}"
            );
        }
        assert_eq!(read("(01)14987123456780(10)A1234"), Err(Fault::CheckDigit));
        assert_eq!(read("(01)00000000000000(10)A1234"), Err(Fault::CheckDigit));
        assert!(matches!(read("(17)221399(10)A1234"), Err(Fault::Expiry(_))));
        assert!(matches!(read("(17)991231(10)A1234"), Err(Fault::Expiry(_))));
        for raw in ["こんにちは", "", "\u{1d}", "3005785", "(10)", "4987123456781"] {
            assert!(
                matches!(read(raw), Err(Fault::Unknown(_) | Fault::Lot(_))),
                "{raw}: {:?}",
                read(raw)
            );
        }
    }

    #[test]
    fn a_separator_is_read_in_every_writing_that_cant_be_a_lots_own() {
        for s in [
            "\u{1d}", "|", "~", "^", "¦", "␝", "{GS}", "<GS>", "<gs>", "[GS]", "\\x1d", "\\x1D",
            "\\u001d", "&#29;", "%1D", "^]", "<FNC1>", "{FNC1}", "｜", "～", "＾", "￤", "@", "#",
            "$", "`", "\\", "\u{1e}", "_x001D_", "\u{fffd}", "¥", "⌁", "é", "港", "~d029", "~D029",
            "\\F",
        ] {
            let raw = format!("{PACK}17220930103005791{s}21000123");
            match read(&raw) {
                Ok(found) => {
                    assert_eq!(
                        (found.lot.as_deref(), found.serial.as_deref()),
                        (Some("3005791"), Some("000123")),
                        "{s:?}"
                    );
                    assert_eq!(certain(&found, &[]), Certainty::Sure, "{s:?}");
                }
                // What is neither a separator nor a character of a code is named.
                Err(e) => {
                    assert!(["é", "港"].contains(&s), "{s:?}: {e:?}");
                    assert_eq!(e, Fault::Character(s.into()));
                }
            }
        }
        // Signs that a lot may hold are asked about.
        for s in ["?", "_", ";", "-", "!", " "] {
            let found = read(&format!("{PACK}17220930103005791{s}21000123")).unwrap();
            let Certainty::Ask(readings) = certain(&found, &[]) else { panic!("{s:?} {found:?}") };
            assert!(
                readings
                    .iter()
                    .any(|r| r.lot == "3005791" && r.serial.as_deref() == Some("000123")),
                "{s:?} {readings:?}"
            );
        }
    }

    #[test]
    fn a_lost_separator_before_a_short_field_is_asked_about_with_and_without_known_lots() {
        for tail in ["3005786305", "300578637 10", "30057862012", "3005786201237 4"] {
            let found = read(&format!("{PACK}1722093010{tail}")).unwrap();
            for known in [&[][..], &["3005785".to_string()]] {
                let Certainty::Ask(readings) = certain(&found, known) else {
                    panic!("{tail} {known:?} {found:?}")
                };
                assert!(readings.iter().any(|r| r.lot == "3005786"), "{tail}: {readings:?}");
            }
        }
        // A lot of the usual length, and one that can't be parted, stand as they are.
        for lot in ["3005786", "TA00001", "FF5357AB12"] {
            let found = read(&format!("{PACK}1722093010{lot}")).unwrap();
            assert_eq!(certain(&found, &[]), Certainty::Sure, "{lot}");
        }
    }

    #[test]
    fn fields_that_nobody_needs_are_passed_over_by_their_length() {
        let sure = |tail: &str, head: &str| lot_of(&format!("{head}{PACK}17220930103005792{tail}"));
        let wanted = (Some("3005792".to_string()), Some("2022-09-30".to_string()));
        for tail in [
            "\u{1d}240ABC",
            "\u{1d}9112",
            "\u{1d}241XYZ\u{1d}9099",
            "\u{1d}3750",
            "\u{1d}422392",
            "\u{1d}7001123",
            "\u{1d}8008220301",
            "\u{1d}710ABC",
            "\u{1d}2501234",
            "\u{1d}4001234",
            "\u{1d}98free text".trim_end_matches(" text"),
            "\u{1d}71412345678",
        ] {
            assert_eq!(sure(tail, ""), wanted, "{tail:?}");
        }
        for head in [
            "00123456789012345675",
            "13220301",
            "11220301",
            "15220801",
            "16220801",
            "2001",
            "3103000123",
            "4104912345678904",
            "12220801",
        ] {
            assert_eq!(sure("", head), wanted, "{head:?}");
        }
    }

    #[test]
    fn two_codes_in_one_field_are_two() {
        let one = format!("{PACK}17220930103005785");
        let other = format!("{PACK}17221031103005786");
        for glued in [
            format!("{one}{one}"),
            format!("{one}{other}"),
            format!("{one}\n{other}"),
            format!("]d2{one}]d2{other}"),
            format!("{one}21000123{other}21000124"),
        ] {
            assert_eq!(read(&glued), Err(Fault::Glued), "{glued}");
        }
        // One that holds 01 in its lot or serial number, and one whose GTIN stands behind the lot.
        for alone in [
            one.clone(),
            format!("{PACK}17220930100104987"),
            format!("{one}\u{1d}210104912345678904"),
            format!("103005785{PACK}17220930"),
        ] {
            assert_ne!(read(&alone), Err(Fault::Glued), "{alone}");
        }
    }

    #[test]
    fn a_lost_separator_is_asked_about_and_a_plain_lot_isnt() {
        let known = vec!["3005785".to_string(), "3005786".to_string()];
        let ask = |raw: &str, known: &[String]| match certain(&read(raw).unwrap(), known) {
            Certainty::Ask(readings) => {
                readings.into_iter().map(|r| (r.lot, r.serial, r.expiry)).collect::<Vec<_>>()
            }
            Certainty::Sure => vec![],
        };
        for known in [&known[..], &[]] {
            let readings = ask(&format!("{PACK}1722093010300578621000123"), known);
            assert!(
                readings.contains(&("3005786".into(), Some("000123".into()), None)),
                "{readings:?}"
            );
            let readings = ask("(01)14987123456781(17)220930(10)300578621000123", known);
            assert!(
                readings.contains(&("3005786".into(), Some("000123".into()), None)),
                "{readings:?}"
            );
            let readings = ask(&format!("{PACK}10300578617220930"), known);
            assert!(
                readings.contains(&("3005786".into(), None, Some(day("2022-09-30")))),
                "{readings:?}"
            );
            let readings = ask(&format!("{PACK}1030057861722093021000123"), known);
            assert!(
                readings.contains(&(
                    "3005786".into(),
                    Some("000123".into()),
                    Some(day("2022-09-30"))
                )),
                "{readings:?}"
            );
            let readings = ask(&format!("{PACK}21ABC1231722093010300578A"), known);
            assert!(
                readings.contains(&(
                    "300578A".into(),
                    Some("ABC123".into()),
                    Some(day("2022-09-30"))
                )),
                "{readings:?}"
            );
            assert!(!ask(&format!("{PACK}1722093021ABC12310300578A"), known).is_empty());
            assert!(!ask(&format!("{PACK}17220930103005786240ABC"), known).is_empty());
            assert!(!ask(&format!("{PACK}17220930103005786211234567890123456"), known).is_empty());
        }
        assert_eq!(ask(&format!("{PACK}1722093010300578621000123"), &known)[0].0, "3005786");
        // Short and shown to be a lot, or unlike anything hidden: taken.
        for lot in ["3005785", "3002185", "EY2173", "FF4204", "000011A", "2117001", "HA222A"] {
            assert_eq!(ask(&format!("{PACK}1722093010{lot}"), &known), [], "{lot}");
        }
        // Known as it is: taken, even if it could be read otherwise.
        assert_eq!(
            ask(&format!("{PACK}1722093010300578621000123"), &["300578621000123".to_string()]),
            []
        );
    }

    #[test]
    fn addresses_of_digital_link_are_read() {
        for raw in [
            "https://id.gs1.org/01/14987123456781/10/3005785?17=220930",
            "https://id.gs1.org/01/14987123456781/10/3005785/21/000123?17=220930",
            "http://example.jp/some/shop/gtin/14987123456781/lot/3005785?exp=220900&x=y",
            "HTTPS://ID.GS1.ORG/01/14987123456781/10/3005785?17=220930#top",
            "id.gs1.org/01/14987123456781/10/%33005785?17=220930",
        ] {
            let found = read(raw).unwrap_or_else(|e| panic!("{raw}: {e:?}"));
            assert_eq!(
                (found.lot.as_deref(), found.expiry, found.gtin.as_deref()),
                (Some("3005785"), Some(day("2022-09-30")), Some("14987123456781")),
                "{raw}"
            );
            assert_eq!(certain(&found, &[]), Certainty::Sure);
        }
        assert_eq!(read("https://example.jp/"), Err(Fault::Unknown(1)));
        assert_eq!(read("https://id.gs1.org/01/14987123456780/10/A1234"), Err(Fault::CheckDigit));
    }

    #[test]
    fn two_packs_in_one_reading_are_refused() {
        let two = format!("{PACK}17220930103005785\u{1d}{PACK}17220930103005786");
        assert!(matches!(read(&two), Err(Fault::Two { .. })));
        let same = format!("{PACK}17220930103005785\u{1d}{PACK}17220930103005785");
        assert_eq!(read(&same).unwrap().lot.as_deref(), Some("3005785"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fall_over(raw in ".{0,80}") {
            let _ = read(&raw).map(|f| certain(&f, &[]));
        }
        #[test]
        fn nothing_like_a_code_makes_it_fall_over(raw in "[\\]\\[(){}0-9A-Z\u{1d}|~ %/?&=:.é]{0,60}") {
            let _ = read(&raw).map(|f| certain(&f, &["3005785".to_string()]));
        }
        /// A lot that comes out is one that every other door takes as it is.
        #[test]
        fn a_lot_that_comes_out_is_in_the_one_normal_form(lot in "[0-9A-Za-z/_.+-]{1,24}", serial in "[0-9A-Z]{1,20}") {
            if let Ok(found) = read(&format!("{PACK}1722093010{lot}\u{1d}21{serial}"))
                && let (Some(out), Certainty::Sure) = (&found.lot, certain(&found, &[]))
            {
                prop_assert_eq!(input::lot("", out), Ok(out.clone()));
                prop_assert_eq!(input::lot("", &lot), Ok(out.clone()));
            }
        }
        #[test]
        fn printed_and_scanned_say_the_same(lot in "[0-9A-Z]{4,10}", month in 1u8..=12) {
            let printed = read(&format!("(01)14987123456781(17)22{month:02}00(10){lot}"));
            let scanned = read(&format!("{PACK}1722{month:02}0010{lot}"));
            prop_assert_eq!(printed.map(|f| (f.lot, f.expiry, f.gtin)), scanned.map(|f| (f.lot, f.expiry, f.gtin)));
        }
    }
}
