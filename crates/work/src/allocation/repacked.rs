//! Boxes are to hold something else: whose plan means other doses by it is told so.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::outbox::Places;
use platform::{args, ids, sql};
use rules::programme::{Cycle, Packing};
use rules::time;

use super::decided_cycles;
use crate::Caller;

/// One mail to everybody responsible for a venue whose plan has boxes in a cycle that will be
/// decided when boxes hold something else, from a day on; one statement however many they are. It
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
    let (programme, changes) = (by.masters.programme(), before.changes_to(after));
    if changes.is_empty() {
        return Ok(());
    }
    let decided = decided_cycles(tx, &programme.id, None)?;
    // What is late is decided today or later.
    let coming =
        |c: &&Cycle| !decided.contains(&c.number) && c.decided.max(time::date(by.now)) >= from;
    let cycles: Vec<&Cycle> = programme.cycles.iter().filter(coming).collect();
    let named: Vec<String> = cycles.iter().map(|c| c.say()).collect();
    let numbers: String = cycles.iter().map(|c| format!("{},", c.number)).collect();
    let same = before.doses_per_box() == after.doses_per_box();
    let follows = if same { "mail.box.same_doses" } else { "mail.box.other_doses" };
    let said = |key: &str, place: &str, value: String| by.masters.said(key, &[(place, value)]);
    let body = format!(
        "{}\n\n{}\n{}\n\n{}\n{}\n\n{}/venues/",
        programme.name,
        said("mail.box.day", "{day}", time::say_date(from)),
        changes.join("\n"),
        said("mail.box.cycles", "{cycles}", named.join("、")),
        by.masters.said(follows, &[]),
        by.base_url
    );
    let (subject, body, places) = Places::parted(&by.masters.said("mail.box.subject", &[]), &body);
    tx.run(
        sql!(
            "insert into mail
                         (id, recipient, subject, body, about_kind, about_id, made_at, attempts,
                          run_at, typed)
             select cast($1 as text) || row_number() over (order by c.venue_id, c.mail), c.mail, $2,
                    cast($3 as text) || c.venue_id || '/plan', 'venue', c.venue_id, $4, 0, $4, $6
               from (select distinct venue_id, mail from contact where left_at is null) c
               join venue v on v.id = c.venue_id
              where v.programme = $5
                and not exists (select 1 from completion d where d.venue_id = v.id)
                and exists
                    (select 1
                       from plan_registration r
                       join plan_line l on l.venue_id = r.venue_id and l.number = r.number
                      where r.venue_id = v.id
                        and r.latest
                        and l.boxes > 0
                        and cast($7 as text) like '%,' || l.cycle || ',%')"
        ),
        args![
            format!("{}-", ids::timed("m", by.now)),
            subject,
            body,
            by.now,
            &programme.id,
            places,
            format!(",{numbers}")
        ],
    )
    .map(|_| ())
}
