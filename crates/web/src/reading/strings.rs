//! Texts of an `.xlsx`: those that cells share, and runs of different letters.

use std::collections::HashMap;

use super::bounds::TOO_MUCH;
use super::colours::is_white;
use super::container::{Container, Mark, add};
use super::sheet::Parted;

const MOST_STRINGS: usize = 1_000_000;
const MOST_STRING_BYTES: usize = 32 * 1024 * 1024;

/// The texts that cells refer to, one after the other in one piece.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<usize>,
    /// Those of which something is struck through or white.
    pub parted: HashMap<usize, Parted>,
}

impl Strings {
    pub fn get(&self, at: usize) -> Option<&str> {
        let begin = if at == 0 { 0 } else { *self.ends.get(at - 1)? };
        self.text.get(begin..*self.ends.get(at)?)
    }
}

/// Reads them.
///
/// # Errors
/// One sentence.
pub fn strings(zip: &mut Container<'_>, name: &str) -> Result<Strings, String> {
    let mut all = Strings::default();
    let Some(mut xml) = zip.xml(name)? else { return Ok(all) };
    let mut now = RichText::default();
    while xml.next(|mark| {
        match mark {
            Mark::Open("si", _) => now.clear(),
            Mark::Close("si") => {
                if !now.parts.is_nothing() {
                    all.parted.insert(all.ends.len(), now.parts.clone());
                }
                all.text.push_str(&unescaped(&now.text));
                all.ends.push(all.text.len());
                if all.ends.len() > MOST_STRINGS || all.text.len() > MOST_STRING_BYTES {
                    return Err(TOO_MUCH.into());
                }
            }
            Mark::End => return Ok(false),
            other => now.see(&other)?,
        }
        Ok(true)
    })? {}
    Ok(all)
}

/// A text with runs of different letters; the reading above it (`rPh`) isn't part of it.
#[derive(Default)]
pub struct RichText {
    pub text: String,
    taking: bool,
    above: bool,
    /// Of the run that is being read: whether it is struck through, whether it is white.
    struck: bool,
    white: bool,
    pub parts: Parted,
}

impl RichText {
    pub fn clear(&mut self) {
        self.text.clear();
        (self.taking, self.above, self.struck, self.white) = (false, false, false, false);
        self.parts = Parted::default();
    }
    pub fn see(&mut self, mark: &Mark<'_>) -> Result<(), String> {
        match mark {
            Mark::Open("t", _) => self.taking = !self.above,
            Mark::Close("t") => self.taking = false,
            Mark::Open("rPh", _) => self.above = true,
            Mark::Close("rPh") => self.above = false,
            Mark::Open("r", _) => (self.struck, self.white) = (false, false),
            Mark::Open("strike", tag) => self.struck = tag.get("val").is_none() || tag.is("val"),
            Mark::Open("color", tag) => self.white = is_white(tag),
            Mark::Text(more) if self.taking => {
                add(&mut self.text, more)?;
                self.parts.add(more, self.struck, self.white);
            }
            _ => {}
        }
        Ok(())
    }
}

/// `_x000D_` and the like: letters that XML couldn't hold.
pub fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_string();
    }
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32) {
            Some(letter) => {
                out.push(letter);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_xml_could_not_hold_come_back() {
        assert_eq!(
            unescaped("接種_x000D_\n日_x005F_x000D_ _xZZZZ_ _x"),
            "接種\r\n日_x000D_ _xZZZZ_ _x"
        );
        assert_eq!(unescaped("_x000Dあ"), "_x000Dあ");
    }
}
