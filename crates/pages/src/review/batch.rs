//! Many at once: only registrations without a serious flag, after a page that says which.

use platform::db::Tx;
use platform::form::Form;
use rules::review::Flag;
use serde_json::json;

use super::{Filter, Waiting, filter_of, row_json};
use web::Done;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::review::Tab;

/// Registrations that are confirmed in one go.
const MOST: i64 = 500;

/// What was picked (`pick=venue:number`), or with `all=unflagged` whatever matches the filter and
/// has no flag.
fn picked(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Vec<Waiting>, Trouble> {
    let mut filter = Filter { tab: Tab::Waiting, after: String::new(), ..filter_of(form) };
    if form.get("all") == "unflagged" {
        filter.flag = "none".into();
        return Ok(super::rows(&filter, visit, tx, MOST)?);
    }
    let picks: std::collections::BTreeSet<&str> = form.all("pick").into_iter().collect();
    if picks.is_empty() {
        return Err(Trouble::at("", "確認済にする計画を選んでください。"));
    }
    let mut rows = Vec::new();
    for pick in picks.into_iter().take(MOST as usize) {
        let Some((venue, number)) = pick.split_once(':') else { continue };
        // What somebody else has decided meanwhile isn't waiting any more; a newer registration
        // isn't the one that was picked.
        let one = Filter { tab: Tab::Waiting, venue: venue.into(), ..Filter::default() };
        let one = super::rows(&one, visit, tx, 1)?;
        rows.extend(one.into_iter().filter(|r| r.number.to_string() == number));
    }
    Ok(rows)
}

fn is_good(row: &Waiting) -> bool {
    !row.flags.0.iter().any(Flag::is_serious)
}

pub fn check(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let asked = typed.form.as_ref().unwrap_or(&visit.request.query);
    let rows = match picked(visit, tx, asked) {
        // Nothing is left to confirm: the queue itself says so.
        Err(Trouble::Refused { .. }) if typed.form.is_some() => Vec::new(),
        other => other?,
    };
    let (good, bad): (Vec<&Waiting>, Vec<&Waiting>) = rows.iter().partition(|r| is_good(r));
    visit.page(
        "review/batch.html",
        typed,
        json!({
            "h1": "まとめて確認済にする", "crumbs": [["/mhlw/plans", "計画の確認"]], "good": good.iter().map(|r| row_json(r, visit)).collect::<Vec<_>>(), "bad": bad.iter().map(|r| row_json(r, visit)).collect::<Vec<_>>(), "most": MOST,
        }),
    )
}

pub fn confirm(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let rows: Vec<Waiting> = picked(visit, tx, form)?.into_iter().filter(is_good).collect();
    if rows.is_empty() {
        return Err(Trouble::at(
            "",
            "確認済にできる計画がありません。ほかの人が先に確認したか、重い注意があります。",
        ));
    }
    for row in rows {
        let venue = (row.venue.as_str(), row.name.as_str());
        work::review::confirm(&visit.caller(), tx, venue, row.number, row.review)?;
    }
    Ok(Done::saying("/mhlw/plans", "plan.reviewed_many"))
}
