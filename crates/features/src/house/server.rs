//! From the wire to a route and back: cookies, forms, idempotency, status codes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::{ConnectInfo, IntoMakeServiceWithConnectInfo};
use axum::extract::{FromRequestParts, RawPathParams, RawQuery};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use jiff::SignedDuration;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::texts::Lang;
use platform::{args, secrets, sql};
use rules::access::Act;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use super::page::{Answer, Typed, asset};
use super::routes::{Done, Route, Run};
use super::visit::{Request, Trouble, guard, may_write};
use super::{House, Mode};

/// The name of the session cookie. `__Host-` needs TLS, which the demo on plain HTTP hasn't.
pub fn cookie_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Production => "__Host-sid",
        Mode::Demo => "sid",
    }
}

pub fn session_cookie(mode: Mode, secret: &str) -> String {
    let secure = if mode == Mode::Production { "; Secure" } else { "" };
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(mode))
}

pub fn ended_cookie(mode: Mode) -> String {
    format!("{}; Max-Age=0", session_cookie(mode, ""))
}

/// The other end of the connection, where the server was told it.
struct Peer(String);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Peer, Self::Rejection> {
        Ok(Peer(parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(String::new(), |peer| peer.ip().to_string())))
    }
}

/// The whole product as a service; serve it with connect info, so that addresses are known.
pub fn service(house: Arc<House>) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router(house).into_make_service_with_connect_info::<SocketAddr>()
}

/// The whole product as a router.
pub fn router(house: Arc<House>) -> Router {
    let mut methods: BTreeMap<&'static str, MethodRouter> = BTreeMap::new();
    for route in crate::routes() {
        let path = route.path;
        let (house, write) = (house.clone(), route.is_write());
        let route = Arc::new(route);
        let handler =
            move |Peer(peer): Peer, params: RawPathParams, uri: Uri, RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes| {
                let (house, route) = (house.clone(), route.clone());
                async move { answer(house, route, params, uri, query, headers, body, peer).await }
            };
        let known = methods.remove(path).unwrap_or_default();
        methods.insert(path, if write { known.merge(post(handler)) } else { known.merge(get(handler)) });
    }
    let mut router = Router::new();
    for (path, method) in methods {
        router = router.route(path, method);
    }
    let lost = house.clone();
    router
        .route("/assets/{version}/{file}", get(asset))
        .route("/healthz", get(|| async { "ok" }))
        .fallback(move |uri: Uri, headers: HeaderMap| {
            let house = lost.clone();
            async move {
                let request = Arc::new(request(&house, BTreeMap::new(), &uri, None, &headers));
                trouble(&house, &request, Trouble::NotFound).await
            }
        })
        .layer(RequestBodyLimitLayer::new(1024 * 1024))
        .layer(CsrfLayer::new())
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        ))
        .layer(header_layer(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
}

fn header_layer(name: header::HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

fn request(house: &House, params: BTreeMap<String, String>, uri: &Uri, query: Option<String>, headers: &HeaderMap) -> Request {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string();
    let cookies = text(header::COOKIE);
    let cookie = |name: &str| {
        cookies.split(';').find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_string)).filter(|v| !v.is_empty())
    };
    let query = parse_form(query.unwrap_or_default().as_bytes());
    let lang = Lang::from_code(query.get("lang")).or_else(|| cookie("lang").and_then(|c| Lang::from_code(&c))).unwrap_or_default();
    Request {
        path: uri.path().to_string(),
        params,
        query,
        cookie: cookie(cookie_name(house.mode)),
        lang,
        agent: text(header::USER_AGENT).chars().take(200).collect(),
        address: String::new(),
    }
}

fn parse_form(bytes: &[u8]) -> Form {
    Form(form_urlencoded::parse(bytes).into_owned().collect())
}

async fn answer(
    house: Arc<House>,
    route: Arc<Route>,
    params: RawPathParams,
    uri: Uri,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
    peer: String,
) -> Response {
    let params = params.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let request = Arc::new(Request { address: peer, ..request(&house, params, &uri, query, &headers) });
    let form = parse_form(&body);
    let outcome = match &route.run {
        Run::Show(show) => show_page(&house, &request, route.act, *show, Typed::default()).await,
        Run::Errand(errand) => enter(&house, &request, route.act, *errand, form).await,
        Run::Do(deed, show) => do_deed(&house, &request, route.act, *deed, *show, form).await,
    };
    let mut response = match outcome {
        Ok(answer) => respond(answer),
        Err(why) => trouble(&house, &request, why).await,
    };
    if Lang::from_code(request.query.get("lang")).is_some() {
        let cookie = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", request.lang.code());
        if let Ok(value) = cookie.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

async fn show_page(
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    show: super::routes::Show,
    typed: Typed,
) -> Result<Answer, Trouble> {
    let now = house.now();
    let (owned_house, owned_request) = (house.clone(), request.clone());
    let (answer, seen) = house
        .db
        .read(move |tx| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            Ok::<_, Trouble>((show(&visit, tx, &typed)?, visit.session_seen))
        })
        .await?;
    if let (Some(seen), Some(cookie)) = (seen, &request.cookie)
        && now.duration_since(seen).abs() > SignedDuration::from_secs(60)
    {
        let id = secrets::digest(cookie);
        let house = house.clone();
        // The page doesn't wait for it.
        tokio::spawn(async move {
            house.db.write(move |tx: &mut Tx<'_>| tx.run(sql!("update session set seen_at = $1 where id = $2"), args![now, &id])).await
        });
    }
    Ok(answer)
}

async fn enter(house: &Arc<House>, request: &Arc<Request>, act: Act, errand: super::routes::Errand, form: Form) -> Result<Answer, Trouble> {
    let (now, owned_house, owned_request) = (house.now(), house.clone(), request.clone());
    house.db.read(move |tx| guard(tx, &owned_house, &owned_request, act, now).and_then(|visit| may_write(&visit, act))).await?;
    errand(house.clone(), request.clone(), form).await
}

async fn do_deed(
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    deed: super::routes::Deed,
    show: super::routes::Show,
    form: Form,
) -> Result<Answer, Trouble> {
    // The instant at which the request arrived decides, not the instant at which its turn comes.
    let now = house.now();
    let (owned_house, owned_request, typed) = (house.clone(), request.clone(), form.clone());
    let outcome = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            may_write(&visit, act)?;
            let key = submission_key(&owned_request, &form);
            if let Some(location) = submitted(tx, key.as_deref())? {
                return Ok(Done::to(location));
            }
            let done = deed(&visit, tx, &form)?;
            remember(tx, key.as_deref(), &done.location, now)?;
            Ok::<_, Trouble>(done)
        })
        .await;
    match outcome {
        Ok(done) => Ok(Answer::Redirect(done.location)),
        Err(Trouble::Refused { status, errors }) => show_page(house, request, act, show, Typed { status, form: Some(typed), errors }).await,
        Err(Trouble::Database(Failure::Stale)) => {
            let mut errors = platform::form::Errors::default();
            errors.add("", house.masters.texts.say(request.lang, "conflict"));
            show_page(house, request, act, show, Typed { status: 409, form: Some(typed), errors }).await
        }
        Err(other) => Err(other),
    }
}

/// Pages about people, plans and money are nobody's to keep in a cache.
fn respond(answer: Answer) -> Response {
    let mut response = match answer {
        Answer::Page { status, html } => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html)
                .into_response()
        }
        Answer::Redirect(to) => see_other(&to),
        Answer::RedirectWithCookie(to, cookie) => {
            let mut response = see_other(&to);
            if let Ok(value) = cookie.parse() {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
            response
        }
        Answer::File { name, mime, bytes, inline } => {
            let kind = if inline { "inline" } else { "attachment" };
            let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
            let disposition = format!("{kind}; filename*=UTF-8''{encoded}");
            ([(header::CONTENT_TYPE, mime.to_string()), (header::CONTENT_DISPOSITION, disposition)], Body::from(bytes)).into_response()
        }
    };
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_string())]).into_response()
}

async fn trouble(house: &Arc<House>, request: &Arc<Request>, why: Trouble) -> Response {
    let (status, template, detail) = match why {
        Trouble::SignIn => {
            let to: String = form_urlencoded::byte_serialize(request.path.as_bytes()).collect();
            return see_other(&format!("/login?to={to}"));
        }
        Trouble::ShowFactor => {
            let to: String = form_urlencoded::byte_serialize(request.path.as_bytes()).collect();
            return see_other(&format!("/login/code?to={to}"));
        }
        Trouble::NeedsFactor => return see_other("/account/second-factor?done=factor.needed"),
        Trouble::Forbidden { who_can } => (403, "house/forbidden.html", who_can),
        Trouble::NotFound => (404, "house/not-found.html", String::new()),
        Trouble::Refused { status, errors } => {
            (status, "house/refused.html", errors.0.iter().map(|(_, s)| s.as_str()).collect::<Vec<_>>().join("\n"))
        }
        Trouble::Database(failure @ (Failure::Down(_) | Failure::Again)) => {
            tracing::error!(%failure, path = %request.path, "database not available");
            (503, "house/unavailable.html", String::new())
        }
        Trouble::Database(Failure::Stale) => (409, "house/refused.html", house.masters.texts.say(request.lang, "conflict").to_string()),
        Trouble::Database(failure) => {
            tracing::error!(%failure, path = %request.path, "unexpected");
            (500, "house/broken.html", platform::ids::short("e"))
        }
        Trouble::Bug(what) => {
            tracing::error!(what, path = %request.path, "unexpected");
            (500, "house/broken.html", platform::ids::short("e"))
        }
    };
    let html = super::page::plain(house, request, status, template, &detail).await;
    respond(Answer::Page { status, html })
}

/// Shows a page again, as typed, after an errand was refused.
pub async fn again(
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    show: super::routes::Show,
    form: Form,
    errors: platform::form::Errors,
) -> Result<Answer, Trouble> {
    show_page(house, request, act, show, Typed { status: 422, form: Some(form), errors }).await
}

/// The idempotency key of a form that writes; bound to the session and the page, so that nobody else's can be met.
pub fn submission_key(request: &Request, form: &Form) -> Option<String> {
    let key = form.get("_key");
    (!key.is_empty()).then(|| secrets::digest(&format!("{}/{}/{key}", request.cookie.as_deref().unwrap_or(""), request.path)))
}

/// Where the first submission with this key led.
pub fn submitted(tx: &mut Tx<'_>, key: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let found: Option<(String,)> = tx.first(sql!("select location from submission where id = $1"), args![key])?;
    Ok(found.map(|(location,)| location))
}

pub fn remember(tx: &mut Tx<'_>, key: Option<&str>, location: &str, now: jiff::Timestamp) -> Result<(), Failure> {
    let Some(key) = key else { return Ok(()) };
    tx.run(sql!("insert into submission (id, location, at) values ($1, $2, $3)"), args![key, location, now]).map(|_| ())
}
