//! 個人単位の記録 as FHIR R4: a Bundle of Immunization resources after JP Core (http://jpfhir.jp/fhir/core/StructureDefinition/JP_Immunization).
//! The person is an identifier, the coupon's 18 digits; there is no name and no address.

use platform::db::Tx;
use rules::time;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};

const PROFILE: &str = "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Immunization";

/// A UUID (version 5 by form) made from what names the record: the same record keeps its address.
fn uuid(name: &str) -> String {
    let d = platform::secrets::digest(name);
    format!("{}-{}-5{}-8{}-{}", &d[..8], &d[8..12], &d[13..16], &d[17..20], &d[20..32])
}

/// The bundle of a venue's shots; screenings without a shot are no immunizations.
fn bundle(visit: &Visit, tx: &mut Tx<'_>) -> Result<Value, Trouble> {
    let venue = visit.venue()?.clone();
    visit.reads_contacts_of("venue", &venue.id);
    let answers = work::venue::answers(tx, &venue.id)?;
    let product = visit.masters().programme().product.clone();
    let mut entries = Vec::new();
    for record in
        work::results::persons::all(tx, &venue.id)?.into_iter().filter(|r| !r.screening_only)
    {
        let expiry = if record.lot.is_empty() {
            None
        } else {
            work::stock::lot(tx, &record.lot)?.map(|l| l.expiry)
        };
        let mut resource = json!({
            "resourceType": "Immunization",
            "id": uuid(&record.id),
            "meta": {"profile": [PROFILE]},
            "identifier": [{"system": "urn:vsys:person-record", "value": record.id}],
            "status": "completed",
            "vaccineCode": {"coding": [{"system": "urn:vsys:product", "code": product.id, "display": product.name}], "text": product.name},
            "patient": {"identifier": {"system": "urn:vsys:coupon", "value": record.line()}},
            "occurrenceDateTime": record.day.to_string(),
            "primarySource": true,
            "lotNumber": record.lot,
            "manufacturer": {"display": record.maker},
            "location": {"identifier": {"system": "urn:vsys:venue", "value": venue.code}, "display": venue.name},
            "performer": [{"actor": {"identifier": {"system": "urn:vsys:institution", "value": venue.code}, "display": answers.get("institution_name").cloned().unwrap_or_default()}}],
            "protocolApplied": [{"doseNumberPositiveInt": record.dose}],
        });
        if let Some(expiry) = expiry {
            resource["expirationDate"] = json!(expiry);
        }
        if !record.doctor.is_empty() {
            resource["performer"]
                .as_array_mut()
                .into_iter()
                .for_each(|p| p.push(json!({"actor": {"display": record.doctor}})));
        }
        entries.push(
            json!({"fullUrl": format!("urn:uuid:{}", uuid(&record.id)), "resource": resource}),
        );
    }
    Ok(json!({
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": time::rfc3339(visit.now),
        "entry": entries,
    }))
}

pub fn immunizations(visit: &Visit, tx: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    bundle(visit, tx)
}

pub fn download(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let bundle = bundle(visit, tx)?;
    let name = format!("immunizations-{}.json", visit.venue()?.code);
    Ok(Answer::File {
        name,
        mime: "application/fhir+json; charset=utf-8",
        bytes: bundle.to_string().into_bytes(),
        inline: false,
    })
}
