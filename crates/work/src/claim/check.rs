//! What should be looked at before a claim is handed in, and the handing in of one that nothing
//! stops.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use rules::application::grouped;
use rules::claim::{self, Age, Counts, Kind, Refusal};
use rules::time::{self, Month};
use words::{Sentence, sentences};

use super::{Row, SAME, Stored, calculate, load, place_name, submit, with_coupon};
use crate::results;
use crate::venue::{self, VenueHead};
use crate::{Caller, Refused};

/// Something that should be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Empty,
    /// Past its own due date; with which month's claims it goes.
    Late {
        due: Date,
        with: Month,
    },
    NoRepresentative,
    /// Vaccinations claimed and those reported for the month differ.
    NotAsReported {
        month: Month,
        claimed: i64,
        reported: i64,
    },
    MonthNotOver(Month),
    /// The person-level records of a municipality say another number.
    NotAsRecorded {
        place: String,
        claimed: i64,
        recorded: i64,
    },
    /// Person-level records of a municipality without a row in the claim.
    NotClaimed {
        place: String,
        recorded: u32,
    },
    /// More than three times the month before.
    ThreeTimes {
        before: i64,
    },
    NoTitle,
    /// A row that counts nobody.
    EmptyRow {
        place: String,
    },
}

impl Finding {
    /// Whether the claim can't be handed in with it.
    pub fn stops(&self) -> bool {
        matches!(self, Finding::Empty | Finding::NoRepresentative)
    }
}

impl Sentence for Finding {
    fn sentence(&self) -> String {
        match self {
            Finding::Empty => "件数がありません。".into(),
            Finding::Late { due, with } => words::claim::late(*due, *with),
            Finding::NoRepresentative => "代表者氏名がありません。".into(),
            Finding::NotAsReported { month, claimed, reported } => format!(
                "接種の請求{}件と、{}の接種実績{}回が違います（差{}）。",
                grouped(*claimed),
                month.say(),
                grouped(*reported),
                grouped((claimed - reported).abs())
            ),
            Finding::MonthNotOver(month) => {
                format!("{}はまだ終わっていません。請求は翌月に行います。", month.say())
            }
            Finding::NotAsRecorded { place, claimed, recorded } => format!(
                "{place}の請求は{}件、個人単位の記録は{}件です。",
                grouped(*claimed),
                grouped(*recorded)
            ),
            Finding::NotClaimed { place, recorded } => format!(
                "{place}は、個人単位の記録に{}件ありますが、請求にありません。",
                grouped(*recorded)
            ),
            Finding::ThreeTimes { before } => {
                format!("件数が前の月（{}件）の3倍を超えています。", grouped(*before))
            }
            Finding::NoTitle => {
                "代表者の役職がありません。請求書には役職と氏名を印字します。".into()
            }
            Finding::EmptyRow { place } => {
                format!("{place}は0件です。提出する請求には載りません。")
            }
        }
    }
}

/// What should be looked at before a draft is handed in today.
///
/// # Errors
/// No price of the month.
pub fn check(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    stored: &Stored,
) -> Result<Vec<Finding>, Refused<Refusal>> {
    let (masters, today, rows) = (by.masters, time::date(by.now), &stored.rows.0);
    let calculation = calculate(masters, month, today, rows).map_err(Refused::ByRule)?;
    let mut found = Vec::new();
    if calculation.total.count == 0 {
        found.push(Finding::Empty);
    }
    let due = claim::due_date(month, &masters.holidays);
    if calculation.due != due {
        found.push(Finding::Late { due, with: calculation.claim_month });
    }
    let answers = venue::answers(tx, &venue.id)?;
    if answers.get("representative_name").is_none_or(|name| name.is_empty()) {
        found.push(Finding::NoRepresentative);
    }
    let reported = results::shots_between(tx, &venue.id, month.first(), month.last())?;
    let claimed = i64::from(calculation.subtotals.vaccination.count);
    if reported != claimed {
        found.push(Finding::NotAsReported { month, claimed, reported });
    }
    if Month::of(today) == month {
        found.push(Finding::MonthNotOver(month));
    }
    let name = |row: &Row| place_name(masters, venue, &row.municipality);
    found.extend(beside_persons(rows, &from_persons(tx, venue, month)?, name));
    let before: i64 = load(tx, &venue.id, month.plus(-1))?.map_or(0, |c| c.count);
    if before > 0 && i64::from(calculation.total.count) > before * 3 {
        found.push(Finding::ThreeTimes { before });
    }
    if answers.get("representative_title").is_none_or(|title| title.trim().is_empty()) {
        found.push(Finding::NoTitle);
    }
    let empty = rows.iter().filter(|r| r.counts.total() == 0);
    found.extend(empty.map(|r| Finding::EmptyRow { place: name(r) }));
    Ok(found)
}

/// Where the person-level records say other numbers by municipality; nothing where there are none.
fn beside_persons(rows: &[Row], drafted: &[Row], name: impl Fn(&Row) -> String) -> Vec<Finding> {
    if drafted.is_empty() {
        return Vec::new();
    }
    let recorded = |row: &Row| -> i64 {
        let same = drafted.iter().filter(|d| d.municipality == row.municipality);
        same.map(|d| i64::from(d.counts.total())).sum()
    };
    let claimed = |row: &Row| i64::from(row.counts.total());
    let other = rows.iter().filter(|row| recorded(row) != claimed(row)).map(|row| {
        Finding::NotAsRecorded { place: name(row), claimed: claimed(row), recorded: recorded(row) }
    });
    let unclaimed = drafted
        .iter()
        .filter(|d| !rows.iter().any(|r| r.municipality == d.municipality))
        .map(|d| Finding::NotClaimed { place: name(d), recorded: d.counts.total() });
    other.chain(unclaimed).collect()
}

/// Why a claim isn't handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotHandedIn {
    /// What stops it.
    Found(Finding),
    /// What should be looked at first.
    Asked(Vec<Finding>),
    Rule(Refusal),
}

impl Sentence for NotHandedIn {
    fn sentence(&self) -> String {
        match self {
            NotHandedIn::Found(finding) => finding.sentence(),
            NotHandedIn::Asked(found) => sentences(found).concat(),
            NotHandedIn::Rule(refusal) => refusal.sentence(),
        }
    }
}

/// Submits a draft that nothing stops. `sure`: what should be looked at was looked at.
///
/// # Errors
/// What stops it, or is asked about; [`Failure::Stale`].
pub fn hand_in(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    stored: &Stored,
    sure: bool,
) -> Result<(), Refused<NotHandedIn>> {
    let mut found = check(by, tx, venue, month, stored).map_err(|e| e.map(NotHandedIn::Rule))?;
    if let Some(stopping) = found.iter().position(Finding::stops) {
        return Err(Refused::ByRule(NotHandedIn::Found(found.swap_remove(stopping))));
    }
    if !(sure || found.is_empty()) {
        return Err(Refused::ByRule(NotHandedIn::Asked(found)));
    }
    submit(by, tx, venue, month, stored).map_err(|e| e.map(NotHandedIn::Rule))
}

/// What the person-level records of a month say: shots and screenings by municipality.
///
/// # Errors
/// The database's.
pub fn from_persons(tx: &mut Tx<'_>, venue: &VenueHead, month: Month) -> Result<Vec<Row>, Failure> {
    let rows = results::persons::billed(tx, &venue.id, month.first(), month.last())?;
    let mut by: BTreeMap<String, Counts> = BTreeMap::new();
    for row in rows {
        let kind = if row.screening_only { Kind::ScreeningOnly } else { Kind::Vaccination };
        let age = if row.under_six { Age::UnderSix } else { Age::SixAndOver };
        let band = row.band;
        let own = row.municipality == venue.municipality;
        let key = if own { SAME.to_string() } else { row.municipality };
        let counts = by.entry(key).or_default();
        let records = u32::try_from(row.records).unwrap_or(0);
        let sum = counts.get(kind, age, band).saturating_add(records);
        counts.set(kind, age, band, sum);
    }
    let row = |(municipality, counts)| Row { municipality, counts, recipient_class: with_coupon() };
    Ok(by.into_iter().map(row).collect())
}
