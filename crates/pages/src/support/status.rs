//! 稼働状況: whether the product works, for anybody; nothing that helps an attacker.

use platform::db::Tx;
use rules::access::Act;
use rules::application::grouped;
use serde_json::json;

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![page("/system-status", Act::ReadPublic, show)]
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let health = work::support::health(tx)?;
    let waiting = health.waits_since.map_or(0, |at| visit.now.duration_since(at).as_mins());
    let (stuck, sealed) = (health.stuck, health.sealed);
    // Without a database this page isn't made: then the page of trouble says so.
    let parts = [
        ("画面とデータベース", true, String::new()),
        (
            "メールの送信",
            waiting < 30,
            if waiting < 30 {
                String::new()
            } else {
                format!("{}分前からのメールが、送信を待っています。", grouped(waiting))
            },
        ),
        (
            "自動の処理",
            stuck == 0,
            if stuck == 0 {
                String::new()
            } else {
                format!("{stuck}件の処理が、やり直しを待っています。", stuck = grouped(stuck))
            },
        ),
    ];
    let good = parts.iter().all(|(_, ok, _)| *ok);
    visit.page(
        "support/status.html",
        typed,
        json!({"h1": "稼働状況", "plain_h1": true, "good": good, "parts": parts.iter().map(|(what, ok, note)| json!({"what": what, "ok": ok, "note": note})).collect::<Vec<_>>(), "sealed": sealed}),
    )
}
