//! Workbooks of Excel 97 to 2003 (`.xls`, BIFF8 in an OLE container), record by record. Source: [MS-XLS], [MS-CFB].

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};
use std::rc::Rc;

use super::bounds::Bounds;
use super::format::{Kind, built_in, custom};
use super::sheet::{self, Book, Sheet, Style, Value};
use super::{LOCKED, Table};

const BROKEN: &str = "古い形式のExcelファイル（.xls）として読めません。Excelで「.xlsx」として保存してください。";
const MOST_STREAM: u64 = 16 * 1024 * 1024;

/// Reads the first sheet that can be seen and has anything in it.
///
/// # Errors
/// One sentence.
pub fn read(bytes: &[u8], bounds: &Rc<Bounds>) -> Result<Table, String> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err(LOCKED.into());
    }
    if file.exists("/WordDocument") {
        return Err("Wordの文書は取り込めません。Excel（.xlsx）かCSVを選んでください。".into());
    }
    let mut stream = Vec::new();
    let workbook = file.open_stream("/Workbook").or_else(|_| file.open_stream("/Book")).map_err(|_| BROKEN)?;
    workbook.take(MOST_STREAM).read_to_end(&mut stream).map_err(|_| BROKEN)?;
    drop(file);
    let Globals { book, offsets, texts } = Globals::of(&stream, bounds)?;
    sheet::first_seen(book, "Excel（.xls）", bounds.wanted.as_deref(), |at, book| {
        let Some(offset) = offsets[at] else { return Ok(None) };
        worksheet(stream.get(offset..).ok_or(BROKEN)?, book, &texts, bounds).map(Some)
    })
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;

/// Records one after the other: kind and content.
struct Records<'s> {
    rest: &'s [u8],
}

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);
    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let (kind, length) = (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
        let (content, rest) = rest.split_at_checked(usize::from(length))?;
        self.rest = rest;
        Some((kind, content))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// A record with those that continue it.
struct Pieces<'s> {
    pieces: Vec<&'s [u8]>,
    piece: usize,
    at: usize,
}

impl Pieces<'_> {
    fn left(&self) -> usize {
        self.pieces.get(self.piece).map_or(0, |p| p.len() - self.at)
    }
    /// Moves on where a piece is used up; false at the end.
    fn refill(&mut self) -> bool {
        while self.left() == 0 {
            if self.piece + 1 >= self.pieces.len() {
                return false;
            }
            self.piece += 1;
            self.at = 0;
        }
        true
    }
    fn byte(&mut self) -> Option<u8> {
        if !self.refill() {
            return None;
        }
        let byte = *self.pieces.get(self.piece)?.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }
    fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }
    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 && self.refill() {
            let step = bytes.min(self.left());
            self.at += step;
            bytes -= step;
        }
    }
    /// So many letters; where a piece ends within them, the next begins with how wide they are from there on.
    fn letters(&mut self, count: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::with_capacity(count.min(4096));
        while units.len() < count {
            if self.left() == 0 {
                if !self.refill() {
                    return None;
                }
                wide = self.byte()? & 1 == 1;
            }
            units.push(if wide { self.short()? } else { u16::from(self.byte()?) });
        }
        Some(String::from_utf16_lossy(&units))
    }
    /// A text with its length in two bytes, without its runs and its reading.
    fn text(&mut self) -> Option<String> {
        let count = usize::from(self.short()?);
        self.text_of(count)
    }
    fn text_of(&mut self, count: usize) -> Option<String> {
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(self.short()?) } else { 0 };
        let more = if flags & 4 != 0 { self.long()? as usize } else { 0 };
        let text = self.letters(count, flags & 1 == 1)?;
        self.skip(runs * 4);
        self.skip(more);
        Some(text)
    }
}

fn pieces(content: &[u8]) -> Pieces<'_> {
    Pieces { pieces: vec![content], piece: 0, at: 0 }
}

struct Globals {
    book: Book,
    /// Where each sheet begins; none for charts.
    offsets: Vec<Option<usize>>,
    texts: Vec<String>,
}

impl Globals {
    fn of(stream: &[u8], bounds: &Bounds) -> Result<Globals, String> {
        let mut all = Globals { book: Book::default(), offsets: Vec::new(), texts: Vec::new() };
        let (mut formats, mut struck, mut styles): (HashMap<u64, Kind>, Vec<bool>, Vec<(usize, u64)>) = Default::default();
        let mut records = Records { rest: stream };
        let first = records.next().filter(|(kind, _)| *kind == BOF).ok_or(BROKEN)?;
        if u16_at(first.1, 0) != Some(0x0600) {
            return Err("Excel 95より前の形式です。Excelで「.xlsx」として保存してください。".into());
        }
        while let Some((kind, content)) = records.next() {
            bounds.step()?;
            match kind {
                EOF => break,
                0x002f => return Err(LOCKED.into()),
                0x0022 => all.book.from_1904 = u16_at(content, 0) == Some(1),
                0x0085 => {
                    let (Some(offset), [_, _, _, _, state, what, count, rest @ ..]) = (u32_at(content, 0), content) else { continue };
                    let name = pieces(rest).text_of(usize::from(*count)).unwrap_or_default();
                    all.book.sheets.push((name, state & 3 != 0));
                    all.offsets.push((*what == 0).then_some(offset as usize));
                }
                0x0031 => struck.push(u16_at(content, 2).is_some_and(|f| f & 8 != 0)),
                0x041e => {
                    if let (Some(id), Some(code)) = (u16_at(content, 0), content.get(2..).and_then(|c| pieces(c).text())) {
                        formats.insert(u64::from(id), custom(&code));
                    }
                }
                0x00e0 => {
                    if let (Some(font), Some(format)) = (u16_at(content, 0), u16_at(content, 2)) {
                        styles.push((usize::from(font), u64::from(format)));
                    }
                }
                0x00fc => {
                    all.texts = shared(&mut continued(content, &mut records), bounds)?;
                }
                _ => {}
            }
        }
        // No font has the number 4.
        let is_struck = |font: usize| struck.get(if font > 4 { font - 1 } else { font }).copied().unwrap_or(false);
        all.book.styles = styles
            .iter()
            .map(|(font, id)| Style { kind: formats.get(id).cloned().unwrap_or_else(|| built_in(*id)), struck: is_struck(*font) })
            .collect();
        Ok(all)
    }
}

fn shared(sst: &mut Pieces<'_>, bounds: &Bounds) -> Result<Vec<String>, String> {
    let (_, count) = (sst.long().ok_or(BROKEN)?, sst.long().ok_or(BROKEN)?);
    let mut texts = Vec::new();
    for _ in 0..count {
        bounds.step()?;
        match sst.text() {
            Some(text) => texts.push(text),
            None => break,
        }
    }
    Ok(texts)
}

/// What an error's number means.
fn error(number: u8) -> Value<'static> {
    let name = match number {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Value::Error(name.into())
}

/// A number packed into 30 bits.
fn packed(rk: u32) -> f64 {
    let value = if rk & 2 != 0 { f64::from((rk as i32) >> 2) } else { f64::from_bits(u64::from(rk & !3) << 32) };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

fn worksheet(stream: &[u8], book: &Book, texts: &[String], bounds: &Bounds) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    let mut hidden: HashSet<u16> = HashSet::new();
    let mut waiting: Option<(u16, u16, u16)> = None;
    let mut depth = 0;
    let mut records = Records { rest: stream };
    let put = |sheet: &mut Sheet, hidden: &HashSet<u16>, row: u16, column: u16, style: u16, value: Value<'_>| {
        sheet.begin_row(usize::from(row), hidden.contains(&row));
        sheet.put(usize::from(row), usize::from(column), value, book.styles.get(usize::from(style)), book.from_1904)
    };
    while let Some((kind, content)) = records.next() {
        bounds.step()?;
        let (row, column, style) = (u16_at(content, 0), u16_at(content, 2), u16_at(content, 4));
        let at = || Some((row?, column?, style?));
        match kind {
            BOF => depth += 1,
            EOF => {
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            }
            // Charts within the sheet have records of their own.
            _ if depth > 1 => {}
            0x0208 => {
                // Hidden, or of no height: nobody sees it either way.
                let flat = u16_at(content, 6) == Some(0);
                if let (Some(row), Some(flags)) = (row, content.get(12))
                    && (flags & 0x20 != 0 || flat)
                {
                    hidden.insert(row);
                }
            }
            0x007d => {
                if let (Some(first), Some(last), Some(width), Some(flags)) = (row, column, style, u16_at(content, 8))
                    && (flags & 1 != 0 || width == 0)
                {
                    sheet.hide_columns(u64::from(first), u64::from(last) + 1);
                }
            }
            0x00e5 => {
                for range in content.get(2..).unwrap_or_default().chunks_exact(8) {
                    let n = |i: usize| usize::from(u16_at(range, i).unwrap_or(0));
                    sheet.merged([n(0), n(2), n(4), n(6)]);
                }
            }
            0x0207 => {
                if let (Some((row, column, style)), Some(text)) = (waiting.take(), continued(content, &mut records).text()) {
                    put(&mut sheet, &hidden, row, column, style, Value::Text { text: text.into(), struck: false })?;
                }
            }
            0x00bd => {
                if let (Some(row), Some(first)) = (row, column) {
                    for (n, cell) in (0_u16..).zip(content.get(4..content.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6)) {
                        if let (Some(style), Some(rk)) = (u16_at(cell, 0), u32_at(cell, 2)) {
                            put(&mut sheet, &hidden, row, first.saturating_add(n), style, Value::Number(packed(rk)))?;
                        }
                    }
                }
            }
            0x0006 => {
                let Some((row, column, style)) = at() else { continue };
                let Some(result) = content.get(6..14) else { continue };
                let value = match result {
                    [0, .., 0xff, 0xff] => {
                        waiting = Some((row, column, style));
                        continue;
                    }
                    [1, _, truth, .., 0xff, 0xff] => Value::Truth(*truth != 0),
                    [2, _, number, .., 0xff, 0xff] => error(*number),
                    [3, .., 0xff, 0xff] => Value::Blank,
                    _ => f64_at(content, 6).map_or(Value::Blank, Value::Number),
                };
                put(&mut sheet, &hidden, row, column, style, value)?;
            }
            0x00fd | 0x0204 | 0x00d6 | 0x0203 | 0x027e | 0x0205 => {
                let Some((row, column, style)) = at() else { continue };
                let value = match kind {
                    0x00fd => {
                        let text = u32_at(content, 6).and_then(|n| texts.get(n as usize)).ok_or(BROKEN)?;
                        Value::Text { text: text.as_str().into(), struck: false }
                    }
                    0x0203 => f64_at(content, 6).map_or(Value::Blank, Value::Number),
                    0x027e => u32_at(content, 6).map_or(Value::Blank, |rk| Value::Number(packed(rk))),
                    0x0205 => match (content.get(6), content.get(7)) {
                        (Some(truth), Some(0)) => Value::Truth(*truth != 0),
                        (Some(number), Some(_)) => error(*number),
                        _ => Value::Blank,
                    },
                    _ => match content.get(6..).and_then(|c| pieces(c).text()) {
                        Some(text) => Value::Text { text: text.into(), struck: false },
                        None => Value::Blank,
                    },
                };
                put(&mut sheet, &hidden, row, column, style, value)?;
            }
            _ => {}
        }
    }
    Ok(sheet)
}

/// A record with those that continue it, which are taken out of what follows.
fn continued<'s>(content: &'s [u8], records: &mut Records<'s>) -> Pieces<'s> {
    let mut all = pieces(content);
    while let Some((CONTINUE, more)) = (Records { rest: records.rest }).next() {
        records.next();
        all.pieces.push(more);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_read() {
        assert_eq!(packed(0x3ff0_0000), 1.0);
        assert_eq!(packed((7 << 2) | 2), 7.0);
        assert_eq!(packed((-7_i32 << 2) as u32 | 2), -7.0);
        assert_eq!(packed((1234 << 2) | 3), 12.34);
    }

    #[test]
    fn a_text_may_change_its_width_where_a_record_is_continued() {
        let mut text = Pieces { pieces: vec![&[4, 0, 0, b'a', b'b'], &[1, 0x42, 0x30, 0x44, 0x30]], piece: 0, at: 0 };
        assert_eq!(text.text().as_deref(), Some("abあい"));
        let mut short = Pieces { pieces: vec![&[4, 0, 0, b'a', b'b']], piece: 0, at: 0 };
        assert_eq!(short.text(), None);
    }
}
