//! .ics feeds: deadlines and deliveries in a person's own calendar (RFC 5545). The address is the key; it can be ended at any time.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Form;
use platform::{args, secrets, sql};
use rules::access::{Act, Role};
use rules::delivery::TimeBand;
use serde_json::{Value, json};

use crate::house::ics::Calendar;
use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Person, Trouble, Visit};
use crate::house::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        deed("/account/feeds", Act::UseOwnAccount, make, super::settings),
        deed("/account/feeds/{feed_id}/end", Act::UseOwnAccount, end, super::settings),
        page("/feeds/{feed}/calendar.ics", Act::ReadPublic, calendar),
        page("/venues/{venue}/deliveries.ics", Act::ReadDelivery, deliveries),
    ]
}

pub fn of(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Value>, Trouble> {
    let rows: Vec<(String, Timestamp)> =
        tx.all(sql!("select id, made_at from feed where account_id = $1 and ended_at is null order by made_at desc"), args![account])?;
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
        sql!("insert into feed (id, account_id, made_at) values ($1, $2, $3) on conflict (id) do nothing"),
        args![secrets::digest(secret), &person.id, visit.now],
    )?;
    visit.journal(tx, ("account", &person.id), "feed.make", Value::Null, Value::Null, None)?;
    Ok(Done::saying("/account/notices", "feed.made"))
}

fn end(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let ended = tx.run(
        sql!("update feed set ended_at = $1 where account_id = $2 and substr(id, 1, 16) = $3 and ended_at is null"),
        args![visit.now, &person.id, visit.param("feed_id")],
    )?;
    if ended == 0 {
        return Err(Trouble::NotFound);
    }
    visit.journal(tx, ("account", &person.id), "feed.end", Value::Null, Value::Null, None)?;
    Ok(Done::saying("/account/notices", "feed.ended"))
}

fn add_deliveries(visit: &Visit, tx: &mut Tx<'_>, calendar: &mut Calendar, venue: &str) -> Result<(), Trouble> {
    let name = crate::account::scope_name(visit, tx, "venue", venue)?;
    for s in crate::delivery::shipments(tx, venue)? {
        if let Some(date) = s.date {
            let band = s.band.as_deref().and_then(TimeBand::from_key).map_or("", TimeBand::label);
            let url = format!("{}/venues/{venue}/deliveries/{}", visit.house.base_url, s.id);
            calendar.day(
                &format!("delivery-{}", s.id),
                date,
                &format!("納入予定 第{}クール {}箱 {band}（{name}）", s.cycle, s.boxes),
                &url,
            );
        }
    }
    Ok(())
}

fn deliveries(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?.id.clone();
    let mut calendar = Calendar::new(visit.now);
    add_deliveries(visit, tx, &mut calendar, &venue)?;
    Ok(calendar.finish("deliveries.ics"))
}

fn calendar(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let found: Option<(String, String, String)> = tx.first(
        sql!("select a.id, a.name, a.mail from feed f join account a on a.id = f.account_id and a.disabled_at is null where f.id = $1 and f.ended_at is null"),
        args![secrets::digest(visit.param("feed"))],
    )?;
    let (id, name, mail) = found.ok_or(Trouble::NotFound)?;
    let owner = Visit::of_account(tx, &visit.house, visit.now, Person { id, name, mail })?;
    let mut calendar = Calendar::new(visit.now);
    let base = &visit.house.base_url;
    calendar.deadlines(owner.masters().programme(), &format!("{base}/calendar"));
    for hat in &owner.hats {
        for (n, task) in crate::home::tasks::of_hat(&owner, tx, hat)?.into_iter().enumerate() {
            if let Some(due) = task.due.filter(|_| !task.waiting) {
                calendar.instant(
                    &format!("task-{}-{n}", hat.id),
                    due,
                    &format!("{}（{}）", task.title, task.scope),
                    &format!("{base}{}", task.href),
                );
            }
        }
        match (hat.role, hat.scope_kind.as_str()) {
            (_, "venue") => add_deliveries(&owner, tx, &mut calendar, &hat.scope_id)?,
            (Role::Wholesaler, _) => {
                let rows: Vec<(Date, i64)> = tx.all(
                    sql!("select date, count(*) from shipment where wholesaler = $1 and date is not null group by date order by date"),
                    args![&hat.scope_id],
                )?;
                for (date, n) in rows {
                    calendar.day(
                        &format!("day-{date}-{}", hat.scope_id),
                        date,
                        &format!("納入 {n}件"),
                        &format!("{base}/wholesale/calendar"),
                    );
                }
            }
            _ => {}
        }
    }
    Ok(calendar.finish("vsys.ics"))
}
