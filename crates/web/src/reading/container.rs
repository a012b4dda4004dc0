//! A workbook as a ZIP of XML: its parts are read one at a time, never unpacked as a whole.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::bounds::{Bounded, Bounds, TOO_MUCH};
use super::grid::LONGEST_CELL;

pub const BROKEN: &str =
    "Excelファイルとして読めません。Excelで開いて、もう一度「.xlsx」で保存してください。";

/// More parts than any office's workbook has.
const MOST_PARTS: usize = 2000;
/// Marks within each other; a cell's text is a dozen deep.
const DEEPEST: usize = 200;

pub struct Container<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// Parts by their names in small letters.
    parts: HashMap<String, usize>,
    bounds: Rc<Bounds>,
}

impl<'b> Container<'b> {
    /// Opens a file; nothing is unpacked yet.
    ///
    /// # Errors
    /// One sentence.
    pub fn open(bytes: &'b [u8], bounds: &Rc<Bounds>) -> Result<Container<'b>, String> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
        if zip.len() > MOST_PARTS {
            return Err(TOO_MUCH.into());
        }
        let mut parts = HashMap::new();
        for at in 0..zip.len() {
            let entry = zip.by_index_raw(at).map_err(|_| BROKEN)?;
            parts.entry(plain(&entry.name().map_err(|_| BROKEN)?)).or_insert(at);
        }
        Ok(Container { zip, parts, bounds: bounds.clone() })
    }

    /// The sheet that a person asked for.
    pub fn wanted(&self) -> Option<String> {
        self.bounds.wanted.clone()
    }

    pub fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&plain(name))
    }

    pub fn any(&self, begins: &str) -> bool {
        self.parts.keys().any(|name| name.starts_with(begins))
    }

    /// A short part as text.
    pub fn short(&mut self, name: &str) -> Option<String> {
        let at = *self.parts.get(&plain(name))?;
        let mut text = String::new();
        self.zip.by_index(at).ok()?.take(1000).read_to_string(&mut text).ok()?;
        Some(text)
    }

    /// A part as XML, mark by mark; none where there is no such part.
    ///
    /// # Errors
    /// One sentence, where the part can't be opened.
    pub fn xml(&mut self, name: &str) -> Result<Option<Xml<impl Read>>, String> {
        let Some(at) = self.parts.get(&plain(name)) else { return Ok(None) };
        let entry = self.zip.by_index(*at).map_err(|_| BROKEN)?;
        Ok(Some(Xml::new(Bounded::new(entry, &self.bounds), &self.bounds)))
    }
}

/// A part's name as others refer to it: small letters, no slash before it, no back slashes.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// One step through a part.
pub enum Mark<'m> {
    /// A tag opens; an empty one opens and closes.
    Open(&'m str, &'m Attributes<'m>),
    Close(&'m str),
    Text(&'m str),
    End,
}

/// Attributes of a tag.
pub struct Attributes<'m>(&'m BytesStart<'m>);

impl Attributes<'_> {
    /// The tag's own name, without its prefix.
    pub fn name(&self) -> String {
        self.0.local_name().as_ref().to_string()
    }
    /// The value of an attribute, whatever stands before the colon of its name.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|a| a.key.local_name().as_ref() == name)
            .map(|a| {
                a.normalized_value(XmlVersion::Implicit1_0)
                    .map_or_else(|_| a.value.to_string(), std::borrow::Cow::into_owned)
            })
    }
    /// All values of attributes with this name, whatever stands before their colons.
    pub fn all(&self, name: &str) -> Vec<String> {
        let mut all = self.0.attributes();
        let found =
            all.with_checks(false).flatten().filter(|a| a.key.local_name().as_ref() == name);
        found.take(4).map(|a| a.value.to_string()).collect()
    }
    pub fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| matches!(v.as_str(), "1" | "true" | "on"))
    }
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }
}

/// XML, read mark by mark within the bounds. Names are without prefixes. Entities beyond the five
/// of XML are refused with the file: nobody's spreadsheet has a document type.
pub struct Xml<R> {
    reader: Reader<BufReader<Bounded<R>>>,
    buf: Vec<u8>,
    bounds: Rc<Bounds>,
    depth: usize,
}

impl<R: Read> Xml<R> {
    pub fn new(inner: Bounded<R>, bounds: &Rc<Bounds>) -> Xml<R> {
        let mut reader = Reader::from_reader(BufReader::new(inner));
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buf: Vec::new(), bounds: bounds.clone(), depth: 0 }
    }

    /// Takes the next mark; `see` is called once with it.
    ///
    /// # Errors
    /// One sentence: broken, or over a bound.
    pub fn next<T>(
        &mut self,
        see: impl FnOnce(Mark<'_>) -> Result<T, String>,
    ) -> Result<T, String> {
        loop {
            self.bounds.step()?;
            self.buf.clear();
            let event = match self.reader.read_event_into(&mut self.buf) {
                Ok(event) => event,
                Err(_) => return Err(self.bounds.broken().unwrap_or_else(|| BROKEN.into())),
            };
            return match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(BROKEN.into());
                    }
                    see(Mark::Open(tag.local_name().as_ref(), &Attributes(&tag)))
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    see(Mark::Close(tag.local_name().as_ref()))
                }
                Event::Text(text) => see(Mark::Text(&text.xml10_content())),
                Event::CData(text) => see(Mark::Text(&text.xml10_content())),
                Event::GeneralRef(entity) => {
                    let letter = match entity.resolve_char_ref() {
                        Ok(Some(letter)) => Some(letter),
                        Ok(None) => match &*entity {
                            "lt" => Some('<'),
                            "gt" => Some('>'),
                            "amp" => Some('&'),
                            "quot" => Some('"'),
                            "apos" => Some('\''),
                            _ => None,
                        },
                        Err(_) => None,
                    };
                    see(Mark::Text(letter.ok_or(BROKEN)?.encode_utf8(&mut [0; 4])))
                }
                Event::DocType(_) => Err(BROKEN.into()),
                Event::Eof => see(Mark::End),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            };
        }
    }
}

/// Adds to a cell's text, which stays within what a cell may hold.
///
/// # Errors
/// One sentence, where it gets too long.
pub fn add(text: &mut String, more: &str) -> Result<(), String> {
    // Three bytes a letter; what is exactly too long is said when the cell is put.
    if text.len() + more.len() > 4 * LONGEST_CELL {
        return Err(TOO_MUCH.into());
    }
    text.push_str(more);
    Ok(())
}
