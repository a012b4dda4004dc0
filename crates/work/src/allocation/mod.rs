//! Runs and shares in the database, and what the country looked like at a cut-off.

mod waiting;

pub use waiting::*;
pub mod carry;

mod commands;
pub mod event;
mod of_venue;
mod repacked;

pub use commands::*;
pub use event::{AmountEvent, RunEvent};
pub use of_venue::*;
pub use repacked::*;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::{items, whole};
use platform::value::{Json, Value};
use platform::{args, id, kept, row, sql, words};
use rules::allocation::{
    Case, Choices, NeedleKit, Part, Proposal, Ratio, Requester, Share, Supply,
};
use rules::programme::{Packing, Programme};
use rules::review::Status;
use rules::stock::{Kind, Otherwise};
use serde::{Deserialize, Serialize};

use masters::Masters;

use crate::Fault;
use crate::moved::{self, Moved};

/// What an officer chose, and the rule set that it began with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    pub set: String,
    pub set_version: u32,
    /// Whether the choices differ from the set's own.
    pub changed: bool,
    pub choices: Choices,
}

kept! {
    pub KeptConditions = OfConditions(Conditions), whole,
        "分配の条件の記録を読めませんでした。結果の数は残っています。この試算は承認できません。もう一度試算してください。";
    pub KeptSummary = OfSummary(Summary), whole,
        "試算のまとめを読めませんでした。会場ごとの数は残っています。この試算は承認できません。もう一度試算してください。";
    pub KeptParts = OfParts(Vec<Part>), items,
        "会場ごとの内訳に、読めないものがありました。箱数は残っています。";
    pub KeptRequester = OfRequester(Requester), whole,
        "試算に使った入力に、読めない会場がありました。同じ結果になるかは確かめられません。";
    KeptProposal = OfProposal(Option<Proposal>), whole,
        "前の版の試算の記録を読めませんでした。";
}

words! {
    /// How far a run is.
    pub enum State in allocation_run.state {
        /// It waits to be worked out.
        Queued = "queued",
        Working = "working",
        /// It couldn't be worked out.
        Refused = "refused",
        /// Stopped before it was worked out.
        Cancelled = "cancelled",
        /// A trial that may be approved.
        Tried = "tried",
        /// From now on its cycle is decided; it is being carried out.
        Approved = "approved",
        CarriedOut = "carried_out",
    }
}

impl State {
    /// Whether a job works at it, or will.
    pub const fn is_going_on(self) -> bool {
        matches!(self, State::Queued | State::Working | State::Approved)
    }
    /// Whether it has shares to look at.
    pub const fn is_worked_out(self) -> bool {
        matches!(self, State::Tried | State::Approved | State::CarriedOut)
    }
}

id! {
    /// Of a run.
    pub struct RunId;
}

row! {
    #[derive(Clone, Debug)]
    pub struct Run {
        pub id: RunId,
        pub cycle: u32,
        pub supply: i64,
        pub note: String,
        pub cut_off: Timestamp,
        pub fingerprint: String,
        pub requested: i64,
        pub allocated: i64,
        pub made_at: Timestamp,
        pub made_by: String,
        pub made_by_name: String,
        pub approved_at: Option<Timestamp>,
        pub approved_by: Option<String>,
        pub approved_by_name: Option<String>,
        pub version: i64,
        pub state: State,
        /// None for runs of the version before conditions were kept.
        pub conditions: Option<KeptConditions>,
        pub stage: i64,
        pub done: i64,
        pub total: i64,
        pub digest: String,
        pub summary: Option<KeptSummary>,
        pub trouble: Option<String>,
        pub carried_to: String,
        pub carried_out_at: Option<Timestamp>,
    }
}

impl Run {
    /// What was chosen, where that can be read.
    pub fn chosen(&self) -> Option<&Conditions> {
        self.conditions.as_ref().and_then(KeptConditions::if_whole)
    }
    /// What has become of the boxes since it was worked out, in words; nothing where they hold what
    /// they held.
    pub fn other_box(&self, programme: &Programme) -> Vec<String> {
        let kept = self.summary.as_ref().and_then(|summary| summary.0.packing);
        let then = kept.unwrap_or_else(|| programme.packing_on(rules::time::date(self.made_at)));
        ::words::programme::changes(then, programme.packing())
    }
    /// Whether everything that is approved with it can be seen.
    pub fn is_readable(&self) -> bool {
        self.conditions.as_ref().is_none_or(KeptConditions::is_whole)
            && self.summary.as_ref().is_none_or(KeptSummary::is_whole)
    }
}

macro_rules! runs {
    ($which:literal) => {
        sql!(concat!(
            "select id, cycle, supply, note, cut_off, fingerprint, requested, allocated, made_at,
                    made_by, made_by_name, approved_at, approved_by, approved_by_name, version,
                    state, conditions, stage, done, total, digest, summary, trouble, carried_to,
                    carried_out_at
               from allocation_run ",
            $which
        ))
    };
}

pub fn runs(tx: &mut Tx<'_>, programme: &str) -> Result<Vec<Run>, Failure> {
    tx.all(runs!("where programme = $1 order by made_at desc, id limit 50"), args![programme])
}

pub fn load(tx: &mut Tx<'_>, id: &RunId) -> Result<Run, Fault> {
    tx.first(runs!("where id = $1"), args![id])?.ok_or(Fault::NotFound)
}

/// The cycles whose amounts are fixed, or were at a past instant.
pub fn decided_cycles(
    tx: &mut Tx<'_>,
    programme: &str,
    at: Option<Timestamp>,
) -> Result<BTreeSet<u32>, Failure> {
    let rows: Vec<(u32,)> = tx.all(
        sql!(
            "select cycle
               from allocation_run
              where programme = $1
                and approved_at is not null
                and approved_at <= coalesce($2, approved_at)"
        ),
        args![programme, at],
    )?;
    Ok(rows.into_iter().map(|(cycle,)| cycle).collect())
}

/// One requester of a snapshot with what a share needs beside the case.
#[derive(Clone, Debug)]
pub struct Asking {
    pub requester: Requester,
    pub prefecture: String,
    /// The venue's own needle count, where it corrected the computed one.
    pub needle_correction: Option<u32>,
}

row! {
    struct PlanAtCutOff {
        venue: String,
        boxes: u32,
        correction: Option<u32>,
        prefecture: String,
        municipality: String,
        expected_doses: u32,
        freezers: u32,
    }
}

/// The country as it stood at a cut-off: for each venue the last registration before it, in order
/// of venue, with what is known of the venue's use and stock on that day. A plan that was sent back
/// (要見直) counts as it was registered; the officer sees it in the trial. A venue that had reported
/// its completion when the trial was made asks for nothing any more ([`completed`]).
pub fn snapshot(
    tx: &mut Tx<'_>,
    programme: &Programme,
    cycle: u32,
    cut_off: Timestamp,
    made_at: Timestamp,
) -> Result<Vec<Asking>, Failure> {
    let plans: Vec<PlanAtCutOff> = tx.all(
        sql!(
            "select l.venue_id, l.boxes, l.needle_correction, v.prefecture, v.municipality,
                    v.expected_doses,
                    cast(coalesce(nullif(v.answers ->> 'freezers_lent', ''), '0') as bigint) +
                    cast(coalesce(nullif(v.answers ->> 'freezers_owned', ''), '0') as bigint)
               from plan_line l
               join (select venue_id, max(number) as number
                       from plan_registration
                      where at < $1
                      group by venue_id)
                    last
                    on last.venue_id = l.venue_id and last.number = l.number
               join venue v on v.id = l.venue_id
              where l.cycle = $2
                and l.boxes > 0
                and v.programme = $3
                and not exists
                    (select 1 from completion c where c.venue_id = l.venue_id and c.at < $4)"
        ),
        args![cut_off, cycle, &programme.id, made_at],
    )?;
    let known = Known::read(tx, programme, cut_off)?;
    let mut asking: Vec<Asking> =
        plans.into_iter().map(|plan| known.asking(programme, cut_off, plan)).collect();
    // A database may sort letters otherwise than a proposal does.
    asking.sort_unstable_by(|a, b| a.requester.id.cmp(&b.requester.id));
    Ok(asking)
}

row! {
    /// A venue that is left out of a trial, with what its plan asked for.
    #[derive(Clone, Debug, Serialize)]
    pub struct Completed {
        pub venue: String,
        pub name: String,
        pub boxes: i64,
        pub at: Timestamp,
    }
}

/// Venues with a plan for the cycle that are left out because they had reported their completion
/// when the trial was made, most boxes first; at most `limit`.
pub fn completed(
    tx: &mut Tx<'_>,
    programme: &Programme,
    run: &Run,
    limit: i64,
) -> Result<Vec<Completed>, Failure> {
    tx.all(
        sql!(
            "select v.id, v.name, l.boxes, c.at
               from completion c
               join venue v on v.id = c.venue_id
               join (select venue_id, max(number) as number
                       from plan_registration
                      where at < $1
                      group by venue_id)
                    last
                    on last.venue_id = v.id
               join plan_line l on l.venue_id = v.id and l.number = last.number
              where l.cycle = $2
                and l.boxes > 0
                and v.programme = $3
                and c.at < $4
              order by l.boxes desc, v.id
              limit $5"
        ),
        args![run.cut_off, run.cycle, &programme.id, run.made_at, limit],
    )
}

/// Names of venues that would get boxes from a run but have reported their completion meanwhile; at
/// most ten.
pub fn completed_since(tx: &mut Tx<'_>, run: &RunId) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select v.name
               from completion c
               join allocation_share s on s.venue_id = c.venue_id and s.run_id = $1
                    and s.allocated > 0
               join venue v on v.id = c.venue_id
              order by v.name, v.id
              limit 10"
        ),
        args![run],
    )?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// Deliveries and use of all venues until an instant.
struct Known {
    /// Vials and doses received, as the boxes held.
    received: BTreeMap<String, (i64, i64)>,
    /// Vials by kind of what the ledger says came and went on.
    ledger: BTreeMap<String, Vec<(Kind, i64)>>,
    /// The same in doses of their days.
    otherwise: BTreeMap<String, Otherwise>,
    /// Doses given, and the first day on which one was.
    used: BTreeMap<String, (i64, Date)>,
    /// Doses in vials thrown away unopened.
    wasted: BTreeMap<String, i64>,
    served: BTreeSet<String>,
}

impl Known {
    fn read(tx: &mut Tx<'_>, programme: &Programme, until: Timestamp) -> Result<Known, Failure> {
        let first = programme.first_packing();
        let received: Vec<(String, i64, i64)> = tx.all(
            sql!(
                "select venue_id,
                        cast(sum(received_boxes * coalesce(vials_per_box, $2)) as bigint),
                        cast(sum(received_boxes * coalesce(vials_per_box, $2)
                                 * coalesce(doses_per_vial, $3))
                             as bigint)
                   from shipment
                  where received_at < $1
                    and received_boxes is not null
                  group by venue_id"
            ),
            args![until, first.vials_per_box, first.doses_per_vial],
        )?;
        let moved = moved::moved_before(tx, until)?;
        let otherwise = moved::in_doses(programme, &moved);
        let mut ledger: BTreeMap<String, Vec<(Kind, i64)>> = BTreeMap::new();
        for Moved { venue, kind, vials, .. } in moved {
            ledger.entry(venue).or_default().push((kind, vials));
        }
        let used: Vec<(String, i64, Date)> = tx.all(
            sql!(
                "select venue_id, cast(sum(increase) as bigint), min(as_of)
                   from result_entry
                  where series = 'booster'
                    and at < $1
                  group by venue_id"
            ),
            args![until],
        )?;
        let wasted: Vec<(String, i64)> = tx.all(
            sql!(
                "select venue_id,
                        cast(sum(increase * coalesce(doses_per_vial, $2)) as bigint)
                   from result_entry
                  where series = 'unused_vials'
                    and at < $1
                  group by venue_id"
            ),
            args![until, first.doses_per_vial],
        )?;
        let served: Vec<(String,)> = tx.all(
            sql!("select distinct venue_id from allocation where fixed_at < $1 and boxes > 0"),
            args![until],
        )?;
        Ok(Known {
            received: received.into_iter().map(|(venue, v, doses)| (venue, (v, doses))).collect(),
            ledger,
            otherwise,
            used: used.into_iter().map(|(venue, doses, first)| (venue, (doses, first))).collect(),
            wasted: wasted.into_iter().collect(),
            served: served.into_iter().map(|(venue,)| venue).collect(),
        })
    }

    /// 受け取った量 of a venue in doses, as its own page had it then.
    fn came(&self, venue: &str) -> i64 {
        let delivered = self.received.get(venue).copied().unwrap_or_default();
        let ledger = self.ledger.get(venue).into_iter().flatten().copied();
        let otherwise = self.otherwise.get(venue).copied().unwrap_or_default();
        moved::came_in_doses(delivered, ledger, otherwise)
    }

    fn asking(&self, programme: &Programme, until: Timestamp, plan: PlanAtCutOff) -> Asking {
        let per_box = i64::from(programme.product.doses_per_box());
        let received = self.came(&plan.venue);
        let (used, first) = self
            .used
            .get(&plan.venue)
            .copied()
            .map_or((0, None), |(doses, first)| (doses, Some(first)));
        let wasted = self.wasted.get(&plan.venue).copied().unwrap_or(0);
        let stock = (received - used - wasted).max(0);
        let millionths = |n: i64, d: i64| {
            Ratio(
                i64::try_from(i128::from(n) * 1_000_000 / i128::from(d.max(1))).unwrap_or(i64::MAX),
            )
        };
        // Weeks that the stock lasts at the pace since the first dose; without any use there is no
        // pace.
        let days = first.map_or(0, |day| (rules::time::date(until) - day).get_days().max(7));
        let stock_boxes = u64::try_from(stock / per_box.max(1)).unwrap_or(0);
        let storage = u64::from(plan.freezers) * u64::from(programme.product.boxes_per_freezer);
        Asking {
            requester: Requester {
                request: u64::from(plan.boxes),
                population: u64::from(plan.expected_doses),
                use_rate: if received > 0 { millionths(used.max(0), received) } else { Ratio(0) },
                stock_weeks: if used > 0 {
                    millionths(stock * i64::from(days), used * 7)
                } else {
                    Ratio(0)
                },
                cap: Some(storage.saturating_sub(stock_boxes)),
                tier: if self.served.contains(&plan.venue) { 2 } else { 1 },
                path: vec![plan.prefecture.clone(), plan.municipality],
                id: plan.venue,
                ..Requester::default()
            },
            prefecture: plan.prefecture,
            needle_correction: plan.correction,
        }
    }
}

/// The case that conditions and a snapshot make.
pub fn case(masters: &Masters, supply: u64, choices: &Choices, asking: &[Asking]) -> Case {
    let requesters = asking.iter().map(|a| a.requester.clone());
    Case {
        supply: Supply::Boxes(supply),
        rules: choices.rules(),
        levels: choices.levels(),
        groups: if choices.tiered { groups(masters, asking) } else { Vec::new() },
        needles: Some(NeedleKit::of(masters.programme())),
        requesters: if choices.tiered {
            requesters.collect()
        } else {
            requesters.map(|r| Requester { path: Vec::new(), ..r }).collect()
        },
    }
}

/// Names of the prefectures and municipalities, for the sentences.
fn groups(masters: &Masters, asking: &[Asking]) -> Vec<Requester> {
    let ids: BTreeSet<&String> = asking.iter().flat_map(|a| &a.requester.path).collect();
    let named = |id: &str| match masters.places.prefecture(id) {
        Some(prefecture) => prefecture.name.clone(),
        None => masters.places.full_name(id),
    };
    ids.into_iter()
        .map(|id| Requester { id: id.clone(), name: named(id), ..Requester::default() })
        .collect()
}

/// The shares of a proposal as rows, with the needles of venues that corrected their count and got
/// what they planned.
pub fn share_rows(
    masters: &Masters,
    run: &RunId,
    proposal: &Proposal,
    asking: &[Asking],
) -> Vec<Vec<Value>> {
    proposal
        .shares
        .iter()
        .zip(asking)
        .map(|(share, asking)| {
            let computed = share.needle_boxes.unwrap_or(0) as i64;
            let own = asking
                .needle_correction
                .filter(|_| share.allocated == share.requested)
                .map(i64::from);
            vec![
                run.into(),
                (&share.id).into(),
                (&asking.prefecture).into(),
                Json(&asking.requester).into(),
                (share.requested as i64).into(),
                (share.allocated as i64).into(),
                own.unwrap_or(computed).into(),
                masters.wholesaler_for(&asking.prefecture).map_or("", |w| w.id.as_str()).into(),
                Json(&share.parts).into(),
                (&share.sentence).into(),
                (&share.sentence_en).into(),
            ]
        })
        .collect()
}

pub fn store_shares(tx: &mut Tx<'_>, rows: &[Vec<Value>]) -> Result<(), Failure> {
    tx.insert_many(
        "insert into allocation_share (run_id, venue_id, prefecture, input, requested, allocated, needle_boxes, wholesaler, parts, sentence, sentence_en)",
        rows,
    )
}

pub fn forget_shares(tx: &mut Tx<'_>, run: &RunId) -> Result<(), Failure> {
    tx.run(sql!("delete from allocation_share where run_id = $1"), args![run]).map(|_| ())
}

row! {
    #[derive(Clone, Debug)]
    pub struct StoredShare {
        pub venue: String,
        pub name: String,
        /// None where the venue has no registration.
        pub review: Option<Status>,
        pub requested: i64,
        pub allocated: i64,
        pub needle_boxes: i64,
        pub sentence: String,
        pub sentence_en: String,
        pub code: String,
        pub prefecture: String,
        pub parts: KeptParts,
    }
}

/// Shares in order of venue after one of them; `prefecture` empty means all.
pub fn shares(
    tx: &mut Tx<'_>,
    run: &RunId,
    prefecture: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredShare>, Failure> {
    tx.plan_for_values()?;
    tx.all(
        sql!(
            "select s.venue_id, v.name, r.review, s.requested, s.allocated,
                    s.needle_boxes, s.sentence, s.sentence_en, v.code, s.prefecture, s.parts
               from allocation_share s
               join venue v on v.id = s.venue_id
               left join plan_registration r on r.venue_id = v.id and r.latest
              where s.run_id = $1
                and s.venue_id > $2
                and ($3 = '' or s.prefecture = $3)
              order by s.venue_id
              limit $4"
        ),
        args![run, after, prefecture, limit],
    )
}

/// What went into a run, in order of venue.
pub fn inputs(tx: &mut Tx<'_>, run: &RunId) -> Result<Vec<Requester>, Failure> {
    let rows: Vec<(KeptRequester,)> =
        tx.all(sql!("select input from allocation_share where run_id = $1"), args![run])?;
    let mut inputs: Vec<Requester> = rows.into_iter().map(|(requester,)| requester.0).collect();
    inputs.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(inputs)
}

/// What a comparison and a page show of a run without reading all its shares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub venues: u64,
    /// Venues by tenths of what they asked for: 0–9 %, 10–19 %, …, 90–99 %, all, more than all.
    pub fill: Vec<u64>,
    /// Prefecture, venues, requested, allocated.
    pub prefectures: Vec<(String, u64, u64, u64)>,
    /// Venue, requested, allocated: the largest cuts first.
    pub cuts: Vec<(String, u64, u64)>,
    /// Boxes by rule over all venues.
    pub parts: Vec<Part>,
    pub left_parts: Vec<Part>,
    pub warnings: Vec<rules::allocation::Warning>,
    pub quotas: Vec<rules::allocation::Quota>,
    /// What boxes held when it was worked out; trials of the version before don't say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packing: Option<Packing>,
}

/// Tenths of a request that was met: 0 to 9, 10 for all of it, 11 for more.
pub fn tenths(requested: u64, allocated: u64) -> usize {
    match allocated.cmp(&requested) {
        std::cmp::Ordering::Greater => 11,
        std::cmp::Ordering::Equal => 10,
        std::cmp::Ordering::Less => (allocated * 10 / requested) as usize,
    }
}

impl Summary {
    /// Of a trial in these masters.
    pub fn of(masters: &Masters, proposal: &Proposal, asking: &[Asking]) -> Summary {
        let mut fill = vec![0; 12];
        let mut prefectures: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
        let mut parts: BTreeMap<&str, i64> = BTreeMap::new();
        for (share, asking) in proposal.shares.iter().zip(asking) {
            fill[tenths(share.requested, share.allocated)] += 1;
            let place = prefectures.entry(&asking.prefecture).or_default();
            *place = (place.0 + 1, place.1 + share.requested, place.2 + share.allocated);
            for part in &share.parts {
                *parts.entry(&part.rule).or_default() += part.boxes;
            }
        }
        let mut cuts: Vec<&Share> =
            proposal.shares.iter().filter(|s| s.allocated < s.requested).collect();
        let cut = |s: &Share| s.requested - s.allocated;
        cuts.sort_unstable_by(|a, b| cut(b).cmp(&cut(a)).then(a.id.cmp(&b.id)));
        Summary {
            venues: proposal.shares.len() as u64,
            fill,
            prefectures: prefectures
                .into_iter()
                .map(|(code, (n, asked, given))| (code.to_string(), n, asked, given))
                .collect(),
            cuts: cuts
                .into_iter()
                .take(20)
                .map(|s| (s.id.clone(), s.requested, s.allocated))
                .collect(),
            parts: parts
                .into_iter()
                .map(|(rule, boxes)| Part { rule: rule.into(), boxes })
                .collect(),
            left_parts: proposal.left_parts.clone(),
            warnings: proposal.warnings.clone(),
            quotas: proposal.quotas.clone(),
            packing: Some(masters.programme().packing()),
        }
    }
}

/// Writes down what a trial came to.
pub fn finish(
    tx: &mut Tx<'_>,
    run: &RunId,
    proposal: &Proposal,
    summary: &Summary,
) -> Result<(), Failure> {
    // Nodes of the version before read a proposal here; its shares are rows now.
    let head = Proposal {
        shares: Vec::new(),
        warnings: Vec::new(),
        quotas: Vec::new(),
        ..proposal.clone()
    };
    tx.run_one(
        sql!(
            "update allocation_run
                set state = 'tried', proposal = $1, fingerprint = $2, requested = $3,
                    allocated = $4, digest = $5, summary = $6, version = version + 1
              where id = $7
                and state in ('queued', 'working')"
        ),
        args![
            Json(&head),
            &proposal.fingerprint,
            proposal.requested as i64,
            proposal.allocated as i64,
            proposal.digest(),
            Json(summary),
            run
        ],
    )
}

/// Runs of the version before kept all shares in one text; from now on they are rows like any
/// other's.
pub fn convert_old_runs(tx: &mut Tx<'_>, masters: &Masters) -> Result<(), Failure> {
    let old: Vec<(RunId, KeptProposal)> = tx.all(
        sql!(
            "select id, proposal
               from allocation_run
              where digest = ''
                and summary is null
                and state in ('tried', 'carried_out')"
        ),
        args![],
    )?;
    for (run, proposal) in old {
        // Asked about again with the next start; what its page shows of it is in its own columns.
        let Some(proposal) = &proposal.0 else { continue };
        let places: Vec<(String, String)> =
            tx.all(sql!("select id, prefecture from venue"), args![])?;
        let places: BTreeMap<String, String> = places.into_iter().collect();
        let asking: Vec<Asking> = proposal
            .shares
            .iter()
            .map(|s| Asking {
                requester: Requester {
                    id: s.id.clone(),
                    request: s.requested,
                    ..Requester::default()
                },
                prefecture: places.get(&s.id).cloned().unwrap_or_default(),
                needle_correction: None,
            })
            .collect();
        store_shares(tx, &share_rows(masters, &run, proposal, &asking))?;
        let summary = Summary { packing: None, ..Summary::of(masters, proposal, &asking) };
        tx.run(
            sql!("update allocation_run set summary = $1 where id = $2"),
            args![Json(&summary), &run],
        )?;
    }
    Ok(())
}

/// A share as the run's page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ShownShare<'s> {
    venue: &'s str,
    code: &'s str,
    name: &'s str,
    /// Empty where the venue has no registration.
    review: &'static str,
    /// Boxes, as the two below.
    requested: i64,
    allocated: i64,
    cut: i64,
    needle_boxes: i64,
    sentence: &'s str,
    sentence_en: &'s str,
}

impl StoredShare {
    /// What the run's page shows of it.
    pub fn shown(&self) -> ShownShare<'_> {
        ShownShare {
            venue: &self.venue,
            code: &self.code,
            name: &self.name,
            review: self.review.map_or("", Status::key),
            requested: self.requested,
            allocated: self.allocated,
            cut: self.requested - self.allocated,
            needle_boxes: self.needle_boxes,
            sentence: &self.sentence,
            sentence_en: &self.sentence_en,
        }
    }
}
