//! What all workbooks have in common: sheets of which some can't be seen, cells with formats, rows
//! that are hidden or struck through.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use rules::application::grouped;

use super::bounds::TOO_MUCH;
use super::format::{self, Kind};
use super::grid::{ERROR_AS_TEXT, Grid};
use super::{MOST_COLUMNS, Table, address, column_name};

/// Rows lower than this, in points, and columns narrower than this, in digits, show nothing of what
/// is in them.
pub const LOWEST: f64 = 2.0;
pub const NARROWEST: f64 = 0.25;
const MOST_SHEETS: usize = 50;
/// Rows, columns and ranges that are named one by one in a notice.
const NAMED: usize = 10;
/// Merged cells that are looked at, and cells beneath them.
const MOST_MERGED: usize = 20_000;
const MOST_CLEARED: usize = 1_000_000;
/// Cells that may be put, blank and hidden ones among them; a long one is as many as it has 16
/// bytes.
const MOST_WORK: usize = 4_000_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub kind: Kind,
    pub struck: bool,
    /// Its letters have the colour of what they stand on.
    pub unseen: bool,
    /// It stands on another colour than white.
    pub dark: bool,
}

#[derive(Default)]
pub struct Book {
    /// Name, and whether it is hidden.
    pub sheets: Vec<(String, bool)>,
    pub styles: Vec<Style>,
    pub from_1904: bool,
    /// Saved by a program that calculates nothing: its noughts and empty texts are no results.
    pub uncalculated: bool,
}

impl Book {
    /// # Errors
    /// The sentence, where there are too many sheets; asked while they are counted.
    pub fn few_sheets(&self) -> Result<(), String> {
        if self.sheets.len() > MOST_SHEETS {
            Err(format!("シートが多すぎます（{MOST_SHEETS}まで）。"))
        } else {
            Ok(())
        }
    }
}

/// Of a text of runs: the letters that are struck through, and those that are white.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parted {
    pub struck: String,
    pub white: String,
}

impl Parted {
    /// Takes the next letters of a text, with what their run makes of them.
    pub fn add(&mut self, text: &str, struck: bool, white: bool) {
        if struck {
            self.struck.push_str(text);
        }
        if white {
            self.white.push_str(text);
        }
    }
    pub fn is_nothing(&self) -> bool {
        self.struck.trim().is_empty() && self.white.trim().is_empty()
    }
}

/// How much of a text a part of it is.
enum Share {
    Nothing,
    Some,
    All,
}

fn share(part: &str, text: &str) -> Share {
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    match letters(part) {
        0 => Share::Nothing,
        n if n >= letters(text) => Share::All,
        _ => Share::Some,
    }
}

/// What a cell holds.
#[derive(Clone)]
pub enum Value<'v> {
    Blank,
    Text {
        text: Cow<'v, str>,
        parts: Parted,
    },
    Number(f64),
    /// Shown with an exponent.
    Scientific(f64),
    /// A share, shown in percent.
    Share(f64),
    /// Hours as a share of a day; beyond 24 where they are.
    Time(f64),
    Truth(bool),
    /// `#N/A`
    Error(String),
    /// A day in ISO form, perhaps with a time.
    Day(String),
    /// A formula whose result isn't there.
    NoResult,
}

/// A sheet as it grows.
#[derive(Default)]
pub struct Sheet {
    grid: Grid,
    row_hidden: bool,
    hidden_rows: BTreeSet<usize>,
    /// Of the columns that are read: whether it can't be seen.
    hidden_columns: Vec<bool>,
    /// Cells that were put, long ones counted more than once.
    worked: usize,
    seen_hidden_columns: BTreeSet<usize>,
    struck_rows: BTreeSet<usize>,
    /// First and last row, first and last column, counted from 0.
    merged: Vec<[usize; 4]>,
    unseen_format: BTreeSet<usize>,
    unseen_colour: BTreeSet<usize>,
    /// Which line of the file is being read, where a file has lines with numbers, and which each
    /// row came from.
    line: usize,
    lines: HashMap<usize, usize>,
}

impl Sheet {
    pub fn begin_row(&mut self, hidden: bool) {
        self.row_hidden = hidden;
    }
    /// A line of the file begins that says itself which row it is.
    pub fn begin_line(&mut self, hidden: bool) {
        self.row_hidden = hidden;
        self.line += 1;
    }
    /// Columns from the first (counted from 0) to before the last.
    pub fn hide_columns(&mut self, first: u64, end: u64) {
        mark_columns(&mut self.hidden_columns, first, end);
    }
    /// Cells made one: first and last row, first and last column, counted from 0.
    pub fn merged(&mut self, range: [usize; 4]) {
        if self.merged.len() < MOST_MERGED && range != [0; 4] {
            self.merged.push(range);
        }
    }

    /// Puts a cell; row and column counted from 0.
    ///
    /// # Errors
    /// One sentence, where the table gets too large.
    pub fn put(
        &mut self,
        row: usize,
        column: usize,
        value: Value<'_>,
        style: Option<&Style>,
        from_1904: bool,
    ) -> Result<(), String> {
        let plain = Style::default();
        let style = style.unwrap_or(&plain);
        let (text, fault): (Cow<'_, str>, Option<Cow<'static, str>>) = match value {
            Value::Blank => return Ok(()),
            Value::Text { text, parts } => {
                let fault = rules::input::is_error_word(&text).then(|| ERROR_AS_TEXT.into());
                let parted = self.parted(row, &text, &parts, style);
                (text, parted.map(Into::into).or(fault))
            }
            Value::Number(n) => numbered(n, &style.kind, from_1904),
            Value::Scientific(n) => numbered(n, &Kind::Scientific, from_1904),
            Value::Share(n) => numbered(n, &Kind::Percent, from_1904),
            Value::Time(n) => numbered(n, &Kind::Duration, from_1904),
            // As in a file of text, so that a name and a lot are as much of a truth there as here.
            Value::Truth(is) => (format::truth(is).into(), None),
            Value::Error(name) => {
                let name: String =
                    if name.is_empty() { "#N/A".into() } else { name.chars().take(20).collect() };
                let fault =
                    format!("計算式がエラー（{name}）になっています。値を入力し直してください");
                (name.into(), Some(fault.into()))
            }
            Value::Day(text) => (
                text.trim_end_matches("T00:00:00").trim_end_matches('Z').replace('T', " ").into(),
                None,
            ),
            Value::NoResult => (
                "".into(),
                Some(
                    "計算式の結果が保存されていません。Excelで開いて、もう一度保存してください"
                        .into(),
                ),
            ),
        };
        self.worked += 1 + text.len() / 16;
        if self.worked > MOST_WORK {
            return Err(TOO_MUCH.into());
        }
        let blank = text.chars().all(|c| c.is_whitespace()) && fault.is_none();
        if blank {
            return Ok(());
        }
        if self.row_hidden {
            if self.hidden_rows.len() < 2 * super::MOST_ROWS {
                self.hidden_rows.insert(row);
            }
            if self.lines.contains_key(&row) {
                self.grid.row_again(row);
            }
            return Ok(());
        }
        if style.struck {
            self.note_struck(row);
        }
        if style.kind == Kind::Unseen {
            self.unseen_format.insert(row);
        }
        if style.unseen {
            self.unseen_colour.insert(row);
        }
        if self.line > 0 {
            let same = *self.lines.entry(row).or_insert(self.line) == self.line;
            if !same || self.hidden_rows.contains(&row) {
                self.grid.row_again(row);
            }
        }
        if self.hidden_columns.get(column).is_some_and(|hidden| *hidden) {
            self.seen_hidden_columns.insert(column);
        }
        self.grid.put(row, column, &text)?;
        if let Some(fault) = fault {
            self.grid.fault(row, column, fault);
        }
        Ok(())
    }

    /// What is wrong with a text of which only a part counts; where all of it is struck through or
    /// unseen, its row is named.
    fn parted(&mut self, row: usize, text: &str, parts: &Parted, style: &Style) -> Option<String> {
        if self.row_hidden || parts.is_nothing() {
            return None;
        }
        let said = |part: &str, what: &str| {
            let part: String = part.trim().chars().take(40).collect();
            format!("セルの一部（「{part}」）が{what}。残す文字だけにして、入力し直してください")
        };
        match share(&parts.struck, text) {
            Share::Some => return Some(said(&parts.struck, "取り消されています")),
            Share::All => self.note_struck(row),
            Share::Nothing => {}
        }
        match share(&parts.white, text) {
            _ if style.dark => None,
            Share::Some => Some(said(&parts.white, "背景と同じ色で見えません")),
            Share::All => {
                self.unseen_colour.insert(row);
                None
            }
            Share::Nothing => None,
        }
    }

    fn note_struck(&mut self, row: usize) {
        self.struck_rows.insert(row);
    }

    pub fn is_empty(&self) -> bool {
        self.grid.is_empty() && self.hidden_rows.is_empty()
    }

    /// What the person should know of the sheet.
    fn notices(&self) -> Vec<String> {
        let mut all = Vec::new();
        if !self.hidden_rows.is_empty() {
            all.push(format!(
                "非表示の行（フィルターや折りたたみで隠れた行、高さがほとんどない行を含みます）が{}行あり、取り込みません：{}。取り込むには、Excelで表示してから保存してください。",
                grouped(self.hidden_rows.len()),
                rows(&self.hidden_rows)
            ));
        }
        if !self.seen_hidden_columns.is_empty() {
            let named: Vec<String> = self
                .seen_hidden_columns
                .iter()
                .take(NAMED)
                .map(|column| {
                    format!(
                        "{}列（{}）",
                        column_name(column + 1),
                        self.grid.title(*column).replace('\n', "")
                    )
                })
                .collect();
            all.push(format!(
                "非表示の列（幅がほとんどない列を含みます）に値があり、一緒に読みました：{}。",
                named.join("、")
            ));
        }
        if !self.struck_rows.is_empty() {
            all.push(format!(
                "取り消し線のある行があります：{}。取り込まない行は、表から消してからもう一度選んでください。",
                rows(&self.struck_rows)
            ));
        }
        if !self.unseen_format.is_empty() {
            all.push(format!(
                "画面に表示されない書式（;;;）のセルにも値があり、読みました：{}。",
                rows(&self.unseen_format)
            ));
        }
        if !self.unseen_colour.is_empty() {
            all.push(format!(
                "文字の色が背景と同じで見えないセルにも値があり、読みました：{}。",
                rows(&self.unseen_colour)
            ));
        }
        if !self.merged.is_empty() {
            let more = if self.merged.len() > NAMED { " ほか" } else { "" };
            let named: Vec<String> = self
                .merged
                .iter()
                .take(NAMED)
                .map(|[top, bottom, left, right]| {
                    format!("{}:{}", address(top + 1, left + 1), address(bottom + 1, right + 1))
                })
                .collect();
            all.push(format!(
                "結合したセルがあります：{}{more}。値は左上のセルにだけあるものとして読みました。",
                named.join("、")
            ));
        }
        all
    }
}

/// Marks columns from the first (counted from 0) to before the last, as far as columns are read at
/// all.
pub fn mark_columns(marked: &mut Vec<bool>, first: u64, end: u64) {
    let at = |n: u64| usize::try_from(n).unwrap_or(MOST_COLUMNS).min(MOST_COLUMNS);
    let (first, end) = (at(first), at(end));
    if first < end {
        marked.resize(marked.len().max(end), false);
        marked[first..end].fill(true);
    }
}

fn numbered(
    n: f64,
    kind: &Kind,
    from_1904: bool,
) -> (Cow<'static, str>, Option<Cow<'static, str>>) {
    match format::said(n, kind, from_1904) {
        Ok(text) => (text.into(), None),
        Err(fault) => (shown(n, kind).into(), Some(fault.into())),
    }
}

/// A number that can't be trusted, as it is stored; a time where a date should be, as a time.
fn shown(value: f64, kind: &Kind) -> String {
    if value.is_finite() && value.abs() < 1e21 && value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let kind = if matches!(kind, Kind::Date | Kind::DateTime) && (0.0..1.0).contains(&value) {
        &Kind::Time
    } else {
        &Kind::Plain
    };
    format::said(value, kind, false).unwrap_or_else(|_| format!("{value:e}"))
}

/// 3、5～9行目
fn rows(numbers: &BTreeSet<usize>) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for row in numbers {
        match spans.last().copied() {
            Some((first, last)) if last + 1 == *row => {
                spans.pop();
                spans.push((first, *row));
            }
            _ if spans.len() > NAMED => break,
            _ => spans.push((*row, *row)),
        }
    }
    let more = if spans.len() > NAMED { " ほか" } else { "" };
    let said: Vec<String> = spans
        .iter()
        .take(NAMED)
        .map(|(first, last)| {
            if first == last {
                (first + 1).to_string()
            } else {
                format!("{}～{}", first + 1, last + 1)
            }
        })
        .collect();
    format!("{}行目{more}", said.join("、"))
}

/// Reads sheets until one that can be seen has anything in it; says which one it was and which
/// others there are.
///
/// # Errors
/// One sentence.
pub fn first_seen(
    book: Book,
    read_as: &str,
    wanted: Option<&str>,
    mut read: impl FnMut(usize, &Book) -> Result<Option<Sheet>, String>,
) -> Result<Table, String> {
    book.few_sheets()?;
    let seen: Vec<String> =
        book.sheets.iter().filter(|(_, hidden)| !hidden).map(|(name, _)| name.clone()).collect();
    for at in (0..book.sheets.len())
        .filter(|at| !book.sheets[*at].1 && wanted.is_none_or(|w| book.sheets[*at].0 == w))
    {
        let Some(mut sheet) = read(at, &book)? else { continue };
        if sheet.is_empty() {
            continue;
        }
        let name = book.sheets[at].0.clone();
        if sheet.grid.is_empty() {
            return Err(format!(
                "シート「{name}」の行がすべて非表示です。Excelで表示してから保存してください。"
            ));
        }
        let mut notices = Vec::new();
        let others: Vec<String> = book
            .sheets
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(
                |(_, (name, hidden))| {
                    if *hidden { format!("{name}（非表示）") } else { name.clone() }
                },
            )
            .collect();
        if !others.is_empty() {
            let more = if others.len() > NAMED { " ほか" } else { "" };
            let named: Vec<&str> = others.iter().take(NAMED).map(String::as_str).collect();
            notices.push(format!(
                "シート「{name}」を読みました。読まなかったシート：{}{more}。",
                named.join("、")
            ));
        }
        // Under a merged cell nobody sees what the others hold.
        sheet.grid.clear_merged(&sheet.merged, MOST_CLEARED);
        notices.extend(sheet.notices());
        let hidden = std::mem::take(&mut sheet.hidden_rows);
        let mut table = sheet.grid.finished(read_as, name, notices)?;
        // Those after the last row that is seen leave no gap in the table; the notice names them.
        // A line with the number of one that is seen was counted there.
        let unseen = |row: &&usize| **row < table.rows.len() && table.rows.row(**row).is_blank();
        table.lines_in += hidden.iter().filter(unseen).count();
        table.sheets = seen;
        return Ok(table);
    }
    if book.sheets.iter().all(|(_, hidden)| *hidden) && !book.sheets.is_empty() {
        return Err(
            "表示されているシートがありません。Excelでシートを再表示してから保存してください。"
                .into(),
        );
    }
    match wanted {
        Some(name) => Err(format!("シート「{name}」は空です。")),
        None => Err("表が空です。".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_date_is_shown_as_a_person_sees_it() {
        let style = |kind: Kind| Style { kind, ..Style::default() };
        for (value, kind, text) in [
            (0.395_833_333_333_333, Kind::Date, "9:30"),
            (0.395_833_333_333_333, Kind::DateTime, "9:30"),
            (1e9, Kind::Date, "1000000000"),
            (-1.5, Kind::Date, "-1.5"),
            (0.000_12, Kind::Scientific, "0.00012"),
            (3_000_000.0, Kind::Scientific, "3000000"),
        ] {
            let mut sheet = Sheet::default();
            sheet
                .put(
                    0,
                    0,
                    Value::Text { text: "接種日".into(), parts: Parted::default() },
                    None,
                    false,
                )
                .unwrap();
            sheet.put(1, 0, Value::Number(value), Some(&style(kind.clone())), false).unwrap();
            let table = sheet.grid.finished("Excel", String::new(), vec![]).unwrap();
            assert_eq!((table.rows.row(1).cell(0), table.faults.len()), (text, 1), "{kind:?}");
        }
    }
}
