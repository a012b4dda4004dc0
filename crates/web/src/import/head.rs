//! The head of a table that came in is read, not guessed: columns by name in any order, titles
//! above it, notes, totals and repeated heads below it told apart from rows. Every line is one of
//! these, so that lines in and rows out add up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rules::application::grouped;
use rules::{heading, input};
use serde::{Deserialize, Serialize};

use super::super::reading::{
    CellFault, MOST_ROWS, Row, Table, address, beginning, column_name, line,
};
use super::super::table::unguarded;
use super::super::visit::Trouble;
use super::assumed::{self, Assumed};
use super::{FAULTS, Fault, twolines};

/// The columns that a list knows.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Titles in the list's own order.
    titles: Vec<String>,
    /// What the row of notes says under each, where the list goes out with one.
    notes: Vec<String>,
    /// Other names under which offices have them, by the title that is meant.
    also: Vec<(String, String)>,
    /// Further columns that are read where they are, and not asked for.
    extra: Vec<String>,
    /// Columns that may be missing, with what is taken for granted then.
    assumed: Vec<Assumed>,
}

impl Columns {
    /// Title and note of each.
    pub fn new<T: Into<String>, N: Into<String>>(
        columns: impl IntoIterator<Item = (T, N)>,
    ) -> Columns {
        let (titles, notes) =
            columns.into_iter().map(|(title, note)| (title.into(), note.into())).unzip();
        Columns { titles, notes, ..Columns::default() }
    }
    /// Other names of one column.
    pub fn also(mut self, title: &str, others: &[&str]) -> Columns {
        self.also.extend(others.iter().map(|other| ((*other).to_string(), title.to_string())));
        self
    }
    /// A column that may be there, besides the list's own.
    pub fn extra(mut self, titles: &[&str]) -> Columns {
        self.extra.extend(titles.iter().map(|t| (*t).to_string()));
        self
    }

    /// What is taken for granted of columns that aren't there.
    pub fn assumed(mut self, all: &[Assumed]) -> Columns {
        self.assumed.extend(all);
        self
    }

    /// What is looked up for every cell that may be a title, made once.
    fn names(&self) -> Names<'_> {
        let mut names = Names::default();
        let own = self.titles.iter().chain(&self.extra).map(|t| (t, t));
        for (name, title) in own.chain(self.also.iter().map(|(other, title)| (other, title))) {
            let exact = key(name);
            names.bare.entry(stripped(exact.clone())).or_insert(title);
            names.exact.entry(exact).or_insert(title);
        }
        names
    }
}

/// Titles by their names as they are compared, and by what is left of those without brackets and
/// marks; where two have the same, the first.
#[derive(Default)]
struct Names<'c> {
    exact: HashMap<String, &'c str>,
    bare: HashMap<String, &'c str>,
}

impl<'c> Names<'c> {
    /// The title that a cell of the head means; as it stands first, then without what marks it as
    /// required or stands in brackets and only says how it is written.
    fn known(&self, cell: &str) -> Option<&'c str> {
        let key = key(cell);
        if let Some(title) = self.exact.get(&key) {
            return Some(title);
        }
        let unmarked = unmarked(key);
        let bare = heading::without_hints(&unmarked);
        if bare.is_empty() { None } else { self.bare.get(bare).copied() }
    }
}

/// No name of a column is longer.
const LONGEST: usize = 200;

/// The form in which names of columns are compared: width, case and blanks folded, dashes and
/// middle dots of any kind as one. Of a cell that is longer than any name only its beginning is
/// looked at.
fn key(text: &str) -> String {
    let text = text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end]);
    input::dashes(&input::folded(text))
        .to_lowercase()
        .chars()
        .filter(|c| !input::is_blank(*c) && *c != '\n')
        .collect()
}

/// Without brackets and what stands in them at the end, and without the marks of a required field.
fn bare(text: &str) -> String {
    stripped(key(text))
}

fn stripped(key: String) -> String {
    heading::without_brackets(&unmarked(key)).to_string()
}

/// Without the marks of a required field.
fn unmarked(mut key: String) -> String {
    for mark in ["※", "*", "必須", "任意"] {
        key = key.replace(mark, "");
    }
    key
}

/// What a line of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Blank,
    /// Titles and the like above the head.
    Above,
    Head,
    /// The row of notes under the head, word for word as the list left with it.
    Note,
    /// The head once more, as after a page break.
    Again,
    Total,
    Row,
    /// A line that couldn't be read.
    Unread,
}

/// How many lines of a file are what: they add up to its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub lines: usize,
    pub above: usize,
    pub head: usize,
    pub notes: usize,
    pub again: usize,
    pub totals: usize,
    pub blank: usize,
    /// Lines with something in them that were left out (hidden, filtered).
    pub left_out: usize,
    pub rows: usize,
}

/// The columns of a table by their titles.
pub struct Head {
    columns: BTreeMap<String, usize>,
    /// The same for the list's own names as it spells them, there or not: asked for every cell.
    spelled: HashMap<String, Option<usize>>,
    /// The titles as they stand in the file.
    pub said: Vec<String>,
    /// Where they stand, counted from 0.
    pub at: usize,
    kinds: Vec<What>,
    pub tally: Tally,
    /// What a person should know: columns that aren't read, rows passed over.
    pub notices: Vec<String>,
    /// The line above, of a head of two lines.
    upper: Option<(usize, Vec<String>)>,
    /// What is taken for granted, as its column isn't there.
    missing: Vec<Assumed>,
    /// Such columns that are there.
    told: Vec<Assumed>,
}

/// Columns that aren't read and are named one by one.
const MOST_NAMED: usize = 30;

/// Lines above which no head is looked for.
const DEEPEST: usize = 50;

impl Head {
    /// Finds the line of titles and says what every other line is.
    ///
    /// # Errors
    /// A sentence: no head, a column twice, or more rows than are taken at once.
    pub fn find(table: &Table, columns: &Columns) -> Result<Head, Trouble> {
        let names = columns.names();
        let mut at = whereabouts(table, columns, &names)?;
        let (mut said, mut upper) = (table.rows.row(at).texts(), None);
        if let Some(two) = twolines::joined(table, at, |cell| names.known(cell)) {
            (at, said) = (two.lower, two.titles);
            upper = Some((two.upper, table.rows.row(two.upper).texts()));
        }
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        let mut unread = Vec::new();
        for (column, cell) in said.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let Some(title) = names.known(cell) else {
                if key(cell) != FAULTS {
                    unread.push(format!("「{}」（{}列）", line(cell), column_name(column + 1)));
                }
                continue;
            };
            if let Some(before) = found.insert(key(title), column) {
                let (one, two) = (column_name(before + 1), column_name(column + 1));
                let sentence = if key(&said[before]) == key(cell) {
                    format!(
                        "見出し「{}」が2つあります（{one}列と{two}列）。どちらか1つにしてください。",
                        line(cell)
                    )
                } else {
                    format!(
                        "見出し「{}」（{one}列）と「{}」（{two}列）は、どちらも「{title}」の列です。どちらか1つにしてください。",
                        line(&said[before]),
                        line(cell)
                    )
                };
                return Err(Trouble::at("file", sentence));
            }
        }
        let (told, missing) =
            columns.assumed.iter().copied().partition(|a| found.contains_key(&key(a.column)));
        let own = columns.titles.iter().chain(&columns.extra);
        let mut head = Head {
            spelled: own.map(|name| (name.clone(), found.get(&key(name)).copied())).collect(),
            columns: found,
            said,
            at,
            kinds: Vec::new(),
            tally: Tally::default(),
            notices: Vec::new(),
            upper,
            missing,
            told,
        };
        head.sort(table, columns);
        head.count(table)?;
        head.untitled(table, &mut unread);
        if !unread.is_empty() {
            let more = unread.len().saturating_sub(MOST_NAMED);
            unread.truncate(MOST_NAMED);
            let more = if more > 0 { format!("、ほか{more}件") } else { String::new() };
            head.notices.push(format!("次の列は取り込みません：{}{more}", unread.join("、")));
        }
        head.notices.extend(assumed::said(&head.missing));
        Ok(head)
    }

    /// Says of every line what it is.
    fn sort(&mut self, table: &Table, columns: &Columns) {
        let broken: BTreeSet<usize> = table.faults.iter().map(|f| f.row).collect();
        let (notes, titles) = (self.notes(columns), self.bare_titles());
        let mut first = true;
        for (i, row) in table.rows.iter().enumerate() {
            let empty = row.is_blank();
            let what = match i {
                _ if empty && i > self.at && broken.contains(&(i + 1)) => What::Unread,
                _ if empty => What::Blank,
                i if self.upper.as_ref().is_some_and(|(upper, _)| *upper == i) => What::Head,
                i if i < self.at => What::Above,
                i if i == self.at => What::Head,
                _ if is_note(row, &notes, if first { 1 } else { 2 }) => What::Note,
                _ if is_head_again(row, &titles) => What::Again,
                _ if is_total(row) => What::Total,
                _ => What::Row,
            };
            first &= i <= self.at || what == What::Blank;
            self.kinds.push(what);
        }
    }

    /// Of each column that is there: where it stands and what its note may be, as the list leaves
    /// today and as an empty table of earlier left; nothing where it has none.
    fn notes(&self, columns: &Columns) -> Vec<(usize, Vec<String>)> {
        let both = columns.titles.iter().zip(&columns.notes);
        let there = both.filter_map(|(title, note)| Some((*self.columns.get(&key(title))?, note)));
        there
            .map(|(at, note)| {
                (
                    at,
                    if note.is_empty() {
                        vec![]
                    } else {
                        vec![key(note), key(&format!("例 {note}"))]
                    },
                )
            })
            .collect()
    }

    /// Of each column what stands over it, in one line or two, without brackets and marks.
    fn bare_titles(&self) -> Vec<Vec<String>> {
        let above = self.upper.as_ref().map_or(&[][..], |(_, titles)| titles);
        let of = |i: usize| self.said.get(i).into_iter().chain(above.get(i)).map(|t| bare(t));
        (0..self.said.len().max(above.len())).map(|i| of(i).collect()).collect()
    }

    fn count(&mut self, table: &Table) -> Result<(), Trouble> {
        let of = |what: What| self.kinds.iter().filter(|k| **k == what).count();
        let filled = self.kinds.len() - of(What::Blank);
        let left_out = table.lines_in.saturating_sub(filled);
        self.tally = Tally {
            lines: self.kinds.len(),
            above: of(What::Above),
            head: of(What::Head),
            notes: of(What::Note),
            again: of(What::Again),
            totals: of(What::Total),
            blank: of(What::Blank).saturating_sub(left_out),
            left_out: left_out.min(of(What::Blank)),
            rows: of(What::Row) + of(What::Unread),
        };
        if left_out > of(What::Blank) {
            let sentence = format!(
                "ファイルには{}行ありますが、{filled}行しか読めませんでした。引用符（\"）が閉じていない行がないか確かめてください。",
                grouped(table.lines_in),
                filled = grouped(filled)
            );
            return Err(Trouble::at("file", sentence));
        }
        if self.tally.rows > MOST_ROWS {
            let sentence = format!(
                "{}行あります。1回に取り込めるのは{}行までです。分けて取り込んでください。",
                grouped(self.tally.rows),
                grouped(MOST_ROWS)
            );
            return Err(Trouble::at("file", sentence));
        }
        for (what, sentence) in [
            (What::Total, "合計の行は取り込みません"),
            (What::Again, "見出しの繰り返しは取り込みません"),
        ] {
            let numbers: Vec<String> = self
                .kinds
                .iter()
                .enumerate()
                .filter(|(_, k)| **k == what)
                .map(|(i, _)| (i + 1).to_string())
                .take(10)
                .collect();
            if !numbers.is_empty() {
                self.notices.push(format!("{sentence}（{}行目）", numbers.join("、")));
            }
        }
        Ok(())
    }

    /// Columns with something in their rows and no title.
    fn untitled(&self, table: &Table, unread: &mut Vec<String>) {
        let widest = table.rows.widest();
        for column in 0..widest {
            let titled = self.said.get(column).is_some_and(|t| !t.is_empty());
            let first = || {
                let rows = table
                    .rows
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| self.kinds.get(*i) == Some(&What::Row));
                rows.filter(|(_, row)| !row.cell(column).is_empty()).map(|(i, _)| i + 1).next()
            };
            if !titled && let Some(row) = first() {
                unread.push(format!("見出しのない列（{}）", address(row, column + 1)));
            }
        }
    }

    /// Where a column stands, by its name.
    fn place(&self, name: &str) -> Option<usize> {
        match self.spelled.get(name) {
            Some(place) => *place,
            None => self.columns.get(&key(name)).copied(),
        }
    }
    pub fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }
    /// # Errors
    /// A sentence that names what is missing and what there is.
    pub fn needs(&self, names: &[&str]) -> Result<(), Trouble> {
        let missing: Vec<&str> = names.iter().copied().filter(|n| !self.has(n)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let there: Vec<String> =
            self.said.iter().filter(|t| !t.is_empty()).take(20).map(|t| line(t)).collect();
        Err(Trouble::at(
            "file",
            format!(
                "見出し「{}」がありません。一覧から出した表の見出しを残してください。（{}行目の見出し：{}）",
                missing.join("」「"),
                self.at + 1,
                there.join("、")
            ),
        ))
    }
    /// Rows with their numbers; everything that is no row is passed over.
    pub fn rows<'t>(&self, table: &'t Table) -> impl Iterator<Item = (usize, Row<'t>)> {
        let kinds = self.kinds.clone();
        table
            .rows
            .iter()
            .enumerate()
            .filter(move |(i, _)| kinds.get(*i) == Some(&What::Row))
            .map(|(i, row)| (i + 1, row))
    }
    /// What stands above the head.
    pub(super) fn above<'t>(&self, table: &'t Table) -> impl Iterator<Item = &'t str> {
        let kinds = self.kinds.clone();
        let rows = table.rows.iter().enumerate();
        let rows = rows.filter(move |(i, _)| kinds.get(*i) == Some(&What::Above));
        rows.flat_map(|(_, row)| row.filled())
    }
    /// Lines with more cells than the head: an unquoted comma parted a number, and every cell
    /// behind it stands in another's column.
    /// Nothing of such a line is taken. Empty cells at the end are a spreadsheet's.
    pub(super) fn too_long(&self, table: &Table) -> Vec<CellFault> {
        let wide = |i: usize| table.widths.get(i).copied().unwrap_or(0);
        let most = wide(self.at).max(self.upper.as_ref().map_or(0, |(upper, _)| wide(*upper)));
        let digits = |cell: &str, least: usize| {
            let folded = input::folded(cell);
            (least..=3).contains(&folded.len())
                && folded.bytes().all(|b| b.is_ascii_digit())
                && !(least == 1 && folded.starts_with('0'))
        };
        let long =
            table.rows.iter().enumerate().filter(|(i, _)| self.is_row(i + 1) && wide(*i) > most);
        long.filter_map(|(i, row)| {
            let parted = (1..row.len()).find(|at| digits(row.cell(at - 1), 1) && digits(row.cell(*at), 3));
            if row.len() <= most && parted.is_none() {
                return None;
            }
            let hint = parted.map_or(String::new(), |at| {
                format!("「{},{}」の「,」が桁区切りのときは、外すか、「\"」で囲んでください。", row.cell(at - 1), row.cell(at))
            });
            let problem = format!(
                "見出しは{most}列までですが、この行は{}列に分かれています。列がずれているおそれがあるため、取り込みません。{hint}",
                wide(i).max(row.len())
            );
            Some(CellFault { row: i + 1, column: 0, problem })
        })
        .collect()
    }
    /// Cells that only say that they are as the one above: once the rows are sorted, nobody knows
    /// which.
    pub(super) fn dittos(&self, table: &Table) -> Vec<CellFault> {
        let mut all = Vec::new();
        let read: BTreeSet<usize> = self.columns.values().copied().collect();
        for (row, cells) in self.rows(table) {
            for at in read.iter().copied().filter(|at| input::is_ditto(cells.cell(*at))) {
                let problem =
                    "「〃」や「同上」は読み取れません。上の行と同じでも、その値を入力してください"
                        .to_string();
                all.push(CellFault { row, column: at + 1, problem });
            }
        }
        all
    }
    /// Whether a line, counted from 1, is a row or one that couldn't be read.
    pub(super) fn is_row(&self, number: usize) -> bool {
        matches!(
            number.checked_sub(1).and_then(|i| self.kinds.get(i)),
            Some(What::Row | What::Unread)
        )
    }
    /// Whether a column, counted from 1, is one that the list reads; its title. 0 stands for the
    /// line as a whole.
    pub(super) fn title_of(&self, column: usize) -> Option<String> {
        let Some(at) = column.checked_sub(1) else { return Some("行".into()) };
        let title = self.said.get(at).map(|t| line(t));
        self.columns.values().any(|known| *known == at).then(|| title.unwrap_or_default())
    }
    /// What a row's cells that aren't read may say of what is taken for granted.
    pub(super) fn assumed(&self, row: Row<'_>) -> Vec<Fault> {
        let read = |at: usize| self.columns.values().any(|known| *known == at);
        let title = |at: usize| self.said.get(at).map_or("", String::as_str);
        let unread = row.iter().enumerate().filter(|(at, _)| !read(*at) && title(*at) != FAULTS);
        let unread = unread.map(|(at, cell)| (title(at), cell));
        if self.missing.is_empty() && self.told.is_empty() {
            return assumed::remarks(unread);
        }
        let is_value = |a: &&Assumed| ["", a.value].contains(&self.cell(row, a.column));
        let told: Vec<Assumed> = self.told.iter().filter(is_value).copied().collect();
        let mut all = assumed::doubts(&self.missing, unread.clone());
        all.extend(assumed::against(&told, unread));
        all
    }
    /// A cell of a row, without the apostrophe that kept it from being calculated.
    pub fn cell<'t>(&self, row: Row<'t>, name: &str) -> &'t str {
        self.place(name).and_then(|at| row.get(at)).map_or("", |cell| unguarded(cell).trim())
    }
}

/// Whether at least so many cells, and all that the list knows, are its notes word for word;
/// sorting may carry it anywhere.
fn is_note(row: Row<'_>, notes: &[(usize, Vec<String>)], least: usize) -> bool {
    let mut found = 0;
    for (at, said) in notes {
        let cell = row.cell(*at);
        if cell.is_empty() {
            continue;
        }
        if said.is_empty() || !said.contains(&key(cell)) {
            return false;
        }
        found += 1;
    }
    found >= least
}

/// Whether at least two cells, and all of the row, stand under their own titles.
fn is_head_again(row: Row<'_>, titles: &[Vec<String>]) -> bool {
    let mut filled = row.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
    row.filled().nth(1).is_some()
        && filled.all(|(i, cell)| titles.get(i).is_some_and(|of| of.contains(&bare(cell))))
}

/// The line that holds the most names of columns, two at least (one, where the list has one); the
/// first such.
fn whereabouts(table: &Table, columns: &Columns, names: &Names<'_>) -> Result<usize, Trouble> {
    let hits = |row: Row<'_>| {
        let known: BTreeSet<&str> = row.filled().filter_map(|cell| names.known(cell)).collect();
        known.len()
    };
    let least = columns.titles.len().min(2);
    let best = table
        .rows
        .iter()
        .take(DEEPEST)
        .enumerate()
        .map(|(i, row)| (hits(row), i))
        .max_by_key(|(n, i)| (*n, usize::MAX - i));
    match best {
        Some((n, at)) if n >= least => Ok(at),
        _ => {
            let first = table.rows.iter().find(|row| !row.is_blank());
            let begins = first.map_or(String::new(), |row| {
                format!("（最初の行は「{}」です）", beginning(row.filled()))
            });
            let sentence = format!(
                "見出しの行が見つかりません{begins}。表の最初の行に、列の名前を入れてください：{}。文字が違って見えるときは、文字コードを選んで読み直してください。",
                columns.titles.join("、")
            );
            Err(Trouble::at("file", sentence))
        }
    }
}

/// Of which rows above it a row is the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// `小計`: of those since the last such row.
    Part,
    Whole,
    /// `計` may be either.
    Either,
}

/// Of which rows a cell says that its row is the sum: `合計`, `計：`, `小計（3件）`.
pub fn sum_of(cell: &str) -> Option<Sum> {
    let word = key(cell);
    match word.trim_end_matches([':', '：']).split(['(', '（']).next().unwrap_or_default() {
        "小計" | "subtotal" => Some(Sum::Part),
        "計" => Some(Sum::Either),
        "合計" | "総計" | "総合計" | "累計" | "総数" | "合計件数" | "全体" | "total" => {
            Some(Sum::Whole)
        }
        _ => None,
    }
}

/// `合計` and the like, with nothing but numbers beside it.
fn is_total(row: Row<'_>) -> bool {
    let mut filled = row.filled();
    if filled.next().and_then(sum_of).is_none() {
        return false;
    }
    let mut filled = filled.map(key);
    let number = |cell: &str| {
        let bare =
            cell.trim_end_matches(['件', '箱', '人', '回', '本', '円', '名', '枚', '行', '%']);
        !bare.is_empty()
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '¥' | '△' | '▲'))
    };
    filled.next().is_some_and(|second| number(&second) && filled.all(|cell| number(&cell)))
}

#[cfg(test)]
mod tests {
    use super::super::super::reading::Rows;
    use super::*;

    fn columns() -> Columns {
        Columns::new([
            ("会場コード", "変えません"),
            ("納入予定日", "例 2022/3/1"),
            ("ワクチン（箱）", "変えません"),
            ("時間帯", ""),
        ])
        .also("納入予定日", &["配送予定日"])
    }
    fn table(rows: &[&[&str]]) -> Table {
        let lines_in = rows.iter().filter(|r| r.iter().any(|c| !c.is_empty())).count();
        Table { rows: rows.iter().copied().collect(), lines_in, ..Table::default() }
    }
    fn refusal(table: &Table) -> String {
        match Head::find(table, &columns()) {
            Err(Trouble::Refused { errors, .. }) => errors.0[0].1.clone(),
            other => panic!("{:?}", other.map(|h| h.tally)),
        }
    }

    #[test]
    fn words_in_brackets_that_are_no_hint_make_another_column() {
        let of = |title: &str| {
            let row = ["会場コード", title, "ワクチン"];
            Head::find(&table(&[&row, &["1311234569", "2022/3/5", "4"]]), &columns()).unwrap()
        };
        for title in ["納入予定日（月日）", "納入予定日※【必須】", "配送予定日（例 2022/3/1）"]
        {
            assert!(of(title).has("納入予定日"), "{title}");
        }
        for title in ["納入予定日（変更前）", "納入予定日（旧）※", "配送予定日〔希望〕"]
        {
            let head = of(title);
            assert!(!head.has("納入予定日"), "{title}");
            assert!(head.notices[0].contains(title), "{title}: {:?}", head.notices);
        }
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_writing() {
        let file = table(&[
            &["納入予定の一覧"],
            &[],
            &["備考", " 配送\n予定日※", "会場ｺｰﾄﾞ（必須）", "ワクチン"],
            &["", "例 2022/3/1", "変えません", ""],
            &["x", "2022/3/5", "1311234569", "4"],
            &["", "2022/3/6", "1311234570", "2"],
            &[],
            &["備考", "配送予定日", "会場コード", "ワクチン"],
            &["", "例 2022/3/1", "1311234571", ""],
            &["合計", "", "", "6"],
        ]);
        let head = Head::find(&file, &columns()).unwrap();
        let rows: Vec<(usize, &str, &str, &str)> = head
            .rows(&file)
            .map(|(n, row)| {
                (
                    n,
                    head.cell(row, "会場コード"),
                    head.cell(row, "納入予定日"),
                    head.cell(row, "ワクチン（箱）"),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (5, "1311234569", "2022/3/5", "4"),
                (6, "1311234570", "2022/3/6", "2"),
                (9, "1311234571", "例 2022/3/1", "")
            ],
            "a real row that begins like a note stays a row"
        );
        let t = &head.tally;
        assert_eq!(
            (t.lines, t.above, t.head, t.notes, t.again, t.totals, t.blank, t.rows),
            (10, 1, 1, 1, 1, 1, 2, 3)
        );
        assert_eq!(
            t.above + t.head + t.notes + t.again + t.totals + t.blank + t.left_out + t.rows,
            t.lines
        );
        assert_eq!(
            head.notices,
            [
                "合計の行は取り込みません（10行目）",
                "見出しの繰り返しは取り込みません（8行目）",
                "次の列は取り込みません：「備考」（A列）"
            ]
        );
    }

    #[test]
    fn a_line_that_is_no_head_is_not_taken_for_one() {
        let said =
            refusal(&table(&[&["1311234569", "2022/3/5", "4"], &["1311234570", "2022/3/6", "2"]]));
        assert!(
            said.contains("見出しの行が見つかりません")
                && said.contains("1311234569")
                && said.contains("納入予定日"),
            "{said}"
        );
    }

    #[test]
    fn a_column_twice_is_named() {
        let said =
            refusal(&table(&[&["会場コード", "納入予定日", "納入予定日"], &["1", "2", "3"]]));
        assert!(said.contains("「納入予定日」が2つあります（B列とC列）"), "{said}");
        let said =
            refusal(&table(&[&["会場コード", "納入予定日", "配送予定日"], &["1", "2", "3"]]));
        assert!(said.contains("どちらも「納入予定日」の列"), "{said}");
    }

    #[test]
    fn lines_that_vanish_are_no_rows_but_a_refusal() {
        let mut file = table(&[&["会場コード", "納入予定日"], &["1", "2"]]);
        file.lines_in = 5;
        assert!(refusal(&file).contains("5行ありますが、2行しか読めませんでした"));
        // A hidden row stands in the table as an empty one, and is counted as left out.
        let mut file = table(&[&["会場コード", "納入予定日"], &[], &["1", "2"]]);
        file.lines_in = 3;
        let head = Head::find(&file, &columns()).unwrap();
        assert_eq!((head.tally.left_out, head.tally.blank, head.tally.rows), (1, 0, 1));
    }

    /// The lines of a text that are held for their length, and what is read of the others.
    fn long(text: &str) -> (Vec<usize>, Vec<usize>) {
        let table = super::super::super::reading::paste(text).unwrap();
        let head = Head::find(&table, &columns()).unwrap();
        let held: Vec<usize> = head.too_long(&table).into_iter().map(|f| f.row).collect();
        (held, head.rows(&table).map(|(n, _)| n).collect())
    }

    #[test]
    fn a_line_longer_than_its_head_is_held_and_says_so() {
        let head = "会場コード,納入予定日,ワクチン（箱）,時間帯";
        for (line, is_held) in [
            ("1311234569,2022/3/5,4,午前", false),
            ("1311234569,2022/3/5,1,200,午前", true),
            ("1311234569,2022/3/5,\"1,200\",午前", false),
            ("1311234569,2022/3/5,1,200,午前,,", true),
            // The shift ends within the head, where the last cells are empty: the comma gives it
            // away.
            ("1311234569,2022/3/5,1,200,", true),
            ("1311234569,2022/3/5,4,午前,,,", false),
            ("1311234569,2022/3/5,4,,,", false),
            ("1311234569,2022/3/5,4,午前,急ぎ", true),
            ("1311234569,2022/3/5", false),
        ] {
            let (held, rows) = long(&format!("{head}\n1311234570,2022/3/6,2,\n{line}\n"));
            assert_eq!(
                (held, rows),
                (if is_held { vec![3] } else { vec![] }, vec![2, 3]),
                "{line}"
            );
        }
        // A head with empty cells at its end has room for as many.
        assert_eq!(long(&format!("{head},\n1,2022/3/5,4,午前,急ぎ")).0, Vec::<usize>::new());
        let table =
            super::super::super::reading::paste(&format!("{head}\n1,2022/3/5,1,200,午前")).unwrap();
        let fault = &Head::find(&table, &columns()).unwrap().too_long(&table)[0];
        assert_eq!(fault.column, 0);
        assert!(
            fault.problem.contains("見出しは4列まで") && fault.problem.contains("この行は5列"),
            "{}",
            fault.problem
        );
        assert!(fault.problem.contains("「1,200」の「,」が桁区切りのときは"), "{}", fault.problem);
    }

    #[test]
    fn twenty_thousand_rows_are_taken_and_one_more_is_not() {
        let of = |n: usize| {
            let mut rows = vec![
                vec!["表題".to_string()],
                vec!["会場コード".to_string(), "納入予定日".to_string()],
            ];
            rows.push(vec!["変えません".to_string(), "例 2022/3/1".to_string()]);
            rows.extend((0..n).map(|i| vec![i.to_string(), "2022/3/1".to_string()]));
            let lines_in = rows.len();
            Table { rows: rows.into_iter().collect(), lines_in, ..Table::default() }
        };
        assert_eq!(Head::find(&of(20_000), &columns()).unwrap().tally.rows, 20_000);
        assert!(refusal(&of(20_001)).contains("20,001行あります"));
    }

    #[test]
    fn only_a_line_of_numbers_is_a_total() {
        let total = |cells: &[&str]| is_total([cells].into_iter().collect::<Rows>().row(0));
        assert!(
            total(&["合計", "", "1,234"])
                && total(&["", "計：", "12箱"])
                && total(&["Ｔｏｔａｌ", "12"])
                && total(&["小計（3件）", "5"])
        );
        assert!(
            !total(&["合計", "時間外の合計"])
                && !total(&["合計"])
                && !total(&["計画", "3"])
                && !total(&["5", "6"])
        );
    }
}
