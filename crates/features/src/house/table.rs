//! Tables that leave as files: xlsx, CSV in UTF-8 with BOM, CSV in CP932. How they come back: [`super::reading`].
//! Source: the screens' bulk contract.

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook};

use super::page::Answer;
pub use super::reading::{MOST_ROWS, Table, paste, read};
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

#[cfg(test)]
mod tests {
    use super::super::reading::read;
    use super::*;

    #[test]
    fn a_workbook_comes_back_as_it_went() {
        let row = vec![Cell::text("髙橋、第1"), Cell::Date(Some("2022-03-01".parse().unwrap())), Cell::Number(3)];
        let Answer::File { bytes, .. } = xlsx("x.xlsx", &["会場", "日付", "箱"], &["変えません"], [row].into_iter()).unwrap()
        else {
            panic!()
        };
        let table = read(&bytes).unwrap();
        assert_eq!(table.read_as, "Excel");
        assert_eq!(table.rows[2], ["髙橋、第1", "2022-03-01", "3"]);
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
