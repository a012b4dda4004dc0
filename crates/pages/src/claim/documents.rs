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
use work::claim::{self as store, Destination, Electronic, Event, Institution, Stored};
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
    let of = Institution::of(tx, venue, stored)?;
    Ok(Party {
        address: of.address,
        representative: of.representative,
        phone: of.phone,
        facility_class: of.facility_class,
        code: of.code,
        name: of.name,
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

/// The electronic claims of the month of the path, one a destination.
fn all_electronic(visit: &Visit, tx: &mut Tx<'_>) -> Result<(Month, Vec<Electronic>), Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    let masters = super::masters_of(visit, tx, &stored)?;
    let handed_in = stored.handed_in(visit.now);
    let files = store::all_electronic(&masters, tx, (venue, month), handed_in, &stored)?;
    Ok((month, files))
}

fn data(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let (month, files) = all_electronic(visit, tx)?;
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
    let (month, files) = all_electronic(visit, tx)?;
    let places = files.iter().flat_map(|file| file.municipalities.iter().map(move |p| (file, p)));
    let yen = |amount: u64| Cell::Number(i64::try_from(amount).unwrap_or(i64::MAX));
    let rows = places
        .flat_map(|(file, place)| place.rows.iter().map(move |row| (file, place, row)))
        .map(|(file, place, row)| {
            vec![
                Cell::text(&file.destination.name),
                Cell::code(&place.code),
                Cell::text(&place.name),
                Cell::text(&place.recipient_class),
                Cell::text(row.kind.key()),
                Cell::text(row.age.key()),
                Cell::text(row.band.key()),
                Cell::Number(i64::from(row.count)),
                Cell::Number(i64::from(row.unit_price)),
                yen(row.amount),
            ]
        })
        .collect();
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
                let of = (venue, month);
                let claims = store::electronic_to(masters, tx, of, handed_in, &stored, &sets)?;
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
