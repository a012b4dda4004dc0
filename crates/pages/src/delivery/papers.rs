//! 納品書 and labels of one shipment (`?shipment=`) or of a day (`?date=`).

use papers::Paper;
use papers::delivery::Note;
use platform::db::Tx;
use rules::time;
use serde_json::Value;

use super::desk;
use super::{masters_of, own};
use crate::print;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use work::delivery::Shipment;

/// Papers in one file at most.
const MOST: i64 = 500;

fn wanted(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<Note>, Trouble> {
    let filter = desk::filter(visit);
    let found = match (visit.query("shipment"), filter.date) {
        ("", Some(_)) => work::delivery::select(tx, &visit.membership()?.scope_id, &filter, MOST)?,
        ("", None) => return Err(Trouble::at("date", "納入の日を選んでください。")),
        (id, _) => vec![own(visit, tx, id)?],
    };
    if found.is_empty() {
        return Err(Trouble::NotFound);
    }
    for s in &found {
        visit.reads_contacts_of("venue", &s.venue_id);
    }
    found.iter().map(|s| note(visit, tx, s)).collect()
}

/// What can't be printed on the papers of some shipments. Whose contacts are shown by that, is
/// journalled as read.
pub fn unprintable(
    visit: &Visit,
    tx: &mut Tx<'_>,
    shipments: &[Shipment],
) -> Result<Vec<Value>, Trouble> {
    let mut out = Vec::new();
    for shipment in shipments {
        let found = print::unprintable(&[Paper::Notes(vec![note(visit, tx, shipment)?])]);
        if !found.is_empty() {
            visit.reads_contacts_of("venue", &shipment.venue_id);
        }
        out.extend(found);
    }
    Ok(out)
}

/// What can't be printed on the papers of a day.
pub fn unprintable_on(
    visit: &Visit,
    tx: &mut Tx<'_>,
    filter: &work::delivery::Filter,
) -> Result<Vec<Value>, Trouble> {
    let found = work::delivery::select(tx, &visit.membership()?.scope_id, filter, MOST)?;
    unprintable(visit, tx, &found)
}

fn note(visit: &Visit, tx: &mut Tx<'_>, s: &Shipment) -> Result<Note, Trouble> {
    let answers = work::venue::answers(tx, &s.venue_id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let masters = masters_of(visit, tx, s)?;
    let programme = masters.programme();
    let packing = super::packing_of(visit, s);
    let wholesaler = masters.wholesaler(&s.wholesaler);
    Ok(Note {
        number: s.id.clone(),
        programme: programme.name.clone(),
        cycle: programme
            .cycle(s.cycle)
            .map_or(String::new(), |c| format!("{}（{}）", c.say(), c.say_period())),
        date: s.date.map_or("（未定）".into(), time::say_date),
        band: s.band.map_or(String::new(), |b| b.label().into()),
        venue_code: s.code.clone(),
        venue: s.venue.clone(),
        address: format!("{}{}", masters.places.full_name(&s.municipality), get("venue_address")),
        phone: get("venue_phone"),
        receiver: get("storage_manager_name"),
        refused: get("refused_weekdays"),
        wholesaler: wholesaler.map_or(String::new(), |w| w.name.clone()),
        wholesaler_phone: wholesaler.map_or(String::new(), |w| w.phone.clone()),
        product: programme.product.name.clone(),
        storage: programme.product.storage.clone(),
        boxes: s.boxes,
        doses: packing.doses(s.boxes),
        needle_boxes: s.needle_boxes,
        needles: u32::try_from(packing.needles(s.needle_boxes)).unwrap_or(u32::MAX),
    })
}

pub fn notes(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    print::shown("delivery-notes.pdf", &Paper::Notes(wanted(visit, tx)?))
}

pub fn labels(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    print::shown("labels.pdf", &Paper::Labels(wanted(visit, tx)?))
}
