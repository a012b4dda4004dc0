//! 接種実績 and 廃棄: what happened is typed once, as an increase or as a total; entries are stored,
//! totals are sums.

use std::collections::BTreeMap;

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::Form;

use rules::access::Act;
use rules::application::grouped;
use rules::programme::Programme;
use rules::results::{self, Entry, Known, Question, Refusal, Series, Typed as TypedNumber};
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::results::{Confirmed, NotReported, NotWritten, Report, asked_about, entries, known};

pub mod batch;
pub mod persons;
pub mod record;

pub fn routes() -> Vec<Route> {
    let mut all = own_routes();
    all.extend(persons::routes());
    all.extend(batch::routes());
    all
}

fn own_routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/results", Act::ReadResults, view),
        page("/venues/{venue}/results/edit", Act::ReportResults, edit),
        command("/venues/{venue}/results/edit", Act::ReportResults, save, edit),
    ]
}

fn view(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let entries = entries(tx, &venue.id)?;
    let known = known(visit.masters(), tx, &venue.id, &entries)?;
    let programme = visit.masters().programme();
    let cards: Vec<Value> = Series::ALL
        .iter()
        .map(|s| {
            let k = known(*s);
            json!({"label": words::results::label(*s, programme), "unit": s.unit().word(), "total": k.total, "received": k.received, "share": if k.received > 0 { (k.total.saturating_mul(100) / k.received).clamp(0, 100) } else { 0 }, "bar": *s != Series::Earlier})
        })
        .collect();
    // Newest first on the page; the totals are summed oldest first.
    let totals = results::running(entries.iter().map(|e| (e.series.as_str(), e.increase)));
    let mut rows: Vec<Value> = entries
        .iter()
        .zip(totals)
        .map(|(e, total)| {
            let series = Series::from_key(&e.series);
            json!({"entry": e, "waste": e.waste(), "label": series.map(|s| words::results::label(s, programme)), "unit": series.map(|s| s.unit().word()), "total": total})
        })
        .collect();
    rows.reverse();
    let last = entries.iter().map(|e| e.as_of).max();
    let completed = work::venue::completed(tx, &venue.id)?;
    let persons = work::results::persons::shots(tx, &venue.id)?;
    let standing = work::stock::standing(visit.masters(), tx, &venue.id)?;
    let (brought, moved) = (standing.received, standing.transferred);
    let several = visit.memberships.iter().filter(|h| h.scope_kind == "venue").count() > 1;
    visit.page(
        "results/view.html",
        typed,
        json!({"h1": "接種実績", "cards": cards, "brought": brought, "moved": moved, "rows": rows, "last": last, "editable": visit.may(Act::ReportResults) && completed.is_none(), "completed": completed.map(|c| c.at), "persons": persons, "may_persons": visit.may(Act::ReadPersons), "several": several}),
    )
}

/// Who enters: the venue itself, or its municipality for it (代行).
pub enum Reporter {
    Venue,
    Municipality(String),
}

impl Reporter {
    fn action(&self, venue: &str) -> String {
        match self {
            Reporter::Venue => format!("/venues/{venue}/results/edit"),
            Reporter::Municipality(_) => format!("/municipal/entry/{venue}"),
        }
    }
    fn marked(&self, name: &str) -> String {
        match self {
            Reporter::Venue => name.to_string(),
            Reporter::Municipality(place) => format!("代行：{place} {name}"),
        }
    }
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    form(visit, tx, typed, &Reporter::Venue)
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    report(visit, tx, form, &Reporter::Venue)
}

/// The form, with what is known beside what is asked.
pub fn form(
    visit: &Visit,
    tx: &mut Tx<'_>,
    typed: &Typed,
    by: &Reporter,
) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let entries = entries(tx, &venue.id)?;
    let known = known(visit.masters(), tx, &venue.id, &entries)?;
    let programme = visit.masters().programme();
    let product = &programme.product.short_name;
    let rows: Vec<Value> = Series::ALL
        .iter()
        .map(|s| {
            let k = known(*s);
            let last = entries.iter().rfind(|e| e.series == s.key());
            json!({"key": s.key(), "label": words::results::label(*s, programme), "unit": s.unit().word(), "before": k.total, "last": last.map(|e| e.as_of), "received": k.received, "product": product, "hidden": *s == Series::Earlier && k.total == 0})
        })
        .collect();
    let asked = typed.errors.0.iter().any(|(field, _)| field == "confirmed");
    let confirm_value = typed
        .form
        .as_ref()
        .map(|form| {
            asked_about(&read_all(programme, &Said::of(form), &known, &mut Errors::default()))
        })
        .unwrap_or_default();
    let last = entries.iter().map(|e| e.as_of).max();
    let unknown = || (String::new(), "わからない・分けて記録しない".to_string());
    let sums = work::stock::sums(tx, &venue.id)?;
    let used_lots: Vec<(String, String)> =
        std::iter::once(unknown()).chain(crate::stock::choices(&sums)).collect();
    // What was thrown away may be corrected even where nothing is left of the lot.
    let lots: Vec<(String, String)> = std::iter::once(unknown())
        .chain(sums.iter().filter(|(lot, _)| !lot.is_empty()).map(|(lot, n)| {
            (lot.clone(), format!("{}（在庫{}本）", english::typed(lot), grouped((*n).max(0))))
        }))
        .collect();
    let waste_reasons: Vec<(&str, &str)> =
        std::iter::once(("", "選んでください")).chain(rules::stock::WASTE_REASONS).collect();
    // The last reports, so that an odd number is seen before it is sent.
    let mut past: Vec<(String, i64)> = entries
        .iter()
        .rev()
        .filter(|e| e.series == Series::Booster.key())
        .take(12)
        .map(|e| (time::say_short(e.as_of), e.increase))
        .collect();
    past.reverse();
    let chart = (past.len() > 1).then(|| web::chart::columns("これまでの報告の増分（回）", &past));
    visit.page(
        "results/edit.html",
        typed,
        json!({
            "h1": format!("追加接種（{}）の接種実績等の報告", programme.dose_name), "rows": rows, "asked": asked, "confirm_value": confirm_value, "last": last, "product": programme.product.name, "earlier": programme.earlier_dose_name, "today_text": time::say_date(time::date(visit.now)),
            "action": by.action(&venue.id), "proxy": matches!(by, Reporter::Municipality(_)), "back": match by { Reporter::Venue => format!("/venues/{}/results", venue.id), Reporter::Municipality(_) => "/municipal/entry".into() },
            "lots": lots, "used_lots": used_lots, "waste_reasons": waste_reasons, "chart": chart,
            "crumbs": match by { Reporter::Venue => json!([[format!("/venues/{}/results", venue.id), "接種実績"]]), Reporter::Municipality(_) => json!([["/municipal/entry", "代行入力"]]) },
        }),
    )
}

/// A report as it was said, on the page or by another system; nothing where a field holds nothing
/// that can be seen.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Increase and total of each series.
    pub counts: BTreeMap<Series, (Option<String>, Option<String>)>,
    /// The day; empty where none was said.
    pub as_of: String,
    pub reason: String,
    pub waste_reason: String,
    pub waste_lot: Option<String>,
    pub used_lot: Option<String>,
    /// What answers the questions.
    pub confirmed: String,
    /// Whether all questions are answered, whatever they are.
    pub anyhow: bool,
}

impl Said {
    fn of(form: &Form) -> Said {
        let seen = |name: &str| form.has(name).then(|| form.get(name).to_string());
        let count = |s: &Series| {
            let [up, sum] = fields_of(*s);
            (*s, (seen(up), seen(sum)))
        };
        Said {
            counts: Series::ALL.iter().map(count).collect(),
            as_of: form.get("as_of").into(),
            reason: form.get("reason").into(),
            waste_reason: form.get("waste_reason").into(),
            waste_lot: seen("waste_lot"),
            used_lot: seen("used_lot"),
            confirmed: form.get("confirmed").into(),
            anyhow: false,
        }
    }
    fn confirmed(&self) -> Confirmed<'_> {
        if self.anyhow { Confirmed::Anyhow } else { Confirmed::As(&self.confirmed) }
    }
}

/// The fields of a series: its increase, its total.
pub fn fields_of(series: Series) -> [&'static str; 2] {
    match series {
        Series::Booster => ["booster_increase", "booster_total"],
        Series::Earlier => ["earlier_increase", "earlier_total"],
        Series::UnusedVials => ["unused_vials_increase", "unused_vials_total"],
    }
}

/// Reads one series: the increase where it was typed, otherwise the total. Both typed must agree.
fn read(
    programme: &Programme,
    series: Series,
    known: &Known,
    said: &Said,
    errors: &mut Errors,
) -> Option<Entry> {
    let [up, sum] = fields_of(series);
    // A decrease is typed as a total, or as an increase with a minus.
    let number = |name: &str, typed: &str, errors: &mut Errors| -> Option<i64> {
        let label = words::results::label(series, programme);
        let read = match name.ends_with("_increase") {
            true => input::signed(&label, series.unit(), typed),
            false => input::whole(&label, series.unit(), typed),
        };
        errors.take(name, read)
    };
    let (increase, total) = said.counts.get(&series).cloned().unwrap_or_default();
    let by_total = total.is_some();
    let typed = match (increase, total) {
        (None, None) => return None,
        (Some(n), None) => TypedNumber::Increase(number(up, &n, errors)?),
        (None, Some(n)) => TypedNumber::Total(number(sum, &n, errors)?),
        (Some(increase), Some(total)) => {
            let (increase, total) = (number(up, &increase, errors)?, number(sum, &total, errors)?);
            if known.total + increase != total {
                errors.add(
                    up,
                    format!(
                        "増分と累計が合いません（前回の累計{} + 増分{} = {}）。どちらか一方を入力してください。",
                        grouped(known.total),
                        grouped(increase),
                        grouped(known.total + increase)
                    ),
                );
                return None;
            }
            TypedNumber::Total(total)
        }
    };
    match results::entry(series, known, typed) {
        Ok(entry) => Some(entry),
        Err(refusal) => {
            errors.add(if by_total { sum } else { up }, refusal);
            None
        }
    }
}

/// All series of a report. Vials and earlier doses that didn't change say nothing new.
fn read_all(
    programme: &Programme,
    said: &Said,
    known: &impl Fn(Series) -> Known,
    errors: &mut Errors,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> =
        Series::ALL.iter().filter_map(|s| read(programme, *s, &known(*s), said, errors)).collect();
    entries.retain(|e| e.increase != 0 || e.series == Series::Booster);
    entries
}

/// What answers the questions about a report, where there are any.
///
/// # Errors
/// As any reading.
pub fn answer_to(visit: &Visit, tx: &mut Tx<'_>, said: &Said) -> Result<String, Trouble> {
    let venue = visit.venue()?;
    let before = entries(tx, &venue.id)?;
    let known = known(visit.masters(), tx, &venue.id, &before)?;
    Ok(asked_about(&read_all(visit.masters().programme(), said, &known, &mut Errors::default())))
}

/// The day of a report: within the programme, not in the future.
///
/// # Errors
/// No day; before the programme (its plans' first day); after today.
pub(crate) fn as_of(visit: &Visit, raw: &str) -> Result<Date, input::InputFault> {
    let today = time::date(visit.now);
    let day = input::date_near("実績の日付", raw, today)?;
    let from = visit.masters().programme().plan_entry_from.min(today);
    // A day to come is refused with a sentence of its own.
    if day > today {
        Ok(day)
    } else {
        input::date_within("実績の日付", &day.to_string(), from, today)
    }
}

/// Writes a report that was typed on a page.
pub fn report(visit: &Visit, tx: &mut Tx<'_>, form: &Form, by: &Reporter) -> Result<Done, Trouble> {
    report_said(visit, tx, &Said::of(form), by)?;
    Ok(match by {
        Reporter::Venue => {
            Done::saying(format!("/venues/{}/results", visit.venue()?.id), "results.reported")
        }
        Reporter::Municipality(_) => Done::saying("/municipal/entry", "results.reported"),
    })
}

/// Writes a report, however it was said.
pub fn report_said(
    visit: &Visit,
    tx: &mut Tx<'_>,
    said: &Said,
    by: &Reporter,
) -> Result<(), Trouble> {
    let venue = visit.venue()?;
    closed(tx, &venue.id)?;
    let before = entries(tx, &venue.id)?;
    let known = known(visit.masters(), tx, &venue.id, &before)?;
    let mut errors = Errors::default();
    let as_of = errors.take("as_of", as_of(visit, &said.as_of));
    let fresh = read_all(visit.masters().programme(), said, &known, &mut errors);
    let Some(as_of) = as_of.filter(|_| errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let reason = input::long_text("理由", &said.reason, input::LONGEST_NOTE)
        .map_err(|e| Trouble::at("reason", e))?;
    let report = Report {
        entries: &fresh,
        last: before.iter().map(|e| e.as_of).max(),
        as_of,
        reason: &reason,
        waste_reason: rules::stock::read_waste_reason(&said.waste_reason),
        waste_lot: said.waste_lot.as_deref(),
        used_lot: said.used_lot.as_deref(),
        confirmed: said.confirmed(),
        name: &by.marked(&visit.actor().name),
    };
    work::results::report(&visit.caller(), tx, &venue.id, &report)
        .map_err(|e| e.told(|r| not_reported(r, &fresh)))
}

/// Why nothing was reported, at the fields that it is about.
fn not_reported(refusal: NotReported, fresh: &[Entry]) -> Trouble {
    let mut errors = Errors::default();
    let total = |entry: &Entry| format!("{}_total", entry.series.key());
    match refusal {
        NotReported::Rule(r) => {
            let field = match r {
                Refusal::Future(_) | Refusal::BeforeLast(_) => "as_of",
                Refusal::NoReason => "reason",
                Refusal::Nothing | Refusal::Negative => "booster_increase",
            };
            for entry in fresh.iter().filter(|e| e.increase < 0) {
                let (before, after) = (entry.total - entry.increase, entry.total);
                errors.add(total(entry), Question::Less { before, after });
            }
            errors.add(field, r);
        }
        NotReported::Asked => {
            for entry in fresh {
                for question in &entry.questions {
                    errors.add(total(entry), question);
                }
            }
            errors.add(
                "confirmed",
                "上の内容でよければ、「この内容で報告する」を選んで、もう一度押してください。",
            );
        }
        NotReported::NoWasteReason => {
            errors.add("waste_reason", rules::stock::Refusal::NoWasteReason);
        }
        NotReported::WasteLot(e) => errors.add("waste_lot", e),
        NotReported::UsedLot(e) => errors.add("used_lot", e),
        NotReported::Written(r) => return not_written(r),
    }
    Trouble::refused(errors)
}

/// Why a report wasn't written, at the field that it is about.
fn not_written(refusal: NotWritten) -> Trouble {
    match refusal {
        NotWritten::Wasted(r) => Trouble::at("waste_lot", r),
        NotWritten::Used(r) => Trouble::at("used_lot", r),
    }
}

/// A venue that has completed reports nothing any more; what it reported stays readable.
pub fn closed(tx: &mut Tx<'_>, venue: &str) -> Result<(), Trouble> {
    match work::venue::completed(tx, venue)? {
        Some(done) => Err(Trouble::at("", words::access::completed(done.at))),
        None => Ok(()),
    }
}
