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
    let per_box = i64::from(visit.masters().programme().product.doses_per_box());
    let planned = work::plan::latest(tx, venue)?.map_or(0, |r| i64::from(r.total_doses));
    let allocated = work::allocation::boxes_of(tx, venue)?;
    let received = work::delivery::received_boxes(tx, venue)?;
    let used = work::results::all_shots(tx, venue)?;
    let steps = [
        ("計画", planned),
        ("分配", allocated * per_box),
        ("納入", received * per_box),
        ("接種", used),
    ];
    let most = steps.iter().map(|(_, doses)| *doses).max().unwrap_or(0).max(1);
    let step = |(label, doses)| Step { label, doses, share: doses * 100 / most };
    Ok(steps.map(step).into())
}
