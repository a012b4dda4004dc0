//! Pages for anybody: the front door, help, statements; and permanent receipt numbers.

use platform::db::Tx;
use platform::{args, sql};
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
    if let Some((venue, n)) = tx.first::<(String, i64)>(
        sql!("select venue_id, number from plan_registration where receipt = $1"),
        args![number],
    )? && visit.reaches_venue(tx, &venue)?
    {
        return Ok(Answer::Redirect(format!("/venues/{venue}/plan/receipts/{n}")));
    }
    if let Some((venue, month)) = tx.first::<(String, String)>(
        sql!("select venue_id, service_month from claim where receipt = $1"),
        args![number],
    )? && visit.reaches_venue(tx, &venue)?
    {
        return Ok(Answer::Redirect(format!("/venues/{venue}/billing/{month}")));
    }
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let own: Option<(String,)> = tx.first(
        sql!(
            "select a.id
               from application a
               join visible_application s on s.application_id = a.id
               join membership m on m.scope_kind = s.scope_kind and m.scope_id = s.scope_id
              where a.number = $1
                and m.account_id = $2
                and m.ended_at is null
              limit 1"
        ),
        args![number, &person.id],
    )?;
    own.map(|(id,)| Answer::Redirect(format!("/applications/{id}/receipt")))
        .ok_or(Trouble::NotFound)
}
