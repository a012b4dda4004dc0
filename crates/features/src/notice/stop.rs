//! Mails that come again and again are ended with one click, from the mail itself (RFC 8058): no sign-in, and nothing but that kind of mail.

use platform::english;
use std::sync::Arc;

use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::journal::{self, Actor, Entry};
use platform::{args, ids, sql};
use rules::access::Act;
use serde_json::json;
use work::figures::saved;

use web::page::{Answer, Typed};
use web::routes::{errand, page};
use web::visit::{Request, Trouble, Visit};
use web::{House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/unsubscribe/{unsubscribe}/{what}", Act::Enter, show),
        errand("/unsubscribe/{unsubscribe}/{what}", Act::Enter, |house, request, _| {
            Box::pin(stop(house, request))
        }),
    ]
}

/// What is ended: reminders before deadlines, Monday's digest, or a saved report by its id.
const REMINDERS: &str = "reminders";
const DIGEST: &str = "digest";

/// The address that ends this kind of mail for an account.
fn link(tx: &mut Tx<'_>, base_url: &str, account: &str, what: &str) -> Result<String, Failure> {
    let (known,): (Option<String>,) =
        tx.one(sql!("select unsubscribe from account where id = $1"), args![account])?;
    let secret = match known {
        Some(secret) => secret,
        None => {
            let secret = ids::secret();
            tx.run(
                sql!("update account set unsubscribe = $1 where id = $2"),
                args![&secret, account],
            )?;
            secret
        }
    };
    Ok(format!("{base_url}/unsubscribe/{secret}/{what}"))
}

pub fn of_reminders(tx: &mut Tx<'_>, base_url: &str, account: &str) -> Result<String, Failure> {
    link(tx, base_url, account, REMINDERS)
}

pub fn of_digest(tx: &mut Tx<'_>, base_url: &str, account: &str) -> Result<String, Failure> {
    link(tx, base_url, account, DIGEST)
}

pub fn of_report(
    tx: &mut Tx<'_>,
    base_url: &str,
    account: &str,
    report: &str,
) -> Result<String, Failure> {
    link(tx, base_url, account, report)
}

/// The account of a link, and what its mails of this kind are called.
fn meant(tx: &mut Tx<'_>, secret: &str, what: &str) -> Result<Option<(String, String)>, Failure> {
    let Some((account,)) = tx
        .first::<(String,)>(sql!("select id from account where unsubscribe = $1"), args![secret])?
    else {
        return Ok(None);
    };
    Ok(match what {
        REMINDERS => Some((account, "期限のお知らせ".into())),
        DIGEST => Some((account, "今週のやること".into())),
        report => saved::name_of(tx, &account, report)?
            .map(|name| (account, format!("レポート「{}」", english::typed(&name)))),
    })
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (_, name) =
        meant(tx, visit.param("unsubscribe"), visit.param("what"))?.ok_or(Trouble::NotFound)?;
    visit.page(
        "notice/stop.html",
        typed,
        json!({"h1": "メールの停止", "plain_h1": true, "name": name, "stopped": visit.query("stopped") == "yes", "path": visit.request.path}),
    )
}

/// Mail programs post here without a cookie and without our form: what it does is harmless, and it is undone in the settings.
async fn stop(house: Arc<House>, request: Arc<Request>) -> Result<Answer, Trouble> {
    let now = house.now();
    let param = |name: &str| request.params.get(name).cloned().unwrap_or_default();
    let (secret, what) = (param("unsubscribe"), param("what"));
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            let (account, _) = meant(tx, &secret, &what)?.ok_or(Trouble::NotFound)?;
            match what.as_str() {
                REMINDERS => tx.run(
                    sql!("update account set reminders = false where id = $1"),
                    args![&account],
                )?,
                DIGEST => tx.run(
                    sql!("update account set digest = false where id = $1"),
                    args![&account],
                )?,
                report => saved::stop(tx, &account, report)?,
            };
            let entry = Entry {
                record: ("account", &account),
                act: "account.unsubscribe",
                before: json!(null),
                after: json!({"what": what}),
                reason: None,
            };
            journal::write(tx, &Actor::system(), now, entry)?;
            Ok::<_, Trouble>(())
        })
        .await?;
    Ok(Answer::Redirect(format!("{}?stopped=yes", request.path)))
}

/// For the settings: whether reminders come.
pub fn reminders_come(tx: &mut Tx<'_>, account: &str) -> Result<bool, Failure> {
    Ok(tx.one::<(bool,)>(sql!("select reminders from account where id = $1"), args![account])?.0)
}

/// What the settings' form says about reminders.
pub fn choose_reminders(tx: &mut Tx<'_>, account: &str, form: &Form) -> Result<bool, Failure> {
    let come = form.get("reminders") != "no";
    tx.run(sql!("update account set reminders = $1 where id = $2"), args![come, account])?;
    Ok(come)
}
