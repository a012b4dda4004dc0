//! Steps 2 to 5 as pages: what a trial came to, up to four trials side by side, what waits for
//! approval, and a replay.

use platform::english;
use std::collections::BTreeMap;

use platform::db::Tx;
use rules::access::Act;
use rules::allocation::{Case, Proposal};
use rules::application::commas;
use rules::application::grouped;
use rules::time;
use serde_json::{Value, json};

use super::run_json;
use crate::print;
use web::chart;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use words::allocation::propose;
use work::allocation::{Run, State, Summary, decided_cycles, load};

/// Shares on one page.
const SHOWN: i64 = 50;

/// The five steps, the present one marked.
pub fn steps(at: usize) -> Vec<Value> {
    ["条件", "試算", "比較", "承認", "確定"]
        .iter()
        .enumerate()
        .map(|(i, title)| json!({"number": i + 1, "title": title, "now": i == at, "past": i < at}))
        .collect()
}

fn step_of(run: &Run) -> usize {
    match run.state {
        State::Approved | State::CarriedOut => 4,
        _ => 1,
    }
}

/// Labels of the tenths of [`Summary::fill`].
fn fill_label(tenth: usize) -> String {
    match tenth {
        10 => "100%".into(),
        11 => "超".into(),
        n => format!("{}%〜", n * 10),
    }
}

fn fill_chart(summary: &Summary) -> String {
    let full: u64 = summary.fill.iter().skip(10).sum();
    let bars: Vec<(String, i64)> =
        summary.fill.iter().enumerate().map(|(i, n)| (fill_label(i), *n as i64)).collect();
    chart::columns(
        &format!(
            "{}会場のうち{full}会場が、求めた数のすべてを受け取ります",
            grouped(summary.venues),
            full = grouped(full)
        ),
        &bars,
    )
}

fn percent(asked: u64, given: u64) -> Option<i64> {
    (asked > 0).then(|| (given * 100 / asked) as i64)
}

fn prefecture_rows(visit: &Visit, summary: &Summary) -> Vec<Value> {
    summary
        .prefectures
        .iter()
        .map(|(code, venues, asked, given)| {
            let name = visit.masters().places.prefecture(code).map_or(code.clone(), |p| p.name.clone());
            json!({"code": code, "name": name, "venues": venues, "requested": asked, "allocated": given, "percent": percent(*asked, *given)})
        })
        .collect()
}

fn map(visit: &Visit, summary: &Summary) -> String {
    let values: Vec<(String, String, Option<i64>, String)> = visit
        .masters()
        .places
        .prefectures
        .iter()
        .map(|place| {
            let found = summary.prefectures.iter().find(|(code, ..)| *code == place.code);
            let percent = found.and_then(|(_, _, asked, given)| percent(*asked, *given));
            (
                place.code.clone(),
                place.name.clone(),
                percent,
                percent.map_or("－".into(), |p| format!("{p}%")),
            )
        })
        .collect();
    let lowest =
        values.iter().filter_map(|(_, name, percent, _)| Some((percent.as_ref()?, name))).min();
    let finding = lowest.map_or("まだ数がありません".into(), |(p, name)| {
        format!("都道府県ごとの充足率：最も低いのは{name}の{p}%です")
    });
    chart::tiles(&finding, &values)
}

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    let summary = run.summary.as_ref().map(|s| s.0.clone()).unwrap_or_default();
    let mut shares = work::allocation::shares(
        tx,
        &run.id,
        visit.query("prefecture"),
        visit.query("after"),
        SHOWN + 1,
    )?;
    let more = shares.len() as i64 > SHOWN;
    shares.truncate(SHOWN as usize);
    let following = shares.last().filter(|_| more).map(|s| s.venue.clone());
    let names: BTreeMap<String, String> = names_of(tx, &summary)?;
    let cuts: Vec<Value> = summary
        .cuts
        .iter()
        .map(|(venue, asked, given)| json!({"venue": venue, "name": names.get(venue), "requested": asked, "allocated": given, "cut": asked.saturating_sub(*given)}))
        .collect();
    let own = visit.person.as_ref().is_some_and(|p| p.id == run.made_by);
    let decided = decided_cycles(tx, &visit.masters().programme().id, None)?.contains(&run.cycle);
    let decided_day = visit.masters().programme().cycle(run.cycle).map(|c| c.decided);
    let others: Vec<Value> = work::allocation::runs(tx, &visit.masters().programme().id)?
        .iter()
        .filter(|r| r.cycle == run.cycle && r.id != run.id && r.state.is_worked_out())
        .map(|r| run_json(r, visit))
        .collect();
    let completed = work::allocation::completed(tx, visit.masters().programme(), &run, 200)?;
    let json = run_json(&run, visit);
    let refresh = run.state.is_going_on().then_some(3);
    let finished = !summary.fill.is_empty() || run.state.is_worked_out();
    let rules = rules_json(tx, &run)?;
    visit.page(
        "allocation/result.html",
        typed,
        json!({
            "h1": if run.approved_at.is_some() { "分配の結果" } else { "分配の試算" }, "run": json, "shares": shares.iter().map(work::allocation::StoredShare::shown).collect::<Vec<_>>(), "own": own, "decided": decided,
            "decided_day": decided_day, "early": decided_day.is_some_and(|d| time::date(visit.now) < d), "may_approve": visit.may(Act::ApproveAllocation), "may_run": visit.may(Act::RunAllocation),
            "crumbs": [["/mhlw/allocations", "分配"]], "steps": steps(step_of(&run)), "refresh": refresh, "finished": finished, "summary": summary,
            "fill_chart": (!summary.fill.is_empty()).then(|| fill_chart(&summary)), "fill": summary.fill.iter().enumerate().map(|(i, n)| json!({"label": fill_label(i), "n": n})).collect::<Vec<_>>(),
            "map": (!summary.fill.is_empty()).then(|| map(visit, &summary)), "prefectures": prefecture_rows(visit, &summary), "cuts": cuts, "following": following, "prefecture": visit.query("prefecture"),
            "completed": completed, "others": others, "rules": rules, "unprintable": print::unprintable(&[super::papers::record(visit, tx, &run)?]),
        }),
    )
}

/// The rules as a person reads them, in their order.
pub fn rules_json(tx: &mut Tx<'_>, run: &Run) -> Result<Vec<Value>, Trouble> {
    let Some(conditions) = run.chosen() else { return Ok(Vec::new()) };
    let choices = &conditions.choices;
    let mut said = words::allocation::said(choices, english::typed);
    for c in &choices.corrections {
        let sign = if c.boxes < 0 { "" } else { "+" };
        said.push((
            "個別調整",
            format!(
                "{} {sign}{}箱（{}）",
                name_of(tx, &c.id)?,
                commas(c.boxes),
                english::typed(&c.reason)
            ),
        ));
    }
    // Whom the run left out, as far as a page has room for them.
    let mut left_out = Vec::new();
    for id in choices.excluded.iter().take(MOST_NAMED) {
        left_out.push(name_of(tx, id)?);
    }
    if !left_out.is_empty() {
        let more = if choices.excluded.len() > MOST_NAMED { "ほか" } else { "" };
        said.push(("対象外の会場", format!("{}{more}", left_out.join("、"))));
    }
    Ok(said.into_iter().map(|(title, text)| json!({"title": title, "text": text})).collect())
}

/// Venues that are named where a run says whom it left out.
const MOST_NAMED: usize = 20;

/// A venue as people know it: name and code.
pub(super) fn name_of(tx: &mut Tx<'_>, venue: &str) -> Result<String, Trouble> {
    let known = work::venue::name_and_code(tx, venue)?;
    Ok(known.map_or_else(|| venue.to_string(), |(name, code)| format!("{name}（{code}）")))
}

fn names_of(tx: &mut Tx<'_>, summary: &Summary) -> Result<BTreeMap<String, String>, Trouble> {
    let mut names = BTreeMap::new();
    for (venue, ..) in &summary.cuts {
        let known = work::venue::name_and_code(tx, venue)?;
        names.extend(known.map(|(name, _)| (venue.clone(), name)));
    }
    Ok(names)
}

pub fn compare(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let mut wanted = vec![visit.param("run").to_string()];
    for id in visit.request.query.all("with").iter().flat_map(|w| w.split(',')) {
        if !id.is_empty() && !wanted.iter().any(|known| known == id) {
            wanted.push(id.to_string());
        }
    }
    if wanted.len() < 2 {
        return Err(Trouble::at("", "比べる試算を選んでください。"));
    }
    if wanted.len() > 4 {
        return Err(Trouble::at("", "並べて比べられるのは4つまでです。"));
    }
    let runs: Vec<Run> =
        wanted.iter().map(|id| load(tx, &id.as_str().into())).collect::<Result<_, _>>()?;
    if runs.iter().any(|r| r.cycle != runs[0].cycle) {
        return Err(Trouble::at("", "同じクールの試算だけを比べられます。"));
    }
    let summaries: Vec<Summary> =
        runs.iter().map(|r| r.summary.as_ref().map(|s| s.0.clone()).unwrap_or_default()).collect();
    let fill: Vec<Value> = (0..12)
        .map(|tenth| json!({"label": fill_label(tenth), "n": summaries.iter().map(|s| s.fill.get(tenth).copied().unwrap_or(0)).collect::<Vec<_>>()}))
        .collect();
    let mut by_place: BTreeMap<&String, Vec<Option<(u64, u64)>>> = BTreeMap::new();
    for (i, summary) in summaries.iter().enumerate() {
        for (code, _, asked, given) in &summary.prefectures {
            by_place.entry(code).or_insert_with(|| vec![None; summaries.len()])[i] =
                Some((*asked, *given));
        }
    }
    let places: Vec<Value> = by_place
        .into_iter()
        .map(|(code, values)| {
            let name = visit.masters().places.prefecture(code).map_or(code.clone(), |p| p.name.clone());
            let first = values[0].map_or(0, |(_, given)| given);
            json!({
                "code": code, "name": name, "requested": values.iter().flatten().map(|(asked, _)| *asked).max(),
                "given": values.iter().map(|v| v.map(|(asked, given)| json!({"n": given, "percent": percent(asked, given), "delta": given as i64 - first as i64}))).collect::<Vec<_>>(),
            })
        })
        .collect();
    // Where the second differs most from the first, venue by venue.
    let changes: Vec<Value> = work::allocation::differences(tx, &runs[0].id, &runs[1].id)?
        .iter()
        .map(|d| {
            json!({
                "venue": d.venue_id,
                "name": d.name,
                "first": d.one,
                "second": d.other,
                "delta": d.other - d.one,
            })
        })
        .collect();
    let parts: Vec<Value> = {
        let mut rules: Vec<&str> =
            summaries.iter().flat_map(|s| s.parts.iter().map(|p| p.rule.as_str())).collect();
        rules.sort_unstable();
        rules.dedup();
        let of = |s: &Summary, rule: &str| {
            s.parts.iter().find(|p| p.rule == rule).map_or(0, |p| p.boxes)
        };
        rules
            .iter()
            .map(|rule| json!({"rule": format!("allocation.part.{rule}"), "n": summaries.iter().map(|s| of(s, rule)).collect::<Vec<_>>()}))
            .collect()
    };
    let charts: Vec<Value> =
        summaries.iter().map(|s| json!({"fill": fill_chart(s), "map": map(visit, s)})).collect();
    visit.page(
        "allocation/compare.html",
        typed,
        json!({
            "h1": "試算の比較", "crumbs": [["/mhlw/allocations", "分配"]], "steps": steps(2), "runs": runs.iter().map(|r| run_json(r, visit)).collect::<Vec<_>>(), "fill": fill, "places": places,
            "parts": parts, "charts": charts, "changes": changes,
        }),
    )
}

/// A past run worked out again: from what the run kept, and from the database as it stood at the
/// cut-off.
pub struct Replay {
    /// The proposal from what the run kept; none where the rules of today refuse the case.
    pub kept: Option<Proposal>,
    /// Whether the plans at the cut-off, read again, give the same input.
    pub same_input: bool,
    pub case: Case,
}

pub fn replayed(visit: &Visit, tx: &mut Tx<'_>, run: &Run) -> Result<Option<Replay>, Trouble> {
    let Some(conditions) = run.chosen() else { return Ok(None) };
    // By the masters of the trial: what has been changed since changes nothing of it.
    let then = visit.masters_then(tx, Some(run.made_at))?;
    let asking: Vec<work::allocation::Asking> = work::allocation::inputs(tx, &run.id)?
        .into_iter()
        .map(|requester| work::allocation::Asking {
            requester,
            prefecture: String::new(),
            needle_correction: None,
        })
        .collect();
    let case =
        work::allocation::case(&then, run.supply.unsigned_abs(), &conditions.choices, &asking);
    let kept = propose(&case).ok();
    let now =
        work::allocation::snapshot(tx, then.programme(), run.cycle, run.cut_off, run.made_at)?;
    let same_input = now.len() == asking.len()
        && now.iter().zip(&asking).all(|(a, b)| a.requester == b.requester);
    Ok(Some(Replay { kept, same_input, case }))
}

pub fn replay(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let run = load(tx, &visit.param("run").into())?;
    let replay = replayed(visit, tx, &run)?;
    let found = replay.map(|replay| {
        let digest = replay.kept.as_ref().map(Proposal::digest);
        let fingerprint = replay.kept.as_ref().map(|p| p.fingerprint.clone());
        json!({
            "same": digest.as_deref() == Some(run.digest.as_str()) && fingerprint.as_deref() == Some(run.fingerprint.as_str()),
            "same_input": replay.same_input, "digest": digest, "fingerprint": fingerprint, "venues": replay.case.requesters.len(),
        })
    });
    visit.page(
        "allocation/replay.html",
        typed,
        json!({"h1": "分配の再現", "crumbs": [["/mhlw/allocations", "分配"], [format!("/mhlw/allocations/{}", run.id), "結果"]], "run": run_json(&run, visit), "replay": found}),
    )
}
