//! A real Chromium, driven through Debian's chromedriver. One browser, many visitors: each keeps
//! its own cookies. Every page that is passed is looked at by axe-core and at 320 px width; faults
//! are gathered and fail the story.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use crate::scratch;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::visitor::{Page, form};

pub struct Browser {
    state: Mutex<State>,
    runtime: tokio::runtime::Runtime,
    driver: Child,
    profile: PathBuf,
    axe: String,
    screenshots: PathBuf,
}

struct State {
    client: Client,
    /// Whose cookies the browser holds now.
    active: u64,
    cookies: BTreeMap<u64, Vec<(String, String)>>,
    /// The page that the browser shows, by its number.
    shown: u64,
    pages: u64,
    seen: BTreeSet<String>,
    faults: Vec<String>,
    visitors: u64,
    /// Fields are filled and buttons pressed by keys alone.
    keys_only: bool,
}

/// The folder of the checkout.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Browser {
    pub fn start() -> Browser {
        let axe_file = project().join("target/axe/axe.min.js");
        let axe = std::fs::read_to_string(&axe_file).unwrap_or_else(|_| {
            panic!("{} is missing (cargo xtask test fetches it)", axe_file.display())
        });
        let profile = scratch::folder("vsys-chromium");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Debian's chromium-driver");
        let out = std::io::BufReader::new(driver.stdout.take().expect("its output"));
        let port = std::io::BufRead::lines(out)
            .map_while(Result::ok)
            .find_map(|line| {
                line.split("successfully on port ")
                    .nth(1)
                    .map(|p| p.trim_end_matches('.').to_string())
            })
            .expect("chromedriver says its port");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1000",
            "--lang=ja",
        ];
        let mut arguments: Vec<String> = arguments.iter().map(|a| a.to_string()).collect();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let capabilities = json!({"browserName": "chrome", "goog:chromeOptions": {"binary": "/usr/bin/chromium", "args": arguments}});
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let client = runtime
            .block_on(
                ClientBuilder::new(HttpConnector::new())
                    .capabilities(capabilities)
                    .connect(&format!("http://127.0.0.1:{port}")),
            )
            .expect("a browser session");
        let screenshots = project().join("target/screenshots");
        let _ = std::fs::create_dir_all(&screenshots);
        let state = State {
            client,
            active: 0,
            cookies: BTreeMap::new(),
            shown: 0,
            pages: 0,
            seen: BTreeSet::new(),
            faults: vec![],
            visitors: 0,
            keys_only: false,
        };
        Browser { state: Mutex::new(state), runtime, driver, profile, axe, screenshots }
    }

    /// A new visitor without cookies.
    pub fn visitor(&self) -> u64 {
        let mut state = self.state.lock().expect("one story at a time");
        state.visitors += 1;
        state.visitors
    }

    /// From now on there is no mouse: what is filled and pressed must stand in the order of the Tab
    /// key, and keys do the rest.
    pub fn lose_the_mouse(&self) {
        self.state.lock().expect("one story at a time").keys_only = true;
    }

    /// Runs something with the raw client, for stories about keys and sizes.
    pub fn with<T>(&self, visitor: u64, url: &str, act: impl AsyncFnOnce(&Client) -> T) -> T {
        let mut state = self.state.lock().expect("one story at a time");
        self.runtime.block_on(async {
            state.take_over(visitor, url).await;
            act(&state.client).await
        })
    }

    pub fn open(&self, visitor: u64, url: &str, path: &str) -> Page {
        let mut state = self.state.lock().expect("one story at a time");
        self.runtime.block_on(async {
            state.take_over(visitor, url).await;
            state.client.goto(&format!("{url}{path}")).await.expect("the page opens");
            self.look(&mut state).await
        })
    }

    /// A page as it stands on a screen of 1280 points' width and so many points' height, as PNG,
    /// without what the browser has to say of it.
    pub fn picture(&self, visitor: u64, url: &str, path: &str, height: u32) -> Vec<u8> {
        self.with(visitor, url, async |client| {
            let size =
                json!({"width": 1280, "height": height, "deviceScaleFactor": 1, "mobile": false});
            client.goto(&format!("{url}{path}")).await.expect("the page opens");
            let sized =
                client.issue_cmd(Chromium("Emulation.setDeviceMetricsOverride", size)).await;
            sized.expect("the size is set");
            let picture = client.screenshot().await.expect("a picture");
            let back =
                client.issue_cmd(Chromium("Emulation.clearDeviceMetricsOverride", json!({})));
            back.await.expect("the size is taken back");
            picture
        })
    }

    /// Fills in fields and presses a button, as a person would.
    pub fn press(
        &self,
        visitor: u64,
        url: &str,
        page: &Page,
        button: &str,
        fill: &[(&str, &str)],
    ) -> Page {
        let mut state = self.state.lock().expect("one story at a time");
        self.runtime.block_on(async {
            state.take_over(visitor, url).await;
            if state.shown != page.number {
                state.client.goto(&format!("{url}{}", page.path)).await.expect("the page opens");
            }
            for (name, value) in fill {
                if state.keys_only {
                    fill_by_keys(&state.client, button, name, value).await.unwrap_or_else(|why| {
                        panic!("{name} of 「{button}」 on {}: {why}", page.path)
                    });
                    continue;
                }
                let set: Value = state
                    .client
                    .execute(FILL, vec![json!(button), json!(name), json!(value)])
                    .await
                    .expect("the field is filled in");
                assert_eq!(set, json!("ok"), "field {name} of 「{button}」 on {}", page.path);
            }
            if button.contains("ダウンロード") {
                // A file doesn't become a page: the same request is made from the page.
                let shown = self.look(&mut state).await;
                let (action, fields) = form(&shown, button, &[]);
                let base64 = state
                    .client
                    .execute_async(DOWNLOAD, vec![json!(action), json!(fields)])
                    .await
                    .expect("the file arrives");
                let bytes = decode(base64["body"].as_str().unwrap_or_default());
                let mime = base64["mime"].as_str().unwrap_or_default().to_string();
                return Page {
                    status: base64["status"].as_u64().unwrap_or(0) as u16,
                    path: action,
                    body: String::new(),
                    bytes,
                    mime,
                    number: 0,
                };
            }
            if state.keys_only {
                let focused = reach(&state.client, button, "", "")
                    .await
                    .unwrap_or_else(|why| panic!("「{button}」 on {}: {why}", page.path));
                assert_eq!(focused, "button");
                state
                    .client
                    .execute("document.documentElement.dataset.pressed = '1'", vec![])
                    .await
                    .expect("the page is marked");
                type_keys(&state.client, &char::from(Key::Enter).to_string()).await;
            } else {
                let mark = state
                    .client
                    .execute(PRESS, vec![json!(button)])
                    .await
                    .expect("the button is found");
                assert_eq!(mark, json!("ok"), "no button 「{button}」 on {}", page.path);
            }
            // The old document goes away before the new one is read.
            let soon = state.client.wait().every(Duration::from_millis(20));
            soon.for_element(Locator::Css("html:not([data-pressed])"))
                .await
                .expect("the next page");
            self.look(&mut state).await
        })
    }

    /// Reads the page that is shown; the first time also with axe-core and at 320 px.
    async fn look(&self, state: &mut State) -> Page {
        let client = state.client.clone();
        let found = client.execute(READ, vec![]).await.expect("the page is read");
        let path = found["path"].as_str().unwrap_or_default().to_string();
        let status = found["status"].as_u64().unwrap_or(0) as u16;
        state.pages += 1;
        state.shown = state.pages;
        let kind = format!(
            "{status} {}",
            path.split('?')
                .next()
                .unwrap_or_default()
                .split('/')
                .map(|p| if p.contains('-') && p.len() > 12 { "*" } else { p })
                .collect::<Vec<_>>()
                .join("/")
        );
        // The same address in another state (empty, locked, refused, …) is another page to look at.
        let shape = found["shape"].as_str().unwrap_or_default();
        if state.seen.insert(format!("{kind} {shape}")) {
            self.inspect(state, &kind).await;
        }
        Page {
            status,
            path,
            body: found["body"].as_str().unwrap_or_default().to_string(),
            bytes: vec![],
            mime: "text/html".into(),
            number: state.shown,
        }
    }

    async fn inspect(&self, state: &mut State, kind: &str) {
        let client = state.client.clone();
        client.execute(&self.axe, vec![]).await.expect("axe-core is loaded");
        let violations = client.execute_async(AXE, vec![]).await.expect("axe-core runs");
        for violation in violations.as_array().into_iter().flatten() {
            state.faults.push(format!("{kind}: axe {}", violation.as_str().unwrap_or_default()));
        }
        let picture = client.screenshot().await.expect("a picture");
        let name: String =
            kind.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let _ = std::fs::write(
            self.screenshots.join(format!("{:03}{name}.png", state.seen.len())),
            picture,
        );
        let sideways = client
            .execute("return document.scrollingElement.scrollWidth > innerWidth;", vec![])
            .await
            .expect("the width is measured");
        if sideways == json!(true) {
            state.faults.push(format!("{kind}: the page scrolls sideways at 1280 px"));
        }
        client.set_window_size(500, 900).await.expect("a narrow window");
        let narrow = client.execute(NARROW, vec![]).await.expect("the width is measured");
        if let Some(fault) = narrow.as_str() {
            state.faults.push(format!("{kind}: {fault}"));
        }
        client.set_window_size(1280, 1000).await.expect("a wide window");
    }

    /// Looks at the page that is shown, unless its like was seen: nothing is wider than the page at
    /// three widths, and axe-core with all its rules finds nothing on a phone and, in turn, on a
    /// tablet or a screen, which have the same styles; with `VSYS_WIDTHS=all` on all three.
    pub fn inspect_at_widths(
        &self,
        visitor: u64,
        url: &str,
        like: &str,
        what: &str,
        open: impl AsyncFnOnce(&Client),
    ) -> bool {
        let mut state = self.state.lock().expect("one story at a time");
        self.runtime.block_on(async {
            state.take_over(visitor, url).await;
            let client = state.client.clone();
            open(&client).await;
            let found = client.execute(READ, vec![]).await.expect("the page is read");
            let shape = found["shape"].as_str().unwrap_or_default();
            if !state.seen.insert(format!("{} {like} {shape}", found["status"])) {
                return false;
            }
            client.execute(&self.axe, vec![]).await.expect("axe-core is loaded");
            let left_out = match std::env::var("VSYS_WIDTHS").as_deref() {
                Ok("all") => None,
                _ if state.seen.len().is_multiple_of(2) => Some(1280),
                _ => Some(768),
            };
            for width in [1280, 768, 320] {
                client.issue_cmd(Chromium::width(width)).await.expect("the width is set");
                let wide = client
                    .execute("return document.scrollingElement.scrollWidth - innerWidth;", vec![])
                    .await
                    .expect("the width is measured");
                if wide.as_i64().unwrap_or(0) > 0 {
                    state.faults.push(format!("{what} at {width}: scrolls sideways by {wide} px"));
                }
                if left_out == Some(width) {
                    continue;
                }
                let violations = client.execute_async(AXE, vec![]).await.expect("axe-core runs");
                for violation in violations.as_array().into_iter().flatten() {
                    state.faults.push(format!(
                        "{what} at {width}: axe {}",
                        violation.as_str().unwrap_or_default()
                    ));
                }
            }
            client.issue_cmd(Chromium::width(1280)).await.expect("the width is set");
            true
        })
    }

    /// What a script finds on a page under a medium (`print`, `screen`), with the system's own
    /// colours or without.
    pub fn under(
        &self,
        visitor: u64,
        url: &str,
        path: &str,
        media: &str,
        forced_colors: bool,
        script: &str,
    ) -> Value {
        self.with(visitor, url, async |client| {
            client.goto(&format!("{url}{path}")).await.expect("the page opens");
            let colors = if forced_colors { "active" } else { "none" };
            let set = |media: &str, colors: &str| {
                Chromium("Emulation.setEmulatedMedia", json!({"media": media, "features": [{"name": "forced-colors", "value": colors}]}))
            };
            client.issue_cmd(set(media, colors)).await.expect("the medium is set");
            let found = client.execute(script, vec![]).await.expect("the page is read");
            client.issue_cmd(set("screen", "none")).await.expect("the medium is taken back");
            found
        })
    }

    /// Looks at the page that is shown now, whatever was seen before.
    pub fn inspect_now(&self) {
        let mut state = self.state.lock().expect("one story at a time");
        self.runtime.block_on(self.inspect(&mut state, "now"));
    }

    /// What axe-core and the narrow window found on all pages so far.
    pub fn faults(&self) -> Vec<String> {
        self.state.lock().expect("one story at a time").faults.clone()
    }

    /// How many kinds of pages were inspected.
    pub fn inspected(&self) -> usize {
        self.state.lock().expect("one story at a time").seen.len()
    }
}

async fn type_keys(client: &Client, keys: &str) {
    client.active_element().await.expect("a focus").send_keys(keys).await.expect("keys arrive");
}

/// Goes to a control (the button itself where no field is named); says what it is. What is folded
/// away is unfolded by Enter.
async fn reach(client: &Client, button: &str, name: &str, value: &str) -> Result<String, String> {
    for _ in 0..4 {
        let found = client
            .execute(REACH, vec![json!(button), json!(name), json!(value)])
            .await
            .map_err(|e| e.to_string())?;
        match found.as_str().unwrap_or_default() {
            "folded" => type_keys(client, &char::from(Key::Enter).to_string()).await,
            kind if kind.starts_with("not ") || kind.starts_with("no ") => {
                return Err(kind.to_string());
            }
            kind => return Ok(kind.to_string()),
        }
    }
    Err("stays folded".into())
}

async fn fill_by_keys(
    client: &Client,
    button: &str,
    name: &str,
    value: &str,
) -> Result<(), String> {
    let key = |key: Key| char::from(key).to_string();
    let kind = reach(client, button, name, value).await?;
    match kind.as_str() {
        "done" => return Ok(()),
        "checkbox" => type_keys(client, " ").await,
        "radio" => {
            // Space takes the one that has the focus, the arrows go round the group.
            type_keys(client, " ").await;
            for _ in 0..40 {
                if reach_state(client, name, value).await? {
                    return Ok(());
                }
                type_keys(client, &key(Key::Down)).await;
            }
        }
        "select" => {
            type_keys(client, &key(Key::Home)).await;
            for _ in 0..120 {
                if reach_state(client, name, value).await? {
                    return Ok(());
                }
                type_keys(client, &key(Key::Down)).await;
            }
        }
        _ => {
            type_keys(
                client,
                &format!("{}a{}{}", key(Key::Control), key(Key::Null), key(Key::Backspace)),
            )
            .await;
            if !value.is_empty() {
                type_keys(client, value).await;
            }
        }
    }
    if reach_state(client, name, value).await? {
        Ok(())
    } else {
        Err(format!("{kind}: the keys didn't do it"))
    }
}

/// Whether the focused control now says what it should.
async fn reach_state(client: &Client, name: &str, value: &str) -> Result<bool, String> {
    let said =
        client.execute(SAYS, vec![json!(name), json!(value)]).await.map_err(|e| e.to_string())?;
    Ok(said == json!(true))
}

/// A command of Chromium's own that WebDriver has no word for: a window can't be narrower than 500
/// px, or printed without paper.
#[derive(Debug)]
struct Chromium(&'static str, Value);

impl Chromium {
    fn width(width: u32) -> Chromium {
        Chromium(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false}),
        )
    }
}

impl fantoccini::wd::WebDriverCompatibleCommand for Chromium {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }
    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({"cmd": self.0, "params": self.1}).to_string()))
    }
}

impl State {
    /// Puts this visitor's cookies into the browser and the former visitor's away.
    async fn take_over(&mut self, visitor: u64, url: &str) {
        if self.active == visitor {
            return;
        }
        if self.active != 0 {
            let jar = self.client.get_all_cookies().await.unwrap_or_default();
            self.cookies.insert(
                self.active,
                jar.iter().map(|c| (c.name().to_string(), c.value().to_string())).collect(),
            );
        }
        // Cookies belong to a site: the browser has to be there.
        self.client.goto(&format!("{url}/health")).await.expect("the server answers");
        self.client.delete_all_cookies().await.expect("cookies are put away");
        for (name, value) in self.cookies.get(&visitor).cloned().unwrap_or_default() {
            self.client
                .execute(
                    "document.cookie = arguments[0] + '=' + arguments[1] + '; path=/';",
                    vec![json!(name), json!(value)],
                )
                .await
                .expect("a cookie is put in");
        }
        self.active = visitor;
        self.shown = 0;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Ok(state) = self.state.lock() {
            let client = state.client.clone();
            let _ = self.runtime.block_on(client.close());
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn decode(base64: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = base64.bytes().filter(|c| *c != b'=').map(value).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let word =
                four.iter().fold(0u32, |w, d| w << 6 | u32::from(*d)) << (6 * (4 - four.len()));
            word.to_be_bytes()[1..four.len()].to_vec()
        })
        .collect()
}

const READ: &str = "return {path: location.pathname + location.search, status: performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0, body: document.documentElement.outerHTML, shape: [...new Set([...document.querySelectorAll('main *')].map(e => e.tagName + '.' + e.className))].sort().join()};";

const FILL: &str = "const squeeze = t => t.replace(/\\s/g, ''); const button = [...document.querySelectorAll('form button')].find(b => squeeze(b.textContent).includes(squeeze(arguments[0]))); if (!button) return 'no button'; const [name, value] = [arguments[1], arguments[2]]; const fields = [...button.form.elements].filter(e => e.name === name); if (!fields.length) return 'no field'; for (let d = fields[0].closest('details'); d; d = d.parentElement.closest('details')) d.open = true; for (const f of fields) { if (f.type === 'radio') { if (f.value === value) f.click(); } else if (f.type === 'checkbox') { if (value === '✓' ? !f.checked : f.value === value && !f.checked) f.click(); } else { f.focus(); f.value = value; f.dispatchEvent(new Event('input', {bubbles: true})); } } return 'ok';";

const PRESS: &str = "const squeeze = t => t.replace(/\\s/g, ''); const button = [...document.querySelectorAll('form button')].find(b => squeeze(b.textContent).includes(squeeze(arguments[0]))); if (!button) return 'no button'; for (let d = button.closest('details'); d; d = d.parentElement.closest('details')) d.open = true; document.documentElement.dataset.pressed = '1'; button.click(); return 'ok';";

/// Gives the focus to a control, if the Tab key would come by it.
const REACH: &str = "const squeeze = t => t.replace(/\\s/g, ''); const [text, name, value] = arguments; const button = [...document.querySelectorAll('form button')].find(b => squeeze(b.textContent).includes(squeeze(text))); if (!button) return 'no button'; const tabbable = e => e.tabIndex >= 0 && !e.disabled && e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden'; let control = button; if (name) { const fields = [...button.form.elements].filter(e => e.name === name && e.type !== 'hidden'); if (!fields.length) return 'no field'; control = fields[0]; if (control.type === 'radio') { if (fields.some(f => f.value === value && f.checked)) return 'done'; control = fields.find(f => f.checked) || fields[0]; } else if (control.type === 'checkbox') { control = value === '✓' ? fields.find(f => !f.checked) : fields.find(f => f.value === value); if (!control || control.checked) return 'done'; } } for (let d = control.closest('details'), outer = []; ; ) { while (d) { if (!d.open) outer.unshift(d); d = d.parentElement.closest('details'); } if (outer.length) { outer[0].querySelector('summary').focus(); return 'folded'; } break; } if (!tabbable(control)) return 'not in the order of the Tab key'; control.focus(); if (document.activeElement !== control) return 'not focused'; return control === button ? 'button' : control.tagName === 'SELECT' ? 'select' : ['radio', 'checkbox'].includes(control.type) ? control.type : 'text';";

const SAYS: &str = "const e = document.activeElement, [name, value] = arguments; if (e.name !== name) return false; if (e.type === 'radio') return e.checked && e.value === value; if (e.type === 'checkbox') return e.checked; const plain = t => t.replace(/\\r/g, ''); return plain(e.value) === plain(value);";

const DOWNLOAD: &str = "const done = arguments[arguments.length - 1]; const [action, fields] = arguments; fetch(action, {method: 'POST', body: new URLSearchParams(fields)}).then(async r => { const bytes = new Uint8Array(await r.arrayBuffer()); let text = ''; for (const b of bytes) text += String.fromCharCode(b); done({status: r.status, mime: r.headers.get('content-type'), body: btoa(text)}); });";

const AXE: &str = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations.map(v => v.id + ' (' + v.impact + '): ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))));";

/// Chromium's window can't be made narrower than 500 px: the page is squeezed into 320 px instead.
const NARROW: &str = "const html = document.documentElement; html.style.width = '320px'; html.style.overflowX = 'auto'; const limit = html.getBoundingClientRect().left + 320.5; const wide = [...document.querySelectorAll('body *')].filter(e => { if (e.closest('.scroll, .vh, [hidden], .demo') && !e.matches('.scroll')) return false; const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && r.right > limit && getComputedStyle(e).position !== 'absolute'; }); html.style.width = ''; html.style.overflowX = ''; if (document.scrollingElement.scrollWidth > innerWidth) return 'the page scrolls sideways: ' + document.scrollingElement.scrollWidth; return wide.length ? 'wider than 320 px: ' + wide.slice(0, 3).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().width)).join(', ') : null;";
