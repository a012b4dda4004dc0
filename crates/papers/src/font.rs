//! Which glyphs a text is drawn with: BIZ UDPGothic, and Noto Sans CJK for what it lacks.
//!
//! A text is cut into pieces: a letter with what belongs to it (variation selector, accents). A
//! piece has glyphs of one face, or it is blank, or no face has it: then it can't be printed.
//! Invisible characters are no piece.

use std::io::Read;
use std::sync::LazyLock;

use krilla::text::Font;
use rules::input::{is_compatibility_ideograph, is_invisible, is_selector};
use ttf_parser::GlyphId;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

static REGULAR: &[u8] = include_bytes!(env!("VSYS_FONT_REGULAR"));
static BOLD: &[u8] = include_bytes!(env!("VSYS_FONT_BOLD"));
/// Deflated.
static WIDE: &[u8] = include_bytes!(env!("VSYS_FONT_WIDE"));

/// A font as the layout and the PDF need it.
pub(crate) struct Face {
    pub font: Font,
    pub metrics: ttf_parser::Face<'static>,
    em: f32,
}

fn face(bytes: &'static [u8]) -> Face {
    let font = Font::new(bytes.into(), 0).expect("the embedded font is a font");
    let metrics = ttf_parser::Face::parse(bytes, 0).expect("the embedded font is a font");
    Face { font, em: f32::from(metrics.units_per_em()), metrics }
}

static GOTHIC: LazyLock<[Face; 2]> = LazyLock::new(|| [face(REGULAR), face(BOLD)]);

/// Unpacked once, and only when a character asks for it.
static NOTO: LazyLock<Face> = LazyLock::new(|| {
    let mut bytes = Vec::new();
    flate2::read::ZlibDecoder::new(WIDE)
        .read_to_end(&mut bytes)
        .expect("the embedded font was packed by the build");
    face(bytes.leak())
});

/// One of the embedded faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Typeface {
    Gothic,
    GothicBold,
    /// Noto Sans CJK, regular; bold is drawn with a thicker line.
    Wide,
}

impl Typeface {
    pub(crate) fn face(self) -> &'static Face {
        match self {
            Typeface::Gothic => &GOTHIC[0],
            Typeface::GothicBold => &GOTHIC[1],
            Typeface::Wide => &NOTO,
        }
    }
}

/// How a piece is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Look {
    /// Glyph, advance and shift to the right, both as parts of the size.
    Glyphs(Typeface, Vec<(u16, f32, f32)>),
    Blank,
    /// No face has it.
    Missing,
}

/// A letter with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub text: String,
    pub look: Look,
    /// As a part of the size.
    pub advance: f32,
}

impl Piece {
    pub(crate) fn first(&self) -> char {
        self.text.chars().next().unwrap_or(' ')
    }
}

/// Selects a variant of the character before it, also of a Mongolian one.
fn selects(c: char) -> bool {
    is_selector(c) || matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}')
}

/// Nothing is drawn of it: what nobody sees, controls, and the Hangul fillers, which are gaps
/// without a width.
fn invisible(c: char) -> bool {
    c.is_control()
        || is_invisible(c)
        || matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Letters with their marks and selectors. Marks are put together with their letter where Unicode
/// has the two as one.
fn clusters(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in text.chars() {
        let joined = out.last_mut().is_some_and(|last| {
            let mut letters = last.chars();
            if let (Some(only), None) = (letters.next(), letters.next())
                && let Some(both) = compose(only, c)
            {
                *last = both.to_string();
                return true;
            }
            let belongs =
                (selects(c) || is_combining_mark(c)) && !last.starts_with(char::is_whitespace);
            if belongs {
                last.push(c);
            }
            belongs
        });
        if !joined && !selects(c) && (c == '\t' || !invisible(c)) {
            out.push(c.to_string());
        }
    }
    for cluster in &mut out {
        if cluster.chars().skip(1).any(|c| !selects(c))
            && !cluster.starts_with(is_compatibility_ideograph)
        {
            *cluster = cluster.nfc().collect();
        }
    }
    out
}

fn advance(face: &Face, glyph: GlyphId) -> f32 {
    f32::from(face.metrics.glyph_hor_advance(glyph).unwrap_or(0)) / face.em
}

/// A glyph that draws something: fonts also map characters to empty glyphs.
fn glyph(face: &Face, c: char) -> Option<GlyphId> {
    face.metrics.glyph_index(c).filter(|g| g.0 != 0)
}

fn looks(typeface: Typeface, cluster: &str) -> Option<Piece> {
    let face = typeface.face();
    let mut letters = cluster.chars().peekable();
    let base = letters.next()?;
    let variant = letters
        .next_if(|c| selects(*c))
        .and_then(|v| face.metrics.glyph_variation_index(base, v))
        .filter(|g| g.0 != 0);
    let first = variant.or_else(|| glyph(face, base))?;
    let wide = advance(face, first);
    let mut glyphs = vec![(first.0, wide, 0.0)];
    let mut whole = wide;
    for mark in letters.filter(|c| !selects(*c) && !invisible(*c)) {
        let glyph = glyph(face, mark)?;
        let own = advance(face, glyph);
        // Kana's marks stand behind their letter; others are centred over it.
        if matches!(mark, '\u{3099}' | '\u{309a}') {
            glyphs.push((glyph.0, own, 0.0));
            whole += own;
        } else {
            glyphs.push((glyph.0, 0.0, -(wide + own) / 2.0));
        }
    }
    Some(Piece { text: cluster.to_string(), look: Look::Glyphs(typeface, glyphs), advance: whole })
}

fn blank(c: char) -> f32 {
    match c {
        '\u{3000}' => 1.0,
        '\u{2001}' | '\u{2003}' => 1.0,
        '\u{2000}' | '\u{2002}' => 0.5,
        '\u{2009}' | '\u{200a}' | '\u{2006}' => 0.15,
        _ => 0.3,
    }
}

/// Cuts a text into what is drawn. Line ends are no pieces; the caller has cut there.
pub(crate) fn pieces(text: &str, bold: bool) -> Vec<Piece> {
    let own = if bold { Typeface::GothicBold } else { Typeface::Gothic };
    let piece = |cluster: String| {
        let first = cluster.chars().next().unwrap_or(' ');
        if first.is_whitespace() && (first == '\t' || glyph(own.face(), first).is_none()) {
            return Piece { text: " ".into(), look: Look::Blank, advance: blank(first) };
        }
        // What stands where a letter was lost on the way is no letter, though faces have a picture
        // of it.
        if matches!(first, '〓' | '\u{fffd}') {
            return Piece { text: cluster, look: Look::Missing, advance: 1.0 };
        }
        let found = looks(own, &cluster).or_else(|| looks(Typeface::Wide, &cluster));
        found.unwrap_or(Piece { text: cluster, look: Look::Missing, advance: 1.0 })
    };
    clusters(text).into_iter().map(piece).collect()
}

/// The pieces of a text that no face has, each with its place (from 1) among the letters that are
/// seen.
pub(crate) fn missing(text: &str) -> Vec<(usize, String)> {
    // What is ASCII or everyday Japanese is there; most texts end here.
    let seen: Vec<Piece> = text.split('\n').flat_map(|line| pieces(line, false)).collect();
    seen.into_iter()
        .enumerate()
        .filter(|(_, p)| p.look == Look::Missing)
        .map(|(i, p)| (i + 1, p.text))
        .collect()
}
