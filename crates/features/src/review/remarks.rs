//! The prefecture's first look: it sees what waits in its area, says what it knows, and the ministry reads it beside the flags.

use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::{args, ids, sql};
use serde_json::{Value, json};

use super::Filter;
use crate::plan;
use web::Done;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

fn put(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
    kind: &str,
    id: &str,
    number: i64,
) -> Result<(), Trouble> {
    let concern = match form.get("concern") {
        "yes" => true,
        "no" => false,
        _ => {
            return Err(Trouble::at(
                "concern",
                "「問題ありません」か「気になる点があります」を選んでください",
            ));
        }
    };
    let text = web::field::note(form, "text", "気になる点")?;
    if concern && text.is_empty() {
        return Err(Trouble::at("text", "気になる点を入力してください"));
    }
    let (hat, actor) = (visit.hat()?, visit.actor());
    tx.run(
        sql!(
            "insert into remark
                         (id, record_kind, record_id, number, scope_kind, scope_id, account, name,
                          concern, text, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            ids::timed("k", visit.now),
            kind,
            id,
            number,
            &hat.scope_kind,
            &hat.scope_id,
            &actor.account,
            &actor.name,
            concern,
            &text,
            visit.now
        ],
    )?;
    let record = if kind == "plan" { ("venue", id) } else { ("application", id) };
    Ok(visit.journal(
        tx,
        record,
        "review.remark",
        Value::Null,
        json!({"number": number, "concern": concern}),
        Some(&text),
    )?)
}

/// Plans of the prefecture that wait for the ministry.
pub fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let filter =
        Filter { prefecture: visit.hat()?.scope_id.clone(), ..Filter::of(&visit.request.query) };
    let rows = filter.rows(visit, tx, 200)?;
    visit.page("review/first.html", typed, json!({"h1": "計画の事前確認", "rows": rows.iter().map(|r| r.json(visit)).collect::<Vec<_>>()}))
}

pub fn plan(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
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
    let before = work::plan::lines(tx, &venue.id, confirmed.map_or(0, |(n,)| n))?;
    let after = work::plan::lines(tx, &venue.id, latest.number)?;
    let rows = plan::compare(
        visit.masters().programme(),
        &before,
        &after,
        &work::plan::fixed(tx, &venue.id)?,
    );
    visit.page(
        "review/first-plan.html",
        typed,
        json!({"h1": "計画の事前確認", "crumbs": [["/prefecture/plans", "計画の事前確認"]], "rows": rows, "registration": latest.json(), "expected": venue.expected_doses, "remarks": work::review::remarks(tx, "plan", &venue.id)?, "place": visit.masters().places.full_name(&venue.municipality)}),
    )
}

pub fn remark_plan(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    if form.get("number") != latest.number.to_string() {
        return Err(Trouble::stale(rules::review::Refusal::Superseded));
    }
    put(visit, tx, form, "plan", &venue.id, latest.number)?;
    Ok(Done::saying("/prefecture/plans", "review.remarked"))
}

pub fn applications(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<(String, String, Option<Timestamp>, String, Option<bool>)> = tx.all(
        sql!(
            "select a.id, a.number, a.submitted_at, coalesce(a.answers ->> 'venue_name', ''),
                    (select k.concern
                       from remark k
                      where k.record_kind = 'application'
                        and k.record_id = a.id
                      order by k.at desc
                      limit 1)
               from application a
              where a.prefecture = $1
                and a.status = 'submitted'
              order by a.submitted_at, a.id
              limit 200"
        ),
        args![&visit.hat()?.scope_id],
    )?;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, number, at, name, concern)| json!({"id": id, "number": number, "at": at, "name": name, "concern": concern}))
        .collect();
    visit.page(
        "review/first-applications.html",
        typed,
        json!({"h1": "申込の事前確認", "rows": rows}),
    )
}

pub fn application(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let id = visit.param("application");
    let (number, status): (String, String) = tx
        .first(sql!("select number, status from application where id = $1"), args![id])?
        .ok_or(Trouble::NotFound)?;
    visit.page(
        "review/first-application.html",
        typed,
        json!({"h1": "申込の事前確認", "crumbs": [["/prefecture/applications", "申込の事前確認"]], "id": id, "number": number, "waiting": status == "submitted", "remarks": work::review::remarks(tx, "application", id)?}),
    )
}

pub fn remark_application(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    put(visit, tx, form, "application", visit.param("application"), 0)?;
    Ok(Done::saying("/prefecture/applications", "review.remarked"))
}
