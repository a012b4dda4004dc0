//! What an area has: lots and vials by venue, each venue's figure as its own page shows it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use masters::Masters;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Scope;
use rules::programme::{Packing, Programme};
use rules::stock::{self, Facts, Kind};

use super::lot_states;
use crate::moved::{in_doses, moved_within};

/// One lot at one venue; without a number: what came without its lot being entered.
pub struct Holding {
    /// The venue's.
    pub id: String,
    pub code: String,
    pub name: String,
    pub lot: String,
    pub expiry: Option<Date>,
    pub recalled: bool,
    pub vials: i64,
}

/// What the venues of a reach have together.
#[derive(Default)]
pub struct Area {
    pub rows: Vec<Holding>,
    /// The sum of the venues' own figures, in vials.
    pub total: i64,
    /// Vials in lots that the reports say are used or thrown away, of no lot in the ledger.
    pub beyond: i64,
}

/// What the venues within a reach (kind and id) have.
pub fn area(masters: &Masters, tx: &mut Tx<'_>, reach: (Scope, &str)) -> Result<Area, Failure> {
    let known = facts(tx, reach, masters.programme().first_packing())?;
    let venues: Vec<(String, String, String)> = tx.all(
        sql!(
            "select v.id, v.code, v.name
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2
                and (exists (select 1 from stock_entry e where e.venue_id = v.id)
                     or exists
                     (select 1 from shipment h where h.venue_id = v.id and h.received_boxes > 0))
              order by v.name, v.id"
        ),
        args![reach.0, reach.1],
    )?;
    let lots = lot_states(tx)?;
    let mut area = Area::default();
    for (id, code, name) in venues {
        let Some(known) = known.get(&id) else { continue };
        let standing = stock::standing(&known.facts);
        area.total = area.total.saturating_add(standing.stock);
        let in_lots: i64 = standing.lots.values().sum();
        area.beyond =
            area.beyond.saturating_add((in_lots + standing.without_lot - standing.stock).max(0));
        let unknown = (standing.without_lot > 0).then_some((String::new(), standing.without_lot));
        for (lot, vials) in unknown.into_iter().chain(standing.lots) {
            let of = lots.get(&lot).copied();
            area.rows.push(Holding {
                id: id.clone(),
                code: code.clone(),
                name: name.clone(),
                expiry: of.map(|(e, _)| e),
                recalled: of.is_some_and(|(_, r)| r),
                lot,
                vials,
            });
        }
    }
    Ok(area)
}

row! {
    /// A venue, and the places in which it counts.
    pub struct Place {
        pub venue: String,
        pub prefecture: String,
        pub municipality: String,
    }
}

/// 受け取った量 of a venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    pub vials: i64,
    pub doses: i64,
}

/// 受け取った量 of each venue within a reach (kind and id), as its own page has it.
pub fn came_to_venues(
    tx: &mut Tx<'_>,
    reach: (Scope, &str),
    programme: &Programme,
) -> Result<Vec<(Place, Came)>, Failure> {
    let known = facts(tx, reach, programme.first_packing())?;
    let otherwise = in_doses(programme, &moved_within(tx, reach)?);
    let places: Vec<Place> = tx.all(
        sql!(
            "select v.id, v.prefecture, v.municipality
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2"
        ),
        args![reach.0, reach.1],
    )?;
    let came = |venue: &str| {
        let Some(known) = known.get(venue) else { return Came::default() };
        let standing = stock::standing(&known.facts);
        let otherwise = otherwise.get(venue).copied().unwrap_or_default();
        let doses = standing.came_in_doses(known.delivered_doses, otherwise);
        Came { vials: standing.came(), doses }
    };
    let with_came = |place: Place| {
        let came = came(&place.venue);
        (place, came)
    };
    Ok(places.into_iter().map(with_came).collect())
}

/// What is known of a venue's vials.
#[derive(Default)]
struct Known {
    facts: Facts,
    /// What was delivered, in doses, as its boxes held.
    delivered_doses: i64,
}

/// Ledger, receipts and reported doses of every venue within a reach, by venue.
fn facts(
    tx: &mut Tx<'_>,
    reach: (Scope, &str),
    first: Packing,
) -> Result<BTreeMap<String, Known>, Failure> {
    let scope = args![reach.0, reach.1];
    let mut all: BTreeMap<String, Known> = BTreeMap::new();
    let ledger: Vec<(String, String, Kind, i64)> = tx.all(
        sql!(
            "select e.venue_id, e.lot, e.kind, cast(sum(e.vials) as bigint)
               from stock_entry e
               join visible_venue s on s.venue_id = e.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
              group by e.venue_id, e.lot, e.kind
              order by e.venue_id, e.lot, e.kind"
        ),
        scope,
    )?;
    for (venue, lot, kind, n) in ledger {
        all.entry(venue).or_default().facts.ledger.push((lot, kind, n));
    }
    let delivered: Vec<(String, i64, i64)> = tx.all(
        sql!(
            "select h.venue_id,
                    cast(sum(h.received_boxes * coalesce(h.vials_per_box, $3)) as bigint),
                    cast(sum(h.received_boxes * coalesce(h.vials_per_box, $3)
                             * coalesce(h.doses_per_vial, $4))
                         as bigint)
               from shipment h
               join visible_venue s on s.venue_id = h.venue_id
              where h.received_at is not null
                and h.received_boxes > 0
                and s.scope_kind = $1
                and s.scope_id = $2
              group by h.venue_id"
        ),
        args![reach.0, reach.1, first.vials_per_box, first.doses_per_vial],
    )?;
    for (venue, vials, doses) in delivered {
        let known = all.entry(venue).or_default();
        (known.facts.delivered, known.delivered_doses) = (vials, doses);
    }
    let doses: Vec<(String, i64, i64)> = tx.all(
        sql!(
            "select r.venue_id, coalesce(r.doses_per_vial, $3), cast(sum(r.increase) as bigint)
               from result_entry r
               join visible_venue s on s.venue_id = r.venue_id
              where r.series = 'booster'
                and s.scope_kind = $1
                and s.scope_id = $2
              group by 1, 2"
        ),
        args![reach.0, reach.1, first.doses_per_vial],
    )?;
    for (venue, per_vial, n) in doses {
        // A venue that never received anything has no stock to speak of.
        if let Some(known) = all.get_mut(&venue) {
            known.facts.doses.insert(per_vial, n);
        }
    }
    Ok(all)
}
