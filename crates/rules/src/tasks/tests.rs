//! Tables of facts and of the tasks that follow from them.

use super::venue::claim_of;
use super::*;
use crate::programme::sample;
use crate::review;
use crate::venue::{CheckPlace, Missing};

fn at(text: &str) -> Timestamp {
    time::parse_instant(text).unwrap()
}
fn day(text: &str) -> Date {
    text.parse().unwrap()
}
/// Days that are open as weekdays are.
fn holidays() -> Holidays {
    Holidays::default()
}
/// A task in one line: what, until when, whether it waits or is urgent.
fn line(task: &Task) -> String {
    let what = match &task.what {
        What::SetUpFactor => "SetUpFactor".to_string(),
        What::Application(what) => format!("{what:?}"),
        What::Plan(what) => format!("{what:?}"),
        What::Vaccine(what) => format!("{what:?}"),
        What::Desk(what) => format!("{what:?}"),
    };
    let what: String = what.chars().take_while(|c| c.is_alphanumeric()).collect();
    let due = task
        .due
        .map_or(String::new(), |due| time::local(due).strftime(" %-m/%-d %H:%M").to_string());
    let waits = if task.waiting { " waits" } else { "" };
    format!("{what}{due}{waits}{}", if task.urgent { " urgent" } else { "" })
}
fn lines(tasks: &[Task]) -> String {
    tasks.iter().map(line).collect::<Vec<_>>().join(", ")
}
fn venue(facts: VenueFacts, now: &str) -> String {
    lines(&of_venue(facts, &sample::programme(), &holidays(), at(now)))
}
/// A venue whose plan was reviewed.
fn quiet() -> VenueFacts {
    VenueFacts { plan: Some((review::Status::Reviewed, None)), ..VenueFacts::default() }
}

#[test]
fn what_a_venue_does_with_its_plan_follows_from_the_review() {
    use review::Status::{Reviewed, RevisionRequired, Waiting};
    let check = Check { place: CheckPlace::Doctors, missing: vec![Missing::Doctor] };
    for (plan, checks, draft, expected) in [
        (None, vec![], None, "Register 2/15 15:00"),
        (Some(RevisionRequired), vec![], None, "Revise 2/15 15:00"),
        (Some(Waiting), vec![], None, "Waits waits"),
        (Some(Reviewed), vec![], None, ""),
        (
            Some(Reviewed),
            vec![check],
            Some(at("2022-02-08T10:00")),
            "Check 2/15 15:00, RegisterDraft",
        ),
    ] {
        let plan = plan.map(|review| (review, Some("理由".to_string())));
        let facts = VenueFacts { plan, checks, draft, ..VenueFacts::default() };
        assert_eq!(venue(facts, "2022-02-09T10:00"), expected);
    }
}

#[test]
fn a_delivery_is_waited_for_then_prepared_then_recorded() {
    let delivery = |date: Option<&str>, received: bool| Delivery {
        id: "s-1".into(),
        cycle: 2,
        boxes: 4,
        date: date.map(day),
        received,
        came_on: None,
    };
    for (date, received, expected) in [
        (None, false, "DateWaits waits"),
        (Some("2022-02-21"), false, "PrepareReceipt 2/22 00:00"),
        (Some("2022-02-20"), false, "RecordReceipt 2/21 00:00"),
        (Some("2022-02-18"), false, "RecordReceipt 2/19 00:00"),
        (Some("2022-02-18"), true, ""),
        (None, true, ""),
    ] {
        let facts = VenueFacts { deliveries: vec![delivery(date, received)], ..quiet() };
        assert_eq!(venue(facts, "2022-02-20T12:00"), expected, "{date:?} {received}");
    }
}

#[test]
fn results_are_reported_a_week_after_the_last_or_after_vaccine_and_vaccinating_began() {
    // Came on, last report, completed, today. The first cycle begins with the sample's first.
    let first = sample::programme().cycles[0].from;
    let after = |days: i32| first.saturating_add(days.days());
    for (came, last, completed, today, expected) in [
        (None, None, false, after(9), None),
        (Some(after(-5)), None, false, after(-1), None),
        (Some(after(-5)), None, false, after(0), Some(after(7))),
        (Some(after(3)), None, false, after(4), Some(after(10))),
        (Some(after(3)), Some(after(4)), false, after(10), None),
        (Some(after(3)), Some(after(4)), false, after(11), Some(after(11))),
        (Some(after(3)), Some(after(4)), true, after(30), None),
    ] {
        let delivery = Delivery {
            id: "s-1".into(),
            cycle: 1,
            boxes: 4,
            date: came,
            received: true,
            came_on: came,
        };
        let facts =
            VenueFacts { deliveries: vec![delivery], last_report: last, completed, ..quiet() };
        let now = time::midnight(today) + SignedDuration::from_hours(10);
        let found = of_venue(facts, &sample::programme(), &holidays(), now);
        let due: Vec<Option<Timestamp>> = found.iter().map(|task| task.due).collect();
        let expected: Vec<Option<Timestamp>> =
            expected.iter().map(|day| Some(end_of(*day))).collect();
        assert_eq!(due, expected, "{came:?} {last:?} {completed} {today}");
    }
}

#[test]
fn a_lot_is_put_away_or_used_up() {
    for (expiry, recalled, expected) in [
        ("2022-02-19", false, "DiscardLot urgent"),
        ("2022-02-20", false, "UseLotUp 2/21 00:00"),
        ("2022-03-06", false, "UseLotUp 3/7 00:00"),
        ("2022-03-07", false, ""),
        ("2022-03-07", true, "IsolateLot urgent"),
        ("2022-02-01", true, "IsolateLot urgent"),
    ] {
        let lot = Lot { number: "3004".into(), vials: 10, expiry: day(expiry), recalled };
        let facts = VenueFacts { lots: vec![lot], ..quiet() };
        assert_eq!(venue(facts, "2022-02-20T12:00"), expected, "{expiry} {recalled}");
    }
}

#[test]
fn a_month_is_claimed_by_the_tenth_or_with_a_later_one() {
    let days = [
        (day("2022-01-31"), 5),
        (day("2022-02-01"), 3),
        (day("2022-02-28"), -3),
        (day("2022-03-01"), 2),
        (day("2022-04-01"), 9),
    ];
    let months = months_with_shots(&days, day("2022-04-11"));
    assert_eq!(months, [Month { year: 2022, month: 1 }, Month { year: 2022, month: 3 }]);
    // The tenth of April 2022 is a Sunday: the eleventh.
    let tasks: Vec<Task> =
        months.iter().map(|m| claim_of(*m, &holidays(), at("2022-04-11T23:59"))).collect();
    assert_eq!(lines(&tasks), "MakeClaim 4/12 00:00, MakeClaim 4/12 00:00");
    let missed = |task: &Task| match &task.what {
        What::Vaccine(OfVaccine::MakeClaim { missed, .. }) => *missed,
        _ => None,
    };
    let april = Month { year: 2022, month: 4 };
    assert_eq!(missed(&tasks[0]), Some((day("2022-02-10"), april)));
    assert_eq!(missed(&tasks[1]), None);
}

#[test]
fn the_ministry_does_what_each_may_and_what_a_run_made_late_is_urgent() {
    let programme = sample::programme();
    let decided = end_of(programme.cycles[0].decided);
    let known = |approved, tried: Option<Timestamp>| CycleFacts {
        cycle: programme.cycles[0].number,
        approved,
        tried: tried.map(|at| ("run-1".to_string(), at)),
    };
    let soon = decided - SignedDuration::from_hours(1);
    for (may, facts, expected) in [
        (vec![Permission::Allocator], known(false, None), "TryAllocation"),
        (vec![Permission::Approver], known(false, None), ""),
        (vec![Permission::Allocator], known(false, Some(soon)), ""),
        (vec![Permission::Approver], known(false, Some(soon)), "ApproveAllocation"),
        (vec![Permission::Approver], known(false, Some(decided)), "ApproveAllocation urgent"),
        (vec![Permission::Approver, Permission::Allocator], known(true, None), ""),
    ] {
        let facts = MinistryFacts { cycles: vec![facts], ..MinistryFacts::default() };
        let found = of_ministry(facts, &may, &programme);
        assert!(found.iter().all(|task| task.urgent || task.due == Some(decided)));
        let bare: Vec<Task> = found.into_iter().map(|task| Task { due: None, ..task }).collect();
        assert_eq!(lines(&bare), expected, "{may:?}");
    }
    // Plans are decided before entry opens again after the window of the oldest.
    for (oldest, expected) in [
        ("2022-02-06T10:00", "ReviewPlans 2/11 00:00"),
        ("2022-02-12T10:00", "ReviewPlans 2/19 00:00"),
        ("2022-02-20T10:00", "ReviewPlans"),
    ] {
        let facts = MinistryFacts { plans: Some((4, at(oldest))), ..MinistryFacts::default() };
        let found = of_ministry(facts, &[Permission::Reviewer], &programme);
        assert_eq!(lines(&found), expected, "{oldest}");
    }
    let waiting = MinistryFacts { applications: 3, proposals: 2, ..MinistryFacts::default() };
    let all = [Permission::Reviewer, Permission::MasterEditor];
    let found = of_ministry(waiting.clone(), &all, &programme);
    assert_eq!(lines(&found), "ReviewApplications, ApproveMasters");
    assert_eq!(lines(&of_ministry(waiting, &[], &programme)), "");
}

#[test]
fn a_desk_has_a_task_for_what_is_there() {
    let tuesday = day("2022-02-22");
    let week = |decided: Option<&str>| WeekFacts {
        week: tuesday,
        deliveries: 2,
        decided: decided.map(at),
    };
    let dates = of_wholesaler(
        vec![week(Some("2022-02-16T10:00")), week(Some("2022-02-18T00:00")), week(None)],
        &holidays(),
    );
    // Three business days before: Thursday, to its end.
    assert_eq!(lines(&dates), "SetDates 2/18 00:00, SetDates urgent, SetDates 2/18 00:00");
    let due = Some(at("2022-02-21T17:00"));
    assert_eq!(lines(&of_desk(2, due, 1)), "AnswerInquiries 2/21 17:00, LookIntoMails");
    assert_eq!(lines(&of_desk(0, None, 0)), "");
    assert_eq!(lines(&of_prefecture(0, 1)), "LookAtPlans");
    assert_eq!(lines(&of_municipality(1, 1)), "ReceiveLetters, CheckBills");
    assert_eq!(of_federation(0), None);
}

#[test]
fn a_task_stands_where_its_deadline_puts_it() {
    let now = at("2022-02-20T12:00");
    let task = |due: Option<&str>| Task::new(What::SetUpFactor).due(due.map(at));
    for (task, expected) in [
        (task(Some("2022-02-19T12:00")), Group::Now),
        (task(Some("2022-02-21T12:00")), Group::Now),
        (task(Some("2022-02-21T12:01")), Group::Week),
        (task(Some("2022-02-27T12:00")), Group::Week),
        (task(Some("2022-02-27T12:01")), Group::Later),
        (task(None), Group::Later),
        (Task::at_once(What::SetUpFactor), Group::Now),
        (Task::waits(What::SetUpFactor).due(Some(now)), Group::Waiting),
    ] {
        assert_eq!(task.group(now), expected, "{task:?}");
    }
}
