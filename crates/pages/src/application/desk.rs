//! The ministry's desk: queue, confirm, or return with comments pinned at fields (要再申込).

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::form::Form;
use rules::access::Act;
use rules::application::{self, State, Status};
use rules::fold::Sought;
use serde_json::{Value, json};

use super::answer_groups;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::application::{Listed, ShownFinding};
use work::review::{Remarkable, ShownCheck};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/applications", Act::DecideApplication, queue),
        page("/mhlw/applications/{application}", Act::DecideApplication, show),
        command("/mhlw/applications/{application}", Act::DecideApplication, decide, show),
    ]
}

const STATUSES: [(Status, &str); 4] = [
    (Status::Submitted, "受付済（確認待ち）"),
    (Status::Returned, "要再申込"),
    (Status::Confirmed, "確認済"),
    (Status::Withdrawn, "取下げ"),
];

/// Rows on one page.
const SHOWN: usize = 100;

/// The applications of a status that hold the words of the search box, in the order in which they
/// came, after `after`.
pub fn listed(
    visit: &Visit,
    tx: &mut Tx<'_>,
    status: Status,
    after: &str,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    work::application::listed(tx, status, &Sought::of(visit.query("q")), after, limit)
}

fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let status = Status::from_key(visit.query("status")).unwrap_or(Status::Submitted);
    let mut rows = listed(visit, tx, status, visit.query("after"), SHOWN as i64 + 1)?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let following = rows
        .last()
        .filter(|_| more)
        .map(|r| format!("{}_{}", r.submitted_at.unwrap_or(Timestamp::UNIX_EPOCH), r.id));
    let counts = work::application::counts(tx)?;
    let tabs: Vec<Value> = STATUSES
        .iter()
        .map(|(key, label)| json!({"key": key, "label": label, "count": counts.iter().find(|(s, _)| s == key).map_or(0, |(_, n)| *n), "current": *key == status}))
        .collect();
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|row| {
            let Listed { id, number, answers, submitted_at: at, venue_id: venue } = row;
            let then = visit.masters_then(tx, at)?;
            let findings = application::findings(&answers.0, then.programme());
            Ok(json!({
                "id": id, "number": number, "venue": answers.0.get("venue_name"), "organization": answers.0.get("organization_name"), "at": at,
                "place": answers.0.get("venue_municipality").map(|c| visit.masters().places.full_name(c)), "persons": answers.0.get("expected_persons").and_then(|d| d.parse::<i64>().ok()),
                "doses": answers.0.get("expected_doses").and_then(|d| d.parse::<i64>().ok()), "warnings": findings.len(), "known": venue.is_some(),
            }))
        })
        .collect::<Result<_, Failure>>()?;
    visit.page("application/queue.html", typed, json!({"h1": "申込の確認", "tabs": tabs, "rows": rows, "status": status, "q": visit.query("q"), "address": web::search::address(visit, &["status", "q"]), "following": following}))
}

/// Head-count × doses v. deliveries v. freezers v. doctors, before there is a plan.
fn cross_checks(
    programme: &rules::programme::Programme,
    answers: &rules::application::Answers,
) -> Vec<ShownCheck> {
    let number = |key: &str| answers.get(key).and_then(|v| v.parse::<u32>().ok()).unwrap_or(0);
    let storage = rules::venue::storage_boxes(answers, programme.product.boxes_per_freezer);
    ShownCheck::all(&rules::review::Numbers {
        programme,
        persons: number("expected_persons"),
        doses: number("expected_doses"),
        lines: None,
        storage_boxes: storage,
        doctors: None,
    })
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.reads_contacts_of("application", visit.param("application"));
    let stored = work::application::load(tx, visit.param("application"))?;
    // By what held when it was submitted.
    let then = visit.masters_then(tx, stored.submitted_at)?;
    let findings = ShownFinding::all(&stored.answers.0, then.programme());
    // Anybody may name a venue's code: the officer is told when the applicant isn't one of that
    // venue's contacts.
    let stranger = match &stored.venue_id {
        Some(venue) => !work::venue::contact_mails(tx, venue)?.iter().any(|mail| {
            rules::input::mail_key(mail) == rules::input::mail_key(&stored.starter_mail)
        }),
        None => false,
    };
    visit.page(
        "application/decide.html",
        typed,
        json!({
            "h1": "申込の確認", "remarks": work::review::remarks(tx, Remarkable::Application, &stored.id)?, "crosses": cross_checks(then.programme(), &stored.answers.0), "stranger": stranger, "application": stored.shown(), "groups": answer_groups(visit.masters(), &stored.answers.0), "findings": findings,
            "open": matches!(stored.state.0, State::Submitted { .. }), "code_needed": !stored.answers.0.contains_key("institution_code") && stored.venue_id.is_none(),
            "crumbs": [["/mhlw/applications", "申込の確認"]],
        }),
    )
}

fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    form.expect_version(stored.version)?;
    match form.get("decision") {
        "confirm" if !stored.answers.is_whole() => Err(Trouble::at(
            "",
            "保存されていた申込の内容に読めない項目があるため、確認済にできません。要再申込にして、もう一度入力してもらってください。",
        )),
        "confirm" => {
            work::confirmation::confirm(&visit.caller(), tx, &stored)?;
            Ok(Done::saying(format!("/mhlw/applications/{}", stored.id), "application.confirmed"))
        }
        "return" => {
            let comments: BTreeMap<String, String> = form
                .0
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.strip_prefix("comment_")?, rules::input::text(value)))
                })
                .filter(|(key, text)| application::find_field(key).is_some() && !text.is_empty())
                .map(|(key, text)| (key.to_string(), text))
                .collect();
            for (key, text) in &comments {
                rules::input::long_text("コメント", text, rules::input::LONGEST_NOTE)
                    .map_err(|e| Trouble::at(&format!("comment_{key}"), e))?;
            }
            work::application::return_with(&visit.caller(), tx, &stored, &comments)?;
            Ok(Done::saying(format!("/mhlw/applications/{}", stored.id), "application.returned"))
        }
        _ => Err(Trouble::at(
            "decision",
            "「申込を確認済にする」か「要再申込にする」を選んでください",
        )),
    }
}
