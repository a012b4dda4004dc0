//! Workbooks of LibreOffice (`.ods`), read cell by cell. What is repeated is counted, not written
//! out.

use std::collections::HashSet;
use std::io::Read;

use super::Table;
use super::container::{Attributes, BROKEN, Container, Mark, Xml, add};
use super::format::Kind;
use super::sheet::{self, Book, Parted, Sheet, Style, Value};
use super::styles::Styles;

/// Cells written out because one is repeated.
const MOST_REPEATED: u64 = 2_000_000;
/// Spans within each other.
const MOST_SPANS: usize = 100;

/// Reads the first sheet that can be seen and has anything in it.
///
/// # Errors
/// One sentence.
pub fn read(mut zip: Container<'_>) -> Result<Table, String> {
    if zip.short("META-INF/manifest.xml").is_some_and(|m| m.contains("encryption-data")) {
        return Err(super::LOCKED.into());
    }
    let wanted = zip.wanted();
    let xml = zip.xml("content.xml")?.ok_or(BROKEN)?;
    let (book, mut sheets) = content(xml, wanted.clone())?;
    sheet::first_seen(book, "OpenDocument", wanted.as_deref(), |at, _| {
        Ok(sheets.get_mut(at).map(std::mem::take))
    })
}

#[derive(Default)]
struct CellNow {
    open: bool,
    /// Beneath a merged cell: nobody sees what it holds.
    covered: bool,
    kind: String,
    value: Option<String>,
    text: String,
    paragraphs: usize,
    in_text: usize,
    /// Depth within a comment, whose text isn't the cell's.
    aside: usize,
    times: u64,
    formula: bool,
    error: bool,
    /// Spans that are open here: whether each is struck through, whether white.
    spans: Vec<(bool, bool)>,
    parts: Parted,
    style: Option<String>,
}

#[derive(Default)]
struct Reading {
    book: Book,
    sheets: Vec<Sheet>,
    styles: Styles,
    row: u64,
    row_times: u64,
    column: u64,
    columns: u64,
    /// Of the columns that are read: whether its style is struck through, or can't be seen.
    struck_columns: Vec<bool>,
    unseen_columns: Vec<bool>,
    /// Groups of rows and columns that are open here: whether each is folded away.
    groups: Vec<bool>,
    row_style: Option<String>,
    repeated: u64,
    cell: CellNow,
    /// Depth of tables; one within another isn't read.
    depth: usize,
    /// Whether this sheet's cells are passed over: it can't be seen, or one before it is the table.
    passed: bool,
    found: bool,
    /// The one sheet that was asked for.
    wanted: Option<String>,
    /// Cells of the row that is being read: column and content.
    row_cells: Vec<(u64, CellNow)>,
}

fn content<R: Read>(mut xml: Xml<R>, wanted: Option<String>) -> Result<(Book, Vec<Sheet>), String> {
    let mut all = Reading { wanted, ..Reading::default() };
    while xml.next(|mark| {
        match mark {
            Mark::Open(name, tag) => all.opened(name, tag)?,
            Mark::Close(name) => all.closed(name)?,
            Mark::Text(more) => {
                if all.cell.in_text > 0 && all.cell.aside == 0 {
                    add(&mut all.cell.text, more)?;
                    all.cell.part(more);
                }
            }
            Mark::End => return Ok(false),
        }
        Ok(true)
    })? {}
    Ok((all.book, all.sheets))
}

fn times(tag: &Attributes<'_>, name: &str) -> u64 {
    tag.number(name).unwrap_or(1).clamp(1, 1_100_000)
}

impl Reading {
    /// Whether a row or column is hidden, filtered, folded away with its group, or so small that
    /// nobody sees it.
    fn unseen(&self, tag: &Attributes<'_>) -> bool {
        if self.groups.contains(&true) {
            return true;
        }
        let flat = || tag.get("style-name").is_some_and(|s| self.styles.flat.contains(&s));
        tag.get("visibility").map_or_else(flat, |v| v != "visible")
    }
    fn opened(&mut self, name: &str, tag: &Attributes<'_>) -> Result<(), String> {
        match name {
            "table" => {
                self.depth += 1;
                if self.depth == 1 {
                    let hidden = tag
                        .get("style-name")
                        .is_some_and(|s| self.styles.hidden_tables.contains(&s));
                    let name = tag.get("name").unwrap_or_default();
                    self.passed = hidden
                        || self.found
                        || self.wanted.as_ref().is_some_and(|wanted| *wanted != name);
                    self.book.sheets.push((name, hidden));
                    self.book.few_sheets()?;
                    self.sheets.push(Sheet::default());
                    (self.row, self.columns) = (0, 0);
                    self.struck_columns.clear();
                    self.unseen_columns.clear();
                    self.groups.clear();
                }
            }
            _ if self.depth == 0 => self.styles.see(name, tag)?,
            _ if self.depth > 1 || self.passed => {}
            "table-row-group" | "table-column-group" => {
                self.groups.push(tag.get("display").as_deref() == Some("false"))
            }
            "table-column" => {
                let n = times(tag, "number-columns-repeated");
                let (from, before) = (self.columns, self.columns + n);
                self.columns = before.min(2_000_000);
                if self.unseen(tag)
                    && let Some(sheet) = self.sheets.last_mut()
                {
                    sheet.hide_columns(from, before);
                }
                if let Some(style) = tag.get("default-cell-style-name") {
                    if self.styles.struck.contains(&style) {
                        sheet::mark_columns(&mut self.struck_columns, from, before);
                    }
                    if self.styles.unseen.contains(&style) {
                        sheet::mark_columns(&mut self.unseen_columns, from, before);
                    }
                }
            }
            "table-row" => {
                self.row_times = times(tag, "number-rows-repeated");
                self.column = 0;
                self.row_style = tag.get("default-cell-style-name");
                self.row_cells.clear();
                let hidden = self.unseen(tag);
                if let Some(sheet) = self.sheets.last_mut() {
                    sheet.begin_row(hidden);
                }
            }
            "table-cell" | "covered-table-cell" if !self.cell.open => self.cell_opened(tag),
            "annotation" | "shapes" | "frame" | "detective" | "custom-shape" | "ruby-text"
                if self.cell.open =>
            {
                self.cell.aside += 1
            }
            "p" | "h" if self.cell.open && self.cell.aside == 0 => {
                self.cell.in_text += 1;
                if self.cell.paragraphs > 0 {
                    add(&mut self.cell.text, "\n")?;
                }
                self.cell.paragraphs += 1;
            }
            "span" if self.cell.open && self.cell.aside == 0 => {
                let style = tag.get("style-name").unwrap_or_default();
                let is = |set: &HashSet<String>| set.contains(&style);
                if self.cell.spans.len() < MOST_SPANS {
                    self.cell.spans.push((is(&self.styles.struck), is(&self.styles.unseen)));
                }
            }
            "s" if self.cell.in_text > 0 && self.cell.aside == 0 => {
                let blanks = usize::try_from(tag.number("c").unwrap_or(1).min(1000)).unwrap_or(1);
                add(&mut self.cell.text, &" ".repeat(blanks))?;
            }
            "tab" if self.cell.in_text > 0 && self.cell.aside == 0 => {
                add(&mut self.cell.text, "\t")?
            }
            "line-break" if self.cell.in_text > 0 && self.cell.aside == 0 => {
                add(&mut self.cell.text, "\n")?
            }
            _ => {}
        }
        Ok(())
    }

    fn cell_opened(&mut self, tag: &Attributes<'_>) {
        if let (Some(rows), columns) =
            (tag.number("number-rows-spanned"), tag.number("number-columns-spanned").unwrap_or(1))
            && (rows > 1 || columns > 1)
            && let (Ok(row), Ok(column), Some(sheet)) =
                (usize::try_from(self.row), usize::try_from(self.column), self.sheets.last_mut())
        {
            let (rows, columns) = (rows.min(1_048_576) as usize, columns.min(16_384) as usize);
            sheet.merged([row, row + rows.max(1) - 1, column, column + columns.max(1) - 1]);
        }
        let value = ["value", "date-value", "time-value", "boolean-value", "string-value"]
            .iter()
            .find_map(|n| tag.get(n));
        // The kind that LibreOffice adds (`calcext`) comes with the same name after the colon; only
        // it knows errors.
        let kinds = tag.all("value-type");
        self.cell = CellNow {
            open: true,
            covered: tag.name() == "covered-table-cell",
            kind: kinds.first().cloned().unwrap_or_default(),
            error: kinds.iter().any(|k| k == "error"),
            value,
            times: times(tag, "number-columns-repeated"),
            formula: tag.get("formula").is_some(),
            style: tag.get("style-name"),
            ..CellNow::default()
        };
    }

    fn closed(&mut self, name: &str) -> Result<(), String> {
        match name {
            "table" => {
                self.depth = self.depth.saturating_sub(1);
                self.found |= self.depth == 0
                    && !self.passed
                    && self.sheets.last().is_some_and(|sheet| !sheet.is_empty());
            }
            _ if self.depth != 1 || self.passed => {}
            "annotation" | "shapes" | "frame" | "detective" | "custom-shape" | "ruby-text"
                if self.cell.open =>
            {
                self.cell.aside = self.cell.aside.saturating_sub(1);
            }
            "span" if self.cell.open && self.cell.aside == 0 => _ = self.cell.spans.pop(),
            "p" | "h" if self.cell.aside == 0 => {
                self.cell.in_text = self.cell.in_text.saturating_sub(1)
            }
            "table-cell" | "covered-table-cell" if self.cell.open && self.cell.aside == 0 => {
                let cell = std::mem::take(&mut self.cell);
                let n = cell.times;
                if !cell.covered && cell.holds_anything() {
                    self.row_cells.push((self.column, cell));
                }
                self.column = (self.column + n).min(2_000_000);
            }
            "table-row" => self.row_closed()?,
            "table-row-group" | "table-column-group" => _ = self.groups.pop(),
            _ => {}
        }
        Ok(())
    }

    fn row_closed(&mut self) -> Result<(), String> {
        let cells = std::mem::take(&mut self.row_cells);
        let each: u64 = cells.iter().map(|(_, cell)| cell.times).sum();
        self.repeated = self.repeated.saturating_add(each.saturating_mul(self.row_times));
        if self.repeated > MOST_REPEATED {
            return Err(
                "同じ値が広い範囲に入っています。必要な行だけを新しい表に写して保存してください。"
                    .into(),
            );
        }
        let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
        if each > 0 {
            let said: Vec<(u64, u64, Value<'_>, Style)> = cells
                .iter()
                .map(|(column, cell)| {
                    let has = |set: &HashSet<String>, columns: &[bool]| {
                        has_style(set, cell, &self.row_style, columns, *column)
                    };
                    let struck = has(&self.styles.struck, &self.struck_columns);
                    let unseen = has(&self.styles.unseen, &self.unseen_columns);
                    let dark = has(&self.styles.dark, &[]);
                    let style = Style { kind: Kind::Plain, struck, unseen, dark };
                    (*column, cell.times, cell.said(), style)
                })
                .collect();
            let at = |n: u64| usize::try_from(n).map_err(|_| BROKEN.to_string());
            for down in 0..self.row_times {
                for (column, times, value, style) in &said {
                    for right in 0..*times {
                        sheet.put(
                            at(self.row + down)?,
                            at(column + right)?,
                            value.clone(),
                            Some(style),
                            false,
                        )?;
                    }
                }
            }
        }
        self.row = (self.row + self.row_times).min(4_000_000);
        Ok(())
    }
}

/// Whether a cell has one of these styles: its own, else its row's, else its column's.
fn has_style(
    styles: &HashSet<String>,
    cell: &CellNow,
    row: &Option<String>,
    columns: &[bool],
    column: u64,
) -> bool {
    if styles.is_empty() {
        return false;
    }
    let of_column =
        || usize::try_from(column).ok().and_then(|at| columns.get(at)).is_some_and(|has| *has);
    cell.style.as_ref().or(row.as_ref()).map_or_else(of_column, |style| styles.contains(style))
}

impl CellNow {
    fn holds_anything(&self) -> bool {
        self.formula || self.error || self.value.is_some() || !self.text.trim().is_empty()
    }

    /// Takes letters of its text, with what the spans around them make of them.
    fn part(&mut self, text: &str) {
        let struck = self.spans.iter().any(|(struck, _)| *struck);
        self.parts.add(text, struck, self.spans.last().is_some_and(|(_, white)| *white));
    }

    fn said(&self) -> Value<'_> {
        let text = || Value::Text { text: self.text.as_str().into(), parts: self.parts.clone() };
        // Whatever it holds: of what is shown a part doesn't count.
        if !self.parts.is_nothing() {
            return text();
        }
        if self.error || (self.formula && self.text.starts_with('#') && self.kind != "string") {
            return Value::Error(self.text.chars().take(20).collect());
        }
        let value = self.value.as_deref().unwrap_or_default();
        match self.kind.as_str() {
            "float" if matches!(self.text.as_str(), "TRUE" | "FALSE") => {
                Value::Truth(self.text == "TRUE")
            }
            "float" | "currency" => match value.parse::<f64>() {
                // A code whose zeros only the format shows: all digits, and the same number.
                Ok(n) if shows_zeros(&self.text, n) => text(),
                Ok(n) if shows_exponent(&self.text) => Value::Scientific(n),
                Ok(n) if shows_another(&self.text, n) => text(),
                Ok(n) => Value::Number(n),
                Err(_) => text(),
            },
            "percentage" => value.parse::<f64>().map_or_else(|_| text(), Value::Share),
            "date" => Value::Day(value.to_string()),
            "time" => duration(value).map_or_else(text, Value::Time),
            "boolean" => Value::Truth(value == "true"),
            "string" | "" if self.text.is_empty() && self.value.is_some() => {
                Value::Text { text: value.into(), parts: Parted::default() }
            }
            // LibreOffice writes an empty result as an empty paragraph and says no kind.
            "" if self.formula && self.text.is_empty() && self.paragraphs == 0 => Value::NoResult,
            _ => text(),
        }
    }
}

/// `0012345678` or `108-0073` of a number.
fn shows_zeros(shown: &str, value: f64) -> bool {
    let digits: String = shown.chars().filter(|c| c.is_ascii_digit()).collect();
    shown.len() >= 2
        && shown.chars().all(|c| c.is_ascii_digit() || c == '-')
        && !shown.starts_with('-')
        && (shown.starts_with('0') || shown.contains('-'))
        && value.abs() < 1e15
        && digits.parse::<f64>().is_ok_and(|n| n == value)
}

/// Letters beside the number, or another number than the one that is held, be it rounded.
fn shows_another(shown: &str, value: f64) -> bool {
    if shown.chars().any(char::is_alphabetic) {
        return true;
    }
    let kept: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let Ok(number) = kept.parse::<f64>() else { return false };
    let decimals = kept.split_once('.').map_or(0, |(_, after)| after.len().min(15));
    let rounded = 0.5_f64 * 0.1_f64.powi(i32::try_from(decimals).unwrap_or(15));
    let digits: String = kept.chars().filter(char::is_ascii_digit).collect();
    // Thousands that a point sets off.
    let grouped = digits.parse() == Ok(value.abs());
    !grouped && (number - value.abs()).abs() > rounded * (1.0 + 1e-9) + value.abs() * 1e-12
}

/// `3.00E+06`
fn shows_exponent(shown: &str) -> bool {
    let number = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let parted = shown.trim_start_matches('-').split_once(['E', 'e']);
    parted.is_some_and(|(body, power)| number(body) && number(power.trim_start_matches(['+', '-'])))
}

/// `PT09H30M00S` as a share of a day.
fn duration(text: &str) -> Option<f64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut seconds = 0.0;
    for (unit, worth) in [('H', 3600.0), ('M', 60.0), ('S', 1.0)] {
        if let Some((n, after)) = rest.split_once(unit) {
            seconds += n.replace(',', ".").parse::<f64>().ok()? * worth;
            rest = after;
        }
    }
    rest.is_empty().then_some(seconds / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_otherwise_than_it_is_held_is_told_from_rounding() {
        for (shown, value, another) in [
            ("220930", 220_930.0, false),
            ("220,930", 220_930.0, false),
            ("220930A", 220_930.0, true),
            ("A220930", 220_930.0, true),
            ("3005785", 220_930.0, true),
            ("12", 12.4, false),
            ("12", 12.6, true),
            ("12.5", 12.45, false),
            ("-5", -5.0, false),
            ("▲5", -5.0, false),
            ("5箱", 5.0, true),
            ("¥1,234", 1234.0, false),
            ("", 5.0, false),
        ] {
            assert_eq!(shows_another(shown, value), another, "{shown}");
        }
    }

    #[test]
    fn times_and_codes_are_read() {
        assert_eq!(duration("PT09H30M00S"), Some(9.5 / 24.0));
        assert_eq!(duration("PT25H00M00.5S").map(|d| (d * 86_400.0).round()), Some(90_001.0));
        assert_eq!(duration("9:30"), None);
        assert!(shows_exponent("3.00E+06") && shows_exponent("-1.2E-04") && shows_exponent("3E6"));
        assert!(
            !shows_exponent("3000000")
                && !shows_exponent("E")
                && !shows_exponent("1,234")
                && !shows_exponent("TRUE")
        );
        assert!(shows_zeros("0012345678", 12_345_678.0));
        assert!(shows_zeros("108-0073", 1_080_073.0));
        assert!(!shows_zeros("2022-03-18", 44_638.0));
        assert!(!shows_zeros("1234", 1234.0));
        assert!(!shows_zeros("-5", -5.0));
        assert!(!shows_zeros("00", 12.0));
    }
}
