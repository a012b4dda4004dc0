//! The queue of registrations that wait for the ministry.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Permission;
use rules::application;
use rules::programme::Packing;
use rules::review::Status;

use crate::plan::{planned_doses, planned_of};
use crate::{args_after_words, holds_the_words, plan};

row! {
    /// The latest registration of a venue, as the queue shows it.
    #[derive(Clone, Debug)]
    pub struct Waiting {
        pub venue: String,
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub number: i64,
        /// Doses, as [`plan::planned`] counts them, as of those confirmed.
        pub total: i64,
        pub expected: i64,
        pub flags: plan::KeptFlags,
        pub at: Timestamp,
        pub review: Status,
        pub assigned_to: Option<String>,
        pub assigned_name: Option<String>,
        /// Doses of the last registration that was confirmed.
        pub confirmed: Option<i64>,
        /// Whether the prefecture has looked at this registration, and with a concern.
        pub concern: Option<bool>,
        /// The venue has reported its completion: nothing is allocated to it any more.
        pub completed: bool,
    }
}

rules::words! {
    /// What of the queue is looked at: a status, or what waits for nobody.
    #[derive(Default)]
    pub enum Tab {
        #[default]
        Waiting = "waiting",
        Reviewed = "reviewed",
        RevisionRequired = "revision_required",
        /// Without a decision, of a venue that has completed.
        Completed = "completed",
    }
}

/// What a queue is narrowed to; the whole of it stands in the address.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub tab: Tab,
    /// A flag's key, `none` for registrations without any, empty for all.
    pub flag: String,
    pub prefecture: String,
    pub mine: bool,
    pub q: String,
    /// One venue alone, for what was picked by hand.
    pub venue: String,
    pub after: String,
}

/// Which registrations are one of a tab's; its parameters come before.
macro_rules! rows_where {
    ($which:literal) => {
        sql!(concat!(
            "select r.venue_id, v.code, v.name, v.municipality, r.number, ",
            planned_of!("r.venue_id", "r.number", "$20", "$21"),
            ", v.expected_doses, r.flags, r.at, r.review, r.assigned_to, r.assigned_name,",
            " (select ",
            planned_of!("p.venue_id", "p.number", "$20", "$21"),
            " from plan_registration p
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

/// Rows in the order of registration, after `after` (instant and venue); `account` is whose are
/// mine, `first` the programme's first packing.
pub fn waiting(
    tx: &mut Tx<'_>,
    first: Packing,
    filter: &Filter,
    account: &str,
    limit: i64,
) -> Result<Vec<Waiting>, Failure> {
    let after = filter
        .after
        .split_once('_')
        .and_then(|(at, venue)| Some((at.parse::<Timestamp>().ok()?, venue.to_string())));
    let (at, venue) = after.unwrap_or((Timestamp::UNIX_EPOCH, String::new()));
    let flag = match filter.flag.as_str() {
        "" => "%".to_string(),
        "none" => ",".to_string(),
        key => format!("%,{key},%"),
    };
    tx.plan_for_values()?;
    let words = rules::fold::Sought::of(&filter.q).patterns();
    let mine = if filter.mine { account.to_string() } else { String::new() };
    // A completed venue is allocated nothing: its registration needs no decision any more, and what
    // was decided stays.
    let statement = match filter.tab {
        Tab::Completed => rows_where!(
            "$11 = 'completed'
                and r.review <> 'reviewed'
                and exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
        Tab::Reviewed => rows_where!("r.review = $11"),
        Tab::Waiting | Tab::RevisionRequired => rows_where!(
            "r.review = $11
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
    };
    tx.all(
        statement,
        args_after_words![
            words,
            filter.tab.key(),
            at,
            venue,
            flag,
            &filter.prefecture,
            mine,
            &filter.q,
            &filter.venue,
            limit,
            first.vials_per_box,
            first.doses_per_vial
        ],
    )
}

/// Registrations on which an officer acts, by their status.
pub fn count_open(tx: &mut Tx<'_>) -> Result<Vec<(Status, i64)>, Failure> {
    tx.all(
        sql!(
            "select review, count(*)
               from plan_registration r
              where latest
                and review in ('waiting', 'revision_required')
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)
              group by review"
        ),
        args![],
    )
}

/// Registrations without a decision of venues that have completed.
pub fn count_completed(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from completion c
               join plan_registration r on r.venue_id = c.venue_id
              where r.latest
                and r.review <> 'reviewed'"
        ),
        args![],
    )?;
    Ok(n)
}

/// Id and name of officers who review.
pub fn officers(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Failure> {
    let rows: Vec<(String, String, String)> = tx.all(
        sql!(
            "select a.id, a.name, m.permissions
               from membership m
               join account a on a.id = m.account_id
              where m.scope_kind = 'nation'
                and m.scope_id = 'jp'
                and m.role = 'national'
                and m.ended_at is null
                and a.disabled_at is null
              order by a.name, a.id"
        ),
        args![],
    )?;
    Ok(rows
        .into_iter()
        .filter(|(_, _, p)| p.split(',').any(|k| k == Permission::Reviewer.key()))
        .map(|(id, name, _)| (id, name))
        .collect())
}

row! {
    /// An application that the prefecture may look at first.
    pub struct First {
        pub id: String,
        pub number: String,
        pub submitted_at: Option<Timestamp>,
        /// The venue's name, as it was typed.
        pub name: String,
        /// What the prefecture said last: whether it has a concern.
        pub concern: Option<bool>,
    }
}

/// Submitted applications of a prefecture, the oldest first, 200 at most.
pub fn applications(tx: &mut Tx<'_>, prefecture: &str) -> Result<Vec<First>, Failure> {
    tx.all(
        sql!(
            "select a.id, a.number, a.submitted_at, coalesce(a.answers ->> 'venue_name', ''),
                    (select k.concern
                       from remark k
                      where k.record_kind = 'application'
                        and k.record_id = a.id
                      order by k.at desc
                      limit 1)
               from application a
              where a.prefecture = $1
                and a.status = 'submitted'
              order by a.submitted_at, a.id
              limit 200"
        ),
        args![prefecture],
    )
}

/// Number and status of an application.
pub fn application(
    tx: &mut Tx<'_>,
    id: &str,
) -> Result<Option<(String, application::Status)>, Failure> {
    tx.first(sql!("select number, status from application where id = $1"), args![id])
}
