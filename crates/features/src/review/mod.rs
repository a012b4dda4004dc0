//! 確認: the ministry's queue of registrations with flags, 確認済 or 要見直 with reason.

use platform::db::{Failure, Tx};
use platform::form::Form;

use platform::value::Json;
use platform::{args, row, sql};
use rules::access::Act;
use rules::input;
use rules::review::{self, Decision, Flag, Status};
use serde_json::{Value, json};

use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Trouble, Visit};
use crate::house::{Done, Route};
use crate::plan;

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/plans", Act::ReviewPlan, queue),
        page("/mhlw/plans/{venue}", Act::ReviewPlan, one),
        deed("/mhlw/plans/{venue}", Act::ReviewPlan, decide, one),
    ]
}

row! {
    struct Waiting {
        venue: String,
        name: String,
        municipality: String,
        number: i64,
        total: i64,
        expected: i64,
        flags: Json<Vec<Flag>>,
        at: jiff::Timestamp,
        review: String,
    }
}

const TABS: [(&str, &str); 3] = [("waiting", "確認待ち"), ("revision_required", "要見直"), ("reviewed", "確認済")];

fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let wanted = if visit.query("status").is_empty() { "waiting" } else { visit.query("status") };
    let rows: Vec<Waiting> = tx.all(
        sql!("select r.venue_id, v.name, v.municipality, r.number, r.total_doses, v.expected_doses, r.flags, r.at, r.review from plan_registration r join venue v on v.id = r.venue_id where r.latest and r.review = $1 order by r.at, r.venue_id limit 200"),
        args![wanted],
    )?;
    let counts: Vec<(String, i64)> =
        tx.all(sql!("select review, count(*) from plan_registration where latest group by review"), args![])?;
    let tabs: Vec<Value> =
        TABS.iter().map(|(key, label)| json!({"key": key, "label": label, "count": counts.iter().find(|(s, _)| s == key).map_or(0, |(_, n)| *n), "current": *key == wanted})).collect();
    let rows: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({
                "venue": r.venue, "name": r.name, "place": visit.masters().places.full_name(&r.municipality), "number": r.number, "total": r.total, "expected": r.expected, "at": r.at,
                "flags": r.flags.0.iter().map(Flag::label).collect::<Vec<_>>(), "review": r.review,
            })
        })
        .collect();
    visit.page("review/queue.html", typed, json!({"h1": "計画の確認", "tabs": tabs, "rows": rows}))
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let latest = plan::store::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let confirmed: Option<(i64,)> = tx.first(
        sql!(
            "select number from plan_registration where venue_id = $1 and review = 'reviewed' and number < $2 order by number desc limit 1"
        ),
        args![&venue.id, latest.number],
    )?;
    let before = confirmed.map_or(0, |(n,)| n);
    let rows = plan::compare(
        visit.masters().programme(),
        &plan::store::lines(tx, &venue.id, before)?,
        &plan::store::lines(tx, &venue.id, latest.number)?,
    );
    let waiting: (i64,) = tx.one(sql!("select count(*) from plan_registration where latest and review = 'waiting'"), args![])?;
    visit.page(
        "review/one.html",
        typed,
        json!({
            "h1": "計画の確認", "rows": rows, "registration": latest.json(), "before": before, "expected": venue.expected_doses, "waiting": waiting.0,
            "contacts": crate::venue::store::contacts(tx, &venue.id)?, "checks": crate::venue::checks_json(tx, &venue.id)?,
            "place": visit.masters().places.full_name(&venue.municipality), "crumbs": [["/mhlw/plans", "計画の確認"]],
        }),
    )
}

fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = plan::store::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    // The officer decides on the registration that was on the screen, not on a newer one.
    if form.get("number") != latest.number.to_string() {
        return Err(Trouble::stale(review::Refusal::Superseded));
    }
    let decision = match form.get("decision") {
        "confirm" => Decision::Confirm,
        "revise" => Decision::Revise { reason: input::text(form.get("reason")) },
        _ => return Err(Trouble::at("", "「確認済にする」か「要見直にする」を選んでください")),
    };
    let status = review::decide(latest.status(), true, &decision)
        .map_err(|r| Trouble::at(if r == review::Refusal::NoReason { "reason" } else { "" }, &r))?;
    let reason = match &decision {
        Decision::Confirm => None,
        Decision::Revise { reason } => Some(reason.clone()),
    };
    let actor = visit.actor();
    let changed = tx.run(
        sql!("update plan_registration set review = $1, review_reason = $2, reviewed_at = $3, reviewer = $4, version = version + 1 where venue_id = $5 and number = $6 and version = $7"),
        args![status.key(), reason.clone(), visit.now, &actor.name, &venue.id, latest.number, latest.version],
    )?;
    if changed == 0 {
        return Err(Failure::Stale.into());
    }
    visit.journal(
        tx,
        ("venue", &venue.id),
        "plan.review",
        json!({"number": latest.number, "review": latest.review}),
        json!({"review": status.key()}),
        reason.as_deref(),
    )?;
    let base = &visit.house.base_url;
    let (subject, body) = match status {
        Status::RevisionRequired => (
            format!("【要対応】計画の見直し（{}）", venue.name),
            format!(
                "接種計画（第{}版）は「要見直」です。\n\n理由：{}\n\n計画を直して、もう一度登録してください。\n{base}/venues/{}/plan/edit",
                latest.number,
                reason.unwrap_or_default(),
                venue.id
            ),
        ),
        _ => (
            format!("【計画】確認済（{}）", venue.name),
            format!("接種計画（第{}版）は「確認済」です。\n\n{base}/venues/{}/plan", latest.number, venue.id),
        ),
    };
    crate::venue::store::tell(tx, visit.now, &venue.id, &subject, &body)?;
    // On to the next in the queue.
    let next: Option<(String,)> = tx
        .first(sql!("select venue_id from plan_registration where latest and review = 'waiting' order by at, venue_id limit 1"), args![])?;
    Ok(match next {
        Some((next,)) => Done::saying(format!("/mhlw/plans/{next}"), "plan.reviewed"),
        None => Done::saying("/mhlw/plans", "plan.reviewed"),
    })
}
