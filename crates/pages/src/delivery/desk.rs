//! The wholesaler's list and one shipment: a date and a time band singly or for many rows at once.

use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Form;
use rules::delivery::{self, Refusal, TimeBand};
use rules::input;
use serde_json::{Value, json};

use super::{own, shown};
use web::Done;
use web::errors::Errors;
use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use words::{Sentence, sentences};
use work::delivery::{self as orders, Filter, Shipment};

/// Rows on one page.
pub const SHOWN: i64 = 50;

/// What the address narrows a list to.
pub fn filter(visit: &Visit) -> Filter {
    Filter::read(|name| visit.query(name))
}

pub fn bands() -> Vec<[&'static str; 2]> {
    TimeBand::ALL.iter().map(|b| [b.key(), b.label()]).collect()
}

pub fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let filter = self::filter(visit);
    let mut found = orders::select(
        tx,
        &membership.scope_id,
        &filter,
        if filter.date.is_some() { 500 } else { SHOWN + 1 },
    )?;
    let more = filter.date.is_none() && found.len() as i64 > SHOWN;
    if more {
        found.truncate(SHOWN as usize);
    }
    let ticked = typed
        .form
        .as_ref()
        .map_or(Ok(Vec::new()), |form| chosen(visit, tx, form))
        .unwrap_or_default();
    let following = found.last().filter(|_| more).map(|s| format!("{}_{}", s.delivery_week, s.id));
    // What was ticked stays in sight, wherever it stood.
    let elsewhere: Vec<Shipment> =
        ticked.iter().filter(|t| found.iter().all(|s| s.id != t.id)).cloned().collect();
    found.splice(0..0, elsewhere);
    let rows: Vec<Value> = found
        .iter()
        .map(|s| {
            let mut row = shown(visit, s, visit.masters());
            row["ticked"] = json!(ticked.iter().any(|t| t.id == s.id));
            row
        })
        .collect();
    let weeks = orders::by_week(tx, &membership.scope_id)?;
    let sum = |of: fn(&orders::OfWeek) -> i64| weeks.iter().map(of).sum::<i64>();
    let (total, dated, undecided) = (sum(|w| w.shipments), sum(|w| w.dated), sum(|w| w.waiting));
    let weeks: Vec<Value> = weeks
        .iter()
        .map(|w| json!({"week": w.week, "total": w.shipments, "undecided": w.waiting, "current": filter.week == Some(w.week)}))
        .collect();
    let areas: Vec<Value> = visit
        .masters()
        .wholesaler(&membership.scope_id)
        .map(|w| w.prefectures.as_slice())
        .unwrap_or_default()
        .iter()
        .filter_map(|code| visit.masters().places.prefecture(code))
        .map(|p| json!({"code": p.code, "name": p.name, "current": filter.prefecture == p.code}))
        .collect();
    let unprintable = if filter.date.is_some() {
        super::papers::unprintable_on(visit, tx, &filter)?
    } else {
        Vec::new()
    };
    visit.page(
        "delivery/list.html",
        typed,
        json!({
            "h1": "納入予定", "rows": rows, "asked": asked(visit, &ticked, typed), "undecided": undecided, "total": total, "dated": dated, "all": filter.all, "weeks": weeks,
            "unprintable": unprintable, "week": filter.week, "date": filter.date, "areas": areas, "prefecture": filter.prefecture, "following": following, "bands": bands(), "q": filter.q,
        }),
    )
}

/// A date without a year is the one nearest to `about`; the band may stand behind it.
fn date_and_band(
    visit: &Visit,
    about: Date,
    errors: &mut Errors,
    form: &Form,
) -> (Option<Date>, Option<TimeBand>) {
    let field = TimeBand::from_key(form.get("band"));
    let holidays = &visit.masters().holidays;
    let read = delivery::day_and_band(form.get("date"), field, about, holidays);
    let read = errors.take("date", read);
    let (date, band) = read.map_or((None, field), |(date, band)| (Some(date), band));
    if band.is_none() {
        errors.add("band", "時間帯を選んでください");
    }
    (date, band)
}

/// What the page that is shown again asks, with the value that says yes to exactly that.
fn asked(visit: &Visit, shipments: &[Shipment], typed: &Typed) -> Value {
    let Some(form) =
        typed.form.as_ref().filter(|_| typed.errors.0.iter().any(|(field, _)| field == "sure"))
    else {
        return Value::Null;
    };
    let about = shipments.first().map_or(rules::time::date(visit.now), |s| s.delivery_week);
    let holidays = &visit.masters().holidays;
    let Ok((date, _)) = delivery::day_and_band(form.get("date"), None, about, holidays) else {
        return Value::Null;
    };
    let questions = doubts(visit, shipments, date);
    let rows: Vec<Value> = questions
        .iter()
        .map(|(id, _, asked)| json!({"venue": shipments.iter().find(|s| s.id == *id).map(|s| &s.venue), "questions": sentences(asked)}))
        .collect();
    json!({"answer": orders::answer_to(&questions), "rows": rows})
}

/// What is asked about a shipment (its id) and a day.
type Questions = (String, Date, Vec<delivery::Doubt>);

fn doubts(visit: &Visit, shipments: &[Shipment], date: Date) -> Vec<Questions> {
    let of = |s: &Shipment| (s.id.clone(), date, orders::questions(&visit.caller(), s, date));
    shipments.iter().map(of).filter(|(_, _, asked)| !asked.is_empty()).collect()
}

/// Refused until the person says that exactly these dates are meant.
fn sure(visit: &Visit, shipments: &[Shipment], date: Date, form: &Form, errors: &mut Errors) {
    let questions = doubts(visit, shipments, date);
    if !questions.is_empty() && form.get("sure") != orders::answer_to(&questions) {
        errors.add("sure", "まだ登録していません。下の日付の確認を読み、よければ「この日で登録する」を選んで、もう一度押してください。");
    }
}

/// The shipments that were ticked, in their order; each once.
fn chosen(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Vec<Shipment>, Trouble> {
    let mut seen = std::collections::HashSet::new();
    let ids: Vec<&str> = form
        .all("shipment")
        .into_iter()
        .filter(|id| seen.insert(*id))
        .take(MOST_CHOSEN + 1)
        .collect();
    if ids.len() > MOST_CHOSEN {
        return Err(Trouble::at(
            "shipment",
            format!("1回に選べるのは{MOST_CHOSEN}件までです。分けて登録してください。"),
        ));
    }
    ids.into_iter().map(|id| own(visit, tx, id)).collect()
}

/// Rows that get a date at once.
const MOST_CHOSEN: usize = 500;

/// 選んだ行に同じ日を入れる: all of them or none.
pub fn schedule_many(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let shipments = chosen(visit, tx, form)?;
    let about = shipments.first().map_or(rules::time::date(visit.now), |s| s.delivery_week);
    let (date, band) = date_and_band(visit, about, &mut errors, form);
    if shipments.is_empty() {
        errors.add("shipment", "納入予定日を入れる行を選んでください");
    }
    let (Some(date), Some(band), true) = (date, band, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    for shipment in &shipments {
        if let Err(refusal) = orders::may_schedule(&visit.caller(), shipment, date, band) {
            errors.add(
                "date",
                format!("{}：{refusal}", shipment.venue, refusal = refusal.sentence()),
            );
        }
    }
    sure(visit, &shipments, date, form, &mut errors);
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    for shipment in &shipments {
        orders::schedule(&visit.caller(), tx, shipment, date, band).map_err(|e| {
            e.told(|r| Trouble::at("date", format!("{}：{r}", shipment.venue, r = r.sentence())))
        })?;
    }
    Ok(Done::saying("/wholesale/shipments", "delivery.scheduled_many"))
}

pub fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.reads_contacts_of("venue", &visit.venue()?.id);
    let shipment = own(visit, tx, visit.param("shipment"))?;
    let answers = work::venue::answers(tx, &shipment.venue_id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    let address = format!(
        "{}{}",
        visit.masters().places.full_name(&get("venue_municipality")),
        get("venue_address")
    );
    let warnings = shipment
        .date
        .map(|d| {
            delivery::warnings(
                d,
                shipment.delivery_week,
                &get("refused_weekdays"),
                &visit.masters().holidays,
            )
        })
        .unwrap_or_else(|| {
            delivery::no_day(
                shipment.delivery_week,
                &get("refused_weekdays"),
                &visit.masters().holidays,
            )
            .into_iter()
            .collect()
        });
    let unprintable = super::papers::unprintable(visit, tx, std::slice::from_ref(&shipment))?;
    visit.page(
        "delivery/one.html",
        typed,
        json!({
            "h1": "納入予定日の登録", "shipment": shown(visit, &shipment, &*super::masters_of(visit, tx, &shipment)?), "address": address, "phone": get("venue_phone"), "refused": get("refused_weekdays"),
            "storage_manager": format!("{}　{}", get("storage_manager_name"), get("storage_manager_phone")), "holiday_contact": format!("{}　{}", get("holiday_contact_name"), get("holiday_contact_phone")),
            "bands": bands(), "warnings": sentences(&warnings), "unprintable": unprintable, "asked": asked(visit, std::slice::from_ref(&shipment), typed), "crumbs": [["/wholesale/shipments", "納入予定"]],
        }),
    )
}

fn back(shipment: &Shipment) -> String {
    format!("/wholesale/shipments/{}", shipment.id)
}

pub fn schedule(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let shipment = own(visit, tx, visit.param("shipment"))?;
    form.expect_version(shipment.version)?;
    let mut errors = Errors::default();
    let (date, band) = date_and_band(visit, shipment.delivery_week, &mut errors, form);
    let (Some(date), Some(band)) = (date, band) else { return Err(Trouble::refused(errors)) };
    orders::may_schedule(&visit.caller(), &shipment, date, band)
        .map_err(|r| Trouble::at("date", r))?;
    sure(visit, std::slice::from_ref(&shipment), date, form, &mut errors);
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    orders::schedule(&visit.caller(), tx, &shipment, date, band)
        .map_err(|e| e.told(|r| Trouble::at("date", r)))?;
    Ok(Done::saying(back(&shipment), "delivery.scheduled"))
}

pub fn ship(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let shipment = own(visit, tx, visit.param("shipment"))?;
    form.expect_version(shipment.version)?;
    orders::ship(&visit.caller(), tx, &shipment)?;
    Ok(Done::saying(back(&shipment), "delivery.shipped"))
}

pub fn deliver(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let shipment = own(visit, tx, visit.param("shipment"))?;
    form.expect_version(shipment.version)?;
    let most = i64::from(rules::programme::BOXES_MAX);
    let boxes =
        input::within("納入したワクチンの箱数", input::Unit::Box, form.get("boxes"), 0, most)
            .map_err(|e| Trouble::at("boxes", e))?;
    let boxes = u32::try_from(boxes).unwrap_or(u32::MAX);
    let note = web::field::note(form, "note", "相違の内容")?;
    let refused = |r: Refusal| {
        let field = if matches!(r, Refusal::DeliveredDifference { .. }) { "note" } else { "" };
        Trouble::at(field, r)
    };
    orders::deliver(&visit.caller(), tx, &shipment, boxes, &note).map_err(|e| e.told(refused))?;
    Ok(Done::saying(back(&shipment), "delivery.delivered"))
}
