//! .ics feeds: deadlines and deliveries in a person's own calendar (RFC 5545). The address is the key; it can be ended at any time.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Form;
use platform::{args, secrets, sql};
use rules::access::{Act, Role};
use rules::application::grouped;
use rules::delivery::TimeBand;
use rules::time;
use serde_json::{Value, json};

use crate::home::tasks::Task;
use web::ics::{Calendar, Event};
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Hat, Person, Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        deed("/account/feeds", Act::UseOwnAccount, make, super::settings),
        deed("/account/feeds/{feed_id}/end", Act::UseOwnAccount, end, super::settings),
        page("/feeds/{feed}/calendar.ics", Act::ReadPublic, calendar),
        page("/venues/{venue}/deliveries.ics", Act::ReadDelivery, deliveries),
    ]
}

pub fn of(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Value>, Trouble> {
    let rows: Vec<(String, Timestamp)> = tx.all(
        sql!(
            "select id, made_at
               from feed
              where account_id = $1
                and ended_at is null
              order by made_at desc"
        ),
        args![account],
    )?;
    Ok(rows.into_iter().map(|(id, at)| json!({"id": &id[..16], "at": at})).collect())
}

/// The secret was on the page; what is kept is its digest.
fn make(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let secret = form.get("secret");
    if secret.len() < 32 {
        return Err(Trouble::NotFound);
    }
    tx.run(
        sql!(
            "insert into feed (id, account_id, made_at)
             values ($1, $2, $3)
                 on conflict (id) do nothing"
        ),
        args![secrets::digest(secret), &person.id, visit.now],
    )?;
    visit.journal(tx, ("account", &person.id), "feed.make", Value::Null, Value::Null, None)?;
    Ok(Done::saying("/account/notices", "feed.made"))
}

fn end(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let ended = tx.run(
        sql!(
            "update feed
                set ended_at = $1
              where account_id = $2
                and substr(id, 1, 16) = $3
                and ended_at is null"
        ),
        args![visit.now, &person.id, visit.param("feed_id")],
    )?;
    if ended == 0 {
        return Err(Trouble::NotFound);
    }
    visit.journal(tx, ("account", &person.id), "feed.end", Value::Null, Value::Null, None)?;
    Ok(Done::saying("/account/notices", "feed.ended"))
}

/// How often a record's chain in the journal has moved, and when: what rises with every change of what is shown of it.
fn moved(tx: &mut Tx<'_>, kind: &str, id: &str) -> Result<(i64, Option<Timestamp>), Trouble> {
    Ok(tx.one(
        sql!(
            "select cast(coalesce(max(number), 0) as bigint), max(at)
               from journal
              where record_kind = $1
                and record_id = $2"
        ),
        args![kind, id],
    )?)
}

fn add_deliveries(
    visit: &Visit,
    tx: &mut Tx<'_>,
    calendar: &mut Calendar,
    venue: &str,
) -> Result<(), Trouble> {
    let name = crate::account::scope_name(visit, tx, "venue", venue)?;
    let (sequence, changed) = moved(tx, "venue", venue)?;
    for s in crate::delivery::shipments(tx, venue)? {
        if let Some(date) = s.date {
            let band = s.band.as_deref().and_then(TimeBand::from_key).map_or("", TimeBand::label);
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
    let name = crate::account::scope_name(visit, tx, "venue", &venue)?;
    let mut calendar =
        Calendar::new(visit.now, &visit.house.base_url, &format!("納入予定（{name}）"));
    add_deliveries(visit, tx, &mut calendar, &venue)?;
    Ok(calendar.finish(&format!("deliveries-{}.ics", time::date(visit.now))))
}

/// What a task is, without the words that change while it stays the same: how many there are, what it is noted with. Two of a kind on one
/// page (two letters, two lots) are told apart by what they are about.
fn task_uid(hat: &Hat, task: &Task) -> String {
    let title = task
        .title
        .rsplit_once('（')
        .filter(|(_, rest)| rest.ends_with("件）"))
        .map_or(task.title.as_str(), |(bare, _)| bare);
    let mut of = vec![hat.scope_kind.as_str(), hat.scope_id.as_str(), task.href.as_str(), title];
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
    hat: &Hat,
    masters: i64,
) -> Result<(), Trouble> {
    let base = &owner.house.base_url;
    let (sequence, changed) = moved(tx, &hat.scope_kind, &hat.scope_id)?;
    // A venue's tasks follow from its deliveries too.
    let (deliveries,): (i64,) = tx.one(
        sql!(
            "select cast(coalesce(sum(version), 0) as bigint)
               from shipment
              where venue_id = $1
                 or wholesaler = $1"
        ),
        args![&hat.scope_id],
    )?;
    let sequence = sequence.saturating_add(masters).saturating_add(deliveries);
    // What is due at this very moment has no day of its own: it would wander along with the clock.
    let tasks = crate::home::tasks::of_hat(owner, tx, hat)?
        .into_iter()
        .filter(|t| !t.waits() && t.due().is_some_and(|d| d != owner.now));
    for task in tasks {
        let Some(due) = task.due() else { continue };
        let uid = task_uid(hat, &task);
        let summary = format!("{}（{}）", task.title, task.scope);
        let url = format!("{base}{}", task.href);
        calendar.until(due, &Event { uid: &uid, summary: &summary, url: &url, sequence, changed });
    }
    Ok(())
}

fn calendar(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let found: Option<(String, String, String)> = tx.first(
        sql!(
            "select a.id, a.name, a.mail
               from feed f
               join account a on a.id = f.account_id and a.disabled_at is null
              where f.id = $1
                and f.ended_at is null"
        ),
        args![secrets::digest(visit.param("feed"))],
    )?;
    let (id, name, mail) = found.ok_or(Trouble::NotFound)?;
    let title = format!("vsys やることと締切（{name}）");
    let owner = Visit::of_account(tx, &visit.house, visit.now, Person { id, name, mail })?;
    let mut calendar = Calendar::new(visit.now, &visit.house.base_url, &title);
    let base = &visit.house.base_url;
    let masters = masters::changes::last_number(tx)?;
    calendar.deadlines(owner.masters().programme(), &format!("{base}/calendar"), masters);
    for hat in &owner.hats {
        add_tasks(&owner, tx, &mut calendar, hat, masters)?;
        match (hat.role, hat.scope_kind.as_str()) {
            (_, "venue") => add_deliveries(&owner, tx, &mut calendar, &hat.scope_id)?,
            (Role::Wholesaler, _) => {
                let rows: Vec<(Date, i64)> = tx.all(
                    sql!(
                        "select date, count(*)
                           from shipment
                          where wholesaler = $1
                            and date is not null
                          group by date
                          order by date"
                    ),
                    args![&hat.scope_id],
                )?;
                // Of all of them: a delivery that moves changes two days.
                let (sequence,): (i64,) = tx.one(
                    sql!(
                        "select cast(coalesce(sum(version), 0) as bigint)
                           from shipment
                          where wholesaler = $1"
                    ),
                    args![&hat.scope_id],
                )?;
                for (date, n) in rows {
                    let uid = format!("day-{date}-{}", hat.scope_id);
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
