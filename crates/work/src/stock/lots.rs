//! ロット: what is known of each, nation-wide.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::input;
use rules::stock::Lot;

use super::sums;

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct StoredLot {
        pub product: String,
        pub number: String,
        pub expiry: Date,
        pub gtin: String,
        pub recalled_at: Option<Timestamp>,
        pub recall_reason: Option<String>,
        pub version: i64,
        /// Since when the ministry has said which expiry is right.
        pub settled_at: Option<Timestamp>,
    }
}

impl StoredLot {
    pub fn rule(&self) -> Lot {
        Lot {
            number: self.number.clone(),
            expiry: self.expiry,
            recalled: self.recalled_at.is_some(),
        }
    }
}

pub fn lot(tx: &mut Tx<'_>, number: &str) -> Result<Option<StoredLot>, Failure> {
    tx.first(
        sql!(
            "select product, number, expiry, gtin, recalled_at, recall_reason, version, settled_at
               from lot
              where number = $1
              order by product
              limit 1"
        ),
        args![number],
    )
}

/// A lot out of the venue's ledger, as a form or another system names it: as the ledger has it, or
/// in any writing of [`input::lot`]. The outer error is the database's.
pub fn chosen_lot(
    tx: &mut Tx<'_>,
    venue: &str,
    raw: &str,
) -> Result<Result<String, input::InputFault>, Failure> {
    let text = input::text(raw);
    Ok(if text.is_empty() {
        Err(input::InputFault::NotChosen("ロット".into()))
    } else if sums(tx, venue)?.contains_key(&text) {
        Ok(text)
    } else {
        input::lot("ロット", raw)
    })
}

/// The first day on which a venue had each lot of its ledger.
pub fn came(tx: &mut Tx<'_>, venue: &str) -> Result<BTreeMap<String, Date>, Failure> {
    let rows: Vec<(String, Date)> = tx.all(
        sql!(
            "select lot, min(day)
               from stock_entry
              where venue_id = $1
                and lot <> ''
                and (kind in ('received', 'transferred_in') or kind = 'adjusted' and vials > 0)
              group by lot"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().collect())
}
