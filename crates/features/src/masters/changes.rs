//! Changes of masters: proposed, approved (by a second person where it must be), and what is in force on a day.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::texts;
use platform::value::Json;
use platform::{args, ids, kept, row, sql};
use serde_json::{Value, json};

use super::kinds::{Kind, Row};
use crate::house::Masters;
use crate::house::visit::{Trouble, Visit};

kept! {
    /// A row of a master, as far as it can be read.
    pub KeptRow = OfRow(Row), texts,
        "マスタの変更の記録に、読めない項目がありました。読めた項目だけを表示しています。この変更は承認できず、マスタにも反映されません。差し戻して、もう一度出してください。";
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

impl Change {
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_id(&self.master)
    }
    fn apply(&self, masters: &mut Masters) -> Result<(), String> {
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
    /// Column by column in words: title, before, after.
    pub fn difference(&self, masters: &Masters) -> Vec<Value> {
        let Some(kind) = self.kind() else { return Vec::new() };
        let of = |row: &Option<KeptRow>, key: &str| {
            row.as_ref().and_then(|r| r.0.get(key).cloned()).unwrap_or_default()
        };
        kind.shown()
            .into_iter()
            .map(|c| {
                let (before, after) = (of(&self.before, c.key), of(&self.value, c.key));
                let said = |stored: &str| kind.said(masters, c.key, stored);
                json!({
                    "title": kind.heading(c), "changed": before != after, "before": said(&before), "after": said(&after),
                    "written": kind.is_written(c.key), "rules": kind == Kind::RuleSets && c.key == "choices",
                })
            })
            .collect()
    }
    /// What the changed row is called.
    pub fn name(&self, masters: &Masters) -> String {
        let row = self.value.as_ref().or(self.before.as_ref()).map(|r| &r.0);
        self.kind().map_or_else(String::new, |kind| kind.named(masters, &self.key, row))
    }
    pub fn json(&self, masters: &Masters) -> Value {
        let (word, tone) = match (self.decided_at.is_some(), self.turned_down) {
            (false, _) => ("承認待ち", "wait"),
            (true, true) => ("差し戻し", "bad"),
            (true, false) => ("承認済み", "ok"),
        };
        json!({
            "id": self.id, "master": self.master, "label": self.kind().map(Kind::label), "name": self.name(masters), "valid_from": self.valid_from, "removes": self.value.is_none(), "adds": self.before.is_none(), "reason": self.reason,
            "batch": self.batch, "proposed_at": self.proposed_at, "proposed_by": self.proposed_by_name, "decided_at": self.decided_at, "decided_by": self.decided_by_name, "word": word, "tone": tone,
            "waiting": self.decided_at.is_none(), "difference": self.difference(masters),
        })
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
    let approved: Vec<Change> = tx.all(
        changes!("where number is not null and valid_from <= $1 order by number"),
        args![day],
    )?;
    let mut masters = base.clone();
    for change in approved {
        let mut next = masters.clone();
        match change.apply(&mut next) {
            Ok(()) => masters = next,
            // It was good when it was approved; what contradicts it now came with a later version's data.
            Err(why) => tracing::error!(
                change = change.id,
                why,
                "a change of masters can't be applied any more"
            ),
        }
    }
    Ok(masters)
}

/// A change that is to be made.
pub struct Wish<'w> {
    pub kind: Kind,
    /// The row as typed; none takes the row with the key away.
    pub row: Option<Row>,
    pub key: String,
    pub valid_from: Date,
    pub reason: &'w str,
    pub batch: &'w str,
}

/// Checks a change against what will be in force on its day, and writes it down: in force at once where one person is enough,
/// as a proposal otherwise. Returns its id.
pub fn propose(visit: &Visit, tx: &mut Tx<'_>, wish: &Wish<'_>) -> Result<String, Trouble> {
    let today = rules::time::date(visit.now);
    if wish.valid_from < today {
        return Err(Trouble::at(
            "valid_from",
            format!("有効になる日は{}以降の日付で入力してください", rules::time::say_date(today)),
        ));
    }
    let mut then = in_force(tx, &visit.house.base_masters, wish.valid_from)?;
    let before = wish.kind.rows(&then).into_iter().find(|r| wish.kind.key(r) == wish.key);
    let value = match &wish.row {
        Some(row) => Some(
            wish.kind
                .put(&mut then, row)
                .map_err(|(column, sentence)| Trouble::at(column, sentence))?,
        ),
        None if before.is_none() => return Err(Trouble::NotFound),
        None => {
            wish.kind
                .remove(&mut then, &wish.key)
                .map_err(|(column, sentence)| Trouble::at(column, sentence))?;
            None
        }
    };
    if value.is_some() && value == before {
        return Err(Trouble::at("", "変更はありません。"));
    }
    if before.is_none() && !wish.kind.grows() {
        return Err(Trouble::at("", "この行はありません。"));
    }
    let key = value.as_ref().map_or_else(|| wish.key.clone(), |v| wish.kind.key(v));
    let (id, actor) = (ids::timed("c", visit.now), visit.actor());
    tx.run(
        sql!(
            "insert into master_change
                         (id, master, key, valid_from, value, before, reason, batch, proposed_at,
                          proposed_by, proposed_by_name)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            &id,
            wish.kind.id(),
            &key,
            wish.valid_from,
            value.as_ref().map(Json),
            before.as_ref().map(Json),
            wish.reason,
            wish.batch,
            visit.now,
            &actor.account,
            &actor.name
        ],
    )?;
    let record = format!("{}:{key}", wish.kind.id());
    visit.journal(
        tx,
        ("master", &record),
        "master.propose",
        json!(before),
        json!({"value": value, "valid_from": wish.valid_from}),
        Some(wish.reason),
    )?;
    if !wish.kind.needs_two() {
        let change = load(tx, &id)?;
        approve(visit, tx, &change)?;
    }
    Ok(id)
}

pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Change, Trouble> {
    tx.first(changes!("where id = $1"), args![id])?.ok_or(Trouble::NotFound)
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

/// Puts a change in force from its day on.
pub fn approve(visit: &Visit, tx: &mut Tx<'_>, change: &Change) -> Result<(), Trouble> {
    let kind = change.kind().ok_or(Trouble::NotFound)?;
    let actor = visit.actor();
    if kind.needs_two() && change.proposed_by == actor.account {
        return Err(Trouble::at(
            "",
            "変更を出した本人は承認できません。マスタの変更の権限を持つ別の人が確認してください。",
        ));
    }
    // What was approved meanwhile may contradict it.
    let mut then = in_force(tx, &visit.house.base_masters, change.valid_from)?;
    change.apply(&mut then).map_err(|why| {
        Trouble::at(
            "",
            format!("いまのマスタには当てはめられません（{why}）。差し戻してください。"),
        )
    })?;
    let number = last_number(tx)? + 1;
    tx.run_one(
        sql!(
            "update master_change
                set decided_at = $1, decided_by = $2, decided_by_name = $3, number = $4
              where id = $5
                and decided_at is null"
        ),
        args![visit.now, &actor.account, &actor.name, number, &change.id],
    )?;
    let record = format!("{}:{}", kind.id(), change.key);
    let valid_from = change.valid_from;
    Ok(visit.journal(
        tx,
        ("master", &record),
        "master.approve",
        Value::Null,
        json!({"change": change.id, "valid_from": valid_from}),
        Some(&change.reason),
    )?)
}

pub fn turn_down(
    visit: &Visit,
    tx: &mut Tx<'_>,
    change: &Change,
    reason: &str,
) -> Result<(), Trouble> {
    let actor = visit.actor();
    tx.run_one(
        sql!(
            "update master_change
                set decided_at = $1, decided_by = $2, decided_by_name = $3, turned_down = true
              where id = $4
                and decided_at is null"
        ),
        args![visit.now, &actor.account, &actor.name, &change.id],
    )?;
    let record = format!("{}:{}", change.master, change.key);
    Ok(visit.journal(
        tx,
        ("master", &record),
        "master.turn_down",
        Value::Null,
        json!({"change": change.id}),
        Some(reason),
    )?)
}
