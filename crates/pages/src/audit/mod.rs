//! 監査: the journal of all records, searched, and one record's chain, verified.

use platform::db::{Failure, Tx};
use platform::journal::{self, Search};
use platform::{evidence, seal};
use rules::access::Act;
use rules::{fold, input, time};
use serde_json::json;

use crate::history::rows_json;
use crate::history::words::Words;
use web::Route;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::page;
use web::search::{self, days};
use web::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![
        page("/audit", Act::ReadJournal, search),
        page("/audit/{kind}/{record}", Act::ReadJournal, chain),
        page("/audit/{kind}/{record}/evidence.zip", Act::ReadJournal, evidence),
    ]
}

/// As many rows as a page shows; narrower conditions show the rest.
const SHOWN: i64 = 200;

/// What an address asks the journal for.
pub fn asked(visit: &Visit, tx: &mut Tx<'_>, errors: &mut Errors) -> Result<Search, Failure> {
    let name = input::text(visit.query("name"));
    let holidays = &visit.masters().holidays;
    let (from, to) = days(&visit.request.query, errors, time::date(visit.now), holidays);
    Ok(Search {
        name: fold::escaped(&name),
        folded: fold::like(&name),
        acts: acts(visit, errors),
        records: records(visit, tx, errors)?,
        from: from.map(time::midnight),
        // The day itself is in.
        to: to.map(|d| time::midnight(d.tomorrow().unwrap_or(d))),
    })
}

/// The acts that are meant: by a part of their words in either language, or by the beginning of
/// their key (`plan.`).
fn acts(visit: &Visit, errors: &mut Errors) -> Vec<String> {
    let typed = fold::key(visit.query("act"));
    if typed.is_empty() {
        return Vec::new();
    }
    let texts = &visit.masters().texts;
    let known = texts.pairs().filter_map(|(key, ja, en)| Some((key.strip_prefix("act.")?, ja, en)));
    let meant = known.filter(|(key, ja, en)| {
        key.starts_with(&typed) || [ja, en].iter().any(|words| fold::key(words).contains(&typed))
    });
    let acts: Vec<String> = meant.map(|(key, ..)| key.to_string()).collect();
    if acts.is_empty() {
        errors
            .add("act", "この言葉の操作はありません。候補から選ぶか、言葉の一部を入力してください");
    }
    acts
}

/// The records behind what people call them: a venue by its code or name with its application,
/// letters, allocations, deliveries and transfers; an application, letter or transfer by its
/// number; any record by its id.
fn records(visit: &Visit, tx: &mut Tx<'_>, errors: &mut Errors) -> Result<Vec<String>, Failure> {
    let called = input::folded(visit.query("record"));
    if called.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = work::audit::numbered(tx, &input::official(&called))?;
    let venues =
        work::audit::venues(tx, &rules::codes::ten_digits(&called), &fold::Sought::of(&called))?;
    if venues.len() > 1 {
        errors.add("record", "当てはまる会場がいくつもあります。会場コードで指定してください");
        return Ok(Vec::new());
    }
    for venue in venues {
        let cycles =
            visit.masters().programme().cycles.iter().map(|c| format!("{venue}:c{}", c.number));
        found.extend(cycles);
        found.extend(work::audit::of_venue(tx, &venue)?);
        found.insert(0, venue);
    }
    if found.is_empty() {
        found.push(visit.query("record").trim().to_string());
    }
    if found.len() > Search::MOST_RECORDS {
        errors.add("record", "記録が多すぎます。申込番号や委任状の番号で指定してください");
    }
    Ok(found)
}

fn search(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let mut errors = Errors::default();
    let wanted = asked(visit, tx, &mut errors)?;
    let asked = Typed::asked(errors);
    let (typed, found) = match asked.errors.is_empty() {
        true => (typed, journal::search(tx, &wanted, SHOWN)?),
        false => (&asked, Vec::new()),
    };
    let texts = &visit.masters().texts;
    let known = texts.pairs().filter(|(key, ..)| key.starts_with("act."));
    let mut words: Vec<&str> = known.map(|(key, ..)| texts.say(visit.request.lang, key)).collect();
    words.sort_unstable();
    words.dedup();
    let rows = rows_json(visit, tx, &found)?;
    let (today, holidays) = (time::date(visit.now), &visit.masters().holidays);
    let (from, to) = days(&visit.request.query, &mut Errors::default(), today, holidays);
    let shown = |name: &str| match name {
        "from" => search::shown(from, visit.query(name)),
        "to" => search::shown(to, visit.query(name)),
        _ => visit.query(name).to_string(),
    };
    let query = ["name", "act", "record", "from", "to"].map(|name| (name, shown(name)));
    let out = form_urlencoded::Serializer::new(String::new()).extend_pairs(&query).finish();
    let query = query.map(|(name, text)| (name.to_string(), json!(text)));
    visit.page(
        "audit/search.html",
        typed,
        json!({"h1": "記録をさがす", "plain_h1": true, "seal": seal::latest(tx)?, "more": rows.len() as i64 == SHOWN, "rows": rows, "acts": words, "out": out, "query": query.into_iter().collect::<serde_json::Map<_, _>>()}),
    )
}

fn chain(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (kind, id) = (visit.param("kind"), visit.param("record"));
    let mut stored = journal::of_record(tx, kind, id)?;
    if stored.is_empty() {
        return Err(Trouble::NotFound);
    }
    let rows = rows_json(visit, tx, &stored)?;
    let title = Words::new(visit.masters()).subject(tx, kind, id)?;
    stored.reverse();
    let faults = journal::faults_of(&stored);
    visit.page(
        "audit/chain.html",
        typed,
        json!({"h1": title, "plain_h1": true, "rows": rows, "faults": faults, "record": {"kind": kind, "id": id}, "crumbs": [["/audit", "記録をさがす"]]}),
    )
}

/// 証拠一式: the chain with everything that it takes to verify it without this system.
fn evidence(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let (kind, id) = (visit.param("kind"), visit.param("record"));
    let bytes = evidence::pack(tx, kind, id, visit.now)?.ok_or(Trouble::NotFound)?;
    Ok(Answer::File {
        name: format!("evidence-{kind}-{}.zip", id.replace('/', "-")),
        mime: "application/zip",
        bytes,
        inline: false,
    })
}
