//! What a GS1 bar code says of a pack: element strings as scanners type them and as they are printed, and Digital Link addresses.
//! Source: GS1 General Specifications (table of application identifiers, character set 82), domain facts §10.

use jiff::civil::Date;

use crate::time;

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

/// Another reading of a lot whose separator may have been lost: a shorter lot, and what then follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub lot: String,
    pub serial: Option<String>,
    pub expiry: Option<Date>,
    pub count: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("GS1コードとして読めません（{0}文字目から）。バーコードの数字をそのまま貼り付けるか、ロット番号と有効期限を入力してください")]
    Unknown(usize),
    #[error("商品コード（GTIN）の検査数字が合いません。もう一度読み取ってください")]
    CheckDigit,
    #[error("有効期限 {0} は日付ではありません")]
    Expiry(String),
    #[error("「{0}」はGS1コードに使わない文字です。読み取り機の設定（区切りの文字）を確かめるか、ロット番号と有効期限を入力してください")]
    Character(String),
    #[error("GS1コードの{ai}が2つあり、違う内容です（{one}と{other}）。1つの箱のコードだけを読み取ってください")]
    Two { ai: String, one: String, other: String },
    #[error("ロット番号が長すぎるか、空です（{0}）。もう一度読み取るか、ロット番号と有効期限を入力してください")]
    Lot(String),
    #[error("GS1コードが長すぎます。1つの箱のコードだけを読み取ってください")]
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

/// Writings of the separator that can't be anything else: names of the control character, and its picture.
const NAMES: [&str; 14] = [
    "<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "[FNC1]", "\\x1d", "\\u001d", "\\x1D", "\\u001D", "&#29;", "%1D", "%1d", "<0x1D>",
];

/// Separators written as they are, as names, as pictures or as the sign that a scanner was set to send instead.
/// A sign of set 82 is never taken for a separator: it may belong to the lot.
fn separated(raw: &str) -> String {
    // Blanks and invisible characters by NFKC and class; the separator itself is a control character and has to survive.
    let mut text: String = unicode_normalization::UnicodeNormalization::nfkc(raw).collect();
    for name in NAMES {
        for writing in [name.to_string(), name.to_lowercase()] {
            text = text.replace(&writing, "\u{1d}");
        }
    }
    text.chars()
        .filter_map(|c| match c {
            GS | '\u{241d}' | '\u{1e}' | '\u{1c}' | '\u{1f}' | '\u{4}' => Some(GS),
            '|' | '~' | '^' | '¦' | '\u{2502}' | '#' | '$' | '@' | '`' | '\\' | '¬' | '§' | '¶' | '\u{e8}' | '\u{f1}' | '↔' | '␞' | '↑' => Some(GS),
            '\t' | ' ' | '\r' | '\n' | '\u{3000}' => Some(' '),
            c if c.is_control() || crate::input::clean(&c.to_string()).is_empty() => None,
            c => Some(c),
        })
        .collect()
}

/// Reads a code: `(01)…(17)…(10)…` as printed, `]C101…` or `01…` as scanned, `https://id.gs1.org/01/…/10/…?17=…`.
///
/// # Errors
/// A [`Fault`] whose text says what to do. A lot that may have swallowed what follows it comes back with its [`Reading`]s.
pub fn read(raw: &str) -> Result<Gs1, Fault> {
    if raw.chars().count() > 400 {
        return Err(Fault::Long);
    }
    let text = separated(raw.trim_matches(|c: char| c.is_whitespace() && c != GS));
    let lower = text.to_ascii_lowercase();
    let found = if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("id.gs1.org/") {
        link(&text)?
    } else if text.trim_start().starts_with(['(', '[']) && !text.trim_start().starts_with("[C") {
        printed(&text)?
    } else {
        scanned(&text)?
    };
    if found == Gs1::default() { Err(Fault::Unknown(1)) } else { Ok(found) }
}

/// Keeps one field; the same twice is one, two different ones are two packs.
fn put(found: &mut Gs1, ai: &str, value: &str, at: usize) -> Result<(), Fault> {
    fn once<T: PartialEq + ToString>(slot: &mut Option<T>, value: T, ai: &str) -> Result<(), Fault> {
        match slot {
            Some(known) if *known != value => {
                Err(Fault::Two { ai: format!("（{ai}）"), one: known.to_string(), other: value.to_string() })
            }
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
        "7003" => once(&mut found.expiry, expiry(value.get(..6).ok_or_else(|| Fault::Expiry(value.into()))?)?, ai),
        "10" => {
            let lot = value.to_ascii_uppercase();
            if lot.is_empty() || lot.len() > 20 { Err(Fault::Lot(lot)) } else { once(&mut found.lot, lot, ai) }
        }
        "21" => once(&mut found.serial, value.to_string(), ai),
        "30" | "37" => once(&mut found.count, value.parse::<i64>().map_err(|_| Fault::Unknown(at))?, ai),
        _ => Ok(()),
    }
}

/// As printed below the bars: identifiers in brackets. A bracket within a value is one only where an identifier stands in it.
fn printed(text: &str) -> Result<Gs1, Fault> {
    let mut found = Gs1::default();
    let mut rest = text;
    let at = |rest: &str| text[..text.len() - rest.len()].chars().count() + 1;
    loop {
        rest = rest.trim_start_matches([GS, ' ']);
        if rest.is_empty() {
            return Ok(found);
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
                .find(|i| value[*i..].is_empty() || value[*i..].starts_with(GS) || bracket(&value[*i..]).is_some())
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
        put(&mut found, ai, &field, at(rest))?;
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

/// As scanned: identifiers without brackets, values of changing length up to a separator.
fn scanned(text: &str) -> Result<Gs1, Fault> {
    let start = text.trim_start();
    // Symbology identifiers: GS1-128, DataBar and composite, DataMatrix, QR.
    let body = ["]C1", "]c1", "]e0", "]E0", "]d2", "]D2", "]Q3", "]q3", "]J1"].iter().find_map(|p| start.strip_prefix(p)).unwrap_or(start);
    // Blanks stand where somebody grouped the digits: no value has any.
    let body: String = body.chars().filter(|c| *c != ' ').collect();
    let mut found = Gs1::default();
    let mut rest = body.as_str();
    let at = |rest: &str| body[..body.len() - rest.len()].chars().count() + 1;
    let mut last_open: Option<(&str, &str)> = None;
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
                last_open = last_open.or(Some((ai, field)));
                if ai == "10" && field.len() > 20 {
                    found.doubt = readings(field, &found);
                    if found.doubt.is_empty() {
                        return Err(Fault::Lot(field.into()));
                    }
                    found.lot = Some(field.to_ascii_uppercase());
                } else if ai == "10" {
                    found.doubt = readings(field, &found);
                    put(&mut found, ai, field, at(rest))?;
                } else {
                    swallowed(&mut found, field);
                    put(&mut found, ai, field, at(rest))?;
                }
            }
            (Length::UpTo(n), _) if field.len() > n => return Err(Fault::Unknown(at(rest))),
            _ => put(&mut found, ai, field, at(rest))?,
        }
        rest = &value[end..];
    }
    // What is already known from its own field isn't doubted: a lot followed by an expiry that the code has elsewhere is a lot.
    if found.lot.as_deref().is_some_and(|l| l.len() <= 20) {
        let known = found.clone();
        found.doubt.retain(|r| !(r.expiry.is_some() && known.expiry.is_some()) && !(r.serial.is_some() && known.serial.is_some()));
    }
    Ok(found)
}

/// How a value without a separator behind it could be a shorter lot with other fields after it: a serial number (21), an expiry (17),
/// a count (30, 37), in any order that uses everything up.
fn readings(value: &str, found: &Gs1) -> Vec<Reading> {
    let upper = value.to_ascii_uppercase();
    let mut all = Vec::new();
    for i in 3..upper.len() {
        let Some(lot) = upper.get(..i) else { continue };
        if lot.len() > 20 || !lot.chars().all(in_set) {
            break;
        }
        if let Some(rest) = follow(&upper[i..], found.expiry.is_some()) {
            all.push(Reading { lot: lot.into(), ..rest });
        }
    }
    all
}

/// Fields behind a lot: fixed ones in the middle, one of changing length at the end.
fn follow(text: &str, has_expiry: bool) -> Option<Reading> {
    let mut reading = Reading { lot: String::new(), serial: None, expiry: None, count: None };
    let mut rest = text;
    loop {
        let (ai, length) = identifier(rest)?;
        let value = &rest[ai.len()..];
        match (ai, length) {
            ("17", _) if !has_expiry && reading.expiry.is_none() => {
                reading.expiry = Some(expiry(value.get(..6)?).ok()?);
                rest = &value[6..];
            }
            ("11" | "13" | "15", _) => {
                expiry(value.get(..6)?).ok()?;
                rest = &value[6..];
            }
            ("21", Length::UpTo(n)) if !value.is_empty() && value.len() <= n => {
                reading.serial = Some(value.into());
                return Some(reading);
            }
            ("30" | "37", Length::UpTo(n)) if !value.is_empty() && value.len() <= n => {
                reading.count = Some(value.parse().ok()?);
                return Some(reading);
            }
            ("240" | "241" | "91" | "90" | "92", Length::UpTo(n)) if !value.is_empty() && value.len() <= n => return Some(reading),
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
        let Some(rest) = upper.get(i..) else { continue };
        let mut expires = None;
        let mut tail = rest;
        for (ai, len) in [("17", 6), ("11", 6), ("15", 6)] {
            if let Some(value) = tail.strip_prefix(ai)
                && let Some(day) = value.get(..len).and_then(|d| expiry(d).ok())
            {
                if ai == "17" {
                    expires = Some(day);
                }
                tail = &value[len..];
                break;
            }
        }
        // Alone, "10" in a serial number is too common: an expiry before it, or none known yet and enough behind it.
        let Some(lot) = tail.strip_prefix("10").filter(|l| (4..=20).contains(&l.len())) else { continue };
        if expires.is_some() || found.expiry.is_some() {
            let reading = Reading { lot: lot.into(), serial: upper.get(..i).map(str::to_string), expiry: expires, count: None };
            found.doubt.push(reading);
        }
    }
}

/// An address of GS1 Digital Link: identifiers and values as parts of the path, others behind the question mark.
fn link(text: &str) -> Result<Gs1, Fault> {
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let bare = bare.split('#').next().unwrap_or_default();
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let mut found = Gs1::default();
    let parts: Vec<String> = path.split('/').skip(1).filter(|p| !p.is_empty()).map(unescaped).collect();
    let start = parts.iter().position(|p| matches!(p.as_str(), "01" | "gtin" | "02")).ok_or(Fault::Unknown(1))?;
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
    if ai.bytes().all(|b| b.is_ascii_digit()) && identifier(&ai).is_some() { put(found, &ai, &value, 1) } else { Ok(()) }
}

/// `%2F` and the like.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|h| std::str::from_utf8(h).ok());
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
    let sum: u32 = body.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 3 } else { *d }).sum();
    let sound = numbers.len() == 14 && digits.len() == 14 && numbers.iter().any(|d| *d > 0);
    if sound && (10 - sum % 10) % 10 == *check { Ok(digits.to_string()) } else { Err(Fault::CheckDigit) }
}

/// YYMMDD; day 00 stands for the month's last day. Two digits of the year mean 2000 to 2050, as vaccines have it.
fn expiry(digits: &str) -> Result<Date, Fault> {
    let fault = || Fault::Expiry(digits.to_string());
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault());
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|p| p.parse::<i8>().ok()).ok_or_else(fault);
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
    /// The person chooses one of these.
    Ask(Vec<Reading>),
}

/// Whether the lot of a code can be taken as it stands: it is known itself, or nothing speaks against it.
pub fn certain(found: &Gs1, known: &dyn Fn(&str) -> bool) -> Certainty {
    let Some(lot) = found.lot.as_deref() else {
        return if found.doubt.is_empty() { Certainty::Sure } else { Certainty::Ask(found.doubt.clone()) };
    };
    if found.doubt.is_empty() || (lot.len() <= 20 && known(lot)) {
        return Certainty::Sure;
    }
    let mut readings = found.doubt.clone();
    // Known lots first: they are what was probably scanned.
    readings.sort_by_key(|r| !known(&r.lot));
    readings.truncate(6);
    Certainty::Ask(readings)
}

impl Reading {
    /// `3005786　製造番号 000123　期限 2022年9月30日（金）`
    pub fn say(&self) -> String {
        let mut said = self.lot.clone();
        if let Some(serial) = &self.serial {
            said.push_str(&format!("　シリアル番号 {serial}"));
        }
        if let Some(day) = self.expiry {
            said.push_str(&format!("　有効期限 {}", time::say_date(day)));
        }
        if let Some(count) = self.count {
            said.push_str(&format!("　個数 {count}"));
        }
        said
    }
}
