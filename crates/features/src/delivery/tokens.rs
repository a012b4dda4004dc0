//! Keys of the wholesaler's own system: made by a person, for one hat, with an end; shown once, revoked at any time.

use jiff::{SignedDuration, Timestamp};
use platform::db::Tx;
use platform::form::Form;
use platform::{args, ids, secrets, sql};
use rules::input;
use serde_json::{Value, json};

use web::Done;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

/// Days that a key works at most.
const MOST_DAYS: i64 = 366;

/// Where the page stands: the wholesaler's own, or a venue's.
fn base(visit: &Visit) -> String {
    visit
        .venue
        .as_ref()
        .map_or("/wholesale/tokens".to_string(), |v| format!("/venues/{}/tokens", v.id))
}

pub fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let hat = visit.hat()?;
    let rows: Vec<(
        String,
        String,
        String,
        Timestamp,
        Timestamp,
        Option<Timestamp>,
        Option<Timestamp>,
    )> = tx.all(
        sql!(
            "select t.id, t.label, a.name, t.created_at, t.expires_at, t.used_at, t.revoked_at
               from api_token t
               join account a on a.id = t.account_id
              where t.membership_id = $1
              order by t.created_at desc, t.id
              limit 50"
        ),
        args![&hat.id],
    )?;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, label, name, made, ends, used, revoked)| json!({"id": &id[..16], "label": label, "name": name, "made_at": made, "expires_at": ends, "used_at": used, "revoked_at": revoked, "works": revoked.is_none() && ends > visit.now}))
        .collect();
    // A secret for the form; it counts only once the form is sent, and is stored as a digest.
    visit.page("delivery/tokens.html", typed, json!({"h1": "自社システムとの連携（API）", "wholesale": hat.role == rules::access::Role::Wholesaler, "base": base(visit), "rows": rows, "fresh": ids::secret()}))
}

pub fn issue(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let label = input::line("どのシステムのトークンか", form.get("label"), 100)
        .map_err(|e| Trouble::at("label", e))?;
    let days = input::within("有効な日数", input::Unit::Day, form.get("days"), 1, MOST_DAYS)
        .map_err(|e| Trouble::at("days", e))?;
    // The person chose the secret's other half by typing it: nothing that opens a door is ever in an address or a page that was kept.
    let secret = input::clean(form.get("secret")).to_lowercase();
    if secret.len() != 64 || !secret.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Trouble::at("secret", "画面に表示されたトークンを、そのまま送ってください"));
    }
    let (hat, actor) = (visit.hat()?, visit.actor());
    let id = secrets::digest(&secret);
    let known: Option<(String,)> =
        tx.first(sql!("select id from api_token where id = $1"), args![&id])?;
    if known.is_some() {
        return Err(Trouble::at(
            "secret",
            "このトークンはもう登録されています。画面を開き直して、新しいトークンを登録してください",
        ));
    }
    tx.run(
        sql!(
            "insert into api_token (id, account_id, membership_id, label, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![
            &id,
            &actor.account,
            &hat.id,
            &label,
            visit.now,
            visit.now + SignedDuration::from_hours(24 * days)
        ],
    )?;
    visit.journal(
        tx,
        ("account", &actor.account),
        "token.issue",
        Value::Null,
        json!({"label": label, "days": days, "token": &id[..16]}),
        None,
    )?;
    Ok(Done::saying(base(visit), "token.issued"))
}

pub fn revoke(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let hat = visit.hat()?;
    let beginning = visit.param("token_id");
    let label: Option<(String,)> = tx.first(
        sql!("select label from api_token where membership_id = $1 and substr(id, 1, 16) = $2"),
        args![&hat.id, beginning],
    )?;
    let revoked = tx.run(
        sql!(
            "update api_token
                set revoked_at = $1
              where membership_id = $2
                and substr(id, 1, 16) = $3
                and revoked_at is null"
        ),
        args![visit.now, &hat.id, beginning],
    )?;
    if revoked == 0 {
        return Err(Trouble::NotFound);
    }
    visit.journal(
        tx,
        ("account", &visit.actor().account),
        "token.revoke",
        json!({"label": label.map(|l| l.0), "token": beginning}),
        Value::Null,
        None,
    )?;
    Ok(Done::saying(base(visit), "token.revoked"))
}
