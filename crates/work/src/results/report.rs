//! A report is written: its entries, the vials that left the stock, the journal.

use jiff::civil::Date;
use platform::db::Tx;
use platform::{args, ids, sql};
use rules::input::InputFault;
use rules::results::{Entry, Series};
use rules::stock::{Kind, Refusal};
use rules::time;

use super::{Event, event};
use crate::{Caller, Refused, stock};

/// Why a report isn't written.
#[derive(Debug)]
pub enum NotWritten {
    /// The waste of it.
    Wasted(Refusal),
    /// The use of the lot that was chosen.
    Used(Refusal),
}

/// Why nothing is reported.
#[derive(Debug)]
pub enum NotReported {
    /// The numbers or the day.
    Rule(rules::results::Refusal),
    /// Questions about the entries stand open.
    Asked,
    NoWasteReason,
    WasteLot(InputFault),
    UsedLot(InputFault),
    Written(NotWritten),
}

/// How the questions about a report were answered.
#[derive(Clone, Copy, Debug)]
pub enum Confirmed<'c> {
    /// With what was asked about ([`asked_about`]); anything else, or nothing, answers nothing.
    As(&'c str),
    /// Whatever they are.
    Anyhow,
}

/// What is reported.
pub struct Report<'r> {
    pub entries: &'r [Entry],
    /// The day of the report before.
    pub last: Option<Date>,
    pub as_of: Date,
    /// Empty where nothing is corrected.
    pub reason: &'r str,
    /// Key of why vials were thrown away.
    pub waste_reason: Option<&'r str>,
    /// The lot of which vials were thrown away, in any writing.
    pub waste_lot: Option<&'r str>,
    /// The lot that was used, in any writing.
    pub used_lot: Option<&'r str>,
    pub confirmed: Confirmed<'r>,
    /// Who reports, as it is shown.
    pub name: &'r str,
}

/// What a question was about: other numbers are asked about again.
pub fn asked_about(entries: &[Entry]) -> String {
    entries.iter().map(|e| format!("{}={}", e.series.key(), e.total)).collect::<Vec<_>>().join(",")
}

/// Checks a report and writes it.
pub fn report(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    said: &Report<'_>,
) -> Result<(), Refused<NotReported>> {
    let refused = |r| Refused::ByRule(r);
    let Report { entries, last, as_of, reason, .. } = *said;
    rules::results::report(entries, as_of, last, time::date(by.now), reason)
        .map_err(|r| refused(NotReported::Rule(r)))?;
    let asked = entries.iter().any(|e| !e.questions.is_empty());
    let answered = match said.confirmed {
        Confirmed::As(answer) => answer == asked_about(entries),
        Confirmed::Anyhow => true,
    };
    if asked && !answered {
        return Err(refused(NotReported::Asked));
    }
    let mut chosen = |lot: Option<&str>| match lot {
        Some(lot) => stock::chosen_lot(tx, venue, lot),
        None => Ok(Ok(String::new())),
    };
    let lot = chosen(said.waste_lot)?.map_err(|e| refused(NotReported::WasteLot(e)))?;
    let used_lot = chosen(said.used_lot)?.map_err(|e| refused(NotReported::UsedLot(e)))?;
    if increase(entries, Series::UnusedVials) > 0 && said.waste_reason.is_none() {
        return Err(refused(NotReported::NoWasteReason));
    }
    let waste_reason = said.waste_reason.unwrap_or_default();
    let (lot, used_lot, name) = (lot.as_str(), used_lot.as_str(), said.name);
    write(by, tx, venue, &Fresh { entries, as_of, reason, waste_reason, lot, used_lot, name })
        .map_err(|e| e.map(NotReported::Written))
}

/// A report that was checked and is to be written.
pub struct Fresh<'f> {
    pub entries: &'f [Entry],
    pub as_of: Date,
    pub reason: &'f str,
    pub waste_reason: &'f str,
    /// The lot of which vials were thrown away; empty where nobody knows it.
    pub lot: &'f str,
    /// The lot that was used; empty where nobody knows it.
    pub used_lot: &'f str,
    /// Who reports, as it is shown.
    pub name: &'f str,
}

/// What entries add to a series.
pub fn increase(entries: &[Entry], series: Series) -> i64 {
    entries.iter().filter(|e| e.series == series).map(|e| e.increase).sum()
}

/// Writes entries, the vials that left the stock, and the journal.
pub fn write(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    fresh: &Fresh<'_>,
) -> Result<(), Refused<NotWritten>> {
    let wasted = increase(fresh.entries, Series::UnusedVials);
    let (report, actor) = (ids::short("report"), &by.actor);
    // Thrown away once, for every recipient: the report and the ledger are one command. A
    // correction is the same entry taken back.
    if wasted != 0 {
        throw_away(by, tx, venue, fresh, wasted)?;
    }
    let said = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let per_vial = by.masters.programme().packing_on(fresh.as_of).doses_per_vial;
    for entry in fresh.entries {
        let wasted = entry.series == Series::UnusedVials && entry.increase > 0;
        tx.run(
            sql!(
                "insert into result_entry
                             (id, venue_id, report, series, as_of, increase, reason, at, account,
                              name, waste_reason, doses_per_vial)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            ),
            args![
                ids::timed("e", by.now),
                venue,
                &report,
                entry.series,
                fresh.as_of,
                entry.increase,
                said(fresh.reason),
                by.now,
                &actor.account,
                fresh.name,
                said(fresh.waste_reason).filter(|_| wasted),
                per_vial
            ],
        )?;
    }
    let shots = increase(fresh.entries, Series::Booster);
    let lowered = shots.min(0).saturating_neg();
    let reported =
        stock::Reported { lot: fresh.used_lot, day: fresh.as_of, name: fresh.name, lowered };
    stock::feed_report(by, tx, venue, &reported).map_err(|e| e.map(NotWritten::Used))?;
    let total = |e: &Entry| event::Total { increase: e.increase, total: e.total };
    let waste = || event::Waste { reason: fresh.waste_reason.into(), lot: fresh.lot.into() };
    let after = event::Reported {
        as_of: fresh.as_of,
        entries: fresh.entries.iter().map(|e| (e.series, total(e))).collect(),
        waste: (wasted > 0).then(waste),
        by: Some(fresh.name.into()),
    };
    let reason = Some(fresh.reason).filter(|r| !r.is_empty());
    by.journal(tx, venue, &Event::Reported { after }, reason)?;
    Ok(())
}

/// Vials out of the ledger, or back into it where fewer were thrown away than was said.
fn throw_away(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    fresh: &Fresh<'_>,
    vials: i64,
) -> Result<(), Refused<NotWritten>> {
    let account = by.actor.account.clone();
    let why = if vials > 0 { fresh.waste_reason.to_string() } else { fresh.reason.to_string() };
    if vials < 0 {
        let thrown = stock::wasted(tx, venue, fresh.lot)?;
        if thrown < -vials {
            let known: i64 = thrown.max(0);
            let refusal = if fresh.lot.is_empty() {
                Refusal::NotWastedWithoutLot(known)
            } else {
                Refusal::NotWasted { lot: fresh.lot.into(), wasted: known, wanted: -vials }
            };
            return Err(Refused::ByRule(NotWritten::Wasted(refusal)));
        }
    } else if !fresh.lot.is_empty() {
        let known = stock::lot(tx, fresh.lot)?;
        let Some(room) = stock::room(tx, venue, fresh.lot, fresh.as_of)? else {
            return Err(Refused::ByRule(NotWritten::Wasted(Refusal::Foreign(fresh.lot.into()))));
        };
        rules::stock::entry(
            Kind::Wasted,
            fresh.lot,
            known.as_ref().map(stock::StoredLot::rule).as_ref(),
            room,
            vials,
            &why,
        )
        .map_err(|r| Refused::ByRule(NotWritten::Wasted(r)))?;
    }
    let moved = stock::Entry {
        lot: fresh.lot,
        kind: Kind::Wasted,
        vials,
        reason: &why,
        day: fresh.as_of,
        transfer: None,
        shipment: None,
    };
    Ok(stock::put(tx, by.now, (&account, fresh.name), venue, &moved)?)
}
