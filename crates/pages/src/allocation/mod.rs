//! 分配: conditions, trials from the snapshot at the cut-off, comparison, approval by a second
//! person, carrying out, replay, and the venue's page that says why.

pub(crate) mod conditions;
mod papers;
mod result;
mod trial;
mod venue;

use platform::db::{Failure, Tx};
use platform::english;
use platform::form::Form;
use platform::journal::Actor;
use rules::access::Act;
use rules::allocation::NotApproved;
use rules::programme::Cycle;
use serde_json::{Value, json};

use masters::Masters;
pub use trial::{carry_on, carry_trial, work_out};
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use words::Sentence;
use work::Caller;
use work::allocation::{Run, RunId, State, decided_cycles, load};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/mhlw/allocations", Act::ReviewPlan, runs),
        page("/mhlw/allocations/new", Act::RunAllocation, conditions::show),
        command("/mhlw/allocations/new", Act::RunAllocation, conditions::begin, conditions::show),
        page("/mhlw/allocations/{run}", Act::ReviewPlan, result::show),
        page("/mhlw/allocations/{run}/compare", Act::ReviewPlan, result::compare),
        page("/mhlw/allocations/{run}/replay", Act::ReviewPlan, result::replay),
        page("/mhlw/allocations/{run}/run.pdf", Act::ReviewPlan, papers::run_pdf),
        page("/mhlw/allocations/{run}/evidence.zip", Act::ReviewPlan, papers::evidence),
        command("/mhlw/allocations/{run}/cancel", Act::RunAllocation, cancel, result::show),
        command("/mhlw/allocations/{run}/approve", Act::ApproveAllocation, approve, result::show),
        page("/venues/{venue}/allocations", Act::ReadAllocation, venue::show),
    ];
    all.extend(list!("/mhlw/allocations/{run}/shares", Act::ReviewPlan, papers::shares));
    all
}

/// What a state is called, and its chip's tone.
fn state_word(state: State) -> (&'static str, &'static str) {
    match state {
        State::Queued => ("順番待ち", "wait"),
        State::Working => ("試算中", "wait"),
        State::Tried => ("試算", "wait"),
        State::Refused => ("試算できません", "bad"),
        State::Cancelled => ("取り消し", "plain"),
        State::Approved => ("確定処理中", "act"),
        State::CarriedOut => ("確定済", "ok"),
    }
}

/// A rule set's name or note on a page: the data files' own are ours, what somebody wrote is
/// marked.
pub fn named(visit: &Visit, text: &str) -> String {
    let ours = visit.house.base_masters.rule_sets.iter().any(|s| s.name == text || s.note == text);
    if ours { text.to_string() } else { english::typed(text) }
}

/// A run as its pages show it.
fn run_json(run: &Run, visit: &Visit) -> Value {
    let cycle = visit
        .masters()
        .programme()
        .cycle(run.cycle)
        .map_or(String::new(), |c| format!("{} {}", c.say(), c.say_period()));
    let (word, tone) = state_word(run.state);
    let set = run.chosen().map(|c| {
        // Conditions that were typed without a set have no version.
        if c.set_version == 0 {
            return "ルールの組を使わない条件".to_string();
        }
        let name = visit
            .masters()
            .rule_sets
            .iter()
            .find(|s| s.id == c.set)
            .map_or(c.set.clone(), |s| s.name.clone());
        format!(
            "{}（第{}版{}）",
            named(visit, &name),
            c.set_version,
            if c.changed { "、変更あり" } else { "" }
        )
    });
    let stale = (run.state == State::Tried).then(|| run.other_box(visit.masters().programme()));
    let stale = stale.filter(|changes| !changes.is_empty());
    let stale = stale.map(|changes| NotApproved::OtherBox(changes.join("、")).sentence());
    json!({
        "stale": stale, "id": run.id, "cycle": run.cycle, "title": cycle, "supply": run.supply, "note": run.note, "cut_off": run.cut_off, "fingerprint": run.fingerprint, "digest": run.digest,
        "requested": run.requested, "allocated": run.allocated, "left": run.supply.saturating_sub(run.allocated), "made_at": run.made_at, "made_by": run.made_by_name,
        "approved_at": run.approved_at, "approved_by": run.approved_by_name, "version": run.version, "status": word, "tone": tone, "state": run.state, "set": set,
        "running": matches!(run.state, State::Queued | State::Working), "carrying": run.state == State::Approved, "tried": run.state == State::Tried, "trouble": run.trouble,
        "percent": if run.total > 0 { run.done.saturating_mul(100) / run.total } else { 0 }, "done": run.done, "total": run.total, "stage": run.stage, "stage_word": usize::try_from(run.stage).ok().and_then(|stage| trial::STAGES.get(stage)),
        "fill": if run.requested > 0 { run.allocated.saturating_mul(100) / run.requested } else { 100 },
    })
}

/// Runs that somebody still has to do something about, for the ministry's first page.
pub fn open_runs(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<Value>, Trouble> {
    let decided = decided_cycles(tx, &visit.masters().programme().id, None)?;
    let runs = work::allocation::runs(tx, &visit.masters().programme().id)?;
    Ok(runs
        .iter()
        .filter(|r| {
            r.state.is_going_on() || (r.state == State::Tried && !decided.contains(&r.cycle))
        })
        .take(10)
        .map(|r| run_json(r, visit))
        .collect())
}

fn runs(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = work::allocation::runs(tx, &visit.masters().programme().id)?
        .iter()
        .map(|r| run_json(r, visit))
        .collect();
    visit.page(
        "allocation/runs.html",
        typed,
        json!({"h1": "分配", "rows": rows, "may_run": visit.may(Act::RunAllocation), "next": next_cycle(visit, tx)?}),
    )
}

/// The cycle whose cut-off has passed and whose amounts aren't decided yet.
fn next_cycle(visit: &Visit, tx: &mut Tx<'_>) -> Result<Option<Value>, Trouble> {
    let decided = decided_cycles(tx, &visit.masters().programme().id, None)?;
    let next = visit
        .masters()
        .programme()
        .cycles
        .iter()
        .find(|c| c.cut_off <= visit.now && !decided.contains(&c.number));
    Ok(next.map(|c| json!({"number": c.number, "title": c.say(), "decided": c.decided})))
}

fn already_fixed(cycle: &Cycle, field: &str) -> Trouble {
    Trouble::at(field, NotApproved::Fixed(cycle.number))
}

fn cancel(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    work::allocation::cancel(&visit.caller(), tx, &run)?;
    Ok(Done::saying(format!("/mhlw/allocations/{}", run.id), "allocation.cancelled"))
}

fn approve(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    form.expect_version(run.version)?;
    let page = format!("/mhlw/allocations/{}", run.id);
    let carried = work::allocation::approve(&visit.caller(), tx, &run)?;
    Ok(match carried {
        true => Done::saying(page, "allocation.fixing"),
        false => Done::saying(page, "allocation.fixed"),
    })
}

/// The run that a seed makes is approved through the same door.
pub fn fix_by_id(
    tx: &mut Tx<'_>,
    masters: &Masters,
    base_url: &str,
    actor: &Actor,
    now: jiff::Timestamp,
    id: &RunId,
) -> Result<(), Trouble> {
    let run = load(tx, id)?;
    let by = Caller { actor: actor.clone(), now, masters, base_url };
    work::allocation::fix(&by, tx, &run).map(|_| ()).map_err(Trouble::from)
}

/// What a worker does first after an upgrade.
pub fn prepare(tx: &mut Tx<'_>, masters: &Masters) -> Result<(), Failure> {
    work::allocation::convert_old_runs(tx, masters)?;
    work::delivery::fill_prefectures(tx)
}
