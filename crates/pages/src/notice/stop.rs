//! Mails that come again and again are ended with one click, from the mail itself (RFC 8058): no
//! sign-in, and nothing but that kind of mail.

use std::sync::Arc;

use platform::db::Tx;
use rules::access::Act;
use serde_json::json;

use web::page::{Answer, Typed};
use web::routes::{handler, page};
use web::visit::{Request, Trouble, Visit};
use web::{House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/unsubscribe/{unsubscribe}/{what}", Act::Enter, show),
        handler("/unsubscribe/{unsubscribe}/{what}", Act::Enter, |house, request, _| {
            Box::pin(stop(house, request))
        }),
    ]
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (_, name) = work::notice::meant_by(tx, visit.param("unsubscribe"), visit.param("what"))?
        .ok_or(Trouble::NotFound)?;
    visit.page(
        "notice/stop.html",
        typed,
        json!({"h1": "メールの停止", "plain_h1": true, "name": name, "stopped": visit.query("stopped") == "yes", "path": visit.request.path}),
    )
}

/// Mail programs post here without a cookie and without our form: what it does is harmless, and it
/// is undone in the settings.
async fn stop(house: Arc<House>, request: Arc<Request>) -> Result<Answer, Trouble> {
    let now = house.now();
    let param = |name: &str| request.params.get(name).cloned().unwrap_or_default();
    let (secret, what) = (param("unsubscribe"), param("what"));
    house
        .db
        .write(move |tx: &mut Tx<'_>| work::notice::unsubscribe(tx, now, &secret, &what))
        .await?;
    Ok(Answer::Redirect(format!("{}?stopped=yes", request.path)))
}
