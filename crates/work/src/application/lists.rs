//! Applications that somebody looks for.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::application::Status;
use rules::fold::Sought;

use super::KeptAnswers;
use crate::{args_after_words, holds_the_words};

row! {
    /// An application of somebody's own.
    pub struct Own {
        pub id: String,
        pub number: String,
        pub status: Status,
        pub answers: KeptAnswers,
        pub created_at: Timestamp,
    }
}

/// The applications that an account sees as an applicant, the latest number first.
pub fn of_account(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Own>, Failure> {
    tx.all(
        sql!(
            "select a.id, a.number, a.status, a.answers, a.created_at
               from application a
              where exists
                    (select 1
                       from visible_application s
                       join membership m on m.scope_kind = s.scope_kind and m.scope_id = s.scope_id
                      where m.account_id = $1
                        and m.ended_at is null
                        and m.role = 'organizer'
                        and s.application_id = a.id)
              order by a.number desc"
        ),
        args![account],
    )
}

row! {
    /// An application in the ministry's queue.
    pub struct Listed {
        pub id: String,
        pub number: String,
        pub answers: KeptAnswers,
        pub submitted_at: Option<Timestamp>,
        pub venue_id: Option<String>,
    }
}

/// The applications of a status that hold the words, in the order in which they came, after the
/// instant and id of `after` (`2022-10-01T00:00:00Z_a1`).
pub fn listed(
    tx: &mut Tx<'_>,
    status: Status,
    sought: &Sought,
    after: &str,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let (words, asked) = (sought.patterns(), sought.asked());
    let after = after
        .split_once('_')
        .and_then(|(at, id)| Some((at.parse::<Timestamp>().ok()?, id.to_string())));
    let (at, id) = after.unwrap_or((Timestamp::UNIX_EPOCH, String::new()));
    tx.plan_for_values()?;
    tx.all(
        sql!(concat!(
            "select a.id, a.number, a.answers, a.submitted_at, a.venue_id
               from application a
              where a.status = $11
                and (coalesce(a.submitted_at, $12), a.id) > ($13, $14)
                and ($15 = '' or ",
            holds_the_words!("application", "a.id"),
            ") order by coalesce(a.submitted_at, $12), a.id limit $16"
        )),
        args_after_words![words, status, Timestamp::UNIX_EPOCH, at, id, asked, limit],
    )
}

/// How many applications have each status.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(Status, i64)>, Failure> {
    tx.all(sql!("select status, count(*) from application group by status"), args![])
}

/// How many applications wait for the ministry.
pub fn submitted(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let (n,): (i64,) =
        tx.one(sql!("select count(*) from application where status = 'submitted'"), args![])?;
    Ok(n)
}

/// How many applications of a prefecture (two digits) wait for the ministry without a remark.
pub fn without_remark(tx: &mut Tx<'_>, prefecture: &str) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from application a
              where a.prefecture = $1
                and a.status = 'submitted'
                and not exists
                    (select 1
                       from remark k
                      where k.record_kind = 'application'
                        and k.record_id = a.id)"
        ),
        args![prefecture],
    )?;
    Ok(n)
}

/// The id of the application with this number, where the account sees it.
pub fn numbered_of(
    tx: &mut Tx<'_>,
    number: &str,
    account: &str,
) -> Result<Option<String>, Failure> {
    let own: Option<(String,)> = tx.first(
        sql!(
            "select a.id
               from application a
               join visible_application s on s.application_id = a.id
               join membership m on m.scope_kind = s.scope_kind and m.scope_id = s.scope_id
              where a.number = $1
                and m.account_id = $2
                and m.ended_at is null
              limit 1"
        ),
        args![number, account],
    )?;
    Ok(own.map(|(id,)| id))
}

row! {
    /// An application in a file of all.
    pub struct OfAll {
        pub number: String,
        pub status: Status,
        pub answers: KeptAnswers,
        pub submitted_at: Option<Timestamp>,
    }
}

/// The applications of a status (of all where it is none) that hold the words, in the order in
/// which they came.
pub fn of_all(
    tx: &mut Tx<'_>,
    status: Option<Status>,
    sought: &Sought,
    limit: i64,
) -> Result<Vec<OfAll>, Failure> {
    let (patterns, asked) = (sought.patterns(), sought.asked());
    tx.all(
        sql!(concat!(
            "select a.number, a.status, a.answers, a.submitted_at
                   from application a
                  where a.number <> ''
                    and ($11 = '' or a.status = $11)
                    and ($12 = '' or ",
            holds_the_words!("application", "a.id"),
            ") order by a.submitted_at, a.id limit $13"
        )),
        args_after_words![patterns, status.map_or("", Status::key), asked, limit],
    )
}
