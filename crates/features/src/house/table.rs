//! Tables that leave and come back as files. Out: xlsx, CSV in UTF-8 with BOM, CSV in CP932. In: xlsx, CSV and TSV in UTF-8, CP932
//! or UTF-16, and text pasted from a spreadsheet. Source: the screens' bulk contract.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook};

use super::page::Answer;
use super::visit::Trouble;

/// One value of a table that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(i64),
    Date(Option<Date>),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }
    /// As it stands in a CSV. What a spreadsheet would take for a formula gets an apostrophe.
    fn csv(&self) -> String {
        match self {
            Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
            Cell::Text(text) => text.clone(),
            Cell::Number(n) => n.to_string(),
            Cell::Date(date) => date.map_or(String::new(), |d| d.strftime("%Y/%m/%d").to_string()),
        }
    }
}

fn csv_text(head: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory can't fail.
    let _ = writer.write_record(head);
    for row in rows {
        let _ = writer.write_record(row.iter().map(Cell::csv));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// A CSV that spreadsheets open by a double click: UTF-8 with BOM.
pub fn csv(name: &str, head: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Answer {
    let bytes = format!("\u{feff}{}", csv_text(head, rows)).into_bytes();
    Answer::File { name: name.into(), mime: "text/csv; charset=utf-8", bytes, inline: false }
}

/// What CP932 writes otherwise, and what it can't write at all and becomes 〓: each such character once.
pub fn to_cp932(text: &str) -> (Vec<u8>, Vec<char>) {
    let mut lost = Vec::new();
    let mut bytes = Vec::with_capacity(text.len());
    let mut letter = [0; 4];
    for c in text.chars() {
        let c = match c {
            '〜' => '～',
            '—' => '―',
            '−' => '－',
            other => other,
        };
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

/// A CSV for office systems that know nothing else; the page before it lists what CP932 can't write.
pub fn csv_cp932(name: &str, head: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Answer {
    let (bytes, _) = to_cp932(&csv_text(head, rows));
    Answer::File { name: name.into(), mime: "text/csv; charset=shift_jis", bytes, inline: false }
}

/// A workbook of one sheet: head, a row that says what belongs into each column, then the rows.
///
/// # Errors
/// Our fault, where the workbook can't be written.
pub fn xlsx(name: &str, head: &[&str], notes: &[&str], rows: impl Iterator<Item = Vec<Cell>>) -> Result<Answer, Trouble> {
    let bug = |e: rust_xlsxwriter::XlsxError| Trouble::Bug(e.to_string());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (bold, gray, day) =
        (Format::new().set_bold(), Format::new().set_italic().set_font_color("#666666"), Format::new().set_num_format("yyyy/mm/dd"));
    let mut at = 1;
    for (column, title) in head.iter().enumerate() {
        sheet.write_with_format(0, column as u16, *title, &bold).map_err(bug)?;
        if let Some(note) = notes.get(column) {
            sheet.write_with_format(1, column as u16, *note, &gray).map_err(bug)?;
            at = 2;
        }
        sheet.set_column_width(column as u16, (title.chars().count() * 2 + 4).max(12) as f64).map_err(bug)?;
    }
    sheet.set_freeze_panes(at, 0).map_err(bug)?;
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            match cell {
                Cell::Text(text) => sheet.write(at, column as u16, text.as_str()),
                Cell::Number(n) => sheet.write(at, column as u16, *n),
                Cell::Date(Some(date)) => sheet.write_with_format(at, column as u16, excel_date(*date), &day),
                Cell::Date(None) => continue,
            }
            .map_err(bug)?;
        }
        at += 1;
    }
    let bytes = book.save_to_buffer().map_err(bug)?;
    Ok(Answer::File { name: name.into(), mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes, inline: false })
}

/// Days since 1899-12-30, as spreadsheets count them.
fn excel_date(date: Date) -> f64 {
    f64::from((date - Date::constant(1899, 12, 30)).get_days())
}

/// A table that came in: cells as text, the first row the head.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// How it was read, for the person: `UTF-8`, `CP932`, `UTF-16`, `Excel`, `貼り付け`.
    pub read_as: String,
    pub rows: Vec<Vec<String>>,
}

/// Rows and cells that are read; more is refused.
pub const MOST_ROWS: usize = 20_000;
const MOST_COLUMNS: usize = 200;

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
        _ => text(bytes)?,
    };
    checked(table)
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
    match table.rows.len() {
        0 => Err("表が空です。".into()),
        1 => Err("見出しの下に行がありません。".into()),
        _ => Ok(table),
    }
}

fn text(bytes: &[u8]) -> Result<Table, String> {
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok(separated(text, "UTF-8"));
    }
    let (text, _, bad) = SHIFT_JIS.decode(bytes);
    if bad {
        return Err("文字コードがわかりません。UTF-8、CP932（Shift_JIS）、UTF-16のどれかで保存してください。".into());
    }
    Ok(separated(&text, "CP932"))
}

/// Comma or tab, whichever the first line has more of; quotes where they are.
fn separated(text: &str, read_as: &str) -> Table {
    let text = text.replace('\0', "");
    let first = text.lines().next().unwrap_or_default();
    let tabs = first.matches('\t').count() >= first.matches(',').count() && first.contains('\t');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(if tabs { b'\t' } else { b',' }).from_reader(text.as_bytes());
    let rows = reader.records().filter_map(Result::ok).map(|r| r.iter().map(str::to_string).collect()).collect();
    Table { read_as: read_as.into(), rows }
}

/// The first sheet with anything in it.
fn workbook(bytes: &[u8]) -> Result<Table, String> {
    const BROKEN: &str = "Excelファイルとして読めません。Excelで開いて、もう一度「.xlsx」で保存してください。";
    let broken = |_| BROKEN.to_string();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    unpacks_within(&mut zip).map_err(|()| "ファイルの中身が大きすぎるか、壊れています（展開して100MBまで）。")?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    if names.len() > 50 {
        return Err("シートが多すぎます（50まで）。".into());
    }
    for name in names {
        let range = book.worksheet_range(&name).map_err(broken)?;
        if range.is_empty() {
            continue;
        }
        // Row numbers are the sheet's own.
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let mut rows = vec![Vec::new(); first.min(MOST_ROWS)];
        rows.extend(range.rows().take(MOST_ROWS + 3).map(|row| row.iter().map(said).collect()));
        return Ok(Table { read_as: "Excel".into(), rows });
    }
    Err("表が空です。".into())
}

/// What a workbook may unpack to, and into how many files.
const MOST_UNPACKED: u64 = 100 * 1024 * 1024;
const MOST_ENTRIES: usize = 1000;

/// A workbook is a ZIP: it is unpacked into nothing and counted, because a directory can say what it likes.
fn unpacks_within(zip: &mut zip::ZipArchive<Cursor<&[u8]>>) -> Result<(), ()> {
    if zip.len() > MOST_ENTRIES {
        return Err(());
    }
    let mut total = 0;
    for at in 0..zip.len() {
        let entry = zip.by_index(at).map_err(|_| ())?;
        total += std::io::copy(&mut entry.take(MOST_UNPACKED + 1 - total), &mut std::io::sink()).map_err(|_| ())?;
        if total > MOST_UNPACKED {
            return Err(());
        }
    }
    Ok(())
}

fn said(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Data::Float(n) => n.to_string(),
        Data::Bool(true) => "はい".into(),
        Data::Bool(false) => "いいえ".into(),
        Data::DateTime(at) => {
            let days = at.as_f64().floor() as i32;
            jiff::Span::new()
                .try_days(days)
                .ok()
                .and_then(|s| Date::constant(1899, 12, 30).checked_add(s).ok())
                .map_or(String::new(), |d| d.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: Result<Table, String>) -> (String, Vec<Vec<String>>) {
        let table = table.unwrap();
        (table.read_as, table.rows)
    }
    fn sample() -> Vec<Vec<String>> {
        vec![vec!["会場".into(), "日付".into()], vec!["髙橋、第1".into(), "2022/3/1".into()]]
    }

    #[test]
    fn every_encoding_that_an_office_has_is_read() {
        let csv = "会場,日付\r\n\"髙橋、第1\",2022/3/1\r\n";
        assert_eq!(rows(read(csv.as_bytes())), ("UTF-8".into(), sample()));
        assert_eq!(rows(read(format!("\u{feff}{csv}").as_bytes())), ("UTF-8".into(), sample()));
        assert_eq!(rows(read(&SHIFT_JIS.encode(csv).0)), ("CP932".into(), sample()));
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(rows(read(&utf16)), ("UTF-16".into(), sample()));
        assert_eq!(rows(paste("会場\t日付\n髙橋、第1\t2022/3/1\n\n")), ("貼り付け".into(), sample()));
    }

    /// Sixty and more files as offices make them: five encodings, comma and tab, both line ends, quotes where needed or everywhere, with
    /// and without an end, with blanks nobody sees; workbooks from everybody's hands; and what can't be read says how to mend it.
    #[test]
    fn sixty_files_as_offices_make_them() {
        let mut files: Vec<(String, Vec<u8>, Result<&str, &str>)> = Vec::new();
        type Encode = fn(&str) -> Vec<u8>;
        let encodings: [(&str, &str, Encode); 5] = [
            ("UTF-8", "UTF-8", |s| s.as_bytes().to_vec()),
            ("UTF-8 with BOM", "UTF-8", |s| format!("\u{feff}{s}").into_bytes()),
            ("CP932", "CP932", |s| SHIFT_JIS.encode(s).0.into_owned()),
            ("UTF-16LE", "UTF-16", |s| [0xff, 0xfe].into_iter().chain(s.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
            ("UTF-16BE", "UTF-16", |s| [0xfe, 0xff].into_iter().chain(s.encode_utf16().flat_map(u16::to_be_bytes)).collect()),
        ];
        for (name, read_as, encode) in encodings {
            for (comma, end, everywhere) in [(",", "\r\n", false), (",", "\n", true), ("\t", "\r\n", true), ("\t", "\n", false)] {
                let quoted = |cell: &str| if everywhere || cell.contains(['、', ',']) { format!("\"{cell}\"") } else { cell.to_string() };
                let line = |cells: [&str; 2]| cells.map(&quoted).join(comma);
                let body = [line(["会場", "日付"]), line(["髙橋、第1", "2022/3/1"])].join(end);
                files.push((format!("{name} {comma:?} {end:?} quoted {everywhere}"), encode(&body), Ok(read_as)));
                files.push((
                    format!("{name} {comma:?} {end:?} with an end and blanks"),
                    encode(&format!("{body}{comma}　{comma}{end}{end}{comma}{end}")),
                    Ok(read_as),
                ));
            }
        }
        let book = |make: &dyn Fn(&mut Workbook)| {
            let mut book = Workbook::new();
            make(&mut book);
            book.save_to_buffer().unwrap()
        };
        let fill = |sheet: &mut rust_xlsxwriter::Worksheet, row: u32| {
            for (r, cells) in [["会場", "日付"], ["髙橋、第1", "2022/3/1"]].iter().enumerate() {
                for (c, cell) in cells.iter().enumerate() {
                    sheet.write(row + r as u32, c as u16, *cell).unwrap();
                }
            }
        };
        let workbooks: [(&str, &dyn Fn(&mut Workbook)); 8] = [
            ("a plain workbook", &|b| fill(b.add_worksheet(), 0)),
            ("an empty sheet before", &|b| {
                b.add_worksheet();
                fill(b.add_worksheet(), 0);
            }),
            ("a hidden column and colours", &|b| {
                let sheet = b.add_worksheet();
                fill(sheet, 0);
                sheet.set_column_hidden(0).unwrap();
                sheet.set_row_format(1, &Format::new().set_background_color("#FFFF00")).unwrap();
            }),
            ("blanks to the right and below", &|b| {
                let sheet = b.add_worksheet();
                fill(sheet, 0);
                sheet.write(0, 5, "　").unwrap();
                sheet.write(40, 2, " ").unwrap();
            }),
            ("frozen panes and a filter", &|b| {
                let sheet = b.add_worksheet();
                fill(sheet, 0);
                sheet.set_freeze_panes(1, 0).unwrap();
                sheet.autofilter(0, 0, 1, 1).unwrap();
            }),
            ("a formula's result", &|b| {
                let sheet = b.add_worksheet();
                fill(sheet, 0);
                sheet.write(1, 0, rust_xlsxwriter::Formula::new("=A9&B9").set_result("髙橋、第1")).unwrap();
            }),
            ("a second sheet of notes", &|b| {
                fill(b.add_worksheet(), 0);
                b.add_worksheet().write(0, 0, "メモ").unwrap();
            }),
            ("blanks around the cells", &|b| {
                let sheet = b.add_worksheet();
                fill(sheet, 0);
                sheet.write(1, 0, " 髙橋、第1　").unwrap();
            }),
        ];
        files.extend(workbooks.iter().map(|(name, make)| ((*name).to_string(), book(make), Ok("Excel"))));
        let refused: [(&str, Vec<u8>, &str); 13] = [
            ("nothing", vec![], "空です"),
            ("blank lines", b"\n\n\n".to_vec(), "空です"),
            ("a head only", "会場,日付\n".as_bytes().to_vec(), "見出しの下に行がありません"),
            ("an empty workbook", book(&|b| _ = b.add_worksheet()), "空です"),
            ("a workbook with a head only", book(&|b| _ = b.add_worksheet().write(0, 0, "会場").unwrap()), "見出しの下に行がありません"),
            ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(), ".xlsx"),
            ("a PDF", b"%PDF-1.7\n".to_vec(), "PDF"),
            ("a broken workbook", b"PK\x03\x04broken".to_vec(), "Excelファイルとして読めません"),
            (
                "a ZIP that is no workbook",
                {
                    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
                    zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
                    zip.finish().unwrap().into_inner()
                },
                "Excelファイルとして読めません",
            ),
            ("half a workbook", book(&|b| fill(b.add_worksheet(), 0))[..900].to_vec(), "Excelファイルとして読めません"),
            ("letters of no encoding", b"\xff\xff\xff,\x80".to_vec(), "文字コード"),
            ("too many columns", format!("{}\n1\n", "a,".repeat(300) + "z").into_bytes(), "列が多すぎます"),
            ("too many sheets", book(&|b| (0..51).for_each(|_| _ = b.add_worksheet())), "シートが多すぎます"),
        ];
        files.extend(refused.into_iter().map(|(name, bytes, why)| (name.to_string(), bytes, Err(why))));
        assert!(files.len() >= 60, "{} files", files.len());
        for (name, bytes, wanted) in &files {
            match (read(bytes), wanted) {
                (Ok(table), Ok(read_as)) => assert_eq!((table.read_as.as_str(), table.rows), (*read_as, sample()), "{name}"),
                (Err(said), Err(why)) => assert!(said.contains(why), "{name}: {said}"),
                (got, _) => panic!("{name}: {got:?}"),
            }
        }
    }

    #[test]
    fn a_workbook_comes_back_as_it_went() {
        let row = vec![Cell::text("髙橋、第1"), Cell::Date(Some("2022-03-01".parse().unwrap())), Cell::Number(3)];
        let Answer::File { bytes, .. } = xlsx("x.xlsx", &["会場", "日付", "箱"], &["変えません"], [row].into_iter()).unwrap()
        else {
            panic!()
        };
        let (read_as, rows) = rows(read(&bytes));
        assert_eq!(read_as, "Excel");
        assert_eq!(rows[2], ["髙橋、第1", "2022-03-01", "3"]);
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_flood_is_refused() {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let block = vec![b' '; 1024 * 1024];
        (0..101).for_each(|_| zip.write_all(&block).unwrap());
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 1024 * 1024);
        assert!(read(&bytes).unwrap_err().contains("100MB"));
    }

    #[test]
    fn what_cannot_be_read_says_how_to_mend_it() {
        for (bytes, what) in [
            (&b""[..], "空"),
            (b"\xd0\xcf\x11\xe0abc", ".xlsx"),
            (b"%PDF-1.7", "PDF"),
            (b"PK\x03\x04broken", "Excelファイルとして読めません"),
            (b"\xff\xff\xff,\x80", "文字コード"),
            ("見出しだけ".as_bytes(), "見出しの下に行がありません"),
        ] {
            assert!(read(bytes).unwrap_err().contains(what), "{what}");
        }
        assert!(paste(&"a\n".repeat(MOST_ROWS + 9)).unwrap_err().contains("分けて"));
    }

    #[test]
    fn formulas_are_disarmed_and_cp932_says_what_it_cannot_write() {
        let Answer::File { bytes, .. } = csv("x.csv", &["a"], [vec![Cell::text("=1+1")], vec![Cell::Number(-3)]].into_iter()) else {
            panic!()
        };
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{feff}a\r\n'=1+1\r\n-3\r\n");
        let (bytes, lost) = to_cp932("10〜12時 髙 𠮷𠮷");
        assert_eq!(lost, ['𠮷']);
        assert_eq!(SHIFT_JIS.decode(&bytes).0, "10～12時 髙 〓〓");
    }
}
