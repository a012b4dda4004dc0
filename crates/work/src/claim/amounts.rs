//! Amounts of claims, and how many wait at whom.

use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    /// What a venue claims for a month.
    pub struct Amount {
        /// Month of service, such as `2022-12`.
        pub service_month: String,
        /// Yen.
        pub amount: i64,
    }
}

/// What a venue claims, the latest month first.
pub fn amounts(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Amount>, Failure> {
    tx.all(
        sql!(
            "select service_month, amount
               from claim
              where venue_id = $1
              order by service_month desc"
        ),
        args![venue],
    )
}

/// How many claims wait at a destination, such as `municipality:131032`.
pub fn waiting_at(tx: &mut Tx<'_>, destination: &str) -> Result<i64, Failure> {
    let (bills,): (i64,) = tx.one(
        sql!("select count(*) from claim_part where destination = $1 and status = 'submitted'"),
        args![destination],
    )?;
    Ok(bills)
}

/// The venue and the month of service of the claim with a receipt's number.
pub fn of_receipt(tx: &mut Tx<'_>, receipt: &str) -> Result<Option<(String, String)>, Failure> {
    tx.first(sql!("select venue_id, service_month from claim where receipt = $1"), args![receipt])
}
