//! SQL of claims, and where each part of a claim goes.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::value::Json;
use platform::{args, ids, row, sql};
use rules::claim::{Calculation, Counts, Sum};
use rules::time::Month;
use serde::{Deserialize, Serialize};

use super::SAME;
use crate::house::Masters;
use crate::house::visit::{Trouble, VenueHead};

/// One municipality's counts; `same` stands for the venue's own municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub municipality: String,
    pub counts: Counts,
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub service_month: String,
        pub rows: Json<Vec<Row>>,
        pub facility_class: String,
        pub federation: String,
        pub status: String,
        pub count: i64,
        pub amount: i64,
        pub submitted_at: Option<Timestamp>,
        pub submitted_by: Option<String>,
        pub receipt: Option<String>,
        pub version: i64,
    }
}

impl Stored {
    pub fn label(&self) -> &'static str {
        if self.status == "submitted" { "提出用作成済" } else { "作成中" }
    }
}

pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!("select id, service_month, rows, facility_class, federation, status, count, amount, submitted_at, submitted_by, receipt, version from claim where venue_id = $1 order by service_month desc"),
        args![venue],
    )
}

pub fn load(tx: &mut Tx<'_>, venue: &str, month: Month) -> Result<Option<Stored>, Failure> {
    tx.first(
        sql!("select id, service_month, rows, facility_class, federation, status, count, amount, submitted_at, submitted_by, receipt, version from claim where venue_id = $1 and service_month = $2"),
        args![venue, month.to_string()],
    )
}

pub fn by_id(tx: &mut Tx<'_>, id: &str) -> Result<Option<Stored>, Failure> {
    tx.first(
        sql!("select id, service_month, rows, facility_class, federation, status, count, amount, submitted_at, submitted_by, receipt, version from claim where id = $1"),
        args![id],
    )
}

pub fn save(tx: &mut Tx<'_>, venue: &VenueHead, month: Month, rows: &[Row], class: &str, total: Sum) -> Result<(), Failure> {
    let amount = i64::try_from(total.amount).map_err(|_| Failure::Broken("an amount beyond all money".into()))?;
    tx.run(
        sql!("insert into claim (venue_id, service_month, id, rows, facility_class, federation, status, count, amount) values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8) on conflict (venue_id, service_month) do update set rows = excluded.rows, facility_class = excluded.facility_class, count = excluded.count, amount = excluded.amount, version = claim.version + 1"),
        args![&venue.id, month.to_string(), ids::short("b"), Json(rows), class, &venue.prefecture, total.count, amount],
    )
    .map(|_| ())
}

/// The yen of some rows together.
pub fn calculate(masters: &Masters, month: Month, rows: &[Row]) -> Result<Calculation, Trouble> {
    let sum = rows.iter().fold(Counts::default(), |acc, r| acc.add(&r.counts));
    masters.tariff.calculate(month, &sum, None, &masters.holidays).map_err(|r| Trouble::at("", r))
}

pub fn place_code<'a>(venue: &'a VenueHead, row: &'a str) -> &'a str {
    if row == SAME { &venue.municipality } else { row }
}

pub fn place_name(masters: &Masters, venue: &VenueHead, row: &str) -> String {
    masters.places.full_name(place_code(venue, row))
}

/// To whom a part of the claim goes: the federation (住所地外), or the municipality itself (住所地内, unless outsourced).
pub struct Destination {
    pub name: String,
    pub federation: bool,
    /// Whether residents of the venue's own municipality are in it (住所地内接種分含む).
    pub includes_same: bool,
    pub rows: Vec<Row>,
}

pub fn destinations(masters: &Masters, venue: &VenueHead, rows: &[Row]) -> Vec<Destination> {
    let outsourced = masters.outsourced.contains(&venue.municipality);
    let (direct, federation): (Vec<Row>, Vec<Row>) =
        rows.iter().filter(|r| r.counts.total() > 0).cloned().partition(|r| r.municipality == SAME && !outsourced);
    let mut all = Vec::new();
    if !federation.is_empty() {
        let includes_same = federation.iter().any(|r| r.municipality == SAME);
        let name = masters.federation(&venue.prefecture).map_or(String::new(), |f| f.name.clone());
        all.push(Destination { name, federation: true, includes_same, rows: federation });
    }
    if !direct.is_empty() {
        all.push(Destination { name: masters.places.full_name(&venue.municipality), federation: false, includes_same: true, rows: direct });
    }
    all
}
