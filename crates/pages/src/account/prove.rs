//! Showing again who one is (step-up) before what can't be taken back: an open session at an empty
//! desk isn't enough.

use std::sync::Arc;

use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::secrets;
use rules::access::Act;
use rules::account;
use serde_json::json;

use super::inside;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit, guard};
use web::{House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/account/prove", Act::UseOwnAccount, ask),
        handler("/account/prove", Act::UseOwnAccount, |house, request, form| {
            Box::pin(prove(house, request, form))
        }),
    ]
}

fn ask(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "account/prove.html",
        typed,
        json!({"h1": "本人の確認", "factor": visit.factor, "to": typed.form.as_ref().map_or(visit.query("to"), |f| f.get("to"))}),
    )
}

/// By the second factor where there is one, otherwise by the password.
async fn prove(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned, asked) = (house.clone(), request.clone());
    let (person, by_code, hash) = house
        .db
        .read(move |tx| {
            let visit = guard(tx, &owned, &asked, Act::UseOwnAccount, now)?;
            let person = visit.person.ok_or(Trouble::SignIn)?.id;
            let hash = work::account::password_hash(tx, &person)?;
            Ok::<_, Trouble>((person, visit.factor, hash))
        })
        .await?;
    let password = form.get("password").to_string();
    let known = !by_code
        && house
            .password_work(move || secrets::verify_password(&password, hash.as_deref()))
            .await?;
    let (code, session) = (
        form.get("code").to_string(),
        secrets::digest(request.cookie.as_deref().unwrap_or_default()),
    );
    let wrong = house
        .db
        .write(move |tx: &mut Tx<'_>| {
            let key = format!("prove:{person}");
            if let Some(seconds) =
                work::account::seconds_to_wait(tx, &key, account::FREE_FAILURES, now)?
            {
                return Ok(Some(format!(
                    "続けて間違えたため、あと{seconds}秒待ってから、もう一度入力してください。"
                )));
            }
            let good =
                if by_code { work::account::take_code(tx, now, &person, &code)? } else { known };
            if !good {
                work::account::count_failure(tx, &key, now)?;
                let what = if by_code { "確認コード" } else { "パスワード" };
                return Ok(Some(format!("{what}が違います。")));
            }
            work::account::forget_failures(tx, &key)?;
            work::account::session_proved(tx, now, &session)?;
            Ok::<_, Failure>(None)
        })
        .await
        .map_err(Trouble::Database)?;
    match wrong {
        None => {
            let to = inside(form.get("to"));
            Ok(Answer::Redirect(format!(
                "{to}{}done=proved",
                if to.contains('?') { '&' } else { '?' }
            )))
        }
        Some(sentence) => {
            let mut errors = Errors::default();
            errors.add(if by_code { "code" } else { "password" }, sentence);
            let shown = Form(vec![("to".into(), form.get("to").to_string())]);
            server::again(&house, &request, Act::UseOwnAccount, ask, shown, errors).await
        }
    }
}
