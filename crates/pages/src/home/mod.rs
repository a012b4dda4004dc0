//! やること: for each membership, what to do next and by when, in one list. Nothing pops up.

mod pipeline;
pub mod tasks;
mod wish;

use platform::db::Tx;
use rules::access::{Act, Scope};
use rules::tasks::Group;
use serde_json::{Value, json};

use tasks::Task;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};
use web::{Mode, Route};
use work::notice::Level;

pub fn routes() -> Vec<Route> {
    vec![
        page("/home", Act::UseOwnAccount, home),
        page("/venues/{venue}/wish", Act::ReadPlan, wish::show),
    ]
}

/// The last changes at a venue.
fn recent(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Value>, Trouble> {
    Ok(work::audit::recent(tx, venue)?
        .into_iter()
        .map(|d| json!({"act": format!("act.{}", d.act), "name": d.name, "at": d.at}))
        .collect())
}

fn home(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let mut tasks: Vec<Task> = Vec::new();
    if visit.house.mode == Mode::Production && !visit.factor {
        tasks.push(Task::set_up_factor());
    }
    for membership in &visit.memberships {
        tasks.extend(tasks::of_membership(visit, tx, membership)?);
    }
    tasks::in_order(&mut tasks);
    let group = |wanted: Group| -> Vec<tasks::View<'_>> {
        tasks.iter().filter(|t| t.group(visit.now) == wanted).map(|t| t.view(visit.now)).collect()
    };
    let mut venues = Vec::new();
    for membership in visit.memberships.iter().filter(|h| h.scope_kind == Scope::Venue) {
        let name = crate::account::scope_name(visit, tx, Scope::Venue, &membership.scope_id)?;
        if !venues.iter().any(|v: &Value| v["id"] == membership.scope_id.as_str()) {
            let public = work::availability::load(tx, &membership.scope_id)?;
            let status = public.as_ref().map_or("unregistered", |p| p.status.key());
            venues.push(json!({"id": membership.scope_id, "name": name, "pipeline": pipeline::of_venue(visit, tx, &membership.scope_id)?, "status": status, "status_at": public.map(|p| p.changed_at), "recent": recent(tx, &membership.scope_id)?}));
        }
    }
    let next = visit
        .masters()
        .programme()
        .next_cut_off(visit.now)
        .map(|c| json!({"title": format!("{}の登録・変更の締切", c.say()), "at": c.cut_off}));
    visit.page(
        "home/home.html",
        typed,
        json!({"h1": "やること", "plain_h1": true, "now_tasks": group(Group::Now), "week_tasks": group(Group::Week), "later_tasks": group(Group::Later), "waiting": group(Group::Waiting), "venues": venues, "next": next, "choices": crate::availability::choices(), "announcements": announced(visit, tx)?, "unread": visit.person.as_ref().map_or(Ok(0), |p| work::notice::unread(tx, &p.mail, visit.now))?, "phone": visit.masters().knowledge.phone}),
    )
}

/// What is announced to this visitor now.
pub fn announced(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<Value>, Trouble> {
    Ok(work::notice::live(tx, visit.now)?
        .into_iter()
        .filter(|a| {
            a.audience == "all" || visit.memberships.iter().any(|h| h.role.key() == a.audience)
        })
        .map(|a| {
            let (label, tone) = match a.level {
                Level::Urgent => ("緊急", "bad"),
                Level::Important => ("重要", "act"),
                Level::Notice => ("お知らせ", "info"),
            };
            json!({"title": a.title, "body": a.body, "at": a.from_at, "label": label, "tone": tone})
        })
        .collect())
}
