//! Vials that were used: the sum of what each venue's own page says.

use std::collections::BTreeMap;

use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::programme::Programme;
use rules::stock;

/// Doses that each venue gave, by how many a vial gave on the day.
pub(super) fn used_at_venues(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<Vec<(String, i64, i64)>, Failure> {
    tx.all(
        sql!(
            "select r.venue_id, coalesce(r.doses_per_vial, $2), cast(sum(r.increase) as bigint)
               from result_entry r
               join venue v on v.id = r.venue_id
              where r.series = 'booster'
                and v.programme = $1
              group by 1, 2"
        ),
        args![&programme.id, programme.first_packing().doses_per_vial],
    )
}

/// Vials that so many doses (of a venue, of vials of so many) came from: the sum of what each
/// venue's own page says.
pub(super) fn used(used: &[(String, i64, i64)]) -> i64 {
    let mut venues: BTreeMap<&str, BTreeMap<i64, i64>> = BTreeMap::new();
    for (venue, per_vial, doses) in used {
        *venues.entry(venue).or_default().entry(*per_vial).or_default() += doses;
    }
    venues.values().map(stock::vials_of).sum()
}

#[cfg(test)]
mod tests {
    use super::used as used_vials;

    #[test]
    fn what_the_country_used_is_the_sum_of_what_its_venues_say() {
        let of = |venue: &str, per_vial, doses| (venue.to_string(), per_vial, doses);
        for (used, vials) in [
            // 310 of 15 are 21 vials, 151 are 11: a vial that was begun is used.
            (vec![of("v", 15, 310), of("w", 15, 151)], 32),
            (vec![of("v", 15, 310), of("v", 10, 310)], 52),
            (vec![], 0),
        ] {
            assert_eq!(used_vials(&used), vials, "{used:?}");
        }
    }
}
