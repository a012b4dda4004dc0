//! A report as it was said, at whichever door: read, asked about, written.

use std::collections::BTreeMap;

use masters::Masters;
use platform::db::{Failure, Tx};
use rules::application::grouped;
use rules::input;
use rules::programme::Programme;
use rules::results::{self, Entry, Known, Question, Refusal, Series, Typed as TypedNumber};

use super::{Confirmed, NotReported, NotWritten, Report, asked_about, entries, known};
use crate::errors::Errors;
use crate::{Caller, Refused, venue};

/// What the day of a report is called.
pub const DAY: &str = "実績の日付";

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
pub fn read_all(
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
/// The database's.
pub fn answer_to(
    masters: &Masters,
    tx: &mut Tx<'_>,
    venue: &str,
    said: &Said,
) -> Result<String, Failure> {
    let before = entries(tx, venue)?;
    let known = known(masters, tx, venue, &before)?;
    Ok(asked_about(&read_all(masters.programme(), said, &known, &mut Errors::default())))
}

/// Writes a report, however it was said; `name` is who reports, as it is shown.
///
/// # Errors
/// What is wrong or asked, at the fields that it is about.
pub fn report_said(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    said: &Said,
    name: &str,
) -> Result<(), Refused<Errors>> {
    let mut errors = Errors::default();
    if let Some(done) = venue::completed(tx, venue)? {
        errors.add("", words::access::completed(done.at));
        return Err(Refused::ByRule(errors));
    }
    let before = entries(tx, venue)?;
    let known = known(by.masters, tx, venue, &before)?;
    let as_of = errors.take("as_of", by.day_of(DAY, &said.as_of));
    let mut fresh = read_all(by.masters.programme(), said, &known, &mut errors);
    let reason = input::long_text("理由", &said.reason, input::LONGEST_NOTE);
    let (Some(as_of), true) = (as_of, errors.is_empty()) else {
        return Err(Refused::ByRule(errors));
    };
    let Some(reason) = errors.take("reason", reason) else {
        return Err(Refused::ByRule(errors));
    };
    super::ask_of_day(by.masters, tx, venue, (&before, &mut fresh), as_of)?;
    let report = Report {
        entries: &fresh,
        last: before.iter().map(|e| e.as_of).max(),
        as_of,
        reason: &reason,
        waste_reason: rules::stock::read_waste_reason(&said.waste_reason),
        waste_lot: said.waste_lot.as_deref(),
        used_lot: said.used_lot.as_deref(),
        confirmed: said.confirmed(),
        name,
    };
    super::report(by, tx, venue, &report).map_err(|e| e.map(|r| not_reported(r, &fresh, said)))
}

/// Why nothing was reported, at the fields that it is about.
fn not_reported(refusal: NotReported, fresh: &[Entry], said: &Said) -> Errors {
    let mut errors = Errors::default();
    // The field that was filled in: the increase, unless a total was typed.
    let field_of = |entry: &Entry| {
        let [up, sum] = fields_of(entry.series);
        let typed = said.counts.get(&entry.series);
        if typed.is_some_and(|(increase, total)| increase.is_some() && total.is_none()) {
            up
        } else {
            sum
        }
    };
    match refusal {
        NotReported::Rule(r) => {
            let field = match r {
                Refusal::Future(_) | Refusal::BeforeLast(_) => "as_of",
                Refusal::NoReason => "reason",
                Refusal::Nothing | Refusal::Negative => "booster_increase",
            };
            for entry in fresh.iter().filter(|e| e.increase < 0) {
                let (before, after) = (entry.total - entry.increase, entry.total);
                errors.add(field_of(entry), Question::Less { before, after });
            }
            errors.add(field, r);
        }
        NotReported::Asked => {
            for entry in fresh {
                for question in &entry.questions {
                    errors.add(field_of(entry), question);
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
        NotReported::Written(NotWritten::Wasted(r)) => errors.add("waste_lot", r),
        NotReported::Written(NotWritten::Used(r)) => errors.add("used_lot", r),
    }
    errors
}
