//! Tables that come in: xlsx, CSV and TSV in the encodings that offices have, and text pasted from
//! a spreadsheet. Work is bounded by what a file holds, never by what it claims. What a person
//! couldn't see or what can't be trusted is said, not swallowed.

mod bounds;
mod colours;
mod container;
mod format;
mod grid;
mod letters;
mod ods;
pub mod pool;
mod records;
mod rows;
mod sheet;
mod strings;
mod styles;
mod text;
mod tokens;
mod xls;
mod xlsx;

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use bounds::Bounds;
use container::Container;
use letters::Decoded;
pub use rows::{Row, Rows, beginning, line};

/// A table that came in: cells as text, each as [`rules::input`] cleans them. Rows stand where they
/// stood in the file: the row at index 0 is the spreadsheet's row 1; a row that was left out is
/// empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// How it was read, for the person: `UTF-8`, `CP932`, `UTF-16`, `Excel`, `貼り付け`.
    pub read_as: String,
    /// The name of the sheet that was read; empty where there are none.
    #[serde(default)]
    pub sheet: String,
    /// The names of all sheets that can be seen.
    #[serde(default)]
    pub sheets: Vec<String>,
    pub rows: Rows,
    /// What the person should know before the rows are taken: sheets, rows and columns that can't
    /// be seen, and the like.
    #[serde(default)]
    pub notices: Vec<String>,
    /// Cells whose value can't be trusted; their rows can't be taken as they are.
    #[serde(default)]
    pub faults: Vec<CellFault>,
    /// Lines with anything in them that the file has, the head among them: what the rows are
    /// counted against.
    #[serde(default)]
    pub lines_in: usize,
    /// Into how many cells each line of a text was parted, empty ones too; nothing for a workbook.
    #[serde(default)]
    pub widths: Vec<usize>,
}

impl Table {
    /// Whether some signs may stand in it by another code than they left with
    /// ([`rules::input::in_cp932`]).
    pub fn is_cp932(&self) -> bool {
        self.read_as == Encoding::Cp932.label()
    }
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
    pub const ALL: [Encoding; 6] = [
        Encoding::Utf8,
        Encoding::Cp932,
        Encoding::EucJp,
        Encoding::Iso2022Jp,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
    ];

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

const LOCKED: &str =
    "パスワードの付いたファイルです。Excelで開き、パスワードを外して保存してください。";

/// Reads a file, whatever it is.
///
/// # Errors
/// One sentence: what is wrong with the file and how to mend it.
pub fn read(bytes: &[u8]) -> Result<Table, String> {
    read_of(bytes, None)
}

/// Reads one sheet of a workbook, by its name.
///
/// # Errors
/// One sentence: what is wrong with the file or the sheet and how to mend it.
pub fn read_sheet(bytes: &[u8], sheet: &str) -> Result<Table, String> {
    read_of(bytes, Some(sheet))
}

fn read_of(bytes: &[u8], sheet: Option<&str>) -> Result<Table, String> {
    match bytes {
        [] => Err("ファイルが空です。".into()),
        [b'P', b'K', 3 | 5, ..] => zipped(bytes, sheet),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => xls::read(bytes, &Bounds::wanting(bytes, sheet)),
        [b'%', b'P', b'D', b'F', ..] => {
            Err("PDFは取り込めません。Excel（.xlsx）かCSVを選んでください。".into())
        }
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            Err("画像は取り込めません。Excel（.xlsx）かCSVを選んでください。".into())
        }
        _ if is_archive(bytes) => {
            Err("圧縮されたファイルです。展開して、中のExcel（.xlsx）かCSVを選んでください。"
                .into())
        }
        _ => from_text(letters::decoded(bytes)?),
    }
}

/// gzip, 7z, RAR, bzip2, xz, Zstandard, LZH: what nobody reads as text.
fn is_archive(bytes: &[u8]) -> bool {
    let begins: [&[u8]; 6] = [
        b"\x1f\x8b",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"BZh",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
    ];
    let binary = || bytes.iter().take(512).any(|b| *b < 9 || *b > 0xf4);
    let lzh = bytes.get(2..5) == Some(b"-lh") && bytes.get(6) == Some(&b'-');
    (begins.iter().any(|b| bytes.starts_with(b)) && binary()) || lzh
}

/// Whether these bytes are text, so that they could be read in another encoding.
pub fn is_text(bytes: &[u8]) -> bool {
    !matches!(
        bytes,
        [] | [b'P', b'K', 3 | 5, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] | [b'%', b'P', b'D', b'F', ..]
    ) && !is_archive(bytes)
}

/// Reads a text file in the encoding that a person chose; a workbook has none and is read as
/// always.
///
/// # Errors
/// One sentence: what is wrong with the file and how to mend it.
pub fn read_in(bytes: &[u8], encoding: Encoding) -> Result<Table, String> {
    if is_text(bytes) { from_text(letters::decoded_in(bytes, encoding)?) } else { read(bytes) }
}

/// Text pasted from a spreadsheet, or CSV.
///
/// # Errors
/// One sentence.
pub fn paste(text: &str) -> Result<Table, String> {
    text::separated(text, "貼り付け", Vec::new())
}

fn from_text(found: Decoded) -> Result<Table, String> {
    let mut notices = Vec::new();
    if let Some(other) = found.doubt {
        notices.push(format!(
            "文字が少ないため、文字コードを{}と見なしました。文字が違って見えるときは、{}で読み直してください。",
            found.read_as,
            other.label()
        ));
    }
    text::separated(&found.text, found.read_as, notices)
}

/// A ZIP: which program's it is, its parts say.
fn zipped(bytes: &[u8], sheet: Option<&str>) -> Result<Table, String> {
    let bounds = Bounds::wanting(bytes, sheet);
    let mut zip = Container::open(bytes, &bounds)?;
    let kind = zip.short("mimetype").unwrap_or_default();
    if kind.contains("opendocument.spreadsheet") || (kind.is_empty() && zip.has("content.xml")) {
        return ods::read(zip);
    }
    if zip.any("word/") || kind.contains("opendocument.text") {
        return Err("文書（Word）は取り込めません。Excel（.xlsx）かCSVを選んでください。".into());
    }
    if zip.any("ppt/") {
        return Err(
            "スライド（PowerPoint）は取り込めません。Excel（.xlsx）かCSVを選んでください。".into(),
        );
    }
    if zip.has("xl/workbook.bin") {
        return Err("バイナリー形式（.xlsb）です。Excelで「.xlsx」として保存してください。".into());
    }
    if zip.any("index/") || zip.has("index.zip") {
        return Err(
            "Numbersのファイルです。「書き出す」から「Excel」を選んで保存してください。".into()
        );
    }
    xlsx::read(zip)
}

#[cfg(test)]
mod tests;
