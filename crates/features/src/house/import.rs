//! Tables that come in: one pipeline for a file, a paste and any list. A table is taken, checked row by row, shown in four counts,
//! applied as a whole or its good rows only, and taken back as long as nothing has touched its rows since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::value::Json;
use platform::{args, ids, row, sql};
use rules::input;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::page::{Answer, Typed};
use super::table::{self, Cell, Sheet, Table};
use super::visit::{Trouble, Visit};

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub name: String,
        pub file_name: String,
        pub file_digest: String,
        pub content: Json<Table>,
        pub status: String,
        pub made_at: Timestamp,
        pub applied_at: Option<Timestamp>,
        pub counts: Option<Json<Counts>>,
        pub undo: Option<Json<Value>>,
        pub version: i64,
    }
}

impl Stored {
    pub fn json(&self) -> Value {
        let (word, tone) = match self.status.as_str() {
            "applied" => ("取り込み済み", "ok"),
            "undone" => ("元に戻しました", "plain"),
            _ => ("確認待ち", "wait"),
        };
        json!({"id": self.id, "name": self.name, "file": self.file_name, "digest": self.file_digest, "read_as": self.content.0.read_as, "status": self.status, "word": word, "tone": tone, "made_at": self.made_at, "applied_at": self.applied_at, "version": self.version, "counts": self.counts.as_ref().map(|c| &c.0)})
    }
}

/// 追加・変更・変更なし・確かめる・取り込めない
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub added: usize,
    pub changed: usize,
    pub same: usize,
    /// Doubtful rows, which are taken only where the person says so.
    #[serde(default)]
    pub asked: usize,
    pub bad: usize,
}

/// What is wrong in one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub column: String,
    pub typed: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// What one row would do.
#[derive(Clone, Debug)]
pub enum Verdict<T> {
    Add(String, T),
    Change(String, T),
    /// Possible, but unlikely: what it would do, and what is doubted. Taken where the person says that it is right.
    Ask(String, Vec<Fault>, T),
    Same,
    Bad(Vec<Fault>),
}

impl<T> Verdict<T> {
    pub fn bad(column: &str, typed: &str, problem: &str) -> Verdict<T> {
        Verdict::Bad(vec![Fault { column: column.into(), typed: typed.into(), problem: problem.into() }])
    }
}

pub struct Line<T> {
    /// The row's number in the file, as a spreadsheet counts.
    pub number: usize,
    pub verdict: Verdict<T>,
}

/// The columns of a table by their titles.
pub struct Head {
    columns: BTreeMap<String, usize>,
    /// Where the titles stand; what follows is rows, but for a line of notes.
    at: usize,
}

fn title(text: &str) -> String {
    rules::fold::key(text)
}

impl Head {
    /// Finds the line of titles: the first one with anything in it.
    pub fn of(table: &Table) -> Result<Head, Trouble> {
        let at = table.rows.iter().position(|row| !row.is_empty()).ok_or_else(|| Trouble::at("file", "表が空です。"))?;
        let mut columns = BTreeMap::new();
        for (column, text) in table.rows[at].iter().enumerate() {
            if !text.is_empty() && columns.insert(title(text), column).is_some() {
                return Err(Trouble::at("file", format!("見出し「{text}」が2つあります。")));
            }
        }
        Ok(Head { columns, at })
    }
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(&title(name))
    }
    pub fn needs(&self, names: &[&str]) -> Result<(), Trouble> {
        let missing: Vec<&str> = names.iter().copied().filter(|n| !self.has(n)).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Trouble::at("file", format!("見出し「{}」がありません。一覧から出した表の見出しを残してください。", missing.join("」「"))))
        }
    }
    /// Rows with their numbers; empty lines and the line of notes are passed over.
    pub fn rows<'t>(&self, table: &'t Table) -> impl Iterator<Item = (usize, &'t [String])> {
        let at = self.at;
        table
            .rows
            .iter()
            .enumerate()
            .skip(at + 1)
            .filter(move |(i, row)| {
                let noted =
                    *i == at + 1 && row.iter().any(|c| c.starts_with("変えません") || c.starts_with("例 ") || c.starts_with("例　"));
                !noted && row.iter().any(|cell| !cell.is_empty())
            })
            .map(|(i, row)| (i + 1, row.as_slice()))
    }
    pub fn cell<'t>(&self, row: &'t [String], name: &str) -> &'t str {
        self.columns.get(&title(name)).and_then(|at| row.get(*at)).map_or("", String::as_str)
    }
}

macro_rules! imports {
    ($which:literal) => {
        sql!(concat!(
            "select id, name, file_name, file_digest, content, status, made_at, applied_at, counts, undo, version from import ",
            $which
        ))
    };
}

pub fn latest(tx: &mut Tx<'_>, kind: &str, scope: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(imports!("where kind = $1 and scope = $2 order by made_at desc, id limit 10"), args![kind, scope])
}

pub fn load(tx: &mut Tx<'_>, kind: &str, scope: &str, id: &str) -> Result<Stored, Trouble> {
    tx.first(imports!("where kind = $1 and scope = $2 and id = $3"), args![kind, scope, id])?.ok_or(Trouble::NotFound)
}

/// Takes a file (`file`) or a paste (`paste`); nothing but the import itself is written.
pub fn take(visit: &Visit, tx: &mut Tx<'_>, kind: &str, scope: &str, form: &Form) -> Result<String, Trouble> {
    if form.has("file.fault") {
        return Err(Trouble::at("file", form.get("file.fault")));
    }
    let (content, name, digest) = if form.has("file") {
        let content: Table = serde_json::from_str(form.get("file")).map_err(|e| Trouble::at("file", e))?;
        (content, input::text(form.get("file.file")), form.get("file.digest").to_string())
    } else if form.has("paste") {
        let content = table::paste(form.get("paste")).map_err(|e| Trouble::at("paste", e))?;
        (content, "（貼り付け）".to_string(), platform::secrets::digest(form.get("paste")))
    } else {
        return Err(Trouble::at("file", "ファイルを選ぶか、表を貼り付けてください。"));
    };
    let (id, actor) = (ids::short("i"), visit.actor());
    tx.run(
        sql!("insert into import (id, kind, scope, account, name, file_name, file_digest, content, status, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 'checked', $9)"),
        args![&id, kind, scope, &actor.account, &actor.name, &name, &digest, Json(&content), visit.now],
    )?;
    visit.journal(
        tx,
        ("import", &id),
        "import.take",
        Value::Null,
        json!({"kind": kind, "file": name, "digest": digest, "rows": content.rows.len()}),
        None,
    )?;
    Ok(id)
}

pub fn counts<T>(lines: &[Line<T>]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        match &line.verdict {
            Verdict::Add(..) => counts.added += 1,
            Verdict::Change(..) => counts.changed += 1,
            Verdict::Ask(..) => counts.asked += 1,
            Verdict::Same => counts.same += 1,
            Verdict::Bad(_) => counts.bad += 1,
        }
    }
    counts
}

/// What is to be applied: everything, or with `which=good` the good rows only; doubtful rows with `asked=yes` only.
pub fn accepted<T>(lines: Vec<Line<T>>, form: &Form) -> Result<Vec<T>, Trouble> {
    let counts = counts(&lines);
    let (good, sure) = (form.get("which") == "good", form.get("asked") == "yes");
    if counts.bad > 0 && !good {
        return Err(Trouble::at(
            "",
            format!("取り込めない行が{}行あります。直してから取り込むか、「正しい行だけ取り込む」を選んでください。", counts.bad),
        ));
    }
    if counts.asked > 0 && !good && !sure {
        return Err(Trouble::at(
            "asked",
            format!("確かめる行が{}行あります。正しければ「確かめました」を選んでから、取り込んでください。", counts.asked),
        ));
    }
    if counts.added + counts.changed + if sure { counts.asked } else { 0 } == 0 {
        return Err(Trouble::at("", "取り込む行がありません。"));
    }
    Ok(lines
        .into_iter()
        .filter_map(|line| match line.verdict {
            Verdict::Add(_, row) | Verdict::Change(_, row) => Some(row),
            Verdict::Ask(_, _, row) => sure.then_some(row),
            Verdict::Same | Verdict::Bad(_) => None,
        })
        .collect())
}

pub fn applied(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, counts: &Counts, undo: Value) -> Result<(), Trouble> {
    tx.run_one(
        sql!("update import set status = 'applied', applied_at = $1, counts = $2, undo = $3, version = version + 1 where id = $4 and version = $5 and status = 'checked'"),
        args![visit.now, Json(counts), Json(&undo), &stored.id, stored.version],
    )?;
    Ok(visit.journal(tx, ("import", &stored.id), "import.apply", Value::Null, json!(counts), None)?)
}

pub fn undone(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Trouble> {
    tx.run_one(
        sql!("update import set status = 'undone', version = version + 1 where id = $1 and version = $2 and status = 'applied'"),
        args![&stored.id, stored.version],
    )?;
    Ok(visit.journal(tx, ("import", &stored.id), "import.undo", Value::Null, Value::Null, None)?)
}

/// Faults on the page; the file has all.
const SHOWN: usize = 100;

/// The page of an import: four counts, the first faults, what to press.
pub fn show<T>(
    visit: &Visit,
    typed: &Typed,
    stored: &Stored,
    lines: Result<Vec<Line<T>>, Trouble>,
    base: &str,
    up: &[&str; 2],
) -> Result<Answer, Trouble> {
    let waiting = stored.status == "checked";
    let (lines, trouble) = match lines {
        Ok(lines) => (lines, None),
        Err(Trouble::Refused { errors, .. }) if waiting => {
            (Vec::new(), Some(errors.0.into_iter().map(|(_, s)| s).collect::<Vec<_>>().join(" ")))
        }
        Err(_) if !waiting => (Vec::new(), None),
        Err(other) => return Err(other),
    };
    let counts = stored.counts.as_ref().map_or_else(|| counts(&lines), |c| c.0);
    let mut faults = Vec::new();
    let mut doubts = Vec::new();
    let mut changes = Vec::new();
    for line in lines.iter().filter(|_| waiting) {
        match &line.verdict {
            Verdict::Ask(label, found, _) => doubts.extend(
                found
                    .iter()
                    .map(|f| json!({"number": line.number, "label": label, "column": f.column, "typed": f.typed, "problem": f.problem})),
            ),
            Verdict::Bad(found) => {
                faults.extend(
                    found.iter().map(|f| json!({"number": line.number, "column": f.column, "typed": f.typed, "problem": f.problem})),
                );
            }
            Verdict::Add(label, _) | Verdict::Change(label, _) if changes.len() < SHOWN => {
                changes.push(json!({"number": line.number, "label": label}))
            }
            _ => {}
        }
    }
    let total = faults.len();
    faults.truncate(SHOWN);
    let asked = doubts.len();
    doubts.truncate(SHOWN);
    visit.page(
        "house/import.html",
        typed,
        json!({"h1": "取り込みの確認", "crumbs": [up, &[base, "取り込み"]], "import": stored.json(), "counts": counts, "faults": faults, "total": total, "doubts": doubts, "asked": asked, "changes": changes, "base": base, "fault": trouble, "waiting": waiting}),
    )
}

/// The rows that can't be taken, as they were, with what is wrong in a last column; mended, the file can come back.
pub fn errors_file<T>(stored: &Stored, lines: &[Line<T>]) -> Result<Answer, Trouble> {
    let content = &stored.content.0;
    let head = Head::of(content)?;
    let mut titles: Vec<&str> = content.rows[head.at].iter().map(String::as_str).filter(|t| *t != "エラー").collect();
    let width = titles.len();
    titles.push("エラー");
    let rows = lines.iter().filter_map(|line| {
        let (Verdict::Bad(faults) | Verdict::Ask(_, faults, _)) = &line.verdict else { return None };
        let mut cells: Vec<Cell> = content.rows[line.number - 1].iter().take(width).map(Cell::text).collect();
        cells.resize(width, Cell::text(""));
        cells.push(Cell::Text(faults.iter().map(|f| format!("{}：{}", f.column, f.problem)).collect::<Vec<_>>().join("\n")));
        Some(cells)
    });
    let rows = rows.collect();
    let sheet = Sheet::new("取り込めない行", "", titles, rows);
    let bytes = table::workbook(&sheet)?;
    Ok(Answer::File { name: sheet.file_name(rules::time::date(stored.made_at), "xlsx"), mime: table::XLSX, bytes, inline: false })
}

/// The page where a table is given: what may be taken out first, which columns there are, what came before.
pub struct Offer<'o> {
    pub h1: &'o str,
    /// A key of the catalogue.
    pub lead: &'o str,
    pub kind: &'o str,
    pub scope: &'o str,
    pub base: &'o str,
    /// Address and words of files that may be filled in.
    pub out: Vec<(String, &'o str)>,
    /// Title and what belongs there.
    pub columns: &'o [(&'o str, &'o str)],
    /// Where it stands below.
    pub up: (String, &'o str),
}

pub fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed, offer: &Offer<'_>) -> Result<Answer, Trouble> {
    let before: Vec<Value> = latest(tx, offer.kind, offer.scope)?.iter().map(Stored::json).collect();
    visit.page(
        "house/offer.html",
        typed,
        json!({"h1": offer.h1, "lead": offer.lead, "base": offer.base, "out": offer.out, "columns": offer.columns, "before": before, "crumbs": [[offer.up.0, offer.up.1]]}),
    )
}
