//! Workbooks that leave, written row by row: what one costs is its packed bytes, however many cells
//! it has. One sheet with a head that stays, codes as text in columns that are text, so that what
//! is typed over them stays text too.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jiff::civil::Date;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::reading::column_name;
use super::table::{Cell, guarded};
use super::visit::Trouble;

/// Rows and letters of a cell that a workbook holds.
const MOST_ROWS: usize = 1_048_000;
const MOST_LETTERS: usize = 32_000;
/// So much of a sheet is written at once.
const PIECE: usize = 64 * 1024;
/// Numbers of more digits lose some in a spreadsheet.
const LARGEST: u64 = 1_000_000_000_000_000;

/// Everything but the sheet. The formats are in the order of [`Look`].
const PARTS: [(&str, &str); 5] = [
    ("[Content_Types].xml", include_str!("workbook/content-types.xml")),
    ("_rels/.rels", include_str!("workbook/relations.xml")),
    ("xl/workbook.xml", include_str!("workbook/book.xml")),
    ("xl/_rels/workbook.xml.rels", include_str!("workbook/book-relations.xml")),
    ("xl/styles.xml", include_str!("workbook/styles.xml")),
];
const BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
     <worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";

/// How a cell looks: its place in the list of formats.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Bold,
    Gray,
    Day,
    Text,
}

/// A column of a sheet.
#[derive(Clone, Debug)]
pub struct Column {
    pub title: String,
    /// What belongs there, where the list says so under its titles.
    pub note: Option<String>,
    /// In letters.
    pub width: usize,
    /// Whether what is typed into it stays text.
    pub is_text: bool,
}

impl Column {
    /// A column as wide as its title and what stands in its first cells ask for.
    pub fn new<'c>(title: &str, is_text: bool, first: impl Iterator<Item = &'c Cell>) -> Column {
        let letters = first.filter_map(|cell| match cell {
            Cell::Text(text) | Cell::Code(text) => Some(text.chars().count() + 2),
            _ => None,
        });
        let width = letters.max().unwrap_or(0).clamp(12, 40).max(title.chars().count() * 2 + 4);
        Column { title: title.into(), note: None, width, is_text }
    }
}

/// A workbook as it is written.
pub struct Book {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    /// What of the sheet isn't packed yet.
    piece: String,
    names: Vec<String>,
    rows: usize,
}

fn bug(why: impl std::fmt::Display) -> Trouble {
    Trouble::Bug(why.to_string())
}

impl Book {
    /// Begins a workbook with its titles, and the notes under them where there are any.
    ///
    /// # Errors
    /// Our fault, where it can't be written.
    pub fn begin(columns: &[Column]) -> Result<Book, Trouble> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let packed = SimpleFileOptions::default();
        for (name, content) in PARTS {
            zip.start_file(name, packed).map_err(bug)?;
            zip.write_all(content.as_bytes()).map_err(bug)?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", packed).map_err(bug)?;
        let names = (1..=columns.len()).map(column_name).collect();
        let mut book = Book { zip, piece: String::new(), names, rows: 0 };
        let noted = columns.iter().any(|c| c.note.is_some());
        book.begin_sheet(columns, 1 + usize::from(noted));
        book.piece.push_str("<sheetData>");
        book.words(columns.iter().map(|c| c.title.as_str()), Look::Bold)?;
        if noted {
            book.words(columns.iter().map(|c| c.note.as_deref().unwrap_or_default()), Look::Gray)?;
        }
        Ok(book)
    }

    /// What stands before the rows: how many of them stay in sight, and how wide the columns are.
    fn begin_sheet(&mut self, columns: &[Column], stay: usize) {
        let piece = &mut self.piece;
        piece.push_str(BEGIN);
        piece.push_str("<sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\">");
        let first = stay + 1;
        let _ = write!(piece, "<pane ySplit=\"{stay}\" topLeftCell=\"A{first}\" ");
        piece.push_str("activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>");
        piece.push_str("<sheetFormatPr defaultRowHeight=\"15\"/>");
        if columns.is_empty() {
            return;
        }
        piece.push_str("<cols>");
        for (at, Column { width, is_text, .. }) in columns.iter().enumerate() {
            let (n, look) = (at + 1, if *is_text { Look::Text } else { Look::Plain });
            let _ = write!(piece, "<col min=\"{n}\" max=\"{n}\" width=\"{width}.7109375\"");
            let _ = write!(piece, " style=\"{}\" customWidth=\"1\"/>", look as usize);
        }
        piece.push_str("</cols>");
    }

    /// A row of our own words.
    fn words<'w>(&mut self, all: impl Iterator<Item = &'w str>, look: Look) -> Result<(), Trouble> {
        self.open();
        for (column, word) in all.enumerate().filter(|(_, word)| !word.is_empty()) {
            self.text(column, word, look);
        }
        self.close()
    }

    /// One row more.
    ///
    /// # Errors
    /// Our fault, where it can't be written; a sentence, where the workbook is full.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Trouble> {
        if self.rows >= MOST_ROWS {
            return Err(Trouble::at(
                "",
                format!("{MOST_ROWS}行を超えます。Excelには入りません。CSVで出してください。"),
            ));
        }
        self.open();
        for (column, cell) in cells.iter().enumerate() {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => self.text(column, &kept(text), Look::Plain),
                Cell::Code(code) => self.text(column, &kept(code), Look::Text),
                Cell::Number(n) if n.unsigned_abs() >= LARGEST => {
                    self.text(column, &n.to_string(), Look::Text)
                }
                Cell::Number(n) => self.number(column, *n, Look::Plain),
                Cell::Date(Some(date)) if *date < Date::constant(1900, 3, 1) => {
                    self.text(column, &date.to_string(), Look::Plain)
                }
                Cell::Date(Some(date)) => self.number(column, days(*date), Look::Day),
                Cell::Date(None) => {}
            }
        }
        self.close()
    }

    fn open(&mut self) {
        self.rows += 1;
        let _ = write!(self.piece, r#"<row r="{}">"#, self.rows);
    }

    fn close(&mut self) -> Result<(), Trouble> {
        self.piece.push_str("</row>");
        if self.piece.len() >= PIECE {
            self.pack()?;
        }
        Ok(())
    }

    fn pack(&mut self) -> Result<(), Trouble> {
        self.zip.write_all(self.piece.as_bytes()).map_err(bug)?;
        self.piece.clear();
        Ok(())
    }

    /// The beginning of a cell, up to its kind.
    fn cell(&mut self, column: usize, look: Look) {
        let look = look as usize;
        match self.names.get(column) {
            Some(name) => _ = write!(self.piece, r#"<c r="{name}{}""#, self.rows),
            None => _ = write!(self.piece, r#"<c r="{}{}""#, column_name(column + 1), self.rows),
        }
        if look > 0 {
            let _ = write!(self.piece, r#" s="{look}""#);
        }
    }

    fn text(&mut self, column: usize, text: &str, look: Look) {
        self.cell(column, look);
        if text.is_empty() {
            self.piece.push_str("/>");
            return;
        }
        let outer = |c: Option<char>| c.is_some_and(char::is_whitespace);
        let spaced =
            outer(text.chars().next()) || outer(text.chars().next_back()) || text.contains('\n');
        self.piece.push_str(r#" t="inlineStr"><is><t"#);
        self.piece.push_str(if spaced { r#" xml:space="preserve">"# } else { ">" });
        escape(&mut self.piece, text);
        self.piece.push_str("</t></is></c>");
    }

    fn number(&mut self, column: usize, n: i64, look: Look) {
        self.cell(column, look);
        let _ = write!(self.piece, "><v>{n}</v></c>");
    }

    /// The finished file.
    ///
    /// # Errors
    /// Our fault, where it can't be written.
    pub fn finished(mut self) -> Result<Vec<u8>, Trouble> {
        self.piece.push_str("</sheetData></worksheet>");
        self.pack()?;
        Ok(self.zip.finish().map_err(bug)?.into_inner())
    }
}

/// A text as it stands in a cell: as in a CSV, an apostrophe of somebody's own before a formula is
/// kept apart by one more.
fn kept(text: &str) -> Cow<'_, str> {
    let text = if text.starts_with('\'') { guarded(text).into() } else { Cow::Borrowed(text) };
    if text.len() > MOST_LETTERS {
        platform::english::cut(&text, MOST_LETTERS).into()
    } else {
        text
    }
}

/// Days since 1899-12-30, as spreadsheets count them.
fn days(date: Date) -> i64 {
    i64::from((date - Date::constant(1899, 12, 30)).get_days())
}

/// A text as XML holds it; what XML can't hold as `_x000D_`, and what looks like that already kept
/// apart.
fn escape(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                _ = write!(out, "_x{:04X}_", u32::from(c))
            }
            '_' if is_escape(&text[at..]) => out.push_str("_x005F_"),
            c => out.push(c),
        }
    }
}

/// Whether a text begins with `_x000D_` or the like.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes.starts_with(b"_x")
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        && bytes[6] == b'_'
}

#[cfg(test)]
mod tests {
    use calamine::{Data, DataType, Reader, Xlsx};

    use super::super::reading::read;
    use super::*;

    fn book(rows: &[Vec<Cell>]) -> Vec<u8> {
        let columns = [("番号", true), ("数", false)]
            .map(|(title, is_text)| Column::new(title, is_text, [].iter()));
        let mut book = Book::begin(&columns).unwrap();
        rows.iter().for_each(|row| book.row(row).unwrap());
        book.finished().unwrap()
    }

    /// What XML can't hold, what looks like its escapes, and blanks at the ends: read by somebody
    /// else's reader as they were.
    #[test]
    fn any_text_comes_back_from_somebody_elses_reader() {
        let texts = [
            "a & <b> \"c\" 'd'",
            " 前後 ",
            "1行目\n2行目",
            "_x000D_",
            "_x00_",
            "髙 𠮷 葛\u{e0100}",
            "]]>",
            "&amp;",
            "_",
            "=1+1",
        ];
        let bytes = book(&texts.map(|t| vec![Cell::Code(t.into()), Cell::Number(-3)]));
        let mut theirs: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
        let range = theirs.worksheet_range("Sheet1").unwrap();
        for (at, text) in texts.iter().enumerate() {
            let there = range.get_value((at as u32 + 1, 0)).and_then(|d| d.as_string());
            // calamine leaves this one escape as it stands.
            let there = there.map(|t| t.replace("_x005F_", "_"));
            assert_eq!(there.as_deref(), Some(*text));
            assert_eq!(range.get_value((at as u32 + 1, 1)), Some(&Data::Float(-3.0)));
        }
        let ours = read(&bytes).unwrap();
        let cells: Vec<&str> = (0..texts.len()).map(|at| ours.rows.row(at + 1).cell(0)).collect();
        assert_eq!(cells, texts.map(str::trim));
    }

    #[test]
    fn numbers_and_days_are_numbers_and_what_loses_digits_is_text() {
        let day = |text: &str| Cell::Date(Some(text.parse().unwrap()));
        let rows = [
            day("2022-03-01"),
            day("1899-01-05"),
            Cell::Date(None),
            Cell::Number(999_999_999_999_999),
            Cell::Number(i64::MIN),
        ];
        let bytes = book(&rows.map(|cell| vec![Cell::Text("x".into()), cell]));
        let table = read(&bytes).unwrap();
        let cells: Vec<&str> = (1..6).map(|row| table.rows.row(row).cell(1)).collect();
        assert_eq!(
            cells,
            ["2022-03-01", "1899-01-05", "", "999999999999999", "-9223372036854775808"]
        );
        assert_eq!(table.faults, []);
    }

    #[test]
    fn many_cells_cost_what_they_pack_to() {
        let row: Vec<Cell> = (0..200).map(|_| Cell::Code("x".into())).collect();
        let mut book = Book::begin(&[]).unwrap();
        for _ in 0..500 {
            book.row(&row).unwrap();
            assert!(book.piece.len() < PIECE, "what is written is packed");
        }
        assert!(book.finished().unwrap().len() < 1_000_000);
    }
}
