//! A visitor: opens pages, reads them, fills in forms and presses buttons. Knows only what stands
//! on the page.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use scraper::{ElementRef, Html, Selector};
use ureq::Agent;

use crate::browser::Browser;

pub struct Visitor {
    hands: Hands,
    url: String,
    /// The page that was opened last, as a browser tells it with the next form.
    last: RefCell<Option<String>>,
}

/// Cookies by name. They are kept by hand, because a story speaks plain HTTP and production's
/// cookies are for TLS only.
type Cookies = RefCell<BTreeMap<String, String>>;

/// How a visitor visits: by plain HTTP as with JavaScript off, or in a real browser.
enum Hands {
    Http(Agent, Cookies),
    Browser(Arc<Browser>, u64),
}

/// An answer, after redirects.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    /// Path and query.
    pub path: String,
    pub body: String,
    pub bytes: Vec<u8>,
    pub mime: String,
    /// Counts the pages that a browser has shown; 0 by HTTP.
    pub number: u64,
}

/// Without any blank, half- or full-width.
fn squeeze(text: &str) -> String {
    text.replace(char::is_whitespace, "")
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}

impl Page {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }
    /// The words of the page, blanks folded.
    pub fn words(&self) -> String {
        let html = self.html();
        let text: String = html.root_element().text().collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
    #[track_caller]
    pub fn says(&self, words: &str) -> &Page {
        assert!(
            squeeze(&self.words()).contains(&squeeze(words)),
            "{} {} doesn't say 「{words}」:\n{}",
            self.status,
            self.path,
            self.words()
        );
        self
    }
    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Page {
        assert!(
            !squeeze(&self.words()).contains(&squeeze(words)),
            "{} says 「{words}」",
            self.path
        );
        self
    }
    #[track_caller]
    pub fn is(&self, status: u16) -> &Page {
        assert_eq!(self.status, status, "{}:\n{}", self.path, self.words());
        self
    }
    #[track_caller]
    pub fn is_at(&self, path: &str) -> &Page {
        assert!(
            self.path.starts_with(path),
            "at {} instead of {path}:\n{}",
            self.path,
            self.words()
        );
        self
    }
    /// The address of the link with these words.
    #[track_caller]
    pub fn link(&self, words: &str) -> String {
        let html = self.html();
        html.select(&selector("a[href]"))
            .find(|a| squeeze(&a.text().collect::<String>()).contains(&squeeze(words)))
            .and_then(|a| a.value().attr("href").map(str::to_string))
            .unwrap_or_else(|| panic!("no link 「{words}」 on {}:\n{}", self.path, self.words()))
    }
    /// The address of the link with these words that leads under a path.
    #[track_caller]
    pub fn link_under(&self, path: &str, words: &str) -> String {
        let html = self.html();
        html.select(&selector("a[href]"))
            .filter(|a| squeeze(&a.text().collect::<String>()).contains(&squeeze(words)))
            .filter_map(|a| a.value().attr("href"))
            .find(|href| href.starts_with(path))
            .map(str::to_string)
            .unwrap_or_else(|| {
                panic!("no link 「{words}」 to {path} on {}:\n{}", self.path, self.words())
            })
    }
    /// The rows of the table with this label, cell by cell, from above; blanks folded.
    #[track_caller]
    pub fn table(&self, label: &str) -> Vec<Vec<String>> {
        let html = self.html();
        let (region, row, cell) = (
            selector(&format!("[aria-label=\"{label}\"]")),
            selector("tbody tr"),
            selector("th, td"),
        );
        let region = html.select(&region).next();
        let region = region
            .unwrap_or_else(|| panic!("no table 「{label}」 on {}:\n{}", self.path, self.words()));
        let text = |cell: ElementRef<'_>| {
            cell.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        region.select(&row).map(|row| row.select(&cell).map(text).collect()).collect()
    }
    /// The value that a field shows.
    pub fn value(&self, name: &str) -> Option<String> {
        let html = self.html();
        html.select(&selector(&format!("[name=\"{name}\"]"))).next().map(|field| {
            match field.value().name() {
                "textarea" => field.text().collect(),
                _ => field.value().attr("value").unwrap_or_default().to_string(),
            }
        })
    }
}

fn jar(cookies: &Cookies) -> String {
    cookies
        .borrow()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("; ")
}

fn keep(cookies: &Cookies, answer: &ureq::http::Response<ureq::Body>) {
    for cookie in answer.headers().get_all("set-cookie") {
        let pair = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            cookies.borrow_mut().insert(name.to_string(), value.to_string());
        }
    }
}

/// Every answer as it came: no redirect is followed, no status is an error, no connection is kept.
fn agent() -> Agent {
    Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_idle_connections(0)
        .build()
        .new_agent()
}

impl Visitor {
    pub fn new(url: &str) -> Visitor {
        Visitor {
            hands: Hands::Http(agent(), Cookies::default()),
            url: url.to_string(),
            last: RefCell::default(),
        }
    }

    pub fn in_browser(url: &str, browser: &Arc<Browser>) -> Visitor {
        Visitor {
            hands: Hands::Browser(browser.clone(), browser.visitor()),
            url: url.to_string(),
            last: RefCell::default(),
        }
    }

    /// Somebody whose session was opened beside the sign-in page.
    pub fn with_session(url: &str, secret: &str) -> Visitor {
        let visitor = Visitor::new(url);
        if let Hands::Http(_, cookies) = &visitor.hands {
            cookies.borrow_mut().insert("sid".into(), secret.into());
        }
        visitor
    }

    /// One request by any method, past any page: status, where it leads, and what it says. Cookies
    /// stay as they are.
    pub fn fetch(&self, method: &str, path: &str) -> (u16, String, String) {
        let Hands::Http(agent, cookies) = &self.hands else { panic!("a browser asks at no doors") };
        let body = self.token().map_or(String::new(), |token| format!("_key={token}"));
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("cookie", jar(cookies))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(if method == "GET" || method == "HEAD" { String::new() } else { body })
            .expect("a request");
        let mut answer = agent.run(request).expect("an answer");
        let to = answer
            .headers()
            .get("location")
            .and_then(|l| l.to_str().ok())
            .unwrap_or_default()
            .to_string();
        (answer.status().as_u16(), to, answer.body_mut().read_to_string().unwrap_or_default())
    }

    fn page(&self, path: &str, mut answer: ureq::http::Response<ureq::Body>) -> Page {
        if let Hands::Http(_, cookies) = &self.hands {
            keep(cookies, &answer);
        }
        let status = answer.status().as_u16();
        if status == 303 {
            let to = answer
                .headers()
                .get("location")
                .and_then(|l| l.to_str().ok())
                .unwrap_or_default()
                .to_string();
            return self.open(&to);
        }
        let mime = answer
            .headers()
            .get("content-type")
            .and_then(|l| l.to_str().ok())
            .unwrap_or_default()
            .to_string();
        let bytes =
            answer.body_mut().with_config().limit(50_000_000).read_to_vec().expect("a body");
        Page {
            status,
            path: path.to_string(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            mime,
            number: 0,
        }
    }

    pub fn open(&self, path: &str) -> Page {
        match &self.hands {
            Hands::Http(agent, cookies) => {
                let answer = agent
                    .get(format!("{}{path}", self.url))
                    .header("cookie", jar(cookies))
                    .call()
                    .expect("an answer");
                self.last.replace(Some(path.to_string()));
                self.page(path, answer)
            }
            Hands::Browser(browser, visitor) => browser.open(*visitor, &self.url, path),
        }
    }

    /// Sends a form as it is given, past any page; the session's token is added where it isn't
    /// given. By HTTP only.
    #[track_caller]
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token();
        let mut all = fields.to_vec();
        if let Some(token) =
            token.as_deref().filter(|_| !fields.iter().any(|(name, _)| *name == "_key"))
        {
            all.push(("_key", token));
        }
        self.send_exactly(path, &all)
    }

    /// Sends a form with nothing added.
    #[track_caller]
    pub fn send_exactly(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let Hands::Http(agent, cookies) = &self.hands else {
            panic!("a browser sends what stands on a page")
        };
        let mut request = agent.post(format!("{}{path}", self.url)).header("cookie", jar(cookies));
        if let Some(from) = self.last.borrow().as_deref() {
            request = request.header("referer", format!("{}{from}", self.url));
        }
        self.page(path, request.send_form(fields.iter().copied()).expect("an answer"))
    }

    /// Sends a form with a file, as the page's own button does.
    #[track_caller]
    pub fn upload(&self, path: &str, file_name: &str, bytes: &[u8]) -> Page {
        self.upload_as(path, "file", file_name, bytes, &[])
    }

    /// The same under another field's name, with other fields beside it.
    #[track_caller]
    pub fn upload_as(
        &self,
        path: &str,
        field: &str,
        file_name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Page {
        let token = self.token().unwrap_or_else(|| platform::ids::short("k"));
        self.upload_keyed(path, field, file_name, bytes, fields, &token)
    }

    /// The same with another form's token.
    #[track_caller]
    pub fn upload_keyed(
        &self,
        path: &str,
        field: &str,
        file_name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
        token: &str,
    ) -> Page {
        let Hands::Http(agent, cookies) = &self.hands else {
            panic!("a browser chooses files by hand")
        };
        let others: String = fields
            .iter()
            .map(|(name, value)| {
                format!(
                    "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
            })
            .collect();
        let mut body = format!("{others}--xyz\r\nContent-Disposition: form-data; name=\"_key\"\r\n\r\n{token}\r\n--xyz\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--xyz--\r\n");
        let request = agent
            .post(format!("{}{path}", self.url))
            .header("cookie", jar(cookies))
            .content_type("multipart/form-data; boundary=xyz");
        self.page(path, request.send(&body[..]).expect("an answer"))
    }

    /// This visitor's cookies, as a browser sends them.
    pub fn cookies(&self) -> String {
        match &self.hands {
            Hands::Http(_, cookies) => jar(cookies),
            Hands::Browser(..) => String::new(),
        }
    }

    /// A form token of this visitor's session, as its pages carry it.
    pub fn token(&self) -> Option<String> {
        let Hands::Http(_, cookies) = &self.hands else { return None };
        let cookies = cookies.borrow();
        let secret = cookies
            .get("sid")
            .or_else(|| cookies.get("__Host-sid"))
            .filter(|secret| !secret.is_empty())?;
        Some(platform::secrets::form_token(secret, &platform::ids::short("k")))
    }

    /// Sends a form and doesn't follow where it leads: the status of the answer, or none where the
    /// connection broke.
    pub fn try_send(&self, path: &str, fields: &[(&str, &str)]) -> Option<u16> {
        let Hands::Http(agent, cookies) = &self.hands else { return None };
        let token = self.token().unwrap_or_else(|| platform::ids::short("k"));
        let fields: Vec<(&str, &str)> =
            fields.iter().copied().chain([("_key", token.as_str())]).collect();
        agent
            .post(format!("{}{path}", self.url))
            .header("cookie", jar(cookies))
            .send_form(fields.iter().copied())
            .ok()
            .map(|answer| answer.status().as_u16())
    }

    /// Presses the button with these words, with some fields filled in.
    #[track_caller]
    pub fn press(&self, page: &Page, button: &str, fill: &[(&str, &str)]) -> Page {
        if let Hands::Browser(browser, visitor) = &self.hands {
            return browser.press(*visitor, &self.url, page, button, fill);
        }
        let (action, fields) = form(page, button, fill);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.send(&action, &fields)
    }

    pub fn sign_in(&mut self, mail: &str, password: &str) -> Page {
        let page = self.open("/login");
        let page = self.press(&page, "ログインする", &[("mail", mail), ("password", password)]);
        page.is(200);
        page
    }
}

/// What a browser would send: every successful control of the button's form, with the filled-in
/// values.
#[track_caller]
pub fn form(page: &Page, button: &str, fill: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    let html = page.html();
    let pressed = html
        .select(&selector("form button, form input[type=submit]"))
        .find(|b| squeeze(&b.text().collect::<String>()).contains(&squeeze(button)))
        .unwrap_or_else(|| {
            panic!("no button 「{button}」 on {} ({}):\n{}", page.path, page.status, page.words())
        });
    let form = pressed
        .ancestors()
        .filter_map(ElementRef::wrap)
        .find(|e| e.value().name() == "form")
        .expect("a button stands in a form");
    let mut fields = controls(form);
    for (name, value) in fill {
        let known = form.select(&selector(&format!("[name=\"{name}\"]"))).next();
        assert!(known.is_some(), "no field {name} in the form of 「{button}」 on {}", page.path);
        // "✓" ticks a box with the value that the page gives it.
        let value = if *value == "✓" {
            known.and_then(|k| k.value().attr("value")).unwrap_or("on")
        } else {
            value
        };
        fields.retain(|(n, _)| n != name);
        fields.push(((*name).to_string(), value.to_string()));
    }
    fields.extend(sent_by(pressed));
    (action_of(form, page), fields)
}

/// Where a form of a page sends.
fn action_of(form: ElementRef<'_>, page: &Page) -> String {
    form.value()
        .attr("action")
        .map_or_else(|| page.path.split('?').next().unwrap_or_default().to_string(), str::to_string)
}

/// What a button itself sends.
fn sent_by(button: ElementRef<'_>) -> Option<(String, String)> {
    let name = button.value().attr("name")?;
    Some((name.to_string(), button.value().attr("value").unwrap_or_default().to_string()))
}

/// A form as a page shows it.
pub struct Shown {
    pub action: String,
    pub takes_a_file: bool,
    /// What each of its buttons would send, with the button's words.
    pub buttons: Vec<(String, Vec<(String, String)>)>,
}

/// The forms of a page that change something, as they stand there; a text that is left empty gets
/// these words.
pub fn shown(page: &Page, words: &str) -> Vec<Shown> {
    let html = page.html();
    let (form, button) = (selector("form[method=post]"), selector("button, input[type=submit]"));
    html.select(&form)
        .map(|form| {
            let mut fields = controls(form);
            let empty: Vec<String> = form
                .select(&selector("textarea[name]"))
                .filter(|area| area.text().collect::<String>().trim().is_empty())
                .filter_map(|area| area.value().attr("name").map(str::to_string))
                .collect();
            for (name, value) in &mut fields {
                if empty.contains(name) {
                    *value = words.to_string();
                }
            }
            let buttons = form.select(&button);
            let sent = |button: ElementRef<'_>| {
                let all = fields.iter().cloned().chain(sent_by(button)).collect();
                (button.text().collect::<String>().trim().to_string(), all)
            };
            Shown {
                action: action_of(form, page),
                takes_a_file: form.value().attr("enctype").is_some(),
                buttons: buttons.map(sent).collect(),
            }
        })
        .collect()
}

/// Every successful control of a form.
fn controls(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for control in form.select(&selector("input[name], textarea[name], select[name]")) {
        let attr = |name: &str| control.value().attr(name).unwrap_or_default().to_string();
        let value = match (control.value().name(), attr("type").as_str()) {
            ("textarea", _) => control.text().collect(),
            ("select", _) => {
                let options: Vec<ElementRef<'_>> = control.select(&selector("option")).collect();
                let chosen = options
                    .iter()
                    .find(|o| o.value().attr("selected").is_some())
                    .or(options.first());
                chosen.map_or(String::new(), |o| {
                    o.value().attr("value").unwrap_or_default().to_string()
                })
            }
            (_, "checkbox" | "radio") if control.value().attr("checked").is_none() => continue,
            _ => attr("value"),
        };
        fields.push((attr("name"), value));
    }
    fields
}

/// A request of another system: status and JSON.
pub fn ask(
    url: &str,
    method: &str,
    path: &str,
    token: &str,
    key: &str,
    body: &serde_json::Value,
) -> (u16, serde_json::Value) {
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{url}{path}"))
        .header("content-type", "application/json");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    let body = if method == "GET" { String::new() } else { body.to_string() };
    let mut answer = agent().run(request.body(body).expect("a request")).expect("an answer");
    let text = answer.body_mut().read_to_string().expect("a body");
    (
        answer.status().as_u16(),
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: no JSON: {text}")),
    )
}
