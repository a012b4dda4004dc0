//! Person-level records come in by a table, correct what is stored, and are taken back.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, ids, sql};
use rules::person::Record;
use rules::results::{Entry, NotTakenBack, Series};
use rules::time;
use serde::{Deserialize, Serialize};

use super::persons::{added_by, one, shots};
use super::{Event, Fresh, NotWritten, UNDONE, entries, event, total, untouched};
use crate::{Caller, Refused, imports, stock};

/// What a row is to do: a new record, or a correction of a stored one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub record: Record,
    /// The stored record that it corrects.
    pub corrects: Option<String>,
}

/// What taking an import back needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Doses that were reported with it.
    pub increase: i64,
    pub corrected: Vec<Correction>,
    /// How many reports there were after it; imports of before lack it.
    pub entries: Option<u64>,
}

impl Undo {
    /// As it was stored; none where that can't be read.
    pub fn read(stored: &serde_json::Value) -> Option<Undo> {
        Undo::deserialize(stored).ok()
    }
}

/// A stored record that an import corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub id: String,
    pub before: Record,
    pub after: Record,
}

/// The reason of the results that records wrote.
pub const REASON: &str = "個人単位の記録の取り込み";

/// The end of a number, which is all that is shown of it.
pub fn tail(number: &str) -> String {
    format!("…{}", number.get(6..).unwrap_or_default())
}

/// Writes records and corrections, what they say of the counts and of the stock, and the journal.
/// The answer is what taking it back needs.
pub fn write(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    import: &str,
    orders: &[Order],
) -> Result<Undo, Refused<NotWritten>> {
    let before = shots(tx, venue)?;
    let fresh: Vec<&Record> =
        orders.iter().filter(|o| o.corrects.is_none()).map(|o| &o.record).collect();
    let rows: Vec<Vec<platform::value::Value>> = fresh
        .iter()
        .map(|r| {
            args![
                ids::short("pr"),
                venue,
                &r.coupon.kind,
                r.coupon.dose,
                &r.coupon.municipality,
                &r.coupon.number,
                r.day,
                &r.lot,
                &r.maker,
                &r.doctor,
                r.screening_only,
                r.band,
                r.under_six,
                import,
                by.now
            ]
            .to_vec()
        })
        .collect();
    let head = "insert into person_record (id, venue_id, coupon_kind, dose, municipality, coupon, day, \
                lot, maker, doctor, screening_only, band, under_six, import_id, at)";
    tx.insert_many(head, &rows)?;
    let mut corrected = Vec::new();
    for order in orders {
        let Some(id) = &order.corrects else { continue };
        let stored = one(tx, venue, id)?.ok_or(Failure::Stale)?.record();
        // Asked about its empty cells only, it stays as it is.
        if stored == order.record {
            continue;
        }
        correct(by, tx, venue, id, &stored, &order.record)?;
        let after = order.record.clone();
        corrected.push(Correction { id: id.clone(), before: stored, after });
    }
    let last = fresh.iter().map(|r| r.day).max().unwrap_or(time::date(by.now));
    let more = report_more(by, tx, venue, last, before)?;
    let after = event::Imported {
        import: import.into(),
        records: fresh.len(),
        corrected: corrected.len(),
        increase: more,
    };
    by.journal(tx, venue, &Event::Imported { after }, None)?;
    let entries = entries(tx, venue)?.len() as u64;
    Ok(Undo { increase: more, corrected, entries: Some(entries) })
}

/// One correction, with what stood there before in the journal.
fn correct(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    id: &str,
    before: &Record,
    after: &Record,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update person_record
                set coupon_kind = $1, day = $2, lot = $3, maker = $4, doctor = $5, band = $6,
                    under_six = $7, screening_only = $8
              where id = $9
                and venue_id = $10"
        ),
        args![
            &after.coupon.kind,
            after.day,
            &after.lot,
            &after.maker,
            &after.doctor,
            after.band,
            after.under_six,
            after.screening_only,
            id,
            venue
        ],
    )?;
    by.journal(tx, venue, &Event::corrected(before, after), None)
}

/// The counts follow: what the records say beyond what was reported is reported, and nothing twice;
/// the ledger too. How many more. Fewer, where a shot turned out to be none and what was reported
/// (`recorded`) was what the records said.
fn report_more(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    last: Date,
    recorded: i64,
) -> Result<i64, Refused<NotWritten>> {
    stock::feed_persons(by, tx, venue)?;
    let persons = shots(tx, venue)?;
    let entries = entries(tx, venue)?;
    let reported = total(&entries, Series::Booster);
    let more = if reported == recorded { persons - reported } else { (persons - reported).max(0) };
    if more != 0 {
        let as_of = entries.iter().map(|e| e.as_of).max().map_or(last, |d| d.max(last));
        let entry =
            Entry { series: Series::Booster, increase: more, total: persons, questions: vec![] };
        write_entry(by, tx, venue, entry, as_of, REASON)?;
    }
    Ok(more)
}

fn write_entry(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    entry: Entry,
    as_of: Date,
    reason: &str,
) -> Result<(), Refused<NotWritten>> {
    let name = &by.actor.name;
    let fresh =
        Fresh { entries: &[entry], as_of, reason, waste_reason: "", lot: "", used_lot: "", name };
    super::write(by, tx, venue, &fresh)
}

/// A later import that corrected a row of this one holds it: taken back, the correction would go
/// with the row.
fn corrected_since(
    tx: &mut Tx<'_>,
    venue: &str,
    import: &str,
    corrected: &[Correction],
) -> Result<(), Refused<NotTakenBack>> {
    let own = added_by(tx, venue, import)?;
    let added: HashMap<String, String> = own.into_iter().collect();
    let number = |step: &Correction| (step.id.clone(), step.after.coupon.number.clone());
    let fixed: HashMap<String, String> = corrected.iter().map(number).collect();
    let later = imports::standing(tx, "persons", &format!("venue:{venue}"))?;
    // What corrected a row that this import added came after it; what corrected the same row before
    // it doesn't count.
    let since = later.iter().find(|l| l.0 == import).and_then(|l| l.2);
    for (id, file, at) in later.into_iter().filter(|l| l.0 != import) {
        let undo = imports::undo_of(tx, &id)?.and_then(|u| u.if_whole().and_then(Undo::read));
        let steps = undo.map(|u| u.corrected).unwrap_or_default();
        let touched = |step: &Correction| {
            added
                .get(&step.id)
                .or_else(|| fixed.get(&step.id).filter(|_| at > since))
                .map(|number| tail(number))
        };
        let Some(which) = steps.iter().find_map(touched) else { continue };
        let day = at.map_or(String::new(), |at| format!("（{}）", time::say_date(time::date(at))));
        return Err(Refused::ByRule(NotTakenBack::CorrectedSince { which, file, day }));
    }
    Ok(())
}

/// Takes an import back: its records go, its corrections are as they were, and so are the counts;
/// as long as nothing came after it.
pub fn take_back(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    import: &str,
    undo: &Undo,
) -> Result<(), Refused<NotTakenBack>> {
    let (more, corrected) = (undo.increase, &undo.corrected);
    corrected_since(tx, venue, import, corrected)?;
    let entries = entries(tx, venue)?;
    let last = entries.iter().rev().find(|e| e.series == Series::Booster);
    let untouched = match undo.entries {
        Some(then) => untouched(&entries, then),
        // Of an import before this was kept.
        None => last.is_some_and(|e| e.increase == more && e.reason.as_deref() == Some(REASON)),
    };
    if more != 0 && !untouched {
        return Err(Refused::ByRule(NotTakenBack::ReportedSince));
    }
    for step in corrected {
        let Correction { id, before, after } = step;
        let now = one(tx, venue, id)?.map(|s| s.record());
        if now.as_ref() != Some(after) {
            let which = tail(&after.coupon.number);
            return Err(Refused::ByRule(NotTakenBack::ChangedSince(which)));
        }
        correct(by, tx, venue, id, after, before)?;
    }
    let gone = tx.run(
        sql!("delete from person_record where import_id = $1 and venue_id = $2"),
        args![import, venue],
    )?;
    stock::feed_persons(by, tx, venue)?;
    if more != 0 {
        let total = total(&entries, Series::Booster);
        let as_of = entries.iter().map(|e| e.as_of).max().unwrap_or(time::date(by.now));
        let entry = Entry {
            series: Series::Booster,
            increase: -more,
            total: total - more,
            questions: vec![],
        };
        write_entry(by, tx, venue, entry, as_of, UNDONE[1]).map_err(plain)?;
    }
    let before = event::TakenBack { import: import.into(), records: gone };
    by.journal(tx, venue, &Event::TakenBack { before }, None)?;
    Ok(())
}

/// An entry that takes counts back wastes and uses nothing: no rule of the stock refuses it.
fn plain(refused: Refused<NotWritten>) -> Refused<NotTakenBack> {
    refused.map(|_| NotTakenBack::ReportedSince)
}
