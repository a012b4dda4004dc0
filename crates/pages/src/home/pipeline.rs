//! この会場のいま: planned, allocated, received, vaccinated; doses.

use platform::db::Tx;
use serde::Serialize;

use web::visit::{Trouble, Visit};

/// One step of a venue's vaccine.
#[derive(Serialize)]
pub struct Step {
    label: &'static str,
    doses: i64,
    /// Percent of the largest step.
    share: i64,
}

/// The steps of a venue in their order.
pub fn of_venue(visit: &Visit, tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Step>, Trouble> {
    let first = visit.masters().programme().first_packing();
    let number = work::plan::latest(tx, venue)?.map_or(0, |r| r.number);
    let planned = work::plan::planned(tx, first, venue, number)?.doses;
    let allocated = work::allocation::doses_of(tx, first, venue)?;
    let received = work::delivery::received(tx, first, venue)?.doses;
    let used = work::results::all_shots(tx, venue)?;
    let steps = [("計画", planned), ("分配", allocated), ("納入", received), ("接種", used)];
    let most = steps.iter().map(|(_, doses)| *doses).max().unwrap_or(0).max(1);
    let step = |(label, doses)| Step { label, doses, share: doses * 100 / most };
    Ok(steps.map(step).into())
}
