//! Requests of other systems: a token instead of a session, JSON in and out, the same guard, rules
//! and sentences as the pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform::db::{Failure, Tx};
use platform::secrets;
use rules::access::Act;
use rules::input;
use serde_json::{Value, json};

use super::House;
use super::json::{is_json, parse};
use super::routes::{ApiRun, Holds, Route};
use super::server::{Fits, Reader};
use super::visit::{Request, Trouble, guard};

use crate::errors::Errors;

/// The request was done, and what was answered then is lost: doing it again would be wrong, and
/// saying nothing too.
const LOST_ANSWER: &str = "このIdempotency-Keyの要求は、すでに処理しました。そのときの答えは読めません。二重には処理していません。いまの内容を取得して確かめてください。";

/// The header that makes a repeated request do nothing twice.
const KEY: &str = "idempotency-key";

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().trim().to_string()
}

pub async fn answer(
    house: &Arc<House>,
    request: &Arc<Request>,
    route: &Route,
    run: ApiRun,
    headers: &HeaderMap,
    body: Option<Bytes>,
) -> Response {
    let bearer = bearer(&text(headers, header::AUTHORIZATION.as_str()));
    let params = read_as_written(&request.params);
    let mut request = Arc::new(Request { bearer, cookie: None, params, ..(**request).clone() });
    let asked = request.clone();
    let outcome = async {
        if !house.limits.from_address(&request.address) {
            return Err(Trouble::too_many());
        }
        let body = body.ok_or(Trouble::Said(413, "too_large"))?;
        if request.bearer.is_none() && route.act != Act::ReadPublic {
            return Err(Trouble::SignIn);
        }
        if let Some(code) = request.params.get("venue").and_then(|venue| code_of(venue)) {
            let found = house.db.read(move |tx| work::venue::id_of_code(tx, &code)).await?;
            // An unknown one is answered as any record that nobody reaches.
            let id = found.into_iter().map(|id| ("venue".to_string(), id));
            Arc::make_mut(&mut request).params.extend(id);
        }
        if run.writes {
            // Nothing is parsed for who may not send it.
            let (act, now, owned_house, owned_request) =
                (route.act, request.arrived, house.clone(), request.clone());
            house
                .db
                .read(move |tx| guard(tx, &owned_house, &owned_request, act, now).map(|_| ()))
                .await?;
        }
        let sent = Sent {
            key: text(headers, KEY),
            kind: text(headers, header::CONTENT_TYPE.as_str()),
            body,
        };
        carried_out(house, &request, route, run, sent).await
    };
    match outcome.await {
        Ok(value) => reply(200, &value),
        Err(trouble) => refused(house, &asked, trouble, Reader::Json),
    }
}

/// The ids, codes and months of an address, in whichever width and case they were written.
fn read_as_written(params: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let read = |name: &str, raw: &str| match name {
        "month" => input::month("", raw).map_or(raw.to_string(), |month| month.to_string()),
        _ => input::id(raw),
    };
    params.iter().map(|(name, raw)| (name.clone(), read(name, raw))).collect()
}

/// The ten digits of a venue's code, where an address names it so instead of by its id.
fn code_of(venue: &str) -> Option<String> {
    let code = rules::codes::ten_digits(venue);
    (code.len() == 10 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// The token of an `Authorization` header; the name of the scheme in any capitals.
fn bearer(header: &str) -> Option<String> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_string())
}

/// What came with a command.
struct Sent {
    key: String,
    /// What kind of body it says it is.
    kind: String,
    body: Bytes,
}

impl Sent {
    /// The body, looked at only once the guard has let its sender in.
    fn asked(&self) -> Result<Value, Trouble> {
        if !self.body.is_empty() && !is_json(&self.kind) {
            let mut errors = Errors::default();
            errors.add("", "本文の種類（Content-Type）を application/json にして、UTF-8のJSONを送ってください。");
            return Err(Trouble::Refused { status: 415, errors });
        }
        parse(&self.body)
    }
}

async fn carried_out(
    house: &Arc<House>,
    request: &Arc<Request>,
    route: &Route,
    run: ApiRun,
    sent: Sent,
) -> Result<Value, Trouble> {
    let (act, now) = (route.act, request.arrived);
    let (owned_house, owned_request) = (house.clone(), request.clone());
    if !run.writes {
        return house
            .db
            .read(move |tx| {
                let visit = guard(tx, &owned_house, &owned_request, act, now)?;
                (run.api)(&visit, tx, &Value::Null)
            })
            .await;
    }
    if sent.key.len() > 200 {
        return Err(Trouble::at("Idempotency-Key", "Idempotency-Keyは200文字までです。"));
    }
    let token = request.bearer.clone().unwrap_or_default();
    let id = (!sent.key.is_empty())
        .then(|| secrets::digest(&format!("api/{token}/{}/{}", request.path, sent.key)));
    let digest = secrets::digest_of(&sent.body);
    // Parsed before the transaction, which keeps others waiting. As the pages, it has its venue to
    // itself.
    let asked = sent.asked()?;
    house
        .db
        .write_records(Holds::of_path(&request.params), move |tx: &mut Tx<'_>| {
            let visit = guard(tx, &owned_house, &owned_request, act, now)?;
            super::visit::may_write(&visit, act)?;
            if let Some(id) = &id {
                let before = work::visitor::answered(tx, id)?;
                match before {
                    Some((same, Some(answer))) if same == digest => {
                        return serde_json::from_str(&answer).map_err(|_| Trouble::stale(LOST_ANSWER));
                    }
                    Some(_) => {
                        return Err(Trouble::at(
                            "Idempotency-Key",
                            "同じIdempotency-Keyで違う内容が送られました。新しいキーで送ってください。",
                        ));
                    }
                    None => {}
                }
            }
            let answer = (run.api)(&visit, tx, &asked)?;
            if let Some(id) = &id {
                work::visitor::keep_answer(tx, id, &digest, now, &answer.to_string())?;
            }
            work::visitor::token_used(tx, now, &secrets::digest(&token))?;
            Ok(answer)
        })
        .await
}

fn reply(status: u16, value: &Value) -> Response {
    // RFC 9457 where something went wrong.
    let kind =
        if status < 400 { "application/json; charset=utf-8" } else { "application/problem+json" };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Where typed words stand is of no use to a machine.
    let body = platform::english::unmarked(&value.to_string());
    let mut response =
        (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], body)
            .into_response();
    response.extensions_mut().insert(Fits);
    response
}

/// A refusal in what its reader reads: RFC 9457, or a sentence a line.
fn said(status: u16, sentences: Vec<Value>, reader: Reader) -> Response {
    if reader == Reader::Plain {
        let lines: Vec<&str> = sentences.iter().filter_map(|s| s["sentence"].as_str()).collect();
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let head = [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        let mut response = (status, head, lines.join("\n") + "\n").into_response();
        response.extensions_mut().insert(Fits);
        return response;
    }
    let title =
        StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default();
    reply(
        status,
        &json!({"type": "about:blank", "title": title, "status": status, "errors": Value::Array(sentences)}),
    )
}

/// A bug, under the number with which the log has it.
pub fn fell(house: &House, request: &Request, number: &str, reader: Reader) -> Response {
    let sentence = format!("{} {number}", house.masters().texts.say(request.lang, "broken.lead"));
    said(500, vec![json!({"field": "", "sentence": sentence})], reader)
}

/// The same errors as the pages': status, sentences, each with its field.
pub fn refused(house: &House, request: &Request, trouble: Trouble, reader: Reader) -> Response {
    let masters = house.masters();
    let say = |key: &'static str| masters.texts.say(request.lang, key).to_string();
    let number = platform::ids::short("e");
    let one = |sentence: String| vec![json!({"field": "", "sentence": sentence})];
    let (status, sentences) = match trouble {
        Trouble::Refused { status, errors } => (
            status,
            errors
                .0
                .into_iter()
                .map(|(field, sentence)| json!({"field": field, "sentence": sentence}))
                .collect(),
        ),
        Trouble::SignIn
        | Trouble::ShowFactor
        | Trouble::NeedsFactor
        | Trouble::ProveAgain
        | Trouble::ForeignForm => {
            (401, one("有効なトークンを Authorization: Bearer … で送ってください。".into()))
        }
        Trouble::Forbidden { who_can } => (403, one(format!("{}{who_can}", say("forbidden.lead")))),
        Trouble::NotFound => (404, one(say("notfound.lead"))),
        Trouble::Said(status, key) => (status, one(say(key))),
        Trouble::Database(Failure::Stale) => (409, one(say("conflict"))),
        Trouble::Database(failure @ (Failure::Down(_) | Failure::Again)) => {
            tracing::error!(number, %failure, "database not available");
            (503, one(say("unavailable.lead")))
        }
        Trouble::Database(failure) => {
            tracing::error!(number, %failure, "unexpected");
            (500, one(format!("{} {number}", say("broken.lead"))))
        }
        Trouble::Bug(what) => {
            tracing::error!(number, what, "unexpected");
            (500, one(format!("{} {number}", say("broken.lead"))))
        }
    };
    let mut response = said(status, sentences, reader);
    if status == 401 {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer"));
    }
    if matches!(status, 429 | 503) {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("10"));
    }
    response
}
