//! A table as it is read: cells and letters are counted as they come, wherever a file puts them.

use std::collections::BTreeSet;

use rules::application::grouped;
use rules::input;

use super::{CellFault, MOST_COLUMNS, MOST_ROWS, Row, Rows, Table, address, beginning};

/// Letters of one cell, as in Excel.
pub const LONGEST_CELL: usize = 32_767;
/// Cells that are kept, blank ones between others among them.
const MOST_CELLS: usize = 600_000;
/// Bytes of all cells together.
const MOST_LETTERS: usize = 12 * 1024 * 1024;
/// Rows above the first line of data: head, titles, notes.
const ROWS_ABOVE: usize = 8;
/// A cell with content further down than this doesn't belong to the table.
const LAST_ROW: usize = 5 * MOST_ROWS;
const ROW_TWICE: &str = "ファイルの中に、この番号の行が2つあります。どちらの値かがわからないため、取り込めません。表を作り直すか、Excelで開いて保存し直してください";
pub const ERROR_AS_TEXT: &str =
    "表計算ソフトのエラーか、指数の表示になっています。値を入力し直してください";
const CELL_TWICE: &str = "ファイルの中に、このセルの値が2つあります。どちらかがわからないため、取り込めません。値を入力し直してください";
/// Faults that are kept; a file with more is named as a whole.
const MOST_FAULTS: usize = 1000;

/// A table as it grows, cell by cell. Blank cells cost nothing, wherever they stand.
#[derive(Default)]
pub struct Grid {
    /// The texts of all cells, one after the other.
    text: String,
    cells: Vec<Placed>,
    /// How many cells each row has, blank ones between others among them.
    widths: Vec<u32>,
    lines: usize,
    wide: usize,
    faults: Vec<CellFault>,
    faulty: usize,
    /// Places that the file gives more than one cell, and rows that it gives more than one line.
    twice: BTreeSet<(u32, u32)>,
    rows_twice: BTreeSet<usize>,
}

/// A cell and where its text stands.
#[derive(Clone, Copy)]
struct Placed {
    row: u32,
    column: u32,
    begin: u32,
    len: u32,
}

impl Placed {
    fn place(&self) -> (u32, u32) {
        (self.row, self.column)
    }
    fn text<'t>(&self, all: &'t str) -> &'t str {
        all.get(self.begin as usize..(self.begin + self.len) as usize).unwrap_or_default()
    }
}

impl Grid {
    /// Puts a cell; both counted from 0.
    ///
    /// # Errors
    /// A sentence, where the table gets too large.
    pub fn put(&mut self, row: usize, column: usize, raw: &str) -> Result<(), String> {
        if raw.len() > LONGEST_CELL && raw.chars().count() > LONGEST_CELL {
            return Err(format!(
                "セル{}の文字が多すぎます（32,767文字まで）。",
                address(row + 1, column + 1)
            ));
        }
        let text = cleaned(raw);
        if text.is_empty() {
            return Ok(());
        }
        if column >= MOST_COLUMNS {
            return Err(format!(
                "列が多すぎます（{MOST_COLUMNS}列まで）。セル{}に値があります。",
                address(row + 1, column + 1)
            ));
        }
        if row >= LAST_ROW {
            return Err(format!(
                "表から離れたセル{}に値があります。1回に取り込めるのは{}行までです。消すか、分けて取り込んでください。",
                address(row + 1, column + 1),
                grouped(MOST_ROWS),
            ));
        }
        if row >= self.widths.len() {
            self.widths.resize(row + 1, 0);
        }
        let width = &mut self.widths[row];
        if *width == 0 {
            self.lines += 1;
            if self.lines > MOST_ROWS + ROWS_ABOVE {
                return Err(too_many_rows());
            }
        }
        // Rows and columns are far fewer than a u32 counts, as their bounds say.
        let (placed_row, placed_column) = (row as u32, column as u32);
        if placed_column >= *width {
            self.wide += (placed_column + 1 - *width) as usize;
            *width = placed_column + 1;
        }
        if self.wide > MOST_CELLS || self.text.len() + text.len() > MOST_LETTERS {
            return Err("表が大きすぎます。行か列を減らし、分けて取り込んでください。".into());
        }
        name_lost_letters(&text, |problem| self.fault(row, column, problem));
        // Cells that come again and again in the same places hold no more than the places do.
        if self.cells.len() > 2 * MOST_CELLS {
            self.settle();
        }
        let begin = self.text.len() as u32;
        self.text.push_str(&text);
        self.cells.push(Placed {
            row: placed_row,
            column: placed_column,
            begin,
            len: text.len() as u32,
        });
        Ok(())
    }

    /// Row by row and each place once: what came last in it stays.
    fn settle(&mut self) {
        self.cells.sort_by_key(Placed::place);
        let twice = &mut self.twice;
        self.cells.dedup_by(|later, kept| {
            let same = later.place() == kept.place();
            if same {
                twice.insert(kept.place());
                *kept = *later;
            }
            same
        });
    }

    /// Puts a text; one that says nothing but a spreadsheet's error is held.
    ///
    /// # Errors
    /// As [`Grid::put`].
    pub fn put_text(&mut self, row: usize, column: usize, text: &str) -> Result<(), String> {
        self.put(row, column, text)?;
        if input::is_error_word(text) {
            self.fault(row, column, ERROR_AS_TEXT);
        }
        Ok(())
    }

    /// The file has another line for this row, counted from 0: nobody knows which of them is meant.
    pub fn row_again(&mut self, row: usize) {
        self.rows_twice.insert(row);
    }

    /// What came more than once is held: the one that came last hides the others.
    fn hold_twins(&mut self) {
        self.settle();
        let (rows, cells) = (std::mem::take(&mut self.rows_twice), std::mem::take(&mut self.twice));
        for row in &rows {
            self.faulty += 1;
            self.faults.push(CellFault { row: row + 1, column: 0, problem: ROW_TWICE.into() });
        }
        for (row, column) in cells.into_iter().filter(|(row, _)| !rows.contains(&(*row as usize))) {
            self.fault(row as usize, column as usize, CELL_TWICE);
        }
    }

    /// Notes a cell whose value can't be trusted; both counted from 0.
    pub fn fault(&mut self, row: usize, column: usize, problem: impl Into<String>) {
        self.faulty += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(CellFault {
                row: row + 1,
                column: column + 1,
                problem: problem.into(),
            });
        }
    }

    /// How many columns most rows have.
    pub fn usual_width(&self) -> usize {
        let mut counts = std::collections::HashMap::new();
        self.widths
            .iter()
            .filter(|width| **width > 0)
            .for_each(|width| *counts.entry(*width).or_insert(0_usize) += 1);
        counts
            .into_iter()
            .max_by_key(|(width, count)| (*count, *width))
            .map_or(0, |(width, _)| width as usize)
    }

    /// Whether nothing was put into it.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Rows up to the last one with anything in it.
    pub fn rows(&self) -> usize {
        self.widths.len()
    }

    /// Empties the cells of ranges: first and last row, first and last column, counted from 0, each
    /// without the first cell. After so many cells it is left at that.
    pub fn clear_merged(&mut self, ranges: &[[usize; 4]], most: usize) {
        if ranges.is_empty() {
            return;
        }
        self.settle();
        let mut steps = 0_usize;
        for [top, bottom, left, right] in ranges {
            for row in *top..=(*bottom).min(self.rows().saturating_sub(1)) {
                steps += 1 + self.clear(row, *left + usize::from(row == *top), *right);
                if steps > most {
                    return;
                }
            }
        }
    }

    /// Empties the cells of a row from a column to another; how many there were.
    fn clear(&mut self, row: usize, first: usize, last: usize) -> usize {
        let Some(width) = self.widths.get_mut(row) else { return 0 };
        let end = (*width as usize).min(last.saturating_add(1));
        let Some(count) = end.checked_sub(first).filter(|count| *count > 0) else { return 0 };
        let of_row = self.cells.partition_point(|c| (c.row as usize) < row)
            ..self.cells.partition_point(|c| c.row as usize <= row);
        let cells = &mut self.cells[of_row];
        cells
            .iter_mut()
            .filter(|c| (first..end).contains(&(c.column as usize)))
            .for_each(|c| c.len = 0);
        *width = cells.iter().rev().find(|c| c.len > 0).map_or(0, |c| c.column + 1);
        self.lines -= usize::from(*width == 0);
        count
    }

    /// The first text of a column, which mostly is its title.
    pub fn title(&self, column: usize) -> &str {
        let filled = self.cells.iter().filter(|c| c.column as usize == column && c.len > 0);
        filled.min_by_key(|c| c.row).map_or("", |c| c.text(&self.text))
    }

    /// All cells where they belong.
    fn into_rows(mut self) -> Rows {
        self.settle();
        let wide = self.widths.iter().map(|width| *width as usize).sum();
        let mut rows = Rows::with_room(self.widths.len(), wide, self.text.len());
        let mut cells = self.cells.iter().peekable();
        for (row, width) in self.widths.iter().enumerate() {
            for column in 0..*width {
                let here = cells.next_if(|c| c.place() == (row as u32, column));
                rows.cell(here.map_or("", |c| c.text(&self.text)));
            }
            // Emptied ones behind the last that is left.
            while cells.next_if(|c| c.row as usize <= row).is_some() {}
            rows.end();
        }
        rows
    }

    /// The finished table.
    ///
    /// # Errors
    /// A sentence, where there is nothing under a head or too much can't be trusted.
    pub fn finished(
        mut self,
        read_as: impl Into<String>,
        sheet: String,
        notices: Vec<String>,
    ) -> Result<Table, String> {
        self.hold_twins();
        if self.faulty > MOST_FAULTS {
            return Err(format!(
                "信用できない値のセルが{}個あります。最初は{}：{}",
                grouped(self.faulty),
                self.faults[0].address(),
                self.faults[0].problem
            ));
        }
        match self.lines {
            0 => Err("表が空です。".into()),
            1 => Err(one_line(&self.into_rows())),
            lines_in => {
                let faults = std::mem::take(&mut self.faults);
                Ok(Table {
                    read_as: read_as.into(),
                    sheet,
                    rows: self.into_rows(),
                    notices,
                    faults,
                    lines_in,
                    ..Table::default()
                })
            }
        }
    }
}

/// One line alone may be a head or a row without one: which, only the person knows.
fn one_line(rows: &Rows) -> String {
    format!(
        "行が1つしかありません（「{}」）。1行目に見出しを、その下に取り込む行を入れてください。",
        beginning(rows.iter().flat_map(Row::filled))
    )
}

fn too_many_rows() -> String {
    format!(
        "行が多すぎます。1回に取り込めるのは{}行までです。分けて取り込んでください。",
        grouped(MOST_ROWS)
    )
}

/// A cell as every field goes: without what can't be seen, blanks cut at both ends, line ends as
/// `\n`.
fn cleaned(raw: &str) -> String {
    let text = input::clean(raw);
    // PostgreSQL stores no NUL, and nobody types what controls a printer.
    if text.chars().any(|c| c.is_control() && c != '\n') {
        text.replace(|c: char| c.is_control() && c != '\n', "")
    } else {
        text
    }
}

/// Letters that were lost on the way, or that only one machine knows.
fn name_lost_letters(text: &str, mut fault: impl FnMut(String)) {
    if text.is_ascii() {
        return;
    }
    let mut private: Vec<String> = Vec::new();
    for c in text.chars() {
        match c {
            '\u{fffd}' => {
                return fault(
                    "文字化けして読めない文字があります。正しい文字に直してください".into(),
                );
            }
            '〓' => {
                return fault(
                    "「〓」は、書き出したときに失われた文字です。正しい文字に直してください".into(),
                );
            }
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}' => {
                let name = format!("U+{:04X}", u32::from(c));
                if private.len() < 5 && !private.contains(&name) {
                    private.push(name);
                }
            }
            _ => {}
        }
    }
    if !private.is_empty() {
        fault(format!(
            "外字（{}）があります。ほかのパソコンでは読めないので、正しい字か、かなで書いてください",
            private.join("、")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_grows_by_what_it_holds() {
        let mut grid = Grid::default();
        grid.put(1_048_575, 16_383, " \u{3000}\u{a0}").unwrap();
        grid.put(0, 0, "見出し").unwrap();
        grid.put(2, 1, " 値\u{a0}").unwrap();
        assert!(grid.put(1_048_575, 0, "合計").unwrap_err().contains("A1048576"));
        assert!(grid.put(3, 200, "x").unwrap_err().contains("GS4"));
        assert!(grid.put(3, 0, &"あ".repeat(32_768)).unwrap_err().contains("A4"));
        let table = grid.finished("CSV", String::new(), vec![]).unwrap();
        assert_eq!(
            (table.rows.texts(), table.lines_in),
            (vec![vec!["見出し".to_string()], vec![], vec![String::new(), "値".into()]], 2)
        );
    }

    /// Cells in any order, some of them more than once: each stands where it belongs, the last in
    /// its place.
    #[test]
    fn cells_stand_where_they_belong_whenever_they_came() {
        let mut grid = Grid::default();
        for (row, column, text) in [
            (2, 1, "e"),
            (0, 0, "a"),
            (2, 0, "x"),
            (0, 2, "c"),
            (2, 0, "d"),
            (0, 1, "b"),
            (4, 3, "f"),
        ] {
            grid.put(row, column, text).unwrap();
        }
        assert_eq!(
            (grid.title(0), grid.title(3), grid.title(9), grid.usual_width(), grid.rows()),
            ("a", "f", "", 4, 5)
        );
        // Merged: all of C1:D5 but C1, and the second row's beginning, where there is nothing.
        grid.clear_merged(&[[0, 4, 2, 3], [1, 1, 0, 5]], 100);
        assert_eq!(grid.title(3), "");
        let table = grid.finished("CSV", String::new(), vec![]).unwrap();
        let wanted: [&[&str]; 5] = [&["a", "b", "c"], &[], &["d", "e"], &[], &[]];
        assert_eq!((table.rows, table.lines_in), (wanted.into_iter().collect(), 2));
        // The same few cells again and again hold no more than their places do.
        let mut grid = Grid::default();
        (0..2 * MOST_CELLS + 10).for_each(|n| grid.put(n % 2, 0, &(n % 7).to_string()).unwrap());
        assert!(grid.cells.len() < 100);
        let last = 2 * MOST_CELLS + 9;
        let (even, odd) = ((last - 1) % 7, last % 7);
        let table = grid.finished("CSV", String::new(), vec![]).unwrap();
        assert_eq!(table.rows.texts(), [even, odd].map(|n| vec![n.to_string()]));
        let held: Vec<String> = table.faults.iter().map(CellFault::address).collect();
        assert_eq!(held, ["A1", "A2"], "each place once");
    }

    #[test]
    fn what_a_file_holds_twice_is_held() {
        let mut grid = Grid::default();
        for (row, column, text) in [
            (0, 0, "a"),
            (0, 1, "b"),
            (1, 0, "1"),
            (1, 1, "2"),
            (1, 1, "3"),
            (2, 0, "4"),
            (2, 0, "4"),
        ] {
            grid.put(row, column, text).unwrap();
        }
        grid.row_again(2);
        let table = grid.finished("Excel", String::new(), vec![]).unwrap();
        let held: Vec<(usize, usize, &str)> =
            table.faults.iter().map(|f| (f.row, f.column, f.problem.as_str())).collect();
        assert_eq!(held, [(3, 0, ROW_TWICE), (2, 2, CELL_TWICE)]);
    }

    #[test]
    fn an_error_is_one_as_a_text_too() {
        let mut grid = Grid::default();
        for (at, text) in ["医師名", "#N/A", " ＃ＲＥＦ！", "#####", "Err:502", "#田中", "1.23E+05"]
            .into_iter()
            .enumerate()
        {
            grid.put_text(at, 0, text).unwrap();
        }
        let table = grid.finished("CSV", String::new(), vec![]).unwrap();
        let held: Vec<usize> = table.faults.iter().map(|f| f.row).collect();
        assert_eq!(held, [2, 3, 4, 5]);
    }

    #[test]
    fn letters_that_were_lost_are_named() {
        let named = |text: &str| {
            let mut said = Vec::new();
            name_lost_letters(text, |problem| said.push(problem));
            said.join("")
        };
        assert_eq!(named("髙﨑 𠮷野 葛󠄀飾 ①Ⅲ㈱"), "");
        assert!(named("山\u{e000}").contains("外字（U+E000）"));
        assert!(named("山\u{fffd}").contains("文字化け"));
        assert!(named("山〓").contains("失われた"));
    }
}
