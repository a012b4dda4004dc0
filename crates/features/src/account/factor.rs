//! The second factor: time-based codes of an app (RFC 6238), and ten recovery codes.

use std::sync::Arc;

use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::journal::{self, Actor, Entry};
use platform::{args, ids, secrets, sql};
use qrcode::QrCode;
use qrcode::render::svg;
use rules::access::Act;
use rules::account;
use serde_json::json;

use web::page::{Answer, Typed};
use web::routes::{deed, errand, page};
use web::server;
use web::visit::{Request, Trouble, Visit, guard, proven};
use web::{Done, House, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/login/code", Act::Enter, ask),
        errand("/login/code", Act::Enter, |house, request, form| {
            Box::pin(show_code(house, request, form))
        }),
        page("/account/second-factor", Act::UseOwnAccount, set_up),
        deed("/account/second-factor/begin", Act::UseOwnAccount, begin, set_up),
        errand("/account/second-factor", Act::UseOwnAccount, |house, request, form| {
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

/// Takes a code: of the app, each time step once, or a recovery code, each once.
pub fn take(
    tx: &mut Tx<'_>,
    now: jiff::Timestamp,
    account: &str,
    typed: &str,
) -> Result<bool, Failure> {
    let code = rules::input::code(typed).to_lowercase();
    let known: Option<(String, i64)> = tx.first(
        sql!("select secret, last_step from second_factor where account_id = $1"),
        args![account],
    )?;
    if let Some((secret, last)) = known
        && let Some(step) = secrets::check_totp(&secret, &code, now).filter(|step| *step > last)
    {
        tx.run_one(
            sql!(
                "update second_factor set last_step = $1 where account_id = $2 and last_step = $3"
            ),
            args![step, account, last],
        )?;
        return Ok(true);
    }
    let used = tx.run(
        sql!(
            "update recovery_code
                set used_at = $1
              where id = $2
                and account_id = $3
                and used_at is null"
        ),
        args![now, secrets::digest(&code), account],
    )?;
    Ok(used > 0)
}

/// The session has shown its second factor; from here on it goes by another secret.
fn mark(
    tx: &mut Tx<'_>,
    now: jiff::Timestamp,
    request: &Request,
    secret: &str,
) -> Result<(), Failure> {
    let old = secrets::digest(request.cookie.as_deref().unwrap_or_default());
    tx.run_one(
        sql!("update session set id = $1, factor_at = $2, proved_at = $2 where id = $3"),
        args![secrets::digest(secret), now, old],
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
            if !take(tx, now, &account, &typed)? {
                work::account::count_failure(tx, &key, now)?;
                return Ok(Some("確認コードが違います。アプリに表示されている6桁の数字か、回復コードを入力してください。".to_string()));
            }
            work::account::forget_failures(tx, &key)?;
            mark(tx, now, &asked, &fresh)?;
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
    let known: Option<(String, Option<jiff::Timestamp>)> = tx.first(
        sql!("select secret, confirmed_at from second_factor where account_id = $1"),
        args![&person.id],
    )?;
    let (left,): (i64,) = tx.one(
        sql!("select count(*) from recovery_code where account_id = $1 and used_at is null"),
        args![&person.id],
    )?;
    let facts = match known {
        None => json!({"step": "none"}),
        Some((_, Some(at))) => json!({"step": "done", "at": at, "left": left}),
        Some((secret, None)) => {
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
    // One that is confirmed isn't overwritten by a stray request.
    tx.run(
        sql!(
            "insert into second_factor (account_id, secret, made_at)
             values ($1, $2, $3)
                 on conflict (account_id) do nothing"
        ),
        args![&person.id, secrets::new_totp_secret(), visit.now],
    )?;
    Ok(Done::to("/account/second-factor"))
}

const RECOVERY_CODES: usize = 10;

/// The first right code confirms; the recovery codes are shown this once, and stored as digests.
async fn confirm(house: Arc<House>, request: Arc<Request>, form: Form) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned, asked, typed) = (house.clone(), request.clone(), form.get("code").to_string());
    let codes = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &asked, Act::UseOwnAccount, now)?;
            let person = visit.person.ok_or(Trouble::SignIn)?;
            if visit.factor || !take(tx, now, &person.id, &typed)? {
                return Ok(None);
            }
            tx.run_one(
                sql!(
                    "update second_factor
                        set confirmed_at = $1
                      where account_id = $2
                        and confirmed_at is null"
                ),
                args![now, &person.id],
            )?;
            let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| ids::letters::<24>()).collect();
            for code in &codes {
                tx.run(
                    sql!("insert into recovery_code (id, account_id) values ($1, $2)"),
                    args![secrets::digest(code), &person.id],
                )?;
            }
            // The page with the codes is this request's answer: the session keeps its secret, its forms stay good.
            mark(tx, now, &asked, asked.cookie.as_deref().unwrap_or_default())?;
            let actor = Actor {
                account: person.id.clone(),
                name: person.name,
                membership: String::new(),
                role: String::new(),
            };
            journal::write(
                tx,
                &actor,
                now,
                Entry {
                    record: ("account", &person.id),
                    act: "account.factor",
                    before: json!(null),
                    after: json!({"recovery_codes": codes.len()}),
                    reason: None,
                },
            )?;
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
