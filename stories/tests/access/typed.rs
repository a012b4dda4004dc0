//! English never changes what people typed: each word of theirs stands in the catalogue with a
//! wrong translation, or is a word of ours.

use std::collections::{BTreeMap, BTreeSet};

use platform::outbox;
use platform::value::Json;
use platform::{args, english};
use scraper::{ElementRef, Html, Node};
use stories::rich::SATO;
use stories::{Visitor, World};

use super::{address, is_page, openers, peoples_words, somebody};

/// What another translator leaves alone by itself.
const FIELDS: [&str; 4] = ["textarea", "script", "style", "code"];
/// Attributes that are read to people.
const SPOKEN: [&str; 4] = ["aria-label", "title", "alt", "label"];

/// What a page says to people, and what its fields would send.
#[derive(Default)]
struct Page {
    said: String,
    fields: BTreeSet<(String, String)>,
    /// Texts outside everything that says `translate="no"`.
    translated: Vec<String>,
}

fn read(body: &str) -> Page {
    let html = Html::parse_document(body);
    let mut page = Page::default();
    for node in html.root_element().descendants() {
        let of = |name: &str| node.value().as_element().and_then(|e| e.attr(name));
        match node.value() {
            Node::Text(text) => {
                let within: Vec<_> =
                    node.ancestors().filter_map(|n| n.value().as_element().cloned()).collect();
                let name = within.first().map_or("", |e| e.name());
                if matches!(name, "script" | "style") {
                    continue;
                }
                page.said.push_str(text);
                page.said.push('\n');
                if !FIELDS.contains(&name)
                    && within.iter().all(|e| e.attr("translate") != Some("no"))
                {
                    page.translated.push(text.to_string());
                }
            }
            Node::Element(element) => {
                SPOKEN
                    .iter()
                    .filter_map(|name| of(name))
                    .for_each(|text| page.said += &format!("{text}\n"));
                let name = of("name").unwrap_or_default();
                let value = match element.name() {
                    "textarea" => Some(
                        ElementRef::wrap(node)
                            .map(|area| area.text().collect())
                            .unwrap_or_default(),
                    ),
                    "input" | "option" | "button" => {
                        Some(of("value").unwrap_or_default().to_string())
                    }
                    _ => None,
                };
                // Each rendering of a form has a token of its own.
                if let Some(value) = value.filter(|_| !matches!(name, "_key" | "secret")) {
                    page.fields.insert((name.to_string(), value));
                }
            }
            _ => {}
        }
    }
    page
}

/// How often each word is said, the longest first.
fn counted<'w>(said: &str, words: &'w [String]) -> BTreeMap<&'w str, usize> {
    let mut left = said.to_string();
    let mut found = BTreeMap::new();
    for word in words {
        let times = left.matches(word.as_str()).count();
        if times > 0 {
            left = left.replace(word.as_str(), "\u{1}");
            found.insert(word.as_str(), times);
        }
    }
    found
}

fn is_journal(at: &str) -> bool {
    at.starts_with("/audit") || at.contains("/history")
}

fn is_marked(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{100000}'..='\u{10fffd}'))
}

/// Every page and text file of the world as everybody who may open it.
fn visited(world: &World, langs: &[&'static str]) -> BTreeMap<String, (bool, Vec<String>)> {
    let mut visitors: BTreeMap<(&str, &str), Visitor> = BTreeMap::new();
    let mut pages = BTreeMap::new();
    for route in vsys::routes().iter().filter(|r| !r.is_write()) {
        let aside = [
            "logout",
            "{paper}",
            "/api/",
            "/demo",
            "/help/",
            "/admin/masters",
            ".xlsx",
            ".pdf",
            ".zip",
            "/account/session",
        ];
        // The masters' pages show the wrong translations themselves.
        if aside.iter().any(|part| route.path.contains(part)) {
            continue;
        }
        let path = address(world, &route.path);
        for mail in openers(route.act) {
            let mut open = |lang: &'static str| {
                let visitor = visitors.entry((mail, lang)).or_insert_with(|| {
                    let visitor =
                        if mail.is_empty() { world.nobody() } else { somebody(world, mail) };
                    visitor.open(&format!("/help?lang={lang}"));
                    visitor
                });
                visitor.open(&path).body
            };
            let bodies = langs.iter().map(|lang| open(lang)).collect();
            pages.insert(format!("{path} as {mail}"), (is_page(route), bodies));
        }
    }
    pages
}

/// Each of these words in the catalogue of masters, with a translation that nobody may ever read.
fn mistranslate(world: &World, words: &[String]) {
    let words = words.to_vec();
    let write = move |tx: &mut platform::db::Tx<'_>| {
        for (n, word) in (1_i64..).zip(&words) {
            let row: BTreeMap<&str, String> =
                [("key", word.clone()), ("ja", word.clone()), ("en", format!("WRONG-{n}"))]
                    .into_iter()
                    .collect();
            tx.run(
                "insert into master_change (id, master, key, valid_from, value, reason, batch, proposed_at, proposed_by, proposed_by_name, decided_at, decided_by, decided_by_name, number) select $1, 'texts', $2, '2022-01-01', $3, '', '', $4, '', '', $4, '', '', coalesce(max(number), 0) + 1 from master_change",
                args![format!("wrong-{n}"), word, Json(&row), platform::value::Value::from(stories::at("2022-01-01T00:00"))],
            )?;
        }
        Ok::<_, platform::db::Failure>(())
    };
    world.house.db.write_blocking(write).expect("the words are in the catalogue");
    let now = world.house.now();
    let house = world.house.clone();
    world.read(move |tx| house.masters_at(tx, None, now).map(|_| ()));
}

/// Where somebody wrote something, what, and what else it might have been: a word of ours, or one
/// that holds some.
const COINCIDENCES: [(&str, &str, &str, &str); 9] = [
    ("venue", "name", "みなと商事 本社会場", "請求第3会場"),
    ("venue", "name", "第二会場", "確認"),
    ("contact", "name", "第二 担当", "東京"),
    ("account", "name", "第二 担当", "計画"),
    ("venue_note", "text", "鍵は受付にあります", "第2クール 3箱"),
    ("announcement", "title", "年度末の受付", "お知らせ（第2版）"),
    ("announcement", "body", "3月31日は15:00までです。", "2022年2月7日（月）10:00"),
    ("venue_public", "note", "駐車場はありません", "登録可能　満席"),
    ("saved_report", "name", "週の納入", "納入予定"),
];

fn rename(world: &World, back: bool) {
    let all = move |tx: &mut platform::db::Tx<'_>| {
        for (table, column, was, is) in COINCIDENCES {
            let (from, to) = if back { (is, was) } else { (was, is) };
            let sql: &'static str =
                format!("update {table} set {column} = $1 where {column} = $2").leak();
            assert!(tx.run(sql, args![to, from])? > 0, "nobody wrote {from}");
        }
        Ok::<_, platform::db::Failure>(())
    };
    world.house.db.write_blocking(all).expect("the words are others");
}

/// The story; the world is full.
pub fn what_people_typed_stays(world: &World) {
    let texts = world.house.masters().texts.clone();
    let ours: Vec<String> = texts
        .keys(platform::texts::Lang::En)
        .cloned()
        .chain(texts.pairs().map(|(_, ja, _)| ja.to_string()))
        .collect();
    let mut words = typed_words(world);
    // Reasons that the product gives by itself are sentences of ours.
    words.retain(|word| {
        texts.english(word) == *word && !ours.iter().any(|text| text.contains(word.as_str()))
    });
    assert!(words.len() >= 60, "only {} words", words.len());
    mistranslate(world, &words);
    let pages = visited(world, &["ja", "en"]);
    let mut faults = Vec::new();
    let (mut seen, mut said) = (0, 0);
    for (at, (is_page, bodies)) in &pages {
        let [of_ja, body] = &bodies[..] else { panic!("{at} in two languages") };
        if is_marked(body) || is_marked(of_ja) || body.contains("WRONG-") {
            faults.push(format!("{at}: a mark, or a translation of what was typed"));
        }
        if !is_page {
            continue;
        }
        seen += 1;
        let (ja, en) = (read(of_ja), read(body));
        let (in_ja, in_en) = (counted(&ja.said, &words), counted(&en.said, &words));
        said += in_en.values().sum::<usize>();
        // Opening a page of the journal may itself be journalled.
        if in_ja != in_en && !(is_journal(at) && in_ja.keys().all(|word| in_en.contains_key(word)))
        {
            let differ: Vec<_> =
                words.iter().filter(|w| in_ja.get(w.as_str()) != in_en.get(w.as_str())).collect();
            faults.push(format!("{at}: another number of {differ:?}"));
        }
        if ja.fields != en.fields {
            faults.push(format!(
                "{at}: other values in the fields: {:?}",
                ja.fields.symmetric_difference(&en.fields).collect::<Vec<_>>()
            ));
        }
        for text in &en.translated {
            if let Some((word, _)) = counted(text, &words).first_key_value() {
                faults.push(format!("{at}: 「{word}」 isn't marked in 「{}」", text.trim()));
            }
        }
    }
    faults.extend(of_mails(world, &words));
    // The same with names that are words of ours: as often as the names that they had.
    rename(world, false);
    let renamed: BTreeMap<&str, Vec<&str>> =
        COINCIDENCES.iter().fold(BTreeMap::new(), |mut all, (_, _, was, is)| {
            all.entry(*was).or_insert_with(|| vec![*was]).push(is);
            all
        });
    let mut changed = BTreeSet::new();
    for (at, (is_page, after)) in visited(world, &["en"]) {
        let Some((_, before)) = pages.get(&at).filter(|_| is_page) else { continue };
        let (before, after) = (read(&before[1]).said, read(&after[0]).said);
        for (was, names) in &renamed {
            let times =
                |said: &str| names.iter().map(|name| said.matches(name).count()).sum::<usize>();
            if names.iter().any(|name| after.matches(name).count() > before.matches(name).count())
                && !after.contains(was)
            {
                changed.insert(*was);
            }
            if times(&before) != times(&after) && !is_journal(&at) {
                faults.push(format!(
                    "{at}: {} times {names:?} instead of {}",
                    times(&after),
                    times(&before)
                ));
            }
        }
    }
    let tables = in_tables(world);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    saved_in_english(world);
    rename(world, true);
    println!("{seen} pages, {said} times what somebody typed");
    assert!(seen >= 150 && said >= 1_000, "{seen} pages, {said} words");
    assert!(
        changed.iter().eq(renamed.keys()),
        "nobody reads the new names of others than {changed:?}"
    );
    assert_eq!(tables, Vec::<String>::new(), "marks are stored");
}

/// A form that was opened in English and sent as it stands keeps what stood in it.
fn saved_in_english(world: &World) {
    let visitor = somebody(world, SATO);
    visitor.open("/help?lang=en");
    let page = visitor.open(&format!("/venues/{}/availability", world.minato()));
    let button = world.house.masters().texts.english("予約の受付情報を更新する");
    visitor.press(&page, &button, &[]).is(200);
    let notes: Vec<(String,)> =
        world.read(|tx| tx.all("select note from venue_public where note is not null", args![]));
    assert_eq!(notes, [("登録可能　満席".to_string(),)]);
}

/// What people typed, without the names of places.
fn typed_words(world: &World) -> Vec<String> {
    let masters = world.house.masters();
    let aside: BTreeSet<String> = (masters.places.municipalities.iter().map(|m| m.name.clone()))
        .chain(masters.places.prefectures.iter().map(|p| p.name.clone()))
        .chain(masters.holidays.0.values().cloned())
        .chain(vsys::demo_world::cast().personas.iter().map(|p| p.what.clone()))
        .collect();
    // An example beside a field is ours.
    let all: BTreeSet<String> =
        peoples_words(world, false).into_iter().filter(|word| word != "こうせい たろう").collect();
    let mut words: Vec<String> =
        all.into_iter().filter(|word| !aside.contains(word) && word.chars().count() >= 3).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Mails in English say what people typed as often as in Japanese.
fn of_mails(world: &World, words: &[String]) -> Vec<String> {
    let texts = world.house.masters().texts.clone();
    let mut faults = Vec::new();
    for mail in world.read(|tx| outbox::latest(tx, 10_000)) {
        let said = outbox::in_english(&mail, &texts);
        let body = said.body.split("----- Japanese original").next().unwrap_or_default();
        let (ja, en) =
            (format!("{}\n{}", mail.subject, mail.body), format!("{}\n{body}", said.subject));
        if counted(&ja, words) != counted(&en, words)
            || en.contains("WRONG-")
            || is_marked(&en)
            || is_marked(&ja)
        {
            faults.push(format!("mail: {en}"));
        }
    }
    faults
}

/// Tables in which a mark is stored.
fn in_tables(world: &World) -> Vec<String> {
    world.read(|tx| {
        let columns: Vec<(String, String)> = tx.all(
            "select m.name, p.name from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table' and lower(p.type) in ('text', 'jsonb')",
            args![],
        )?;
        let mut marked = Vec::new();
        for (table, column) in columns {
            // An argument would lose its marks on its way.
            let found = english::marks().map(|mark| format!("instr({column}, '{mark}') > 0")).join(" or ");
            let sql: &'static str = format!("select count(*) from {table} where {found}").leak();
            let (n,): (i64,) = tx.one(sql, args![])?;
            if n > 0 {
                marked.push(format!("{table}.{column}: {n}"));
            }
        }
        Ok(marked)
    })
}
