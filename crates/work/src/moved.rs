//! Vials that came and went on otherwise than in boxes, in doses of their own days.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Scope;
use rules::programme::Programme;
use rules::stock::{Facts, Kind, Otherwise, standing};

row! {
    /// Vials of a kind that moved on a day at a venue.
    pub struct Moved {
        pub venue: String,
        pub kind: Kind,
        pub day: Date,
        pub vials: i64,
    }
}

/// A statement that reads what moved: what follows the table.
macro_rules! moved {
    ($which:literal) => {
        sql!(concat!(
            "select e.venue_id, e.kind, e.day, cast(sum(e.vials) as bigint)
               from stock_entry e
               ",
            $which,
            " and e.kind in ('received', 'transferred_in', 'transferred_out')
              group by e.venue_id, e.kind, e.day
              order by e.venue_id, e.kind, e.day"
        ))
    };
}

/// What moved at a venue.
///
/// # Errors
/// The database's.
pub fn moved_at(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Moved>, Failure> {
    tx.all(moved!("where e.venue_id = $1"), args![venue])
}

/// What moved at the venues within a reach (kind and id).
///
/// # Errors
/// The database's.
pub fn moved_within(tx: &mut Tx<'_>, reach: (Scope, &str)) -> Result<Vec<Moved>, Failure> {
    tx.all(
        moved!(
            "join visible_venue s on s.venue_id = e.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2"
        ),
        args![reach.0, reach.1],
    )
}

/// What was written down as moved before an instant, at every venue.
///
/// # Errors
/// The database's.
pub fn moved_before(tx: &mut Tx<'_>, until: Timestamp) -> Result<Vec<Moved>, Failure> {
    tx.all(moved!("where e.at < $1"), args![until])
}

/// The same in doses, by venue.
pub fn in_doses(programme: &Programme, moved: &[Moved]) -> BTreeMap<String, Otherwise> {
    let mut all: BTreeMap<String, Otherwise> = BTreeMap::new();
    // Rows of a venue and kind stand in the order of days: the last one that came stays.
    for Moved { venue, kind, day, vials } in moved {
        let per_vial = i64::from(programme.packing_on(*day).doses_per_vial);
        let doses = vials.saturating_mul(per_vial);
        let of = all.entry(venue.clone()).or_default();
        match kind {
            Kind::TransferredIn => of.transferred = of.transferred.saturating_add(doses),
            Kind::TransferredOut => of.transferred = of.transferred.saturating_sub(doses),
            Kind::Received => of.per_vial = per_vial,
            _ => {}
        }
    }
    all
}

/// 受け取った量 of a venue in doses: what was delivered (vials, and their doses) and what the ledger's
/// rows moved, which make `otherwise`.
pub fn came_in_doses(
    (vials, doses): (i64, i64),
    ledger: impl Iterator<Item = (Kind, i64)>,
    otherwise: Otherwise,
) -> i64 {
    let ledger = ledger.map(|(kind, vials)| (String::new(), kind, vials)).collect();
    let facts = Facts { delivered: vials, ledger, ..Facts::default() };
    standing(&facts).came_in_doses(doses, otherwise)
}

#[cfg(test)]
mod tests {
    use masters::Masters;

    use super::*;

    #[test]
    fn what_was_handed_on_keeps_the_doses_of_its_day() {
        let masters = Masters::load().expect("the data files are sound");
        let mut programme = masters.programme().clone();
        let (day, first) = (|text: &str| text.parse().expect("a day"), programme.first_packing());
        programme.former = vec![(day("2022-06-03"), first)];
        let product = &mut programme.product;
        product.doses_per_vial = first.doses_per_vial + 5;
        let moved = |kind: Kind, on: &str, vials: i64| Moved {
            venue: "v-1".into(),
            kind,
            day: day(on),
            vials,
        };
        // 40 vials of 15 came in boxes, 20 went on in May: 300 doses were left, and still are when a
        // vial gives 20; 2 vials of 20 come in June.
        let mut rows = vec![moved(Kind::TransferredOut, "2022-05-10", 20)];
        let came = |rows: &[Moved]| {
            let ledger = rows.iter().map(|row| (row.kind, row.vials));
            let otherwise = in_doses(&programme, rows).remove("v-1").unwrap_or_default();
            came_in_doses((40, 600), ledger, otherwise)
        };
        assert_eq!((first.doses_per_vial, came(&rows)), (15, 300));
        rows.push(moved(Kind::TransferredIn, "2022-06-04", 2));
        assert_eq!(came(&rows), 340);
        // What was entered as come, beyond what was delivered, as vials gave then.
        rows.push(moved(Kind::Received, "2022-05-01", 42));
        assert_eq!(came(&rows), 340 + 2 * 15);
    }
}
