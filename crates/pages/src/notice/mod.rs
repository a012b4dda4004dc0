//! What reaches a person: mails again in the product, announcements by level, reminders before
//! deadlines, calendars to subscribe to.

pub mod announce;
mod feed;
pub mod remind;
pub mod stop;

use platform::db::Tx;
use platform::english;
use platform::form::Form;
use platform::outbox::Places;
use rules::access::Act;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::notice::Wanted;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/notifications", Act::UseOwnAccount, list),
        command("/notifications", Act::UseOwnAccount, read_all, list),
        command("/notifications/{mail}", Act::UseOwnAccount, open, list),
        page("/account/notices", Act::UseOwnAccount, settings),
        command("/account/notices", Act::UseOwnAccount, save, settings),
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
    let rows: Vec<Value> = work::notice::letters(tx, &person.mail)?
        .into_iter()
        .map(|letter| {
            let places = Places::read(letter.typed.as_deref());
            let subject = english::joined(&letter.subject, &places.subject);
            let marked = english::joined(&letter.body, &places.body);
            let first = english::lines(&marked)
                .into_iter()
                .find(|l| !l.trim().is_empty() && !l.contains("http"))
                .unwrap_or_default();
            let leads = link_of(&letter.body, &visit.house.base_url).is_some();
            json!({"id": letter.id, "subject": subject, "first": first, "at": letter.made_at, "read": letter.read_at.is_some(), "leads": leads})
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
    let body = work::notice::open_letter(tx, visit.now, visit.param("mail"), &person.mail)?
        .ok_or(Trouble::NotFound)?;
    Ok(Done::to(link_of(&body, &visit.house.base_url).unwrap_or_else(|| "/notifications".into())))
}

fn read_all(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let read = work::notice::open_all(tx, visit.now, &person.mail)?;
    Ok(Done::saying("/notifications", if read == 0 { "unchanged" } else { "notices.read" }))
}

fn settings(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let wanted = work::notice::wanted(tx, &person.id)?;
    let word = |yes: bool| if yes { "yes" } else { "no" };
    visit.page(
        "notice/settings.html",
        typed,
        json!({"h1": "お知らせの設定", "plain_h1": true, "digest": word(wanted.digest), "reminders": word(wanted.reminders), "feeds": feed::of(tx, &person.id)?, "fresh": platform::ids::secret(), "base_url": visit.house.base_url, "crumbs": [["/account", "アカウント"]]}),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let new =
        Wanted { digest: form.get("digest") == "yes", reminders: form.get("reminders") != "no" };
    if !work::notice::want(&visit.caller(), tx, &person.id, new)? {
        return Ok(Done::saying("/account/notices", "unchanged"));
    }
    Ok(Done::saying("/account/notices", "notices.saved"))
}
