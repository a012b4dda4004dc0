//! What was laid out becomes a file, and a record of what stands where.

use std::num::NonZeroU16;

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
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};

use crate::Fault;
use crate::font::{Look, Piece, Typeface};

pub(crate) const MM: f32 = 72.0 / 25.4;

/// One line of text at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// From 0.
    pub page: usize,
    /// Left end and baseline, millimetres from the top left.
    pub x: f32,
    pub baseline: f32,
    /// Millimetres.
    pub width: f32,
    /// Points.
    pub size: f32,
    pub bold: bool,
    /// Left, top, right and lower edge of the box that the text belongs to, millimetres.
    pub frame: [f32; 4],
    pub pieces: Vec<Piece>,
}

impl Placed {
    pub fn text(&self) -> String {
        self.pieces.iter().map(|p| p.text.as_str()).collect()
    }
    /// Left, top, right and lower edge of the letters' squares.
    pub fn extent(&self) -> [f32; 4] {
        [
            self.x,
            self.baseline - self.size * 0.88 / MM,
            self.x + self.width,
            self.baseline + self.size * 0.12 / MM,
        ]
    }
}

/// Where every text of a file stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub pages: usize,
    pub texts: Vec<Placed>,
}

pub(crate) enum Op {
    /// A line of text; with its place in the structure, or without (repeated heads, page numbers).
    Text(Placed, Option<usize>),
    Path {
        path: Path,
        fill: Option<u8>,
        stroke: Option<f32>,
    },
    /// A box with what is drawn into it, and what the two stand for.
    Sign {
        around: Placed,
        path: Option<Path>,
        means: &'static str,
        slot: usize,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Title(String),
    Paragraph,
    Table(String),
    Row,
    Head,
    Data,
}

/// The structure for readers that can't see the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Branch {
    Ink(usize),
    Group(Kind, Vec<Branch>),
}

fn fill(grey: u8) -> Fill {
    Fill {
        paint: luma::Color::new(grey).into(),
        opacity: NormalizedF32::ONE,
        rule: Default::default(),
    }
}

fn stroke(points: f32) -> Stroke {
    Stroke { width: points, paint: luma::Color::black().into(), ..Stroke::default() }
}

fn empty_box(x: f32, baseline: f32, size: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(
        x + size * 0.08,
        baseline - size * 0.8,
        size * 0.84,
        size * 0.84,
    )?);
    path.finish()
}

/// Draws one line; runs of one face go out together.
fn ink(surface: &mut Surface<'_>, placed: &Placed) {
    let (mut x, y, size) = (placed.x * MM, placed.baseline * MM, placed.size);
    let mut at = 0;
    while at < placed.pieces.len() {
        let piece = &placed.pieces[at];
        match &piece.look {
            Look::Blank => {
                x += piece.advance * size;
                at += 1;
            }
            Look::Missing => {
                if let Some(path) = empty_box(x, y, size) {
                    surface.set_fill(None);
                    surface.set_stroke(Some(stroke(0.5)));
                    surface.draw_path(&path);
                }
                x += piece.advance * size;
                at += 1;
            }
            Look::Glyphs(face, _) => {
                let end = placed.pieces[at..]
                    .iter()
                    .position(|p| !matches!(&p.look, Look::Glyphs(f, _) if f == face));
                let run = &placed.pieces[at..end.map_or(placed.pieces.len(), |n| at + n)];
                x += glyphs(surface, Point::from_xy(x, y), run, *face, size, placed.bold);
                at += run.len();
            }
        }
    }
}

/// Returns the points that it moved on.
fn glyphs(
    surface: &mut Surface<'_>,
    at: Point,
    run: &[Piece],
    face: Typeface,
    size: f32,
    bold: bool,
) -> f32 {
    let (mut text, mut all, mut wide) = (String::new(), Vec::new(), 0.0);
    for piece in run {
        let range = text.len()..text.len() + piece.text.len();
        text.push_str(&piece.text);
        if let Look::Glyphs(_, glyphs) = &piece.look {
            for (id, advance, shift) in glyphs {
                all.push(KrillaGlyph::new(
                    GlyphId::new(u32::from(*id)),
                    *advance,
                    *shift,
                    0.0,
                    0.0,
                    range.clone(),
                    None,
                ));
            }
        }
        wide += piece.advance;
    }
    surface.set_fill(Some(fill(0)));
    // The wide face is embedded in one weight.
    let heavier = bold && face == Typeface::Wide;
    surface.set_stroke(heavier.then(|| stroke(size * 0.03)));
    surface.draw_glyphs(at, &all, face.face().font.clone(), &text, size, false);
    wide * size
}

fn draw(surface: &mut Surface<'_>, op: &Op, ids: &mut [Option<Identifier>]) {
    match op {
        Op::Text(placed, slot) => {
            let text = placed.text();
            let whole = placed.pieces.iter().all(|p| p.look != Look::Missing);
            let tag = match slot {
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
                Some(_) if whole => ContentTag::Span(SpanTag::empty()),
                Some(_) => ContentTag::Span(SpanTag::empty().with_actual_text(Some(&text))),
            };
            let id = surface.start_tagged(tag);
            ink(surface, placed);
            surface.end_tagged();
            if let Some(slot) = slot {
                ids[*slot] = Some(id);
            }
        }
        Op::Path { path, fill: inside, stroke: points } => {
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
            surface.set_fill(inside.map(fill));
            surface.set_stroke(points.map(stroke));
            surface.draw_path(path);
            surface.end_tagged();
        }
        Op::Sign { around, path, means, slot } => {
            let id = surface
                .start_tagged(ContentTag::Span(SpanTag::empty().with_actual_text(Some(*means))));
            ink(surface, around);
            if let Some(path) = path {
                surface.set_fill(None);
                surface.set_stroke(Some(stroke(1.2)));
                surface.draw_path(path);
            }
            surface.end_tagged();
            ids[*slot] = Some(id);
        }
    }
}

fn node(branch: &Branch, ids: &[Option<Identifier>]) -> Option<Node> {
    let (kind, inside) = match branch {
        Branch::Ink(slot) => return ids.get(*slot).copied().flatten().map(Node::Leaf),
        Branch::Group(kind, inside) => (kind, inside),
    };
    let mut group = match kind {
        Kind::Title(text) => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(text.clone()))),
        Kind::Paragraph => TagGroup::new(Tag::P),
        Kind::Table(summary) => TagGroup::new(Tag::Table.with_summary(Some(summary.clone()))),
        Kind::Row => TagGroup::new(Tag::TR),
        Kind::Head => TagGroup::new(Tag::TH(TableHeaderScope::Both)),
        Kind::Data => TagGroup::new(Tag::TD),
    };
    for branch in inside {
        if let Some(node) = node(branch, ids) {
            group.push(node);
        }
    }
    Some(group.into())
}

/// Writes the file.
pub(crate) fn file(
    title: &str,
    pages: Vec<Vec<Op>>,
    tree: &[Branch],
    slots: usize,
) -> Result<(Vec<u8>, Record), Fault> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .unwrap_or_default();
    let settings =
        SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut ids: Vec<Option<Identifier>> = vec![None; slots];
    let mut record = Record { pages: pages.len(), texts: Vec::new() };
    for ops in pages {
        let Some(size) = PageSettings::from_wh(210.0 * MM, 297.0 * MM) else { continue };
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for op in ops {
            draw(&mut surface, &op, &mut ids);
            if let Op::Text(placed, _) | Op::Sign { around: placed, .. } = op {
                record.texts.push(placed);
            }
        }
        surface.finish();
        page.finish();
    }
    let mut nodes = TagTree::new().with_lang(Some("ja".into()));
    for branch in tree {
        if let Some(node) = node(branch, &ids) {
            nodes.push(node);
        }
    }
    document.set_tag_tree(nodes);
    document.set_outline(krilla::outline::Outline::new());
    document.set_metadata(
        Metadata::new()
            .title(title.to_string())
            .language("ja".into())
            .creator("vsys".into())
            .producer("vsys".into()),
    );
    let bytes = document.finish().map_err(|e| Fault::Pdf(format!("{e:?}")))?;
    Ok((bytes, record))
}
