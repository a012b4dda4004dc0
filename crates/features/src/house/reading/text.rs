//! Tables as text: CSV, TSV and what is pasted from a spreadsheet.

use encoding_rs::SHIFT_JIS;

use super::Table;

pub fn text(bytes: &[u8]) -> Result<Table, String> {
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
pub fn separated(text: &str, read_as: &str) -> Table {
    let text = text.replace('\0', "");
    let first = text.lines().next().unwrap_or_default();
    let tabs = first.matches('\t').count() >= first.matches(',').count() && first.contains('\t');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(if tabs { b'\t' } else { b',' }).from_reader(text.as_bytes());
    let rows = reader.records().filter_map(Result::ok).map(|r| r.iter().map(str::to_string).collect()).collect();
    Table { read_as: read_as.into(), rows, ..Table::default() }
}
