//! The pages of an import: where a table is given, what it would do, how far its job is, and the
//! rows that can't be taken as a file.

use platform::db::Tx;
use platform::english;
use platform::value::Json;
use serde_json::{Value, json};

use work::imports;
use work::imports::Status;

use super::super::page::{Answer, Typed};
use super::super::reading::{Encoding, Row, Table};
use super::super::table::{self, Cell, Sheet, unguarded};
use super::super::visit::{Trouble, Visit};
use super::super::workbook::{Book, Column};
use super::{
    Columns, Counts, FAULTS, Fault, Head, KeptFaults, Line, List, Listed, Staged, Stored, Tally,
    Verdict, counts, job, latest, lines, load, mark, readable,
};

/// Rows of each sort on one page.
const SHOWN: usize = 100;

/// What is told about one row.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub number: i64,
    /// `add`, `change`, `ask`, `same`, `bad`
    pub verdict: &'static str,
    pub label: String,
    pub faults: Vec<Fault>,
}

/// Letters of a cell and of a sentence that are told: a page is for reading, the whole cell stands
/// in the file.
const MOST_TYPED: usize = 200;
const MOST_SAID: usize = 600;

impl Told {
    pub fn of<T>(line: Line<T>) -> Told {
        let (verdict, label, faults) = match line.verdict {
            Verdict::Add(label, _) => ("add", label, Vec::new()),
            Verdict::Change(label, _) => ("change", label, Vec::new()),
            Verdict::Ask(label, faults, _) => ("ask", label, faults),
            Verdict::Same => ("same", String::new(), Vec::new()),
            Verdict::Bad(faults) => ("bad", String::new(), faults),
        };
        let label = english::cut(&label, MOST_SAID);
        Told {
            number: line.number as i64,
            verdict,
            label,
            faults: faults.into_iter().map(short).collect(),
        }
    }
}

/// A fault whose long words are told by their beginning, where a sentence quotes them too.
fn short(fault: Fault) -> Fault {
    let Fault { column, typed, mut problem } = fault;
    let told = english::cut(&typed, MOST_TYPED);
    if told != typed {
        problem = problem.replace(&typed, &told);
    }
    Fault { column, typed: told, problem: english::cut(&english::told(&problem), MOST_SAID) }
}

/// A head stands in one of these.
const HEAD_ROWS: usize = 50;

/// One page of a preview.
#[derive(Default)]
struct Preview {
    counts: Counts,
    tally: Tally,
    notices: Vec<String>,
    seen: String,
    bad: Vec<Told>,
    asked: Vec<Told>,
    changes: Vec<Told>,
}

/// Of a short table: made anew, from what is stored now.
fn fresh<L: List>(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    page: usize,
) -> Result<Preview, Trouble> {
    let (head, lines) = lines::<L>(visit, tx, stored)?;
    let (counts, seen) = (counts(&lines), mark(&lines));
    let told: Vec<Told> = lines.into_iter().map(Told::of).collect();
    let of = |wanted: &[&str]| -> Vec<Told> {
        told.iter()
            .filter(|t| wanted.contains(&t.verdict))
            .skip((page - 1) * SHOWN)
            .take(SHOWN)
            .cloned()
            .collect()
    };
    Ok(Preview {
        counts,
        tally: head.tally,
        notices: head.notices,
        seen,
        bad: of(&["bad"]),
        asked: of(&["ask"]),
        changes: of(&["add", "change"]),
    })
}

/// Of a long table: as the job left it.
fn kept(
    tx: &mut Tx<'_>,
    stored: &Stored,
    staged: &Staged,
    page: usize,
) -> Result<Preview, Trouble> {
    let (limit, skipped) = (SHOWN as i64, ((page - 1) * SHOWN) as i64);
    let mut of = |one: &'static str, other: &'static str| -> Result<Vec<Told>, Trouble> {
        type Found = (i64, String, String, Option<Json<Vec<(usize, usize)>>>, KeptFaults);
        let rows: Vec<Found> = imports::told(tx, &stored.id, (one, other), (limit, skipped))?;
        let verdict = |v: &str| if v == one { one } else { other };
        let told = rows.into_iter().map(|(number, v, label, typed, faults)| {
            let label = english::joined(&label, &typed.map(|spans| spans.0).unwrap_or_default());
            Told { number, verdict: verdict(&v), label, faults: faults.0 }
        });
        Ok(told.collect())
    };
    Ok(Preview {
        bad: of("bad", "bad")?,
        asked: of("ask", "ask")?,
        changes: of("add", "change")?,
        counts: staged.counts,
        tally: staged.tally.clone(),
        notices: staged.notices.clone(),
        seen: staged.seen.clone(),
    })
}

fn faults(told: &[Told]) -> Vec<Value> {
    told.iter()
        .flat_map(|t| {
            t.faults.iter().map(|f| {
                let problem = english::quoting(&f.problem, std::iter::once(f.typed.as_str()));
                json!({"number": t.number, "label": t.label, "column": f.column, "typed": f.typed, "problem": problem})
            })
        })
        .collect()
}

/// A notice about a file, in which the file's own words are marked: what it quotes, and the sheets
/// that it names after a colon.
fn marked(notice: &str, table: &Table) -> String {
    let heads = table.rows.iter().take(HEAD_ROWS).flat_map(Row::filled);
    let words = || heads.clone().chain(table.sheets.iter().map(String::as_str));
    let Some((head, mut tail)) = notice.split_once('：') else {
        return english::quoting_whole(notice, words());
    };
    let mut out = format!("{}：", english::quoting_whole(head, words()));
    while let Some(next) = tail.chars().next() {
        let sheet = table
            .sheets
            .iter()
            .filter(|s| !s.is_empty() && tail.starts_with(s.as_str()))
            .max_by_key(|s| s.len());
        let taken = sheet.map_or(next.len_utf8(), String::len);
        let (part, rest) = tail.split_at(taken);
        out.push_str(&if sheet.is_some() { english::typed(part) } else { part.to_string() });
        tail = rest;
    }
    // What stands in brackets after the colon was quoted too.
    english::quoting_whole(&out, words())
}

/// What can be pressed to read the file otherwise: encodings for text, sheets for a workbook.
fn otherwise(tx: &mut Tx<'_>, stored: &Stored) -> Result<(Vec<Value>, Vec<String>), Trouble> {
    if !imports::has_file(tx, &stored.id)? {
        return Ok((Vec::new(), Vec::new()));
    }
    let Table { read_as, sheet, sheets, .. } = &stored.content.0;
    if !sheet.is_empty() || Encoding::ALL.iter().all(|e| e.label() != read_as.as_str()) {
        return Ok((Vec::new(), sheets.iter().filter(|s| *s != sheet).cloned().collect()));
    }
    let label = |e: Encoding| match e {
        Encoding::Utf16Be => "UTF-16BE",
        other => other.label(),
    };
    let all = Encoding::ALL
        .into_iter()
        .filter(|e| label(*e) != read_as)
        .map(|e| json!([e.key(), label(e)]))
        .collect();
    Ok((all, Vec::new()))
}

/// The page of an import: the lines counted, what each would do, what to press; or how far its job
/// is.
pub fn checked<L: List>(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let page = visit.page_asked(10_000)? as usize;
    let waiting = stored.status == Status::Checked;
    let mut trouble = stored.trouble.clone();
    let preview = match (waiting, &stored.staged) {
        (false, _) => Preview::default(),
        (true, Some(staged)) if staged.is_whole() && stored.content.is_whole() => {
            kept(tx, &stored, &staged.0, page)?
        }
        (true, _) if stored.is_long() => Preview::default(),
        (true, _) => match fresh::<L>(visit, tx, &stored, page) {
            Ok(preview) => preview,
            Err(Trouble::Refused { errors, .. }) => {
                trouble = Some(errors.0.into_iter().map(|(_, s)| s).collect::<Vec<_>>().join(" "));
                Preview::default()
            }
            Err(other) => return Err(other),
        },
    };
    let broken = waiting && preview.tally.lines == 0;
    let counts =
        stored.counts.as_ref().and_then(|c| c.if_whole().copied()).unwrap_or(preview.counts);
    let most = counts.bad.max(counts.asked).max(counts.added + counts.changed);
    let pages = if waiting { most.div_ceil(SHOWN) } else { 0 };
    let (encodings, sheets) = if waiting { otherwise(tx, &stored)? } else { Default::default() };
    let working = matches!(stored.status, Status::Checking | Status::Applying | Status::Undoing);
    let far = if working { Some(job::how_far(tx, &stored)?) } else { None };
    let table = &stored.content.0;
    let notices = table.notices.iter().chain(&preview.notices).filter(|_| waiting);
    let notices: Vec<String> = notices.map(|n| marked(n, table)).collect();
    visit.page(
        "web/import.html",
        typed,
        json!({
            "h1": if working { "取り込み" } else { "取り込みの確認" }, "crumbs": [[place.up.0, place.up.1], [place.base, "取り込み"]], "import": stored.json(), "counts": counts, "tally": preview.tally, "notices": notices, "seen": preview.seen,
            "faults": faults(&preview.bad), "doubts": faults(&preview.asked), "changes": preview.changes.iter().map(|t| json!({"number": t.number, "label": t.label, "adds": t.verdict == "add"})).collect::<Vec<_>>(),
            "base": place.base, "fault": trouble, "broken": broken, "waiting": waiting, "page": page, "pages": pages, "encodings": encodings, "sheets": sheets, "far": far, "refresh": working.then_some(3),
        }),
    )
}

/// The rows that can't be taken, as they were, with what is wrong in a last column; mended, the
/// file can come back.
pub fn errors<L: List>(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let content = readable(&stored)?;
    let staged = stored.staged.is_some();
    let (head, mut told) = if staged {
        (Head::find(content, &L::columns(visit)?)?, wrong_after(tx, &stored.id, 0)?)
    } else {
        let (head, lines) = lines::<L>(visit, tx, &stored)?;
        let told = lines.into_iter().map(Told::of);
        (head, told.filter(|t| matches!(t.verdict, "bad" | "ask")).collect())
    };
    let wrong = Wrong::under(&head, content);
    let mut book = wrong.begin(&told)?;
    while let Some(last) = told.last().map(|t| t.number) {
        told.iter().try_for_each(|t| book.row(&wrong.row(t)))?;
        told = if staged { wrong_after(tx, &stored.id, last)? } else { Vec::new() };
    }
    let name = Sheet::new("取り込めない行", &place.up.1, [""; 0], Vec::new())
        .file_name(rules::time::date(stored.made_at), "xlsx");
    Ok(Answer::File { name, mime: table::XLSX, bytes: book.finished()?, inline: false })
}

/// Rows that are read at once.
const READ: i64 = 500;

/// What a job found wrong in the lines after one.
fn wrong_after(tx: &mut Tx<'_>, import: &str, number: i64) -> Result<Vec<Told>, Trouble> {
    let rows: Vec<(i64, KeptFaults)> = imports::wrong_after(tx, import, number, READ)?;
    Ok(rows
        .into_iter()
        .map(|(number, faults)| Told {
            number,
            verdict: "bad",
            label: String::new(),
            faults: faults.0,
        })
        .collect())
}

/// How the rows that can't be taken stand in their file. The column of faults moves to the end,
/// wherever it stood when the file came back; every other cell stays under its title.
struct Wrong<'t> {
    content: &'t Table,
    /// Title and place of each column that stays.
    kept: Vec<(&'t str, usize)>,
}

impl<'t> Wrong<'t> {
    fn under(head: &'t Head, content: &'t Table) -> Wrong<'t> {
        let widest = content.rows.widest().max(head.said.len());
        let titled = (0..widest).map(|at| (head.said.get(at).map_or("", String::as_str), at));
        Wrong { content, kept: titled.filter(|(title, _)| *title != FAULTS).collect() }
    }
    fn begin(&self, first: &[Told]) -> Result<Book, Trouble> {
        let first: Vec<Vec<Cell>> =
            first.iter().take(table::LOOKED_AT).map(|t| self.row(t)).collect();
        let of = |at: usize| first.iter().filter_map(move |row| row.get(at));
        let mut columns: Vec<Column> = self
            .kept
            .iter()
            .enumerate()
            .map(|(at, (title, _))| Column::new(title, !first.is_empty(), of(at)))
            .collect();
        columns.push(Column::new(FAULTS, false, of(self.kept.len())));
        Book::begin(&columns)
    }
    /// What was typed leaves as text: a code that lost nothing on the way in loses nothing on the
    /// way out.
    fn row(&self, told: &Told) -> Vec<Cell> {
        let row = usize::try_from(told.number - 1)
            .map(|at| self.content.rows.row(at))
            .unwrap_or_default();
        let cell = |(_, at): &(&str, usize)| {
            row.get(*at).map_or_else(|| Cell::text(""), |c| Cell::code(unguarded(c)))
        };
        let why: Vec<String> =
            told.faults.iter().map(|f| format!("{}：{}", f.column, f.problem)).collect();
        self.kept.iter().map(cell).chain([Cell::text(why.join("\n"))]).collect()
    }
}

/// The page where a table is given: what may be taken out first, which columns there are, what came
/// before.
pub struct Offer<'o> {
    pub h1: &'o str,
    /// A key of the catalogue.
    pub lead: &'o str,
    /// Address and words of files that may be filled in.
    pub out: Vec<(String, &'o str)>,
    /// Title and what belongs there.
    pub columns: &'o [(&'o str, &'o str)],
}

pub fn offer<L: List>(
    visit: &Visit,
    tx: &mut Tx<'_>,
    typed: &Typed,
    offer: &Offer<'_>,
) -> Result<Answer, Trouble> {
    let place = L::place(visit)?;
    let before: Vec<Value> =
        latest(tx, &place.kind, &place.scope)?.iter().map(Listed::json).collect();
    visit.page(
        "web/offer.html",
        typed,
        json!({"h1": offer.h1, "lead": offer.lead, "base": place.base, "out": offer.out, "columns": offer.columns, "before": before, "crumbs": [[place.up.0, place.up.1]]}),
    )
}

impl Columns {
    /// As [`Offer`] has them.
    pub fn of(columns: &[(&'static str, &'static str)]) -> Columns {
        Columns::new(columns.iter().copied())
    }
}
