//! Every page and every mail of the full world as text, for each role, in both languages, and what
//! every form answers that is sent empty, beside what was committed in `stories/snapshots`: a
//! change of a view is read there as a difference.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use rules::access::{self, Permission, Role};
use scraper::Selector;
use stories::addresses::{address, is_open, is_page, openers};
use stories::rich::{self, CLINIC, SATO};
use stories::{Page, Visitor, World, snapshot, text};
use web::Route;

/// Who walks, in this order: what the auditor reads isn't what the others' walks leave behind.
const CAST: [(&str, &str, Option<Role>); 11] = [
    ("auditor", "kato@audit.example", Some(Role::Auditor)),
    ("support", "yoshida@support.example", Some(Role::Support)),
    ("nobody", "", None),
    ("organizer", SATO, Some(Role::Organizer)),
    ("institution", CLINIC, Some(Role::Institution)),
    ("reviewer", "reviewer@ministry.example", Some(Role::National)),
    ("approver", "approver@ministry.example", Some(Role::National)),
    ("municipality", "watanabe@minato-city.example", Some(Role::Municipality)),
    ("prefecture", "kobayashi@tokyo-pref.example", Some(Role::Prefecture)),
    ("wholesaler", "ito@touto-oroshi.example", Some(Role::Wholesaler)),
    ("federation", "nakamura@tokyo-kokuho.example", Some(Role::Federation)),
];

/// Pages of an organizer that support looks at through its eyes.
const VIEWED: [&str; 6] = [
    "/as/{viewed}/home",
    "/as/{viewed}/venues/{venue}",
    "/as/{viewed}/venues/{venue}/plan",
    "/as/{viewed}/venues/{venue}/plan/edit",
    "/as/{viewed}/venues/{venue}/deliveries",
    "/as/{viewed}/venues/{venue}/billing",
];

/// So many lines of a list that isn't a page.
const LINES: usize = 60;

/// The route of an address: the one with the fewest parameters.
fn route_of<'r>(routes: &'r [Route], path: &str) -> Option<&'r Route> {
    let asked: Vec<&str> = path.split(['?', '#']).next().unwrap_or_default().split('/').collect();
    let fits = |route: &&Route| {
        let parts: Vec<&str> = route.path.split('/').collect();
        parts.len() == asked.len()
            && parts.iter().zip(&asked).all(|(part, asked)| part == asked || part.starts_with('{'))
    };
    routes.iter().filter(fits).min_by_key(|route| route.path.matches('{').count())
}

/// The addresses to which a page leads without a button.
fn leads_to(page: &Page) -> Vec<String> {
    let links = Selector::parse("a[href]").expect("a selector");
    let html = page.html();
    let all = html.select(&links).filter_map(|a| a.value().attr("href"));
    let path = page.path.split('?').next().unwrap_or_default();
    let whole = all.map(|href| match href.strip_prefix('?') {
        Some(query) => format!("{path}?{query}"),
        None => href.split('#').next().unwrap_or_default().to_string(),
    });
    whole.filter(|href| href.starts_with('/') && !href.contains("lang=")).collect()
}

/// Whether a route's answer can be read as text and is the same in every world.
fn is_read(route: &Route) -> bool {
    let text = [".csv", ".ics", ".json"].iter().any(|end| route.path.ends_with(end));
    !route.is_write()
        && (is_page(route)
            && !["/download", "/export", "{paper}", "logout"]
                .iter()
                .any(|p| route.path.contains(p))
            || (text || route.path.starts_with("/demo"))
                && !route.path.starts_with("/api/")
                && !route.is_viewed()
            || VIEWED.contains(&route.path.as_str()))
}

/// What was read: the texts of a route with the roles that read them, and what stood around them.
#[derive(Default)]
struct Read {
    pages: BTreeMap<String, Vec<(Vec<&'static str>, String)>>,
    chrome: BTreeMap<&'static str, BTreeMap<String, BTreeSet<String>>>,
}

impl Read {
    fn page(&mut self, world: &World, role: &'static str, route: &str, asked: &str, page: &Page) {
        let mut said = format!("{} {asked}", page.status);
        if page.path != asked {
            let _ = write!(said, " → {}", page.path);
        }
        if page.mime.starts_with("text/html") {
            let read = text::of_page(&page.body);
            let _ = write!(said, "\n{}", in_order(route, read.own));
            let chrome = settled(world, &read.chrome);
            let places = self.chrome.entry(role).or_default().entry(without_place(&chrome));
            places.or_default().insert(route.to_string());
        } else {
            let whole = in_order(route, as_lines(page));
            let lines: Vec<&str> = whole.lines().take(LINES).collect();
            let _ = write!(said, " {}\n{}", page.mime, lines.join("\n"));
        }
        let said = settled(world, &said);
        let texts = self.pages.entry(route.to_string()).or_default();
        match texts.iter_mut().find(|(_, text)| *text == said) {
            Some((roles, _)) if roles.contains(&role) => {}
            Some((roles, _)) => roles.push(role),
            None => texts.push((vec![role], said)),
        }
    }

    /// The files of a language by their names.
    fn files(self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for (route, texts) in self.pages {
            let texts =
                texts.iter().map(|(roles, text)| format!("=== {}\n{text}\n", roles.join(", ")));
            files.insert(file_of(&route), texts.collect::<Vec<_>>().join("\n"));
        }
        for (role, chromes) in self.chrome {
            let most = chromes.values().map(BTreeSet::len).max().unwrap_or_default();
            let mut texts: Vec<(String, String)> = Vec::new();
            for (chrome, places) in chromes {
                let places: Vec<String> = places.into_iter().collect();
                let usual = places.len() == most;
                let place = if usual { "most pages".into() } else { places.join("\n=== ") };
                texts.push((place, chrome));
            }
            texts.sort();
            let texts: Vec<String> =
                texts.iter().map(|(place, chrome)| format!("=== {place}\n{chrome}\n")).collect();
            files.insert(format!("_around.{role}.txt"), texts.join("\n"));
        }
        files
    }
}

/// What isn't a page, in lines.
fn as_lines(page: &Page) -> String {
    if page.mime.contains("json") {
        let value: serde_json::Value = serde_json::from_str(&page.body).expect("JSON");
        return serde_json::to_string_pretty(&value).expect("JSON");
    }
    // Calendars fold long lines.
    page.body.replace("\r\n ", "")
}

/// The journal's rows of one instant stand in the order of their records' ids, which are new in
/// every world; here in the order of what they say.
fn in_order(route: &str, text: String) -> String {
    if !["/audit", "/audit.csv"].contains(&route) {
        return text;
    }
    let time = |line: &str| {
        let cell = match route {
            "/audit" => line.strip_prefix("| ")?.split(" |").next()?,
            _ => line.split(',').next()?,
        };
        let (day, minutes) = cell.trim().rsplit_once(':')?;
        let digits = day.chars().filter(char::is_ascii_digit).count();
        (minutes.parse::<u8>().is_ok() && digits >= 7).then(|| cell.to_string())
    };
    let mut rows: Vec<(Option<String>, String)> = vec![(None, String::new())];
    for line in text.lines() {
        match (time(line), rows.last_mut()) {
            // A row of the page ends with its hash.
            (None, Some((begun, row))) if begun.is_none() || !row.ends_with("‹hash›\n") => {
                *row += &format!("{line}\n");
            }
            (begins, _) => rows.push((begins, format!("{line}\n"))),
        }
    }
    for tie in rows.chunk_by_mut(|a, b| a.0 == b.0) {
        tie.sort();
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// A route as the name of a file.
fn file_of(route: &str) -> String {
    let name = route.trim_matches('/').replace('/', ".").replace('{', "(").replace('}', ")");
    format!("{}.txt", if name.is_empty() { "front" } else { &name })
}

/// The help's link and the demo bar tell the page on which they stand.
fn without_place(chrome: &str) -> String {
    between(&between(chrome, "/help?from=", "here", ")"), "[hidden 「", "here", "」 to]")
}

/// What stands between two marks, wherever they are, replaced.
fn between(text: &str, begin: &str, what: &str, end: &str) -> String {
    let mut parts = text.split(begin);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.find(end).map_or("", |at| &part[at..]);
        let _ = write!(out, "{begin}‹{what}›{rest}");
    }
    out
}

/// What a world, a version of the product or of the visitors' own library has of its own.
fn settled(world: &World, text: &str) -> String {
    let version = format!("vsys {}", env!("CARGO_PKG_VERSION"));
    let text = text.replace(&world.url, "‹url›").replace(&version, "vsys ‹version›");
    let text: Vec<&str> = text
        .lines()
        .map(|line| if line.starts_with("ureq/") { "‹browser›" } else { line })
        .collect();
    // When a session was used is written beside the page, soon after it.
    let text = between(&text.join("\n"), "最後の操作 ", "when", " 127.");
    text::settled(&between(&text, "last used ", "when", " 127."))
}

/// Opens every page that a role may open, and where their links lead: each route once for each sort
/// of question that is asked there.
fn walk(
    world: &World,
    routes: &[Route],
    who: (&'static str, &str, Option<Role>),
    read: &mut Read,
    language: &str,
) {
    let (role, mail, kind) = who;
    let visitor = if mail.is_empty() { world.nobody() } else { world.persona(mail) };
    if language != "ja" {
        visitor.open(&format!("/help?lang={language}"));
    }
    let may = |route: &&Route| {
        is_open(route.act) || kind.is_some_and(|k| access::may(k, &Permission::ALL, route.act))
    };
    let own = routes.iter().filter(may).filter(|r| !r.is_viewed() || role == "support");
    let mut queue: VecDeque<String> = own.map(|route| address(world, &route.path)).collect();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut sorts: BTreeSet<String> = BTreeSet::new();
    while let Some(path) = queue.pop_front() {
        let Some(route) = route_of(routes, &path) else { continue };
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let mut names: Vec<&str> = query.split('&').filter_map(|p| p.split('=').next()).collect();
        names.sort_unstable();
        let sort = format!("{}?{}", route.path, names.join("&"));
        if !asked.insert(path.clone()) || !sorts.insert(sort) {
            continue;
        }
        let page = visitor.open(&path);
        queue.extend(leads_to(&page));
        read.page(world, role, &route.path, &path, &page);
    }
}

/// The full world, some time after everything has happened.
fn full() -> World {
    let world = World::sqlite();
    rich::fill(&world);
    world.house.clock.set(stories::at("2022-02-20T12:00"));
    world
}

fn every_page(language: &str) {
    let world = full();
    let mut routes = vsys::routes();
    routes.retain(is_read);
    routes.sort_by(|a, b| a.path.cmp(&b.path));
    let mut read = Read::default();
    for who in CAST {
        walk(&world, &routes, who, &mut read, language);
    }
    assert!(read.pages.len() >= 200, "only {} kinds of pages", read.pages.len());
    let unread = routes.iter().filter(|route| !read.pages.contains_key(&route.path));
    let unread: Vec<&str> = unread.map(|route| route.path.as_str()).collect();
    assert!(unread.is_empty(), "nobody opened {unread:?}");
    let files = read.files();
    snapshot::compare(language, &files);
}

#[test]
fn every_page_says_what_was_looked_at() {
    every_page("ja");
}

#[test]
fn every_page_says_what_was_looked_at_in_english() {
    every_page("en");
}

/// Every form sent empty, as the first who may send it: what is refused is said, nothing else.
fn every_refusal(language: &str) -> String {
    let world = full();
    let mut routes = vsys::routes();
    routes.retain(|route| route.is_write() && is_page(route) && !route.path.contains("logout"));
    routes.sort_by(|a, b| a.path.cmp(&b.path));
    let mut visitors: BTreeMap<&str, Visitor> = BTreeMap::new();
    let mut said = String::new();
    for route in &routes {
        let asked = address(&world, &route.path);
        let Some(mail) = openers(route.act).first().copied() else { continue };
        let visitor = visitors.entry(mail).or_insert_with(|| {
            let visitor = if mail.is_empty() { world.nobody() } else { world.persona(mail) };
            visitor.open(&format!("/help?lang={language}"));
            visitor
        });
        let page = visitor.send(asked.split('?').next().unwrap_or_default(), &[]);
        let answer = text::of_answer(&page.body);
        let who = if mail.is_empty() { "nobody" } else { mail };
        let _ = writeln!(
            said,
            "=== {} as {who}\n{} {}\n{answer}\n",
            route.path, page.status, page.path
        );
    }
    settled(&world, &said)
}

#[test]
fn every_form_that_is_sent_empty_answers_what_was_looked_at() {
    let files = ["ja", "en"].map(|language| (format!("{language}.txt"), every_refusal(language)));
    snapshot::compare("refusals", &BTreeMap::from(files));
}

/// What is kept of each mail beside its text is the content that it says.
fn contents_say_the_same(world: &World) {
    type Row = (String, String, Option<String>, Option<String>);
    let rows: Vec<Row> =
        world.read(|tx| tx.all("select subject, body, typed, content from mail", &[]));
    for (subject, body, typed, content) in rows {
        let content = content.unwrap_or_else(|| panic!("no content is kept of {subject}"));
        let mail = mails::Mail::read(&content).unwrap_or_else(|why| panic!("{content}: {why:?}"));
        let said = mail.said(&world.house.base_url);
        assert_eq!(said, (subject, body, typed.unwrap_or_default()));
        assert_eq!(mail.stored().expect("it is JSON"), content);
    }
}

#[test]
fn every_mail_says_what_was_looked_at() {
    let world = full();
    // Three business days, one, and the day itself before the deadlines of cycle 3 and of a claim.
    for clock in [
        "2022-02-15T09:30",
        "2022-02-24T09:30",
        "2022-02-28T09:30",
        "2022-03-01T09:30",
        "2022-03-10T09:30",
    ] {
        world.set_clock(clock);
    }
    let texts = world.house.masters().texts.clone();
    let mails = world.read(|tx| platform::outbox::latest(tx, 10_000));
    assert!(mails.len() >= 20, "only {} mails", mails.len());
    contents_say_the_same(&world);
    let mut files = BTreeMap::new();
    for language in ["ja", "en"] {
        // The same mail to several people stands once.
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mail in &mails {
            let said = match language {
                "ja" => mail.clone(),
                _ => platform::outbox::in_english(mail, &texts),
            };
            let body = said.body.split("----- Japanese original").next().unwrap_or_default();
            let text = settled(&world, &format!("{}\n\n{body}", said.subject));
            let readers = all.entry(text).or_default();
            readers.insert(mail.recipient.clone());
        }
        let said = all.into_iter().map(|(text, readers)| {
            let readers: Vec<String> = readers.into_iter().collect();
            format!("=== {}\n{}\n", readers.join(", "), text.trim_end())
        });
        files.insert(format!("{language}.txt"), said.collect::<Vec<_>>().join("\n"));
    }
    snapshot::compare("mails", &files);
}
