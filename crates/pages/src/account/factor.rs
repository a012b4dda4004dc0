//! The second factor: time-based codes of an app (RFC 6238), and ten recovery codes.

use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use platform::ids;
use qrcode::QrCode;
use qrcode::render::svg;
use rules::access::Act;
use rules::account;
use serde_json::json;

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, handler, page};
use web::server;
use web::visit::{Request, Trouble, Visit, guard, proven};
use web::{Done, House, Route};
use work::account::Factor;

pub fn routes() -> Vec<Route> {
    vec![
        page("/login/code", Act::Enter, ask),
        handler("/login/code", Act::Enter, |house, request, form| {
            Box::pin(show_code(house, request, form))
        }),
        page("/account/second-factor", Act::UseOwnAccount, set_up),
        command("/account/second-factor/begin", Act::UseOwnAccount, begin, set_up),
        handler("/account/second-factor", Act::UseOwnAccount, |house, request, form| {
            Box::pin(confirm(house, request, form))
        }),
    ]
}

fn ask(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    if visit.half.is_none() {
        return Ok(Answer::Redirect(super::inside(visit.query("to")).to_string()));
    }
    visit.page(
        "account/code.html",
        typed,
        json!({"h1": "確認コード", "to": typed.form.as_ref().map_or(visit.query("to"), |f| f.get("to"))}),
    )
}

async fn show_code(
    house: Arc<House>,
    request: Arc<Request>,
    form: Form,
) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned, asked, typed) = (house.clone(), request.clone(), form.get("code").to_string());
    let secret = ids::secret();
    let fresh = secret.clone();
    let wrong = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &asked, Act::Enter, now)?;
            let Some(account) = visit.half else { return Err(Trouble::SignIn) };
            let key = format!("code:{account}");
            if let Some(seconds) = work::account::seconds_to_wait(tx, &key, account::FREE_FAILURES, now)? {
                return Ok(Some(format!("続けて間違えたため、あと{seconds}秒待ってから、もう一度入力してください。")));
            }
            if !work::account::take_code(tx, now, &account, &typed)? {
                work::account::count_failure(tx, &key, now)?;
                return Ok(Some("確認コードが違います。アプリに表示されている6桁の数字か、回復コードを入力してください。".to_string()));
            }
            work::account::forget_failures(tx, &key)?;
            let old = asked.cookie.as_deref().unwrap_or_default();
            work::account::session_shown(tx, now, old, &fresh)?;
            Ok(None)
        })
        .await?;
    match wrong {
        None => {
            let cookie = server::session_cookie(house.mode, &secret);
            Ok(Answer::RedirectWithCookie(super::inside(form.get("to")).to_string(), cookie))
        }
        Some(sentence) => {
            let mut errors = Errors::default();
            errors.add("code", sentence);
            let shown = Form(form.0.into_iter().filter(|(name, _)| name != "code").collect());
            server::again(&house, &request, Act::Enter, ask, shown, errors).await
        }
    }
}

fn set_up(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let known = work::account::factor(tx, &person.id)?;
    let left = work::account::recovery_codes_left(tx, &person.id)?;
    let facts = match known {
        None => json!({"step": "none"}),
        Some(Factor { confirmed_at: Some(at), .. }) => {
            json!({"step": "done", "at": at, "left": left})
        }
        Some(Factor { secret, confirmed_at: None }) => {
            let mail: String = form_urlencoded::byte_serialize(person.mail.as_bytes()).collect();
            let url = format!("otpauth://totp/vsys:{mail}?secret={secret}&issuer=vsys");
            let picture = QrCode::new(url.as_bytes())
                .map(|code| code.render::<svg::Color<'_>>().min_dimensions(200, 200).build())
                .map_err(|e| Trouble::Bug(e.to_string()))?;
            let picture =
                picture.split_once("?>").map_or(picture.as_str(), |(_, svg)| svg).to_string();
            let grouped: Vec<String> = secret
                .as_bytes()
                .chunks(4)
                .map(|c| String::from_utf8_lossy(c).into_owned())
                .collect();
            json!({"step": "confirm", "picture": picture, "secret": grouped.join(" ")})
        }
    };
    visit.page(
        "account/factor.html",
        typed,
        json!({"h1": "二要素認証", "factor": facts, "crumbs": [["/account", "アカウント"]]}),
    )
}

fn begin(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    proven(visit)?;
    work::account::begin_factor(tx, visit.now, &person.id)?;
    Ok(Done::to("/account/second-factor"))
}

/// The first right code confirms; the recovery codes are shown this once, and stored as digests.
async fn confirm(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned, asked, typed) = (house.clone(), request.clone(), form.get("code").to_string());
    let codes = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &asked, Act::UseOwnAccount, now)?;
            let person = visit.person.ok_or(Trouble::SignIn)?;
            if visit.factor || !work::account::take_code(tx, now, &person.id, &typed)? {
                return Ok(None);
            }
            let session = asked.cookie.as_deref().unwrap_or_default();
            let codes =
                work::account::confirm_factor(tx, now, (&person.id, &person.name), session)?;
            Ok::<_, Trouble>(Some(codes))
        })
        .await?;
    let Some(codes) = codes else {
        let mut errors = Errors::default();
        errors.add(
            "code",
            "確認コードが違います。アプリに表示されている6桁の数字を入力してください。",
        );
        return server::again(
            &house,
            &request,
            Act::UseOwnAccount,
            set_up,
            Form::default(),
            errors,
        )
        .await;
    };
    let owned = house.clone();
    house
        .db
        .read(move |tx| {
            guard(tx, &owned, &request, Act::UseOwnAccount, now)?.page(
                "account/codes.html",
                &Typed::default(),
                json!({"h1": "回復コード", "codes": codes}),
            )
        })
        .await
}
