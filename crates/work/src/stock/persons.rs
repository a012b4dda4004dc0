//! The use of lots follows the person-level records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::programme::Programme;
use rules::stock::{self, Kind};
use rules::time;

use super::event::{OfPersons, Used};
use super::{BY_PERSONS, Entry, Event, put, room};
use crate::Caller;

/// What persons were given of a lot.
#[derive(Default)]
struct Given {
    /// Doses by how many a vial gave on their day.
    doses: BTreeMap<i64, i64>,
    last: Option<Date>,
}

impl Given {
    fn vials(&self) -> i64 {
        stock::vials_of(&self.doses)
    }
}

/// What persons were given at a venue, by lot.
fn given(
    programme: &Programme,
    tx: &mut Tx<'_>,
    venue: &str,
) -> Result<BTreeMap<String, Given>, Failure> {
    let rows: Vec<(String, Date, i64)> = tx.all(
        sql!(
            "select lot, day, count(*)
               from person_record
              where venue_id = $1
                and not screening_only
                and lot <> ''
              group by lot, day"
        ),
        args![venue],
    )?;
    let mut given: BTreeMap<String, Given> = BTreeMap::new();
    for (lot, day, doses) in rows {
        let of = given.entry(lot).or_default();
        let per_vial = i64::from(programme.packing_on(day).doses_per_vial);
        *of.doses.entry(per_vial).or_default() += doses;
        of.last = of.last.max(Some(day));
    }
    Ok(given)
}

/// Brings the use of each lot to what the person-level records say: more is written, what was
/// written too much is taken back. What a lot doesn't hold on that day isn't written; the page says
/// what is missing.
pub fn feed_persons(by: &Caller<'_>, tx: &mut Tx<'_>, venue: &str) -> Result<(), Failure> {
    let given = given(by.masters.programme(), tx, venue)?;
    let used: Vec<(String, i64, i64, Date)> = tx.all(
        sql!(
            "select lot, cast(sum(case when reason = $2 then vials else 0 end) as bigint),
                    cast(sum(case when reason = $2 then 0 else vials end) as bigint), max(day)
               from stock_entry
              where venue_id = $1
                and kind = 'used'
                and lot <> ''
              group by lot"
        ),
        args![venue, BY_PERSONS],
    )?;
    let lots: BTreeSet<&String> = given.keys().chain(used.iter().map(|u| &u.0)).collect();
    let actor = &by.actor;
    for number in lots {
        let drawn = given.get(number);
        let (vials, last) = (drawn.map_or(0, Given::vials), drawn.and_then(|g| g.last));
        let (fed, by_hand, day_of_use) =
            used.iter().find(|u| u.0 == *number).map_or((0, 0, None), |u| (u.1, u.2, Some(u.3)));
        let wanted = (vials - by_hand).max(0);
        let (vials, day) = (wanted - fed, last.or(day_of_use).unwrap_or(time::date(by.now)));
        // The receipts decide whether the venue keeps a ledger of the lot at all.
        let Some(room) = room(tx, venue, number, day)? else { continue };
        let vials = if vials > 0 { vials.min(room.vials) } else { vials };
        if vials == 0 {
            continue;
        }
        let entry = Entry {
            lot: number,
            kind: Kind::Used,
            vials,
            reason: BY_PERSONS,
            day,
            transfer: None,
            shipment: None,
        };
        put(tx, by.now, (&actor.account, &actor.name), venue, &entry)?;
        let used = fed + by_hand;
        let reason = BY_PERSONS.to_string();
        let recorded = Event::Recorded {
            before: Used { lot: number.clone(), used },
            after: OfPersons { kind: Kind::Used, vials, used: used + vials, reason },
        };
        by.journal(tx, venue, &recorded, None)?;
    }
    Ok(())
}
