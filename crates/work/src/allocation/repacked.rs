//! Boxes are to hold something else: whose plan means other doses by it is told so.

use jiff::civil::Date;
use mails::period::OtherBox;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::programme::{Cycle, Packing};
use rules::time;

use super::decided_cycles;
use crate::{Caller, venue};

/// One mail to everybody responsible for a venue whose plan has boxes in a cycle that will be
/// decided when boxes hold something else, from a day on. It
/// says both packings (the one before, the one after); nothing is written where they are the same.
///
/// # Errors
/// The database's.
pub fn tell_of_other_box(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    (before, after): (Packing, Packing),
    from: Date,
) -> Result<(), Failure> {
    let (programme, changes) = (by.masters.programme(), ::words::programme::changes(before, after));
    if changes.is_empty() {
        return Ok(());
    }
    let decided = decided_cycles(tx, &programme.id, None)?;
    // What is late is decided today or later.
    let coming =
        |c: &&Cycle| !decided.contains(&c.number) && c.decided.max(time::date(by.now)) >= from;
    let cycles: Vec<&Cycle> = programme.cycles.iter().filter(coming).collect();
    let numbers: String = cycles.iter().map(|c| format!("{},", c.number)).collect();
    let to: Vec<(String, String)> = tx.all(
        sql!(
            "select distinct c.venue_id, c.mail
               from contact c
               join venue v on v.id = c.venue_id
              where c.left_at is null
                and v.programme = $1
                and not exists (select 1 from completion d where d.venue_id = v.id)
                and exists
                    (select 1
                       from plan_registration r
                       join plan_line l on l.venue_id = r.venue_id and l.number = r.number
                      where r.venue_id = v.id
                        and r.latest
                        and l.boxes > 0
                        and cast($2 as text) like '%,' || l.cycle || ',%')
              order by c.venue_id, c.mail"
        ),
        args![&programme.id, format!(",{numbers}")],
    )?;
    venue::tell_each(by, tx, &to, |venue| OtherBox {
        venue: venue.into(),
        programme: programme.name.clone(),
        from,
        changes: changes.clone(),
        cycles: cycles.iter().map(|c| c.number).collect(),
        same_doses: before.doses_per_box() == after.doses_per_box(),
    })
}
