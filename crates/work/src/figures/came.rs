//! 受け取った量: what came to the venues of a report, each venue's own figure as its page has it.

use std::collections::{BTreeMap, BTreeSet};

use platform::db::{Failure, Tx};

use super::{Asked, Group, Measure, Report, Unit};
use crate::stock::{self, Came};

impl Came {
    /// In doses where they are asked for, otherwise in vials.
    pub(super) fn in_unit(self, unit: Unit) -> i64 {
        if unit == Unit::Dose { self.doses } else { self.vials }
    }
}

impl Report {
    /// What came to each row's venues, where a column shows them: the sum of what each
    /// venue's own page says.
    pub(super) fn came(
        &self,
        tx: &mut Tx<'_>,
        asked: &Asked<'_>,
    ) -> Result<BTreeMap<String, Came>, Failure> {
        let mut by_place = BTreeMap::new();
        if !self.columns.iter().any(|column| matches!(column.measure, Measure::Came(_))) {
            return Ok(by_place);
        }
        // A closer look is at fewer venues.
        let only: Option<BTreeSet<String>> = if asked.closer && self.closer.is_some() {
            let all = self.arguments(asked, Group::Venue, i64::MAX);
            let found: Vec<String> = tx.each(self.by_place, &all, |row| row.text("place"))?;
            Some(found.into_iter().collect())
        } else {
            None
        };
        for (place, came) in stock::came_to_venues(tx, asked.scope, asked.programme)? {
            if only.as_ref().is_some_and(|only| !only.contains(&place.venue)) {
                continue;
            }
            let of = match asked.group {
                Group::Prefecture => place.prefecture,
                Group::Municipality => place.municipality,
                Group::Venue | Group::Cycle => place.venue,
            };
            let sum: &mut Came = by_place.entry(of).or_default();
            sum.vials = sum.vials.saturating_add(came.vials);
            sum.doses = sum.doses.saturating_add(came.doses);
        }
        Ok(by_place)
    }
}
