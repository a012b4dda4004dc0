//! Tables that leave as files: one definition of a list, its columns and rows, becomes a workbook
//! with codes as text cells and a CSV in the encoding of choice. How they come back:
//! [`super::reading`]. Source: the screens' bulk contract.

use std::collections::BTreeMap;

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use platform::english;
use rules::{input, time};
use serde_json::{Value, json};

use super::page::{Answer, Typed};
pub use super::reading::{MOST_ROWS, Row, Table, paste, read};
use super::visit::{Trouble, Visit};
use super::workbook::{Book, Column};

/// One value of a table that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// Digits that are no number: a coupon's line, a venue's code, a telephone number. A
    /// spreadsheet must keep every one of them.
    Code(String),
    Number(i64),
    Date(Option<Date>),
}

impl Cell {
    // A cell is a person's or ours: nothing translates it.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(english::plain(text.into()))
    }
    pub fn code(code: impl Into<String>) -> Cell {
        Cell::Code(english::plain(code.into()))
    }
    /// A number, or nothing where there is none.
    pub fn count(n: Option<i64>) -> Cell {
        n.map_or(Cell::Text(String::new()), Cell::Number)
    }
    /// As it stands in a CSV. What a spreadsheet would take for a formula gets an apostrophe.
    fn csv(&self) -> String {
        match self {
            Cell::Text(text) | Cell::Code(text) => guarded(text),
            Cell::Number(n) => n.to_string(),
            Cell::Date(date) => date.map_or(String::new(), |d| d.strftime("%Y/%m/%d").to_string()),
        }
    }
}

/// Whether a spreadsheet would take this text for a formula: `=`, `+`, `-`, `@` in any width, also
/// behind blanks and line ends. A plain negative number is none, nor is a sign alone.
fn is_formula(text: &str) -> bool {
    let inner = text.trim_start_matches(|c: char| {
        input::is_blank(c) || input::is_invisible(c) || c.is_control()
    });
    let mut letters = inner.chars();
    let Some(first) = letters.next() else { return false };
    let rest = letters.as_str();
    let number = |s: &str| {
        let (whole, part) = s.split_once('.').unwrap_or((s, "0"));
        [whole, part].iter().all(|d| !d.is_empty() && d.chars().all(|c| c.is_ascii_digit()))
    };
    match first {
        '-' if number(rest) => false,
        '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' => !rest.trim().is_empty(),
        _ => false,
    }
}

/// A sign that a spreadsheet would calculate with, and nothing else.
fn is_sign(text: &str) -> bool {
    matches!(text.trim(), "=" | "+" | "-" | "@" | "＝" | "＋" | "－" | "＠")
}

/// A text as it leaves: with an apostrophe where a spreadsheet would calculate it. Apostrophes that
/// stand there already are kept apart by one more, so that [`unguarded`] gives back exactly what it
/// was.
pub fn guarded(text: &str) -> String {
    let inner = text.trim_start_matches('\'');
    if is_formula(inner) || (inner.len() < text.len() && is_sign(inner)) {
        format!("'{text}")
    } else {
        text.to_string()
    }
}

/// A text as it comes back: without the apostrophe that [`guarded`] put before it. A sign alone
/// leaves without one, but left with one once, and spreadsheets put one there.
pub fn unguarded(text: &str) -> &str {
    let armed = |rest: &str| is_formula(rest) || is_sign(rest);
    match text.strip_prefix('\'') {
        Some(rest) if armed(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// A list that leaves.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// What it is, the file's name: `接種実績_1311234569`.
    pub name: String,
    pub head: Vec<String>,
    /// What belongs into each column, for lists that come back; empty where there is nothing to
    /// say.
    pub notes: Vec<String>,
    /// Titles of further columns whose cells are codes, for rows that are still to be filled in.
    pub codes: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// A text as every system takes it for the name of a file.
pub fn as_file_name(text: &str) -> String {
    text.chars()
        .map(|c| if "/\\:*?\"<>|".contains(c) || c.is_control() { '-' } else { c })
        .collect()
}

impl Sheet {
    /// A list named by what it is and whose it is (empty: everybody's); the day is added when it
    /// leaves.
    pub fn new<H: Into<String>>(
        what: &str,
        whose: &str,
        head: impl IntoIterator<Item = H>,
        rows: Vec<Vec<Cell>>,
    ) -> Sheet {
        let name = if whose.is_empty() { what.to_string() } else { format!("{what}_{whose}") };
        Sheet { name, head: head.into_iter().map(Into::into).collect(), rows, ..Sheet::default() }
    }
    /// With a row that says what belongs into each column.
    pub fn with_notes<N: Into<String>>(self, notes: impl IntoIterator<Item = N>) -> Sheet {
        Sheet { notes: notes.into_iter().map(Into::into).collect(), ..self }
    }
    /// With columns that keep every digit of what is still to be filled in.
    pub fn with_codes(self, codes: &[&'static str]) -> Sheet {
        Sheet { codes: codes.to_vec(), ..self }
    }
    /// With the signs that stand in a file in CP932.
    fn in_cp932(&self) -> Sheet {
        let signs = |text: &str| text.chars().map(input::in_cp932).collect();
        let cell = |cell: &Cell| match cell {
            Cell::Text(text) => Cell::Text(signs(text)),
            Cell::Code(text) => Cell::Code(signs(text)),
            other => other.clone(),
        };
        let rows = self.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        Sheet { rows, ..self.clone() }
    }
    /// The file's name with the day on which it was made.
    pub fn file_name(&self, day: Date, ending: &str) -> String {
        format!("{}_{day}.{ending}", as_file_name(&self.name))
    }
}

/// In which shape a list leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Workbook,
    Separated,
}

/// Declares the addresses of a list: its stem with `.xlsx` and with `.csv`. The function gives a
/// [`Sheet`].
#[macro_export]
macro_rules! list {
    ($stem:literal, $act:expr, $sheet:path) => {
        [
            $crate::routes::page(concat!($stem, ".xlsx"), $act, |visit, tx, typed| {
                let sheet = $sheet(visit, tx)?;
                $crate::table::leave(visit, typed, &sheet, $crate::table::Shape::Workbook)
            }),
            $crate::routes::page(concat!($stem, ".csv"), $act, |visit, tx, typed| {
                let sheet = $sheet(visit, tx)?;
                $crate::table::leave(visit, typed, &sheet, $crate::table::Shape::Separated)
            }),
        ]
    };
}

/// A list as the file that was asked for; `?encoding=` chooses how a CSV is written. What CP932
/// can't write is shown before the file is made, and written as 〓 only when the person says so
/// (`lost=yes`).
///
/// # Errors
/// Our fault, where a workbook can't be written; a sentence, where it has more rows than a workbook
/// holds.
pub fn leave(visit: &Visit, typed: &Typed, sheet: &Sheet, shape: Shape) -> Result<Answer, Trouble> {
    let day = time::date(visit.now);
    if shape == Shape::Workbook {
        return Ok(Answer::File {
            name: sheet.file_name(day, "xlsx"),
            mime: XLSX,
            bytes: workbook(sheet)?,
            inline: false,
        });
    }
    let file = |ending: &str, mime, bytes| {
        Ok(Answer::File { name: sheet.file_name(day, ending), mime, bytes, inline: false })
    };
    match visit.query("encoding") {
        "" | "utf-8-bom" => file(
            "csv",
            "text/csv; charset=utf-8",
            format!("\u{feff}{}", separated(sheet, b',')).into_bytes(),
        ),
        "utf-8" => file("csv", "text/csv; charset=utf-8", separated(sheet, b',').into_bytes()),
        "utf-16" => {
            let text = separated(sheet, b'\t');
            let bytes = [0xff, 0xfe]
                .into_iter()
                .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
                .collect();
            file("txt", "text/tab-separated-values; charset=utf-16", bytes)
        }
        "cp932" | "shift_jis" => {
            let found = otherwise(sheet);
            if !found.is_empty() && visit.query("lost") != "yes" {
                return lossy(visit, typed, &found);
            }
            let (bytes, _) = to_cp932(&separated(&sheet.in_cp932(), b','));
            file("csv", "text/csv; charset=shift_jis", bytes)
        }
        _ => Err(Trouble::at(
            "encoding",
            "文字コードは utf-8-bom、utf-8、cp932、utf-16 のどれかを指定してください。",
        )),
    }
}

/// Characters that the page lists at most.
const MOST_LOST: usize = 200;

/// A character that CP932 writes otherwise or not at all: what becomes of it, how often it stands
/// in a list, the first row and its column.
struct Otherwise {
    becomes: char,
    times: usize,
    row: usize,
    column: String,
}

/// What CP932 writes instead of a character, where a person would see that; 〓 of what it hasn't
/// got.
fn becomes(c: char) -> Option<char> {
    let other = input::in_cp932(c);
    let lost = SHIFT_JIS.encode(other.encode_utf8(&mut [0; 4])).2;
    match other {
        _ if lost => Some('〓'),
        ' ' => None,
        other => (other != c).then_some(other),
    }
}

fn otherwise(sheet: &Sheet) -> BTreeMap<char, Otherwise> {
    let mut found: BTreeMap<char, Otherwise> = BTreeMap::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        for (cell, title) in row.iter().zip(&sheet.head) {
            let (Cell::Text(text) | Cell::Code(text)) = cell else { continue };
            for c in text.chars().filter(|c| !c.is_ascii()) {
                let Some(becomes) = becomes(c) else { continue };
                let first = || Otherwise { becomes, times: 0, row: at + 2, column: title.clone() };
                found.entry(c).or_insert_with(first).times += 1;
            }
        }
    }
    found
}

/// The page before a CSV in CP932 that would lose or replace something: each character, what it
/// becomes, how often, and the first row it stands in.
fn lossy(
    visit: &Visit,
    typed: &Typed,
    found: &BTreeMap<char, Otherwise>,
) -> Result<Answer, Trouble> {
    let row = |(c, o): (&char, &Otherwise)| {
        json!({"letter": c.to_string(), "code": format!("U+{:04X}", u32::from(*c)),
               "becomes": o.becomes.to_string(), "times": o.times, "row": o.row,
               "column": o.column})
    };
    let all: Vec<Value> = found.iter().take(MOST_LOST).map(row).collect();
    let lost = found.values().any(|o| o.becomes == '〓');
    let others: String = visit
        .request
        .query
        .0
        .iter()
        .filter(|(name, _)| name != "encoding" && name != "lost")
        .map(|(name, value)| {
            let pair: String =
                form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
            format!("&{pair}")
        })
        .collect();
    let stem = visit.request.path.trim_end_matches(".csv");
    visit.page(
        "web/lost.html",
        typed,
        json!({"h1": "CP932で表せない文字があります", "lost": all, "lossy": lost, "more": found.len().saturating_sub(MOST_LOST), "stem": stem, "others": others}),
    )
}

fn separated(sheet: &Sheet, comma: u8) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .delimiter(comma)
        .from_writer(Vec::new());
    // Writing into memory can't fail.
    let _ = writer.write_record(&sheet.head);
    for row in &sheet.rows {
        let _ = writer.write_record(row.iter().map(Cell::csv));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// What CP932 writes otherwise, and what it can't write at all and becomes 〓: each such character
/// once.
pub fn to_cp932(text: &str) -> (Vec<u8>, Vec<char>) {
    let mut lost = Vec::new();
    let mut bytes = Vec::with_capacity(text.len());
    let mut letter = [0; 4];
    for c in text.chars() {
        let c = input::in_cp932(c);
        let (encoded, _, bad) = SHIFT_JIS.encode(c.encode_utf8(&mut letter));
        if bad {
            if !lost.contains(&c) {
                lost.push(c);
            }
            bytes.extend_from_slice(&SHIFT_JIS.encode("〓").0);
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    (bytes, lost)
}

/// What kind of file a workbook is.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Cells of a column that say how wide it is.
pub const LOOKED_AT: usize = 100;

/// A workbook of one sheet: head, a row that says what belongs into each column, then the rows.
///
/// # Errors
/// Our fault, where the workbook can't be written; a sentence, where it has more rows than a
/// workbook holds.
pub fn workbook(sheet: &Sheet) -> Result<Vec<u8>, Trouble> {
    let columns: Vec<Column> = (sheet.head.iter().enumerate())
        .map(|(at, title)| {
            let is_code = |row: &Vec<Cell>| matches!(row.get(at), Some(Cell::Code(_)));
            let is_text = sheet.codes.contains(&title.as_str()) || sheet.rows.iter().any(is_code);
            let column = Column::new(
                title,
                is_text,
                sheet.rows.iter().take(LOOKED_AT).filter_map(|row| row.get(at)),
            );
            Column { note: sheet.notes.get(at).cloned(), ..column }
        })
        .collect();
    let mut book = Book::begin(&columns)?;
    for row in &sheet.rows {
        book.row(row)?;
    }
    book.finished()
}

#[cfg(test)]
mod tests {
    use super::super::reading::read;
    use super::*;

    fn sheet(head: &[&str], rows: Vec<Vec<Cell>>) -> Sheet {
        Sheet::new("表", "", head.iter().copied(), rows)
    }

    #[test]
    fn a_workbook_comes_back_as_it_went() {
        let row = vec![
            Cell::text("髙橋、第1"),
            Cell::Date(Some("2022-03-01".parse().unwrap())),
            Cell::Number(3),
        ];
        let bytes = workbook(&sheet(&["会場", "日付", "箱"], vec![row]).with_notes(["変えません"]))
            .unwrap();
        let table = read(&bytes).unwrap();
        assert_eq!(table.read_as, "Excel");
        assert_eq!(table.rows.row(2).texts(), ["髙橋、第1", "2022-03-01", "3"]);
    }

    #[test]
    fn codes_are_text_cells_in_columns_of_text() {
        use calamine::{Data, Reader, Xlsx};
        let codes = ["231131030000001234", "0312345678", "011002", "0600000"];
        let rows = codes.iter().map(|c| vec![Cell::code(*c), Cell::Number(7)]).collect();
        let bytes = workbook(&sheet(&["番号", "数"], rows)).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(&bytes)).unwrap();
        let range = book.worksheet_range("Sheet1").unwrap();
        for (at, code) in codes.iter().enumerate() {
            assert_eq!(
                range.get_value((at as u32 + 1, 0)),
                Some(&Data::String((*code).to_string()))
            );
            assert_eq!(range.get_value((at as u32 + 1, 1)), Some(&Data::Float(7.0)));
        }
    }

    /// Each leaves with an apostrophe, in whatever width and behind whatever blanks, and comes back
    /// as it was.
    #[test]
    fn formulas_are_disarmed_and_come_back_exactly() {
        let formulas = [
            "=1+1",
            "+81",
            "-x",
            "@SUM(1)",
            "＝1+1",
            "＋81",
            "－1",
            "＠SUM(1)",
            " =1",
            "\t=1",
            "\n=1",
            "\r\n＝1",
            "　＝1",
            "\u{200b}=1",
            "\u{a0}+1",
            "-1+2",
            "-2022/3/1",
            "'=1",
            "''＝1",
            "-",
        ];
        for text in formulas {
            let out = guarded(text);
            assert_eq!(out.starts_with('\''), text != "-", "{text:?}");
            assert_eq!(unguarded(&out), text, "{text:?}");
        }
        for text in
            ["1+1", "-3", "-3.5", "'", "'たろう", "O'Brien", "", "－", "第1=2", "'-3", "２－３"]
        {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), text);
        }
        // Of an export of earlier, or typed into a spreadsheet: a sign alone with an apostrophe.
        for (cell, text) in
            [("'-", "-"), ("'＋", "＋"), ("'=", "="), ("''-", "'-"), ("'- ", "- "), ("'--", "--")]
        {
            assert_eq!(unguarded(cell), text, "{cell}");
            assert_eq!(unguarded(&guarded(text)), text, "{text}");
        }
        let all: Vec<Vec<Cell>> =
            formulas.iter().map(|t| vec![Cell::text(*t), Cell::Number(-3)]).collect();
        let text = separated(&sheet(&["a", "b"], all), b',');
        assert!(text.starts_with("a,b\r\n'=1+1,-3\r\n"), "{text}");
    }

    #[test]
    fn cp932_says_what_it_cannot_write_and_changes_no_sign_into_another() {
        let (bytes, lost) = to_cp932("10〜12時 髙 𠮷𠮷 ¥100");
        assert_eq!(lost, ['𠮷']);
        assert_eq!(SHIFT_JIS.decode(&bytes).0, "10～12時 髙 〓〓 ￥100");
    }

    #[test]
    fn what_cp932_writes_otherwise_is_told_and_comes_back_disarmed() {
        let signs = "〜—−‖¥‾¢£¬";
        let row = vec![Cell::text(format!("山{signs}\u{a0}髙𠮷")), Cell::code("−20℃−")];
        let sheet = sheet(&["医師名", "保管温度"], vec![row]);
        let found: Vec<(char, char, usize)> =
            otherwise(&sheet).into_iter().map(|(c, o)| (c, o.becomes, o.times)).collect();
        assert_eq!(
            found,
            [
                ('¢', '￠', 1),
                ('£', '￡', 1),
                ('¥', '￥', 1),
                ('¬', '￢', 1),
                ('—', '―', 1),
                ('‖', '∥', 1),
                ('‾', '￣', 1),
                ('−', '－', 3),
                ('〜', '～', 1),
                ('𠮷', '〓', 1),
            ]
        );
        // A sign that a spreadsheet takes for a formula is disarmed as it is written.
        let text = separated(&sheet.in_cp932(), b',');
        assert!(text.contains(",'－20℃－"), "{text}");
        let back = unguarded("'－20℃－").to_string();
        assert_eq!(input::kept_of_cp932("−20℃−", back), "−20℃−");
    }

    #[test]
    fn a_file_is_named_by_what_and_when() {
        let sheet = Sheet::new("接種実績", "1311234569", ["a"], vec![]);
        assert_eq!(
            sheet.file_name("2022-03-20".parse().unwrap(), "xlsx"),
            "接種実績_1311234569_2022-03-20.xlsx"
        );
        assert_eq!(
            Sheet::new("a/b:c", "", ["a"], vec![]).file_name("2022-03-20".parse().unwrap(), "csv"),
            "a-b-c_2022-03-20.csv"
        );
    }
}
