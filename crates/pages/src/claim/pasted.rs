//! What a pasted table says: its cells, its titles, its rows and its sums. What may mean two things
//! is asked about; nothing is dropped.

use std::collections::BTreeSet;

use rules::application::grouped;
use rules::claim::{self, Age, Band, Counts, Kind};
use rules::heading;
use rules::input;
use rules::person;
use rules::places::{Meaning, Places};

use super::SAME;
use super::blanks::{self, Line};
use super::headless::{self, headless};
use super::titles::{self, Column};
use web::errors::Errors;
use web::import::{Sum, sum_of};
use words::Sentence;
use work::claim::is_own_label;

/// One pasted line: what was written, and what it means.
#[derive(Clone, Debug)]
pub struct Pasted {
    /// The line's number, from 0.
    pub n: usize,
    pub raw: String,
    /// The municipality, or those it may be.
    pub found: Result<String, Vec<String>>,
    pub counts: Counts,
}

/// A table as it was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub lines: Vec<Pasted>,
    /// What stands in its head and above it.
    pub titles: Vec<String>,
    /// Columns beside the counts that say a day or a month, each with what stands in it, once.
    pub dated: BTreeSet<(String, String)>,
    /// What the person should confirm before it is taken.
    pub remarks: Vec<String>,
}

/// Kind, age and time of a count.
pub type Slot = (Kind, Age, Band);

/// Lines of one paste: more than there are municipalities.
const MOST_LINES: usize = 2_000;
/// Lines above the head that may hold a title.
const ABOVE: usize = 10;

/// A line of cells, with its number from 0.
pub(super) type Cells = (usize, Vec<String>);

/// One cell as it stood between two separators, and whether it stood in quotes.
type Written = (String, bool);

/// The lines of a text by its separators. A cell in quotes may hold line ends, separators and
/// doubled quotes.
///
/// # Errors
/// The line, counted from 0, whose quote isn't closed; what stands above it.
fn split(text: &str, separators: &[char]) -> (Vec<(usize, Vec<Written>)>, Option<usize>) {
    let (mut all, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quoted) = (0, 0, false);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if cell.trim().is_empty() && !quoted => {
                let opened = line;
                (cell, quoted) = (String::new(), true);
                loop {
                    match letters.next() {
                        None => return (all, Some(opened)),
                        Some('"') if letters.peek() == Some(&'"') => {
                            letters.next();
                            cell.push('"');
                        }
                        Some('"') => break,
                        Some(other) => {
                            line += usize::from(other == '\n');
                            cell.push(other);
                        }
                    }
                }
            }
            '\n' => {
                row.push((std::mem::take(&mut cell), std::mem::take(&mut quoted)));
                all.push((begun, std::mem::take(&mut row)));
                line += 1;
                begun = line;
            }
            c if separators.contains(&c) => {
                row.push((std::mem::take(&mut cell), std::mem::take(&mut quoted)))
            }
            c => cell.push(c),
        }
    }
    row.push((cell, quoted));
    all.push((begun, row));
    all.retain(|(_, row)| row.iter().any(|(cell, _)| !input::clean(cell).is_empty()));
    (all, None)
}

/// Cells of pasted text: by tabs where there are any (a comma is then a thousands separator and
/// nothing else), by blanks where every line is names and numbers, else by commas as CSV.
fn cells(text: &str, errors: &mut Errors) -> Vec<Cells> {
    let lines: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, l)| !input::clean(l).is_empty()).collect();
    let tabs = lines.iter().any(|(_, l)| l.contains('\t'));
    if !tabs && let Some(all) = blanks::read(&lines, errors) {
        return all;
    }
    let (rows, open) = split(text, if tabs { &['\t'] } else { &[',', '，', ';', '；'] });
    if let Some(line) = open {
        errors.add("paste", format!("{}行目：引用符「\"」が閉じていません", line + 1));
    }
    let mut all = Vec::new();
    for (i, row) in rows {
        if !tabs && parts_thousands(&row) {
            let why = "「,」が列の区切りか、数字の桁区切りかがわかりません。Excelの表からそのままコピーして貼り付けるか、桁区切りを外してください";
            errors.add("paste", format!("{}行目：{why}", i + 1));
            continue;
        }
        // A line of names and counts without the separator of the others.
        if let [(cell, false)] = row.as_slice()
            && let Some(line) = Line::of(cell)
        {
            let why = "列の区切りが、ほかの行と違います。Excelの表からそのままコピーして貼り付けるか、区切りをそろえてください";
            let why = line.asked().unwrap_or_else(|| why.into());
            errors.add("paste", format!("{}行目：{why}", i + 1));
            continue;
        }
        all.push((i, row.iter().map(|(cell, _)| written(cell)).collect()));
    }
    all
}

/// What stands in a cell; a spreadsheet's mark of a text before digits (`'131032`) is none of it.
fn written(cell: &str) -> String {
    let clean = input::clean(cell);
    let bare = clean.strip_prefix('\'').filter(|rest| rest.starts_with(char::is_numeric));
    bare.map_or_else(|| clean.clone(), str::to_string)
}

/// 「港区,1,234」: 1,234 or 1 and 234?
fn parts_thousands(row: &[Written]) -> bool {
    let bare = |w: &[Written]| !w[0].1 && !w[1].1;
    row.windows(2).any(|w| bare(w) && blanks::parts_thousands(&w[0].0, &w[1].0))
}

/// A cell in which there is nothing: empty, or dashes as in printed tables.
pub(super) fn is_nothing(cell: &str) -> bool {
    cell.chars().all(|c| input::is_dash(c) || c == 'ー' || input::is_blank(c) || c == '\n')
}

/// What one line says beside its place.
#[derive(Default)]
struct Said {
    counts: Counts,
    /// The total that it says of itself, and of a kind.
    total: Option<u32>,
    sums: Vec<(usize, Option<Kind>, u32)>,
    /// Whether any cell holds a count.
    any: bool,
}

fn counted(cells: &[String], columns: &[Column], line: usize, errors: &mut Errors) -> Said {
    let mut said = Said::default();
    let mut whole: Option<(Kind, u32)> = None;
    for (at, (cell, column)) in cells.iter().zip(columns).enumerate() {
        let label = match column {
            Column::Count(slot) => claim::slot_label(*slot),
            Column::Total | Column::Sum(_) | Column::Whole(_) => "合計".to_string(),
            Column::Prefecture | Column::Code | Column::Place | Column::Other | Column::Unknown => {
                continue;
            }
        };
        said.any |= !cell.is_empty();
        if is_nothing(cell) {
            continue;
        }
        match input::within(&label, input::Unit::Claim, cell, 0, rules::claim::COUNT_MAX)
            .map(|n| u32::try_from(n).unwrap_or(0))
        {
            Err(fault) => errors.add(
                "paste",
                format!("{line}行目：{fault}（「{cell}」）", fault = fault.sentence()),
            ),
            Ok(n) => match column {
                Column::Count((k, a, b)) => {
                    said.counts.set(*k, *a, *b, said.counts.get(*k, *a, *b).saturating_add(n))
                }
                Column::Sum(kind) => said.sums.push((at, *kind, n)),
                Column::Whole(kind) => whole = Some((*kind, n)),
                _ => said.total = Some(n),
            },
        }
    }
    if let Some((kind, n)) = whole {
        let parts = said.counts.of(kind).total();
        match n.checked_sub(parts) {
            Some(regular) => said.counts.set(kind, Age::SixAndOver, Band::Regular, regular),
            None => {
                let (n, parts) = (grouped(n), grouped(parts));
                errors.add(
                    "paste",
                    format!(
                        "{line}行目：「うち」の列を足すと{parts}件で、もとの{n}件を超えています"
                    ),
                );
            }
        }
    }
    if cells.iter().skip(columns.len()).any(|c| !c.is_empty()) {
        let why =
            "列が多すぎます。件数の列を上の順に並べるか、見出しの行も一緒に貼り付けてください";
        errors.add("paste", format!("{line}行目：{why}"));
    }
    said
}

/// The head of a pasted table: the first line whose titles say so. What stands above it holds no
/// counts, or is named.
fn head(lines: &mut Vec<Cells>, slots: &[Slot], errors: &mut Errors) -> Option<Vec<Column>> {
    let found = lines
        .iter()
        .take(ABOVE)
        .enumerate()
        .find_map(|(at, (_, cells))| Some((at, titles::read(cells, slots)?)));
    let (at, mut columns) = found?;
    let above: Vec<Cells> = lines.drain(..=at).collect();
    for (i, cells) in &above[..at] {
        if cells.len() > 1 && cells.iter().any(|c| !c.is_empty() && input::is_number(c)) {
            let why = "見出しの行より上に数字があります。件数の行は見出しの下に移し、それ以外は消してください";
            errors.add("paste", format!("{}行目：{why}", i + 1));
        }
    }
    let named = &above[at].1;
    for sentence in titles::said_twice(named, &columns) {
        errors.add("paste", sentence);
    }
    match titles::wholes(named, &mut columns) {
        None => titles::sums(named, &mut columns),
        Some(Ok(())) => {}
        Some(Err(parts)) => {
            let why = "が、どの列のうちの件数かがわかりません。「通常」「時間外」「休日」「予診のみ」のように、重ならない件数の列にしてください";
            errors.add("paste", format!("見出しの「{}」{why}", parts.join("」「")));
        }
    }
    Some(columns)
}

/// Rows of sums are held against the rows above them, and not taken.
#[derive(Default)]
struct Above {
    all: Counts,
    /// Since the last row of a part's sum.
    part: Counts,
}

impl Above {
    fn check(&mut self, sum: Sum, said: &Said, line: usize, errors: &mut Errors) {
        let fits = |c: &Counts| {
            said.counts == *c || (said.counts.total() == 0 && said.total == Some(c.total()))
        };
        let right = match sum {
            Sum::Part => fits(&self.part),
            Sum::Whole => fits(&self.all),
            Sum::Either => fits(&self.part) || fits(&self.all),
        };
        if !right {
            let above = if sum == Sum::Part { self.part } else { self.all };
            let (said, sum) = (said.counts.total().max(said.total.unwrap_or(0)), above.total());
            errors.add(
                "paste",
                format!(
                    "{line}行目：合計の行は{said}件ですが、上の行を足すと{sum}件です（列ごとに確かめています）",
                    said = grouped(said),
                    sum = grouped(sum)
                ),
            );
        }
        self.part = Counts::default();
    }
}

/// How the places of a table are looked up.
pub struct Lookup<'p> {
    pub places: &'p Places,
    /// The venue's own municipality.
    pub own: &'p str,
    /// What the person chose for a line, counted from 0.
    pub chosen: &'p dyn Fn(usize) -> Option<String>,
}

impl Lookup<'_> {
    /// The municipality of a line, or those it may be; how it was read, where that isn't what was
    /// written.
    fn place(&self, n: usize, raw: &str) -> (Result<String, Vec<String>>, Option<String>) {
        let chosen = (self.chosen)(n);
        let asked = chosen.as_deref().unwrap_or(raw);
        if is_own_label(asked) {
            return (Ok(SAME.into()), None);
        }
        match self.places.read(asked) {
            Meaning::One(m) => {
                let full = self.places.full_name(&m.code);
                let remark = self.places.remark(raw).filter(|_| chosen.is_none());
                let note =
                    remark.map(|read| format!("{}。{full}の分として請求します", read.sentence()));
                (Ok(if m.code == self.own { SAME.into() } else { m.code.clone() }), note)
            }
            Meaning::Many(many) => (Err(many.iter().map(|m| m.code.clone()).collect()), None),
            Meaning::Unknown => (Err(vec![]), None),
        }
    }
}

/// `東京都計`, `神奈川県 小計`, `都内計`: the sum of a prefecture's rows.
fn sum_of_prefecture(places: &Places, raw: &str) -> Option<Sum> {
    let text: String = input::folded(raw).split_whitespace().collect();
    let named = ["小計", "合計", "計"].iter().find_map(|end| text.strip_suffix(end))?;
    let known = places.prefectures.iter().any(|p| p.name == named)
        || ["都内", "道内", "府内", "県内"].contains(&named);
    known.then_some(Sum::Part)
}

fn too_many(lines: usize, errors: &mut Errors) {
    let (lines, most) = (grouped(lines), grouped(MOST_LINES));
    errors.add("paste", format!("{lines}行あります。1回に貼り付けられるのは{most}行までです"));
}

/// Faults that a page tells of one table.
const MOST_FAULTS: usize = 100;

/// A table as it was read; of very many faults the first ones, and how many there are.
pub fn taken_apart(text: &str, slots: &[Slot], lookup: &Lookup<'_>, errors: &mut Errors) -> Read {
    let read = read(text, slots, lookup, errors);
    let faults = errors.0.len();
    if faults > MOST_FAULTS {
        errors.0.truncate(MOST_FAULTS);
        let more = grouped(faults - MOST_FAULTS);
        errors.add("paste", format!("ほかに{more}件の直すところがあります"));
    }
    read
}

/// Reads a pasted table. What can't be read is an error with its line, and nothing is taken.
pub fn read(text: &str, slots: &[Slot], lookup: &Lookup<'_>, errors: &mut Errors) -> Read {
    let mut read = Read::default();
    // A cell may hold several lines.
    let there = text.lines().filter(|line| !input::clean(line).is_empty()).count();
    if there > 3 * MOST_LINES {
        too_many(there, errors);
        return read;
    }
    let mut lines = cells(text, errors);
    let names = lines.clone();
    let head = head(&mut lines, slots, errors);
    if lines.len() > MOST_LINES {
        too_many(lines.len(), errors);
        return read;
    }
    if head.is_none() {
        headless::doubted(&mut lines, slots, lookup.places, errors);
        read.remarks.extend(headless::taken_for(&lines, slots, lookup.places));
    }
    let above = names.len() - lines.len();
    if head.is_some() {
        let titles = names[..above].iter().flat_map(|(_, cells)| cells);
        read.titles = titles.filter(|title| !title.is_empty()).cloned().collect();
    }
    let title = |at: usize| {
        let line = names.get(above.wrapping_sub(1));
        line.and_then(|(_, cells)| cells.get(at))
            .map_or(String::new(), |t| t.split_whitespace().collect::<String>())
    };
    // Columns that aren't taken, and say when.
    let dated: Vec<usize> = head
        .iter()
        .flatten()
        .enumerate()
        .filter(|(at, column)| {
            matches!(column, Column::Other | Column::Unknown) && heading::says_when(&title(*at))
        })
        .map(|(at, _)| at)
        .collect();
    let mut above = Above::default();
    let mut unequal: Vec<usize> = Vec::new();
    let mut empty: Vec<(usize, String)> = Vec::new();
    for (i, cells) in &lines {
        let columns = head.clone().unwrap_or_else(|| headless(cells, slots, lookup.places));
        let of = |wanted: Column| {
            cells
                .iter()
                .zip(&columns)
                .find(|(_, c)| **c == wanted)
                .map_or("", |(cell, _)| cell.trim())
        };
        let (prefecture, name) = (of(Column::Prefecture), of(Column::Place));
        let raw: String =
            format!("{} {prefecture}{name}", of(Column::Code)).trim().replace('\n', "");
        let said = counted(cells, &columns, i + 1, errors);
        for (at, cell) in cells.iter().enumerate().filter(|(at, _)| dated.contains(at)) {
            read.dated.insert((title(at), cell.clone()));
        }
        let own = said.counts.total();
        if let Some(total) = said.total.filter(|t| *t != own) {
            errors.add(
                "paste",
                format!(
                    "{}行目：合計が{total}件ですが、件数を足すと{own}件です",
                    i + 1,
                    total = grouped(total),
                    own = grouped(own)
                ),
            );
        }
        let of_kind = |kind: Option<Kind>| kind.map_or(own, |k| said.counts.of(k).total());
        unequal.extend(
            said.sums.iter().filter(|(_, kind, n)| of_kind(*kind) != *n).map(|(at, _, _)| *at),
        );
        let summed = [of(Column::Code), prefecture, name].into_iter().find_map(sum_of);
        let summed =
            summed.or_else(|| sum_of(&raw)).or_else(|| sum_of_prefecture(lookup.places, &raw));
        if let Some(sum) = summed {
            above.check(sum, &said, i + 1, errors);
            continue;
        }
        let (found, note) = lookup.place(*i, &raw);
        // 「渋谷区10」 is no place without a count.
        let unparted = found.as_ref().is_err_and(Vec::is_empty) && raw.contains(char::is_numeric);
        if !said.any && unparted {
            let why =
                "から、市区町村と件数を読み取れません。市区町村と件数を別の列に分けてください";
            errors.add("paste", format!("{}行目：「{raw}」{why}", i + 1));
            continue;
        }
        if !said.any {
            empty.push((i + 1, raw.clone()));
        }
        read.remarks.extend(note.map(|note| format!("{}行目：{note}", i + 1)));
        let unread = cells.iter().enumerate().zip(&columns);
        let unread = unread.filter(|(_, c)| matches!(c, Column::Other | Column::Unknown));
        let against =
            |((at, cell), _): ((usize, &String), _)| told_against(i + 1, &title(at), cell);
        read.remarks.extend(unread.filter_map(against));
        above.all = above.all.add(&said.counts);
        above.part = above.part.add(&said.counts);
        read.lines.push(Pasted { n: *i, raw, found, counts: said.counts });
    }
    let titled = Titled { title: &title, head: head.as_deref().unwrap_or_default(), lines: &lines };
    titled.told(unequal, &mut read.remarks, errors);
    if read.lines.is_empty() && errors.is_empty() {
        errors.add("paste", "表を貼り付けてください。1行に1つの市区町村です");
    } else if !read.lines.is_empty() && above.all.total() == 0 && errors.is_empty() {
        errors.add(
            "paste",
            "件数がどの行にもありません。市区町村と件数の列を一緒に貼り付けてください",
        );
    } else {
        let said = |(line, raw): (usize, String)| {
            format!("{line}行目：「{raw}」には件数がありません。0件として入れます")
        };
        read.remarks.extend(empty.into_iter().map(said));
    }
    read
}

/// What a remark beside a count says against it: 二重入力, 対象外.
fn told_against(line: usize, title: &str, cell: &str) -> Option<String> {
    (person::is_remark(title) && person::is_none(cell)).then(|| {
        let cell: String = cell.chars().take(40).collect();
        format!("{line}行目の「{title}」に「{cell}」と書かれています。この行の件数も入れます")
    })
}

/// The columns of a table with a head, and what is to be said of them.
struct Titled<'t> {
    title: &'t dyn Fn(usize) -> String,
    head: &'t [Column],
    lines: &'t [Cells],
}

impl Titled<'_> {
    /// Columns that may be sums and aren't in some row (`unequal`), and columns with numbers that
    /// nobody knows.
    fn told(&self, mut unequal: Vec<usize>, remarks: &mut Vec<String>, errors: &mut Errors) {
        unequal.sort_unstable();
        unequal.dedup();
        for at in unequal {
            let why = "時間帯ごとの列の合計か、通常の件数かがわかりません。見出しを「通常」か「合計」に書き換えてください";
            errors.add("paste", format!("{}列目「{}」が、{why}", at + 1, (self.title)(at)));
        }
        for (at, _) in self.head.iter().enumerate().filter(|(_, c)| **c == Column::Unknown) {
            let number = |cell: &String| {
                !is_nothing(cell) && input::signed("", input::Unit::Claim, cell).is_ok()
            };
            if self.lines.iter().any(|(_, cells)| cells.get(at).is_some_and(number)) {
                let why = "の数は、請求に入れません。件数のときは、見出しに「時間外」「休日」「予診のみ」などと書いてください";
                remarks.push(format!("{}列目「{}」{why}", at + 1, (self.title)(at)));
            }
        }
    }
}
