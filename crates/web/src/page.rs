//! Templates and the chrome around every page. HTML is HTML: the files stand beside the handlers.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind};
use platform::db::Tx;
use platform::form::Form;
use platform::texts::{Lang, Texts};
use platform::{english, ids, secrets};
use rules::access::{Act, Role, Scope};
use rules::application::commas;
use rules::calendar::Phase;
use rules::programme::{Cycle, Programme};
use rules::time;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde_json::json;

use super::visit::{Request, Trouble, Visit, guard};
use super::{House, Mode, Rooms};

use crate::errors::Errors;

/// The front's own templates, style, script and icon.
#[derive(RustEmbed)]
#[folder = "src"]
#[prefix = "web/"]
#[include = "*.html"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
struct Files;

/// A file as text.
pub fn text_of(file: &EmbeddedFile) -> String {
    String::from_utf8_lossy(&file.data).into_owned()
}

thread_local! {
    // The sentences in force, which a person may have changed.
    static TEXTS: RefCell<Texts> = RefCell::default();
    // Rendering is synchronous: the language of the page that this thread renders.
    static LANG: Cell<Lang> = const { Cell::new(Lang::Ja) };
    // And the session's secret, from which the tokens of its forms are made.
    static COOKIE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What goes back over the wire.
#[derive(Debug)]
pub enum Answer {
    Page { status: u16, html: String },
    Redirect(String),
    RedirectWithCookie(String, String),
    File { name: String, mime: &'static str, bytes: Vec<u8>, inline: bool },
}

/// What was typed into a form that was refused; empty on an ordinary visit.
#[derive(Debug, Default)]
pub struct Typed {
    /// 0 on an ordinary visit.
    pub status: u16,
    pub form: Option<Form>,
    pub errors: Errors,
    /// The form is what was typed before a session ended.
    pub kept: bool,
}

/// The field of an error which says that the page was sent once already; the typed words stand
/// under this anchor.
pub const SENT: &str = "sent";

impl Typed {
    /// What was typed into a page that was sent once already: it may have no form any more.
    fn kept_words(&self) -> Vec<&str> {
        let sent = self.errors.0.iter().any(|(field, _)| field == SENT);
        let told = |name: &str| super::server::may_be_kept(name) && !name.contains('.');
        let form = self.form.iter().filter(|_| sent).flat_map(|form| &form.0);
        form.filter(|(name, text)| told(name) && !text.trim().is_empty())
            .map(|(_, text)| text.as_str())
            .collect()
    }

    /// A page whose address asks for what can't be read.
    pub fn asked(errors: Errors) -> Typed {
        let status = if errors.is_empty() { 0 } else { 422 };
        Typed { status, errors, ..Typed::default() }
    }

    fn json(&self) -> serde_json::Value {
        // A sentence quotes what stands in the form.
        let values =
            || self.form.iter().flat_map(|form| form.0.iter().map(|(_, value)| value.as_str()));
        let errors: Vec<serde_json::Value> = self
            .errors
            .0
            .iter()
            .map(|(field, sentence)| json!({"field": field, "sentence": english::quoting(sentence, values())}))
            .collect();
        json!({
            "again": self.form.is_some(),
            "values": self.form.as_ref().map(Form::map).unwrap_or_default(),
            "errors": errors,
            "conflict": self.status == 409,
            "words": self.kept_words(),
        })
    }
}

/// The template engine with the house's filters.
pub struct Pages {
    env: Environment<'static>,
    style: String,
    script: String,
}

/// CSS, script and icon, with a content hash in the path so that they may be cached for ever.
fn fingerprint(name: &str) -> String {
    Files::get(name).map(|f| secrets::hex(&f.metadata.sha256_hash()[..6])).unwrap_or_default()
}

impl Pages {
    /// The front's own templates and those of the rooms.
    pub fn new(rooms: Rooms) -> Pages {
        let mut env = Environment::new();
        env.set_loader(move |name| {
            Ok(Files::get(name).map(|file| text_of(&file)).or_else(|| (rooms.template)(name)))
        });
        // In a debug build a template is read again for every page: no rebuild while writing HTML.
        let say = |text: String| TEXTS.with_borrow(|texts| ours(texts.say(LANG.get(), &text)));
        env.add_filter("t", say);
        env.add_function("t", say);
        // A sentence that we made, in which what people typed is marked.
        env.add_filter("said", |v: Value| match v.as_str() {
            Some(text) if !v.is_safe() => Value::from(ours(text)),
            _ => v,
        });
        // What a person typed: it stays as it is in every language.
        env.add_filter("typed", |v: Value| match v.as_str() {
            Some(text) if !v.is_safe() => Value::from(english::typed(text)),
            _ => v,
        });
        // What a template writes and no filter made ours is somebody's own.
        env.set_formatter(|out, state, value| match value.as_str() {
            Some(text) if LANG.get() == Lang::En && !value.is_safe() => {
                minijinja::escape_formatter(out, state, &Value::from(english::written(text)))
            }
            _ => minijinja::escape_formatter(out, state, value),
        });
        // What a field's help says, where it has no hint of its own; empty where there is none.
        env.add_function("help", |label: String| {
            let key = format!("help.{label}");
            TEXTS.with_borrow(|texts| {
                Some(texts.say(LANG.get(), &key))
                    .filter(|text| *text != key)
                    .unwrap_or_default()
                    .to_string()
            })
        });
        env.add_filter("comma", |n: i64| commas(n));
        // `2022-02` as people write a month.
        env.add_filter("month", |v: String| {
            rules::time::Month::parse(&v).map_or(v, |month| ours(&month.say()))
        });
        // What a telephone dials: the number alone. An extension is asked for when somebody
        // answers.
        env.add_filter("tel", |v: String| rules::input::phone_parts(&v).0.to_string());
        let of_date = |say: fn(Date) -> String| {
            move |v: String| v.parse::<Date>().map(|day| ours(&say(day))).map_err(bad)
        };
        let of_time = |say: fn(Timestamp) -> String| {
            move |v: String| v.parse::<Timestamp>().map(|at| ours(&say(at))).map_err(bad)
        };
        env.add_filter("date", of_date(time::say_date));
        env.add_filter("day", of_date(time::say_day));
        env.add_filter("at", of_time(time::say_instant));
        env.add_filter("date_of", of_time(|at| time::say_date(time::date(at))));
        env.add_filter("moment", of_time(time::say_moment));
        env.add_function("key", || {
            let number = ids::short("k");
            COOKIE.with_borrow(|cookie| match cookie {
                Some(cookie) => secrets::form_token(cookie, &number),
                None => number.clone(),
            })
        });
        env.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
        Pages { env, style: fingerprint("web/style.css"), script: fingerprint("web/script.js") }
    }

    /// Names of all templates, the front's own and those of the rooms, for the tests that read them.
    pub fn names(templates: fn() -> Vec<String>) -> Vec<String> {
        let own = Files::iter().filter(|name| name.ends_with(".html")).map(Cow::into_owned);
        own.chain(templates()).collect()
    }

    pub fn compile(&self, name: &str) -> Result<(), String> {
        self.env.get_template(name).map(|_| ()).map_err(|e| format!("{name}: {e:#}"))
    }

    fn render(
        &self,
        request: &Request,
        texts: &Texts,
        name: &str,
        context: serde_json::Value,
    ) -> Result<String, Trouble> {
        LANG.set(request.lang);
        TEXTS.replace(texts.clone());
        COOKIE.set(request.cookie.clone());
        let template =
            self.env.get_template(name).map_err(|e| Trouble::Bug(format!("{name}: {e:#}")))?;
        let html = template
            .render(Value::from(Serde(context)))
            .map_err(|e| Trouble::Bug(format!("{name}: {e:#}")))?;
        Ok(match request.lang {
            Lang::Ja => english::unmarked(&html),
            Lang::En => english::page(&html, |text| texts.english(text)),
        })
    }
}

/// Marks what the product says, where a translator comes after.
fn ours(text: &str) -> String {
    if LANG.get() == Lang::En { english::ours(text) } else { text.to_string() }
}

fn bad(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}

pub async fn asset(Path((_, file)): Path<(String, String)>) -> Response {
    let mime = match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match Files::get(&format!("web/{file}")) {
        Some(found) => (
            [
                (header::CONTENT_TYPE, mime),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            found.data.into_owned(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The nearest deadline, with what it closes and how long it is till then.
pub fn deadline_sentence(programme: &Programme, now: Timestamp) -> Option<String> {
    let next = programme.next_deadline(now)?;
    let what = match next.cycle {
        Some(cycle) => format!("第{cycle}クールの登録・変更は"),
        None => "計画の登録・変更は".to_string(),
    };
    Some(format!(
        "{what}{}まで（あと{}）",
        time::say_moment(next.at),
        time::say_remaining(now, next.at)
    ))
}

/// Every cycle is past its cut-off: what is said instead of a deadline.
pub fn all_cut_off_sentence(last: &Cycle) -> String {
    let at = time::say_moment(last.cut_off);
    format!(
        "すべてのクールの登録・変更を締め切りました（最後は{}、{at}）。報告と請求は、これまでどおり続けられます。",
        last.say()
    )
}

/// The sentence of the state bar, the same on every page and in every mail.
pub fn state_sentence(
    programme: &Programme,
    now: Timestamp,
) -> (&'static str, &'static str, String) {
    let calendar = &programme.calendar;
    if programme.is_closed(now) {
        return (
            "closed",
            "終了しました",
            format!("{}は終了しました。記録は、これからも見ることができます。", programme.name),
        );
    }
    let Some(stretch) = calendar.at(now) else {
        return (
            "closed",
            "登録開始前",
            format!("計画の登録は{}から始まります。", time::say_moment(calendar.begins())),
        );
    };
    let reopens = calendar
        .next_opening(now)
        .map_or("未定の日時".to_string(), |s| time::say_moment(s.since));
    if let Some(last) = programme.all_cut_off(now) {
        let closed = all_cut_off_sentence(last);
        return match stretch.phase {
            // The last cycle's amounts are still being decided; nothing is entered after that.
            Phase::Allocation => (
                "allocation",
                stretch.phase.label(),
                format!("{}の分配量を決めています。{closed}", last.say()),
            ),
            _ => ("closed", "締切済", closed),
        };
    }
    match stretch.phase {
        Phase::Open => {
            ("open", stretch.phase.label(), deadline_sentence(programme, now).unwrap_or_default())
        }
        Phase::PlanReview => (
            "review",
            stretch.phase.label(),
            format!(
                "厚生労働省が登録内容を確認しています。{reopens}に登録を再開します。それまでに入力した内容は下書きとして保存できます。"
            ),
        ),
        Phase::Allocation => {
            let cycle = stretch.cycle.and_then(|n| programme.cycle(n));
            let decided = cycle
                .map_or(String::new(), |c| format!("決定日は{}です。", time::say_day(c.decided)));
            let n = cycle.map_or(String::new(), |c| c.say());
            (
                "allocation",
                stretch.phase.label(),
                format!("{n}の分配量を決めています。{reopens}に登録を再開します。{decided}"),
            )
        }
    }
}

fn nav(visit: &Visit) -> Vec<serde_json::Value> {
    let mut items: Vec<(String, &str)> = Vec::new();
    if visit.person.is_some() {
        items.push(("/home".into(), "やること"));
    }
    let membership = visit.membership.as_ref().or(visit.memberships.first());
    match membership.map(|h| h.role) {
        Some(Role::National) => {
            for (path, label) in [
                ("/mhlw", "国の業務"),
                ("/mhlw/applications", "申込"),
                ("/mhlw/plans", "計画の確認"),
                ("/mhlw/allocations", "分配"),
                ("/mhlw/venues", "接種会場"),
                ("/reports", "レポート"),
                ("/admin/masters", "マスタ"),
            ] {
                items.push((path.into(), label));
            }
        }
        Some(Role::Wholesaler) => {
            items.push(("/wholesale/shipments".into(), "納入予定"));
            items.push(("/reports".into(), "レポート"));
        }
        Some(Role::Municipality) => {
            for (path, label) in [
                ("/municipal", "市町村の業務"),
                ("/municipal/letters", "委任状"),
                ("/municipal/venues", "接種会場"),
                ("/municipal/bills", "請求"),
                ("/municipal/stock", "在庫"),
                ("/reports", "レポート"),
            ] {
                items.push((path.into(), label));
            }
        }
        Some(Role::Prefecture) => {
            for (path, label) in [
                ("/prefecture", "都道府県の業務"),
                ("/prefecture/applications", "申込の事前確認"),
                ("/prefecture/plans", "計画の事前確認"),
                ("/prefecture/venues", "接種会場"),
                ("/reports", "レポート"),
            ] {
                items.push((path.into(), label));
            }
        }
        Some(Role::Auditor) => {
            items.push(("/audit".into(), "記録"));
            items.push(("/mhlw/dashboard/pipeline".into(), "ダッシュボード"));
            items.push(("/mhlw/venues".into(), "接種会場"));
            items.push(("/reports".into(), "レポート"));
        }
        Some(Role::Support) => {
            for (path, label) in [
                ("/support/inquiries", "問い合わせ"),
                ("/support/people", "利用者"),
                ("/support/mails", "メール"),
                ("/support/jobs", "自動の処理"),
            ] {
                items.push((path.into(), label));
            }
        }
        Some(Role::Federation) => {
            items.push(("/kokuho/bills".into(), "請求"));
            items.push(("/reports".into(), "レポート"));
        }
        Some(Role::Organizer | Role::Institution) => {
            let venue = visit.venue.as_ref().map(|v| v.id.clone()).or_else(|| {
                visit
                    .memberships
                    .iter()
                    .find(|h| h.scope_kind == Scope::Venue)
                    .map(|h| h.scope_id.clone())
            });
            if let Some(venue) = venue {
                for (path, label) in [
                    ("/plan", "計画"),
                    ("/allocations", "分配・納入"),
                    ("/results", "実績"),
                    ("/billing", "請求"),
                    ("", "会場・書類"),
                ] {
                    items.push((format!("/venues/{venue}{path}"), label));
                }
            } else {
                items.push(("/applications".into(), "申込"));
            }
        }
        None => {}
    }
    items.push(("/calendar".into(), "受付カレンダー"));
    // What has no entry of its own stands under the nearest one.
    let here = &["/stock", "/transfers", "/persons", "/close", "/proxy"].iter().fold(
        visit.request.path.replace("/deliveries", "/allocations").replace("/wish", "/plan"),
        |path, part| {
            if path.starts_with("/venues/") { path.replace(part, "/results") } else { path }
        },
    );
    let best = items
        .iter()
        .map(|(p, _)| p.clone())
        .filter(|p| here == p || here.starts_with(&format!("{p}/")))
        .max_by_key(String::len);
    items.into_iter().map(|(path, label)| json!({"current": Some(&path) == best.as_ref(), "path": path, "label": label})).collect()
}

/// Which pages of a venue can be opened, for the links to them: nobody is shown a link that is
/// refused.
fn may(visit: &Visit) -> serde_json::Value {
    json!({
        "application": visit.may(Act::ReadApplication),
        "documents": visit.may(Act::ReadLetter),
        "notes": visit.may(Act::ReadNotes),
        "history": visit.may(Act::ReadHistory),
        "export": visit.may(Act::ExportVenue),
        "claims": visit.may(Act::ReadClaim),
        "edit_claims": visit.may(Act::EditClaim),
    })
}

fn chrome(visit: &Visit, typed: &Typed) -> serde_json::Value {
    let house = &visit.house;
    let (tone, word, sentence) = state_sentence(visit.masters().programme(), visit.now);
    let scope = visit.venue.as_ref().map(|v| v.name.clone());
    json!({
        "lang": visit.request.lang.code(),
        "path": visit.request.path,
        "now": visit.now,
        "today": time::date(visit.now),
        "demo": house.mode == Mode::Demo,
        "personas": if house.mode == Mode::Demo { (house.rooms.demo.personas)() } else { &[] },
        "person": visit.person.as_ref().map(|p| json!({"name": p.name, "mail": p.mail, "id": p.id})),
        "membership": visit.membership.as_ref().or(visit.memberships.first()).map(|h| json!({"role": h.role.key(), "label": h.role.label()})),
        "memberships": visit.memberships.len(),
        "venue": visit.venue,
        "scope": scope,
        "may": may(visit),
        "nav": nav(visit),
        "state": {"tone": tone, "word": word, "sentence": sentence},
        "style": house.pages.style,
        "script": house.pages.script,
        "typed": typed.json(),
        "kept": typed.kept,
        "viewing": visit.viewer.as_ref().map(|_| visit.person.as_ref().map_or("", |p| p.name.as_str())),
        "session_ends": visit.session_ends.map(|at| json!({"at": at, "in": at.as_second() - visit.now.as_second(), "warning": rules::account::SESSION_WARNING.as_secs()})),
        // Only what is ours to say: anybody can write an address.
        "done": Some(visit.query("done")).filter(|done| visit.masters().texts.has(&format!("done.{done}"))).unwrap_or(""),
        // A search says which of its words it didn't look for.
        "unused_words": rules::fold::Sought::unused(visit.query("q")),
        // A page of trouble repeats no address.
        "help_from": if typed.status >= 400 && typed.form.is_none() { "" } else { visit.request.path.as_str() },
        "urgent": house.urgent(),
        "closed_programme": visit.masters().programme().is_closed(visit.now),
        "server_time": format!("{} {}", time::local(visit.now).date(), time::local(visit.now).time().strftime("%H:%M:%S")),
        "product_version": env!("CARGO_PKG_VERSION"),
    })
}

/// What couldn't be read for this page: the sentence, and what it is about by the names that people
/// know.
fn not_read() -> serde_json::Value {
    let label = |name: &String| {
        let field =
            rules::application::find_field(name).map(|field| words::application::label(field.key));
        let known = field.or_else(|| masters::kinds::Kind::title_of(name));
        json!({"text": known.unwrap_or(name), "known": known.is_some()})
    };
    let all = platform::kept::told();
    all.iter().map(|told| json!({"says": told.says, "names": told.names.iter().map(label).collect::<Vec<_>>()})).collect()
}

impl Visit {
    /// Renders a page of a typed view: its fields stand in the template under their names.
    ///
    /// # Errors
    /// Our fault, where view or template is wrong.
    pub fn view(
        &self,
        template: &str,
        typed: &Typed,
        view: &impl serde::Serialize,
    ) -> Result<Answer, Trouble> {
        let facts =
            serde_json::to_value(view).map_err(|e| Trouble::Bug(format!("{template}: {e}")))?;
        self.page(template, typed, facts)
    }

    /// Renders a page: its own facts under their names, the chrome beside them.
    pub fn page(
        &self,
        template: &str,
        typed: &Typed,
        facts: serde_json::Value,
    ) -> Result<Answer, Trouble> {
        let mut context = chrome(self, typed);
        if let (Some(context), serde_json::Value::Object(facts)) = (context.as_object_mut(), facts)
        {
            context.extend(facts);
        }
        if let Some(context) = context.as_object_mut() {
            context.insert("not_read".into(), not_read());
            context.insert("ahead".into(), self.is_asked_ahead().into());
        }
        let status = if typed.status == 0 { 200 } else { typed.status };
        Ok(Answer::Page {
            status,
            html: self.house.pages.render(
                &self.request,
                &self.masters().texts,
                template,
                context,
            )?,
        })
    }
}

/// A page of trouble: with the chrome where the database answers, without where it doesn't.
pub async fn plain(
    house: &Arc<House>,
    request: &Arc<Request>,
    status: u16,
    template: &'static str,
    detail: &str,
) -> String {
    let (now, owned_house, owned_request, detail_text) =
        (house.now(), house.clone(), request.clone(), detail.to_string());
    let rendered = house
        .db
        .read(move |tx: &mut Tx<'_>| {
            let visit = guard(tx, &owned_house, &owned_request, rules::access::Act::ReadPublic, now)?;
            let typed = Typed { status, ..Typed::default() };
            visit.page(template, &typed, json!({"detail": detail_text.clone(), "h1": trouble_title(status), "plain_h1": true}))
        })
        .await;
    match rendered {
        Ok(Answer::Page { html, .. }) => html,
        _ => {
            let nobody = Visit::nobody(house, request, now);
            match nobody.page(
                template,
                &Typed::default(),
                json!({"detail": detail, "h1": trouble_title(status), "plain_h1": true}),
            ) {
                Ok(Answer::Page { html, .. }) => html,
                _ => format!(
                    "<!doctype html><html lang=ja><title>vsys</title><h1>{status}</h1><p>しばらくしてから、もう一度お試しください。</p></html>"
                ),
            }
        }
    }
}

fn trouble_title(status: u16) -> &'static str {
    match status {
        403 => "この画面は使えません",
        405 => "この操作はできません",
        413 => "送られた内容が大きすぎます",
        429 => "操作が多すぎます",
        404 => "お探しのページは見つかりません",
        409 => "ほかの人が先に変更しました",
        422 => "入力内容に問題があります",
        503 => "ただいま利用できません",
        _ => "処理を完了できませんでした",
    }
}
