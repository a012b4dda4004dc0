//! Saved reports that come by mail, from 8:00 on their day, each once.

use platform::english;
use std::sync::Arc;

use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::jobs::{self, Job};
use platform::outbox::{self, Mail};
use rules::application::commas;
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
    let line = |row: &work::figures::Row| {
        let number = |(title, value): (&str, &Option<i64>)| {
            format!("{title} {}", value.map_or("－".into(), commas))
        };
        let values: Vec<String> = titles(&table).zip(&row.values).map(number).collect();
        format!("・{}　{}", wish.group.label(row, places), values.join("　"))
    };
    let lines: Vec<String> = table.rows.iter().take(ROWS).map(line).collect();
    let body = format!(
        "{}\n\n{}\n\n全体は次のページで見られます。\n{}/reports?{}\n\n受け取らないようにするには、「お知らせの設定」のページで変えてください。",
        table.finding(),
        lines.join("\n"),
        house.base_url,
        sending.address,
    );
    let end = work::notice::end_of_report(tx, &house.base_url, account, &sending.id)?;
    let letter = Mail {
        to: mail.clone(),
        subject: format!("【レポート】{}", english::typed(&sending.name)),
        body,
        about: ("account".into(), account.clone()),
    };
    outbox::put_repeating(tx, now, &letter, &end)?;
    saved::sent(tx, now, &sending.id)?;
    Ok(())
}
