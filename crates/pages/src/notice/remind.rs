//! Reminders before deadlines: three business days, one business day and the day itself at 9:00,
//! one mail a person; each once. Whoever asked for it gets everything that is open on Mondays.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Weekday;
use mails::notice::{Due, Tasks, Week};
use mails::{Envelope, Mail};
use platform::db::Tx;
use platform::jobs::{self, Job};
use rules::time;

use crate::home::tasks::{self, Task};
use web::House;
use web::visit::{Person, Trouble, Visit};
use work::notice::Reader;

/// People a turn.
const BATCH: i64 = 200;
/// Tasks that a mail lists.
const LISTED: usize = 10;

/// Looks once an hour; does something on business days from 9:00 on.
pub async fn run(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let now = house.now();
    let today = time::date(now);
    if time::local(now).hour() < 9 || house.masters().holidays.is_closed(today) {
        return Ok(());
    }
    let mut after = String::new();
    loop {
        let (owned, job, from) = (house.clone(), job.clone(), after.clone());
        let last = house
            .db
            .write(move |tx: &mut Tx<'_>| {
                jobs::step(tx, &job, now, 0, 0)?;
                let people = work::notice::readers(tx, &from, BATCH)?;
                let last = people.last().map(|p| p.id.clone());
                for Reader { id, name, mail, digest, reminders } in people {
                    remind(tx, &owned, now, Person { id, name, mail }, digest, reminders)?;
                }
                Ok::<_, Trouble>(last)
            })
            .await?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

fn remind(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    now: jiff::Timestamp,
    person: Person,
    digest: bool,
    reminders: bool,
) -> Result<(), Trouble> {
    let today = time::date(now);
    // One mail a person and day, whoever's turn it is.
    let key = format!("{}:{today}", person.id);
    if work::notice::reminded(tx, &key)? {
        return Ok(());
    }
    let visit = Visit::of_account(tx, house, now, person.clone())?;
    let mut open: Vec<Task> = Vec::new();
    for membership in &visit.memberships {
        open.extend(
            tasks::of_membership(&visit, tx, membership)?.into_iter().filter(|t| !t.waits()),
        );
    }
    tasks::in_order(&mut open);
    let holidays = &house.masters().holidays;
    let whole = digest && today.weekday() == Weekday::Monday;
    if !whole && !reminders {
        return Ok(());
    }
    let due: Vec<&Task> = open
        .iter()
        .filter(|t| {
            let Some(at) = t.due() else { return whole };
            // A day's end belongs to that day.
            let day = time::date(at - SignedDuration::from_secs(1));
            whole
                || day == today
                || holidays.before(day, 1) == today
                || holidays.before(day, 3) == today
        })
        .collect();
    let Some(first) = due.first() else { return Ok(()) };
    work::notice::keep_reminder(tx, now, &key)?;
    let listed = due.iter().take(LISTED).map(|t| mails::notice::Task {
        title: (&t.title).into(),
        scope: (&t.scope).into(),
        due: t.due(),
    });
    let tasks = Tasks {
        account: person.id.clone(),
        at: now,
        tasks: listed.collect(),
        more: due.len().saturating_sub(LISTED),
        path: if due.len() == 1 { first.href.clone() } else { "/home".into() },
    };
    let base = &house.base_url;
    let end = if whole {
        work::notice::end_of_digest(tx, base, &person.id)?
    } else {
        work::notice::end_of_reminders(tx, base, &person.id)?
    };
    // The address that ends them stands in the header: a mail has one link into the product.
    let envelope = Envelope::to(person.mail).ended_at(end);
    let mail: Mail = if whole { Week { tasks }.into() } else { Due { tasks }.into() };
    work::post::send(tx, now, base, envelope, mail)?;
    Ok(())
}
