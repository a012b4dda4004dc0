//! Writing a plan: the draft saves as it goes, the check page registers it. What was typed is never
//! lost.

use platform::db::{Failure, Tx};
use platform::english;
use platform::form::Form;
use rules::access::Act;
use rules::input;
use rules::plan::{Line, LineState, Lines, Refusal};
use serde_json::json;

use super::{compare, crumbs, frame, rows_json, totals_json};
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use words::Sentence;
use work::Refused;
use work::plan::{decide, flags_of, position};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/plan/edit", Act::EditPlan, edit),
        command("/venues/{venue}/plan/edit", Act::EditPlan, save, edit),
        command("/venues/{venue}/plan/discard", Act::EditPlan, discard, edit),
        page("/venues/{venue}/plan/check", Act::EditPlan, check),
        command("/venues/{venue}/plan/check", Act::EditPlan, submit, check),
        page("/venues/{venue}/plan/merge", Act::EditPlan, check),
        command("/venues/{venue}/plan/merge", Act::EditPlan, merge, check),
    ]
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let position = position(tx, visit.masters(), &venue.id)?;
    let draft = work::plan::draft(tx, &venue.id)?;
    let wish = draft.as_ref().map_or(&position.registered, |d| &d.lines.0);
    let facts = position.facts(visit.masters(), venue.expected_doses, visit.now);
    let held = rules::plan::holdings(&facts, wish);
    let mut rows = rows_json(programme, (wish, &held), &position.fixed, visit.now);
    for row in &mut rows {
        let number = row["cycle"].as_u64().unwrap_or(0) as u32;
        row["registered"] = json!(position.registered.get(&number).map_or(0, |l| l.boxes));
    }
    let totals = totals_json(&rows);
    visit.page(
        "plan/edit.html",
        typed,
        json!({
            "h1": "接種計画の登録・変更", "rows": rows, "totals": totals, "frame": frame(visit.masters().programme(), visit.now), "expected": venue.expected_doses, "base": draft.as_ref().map_or(position.number, |d| d.base),
            "draft": draft.as_ref().map(|d| json!({"at": d.at, "name": d.name, "auto": d.register_on_opening, "version": d.version})), "draft_version": draft.as_ref().map_or(0, |d| d.version),
            "reason": draft.as_ref().and_then(|d| d.reason.clone()), "crumbs": crumbs(venue),
        }),
    )
}

/// Reads the boxes of the lines that can be changed; the others keep what is registered.
fn read(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Lines, Trouble> {
    let programme = visit.masters().programme();
    let position = position(tx, visit.masters(), &visit.venue()?.id)?;
    let mut lines = position.registered.clone();
    let mut errors = Errors::default();
    for cycle in &programme.cycles {
        let open =
            LineState::of(programme, cycle, position.fixed.get(&cycle.number).copied(), visit.now)
                == LineState::Planned;
        let (boxes_field, needles_field) =
            (format!("boxes_{}", cycle.number), format!("needles_{}", cycle.number));
        // A line that was closed meanwhile isn't changed by a form that still had it; the page says
        // so.
        if !open || !form.0.iter().any(|(name, _)| *name == boxes_field) {
            continue;
        }
        let boxes = if form.has(&boxes_field) {
            errors.take(
                &boxes_field,
                input::whole(
                    &format!("{}の箱数", cycle.say()),
                    input::Unit::Box,
                    form.get(&boxes_field),
                ),
            )
        } else {
            Some(0)
        };
        let needles = if form.has(&needles_field) {
            let label = format!("{}の針・シリンジの箱数", cycle.say());
            let most = i64::from(rules::programme::NEEDLE_BOXES_MAX);
            errors
                .take(
                    &needles_field,
                    input::within(&label, input::Unit::Box, form.get(&needles_field), 0, most),
                )
                .map(Some)
        } else {
            Some(None)
        };
        let small = |n: i64| u32::try_from(n).ok().filter(|n| *n <= rules::programme::BOXES_MAX);
        match (boxes.map(small), needles) {
            (Some(None), _) => errors.add(boxes_field, Refusal::TooMany(cycle.number)),
            (Some(Some(boxes)), Some(needles)) => {
                let needle_correction = needles.and_then(|n| u32::try_from(n).ok());
                let line = Line { boxes, needle_correction };
                lines.insert(cycle.number, line.kept(programme));
            }
            _ => {}
        }
    }
    if errors.is_empty() { Ok(lines) } else { Err(Trouble::refused(errors)) }
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let lines = read(visit, tx, form)?;
    let base: i64 = form.get("base").parse().unwrap_or(0);
    let known = work::plan::draft(tx, &venue.id)?;
    // Somebody else wrote the draft meanwhile: both are shown, nothing is overwritten.
    if let Some(draft) = &known
        && form.get("draft_version") != draft.version.to_string()
    {
        return Err(Trouble::stale(format!(
            "{}さんが{}に下書きを保存しました。あなたの入力との違いを確認してください。",
            english::typed(&draft.name),
            rules::time::say_moment(draft.at)
        )));
    }
    let reason = Some(web::field::note(form, "reason", "理由")?)
        .filter(|r| !r.is_empty())
        .or(known.as_ref().and_then(|d| d.reason.clone()));
    let auto = form.get("auto") == "yes";
    let same = known.as_ref().is_some_and(|d| {
        d.lines.0 == lines && d.reason == reason && d.base == base && d.register_on_opening == auto
    });
    if !same {
        write_draft(visit, tx, &lines, reason.as_deref(), base, auto)?;
    }
    Ok(match form.get("go") {
        "check" => Done::to(format!("/venues/{}/plan/check", venue.id)),
        _ => Done::saying(
            format!("/venues/{}/plan/edit", venue.id),
            if same { "unchanged" } else { "plan.draft" },
        ),
    })
}

pub(crate) fn write_draft(
    visit: &Visit,
    tx: &mut Tx<'_>,
    lines: &Lines,
    reason: Option<&str>,
    base: i64,
    auto: bool,
) -> Result<(), Trouble> {
    let venue = visit.venue()?;
    let sketch = work::plan::Sketch { lines, reason, base, on_opening: auto };
    Ok(work::plan::write_draft(&visit.caller(), tx, &venue.id, &sketch)?)
}

fn discard(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let back = Done::saying(format!("/venues/{}/plan", venue.id), "plan.discarded");
    let Some(draft) = work::plan::draft(tx, &venue.id)? else { return Ok(back) };
    form.expect_version(draft.version)?;
    work::plan::discard(&visit.caller(), tx, &venue.id, &draft)?;
    Ok(back)
}

fn check(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let programme = visit.masters().programme();
    let position = position(tx, visit.masters(), &venue.id)?;
    let Some(draft) = work::plan::draft(tx, &venue.id)? else {
        return Ok(Answer::Redirect(format!("/venues/{}/plan", venue.id)));
    };
    let conflict = draft.base != position.number;
    let facts = position.facts(visit.masters(), venue.expected_doses, visit.now);
    let held = rules::plan::holdings(&facts, &draft.lines.0);
    let total = rules::plan::total_doses(&facts, &draft.lines.0);
    let (registered, wish) = ((&position.registered, &position.held), (&draft.lines.0, &held));
    let rows = compare(programme, registered, wish, &position.fixed);
    let base = work::plan::lines(tx, &venue.id, draft.base)?;
    let then = work::plan::held(tx, programme, &venue.id, draft.base)?;
    let started = compare(programme, (&base, &then), wish, &position.fixed);
    let sum = |key: &str| {
        rows.iter().fold(0_i64, |sum, r| sum.saturating_add(r[key].as_i64().unwrap_or(0)))
    };
    let sums =
        json!({"before": sum("before"), "after": sum("after"), "packs_after": sum("packs_after")});
    let over = total > venue.expected_doses;
    // The reason is asked for on this page: what follows is worked out as if it were given.
    let reason = draft.reason.as_deref().or(over.then_some("（未記入）"));
    let outcome =
        decide(visit.masters(), &position, venue.expected_doses, visit.now, &draft.lines.0, reason);
    let flags = match &outcome {
        Ok(revision) => flags_of(tx, visit.masters(), venue, revision)?,
        Err(_) => vec![],
    };
    let blocked = match &outcome {
        Ok(_) | Err(Refusal::Closed { .. }) => None,
        Err(refusal) => Some(refusal.sentence()),
    };
    let other = work::plan::latest(tx, &venue.id)?;
    visit.page(
        "plan/check.html",
        typed,
        json!({
            "h1": "計画の確認", "rows": rows, "started": started, "sums": sums, "conflict": conflict, "total": total, "expected": venue.expected_doses, "over": over,
            "flags": flags.iter().map(rules::review::Flag::sentence).collect::<Vec<_>>(), "blocked": blocked, "frame": frame(visit.masters().programme(), visit.now), "reason": draft.reason,
            "draft": {"version": draft.version, "base": draft.base, "auto": draft.register_on_opening}, "other": other.as_ref().map(|r| r.shown()),
            "checks": crate::venue::checks_json(tx, &venue.id)?,
            "crumbs": [[format!("/venues/{}/plan", venue.id), "接種計画"], [format!("/venues/{}/plan/edit", venue.id), "登録・変更"]],
        }),
    )
}

fn submit(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let Some(draft) = work::plan::draft(tx, &venue.id)? else {
        return Err(Trouble::stale(
            "この下書きは、すでに登録されたか取り消されました。いまの計画を確認してください。",
        ));
    };
    if form.get("draft_version") != draft.version.to_string() {
        return Err(Trouble::stale(format!(
            "{}さんが{}に下書きを変更しました。内容を確認してください。",
            english::typed(&draft.name),
            rules::time::say_moment(draft.at)
        )));
    }
    if !draft.lines.is_whole() {
        return Err(Trouble::at(
            "",
            "下書きに読めないクールがあります。「登録・変更」で内容を確かめて、保存し直してください。",
        ));
    }
    let reason = Some(web::field::note(form, "reason", "理由")?)
        .filter(|r| !r.is_empty())
        .or(draft.reason.clone());
    let by = visit.caller();
    match work::plan::register(&by, tx, venue, draft.base, &draft.lines.0, reason.as_deref()) {
        Ok(number) => Ok(Done::to(format!("/venues/{}/plan/receipts/{number}", venue.id))),
        // Late: the wish stays as a draft, and the page says so.
        Err(Refused::ByRule(Refusal::Closed { .. })) => {
            write_draft(
                visit,
                tx,
                &draft.lines.0,
                reason.as_deref(),
                draft.base,
                form.get("auto") == "yes",
            )?;
            Ok(Done::saying(format!("/venues/{}/plan/edit", venue.id), "plan.late"))
        }
        Err(Refused::Database(Failure::Stale)) => {
            let other = work::plan::latest(tx, &venue.id)?;
            let (name, at) = other.map_or((String::new(), visit.now), |r| (r.name, r.at));
            Err(Trouble::stale(format!(
                "{}さんが{}に同じ計画を登録しました。あなたの入力との違いを確認してください。",
                english::typed(&name),
                rules::time::say_moment(at)
            )))
        }
        Err(other) => Err(other.told(|r| Trouble::at(&r.field(), r))),
    }
}

/// After a conflict: row by row, theirs or mine; the draft then stands on the latest registration.
fn merge(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let draft = work::plan::draft(tx, &venue.id)?.ok_or(Trouble::NotFound)?;
    let position = position(tx, visit.masters(), &venue.id)?;
    let mut lines = position.registered.clone();
    for (cycle, mine) in &draft.lines.0 {
        if form.get(&format!("pick_{cycle}")) == "mine" {
            lines.insert(*cycle, *mine);
        }
    }
    write_draft(
        visit,
        tx,
        &lines,
        draft.reason.as_deref(),
        position.number,
        draft.register_on_opening,
    )?;
    Ok(Done::to(format!("/venues/{}/plan/check", venue.id)))
}
