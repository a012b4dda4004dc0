//! The electronic claim: the numbers of the papers, in the form that `/schemas/claim-v1.json`
//! describes.

use jiff::civil::Date;
use masters::Masters;
use platform::db::{Failure, Tx};
use rules::claim::{self, Form, Refusal, Subtotals, Sum};
use rules::time::{Month, rfc3339};
use serde::Serialize;

use super::{Destination, Row, Stored, calculate, destinations, place_code, place_name};
use crate::Refused;
use crate::venue::{self, VenueHead};

/// The claim to one destination.
#[derive(Clone, Debug, Serialize)]
pub struct Electronic {
    pub schema: &'static str,
    pub receipt: Option<String>,
    /// RFC 3339; none of a draft.
    pub submitted_at: Option<String>,
    pub destination: Addressee,
    pub includes_in_municipality: bool,
    pub institution: Institution,
    pub service_month: Month,
    pub claim_month: Month,
    pub due: Date,
    pub form: Form,
    pub tax_percent: u32,
    pub summary: Summary,
    pub municipalities: Vec<OfMunicipality>,
}

/// To whom it goes.
#[derive(Clone, Debug, Serialize)]
pub struct Addressee {
    /// `federation:13` or `municipality:131032`
    pub key: String,
    pub name: String,
}

/// Who claims, as the papers have it.
#[derive(Clone, Debug, Serialize)]
pub struct Institution {
    pub code: String,
    pub name: String,
    pub address: String,
    /// Title and name.
    pub representative: String,
    pub phone: String,
    pub facility_class: String,
}

impl Institution {
    /// The institution of a venue.
    ///
    /// # Errors
    /// The database's.
    pub fn of(tx: &mut Tx<'_>, venue: &VenueHead, claim: &Stored) -> Result<Institution, Failure> {
        let answers = venue::answers(tx, &venue.id)?;
        let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
        let named = [get("representative_title"), get("representative_name")].join("　");
        Ok(Institution {
            code: venue.code.clone(),
            name: get("institution_name"),
            address: get("institution_address"),
            representative: named.trim().to_string(),
            phone: get("institution_phone"),
            facility_class: claim.facility_class.clone(),
        })
    }
}

/// All municipalities of the destination together; yen with tax.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    pub rows: Vec<claim::Row>,
    pub subtotals: Subtotals,
    pub total: Sum,
}

/// The sheet of one municipality and class of recipients.
#[derive(Clone, Debug, Serialize)]
pub struct OfMunicipality {
    /// Six digits.
    pub code: String,
    pub name: String,
    pub recipient_class: String,
    /// Without the lines that count nobody.
    pub rows: Vec<claim::Row>,
    pub total: Sum,
}

/// The electronic claim of an institution to one destination, handed in on a day.
///
/// # Errors
/// As of [`calculate`].
fn electronic(
    masters: &Masters,
    (venue, month): (&VenueHead, Month),
    institution: &Institution,
    handed_in: Date,
    stored: &Stored,
    to: &Destination,
) -> Result<Electronic, Refusal> {
    let together = calculate(masters, month, handed_in, &to.rows)?;
    let of_row = |row: &Row| -> Result<OfMunicipality, Refusal> {
        let c = calculate(masters, month, handed_in, std::slice::from_ref(row))?;
        Ok(OfMunicipality {
            code: place_code(venue, &row.municipality).to_string(),
            name: place_name(masters, venue, &row.municipality),
            recipient_class: row.recipient_class.clone(),
            rows: c.rows.into_iter().filter(|r| r.count > 0).collect(),
            total: c.total,
        })
    };
    Ok(Electronic {
        schema: "claim-v1",
        receipt: stored.receipt.clone(),
        submitted_at: stored.submitted_at.map(rfc3339),
        destination: Addressee { key: to.key.clone(), name: to.name.clone() },
        includes_in_municipality: to.includes_same,
        institution: institution.clone(),
        service_month: month,
        claim_month: together.claim_month,
        due: together.due,
        form: together.form,
        tax_percent: together.tax_percent,
        summary: Summary {
            rows: together.rows,
            subtotals: together.subtotals,
            total: together.total,
        },
        municipalities: to.rows.iter().map(of_row).collect::<Result<_, _>>()?,
    })
}

/// The electronic claims of a month to these destinations, by the masters under which it is
/// reckoned.
///
/// # Errors
/// As of [`calculate`]; the database's.
pub fn electronic_to(
    masters: &Masters,
    tx: &mut Tx<'_>,
    (venue, month): (&VenueHead, Month),
    handed_in: Date,
    stored: &Stored,
    destinations: &[Destination],
) -> Result<Vec<Electronic>, Refused<Refusal>> {
    let institution = Institution::of(tx, venue, stored)?;
    let to = |to| electronic(masters, (venue, month), &institution, handed_in, stored, to);
    destinations.iter().map(to).collect::<Result<_, _>>().map_err(Refused::ByRule)
}

/// The same to all its destinations.
///
/// # Errors
/// As of [`electronic_to`].
pub fn all_electronic(
    masters: &Masters,
    tx: &mut Tx<'_>,
    (venue, month): (&VenueHead, Month),
    handed_in: Date,
    stored: &Stored,
) -> Result<Vec<Electronic>, Refused<Refusal>> {
    let all = destinations(tx, masters, venue, &stored.rows.0)?;
    electronic_to(masters, tx, (venue, month), handed_in, stored, &all)
}
