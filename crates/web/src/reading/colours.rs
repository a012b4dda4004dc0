//! Letters in the colour of what they stand on: they are there, and nobody sees them. And letters
//! that are struck through.

use super::container::{Attributes, Mark};

const WHITE: &str = "FFFFFF";
const BLACK: &str = "000000";

/// A workbook's fonts and the colours of its fills, in their order; the same name is the same
/// colour.
#[derive(Default)]
pub struct Colours {
    in_fonts: bool,
    in_fills: bool,
    solid: bool,
    fonts: Vec<Font>,
    /// None: a pattern, on which letters of any colour are seen.
    fills: Vec<Option<String>>,
}

#[derive(Default)]
struct Font {
    /// None: the colour of ordinary letters.
    colour: Option<String>,
    struck: bool,
}

impl Colours {
    pub fn see(&mut self, mark: &Mark<'_>) {
        match mark {
            Mark::Open("fonts", _) => self.in_fonts = true,
            Mark::Close("fonts") => self.in_fonts = false,
            Mark::Open("fills", _) => self.in_fills = true,
            Mark::Close("fills") => self.in_fills = false,
            Mark::Open("font", _) if self.in_fonts => self.fonts.push(Font::default()),
            Mark::Open("color", tag) if self.in_fonts => {
                if let Some(last) = self.fonts.last_mut() {
                    last.colour = named(tag);
                }
            }
            Mark::Open("strike", tag) if self.in_fonts => {
                if let Some(last) = self.fonts.last_mut() {
                    last.struck = tag.get("val").is_none() || tag.is("val");
                }
            }
            Mark::Open("fill", _) if self.in_fills => self.fills.push(Some(WHITE.into())),
            Mark::Open("patternFill", tag) if self.in_fills => {
                let pattern = tag.get("patternType").unwrap_or_default();
                self.solid = pattern == "solid";
                if let (Some(last), false) =
                    (self.fills.last_mut(), matches!(pattern.as_str(), "" | "none"))
                {
                    // Without a colour of its own it has that of ordinary letters.
                    *last = self.solid.then(|| BLACK.into());
                }
            }
            Mark::Open("gradientFill", _) if self.in_fills => {
                if let Some(last) = self.fills.last_mut() {
                    *last = None;
                }
            }
            Mark::Open("fgColor", tag) if self.in_fills => {
                if let (Some(Some(last)), true) = (self.fills.last_mut(), self.solid) {
                    *last = named(tag).unwrap_or_else(|| "automatic".into());
                }
            }
            _ => {}
        }
    }
    pub fn many(&self) -> usize {
        self.fonts.len().max(self.fills.len())
    }
    /// Whether a font's letters are struck through.
    pub fn struck(&self, font: usize) -> bool {
        self.fonts.get(font).is_some_and(|f| f.struck)
    }
    /// Whether a fill is another colour than white, or a pattern.
    pub fn dark(&self, fill: Option<usize>) -> bool {
        fill.and_then(|f| self.fills.get(f)).is_some_and(|f| f.as_deref() != Some(WHITE))
    }
    /// Whether a font's letters can't be seen on a fill.
    pub fn same(&self, font: usize, fill: Option<usize>) -> bool {
        let Some(letters) = self.fonts.get(font).and_then(|f| f.colour.as_deref()) else {
            return false;
        };
        let on = fill.and_then(|f| self.fills.get(f)).map_or(Some(WHITE), Option::as_deref);
        on == Some(letters)
    }
}

/// Whether a tag's colour is white.
pub fn is_white(tag: &Attributes<'_>) -> bool {
    named(tag).as_deref() == Some(WHITE)
}

/// A colour's name, however the file says it.
fn named(tag: &Attributes<'_>) -> Option<String> {
    let tint = tag.get("tint").filter(|t| t.parse() != Ok(0.0)).unwrap_or_default();
    if let Some(rgb) = tag.get("rgb") {
        let digits = rgb.len().checked_sub(6).and_then(|from| rgb.get(from..))?.to_uppercase();
        return Some(digits + &tint);
    }
    if let Some(theme) = tag.get("theme") {
        return Some(match theme.as_str() {
            "0" if tint.is_empty() => WHITE.into(),
            "1" if tint.is_empty() => BLACK.into(),
            other => format!("theme {other} {tint}"),
        });
    }
    match tag.number("indexed")? {
        1 | 9 | 65 => Some(WHITE.into()),
        0 | 8 | 64 => Some(BLACK.into()),
        other => Some(format!("indexed {other}")),
    }
}
