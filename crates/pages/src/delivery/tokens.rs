//! Keys of the wholesaler's own system: made by a person, for one membership, with an end; shown
//! once, revoked at any time.

use platform::db::Tx;
use platform::form::Form;
use platform::ids;
use rules::input;
use serde_json::{Value, json};

use web::Done;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::token;

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
    let membership = visit.membership()?;
    let rows: Vec<Value> = token::of_membership(tx, &membership.id)?
        .into_iter()
        .map(|t| {
            let works = t.revoked_at.is_none() && t.expires_at > visit.now;
            json!({
                "id": &t.id[..token::SHOWN],
                "label": t.label,
                "name": t.name,
                "made_at": t.created_at,
                "expires_at": t.expires_at,
                "used_at": t.used_at,
                "revoked_at": t.revoked_at,
                "works": works,
            })
        })
        .collect();
    // A secret for the form; it counts only once the form is sent, and is stored as a digest.
    visit.page("delivery/tokens.html", typed, json!({"h1": "自社システムとの連携（API）", "wholesale": membership.role == rules::access::Role::Wholesaler, "base": base(visit), "rows": rows, "fresh": ids::secret()}))
}

pub fn issue(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let label = input::line("どのシステムのトークンか", form.get("label"), 100)
        .map_err(|e| Trouble::at("label", e))?;
    let days = input::within("有効な日数", input::Unit::Day, form.get("days"), 1, MOST_DAYS)
        .map_err(|e| Trouble::at("days", e))?;
    // The person chose the secret's other half by typing it: nothing that opens a door is ever in
    // an address or a page that was kept.
    let secret = input::clean(form.get("secret")).to_lowercase();
    if secret.len() != 64 || !secret.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Trouble::at("secret", "画面に表示されたトークンを、そのまま送ってください"));
    }
    // A wholesaler's page names no venue.
    if let Some(at) = visit.completed {
        return Err(Trouble::at("", words::access::completed(at)));
    }
    if !token::issue(&visit.caller(), tx, &secret, &label, days)? {
        return Err(Trouble::at(
            "secret",
            "このトークンはもう登録されています。画面を開き直して、新しいトークンを登録してください",
        ));
    }
    Ok(Done::saying(base(visit), "token.issued"))
}

pub fn revoke(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    visit.membership()?;
    token::revoke(&visit.caller(), tx, visit.param("token_id"))?;
    Ok(Done::saying(base(visit), "token.revoked"))
}
