//! 確認: the ministry's queue of registrations with flags as filters, one by one with the next, many
//! at once, assigned, undone.

mod batch;
mod one;
mod queue;
mod remarks;

use platform::db::{Failure, Tx};
use rules::access::Act;
use rules::review::Flag;
use serde_json::{Value, json};

use web::Route;
use web::routes::{command, page};
use web::visit::Visit;
use work::review::{Filter, Tab, Waiting};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/plans", Act::ReviewPlan, queue::show),
        page("/mhlw/plans/batch", Act::ReviewPlan, batch::check),
        command("/mhlw/plans/batch", Act::ReviewPlan, batch::confirm, batch::check),
        page("/mhlw/plans/{venue}", Act::ReviewPlan, one::show),
        command("/mhlw/plans/{venue}", Act::ReviewPlan, one::decide, one::show),
        command("/mhlw/plans/{venue}/assign", Act::ReviewPlan, one::assign, one::show),
        command("/mhlw/plans/{venue}/undo", Act::ReviewPlan, one::undo, one::show),
        page("/prefecture/plans", Act::RemarkFirst, remarks::queue),
        page("/prefecture/plans/{venue}", Act::RemarkFirst, remarks::plan),
        command("/prefecture/plans/{venue}", Act::RemarkFirst, remarks::remark_plan, remarks::plan),
        page("/prefecture/applications", Act::RemarkFirst, remarks::applications),
        page("/prefecture/applications/{application}", Act::RemarkFirst, remarks::application),
        command(
            "/prefecture/applications/{application}",
            Act::RemarkFirst,
            remarks::remark_application,
            remarks::application,
        ),
    ]
}

/// A registration as the queue shows it.
fn row_json(row: &Waiting, visit: &Visit) -> Value {
    let hours = visit.now.duration_since(row.at).as_hours();
    json!({
        "venue": row.venue, "name": row.name, "place": visit.masters().places.full_name(&row.municipality), "number": row.number, "total": row.total, "expected": row.expected,
        "delta": row.confirmed.map(|c| row.total - c), "first": row.confirmed.is_none(), "at": row.at, "age": if hours >= 48 { format!("{}日", hours / 24) } else { format!("{hours}時間") },
        "flags": row.flags.0.iter().map(|f| json!({"label": f.label(), "serious": f.is_serious()})).collect::<Vec<_>>(), "assigned": row.assigned_name, "serious": row.flags.0.iter().any(Flag::is_serious),
        "plain": row.flags.0.is_empty(), "review": row.review, "concern": row.concern, "completed": row.completed, "mine": visit.person.as_ref().is_some_and(|p| row.assigned_to.as_ref() == Some(&p.id)),
    })
}

/// What the address narrows the queue to.
fn filter_of(query: &platform::form::Form) -> Filter {
    let get = |name: &str| query.get(name).to_string();
    Filter {
        tab: Tab::from_key(query.get("status")).unwrap_or_default(),
        flag: Some(get("flag"))
            .filter(|f| f == "none" || Flag::KEYS.contains(&f.as_str()))
            .unwrap_or_default(),
        prefecture: get("prefecture").chars().filter(char::is_ascii_digit).take(2).collect(),
        mine: get("mine") == "1",
        q: rules::input::text(&get("q")),
        venue: String::new(),
        after: get("after"),
    }
}

/// As a query, without the place in the list.
fn address(filter: &Filter) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("status", filter.tab.key()),
        ("flag", &filter.flag),
        ("prefecture", &filter.prefecture),
        ("q", &filter.q),
    ] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    if filter.mine {
        query.append_pair("mine", "1");
    }
    query.finish()
}

/// Rows in the order of registration, after the place in the address.
fn rows(
    filter: &Filter,
    visit: &Visit,
    tx: &mut Tx<'_>,
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let first = visit.masters().programme().first_packing();
    work::review::waiting(tx, first, filter, &visit.actor().account, limit)
}

/// The queue as the address narrows it, for the list that goes out.
pub fn listed(visit: &Visit, tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Waiting>, Failure> {
    let all = Filter { after: String::new(), ..filter_of(&visit.request.query) };
    rows(&all, visit, tx, limit)
}

fn place(row: &Waiting) -> String {
    format!("{}_{}", row.at, row.venue)
}
