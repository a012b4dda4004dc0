//! A change laid over masters: only the fields that it is about. Changes follow each other by their
//! days, on one day by their approval; a field has the value of the last one that is about it. A
//! new row and an end are whole.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rules::programme::Packing;
use serde::Serialize;

use crate::Masters;
use crate::changes::Change;
use crate::kinds::{Column, Kind, Row};

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

/// The row with a key.
fn row_of(kind: Kind, masters: &Masters, key: &str) -> Option<Row> {
    kind.rows(masters).into_iter().find(|row| kind.key(row) == key)
}

/// What differs between two rows, as it is in the second.
fn differing(before: &Row, after: &Row) -> Row {
    let of = |row: &Row, key: &String| row.get(key).cloned().unwrap_or_default();
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter(|key| of(before, key) != of(after, key))
        .map(|key| (key.clone(), of(after, key)))
        .collect()
}

/// A row as it was typed over one that was shown, for a day on which another may stand: what was
/// typed otherwise than shown, over what stands.
pub fn carried(shown: &Row, typed: &Row, standing: &Row) -> Row {
    let mut row = standing.clone();
    row.extend(differing(shown, typed));
    row
}

impl Change {
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_id(&self.master)
    }
    /// Where it stands among changes: by its day, then by its approval; what waits comes last.
    pub fn order(&self) -> (Date, i64) {
        (self.valid_from, self.number.unwrap_or(i64::MAX))
    }
    /// As it was proposed: the row before and the row after.
    pub fn rows(&self) -> (Option<Row>, Option<Row>) {
        (self.before.as_ref().map(|b| b.0.clone()), self.value.as_ref().map(|v| v.0.clone()))
    }
    /// The fields that it is about. None where it is a whole row: a new one, or one of which nobody
    /// can say any more what stood before.
    fn fields(&self) -> Option<Row> {
        let kind = self.kind()?;
        let (before, value) = (self.before.as_ref()?.if_whole()?, self.value.as_ref()?);
        (kind.key(before) == kind.key(&value.0)).then(|| differing(before, &value.0))
    }
    /// Makes the change in masters, which are half changed where it is refused.
    ///
    /// # Errors
    /// One sentence: there is no such master, what is stored can't be read, or it contradicts them.
    pub fn apply(&self, masters: &mut Masters) -> Result<(), String> {
        let kind = self.kind().ok_or_else(|| format!("there is no master {}", self.master))?;
        match &self.value {
            Some(value) if !value.is_whole() => {
                return Err("保存されていた内容に読めない項目があります".into());
            }
            Some(value) => {
                let row = match self.fields() {
                    Some(fields) => {
                        let mut row =
                            row_of(kind, masters, &self.key).ok_or("この行は削除されています")?;
                        row.extend(fields);
                        row
                    }
                    None => value.0.clone(),
                };
                kind.put(masters, &row).map(|_| ())
            }
            None => kind.remove(masters, &self.key),
        }
        .map_err(|(_, sentence)| sentence)
    }
    /// The same, with the masters as they were where it is refused.
    ///
    /// # Errors
    /// As [`Change::apply`].
    pub fn try_apply(&self, masters: &mut Masters) -> Result<(), String> {
        let mut next = masters.clone();
        self.apply(&mut next)?;
        *masters = next;
        Ok(())
    }
    /// Its row in masters without it and with it.
    pub(crate) fn on(&self, masters: &Masters) -> Result<(Option<Row>, Option<Row>), String> {
        let kind = self.kind().ok_or_else(|| format!("there is no master {}", self.master))?;
        let mut after = masters.clone();
        self.apply(&mut after)?;
        Ok((row_of(kind, masters, &self.key), row_of(kind, &after, &self.key)))
    }
    /// The row as it is once this change is taken back; Some(None) where it is to go. None where
    /// something else has been written since into what this change is about.
    pub fn taken_back(&self, now: Option<&Row>) -> Option<Option<Row>> {
        let (before, value) = self.rows();
        let (Some(fields), Some(now), Some(before)) = (self.fields(), now, &before) else {
            return (now == value.as_ref()).then_some(before);
        };
        if fields.iter().any(|(key, value)| now.get(key) != Some(value)) {
            return None;
        }
        let mut row = now.clone();
        for key in fields.keys() {
            row.insert(key.clone(), before.get(key).cloned().unwrap_or_default());
        }
        Some(Some(row))
    }
    /// Column by column in words, as it was proposed.
    pub fn difference(&self, masters: &Masters) -> Vec<Difference> {
        let (before, after) = self.rows();
        self.between(masters, before.as_ref(), after.as_ref())
    }
    /// Two rows of its master, column by column in words.
    pub fn between(
        &self,
        masters: &Masters,
        before: Option<&Row>,
        after: Option<&Row>,
    ) -> Vec<Difference> {
        let Some(kind) = self.kind() else { return Vec::new() };
        let of = |row: Option<&Row>, key: &str| {
            row.and_then(|row| row.get(key).cloned()).unwrap_or_default()
        };
        let column = |c: &Column| {
            let (before, after) = (of(before, c.key), of(after, c.key));
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

/// Masters with approved changes, in their order.
pub(crate) fn with(base: &Masters, mut approved: Vec<Change>) -> Masters {
    approved.sort_by_key(Change::order);
    let former = former(base, &approved);
    let mut masters = base.clone();
    for change in approved {
        // It was good when it was approved; what contradicts it now came with a later version's
        // data.
        if let Err(why) = change.try_apply(&mut masters) {
            tracing::error!(
                change = change.id,
                why,
                "a change of masters can't be applied any more"
            );
        }
    }
    masters.programmes[0].former = former;
    masters
}

#[cfg(test)]
#[path = "laid_tests.rs"]
mod tests;
