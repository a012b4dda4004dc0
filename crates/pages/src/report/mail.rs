//! Saved reports that come by mail, from 8:00 on their day, each once.

use std::sync::Arc;

use jiff::Timestamp;
use mails::Envelope;
use mails::report::{Figure, Saved};
use platform::db::Tx;
use platform::form::Form;
use platform::jobs::{self, Job};
use rules::time;
use work::figures::saved::{self, Sending};

use super::wish::Wish;
use super::{MOST, titles};
use web::House;
use web::visit::{Person, Trouble, Visit};

/// Rows that a mail holds; its sentence is about all of them.
const ROWS: usize = 5;

/// Sends what is due.
pub async fn run(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let now = house.now();
    if time::local(now).hour() < 8 {
        return Ok(());
    }
    let all = house.db.read(saved::to_send).await?;
    for sending in all.into_iter().filter(|sending| sending.is_due(now)) {
        let (owned, job) = (house.clone(), job.clone());
        house
            .db
            .write(move |tx: &mut Tx<'_>| {
                jobs::step(tx, &job, now, 0, 0)?;
                send(tx, &owned, now, &sending)
            })
            .await?;
    }
    Ok(())
}

/// Works a report out in the name of the one who saved it, and writes the mail.
fn send(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    now: Timestamp,
    sending: &Sending,
) -> Result<(), Trouble> {
    let Sending { account, mail, .. } = sending;
    let person = Person { id: account.clone(), name: sending.person.clone(), mail: mail.clone() };
    let visit = Visit::of_account(tx, house, now, person)?;
    let Some(role) = visit.memberships.first().map(|h| h.role) else { return Ok(()) };
    let query = form_urlencoded::parse(sending.address.as_bytes()).into_owned().collect();
    let holidays = &visit.masters().holidays;
    let wish = Wish::of(&Form(query), role, time::date(now), holidays);
    let table = wish.work_out(&visit, tx, MOST)?;
    let places = &visit.masters().places;
    let row = |row: &work::figures::Row| mails::report::Row {
        label: (&wish.group.label(row, places)).into(),
        figures: titles(&table)
            .zip(&row.values)
            .map(|(title, value)| Figure { title: title.into(), value: *value })
            .collect(),
    };
    let said = Saved {
        account: account.clone(),
        name: (&sending.name).into(),
        finding: table.finding(),
        rows: table.rows.iter().take(ROWS).map(row).collect(),
        query: sending.address.clone(),
    };
    let end = work::notice::end_of_report(tx, &house.base_url, account, &sending.id)?;
    work::post::send(tx, now, &house.base_url, Envelope::to(mail).ended_at(end), said)?;
    saved::sent(tx, now, &sending.id)?;
    Ok(())
}
