//! Tables as text: CSV, TSV and what is pasted from a spreadsheet. A quote that isn't closed is
//! refused with its line: what follows it would be swallowed.

use rules::input;

use super::grid::{Grid, LONGEST_CELL};
use super::{MOST_COLUMNS, Table};

/// Reads separated values.
///
/// # Errors
/// One sentence, with the line where there is one.
pub fn separated(text: &str, read_as: &str, notices: Vec<String>) -> Result<Table, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // An old end of file.
    let text = text.trim_end_matches('\u{1a}');
    if let Some(what) = other_kind(text) {
        return Err(what.into());
    }
    let (told, text) = told_separator(text);
    let separator = told.unwrap_or_else(|| separator(text));
    let mut grid = Grid::default();
    let mut reader = Reader { rest: text, line: 1 + usize::from(told.is_some()), separator };
    let (mut row, mut lines, mut swallowing, mut widths) = (0, 0, Vec::new(), Vec::new());
    while !reader.rest.is_empty() {
        let line = reader.line;
        let (mut any, mut column) = (false, 0);
        loop {
            let (cell, more) = reader.cell(column)?;
            // A byte order mark or a zero width alone is nothing, as in every field.
            if !input::clean(&cell).is_empty() {
                any = true;
                if column >= MOST_COLUMNS {
                    return Err(format!(
                        "列が多すぎます（{MOST_COLUMNS}列まで）。{line}行目を確かめてください。"
                    ));
                }
                let cell = unwrapped(&cell);
                if cell.contains('\n') || cell.contains('\r') {
                    swallowing.push((row, column, cell.matches(separator).count()));
                }
                grid.put_text(row, column, cell)?;
            }
            column += 1;
            if !more {
                break;
            }
        }
        lines += usize::from(any);
        widths.push(column);
        row += 1;
    }
    // A cell that holds line ends and as many separators as a row has lost its closing quote
    // further up.
    let width = grid.usual_width();
    for (row, column, separators) in swallowing {
        if width >= 2 && separators + 1 >= width {
            grid.fault(
                row,
                column,
                "1つのセルに何行も入っています。引用符（\"）の閉じ忘れがないか確かめてください",
            );
        }
    }
    let mut table = grid.finished(read_as, String::new(), notices)?;
    table.lines_in = lines;
    widths.truncate(table.rows.len());
    table.widths = widths;
    Ok(table)
}

/// What isn't a table as text, though its bytes are text.
fn other_kind(text: &str) -> Option<&'static str> {
    let begin: String = text.trim_start().chars().take(300).collect::<String>().to_lowercase();
    if begin.starts_with("<!doctype html")
        || begin.starts_with("<html")
        || begin.starts_with("<table")
    {
        return Some(
            "中身がHTMLのファイルです（名前が.xlsでも同じです）。Excelで開いて、「.xlsx」として保存してください。",
        );
    }
    if begin.starts_with("<?xml") || begin.starts_with("<workbook") {
        return Some("中身がXMLのファイルです。Excelで開いて、「.xlsx」として保存してください。");
    }
    if begin.starts_with("{\\rtf") {
        return Some("文書（リッチテキスト）です。Excel（.xlsx）かCSVを選んでください。");
    }
    None
}

/// `sep=;` in a first line of its own, as Excel writes and reads it.
fn told_separator(text: &str) -> (Option<char>, &str) {
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let line = text[..end].trim_matches('"');
    let Some(separator) = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP=")) else {
        return (None, text);
    };
    let mut letters = separator.chars();
    match (letters.next(), letters.next()) {
        (Some(c @ (',' | ';' | '\t' | '|')), None) => {
            let rest = &text[end..];
            (
                Some(c),
                rest.strip_prefix("\r\n").unwrap_or_else(|| rest.get(1..).unwrap_or_default()),
            )
        }
        _ => (None, text),
    }
}

/// Lines that are looked at to find the separator.
const LOOKED_AT: usize = 200;

/// Tab, comma or semicolon: the one that most lines have equally many of. A tab is typed into no
/// cell, so that it comes first: in `港区⇥1,234` the comma belongs to the number.
fn separator(text: &str) -> char {
    let mut counts: [Vec<usize>; 3] = Default::default();
    let candidates = ['\t', ',', ';'];
    let mut quoted = false;
    let (mut now, mut lines, mut any) = ([0; 3], 0, false);
    for c in text.chars().take(1_000_000) {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => {
                if any {
                    counts.iter_mut().zip(now).for_each(|(all, n)| all.push(n));
                    lines += 1;
                }
                (now, any) = ([0; 3], false);
                if lines >= LOOKED_AT {
                    break;
                }
            }
            c => {
                any |= !c.is_whitespace();
                if let (Some(at), false) = (candidates.iter().position(|s| *s == c), quoted) {
                    now[at] += 1;
                }
            }
        }
    }
    if any || lines == 0 {
        counts.iter_mut().zip(now).for_each(|(all, n)| all.push(n));
        lines += 1;
    }
    let with = |at: usize| counts[at].iter().filter(|n| **n > 0).count();
    if with(0) * 2 >= lines && with(0) > 0 {
        return '\t';
    }
    // Lines that agree on how many there are.
    let agree = |at: usize| {
        let mut sorted: Vec<usize> = counts[at].iter().copied().filter(|n| *n > 0).collect();
        sorted.sort_unstable();
        sorted.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0)
    };
    let best = (0..3).max_by_key(|at| (agree(*at), 3 - at)).unwrap_or(1);
    if agree(best) == 0 { ',' } else { candidates[best] }
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
    separator: char,
}

impl Reader<'_> {
    /// The next cell, and whether another one follows in the same row.
    fn cell(&mut self, column: usize) -> Result<(std::borrow::Cow<'_, str>, bool), String> {
        let begin = self.rest.trim_start_matches(|c: char| c == ' ' && c != self.separator);
        if begin.starts_with('"') {
            self.rest = begin;
            let text = self.quoted(1)?;
            return Ok((text.into(), self.ended(column)?));
        }
        // `="0123"` without quotes around it.
        if begin.starts_with("=\"") {
            self.rest = begin;
            let text = self.quoted(2)?;
            return Ok((text.into(), self.ended(column)?));
        }
        let separator = self.separator;
        let end = self.rest.find([separator, '\n', '\r']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        let more = self.ended(column)?;
        Ok((cell.into(), more))
    }

    /// What stands between quotes, doubled ones as one; `open` bytes open it.
    fn quoted(&mut self, open: usize) -> Result<String, String> {
        let (line, mut text) = (self.line, String::new());
        let mut rest = &self.rest[open..];
        loop {
            let Some(at) = rest.find('"') else {
                return Err(format!(
                    "{line}行目の引用符（\"）が閉じられていません。後ろの行が1つのセルに入ってしまうので、直してから取り込んでください。"
                ));
            };
            text.push_str(&rest[..at]);
            if text.len() > 4 * LONGEST_CELL {
                return Err(format!(
                    "{line}行目のセルの文字が多すぎます（32,767文字まで）。引用符（\"）の閉じ忘れがないか確かめてください。"
                ));
            }
            rest = &rest[at + 1..];
            match rest.strip_prefix('"') {
                Some(after) => {
                    text.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        self.line += line_ends(&text);
        self.rest = rest;
        Ok(text)
    }

    /// What follows a cell: a separator (true), or the end of the row.
    fn ended(&mut self, column: usize) -> Result<bool, String> {
        let separator = self.separator;
        let rest = self.rest.trim_start_matches(|c: char| c == ' ' && c != separator);
        if let Some(after) = rest.strip_prefix(separator) {
            self.rest = after;
            return Ok(true);
        }
        if let Some(after) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])) {
            self.rest = after;
            self.line += 1;
            return Ok(false);
        }
        if rest.is_empty() {
            self.rest = rest;
            return Ok(false);
        }
        Err(format!(
            "{}行目の{}列目で、閉じた引用符（\"）の後ろに文字があります。引用符の閉じ忘れや余分がないか確かめてください。",
            self.line,
            column + 1
        ))
    }
}

fn line_ends(text: &str) -> usize {
    text.matches('\n').count() + text.replace("\r\n", "\n").matches('\r').count()
}

/// `="0123"`: a spreadsheet's way to keep zeros.
fn unwrapped(cell: &str) -> &str {
    cell.trim()
        .strip_prefix("=\"")
        .and_then(|inner| inner.strip_suffix('"'))
        .filter(|inner| !inner.contains('"'))
        .unwrap_or(cell)
}
