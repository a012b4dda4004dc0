//! Access: every page of every role, empty, full, refused, locked and forbidden, at three widths,
//! with nothing for axe-core to find; the page budgets; the main job by keyboard; English without
//! Japanese.

#[path = "access/offered.rs"]
mod offered;
#[path = "access/typed.rs"]
mod typed;

use std::collections::{BTreeMap, BTreeSet};

use platform::args;
use stories::addresses::{CAST, address, is_page, openers};
use stories::rich::{self, SATO};
use stories::{Page, Visitor, World, links, stated};
use web::Route;

/// Opens every page as those who may, and sends every form empty: what is found at three widths.
fn look_everywhere(world: &World, what: &str, forms: bool, only: impl Fn(&str) -> bool) -> usize {
    let browser = world.browser.clone().expect("a browser");
    let mut visitors: BTreeMap<&str, u64> = BTreeMap::new();
    let mut number = |mail: &'static str| {
        *visitors.entry(mail).or_insert_with(|| {
            let visitor = browser.visitor();
            if !mail.is_empty() {
                let page = browser.open(visitor, &world.url, "/login");
                browser.press(
                    visitor,
                    &world.url,
                    &page,
                    "ログインする",
                    &[("mail", mail), ("password", vsys::demo_world::PASSWORD)],
                );
            }
            visitor
        })
    };
    let mut routes: Vec<Route> =
        vsys::routes().into_iter().filter(|r| is_page(r) && only(&r.path)).collect();
    routes.sort_by_key(|r| (r.is_write(), r.path.clone()));
    let mut seen = 0;
    let mut visits = Vec::new();
    for route in &routes {
        let writes = route.is_write();
        if writes != forms
            || ["logout", "/download", "/export", "{paper}"].iter().any(|p| route.path.contains(p))
            || route.path.ends_with("/undo")
        {
            continue;
        }
        let path = address(world, &route.path);
        visits.extend(
            openers(route.act)
                .into_iter()
                .take(if forms { 1 } else { 2 })
                .map(|mail| (mail, route, path.clone())),
        );
    }
    // One person after the other: the browser puts the cookies of one away before it takes
    // another's.
    visits.sort_by_key(|(mail, ..)| *mail);
    for (mail, route, path) in visits {
        let (visitor, writes) = (number(mail), route.is_write());
        let target = format!("{}{path}", world.url);
        let kind = format!("{what} {} as {mail}", route.path);
        let looked =
            browser.inspect_at_widths(visitor, &world.url, &route.path, &kind, async |client| {
                if writes {
                    client.goto(&format!("{}/help", world.url)).await.expect("a page of ours");
                    client
                        .execute(SEND_EMPTY, vec![serde_json::json!(path.split('?').next())])
                        .await
                        .expect("the form is sent");
                    // A file that comes back leaves the page where it is.
                    let wait = client
                        .wait()
                        .at_most(std::time::Duration::from_secs(3))
                        .every(std::time::Duration::from_millis(20));
                    let _ = wait
                        .for_element(fantoccini::Locator::Css("html:not([data-pressed])"))
                        .await;
                } else {
                    client.goto(&target).await.expect("the page opens");
                }
            });
        seen += usize::from(looked);
    }
    seen
}

/// An empty form to an address, with the session's token where there is one on the page.
const SEND_EMPTY: &str = "document.documentElement.dataset.pressed = '1'; const form = document.createElement('form'); form.method = 'post'; form.action = arguments[0]; const key = document.querySelector('[name=_key]'); if (key) form.append(key.cloneNode()); document.body.append(form); form.submit();";

fn report(world: &World, seen: usize, at_least: usize) {
    let faults = world.browser.as_ref().expect("a browser").faults();
    println!("{seen} kinds of pages at three widths");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(seen >= at_least, "only {seen}");
}

#[test]
fn every_page_full_at_three_widths_has_nothing_for_axe_to_find() {
    let world = World::sqlite().with_browser();
    rich::fill(&world);
    let seen = look_everywhere(&world, "full", false, |_| true);
    report(&world, seen, 120);
}

#[test]
fn every_page_empty_locked_refused_or_forbidden_has_nothing_for_axe_to_find() {
    let world = World::sqlite().with_browser();
    let mut seen = look_everywhere(&world, "empty", false, |path| {
        !path.starts_with("/help") && !path.starts_with("/account")
    });
    seen += look_everywhere(&world, "refused", true, |_| true);
    // Locked: plans are under review; and the programme's pages for somebody whose they aren't.
    world.set_clock("2022-02-08T15:00");
    seen += look_everywhere(&world, "locked", false, |path| {
        path.contains("/plan") || path == "/home" || path == "/calendar"
    });
    let browser = world.browser.clone().expect("a browser");
    let ito = browser.visitor();
    let page = browser.open(ito, &world.url, "/login");
    browser.press(
        ito,
        &world.url,
        &page,
        "ログインする",
        &[("mail", "ito@touto-oroshi.example"), ("password", vsys::demo_world::PASSWORD)],
    );
    for path in ["/mhlw", "/venues/none/plan", "/nowhere"] {
        let looked = browser.inspect_at_widths(ito, &world.url, path, path, async |client| {
            client.goto(&format!("{}{path}", world.url)).await.expect("the page opens")
        });
        seen += usize::from(looked);
    }
    report(&world, seen, 120);
}

/// Texts of English pages that are still Japanese: what people wrote and the names of places aside.
/// What people wrote and what is called by its name: it stays as it is, the longest first.
fn peoples_words(world: &World, of_pages: bool) -> Vec<String> {
    let places = world.house.masters().places.clone();
    let mut own: Vec<String> = world.read(|tx| {
        let mut all: Vec<(String,)> = Vec::new();
        for sql in [
            "select name from account",
            "select name from venue",
            "select name from contact",
            "select department from contact",
            "select name from doctor",
            "select text from venue_note",
            "select text from inquiry_message",
            "select title from announcement",
            "select body from announcement",
            "select name from saved_report",
            "select reason from journal where reason is not null",
            "select reason from claim_part where reason is not null",
            "select note from allocation_run where note is not null",
            "select name from journal",
            "select note from venue_public",
        ] {
            all.extend(tx.all::<(String,)>(sql, args![])?);
        }
        let answers: Vec<(platform::value::Json<BTreeMap<String, String>>,)> =
            tx.all("select answers from venue", args![])?;
        all.extend(answers.into_iter().flat_map(|(a,)| a.0.into_values().map(|v| (v,))));
        Ok(all.into_iter().map(|(s,)| s).collect())
    });
    own.extend(places.municipalities.iter().map(|m| m.name.clone()));
    own.extend(places.prefectures.iter().map(|p| p.name.clone()));
    own.extend(world.house.masters().holidays.0.values().cloned());
    own.extend(vsys::demo_world::cast().personas.iter().map(|p| p.what.clone()));
    let masters = world.house.masters();
    own.extend(masters.wholesalers.iter().map(|w| w.name.clone()));
    let product = &masters.programme().product;
    own.extend([product.name.clone(), product.short_name.clone()]);
    own.extend(masters.federations.iter().map(|f| f.name.clone()));
    // The language's own name, and what the rich world's people typed into forms.
    own.extend(
        [
            "日本語",
            "こうせい たろう",
            "みなと たろう",
            "港 太郎",
            "みなと銀行",
            "本店",
            "住所が違います",
            "登録可能　満席",
        ]
        .map(String::from),
    );
    if of_pages {
        // Mails are shown as they were sent.
        let mails =
            world.read(|tx| tx.all::<(String, String)>("select subject, body from mail", args![]));
        own.extend(mails.into_iter().flat_map(|(subject, body)| [subject, body]));
    }
    own.retain(|o| platform::english::is_japanese(o));
    own.sort_by_key(|o| std::cmp::Reverse(o.len()));
    own.dedup();
    own
}

/// What a page says in Japanese that people didn't write: texts, choices, and what is read aloud.
fn japanese_in(page: &Page, own: &[String], judged: &mut BTreeSet<String>) -> Vec<String> {
    const SPOKEN: [&str; 5] = ["aria-label", "title", "alt", "label", "placeholder"];
    let html = page.html();
    let mut said: Vec<String> = Vec::new();
    for node in html.root_element().descendants() {
        let parent = node.parent().and_then(|p| p.value().as_element().map(|e| e.name()));
        // What a list offers to be typed is sent as it stands there.
        let within = |name| {
            node.ancestors().any(|a| a.value().as_element().is_some_and(|e| e.name() == name))
        };
        let aside = ["textarea", "script", "code", "style"].contains(&parent.unwrap_or_default())
            || within("datalist");
        said.extend(node.value().as_text().filter(|_| !aside).map(|text| text.to_string()));
        if let Some(element) = node.value().as_element() {
            let spoken = SPOKEN.iter().filter_map(|name| element.attr(name));
            said.extend(spoken.map(str::to_string));
        }
    }
    // Most texts stand on every page: each is judged once.
    said.retain(|text| platform::english::is_japanese(text) && judged.insert(text.clone()));
    said.retain(|text| {
        let own = own.iter().filter(|name| text.contains(name.as_str()));
        let bare = own.fold(text.clone(), |bare, name| bare.replace(name.as_str(), ""));
        platform::english::is_japanese(&bare)
    });
    said.into_iter().map(|text| text.trim().to_string()).collect()
}

/// The same of every page to which each of the cast is led.
fn japanese_walked(world: &World) -> BTreeMap<String, String> {
    let own = peoples_words(world, true);
    let mut left = BTreeMap::new();
    let mut judged = BTreeSet::new();
    for mail in CAST.map(|(mail, _)| mail) {
        let visitor = somebody(world, mail);
        visitor.open("/help?lang=en");
        for address in links::walked(&visitor, "/home").followed {
            if address.contains("lang=") {
                continue;
            }
            let page = visitor.open(&address);
            if page.mime.starts_with("text/html") {
                for text in japanese_in(&page, &own, &mut judged) {
                    left.entry(text).or_insert_with(|| format!("{address} as {mail}"));
                }
            }
        }
    }
    left
}

fn japanese_left(world: &World, forms: bool) -> BTreeMap<String, String> {
    let own = peoples_words(world, true);
    let mut left = BTreeMap::new();
    let mut judged = BTreeSet::new();
    let mut routes: Vec<Route> = vsys::routes().into_iter().filter(is_page).collect();
    routes.sort_by_key(|r| (r.is_write(), r.path.clone()));
    let mut visitors: BTreeMap<&str, Visitor> = BTreeMap::new();
    for route in routes.iter().filter(|r| r.is_write() == forms) {
        if ["logout", "/download", "/export", "{paper}"].iter().any(|p| route.path.contains(p))
            || route.path.ends_with("/undo")
        {
            continue;
        }
        let path = address(world, &route.path);
        for mail in openers(route.act) {
            let visitor = visitors.entry(mail).or_insert_with(|| {
                let visitor =
                    if mail.is_empty() { Visitor::new(&world.url) } else { somebody(world, mail) };
                visitor.open("/help?lang=en");
                visitor
            });
            let page = if forms {
                visitor.send(path.split('?').next().unwrap_or_default(), &[])
            } else {
                visitor.open(&path)
            };
            assert!(
                !page.body.contains("WRONG-"),
                "{} as {mail} translates what people typed",
                route.path
            );
            for text in japanese_in(&page, &own, &mut judged) {
                left.entry(text).or_insert_with(|| format!("{} as {mail}", route.path));
            }
        }
    }
    left
}

#[test]
fn every_page_that_one_is_led_to_speaks_english() {
    let world = World::sqlite();
    rich::fill(&world);
    reported(&japanese_walked(&world));
}

/// Nothing is left; `VSYS_LEFT` names a file that gets what is.
fn reported(left: &BTreeMap<String, String>) {
    if let Ok(file) = std::env::var("VSYS_LEFT") {
        let lines: Vec<String> =
            left.iter().map(|(text, at)| format!("{}\t{at}", text.replace('\n', "⏎"))).collect();
        std::fs::write(file, lines.join("\n")).unwrap();
    }
    let few: Vec<_> = left.iter().take(40).collect();
    assert!(left.is_empty(), "{} texts are still Japanese: {few:#?}", left.len());
}

#[test]
fn every_page_speaks_english_where_it_is_asked_to() {
    let world = World::sqlite();
    rich::fill(&world);
    let mut left = japanese_left(&world, false);
    // Sending every form takes back much of what they wrote.
    typed::what_people_typed_stays(&world);
    left.extend(japanese_left(&world, true));
    reported(&left);
}

/// Bytes on the wire, as the server compresses.
fn gzipped(body: &str) -> usize {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(body.as_bytes()).unwrap();
    packer.finish().unwrap().len()
}

/// The page budgets (ux §6.3), of every page of the full world; `-- --nocapture` prints the
/// heaviest. Every link on what each role is shown leads somewhere.
#[test]
fn every_page_keeps_to_its_weight_and_its_links_lead_somewhere() {
    const KB: usize = 1024;
    let world = World::sqlite();
    rich::fill(&world);
    let mut visitors: BTreeMap<&str, Visitor> = BTreeMap::new();
    let mut weights: Vec<(usize, usize, String)> = Vec::new();
    let mut parts: BTreeMap<String, usize> = BTreeMap::new();
    for route in
        vsys::routes().iter().filter(|r| is_page(r) && !r.is_write() && !r.path.contains("{paper}"))
    {
        for mail in openers(route.act) {
            let visitor = visitors.entry(mail).or_insert_with(|| {
                if mail.is_empty() { world.nobody() } else { somebody(&world, mail) }
            });
            let (status, _, body) = visitor.fetch("GET", &address(&world, &route.path));
            if status != 200 || !body.contains("<!doctype html>") {
                continue;
            }
            // What the page makes the browser fetch by itself: one style, one script, one icon, all
            // ours.
            let head = body.split("</head>").next().unwrap();
            let fetched: Vec<&str> = head
                .split(['"'])
                .filter(|s| {
                    s.starts_with("/assets/") || s.starts_with("http") || s.starts_with("//")
                })
                .collect();
            assert!(fetched.len() <= 3, "{}: {fetched:?}", route.path);
            assert!(
                !body.contains("src=\"http")
                    && !body.contains("url(http")
                    && fetched.iter().all(|f| f.starts_with("/assets/")),
                "{}: a third party",
                route.path
            );
            for asset in fetched {
                let weight = parts
                    .entry(asset.to_string())
                    .or_insert_with(|| gzipped(&visitor.fetch("GET", asset).2));
                assert!(*weight > 100, "{asset} is there");
            }
            let nodes = body
                .match_indices('<')
                .filter(|(at, _)| body[at + 1..].starts_with(|c: char| c.is_ascii_lowercase()))
                .count();
            weights.push((gzipped(&body), nodes, format!("{} as {mail}", route.path)));
        }
    }
    let mut dead = Vec::new();
    for mail in CAST.map(|(mail, _)| mail).into_iter().chain([""]) {
        let visitor = visitors.entry(mail).or_insert_with(|| {
            if mail.is_empty() { world.nobody() } else { somebody(&world, mail) }
        });
        let walk = links::walked(visitor, if mail.is_empty() { "/" } else { "/home" });
        println!("{} links, {} forms as {mail}", walk.followed.len(), walk.forms.len());
        assert!(walk.followed.len() >= 35, "{mail}: only {:?}", walk.followed);
        // Without a session no token is another's.
        let refused = if mail.is_empty() { vec![] } else { links::refused(visitor, &walk) };
        let faults = walk.faults.into_iter().chain(refused);
        dead.extend(faults.map(|fault| format!("{mail}: {fault}")));
    }
    assert!(dead.is_empty(), "what leads nowhere or is refused:\n{}", dead.join("\n"));
    weights.sort_unstable_by(|a, b| b.cmp(a));
    let (css, js): (usize, usize) = (
        parts.iter().filter(|(p, _)| p.ends_with(".css")).map(|(_, w)| w).sum(),
        parts.iter().filter(|(p, _)| p.ends_with(".js")).map(|(_, w)| w).sum(),
    );
    let own: usize = parts.values().sum();
    let median = weights[weights.len() / 2].0;
    let kb = |bytes: usize| format!("{:.1} KB", bytes as f64 / KB as f64);
    stated::holds(
        "docs/performance.md",
        "As the test `weight` finds it, ",
        &format!(
            "{} pages of the full world, each as all who open it, gzip: HTML {} in the middle, {} \
             at most (budget 14 KB, 40 KB for matrices); beside it {} in three requests: CSS {} \
             (14), JavaScript {}, deferred (9).",
            weights.len(),
            kb(median),
            kb(weights[0].0),
            kb(own),
            kb(css),
            kb(js),
        ),
    );
    println!("the heaviest:");
    weights
        .iter()
        .take(8)
        .for_each(|(bytes, nodes, page)| println!("{bytes:>7} bytes {nodes:>5} nodes  {page}"));
    assert!(weights.len() >= 150, "only {} pages", weights.len());
    assert!(css <= 14 * KB && js <= 9 * KB, "CSS {css}, JS {js}");
    for (bytes, nodes, page) in &weights {
        // A matrix, a list of hundreds or the manual on one page may be as heavy as a matrix; the
        // rest is a typical page.
        assert!(*bytes <= 40 * KB && bytes + own <= 45 * KB, "{page}: {bytes} bytes");
        assert!(*nodes <= 1_400 || *bytes <= 14 * KB, "{page}: {nodes} nodes");
    }
    let typical = weights.iter().filter(|(bytes, ..)| *bytes <= 14 * KB).count();
    assert!(
        typical * 100 >= weights.len() * 95,
        "{typical} of {} pages within 14 KB",
        weights.len()
    );
}

/// What a person sees who prints, who uses the system's own colours, who zooms to 400 % (320 CSS px
/// wide; the width is tried on every page).
#[test]
fn print_and_forced_colours_keep_what_matters() {
    const PRINTED: &str = "const shown = s => [...document.querySelectorAll(s)].filter(e => e.getClientRects().length).length; return {chrome: shown('.top, .demo, .state, footer ul, .acts, .skip'), main: shown('main h1'), phone: shown('.phone'), rows: shown('main table tr'), ink: getComputedStyle(document.querySelector('main h1')).color};";
    const FORCED: &str = "const edge = e => getComputedStyle(e).borderTopStyle; return {active: matchMedia('(forced-colors: active)').matches, bare: [...document.querySelectorAll('.chip, .notice, .state')].filter(e => e.getClientRects().length && edge(e) === 'none').length, some: document.querySelectorAll('.chip, .notice, .state').length};";
    let world = World::sqlite().with_browser();
    rich::fill(&world);
    let browser = world.browser.clone().expect("a browser");
    let visitor = browser.visitor();
    let page = browser.open(visitor, &world.url, "/login");
    browser.press(
        visitor,
        &world.url,
        &page,
        "ログインする",
        &[("mail", SATO), ("password", vsys::demo_world::PASSWORD)],
    );
    let venue = world.minato();
    for path in ["plan", "allocations", "deliveries", "results", "billing", "documents", "stock"] {
        let path = format!("/venues/{venue}/{path}");
        let printed = browser.under(visitor, &world.url, &path, "print", false, PRINTED);
        assert_eq!(
            (&printed["chrome"], &printed["main"], &printed["phone"]),
            (&0.into(), &1.into(), &0.into()),
            "{path} printed: {printed}"
        );
        let forced = browser.under(visitor, &world.url, &path, "screen", true, FORCED);
        assert_eq!(
            (&forced["active"], &forced["bare"]),
            (&true.into(), &0.into()),
            "{path} in forced colours: {forced}"
        );
        assert!(forced["some"].as_u64() > Some(0), "{path}: {forced}");
    }
}

/// And every mail of that world, for who switched to English.
#[test]
fn every_mail_speaks_english_to_who_asked_for_it() {
    let world = World::sqlite();
    rich::fill(&world);
    world.set_clock("2022-02-10T09:30");
    world.set_clock("2022-02-14T09:30");
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
    let own = peoples_words(&world, false);
    let mut left = BTreeMap::new();
    for mail in &mails {
        let english = platform::outbox::in_english(mail, &texts);
        let said = english.body.split("----- Japanese original").next().unwrap_or_default();
        for line in said.lines().chain([english.subject.as_str()]) {
            let bare =
                own.iter().fold(line.to_string(), |line, word| line.replace(word.as_str(), ""));
            if platform::english::is_japanese(&bare) {
                left.insert(line.to_string(), mail.subject.clone());
            }
        }
    }
    if let Ok(file) = std::env::var("VSYS_LEFT") {
        let lines: Vec<String> = left.iter().map(|(text, at)| format!("{text}\t{at}")).collect();
        std::fs::write(file, lines.join("\n")).unwrap();
    }
    assert!(mails.len() >= 20, "{}", mails.len());
    assert!(
        left.is_empty(),
        "{} lines of {} mails are still Japanese: {left:#?}",
        left.len(),
        mails.len()
    );
}

/// Somebody of the cast, by HTTP.
fn somebody(world: &World, mail: &str) -> Visitor {
    let mut visitor = Visitor::new(&world.url);
    visitor.sign_in(mail, vsys::demo_world::PASSWORD);
    visitor
}
