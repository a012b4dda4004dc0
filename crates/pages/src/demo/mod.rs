//! The demo bar: moves the clock, changes the persona, shows every mail. These routes answer in
//! demo mode only.

use platform::english;
use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use platform::outbox;
use rules::access::Act;
use rules::time;
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit};
use web::{House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/demo", Act::PlayDemo, overview),
        handler("/demo/clock", Act::PlayDemo, |house, request, form| {
            Box::pin(set_clock(house, request, form))
        }),
        handler("/demo/become", Act::PlayDemo, |house, request, form| {
            Box::pin(become_persona(house, request, form))
        }),
        page("/demo/mails", Act::PlayDemo, mails),
        page("/demo/mails/{mail}", Act::PlayDemo, mail),
    ]
}

fn overview(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let demo = visit.house.rooms.demo;
    visit.page(
        "demo/overview.html",
        typed,
        json!({"h1": "デモの操作", "plain_h1": true, "moments": (demo.moments)(), "password": demo.password}),
    )
}

fn back(form: &Form) -> String {
    let to = form.get("to");
    if to.starts_with('/') && !to.starts_with("//") { to.to_string() } else { "/home".into() }
}

async fn set_clock(
    house: Arc<House>,
    request: Arc<Request>,
    form: Form,
) -> Result<Answer, Trouble> {
    let text = rules::input::folded(form.get("at"));
    let moment = rules::input::moment("日時", &text);
    let moment = house.masters().holidays.settle_at(moment).map(time::instant);
    let at = match time::parse_instant(&text).map_or(moment, Ok) {
        Ok(at) => at,
        Err(why) => {
            let mut errors = Errors::default();
            errors.add("at", why);
            return server::again(&house, &request, Act::PlayDemo, overview, form, errors).await;
        }
    };
    house.clock.set(at);
    // What is due at the new time happens before the next page is shown.
    (house.rooms.demo.turn)(&house).await?;
    Ok(Answer::Redirect(back(&form)))
}

async fn become_persona(
    house: Arc<House>,
    request: Arc<Request>,
    form: Form,
) -> Result<Answer, Trouble> {
    let wanted = form.get("persona").to_string();
    let id = house
        .db
        .read(move |tx: &mut Tx<'_>| work::account::by_mail(tx, &wanted))
        .await
        .map_err(Trouble::Database)?
        .ok_or(Trouble::NotFound)?;
    let now = house.now();
    let cookie = crate::account::sign_in(&house, &request, now, id).await?;
    Ok(Answer::RedirectWithCookie("/home".into(), cookie))
}

fn mails(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<outbox::Stored> = outbox::latest(tx, 200)?
        .into_iter()
        .map(|mail| outbox::Stored { subject: mail.marked().0, ..mail })
        .collect();
    visit.page(
        "demo/mails.html",
        typed,
        json!({"h1": "送られたメール", "plain_h1": true, "rows": rows}),
    )
}

fn mail(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let found = outbox::latest(tx, 1000)?
        .into_iter()
        .find(|m| m.id == visit.param("mail"))
        .ok_or(Trouble::NotFound)?;
    // Links in the text become links on the page.
    let (subject, body) = found.marked();
    let lines: Vec<Value> = english::lines(&body)
        .iter()
        .map(|line| match line.find("http") {
            Some(at) => json!({"text": &line[..at], "link": &line[at..]}),
            None => json!({"text": line, "link": null}),
        })
        .collect();
    visit.page(
        "demo/mail.html",
        typed,
        json!({"h1": subject, "plain_h1": true, "mail": found, "lines": lines, "crumbs": [["/demo/mails", "送られたメール"]]}),
    )
}
