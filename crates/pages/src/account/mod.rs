//! Sign-in, first login by invitation, memberships. Passwords are hashed outside any transaction.

mod factor;
mod members;
mod password;
mod prove;

use platform::english;
use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use platform::journal;
use platform::{ids, secrets};
use rules::access::{Act, Role, Scope};
use rules::account::{self, LinkState};
use serde_json::json;

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit, proven};
use web::{Done, House, Route};
use work::account::{Arrival, Event};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/login", Act::Enter, login_page),
        handler("/login", Act::Enter, |house, request, form| Box::pin(login(house, request, form))),
        handler("/logout", Act::Enter, |house, request, _| Box::pin(logout(house, request))),
        page("/activate/{token}", Act::Enter, activation),
        handler("/activate/{token}", Act::Enter, |house, request, form| {
            Box::pin(activate(house, request, form))
        }),
        handler("/activate/{token}/again", Act::Enter, |house, request, form| {
            Box::pin(send_again(house, request, form))
        }),
        page("/account", Act::UseOwnAccount, own_account),
        command("/account/sessions/{session}/end", Act::UseOwnAccount, end_session, own_account),
        page("/account/session", Act::UseOwnAccount, session),
        page("/switch", Act::UseOwnAccount, switch),
    ];
    all.extend(members::routes());
    all.extend(prove::routes());
    all.extend(password::routes());
    all.extend(factor::routes());
    all
}

/// Only a path of this site may follow a sign-in.
pub(crate) fn inside(to: &str) -> &str {
    // Browsers drop tabs and line ends in addresses: 「/⇥/elsewhere」 would lead out.
    let plain = !to.contains('\\') && !to.contains(|c: char| c.is_control() || c.is_whitespace());
    if to.starts_with('/') && !to.starts_with("//") && plain { to } else { "/home" }
}

pub fn login_page(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    if visit.person.is_some() && typed.status == 0 {
        return Ok(Answer::Redirect(inside(visit.query("to")).to_string()));
    }
    visit.page("account/login.html", typed, json!({"h1": "ログイン", "to": typed.form.as_ref().map_or(visit.query("to"), |f| f.get("to"))}))
}

async fn login(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let mail = rules::input::mail("メールアドレス", form.get("mail"))
        .map(|mail| rules::input::mail_key(&mail))
        .unwrap_or_default();
    let keys = [
        (format!("mail:{mail}"), account::FREE_FAILURES),
        (format!("address:{}", request.address), account::FREE_FAILURES_OF_ADDRESS),
    ];
    let (wanted, asked) = (mail.clone(), keys.clone());
    let (found, wait) = house
        .db
        .read(move |tx: &mut Tx<'_>| {
            let mut wait = None;
            for (key, free) in &asked {
                wait = wait.max(work::account::seconds_to_wait(tx, key, *free, now)?);
            }
            let found = work::account::known(tx, &wanted)?;
            Ok::<_, platform::db::Failure>((found, wait))
        })
        .await
        .map_err(Trouble::Database)?;
    let mut errors = Errors::default();
    let shown = Form(form.0.iter().filter(|(name, _)| name != "password").cloned().collect());
    if let Some(seconds) = wait {
        errors.add(
            "mail",
            format!(
                "続けて間違えたため、あと{seconds}秒待ってから、もう一度ログインしてください。"
            ),
        );
        return server::again(&house, &request, Act::Enter, login_page, shown, errors).await;
    }
    let password = form.get("password").to_string();
    let (id, hash) = found.map_or((None, None), |known| (Some(known.id), known.password_hash));
    let good =
        house.password_work(move || secrets::verify_password(&password, hash.as_deref())).await?;
    let counted = keys.map(|(key, _)| key);
    house
        .db
        .write(move |tx: &mut Tx<'_>| match good {
            true => work::account::forget_failures(tx, &counted[0]),
            false => counted.iter().try_for_each(|key| work::account::count_failure(tx, key, now)),
        })
        .await
        .map_err(Trouble::Database)?;
    let Some(id) = id.filter(|_| good) else {
        tracing::warn!("a sign-in failed");
        platform::measure::count("vsys_sign_ins_failed_total");
        errors.add("mail", "メールアドレスかパスワードが違います。");
        return server::again(&house, &request, Act::Enter, login_page, shown, errors).await;
    };
    let mut to = inside(form.get("to")).to_string();
    let cookie = sign_in(&house, &request, now, id.clone()).await?;
    // What was being typed when the last session ended comes back.
    if let Ok(fields) = serde_json::from_str::<Vec<(String, String)>>(form.get("kept")) {
        let (path, kept) = (to.clone(), Form(fields));
        let key = house
            .db
            .write(move |tx: &mut Tx<'_>| work::account::keep_form(tx, now, &id, &path, &kept))
            .await
            .map_err(Trouble::Database)?;
        to = format!("{to}?kept={key}");
    }
    Ok(Answer::RedirectWithCookie(to, cookie))
}

/// Opens a session for an account, accepts what was waiting for it, and returns the cookie.
pub async fn sign_in(
    house: &Arc<House>,
    request: &Arc<Request>,
    now: jiff::Timestamp,
    account: String,
) -> Result<String, Trouble> {
    let secret = ids::secret();
    let (hidden, agent, address, old) =
        (secret.clone(), request.agent.clone(), request.address.clone(), request.cookie.clone());
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            let arrival = Arrival {
                account: &account,
                secret: &hidden,
                old: old.as_deref(),
                agent: &agent,
                address: &address,
            };
            work::account::sign_in(tx, now, &arrival)
        })
        .await
        .map_err(Trouble::Database)?;
    Ok(server::session_cookie(house.mode, &secret))
}

async fn logout(house: Arc<House>, request: Arc<Request>) -> Result<Answer, Trouble> {
    if let Some(cookie) = request.cookie.clone() {
        house
            .db
            .write(move |tx: &mut Tx<'_>| work::account::close_session(tx, &cookie))
            .await
            .map_err(Trouble::Database)?;
    }
    Ok(Answer::RedirectWithCookie("/login".into(), server::ended_cookie(house.mode)))
}

fn activation(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let invitation =
        work::account::invitation(tx, visit.param("token"))?.ok_or(Trouble::NotFound)?;
    let state = account::link_state(invitation.expires_at, invitation.used_at.is_some(), visit.now);
    let venue = work::venue::name(tx, &invitation.scope_id)?;
    visit.page(
        "account/activate.html",
        typed,
        json!({
            "h1": "はじめてのログイン", "token": visit.param("token"), "name": invitation.name, "mail": invitation.mail, "at_venue": venue,
            "role": invitation.role.label(), "link": match state { LinkState::Good => "good", LinkState::Used => "used", LinkState::Expired => "expired" },
            "expires_at": invitation.expires_at, "min": account::PASSWORD_MIN,
        }),
    )
}

async fn activate(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let token = request.params.get("token").cloned().unwrap_or_default();
    let looked = token.clone();
    let invitation = house
        .db
        .read(move |tx| work::account::invitation(tx, &looked))
        .await
        .map_err(Trouble::Database)?
        .ok_or(Trouble::NotFound)?;
    let mut errors = Errors::default();
    if account::link_state(invitation.expires_at, invitation.used_at.is_some(), now)
        != LinkState::Good
    {
        errors.add("", "このリンクは使えません。もう一度送る場合は、下のボタンを押してください。");
        return server::again(&house, &request, Act::Enter, activation, Form::default(), errors)
            .await;
    }
    let password = form.get("password").to_string();
    let local = invitation.mail.split('@').next().unwrap_or_default();
    errors.take("password", account::check_password(&password, &[local, "vsys", "vaccine"]));
    let name =
        errors.take("name", rules::input::person("氏名", form.get("name"))).unwrap_or_default();
    if !errors.is_empty() {
        let form = Form(form.0.into_iter().filter(|(name, _)| name != "password").collect());
        return server::again(&house, &request, Act::Enter, activation, form, errors).await;
    }
    let hash = house.password_work(move || secrets::hash_password(&password)).await?;
    let account = house
        .db
        .write(move |tx| {
            work::account::activate(tx, now, &token, &name, &hash).map_err(Trouble::from)
        })
        .await?;
    let cookie = sign_in(&house, &request, now, account).await?;
    Ok(Answer::RedirectWithCookie("/home".into(), cookie))
}

/// A new link to the same address; the old one stops.
async fn send_again(house: Arc<House>, request: Arc<Request>, _: Form) -> Result<Answer, Trouble> {
    let (now, base_url, token) = (
        house.now(),
        house.base_url.clone(),
        request.params.get("token").cloned().unwrap_or_default(),
    );
    let back = format!("/activate/{token}?done=invitation.sent");
    house
        .db
        .write(move |tx| {
            work::account::invite_again(tx, &base_url, now, &token).map_err(Trouble::from)
        })
        .await?;
    Ok(Answer::Redirect(back))
}

/// A row of the journal as the page shows it, where support saw something with the person's eyes.
fn viewed(row: &journal::Stored) -> Option<serde_json::Value> {
    let Some(Event::Viewed { after: page }) = row.event() else { return None };
    let page = crate::history::pages::name(&page.path);
    Some(json!({"at": row.at, "name": row.name, "page": page}))
}

fn own_account(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let here = visit.request.cookie.as_deref().map(secrets::digest);
    let sessions: Vec<serde_json::Value> =
        work::account::sessions(tx, &person.id)?.iter().map(|s| json!({"id": s.id, "created_at": s.created_at, "seen_at": s.seen_at, "agent": s.agent, "address": s.address, "here": here.as_ref() == Some(&s.id)})).collect();
    let memberships = memberships_json(visit, tx)?;
    let views: Vec<serde_json::Value> =
        journal::of_record(tx, "account", &person.id)?.iter().filter_map(viewed).take(20).collect();
    let looks_after: Vec<serde_json::Value> = members::looked_after(visit, tx)?;
    visit.page(
        "account/own.html",
        typed,
        json!({"h1": "アカウント", "memberships_list": memberships, "sessions": sessions, "factor": visit.factor, "views": views, "looks_after": looks_after}),
    )
}

/// A sign of life of somebody who goes on typing: how long the session lasts now, in seconds.
fn session(visit: &Visit, _: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let left = visit.session_ends.map(|at| at.as_second() - visit.now.as_second());
    let bytes = json!({"ends_in": left}).to_string().into_bytes();
    Ok(Answer::File { name: "session.json".into(), mime: "application/json", bytes, inline: true })
}

/// Ends one of the person's own sessions; another person's isn't found.
fn end_session(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    proven(visit)?;
    work::account::end_session(&visit.caller(), tx, &person.id, visit.param("session"))?;
    Ok(Done::saying("/account", "session.ended"))
}

/// The page at which a membership's work begins.
pub fn home_of(role: Role, scope_kind: Scope, scope_id: &str) -> String {
    match role {
        Role::National => "/mhlw/plans".into(),
        Role::Wholesaler => "/wholesale/shipments".into(),
        Role::Prefecture => "/prefecture/venues".into(),
        Role::Auditor => "/audit".into(),
        Role::Municipality => "/municipal/letters".into(),
        Role::Federation => "/kokuho/bills".into(),
        Role::Support => "/support/people".into(),
        Role::Organizer | Role::Institution => match scope_kind {
            Scope::Venue => format!("/venues/{scope_id}"),
            Scope::Application if role == Role::Organizer => format!("/applications/{scope_id}"),
            _ => "/home".into(),
        },
    }
}

/// What a membership's scope is called.
pub fn scope_name(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Scope,
    id: &str,
) -> Result<String, Trouble> {
    let masters = visit.masters();
    Ok(match kind {
        Scope::Venue => work::venue::name(tx, id)?.unwrap_or_default(),
        Scope::Application => work::application::number(tx, id)?
            .map_or(String::new(), |number| format!("申込 {number}")),
        Scope::Prefecture => {
            masters.places.prefecture(id).map_or(String::new(), |p| p.name.clone())
        }
        Scope::Municipality => masters.places.full_name(id),
        Scope::Wholesaler => masters.wholesaler(id).map_or(String::new(), |w| w.name.clone()),
        Scope::Federation => masters.federation(id).map_or(String::new(), |f| f.name.clone()),
        Scope::Nation => "全国".into(),
    })
}

/// [`scope_name`] for a sentence or a page: what people named is marked.
pub fn marked_scope(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Scope,
    id: &str,
) -> Result<String, Trouble> {
    let name = scope_name(visit, tx, kind, id)?;
    Ok(if matches!(kind, Scope::Application | Scope::Nation) {
        name
    } else {
        english::typed(&name)
    })
}

fn memberships_json(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<serde_json::Value>, Trouble> {
    visit.memberships.iter().map(|h| Ok(json!({"role": h.role.label(), "scope": marked_scope(visit, tx, h.scope_kind, &h.scope_id)?, "href": home_of(h.role, h.scope_kind, &h.scope_id)}))).collect()
}

fn switch(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let memberships = memberships_json(visit, tx)?;
    visit.page(
        "account/switch.html",
        typed,
        json!({"h1": "立場を選ぶ", "memberships_list": memberships}),
    )
}
