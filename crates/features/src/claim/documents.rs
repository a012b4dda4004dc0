//! The claim's papers: 請求総括書 for each destination, 市区町村別請求書 for each municipality.

use papers::claim::{ClaimSummary, MunicipalClaim, Party};
use platform::db::Tx;
use platform::journal::{self, Entry};
use rules::access::Act;
use rules::time::Month;
use serde_json::{Value, json};

use super::store::{self, Destination, Stored};
use super::{crumbs, service_month};
use crate::house::page::{Answer, Typed};
use crate::house::routes::{errand, page};
use crate::house::visit::{Request, Trouble, VenueHead, Visit, guard};
use crate::house::{House, Masters, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/billing/{month}/documents", Act::ReadClaim, documents),
        errand("/venues/{venue}/billing/{month}/documents/{paper}", Act::ReadClaim, |house, request, _| Box::pin(paper(house, request))),
    ]
}

fn documents(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
    let masters = visit.masters();
    let sets: Vec<Value> = store::destinations(masters, venue, &stored.rows.0)
        .iter()
        .enumerate()
        .map(|(i, d)| {
            let rows: Vec<Value> = d.rows.iter().map(|r| json!({"code": store::place_code(venue, &r.municipality), "name": store::place_name(masters, venue, &r.municipality), "count": r.counts.total()})).collect();
            json!({"n": i, "name": d.name, "federation": d.federation, "rows": rows})
        })
        .collect();
    visit.page(
        "claim/documents.html",
        typed,
        json!({"h1": format!("{}接種分の書類", month.say()), "claim": super::summary_json(visit, venue, month, &stored)?, "sets": sets, "crumbs": crumbs(venue, month)}),
    )
}

fn party(tx: &mut Tx<'_>, venue: &VenueHead, stored: &Stored) -> Result<Party, Trouble> {
    let answers = crate::venue::store::answers(tx, &venue.id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(Party {
        address: get("institution_address"),
        representative: get("representative_name"),
        phone: get("institution_phone"),
        facility_class: stored.facility_class.clone(),
        code: venue.code.clone(),
        name: get("institution_name"),
    })
}

fn summary(masters: &Masters, party: &Party, month: Month, stored: &Stored, to: &Destination) -> Result<ClaimSummary, Trouble> {
    Ok(ClaimSummary {
        addressee: to.name.clone(),
        party: party.clone(),
        includes_in_municipality: to.includes_same,
        calculation: store::calculate(masters, month, &to.rows)?,
        receipt: stored.receipt.clone(),
    })
}

fn municipal(
    masters: &Masters,
    party: &Party,
    venue: &VenueHead,
    month: Month,
    stored: &Stored,
    row: &store::Row,
) -> Result<MunicipalClaim, Trouble> {
    let code = store::place_code(venue, &row.municipality).to_string();
    Ok(MunicipalClaim {
        municipality: masters.places.full_name(&code),
        municipality_code: code,
        party: party.clone(),
        recipient_class: "2".into(),
        calculation: store::calculate(masters, month, std::slice::from_ref(row))?,
        receipt: stored.receipt.clone(),
    })
}

enum Paper {
    Summary(Box<ClaimSummary>),
    Municipal(Box<MunicipalClaim>),
    All(Vec<Paper>),
}

impl Paper {
    fn draw(&self) -> Result<Vec<u8>, papers::Fault> {
        let mut book = papers::Book::new(self.title());
        self.add(&mut book);
        book.finish()
    }
    fn title(&self) -> &'static str {
        match self {
            Paper::Summary(_) => papers::claim::SUMMARY_TITLE,
            Paper::Municipal(_) => papers::claim::MUNICIPAL_TITLE,
            Paper::All(_) => "請求書類一式",
        }
    }
    fn add(&self, book: &mut papers::Book) {
        match self {
            Paper::Summary(summary) => papers::claim::summary_page(book, summary),
            Paper::Municipal(claim) => papers::claim::municipal_page(book, claim),
            Paper::All(all) => all.iter().for_each(|p| p.add(book)),
        }
    }
}

/// `summary-0`, `131024` or `all`: made anew from the stored numbers each time, so that paper and screen can't differ.
async fn paper(house: std::sync::Arc<House>, request: std::sync::Arc<Request>) -> Result<Answer, Trouble> {
    let (owned, now, name) = (house.clone(), house.now(), request.params.get("paper").cloned().unwrap_or_default());
    let wanted = name.trim_end_matches(".pdf").to_string();
    let (paper, file) = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &request, Act::ReadClaim, now)?;
            let (venue, month) = (visit.venue()?, service_month(&visit)?);
            let stored = store::load(tx, &venue.id, month)?.ok_or(Trouble::NotFound)?;
            let masters = visit.masters();
            let sets = store::destinations(masters, venue, &stored.rows.0);
            let party = party(tx, venue, &stored)?;
            let found = if wanted == "all" {
                let mut all = Vec::new();
                for set in &sets {
                    all.push(Paper::Summary(Box::new(summary(masters, &party, month, &stored, set)?)));
                    for row in &set.rows {
                        all.push(Paper::Municipal(Box::new(municipal(masters, &party, venue, month, &stored, row)?)));
                    }
                }
                if all.is_empty() {
                    return Err(Trouble::NotFound);
                }
                Paper::All(all)
            } else if let Some(set) = wanted.strip_prefix("summary-").and_then(|n| sets.get(n.parse::<usize>().ok()?)) {
                Paper::Summary(Box::new(summary(masters, &party, month, &stored, set)?))
            } else {
                let row = sets
                    .iter()
                    .flat_map(|s| &s.rows)
                    .find(|r| store::place_code(venue, &r.municipality) == wanted)
                    .ok_or(Trouble::NotFound)?;
                Paper::Municipal(Box::new(municipal(masters, &party, venue, month, &stored, row)?))
            };
            journal::write(
                tx,
                &visit.actor(),
                now,
                Entry {
                    record: ("venue", &venue.id),
                    act: "claim.print",
                    before: Value::Null,
                    after: json!({"month": month, "paper": wanted}),
                    reason: None,
                },
            )?;
            Ok::<_, Trouble>((found, format!("{}_{month}_{wanted}.pdf", "請求")))
        })
        .await?;
    let bytes = tokio::task::spawn_blocking(move || paper.draw())
        .await
        .map_err(|e| Trouble::Bug(e.to_string()))?
        .map_err(|e| Trouble::Bug(e.to_string()))?;
    Ok(Answer::File { name: file, mime: "application/pdf", bytes, inline: false })
}
