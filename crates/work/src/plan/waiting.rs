//! Registrations that wait for the ministry, drafts that wait for an opening, and receipts.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

use super::KeptLines;

row! {
    /// Registrations that wait for the ministry.
    pub struct ToReview {
        pub plans: i64,
        /// When the oldest was registered.
        pub oldest: Option<Timestamp>,
    }
}

/// How many registrations wait for the ministry, and since when; those of venues that have
/// completed don't.
pub fn to_review(tx: &mut Tx<'_>) -> Result<ToReview, Failure> {
    tx.one(
        sql!(
            "select count(*), min(at)
               from plan_registration r
              where latest
                and review = 'waiting'
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
        args![],
    )
}

/// How many of them an account has taken.
pub fn to_review_by(tx: &mut Tx<'_>, account: &str) -> Result<i64, Failure> {
    let (mine,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from plan_registration r
              where latest
                and review = 'waiting'
                and assigned_to = $1
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
        args![account],
    )?;
    Ok(mine)
}

/// How many of them are of a prefecture (two digits) and have no remark.
pub fn to_remark(tx: &mut Tx<'_>, prefecture: &str) -> Result<i64, Failure> {
    let (plans,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from plan_registration r
               join venue v on v.id = r.venue_id
              where r.latest
                and r.review = 'waiting'
                and v.prefecture = $1
                and not exists
                    (select 1
                       from remark k
                      where k.record_kind = 'plan'
                        and k.record_id = r.venue_id
                        and k.number = r.number)
                and not exists (select 1 from completion c where c.venue_id = r.venue_id)"
        ),
        args![prefecture],
    )?;
    Ok(plans)
}

/// The venue and the number of the registration with a receipt's number.
pub fn of_receipt(tx: &mut Tx<'_>, receipt: &str) -> Result<Option<(String, i64)>, Failure> {
    tx.first(
        sql!("select venue_id, number from plan_registration where receipt = $1"),
        args![receipt],
    )
}

/// How many drafts wait for entry to open.
pub fn drafts_waiting(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let (waiting,): (i64,) =
        tx.one(sql!("select count(*) from plan_draft where register_on_opening"), args![])?;
    Ok(waiting)
}

/// The venues whose drafts wait for entry to open, the oldest draft first.
pub fn venues_waiting(tx: &mut Tx<'_>) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!("select venue_id from plan_draft where register_on_opening order by at"),
        args![],
    )?;
    Ok(rows.into_iter().map(|(venue,)| venue).collect())
}

row! {
    /// A draft that waits for entry to open.
    pub struct WaitingDraft {
        pub lines: KeptLines,
        pub reason: Option<String>,
        /// The number of the registration that it changes.
        pub base: i64,
        pub account: String,
        pub name: String,
    }
}

/// A venue's draft that waits for entry to open; from now on it doesn't wait any more.
///
/// # Errors
/// [`Failure::Stale`], where another node took it at the same time.
pub fn take_waiting_draft(tx: &mut Tx<'_>, venue: &str) -> Result<Option<WaitingDraft>, Failure> {
    let draft: Option<WaitingDraft> = tx.first(
        sql!(
            "select lines, reason, base, account, name
               from plan_draft
              where venue_id = $1
                and register_on_opening"
        ),
        args![venue],
    )?;
    if draft.is_some() {
        // The draft isn't tried twice, whatever comes out of it.
        tx.run_one(
            sql!(
                "update plan_draft
                    set register_on_opening = false, version = version + 1
                  where venue_id = $1
                    and register_on_opening"
            ),
            args![venue],
        )?;
    }
    Ok(draft)
}
