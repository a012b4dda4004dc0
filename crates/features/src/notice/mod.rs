//! What reaches a person: mails again in the product, announcements by level, reminders before deadlines, calendars to subscribe to.

pub mod announce;
mod feed;
pub mod remind;
pub mod stop;

use jiff::Timestamp;
use platform::db::Tx;
use platform::english;
use platform::form::Form;
use platform::outbox::Places;
use platform::{args, sql};
use rules::access::Act;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/notifications", Act::UseOwnAccount, list),
        deed("/notifications", Act::UseOwnAccount, read_all, list),
        deed("/notifications/{mail}", Act::UseOwnAccount, open, list),
        page("/account/notices", Act::UseOwnAccount, settings),
        deed("/account/notices", Act::UseOwnAccount, save, settings),
    ];
    all.extend(announce::routes());
    all.extend(feed::routes());
    all.extend(stop::routes());
    all
}

/// The first address of ours in a mail: where it leads.
fn link_of(body: &str, base_url: &str) -> Option<String> {
    body.split_whitespace()
        .find_map(|word| word.strip_prefix(base_url))
        .filter(|path| path.starts_with('/'))
        .map(str::to_string)
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let rows: Vec<(String, String, String, Timestamp, Option<Timestamp>, Option<String>)> = tx
        .all(
            sql!(
                "select id, subject, body, made_at, read_at, typed
                   from mail
                  where lower(recipient) = $1
                  order by made_at desc, id
                  limit 200"
            ),
            args![person.mail.to_lowercase()],
        )?;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, subject, body, at, read, places)| {
            let places = Places::read(places.as_deref());
            let (subject, marked) = (english::joined(&subject, &places.subject), english::joined(&body, &places.body));
            let first = english::lines(&marked).into_iter().find(|l| !l.trim().is_empty() && !l.contains("http")).unwrap_or_default();
            json!({"id": id, "subject": subject, "first": first, "at": at, "read": read.is_some(), "leads": link_of(&body, &visit.house.base_url).is_some()})
        })
        .collect();
    let unread = rows.iter().filter(|r| r["read"] == false).count();
    visit.page(
        "notice/list.html",
        typed,
        json!({"h1": "お知らせ", "plain_h1": true, "rows": rows, "unread": unread, "announcements": crate::home::announced(visit, tx)?}),
    )
}

/// Opens the page that a mail leads to, and remembers that it was seen.
fn open(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let found: Option<(String,)> = tx.first(
        sql!("select body from mail where id = $1 and lower(recipient) = $2"),
        args![visit.param("mail"), person.mail.to_lowercase()],
    )?;
    let (body,) = found.ok_or(Trouble::NotFound)?;
    tx.run(
        sql!("update mail set read_at = $1 where id = $2 and read_at is null"),
        args![visit.now, visit.param("mail")],
    )?;
    Ok(Done::to(link_of(&body, &visit.house.base_url).unwrap_or_else(|| "/notifications".into())))
}

fn read_all(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let read = tx.run(
        sql!("update mail set read_at = $1 where lower(recipient) = $2 and read_at is null"),
        args![visit.now, person.mail.to_lowercase()],
    )?;
    Ok(Done::saying("/notifications", if read == 0 { "unchanged" } else { "notices.read" }))
}

fn settings(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let (digest,): (bool,) =
        tx.one(sql!("select digest from account where id = $1"), args![&person.id])?;
    visit.page(
        "notice/settings.html",
        typed,
        json!({"h1": "お知らせの設定", "plain_h1": true, "digest": if digest { "yes" } else { "no" }, "reminders": if stop::reminders_come(tx, &person.id)? { "yes" } else { "no" }, "feeds": feed::of(tx, &person.id)?, "fresh": platform::ids::secret(), "base_url": visit.house.base_url, "crumbs": [["/account", "アカウント"]]}),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let digest = form.get("digest") == "yes";
    let (was,): (bool,) =
        tx.one(sql!("select digest from account where id = $1"), args![&person.id])?;
    let came = stop::reminders_come(tx, &person.id)?;
    tx.run(sql!("update account set digest = $1 where id = $2"), args![digest, &person.id])?;
    let reminders = stop::choose_reminders(tx, &person.id, form)?;
    if (was, came) == (digest, reminders) {
        return Ok(Done::saying("/account/notices", "unchanged"));
    }
    visit.journal(
        tx,
        ("account", &person.id),
        "account.digest",
        Value::Null,
        json!({"digest": digest, "reminders": reminders}),
        None,
    )?;
    Ok(Done::saying("/account/notices", "notices.saved"))
}
