//! 請求: what a venue claims for a month of service, where each part of it goes, and what was
//! decided.

mod amounts;

pub use amounts::*;
mod account;
mod back;
mod bills;
mod check;
mod electronic;
pub mod event;
mod handled;
mod made;
mod merged;
mod parts;

pub use account::*;
pub use back::*;
pub use bills::*;
pub use check::*;
pub use electronic::*;
pub use event::Event;
pub use handled::*;
pub use made::*;
pub use merged::*;
pub use parts::*;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::value::Json;
use platform::{args, id, ids, kept, row, sql, words};
use rules::claim::{Calculation, Counts, Refusal, Sum};
use rules::time::{self, Month};
use rules::{application, input};
use serde::{Deserialize, Serialize};

use masters::Masters;

use crate::municipality;
use crate::venue::VenueHead;

/// The row of residents of the venue's own municipality, then the others.
pub const SAME: &str = "same";

/// One municipality's counts; `same` stands for the venue's own municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub municipality: String,
    pub counts: Counts,
    /// 被接種者区分: 1 without, 2 with a coupon.
    #[serde(default = "with_coupon")]
    pub recipient_class: String,
}

/// The class of recipients that rows of before have.
pub fn with_coupon() -> String {
    "2".into()
}

/// 被接種者区分
pub const RECIPIENT_CLASSES: [(&str, &str); 2] =
    [("2", "2（クーポン券あり）"), ("1", "1（クーポン券なし）")];

/// Adds counts to the row of the same municipality and class, or a new row.
pub fn add(rows: &mut Vec<Row>, row: Row) {
    match rows
        .iter_mut()
        .find(|r| r.municipality == row.municipality && r.recipient_class == row.recipient_class)
    {
        Some(known) => known.counts = known.counts.add(&row.counts),
        None => rows.push(row),
    }
}

kept! {
    /// Rows of a claim: all of them or none.
    pub KeptClaim = OfClaim(Vec<Row>), whole,
        "保存されていた請求の内容を読めませんでした。市区町村ごとの人数を、もう一度入力して保存してください。";
    /// Rows that came back from a claim: all of them or none.
    pub KeptRows = OfRows(Vec<Row>), whole,
        "返戻の明細を読めませんでした。件数と金額は残っています。国保連合会・市町村の通知で確かめてください。";
}

words! {
    /// How far a claim is.
    pub enum Status in claim.status {
        Draft = "draft",
        /// Its papers are made, for every destination.
        Submitted = "submitted",
    }
}

id! {
    /// Of a claim.
    pub struct ClaimId;
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: ClaimId,
        pub service_month: String,
        pub rows: KeptClaim,
        pub facility_class: String,
        pub federation: String,
        pub status: Status,
        pub count: i64,
        pub amount: i64,
        pub submitted_at: Option<Timestamp>,
        pub submitted_by: Option<String>,
        pub receipt: Option<String>,
        pub version: i64,
    }
}

/// Claims.
macro_rules! claims {
    ($which:literal) => {
        sql!(concat!(
            "select id, service_month, rows, facility_class, federation, status, count, amount, ",
            "submitted_at, submitted_by, receipt, version from claim ",
            $which
        ))
    };
}

impl Stored {
    /// What a person reads of its status.
    pub fn label(&self) -> &'static str {
        match self.status {
            Status::Submitted => "提出用作成済",
            Status::Draft => "作成中",
        }
    }
    /// Whether it was submitted; a draft isn't.
    pub fn is_submitted(&self) -> bool {
        self.status == Status::Submitted
    }
    /// The day on which it was handed in; a draft is handed in today at the earliest.
    pub fn handed_in(&self, now: Timestamp) -> Date {
        time::date(self.submitted_at.unwrap_or(now))
    }
    /// Whether saving this would change nothing.
    pub fn says(&self, rows: &[Row], class: &str, total: Sum) -> bool {
        let sums = (i64::from(total.count), yen(total).ok()) == (self.count, Some(self.amount));
        self.rows.is_whole() && self.rows.0 == rows && self.facility_class == class && sums
    }
}

/// Claims of a venue, the latest month of service first.
pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    tx.all(claims!("where venue_id = $1 order by service_month desc"), args![venue])
}

/// A venue's claim for a month of service.
pub fn load(tx: &mut Tx<'_>, venue: &str, month: Month) -> Result<Option<Stored>, Failure> {
    tx.first(claims!("where venue_id = $1 and service_month = $2"), args![venue, month.to_string()])
}

/// A claim by its id.
pub fn by_id(tx: &mut Tx<'_>, id: &ClaimId) -> Result<Option<Stored>, Failure> {
    tx.first(claims!("where id = $1"), args![id])
}

/// The yen of a sum as a column holds them.
///
/// # Errors
/// More than any money.
pub fn yen(total: Sum) -> Result<i64, Failure> {
    i64::try_from(total.amount).map_err(|_| Failure::Broken("an amount beyond all money".into()))
}

/// What a draft says: its rows, the class of the venue, their sum.
pub struct Draft<'d> {
    pub rows: &'d [Row],
    pub class: &'d str,
    pub total: Sum,
}

/// Saves a draft over the version that was looked at (`None`: there was none), whoever writes it.
///
/// # Errors
/// [`Failure::Stale`], where somebody else has saved another one since, or has submitted it.
pub fn save(
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    draft: &Draft<'_>,
    known: Option<i64>,
) -> Result<(), Failure> {
    let (amount, count) = (yen(draft.total)?, draft.total.count);
    let Some(version) = known else {
        let made = tx.run(
            sql!(
                "insert into claim
                             (venue_id, service_month, id, rows, facility_class, federation, status,
                              count, amount)
                 values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8)
                     on conflict (venue_id, service_month) do nothing"
            ),
            args![
                &venue.id,
                month.to_string(),
                ids::short("b"),
                Json(draft.rows),
                draft.class,
                &venue.prefecture,
                count,
                amount
            ],
        )?;
        return if made == 0 { Err(Failure::Stale) } else { Ok(()) };
    };
    tx.run_one(
        sql!(
            "update claim
                set rows = $1, facility_class = $2, count = $3, amount = $4, version = version + 1
              where venue_id = $5
                and service_month = $6
                and version = $7
                and status = 'draft'"
        ),
        args![Json(draft.rows), draft.class, count, amount, &venue.id, month.to_string(), version],
    )
}

/// Some rows together, to the yen, as a claim that is handed in on a day.
///
/// # Errors
/// No price of the month, or more than any money.
pub fn calculate(
    masters: &Masters,
    month: Month,
    handed_in: Date,
    rows: &[Row],
) -> Result<Calculation, Refusal> {
    let sum = rows.iter().fold(Counts::default(), |acc, r| acc.add(&r.counts));
    let worked_out = masters.tariff.calculate(month, &sum, None, &masters.holidays)?;
    Ok(worked_out.handed_in(handed_in, &masters.holidays))
}

/// The count and the yen of some rows together, whenever they are handed in.
///
/// # Errors
/// As of [`calculate`].
pub fn total(masters: &Masters, month: Month, rows: &[Row]) -> Result<Sum, Refusal> {
    Ok(calculate(masters, month, month.last(), rows)?.total)
}

/// The six-digit code of a row's municipality.
pub fn place_code<'a>(venue: &'a VenueHead, row: &'a str) -> &'a str {
    if row == SAME { &venue.municipality } else { row }
}

/// The full name of a row's municipality.
pub fn place_name(masters: &Masters, venue: &VenueHead, row: &str) -> String {
    masters.places.full_name(place_code(venue, row))
}

/// How tables write the row of the venue's own municipality.
pub const OWN_LABEL: &str = "医療機関と同一市内にお住まいの方";

/// Whether a cell says the row of the venue's own municipality.
pub fn is_own_label(cell: &str) -> bool {
    let bare: String = input::folded(cell).split_whitespace().collect();
    bare == OWN_LABEL || bare == SAME
}

/// The municipality of a row, as a person or another system wrote it; the venue's own is [`SAME`].
///
/// # Errors
/// No municipality, or one of several.
pub fn place_of(
    masters: &Masters,
    venue: &VenueHead,
    raw: &str,
) -> Result<String, application::Fault> {
    if is_own_label(raw) {
        return Ok(SAME.into());
    }
    let code = application::municipality(raw, &masters.places)?;
    Ok(if code == venue.municipality { SAME.to_string() } else { code })
}

/// To whom a part of the claim goes: the federation (住所地外), or the municipality itself (住所地内,
/// unless outsourced).
pub struct Destination {
    /// `federation:13` or `municipality:131032`
    pub key: String,
    pub name: String,
    pub federation: bool,
    /// Whether residents of the venue's own municipality are in it (住所地内接種分含む).
    pub includes_same: bool,
    pub rows: Vec<Row>,
    /// Where it is handed in, as the municipality says it.
    pub desk: String,
}

/// Where the rows of a venue's claim go, by what its municipality has set. Municipalities of a
/// joint scheme count as the venue's own.
pub fn destinations(
    tx: &mut Tx<'_>,
    masters: &Masters,
    venue: &VenueHead,
    rows: &[Row],
) -> Result<Vec<Destination>, Failure> {
    let setting = municipality::setting(tx, masters, &venue.municipality)?;
    let inside = |r: &Row| r.municipality == SAME || setting.joint.0.contains(&r.municipality);
    let (direct, federation): (Vec<Row>, Vec<Row>) = rows
        .iter()
        .filter(|r| r.counts.total() > 0)
        .cloned()
        .partition(|r| inside(r) && !setting.outsourced);
    let mut all = Vec::new();
    if !federation.is_empty() {
        let includes_same = federation.iter().any(inside);
        let name = masters.federation(&venue.prefecture).map_or(String::new(), |f| f.name.clone());
        let key = format!("federation:{}", venue.prefecture);
        all.push(Destination {
            key,
            name,
            federation: true,
            includes_same,
            rows: federation,
            desk: String::new(),
        });
    }
    if !direct.is_empty() {
        let key = format!("municipality:{}", venue.municipality);
        let name = masters.places.full_name(&venue.municipality);
        all.push(Destination {
            key,
            name,
            federation: false,
            includes_same: true,
            rows: direct,
            desk: setting.desk.clone(),
        });
    }
    Ok(all)
}
