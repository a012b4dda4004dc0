//! The prefecture's first look: it sees what waits in its area, says what it knows, and the
//! ministry reads it beside the flags.

use platform::db::Tx;
use platform::form::Form;
use serde_json::{Value, json};

use super::{Filter, filter_of, row_json};
use crate::plan;
use rules::application::Status;
use web::Done;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::review::{Remarkable, Remarked};

fn put(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
    kind: Remarkable,
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
    let membership = visit.membership()?;
    let said = Remarked { kind, id, number, concern, text: &text };
    Ok(work::review::remark(&visit.caller(), tx, membership.reach(), &said)?)
}

/// Plans of the prefecture that wait for the ministry.
pub fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let filter = Filter {
        prefecture: visit.membership()?.scope_id.clone(),
        ..filter_of(&visit.request.query)
    };
    let rows = super::rows(&filter, visit, tx, 200)?;
    visit.page("review/first.html", typed, json!({"h1": "計画の事前確認", "rows": rows.iter().map(|r| row_json(r, visit)).collect::<Vec<_>>()}))
}

pub fn plan(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let before = work::plan::confirmed_before(tx, &venue.id, latest.number)?;
    let programme = visit.masters().programme();
    let fixed = work::plan::fixed(tx, programme, &venue.id)?;
    let versions = (before, latest.number);
    let rows = plan::compare_versions(tx, programme, &venue.id, versions, &fixed)?;
    visit.page(
        "review/first-plan.html",
        typed,
        json!({"h1": "計画の事前確認", "crumbs": [["/prefecture/plans", "計画の事前確認"]], "rows": rows, "registration": latest.shown(), "total": latest.planned(tx, programme.first_packing(), &venue.id)?.doses, "expected": venue.expected_doses, "remarks": work::review::remarks(tx, Remarkable::Plan, &venue.id)?, "place": visit.masters().places.full_name(&venue.municipality)}),
    )
}

pub fn remark_plan(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let latest = work::plan::latest(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    if form.get("number") != latest.number.to_string() {
        return Err(Trouble::stale(rules::review::Refusal::Superseded));
    }
    put(visit, tx, form, Remarkable::Plan, &venue.id, latest.number)?;
    Ok(Done::saying("/prefecture/plans", "review.remarked"))
}

pub fn applications(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = work::review::applications(tx, &visit.membership()?.scope_id)?
        .into_iter()
        .map(|a| {
            json!({
                "id": a.id,
                "number": a.number,
                "at": a.submitted_at,
                "name": a.name,
                "concern": a.concern,
            })
        })
        .collect();
    visit.page(
        "review/first-applications.html",
        typed,
        json!({"h1": "申込の事前確認", "rows": rows}),
    )
}

pub fn application(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let id = visit.param("application");
    let (number, status) = work::review::application(tx, id)?.ok_or(Trouble::NotFound)?;
    visit.page(
        "review/first-application.html",
        typed,
        json!({"h1": "申込の事前確認", "crumbs": [["/prefecture/applications", "申込の事前確認"]], "id": id, "number": number, "waiting": status == Status::Submitted, "remarks": work::review::remarks(tx, Remarkable::Application, id)?}),
    )
}

pub fn remark_application(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    put(visit, tx, form, Remarkable::Application, visit.param("application"), 0)?;
    Ok(Done::saying("/prefecture/applications", "review.remarked"))
}
