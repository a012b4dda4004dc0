//! The journal: every change with who, membership, when, what, before, after and reason, written in
//! the change's own transaction. The rows of one record are a hash chain; chains of different
//! records don't wait for each other.

pub mod event;

pub use event::{Event, Side, Sides, Unread};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::db::{Failure, Tx};
use crate::english::unmarked;
use crate::kept::Way as _;
use crate::value::Value;
use crate::{args, kept, row, secrets, sql};

/// Who acts, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Account id; empty for somebody who isn't signed in, `system` for the system itself.
    pub account: String,
    pub name: String,
    /// Membership id; empty where none was needed.
    pub membership: String,
    /// Role key of that membership.
    pub role: String,
}

impl Actor {
    pub fn system() -> Actor {
        Actor {
            account: "system".into(),
            name: "vsys".into(),
            membership: String::new(),
            role: String::new(),
        }
    }
}

/// What can't be read as JSON any more stands as the text it is: the row's hash then says that it
/// isn't what was written.
fn as_written(stored: &str) -> (serde_json::Value, Vec<String>) {
    match serde_json::from_str(stored) {
        Ok(value) => (value, Vec::new()),
        Err(_) => (stored.into(), vec![String::new()]),
    }
}

kept! {
    pub Written = AsWritten(serde_json::Value), as_written,
        "記録に、読めない内容があります。書かれていたままの文字で表示しています。記録の検証で、変更されていないかを確かめてください。";
}

row! {
    /// A stored row.
    #[derive(Clone, Debug, Serialize)]
    pub struct Stored {
        pub record_kind: String,
        pub record_id: String,
        pub number: i64,
        pub at: Timestamp,
        pub account: String,
        pub name: String,
        pub membership: String,
        pub role: String,
        pub act: String,
        pub before: Written,
        pub after: Written,
        pub reason: Option<String>,
        pub previous: String,
        pub hash: String,
    }
}

/// A statement that reads whole rows: their columns in order, then what follows `from journal`.
macro_rules! rows {
    ($which:expr) => {
        sql!(concat!(
            "select record_kind, record_id, number, at, account, name, membership, role, act,
                    before, after, reason, previous, hash
               from journal ",
            $which
        ))
    };
}

mod search;

pub use search::{Search, search};

impl Stored {
    /// The row that tells an event of a record (kind and id), with its number in the record's
    /// chain; what comes before it and its hash are still to be said.
    ///
    /// # Errors
    /// [`Failure::Broken`]: the event can't be written as JSON.
    pub fn telling<E: Event>(
        actor: &Actor,
        now: Timestamp,
        record: (&str, &str),
        number: i64,
        event: &E,
        reason: Option<&str>,
    ) -> Result<Stored, Failure> {
        let sides = event.sides()?;
        Ok(Stored {
            record_kind: record.0.into(),
            record_id: record.1.into(),
            number,
            at: now,
            account: actor.account.clone(),
            name: unmarked(&actor.name),
            membership: actor.membership.clone(),
            role: actor.role.clone(),
            act: event.act().into(),
            before: Written::whole(sides.before),
            after: Written::whole(sides.after),
            // What is stored bears no marks, and what is hashed is what is stored.
            reason: reason.map(unmarked),
            previous: String::new(),
            hash: String::new(),
        })
    }

    /// What the row tells, where it is one of these events. None where it isn't, and where what is
    /// stored can't be read as one: then the page says so.
    pub fn event<E: Event>(&self) -> Option<E> {
        match E::read(&self.act, &self.before.0, &self.after.0) {
            Ok(event) => Some(event),
            Err(Unread::OtherAct) => None,
            Err(Unread::Shape(why)) => {
                let (act, number) = (&self.act, self.number);
                tracing::error!(record = self.record_id, number, act, why, "an unreadable row");
                kept::tell(AsWritten::SAYS, &[]);
                None
            }
        }
    }

    /// The text that is hashed: the row's own content and the hash before it.
    pub fn hashed_text(&self) -> String {
        // `serde_json::Value` keeps its keys in order, so the text is the same on both engines.
        serde_json::json!([
            self.previous,
            self.record_kind,
            self.record_id,
            self.number,
            self.at.as_microsecond(),
            self.account,
            self.name,
            self.membership,
            self.role,
            self.act,
            self.before.0,
            self.after.0,
            self.reason
        ])
        .to_string()
    }

    /// What the hash must be.
    pub fn computed_hash(&self) -> String {
        secrets::hex(&Sha256::digest(self.hashed_text().as_bytes()))
    }
}

/// Tells the journal an event of a record: one row at the end of the record's chain.
///
/// # Errors
/// The database's.
pub fn write<E: Event>(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    id: &str,
    event: &E,
    reason: Option<&str>,
) -> Result<(), Failure> {
    write_to(tx, actor, now, (E::RECORD, id), event, reason)
}

/// The same in the chain of a record of another kind (kind and id), where an act is done to records
/// of several.
///
/// # Errors
/// The database's.
pub fn write_to<E: Event>(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    record: (&str, &str),
    event: &E,
    reason: Option<&str>,
) -> Result<(), Failure> {
    append(tx, Stored::telling(actor, now, record, 0, event, reason)?)
}

/// Writes a row at the end of its record's chain.
fn append(tx: &mut Tx<'_>, mut stored: Stored) -> Result<(), Failure> {
    let last: Option<(i64, String)> = tx.first(
        sql!(
            "select number, hash
               from journal
              where record_kind = $1
                and record_id = $2
              order by number desc
              limit 1"
        ),
        args![&stored.record_kind, &stored.record_id],
    )?;
    let (number, previous) = last.unwrap_or((0, String::new()));
    (stored.number, stored.previous) = (number + 1, previous);
    stored.hash = stored.computed_hash();
    tx.run(
        sql!(
            "insert into journal
                         (record_kind, record_id, number, at, account, name, membership, role, act,
                          before, after, reason, previous, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            &stored.record_kind,
            &stored.record_id,
            stored.number,
            stored.at,
            &stored.account,
            &stored.name,
            &stored.membership,
            &stored.role,
            &stored.act,
            &stored.before,
            &stored.after,
            stored.reason,
            &stored.previous,
            &stored.hash
        ],
    )?;
    Ok(())
}

/// Writes many rows at once, each with the number and the row before it that it says; the hashes
/// are computed here.
pub fn append_many(tx: &mut Tx<'_>, rows: impl Iterator<Item = Stored>) -> Result<(), Failure> {
    let rows: Vec<Vec<Value>> = rows
        .map(|r| {
            let hash = r.computed_hash();
            vec![
                r.record_kind.into(),
                r.record_id.into(),
                r.number.into(),
                r.at.into(),
                r.account.into(),
                r.name.into(),
                r.membership.into(),
                r.role.into(),
                r.act.into(),
                (&r.before).into(),
                (&r.after).into(),
                r.reason.into(),
                r.previous.into(),
                hash.into(),
            ]
        })
        .collect();
    tx.insert_many(
        "insert into journal (record_kind, record_id, number, at, account, name, membership, role, act, before, after, reason, previous, hash)",
        &rows,
    )
}

/// The rows of one record, newest first.
pub fn of_record(tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(rows!("where record_kind = $1 and record_id = $2 order by number desc"), args![kind, id])
}

/// The rows of all records of a kind whose id begins so, newest first.
pub fn of_records(tx: &mut Tx<'_>, kind: &str, beginning: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        rows!(
            "where record_kind = $1
               and record_id >= $2
               and record_id < $3
             order by at desc, record_id"
        ),
        args![kind, beginning, format!("{beginning}\u{10ffff}")],
    )
}

/// A fault found in a chain or a seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub record_kind: String,
    pub record_id: String,
    pub number: i64,
    pub what: String,
}

/// Rows that are looked at together: bounds the memory that a verification of any size needs.
const CHUNK: i64 = 5_000;

/// Verifies every chain: numbers without gap, each hash right, each linked to the one before.
/// Returns the number of rows.
pub fn verify_chains(tx: &mut Tx<'_>, faults: &mut Vec<Fault>) -> Result<u64, Failure> {
    let (mut rows, mut last): (u64, Option<Stored>) = (0, None);
    loop {
        let (kind, id, number) = last.as_ref().map_or((String::new(), String::new(), 0), |l| {
            (l.record_kind.clone(), l.record_id.clone(), l.number)
        });
        let chunk: Vec<Stored> = tx.all(
            rows!(
                "where (record_kind, record_id, number) > ($1, $2, $3)
                 order by record_kind, record_id, number
                 limit $4"
            ),
            args![kind, id, number, CHUNK],
        )?;
        if chunk.is_empty() {
            return Ok(rows);
        }
        rows += chunk.len() as u64;
        for row in chunk {
            check(last.as_ref(), &row, faults);
            last = Some(row);
        }
    }
}

/// The faults of whole chains, given in order of record and number.
pub fn faults_of(rows: &[Stored]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut last: Option<&Stored> = None;
    for row in rows {
        check(last, row, &mut faults);
        last = Some(row);
    }
    faults
}

fn check(last: Option<&Stored>, row: &Stored, faults: &mut Vec<Fault>) {
    let before = last.filter(|l| l.record_kind == row.record_kind && l.record_id == row.record_id);
    let mut fault = |what: &str| {
        faults.push(Fault {
            record_kind: row.record_kind.clone(),
            record_id: row.record_id.clone(),
            number: row.number,
            what: what.into(),
        })
    };
    if row.number != before.map_or(0, |l| l.number) + 1 {
        fault("a row before this one is missing");
    }
    if row.previous != before.map_or("", |l| l.hash.as_str()) {
        fault("this row doesn't follow the one before it");
    }
    if row.hash != row.computed_hash() {
        fault("this row was changed");
    }
}
