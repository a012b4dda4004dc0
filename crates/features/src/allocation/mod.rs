//! 分配: trial from the snapshot at the cut-off, approval by a second person, and the venue's page that says why.

use std::collections::BTreeSet;

use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::journal::{self, Entry};

use platform::value::Json;
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::allocation::{Case, Proposal, Requester, Rule, propose};
use rules::programme::Cycle;
use rules::{input, time};
use serde_json::{Value, json};

use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Trouble, Visit};
use crate::house::{Done, Masters, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/allocations", Act::ReviewPlan, runs),
        page("/mhlw/allocations/new", Act::RunAllocation, conditions),
        deed("/mhlw/allocations/new", Act::RunAllocation, try_out, conditions),
        page("/mhlw/allocations/{run}", Act::ReviewPlan, result),
        deed("/mhlw/allocations/{run}/approve", Act::ApproveAllocation, approve, result),
        page("/venues/{venue}/allocations", Act::ReadAllocation, of_venue),
    ]
}

row! {
    #[derive(Clone, Debug)]
    pub struct Run {
        pub id: String,
        pub cycle: u32,
        pub supply: i64,
        pub note: String,
        pub cut_off: jiff::Timestamp,
        pub fingerprint: String,
        pub requested: i64,
        pub allocated: i64,
        pub made_at: jiff::Timestamp,
        pub made_by: String,
        pub made_by_name: String,
        pub approved_at: Option<jiff::Timestamp>,
        pub approved_by_name: Option<String>,
        pub version: i64,
    }
}

impl Run {
    fn json(&self, visit: &Visit) -> Value {
        let cycle = visit.masters().programme().cycle(self.cycle).map_or(String::new(), |c| format!("{} {}", c.say(), c.say_period()));
        json!({
            "id": self.id, "cycle": self.cycle, "title": cycle, "supply": self.supply, "note": self.note, "cut_off": self.cut_off, "fingerprint": self.fingerprint,
            "requested": self.requested, "allocated": self.allocated, "left": self.supply - self.allocated, "made_at": self.made_at, "made_by": self.made_by_name,
            "approved_at": self.approved_at, "approved_by": self.approved_by_name, "version": self.version, "status": if self.approved_at.is_some() { "確定済" } else { "試算" },
        })
    }
}

fn runs(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Run> = tx.all(
        sql!("select id, cycle, supply, note, cut_off, fingerprint, requested, allocated, made_at, made_by, made_by_name, approved_at, approved_by_name, version from allocation_run where programme = $1 order by made_at desc limit 50"),
        args![&visit.masters().programme().id],
    )?;
    let rows: Vec<Value> = rows.iter().map(|r| r.json(visit)).collect();
    visit.page(
        "allocation/runs.html",
        typed,
        json!({"h1": "分配", "rows": rows, "may_run": visit.may(Act::RunAllocation), "next": next_cycle(visit, tx)?}),
    )
}

/// The cycle whose cut-off has passed and whose amounts aren't decided yet.
fn next_cycle(visit: &Visit, tx: &mut Tx<'_>) -> Result<Option<Value>, Trouble> {
    let decided = decided_cycles(tx, visit.masters(), None)?;
    let next = visit.masters().programme().cycles.iter().find(|c| c.cut_off <= visit.now && !decided.contains(&c.number));
    Ok(next.map(|c| json!({"number": c.number, "title": c.say(), "decided": c.decided})))
}

/// The cycles whose amounts are fixed, or were at a past instant.
fn decided_cycles(tx: &mut Tx<'_>, masters: &Masters, at: Option<jiff::Timestamp>) -> Result<BTreeSet<u32>, Failure> {
    let rows: Vec<(u32,)> = tx.all(
        sql!(
            "select cycle from allocation_run where programme = $1 and approved_at is not null and approved_at <= coalesce($2, approved_at)"
        ),
        args![&masters.programme().id, at],
    )?;
    Ok(rows.into_iter().map(|(cycle,)| cycle).collect())
}

fn already_fixed(cycle: &Cycle, field: &str) -> Trouble {
    Trouble::at(field, format!("{}の分配量はすでに確定しています。", cycle.say()))
}

fn conditions(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let decided = decided_cycles(tx, visit.masters(), None)?;
    let mut choices = Vec::new();
    for cycle in &programme.cycles {
        if cycle.cut_off > visit.now || decided.contains(&cycle.number) {
            continue;
        }
        let requested: u64 = snapshot(tx, cycle.number, cycle.cut_off)?.iter().map(|r| r.request).sum();
        choices.push(json!([
            cycle.number.to_string(),
            format!("{}（{}、締切 {}、計画 {}箱）", cycle.say(), cycle.say_period(), time::say_moment(cycle.cut_off), requested)
        ]));
    }
    let upcoming = programme.next_cut_off(visit.now).map(|c| json!({"title": c.say(), "at": c.cut_off}));
    visit.page(
        "allocation/conditions.html",
        typed,
        json!({"h1": "分配の条件", "choices": choices, "upcoming": upcoming, "crumbs": [["/mhlw/allocations", "分配"]]}),
    )
}

/// The plans as they stood at the cut-off: for each venue the last registration before it. A plan that was sent back
/// (要見直) counts as it was registered; the officer sees it in the trial.
pub fn snapshot(tx: &mut Tx<'_>, cycle: u32, cut_off: jiff::Timestamp) -> Result<Vec<Requester>, Failure> {
    let rows: Vec<(String, i64)> = tx.all(
        sql!("select l.venue_id, l.boxes from plan_line l join (select venue_id, max(number) as number from plan_registration where at < $1 group by venue_id) last on last.venue_id = l.venue_id and last.number = l.number where l.cycle = $2 and l.boxes > 0 order by l.venue_id"),
        args![cut_off, cycle],
    )?;
    Ok(rows.into_iter().map(|(id, boxes)| Requester { id, request: boxes.unsigned_abs(), ..Requester::default() }).collect())
}

fn try_out(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let supply = errors.take("supply", input::whole("供給", form.get("supply")));
    let reserve = if form.has("reserve") { errors.take("reserve", input::whole("留保", form.get("reserve"))) } else { Some(0) };
    let programme = visit.masters().programme();
    let cycle = form.get("cycle").parse::<u32>().ok().and_then(|n| programme.cycle(n));
    if cycle.is_none() {
        errors.add("cycle", "クールを選んでください");
    }
    let (Some(supply), Some(reserve), Some(cycle)) = (supply, reserve, cycle) else { return Err(Trouble::refused(errors)) };
    if cycle.cut_off > visit.now {
        return Err(Trouble::at("cycle", format!("{}の締切（{}）はまだ来ていません。", cycle.say(), time::say_moment(cycle.cut_off))));
    }
    if decided_cycles(tx, visit.masters(), None)?.contains(&cycle.number) {
        return Err(already_fixed(cycle, "cycle"));
    }
    let actor = visit.actor();
    let id = run(
        tx,
        visit.masters(),
        &actor,
        visit.now,
        cycle.number,
        supply.unsigned_abs(),
        reserve.unsigned_abs(),
        &input::text(form.get("note")),
    )?;
    Ok(Done::to(format!("/mhlw/allocations/{id}")))
}

/// Works a trial out and stores it; nothing else is written.
pub fn run(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &journal::Actor,
    now: jiff::Timestamp,
    cycle: u32,
    supply: u64,
    reserve: u64,
    note: &str,
) -> Result<String, Trouble> {
    let programme = masters.programme();
    let cut_off = programme.cycle(cycle).ok_or(Trouble::NotFound)?.cut_off;
    let mut rules = Vec::new();
    if reserve > 0 {
        rules.push(Rule::Reserve { boxes: reserve });
    }
    rules.push(Rule::AsPlanned);
    let case = Case { supply, rules, requesters: snapshot(tx, cycle, cut_off)? };
    let proposal = propose(&case).map_err(|r| Trouble::at("supply", r))?;
    let id = ids::short("r");
    tx.run(
        sql!("insert into allocation_run (id, programme, cycle, supply, note, cut_off, proposal, fingerprint, requested, allocated, made_at, made_by, made_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"),
        args![
            &id,
            &programme.id,
            cycle,
            supply as i64,
            note,
            cut_off,
            Json(&proposal),
            &proposal.fingerprint,
            proposal.requested as i64,
            proposal.allocated as i64,
            now,
            &actor.account,
            &actor.name
        ],
    )?;
    journal::write(
        tx,
        actor,
        now,
        Entry {
            record: ("allocation_run", &id),
            act: "allocation.try",
            before: Value::Null,
            after: json!({"cycle": cycle, "supply": supply, "fingerprint": proposal.fingerprint, "allocated": proposal.allocated}),
            reason: None,
        },
    )?;
    Ok(id)
}

fn load(tx: &mut Tx<'_>, id: &str) -> Result<Run, Trouble> {
    tx.first(
        sql!("select id, cycle, supply, note, cut_off, fingerprint, requested, allocated, made_at, made_by, made_by_name, approved_at, approved_by_name, version from allocation_run where id = $1"),
        args![id],
    )?
    .ok_or(Trouble::NotFound)
}

/// Every venue's share in a run; large, so only the run's own page and its approval read it.
fn proposal(tx: &mut Tx<'_>, run: &str) -> Result<Proposal, Failure> {
    Ok(tx.one::<(Json<Proposal>,)>(sql!("select proposal from allocation_run where id = $1"), args![run])?.0.0)
}

fn result(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let run = load(tx, visit.param("run"))?;
    let names: Vec<(String, String, String)> = tx.all(
        sql!("select distinct v.id, v.name, r.review from venue v join plan_line l on l.venue_id = v.id join plan_registration r on r.venue_id = v.id and r.latest where l.cycle = $1"),
        args![run.cycle],
    )?;
    let by_id: std::collections::BTreeMap<&str, (&str, &str)> =
        names.iter().map(|(id, name, review)| (id.as_str(), (name.as_str(), review.as_str()))).collect();
    let shares: Vec<Value> = proposal(tx, &run.id)?
        .shares
        .iter()
        .map(|s| {
            let (name, review) = by_id.get(s.id.as_str()).copied().unwrap_or((&s.id, ""));
            json!({"venue": s.id, "name": name, "review": review, "requested": s.requested, "allocated": s.allocated, "cut": s.requested - s.allocated, "sentence": s.sentence})
        })
        .collect();
    let own = visit.person.as_ref().is_some_and(|p| p.id == run.made_by);
    let decided = decided_cycles(tx, visit.masters(), None)?.contains(&run.cycle);
    let decided_day = visit.masters().programme().cycle(run.cycle).map(|c| c.decided);
    visit.page(
        "allocation/result.html",
        typed,
        json!({
            "h1": if run.approved_at.is_some() { "分配の結果" } else { "分配の試算" }, "run": run.json(visit), "shares": shares, "own": own, "decided": decided, "decided_day": decided_day,
            "early": decided_day.is_some_and(|d| time::date(visit.now) < d), "may_approve": visit.may(Act::ApproveAllocation), "crumbs": [["/mhlw/allocations", "分配"]],
        }),
    )
}

fn approve(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let run = load(tx, visit.param("run"))?;
    form.expect_version(run.version)?;
    let actor = visit.actor();
    if actor.account == run.made_by {
        return Err(Trouble::at("", "試算をした本人は承認できません。承認の権限を持つ別の人が確認してください。"));
    }
    fix(tx, visit.masters(), &visit.house.base_url, &actor, visit.now, &run)?;
    Ok(Done::saying(format!("/mhlw/allocations/{}", run.id), "allocation.fixed"))
}

/// Carries an approved proposal out: fixes the amounts, opens the wholesalers' shipments, mails the venues; one transaction.
pub fn fix(
    tx: &mut Tx<'_>,
    masters: &Masters,
    base_url: &str,
    actor: &journal::Actor,
    now: jiff::Timestamp,
    run: &Run,
) -> Result<(), Trouble> {
    let programme = masters.programme();
    let cycle = programme.cycle(run.cycle).ok_or(Trouble::NotFound)?;
    if run.approved_at.is_some() || decided_cycles(tx, masters, None)?.contains(&run.cycle) {
        return Err(already_fixed(cycle, ""));
    }
    if time::date(now) < cycle.decided {
        return Err(Trouble::at("", format!("分配量の決定日は{}です。その日から承認できます。", time::say_date(cycle.decided))));
    }
    tx.run_one(
        sql!("update allocation_run set approved_at = $1, approved_by = $2, approved_by_name = $3, version = version + 1 where id = $4 and version = $5"),
        args![now, &actor.account, &actor.name, &run.id, run.version],
    )?;
    for share in &proposal(tx, &run.id)?.shares {
        let boxes = u32::try_from(share.allocated).map_err(|_| Trouble::Bug("more boxes than fit".into()))?;
        let correction: Option<(u32, Option<u32>)> = tx.first(
            sql!("select l.boxes, l.needle_correction from plan_line l where l.venue_id = $1 and l.cycle = $2 and l.number = (select max(number) from plan_registration where venue_id = $1 and at < $3)"),
            args![&share.id, run.cycle, run.cut_off],
        )?;
        // The venue's own needle count holds where it gets what it planned; otherwise the rule's.
        let needle_boxes = correction
            .filter(|(planned, _)| *planned == boxes)
            .and_then(|(_, c)| c)
            .unwrap_or_else(|| programme.needle_boxes(boxes * programme.product.doses_per_box()));
        tx.run(
            sql!("insert into allocation (venue_id, cycle, run_id, requested, boxes, needle_boxes, explanation, fixed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"),
            args![&share.id, run.cycle, &run.id, share.requested as i64, boxes, needle_boxes, &share.sentence, now],
        )?;
        let (name, prefecture): (String, String) = tx.one(sql!("select name, prefecture from venue where id = $1"), args![&share.id])?;
        if boxes > 0 {
            let wholesaler = masters.wholesaler_for(&prefecture).map_or("", |w| w.id.as_str());
            tx.run(
                sql!("insert into shipment (id, venue_id, cycle, wholesaler, boxes, needle_boxes, delivery_week) values ($1, $2, $3, $4, $5, $6, $7)"),
                args![ids::short("s"), &share.id, run.cycle, wholesaler, boxes, needle_boxes, cycle.delivery_week],
            )?;
        }
        journal::write(
            tx,
            actor,
            now,
            Entry {
                record: ("venue", &share.id),
                act: "allocation.fix",
                before: json!({"requested": share.requested}),
                after: json!({"cycle": run.cycle, "boxes": boxes, "needle_boxes": needle_boxes, "run": run.id}),
                reason: Some(&share.sentence),
            },
        )?;
        let body = format!(
            "{}の分配量が確定しました。\n\n{}\n\n納入予定日は、卸業者が登録するとお知らせします。\n{base_url}/venues/{}/allocations",
            cycle.say(),
            share.sentence,
            share.id
        );
        crate::venue::store::tell(tx, now, &share.id, &format!("【分配】{}の分配量が確定しました（{name}）", cycle.say()), &body)?;
    }
    journal::write(
        tx,
        actor,
        now,
        Entry {
            record: ("allocation_run", &run.id),
            act: "allocation.approve",
            before: Value::Null,
            after: json!({"cycle": run.cycle, "fingerprint": run.fingerprint}),
            reason: None,
        },
    )?;
    Ok(())
}

/// The run that a seed makes is approved through the same door.
pub fn fix_by_id(
    tx: &mut Tx<'_>,
    masters: &Masters,
    base_url: &str,
    actor: &journal::Actor,
    now: jiff::Timestamp,
    id: &str,
) -> Result<(), Trouble> {
    let run = load(tx, id)?;
    fix(tx, masters, base_url, actor, now, &run)
}

row! {
    struct Fixed {
        cycle: u32,
        requested: i64,
        boxes: u32,
        needle_boxes: u32,
        explanation: String,
        fixed_at: jiff::Timestamp,
        shipment: Option<String>,
        date: Option<jiff::civil::Date>,
    }
}

fn of_venue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let at = visit.as_of()?;
    let then = at.unwrap_or(visit.now);
    let mut fixed: Vec<Fixed> = tx.all(
        sql!("select a.cycle, a.requested, a.boxes, a.needle_boxes, a.explanation, a.fixed_at, s.id, s.date from allocation a left join shipment s on s.venue_id = a.venue_id and s.cycle = a.cycle where a.venue_id = $1 order by a.cycle"),
        args![&venue.id],
    )?;
    fixed.retain(|f| f.fixed_at <= then);
    let programme = visit.masters().programme();
    let number = crate::plan::store::registrations(tx, &venue.id)?.iter().find(|r| r.at <= then).map_or(0, |r| r.number);
    let planned = crate::plan::store::lines(tx, &venue.id, number)?;
    let decided = decided_cycles(tx, visit.masters(), at)?;
    let rows: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| {
            let found = fixed.iter().find(|f| f.cycle == c.number);
            json!({
                "title": c.say(), "period": c.say_period(), "week": c.say_delivery_week(), "planned": found.map_or_else(|| i64::from(planned.get(&c.number).map_or(0, |l| l.boxes)), |f| f.requested),
                "fixed": found.is_some(), "boxes": found.map(|f| f.boxes), "doses": found.map(|f| f.boxes * programme.product.doses_per_box()), "needle_boxes": found.map(|f| f.needle_boxes),
                "explanation": found.map(|f| f.explanation.clone()), "fixed_at": found.map(|f| f.fixed_at), "decided": c.decided, "past": c.cut_off <= then, "none": decided.contains(&c.number),
                "shipment": found.filter(|_| at.is_none()).and_then(|f| f.shipment.clone()), "date": found.and_then(|f| f.date),
            })
        })
        .collect();
    visit.page(
        "allocation/venue.html",
        typed,
        json!({"h1": "分配量の確認", "at": at, "rows": rows, "doses_per_box": programme.product.doses_per_box()}),
    )
}
