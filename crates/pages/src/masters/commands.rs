//! Commands on changes of masters: proposed, approved (by a second person where it must be), turned
//! down.

use jiff::civil::Date;
use masters::Masters;
use masters::changes::{self, By, Change, Event, Proposal, in_force, last_number};
use masters::kinds::{Kind, Row};
use platform::db::Tx;
use platform::ids;
use platform::journal::Actor;
use serde_json::{Value, json};
use web::visit::{Trouble, Visit};

pub fn json(change: &Change, masters: &Masters) -> Value {
    let (word, tone) = match (change.decided_at.is_some(), change.turned_down) {
        (false, _) => ("承認待ち", "wait"),
        (true, true) => ("差し戻し", "bad"),
        (true, false) => ("承認済み", "ok"),
    };
    json!({
        "id": change.id, "master": change.master, "label": change.kind().map(Kind::label), "name": change.name(masters), "valid_from": change.valid_from, "removes": change.value.is_none(), "adds": change.before.is_none(), "reason": change.reason,
        "batch": change.batch, "proposed_at": change.proposed_at, "proposed_by": change.proposed_by_name, "decided_at": change.decided_at, "decided_by": change.decided_by_name, "word": word, "tone": tone,
        "waiting": change.decided_at.is_none(), "difference": change.difference(masters),
    })
}

/// A change as its page shows it: what will stand on its day before and after, and the other
/// changes of its row.
pub fn whole_json(visit: &Visit, tx: &mut Tx<'_>, change: &Change) -> Result<Value, Trouble> {
    let masters = visit.masters();
    let mut shown = json(change, masters);
    let today = rules::time::date(visit.now);
    if !change.turned_down {
        let (before, after) = changes::standing(tx, &visit.house.base_masters, change)?;
        let stands = change.between(masters, before.as_ref(), after.as_ref());
        shown["adds"] = before.is_none().into();
        shown["difference"] = serde_json::to_value(stands).unwrap_or_default();
        shown["far"] = far_json(visit, tx, change, after.as_ref())?;
    }
    shown["late"] = (change.decided_at.is_none() && change.valid_from < today).into();
    if let Some(kind) = change.kind() {
        let from = today.min(change.valid_from);
        shown["others"] = others(visit, tx, kind, &change.key, from, &change.id)?;
    }
    Ok(shown)
}

/// What a change, whose row will stand so, would put far from the values in force on its day, as
/// long as it waits.
fn far_json(
    visit: &Visit,
    tx: &mut Tx<'_>,
    change: &Change,
    after: Option<&Row>,
) -> Result<Value, Trouble> {
    let waiting = change.kind().filter(|_| change.decided_at.is_none());
    let Some((kind, row)) = waiting.zip(after) else { return Ok(Value::Null) };
    let then = in_force(tx, &visit.house.base_masters, change.valid_from)?;
    Ok(kind.far(&then, row).into_iter().map(|far| far.sentence).collect())
}

/// The other changes of a row that wait, or that are in force from this day or a later one.
pub fn others(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Kind,
    key: &str,
    from: Date,
    without: &str,
) -> Result<Value, Trouble> {
    let others = changes::of_row(tx, kind, key, from, without)?;
    Ok(others.iter().map(|other| json(other, visit.masters())).collect())
}

fn by<'b>(actor: &'b Actor, visit: &Visit) -> By<'b> {
    By { account: &actor.account, name: &actor.name, at: visit.now }
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

/// Checks a change against what will be in force on its day, and writes it down: in force at once
/// where one person is enough, as a proposal otherwise. Returns its id.
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
    changes::insert(
        tx,
        &Proposal {
            id: &id,
            kind: wish.kind,
            key: &key,
            valid_from: wish.valid_from,
            value: value.as_ref(),
            before: before.as_ref(),
            reason: wish.reason,
            batch: wish.batch,
        },
        &by(&actor, visit),
    )?;
    let record = format!("{}:{key}", wish.kind.id());
    let after = changes::Proposed { value, valid_from: wish.valid_from };
    let proposed = Event::Proposed { before, after };
    visit.caller().journal(tx, &record, &proposed, Some(wish.reason))?;
    if !wish.kind.needs_two() {
        let change = load(tx, &id)?;
        approve(visit, tx, &change)?;
    }
    Ok(id)
}

/// A change that somebody asks for.
///
/// # Errors
/// 404 where there is none.
pub fn load(tx: &mut Tx<'_>, id: &str) -> Result<Change, Trouble> {
    changes::find(tx, id)?.ok_or(Trouble::NotFound)
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
    let before = kind.takes_from_others().then(|| then.clone());
    let box_before = then.programme().packing();
    change.apply(&mut then).map_err(|why| {
        Trouble::at(
            "",
            format!("いまのマスタには当てはめられません（{why}）。差し戻してください。"),
        )
    })?;
    if let Some(later) = changes::undone_by(tx, &visit.house.base_masters, change)? {
        return Err(Trouble::at(
            "",
            format!(
                "{}からの変更（{}）を当てはめられなくなるため、この変更はできません。",
                rules::time::say_date(later.valid_from),
                later.name(visit.masters())
            ),
        ));
    }
    let number = last_number(tx)? + 1;
    changes::approved(tx, &change.id, number, &by(&actor, visit))?;
    let record = format!("{}:{}", kind.id(), change.key);
    let after = changes::Approved { change: change.id.clone(), valid_from: change.valid_from };
    let approved = Event::Approved { after };
    visit.caller().journal(tx, &record, &approved, Some(&change.reason))?;
    let taken = before.map_or(Vec::new(), |before| kind.beside(&change.key, &before, &then));
    for others in taken {
        beside(visit, tx, change, kind, others)?;
    }
    let changes = (box_before, then.programme().packing());
    work::allocation::tell_of_other_box(&visit.caller(), tx, changes, change.valid_from)?;
    Ok(())
}

/// Writes down what an approved change took from another row: a change of that row, in force with
/// it, so that it stands in the record and is taken back with it.
fn beside(
    visit: &Visit,
    tx: &mut Tx<'_>,
    change: &Change,
    kind: Kind,
    (before, value): (Row, Row),
) -> Result<(), Trouble> {
    let (key, id, actor) = (kind.key(&value), ids::timed("c", visit.now), visit.actor());
    let reason = format!("{}の変更に伴う変更：{}", change.name(visit.masters()), change.reason);
    let proposal = Proposal {
        id: &id,
        kind,
        key: &key,
        valid_from: change.valid_from,
        value: Some(&value),
        before: Some(&before),
        reason: &reason,
        batch: &change.batch,
    };
    changes::insert(tx, &proposal, &by(&actor, visit))?;
    let number = last_number(tx)? + 1;
    changes::approved(tx, &id, number, &by(&actor, visit))?;
    let record = format!("{}:{key}", kind.id());
    let after = changes::Proposed { value: Some(value), valid_from: change.valid_from };
    let proposed = Event::Proposed { before: Some(before), after };
    visit.caller().journal(tx, &record, &proposed, Some(&reason))?;
    let after = changes::Approved { change: id, valid_from: change.valid_from };
    Ok(visit.caller().journal(tx, &record, &Event::Approved { after }, Some(&reason))?)
}

pub fn turn_down(
    visit: &Visit,
    tx: &mut Tx<'_>,
    change: &Change,
    reason: &str,
) -> Result<(), Trouble> {
    let actor = visit.actor();
    changes::turned_down(tx, &change.id, &by(&actor, visit))?;
    let record = format!("{}:{}", change.master, change.key);
    let after = changes::OfChange { change: change.id.clone() };
    Ok(visit.caller().journal(tx, &record, &Event::TurnedDown { after }, Some(reason))?)
}
