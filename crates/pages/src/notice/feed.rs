//! .ics feeds: deadlines and deliveries in a person's own calendar (RFC 5545). The address is the
//! key; it can be ended at any time.

use platform::db::Tx;
use platform::form::Form;
use platform::secrets;
use rules::access::{Act, Role, Scope};
use rules::application::grouped;
use rules::delivery::TimeBand;
use rules::time;
use serde_json::{Value, json};

use crate::home::tasks::Task;
use web::ics::{Calendar, Event};
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Membership, Person, Trouble, Visit};
use web::{Done, Route};
use work::notice::moved;

pub fn routes() -> Vec<Route> {
    vec![
        command("/account/feeds", Act::UseOwnAccount, make, super::settings),
        command("/account/feeds/{feed_id}/end", Act::UseOwnAccount, end, super::settings),
        page("/feeds/{feed}/calendar.ics", Act::ReadPublic, calendar),
        page("/venues/{venue}/deliveries.ics", Act::ReadDelivery, deliveries),
    ]
}

/// The addresses of an account that work.
pub fn of(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Value>, Trouble> {
    let feeds = work::notice::feeds(tx, account)?;
    Ok(feeds.into_iter().map(|f| json!({"id": &f.id[..16], "at": f.made_at})).collect())
}

/// The secret was on the page; what is kept is its digest.
fn make(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let secret = form.get("secret");
    if secret.len() < 32 {
        return Err(Trouble::NotFound);
    }
    work::notice::make_feed(&visit.caller(), tx, &person.id, secret)?;
    Ok(Done::saying("/account/notices", "feed.made"))
}

fn end(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    work::notice::end_feed(&visit.caller(), tx, &person.id, visit.param("feed_id"))?;
    Ok(Done::saying("/account/notices", "feed.ended"))
}

fn add_deliveries(
    visit: &Visit,
    tx: &mut Tx<'_>,
    calendar: &mut Calendar,
    venue: &str,
) -> Result<(), Trouble> {
    let name = crate::account::scope_name(visit, tx, Scope::Venue, venue)?;
    let (sequence, changed) = moved(tx, "venue", venue)?;
    for s in work::delivery::shipments(tx, venue)? {
        if let Some(date) = s.date {
            let band = s.band.map_or("", TimeBand::label);
            let uid = format!("delivery-{}", s.id);
            let summary =
                format!("納入予定 第{}クール {}箱 {band}（{name}）", s.cycle, grouped(s.boxes));
            let url = format!("{}/venues/{venue}/deliveries/{}", visit.house.base_url, s.id);
            let own = moved(tx, "shipment", &s.id)?;
            let (sequence, changed) = (sequence.saturating_add(own.0), changed.max(own.1));
            calendar
                .day(date, &Event { uid: &uid, summary: &summary, url: &url, sequence, changed });
        }
    }
    Ok(())
}

fn deliveries(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?.id.clone();
    let name = crate::account::scope_name(visit, tx, Scope::Venue, &venue)?;
    let mut calendar =
        Calendar::new(visit.now, &visit.house.base_url, &format!("納入予定（{name}）"));
    add_deliveries(visit, tx, &mut calendar, &venue)?;
    Ok(calendar.finish(&format!("deliveries-{}.ics", time::date(visit.now))))
}

/// What a task is, without the words that change while it stays the same: how many there are, what
/// it is noted with. Two of a kind on one page (two letters, two lots) are told apart by what they
/// are about.
fn task_uid(membership: &Membership, task: &Task) -> String {
    let title = task
        .title
        .rsplit_once('（')
        .filter(|(_, rest)| rest.ends_with("件）"))
        .map_or(task.title.as_str(), |(bare, _)| bare);
    let mut of =
        vec![membership.scope_kind.key(), membership.scope_id.as_str(), task.href.as_str(), title];
    // Reports come round under one address: each round is its own task.
    let round = task
        .due()
        .filter(|_| task.href.ends_with("/results/edit"))
        .map(|due| due.to_string())
        .unwrap_or_default();
    of.push(&round);
    if !task.about.is_empty() {
        of.push(&task.about);
    }
    format!("task-{}", &secrets::digest(&of.join("\n"))[..32])
}

fn add_tasks(
    owner: &Visit,
    tx: &mut Tx<'_>,
    calendar: &mut Calendar,
    membership: &Membership,
    masters: i64,
) -> Result<(), Trouble> {
    let base = &owner.house.base_url;
    let (sequence, changed) = moved(tx, membership.scope_kind.key(), &membership.scope_id)?;
    // A venue's tasks follow from its deliveries too.
    let deliveries = work::delivery::shipments_moved(tx, &membership.scope_id)?;
    let sequence = sequence.saturating_add(masters).saturating_add(deliveries);
    // What is due at this very moment has no day of its own: it would wander along with the clock.
    let tasks = crate::home::tasks::of_membership(owner, tx, membership)?
        .into_iter()
        .filter(|t| !t.waits() && t.due().is_some_and(|d| d != owner.now));
    for task in tasks {
        let Some(due) = task.due() else { continue };
        let uid = task_uid(membership, &task);
        let summary = format!("{}（{}）", task.title, task.scope);
        let url = format!("{base}{}", task.href);
        calendar.until(due, &Event { uid: &uid, summary: &summary, url: &url, sequence, changed });
    }
    Ok(())
}

fn calendar(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let owner = work::notice::feed_owner(tx, visit.param("feed"))?.ok_or(Trouble::NotFound)?;
    let work::notice::Owner { id, name, mail } = owner;
    let title = format!("vsys やることと締切（{name}）");
    let owner = Visit::of_account(tx, &visit.house, visit.now, Person { id, name, mail })?;
    let mut calendar = Calendar::new(visit.now, &visit.house.base_url, &title);
    let base = &visit.house.base_url;
    let masters = masters::changes::last_number(tx)?;
    calendar.deadlines(owner.masters().programme(), &format!("{base}/calendar"), masters);
    for membership in &owner.memberships {
        add_tasks(&owner, tx, &mut calendar, membership, masters)?;
        match (membership.role, membership.scope_kind) {
            (_, Scope::Venue) => add_deliveries(&owner, tx, &mut calendar, &membership.scope_id)?,
            (Role::Wholesaler, _) => {
                // Of all of them: a delivery that moves changes two days.
                let sequence = work::delivery::wholesaler_moved(tx, &membership.scope_id)?;
                for day in work::delivery::days(tx, &membership.scope_id)? {
                    let (date, n) = (day.date, day.shipments);
                    let uid = format!("day-{date}-{}", membership.scope_id);
                    let (summary, url) = (
                        format!("納入 {n}件", n = grouped(n)),
                        format!("{base}/wholesale/calendar"),
                    );
                    calendar.day(
                        date,
                        &Event { uid: &uid, summary: &summary, url: &url, sequence, changed: None },
                    );
                }
            }
            _ => {}
        }
    }
    Ok(calendar.finish("vsys.ics"))
}
