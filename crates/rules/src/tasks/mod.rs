//! やること: what is to be done, by whom and until when, from facts. A task is a value with its
//! deadline; what it is called and where it leads, the rooms say.

#[cfg(test)]
mod tests;
mod venue;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

pub use venue::{Delivery, Lot, VenueFacts, months_with_shots, of_venue};

use crate::access::Permission;
use crate::application;
use crate::calendar::Phase;
use crate::holidays::Holidays;
use crate::letter;
use crate::programme::Programme;
use crate::time::{self, Month};
use crate::venue::Check;

/// When something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// いますぐ: overdue, due today, or nothing that can wait.
    Now,
    /// 今週
    Week,
    /// これから
    Later,
    /// お待ちください: it lies with somebody else.
    Waiting,
}

/// What there is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    SetUpFactor,
    Application(OfApplication),
    Plan(OfPlan),
    Vaccine(OfVaccine),
    Desk(OfDesk),
}

/// What somebody who applies does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfApplication {
    Continue,
    Mend,
    /// The ministry reads it.
    Waits,
}

/// What a venue does until its plan stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfPlan {
    /// A letter by its number, and how far it is.
    Letter {
        number: String,
        status: letter::Status,
    },
    /// A check that isn't passed.
    Check(Check),
    Register,
    /// It came back, with the ministry's reason.
    Revise {
        reason: String,
    },
    /// The ministry reads it.
    Waits,
    /// A draft that was saved then.
    RegisterDraft {
        saved: Timestamp,
    },
}

/// What a venue does with the vaccine, from its coming to the claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfVaccine {
    RecordReceipt {
        delivery: String,
        cycle: u32,
    },
    PrepareReceipt {
        delivery: String,
        cycle: u32,
        boxes: u32,
    },
    /// The wholesaler has yet to say the day.
    DateWaits {
        delivery: String,
        cycle: u32,
    },
    /// Shots and waste, since the last report.
    Report {
        last: Option<Date>,
    },
    /// A contact whose mail doesn't arrive.
    MendContact {
        name: String,
    },
    ConfirmTransfer {
        transfer: String,
        number: String,
    },
    IsolateLot(Lot),
    DiscardLot(Lot),
    UseLotUp(Lot),
    /// Nobody has touched the public state since.
    ConfirmAvailability {
        since: Timestamp,
    },
    /// A part of a claim that came back, and what is said of it.
    MendClaim {
        part: String,
        said: String,
    },
    /// A claim of a month of service; where its own due date has passed, that day and the claim
    /// (請求分) into which it goes.
    MakeClaim {
        month: Month,
        missed: Option<(Date, Month)>,
    },
}

/// What a desk does: so many of them, where nothing else is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfDesk {
    ReviewApplications(i64),
    ReviewPlans(i64),
    ApproveMasters(i64),
    TryAllocation {
        cycle: u32,
    },
    ApproveAllocation {
        cycle: u32,
        run: String,
    },
    /// Deliveries of a week without a day.
    SetDates {
        week: Date,
        deliveries: i64,
    },
    AnswerInquiries(i64),
    LookIntoMails(i64),
    /// Applications that a prefecture may look at before the ministry.
    LookAtApplications(i64),
    /// And plans.
    LookAtPlans(i64),
    ReceiveLetters(i64),
    /// Claims that were submitted to the desk.
    CheckBills(i64),
}

macro_rules! is_what {
    ($($name:ident: $of:ty),*) => { $(
        impl From<$of> for What {
            fn from(what: $of) -> What {
                What::$name(what)
            }
        }
    )* };
}
is_what!(Application: OfApplication, Plan: OfPlan, Vaccine: OfVaccine, Desk: OfDesk);

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub what: What,
    /// The instant by which it is to be done, where there is one: a rule's or a record's, never
    /// "now".
    pub due: Option<Timestamp>,
    /// It lies with somebody else.
    pub waiting: bool,
    /// It has no deadline, but others wait for it or harm may come of it.
    pub urgent: bool,
}

impl Task {
    /// Without a deadline.
    pub fn new(what: impl Into<What>) -> Task {
        Task { what: what.into(), due: None, waiting: false, urgent: false }
    }
    /// Without a deadline, and not to be put off.
    pub fn at_once(what: impl Into<What>) -> Task {
        Task { urgent: true, ..Task::new(what) }
    }
    /// It lies with somebody else.
    fn waits(what: impl Into<What>) -> Task {
        Task { waiting: true, ..Task::new(what) }
    }
    fn due(self, due: Option<Timestamp>) -> Task {
        Task { due, ..self }
    }
    /// By the end of a day.
    fn by(self, day: Date) -> Task {
        self.due(Some(end_of(day)))
    }
    /// When the task came into being: what was already past then is no deadline of this task, and
    /// it is urgent instead.
    fn since(self, at: Timestamp) -> Task {
        match self.due {
            Some(due) if due <= at => Task { due: None, urgent: true, ..self },
            _ => self,
        }
    }
    /// Where it stands now.
    pub fn group(&self, now: Timestamp) -> Group {
        match (self.waiting, self.due) {
            (true, _) => Group::Waiting,
            (false, None) if self.urgent => Group::Now,
            (false, Some(due)) if due <= now + SignedDuration::from_hours(24) => Group::Now,
            (false, Some(due)) if due <= now + SignedDuration::from_hours(24 * 7) => Group::Week,
            _ => Group::Later,
        }
    }
}

fn end_of(day: Date) -> Timestamp {
    time::midnight(day.saturating_add(1.day()))
}

/// What somebody who applied does next.
pub fn of_application(state: &application::State) -> Option<Task> {
    match state.key() {
        "draft" => Some(Task::new(OfApplication::Continue)),
        "returned" => Some(Task::at_once(OfApplication::Mend)),
        "submitted" => Some(Task::waits(OfApplication::Waits)),
        _ => None,
    }
}

/// What is known of a cycle that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleFacts {
    pub cycle: u32,
    /// Whether a run of it was approved.
    pub approved: bool,
    /// The last run that was tried, and when.
    pub tried: Option<(String, Timestamp)>,
}

/// What waits at the ministry.
#[derive(Clone, Debug, Default)]
pub struct MinistryFacts {
    /// Submitted applications.
    pub applications: i64,
    /// Plans that wait for their review, and when the oldest was registered.
    pub plans: Option<(i64, Timestamp)>,
    /// Changes of masters that others proposed.
    pub proposals: i64,
    /// The cycles that were cut off.
    pub cycles: Vec<CycleFacts>,
}

/// What somebody at the ministry does next, by what they may.
pub fn of_ministry(facts: MinistryFacts, may: &[Permission], programme: &Programme) -> Vec<Task> {
    let mut tasks = Vec::new();
    if may.contains(&Permission::Reviewer) {
        tasks.extend(some(facts.applications).map(|n| Task::new(OfDesk::ReviewApplications(n))));
        tasks.extend(facts.plans.map(|(n, oldest)| {
            Task::new(OfDesk::ReviewPlans(n)).due(reopening_after(programme, oldest))
        }));
    }
    if may.contains(&Permission::MasterEditor) {
        tasks.extend(some(facts.proposals).map(|n| Task::new(OfDesk::ApproveMasters(n))));
    }
    for known in facts.cycles.into_iter().filter(|known| !known.approved) {
        let Some(cycle) = programme.cycle(known.cycle) else { continue };
        let number = cycle.number;
        match known.tried {
            None if may.contains(&Permission::Allocator) => {
                tasks.push(Task::new(OfDesk::TryAllocation { cycle: number }).by(cycle.decided));
            }
            Some((run, at)) if may.contains(&Permission::Approver) => {
                let approve = Task::new(OfDesk::ApproveAllocation { cycle: number, run });
                tasks.push(approve.by(cycle.decided).since(at));
            }
            _ => {}
        }
    }
    tasks
}

/// Plans are decided before entry opens again after the window in which the oldest was registered.
fn reopening_after(programme: &Programme, registered: Timestamp) -> Option<Timestamp> {
    let closed = |until: Option<Timestamp>| until.is_some_and(|until| until > registered);
    let mut stretches = programme.calendar.stretches();
    stretches.find(|s| s.phase != Phase::Open && closed(s.until))?.until
}

/// A week's deliveries without a day: their number, and when the last of them was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekFacts {
    pub week: Date,
    pub deliveries: i64,
    pub decided: Option<Timestamp>,
}

/// A wholesaler says the days three business days before the week. What came later than its own
/// date was never on time.
pub fn of_wholesaler(weeks: Vec<WeekFacts>, holidays: &Holidays) -> Vec<Task> {
    let task = |facts: WeekFacts| {
        let WeekFacts { week, deliveries, decided } = facts;
        let task = Task::new(OfDesk::SetDates { week, deliveries });
        task.by(holidays.before(week, 3)).since(decided.unwrap_or_default())
    };
    weeks.into_iter().map(task).collect()
}

/// Open inquiries with the instant by which the first is answered, and mails that didn't arrive.
pub fn of_desk(inquiries: i64, due: Option<Timestamp>, mails: i64) -> Vec<Task> {
    let answer = some(inquiries).map(|n| Task::new(OfDesk::AnswerInquiries(n)).due(due));
    answer.into_iter().chain(some(mails).map(|n| Task::new(OfDesk::LookIntoMails(n)))).collect()
}

/// What waits for the ministry in the prefecture, and nobody there has looked at.
pub fn of_prefecture(applications: i64, plans: i64) -> Vec<Task> {
    let look = some(applications).map(|n| Task::new(OfDesk::LookAtApplications(n)));
    look.into_iter().chain(some(plans).map(|n| Task::new(OfDesk::LookAtPlans(n)))).collect()
}

/// Letters and claims that came to a municipality's desk.
pub fn of_municipality(letters: i64, bills: i64) -> Vec<Task> {
    let receive = some(letters).map(|n| Task::new(OfDesk::ReceiveLetters(n)));
    receive.into_iter().chain(of_federation(bills)).collect()
}

/// Claims that came to a federation.
pub fn of_federation(bills: i64) -> Option<Task> {
    some(bills).map(|n| Task::new(OfDesk::CheckBills(n)))
}

/// A number of things, where there are any.
fn some(n: i64) -> Option<i64> {
    (n > 0).then_some(n)
}
