//! The papers: a small form layout of our own over krilla, in millimetres from the top left of an A4 page.
//!
//! Every text is tagged (heading, paragraph, table cell) and the file is written as PDF/UA-1: title, language, embedded
//! subset of BIZ UDPGothic. A character that the font lacks is drawn as 〓, and its real text stays in the tag.

pub mod allocation;
pub mod claim;
pub mod completion;
pub mod delivery;
pub mod letter;
pub mod transfer;

use std::num::NonZeroU16;
use std::sync::LazyLock;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use krilla::text::{Font, TextDirection};

static REGULAR: &[u8] = include_bytes!(env!("VSYS_FONT_REGULAR"));
static BOLD: &[u8] = include_bytes!(env!("VSYS_FONT_BOLD"));

struct Face {
    font: Font,
    metrics: ttf_parser::Face<'static>,
}

fn face(bytes: &'static [u8]) -> Face {
    let font = Font::new(bytes.into(), 0).expect("the embedded font is a font");
    Face { font, metrics: ttf_parser::Face::parse(bytes, 0).expect("the embedded font is a font") }
}

static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| [face(REGULAR), face(BOLD)]);

/// Why a paper couldn't be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

const MM: f32 = 72.0 / 25.4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Points.
    pub size: f32,
    pub bold: bool,
    pub align: Align,
}

impl Style {
    pub const fn new(size: f32) -> Style {
        Style { size, bold: false, align: Align::Left }
    }
    pub const fn bold(self) -> Style {
        Style { bold: true, ..self }
    }
    pub const fn align(self, align: Align) -> Style {
        Style { align, ..self }
    }
}

/// What a text is, for readers that can't see the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    Title,
    Paragraph,
}

/// A file of pages.
pub struct Book {
    document: Document,
    title: String,
    tree: Vec<Node>,
}

impl Book {
    pub fn new(title: &str) -> Book {
        let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().unwrap_or_default();
        let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
        Book { document: Document::new_with(settings), title: title.to_string(), tree: Vec::new() }
    }

    /// One A4 page, upright.
    pub fn page(&mut self, draw: impl FnOnce(&mut Sheet<'_>)) {
        let Some(size) = PageSettings::from_wh(210.0 * MM, 297.0 * MM) else { return };
        let mut page = self.document.start_page_with(size);
        let nodes = {
            let mut sheet = Sheet { surface: page.surface(), nodes: Vec::new() };
            draw(&mut sheet);
            sheet.nodes
        };
        page.finish();
        self.tree.extend(nodes);
    }

    /// The file's bytes; the same pages give the same bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, Fault> {
        let mut tree = TagTree::new().with_lang(Some("ja".into()));
        for node in self.tree {
            tree.push(node);
        }
        self.document.set_tag_tree(tree);
        self.document.set_outline(krilla::outline::Outline::new());
        self.document
            .set_metadata(Metadata::new().title(self.title.clone()).language("ja".into()).creator("vsys".into()).producer("vsys".into()));
        self.document.finish().map_err(|e| Fault::Pdf(format!("{e:?}")))
    }
}

/// A page being drawn. Lengths in millimetres.
pub struct Sheet<'a> {
    surface: Surface<'a>,
    nodes: Vec<Node>,
}

/// One cell of a table.
pub struct Cell {
    pub text: String,
    pub style: Style,
    pub header: bool,
    /// Columns that it covers.
    pub span: usize,
    pub shade: bool,
}

impl Cell {
    pub fn new(text: impl Into<String>, style: Style) -> Cell {
        Cell { text: text.into(), style, header: false, span: 1, shade: false }
    }
    pub fn header(text: impl Into<String>, style: Style) -> Cell {
        Cell { header: true, shade: true, ..Cell::new(text, style) }
    }
    pub fn spanning(self, span: usize) -> Cell {
        Cell { span, ..self }
    }
}

impl Sheet<'_> {
    /// Width in millimetres.
    pub fn width(&self, text: &str, style: Style) -> f32 {
        let metrics = &FACES[usize::from(style.bold)].metrics;
        let units: u32 = text
            .chars()
            .filter_map(|c| metrics.glyph_index(c).or_else(|| metrics.glyph_index('〓')))
            .map(|g| u32::from(metrics.glyph_hor_advance(g).unwrap_or(0)))
            .sum();
        units as f32 / f32::from(metrics.units_per_em()) * style.size / MM
    }

    fn ink(&mut self, x: f32, baseline: f32, text: &str, style: Style) -> Identifier {
        let face = &FACES[usize::from(style.bold)];
        let shown: String = text.chars().map(|c| if c == ' ' || face.metrics.glyph_index(c).is_some() { c } else { '〓' }).collect();
        let tag = if shown == text { SpanTag::empty() } else { SpanTag::empty().with_actual_text(Some(text)) };
        let id = self.surface.start_tagged(ContentTag::Span(tag));
        self.surface.set_fill(Some(Fill { paint: luma::Color::black().into(), opacity: NormalizedF32::ONE, rule: Default::default() }));
        self.surface.set_stroke(None);
        self.surface.draw_text(
            Point::from_xy(x * MM, baseline * MM),
            face.font.clone(),
            style.size,
            &shown,
            false,
            TextDirection::LeftToRight,
        );
        self.surface.end_tagged();
        id
    }

    /// Shrinks a style until the text fits.
    fn fitted(&self, text: &str, style: Style, width: f32) -> Style {
        let needed = self.width(text, style);
        if needed <= width || width <= 0.0 { style } else { Style { size: (style.size * width / needed).max(4.0), ..style } }
    }

    fn placed(&mut self, x: f32, baseline: f32, width: f32, text: &str, style: Style) -> Identifier {
        let style = self.fitted(text, style, width);
        let x = match style.align {
            Align::Left => x,
            Align::Center => x + (width - self.width(text, style)) / 2.0,
            Align::Right => x + width - self.width(text, style),
        };
        self.ink(x, baseline, text, style)
    }

    /// One line of text inside `width`, shrunk where it is too long.
    pub fn text(&mut self, x: f32, baseline: f32, width: f32, text: &str, style: Style, means: Means) {
        if text.is_empty() {
            return;
        }
        let id = self.placed(x, baseline, width, text, style);
        let mut group = match means {
            Means::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(text.to_string()))),
            Means::Paragraph => TagGroup::new(Tag::P),
        };
        group.push(id);
        self.nodes.push(group.into());
    }

    /// Text broken into lines (no line begins with a closing mark); returns the baseline after the last line.
    pub fn paragraph(&mut self, x: f32, baseline: f32, width: f32, text: &str, style: Style) -> f32 {
        let mut group = TagGroup::new(Tag::P);
        let leading = style.size * 1.7 / MM;
        let mut y = baseline;
        for line in self.broken(text, style, width) {
            if !line.is_empty() {
                let id = self.placed(x, y, width, &line, style);
                group.push(id);
            }
            y += leading;
        }
        self.nodes.push(group.into());
        y
    }

    fn broken(&self, text: &str, style: Style, width: f32) -> Vec<String> {
        const NEVER_FIRST: &str = "、。，．）」』】〕ー々・：；！？ぁぃぅぇぉっゃゅょァィゥェォッャュョ";
        let mut lines = Vec::new();
        for source in text.split('\n') {
            let mut line = String::new();
            for c in source.chars() {
                let mut next = line.clone();
                next.push(c);
                if self.width(&next, style) > width && !line.is_empty() && !NEVER_FIRST.contains(c) {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
            lines.push(line);
        }
        lines
    }

    fn artifact(&mut self, draw: impl FnOnce(&mut Surface<'_>)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        draw(&mut self.surface);
        self.surface.end_tagged();
    }

    fn stroke_path(&mut self, path: Option<Path>, points: f32) {
        let Some(path) = path else { return };
        self.artifact(|surface| {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { width: points, paint: luma::Color::black().into(), ..Stroke::default() }));
            surface.draw_path(&path);
        });
    }

    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, points: f32) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x * MM, y * MM, width * MM, height * MM) {
            path.push_rect(rect);
        }
        self.stroke_path(path.finish(), points);
    }

    pub fn shade(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x * MM, y * MM, width * MM, height * MM) {
            path.push_rect(rect);
        }
        let Some(path) = path.finish() else { return };
        self.artifact(|surface| {
            surface.set_stroke(None);
            surface.set_fill(Some(Fill { paint: luma::Color::new(235).into(), opacity: NormalizedF32::ONE, rule: Default::default() }));
            surface.draw_path(&path);
        });
    }

    /// A circle, such as the place of a seal.
    pub fn circle(&mut self, x: f32, y: f32, radius: f32, points: f32) {
        const K: f32 = 0.552_284_8;
        let (x, y, r) = (x * MM, y * MM, radius * MM);
        let k = r * K;
        let mut path = PathBuilder::new();
        path.move_to(x + r, y);
        path.cubic_to(x + r, y + k, x + k, y + r, x, y + r);
        path.cubic_to(x - k, y + r, x - r, y + k, x - r, y);
        path.cubic_to(x - r, y - k, x - k, y - r, x, y - r);
        path.cubic_to(x + k, y - r, x + r, y - k, x + r, y);
        path.close();
        self.stroke_path(path.finish(), points);
    }

    /// A QR code (model 2) inside a square of `side` millimetres; the address that it holds stands in the text beside it.
    pub fn qr(&mut self, x: f32, y: f32, side: f32, text: &str) {
        let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else { return };
        let width = code.width();
        let cell = side / (width as f32 + 8.0);
        let mut path = PathBuilder::new();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            if colour == qrcode::Color::Dark {
                let (column, row) = ((at % width) as f32 + 4.0, (at / width) as f32 + 4.0);
                if let Some(rect) = Rect::from_xywh((x + column * cell) * MM, (y + row * cell) * MM, cell * MM, cell * MM) {
                    path.push_rect(rect);
                }
            }
        }
        let Some(path) = path.finish() else { return };
        self.artifact(|surface| {
            surface.set_stroke(None);
            surface.set_fill(Some(Fill { paint: luma::Color::black().into(), opacity: NormalizedF32::ONE, rule: Default::default() }));
            surface.draw_path(&path);
        });
    }

    /// A table with ruled cells; `columns` are widths. Returns the y of its lower edge.
    pub fn table(&mut self, x: f32, y: f32, columns: &[f32], height: f32, rows: Vec<Vec<Cell>>, summary: &str) -> f32 {
        let mut table = TagGroup::new(Tag::Table.with_summary(Some(summary.to_string())));
        let mut top = y;
        for row in rows {
            let mut tr = TagGroup::new(Tag::TR);
            let (mut left, mut at) = (x, 0);
            for cell in row {
                let width: f32 = columns[at..(at + cell.span).min(columns.len())].iter().sum();
                if cell.shade {
                    self.shade(left, top, width, height);
                }
                self.frame(left, top, width, height, 0.5);
                let mut group = if cell.header { TagGroup::new(Tag::TH(TableHeaderScope::Both)) } else { TagGroup::new(Tag::TD) };
                if !cell.text.is_empty() {
                    let baseline = top + height / 2.0 + cell.style.size * 0.36 / MM;
                    let id = self.placed(left + 1.5, baseline, width - 3.0, &cell.text, cell.style);
                    group.push(id);
                }
                tr.push(group);
                left += width;
                at += cell.span;
            }
            table.push(tr);
            top += height;
        }
        self.nodes.push(table.into());
        top
    }
}
