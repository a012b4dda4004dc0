//! One registration: what changed since the last confirmed one, the venue's context, the decision,
//! and on to the next.

use platform::db::Tx;
use platform::english;
use platform::form::Form;
use rules::application::grouped;
use rules::review::{self, Decision};
use serde_json::{Value, json};

use super::{Filter, address, filter_of};
use crate::plan;
use web::Done;
use web::chart;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::review::{Remarkable, ShownCheck, Tab};

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let before = work::plan::confirmed_before(tx, &venue.id, latest.number)?;
    let programme = visit.masters().programme();
    let lines = work::plan::lines(tx, &venue.id, latest.number)?;
    let held = work::plan::held(tx, programme, &venue.id, latest.number)?;
    let fixed = work::plan::fixed(tx, programme, &venue.id)?;
    let versions = (before, latest.number);
    let rows = plan::compare_versions(tx, programme, &venue.id, versions, &fixed)?;
    // The queue that the officer came from goes along in `?queue=`.
    let filter = filter_of(&platform::form::Form(
        form_urlencoded::parse(visit.query("queue").as_bytes())
            .map(|(n, v)| (n.into(), v.into()))
            .collect(),
    ));
    let waiting = work::plan::to_review(tx)?.plans;
    let completed = work::venue::completed(tx, &venue.id)?.map(|c| c.at);
    let assigned = work::review::assigned(tx, &venue.id, latest.number)?;
    let officers: Vec<Value> = work::review::officers(tx)?
        .into_iter()
        .map(|(id, name)| json!([id, english::typed(&name)]))
        .collect();
    let history: Vec<(String, Vec<i64>)> = programme
        .cycles
        .iter()
        .map(|c| {
            (
                c.say(),
                vec![
                    lines.get(&c.number).map_or(0, |l| i64::from(l.boxes)),
                    fixed.get(&c.number).map_or(0, |f| i64::from(f.boxes)),
                ],
            )
        })
        .collect();
    let given: i64 = history.iter().map(|(_, values)| values[1]).sum();
    let own = visit.actor().account;
    let answers = work::venue::answers(tx, &venue.id)?;
    let crosses = ShownCheck::all(&review::Numbers {
        programme,
        persons: answers.get("expected_persons").and_then(|v| v.parse().ok()).unwrap_or(0),
        doses: venue.expected_doses,
        lines: Some((&lines, &held)),
        storage_boxes: rules::venue::storage_boxes(&answers, programme.product.boxes_per_freezer),
        doctors: Some(work::venue::doctors(tx, &venue.id)?.len() as u32),
    });
    visit.page(
        "review/one.html",
        typed,
        json!({
            "h1": "計画の確認", "rows": rows, "registration": latest.shown(), "total": latest.planned(tx, programme.first_packing(), &venue.id)?.doses, "before": before, "expected": venue.expected_doses, "waiting": waiting, "completed": completed, "queue": address(&filter),
            "contacts": work::venue::contacts(tx, &venue.id)?, "checks": crate::venue::checks_json(tx, &venue.id)?, "place": visit.masters().places.full_name(&venue.municipality),
            "crumbs": [[format!("/mhlw/plans?{}", address(&filter)), "計画の確認"]], "reasons": visit.masters().review_reasons.iter().map(|r| json!([r.id, r.text])).collect::<Vec<_>>(),
            "assigned": assigned.name, "assigned_at": assigned.at, "mine": assigned.to.as_ref() == Some(&own), "officers": officers, "crosses": crosses, "remarks": work::review::remarks(tx, Remarkable::Plan, &venue.id)?, "may_undo": work::review::may_undo(&visit.caller(), &latest),
            "chart": chart::bars(&format!("登録した計画と分配（箱）：これまでに{given}箱が分配されました", given = grouped(given)), &history, "箱"),
        }),
    )
}

pub fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    if work::venue::completed(tx, &venue.id)?.is_some() {
        return Err(Trouble::at("", review::Refusal::Completed));
    }
    // The officer decides on the registration that was on the screen, not on a newer one.
    if form.get("number") != latest.number.to_string() {
        return Err(Trouble::stale(review::Refusal::Superseded));
    }
    let template = visit
        .masters()
        .review_reasons
        .iter()
        .find(|r| r.id == form.get("template"))
        .map(|r| r.text.as_str());
    let decision = match form.get("decision") {
        "confirm" => Decision::Confirm,
        "revise" => {
            let own = web::field::note(form, "reason", "理由")?;
            let parts: Vec<&str> =
                template.into_iter().chain(Some(own.as_str()).filter(|t| !t.is_empty())).collect();
            Decision::Revise { reason: parts.join("\n") }
        }
        _ => return Err(Trouble::at("", "「確認済にする」か「要見直にする」を選んでください")),
    };
    work::review::decide(&visit.caller(), tx, (&venue.id, &venue.name), &latest, &decision)
        .map_err(|e| {
            e.told(|r| Trouble::at(if r == review::Refusal::NoReason { "reason" } else { "" }, r))
        })?;
    // On to the next in the queue that the officer came from.
    let filter = filter_of(&platform::form::Form(
        form_urlencoded::parse(form.get("queue").as_bytes())
            .map(|(n, v)| (n.into(), v.into()))
            .collect(),
    ));
    let next = Filter { tab: Tab::Waiting, after: String::new(), ..filter.clone() };
    let next = super::rows(&next, visit, tx, 1)?;
    let queue: String = form_urlencoded::byte_serialize(address(&filter).as_bytes()).collect();
    Ok(match next.first() {
        Some(next) => Done {
            location: format!("/mhlw/plans/{}?queue={queue}&done=plan.reviewed", next.venue),
        },
        None => Done { location: format!("/mhlw/plans?{}&done=plan.reviewed", address(&filter)) },
    })
}

/// Gives a registration to an officer, or gives it back (`to` empty).
pub fn assign(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let to =
        if form.get("to") == "me" { visit.actor().account } else { form.get("to").to_string() };
    let given = work::review::assign(&visit.caller(), tx, &venue.id, latest.number, &to)
        .map_err(|e| e.told(|r| Trouble::at("to", r)))?;
    if !given {
        return Ok(Done::saying(format!("/mhlw/plans/{}", venue.id), "unchanged"));
    }
    Ok(Done { location: format!("/mhlw/plans/{}?done=plan.assigned", venue.id) })
}

/// Takes a decision back: the registration waits again, and the venue is told.
pub fn undo(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    work::review::undo(&visit.caller(), tx, (&venue.id, &venue.name), &latest)?;
    Ok(Done { location: format!("/mhlw/plans/{}?done=plan.undone", venue.id) })
}
