//! Pages for anybody: the front door, help, statements; and permanent receipt numbers.

use platform::db::Tx;
use rules::access::Act;
use serde_json::json;

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![
        page("/", Act::ReadPublic, front),
        page("/accessibility", Act::ReadPublic, accessibility),
        page("/privacy", Act::ReadPublic, privacy),
        page("/receipts/{receipt}", Act::UseOwnAccount, receipt),
    ]
}

fn front(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "public/front.html",
        typed,
        json!({"h1": "職域接種の申込から請求まで", "plain_h1": true}),
    )
}

fn accessibility(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "public/accessibility.html",
        typed,
        json!({"h1": "アクセシビリティ", "plain_h1": true}),
    )
}

fn privacy(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page("public/privacy.html", typed, json!({"h1": "プライバシー", "plain_h1": true}))
}

/// A receipt number leads to the page that guards itself; out of reach it leads nowhere.
fn receipt(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let number = visit.param("receipt");
    if let Some((venue, n)) = work::plan::of_receipt(tx, number)?
        && visit.reaches_venue(tx, &venue)?
    {
        return Ok(Answer::Redirect(format!("/venues/{venue}/plan/receipts/{n}")));
    }
    if let Some((venue, month)) = work::claim::of_receipt(tx, number)?
        && visit.reaches_venue(tx, &venue)?
    {
        return Ok(Answer::Redirect(format!("/venues/{venue}/billing/{month}")));
    }
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    work::application::numbered_of(tx, number, &person.id)?
        .map(|id| Answer::Redirect(format!("/applications/{id}/receipt")))
        .ok_or(Trouble::NotFound)
}
