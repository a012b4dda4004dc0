//! 確認: the ministry's queue of registrations with flags as filters, one by one with the next, many at once, assigned, undone.

mod batch;
mod one;
mod queue;
mod remarks;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::english;
use platform::{args, row, sql};
use rules::access::Act;
use rules::review::{Flag, Status};
use serde_json::{Value, json};

use web::Route;
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use work::{args_after_words, holds_the_words};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/plans", Act::ReviewPlan, queue::show),
        page("/mhlw/plans/batch", Act::ReviewPlan, batch::check),
        deed("/mhlw/plans/batch", Act::ReviewPlan, batch::confirm, batch::check),
        page("/mhlw/plans/{venue}", Act::ReviewPlan, one::show),
        deed("/mhlw/plans/{venue}", Act::ReviewPlan, one::decide, one::show),
        deed("/mhlw/plans/{venue}/assign", Act::ReviewPlan, one::assign, one::show),
        deed("/mhlw/plans/{venue}/undo", Act::ReviewPlan, one::undo, one::show),
        page("/prefecture/plans", Act::RemarkFirst, remarks::queue),
        page("/prefecture/plans/{venue}", Act::RemarkFirst, remarks::plan),
        deed("/prefecture/plans/{venue}", Act::RemarkFirst, remarks::remark_plan, remarks::plan),
        page("/prefecture/applications", Act::RemarkFirst, remarks::applications),
        page("/prefecture/applications/{application}", Act::RemarkFirst, remarks::application),
        deed(
            "/prefecture/applications/{application}",
            Act::RemarkFirst,
            remarks::remark_application,
            remarks::application,
        ),
    ]
}

row! {
    #[derive(Clone, Debug)]
    pub struct Waiting {
        venue: String,
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub number: i64,
        pub total: i64,
        pub expected: i64,
        flags: work::plan::KeptFlags,
        pub at: Timestamp,
        review: String,
        assigned_to: Option<String>,
        pub assigned_name: Option<String>,
        /// Doses of the last registration that was confirmed.
        confirmed: Option<i64>,
        /// Whether the prefecture has looked at this registration, and with a concern.
        concern: Option<bool>,
        /// The venue has reported its completion: nothing is allocated to it any more.
        pub completed: bool,
    }
}

impl Waiting {
    fn json(&self, visit: &Visit) -> Value {
        let hours = visit.now.duration_since(self.at).as_hours();
        json!({
            "venue": self.venue, "name": self.name, "place": visit.masters().places.full_name(&self.municipality), "number": self.number, "total": self.total, "expected": self.expected,
            "delta": self.confirmed.map(|c| self.total - c), "first": self.confirmed.is_none(), "at": self.at, "age": if hours >= 48 { format!("{}日", hours / 24) } else { format!("{hours}時間") },
            "flags": self.flags.0.iter().map(|f| json!({"label": f.label(), "serious": f.is_serious()})).collect::<Vec<_>>(), "assigned": self.assigned_name, "serious": self.flags.0.iter().any(Flag::is_serious),
            "plain": self.flags.0.is_empty(), "review": self.review, "concern": self.concern, "completed": self.completed, "mine": visit.person.as_ref().is_some_and(|p| self.assigned_to.as_ref() == Some(&p.id)),
        })
    }
}

/// What a queue is narrowed to; the whole of it stands in the address.
#[derive(Clone, Debug, Default)]
struct Filter {
    status: String,
    /// A flag's key, `none` for registrations without any, empty for all.
    flag: String,
    prefecture: String,
    mine: bool,
    q: String,
    /// One venue alone, for what was picked by hand.
    venue: String,
    after: String,
}

/// A registration without a decision of a venue that has completed: it waits for nobody.
const COMPLETED: &str = "completed";

/// Which registrations are one of a tab's; its parameters come before.
macro_rules! rows_where {
    ($which:literal) => {
        sql!(concat!(
            "select r.venue_id, v.code, v.name, v.municipality, r.number, r.total_doses,
                    v.expected_doses, r.flags, r.at, r.review, r.assigned_to, r.assigned_name,",
            " (select p.total_doses
                 from plan_registration p
                where p.venue_id = r.venue_id
                  and p.review = 'reviewed'
                  and p.number < r.number
                order by p.number desc
                limit 1),",
            " (select k.concern
                 from remark k
                where k.record_kind = 'plan'
                  and k.record_id = r.venue_id
                  and k.number = r.number
                order by k.at desc
                limit 1),",
            " exists (select 1 from completion c where c.venue_id = r.venue_id)",
            " from plan_registration r join venue v on v.id = r.venue_id where r.latest and ",
            $which,
            " and (r.at, r.venue_id) > ($12, $13)
              and r.flag_keys like $14
              and ($15 = '' or v.prefecture = $15)
              and ($16 = '' or r.assigned_to = $16)
              and ($17 = '' or ",
            holds_the_words!("venue", "v.id"),
            ") and ($18 = '' or r.venue_id = $18) order by r.at, r.venue_id limit $19"
        ))
    };
}

impl Filter {
    fn of(query: &platform::form::Form) -> Filter {
        let get = |name: &str| query.get(name).to_string();
        let status = get("status");
        Filter {
            status: if Status::from_key(&status).is_some() || status == COMPLETED {
                status
            } else {
                "waiting".into()
            },
            flag: Some(get("flag"))
                .filter(|f| f == "none" || Flag::KEYS.contains(&f.as_str()))
                .unwrap_or_default(),
            prefecture: get("prefecture").chars().filter(char::is_ascii_digit).take(2).collect(),
            mine: get("mine") == "1",
            q: rules::input::text(&get("q")),
            venue: String::new(),
            after: get("after"),
        }
    }

    /// As a query, without the place in the list.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("status", &self.status),
            ("flag", &self.flag),
            ("prefecture", &self.prefecture),
            ("q", &self.q),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if self.mine {
            query.append_pair("mine", "1");
        }
        query.finish()
    }

    /// Rows in the order of registration, after `after` (instant and venue).
    fn rows(&self, visit: &Visit, tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Waiting>, Failure> {
        let after = self
            .after
            .split_once('_')
            .and_then(|(at, venue)| Some((at.parse::<Timestamp>().ok()?, venue.to_string())));
        let (at, venue) = after.unwrap_or((Timestamp::UNIX_EPOCH, String::new()));
        let flag = match self.flag.as_str() {
            "" => "%".to_string(),
            "none" => ",".to_string(),
            key => format!("%,{key},%"),
        };
        tx.plan_for_values()?;
        let words = rules::fold::Sought::of(&self.q).patterns();
        let mine = if self.mine { visit.actor().account } else { String::new() };
        // A completed venue is allocated nothing: its registration needs no decision any more, and what was decided stays.
        let statement = match self.status.as_str() {
            COMPLETED => rows_where!(
                "$11 = 'completed'
                    and r.review <> 'reviewed'
                    and exists (select 1 from completion c where c.venue_id = r.venue_id)"
            ),
            "reviewed" => rows_where!("r.review = $11"),
            _ => rows_where!(
                "r.review = $11
                    and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
            ),
        };
        tx.all(
            statement,
            args_after_words![
                words,
                &self.status,
                at,
                venue,
                flag,
                &self.prefecture,
                mine,
                &self.q,
                &self.venue,
                limit
            ],
        )
    }
}

/// The queue as the address narrows it, for the list that goes out.
pub fn listed(visit: &Visit, tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Waiting>, Failure> {
    Filter { after: String::new(), ..Filter::of(&visit.request.query) }.rows(visit, tx, limit)
}

fn place(row: &Waiting) -> String {
    format!("{}_{}", row.at, row.venue)
}

/// Writes a decision down and tells the venue.
fn write_decision(
    visit: &Visit,
    tx: &mut Tx<'_>,
    venue: (&str, &str),
    number: i64,
    version: i64,
    before: &str,
    status: Status,
    reason: Option<&str>,
) -> Result<(), Trouble> {
    let actor = visit.actor();
    let changed = tx.run(
        sql!(
            "update plan_registration
                set review = $1, review_reason = $2, reviewed_at = $3, reviewer = $4,
                    version = version + 1
              where venue_id = $5
                and number = $6
                and version = $7
                and latest"
        ),
        args![
            status.key(),
            reason.map(str::to_string),
            visit.now,
            &actor.name,
            venue.0,
            number,
            version
        ],
    )?;
    if changed == 0 {
        return Err(Failure::Stale.into());
    }
    visit.journal(
        tx,
        ("venue", venue.0),
        "plan.review",
        json!({"number": number, "review": before}),
        json!({"review": status.key()}),
        reason,
    )?;
    let base = &visit.house.base_url;
    let (subject, body) = match status {
        Status::RevisionRequired => (
            format!("【要対応】計画の見直し（{}）", english::typed(venue.1)),
            format!(
                "接種計画（第{number}版）は「要見直」です。\n\n理由：{}\n\n計画を直して、もう一度登録してください。\n{base}/venues/{}/plan/edit",
                english::typed(reason.unwrap_or_default()),
                venue.0
            ),
        ),
        Status::Waiting => (
            format!("【計画】確認の取り消し（{}）", english::typed(venue.1)),
            format!(
                "接種計画（第{number}版）の確認の結果を取り消しました。もう一度確認しています。\n\n{base}/venues/{}/plan",
                venue.0
            ),
        ),
        Status::Reviewed => (
            format!("【計画】確認済（{}）", english::typed(venue.1)),
            format!("接種計画（第{number}版）は「確認済」です。\n\n{base}/venues/{}/plan", venue.0),
        ),
    };
    Ok(work::venue::tell(tx, visit.now, venue.0, &subject, &body)?)
}
