//! From the wire to a route and back: cookies, forms, idempotency, status codes.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::connect_info::{ConnectInfo, IntoMakeServiceWithConnectInfo};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use jiff::{SignedDuration, Timestamp};
use platform::db::{Failure, Tx};
use platform::form::{Form, is_seen};
use platform::measure::{self, Watch};
use platform::texts::Lang;
use platform::{migrations, secrets};
use rules::access::Act;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;

use super::page::{Answer, Typed, asset};
use super::routes::{Done, Holds, Route, Run, Takes};
use super::visit::{Request, Trouble, Visit, guard, may_write, own_form};
use super::{House, Mode, body};

use crate::errors::Errors;

/// The name of the session cookie. `__Host-` needs TLS, which the demo on plain HTTP hasn't.
pub fn cookie_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Production => "__Host-sid",
        Mode::Demo => "sid",
    }
}

/// The name of the cookie that keeps the language.
fn lang_cookie_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Production => "__Host-lang",
        Mode::Demo => "lang",
    }
}

fn secure(mode: Mode) -> &'static str {
    if mode == Mode::Production { "; Secure" } else { "" }
}

pub fn session_cookie(mode: Mode, secret: &str) -> String {
    format!("{}={secret}; Path=/; HttpOnly; SameSite=Lax{}", cookie_name(mode), secure(mode))
}

pub fn ended_cookie(mode: Mode) -> String {
    format!("{}; Max-Age=0", session_cookie(mode, ""))
}

/// The instant at which a request's head had arrived, taken before anything else is done: what
/// counts at a deadline.
#[derive(Clone, Copy)]
struct Arrived(Timestamp);

/// The other end of the connection, where the server was told it, and the arrival.
struct Peer {
    address: String,
    arrived: Timestamp,
}

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Peer, Self::Rejection> {
        Ok(Peer {
            address: parts
                .extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map_or(String::new(), |peer| peer.ip().to_string()),
            arrived: parts.extensions.get::<Arrived>().map_or(Timestamp::default(), |a| a.0),
        })
    }
}

/// The whole product as a service; serve it with connect info, so that addresses are known.
pub fn service(house: Arc<House>) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router(house).into_make_service_with_connect_info::<SocketAddr>()
}

/// The largest request that is listened to at all; what a route takes is far less.
const LARGEST_BODY: usize = 100 * 1024 * 1024;
/// After this long a request is given up; every page and command takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// The whole product as a router.
pub fn router(house: Arc<House>) -> Router {
    let mut methods: BTreeMap<String, MethodRouter> = BTreeMap::new();
    for route in (house.rooms.routes)() {
        let path = route.path.clone();
        let (house, write) = (house.clone(), route.is_write());
        let route = Arc::new(route);
        let handler =
            move |peer: Peer, params: RawPathParams, uri: Uri, headers: HeaderMap, body: Body| {
                let (house, route) = (house.clone(), route.clone());
                let span = tracing::info_span!("request", route = route.path);
                async move { answer(house, route, params, uri, headers, body, peer).await }
                    .instrument(span)
            };
        let known = methods.remove(&path).unwrap_or_default();
        methods.insert(
            path,
            if write { known.merge(post(handler)) } else { known.merge(get(handler)) },
        );
    }
    let mut router = Router::new();
    for (path, method) in methods {
        router = router.route(&path, method);
    }
    let elsewhere = |house: &Arc<House>, why: fn() -> Trouble| {
        let house = house.clone();
        move |peer: Peer, uri: Uri, headers: HeaderMap| {
            let house = house.clone();
            async move {
                let request = Arc::new(request(&house, BTreeMap::new(), &uri, &headers, peer));
                trouble(&house, &request, "-", why(), reader(uri.path(), &headers)).await
            }
        }
    };
    let ready = house.clone();
    let router = router
        .route("/assets/{version}/{file}", get(asset))
        .route("/health", get(|| async { "ok" }))
        // Its name in the version before: proxies ask for it while nodes of both are at work.
        .route("/healthz", get(|| async { "ok" }))
        .route("/ready", get(move || is_ready(ready.clone())))
        .fallback(elsewhere(&house, || Trouble::NotFound))
        .method_not_allowed_fallback(elsewhere(&house, || Trouble::Said(405, "method")));
    outside(router, &house)
}

/// What stands around every answer: bounds, bugs caught, headers, and an answer in what its reader
/// reads whoever gave it.
pub fn outside(router: Router, house: &Arc<House>) -> Router {
    let production = house.mode == Mode::Production;
    let (clock, owned) = (house.clock.clone(), house.clone());
    let router = router
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(fell_over))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(from_fn(move |request: axum::extract::Request, next: Next| fitting(owned.clone(), request, next)))
        .layer(tower_http::compression::CompressionLayer::new())
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        ))
        .layer(header_layer(header::HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"))
        .layer(header_layer(header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(header_layer(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"));
    let router = router.layer(from_fn(move |mut request: axum::extract::Request, next: Next| {
        request.extensions_mut().insert(Arrived(clock.now()));
        next.run(request)
    }));
    match production {
        true => router.layer(header_layer(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        )),
        false => router,
    }
}

fn header_layer(
    name: header::HeaderName,
    value: &'static str,
) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// Whether this node can work: the database answers and has this version's tables.
async fn is_ready(house: Arc<House>) -> Response {
    let pending = house.db.read(|tx: &mut Tx<'_>| migrations::missing(tx)).await;
    match pending {
        Ok(missing) if missing.is_empty() => "ready".into_response(),
        Ok(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database is behind this version").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database doesn't answer").into_response(),
    }
}

/// What reads a refusal at an address that another program asks. A person gets a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Person,
    /// RFC 9457.
    Json,
    /// One sentence a line: calendars and tables have no place for it.
    Plain,
}

/// Who reads the answer: under `/api` always a program; at a feed or a file of open data a person
/// where a browser asks.
fn reader(path: &str, headers: &HeaderMap) -> Reader {
    if path == "/api" || path.starts_with("/api/") {
        return Reader::Json;
    }
    let browser = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|v| v.to_str().is_ok_and(|v| v.contains("text/html")));
    match path.rsplit_once('.') {
        Some((_, "json")) if !browser => Reader::Json,
        Some((_, "ics" | "csv")) if !browser => Reader::Plain,
        _ => Reader::Person,
    }
}

/// The answer says what it has to in a form that fits its reader.
#[derive(Clone, Copy)]
pub struct Fits;

/// The number of a bug that fell out of a handler.
#[derive(Clone)]
struct Fell(String);

/// Whatever was refused before it came to a route, or fell on the way, is answered in what its
/// reader reads.
async fn fitting(house: Arc<House>, asked: axum::extract::Request, next: Next) -> Response {
    let (mut parts, body) = asked.into_parts();
    let reader = reader(parts.uri.path(), &parts.headers);
    let own =
        ["/assets/", "/health", "/ready"].iter().any(|path| parts.uri.path().starts_with(path));
    let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
    let Ok(peer) = Peer::from_request_parts(&mut parts, &()).await;
    let response = next.run(axum::extract::Request::from_parts(parts, body)).await;
    let status = response.status();
    let page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let fits = response.extensions().get::<Fits>().is_some() || (reader == Reader::Person && page);
    if own || fits || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let request = Arc::new(request(&house, BTreeMap::new(), &uri, &headers, peer));
    let why = match (status.as_u16(), response.extensions().get::<Fell>()) {
        (_, Some(Fell(number))) => return super::api::fell(&house, &request, number, reader),
        (403, _) => Trouble::Said(403, "form.foreign"),
        (400 | 404 | 414, _) => Trouble::NotFound,
        (413, _) => Trouble::Said(413, "too_large"),
        (503, _) => Trouble::Said(503, "unavailable.lead"),
        (other, _) => Trouble::Said(other, "method"),
    };
    trouble(&house, &request, "-", why, reader).await
}

/// A bug that fell out of a handler: logged under a number that the person sees.
fn fell_over(panic: Box<dyn std::any::Any + Send>) -> Response {
    let number = platform::ids::short("e");
    let what = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()))
        .unwrap_or_default();
    tracing::error!(number, what, "panic");
    let html = format!(
        "<!doctype html><html lang=\"ja\"><meta charset=\"utf-8\"><title>処理を完了できませんでした｜vsys</title><h1>処理を完了できませんでした</h1><p>何も変更されていません。受付番号：<b>{number}</b></p><p><a href=\"/home\">やることへ</a></p></html>"
    );
    let mut response = (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        html,
    )
        .into_response();
    response.extensions_mut().insert(Fell(number));
    response
}

/// Where a request comes from: the connection's other end, or what the outermost of our own proxies
/// saw.
fn address(house: &House, headers: &HeaderMap, peer: &str) -> String {
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(',').map(str::trim))
        .collect();
    match house.proxies {
        0 => peer.into(),
        n => forwarded
            .len()
            .checked_sub(n)
            .and_then(|at| forwarded.get(at))
            .unwrap_or(&peer)
            .chars()
            .take(45)
            .collect(),
    }
}

fn request(
    house: &House,
    params: BTreeMap<String, String>,
    uri: &Uri,
    headers: &HeaderMap,
    peer: Peer,
) -> Request {
    let text = |name: header::HeaderName| {
        headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string()
    };
    let cookies = text(header::COOKIE);
    let cookie = |name: &str| {
        cookies
            .split(';')
            .find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_string))
            .filter(|v| !v.is_empty())
    };
    let query = body::parse(uri.query().unwrap_or_default().as_bytes());
    let lang = Lang::from_code(query.get("lang"))
        .or_else(|| cookie(lang_cookie_name(house.mode)).and_then(|c| Lang::from_code(&c)))
        .unwrap_or_default();
    let from = text(header::REFERER).parse::<Uri>().ok().map(|from| from.path().to_string());
    Request {
        path: uri.path().to_string(),
        target: uri.path_and_query().map_or("/", |p| p.as_str()).to_string(),
        from,
        params,
        query,
        table: None,
        ready: None,
        cookie: cookie(cookie_name(house.mode)),
        bearer: None,
        lang,
        agent: text(header::USER_AGENT).chars().take(200).collect(),
        address: address(house, headers, &peer.address),
        arrived: peer.arrived,
    }
}

async fn answer(
    house: Arc<House>,
    route: Arc<Route>,
    params: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
    peer: Peer,
) -> Response {
    let watch = Watch::begins();
    let params = params.iter().map(|(k, v)| (k.to_string(), v.replace('\0', ""))).collect();
    let request = Arc::new(request(&house, params, &uri, &headers, peer));
    if let Run::Api(run) = &route.run {
        // Without a token nothing is listened to; a question has no body.
        let heard = run.writes
            && (headers.contains_key(header::AUTHORIZATION) || route.act == Act::ReadPublic);
        let body = if heard { body::of_api(&headers, body).await } else { Some(Bytes::new()) };
        let response = super::api::answer(&house, &request, &route, *run, &headers, body).await;
        note(&route, &response, &watch);
        return response;
    }
    let outcome = match &route.run {
        _ if !house.limits.from_address(&request.address) => Err(Trouble::too_many()),
        Run::Show(show) => show_page(&house, &request, route.act, *show, Typed::default()).await,
        Run::Handler(handler) => match body::form(&headers, body).await {
            Ok(form) => match enter(&house, &request, route.act, *handler, form.clone()).await {
                Err(Trouble::SignIn) => sign_in_and_go_on(&house, &request, &form).await,
                other => other,
            },
            Err(why) => Err(why),
        },
        Run::Do(command, show) => {
            posted(&house, &request, &route, (*command, *show), &headers, body).await
        }
        Run::Api(_) => Err(Trouble::NotFound),
    };
    let mut response = match outcome {
        Ok(answer) => respond(answer),
        Err(why) => {
            trouble(&house, &request, &route.path, why, reader(&request.path, &headers)).await
        }
    };
    if Lang::from_code(request.query.get("lang")).is_some() {
        let (name, secure) = (lang_cookie_name(house.mode), secure(house.mode));
        let cookie = format!(
            "{name}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
            request.lang.code()
        );
        if let Ok(value) = cookie.parse() {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        let from_here = headers
            .get("sec-fetch-site")
            .is_none_or(|site| site == "same-origin" || site == "none");
        remember_language(&house, &request, from_here).await;
    }
    note(&route, &response, &watch);
    response
}

/// The switch is the person's too, for the mails; only where the link stood on a page of ours.
async fn remember_language(house: &House, request: &Request, from_here: bool) {
    let Some(cookie) = request.cookie.as_deref().filter(|_| from_here) else { return };
    let (session, lang) = (secrets::digest(cookie), request.lang.code());
    let kept =
        house.db.write(move |tx: &mut Tx<'_>| work::visitor::speaks(tx, lang, &session)).await;
    if let Err(why) = kept {
        tracing::warn!(%why, "the language wasn't kept for mails");
    }
}

fn note(route: &Route, response: &Response, watch: &Watch) {
    // The route's own text, never the address: an address may hold a link's secret.
    let status = response.status().as_u16();
    let method = if route.is_write() { "POST" } else { "GET" };
    let ms = watch.elapsed().as_millis() as u64;
    tracing::info!(method, route = route.path, status, ms, "request");
    let class = [
        ("route", route.path.clone()),
        ("method", method.to_string()),
        ("status", status.to_string()),
    ];
    measure::count_with("vsys_requests_total", &class);
    watch.record("vsys_request_seconds", &class[..2]);
}

/// What of a form is never kept: tokens, passwords, codes, and files, which are chosen again.
pub(super) fn may_be_kept(name: &str) -> bool {
    let (field, _) = name.split_once('.').unwrap_or((name, ""));
    !["_key", "password", "old", "code", "version", "secret", "kept", "file", "attachment"]
        .contains(&field)
}

/// What of a form goes into its fingerprint: no key, and nothing of which even a fingerprint would
/// tell too much. A file is told by its digest, which stands beside it.
fn may_be_told(digested: &HashSet<&str>, name: &str) -> bool {
    let secret =
        ["_key", "password", "old", "secret"].iter().any(|secret| name.starts_with(secret));
    let file = name.strip_suffix(".raw").unwrap_or(name);
    !secret && !digested.contains(file)
}

/// The fields beside which their digest stands; of one sent twice the last counts, as everywhere.
fn digested(form: &Form) -> HashSet<&str> {
    let all = form.0.iter();
    let last: HashMap<&str, bool> = all
        .filter_map(|(name, value)| Some((name.strip_suffix(".digest")?, is_seen(value))))
        .collect();
    last.into_iter().filter(|(_, seen)| *seen).map(|(field, _)| field).collect()
}

/// Bytes of what is kept, as the sign-in form carries it: below the largest form.
const LONGEST_KEPT: usize = 960 * 1024;

/// The session ended while somebody was typing, was ended in another tab, or went with the browser:
/// the sign-in page takes what was typed along, and gives it back afterwards, to be looked at and
/// sent again. Nothing is done with it before.
async fn sign_in_and_go_on(
    house: &Arc<House>,
    request: &Arc<Request>,
    form: &Form,
) -> Result<Answer, Trouble> {
    let typed: Vec<&(String, String)> =
        form.0.iter().filter(|(name, value)| may_be_kept(name) && !value.is_empty()).collect();
    if typed.is_empty() {
        return Err(Trouble::SignIn);
    }
    let to = request.from.clone().unwrap_or_else(|| request.path.clone());
    let kept = serde_json::to_string(&typed).map_err(|e| Trouble::Bug(e.to_string()))?;
    let short = form_urlencoded::byte_serialize(kept.as_bytes()).map(str::len).sum::<usize>()
        <= LONGEST_KEPT;
    let (message, kept) = match (short, request.cookie.is_some()) {
        (false, _) => ("session.ended_too_long", String::new()),
        (true, true) => ("session.ended_while_typing", kept),
        (true, false) => ("session.signed_out_while_typing", kept),
    };
    let mut errors = Errors::default();
    errors.add("", house.masters().texts.say(request.lang, message));
    let form = Form(vec![("to".into(), to), ("kept".into(), kept)]);
    show_page(
        house,
        request,
        Act::Enter,
        house.rooms.sign_in,
        Typed { status: 401, form: Some(form), errors, kept: false },
    )
    .await
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
    let mut typed = typed;
    let (answer, seen, actor, readings) = house
        .db
        .read(move |tx| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            if let (None, Some(person), true) =
                (&typed.form, &visit.person, owned_request.query.has("kept"))
            {
                typed.form = (owned_house.rooms.kept_form)(
                    tx,
                    visit.query("kept"),
                    &person.id,
                    &owned_request.path,
                )?;
                typed.kept = typed.form.is_some();
            }
            let answer = show(&visit, tx, &typed)?;
            visit.has_looked_back()?;
            Ok::<_, Trouble>((answer, visit.session_seen, visit.actor(), visit.readings()))
        })
        .await?;
    if !readings.is_empty() {
        // The page isn't shown before it is written down who saw it.
        house
            .db
            .write(move |tx: &mut Tx<'_>| {
                readings.iter().try_for_each(|reading| reading.write(tx, &actor, now))
            })
            .await
            .map_err(Trouble::Database)?;
    }
    if let (Some(seen), Some(cookie)) = (seen, &request.cookie)
        && now.duration_since(seen).abs() > SignedDuration::from_secs(60)
    {
        let id = secrets::digest(cookie);
        let house = house.clone();
        // The page doesn't wait for it.
        tokio::spawn(async move {
            house.db.write(move |tx: &mut Tx<'_>| work::visitor::seen(tx, now, &id)).await
        });
    }
    match request.params.get("viewed") {
        Some(viewed) => Ok(house.links.seen_through(answer, viewed)),
        None => Ok(answer),
    }
}

async fn enter(
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    handler: super::routes::Handler,
    form: Form,
) -> Result<Answer, Trouble> {
    let (now, owned_house, owned_request, typed) =
        (house.now(), house.clone(), request.clone(), form.clone());
    house
        .db
        .read(move |tx| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            // A cookie that opens no session any more has nothing that another site could abuse.
            if visit.session_seen.is_some() || visit.half.is_some() {
                own_form(&owned_request, &typed)?;
            }
            may_write(&visit, act)
        })
        .await?;
    handler(house.clone(), request.clone(), form).await
}

/// A form that came for a command. Where it may carry a file, the guard decides before anything of
/// the body is listened to.
async fn posted(
    house: &Arc<House>,
    request: &Arc<Request>,
    route: &Route,
    (command, show): (super::routes::Command, super::routes::Show),
    headers: &HeaderMap,
    body: Body,
) -> Result<Answer, Trouble> {
    let act = route.act;
    let form = if route.takes == Takes::Fields {
        body::form(headers, body).await?
    } else {
        let account = match admitted(house, request, act).await {
            Err(Trouble::SignIn) => {
                return sign_in_and_go_on(house, request, &body::texts(headers, body).await).await;
            }
            Err(other) => {
                // Who is refused hears it: an answer before the body's end would be cut off.
                body::drain(body).await;
                return Err(other);
            }
            Ok(account) => account,
        };
        match body::with_file(house, request, &account, headers, body, route.takes).await {
            Ok(form) => form,
            Err((form, Trouble::Refused { status, errors })) => {
                return show_page(
                    house,
                    request,
                    act,
                    show,
                    Typed { status, form: Some(form), errors, kept: false },
                )
                .await;
            }
            Err((form, Trouble::ForeignForm)) => {
                let mut errors = Errors::default();
                errors.add("", house.masters().texts.say(request.lang, "form.foreign"));
                return show_page(
                    house,
                    request,
                    act,
                    show,
                    Typed { status: 403, form: Some(form), errors, kept: false },
                )
                .await;
            }
            Err((_, other)) => return Err(other),
        }
    };
    let typed = body::without_files(&form);
    let (mut request, mut form) = (request.clone(), form);
    if route.takes == Takes::Table {
        // A table is taken apart while nobody waits for a transaction's end; then it is there once.
        let read = tokio::task::spawn_blocking(move || {
            let table = super::import::came(&form);
            form.0.retain(|(name, _)| name != "file");
            (table, form)
        });
        let (table, back) = read.await.map_err(|e| Trouble::Bug(e.to_string()))?;
        request = Arc::new(Request { table: Some(Arc::new(table)), ..(*request).clone() });
        form = back;
    }
    if let Some(before) = route.before {
        match admitted(house, &request, act).await {
            Err(Trouble::SignIn) => return sign_in_and_go_on(house, &request, &typed).await,
            Err(other) => return Err(other),
            Ok(_) => {}
        }
        let (owned_house, owned_request) = (house.clone(), request.clone());
        let read = tokio::task::spawn_blocking(move || {
            let ready = before(&owned_house, &owned_request, &picked(&form));
            (ready, form)
        });
        let (ready, back) = read.await.map_err(|e| Trouble::Bug(e.to_string()))?;
        request = Arc::new(Request { ready, ..(*request).clone() });
        form = back;
    }
    let request = &request;
    match do_command(house, request, route, command, show, form, &typed).await {
        Err(Trouble::SignIn) => sign_in_and_go_on(house, request, &typed).await,
        other => other,
    }
}

/// Lets somebody in who is about to send a file, or says why not; under whose name it is counted.
async fn admitted(house: &Arc<House>, request: &Arc<Request>, act: Act) -> Result<String, Trouble> {
    let (now, owned_house, owned_request) = (request.arrived, house.clone(), request.clone());
    house
        .db
        .read(move |tx| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            may_write(&visit, act)?;
            Ok::<_, Trouble>(visit.person.map(|p| p.id).or(visit.guest_of).unwrap_or_default())
        })
        .await
}

async fn do_command(
    house: &Arc<House>,
    request: &Arc<Request>,
    route: &Route,
    command: super::routes::Command,
    show: super::routes::Show,
    form: Form,
    typed: &Form,
) -> Result<Answer, Trouble> {
    // The instant at which the request arrived decides, not the instant at which its turn comes.
    let (now, act, holds) = (request.arrived, route.act, route.holds);
    let records = match holds {
        Holds::Path => Holds::of_path(&request.params),
        Holds::Own => {
            let (owned_house, owned_request) = (house.clone(), request.clone());
            house
                .db
                .read(move |tx| {
                    guard(tx, &owned_house, &owned_request, act, now).map(|visit| holds.of(&visit))
                })
                .await?
        }
    };
    let (owned_house, owned_request) = (house.clone(), request.clone());
    let sent = Sent::of(request, &form);
    let carry_out = move |tx: &mut Tx<'_>| {
        let visit = guard(tx, &owned_house, &owned_request, act, now)?;
        own_form(&owned_request, &form)?;
        may_write(&visit, act)?;
        if let Some(location) = sent.before(tx, &visit)? {
            return Ok(Done::to(location));
        }
        let done = command(&visit, tx, &picked(&form))?;
        sent.remember(tx, &done.location, now)?;
        Ok::<_, Trouble>(done)
    };
    // What a command on a venue decides by belongs to that venue.
    let outcome = house.db.write_records(records, carry_out).await;
    let again = |status: u16, sentence: Option<&str>, errors: Errors| {
        let mut errors = errors;
        if let Some(key) = sentence {
            errors.add("", house.masters().texts.say(request.lang, key));
        }
        show_page(
            house,
            request,
            act,
            show,
            Typed { status, form: Some(picked(typed).into_owned()), errors, kept: false },
        )
    };
    match outcome {
        Ok(done) => Ok(Answer::Redirect(done.location)),
        Err(Trouble::Refused { status, errors }) => again(status, None, errors).await,
        Err(Trouble::Database(Failure::Stale)) => {
            again(409, Some("conflict"), Errors::default()).await
        }
        Err(Trouble::ForeignForm) => again(403, Some("form.foreign"), Errors::default()).await,
        Err(other) => Err(other),
    }
}

/// After a conflict the person chooses row by row: where the other's value was picked, it takes the
/// place of the typed one.
fn picked(form: &Form) -> Cow<'_, Form> {
    let is_choice = |name: &str| name.starts_with("_pick.") || name.starts_with("_theirs.");
    if !form.0.iter().any(|(name, _)| is_choice(name)) {
        return Cow::Borrowed(form);
    }
    let mut offered = HashMap::new();
    let mut chosen = HashSet::new();
    for (name, value) in &form.0 {
        match (name.strip_prefix("_pick."), name.strip_prefix("_theirs.")) {
            (Some(field), _) if value == "theirs" => _ = chosen.insert(field),
            (_, Some(field)) => _ = offered.insert(field, value),
            _ => {}
        }
    }
    let own = form.0.iter().filter(|(name, _)| !is_choice(name));
    Cow::Owned(Form(
        own.map(|(name, value)| match chosen.contains(name.as_str()) {
            true => {
                (name.clone(), offered.get(name.as_str()).map_or(String::new(), |v| (*v).clone()))
            }
            false => (name.clone(), value.clone()),
        })
        .collect(),
    ))
}

/// Pages about people, plans and money are nobody's to keep in a cache.
fn respond(answer: Answer) -> Response {
    let mut response = match answer {
        Answer::Page { status, html } => (
            StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            html,
        )
            .into_response(),
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
            let encoded: String = form_urlencoded::byte_serialize(name.as_bytes())
                .collect::<String>()
                .replace('+', "%20");
            let disposition = format!("{kind}; filename*=UTF-8''{encoded}");
            (
                [
                    (header::CONTENT_TYPE, mime.to_string()),
                    (header::CONTENT_DISPOSITION, disposition),
                ],
                Body::from(bytes),
            )
                .into_response()
        }
    };
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_string())]).into_response()
}

async fn trouble(
    house: &Arc<House>,
    request: &Arc<Request>,
    route: &str,
    why: Trouble,
    reader: Reader,
) -> Response {
    // Who isn't signed in is led to where that is done, as everywhere; under `/api` there is no
    // such place.
    let elsewhere = matches!(
        why,
        Trouble::SignIn | Trouble::ShowFactor | Trouble::NeedsFactor | Trouble::ProveAgain
    );
    if reader != Reader::Person && !elsewhere {
        return super::api::refused(house, request, why, reader);
    }
    let encoded = |to: &str| -> String { form_urlencoded::byte_serialize(to.as_bytes()).collect() };
    // After a form the page on which it stood, otherwise the page itself.
    let back = || encoded(request.from.as_deref().unwrap_or(&request.path));
    // The person sees a number, the log has the same one with what happened.
    let number = platform::ids::short("e");
    if matches!(why, Trouble::Forbidden { .. } | Trouble::ForeignForm | Trouble::Said(429, _)) {
        tracing::warn!(route, ?why, "refused");
    }
    let (status, template, detail) = match why {
        Trouble::SignIn => return see_other(&format!("/login?to={}", encoded(&request.target))),
        Trouble::ShowFactor => {
            return see_other(&format!("/login/code?to={}", encoded(&request.target)));
        }
        Trouble::NeedsFactor => return see_other("/account/second-factor?done=factor.needed"),
        Trouble::ProveAgain => return see_other(&format!("/account/prove?to={}", back())),
        Trouble::Forbidden { who_can } => (403, "web/forbidden.html", who_can),
        Trouble::ForeignForm => (
            403,
            "web/refused.html",
            house.masters().texts.say(request.lang, "form.foreign").to_string(),
        ),
        Trouble::NotFound => (404, "web/not-found.html", String::new()),
        Trouble::Said(status, key) => {
            (status, "web/refused.html", house.masters().texts.say(request.lang, key).to_string())
        }
        Trouble::Refused { status, errors } => (
            status,
            "web/refused.html",
            errors.0.iter().map(|(_, s)| s.as_str()).collect::<Vec<_>>().join("\n"),
        ),
        Trouble::Database(failure @ (Failure::Down(_) | Failure::Again)) => {
            tracing::error!(number, %failure, route, "database not available");
            (503, "web/unavailable.html", number)
        }
        Trouble::Database(Failure::Stale) => (
            409,
            "web/refused.html",
            house.masters().texts.say(request.lang, "conflict").to_string(),
        ),
        Trouble::Database(failure) => {
            tracing::error!(number, %failure, route, "unexpected");
            (500, "web/broken.html", number)
        }
        Trouble::Bug(what) => {
            tracing::error!(number, what, route, "unexpected");
            (500, "web/broken.html", number)
        }
    };
    let html = super::page::plain(house, request, status, template, &detail).await;
    let mut response = respond(Answer::Page { status, html });
    if matches!(status, 429 | 503) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

/// Shows a page again, as typed, after a handler was refused.
pub async fn again(
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    show: super::routes::Show,
    form: Form,
    errors: crate::errors::Errors,
) -> Result<Answer, Trouble> {
    show_page(
        house,
        request,
        act,
        show,
        Typed { status: 422, form: Some(form), errors, kept: false },
    )
    .await
}

/// A form that writes, as it was sent: its idempotency key, bound to the session and the page, so
/// that nobody else's can be met, and a fingerprint of what it says.
pub struct Sent(Option<(String, String)>);

impl Sent {
    /// Hashes what may be large: before anybody waits for a transaction.
    pub fn of(request: &Request, form: &Form) -> Sent {
        let key = form.get("_key");
        let id = || {
            secrets::digest(&format!(
                "{}/{}/{key}",
                request.cookie.as_deref().unwrap_or(""),
                request.path
            ))
        };
        let line =
            |(name, value): &(String, String)| format!("{name} {}\n", secrets::digest(value));
        let said = || -> String {
            let digested = digested(form);
            form.0.iter().filter(|(name, _)| may_be_told(&digested, name)).map(line).collect()
        };
        Sent((!key.is_empty()).then(|| (id(), secrets::digest(&said()))))
    }

    /// Where the first sending of the same form led. The same page sent again with something else
    /// in it is neither carried out (it may be meant in place of the first) nor dropped: the person
    /// is asked, with what was typed.
    pub fn before(&self, tx: &mut Tx<'_>, visit: &Visit) -> Result<Option<String>, Trouble> {
        let Some((id, said)) = &self.0 else { return Ok(None) };
        match work::visitor::sent(tx, id)? {
            Some((_, Some(first))) if first != *said => {
                let mut errors = Errors::default();
                errors.add(
                    super::page::SENT,
                    visit.house.masters().texts.say(visit.request.lang, "form.sent"),
                );
                Err(Trouble::Refused { status: 422, errors })
            }
            found => Ok(found.map(|(location, _)| location)),
        }
    }

    pub fn remember(
        &self,
        tx: &mut Tx<'_>,
        location: &str,
        now: jiff::Timestamp,
    ) -> Result<(), Failure> {
        let Some((id, said)) = &self.0 else { return Ok(()) };
        work::visitor::remember(tx, id, location, now, said)
    }
}
