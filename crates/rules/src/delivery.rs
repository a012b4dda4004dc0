//! Delivery (納入): the wholesaler's date and the venue's receipt. Source: spec §2.8.

use crate::holidays::Holidays;
use crate::time;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

mod band;
mod calendar;
mod day;
mod days;
mod vocabulary;
mod words;

pub use band::TimeBand;
pub use day::{DayFault, day_and_band};
pub use days::{RefusedDays, refuses, unread};

/// The facts about a shipment; its status is read from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub date: Option<Date>,
    /// Dates registered before the present one.
    pub changes: u32,
    pub shipped_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
    pub boxes: u32,
    pub received_boxes: Option<u32>,
    /// 針・シリンジ
    pub needle_boxes: u32,
    pub received_needle_boxes: Option<u32>,
}

impl Facts {
    /// Whether what came isn't what was planned.
    fn differs(&self) -> bool {
        self.received_boxes.is_some_and(|n| n != self.boxes)
            || self.received_needle_boxes.is_some_and(|n| n != self.needle_boxes)
    }
}

crate::words! {
    pub enum Status {
        Undecided = "undecided",
        Scheduled = "scheduled",
        Changed = "changed",
        Shipped = "shipped",
        Received = "received",
        Different = "different",
    }
}

impl Status {
    pub fn of(facts: &Facts) -> Status {
        match (facts.received_at, facts.shipped_at, facts.date) {
            (Some(_), _, _) if facts.differs() => Status::Different,
            (Some(_), _, _) => Status::Received,
            (None, Some(_), _) => Status::Shipped,
            (None, None, Some(_)) if facts.changes > 0 => Status::Changed,
            (None, None, Some(_)) => Status::Scheduled,
            (None, None, None) => Status::Undecided,
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Status::Undecided => "予定日未定",
            Status::Scheduled => "予定日登録済",
            Status::Changed => "予定変更あり",
            Status::Shipped => "出荷済",
            Status::Received => "受領済",
            Status::Different => "数量相違",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Past(Date),
    AfterCycle(Date),
    Gone(Status),
    Unchanged,
    NoDate,
    ReceivedBeforeShipping(Date),
    ReceivedInFuture(Date),
    ReceivedAlready,
    DifferenceWithoutNote { expected: u32 },
    NeedleDifferenceWithoutNote { expected: u32 },
    DeliveredDifference { expected: u32 },
}

impl Refusal {
    /// The field of a receipt at which the sentence stands; empty where it is about none.
    pub fn field(&self) -> &'static str {
        match self {
            Refusal::DifferenceWithoutNote { .. } | Refusal::NeedleDifferenceWithoutNote { .. } => {
                "note"
            }
            Refusal::ReceivedBeforeShipping(_) | Refusal::ReceivedInFuture(_) => "received_on",
            _ => "",
        }
    }
}

/// What the venue is told after a date is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    New,
    Changed { before: Date },
}

/// Registers or changes a date. What is doubtful about it (outside the delivery week, closed day,
/// refused day) is for [`questions`].
pub fn schedule(
    facts: &Facts,
    date: Date,
    today: Date,
    cycle_end: Date,
    same_band: bool,
) -> Result<Notice, Refusal> {
    match Status::of(facts) {
        status @ (Status::Shipped | Status::Received | Status::Different) => {
            return Err(Refusal::Gone(status));
        }
        Status::Undecided | Status::Scheduled | Status::Changed => {}
    }
    if date < today {
        return Err(Refusal::Past(today));
    }
    if date > cycle_end {
        return Err(Refusal::AfterCycle(cycle_end));
    }
    match facts.date {
        Some(before) if before == date && same_band => Err(Refusal::Unchanged),
        Some(before) => Ok(Notice::Changed { before }),
        None => Ok(Notice::New),
    }
}

/// What is asked about a date before it is registered, at whichever door it comes: outside the
/// delivery week, on a closed day, on a day that the venue refuses. Empty where nothing is
/// doubtful, and for the date that stands already.
pub fn questions(
    facts: &Facts,
    date: Date,
    delivery_week: Date,
    refused_weekdays: &str,
    holidays: &Holidays,
) -> Vec<Doubt> {
    if facts.date == Some(date) {
        Vec::new()
    } else {
        warnings(date, delivery_week, refused_weekdays, holidays)
    }
}

/// What a careful dispatcher would want to know about a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The venue takes nothing on any day of the week that begins there.
    NoDay { week: Date },
    /// The day isn't in the delivery week that begins there.
    OutsideWeek { day: Date, week: Date },
    /// A holiday, by its name.
    Holiday { day: Date, name: String },
    /// A day of rest without a name.
    Closed { day: Date },
    /// Falls on what the venue refuses, in its words.
    Refused { day: Date, words: String },
    /// Whether it falls on what the venue refuses can't be read out of its words.
    Unread { day: Date, words: String },
}

/// The doubt where a venue takes nothing on any day of its delivery week.
pub fn no_day(delivery_week: Date, refused_weekdays: &str, holidays: &Holidays) -> Option<Doubt> {
    no_day_of(&RefusedDays::of(refused_weekdays), delivery_week, holidays)
}

fn no_day_of(refused: &RefusedDays, delivery_week: Date, holidays: &Holidays) -> Option<Doubt> {
    let possible = |day: Date| !holidays.is_closed(day) && !refused.hold(day, holidays);
    let none = !(0..7).any(|n| possible(delivery_week.saturating_add(n.days())));
    none.then_some(Doubt::NoDay { week: delivery_week })
}

/// What a careful dispatcher would want to know about a date.
pub fn warnings(
    day: Date,
    delivery_week: Date,
    refused_weekdays: &str,
    holidays: &Holidays,
) -> Vec<Doubt> {
    let refused = RefusedDays::of(refused_weekdays);
    let mut all: Vec<Doubt> = no_day_of(&refused, delivery_week, holidays).into_iter().collect();
    let last = delivery_week.saturating_add(6.days());
    if day < delivery_week || day > last {
        all.push(Doubt::OutsideWeek { day, week: delivery_week });
    }
    if holidays.is_closed(day) {
        all.push(match holidays.name(day) {
            Some(name) => Doubt::Holiday { day, name: name.to_string() },
            None => Doubt::Closed { day },
        });
    }
    let words = || refused_weekdays.trim().to_string();
    if refused.hold(day, holidays) {
        all.push(Doubt::Refused { day, words: words() });
    } else if refused.leave_open(day) {
        all.push(Doubt::Unread { day, words: words() });
    }
    all
}

pub fn ship(facts: &Facts) -> Result<(), Refusal> {
    match Status::of(facts) {
        Status::Undecided => Err(Refusal::NoDate),
        status @ (Status::Shipped | Status::Received | Status::Different) => {
            Err(Refusal::Gone(status))
        }
        Status::Scheduled | Status::Changed => Ok(()),
    }
}

/// The wholesaler's own record of a delivery; a difference needs a note. Returns the note to keep.
pub fn deliver(facts: &Facts, boxes: u32, note: &str) -> Result<Option<String>, Refusal> {
    if facts.date.is_none() && facts.shipped_at.is_none() {
        return Err(Refusal::NoDate);
    }
    let note = note.trim();
    if boxes != facts.boxes && note.is_empty() {
        return Err(Refusal::DeliveredDifference { expected: facts.boxes });
    }
    Ok((!note.is_empty()).then(|| note.to_string()))
}

/// Receipt of goods (boxes of vaccine, boxes of needles and syringes); a difference of either needs
/// a note. Returns the note to keep.
pub fn receive(
    facts: &Facts,
    boxes: u32,
    needle_boxes: u32,
    note: &str,
) -> Result<Option<String>, Refusal> {
    if facts.received_at.is_some() {
        return Err(Refusal::ReceivedAlready);
    }
    let note = note.trim();
    if boxes != facts.boxes && note.is_empty() {
        return Err(Refusal::DifferenceWithoutNote { expected: facts.boxes });
    }
    if needle_boxes != facts.needle_boxes && note.is_empty() {
        return Err(Refusal::NeedleDifferenceWithoutNote { expected: facts.needle_boxes });
    }
    Ok((!note.is_empty()).then(|| note.to_string()))
}

/// The day on which goods came that may be recorded later: at the despatch at the earliest, not in
/// the future.
pub fn received_on(facts: &Facts, day: Date, now: Timestamp) -> Result<Date, Refusal> {
    let today = time::date(now);
    if day > today {
        return Err(Refusal::ReceivedInFuture(today));
    }
    match facts.shipped_at.map(time::date) {
        Some(shipped) if day < shipped.min(today) => Err(Refusal::ReceivedBeforeShipping(shipped)),
        _ => Ok(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_is_registered_changed_and_closed_by_shipping() {
        let (today, end) = (day("2022-02-18"), day("2022-03-27"));
        let new = Facts { boxes: 4, ..Facts::default() };
        assert_eq!(schedule(&new, day("2022-03-01"), today, end, false), Ok(Notice::New));
        let dated = Facts { date: Some(day("2022-03-01")), ..new.clone() };
        assert_eq!(
            schedule(&dated, day("2022-03-02"), today, end, true),
            Ok(Notice::Changed { before: day("2022-03-01") })
        );
        assert_eq!(schedule(&dated, day("2022-03-01"), today, end, true), Err(Refusal::Unchanged));
        assert_eq!(
            schedule(&dated, day("2022-02-17"), today, end, true),
            Err(Refusal::Past(today))
        );
        assert_eq!(
            schedule(&dated, day("2022-03-28"), today, end, true),
            Err(Refusal::AfterCycle(end))
        );
        let shipped = Facts { shipped_at: time::parse_instant("2022-02-28"), ..dated };
        assert_eq!(
            schedule(&shipped, day("2022-03-02"), today, end, true),
            Err(Refusal::Gone(Status::Shipped))
        );
        assert_eq!(ship(&new), Err(Refusal::NoDate));
    }

    #[test]
    fn a_difference_at_receipt_needs_a_note() {
        let facts = Facts { boxes: 4, needle_boxes: 9, ..Facts::default() };
        let vaccine = Err(Refusal::DifferenceWithoutNote { expected: 4 });
        let needles = Err(Refusal::NeedleDifferenceWithoutNote { expected: 9 });
        let kept = |note: &str| Ok(Some(note.to_string()));
        for (boxes, needle_boxes, note, found) in [
            (4, 9, "", Ok(None)),
            (3, 9, " ", vaccine.clone()),
            (5, 9, "", vaccine.clone()),
            (4, 8, "", needles.clone()),
            (4, 8, "　", needles.clone()),
            (4, 10, "", needles.clone()),
            (4, 0, "", needles),
            (3, 8, "", vaccine),
            (3, 9, "1箱破損", kept("1箱破損")),
            (4, 8, "針1箱不足", kept("針1箱不足")),
            (4, 9, "異常なし", kept("異常なし")),
        ] {
            let read = receive(&facts, boxes, needle_boxes, note);
            assert_eq!(read, found, "{boxes} {needle_boxes} {note:?}");
        }
        let received = |boxes: u32, needle_boxes: Option<u32>| {
            Status::of(&Facts {
                received_at: time::parse_instant("2022-03-01T10:00"),
                received_boxes: Some(boxes),
                received_needle_boxes: needle_boxes,
                ..facts.clone()
            })
        };
        assert_eq!(received(4, Some(9)), Status::Received);
        assert_eq!(received(4, Some(8)), Status::Different);
        assert_eq!(received(3, Some(9)), Status::Different);
        // Of before needles were counted at receipt.
        assert_eq!(received(4, None), Status::Received);
    }

    #[test]
    fn a_receipt_that_is_recorded_later_has_its_own_day() {
        let now = time::parse_instant("2022-03-10T10:00").unwrap();
        let shipped =
            Facts { shipped_at: time::parse_instant("2022-03-01T15:00"), ..Facts::default() };
        let on = |facts: &Facts, at: &str| received_on(facts, day(at), now);
        assert_eq!(on(&shipped, "2022-03-10"), Ok(day("2022-03-10")));
        assert_eq!(on(&shipped, "2022-03-01"), Ok(day("2022-03-01")));
        assert_eq!(on(&shipped, "2022-03-02"), Ok(day("2022-03-02")));
        assert_eq!(on(&Facts::default(), "2022-02-28"), Ok(day("2022-02-28")));
        assert_eq!(
            on(&shipped, "2022-02-28"),
            Err(Refusal::ReceivedBeforeShipping(day("2022-03-01")))
        );
        assert_eq!(on(&shipped, "2022-03-11"), Err(Refusal::ReceivedInFuture(day("2022-03-10"))));
    }

    #[test]
    fn the_wholesalers_record_needs_a_date_and_a_note_about_a_difference() {
        let facts = Facts { boxes: 4, ..Facts::default() };
        assert_eq!(deliver(&facts, 4, ""), Err(Refusal::NoDate));
        let dated = Facts { date: Some(day("2022-03-01")), ..facts };
        assert_eq!(deliver(&dated, 4, ""), Ok(None));
        assert_eq!(deliver(&dated, 3, ""), Err(Refusal::DeliveredDifference { expected: 4 }));
    }

    #[test]
    fn a_date_that_stands_already_is_not_asked_about_again() {
        let (sunday, monday) = (day("2022-03-06"), day("2022-02-28"));
        let ask = |facts: &Facts| questions(facts, sunday, monday, "土日祝", &Holidays::default());
        assert_eq!(
            ask(&Facts::default()),
            [Doubt::Closed { day: sunday }, Doubt::Refused { day: sunday, words: "土日祝".into() }]
        );
        assert_eq!(ask(&Facts { date: Some(sunday), ..Facts::default() }), []);
    }

    #[test]
    fn days_outside_the_week_closed_days_and_refused_days_are_said() {
        let holidays = Holidays([(day("2022-03-21"), "春分の日".to_string())].into());
        let week = day("2022-02-28");
        assert_eq!(warnings(day("2022-03-01"), week, "", &holidays), []);
        let equinox = day("2022-03-21");
        assert_eq!(
            warnings(equinox, week, "月", &holidays),
            [
                Doubt::OutsideWeek { day: equinox, week },
                Doubt::Holiday { day: equinox, name: "春分の日".into() },
                Doubt::Refused { day: equinox, words: "月".into() }
            ]
        );
        for none in ["平日", "毎日", "月〜金", "月曜から日曜", "土日のみ可"] {
            let asked = warnings(day("2022-03-01"), week, none, &holidays);
            assert_eq!(asked[0], Doubt::NoDay { week }, "{none}: {asked:?}");
        }
        assert_eq!(no_day(day("2022-02-28"), "月〜木", &holidays), None);
    }
}
