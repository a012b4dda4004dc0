//! Workbooks.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use jiff::civil::Date;

use super::{MOST_ROWS, Table};

/// The first sheet with anything in it.
pub fn workbook(bytes: &[u8]) -> Result<Table, String> {
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
        return Ok(Table { read_as: "Excel".into(), rows, sheet: name, ..Table::default() });
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
