//! Saved reports that come by mail, from 8:00 on their day, each once.

use platform::english;
use std::sync::Arc;

use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::jobs::{self, Job};
use platform::outbox::{self, Mail};
use platform::{args, sql};
use rules::application::commas;
use rules::time;

use super::{Wish, is_due, stamp, work_out};
use web::House;
use web::visit::{Person, Trouble, Visit};

pub async fn run(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let now = house.now();
    if time::local(now).hour() < 8 {
        return Ok(());
    }
    type Row = (String, String, String, String, Option<Timestamp>, String, String, String);
    let saved: Vec<Row> = house
        .db
        .read(|tx: &mut Tx<'_>| {
            tx.all(
                sql!(
                    "select r.id, r.name, r.address, r.every, r.last_at, a.id, a.name, a.mail
                       from saved_report r
                       join account a on a.id = r.account_id and a.disabled_at is null
                      where r.every <> 'never'
                      order by r.id"
                ),
                args![],
            )
        })
        .await?;
    for (id, name, address, every, last, account, person, mail) in saved {
        if !is_due(&every, stamp(now)) || last.is_some_and(|l| stamp(l) == stamp(now)) {
            continue;
        }
        let (owned, job) = (house.clone(), job.clone());
        house
            .db
            .write(move |tx: &mut Tx<'_>| {
                jobs::step(tx, &job, now, 0, 0)?;
                let person = Person { id: account.clone(), name: person.clone(), mail: mail.clone() };
                let visit = Visit::of_account(tx, &owned, now, person)?;
                let Some(role) = visit.hats.first().map(|h| h.role) else { return Ok(()) };
                let query = Form(form_urlencoded::parse(address.as_bytes()).into_owned().collect());
                let report = work_out(&visit, tx, &Wish::of(&query, role, rules::time::date(visit.now)), 6)?;
                let lines: Vec<String> = report
                    .rows
                    .iter()
                    .take(5)
                    .map(|(label, values)| {
                        let values: Vec<String> =
                            report.head.iter().zip(values).map(|(h, v)| format!("{h} {}", v.map_or("－".into(), commas))).collect();
                        format!("・{label}　{}", values.join("　"))
                    })
                    .collect();
                let body = format!(
                    "{}\n\n{}\n\n全体は次のページで見られます。\n{}/reports?{address}",
                    report.finding,
                    lines.join("\n"),
                    owned.base_url
                );
                let end = work::notice::end_of_report(tx, &owned.base_url, &account, &id)?;
                let body = format!("{body}\n\n受け取らないようにするには、「お知らせの設定」のページで変えてください。");
                outbox::put_repeating(
                    tx,
                    now,
                    &Mail {
                        to: mail.clone(),
                        subject: format!("【レポート】{}", english::typed(&name)),
                        body,
                        about: ("account".into(), account.clone()),
                    },
                    &end,
                )?;
                tx.run(sql!(
                    "update saved_report
                        set last_at = $1
                      where id = $2"
                ), args![now, &id])?;
                Ok::<_, Trouble>(())
            })
            .await?;
    }
    Ok(())
}
