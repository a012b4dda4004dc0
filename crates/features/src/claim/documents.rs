//! The claim's papers: 請求総括書 for each destination, 市区町村別請求書 for each municipality.

use jiff::civil::Date;
use papers::Paper;
use papers::claim::{ClaimSummary, Cover, MunicipalClaim, Party};
use platform::db::Tx;
use rules::access::Act;
use rules::time::Month;
use serde_json::{Value, json};

use super::sets::{Beside, One, chosen, parts_offered, said_of_many};
use super::{crumbs, service_month};
use crate::print;
use masters::Masters;
use web::page::{Answer, Typed};
use web::routes::{handler, page};
use web::table::{Cell, Sheet};
use web::visit::{Request, Trouble, Visit, guard};
use web::{House, Route, list};
use work::claim::event::Printed;
use work::claim::{self as store, Destination, Event, Stored};
use work::venue::VenueHead;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/billing/{month}/documents", Act::ReadClaim, documents),
        page("/venues/{venue}/billing/{month}/data.json", Act::ReadClaim, data),
        page("/schemas/claim-v1.json", Act::ReadPublic, schema),
        handler(
            "/venues/{venue}/billing/{month}/documents/{paper}",
            Act::ReadClaim,
            |house, request, _| Box::pin(paper(house, request)),
        ),
    ];
    all.extend(list!("/venues/{venue}/billing/{month}/data", Act::ReadClaim, data_sheet));
    all
}

fn documents(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    let masters = &*super::masters_of(visit, tx, &stored)?;
    let destinations = store::destinations(tx, masters, venue, &stored.rows.0)?;
    let handed_in = stored.handed_in(visit.now);
    let papers: Vec<Paper> =
        all_papers(tx, masters, venue, month, handed_in, &stored, &destinations)?
            .into_iter()
            .map(|one| one.paper)
            .collect();
    let sets: Vec<Value> = destinations
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let rows: Vec<Value> = d.rows.iter().map(|r| json!({"paper": paper_name(venue, r), "class": r.recipient_class, "code": store::place_code(venue, &r.municipality), "name": store::place_name(masters, venue, &r.municipality), "count": r.counts.total()})).collect();
            json!({"n": i, "name": d.name, "federation": d.federation, "rows": rows, "desk": d.desk})
        })
        .collect();
    visit.page(
        "claim/documents.html",
        typed,
        json!({"h1": format!("{}接種分の書類", month.say()), "claim": super::summary_json(visit, tx, venue, month, &stored)?, "sets": sets, "parts": parts_offered(papers.len()), "many": said_of_many(papers.len()), "unprintable": print::unprintable(&papers), "crumbs": crumbs(venue, month)}),
    )
}

/// How a sheet of a municipality is called in addresses: its code, and the class where it isn't the
/// usual one.
fn paper_name(venue: &VenueHead, row: &store::Row) -> String {
    let code = store::place_code(venue, &row.municipality);
    if row.recipient_class == "2" {
        code.to_string()
    } else {
        format!("{code}-{}", row.recipient_class)
    }
}

fn party(tx: &mut Tx<'_>, venue: &VenueHead, stored: &Stored) -> Result<Party, Trouble> {
    let answers = work::venue::answers(tx, &venue.id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(Party {
        address: get("institution_address"),
        representative: format!("{}　{}", get("representative_title"), get("representative_name"))
            .trim()
            .to_string(),
        phone: get("institution_phone"),
        facility_class: stored.facility_class.clone(),
        code: venue.code.clone(),
        name: get("institution_name"),
    })
}

fn summary(
    masters: &Masters,
    party: &Party,
    month: Month,
    handed_in: Date,
    stored: &Stored,
    to: &Destination,
) -> Result<ClaimSummary, Trouble> {
    Ok(ClaimSummary {
        addressee: to.name.clone(),
        party: party.clone(),
        includes_in_municipality: to.includes_same,
        calculation: super::calculate(masters, month, handed_in, &to.rows)?,
        receipt: stored.receipt.clone(),
    })
}

fn municipal(
    masters: &Masters,
    party: &Party,
    venue: &VenueHead,
    month: Month,
    handed_in: Date,
    stored: &Stored,
    row: &store::Row,
) -> Result<MunicipalClaim, Trouble> {
    let code = store::place_code(venue, &row.municipality).to_string();
    Ok(MunicipalClaim {
        municipality: masters.places.full_name(&code),
        municipality_code: code,
        party: party.clone(),
        recipient_class: row.recipient_class.clone(),
        calculation: super::calculate(masters, month, handed_in, std::slice::from_ref(row))?,
        receipt: stored.receipt.clone(),
    })
}

/// 送付状 of a destination: what is enclosed, in which order, to whom and by when.
fn cover(
    masters: &Masters,
    party: &Party,
    venue: &VenueHead,
    month: Month,
    handed_in: Date,
    stored: &Stored,
    to: &Destination,
) -> Result<Cover, Trouble> {
    let calculation = super::calculate(masters, month, handed_in, &to.rows)?;
    let sheets = to
        .rows
        .iter()
        .map(|r| {
            (
                store::place_name(masters, venue, &r.municipality),
                r.recipient_class.clone(),
                r.counts.total(),
            )
        })
        .collect();
    Ok(Cover {
        addressee: to.name.clone(),
        desk: to.desk.clone(),
        party: party.clone(),
        claim_month: calculation.claim_month.say(),
        due: rules::time::say_date(calculation.due),
        total: calculation.total,
        sheets,
        receipt: stored.receipt.clone(),
    })
}

/// The electronic file of one destination: the numbers of the papers, in the form that
/// `/schemas/claim-v1.json` describes.
pub fn electronic(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    handed_in: Date,
    stored: &Stored,
    to: &Destination,
) -> Result<Value, Trouble> {
    let party = party(tx, venue, stored)?;
    let mut municipalities = Vec::new();
    for row in &to.rows {
        let c = super::calculate(masters, month, handed_in, std::slice::from_ref(row))?;
        municipalities.push(json!({
            "code": store::place_code(venue, &row.municipality), "name": store::place_name(masters, venue, &row.municipality), "recipient_class": row.recipient_class,
            "rows": c.rows.iter().filter(|r| r.count > 0).collect::<Vec<_>>(), "total": c.total,
        }));
    }
    let calculation = super::calculate(masters, month, handed_in, &to.rows)?;
    Ok(json!({
        "schema": "claim-v1", "receipt": stored.receipt, "submitted_at": stored.submitted_at.map(rules::time::rfc3339), "destination": {"key": to.key, "name": to.name}, "includes_in_municipality": to.includes_same,
        "institution": {"code": party.code, "name": party.name, "address": party.address, "representative": party.representative, "phone": party.phone, "facility_class": party.facility_class},
        "service_month": month, "claim_month": calculation.claim_month, "due": calculation.due, "form": calculation.form, "tax_percent": calculation.tax_percent,
        "summary": {"rows": calculation.rows, "subtotals": calculation.subtotals, "total": calculation.total}, "municipalities": municipalities,
    }))
}

/// The claim of a month with the electronic files of all its destinations.
pub fn all_electronic(
    visit: &Visit,
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<(Stored, Vec<Value>), Trouble> {
    let venue = visit.venue()?;
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    let masters = super::masters_of(visit, tx, &stored)?;
    let sets = store::destinations(tx, &masters, venue, &stored.rows.0)?;
    let handed_in = stored.handed_in(visit.now);
    let files = sets
        .iter()
        .map(|to| electronic(&masters, tx, venue, month, handed_in, &stored, to))
        .collect::<Result<_, _>>()?;
    Ok((stored, files))
}

fn data(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let month = service_month(visit)?;
    let (_, files) = all_electronic(visit, tx, month)?;
    let body = json!({"schema": "claim-v1", "claims": files}).to_string();
    Ok(Answer::File {
        name: data_name(visit.venue()?, month),
        mime: "application/json; charset=utf-8",
        bytes: body.into_bytes(),
        inline: false,
    })
}

/// The same rows as a table.
fn data_sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let month = service_month(visit)?;
    let (_, files) = all_electronic(visit, tx, month)?;
    let text = |v: &Value| Cell::text(v.as_str().map_or_else(|| v.to_string(), str::to_string));
    let mut rows = Vec::new();
    for file in &files {
        for place in file["municipalities"].as_array().into_iter().flatten() {
            for row in place["rows"].as_array().into_iter().flatten() {
                rows.push(vec![
                    text(&file["destination"]["name"]),
                    Cell::code(place["code"].as_str().unwrap_or_default()),
                    text(&place["name"]),
                    text(&place["recipient_class"]),
                    text(&row["kind"]),
                    text(&row["age"]),
                    text(&row["band"]),
                    Cell::Number(row["count"].as_i64().unwrap_or(0)),
                    Cell::Number(row["unit_price"].as_i64().unwrap_or(0)),
                    Cell::Number(row["amount"].as_i64().unwrap_or(0)),
                ]);
            }
        }
    }
    let head = [
        "提出先",
        "市区町村コード",
        "市区町村",
        "被接種者区分",
        "区分",
        "年齢",
        "時間帯",
        "件数",
        "単価（税抜）",
        "金額（税込み）",
    ];
    Ok(Sheet::new("請求", &format!("{}_{month}分", visit.venue()?.code), head, rows))
}

/// How a claim's electronic file is called: what, whose and when.
pub fn data_name(venue: &VenueHead, month: Month) -> String {
    format!("claim-{}-{month}.json", venue.code)
}

fn schema(_: &Visit, _: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    Ok(Answer::File {
        name: "claim-v1.json".into(),
        mime: "application/schema+json",
        bytes: include_bytes!("claim-v1.json").to_vec(),
        inline: true,
    })
}

/// The claim's papers, in the order of printing.
fn all_papers(
    tx: &mut Tx<'_>,
    masters: &Masters,
    venue: &VenueHead,
    month: Month,
    handed_in: Date,
    stored: &Stored,
    sets: &[Destination],
) -> Result<Vec<One>, Trouble> {
    let party = party(tx, venue, stored)?;
    let mut all = Vec::new();
    for (i, set) in sets.iter().enumerate() {
        let cover = cover(masters, &party, venue, month, handed_in, stored, set)?;
        all.push(One::new(
            format!("cover-{i}"),
            &format!("送付状_{}", set.name),
            Paper::Cover(cover),
        ));
        let summary = summary(masters, &party, month, handed_in, stored, set)?;
        all.push(One::new(
            format!("summary-{i}"),
            &format!("請求総括書_{}", set.name),
            Paper::Summary(summary),
        ));
        for row in &set.rows {
            let (key, place) =
                (paper_name(venue, row), store::place_name(masters, venue, &row.municipality));
            let claim = municipal(masters, &party, venue, month, handed_in, stored, row)?;
            let name = format!("市区町村別請求書_{key}_{place}");
            all.push(One::new(key, &name, Paper::Municipal(claim)));
        }
    }
    Ok(all)
}

/// `summary-0`, `131024`, `cover-0`, `all` (one file in the order of printing, with cover sheets)
/// or `set.zip`, in parts (`all-2`) where there are very many: made anew from the stored numbers
/// each time, so that paper and screen can't differ.
async fn paper(
    house: std::sync::Arc<House>,
    request: std::sync::Arc<Request>,
) -> Result<Answer, Trouble> {
    let (owned, now, name) =
        (house.clone(), house.now(), request.params.get("paper").cloned().unwrap_or_default());
    let zipped = name.ends_with(".zip");
    let wanted = name.trim_end_matches(".pdf").trim_end_matches(".zip").to_string();
    if zipped != wanted.starts_with("set") {
        return Err(Trouble::NotFound);
    }
    let (paper, file) = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &request, Act::ReadClaim, now)?;
            let (venue, month) = (visit.venue()?, service_month(&visit)?);
            let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
            let masters = &*super::masters_of(&visit, tx, &stored)?;
            let sets = store::destinations(tx, masters, venue, &stored.rows.0)?;
            let handed_in = stored.handed_in(now);
            let all = all_papers(tx, masters, venue, month, handed_in, &stored, &sets)?;
            let beside = || {
                let claims = sets
                    .iter()
                    .map(|to| electronic(masters, tx, venue, month, handed_in, &stored, to))
                    .collect::<Result<Vec<_>, _>>()?;
                let content = json!({"schema": "claim-v1", "claims": claims});
                Ok(Beside { name: data_name(venue, month), content })
            };
            let (found, file) = chosen(all, &wanted, beside, now)?;
            let after = Printed { month, paper: wanted.clone() };
            visit.caller().journal(tx, &venue.id, &Event::Printed { after }, None)?;
            Ok::<_, Trouble>((found, format!("請求_{}_{month}分_{file}", venue.code)))
        })
        .await?;
    let bytes = tokio::task::spawn_blocking(move || paper.bytes())
        .await
        .map_err(|e| Trouble::Bug(e.to_string()))??;
    Ok(Answer::File {
        name: file,
        mime: if zipped { "application/zip" } else { "application/pdf" },
        bytes,
        inline: false,
    })
}
