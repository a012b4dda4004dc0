//! Tables that come in: xlsx, CSV and TSV in the encodings that offices have, and text pasted from a spreadsheet. Work is bounded by
//! what a file holds, never by what it claims. What a person couldn't see or what can't be trusted is said, not swallowed.

mod text;
mod workbook;

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use text::separated;
use workbook::workbook;

/// A table that came in: cells as text, each as [`rules::input`] cleans them. Rows stand where they stood in the file: the row at
/// index 0 is the spreadsheet's row 1; a row that was left out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// How it was read, for the person: `UTF-8`, `CP932`, `UTF-16`, `Excel`, `貼り付け`.
    pub read_as: String,
    /// The name of the sheet that was read; empty where there are none.
    #[serde(default)]
    pub sheet: String,
    pub rows: Vec<Vec<String>>,
    /// What the person should know before the rows are taken: sheets, rows and columns that can't be seen, and the like.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Cells whose value can't be trusted; their rows can't be taken as they are.
    #[serde(default)]
    pub faults: Vec<CellFault>,
    /// Lines with anything in them that the file has, the head among them: what the rows are counted against.
    #[serde(default)]
    pub lines_in: usize,
}

/// A cell whose value can't be trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CellFault {
    /// Both count from 1, as a spreadsheet does.
    pub row: usize,
    pub column: usize,
    /// What is wrong and how to mend it, without the cell's address.
    pub problem: String,
}

impl CellFault {
    /// `B3`
    pub fn address(&self) -> String {
        address(self.row, self.column)
    }
}

/// A cell's name: row and column, counted from 1, as `B3`.
pub fn address(row: usize, column: usize) -> String {
    format!("{}{row}", column_name(column))
}

/// A column's name, counted from 1: `A`, `Z`, `AA`.
pub fn column_name(column: usize) -> String {
    let (mut rest, mut letters) = (column, Vec::new());
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// In which letters a text file may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Cp932,
    EucJp,
    Iso2022Jp,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub const ALL: [Encoding; 6] =
        [Encoding::Utf8, Encoding::Cp932, Encoding::EucJp, Encoding::Iso2022Jp, Encoding::Utf16Le, Encoding::Utf16Be];

    /// Its name in forms and addresses.
    pub fn key(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Cp932 => "cp932",
            Encoding::EucJp => "euc-jp",
            Encoding::Iso2022Jp => "iso-2022-jp",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }
    pub fn from_key(key: &str) -> Option<Encoding> {
        Encoding::ALL.into_iter().find(|e| e.key() == key)
    }
    /// Its name for people, as [`Table::read_as`] has it.
    pub fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "CP932",
            Encoding::EucJp => "EUC-JP",
            Encoding::Iso2022Jp => "ISO-2022-JP",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        }
    }
    fn coder(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => UTF_8,
            Encoding::Cp932 => SHIFT_JIS,
            Encoding::EucJp => EUC_JP,
            Encoding::Iso2022Jp => ISO_2022_JP,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        }
    }
}

/// Rows and cells that are read; more is refused.
pub const MOST_ROWS: usize = 20_000;
pub const MOST_COLUMNS: usize = 200;

/// Reads a file, whatever it is.
///
/// # Errors
/// One sentence: what is wrong with the file and how to mend it.
pub fn read(bytes: &[u8]) -> Result<Table, String> {
    let table = match bytes {
        [] => return Err("ファイルが空です。".into()),
        [b'P', b'K', ..] => workbook(bytes)?,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            return Err(
                "古い形式（.xls）か、パスワードの付いたファイルです。Excelで「.xlsx」として、パスワードを付けずに保存してください。".into(),
            );
        }
        [0xff, 0xfe, rest @ ..] => separated(&UTF_16LE.decode_without_bom_handling(rest).0, "UTF-16"),
        [0xfe, 0xff, rest @ ..] => separated(&UTF_16BE.decode_without_bom_handling(rest).0, "UTF-16"),
        [b'%', b'P', b'D', b'F', ..] => return Err("PDFは取り込めません。Excel（.xlsx）かCSVを選んでください。".into()),
        _ => text::text(bytes)?,
    };
    checked(table)
}

/// Whether these bytes are text, so that they could be read in another encoding.
pub fn is_text(bytes: &[u8]) -> bool {
    !matches!(bytes, [] | [b'P', b'K', ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] | [b'%', b'P', b'D', b'F', ..])
}

/// Reads a text file in the encoding that a person chose; a workbook has none and is read as always.
///
/// # Errors
/// One sentence: what is wrong with the file and how to mend it.
pub fn read_in(bytes: &[u8], encoding: Encoding) -> Result<Table, String> {
    if !is_text(bytes) {
        return read(bytes);
    }
    let (text, _) = encoding.coder().decode_with_bom_removal(bytes);
    checked(separated(&text, encoding.label()))
}

/// Text pasted from a spreadsheet, or CSV.
///
/// # Errors
/// One sentence.
pub fn paste(text: &str) -> Result<Table, String> {
    checked(separated(text, "貼り付け"))
}

fn checked(mut table: Table) -> Result<Table, String> {
    for row in &mut table.rows {
        row.iter_mut().for_each(|cell| *cell = cell.trim_matches(['\u{feff}', ' ', '\u{3000}', '\r']).to_string());
        while row.last().is_some_and(String::is_empty) {
            row.pop();
        }
    }
    while table.rows.last().is_some_and(Vec::is_empty) {
        table.rows.pop();
    }
    if table.rows.len() > MOST_ROWS + 2 {
        return Err(format!("{}行あります。1回に取り込めるのは{MOST_ROWS}行までです。分けて取り込んでください。", table.rows.len()));
    }
    if table.rows.iter().any(|row| row.len() > MOST_COLUMNS) {
        return Err(format!("列が多すぎます（{MOST_COLUMNS}列まで）。"));
    }
    table.lines_in = table.rows.iter().filter(|row| !row.is_empty()).count();
    match table.rows.len() {
        0 => Err("表が空です。".into()),
        1 => Err("見出しの下に行がありません。".into()),
        _ => Ok(table),
    }
}

#[cfg(test)]
mod tests;
