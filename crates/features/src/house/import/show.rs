//! The pages of an import: where a table is given, what it would do, how far its job is, and the rows that can't be taken as a file.

use platform::db::Tx;
use platform::english;
use platform::value::Json;
use platform::{args, sql};
use serde_json::{Value, json};

use super::super::page::{Answer, Typed};
use super::super::reading::{Encoding, Table};
use super::super::table::{self, Cell, Sheet, unguarded};
use super::super::visit::{Trouble, Visit};
use super::{
    Columns, Counts, Fault, Head, KeptFaults, Line, List, Listed, Staged, Stored, Tally, Verdict, counts, job, latest, lines, load,
    readable,
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

impl Told {
    pub fn of<T>(line: &Line<T>) -> Told {
        let (verdict, label, faults) = match &line.verdict {
            Verdict::Add(label, _) => ("add", label.clone(), Vec::new()),
            Verdict::Change(label, _) => ("change", label.clone(), Vec::new()),
            Verdict::Ask(label, faults, _) => ("ask", label.clone(), faults.clone()),
            Verdict::Same => ("same", String::new(), Vec::new()),
            Verdict::Bad(faults) => ("bad", String::new(), faults.clone()),
        };
        Told { number: line.number as i64, verdict, label, faults }
    }
}

/// A head stands in one of these.
const HEAD_ROWS: usize = 50;

/// One page of a preview.
#[derive(Default)]
struct Preview {
    counts: Counts,
    tally: Tally,
    notices: Vec<String>,
    bad: Vec<Told>,
    asked: Vec<Told>,
    changes: Vec<Told>,
}

/// Of a short table: made anew, from what is stored now.
fn fresh<L: List>(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, page: usize) -> Result<Preview, Trouble> {
    let (head, lines) = lines::<L>(visit, tx, readable(stored)?)?;
    let told: Vec<Told> = lines.iter().map(Told::of).collect();
    let of = |wanted: &[&str]| -> Vec<Told> {
        told.iter().filter(|t| wanted.contains(&t.verdict)).skip((page - 1) * SHOWN).take(SHOWN).cloned().collect()
    };
    Ok(Preview {
        counts: counts(&lines),
        tally: head.tally,
        notices: head.notices,
        bad: of(&["bad"]),
        asked: of(&["ask"]),
        changes: of(&["add", "change"]),
    })
}

/// Of a long table: as the job left it.
fn kept(tx: &mut Tx<'_>, stored: &Stored, staged: &Staged, page: usize) -> Result<Preview, Trouble> {
    let (limit, skipped) = (SHOWN as i64, ((page - 1) * SHOWN) as i64);
    let mut of = |one: &'static str, other: &'static str| -> Result<Vec<Told>, Trouble> {
        let rows: Vec<(i64, String, String, Option<Json<Vec<(usize, usize)>>>, KeptFaults)> = tx.all(
            sql!(
                "select number, verdict, label, typed, faults from import_row
                 where import_id = $1 and (verdict = $2 or verdict = $3) order by number limit $4 offset $5"
            ),
            args![&stored.id, one, other, limit, skipped],
        )?;
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

/// A notice about a file, in which the file's own words are marked: what it quotes, and the sheets that it names after a colon.
fn marked(notice: &str, table: &Table) -> String {
    let heads = table.rows.iter().take(HEAD_ROWS).flatten();
    let words = || heads.clone().chain(&table.sheets).map(String::as_str);
    let Some((head, mut tail)) = notice.split_once('：') else { return english::quoting_whole(notice, words()) };
    let mut out = format!("{}：", english::quoting_whole(head, words()));
    while let Some(next) = tail.chars().next() {
        let sheet = table.sheets.iter().filter(|s| !s.is_empty() && tail.starts_with(s.as_str())).max_by_key(|s| s.len());
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
    let there: Option<(i64,)> = tx.first(sql!("select count(*) from import_file where import_id = $1"), args![&stored.id])?;
    if there.is_none_or(|(n,)| n == 0) {
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
    let all = Encoding::ALL.into_iter().filter(|e| label(*e) != read_as).map(|e| json!([e.key(), label(e)])).collect();
    Ok((all, Vec::new()))
}

/// The page of an import: the lines counted, what each would do, what to press; or how far its job is.
pub fn checked<L: List>(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let page = visit.page_asked(10_000)? as usize;
    let waiting = stored.status == "checked";
    let mut trouble = stored.trouble.clone();
    let preview = match (waiting, &stored.staged) {
        (false, _) => Preview::default(),
        (true, Some(staged)) if staged.is_whole() && stored.content.is_whole() => kept(tx, &stored, &staged.0, page)?,
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
    let counts = stored.counts.as_ref().and_then(|c| c.if_whole().copied()).unwrap_or(preview.counts);
    let most = counts.bad.max(counts.asked).max(counts.added + counts.changed);
    let pages = if waiting { most.div_ceil(SHOWN) } else { 0 };
    let (encodings, sheets) = if waiting { otherwise(tx, &stored)? } else { Default::default() };
    let working = matches!(stored.status.as_str(), "checking" | "applying" | "undoing");
    let far = if working { Some(job::how_far(tx, &stored)?) } else { None };
    let table = &stored.content.0;
    let notices: Vec<String> = table.notices.iter().chain(&preview.notices).map(|n| marked(n, table)).collect();
    visit.page(
        "house/import.html",
        typed,
        json!({
            "h1": if working { "取り込み" } else { "取り込みの確認" }, "crumbs": [[place.up.0, place.up.1], [place.base, "取り込み"]], "import": stored.json(), "counts": counts, "tally": preview.tally, "notices": notices,
            "faults": faults(&preview.bad), "doubts": faults(&preview.asked), "changes": preview.changes.iter().map(|t| json!({"number": t.number, "label": t.label, "adds": t.verdict == "add"})).collect::<Vec<_>>(),
            "base": place.base, "fault": trouble, "broken": broken, "waiting": waiting, "page": page, "pages": pages, "encodings": encodings, "sheets": sheets, "far": far, "refresh": working.then_some(3),
        }),
    )
}

/// The rows that can't be taken, as they were, with what is wrong in a last column; mended, the file can come back.
pub fn errors<L: List>(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let content = readable(&stored)?;
    let head = Head::find(content, &L::columns(visit)?)?;
    let told: Vec<Told> = if stored.staged.is_some() {
        let rows: Vec<(i64, KeptFaults)> = tx.all(
            sql!("select number, faults from import_row where import_id = $1 and (verdict = 'bad' or verdict = 'ask') order by number"),
            args![&stored.id],
        )?;
        rows.into_iter().map(|(number, faults)| Told { number, verdict: "bad", label: String::new(), faults: faults.0 }).collect()
    } else {
        let (_, lines) = lines::<L>(visit, tx, content)?;
        lines.iter().map(Told::of).filter(|t| matches!(t.verdict, "bad" | "ask")).collect()
    };
    // The column of faults moves to the end, wherever it stood when the file came back; every other
    // cell stays under its title.
    let widest = content.rows.iter().map(Vec::len).max().unwrap_or(0).max(head.said.len());
    let title = |at: usize| head.said.get(at).map_or("", String::as_str);
    let kept: Vec<usize> = (0..widest).filter(|at| title(*at) != "エラー").collect();
    let mut titles: Vec<&str> = kept.iter().map(|at| title(*at)).collect();
    titles.push("エラー");
    let rows = told
        .iter()
        .map(|t| {
            let cells = content.rows.get((t.number as usize).saturating_sub(1)).map_or(&[][..], Vec::as_slice);
            // What was typed leaves as text: a code that lost nothing on the way in loses nothing on the way out.
            let cell = |at: &usize| cells.get(*at).map_or_else(|| Cell::text(""), |c| Cell::code(unguarded(c)));
            let mut cells: Vec<Cell> = kept.iter().map(cell).collect();
            cells.push(Cell::Text(t.faults.iter().map(|f| format!("{}：{}", f.column, f.problem)).collect::<Vec<_>>().join("\n")));
            cells
        })
        .collect();
    let sheet = Sheet::new("取り込めない行", &place.up.1, titles, rows);
    let bytes = table::workbook(&sheet)?;
    Ok(Answer::File { name: sheet.file_name(rules::time::date(stored.made_at), "xlsx"), mime: table::XLSX, bytes, inline: false })
}

/// The page where a table is given: what may be taken out first, which columns there are, what came before.
pub struct Offer<'o> {
    pub h1: &'o str,
    /// A key of the catalogue.
    pub lead: &'o str,
    /// Address and words of files that may be filled in.
    pub out: Vec<(String, &'o str)>,
    /// Title and what belongs there.
    pub columns: &'o [(&'o str, &'o str)],
}

pub fn offer<L: List>(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed, offer: &Offer<'_>) -> Result<Answer, Trouble> {
    let place = L::place(visit)?;
    let before: Vec<Value> = latest(tx, &place.kind, &place.scope)?.iter().map(Listed::json).collect();
    visit.page(
        "house/offer.html",
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
