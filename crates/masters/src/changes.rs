//! Changes of masters as they are stored, and what is in force on a day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::texts;
use platform::value::Json;
use platform::{args, events, kept, row, sql};
use rules::programme::Packing;
use serde::{Deserialize, Serialize};

use crate::Masters;
use crate::kinds::{Column, Kind, Row};

kept! {
    /// A row of a master, as far as it can be read.
    pub KeptRow = OfRow(Row), texts,
        "マスタの変更の記録に、読めない項目がありました。読めた項目だけを表示しています。この変更は承認できず、マスタにも反映されません。差し戻して、もう一度出してください。";
}

events! {
    /// What the journal is told of a row of a master (`prices:2022-05`, the master and the key).
    pub enum Event of "master" {
        /// Somebody asks for another row: the one that will be in force before, and this one.
        "master.propose" => Proposed { before: Option<Row>, after: Proposed },
        /// It is in force from its day on.
        "master.approve" => Approved { after: Approved },
        "master.turn_down" => TurnedDown { after: OfChange },
    }
}

/// A change that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// None where the row is to go.
    pub value: Option<Row>,
    pub valid_from: Date,
}

/// A change that was approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// Its id.
    pub change: String,
    pub valid_from: Date,
}

/// Which change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfChange {
    /// Its id.
    pub change: String,
}

row! {
    #[derive(Clone, Debug)]
    pub struct Change {
        pub id: String,
        pub master: String,
        pub key: String,
        pub valid_from: Date,
        pub value: Option<KeptRow>,
        pub before: Option<KeptRow>,
        pub reason: String,
        pub batch: String,
        pub proposed_at: Timestamp,
        pub proposed_by: String,
        pub proposed_by_name: String,
        pub decided_at: Option<Timestamp>,
        pub decided_by_name: Option<String>,
        pub number: Option<i64>,
        pub turned_down: bool,
    }
}

macro_rules! changes {
    ($which:literal) => {
        sql!(concat!(
            "select id, master, key, valid_from, value, before, reason, batch, proposed_at,
                    proposed_by, proposed_by_name, decided_at, decided_by_name, number, turned_down
               from master_change ",
            $which
        ))
    };
}

/// A column of a changed row in words; empty where there is nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    pub title: &'static str,
    pub changed: bool,
    pub before: String,
    pub after: String,
    /// People wrote it.
    pub written: bool,
    /// It is a list of allocation rules.
    pub rules: bool,
}

impl Change {
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_id(&self.master)
    }
    /// Makes the change in masters.
    ///
    /// # Errors
    /// One sentence: there is no such master, what is stored can't be read, or it contradicts them.
    pub fn apply(&self, masters: &mut Masters) -> Result<(), String> {
        let kind = self.kind().ok_or_else(|| format!("there is no master {}", self.master))?;
        match &self.value {
            Some(value) if !value.is_whole() => {
                return Err("保存されていた内容に読めない項目があります".into());
            }
            Some(value) => kind.put(masters, &value.0).map(|_| ()),
            None => kind.remove(masters, &self.key),
        }
        .map_err(|(_, sentence)| sentence)
    }
    /// Column by column in words.
    pub fn difference(&self, masters: &Masters) -> Vec<Difference> {
        let Some(kind) = self.kind() else { return Vec::new() };
        let of = |row: &Option<KeptRow>, key: &str| {
            row.as_ref().and_then(|r| r.0.get(key).cloned()).unwrap_or_default()
        };
        let column = |c: &Column| {
            let (before, after) = (of(&self.before, c.key), of(&self.value, c.key));
            let said = |stored: &str| kind.said(masters, c.key, stored);
            Difference {
                title: kind.heading(c),
                changed: before != after,
                before: said(&before),
                after: said(&after),
                written: kind.is_written(c.key),
                rules: kind == Kind::RuleSets && c.key == "choices",
            }
        };
        kind.shown().into_iter().map(column).collect()
    }
    /// What the changed row is called.
    pub fn name(&self, masters: &Masters) -> String {
        let row = self.value.as_ref().or(self.before.as_ref()).map(|r| &r.0);
        self.kind().map_or_else(String::new, |kind| kind.named(masters, &self.key, row))
    }
}

/// The number of the last approved change: what tells a node that its masters are old.
pub fn last_number(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    Ok(tx
        .one::<(i64,)>(
            sql!("select cast(coalesce(max(number), 0) as bigint) from master_change"),
            args![],
        )?
        .0)
}

/// What is in force on a day.
pub fn in_force(tx: &mut Tx<'_>, base: &Masters, day: Date) -> Result<Masters, Failure> {
    let approved = tx.all(
        changes!("where number is not null and valid_from <= $1 order by number"),
        args![day],
    )?;
    Ok(with(base, approved))
}

/// What was in force at an instant: what has been approved since counts for nothing then.
pub fn in_force_then(tx: &mut Tx<'_>, base: &Masters, then: Timestamp) -> Result<Masters, Failure> {
    let approved = tx.all(
        changes!(
            "where number is not null and valid_from <= $1 and decided_at <= $2 order by number"
        ),
        args![rules::time::date(then), then],
    )?;
    Ok(with(base, approved))
}

/// The masters of past instants, each made once.
#[derive(Default)]
pub struct Eras {
    /// By how many changes were in force.
    known: BTreeMap<i64, Arc<Masters>>,
}

impl Eras {
    /// The masters by which something past is shown: those of its instant; today's where nothing
    /// has been changed since.
    pub fn of(
        &mut self,
        tx: &mut Tx<'_>,
        base: &Masters,
        today: &Arc<Masters>,
        then: Timestamp,
    ) -> Result<Arc<Masters>, Failure> {
        let (in_force, all): (i64, i64) = tx.one(
            sql!(
                "select cast(coalesce(sum(case when valid_from <= $1 and decided_at <= $2
                                               then 1 else 0 end),
                                      0)
                             as bigint),
                        count(*)
                   from master_change
                  where number is not null"
            ),
            args![rules::time::date(then), then],
        )?;
        if in_force == all {
            return Ok(today.clone());
        }
        if let Some(known) = self.known.get(&in_force) {
            return Ok(known.clone());
        }
        let masters = Arc::new(in_force_then(tx, base, then)?);
        self.known.insert(in_force, masters.clone());
        Ok(masters)
    }
}

/// The packings that held before the one that these changes end with, each with the first day on
/// which it didn't hold any more: its successor's day, or the day of its approval where that came
/// later.
fn former(base: &Masters, approved: &[Change]) -> Vec<(Date, Packing)> {
    let first_day = |change: &Change| {
        let decided = change.decided_at.map_or(change.valid_from, rules::time::date);
        change.valid_from.max(decided)
    };
    let of_boxes = |change: &&Change| matches!(change.kind(), Some(Kind::Products | Kind::Needles));
    let days: BTreeSet<Date> = approved.iter().filter(of_boxes).map(first_day).collect();
    if days.is_empty() {
        return Vec::new();
    }
    let (mut masters, mut former) = (base.clone(), Vec::new());
    let mut held = base.programme().packing();
    for day in days {
        masters.programmes.clone_from(&base.programmes);
        for change in approved.iter().filter(of_boxes).filter(|c| first_day(c) <= day) {
            // What can't be applied any more is told where all changes are.
            let _ = change.apply(&mut masters);
        }
        let next = masters.programme().packing();
        if next != held {
            former.push((day, held));
            held = next;
        }
    }
    former
}

/// Masters with changes, in their order.
fn with(base: &Masters, approved: Vec<Change>) -> Masters {
    let former = former(base, &approved);
    let mut masters = base.clone();
    for change in approved {
        let mut next = masters.clone();
        match change.apply(&mut next) {
            Ok(()) => masters = next,
            // It was good when it was approved; what contradicts it now came with a later version's
            // data.
            Err(why) => tracing::error!(
                change = change.id,
                why,
                "a change of masters can't be applied any more"
            ),
        }
    }
    masters.programmes[0].former = former;
    masters
}

/// A change with this id, if there is one.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<Change>, Failure> {
    tx.first(changes!("where id = $1"), args![id])
}

/// The changes of a master, what waits first.
pub fn of_master(tx: &mut Tx<'_>, kind: Kind, limit: i64) -> Result<Vec<Change>, Failure> {
    tx.all(
        changes!(
            "where master = $1
             order by case when decided_at is null then 0 else 1 end, proposed_at desc, id
             limit $2"
        ),
        args![kind.id(), limit],
    )
}

/// Proposals that wait, of all masters.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Vec<Change>, Failure> {
    tx.all(changes!("where decided_at is null order by proposed_at, id limit 500"), args![])
}

pub fn of_batch(tx: &mut Tx<'_>, batch: &str) -> Result<Vec<Change>, Failure> {
    tx.all(
        changes!("where batch = $1 and decided_at is null order by proposed_at, id"),
        args![batch],
    )
}

/// Everything that came together, whatever became of it.
pub fn all_of_batch(tx: &mut Tx<'_>, batch: &str) -> Result<Vec<Change>, Failure> {
    tx.all(changes!("where batch = $1 order by proposed_at, id"), args![batch])
}

/// Who did something to a change, and when.
pub struct By<'b> {
    pub account: &'b str,
    pub name: &'b str,
    pub at: Timestamp,
}

/// A proposal that nobody has decided.
pub struct Proposal<'p> {
    pub id: &'p str,
    pub kind: Kind,
    pub key: &'p str,
    pub valid_from: Date,
    pub value: Option<&'p Row>,
    pub before: Option<&'p Row>,
    pub reason: &'p str,
    pub batch: &'p str,
}

/// Writes a proposal down.
pub fn insert(tx: &mut Tx<'_>, one: &Proposal<'_>, by: &By<'_>) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into master_change
                         (id, master, key, valid_from, value, before, reason, batch, proposed_at,
                          proposed_by, proposed_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            one.id,
            one.kind.id(),
            one.key,
            one.valid_from,
            one.value.map(Json),
            one.before.map(Json),
            one.reason,
            one.batch,
            by.at,
            by.account,
            by.name
        ],
    )?;
    Ok(())
}

/// Writes down that a waiting change is in force from its day on, as this number.
///
/// # Errors
/// No row: somebody decided it meanwhile.
pub fn approved(tx: &mut Tx<'_>, id: &str, number: i64, by: &By<'_>) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update master_change
                set decided_at = $1, decided_by = $2, decided_by_name = $3, number = $4
              where id = $5
                and decided_at is null"
        ),
        args![by.at, by.account, by.name, number, id],
    )
}

/// Writes down that a waiting change is not to be.
///
/// # Errors
/// No row: somebody decided it meanwhile.
pub fn turned_down(tx: &mut Tx<'_>, id: &str, by: &By<'_>) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update master_change
                set decided_at = $1, decided_by = $2, decided_by_name = $3, turned_down = true
              where id = $4
                and decided_at is null"
        ),
        args![by.at, by.account, by.name, id],
    )
}
