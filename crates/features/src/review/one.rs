//! One registration: what changed since the last confirmed one, the venue's context, the decision, and on to the next.

use platform::db::{Failure, Tx};
use platform::english;
use platform::form::Form;
use platform::{args, sql};
use rules::access::Permission;
use rules::application::grouped;
use rules::review::{self, Decision, Status};
use serde_json::{Value, json};

use super::{Filter, write_decision};
use crate::plan;
use web::Done;
use web::chart;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let confirmed: Option<(i64,)> = tx.first(
        sql!(
            "select number
               from plan_registration
              where venue_id = $1
                and review = 'reviewed'
                and number < $2
              order by number desc
              limit 1"
        ),
        args![&venue.id, latest.number],
    )?;
    let before = confirmed.map_or(0, |(n,)| n);
    let programme = visit.masters().programme();
    let lines = work::plan::lines(tx, &venue.id, latest.number)?;
    let rows = plan::compare(
        programme,
        &work::plan::lines(tx, &venue.id, before)?,
        &lines,
        &work::plan::fixed(tx, &venue.id)?,
    );
    // The queue that the officer came from goes along in `?queue=`.
    let filter = Filter::of(&platform::form::Form(
        form_urlencoded::parse(visit.query("queue").as_bytes())
            .map(|(n, v)| (n.into(), v.into()))
            .collect(),
    ));
    let waiting: (i64,) = tx.one(
        sql!(
            "select count(*)
               from plan_registration r
              where latest
                and review = 'waiting'
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
        args![],
    )?;
    let completed = work::venue::completed(tx, &venue.id)?.map(|c| c.at);
    let assigned: (Option<String>, Option<String>, Option<jiff::Timestamp>) = tx.one(
        sql!(
            "select assigned_to, assigned_name, assigned_at
               from plan_registration
              where venue_id = $1
                and number = $2"
        ),
        args![&venue.id, latest.number],
    )?;
    let officers: Vec<Value> =
        officers(tx)?.into_iter().map(|(id, name)| json!([id, english::typed(&name)])).collect();
    let fixed = work::plan::fixed(tx, &venue.id)?;
    let history: Vec<(String, Vec<i64>)> = programme
        .cycles
        .iter()
        .map(|c| {
            (
                c.say(),
                vec![
                    lines.get(&c.number).map_or(0, |l| i64::from(l.boxes)),
                    fixed.get(&c.number).map_or(0, |f| i64::from(f.0)),
                ],
            )
        })
        .collect();
    let given: i64 = history.iter().map(|(_, values)| values[1]).sum();
    let own = visit.actor().account;
    let answers = work::venue::answers(tx, &venue.id)?;
    let crosses = review::cross_checks(&review::Numbers {
        programme,
        persons: answers.get("expected_persons").and_then(|v| v.parse().ok()).unwrap_or(0),
        doses: venue.expected_doses,
        lines: Some(&lines),
        storage_boxes: rules::venue::storage_boxes(&answers, programme.product.boxes_per_freezer),
        doctors: Some(work::venue::doctors(tx, &venue.id)?.len() as u32),
    });
    visit.page(
        "review/one.html",
        typed,
        json!({
            "h1": "計画の確認", "rows": rows, "registration": latest.json(), "before": before, "expected": venue.expected_doses, "waiting": waiting.0, "completed": completed, "queue": filter.address(),
            "contacts": work::venue::contacts(tx, &venue.id)?, "checks": crate::venue::checks_json(tx, &venue.id)?, "place": visit.masters().places.full_name(&venue.municipality),
            "crumbs": [[format!("/mhlw/plans?{}", filter.address()), "計画の確認"]], "reasons": visit.masters().review_reasons.iter().map(|r| json!([r.id, r.text])).collect::<Vec<_>>(),
            "assigned": assigned.1, "assigned_at": assigned.2, "mine": assigned.0.as_ref() == Some(&own), "officers": officers, "crosses": crosses, "remarks": work::review::remarks(tx, "plan", &venue.id)?, "may_undo": may_undo(visit, &latest),
            "chart": chart::bars(&format!("計画と分配（箱）：これまでに{given}箱が分配されました", given = grouped(given)), &history, "箱"),
        }),
    )
}

/// Officers who review.
fn officers(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Failure> {
    let rows: Vec<(String, String, String)> = tx.all(
        sql!(
            "select a.id, a.name, m.permissions
               from membership m
               join account a on a.id = m.account_id
              where m.scope_kind = 'nation'
                and m.scope_id = 'jp'
                and m.role = 'national'
                and m.ended_at is null
                and a.disabled_at is null
              order by a.name, a.id"
        ),
        args![],
    )?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, p)| p.split(',').any(|k| k == Permission::Reviewer.key()))
        .map(|(id, name, _)| (id, name))
        .collect())
}

/// Until the stretch of the calendar in which it was decided ends.
fn may_undo(visit: &Visit, latest: &work::plan::Registration) -> bool {
    let Some(decided) = latest
        .reviewed_at
        .filter(|_| latest.status() != Status::Waiting && latest.reviewer.is_some())
    else {
        return false;
    };
    let calendar = &visit.masters().programme().calendar;
    calendar.at(decided).map(|s| s.since) == calendar.at(visit.now).map(|s| s.since)
}

pub fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    if work::venue::completed(tx, &venue.id)?.is_some() {
        return Err(Trouble::at(
            "",
            "この会場は接種完了を登録しています。分配の対象にならないため、計画の確認は要りません。",
        ));
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
    let status = review::decide(latest.status(), true, &decision)
        .map_err(|r| Trouble::at(if r == review::Refusal::NoReason { "reason" } else { "" }, &r))?;
    let reason = match &decision {
        Decision::Confirm => None,
        Decision::Revise { reason } => Some(reason.as_str()),
    };
    write_decision(
        visit,
        tx,
        (&venue.id, &venue.name),
        latest.number,
        latest.version,
        &latest.review,
        status,
        reason,
    )?;
    // On to the next in the queue that the officer came from.
    let filter = Filter::of(&platform::form::Form(
        form_urlencoded::parse(form.get("queue").as_bytes())
            .map(|(n, v)| (n.into(), v.into()))
            .collect(),
    ));
    let next = Filter { status: "waiting".into(), after: String::new(), ..filter.clone() }
        .rows(visit, tx, 1)?;
    let queue: String = form_urlencoded::byte_serialize(filter.address().as_bytes()).collect();
    Ok(match next.first() {
        Some(next) => Done {
            location: format!("/mhlw/plans/{}?queue={queue}&done=plan.reviewed", next.venue),
        },
        None => Done { location: format!("/mhlw/plans?{}&done=plan.reviewed", filter.address()) },
    })
}

/// Gives a registration to an officer, or gives it back (`to` empty).
pub fn assign(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let to =
        if form.get("to") == "me" { visit.actor().account } else { form.get("to").to_string() };
    let name = match to.as_str() {
        "" => None,
        id => Some(
            officers(tx)?
                .into_iter()
                .find(|(known, _)| known == id)
                .ok_or_else(|| Trouble::at("to", "確認の権限を持つ担当者を選んでください"))?
                .1,
        ),
    };
    let (known,): (Option<String>,) = tx.one(
        sql!("select assigned_to from plan_registration where venue_id = $1 and number = $2"),
        args![&venue.id, latest.number],
    )?;
    if known.unwrap_or_default() == to {
        return Ok(Done::saying(format!("/mhlw/plans/{}", venue.id), "unchanged"));
    }
    tx.run_one(
        sql!(
            "update plan_registration
                set assigned_to = $1, assigned_name = $2, assigned_at = $3
              where venue_id = $4
                and number = $5"
        ),
        args![
            name.as_ref().map(|_| to.clone()),
            name.clone(),
            name.as_ref().map(|_| visit.now),
            &venue.id,
            latest.number
        ],
    )?;
    visit.journal(
        tx,
        ("venue", &venue.id),
        "plan.assign",
        Value::Null,
        json!({"number": latest.number, "to": name}),
        None,
    )?;
    Ok(Done { location: format!("/mhlw/plans/{}?done=plan.assigned", venue.id) })
}

/// Takes a decision back: the registration waits again, and the venue is told.
pub fn undo(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    if !may_undo(visit, &latest) {
        return Err(Trouble::at(
            "",
            "この確認は取り消せません。確認した期間が終わったか、まだ確認されていません。",
        ));
    }
    write_decision(
        visit,
        tx,
        (&venue.id, &venue.name),
        latest.number,
        latest.version,
        &latest.review,
        Status::Waiting,
        None,
    )?;
    Ok(Done { location: format!("/mhlw/plans/{}?done=plan.undone", venue.id) })
}
