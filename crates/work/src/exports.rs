//! Everything that a venue or the nation has, table by table: what leaves in an export.

use platform::db::{Failure, Tx};
use platform::value::Record;
use platform::{args, events, sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;

events! {
    /// What the journal is told of a venue whose data leave (its id).
    pub enum Event of "venue" {
        "export.venue" => Exported { after: Exported },
    }
}

events! {
    /// What the journal is told of the nation whose data leave (`jp`).
    pub enum NationEvent of "nation" {
        "export.nation" => Exported { after: Exported },
    }
}

/// What left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub what: What,
}

/// Whose data an export holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum What {
    Venue {
        /// Its code of ten digits.
        venue: String,
        name: String,
    },
    Nation {
        /// True.
        nation: bool,
    },
}

/// A table of an export.
pub struct Table {
    /// As it is called in the database.
    pub name: &'static str,
    statement: &'static str,
}

fn tables<const N: usize>(all: [(&'static str, &'static str); N]) -> [Table; N] {
    all.map(|(name, statement)| Table { name, statement })
}

impl Table {
    /// Its rows, columns by their names: of a venue for one of [`of_venue`], of all for one of
    /// [`of_nation`].
    ///
    /// # Errors
    /// The database's.
    pub fn rows(&self, tx: &mut Tx<'_>, venue: Option<&str>) -> Result<Vec<Value>, Failure> {
        let rows: Vec<Record> = match venue {
            Some(venue) => tx.all(self.statement, args![venue])?,
            None => tx.all(self.statement, args![])?,
        };
        Ok(rows.into_iter().map(|r| Value::Object(r.0)).collect())
    }
}

/// Tables of a venue.
pub fn of_venue() -> [Table; 24] {
    tables([
        ("venue", sql!("select * from venue where id = $1")),
        (
            "application",
            sql!(
                "select a.*
                   from application a
                   join venue v on v.application_id = a.id
                  where v.id = $1"
            ),
        ),
        ("contact", sql!("select * from contact where venue_id = $1 order by id")),
        ("doctor", sql!("select * from doctor where venue_id = $1 order by id")),
        ("letter", sql!("select * from letter where venue_id = $1 order by number")),
        (
            "contract_period",
            sql!("select * from contract_period where venue_id = $1 order by from_day, id"),
        ),
        (
            "plan_registration",
            sql!("select * from plan_registration where venue_id = $1 order by number"),
        ),
        ("plan_line", sql!("select * from plan_line where venue_id = $1 order by number, cycle")),
        ("plan_draft", sql!("select * from plan_draft where venue_id = $1")),
        ("allocation", sql!("select * from allocation where venue_id = $1 order by cycle")),
        ("shipment", sql!("select * from shipment where venue_id = $1 order by cycle")),
        ("result_entry", sql!("select * from result_entry where venue_id = $1 order by id")),
        ("person_record", sql!("select * from person_record where venue_id = $1 order by day, id")),
        ("stock_entry", sql!("select * from stock_entry where venue_id = $1 order by id")),
        (
            "transfer",
            sql!("select * from transfer where from_venue = $1 or to_venue = $1 order by number"),
        ),
        ("claim", sql!("select * from claim where venue_id = $1 order by service_month")),
        (
            "claim_part",
            sql!(
                "select * from claim_part where venue_id = $1 order by service_month, destination"
            ),
        ),
        ("venue_account", sql!("select * from venue_account where venue_id = $1")),
        ("venue_public", sql!("select * from venue_public where venue_id = $1")),
        ("slot", sql!("select * from slot where venue_id = $1 order by day, begins")),
        (
            "booking",
            sql!(
                "select number, slot_id, name, reading, mail, phone, made_at, cancelled_at
                   from booking
                  where venue_id = $1
                  order by made_at, number"
            ),
        ),
        ("completion", sql!("select * from completion where venue_id = $1")),
        ("venue_note", sql!("select * from venue_note where venue_id = $1 order by at, id")),
        (
            "journal",
            sql!(
                "select *
                   from journal
                  where record_kind = 'venue'
                    and record_id = $1
                  order by number"
            ),
        ),
    ])
}

/// Tables of the nation; people's passwords, factors, sessions and keys stay inside.
pub fn of_nation() -> [Table; 31] {
    tables([
        (
            "account",
            sql!("select id, mail, name, created_at, disabled_at from account order by id"),
        ),
        ("membership", sql!("select * from membership order by id")),
        ("venue", sql!("select * from venue order by id")),
        ("application", sql!("select * from application order by id")),
        ("contact", sql!("select * from contact order by id")),
        ("doctor", sql!("select * from doctor order by id")),
        ("letter", sql!("select * from letter order by number")),
        ("contract_period", sql!("select * from contract_period order by venue_id, from_day, id")),
        ("plan_registration", sql!("select * from plan_registration order by venue_id, number")),
        ("plan_line", sql!("select * from plan_line order by venue_id, number, cycle")),
        ("allocation_run", sql!("select * from allocation_run order by id")),
        ("allocation", sql!("select * from allocation order by venue_id, cycle")),
        ("shipment", sql!("select * from shipment order by id")),
        ("result_entry", sql!("select * from result_entry order by id")),
        ("person_record", sql!("select * from person_record order by id")),
        ("lot", sql!("select * from lot order by product, number")),
        ("stock_entry", sql!("select * from stock_entry order by id")),
        ("transfer", sql!("select * from transfer order by number")),
        ("claim", sql!("select * from claim order by venue_id, service_month")),
        ("claim_part", sql!("select * from claim_part order by claim_id, destination")),
        ("venue_public", sql!("select * from venue_public order by venue_id")),
        ("municipality_setting", sql!("select * from municipality_setting order by municipality")),
        ("slot", sql!("select * from slot order by id")),
        ("completion", sql!("select * from completion order by venue_id")),
        ("venue_note", sql!("select * from venue_note order by id")),
        (
            "inquiry",
            sql!(
                "select number, venue_id, category, detail, status, made_at, due_at, changed_at
                   from inquiry
                  order by number"
            ),
        ),
        ("announcement", sql!("select * from announcement order by id")),
        ("master_change", sql!("select * from master_change order by number, id")),
        ("remark", sql!("select * from remark order by id")),
        ("journal", sql!("select * from journal order by record_kind, record_id, number")),
        ("seal", sql!("select * from seal order by number")),
    ])
}
