//! Whole boxes in proportion, nobody above their room: water-filling, then largest remainder.

/// One who takes part: who, with what weight, and how many boxes at most.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    pub id: &'a str,
    pub weight: u64,
    pub room: u64,
}

/// What one gets: whole boxes of the quota, and the box of the rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub floor: u64,
    pub rounding: u64,
}

impl Given {
    pub fn boxes(self) -> u64 {
        self.floor + self.rounding
    }
}

/// Shares boxes in proportion to weights. Whoever's quota reaches their room gets the room, and the
/// rest is shared among the others; of these each gets `floor(weight × boxes / total)`, and the
/// boxes that are left go one by one to the largest remainders, ties to the larger weight, then to
/// the smaller id. In the order given; O(n log n).
pub fn share(boxes: u64, claimants: &[Claimant<'_>]) -> Vec<Given> {
    let mut given = vec![Given::default(); claimants.len()];
    let mut order: Vec<usize> = (0..claimants.len())
        .filter(|i| claimants[*i].weight > 0 && claimants[*i].room > 0)
        .collect();
    // Smallest room for their weight first: they are full first.
    order.sort_by(|a, b| {
        let (a, b) = (&claimants[*a], &claimants[*b]);
        let (left, right) =
            (u128::from(a.room) * u128::from(b.weight), u128::from(b.room) * u128::from(a.weight));
        left.cmp(&right).then(a.id.cmp(b.id))
    });
    let mut total: u128 = order.iter().map(|i| u128::from(claimants[*i].weight)).sum();
    let mut left = boxes;
    let mut full = 0;
    for i in &order {
        let c = &claimants[*i];
        // Quota ≥ room ⇔ weight × left ≥ room × total.
        if u128::from(c.weight) * u128::from(left) < u128::from(c.room) * total {
            break;
        }
        given[*i].floor = c.room;
        left -= c.room;
        total -= u128::from(c.weight);
        full += 1;
    }
    let rest = &order[full..];
    if rest.is_empty() {
        return given;
    }
    let quota = |i: usize| u128::from(claimants[i].weight) * u128::from(left);
    let mut handed = 0;
    for i in rest {
        given[*i].floor = (quota(*i) / total) as u64;
        handed += given[*i].floor;
    }
    let mut by_remainder: Vec<usize> = rest.to_vec();
    by_remainder.sort_by(|a, b| {
        let (one, other) = (&claimants[*a], &claimants[*b]);
        (quota(*b) % total)
            .cmp(&(quota(*a) % total))
            .then(other.weight.cmp(&one.weight))
            .then(one.id.cmp(other.id))
    });
    for i in by_remainder.into_iter().take((left - handed) as usize) {
        given[i].rounding = 1;
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn boxes(boxes: u64, claimants: &[(u64, u64)]) -> Vec<u64> {
        let ids: Vec<String> = (0..claimants.len()).map(|i| format!("{i:03}")).collect();
        let claimants: Vec<Claimant<'_>> = claimants
            .iter()
            .zip(&ids)
            .map(|((weight, room), id)| Claimant { id, weight: *weight, room: *room })
            .collect();
        share(boxes, &claimants).into_iter().map(Given::boxes).collect()
    }

    #[test]
    fn by_hand() {
        assert_eq!(boxes(10, &[(7, 99), (5, 99), (3, 99)]), [5, 3, 2]);
        assert_eq!(
            boxes(10, &[(7, 2), (5, 99), (3, 99)]),
            [2, 5, 3],
            "what one can't take goes to the others"
        );
        assert_eq!(boxes(10, &[(1, 3), (1, 3)]), [3, 3], "nobody above their room");
        assert_eq!(boxes(1, &[(1, 9), (1, 9)]), [1, 0], "ties to the smaller id");
        assert_eq!(boxes(5, &[(0, 9)]), [0]);
    }

    proptest! {
        #[test]
        fn sums_rooms_quota_and_supply(supply in 0u64..3000, claimants in proptest::collection::vec((0u64..500, 0u64..60), 1..60)) {
            let got = boxes(supply, &claimants);
            let takers: u64 = claimants.iter().filter(|(w, _)| *w > 0).map(|(_, r)| *r).sum();
            prop_assert_eq!(got.iter().sum::<u64>(), supply.min(takers), "every box is given that somebody can take");
            for (got, (_, room)) in got.iter().zip(&claimants) {
                prop_assert!(got <= room);
            }
            // A larger weight with as much room never gets less.
            for (i, (weight, room)) in claimants.iter().enumerate() {
                for (j, (other, other_room)) in claimants.iter().enumerate() {
                    if weight > other && room >= other_room {
                        prop_assert!(got[i] >= got[j]);
                    }
                }
            }
            // The whole boxes of more supply never shrink for anybody by more than the one box of
            // the rounding.
            let more = boxes(supply + 1, &claimants);
            for (less, more) in got.iter().zip(&more) {
                prop_assert!(more + 1 >= *less);
            }
        }
    }
}
