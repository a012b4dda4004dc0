//! Workbooks of Excel since 2007 (`.xlsx`, `.xlsm`), read cell by cell.

use std::collections::HashMap;
use std::io::Read;

use super::colours::Colours;
use super::container::{Attributes, BROKEN, Container, Mark, Xml, add};
use super::format::{built_in, custom};
use super::sheet::{self, Book, LOWEST, NARROWEST, Parted, Sheet, Value};
use super::strings::{RichText, Strings, strings, unescaped};
use super::{Table, sheet::Style};

/// Excel itself keeps no more.
const MOST_STYLES: usize = 65_536;
const MOST_RELATIONS: usize = 5000;

/// Reads the first sheet that can be seen and has anything in it.
///
/// # Errors
/// One sentence.
pub fn read(mut zip: Container<'_>) -> Result<Table, String> {
    let start = relations(&mut zip, "_rels/.rels")?;
    let main = start
        .values()
        .find(|r| r.kind.ends_with("/officeDocument"))
        .map_or("xl/workbook.xml".into(), |r| resolved("", &r.target));
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_string();
    let name = main.rsplit('/').next().unwrap_or_default();
    let parts = relations(&mut zip, &format!("{folder}/_rels/{name}.rels"))?;
    let part = |kind: &str, usual: &str| {
        parts
            .values()
            .find(|r| r.kind.ends_with(kind))
            .map_or(format!("{folder}/{usual}"), |r| resolved(&folder, &r.target))
    };
    let (mut book, ids) = workbook(&mut zip, &main)?;
    book.styles = styles(&mut zip, &part("/styles", "styles.xml"))?;
    let strings = strings(&mut zip, &part("/sharedStrings", "sharedStrings.xml"))?;
    let wanted = zip.wanted();
    let first = |at: usize, book: &Book| -> Result<Option<Sheet>, String> {
        let Some(relation) = parts.get(&ids[at]) else { return Ok(None) };
        if !relation.kind.ends_with("/worksheet") {
            return Ok(None);
        }
        let name = resolved(&folder, &relation.target);
        let Some(xml) = zip.xml(&name)? else { return Ok(None) };
        worksheet(xml, book, &strings).map(Some)
    };
    sheet::first_seen(book, "Excel", wanted.as_deref(), first)
}

struct Relation {
    kind: String,
    target: String,
}

/// What a part refers to, by id.
fn relations(zip: &mut Container<'_>, name: &str) -> Result<HashMap<String, Relation>, String> {
    let mut all = HashMap::new();
    let Some(mut xml) = zip.xml(name)? else { return Ok(all) };
    while xml.next(|mark| {
        match mark {
            Mark::Open("Relationship", tag) => {
                if let (Some(id), Some(kind), Some(target)) =
                    (tag.get("Id"), tag.get("Type"), tag.get("Target"))
                {
                    all.insert(id, Relation { kind, target });
                    if all.len() > MOST_RELATIONS {
                        return Err(BROKEN.into());
                    }
                }
            }
            Mark::End => return Ok(false),
            _ => {}
        }
        Ok(true)
    })? {}
    Ok(all)
}

/// A target as a part's name.
fn resolved(folder: &str, target: &str) -> String {
    if target.starts_with('/') {
        return target.to_string();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => _ = steps.pop(),
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// The sheets in their order, and the id of each one's part.
fn workbook(zip: &mut Container<'_>, name: &str) -> Result<(Book, Vec<String>), String> {
    let (mut book, mut ids) = (Book::default(), Vec::new());
    let mut xml = zip.xml(name)?.ok_or(BROKEN)?;
    while xml.next(|mark| {
        match mark {
            Mark::Open("workbookPr", tag) => book.from_1904 = tag.is("date1904"),
            // Excel takes this off once it has calculated.
            Mark::Open("calcPr", tag) => book.uncalculated = tag.is("fullCalcOnLoad"),
            Mark::Open("sheet", tag) => {
                let hidden = tag.get("state").is_some_and(|s| s != "visible");
                book.sheets.push((tag.get("name").unwrap_or_default(), hidden));
                ids.push(tag.get("id").unwrap_or_default());
                book.few_sheets()?;
            }
            Mark::End => return Ok(false),
            _ => {}
        }
        Ok(true)
    })? {}
    Ok((book, ids))
}

fn styles(zip: &mut Container<'_>, name: &str) -> Result<Vec<Style>, String> {
    let (mut formats, mut styles) = (HashMap::new(), Vec::new());
    let (mut in_cells, mut colours) = (false, Colours::default());
    let Some(mut xml) = zip.xml(name)? else { return Ok(styles) };
    while xml.next(|mark| {
        colours.see(&mark);
        match mark {
            Mark::Open("numFmt", tag) => {
                if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.get("formatCode")) {
                    formats.insert(id, custom(&code));
                }
            }
            Mark::Open("cellXfs", _) => in_cells = true,
            Mark::Close("cellXfs") => in_cells = false,
            Mark::Open("xf", tag) if in_cells => {
                let id = tag.number("numFmtId").unwrap_or(0);
                let kind = formats.get(&id).cloned().unwrap_or_else(|| built_in(id));
                let font = tag.number("fontId").and_then(|f| usize::try_from(f).ok()).unwrap_or(0);
                let fill = tag.number("fillId").and_then(|f| usize::try_from(f).ok());
                let (unseen, dark) = (colours.same(font, fill), colours.dark(fill));
                styles.push(Style { kind, struck: colours.struck(font), unseen, dark });
            }
            Mark::End => return Ok(false),
            _ => {}
        }
        if styles.len() > MOST_STYLES || colours.many() > MOST_STYLES || formats.len() > MOST_STYLES
        {
            return Err("書式が多すぎます。値だけを新しい表に貼り付けて保存してください。".into());
        }
        Ok(true)
    })? {}
    Ok(styles)
}

#[derive(Default)]
struct CellNow {
    row: usize,
    column: usize,
    style: usize,
    kind: String,
    value: String,
    rich: RichText,
    in_value: bool,
    has_value: bool,
    formula: bool,
    open: bool,
}

fn worksheet<R: Read>(mut xml: Xml<R>, book: &Book, strings: &Strings) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    let (mut row, mut column) = (0_usize, 0_usize);
    let (mut before_first_row, mut no_height) = (true, false);
    let mut cell = CellNow::default();
    while xml.next(|mark| {
        match mark {
            Mark::Open("sheetFormatPr", tag) => {
                no_height = tag.is("zeroHeight")
                    || size(tag, "defaultRowHeight").is_some_and(|h| h < LOWEST);
            }
            Mark::Open("col", tag) => {
                let unseen = tag.is("hidden") || size(tag, "width").is_some_and(|w| w < NARROWEST);
                if let (true, Some(first), Some(last)) =
                    (unseen, tag.number("min"), tag.number("max"))
                {
                    sheet.hide_columns(first.saturating_sub(1), last);
                }
            }
            Mark::Open("row", tag) => {
                row = match tag.number("r") {
                    Some(n) => place(n)?,
                    None if before_first_row => 0,
                    None => row + 1,
                };
                (before_first_row, column) = (false, 0);
                let flat = size(tag, "ht").is_some_and(|h| h < LOWEST);
                // A sheet without heights shows the rows only that say one.
                let unseen = tag.is("hidden")
                    || flat
                    || (no_height && tag.get("ht").is_none() && tag.get("hidden").is_none());
                sheet.begin_line(unseen);
            }
            Mark::Open("c", tag) => {
                if let Some((r, c)) = tag.get("r").as_deref().and_then(reference) {
                    (row, column) = (r, c);
                }
                cell.begin(row, column, tag.number("s"), tag.get("t"));
                column += 1;
            }
            Mark::Close("c") => {
                cell.open = false;
                let value = cell.said(book, strings)?;
                let style = book.styles.get(cell.style);
                sheet.put(cell.row, cell.column, value, style, book.from_1904)?;
            }
            Mark::Open("v", _) if cell.open => cell.in_value = true,
            Mark::Close("v") => cell.in_value = false,
            Mark::Open("f", _) if cell.open => cell.formula = true,
            Mark::Text(more) if cell.in_value => {
                cell.has_value = true;
                add(&mut cell.value, more)?;
            }
            Mark::Open("mergeCell", tag) => {
                if let Some((Some((top, left)), Some((bottom, right)))) = tag
                    .get("ref")
                    .as_deref()
                    .and_then(|r| r.split_once(':'))
                    .map(|(a, b)| (reference(a), reference(b)))
                {
                    sheet.merged([top, bottom, left, right]);
                }
            }
            Mark::End => return Ok(false),
            other if cell.open => cell.rich.see(&other)?,
            _ => {}
        }
        Ok(true)
    })? {}
    Ok(sheet)
}

impl CellNow {
    fn begin(&mut self, row: usize, column: usize, style: Option<u64>, kind: Option<String>) {
        (self.row, self.column) = (row, column);
        self.style = style.and_then(|s| usize::try_from(s).ok()).unwrap_or(0);
        self.kind = kind.unwrap_or_default();
        self.value.clear();
        self.rich.clear();
        (self.in_value, self.has_value, self.formula, self.open) = (false, false, false, true);
    }

    fn said<'c>(&'c self, book: &Book, strings: &'c Strings) -> Result<Value<'c>, String> {
        let value = self.value.trim();
        if self.formula && !self.has_value && self.kind != "str" && self.rich.text.is_empty() {
            return Ok(Value::NoResult);
        }
        // Its noughts stand for numbers and texts; a truth or a shared text was calculated.
        let kept = matches!(self.kind.as_str(), "b" | "s");
        if self.formula && book.uncalculated && (value.is_empty() || value == "0" && !kept) {
            return Ok(Value::NoResult);
        }
        Ok(match self.kind.as_str() {
            "s" if value.is_empty() => Value::Blank,
            "s" => {
                let at = value.parse().map_err(|_| BROKEN)?;
                Value::Text {
                    text: strings.get(at).ok_or(BROKEN)?.into(),
                    parts: strings.parted.get(&at).cloned().unwrap_or_default(),
                }
            }
            "inlineStr" => Value::Text {
                text: unescaped(&self.rich.text).into(),
                parts: self.rich.parts.clone(),
            },
            "str" => Value::Text { text: unescaped(&self.value).into(), parts: Parted::default() },
            "b" if !value.is_empty() => Value::Truth(value == "1" || value == "true"),
            "e" => Value::Error(value.to_string()),
            "d" => Value::Day(value.to_string()),
            // A number cell may hold its text beside (`is`) where a program mixed the kinds up.
            _ if value.is_empty() && !self.rich.text.is_empty() => Value::Text {
                text: unescaped(&self.rich.text).into(),
                parts: self.rich.parts.clone(),
            },
            _ if value.is_empty() => Value::Blank,
            _ => value.parse().map_or_else(
                |_| Value::Text { text: value.into(), parts: Parted::default() },
                Value::Number,
            ),
        })
    }
}

/// A height or width, where the tag says one.
fn size(tag: &Attributes<'_>, name: &str) -> Option<f64> {
    tag.get(name)?.trim().parse().ok()
}

/// A row's or column's number, counted from 0.
fn place(n: u64) -> Result<usize, String> {
    match usize::try_from(n) {
        Ok(n @ 1..=1_048_576) => Ok(n - 1),
        _ => Err(BROKEN.into()),
    }
}

/// `B3` as row and column, counted from 0.
fn reference(text: &str) -> Option<(usize, usize)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let letters = &text[..digits];
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0_usize, |n, b| {
        b.is_ascii_alphabetic().then(|| n * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row: usize = text[digits..].parse().ok()?;
    (1..=1_048_576).contains(&row).then(|| (row - 1, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_targets_are_read() {
        assert_eq!(reference("A1"), Some((0, 0)));
        assert_eq!(reference("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(reference("A0"), None);
        assert_eq!(reference("7"), None);
        assert_eq!(reference("AAAAAAAAAAAAAAAAAAAA1"), None);
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "../docs/./a.xml"), "docs/a.xml");
        assert_eq!(resolved("xl", "/xl/a.xml"), "/xl/a.xml");
    }
}
