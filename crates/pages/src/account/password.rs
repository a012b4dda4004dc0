//! A forgotten password and a changed one. The answer is the same whether an address is known or
//! not.

use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use platform::secrets;
use rules::access::Act;
use rules::account;
use serde_json::json;

use super::sign_in;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit};
use web::{House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/reset", Act::Enter, ask),
        handler("/reset", Act::Enter, |house, request, form| {
            Box::pin(send_link(house, request, form))
        }),
        page("/reset/{token}", Act::Enter, choose),
        handler("/reset/{token}", Act::Enter, |house, request, form| {
            Box::pin(reset(house, request, form))
        }),
        page("/account/password", Act::UseOwnAccount, change_page),
        handler("/account/password", Act::UseOwnAccount, |house, request, form| {
            Box::pin(change(house, request, form))
        }),
    ]
}

fn ask(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page("account/reset.html", typed, json!({"h1": "パスワードを忘れたとき"}))
}

async fn send_link(
    house: Arc<House>,
    request: Arc<Request>,
    form: Form,
) -> Result<Answer, Trouble> {
    let (now, base_url) = (house.now(), house.base_url.clone());
    let mail = match rules::input::mail("メールアドレス", form.get("mail")) {
        Ok(mail) => mail,
        Err(fault) => {
            let mut errors = Errors::default();
            errors.add("mail", fault);
            return server::again(&house, &request, Act::Enter, ask, form, errors).await;
        }
    };
    house
        .db
        .write(move |tx: &mut Tx<'_>| work::account::send_reset_link(tx, &base_url, now, &mail))
        .await
        .map_err(Trouble::Database)?;
    Ok(Answer::Redirect("/reset?done=reset.sent".into()))
}

fn choose(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let good = work::account::reset_link(tx, visit.param("token"), visit.now)?.is_some();
    visit.page(
        "account/choose.html",
        typed,
        json!({"h1": "新しいパスワードを決める", "token": visit.param("token"), "good": good}),
    )
}

/// A new password's hash, or the sentence why not.
async fn hashed(
    house: &House,
    password: &str,
    errors: &mut Errors,
) -> Result<Option<String>, Trouble> {
    if errors.take("password", account::check_password(password, &["vsys", "vaccine"])).is_none() {
        return Ok(None);
    }
    let password = password.to_string();
    house.password_work(move || secrets::hash_password(&password)).await.map(Some)
}

async fn reset(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let (now, token) = (house.now(), request.params.get("token").cloned().unwrap_or_default());
    let mut errors = Errors::default();
    let Some(hash) = hashed(&house, form.get("password"), &mut errors).await? else {
        return server::again(&house, &request, Act::Enter, choose, Form::default(), errors).await;
    };
    let account =
        house.db.write(move |tx: &mut Tx<'_>| work::account::reset(tx, now, &token, &hash)).await?;
    let cookie = sign_in(&house, &request, now, account).await?;
    Ok(Answer::RedirectWithCookie("/home?done=password.set".into(), cookie))
}

fn change_page(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.page(
        "account/change.html",
        typed,
        json!({"h1": "パスワードを変える", "crumbs": [["/account", "アカウント"]]}),
    )
}

async fn change(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned, asked) = (house.clone(), request.clone());
    let (account, stored) = house
        .db
        .read(move |tx| {
            let visit = web::visit::guard(tx, &owned, &asked, Act::UseOwnAccount, now)?;
            let person = visit.person.ok_or(Trouble::SignIn)?;
            let hash = work::account::password_hash(tx, &person.id)?;
            Ok::<_, Trouble>((person.id, hash))
        })
        .await?;
    let mut errors = Errors::default();
    let old = form.get("old").to_string();
    let good =
        house.password_work(move || secrets::verify_password(&old, stored.as_deref())).await?;
    if !good {
        errors.add("old", "いまのパスワードが違います。");
    }
    let hash = hashed(&house, form.get("password"), &mut errors).await?;
    let Some(hash) = hash.filter(|_| errors.is_empty()) else {
        return server::again(
            &house,
            &request,
            Act::UseOwnAccount,
            change_page,
            Form::default(),
            errors,
        )
        .await;
    };
    let id = account.clone();
    house
        .db
        .write(move |tx: &mut Tx<'_>| work::account::change_password(tx, now, &id, &hash))
        .await
        .map_err(Trouble::Database)?;
    let cookie = sign_in(&house, &request, now, account).await?;
    Ok(Answer::RedirectWithCookie("/account?done=password.set".into(), cookie))
}
