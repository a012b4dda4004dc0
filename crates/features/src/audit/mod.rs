//! 監査: the journal of all records, searched, and one record's chain, verified.

use platform::db::Tx;
use platform::journal::{self, Search};
use platform::{evidence, seal};
use rules::access::Act;
use rules::{fold, time};
use serde_json::json;

use crate::history::rows_json;
use crate::history::words::Words;
use crate::house::Route;
use crate::house::page::{Answer, Typed};
use crate::house::routes::page;
use crate::house::visit::{Trouble, Visit};

pub fn routes() -> Vec<Route> {
    vec![
        page("/audit", Act::ReadJournal, search),
        page("/audit/{kind}/{record}", Act::ReadJournal, chain),
        page("/audit/{kind}/{record}/evidence.zip", Act::ReadJournal, evidence),
    ]
}

/// As many rows as a page shows; narrower conditions show the rest.
const SHOWN: i64 = 200;

fn search(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let day = |name: &str| rules::input::date("日付", visit.query(name)).ok();
    let name = rules::input::text(visit.query("name"));
    let wanted = Search {
        name: fold::escaped(&name),
        folded: fold::like(&name),
        act: fold::escaped(&rules::input::folded(visit.query("act"))),
        record_id: rules::input::text(visit.query("record")),
        from: day("from").map(time::midnight),
        // The day itself is in.
        to: day("to").map(|d| time::midnight(d.tomorrow().unwrap_or(d))),
    };
    let found = journal::search(tx, &wanted, SHOWN)?;
    let rows = rows_json(visit, tx, &found)?;
    let mut out = form_urlencoded::Serializer::new(String::new());
    for name in ["name", "act", "record", "from", "to"] {
        out.append_pair(name, visit.query(name));
    }
    let out = out.finish();
    let query = ["name", "act", "record", "from", "to"].map(|n| (n.to_string(), json!(visit.query(n))));
    visit.page(
        "audit/search.html",
        typed,
        json!({"h1": "記録をさがす", "plain_h1": true, "seal": seal::latest(tx)?, "more": rows.len() as i64 == SHOWN, "rows": rows, "out": out, "query": query.into_iter().collect::<serde_json::Map<_, _>>()}),
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
    Ok(Answer::File { name: format!("evidence-{kind}-{}.zip", id.replace('/', "-")), mime: "application/zip", bytes, inline: false })
}
