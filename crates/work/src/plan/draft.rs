//! The draft of a plan is written and thrown away.

use platform::db::{Failure, Tx};
use platform::value::Json;
use platform::{args, sql};
use rules::plan::Lines;

use super::{Draft, Event, draft};
use crate::Caller;

/// What a draft is to say.
pub struct Sketch<'s> {
    pub lines: &'s Lines,
    pub reason: Option<&'s str>,
    /// The registration on which it was begun.
    pub base: i64,
    /// Whether it is registered by itself when the window opens.
    pub on_opening: bool,
}

/// Writes the draft of a venue over the one that is there.
pub fn write_draft(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    sketch: &Sketch<'_>,
) -> Result<(), Failure> {
    let before = draft(tx, venue)?;
    tx.run(
        sql!(
            "insert into plan_draft
                         (venue_id, lines, reason, base, at, account, name, register_on_opening)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
                 on conflict (venue_id) do update set lines = excluded.lines,
                             reason = excluded.reason, base = excluded.base, at = excluded.at,
                             account = excluded.account, name = excluded.name,
                             register_on_opening = excluded.register_on_opening,
                             version = plan_draft.version + 1"
        ),
        args![
            venue,
            Json(sketch.lines),
            sketch.reason.map(str::to_string),
            sketch.base,
            by.now,
            &by.actor.account,
            &by.actor.name,
            sketch.on_opening
        ],
    )?;
    let drafted = Event::Drafted { before: before.map(|d| d.lines.0), after: sketch.lines.clone() };
    by.journal(tx, venue, &drafted, sketch.reason)
}

/// The draft's row goes.
pub(super) fn forget(tx: &mut Tx<'_>, venue: &str) -> Result<(), Failure> {
    tx.run(sql!("delete from plan_draft where venue_id = $1"), args![venue]).map(|_| ())
}

/// Throws the draft of a venue away.
pub fn discard(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    draft: &Draft,
) -> Result<(), Failure> {
    forget(tx, venue)?;
    by.journal(tx, venue, &Event::Discarded { before: draft.lines.0.clone() }, None)
}
