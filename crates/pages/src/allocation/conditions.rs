//! Step 1: cycle, supply and rules. The page begins with a rule set; what is typed becomes
//! [`Choices`].

use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::jobs;
use rules::allocation::{Choices, Correction, Ratio};
use rules::application::grouped;
use rules::input::{InputFault, Unit};
use rules::{codes, input, time};
use serde_json::{Value, json};

use super::{already_fixed, trial};
use web::Done;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::allocation::{Conditions, decided_cycles};

pub fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let decided = decided_cycles(tx, &programme.id, None)?;
    let mut choices = Vec::new();
    for cycle in
        programme.cycles.iter().filter(|c| c.cut_off <= visit.now && !decided.contains(&c.number))
    {
        let (requested, venues) =
            work::allocation::planned(tx, &programme.id, cycle.number, cycle.cut_off)?;
        choices.push(json!([
            cycle.number.to_string(),
            format!(
                "{}（{}、締切 {}、計画 {}箱、{}会場）",
                cycle.say(),
                cycle.say_period(),
                time::say_moment(cycle.cut_off),
                grouped(requested),
                grouped(venues)
            )
        ]));
    }
    let upcoming =
        programme.next_cut_off(visit.now).map(|c| json!({"title": c.say(), "at": c.cut_off}));
    let today = time::date(visit.now);
    let masters = visit.masters();
    // A version added later stands at the end, apart from the versions before it.
    let mut known: Vec<&str> = Vec::new();
    for set in &masters.rule_sets {
        if !known.contains(&set.id.as_str()) {
            known.push(&set.id);
        }
    }
    let from = if visit.query("set").is_empty() {
        known.first().copied().unwrap_or_default()
    } else {
        visit.query("set")
    };
    let set = masters.rule_set(from, today).or_else(|| masters.rule_set(known.first()?, today));
    let sets: Vec<Value> = known
        .iter()
        .filter_map(|id| masters.rule_set(id, today))
        .map(|s| json!({"id": s.id, "name": super::named(visit, &s.name), "current": set.is_some_and(|c| c.id == s.id)}))
        .collect();
    visit.page(
        "allocation/conditions.html",
        typed,
        json!({
            "h1": "分配の条件", "choices": choices, "upcoming": upcoming, "crumbs": [["/mhlw/allocations", "分配"]], "sets": sets, "steps": super::result::steps(0),
            "set": set.map(|s| json!({"id": s.id, "name": super::named(visit, &s.name), "version": s.version, "from": s.from, "note": super::named(visit, &s.note), "choices": s.choices})),
        }),
    )
}

/// A whole number that may be left out.
fn optional(errors: &mut Errors, form: &Form, name: &str, label: &str, unit: Unit) -> u64 {
    if !form.has(name) {
        return 0;
    }
    errors.take(name, input::whole(label, unit, form.get(name))).map_or(0, i64::unsigned_abs)
}

fn percent(errors: &mut Errors, form: &Form, name: &str, label: &str) -> u32 {
    if !form.has(name) {
        return 0;
    }
    errors.take(name, input::percent(label, form.get(name))).unwrap_or_default()
}

/// A line of a list: the venue, what stands behind its code, and whether a comma parts the two.
struct OfVenue<'f> {
    /// The line's number, from 1.
    line: usize,
    id: String,
    rest: &'f str,
    by_comma: bool,
}

/// Lines of 会場コード, with what follows it on the line.
fn venues<'f>(
    tx: &mut Tx<'_>,
    errors: &mut Errors,
    form: &'f Form,
    name: &str,
) -> Result<Vec<OfVenue<'f>>, Failure> {
    let mut found: Vec<OfVenue<'f>> = Vec::new();
    for (at, line) in
        form.get(name).lines().enumerate().filter(|(_, l)| !input::clean(l).is_empty())
    {
        let line = line.trim_matches(input::is_separator);
        let (code, rest) = line.split_at(line.find(input::is_separator).unwrap_or(line.len()));
        let code = rules::codes::ten_digits(code);
        let id = work::venue::id_of_code(tx, &code)?;
        match id {
            Some(id) => {
                let by_comma = rest.starts_with([',', '，', '、']);
                found.push(OfVenue { line: at + 1, id, rest, by_comma });
            }
            None => errors.add(
                name,
                format!("「{line}」の会場コードは見つかりません。10桁の会場コードで始めてください"),
            ),
        }
    }
    Ok(found)
}

/// The lines about a venue that an earlier line is about, each with that one.
fn twins(lines: &[OfVenue<'_>]) -> Vec<(usize, usize)> {
    let before = |at: usize| lines[..at].iter().find(|l| l.id == lines[at].id);
    (1..lines.len()).filter_map(|at| Some((before(at)?.line, lines[at].line))).collect()
}

/// The rules of a set, as its form says them: nothing that belongs to one run or one venue.
pub fn rules(errors: &mut Errors, form: &Form) -> Choices {
    let weeks = if form.has("over_weeks") {
        errors.take(
            "over_weeks",
            input::decimal("在庫の週数", Unit::Week, form.get("over_weeks"), 1000),
        )
    } else {
        Some(0.0)
    };
    let weeks = weeks.unwrap_or_default();
    let tiered = match form.get("way") {
        "tiered" => true,
        "direct" => false,
        _ => {
            errors.add("way", input::InputFault::NotChosen("配り方".into()));
            false
        }
    };
    Choices {
        kept_percent: percent(errors, form, "kept_percent", "都道府県・市町村の留保"),
        as_planned: form.has("as_planned"),
        cap: form.has("cap"),
        first: form.has("first"),
        minimum: optional(errors, form, "minimum", "最低数", Unit::Box),
        population: percent(errors, form, "population", "人口割"),
        request: percent(errors, form, "request", "希望割"),
        use_rate: percent(errors, form, "use_rate", "使用率による充足"),
        winners: optional(errors, form, "winners", "使用率で充足する会場の数", Unit::Venue),
        over_weeks: Ratio((weeks * 1e6).round() as i64),
        cut: percent(errors, form, "cut", "在庫による減"),
        tiered,
        ..Choices::default()
    }
}

/// A venue that is left out twice is left out.
fn once(mut ids: Vec<String>, id: String) -> Vec<String> {
    if !ids.contains(&id) {
        ids.push(id);
    }
    ids
}

fn read(tx: &mut Tx<'_>, errors: &mut Errors, form: &Form) -> Result<Choices, Failure> {
    let excluded = venues(tx, errors, form, "excluded")?;
    // A second code on a line would be left out without a word.
    let two = |rest: &str| {
        rest.split(input::is_separator)
            .any(|word| codes::check_institution(&codes::ten_digits(word)).is_ok())
    };
    if excluded.iter().any(|line| two(line.rest)) {
        errors.add("excluded", "対象外の会場は、会場コードを1行に1つ入力してください");
    }
    let reason = errors
        .take(
            "excluded_reason",
            input::long_text("理由", form.get("excluded_reason"), input::LONGEST_NOTE),
        )
        .unwrap_or_default();
    if form.has("excluded") && reason.is_empty() {
        errors.add("excluded_reason", "対象外にする理由を入力してください");
    }
    let mut corrections = Vec::new();
    let wanted = venues(tx, errors, form, "corrections")?;
    // Which of two lines holds, or whether both do, only the person knows.
    for (first, second) in twins(&wanted) {
        let why = "どちらが正しいかを確かめて、1行にしてください";
        errors.add(
            "corrections",
            format!("{first}行目と{second}行目は、同じ会場の個別調整です。{why}"),
        );
    }
    for OfVenue { id, rest, by_comma, .. } in wanted {
        match input::counted("箱数", Unit::Box, rest, by_comma) {
            Ok((boxes, reason)) if boxes != 0 && !reason.is_empty() => {
                let reason = errors.take("corrections", input::line("理由", &reason, input::LONGEST_NOTE)).unwrap_or_default();
                corrections.push(Correction { id, boxes, reason });
            }
            Err(why @ (InputFault::Separators { .. } | InputFault::OtherUnit { .. })) => errors.add("corrections", why),
            _ => errors.add("corrections", "個別調整は1行に「会場コード 箱数 理由」の順で入力してください（減らすときは−を付けます）"),
        }
    }
    let rules = rules(errors, form);
    Ok(Choices {
        reserve: optional(errors, form, "reserve", "留保", Unit::Box),
        excluded: excluded.into_iter().map(|line| line.id).fold(Vec::new(), once),
        excluded_reason: reason,
        corrections,
        ..rules
    })
}

pub fn begin(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let supply = errors.take("supply", input::whole("供給", Unit::Box, form.get("supply")));
    let programme = visit.masters().programme();
    let cycle = form.get("cycle").parse::<u32>().ok().and_then(|n| programme.cycle(n));
    if cycle.is_none() {
        errors.add("cycle", "クールを選んでください");
    }
    let choices = read(tx, &mut errors, form)?;
    if errors.is_empty() {
        errors.take("", choices.check());
    }
    let (Some(supply), Some(cycle), true) = (supply, cycle, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    if cycle.cut_off > visit.now {
        return Err(Trouble::at(
            "cycle",
            format!(
                "{}の締切（{}）はまだ来ていません。",
                cycle.say(),
                time::say_moment(cycle.cut_off)
            ),
        ));
    }
    if decided_cycles(tx, &programme.id, None)?.contains(&cycle.number) {
        return Err(already_fixed(cycle, "cycle"));
    }
    let set = visit.masters().rule_set(form.get("set"), time::date(visit.now));
    let conditions = Conditions {
        set: set.map_or(String::new(), |s| s.id.clone()),
        set_version: set.map_or(0, |s| s.version),
        changed: set
            .is_none_or(|s| s.choices != Choices { reserve: s.choices.reserve, ..choices.clone() }),
        choices,
    };
    let id = work::allocation::put(
        tx,
        visit.masters(),
        &visit.actor(),
        visit.now,
        cycle.number,
        supply.unsigned_abs(),
        &conditions,
        &web::field::note(form, "note", "メモ")?,
    )?;
    let (_, venues) = work::allocation::planned(tx, &programme.id, cycle.number, cycle.cut_off)?;
    if venues > trial::AT_ONCE {
        jobs::put(tx, "allocation.try", &id, visit.now)?;
    } else {
        trial::try_now(tx, visit.masters(), &visit.actor(), visit.now, &id)?;
    }
    Ok(Done::to(format!("/mhlw/allocations/{id}")))
}
