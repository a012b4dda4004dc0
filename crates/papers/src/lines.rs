//! Where a text is broken into lines (禁則), and how small it may get.

use std::ops::Range;

use crate::font::Piece;

/// Closing marks and small kana: no line begins with them.
const NEVER_FIRST: &str = "、。，．,.）)」』】〕〉》］｝]}〟’”»ー〜～―々〻ゝゞヽヾ・：；:;！？!?％%‰℃°′″…‥／/-‐–\
ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯｰﾞﾟ､｡｣･";
/// Opening marks: no line ends with them.
const NEVER_LAST: &str = "（(「『【〔〈《［｛[{〝‘“«￥¥＄$№〒＃#";
/// A number isn't parted from its unit.
const UNITS: &str = "年月日円件回本箱枚";

/// Points; nothing on any paper is smaller.
pub const SMALLEST: f32 = 8.0;

fn word(piece: &Piece) -> bool {
    let c = piece.first();
    c.is_ascii_alphanumeric()
        || ('\u{c0}'..'\u{250}').contains(&c)
        || ('\u{1e00}'..'\u{2000}').contains(&c)
}

fn begins(piece: &Piece) -> bool {
    !NEVER_FIRST.contains(piece.first())
}

/// Whether a line may end before `at`.
fn may_break(pieces: &[Piece], at: usize) -> bool {
    let (before, after) = (&pieces[at - 1], &pieces[at]);
    let number = before.first().is_ascii_digit()
        && (matches!(after.first(), ',' | '.') || UNITS.contains(after.first()));
    let inside_a_word = word(before) && word(after);
    begins(after) && !NEVER_LAST.contains(before.first()) && !inside_a_word && !number
}

fn marks_only(pieces: &[Piece], at: usize) -> bool {
    begins(&pieces[at]) && !NEVER_LAST.contains(pieces[at - 1].first())
}

fn is_blank(piece: &Piece) -> bool {
    piece.first().is_whitespace()
}

/// Lines of at most `width` (in parts of the size); every piece but blanks at line ends stands in
/// one of them.
pub(crate) fn broken(pieces: &[Piece], width: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let (mut end, mut wide) = (start, 0.0);
        while end < pieces.len()
            && (end == start
                || wide + pieces[end].advance <= width + 1e-3
                || is_blank(&pieces[end]))
        {
            wide += pieces[end].advance;
            end += 1;
        }
        if end < pieces.len() {
            // A word that fills more than half of the line is broken, or lines would be ragged for
            // nothing.
            let least = start + (end - start) / 2;
            let back = (least.max(start + 1)..=end).rev().find(|at| may_break(pieces, *at));
            end = back
                .or_else(|| (start + 1..=end).rev().find(|at| marks_only(pieces, *at)))
                .unwrap_or(end);
        }
        let mut last = end;
        while last > start && is_blank(&pieces[last - 1]) {
            last -= 1;
        }
        if last > start {
            lines.push(start..last);
        }
        start = end;
        // A blank where the line was broken isn't the next line's indent.
        while !lines.is_empty() && start < pieces.len() && is_blank(&pieces[start]) {
            start += 1;
        }
    }
    lines
}

pub(crate) fn wide(pieces: &[Piece]) -> f32 {
    pieces.iter().map(|p| p.advance).sum()
}

/// A size and its lines such that `most` lines of `width` points hold the paragraphs: as they are;
/// a little smaller on one line; wrapped; smaller and wrapped. Nothing where even the smallest
/// doesn't hold them.
pub(crate) fn fitted(
    paragraphs: &[Vec<Piece>],
    size: f32,
    width: f32,
    most: impl Fn(f32) -> usize,
) -> Option<(f32, Vec<Vec<Piece>>)> {
    let size = size.max(SMALLEST);
    if let [only] = paragraphs {
        let needed = wide(only);
        let one = if needed * size <= width + 0.01 {
            size
        } else {
            (width / needed * 10.0).floor() / 10.0
        };
        if one >= SMALLEST && one >= size * 0.88 {
            return Some((one, vec![only.clone()]));
        }
    }
    let mut now = size;
    loop {
        let mut lines = Vec::new();
        for pieces in paragraphs {
            lines.extend(broken(pieces, width / now).into_iter().map(|line| pieces[line].to_vec()));
        }
        if lines.len() <= most(now) && lines.iter().all(|line| wide(line) * now <= width + 0.1) {
            return Some((now, lines));
        }
        if now <= SMALLEST {
            return None;
        }
        now = (now - 0.5).max(SMALLEST);
    }
}
