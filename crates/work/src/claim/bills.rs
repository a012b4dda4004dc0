//! What was submitted to a federation or a municipality, as its desk looks for it.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::fold::{self, Sought};

use super::{ClaimId, PartStatus};
use crate::{args_after_words, holds_the_words};

row! {
    /// A part of a claim in its desk's list.
    pub struct Bill {
        /// The claim's.
        pub id: ClaimId,
        pub venue: String,
        pub code: String,
        /// Such as 2022-03.
        pub service_month: String,
        pub count: i64,
        /// Yen.
        pub amount: i64,
        pub submitted_at: Timestamp,
        pub receipt: Option<String>,
        pub status: PartStatus,
        pub decided_count: Option<i64>,
        /// Yen.
        pub decided_amount: Option<i64>,
        pub pays_on: Option<Date>,
    }
}

row! {
    /// Sums of bills.
    pub struct Sums {
        pub bills: i64,
        pub count: i64,
        /// Yen.
        pub amount: i64,
        pub decided_count: i64,
        /// Yen.
        pub decided_amount: i64,
    }
}

/// What a desk's list is narrowed to: month, status, words of venue or receipt; empty or none for
/// all.
pub struct Narrowed {
    /// Such as 2022-03.
    pub month: String,
    pub status: Option<PartStatus>,
    /// Words of venues.
    pub q: String,
    /// Part of a receipt's number.
    pub receipt: String,
}

/// The parts of a desk that fit, `$1` to `$10` being the words and `$11` to `$15` the rest.
macro_rules! narrowed {
    ($columns:literal, $end:literal) => {
        sql!(concat!(
            "select ",
            $columns,
            " from claim_part p
              join claim c on c.id = p.claim_id
              join venue v on v.id = p.venue_id
              where p.destination = $11
               and ($12 = '' or p.service_month = $12)
               and ($13 = '' or p.status = $13)
               and ($14 = '' or lower(coalesce(c.receipt, '')) like $15 escape '\\' or ",
            holds_the_words!("venue", "v.id"),
            ")",
            $end
        ))
    };
}

/// Bills of a destination, the last month first, from the row `from` on.
pub fn bills(
    tx: &mut Tx<'_>,
    destination: &str,
    narrowed: &Narrowed,
    from: i64,
    limit: i64,
) -> Result<Vec<Bill>, Failure> {
    let Narrowed { month, status, q, receipt } = narrowed;
    let status = status.map_or("", PartStatus::key);
    let sought = Sought::of(q);
    let (words, asked) = (sought.patterns(), sought.asked());
    let receipt = format!("%{}%", fold::like(receipt));
    tx.plan_for_values()?;
    tx.all(
        narrowed!(
            "p.claim_id, v.name, v.code, p.service_month, p.count, p.amount, p.submitted_at,
             c.receipt, p.status, p.decided_count, p.decided_amount, p.pays_on",
            " order by p.service_month desc, v.name, p.claim_id limit $16 offset $17"
        ),
        args_after_words![words, destination, month, status, asked, &receipt, limit, from],
    )
}

/// Sums of all bills of a destination that fit.
pub fn sums(tx: &mut Tx<'_>, destination: &str, narrowed: &Narrowed) -> Result<Sums, Failure> {
    let Narrowed { month, status, q, receipt } = narrowed;
    let status = status.map_or("", PartStatus::key);
    let sought = Sought::of(q);
    let (words, asked) = (sought.patterns(), sought.asked());
    let receipt = format!("%{}%", fold::like(receipt));
    tx.one(
        narrowed!(
            "count(*), cast(coalesce(sum(p.count), 0) as bigint),
             cast(coalesce(sum(p.amount), 0) as bigint),
             cast(coalesce(sum(p.decided_count), 0) as bigint),
             cast(coalesce(sum(p.decided_amount), 0) as bigint)",
            ""
        ),
        args_after_words![words, destination, month, status, asked, &receipt],
    )
}

/// Months of which a destination has bills, the last first, 36 at most.
pub fn months_of(tx: &mut Tx<'_>, destination: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select distinct service_month
               from claim_part
              where destination = $1
              order by service_month desc
              limit 36"
        ),
        args![destination],
    )?;
    Ok(rows.into_iter().map(|(month,)| month).collect())
}
