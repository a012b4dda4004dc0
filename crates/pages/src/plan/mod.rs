//! 接種計画: editor for all cycles, draft, check page, receipt, versions and differences.

pub(crate) mod edit;

use masters::changes;
use platform::db::{Failure, Tx};
use rules::access::Act;
use rules::application::grouped;
use rules::plan::{self, Fixed, Held, Holdings, LineState, Lines};
use rules::programme::{Cycle, EXAMPLE_BOXES, Programme};
use rules::time;
use serde_json::{Value, json};

use web::Route;
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::venue::VenueHead;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/plan", Act::ReadPlan, view),
        page("/venues/{venue}/plan/receipts/{number}", Act::ReadPlan, receipt),
        page("/venues/{venue}/plan/versions", Act::ReadPlan, versions),
        page("/venues/{venue}/plan/versions/{number}", Act::ReadPlan, version),
        page("/venues/{venue}/plan/diff", Act::ReadPlan, difference),
    ];
    all.extend(edit::routes());
    all
}

/// One row of the plan as the briefing's screen words it, by what its boxes held.
fn row_json(cycle: &Cycle, line: plan::Line, held: Held, state: &LineState) -> Value {
    let (boxes, needle_boxes, packing, decided) = match state {
        LineState::Fixed(d) => (d.boxes, d.needle_boxes, d.packing, Some(d.at)),
        _ => (line.boxes, line.needle_correction.unwrap_or(held.needle_boxes), held.packing, None),
    };
    json!({
        "cycle": cycle.number, "title": cycle.say(), "period": cycle.say_period(), "week": cycle.say_delivery_week(), "cut_off": cycle.cut_off,
        "from": cycle.from, "to": cycle.to, "delivery_week": cycle.delivery_week, "decided_day": cycle.decided,
        "boxes": boxes, "doses": packing.doses(boxes), "doses_per_box": packing.doses_per_box(),
        "computed": held.needle_boxes, "needle_boxes": needle_boxes, "needles": packing.needles(needle_boxes), "pack": packing.needles.pack, "correction": line.needle_correction,
        "state": state.label(), "open": *state == LineState::Planned, "fixed": decided.is_some(), "fixed_at": decided, "reason": state.shut(cycle).map(|shut| shut.sentence()),
    })
}

/// The rows of a plan; a line of which `held` says nothing is reckoned as today.
fn rows_json(
    programme: &Programme,
    (lines, held): (&Lines, &Holdings),
    fixed: &Fixed,
    now: jiff::Timestamp,
) -> Vec<Value> {
    let today = |boxes: u32| Held {
        packing: programme.packing(),
        needle_boxes: programme.needle_boxes(boxes),
    };
    let row = |c: &Cycle| {
        let line = lines.get(&c.number).copied().unwrap_or_default();
        let held = held.get(&c.number).copied().unwrap_or_else(|| today(line.boxes));
        let state = LineState::of(programme, c, fixed.get(&c.number).copied(), now);
        row_json(c, line, held, &state)
    };
    programme.cycles.iter().map(row).collect()
}

fn totals_json(rows: &[Value]) -> Value {
    let sum = |key: &str| {
        rows.iter().fold(0_i64, |sum, r| sum.saturating_add(r[key].as_i64().unwrap_or(0)))
    };
    json!({"boxes": sum("boxes"), "doses": sum("doses"), "packs": sum("needle_boxes"), "needles": sum("needles")})
}

/// Numbers with a blank between them.
fn spaced(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

/// What every plan page says about the programme and the window.
fn frame(programme: &Programme, now: jiff::Timestamp) -> Value {
    let stretch = programme.calendar.at(now);
    let (rule, table) = (&programme.needle_rule, programme.needle_table());
    json!({
        "doses_per_box": programme.product.doses_per_box(), "product": programme.product.short_name,
        "numerator": rule.numerator, "denominator": rule.denominator, "pack": rule.pack,
        "example": {
            "boxes": EXAMPLE_BOXES,
            "doses": programme.doses(EXAMPLE_BOXES),
            "needle_boxes": programme.needle_boxes(EXAMPLE_BOXES),
        },
        "needle_first": table.as_ref().map(|t| spaced(&t.first)),
        "needle_round": table.as_ref().map(|t| t.round),
        "locked": stretch.as_ref().and_then(|s| words::plan::locked(s.phase)),
        "is_open": stretch.as_ref().is_some_and(|s| s.phase == rules::calendar::Phase::Open),
        "reopens": programme.calendar.next_opening(now).map(|s| json!({"at": s.since, "window": s.window})),
        "window": stretch.as_ref().map(|s| s.window),
        "all_cut_off": programme.all_cut_off(now).map(web::page::all_cut_off_sentence),
    })
}

fn view(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let at = visit.as_of()?;
    let then = at.unwrap_or(visit.now);
    let masters = visit.masters_then(tx, at)?;
    let programme = masters.programme();
    let mut latest = work::plan::registrations(tx, &venue.id)?.into_iter().find(|r| r.at <= then);
    if let Some(registration) =
        latest.as_mut().filter(|r| r.reviewed_at.is_some_and(|reviewed| reviewed > then))
    {
        registration.not_yet_reviewed();
    }
    let fixed = fixed_by(tx, programme, &venue.id, then)?;
    let number = latest.as_ref().map_or(0, |registration| registration.number);
    let lines = work::plan::lines(tx, &venue.id, number)?;
    let held = work::plan::held(tx, programme, &venue.id, number)?;
    let mut rows = rows_json(programme, (&lines, &held), &fixed, then);
    if at.is_none() {
        other_boxes(visit, tx, &held, &mut rows)?;
    }
    let draft = if at.is_some() { None } else { work::plan::draft(tx, &venue.id)? };
    visit.page(
        "plan/view.html",
        typed,
        json!({
            "h1": "接種計画の登録・変更", "rows": rows, "totals": totals_json(&rows), "frame": frame(programme, then), "registration": latest.as_ref().map(work::plan::Registration::shown),
            "expected": venue.expected_doses, "draft": draft.as_ref().map(|d| json!({"at": d.at, "name": d.name, "auto": d.register_on_opening})), "editable": visit.may(Act::EditPlan) && at.is_none(), "at": at,
            "checks": crate::venue::checks_json(tx, &venue.id)?,
        }),
    )
}

/// Says at each line that isn't decided what will become of it where boxes hold something else
/// when it is.
fn other_boxes(
    visit: &Visit,
    tx: &mut Tx<'_>,
    held: &Holdings,
    rows: &mut [Value],
) -> Result<(), Failure> {
    let (programme, today) = (visit.masters().programme(), time::date(visit.now));
    let to_come = changes::packings_to_come(tx, &visit.house.base_masters, today)?;
    for (cycle, row) in programme.cycles.iter().zip(rows) {
        let boxes = row["boxes"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let Some(held) = held.get(&cycle.number).filter(|_| boxes > 0 && row["fixed"] != true)
        else {
            continue;
        };
        let day = cycle.decided.max(today);
        let then = to_come.iter().rfind(|(from, _)| *from <= day);
        let packing = then.map_or(programme.packing(), |(_, packing)| *packing);
        let mut lines = ::words::programme::changes(held.packing, packing);
        if lines.is_empty() {
            continue;
        }
        if let Some((from, _)) = then {
            lines.insert(
                0,
                visit.masters().said("plan.box.from", &[("{day}", time::say_date(*from))]),
            );
        }
        let doses = packing.doses(boxes);
        if doses != held.packing.doses(boxes) {
            let values = [("{boxes}", grouped(boxes)), ("{doses}", grouped(doses))];
            lines.push(visit.masters().said("plan.box.doses", &values));
        }
        row["other_box"] = lines.into();
    }
    Ok(())
}

fn receipt(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let registration =
        work::plan::registration(tx, &venue.id, visit.param("number").parse().unwrap_or(0))?
            .ok_or(Trouble::NotFound)?;
    let rows = rows_of(visit, tx, &registration)?;
    visit.page(
        "plan/receipt.html",
        typed,
        json!({"h1": "計画を登録しました", "rows": rows, "totals": totals_json(&rows), "frame": frame(visit.masters().programme(), visit.now), "registration": registration.shown(), "ms": time::local(registration.at).strftime("%H:%M:%S%.3f").to_string(), "crumbs": crumbs(venue)}),
    )
}

/// The rows of a registration as it was made.
fn rows_of(
    visit: &Visit,
    tx: &mut Tx<'_>,
    registration: &work::plan::Registration,
) -> Result<Vec<Value>, Trouble> {
    let (venue, programme) = (&visit.venue()?.id, visit.masters().programme());
    let lines = work::plan::lines(tx, venue, registration.number)?;
    let held = work::plan::held(tx, programme, venue, registration.number)?;
    let fixed = fixed_by(tx, programme, venue, registration.at)?;
    Ok(rows_json(programme, (&lines, &held), &fixed, registration.at))
}

fn crumbs(venue: &VenueHead) -> Value {
    json!([[format!("/venues/{}/plan", venue.id), "接種計画"]])
}

fn versions(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let versions = work::plan::registrations(tx, &venue.id)?;
    let rows: Vec<_> = versions.iter().map(work::plan::Registration::shown).collect();
    visit.page(
        "plan/versions.html",
        typed,
        json!({"h1": "計画の版", "rows": rows, "crumbs": crumbs(venue)}),
    )
}

fn version(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let registration =
        work::plan::registration(tx, &venue.id, visit.param("number").parse().unwrap_or(0))?
            .ok_or(Trouble::NotFound)?;
    let rows = rows_of(visit, tx, &registration)?;
    visit.page(
        "plan/version.html",
        typed,
        json!({"h1": format!("計画 第{}版", registration.number), "rows": rows, "totals": totals_json(&rows), "frame": frame(visit.masters().programme(), visit.now), "registration": registration.shown(), "crumbs": [[format!("/venues/{}/plan", venue.id), "接種計画"], [format!("/venues/{}/plan/versions", venue.id), "計画の版"]]}),
    )
}

/// Amounts that were decided by an instant.
pub fn fixed_by(
    tx: &mut Tx<'_>,
    programme: &Programme,
    venue: &str,
    then: jiff::Timestamp,
) -> Result<Fixed, Failure> {
    let mut fixed = work::plan::fixed(tx, programme, venue)?;
    fixed.retain(|_, decided| decided.at <= then);
    Ok(fixed)
}

/// Two sets of lines side by side, in boxes, each with what it was reckoned with; what is decided
/// stands as decided on both sides.
pub fn compare(
    programme: &Programme,
    before: (&Lines, &Holdings),
    after: (&Lines, &Holdings),
    fixed: &Fixed,
) -> Vec<Value> {
    let row = |c: &Cycle| {
        let decided = fixed.get(&c.number).map(|decided| plan::Line {
            boxes: decided.boxes,
            needle_correction: Some(decided.needle_boxes),
        });
        let line = |(lines, _): (&Lines, &Holdings)| {
            decided.or_else(|| lines.get(&c.number).copied()).unwrap_or_default()
        };
        let packs = |line: &plan::Line, (_, held): (&Lines, &Holdings)| {
            let by_rule = held.get(&c.number).map(|held| held.needle_boxes);
            let own = line.needle_correction.or(by_rule);
            own.unwrap_or_else(|| programme.needle_boxes(line.boxes))
        };
        let (b, a) = (line(before), line(after));
        json!({
            "cycle": c.number, "title": c.say(), "period": c.say_period(), "week": c.say_delivery_week(), "before": b.boxes, "after": a.boxes, "delta": i64::from(a.boxes) - i64::from(b.boxes),
            "packs_before": packs(&b, before), "packs_after": packs(&a, after), "changed": a != b,
            "fixed": decided.is_some(), "corrected": decided.is_none() && a.needle_correction.is_some(),
        })
    };
    programme.cycles.iter().map(row).collect()
}

/// Two registrations of a venue side by side.
pub fn compare_versions(
    tx: &mut Tx<'_>,
    programme: &Programme,
    venue: &str,
    (from, to): (i64, i64),
    fixed: &Fixed,
) -> Result<Vec<Value>, Failure> {
    let (before, after) = (work::plan::lines(tx, venue, from)?, work::plan::lines(tx, venue, to)?);
    let was = work::plan::held(tx, programme, venue, from)?;
    let is = work::plan::held(tx, programme, venue, to)?;
    Ok(compare(programme, (&before, &was), (&after, &is), fixed))
}

fn difference(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let number = |name: &str| visit.query(name).parse::<i64>().unwrap_or(0);
    let (from, to) = (number("from"), number("to"));
    let later = work::plan::registration(tx, &venue.id, to)?.ok_or(Trouble::NotFound)?;
    let programme = visit.masters().programme();
    let fixed = fixed_by(tx, programme, &venue.id, later.at)?;
    let rows = compare_versions(tx, programme, &venue.id, (from, to), &fixed)?;
    visit.page(
        "plan/diff.html",
        typed,
        json!({"h1": format!("第{from}版と第{to}版の違い"), "rows": rows, "from": from, "to": to, "crumbs": [[format!("/venues/{}/plan", venue.id), "接種計画"], [format!("/venues/{}/plan/versions", venue.id), "計画の版"]]}),
    )
}
