//! Whether bytes are a PDF that somebody can open: one pass over them, bounded in time and memory
//! whatever they claim.
//!
//! This is no renderer and no virus scanner. It asks for what every PDF has (objects, a catalog, a
//! page, an end), reads compressed object streams within a budget, and refuses what is protected by
//! a password or runs something when opened.

use std::borrow::Cow;
use std::io::Read;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Pages, as far as they were read.
    pub pages: usize,
    /// Signature dictionaries with a range of bytes that they sign.
    pub signed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(
        "PDFとして読み取れません。途中で切れているか、壊れています。保存し直してから選んでください。"
    )]
    Broken,
    #[error("PDFにページがありません。保存し直してから選んでください。")]
    Empty,
    #[error(
        "パスワードまたは権限の制限がかかったPDFは受け取れません。制限を外して保存し直してください。"
    )]
    Protected,
    #[error(
        "開いたときに動作するもの（スクリプト、プログラムの起動など）が入ったPDFは受け取れません。印刷用のPDFとして保存し直してください。"
    )]
    Active,
}

/// Bytes that all compressed object streams together may unpack to.
const BUDGET: usize = 16 * 1024 * 1024;
/// Longest literal string that a PDF of an office has; a longer one is an unclosed bracket.
const STRING: usize = 256 * 1024;
/// Names that run something, send something or bring another file along.
const ACTIVE: [&[u8]; 8] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"SubmitForm",
    b"ImportData",
    b"RichMedia",
    b"GoToE",
    b"EmbeddedFiles",
];

/// Reads it.
///
/// # Errors
/// Why it isn't taken.
pub fn read(bytes: &[u8]) -> Result<Found, Fault> {
    // Mail programs and scanners put a few bytes behind the end.
    let tail = &bytes[bytes.len().saturating_sub(4096)..];
    if !bytes.starts_with(b"%PDF-") || !tail.windows(5).any(|w| w == b"%%EOF") {
        return Err(Fault::Broken);
    }
    let mut scan = Scan { budget: BUDGET, ..Scan::default() };
    scan.walk(bytes, true)?;
    match scan {
        Scan { protected: true, .. } => Err(Fault::Protected),
        Scan { active: true, .. } => Err(Fault::Active),
        Scan { catalog: false, .. } | Scan { objects: 0, .. } => Err(Fault::Broken),
        Scan { pages: 0, .. } => Err(Fault::Empty),
        Scan { pages, range, signature, .. } => Ok(Found { pages, signed: range && signature }),
    }
}

#[derive(Default)]
struct Scan {
    budget: usize,
    objects: usize,
    pages: usize,
    catalog: bool,
    protected: bool,
    active: bool,
    range: bool,
    signature: bool,
}

/// What is known of the dictionary before a stream.
#[derive(Clone, Copy, Default)]
struct Stream {
    packed_objects: bool,
    deflated: bool,
    filters: usize,
    length: Option<usize>,
}

enum Token<'a> {
    Name(&'a [u8]),
    Word(&'a [u8]),
    Other,
}

fn blank(b: u8) -> bool {
    matches!(b, 0 | 9 | 10 | 12 | 13 | 32)
}

fn delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// The end of a run of letters.
fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|b| blank(*b) || delimiter(*b)).map_or(bytes.len(), |n| at + n)
}

/// After a literal string that begins at `at`.
fn string(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let (mut depth, mut i) = (0, at);
    while i < bytes.len() && i - at < STRING {
        match bytes[i] {
            b'\\' => i += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        i += 1;
        if depth == 0 {
            return Ok(i);
        }
    }
    Err(Fault::Broken)
}

/// A token and where the next one begins.
fn token(bytes: &[u8], at: usize) -> Result<(Token<'_>, usize), Fault> {
    Ok(match bytes[at] {
        b'%' => (
            Token::Other,
            bytes[at..]
                .iter()
                .position(|b| matches!(b, b'\r' | b'\n'))
                .map_or(bytes.len(), |n| at + n),
        ),
        b'(' => (Token::Other, string(bytes, at)?),
        b'/' => {
            let end = run(bytes, at + 1);
            (Token::Name(&bytes[at + 1..end]), end)
        }
        b'<' if bytes.get(at + 1) != Some(&b'<') => {
            let inside = &bytes[at + 1..];
            let end = inside
                .iter()
                .position(|b| !(b.is_ascii_hexdigit() || blank(*b)))
                .ok_or(Fault::Broken)?;
            if inside[end] != b'>' {
                return Err(Fault::Broken);
            }
            (Token::Other, at + end + 2)
        }
        b'<' => (Token::Other, at + 2),
        b if blank(b) || delimiter(b) => (Token::Other, at + 1),
        _ => {
            let end = run(bytes, at);
            (Token::Word(&bytes[at..end]), end)
        }
    })
}

/// `J#61vaScript` is `JavaScript`. Of a long name only the beginning matters.
fn plain(name: &[u8]) -> Cow<'_, [u8]> {
    let name = &name[..name.len().min(64)];
    if !name.contains(&b'#') {
        return Cow::Borrowed(name);
    }
    let mut out = Vec::with_capacity(name.len());
    let mut i = 0;
    while i < name.len() {
        let pair = name
            .get(i + 1..i + 3)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        let (byte, step) = match (name[i], pair) {
            (b'#', Some(byte)) => (byte, 3),
            (byte, _) => (byte, 1),
        };
        out.push(byte);
        i += step;
    }
    Cow::Owned(out)
}

impl Scan {
    /// Reads tokens; `file` where streams can stand among them.
    fn walk(&mut self, bytes: &[u8], file: bool) -> Result<(), Fault> {
        let (mut at, mut stream) = (0, Stream::default());
        let (mut of_type, mut of_length) = (false, false);
        while at < bytes.len() {
            let (token, next) = token(bytes, at)?;
            at = next;
            match token {
                Token::Other => {}
                Token::Name(name) => {
                    let name = plain(name);
                    self.name(of_type, &name, &mut stream);
                    (of_type, of_length) = (*name == *b"Type", *name == *b"Length");
                }
                Token::Word(b"obj") => {
                    self.objects += 1;
                    stream = Stream::default();
                }
                Token::Word(b"stream") if file => {
                    at = self.stream(bytes, at, stream)?;
                    stream = Stream::default();
                }
                Token::Word(word) => {
                    let number = std::str::from_utf8(word).ok().and_then(|w| w.parse().ok());
                    match (number, of_length) {
                        // `/Length 12 0 R` names another object: then the end is looked for.
                        (Some(n), true) if stream.length.is_none() => stream.length = Some(n),
                        (None, true) => {
                            if word == b"R" {
                                stream.length = None;
                            }
                            of_length = false;
                        }
                        (Some(_), _) => {}
                        (None, false) => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&mut self, of_type: bool, name: &[u8], stream: &mut Stream) {
        match (of_type, name) {
            (true, b"Page") => self.pages = self.pages.saturating_add(1),
            (true, b"Catalog") => self.catalog = true,
            (true, b"ObjStm") => stream.packed_objects = true,
            (true, b"Sig" | b"DocTimeStamp") => self.signature = true,
            (_, b"ByteRange") => self.range = true,
            (_, b"SubFilter") => self.signature = true,
            (_, b"Encrypt") => self.protected = true,
            (_, b"FlateDecode" | b"Fl") => {
                stream.deflated = true;
                stream.filters += 1;
            }
            (_, other) if other.ends_with(b"Decode") => stream.filters += 1,
            (_, other) if ACTIVE.contains(&other) => self.active = true,
            _ => {}
        }
    }

    /// Skips a stream, reading it where it holds objects; returns where it ended.
    fn stream(&mut self, bytes: &[u8], at: usize, about: Stream) -> Result<usize, Fault> {
        let start = match &bytes[at..] {
            [b'\r', b'\n', ..] => at + 2,
            [b'\r' | b'\n', ..] => at + 1,
            _ => at,
        };
        let ends = |at: usize| {
            let rest = bytes.get(at..)?;
            let word = rest.iter().position(|b| !blank(*b)).filter(|n| *n < 8)?;
            rest[word..].starts_with(b"endstream").then_some(at + word + 9)
        };
        let said =
            about.length.and_then(|n| start.checked_add(n)).and_then(|end| Some((end, ends(end)?)));
        let (end, next) = match said {
            Some(found) => found,
            None => {
                let n = find(&bytes[start..], b"endstream").ok_or(Fault::Broken)?;
                (start + n, start + n + 9)
            }
        };
        if about.packed_objects && about.deflated && about.filters == 1 {
            let mut inside = Vec::new();
            let unpack = flate2::read::ZlibDecoder::new(&bytes[start..end]);
            // What was unpacked before a fault counts; more than the budget isn't an office's PDF.
            let _ = unpack.take(self.budget as u64 + 1).read_to_end(&mut inside);
            self.budget = self.budget.checked_sub(inside.len()).ok_or(Fault::Broken)?;
            self.walk(&inside, false)?;
        }
        Ok(next)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(n) = bytes[from..].iter().position(|b| *b == wanted[0]) {
        if bytes[from + n..].starts_with(wanted) {
            return Some(from + n);
        }
        from += n + 1;
    }
    None
}
