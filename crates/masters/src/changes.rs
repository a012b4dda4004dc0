//! Changes of masters as they are stored, and what is in force on a day.

use std::collections::BTreeMap;
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
use crate::kinds::{Kind, Row};
pub use crate::laid::Difference;
use crate::laid::with;

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
    let approved = tx.all(changes!("where number is not null and valid_from <= $1"), args![day])?;
    Ok(with(base, approved))
}

/// What was in force at an instant: what has been approved since counts for nothing then.
pub fn in_force_then(tx: &mut Tx<'_>, base: &Masters, then: Timestamp) -> Result<Masters, Failure> {
    let approved = tx.all(
        changes!("where number is not null and valid_from <= $1 and decided_at <= $2"),
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

/// What boxes will hold from days to come on, by what is approved until now: each with its first
/// day, in order of days.
pub fn packings_to_come(
    tx: &mut Tx<'_>,
    base: &Masters,
    today: Date,
) -> Result<Vec<(Date, Packing)>, Failure> {
    let days: Vec<(Date,)> = tx.all(
        sql!(
            "select distinct valid_from
               from master_change
              where number is not null
                and valid_from > $1
                and master in ('products', 'needles')
              order by valid_from"
        ),
        args![today],
    )?;
    let mut held = in_force(tx, base, today)?.programme().packing();
    let mut all = Vec::new();
    for (day,) in days {
        let then = in_force(tx, base, day)?.programme().packing();
        if then != held {
            all.push((day, then));
            held = then;
        }
    }
    Ok(all)
}

/// The row of a change on the change's day without it and with it, as far as it is or can be in
/// force; what was stored otherwise.
pub fn standing(
    tx: &mut Tx<'_>,
    base: &Masters,
    change: &Change,
) -> Result<(Option<Row>, Option<Row>), Failure> {
    let mut held = tx
        .all(changes!("where number is not null and valid_from <= $1"), args![change.valid_from])?;
    held.retain(|other: &Change| other.order() < change.order());
    Ok(change.on(&with(base, held)).unwrap_or_else(|_| change.rows()))
}

/// The other changes of a row that wait, or that are in force from this day or a later one, by
/// their days.
pub fn of_row(
    tx: &mut Tx<'_>,
    kind: Kind,
    key: &str,
    from: Date,
    without: &str,
) -> Result<Vec<Change>, Failure> {
    tx.all(
        changes!(
            "where master = $1
               and key = $2
               and id <> $3
               and (decided_at is null or (number is not null and valid_from >= $4))
             order by valid_from, coalesce(number, 9223372036854775807), id
             limit 50"
        ),
        args![kind.id(), key, without, from],
    )
}

/// An approved change of a later day that could be put in force no more after this one.
pub fn undone_by(
    tx: &mut Tx<'_>,
    base: &Masters,
    change: &Change,
) -> Result<Option<Change>, Failure> {
    let day = change.valid_from;
    let mut later: Vec<Change> =
        tx.all(changes!("where number is not null and valid_from > $1"), args![day])?;
    if later.is_empty() {
        return Ok(None);
    }
    later.sort_by_key(Change::order);
    let mut without = in_force(tx, base, day)?;
    let mut after = without.clone();
    // Whether it can be applied on its own day has been seen.
    let _ = change.apply(&mut after);
    for one in later {
        if one.try_apply(&mut without).is_ok() && one.try_apply(&mut after).is_err() {
            return Ok(Some(one));
        }
    }
    Ok(None)
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
