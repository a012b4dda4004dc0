//! What a venue does next: letters, checks, plan, deliveries, results, lots, claims.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{OfPlan, OfVaccine, Task};
use crate::claim::{self, Billing};
use crate::holidays::Holidays;
use crate::programme::{Cycle, Programme};
use crate::time::{self, Month};
use crate::venue::Check;
use crate::{letter, review};

/// A delivery to a venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: String,
    pub cycle: u32,
    pub boxes: u32,
    /// The day on which it is to come.
    pub date: Option<Date>,
    /// Whether its receipt is recorded.
    pub received: bool,
    /// The day on which it came.
    pub came_on: Option<Date>,
}

/// Vials of a lot at a venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    pub number: String,
    pub vials: i64,
    pub expiry: Date,
    pub recalled: bool,
}

/// What is known of a venue.
#[derive(Clone, Debug, Default)]
pub struct VenueFacts {
    /// Letters with which something is to be done.
    pub letters: Vec<(String, letter::Status)>,
    /// Checks that aren't passed.
    pub checks: Vec<Check>,
    /// The last registered plan: its review, and the reason where it came back.
    pub plan: Option<(review::Status, Option<String>)>,
    /// When a draft of the plan was saved.
    pub draft: Option<Timestamp>,
    pub deliveries: Vec<Delivery>,
    /// The last day that results were reported of.
    pub last_report: Option<Date>,
    /// Whether the venue has reported its completion.
    pub completed: bool,
    /// Contacts whose mail doesn't arrive.
    pub unreachable: Vec<String>,
    /// Transfers to confirm: id and number.
    pub transfers: Vec<(String, String)>,
    pub lots: Vec<Lot>,
    /// Since when nobody has touched the public state, where that is too long ago.
    pub stale_since: Option<Timestamp>,
    /// Parts of claims that came back: which, and what is said of it.
    pub returned: Vec<(String, String)>,
    /// Months of service with shots that are in no submitted claim, the oldest first.
    pub unclaimed: Vec<Month>,
}

/// What a venue does next, and what it waits for.
pub fn of_venue(
    facts: VenueFacts,
    programme: &Programme,
    holidays: &Holidays,
    now: Timestamp,
) -> Vec<Task> {
    let today = time::date(now);
    let cut_off = programme.next_cut_off(now).map(|cycle| cycle.cut_off);
    let report = report(&facts, programme.cycles.first(), today);
    let letter = |(number, status)| Task::at_once(OfPlan::Letter { number, status });
    let mut tasks: Vec<Task> = facts.letters.into_iter().map(letter).collect();
    tasks.extend(facts.checks.into_iter().map(|c| Task::new(OfPlan::Check(c)).due(cut_off)));
    tasks.extend(plan(facts.plan, cut_off));
    tasks.extend(facts.draft.map(|saved| Task::new(OfPlan::RegisterDraft { saved })));
    tasks.extend(facts.deliveries.into_iter().filter_map(|d| delivery(d, today)));
    tasks.extend(report);
    let unreachable = facts.unreachable.into_iter();
    tasks.extend(unreachable.map(|name| Task::at_once(OfVaccine::MendContact { name })));
    let transfer =
        |(transfer, number)| Task::at_once(OfVaccine::ConfirmTransfer { transfer, number });
    tasks.extend(facts.transfers.into_iter().map(transfer));
    tasks.extend(facts.lots.into_iter().filter_map(|held| lot(held, today)));
    tasks
        .extend(facts.stale_since.map(|since| Task::new(OfVaccine::ConfirmAvailability { since })));
    let returned = |(part, said)| Task::at_once(OfVaccine::MendClaim { part, said });
    tasks.extend(facts.returned.into_iter().map(returned));
    tasks.extend(facts.unclaimed.into_iter().map(|month| claim_of(month, holidays, now)));
    tasks
}

/// A plan is registered, or revised where it came back, before the next cut-off.
fn plan(
    latest: Option<(review::Status, Option<String>)>,
    cut_off: Option<Timestamp>,
) -> Option<Task> {
    match latest {
        None => Some(Task::new(OfPlan::Register).due(cut_off)),
        Some((review::Status::RevisionRequired, reason)) => {
            let reason = reason.unwrap_or_default();
            Some(Task::new(OfPlan::Revise { reason }).due(cut_off))
        }
        Some((review::Status::Waiting, _)) => Some(Task::waits(OfPlan::Waits)),
        Some((review::Status::Reviewed, _)) => None,
    }
}

/// A delivery without a day waits for the wholesaler; one with a day is prepared, then recorded.
fn delivery(delivery: Delivery, today: Date) -> Option<Task> {
    let Delivery { id: delivery, cycle, boxes, date, received, .. } = delivery;
    match date {
        _ if received => None,
        None => Some(Task::waits(OfVaccine::DateWaits { delivery, cycle })),
        Some(date) if date <= today => {
            Some(Task::new(OfVaccine::RecordReceipt { delivery, cycle }).by(date))
        }
        Some(date) => {
            Some(Task::new(OfVaccine::PrepareReceipt { delivery, cycle, boxes }).by(date))
        }
    }
}

/// A week after the last report; for the first one, a week after there was vaccine and vaccinating
/// had begun.
fn report(facts: &VenueFacts, first: Option<&Cycle>, today: Date) -> Option<Task> {
    let received = facts.deliveries.iter().filter_map(|d| d.came_on).min()?;
    let first = first.filter(|first| !facts.completed && first.from <= today)?;
    let last = facts.last_report;
    if last.is_some_and(|day| day.saturating_add(7.days()) > today) {
        return None;
    }
    let since = last.unwrap_or(received.max(first.from));
    Some(Task::new(OfVaccine::Report { last }).by(since.saturating_add(7.days())))
}

/// Days before a lot's expiry from which its use is planned.
const LOT_SOON_DAYS: i32 = 14;

/// Vaccine that was recalled or has expired is put away; what expires soon is used up.
fn lot(lot: Lot, today: Date) -> Option<Task> {
    let expiry = lot.expiry;
    if lot.recalled {
        Some(Task::at_once(OfVaccine::IsolateLot(lot)))
    } else if expiry < today {
        Some(Task::at_once(OfVaccine::DiscardLot(lot)))
    } else if (expiry - today).get_days() <= LOT_SOON_DAYS {
        Some(Task::new(OfVaccine::UseLotUp(lot)).by(expiry))
    } else {
        None
    }
}

/// The months of service before this one in which there were shots, the oldest first; corrections
/// may leave none.
pub fn months_with_shots(days: &[(Date, i64)], today: Date) -> Vec<Month> {
    let mut months: BTreeMap<Month, i64> = BTreeMap::new();
    for (day, shots) in days {
        *months.entry(Month::of(*day)).or_default() += shots;
    }
    let this = Month::of(today);
    months
        .into_iter()
        .filter(|(month, n)| *month < this && *n > 0)
        .map(|(month, _)| month)
        .collect()
}

/// A month whose due date has passed isn't lost: it goes into the present month's claim, by that
/// one's due date.
pub(super) fn claim_of(month: Month, holidays: &Holidays, now: Timestamp) -> Task {
    let own = claim::due_date(month, holidays);
    let Billing { claim_month, due } = claim::billing(month, time::date(now), holidays);
    let missed = (due != own).then_some((own, claim_month));
    Task::new(OfVaccine::MakeClaim { month, missed }).by(due)
}
