//! Tables that come in: one pipeline for a file, a paste and any list. A table is taken, checked
//! row by row, shown with every line counted and everything that would be written, applied as a
//! whole or its good rows only, and taken back as long as nothing has touched its rows since. A
//! long table is checked and applied by a job; what is kept of the file lets it be read again in
//! another encoding.
//!
//! A list says what is its own ([`List`]); everything else is here, the same for all.

mod assumed;
mod head;
mod job;
mod mixed;
mod show;
mod store;
mod titled;
mod twins;
mod twolines;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::kept::{items, texts, whole};
use platform::{ids, kept, row};
use rules::access::Act;
use rules::application::grouped;
use rules::heading::Target;
use rules::input;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use assumed::Assumed;
pub use head::{Columns, Head, Sum, Tally, sum_of};
pub use job::{carry_out, progress};
pub use mixed::mixed_up;
pub use show::{Offer, offer};
pub use store::{kind_of, latest};
pub use titled::target;
pub use twins::Twins;
pub use work::imports::KeptUndo;

use super::page::{Answer, Typed};
use super::reading::pool::{self, NotRead};
use super::reading::{self, Encoding, Row, Table};
use super::routes::{self, Done, Holds, Route, Run, Takes};
use super::visit::{Request, Trouble, Visit, guard};
use super::{House, server};
use work::imports;

use crate::errors::Errors;
pub use work::imports::Counts;
use work::imports::Status;

kept! {
    /// A table that came in: all of it or none, so that no row is lost without a word.
    pub KeptTable = OfTable(Table), whole,
        "保存されていた表を読めませんでした。何も書き込まれません。もう一度、表を選んでください。";
    pub KeptCounts = OfCounts(Counts), whole,
        "取り込みの件数の記録を読めませんでした。";
    pub KeptParams = OfParams(BTreeMap<String, String>), texts,
        "取り込み先の記録を読めませんでした。";
    pub KeptWish = OfWish(Wish), whole,
        "取り込みのしかたの記録を読めませんでした。";
    pub KeptStaged = OfStaged(Staged), whole,
        "表を確かめた結果を読めませんでした。何も書き込まれていません。もう一度、表を選んでください。";
    pub KeptFaults = OfFaults(Vec<Fault>), items,
        "行の問題の記録に、読めないものがありました。";
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub kind: String,
        pub account: String,
        pub name: String,
        pub file_name: String,
        pub file_digest: String,
        pub content: KeptTable,
        pub status: Status,
        pub made_at: Timestamp,
        pub applied_at: Option<Timestamp>,
        pub counts: Option<KeptCounts>,
        pub undo: Option<KeptUndo>,
        pub version: i64,
        /// What a job needs to go on in the person's name: the path's parameters.
        pub params: Option<KeptParams>,
        /// What the person chose when it was to be applied.
        pub wish: Option<KeptWish>,
        /// Why a job couldn't do it, as a sentence.
        pub trouble: Option<String>,
        /// Whether its rows were checked by a job and stand in `import_row`.
        pub staged: Option<KeptStaged>,
    }
}

/// What was chosen when an import was to be applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The good rows only.
    pub good: bool,
    /// The doubtful rows too.
    pub sure: bool,
    /// The mark of the preview on which it was chosen ([`mark`]).
    #[serde(default)]
    pub seen: String,
}

impl Wish {
    fn of(form: &Form) -> Wish {
        Wish {
            good: form.get("which") == "good",
            sure: form.get("asked") == "yes",
            seen: form.get("seen").to_string(),
        }
    }
}

/// What a job found out about a long table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    pub counts: Counts,
    pub tally: Tally,
    pub notices: Vec<String>,
    /// The mark of what its rows would do ([`mark`]).
    #[serde(default)]
    pub seen: String,
}

row! {
    /// An import as a list of them shows it, without its table.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Listed {
        pub id: String,
        pub name: String,
        pub file_name: String,
        pub status: Status,
        pub made_at: Timestamp,
    }
}

impl Listed {
    pub fn json(&self) -> Value {
        let (word, tone) = said_status(self.status);
        json!({"id": self.id, "name": self.name, "file": self.file_name, "word": word, "tone": tone, "made_at": self.made_at})
    }
}

fn said_status(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Applied => ("取り込み済み", "ok"),
        Status::Undone => ("元に戻しました", "plain"),
        Status::Checking => ("確認中", "wait"),
        Status::Applying => ("取り込み中", "wait"),
        Status::Undoing => ("元に戻しています", "wait"),
        Status::Checked => ("確認待ち", "wait"),
    }
}

impl Stored {
    pub fn json(&self) -> Value {
        let (word, tone) = said_status(self.status);
        json!({"id": self.id, "name": self.name, "file": self.file_name, "digest": self.file_digest, "read_as": self.content.0.read_as, "sheet": self.content.0.sheet, "status": self.status, "word": word, "tone": tone, "made_at": self.made_at, "applied_at": self.applied_at, "version": self.version, "counts": self.counts.as_ref().map(|c| &c.0)})
    }
    /// The version and the state in which it was looked at.
    fn as_version(&self) -> imports::Of<'_> {
        imports::Of { id: &self.id, version: self.version, status: self.status }
    }
    /// Whether a job does the work.
    fn is_long(&self) -> bool {
        is_long(&self.content.0)
    }
}

/// Lines from which on a table is checked and applied by a job.
pub const LONG: usize = 1_000;

/// Lines with anything in them.
fn filled(table: &Table) -> impl Iterator<Item = Row<'_>> {
    table.rows.iter().filter(|row| !row.is_empty())
}

fn is_long(table: &Table) -> bool {
    filled(table).nth(LONG).is_some()
}

/// The title of the column that says what is wrong.
const FAULTS: &str = "エラー";

/// What is wrong in one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub column: String,
    pub typed: String,
    /// What is wrong and how to mend it.
    pub problem: String,
}

/// What one row would do.
#[derive(Clone, Debug)]
pub enum Verdict<T> {
    /// What will be written, with everything in it that can be wrong.
    Add(String, T),
    /// What differs: `before → after`, field by field.
    Change(String, T),
    /// Possible, but unlikely: what it would do, and what is doubted. Taken where the person says
    /// that it is right.
    Ask(String, Vec<Fault>, T),
    /// The whole content is what is stored already.
    Same,
    Bad(Vec<Fault>),
}

impl<T> Verdict<T> {
    pub fn bad(column: &str, typed: &str, problem: &str) -> Verdict<T> {
        Verdict::Bad(vec![Fault {
            column: column.into(),
            typed: typed.into(),
            problem: problem.into(),
        }])
    }
    /// The same with more that is doubted; what writes nothing isn't asked about.
    pub fn asked(self, more: Vec<Fault>) -> Verdict<T> {
        match self {
            Verdict::Add(label, order) | Verdict::Change(label, order) => {
                Verdict::Ask(label, more, order)
            }
            Verdict::Ask(label, doubts, order) => {
                Verdict::Ask(label, doubts.into_iter().chain(more).collect(), order)
            }
            other => other,
        }
    }
}

pub struct Line<T> {
    /// The row's number in the file, as a spreadsheet counts.
    pub number: usize,
    pub verdict: Verdict<T>,
}

/// A list that goes out and comes in: what is its own.
pub trait List: 'static {
    /// The act that guards all its pages.
    const ACT: Act;
    /// What is held while it is applied or taken back.
    const HOLDS: Holds = Holds::Path;
    /// What a good row asks for.
    type Order: Send + 'static;

    /// Kind, whose it is, address, and where its page stands below.
    ///
    /// # Errors
    /// Where there is no such list for this visitor.
    fn place(visit: &Visit) -> Result<Place, Trouble>;
    fn columns(visit: &Visit) -> Result<Columns, Trouble>;
    /// The page where a table is given.
    ///
    /// # Errors
    /// As any page.
    fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble>;
    /// Whether anything may be taken or applied at all just now.
    ///
    /// # Errors
    /// The sentence why not.
    fn may(_: &Visit, _: &mut Tx<'_>) -> Result<(), Trouble> {
        Ok(())
    }
    /// What the whole table is about, which its titles must not contradict.
    ///
    /// # Errors
    /// The database's.
    fn target(visit: &Visit, tx: &mut Tx<'_>) -> Result<Target, Trouble> {
        target(visit, tx)
    }
    /// The sentence of the catalogue after it was applied.
    fn applied(visit: &Visit) -> &'static str;
    /// Each row against what is stored.
    ///
    /// # Errors
    /// Where a column is missing.
    fn check(
        visit: &Visit,
        tx: &mut Tx<'_>,
        head: &Head,
        table: &Table,
    ) -> Result<Vec<Line<Self::Order>>, Trouble>;
    /// Writes the rows; what comes back is what [`List::undo`] needs.
    ///
    /// # Errors
    /// The sentence, where one of them is refused: nothing is kept then.
    fn apply(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &Stored,
        orders: Vec<Self::Order>,
    ) -> Result<Value, Trouble>;
    /// Takes an applied import back.
    ///
    /// # Errors
    /// The sentence, where something has touched its rows since.
    fn undo(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, undo: &Value) -> Result<(), Trouble>;
}

/// Where a list stands.
pub struct Place {
    pub kind: String,
    /// Whose it is: the organisation's, so that colleagues see it.
    pub scope: String,
    /// The address of its import.
    pub base: String,
    /// Address and name of the list itself.
    pub up: (String, String),
}

/// The addresses of a list's import, under where it is given.
pub fn routes<L: List>(base: &str) -> Vec<Route> {
    let below = |path: &str, run: Run| Route {
        holds: L::HOLDS,
        ..routes::route(&format!("{base}{path}"), L::ACT, run)
    };
    vec![
        below("", Run::Show(L::offer)),
        Route { takes: Takes::Table, ..below("", Run::Do(take::<L>, L::offer)) },
        below("/{import}", Run::Show(show::checked::<L>)),
        below("/{import}", Run::Do(apply::<L>, show::checked::<L>)),
        below("/{import}/undo", Run::Do(undo::<L>, show::checked::<L>)),
        below("/{import}/read", Run::Handler(read_again::<L>)),
        below("/{import}/errors.xlsx", Run::Show(show::errors::<L>)),
    ]
}

fn load<L: List>(visit: &Visit, tx: &mut Tx<'_>) -> Result<(Place, Stored), Trouble> {
    let place = L::place(visit)?;
    let stored = store::of_list(tx, &place, visit.param("import"))?.ok_or(Trouble::NotFound)?;
    Ok((place, stored))
}

/// A table as it came: in a file (`file`) or a paste (`paste`).
#[derive(Clone, Debug)]
pub struct Came {
    table: Result<Table, (&'static str, String)>,
    name: String,
    digest: String,
}

/// Reads the table of a form, before its transaction is opened.
pub fn came(form: &Form) -> Came {
    if form.has("file.fault") {
        return Came {
            table: Err(("file", form.get("file.fault").into())),
            name: String::new(),
            digest: String::new(),
        };
    }
    if form.has("file") {
        // No reader of ours wrote what isn't a table.
        let table = serde_json::from_str(form.get("file")).map_err(|_| {
            ("file", "ファイルを読めませんでした。もう一度、ファイルを選んでください。".into())
        });
        return Came { table, name: file_name(form), digest: form.get("file.digest").to_string() };
    }
    if form.has("paste") {
        let table = reading::paste(form.get("paste")).map_err(|e| ("paste", e));
        return Came {
            table,
            name: "（貼り付け）".into(),
            digest: platform::secrets::digest(form.get("paste")),
        };
    }
    let table = Err(("file", "ファイルを選ぶか、表を貼り付けてください。".into()));
    Came { table, name: String::new(), digest: String::new() }
}

/// Keeps a table that came; nothing but the import itself is written.
fn take<L: List>(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    L::may(visit, tx)?;
    let came = visit.request.table.as_ref().ok_or_else(|| {
        Trouble::Bug(format!("{}: no table was read before the transaction", visit.request.path))
    })?;
    let content = came.table.as_ref().map_err(|(field, why)| Trouble::at(field, why))?;
    let place = L::place(visit)?;
    too_many::<L>(visit, content)?;
    let (id, long) = (ids::short("i"), is_long(content));
    let taken = imports::Came {
        id: &id,
        list: (&place.kind, &place.scope),
        file_name: &came.name,
        file_digest: &came.digest,
        content,
        status: if long { Status::Checking } else { Status::Checked },
        params: &visit.request.params,
        file: form.has("file.raw").then(|| form.get("file.raw")),
    };
    imports::take(&visit.caller(), tx, &taken)?;
    if long {
        job::order(tx, "import.check", (&id, 1), content, visit.now)?;
    }
    let after = imports::event::Taken {
        kind: place.kind.clone(),
        file: came.name.clone(),
        digest: came.digest.clone(),
        rows: content.rows.len(),
    };
    visit.caller().journal(tx, &id, &imports::Event::Taken { after }, None)?;
    Ok(Done::to(format!("{}/{id}", place.base)))
}

/// What a file is called, no longer than a line.
fn file_name(form: &Form) -> String {
    input::text(form.get("file.file")).chars().take(input::LONGEST_LINE).collect()
}

/// A table with more rows than are promised isn't even kept; whatever else is wrong with its head
/// is shown on its page, where it can be read in another encoding.
fn too_many<L: List>(visit: &Visit, content: &Table) -> Result<(), Trouble> {
    let columns = L::columns(visit)?;
    if content.rows.len() <= reading::MOST_ROWS {
        return Ok(());
    }
    match Head::find(content, &columns) {
        Err(why @ Trouble::Refused { .. }) => Err(why),
        _ => Ok(()),
    }
}

/// What is said where the record that is needed for taking an import back isn't what it must be.
pub fn not_taken_back() -> Trouble {
    Trouble::at("", rules::results::NotTakenBack::Unreadable)
}

/// The table of an import.
///
/// # Errors
/// The sentence, where what was stored can't be read.
fn readable(stored: &Stored) -> Result<&Table, Trouble> {
    stored.content.if_whole().ok_or_else(|| {
        Trouble::at("", "保存されていた表を読めませんでした。もう一度、表を選んでください。")
    })
}

/// Every row's verdict, with what the reader found in certain cells.
fn lines<L: List>(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
) -> Result<(Head, Vec<Line<L::Order>>), Trouble> {
    let table = readable(stored)?;
    let head = Head::find(table, &L::columns(visit)?)?;
    let mut lines = L::check(visit, tx, &head, table)?;
    let titles = titled::doubts(&L::target(visit, tx)?, &head, table, &stored.file_name);
    let mut faults: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
    let (long, dittos) = (head.too_long(table), head.dittos(table));
    for fault in table.faults.iter().chain(&long).chain(&dittos).filter(|f| head.is_row(f.row)) {
        let Some(column) = head.title_of(fault.column) else { continue };
        let cell = fault
            .column
            .checked_sub(1)
            .and_then(|c| table.rows.get(fault.row.checked_sub(1)?)?.get(c));
        let typed = cell.unwrap_or_default().to_string();
        faults.entry(fault.row).or_default().push(Fault {
            column,
            typed,
            problem: fault.problem.clone(),
        });
    }
    for line in &mut lines {
        let row = line.number.checked_sub(1).and_then(|i| table.rows.get(i)).unwrap_or_default();
        let mut doubts = head.assumed(row);
        doubts.extend(titles.iter().cloned());
        if !doubts.is_empty() {
            line.verdict = std::mem::replace(&mut line.verdict, Verdict::Same).asked(doubts);
        }
        if let Some(found) = faults.remove(&line.number) {
            line.verdict = match std::mem::replace(&mut line.verdict, Verdict::Same) {
                Verdict::Bad(others) => {
                    let named: BTreeSet<String> = found.iter().map(|f| f.column.clone()).collect();
                    Verdict::Bad(
                        found
                            .into_iter()
                            .chain(others.into_iter().filter(|o| !named.contains(&o.column)))
                            .collect(),
                    )
                }
                _ => Verdict::Bad(found),
            };
        }
    }
    lines.extend(
        faults.into_iter().map(|(number, found)| Line { number, verdict: Verdict::Bad(found) }),
    );
    lines.sort_by_key(|line| line.number);
    Ok((head, lines))
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

/// The mark of a preview: of what each row would do, what stands before it and what is doubted.
/// Another mark is another outcome of at least one row.
fn mark<T>(lines: &[Line<T>]) -> String {
    let told = lines.iter().map(|line| match &line.verdict {
        Verdict::Add(label, _) => format!("{} add {label:?}", line.number),
        Verdict::Change(label, _) => format!("{} change {label:?}", line.number),
        Verdict::Ask(label, doubts, _) => format!("{} ask {label:?} {doubts:?}", line.number),
        Verdict::Same => format!("{} same", line.number),
        Verdict::Bad(faults) => format!("{} bad {faults:?}", line.number),
    });
    platform::secrets::digest(&told.collect::<Vec<_>>().join("\n"))
}

/// Whether so many rows may be applied with this wish.
fn allowed(counts: &Counts, wish: &Wish) -> Result<(), Trouble> {
    if counts.bad > 0 && !wish.good {
        return Err(Trouble::at(
            "",
            format!(
                "取り込めない行が{}行あります。直してから取り込むか、「正しい行だけ取り込む」を選んでください。",
                grouped(counts.bad)
            ),
        ));
    }
    let certain = counts.added + counts.changed;
    if counts.asked > 0 && !wish.sure && (!wish.good || certain == 0) {
        return Err(Trouble::at(
            "asked",
            format!(
                "確かめる行が{}行あります。正しければ「確かめました」を選んでから、取り込んでください。",
                grouped(counts.asked)
            ),
        ));
    }
    if certain + if wish.sure { counts.asked } else { 0 } == 0 {
        return Err(Trouble::at("", "取り込む行がありません。"));
    }
    Ok(())
}

/// What is to be applied: everything, or the good rows only; doubtful rows only where the person is
/// sure.
fn accepted<T>(lines: Vec<Line<T>>, wish: &Wish) -> Result<Vec<T>, Trouble> {
    allowed(&counts(&lines), wish)?;
    Ok(lines
        .into_iter()
        .filter_map(|line| match line.verdict {
            Verdict::Add(_, order) | Verdict::Change(_, order) => Some(order),
            Verdict::Ask(_, _, order) => wish.sure.then_some(order),
            Verdict::Same | Verdict::Bad(_) => None,
        })
        .collect())
}

/// Checks once more and writes: everything in one transaction, or nothing. What would do something
/// else by now than the person was shown is shown again.
fn write<L: List>(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    wish: &Wish,
) -> Result<(), Trouble> {
    L::may(visit, tx)?;
    let (_, lines) = lines::<L>(visit, tx, stored)?;
    if wish.seen != mark(&lines) {
        return Err(Trouble::at(
            "",
            "確認の画面を出した後に、取り込む内容が変わりました。まだ何も書き込まれていません。下の内容をもう一度確かめてください。",
        ));
    }
    let mut counts = counts(&lines);
    let orders = accepted(lines, wish)?;
    if !wish.sure {
        // What was asked about and not said to be right wasn't taken.
        counts.bad += std::mem::take(&mut counts.asked);
    }
    let undo = L::apply(visit, tx, stored, orders)?;
    Ok(imports::applied(&visit.caller(), tx, stored.as_version(), &counts, &undo)?)
}

fn apply<L: List>(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let back = format!("{}/{}", place.base, stored.id);
    if stored.status != Status::Checked {
        // Pressed twice: the first one did it.
        return Ok(Done::to(back));
    }
    readable(&stored)?;
    let wish = Wish::of(form);
    if !stored.is_long() {
        write::<L>(visit, tx, &stored, &wish)?;
        return Ok(Done::saying(back, L::applied(visit)));
    }
    L::may(visit, tx)?;
    let counts = stored.staged.as_ref().map(|s| s.0.counts).unwrap_or_default();
    allowed(&counts, &wish)?;
    begin(visit, tx, &stored, Status::Applying, "import.apply", Some(wish))?;
    Ok(Done::to(back))
}

/// Hands an import over to a job.
fn begin(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    status: Status,
    kind: &str,
    wish: Option<Wish>,
) -> Result<(), Trouble> {
    let of = imports::Of { status, ..stored.as_version() };
    imports::begin(&visit.caller(), tx, of, wish, &visit.request.params)?;
    Ok(job::order(tx, kind, (&stored.id, stored.version + 1), &stored.content.0, visit.now)?)
}

/// この取り込みを元に戻す: while nobody has touched the rows since.
fn undo<L: List>(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let (place, stored) = load::<L>(visit, tx)?;
    let back = format!("{}/{}", place.base, stored.id);
    match stored.status {
        Status::Applied => {}
        Status::Undoing => return Ok(Done::to(back)),
        _ => return Err(Trouble::at("", "この取り込みは元に戻せません。")),
    }
    if stored.is_long() {
        L::may(visit, tx)?;
        begin(visit, tx, &stored, Status::Undoing, "import.undo", None)?;
        return Ok(Done::to(back));
    }
    take_back::<L>(visit, tx, &stored)?;
    Ok(Done::saying(back, "import.undone"))
}

fn take_back<L: List>(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Trouble> {
    L::may(visit, tx)?;
    let Some(undo) = stored.undo.as_ref().and_then(|u| u.if_whole().cloned()) else {
        return Err(not_taken_back());
    };
    L::undo(visit, tx, stored, &undo)?;
    Ok(imports::undone(&visit.caller(), tx, stored.as_version())?)
}

type Answered = Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send>>;

/// The file once more, in another encoding or from another sheet; the preview is made anew. Read
/// beside the database.
fn read_again<L: List>(house: Arc<House>, request: Arc<Request>, form: Form) -> Answered {
    Box::pin(async move {
        let now = request.arrived;
        let (owned_house, owned_request) = (house.clone(), request.clone());
        let kept = house
            .db
            .read(move |tx| {
                let visit = guard(tx, &owned_house, &owned_request, L::ACT, now)?;
                let (place, stored) = load::<L>(&visit, tx)?;
                let file = imports::file(tx, &stored.id)?;
                Ok::<_, Trouble>((format!("{}/{}", place.base, stored.id), stored, file))
            })
            .await?;
        let (back, stored, Some(file)) = kept else {
            let why = "この取り込みのファイルは残っていません。もう一度選んでください。";
            return refused::<L>(&house, &request, form, why).await;
        };
        if stored.status != Status::Checked {
            return Ok(Answer::Redirect(back));
        }
        let (encoding, sheet) =
            (Encoding::from_key(form.get("encoding")), form.get("sheet").to_string());
        let place = house.readers.place(&stored.account);
        let Some(_turn) = place.as_ref().and_then(pool::Place::turn) else {
            return Err(Trouble::Said(503, "files_busy"));
        };
        let read = house
            .readers
            .run(move || {
                let bytes = STANDARD
                    .decode(file)
                    .map_err(|_| "保存されていたファイルを読めませんでした。もう一度、ファイルを選んでください。".to_string())?;
                match encoding {
                    Some(encoding) => reading::read_in(&bytes, encoding),
                    None if !sheet.is_empty() => reading::read_sheet(&bytes, &sheet),
                    None => reading::read(&bytes),
                }
            })
            .await;
        let read = match read {
            Ok(read) => read,
            Err(NotRead::Busy) => return Err(Trouble::Said(503, "files_busy")),
            Err(NotRead::Fell(why)) => return Err(Trouble::Bug(why)),
        };
        let table = match read {
            Ok(table) => table,
            Err(why) => return refused::<L>(&house, &request, form, &why).await,
        };
        let (owned_house, owned_request) = (house.clone(), request.clone());
        let kept = house
            .db
            .write(move |tx| {
                let visit = guard(tx, &owned_house, &owned_request, L::ACT, now)?;
                too_many::<L>(&visit, &table)?;
                reread(&visit, tx, &stored, &table)
            })
            .await;
        match kept {
            Err(Trouble::Refused { errors, .. }) => {
                server::again(&house, &request, L::ACT, show::checked::<L>, form, errors).await
            }
            other => other.map(|()| Answer::Redirect(back)),
        }
    })
}

async fn refused<L: List>(
    house: &Arc<House>,
    request: &Arc<Request>,
    form: Form,
    why: &str,
) -> Result<Answer, Trouble> {
    let mut errors = Errors::default();
    errors.add("", why);
    server::again(house, request, L::ACT, show::checked::<L>, form, errors).await
}

fn reread(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, table: &Table) -> Result<(), Trouble> {
    let long = is_long(table);
    let status = if long { Status::Checking } else { Status::Checked };
    let of = imports::Of { status, ..stored.as_version() };
    imports::reread(tx, of, table, &visit.request.params)?;
    if long {
        job::order(tx, "import.check", (&stored.id, stored.version + 1), table, visit.now)?;
    }
    let after = imports::event::Reread {
        read_as: table.read_as.clone(),
        sheet: table.sheet.clone(),
        rows: table.rows.len(),
    };
    Ok(visit.caller().journal(tx, &stored.id, &imports::Event::Reread { after }, None)?)
}
