//! How many venues have registered since a window opened.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::programme::Programme;
use serde::{Deserialize, Serialize};

/// Venues that have registered since a window opened, at even steps of it; beside it the window
/// before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnUp {
    pub window: u32,
    pub steps: Vec<Timestamp>,
    /// Until now.
    pub so_far: i64,
    /// As far as time has come.
    pub now: Vec<i64>,
    pub before: Vec<i64>,
}

const STEPS: i64 = 12;

/// How many venues have registered between two instants.
fn registered(
    tx: &mut Tx<'_>,
    programme: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<i64, Failure> {
    Ok(tx
        .one::<(i64,)>(
            sql!(
                "select count(distinct r.venue_id)
                   from plan_registration r
                   join venue v on v.id = r.venue_id
                  where r.at >= $1
                    and r.at < $2
                    and v.programme = $3"
            ),
            args![from, to, programme],
        )?
        .0)
}

/// Counts the present window, or the last one, and the one before it.
pub fn count(tx: &mut Tx<'_>, programme: &Programme, now: Timestamp) -> Result<BurnUp, Failure> {
    let windows = programme.calendar.windows();
    let Some(at) = windows.iter().rposition(|w| w.open <= now) else {
        return Ok(BurnUp::default());
    };
    let steps_of = |open: Timestamp, close: Timestamp| -> Vec<Timestamp> {
        let whole = close.as_second() - open.as_second();
        (0..=STEPS)
            .filter_map(|i| Timestamp::from_second(open.as_second() + whole * i / STEPS).ok())
            .collect()
    };
    let window = &windows[at];
    let close = window.close.unwrap_or(now + jiff::SignedDuration::from_hours(24));
    let steps = steps_of(window.open, close);
    let mut counted = Vec::new();
    for step in steps.iter().take_while(|s| **s <= now) {
        counted.push(registered(tx, &programme.id, window.open, *step)?);
    }
    let mut before = Vec::new();
    if let Some(earlier) = at.checked_sub(1).and_then(|i| windows.get(i))
        && let Some(close) = earlier.close
    {
        for step in steps_of(earlier.open, close) {
            before.push(registered(tx, &programme.id, earlier.open, step)?);
        }
    }
    Ok(BurnUp {
        window: window.window,
        so_far: registered(tx, &programme.id, window.open, now)?,
        steps,
        now: counted,
        before,
    })
}
