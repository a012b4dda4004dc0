//! A client over real TCP with kept connections: what a browser would send, and how long the answer
//! took.

use std::time::Instant;

use axum::body::Body;
use axum::http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::world::Person;

#[derive(Clone)]
pub struct Browser {
    http: Client<HttpConnector, Body>,
    url: String,
}

/// An answer: status, where it leads, its length, milliseconds.
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub bytes: usize,
    pub ms: f64,
}

impl Browser {
    pub fn new(url: &str) -> Browser {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Browser {
            http: Client::builder(TokioExecutor::new())
                .pool_max_idle_per_host(4096)
                .build(connector),
            url: url.into(),
        }
    }

    async fn send(&self, request: Request<Body>) -> Result<Answer, String> {
        let begun = Instant::now();
        let answer = self.http.request(request).await.map_err(|e| e.to_string())?;
        let status = answer.status().as_u16();
        let location = answer
            .headers()
            .get(header::LOCATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_string();
        let body = axum::body::to_bytes(Body::new(answer.into_body()), 10_000_000)
            .await
            .map_err(|e| e.to_string())?;
        Ok(Answer { status, location, bytes: body.len(), ms: begun.elapsed().as_secs_f64() * 1e3 })
    }

    pub async fn get(&self, person: Option<&Person>, path: &str) -> Result<Answer, String> {
        let cookie = person.map_or(String::new(), Person::cookie);
        let request = Request::get(format!("{}{path}", self.url))
            .header(header::COOKIE, cookie)
            .body(Body::empty());
        self.send(request.map_err(|e| e.to_string())?).await
    }

    pub async fn post(
        &self,
        person: &Person,
        path: &str,
        fields: &[(String, String)],
    ) -> Result<Answer, String> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("_key", &person.token())
            .finish();
        let request = Request::post(format!("{}{path}", self.url))
            .header(header::COOKIE, person.cookie())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.map_err(|e| e.to_string())?).await
    }

    /// Saves a venue's plan as a person does: the form, then the check page's button. Returns the
    /// button's answer and both times.
    pub async fn save(
        &self,
        person: &Person,
        base: i64,
        boxes: &[(u32, u32)],
    ) -> Result<Saved, String> {
        let mut fields: Vec<(String, String)> =
            boxes.iter().map(|(cycle, n)| (format!("boxes_{cycle}"), n.to_string())).collect();
        fields.extend([
            ("base".into(), base.to_string()),
            ("draft_version".into(), String::new()),
            ("go".into(), "check".into()),
        ]);
        let draft =
            self.post(person, &format!("/venues/{}/plan/edit", person.venue), &fields).await?;
        if !draft.location.ends_with("/plan/check") {
            return Err(format!("the form answered {} {}", draft.status, draft.location));
        }
        let check = self
            .post(
                person,
                &format!("/venues/{}/plan/check", person.venue),
                &[("draft_version".into(), "1".into())],
            )
            .await?;
        Ok(Saved { draft_ms: draft.ms, check })
    }
}

pub struct Saved {
    pub draft_ms: f64,
    pub check: Answer,
}

impl Saved {
    /// The number of the registration that a receipt was given for.
    pub fn receipt(&self) -> Option<i64> {
        self.check.location.rsplit_once("/plan/receipts/")?.1.parse().ok()
    }
    /// Whether it was late and kept as a draft.
    pub fn late(&self) -> bool {
        self.check.location.contains("done=plan.late")
    }
}
