//! The one file that hides two engines. A transaction is a closure; a store is a plain function of
//! a [`Tx`].
//!
//! SQLite: one writer thread that commits waiting actions together (each in its own savepoint,
//! nobody answered before the commit) and a few readers. PostgreSQL: a pool of blocking connections
//! at SERIALIZABLE that runs a closure again after a serialization failure. One SQL text with `$1`
//! serves both; `sql!` registers it, and a test prepares every text on both.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::measure::Statement;
use crate::pool::{Pool, Worker};
use crate::value::{FromRow, Row, Value};

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A row that should have been changed wasn't there in that version: somebody was faster.
    #[error("the record was changed by somebody else")]
    Stale,
    #[error("a record with the same key exists already: {0}")]
    Duplicate(String),
    /// PostgreSQL asks to run the transaction again.
    #[error("the transaction has to be run again")]
    Again,
    /// The database can't be reached or can't write; nothing was changed.
    #[error("the database is not available: {0}")]
    Down(String),
    /// A state is written in a row that no version of ours writes there.
    #[error("the database holds something unexpected: {text:?} is no state of {place}")]
    Unknown {
        /// Table and column, such as `claim.status`; more than one where a statement doesn't tell.
        place: String,
        text: String,
    },
    /// A row that exists but makes no sense, or a statement that is wrong.
    #[error("the database holds something unexpected: {0}")]
    Broken(String),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        use rusqlite::ErrorCode::*;
        match &error {
            // A state that no table knows (migration 0021).
            rusqlite::Error::SqliteFailure(code, _)
                if [
                    rusqlite::ffi::SQLITE_CONSTRAINT_CHECK,
                    rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER,
                ]
                .contains(&code.extended_code) =>
            {
                Failure::Broken(error.to_string())
            }
            rusqlite::Error::SqliteFailure(code, text) => match code.code {
                ConstraintViolation => Failure::Duplicate(text.clone().unwrap_or_default()),
                DatabaseBusy | DatabaseLocked | DiskFull | ReadOnly | CannotOpen
                | SystemIoFailure | OutOfMemory => Failure::Down(error.to_string()),
                _ => Failure::Broken(error.to_string()),
            },
            _ => Failure::Broken(error.to_string()),
        }
    }
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Failure {
        match error.as_db_error() {
            Some(db) => match db.code().code() {
                "40001" | "40P01" => Failure::Again,
                // Two commands on different records wrote into the same chain: the second follows
                // the first.
                "23505" if db.constraint() == Some("journal_pkey") => Failure::Again,
                "23505" | "23503" => Failure::Duplicate(db.message().to_string()),
                code if ["08", "53", "57", "25"].iter().any(|class| code.starts_with(class)) => {
                    Failure::Down(db.message().to_string())
                }
                _ => Failure::Broken(format!("{}: {}", db.code().code(), db.message())),
            },
            None if error.is_closed()
                || error.to_string().contains("connect")
                || error.to_string().contains("communicating") =>
            {
                Failure::Down(error.to_string())
            }
            None => Failure::Broken(format!("{error:?}")),
        }
    }
}

/// What an action may fail with: its own refusals and the database's failures.
pub trait Abort: From<Failure> + Send + 'static {
    fn failure(&self) -> Option<&Failure>;
}
impl Abort for Failure {
    fn failure(&self) -> Option<&Failure> {
        Some(self)
    }
}

/// A statement's text, known at compile time; made by `sql!`.
pub struct SqlText(pub &'static str);
inventory::collect!(SqlText);

/// Registers a statement for the test that prepares every one of them on both engines.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        $crate::inventory::submit! { $crate::db::SqlText($text) }
        $text
    }};
}

/// Every statement of the house.
pub fn all_statements() -> Vec<&'static str> {
    inventory::iter::<SqlText>.into_iter().map(|s| s.0).collect()
}

/// SQLite takes `$3` for a name and numbers names by their first appearance, PostgreSQL by the
/// number: a text whose parameters don't appear in their order is given to SQLite with `?3`.
fn numbered(sql: &str) -> std::borrow::Cow<'_, str> {
    let mut next = 1;
    for (at, _) in sql.match_indices('$') {
        let digits = sql[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        match sql[at + 1..at + 1 + digits].parse::<u32>() {
            Ok(n) if n == next => next += 1,
            Ok(n) if n > next => return sql.replace('$', "?").into(),
            _ => {}
        }
    }
    sql.into()
}

/// A field of stored JSON is none where the JSON can't be read: SQLite would refuse the whole
/// statement for one damaged row.
fn for_sqlite(sql: &str) -> std::borrow::Cow<'_, str> {
    let sql = numbered(sql);
    if !sql.contains(" ->> '") {
        return sql;
    }
    let mut guarded = String::with_capacity(sql.len() * 2);
    let mut rest = &*sql;
    while let Some((before, after)) = rest.split_once(" ->> '") {
        let begins = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))
            .map_or(0, |at| at + 1);
        let (before, column) = before.split_at(begins);
        let (name, after) = after.split_once('\'').unwrap_or((after, ""));
        guarded.push_str(&format!(
            "{before}case when json_valid({column}) then {column} ->> '{name}' end"
        ));
        rest = after;
    }
    guarded.push_str(rest);
    guarded.into()
}

/// An open transaction.
pub enum Tx<'a> {
    Sqlite(&'a Connection),
    Postgres(postgres::Transaction<'a>, &'a mut HashMap<&'static str, postgres::Statement>),
}

impl Tx<'_> {
    pub fn all<R: FromRow>(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Vec<R>, Failure> {
        self.each(sql, args, R::from_row)
    }

    /// The rows of an answer, each read as `read` says: for statements whose columns are known by
    /// data.
    pub fn each<R>(
        &mut self,
        sql: &'static str,
        args: &[Value],
        read: impl Fn(&Row<'_>) -> Result<R, Failure>,
    ) -> Result<Vec<R>, Failure> {
        let _watch = Statement::begins(sql);
        match self {
            Tx::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&for_sqlite(sql))?;
                let mut rows = statement.query(rusqlite::params_from_iter(args))?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(&Row::Sqlite(row))?);
                }
                Ok(found)
            }
            Tx::Postgres(transaction, known) => {
                let statement = prepared(transaction, known, sql)?;
                let rows = transaction.query(&statement, &references(args))?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }

    pub fn first<R: FromRow>(
        &mut self,
        sql: &'static str,
        args: &[Value],
    ) -> Result<Option<R>, Failure> {
        Ok(self.all(sql, args)?.into_iter().next())
    }

    /// The one row that must be there.
    pub fn one<R: FromRow>(&mut self, sql: &'static str, args: &[Value]) -> Result<R, Failure> {
        self.first(sql, args)?.ok_or_else(|| Failure::Broken(format!("no row: {sql}")))
    }

    /// Runs a statement; returns the number of rows that it changed.
    pub fn run(&mut self, sql: &'static str, args: &[Value]) -> Result<u64, Failure> {
        self.run_with(sql, &args.iter().collect::<Vec<_>>())
    }

    fn run_with(&mut self, sql: &'static str, args: &[&Value]) -> Result<u64, Failure> {
        let _watch = Statement::begins(sql);
        match self {
            Tx::Sqlite(connection) => Ok(connection
                .prepare_cached(&for_sqlite(sql))?
                .execute(rusqlite::params_from_iter(args))?
                as u64),
            Tx::Postgres(transaction, known) => {
                let statement = prepared(transaction, known, sql)?;
                let args: Vec<&(dyn postgres::types::ToSql + Sync)> =
                    args.iter().map(|a| *a as &(dyn postgres::types::ToSql + Sync)).collect();
                Ok(transaction.execute(&statement, &args)?)
            }
        }
    }

    /// Changes one row; zero rows means that somebody was faster, and becomes the 409 page.
    pub fn run_one(&mut self, sql: &'static str, args: &[Value]) -> Result<(), Failure> {
        match self.run(sql, args)? {
            0 => Err(Failure::Stale),
            _ => Ok(()),
        }
    }

    /// Waits until nobody else has this record to themselves; the lock ends with the transaction.
    /// SQLite has one writer anyway.
    fn lock(&mut self, record: &str) -> Result<(), Failure> {
        match self {
            Tx::Sqlite(_) => Ok(()),
            Tx::Postgres(transaction, known) => {
                let statement = prepared(
                    transaction,
                    known,
                    "select pg_advisory_xact_lock(hashtextextended($1, 0))",
                )?;
                Ok(transaction.execute(&statement, &[&record]).map(|_| ())?)
            }
        }
    }

    /// The statements that follow are planned for the values that they get: for lists whose
    /// conditions may be left out, which one plan for all values would read whole. SQLite plans by
    /// the text alone.
    pub fn plan_for_values(&mut self) -> Result<(), Failure> {
        match self {
            Tx::Sqlite(_) => Ok(()),
            Tx::Postgres(transaction, _) => {
                Ok(transaction.batch_execute("set local plan_cache_mode = force_custom_plan")?)
            }
        }
    }

    /// Prepares without running, for the test of every statement.
    pub fn prepare(&mut self, sql: &'static str) -> Result<(), Failure> {
        match self {
            Tx::Sqlite(connection) => {
                connection.prepare_cached(sql).map(|_| ()).map_err(Into::into)
            }
            Tx::Postgres(transaction, known) => prepared(transaction, known, sql).map(|_| ()),
        }
    }

    /// Inserts many rows with few statements; `head` is `insert into table (columns)`.
    pub fn insert_many(&mut self, head: &'static str, rows: &[Vec<Value>]) -> Result<(), Failure> {
        for rows in rows.chunks(100) {
            let text = many(head, rows[0].len(), rows.len());
            let args: Vec<&Value> = rows.iter().flatten().collect();
            self.run_with(text, &args)?;
        }
        Ok(())
    }

    /// Runs a script of several statements (migrations).
    pub fn script(&mut self, sql: &str) -> Result<(), Failure> {
        match self {
            Tx::Sqlite(connection) => connection.execute_batch(sql).map_err(Into::into),
            Tx::Postgres(transaction, _) => transaction.batch_execute(sql).map_err(Into::into),
        }
    }
}

/// `head values ($1, $2), ($3, $4), …`, made once for each shape.
fn many(head: &'static str, columns: usize, rows: usize) -> &'static str {
    static KNOWN: Mutex<Option<HashMap<(&'static str, usize, usize), &'static str>>> =
        Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    known.get_or_insert_default().entry((head, columns, rows)).or_insert_with(|| {
        let row = |n: usize| {
            format!(
                "({})",
                (1..=columns)
                    .map(|c| format!("${}", n * columns + c))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        };
        Box::leak(
            format!("{head} values {}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
                .into_boxed_str(),
        )
    })
}

fn prepared(
    transaction: &mut postgres::Transaction<'_>,
    known: &mut HashMap<&'static str, postgres::Statement>,
    sql: &'static str,
) -> Result<postgres::Statement, Failure> {
    if let Some(statement) = known.get(sql) {
        return Ok(statement.clone());
    }
    let statement = transaction.prepare(sql)?;
    known.insert(sql, statement.clone());
    Ok(statement)
}

fn references(args: &[Value]) -> Vec<&(dyn postgres::types::ToSql + Sync)> {
    args.iter().map(|a| a as &(dyn postgres::types::ToSql + Sync)).collect()
}

/// Where the data lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl std::str::FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Address, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_string()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Address::Sqlite(path.into())),
            _ => Err(format!(
                "{text} is not a database: write sqlite:PATH or postgres://user@host/name"
            )),
        }
    }
}

/// Takes a job for a thread.
type Queue = Arc<dyn Fn(Box<dyn Job>) + Send + Sync>;

/// The database: cheap to clone, shared by all requests.
#[derive(Clone)]
pub struct Db {
    writes: Queue,
    reads: Queue,
    beside: Queue,
    pub engine: Engine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// One waiting action: run inside a transaction, answered after its commit.
trait Job: Send {
    /// True when what it did is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// True when PostgreSQL asked to run it again.
    fn wants_again(&self) -> bool;
    /// The records that this action has to itself.
    fn records(&self) -> &[String];
    /// Answers; `commit` says whether the transaction reached the disk.
    fn answer(self: Box<Self>, commit: Result<(), Failure>);
}

struct Action<T, E, F> {
    records: Vec<String>,
    action: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T: Send, E: Abort, F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send> Job for Action<T, E, F> {
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.action)(tx))).unwrap_or_else(|panic| {
            Err(E::from(Failure::Broken(
                panic
                    .downcast_ref::<String>()
                    .cloned()
                    .or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()))
                    .unwrap_or_default(),
            )))
        });
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }
    fn wants_again(&self) -> bool {
        matches!(&self.result, Some(Err(e)) if matches!(e.failure(), Some(Failure::Again)))
    }
    fn records(&self) -> &[String] {
        &self.records
    }
    fn answer(self: Box<Self>, commit: Result<(), Failure>) {
        let answer = match (commit, self.result) {
            (Err(failure), None | Some(Ok(_))) => Err(E::from(failure)),
            (_, Some(result)) => result,
            (Ok(()), None) => Err(E::from(Failure::Down("the action was not run".into()))),
        };
        // The asker may have gone away; what was committed stays committed.
        let _ = self.reply.send(answer);
    }
}

impl Db {
    /// Opens a database. On SQLite the file is made where it doesn't exist.
    pub fn open(address: &Address) -> Result<Db, Failure> {
        match address {
            Address::Sqlite(path) => open_sqlite(path),
            Address::Postgres(url) => open_postgres(url),
        }
    }

    /// Runs `action` as if alone and answers after the commit. It may run more than once, so it
    /// must only read and write through `tx`.
    pub async fn write<T: Send + 'static, E: Abort>(
        &self,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        submit(&self.writes, action).await
    }

    /// One consistent picture.
    pub async fn read<T: Send + 'static, E: Abort>(
        &self,
        look: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        submit(&self.reads, look).await
    }

    /// [`Db::write`] for a command on one record: commands on the same record wait for each other,
    /// those on others don't. `record` names it (`venue:v-…`). On PostgreSQL the record's lock is
    /// taken first and every statement then sees what was committed before it; nobody is sent back
    /// because somebody else's row happened to stand on the same page of an index. What the command
    /// decides by must belong to the record, or be guarded by a constraint.
    pub async fn write_record<T: Send + 'static, E: Abort>(
        &self,
        record: String,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        self.write_records(vec![record], action).await
    }

    /// [`Db::write_record`] for a command on several records, all of them named before it begins;
    /// none: [`Db::write`].
    pub async fn write_records<T: Send + 'static, E: Abort>(
        &self,
        mut records: Vec<String>,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        // In one order for everybody: two commands on the same records never wait for each other in
        // a circle.
        records.sort_unstable();
        records.dedup();
        submit_locked(&self.writes, records, action).await
    }

    /// Writes from a snapshot, so that writers at [`Db::write`] neither wait nor are sent back
    /// because of what it read: for work that only adds to what nobody else changes. On SQLite the
    /// same as [`Db::write`].
    pub async fn beside<T: Send + 'static, E: Abort>(
        &self,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        submit(&self.beside, action).await
    }

    /// [`Db::write`] for callers outside the async world (the command line, set-up).
    pub fn write_blocking<T: Send + 'static, E: Abort>(
        &self,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (reply, answer) = oneshot::channel();
        (self.writes)(Box::new(Action { records: Vec::new(), action, result: None, reply }));
        answer
            .blocking_recv()
            .unwrap_or_else(|_| Err(E::from(Failure::Down("the database has stopped".into()))))
    }
}

/// How an action that was answered is counted.
fn outcome<T, E: Abort>(result: &Result<T, E>) -> &'static str {
    match result.as_ref().map_err(Abort::failure) {
        Ok(_) => "done",
        Err(None) => "refused",
        Err(Some(Failure::Stale | Failure::Duplicate(_))) => "conflict",
        Err(Some(Failure::Down(_) | Failure::Again)) => "unavailable",
        Err(Some(Failure::Broken(_) | Failure::Unknown { .. })) => "broken",
    }
}

async fn submit<T: Send + 'static, E: Abort>(
    queue: &Queue,
    action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    submit_locked(queue, Vec::new(), action).await
}

async fn submit_locked<T: Send + 'static, E: Abort>(
    queue: &Queue,
    records: Vec<String>,
    action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let (reply, answer) = oneshot::channel();
    queue(Box::new(Action { records, action, result: None, reply }));
    let begun = crate::measure::Watch::begins();
    let result = answer
        .await
        .unwrap_or_else(|_| Err(E::from(Failure::Down("the database has stopped".into()))));
    begun.record("vsys_transaction_seconds", &[("outcome", outcome(&result).to_string())]);
    result
}

// --- SQLite -------------------------------------------------------------------------------------------------------

const READERS: usize = 2;
/// Actions that share one commit at most.
const GROUP: usize = 64;

fn sqlite_connection(path: &Path, read_only: bool) -> Result<Connection, Failure> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(512);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "query_only", read_only)?;
    Ok(connection)
}

fn open_sqlite(path: &Path) -> Result<Db, Failure> {
    let writer = sqlite_connection(path, false)?;
    let (writes, waiting) = channel::<Box<dyn Job>>();
    std::thread::Builder::new()
        .name("writer".into())
        .spawn(move || sqlite_writer(&writer, &waiting))
        .map_err(|e| Failure::Down(e.to_string()))?;
    // Where the thread is gone, the answer never comes: its asker is told.
    let writes: Queue = Arc::new(move |job| drop(writes.send(job)));
    let (reads, readers) = Pool::<Box<dyn Job>>::new(READERS);
    for (n, reader) in readers.into_iter().enumerate() {
        let connection = sqlite_connection(path, true)?;
        std::thread::Builder::new()
            .name(format!("reader-{n}"))
            .spawn(move || {
                while let Some(mut job) = reader.next() {
                    let begun = connection.execute_batch("begin");
                    if begun.is_ok() {
                        job.run(&mut Tx::Sqlite(&connection));
                    }
                    let ended = begun.and_then(|()| connection.execute_batch("rollback"));
                    job.answer(ended.map_err(Into::into));
                }
            })
            .map_err(|e| Failure::Down(e.to_string()))?;
    }
    Ok(Db { beside: writes.clone(), writes, reads: queue(reads), engine: Engine::Sqlite })
}

fn queue(pool: Pool<Box<dyn Job>>) -> Queue {
    Arc::new(move |job| pool.send(job))
}

/// Takes what waits, runs each action in its own savepoint, commits once, answers all.
fn sqlite_writer(connection: &Connection, waiting: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        while jobs.len() < GROUP {
            match waiting.try_recv() {
                Ok(job) => jobs.push(job),
                Err(_) => break,
            }
        }
        let outcome = connection.execute_batch("begin immediate").and_then(|()| {
            for job in &mut jobs {
                connection.execute_batch("savepoint action")?;
                if !job.run(&mut Tx::Sqlite(connection)) {
                    connection.execute_batch("rollback to action")?;
                }
                connection.execute_batch("release action")?;
            }
            connection.execute_batch("commit")
        });
        if outcome.is_err() && !connection.is_autocommit() {
            let _ = connection.execute_batch("rollback");
        }
        for job in jobs {
            job.answer(match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(Failure::Down(error.to_string())),
            });
        }
    }
}

// --- PostgreSQL ---------------------------------------------------------------------------------------------------

const CONNECTIONS: usize = 8;
/// How often a transaction is run again after a serialization failure before the person is asked to
/// try later.
const ATTEMPTS: u32 = 20;

fn open_postgres(url: &str) -> Result<Db, Failure> {
    let config: postgres::Config =
        url.parse().map_err(|e: postgres::Error| Failure::Broken(e.to_string()))?;
    // Fails here, at start, where the address is wrong.
    config.connect(postgres::NoTls)?;
    let pool = |name: &str, connections: usize, kind: Kind| -> Result<Queue, Failure> {
        let (pool, workers) = Pool::new(connections);
        for (n, worker) in workers.into_iter().enumerate() {
            let config = config.clone();
            std::thread::Builder::new()
                .name(format!("{name}-{n}"))
                .spawn(move || postgres_worker(&config, &worker, kind))
                .map_err(|e| Failure::Down(e.to_string()))?;
        }
        Ok(queue(pool))
    };
    Ok(Db {
        writes: pool("writer", CONNECTIONS, Kind::Write)?,
        reads: pool("reader", CONNECTIONS, Kind::Read)?,
        beside: pool("beside", 1, Kind::Beside)?,
        engine: Engine::Postgres,
    })
}

/// What a pool's transactions are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Write,
    Read,
    Beside,
}

struct PgConnection {
    client: postgres::Client,
    known: HashMap<&'static str, postgres::Statement>,
}

fn postgres_worker(config: &postgres::Config, worker: &Worker<Box<dyn Job>>, kind: Kind) {
    let mut connection: Option<PgConnection> = None;
    while let Some(mut job) = worker.next() {
        // A connection that broke (the database restarted, a failover) is made anew once before
        // giving up.
        let mut outcome = Err(Failure::Down("the database can't be reached".into()));
        for _ in 0..2 {
            if connection.as_ref().is_none_or(|c| c.client.is_closed()) {
                connection = config
                    .connect(postgres::NoTls)
                    .ok()
                    .map(|client| PgConnection { client, known: HashMap::new() });
            }
            let Some(open) = &mut connection else { break };
            let ended = postgres_run(open, job.as_mut(), kind);
            // A server that is going away says so before the connection is closed.
            let lost = open.client.is_closed() || matches!(ended, Ended::Failed(Failure::Down(_)));
            outcome = match ended {
                Ended::Committed => Ok(()),
                Ended::Failed(failure) => Err(failure),
                // It may have reached the disk: running it again could do it twice.
                Ended::Unknown(failure) => {
                    outcome = Err(failure);
                    break;
                }
            };
            if !lost {
                break;
            }
            connection = None;
        }
        job.answer(outcome);
    }
}

/// How a transaction ended.
enum Ended {
    /// It was committed, or rolled back because the action refused.
    Committed,
    /// Nothing of it was kept.
    Failed(Failure),
    /// The connection was lost during the commit.
    Unknown(Failure),
}

fn postgres_run(open: &mut PgConnection, job: &mut dyn Job, kind: Kind) -> Ended {
    let isolation = match (kind, job.records()) {
        (Kind::Write, []) => postgres::IsolationLevel::Serializable,
        (Kind::Write, _) => postgres::IsolationLevel::ReadCommitted,
        (Kind::Read | Kind::Beside, _) => postgres::IsolationLevel::RepeatableRead,
    };
    for attempt in 1..=ATTEMPTS {
        if attempt > 1 {
            crate::measure::count("vsys_transaction_retries_total");
        }
        let mut begin = open.client.build_transaction().isolation_level(isolation);
        if kind == Kind::Read {
            begin = begin.read_only(true);
        }
        let transaction = match begin.start() {
            Ok(transaction) => transaction,
            Err(error) => return Ended::Failed(Failure::Down(error.to_string())),
        };
        let mut tx = Tx::Postgres(transaction, &mut open.known);
        if let Err(failure) = job.records().iter().try_for_each(|record| tx.lock(record)) {
            return Ended::Failed(Failure::Down(failure.to_string()));
        }
        let keep = job.run(&mut tx);
        let Tx::Postgres(transaction, _) = tx else { return Ended::Committed };
        let ended =
            if keep { transaction.commit() } else { transaction.rollback() }.map_err(Failure::from);
        match ended {
            Ok(()) if !job.wants_again() => return Ended::Committed,
            Err(failure) if !keep => return Ended::Failed(Failure::Down(failure.to_string())),
            Err(failure @ Failure::Down(_)) => return Ended::Unknown(failure),
            Err(failure) if !matches!(failure, Failure::Again) => return Ended::Failed(failure),
            _ => {}
        }
        if attempt < ATTEMPTS {
            // Those who collided shouldn't collide again at once.
            std::thread::sleep(Duration::from_millis(
                u64::from(crate::ids::random::<1>()[0] % 8) * u64::from(attempt),
            ));
        }
    }
    Ended::Failed(Failure::Down("too many transactions at once; nothing was changed".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_engine() {
        assert_eq!("sqlite:/tmp/x".parse(), Ok(Address::Sqlite("/tmp/x".into())));
        assert!(matches!("postgres://u@h/n".parse(), Ok(Address::Postgres(_))));
        assert!("mysql://x".parse::<Address>().is_err());
        assert!("sqlite:".parse::<Address>().is_err());
    }
}

#[cfg(test)]
mod numbering {
    #[test]
    fn a_parameter_is_what_its_number_says_wherever_it_appears() {
        assert_eq!(super::numbered("a = $1 and b = $2 and c = $1"), "a = $1 and b = $2 and c = $1");
        assert_eq!(super::numbered("a = $2 and b = $1"), "a = ?2 and b = ?1");
    }
}
