//! 口座: to where the federation and the municipality pay, and the form that says so on paper.

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::input;
use serde_json::json;

use crate::print;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::claim::{Account, Deposit};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/billing/account", Act::EditClaim, show),
        command("/venues/{venue}/billing/account", Act::EditClaim, save, show),
        page("/venues/{venue}/billing/account.pdf", Act::EditClaim, paper),
    ]
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let known = work::claim::account(tx, &venue.id)?;
    let account = known.clone().unwrap_or_default();
    let unprintable = if known.is_some() {
        print::unprintable(&[form(visit, tx, account.clone())?])
    } else {
        Vec::new()
    };
    visit.page(
        "claim/account.html",
        typed,
        json!({"h1": "振込先の口座", "account": account, "known": known.is_some(), "unprintable": unprintable, "crumbs": [[format!("/venues/{}/billing", venue.id), "請求"]]}),
    )
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let before = work::claim::account(tx, &venue.id)?;
    form.expect_version(before.as_ref().map_or(0, |a| a.version))?;
    let mut errors = Errors::default();
    let mut text = |name: &str, label: &str| {
        errors
            .take(name, input::named(label, form.get(name), input::LONGEST_NAME))
            .unwrap_or_default()
    };
    let (bank, branch) = (text("bank", "金融機関名"), text("branch", "支店名"));
    let holder = errors
        .take("holder", input::account_holder("口座名義", form.get("holder")))
        .unwrap_or_default();
    let number = errors
        .take("number", input::account_number("口座番号", form.get("number")))
        .unwrap_or_default();
    let kind = Deposit::from_key(form.get("kind"));
    if kind.is_none() {
        errors.add("kind", input::InputFault::NotChosen("預金の種類".into()));
    }
    let (Some(kind), true) = (kind, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let here = format!("/venues/{}/billing/account", venue.id);
    let same = |a: &Account| {
        (&a.bank, &a.branch, a.kind, &a.number, &a.holder)
            == (&bank, &branch, kind, &number, &holder)
    };
    if before.as_ref().is_some_and(same) {
        return Ok(Done::saying(here, "unchanged"));
    }
    let account = Account { bank, branch, kind, number, holder, ..Account::default() };
    work::claim::save_account(&visit.caller(), tx, &venue.id, &account)?;
    Ok(Done::saying(here, "claim.account"))
}

/// 口座届 as it is printed.
fn form(visit: &Visit, tx: &mut Tx<'_>, account: Account) -> Result<papers::Paper, Trouble> {
    let venue = visit.venue()?;
    let answers = work::venue::answers(tx, &venue.id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(papers::Paper::Account(papers::claim::AccountForm {
        addressee: visit
            .masters()
            .federation(&venue.prefecture)
            .map_or(String::new(), |f| f.name.clone()),
        code: venue.code.clone(),
        name: get("institution_name"),
        address: get("institution_address"),
        representative: format!("{}　{}", get("representative_title"), get("representative_name")),
        phone: get("institution_phone"),
        bank: account.bank,
        branch: account.branch,
        kind: account.kind.label().into(),
        number: account.number,
        holder: account.holder,
    }))
}

fn paper(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let account = work::claim::account(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    print::shown(format!("口座届_{}.pdf", venue.code), &form(visit, tx, account)?)
}
