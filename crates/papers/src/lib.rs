//! The papers: a small form layout of our own over krilla, in millimetres from the top left of an
//! A4 page.
//!
//! A paper is laid out first and written afterwards: the layout's own record says where each text
//! stands, in which glyphs, and what can't be printed, before there is a file. Texts that are too
//! long for their box are wrapped, never smaller than 8 points; what doesn't fit on a page goes on
//! another one; what fits nowhere is a [`Fault`].
//!
//! Every text is tagged (heading, paragraph, table cell) and the file is written as PDF/UA-1:
//! title, language, embedded subsets of BIZ UDPGothic and, for what it lacks, Noto Sans CJK. A
//! character that both lack is drawn as an empty box to be filled by hand, which the page says at
//! its foot; [`Paper::unprintable`] says it before.

use std::collections::BTreeSet;

mod book;
mod font;
mod lines;
mod write;

pub mod allocation;
pub mod claim;
pub mod completion;
pub mod delivery;
pub mod letter;
pub mod transfer;

pub use book::{Align, Book, Cell, Means, Style, Table};
pub use font::{Look, Piece, Typeface};
pub use lines::SMALLEST;
pub use write::{Placed, Record};

/// Why a paper couldn't be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The beginning of the text.
    #[error(
        "「{0}」は長すぎて、8ポイントの文字でも書類の枠に入りません。短くしてから作り直してください。"
    )]
    TooLong(String),
}

/// Everything that is printed. A new paper is a new variant; the tests draw each kind with samples
/// of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paper {
    Letter(rules::letter::Letter, Option<letter::Proof>),
    Summary(claim::ClaimSummary),
    Municipal(claim::MunicipalClaim),
    Cover(claim::Cover),
    Account(claim::AccountForm),
    Notes(Vec<delivery::Note>),
    Labels(Vec<delivery::Note>),
    Handover(transfer::Handover),
    Allocation(allocation::Run),
    Certificate(completion::Certificate),
}

/// A label and the text that is printed of it.
pub(crate) type Texts<'a> = Vec<(&'static str, &'a str)>;

impl Paper {
    pub fn title(&self) -> &'static str {
        match self {
            Paper::Letter(..) => "委任状",
            Paper::Summary(_) => claim::SUMMARY_TITLE,
            Paper::Municipal(_) => claim::MUNICIPAL_TITLE,
            Paper::Cover(_) => claim::COVER_TITLE,
            Paper::Account(_) => claim::ACCOUNT_TITLE,
            Paper::Notes(_) => "納品書",
            Paper::Labels(_) => "宛名ラベル",
            Paper::Handover(_) => "ワクチン引継ぎ書",
            Paper::Allocation(_) => "分配の記録",
            Paper::Certificate(_) => "職域追加接種 完了証",
        }
    }

    fn lay(&self, book: &mut Book) {
        match self {
            Paper::Letter(letter, proof) => letter::lay(book, letter, proof.as_ref()),
            Paper::Summary(summary) => claim::lay_summary(book, summary),
            Paper::Municipal(claim) => claim::lay_municipal(book, claim),
            Paper::Cover(cover) => claim::lay_cover(book, cover),
            Paper::Account(form) => claim::lay_account(book, form),
            Paper::Notes(notes) => delivery::lay_notes(book, notes),
            Paper::Labels(notes) => delivery::lay_labels(book, notes),
            Paper::Handover(handover) => transfer::lay(book, handover),
            Paper::Allocation(run) => allocation::lay(book, run),
            Paper::Certificate(certificate) => completion::lay(book, certificate),
        }
    }

    /// What of it was written by people or comes from data, each with its label.
    fn texts(&self) -> Texts<'_> {
        match self {
            Paper::Letter(letter, proof) => letter::texts(letter, proof.as_ref()),
            Paper::Summary(summary) => claim::summary_texts(summary),
            Paper::Municipal(claim) => claim::municipal_texts(claim),
            Paper::Cover(cover) => claim::cover_texts(cover),
            Paper::Account(form) => claim::account_texts(form),
            Paper::Notes(notes) | Paper::Labels(notes) => {
                notes.iter().flat_map(delivery::texts).collect()
            }
            Paper::Handover(handover) => transfer::texts(handover),
            Paper::Allocation(run) => allocation::texts(run),
            Paper::Certificate(certificate) => completion::texts(certificate),
        }
    }

    /// The file; the same paper gives the same bytes.
    ///
    /// # Errors
    /// A text that fits nowhere, or what the PDF writer says.
    pub fn draw(&self) -> Result<Vec<u8>, Fault> {
        Ok(draw(self.title(), std::slice::from_ref(self))?.0)
    }

    /// What of it can't be printed, in the order of the paper. Cheap: nothing is drawn.
    pub fn unprintable(&self) -> Vec<Unprintable> {
        unprintable(&self.texts())
    }
}

/// Several papers as one file, with the record of its layout.
///
/// # Errors
/// As [`Paper::draw`].
pub fn draw(title: &str, papers: &[Paper]) -> Result<(Vec<u8>, Record), Fault> {
    let mut book = Book::new(title);
    for paper in papers {
        paper.lay(&mut book);
    }
    book.finish()
}

/// A character that no embedded font has, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprintable {
    /// Of the field.
    pub label: &'static str,
    /// The text of the field with □ in place of what can't be printed.
    pub shown: String,
    /// Place of the character, from 1.
    pub at: usize,
    /// `U+E000`
    pub code: String,
    /// Such as 外字.
    pub class: &'static str,
}

impl std::fmt::Display for Unprintable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}「{}」の{}文字目（{}　{}）",
            self.label, self.shown, self.at, self.code, self.class
        )
    }
}

/// Most characters that are listed; a text that is all foreign script needs no longer list.
const MOST: usize = 50;

fn unprintable(texts: &[(&'static str, &str)]) -> Vec<Unprintable> {
    let mut out: Vec<Unprintable> = Vec::new();
    let mut seen = BTreeSet::new();
    for (label, text) in texts {
        let missing = font::missing(text);
        // The same field of many papers is said once.
        if missing.is_empty() || !seen.insert((label, text)) {
            continue;
        }
        let shown = marked(text);
        out.extend(missing.into_iter().map(|(at, cluster)| {
            let c = cluster.chars().next().unwrap_or(' ');
            Unprintable {
                label,
                shown: shown.clone(),
                at,
                code: format!("U+{:04X}", u32::from(c)),
                class: class(c),
            }
        }));
        if out.len() >= MOST {
            out.truncate(MOST);
            break;
        }
    }
    out
}

fn marked(text: &str) -> String {
    let whole: String = text.chars().take(80).collect();
    font::pieces(&whole, false)
        .into_iter()
        .map(|p| if p.look == Look::Missing { "□".into() } else { p.text })
        .collect()
}

fn class(c: char) -> &'static str {
    match c {
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => "外字",
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' => {
            "絵文字・記号"
        }
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            "書体にない漢字"
        }
        '〓' | '\u{fffd}' => "文字化け",
        _ => "書体にない文字",
    }
}
