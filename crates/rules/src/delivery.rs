//! Delivery (納入): the wholesaler's date and the venue's receipt. Source: spec §2.8.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::holidays::Holidays;
use crate::time;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBand {
    Morning,
    Afternoon,
    Anytime,
}

impl TimeBand {
    pub const ALL: [TimeBand; 3] = [TimeBand::Morning, TimeBand::Afternoon, TimeBand::Anytime];
    pub fn key(self) -> &'static str {
        match self {
            TimeBand::Morning => "morning",
            TimeBand::Afternoon => "afternoon",
            TimeBand::Anytime => "anytime",
        }
    }
    pub fn from_key(key: &str) -> Option<TimeBand> {
        TimeBand::ALL.into_iter().find(|b| b.key() == key)
    }
    /// What an office writes into a cell: the key, the label, its first word, or times from and to on one side of noon.
    pub fn read(text: &str) -> Option<TimeBand> {
        let text = crate::input::folded(text).to_lowercase();
        let words = |band: TimeBand| -> &[&str] {
            match band {
                TimeBand::Morning => &["午前", "午前中", "am", "a.m.", "朝", "午前指定"],
                TimeBand::Afternoon => &["午後", "pm", "p.m.", "午後指定"],
                TimeBand::Anytime => &["時間指定なし", "指定なし", "時間指定無し", "指定無し", "なし", "無し", "終日", "いつでも"],
            }
        };
        let named = |band: &TimeBand| {
            let label = crate::input::folded(band.label());
            text == band.key() || text == label || words(*band).contains(&text.as_str())
        };
        TimeBand::ALL.into_iter().find(named).or_else(|| TimeBand::of_times(&text))
    }
    /// `9:00～12:00`, `13時〜17時`, `午前（9:00〜12:00）`: the half of the day in which both times lie, and that is named if one is.
    fn of_times(text: &str) -> Option<TimeBand> {
        let (word, rest) = match (text.strip_prefix("午前"), text.strip_prefix("午後")) {
            (Some(rest), _) => (Some(TimeBand::Morning), rest),
            (_, Some(rest)) => (Some(TimeBand::Afternoon), rest),
            _ => (None, text),
        };
        let inside = rest.trim().strip_prefix('(').and_then(|r| r.strip_suffix(')'));
        let bracketed = word.filter(|_| inside.is_some());
        let (from, to) = crate::input::clock_range("", inside.unwrap_or(text)).ok()?;
        let band = match (from, to) {
            (_, to) if to <= (12, 0) => TimeBand::Morning,
            (from, _) if from >= (12, 0) => TimeBand::Afternoon,
            _ => return None,
        };
        bracketed.is_none_or(|named| named == band).then_some(band)
    }
    pub fn label(self) -> &'static str {
        match self {
            TimeBand::Morning => "午前（9時〜12時）",
            TimeBand::Afternoon => "午後（13時〜17時）",
            TimeBand::Anytime => "時間指定なし",
        }
    }
}

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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Undecided,
    Scheduled,
    Changed,
    Shipped,
    Received,
    Different,
}

impl Status {
    pub fn of(facts: &Facts) -> Status {
        match (facts.received_at, facts.shipped_at, facts.date) {
            (Some(_), _, _) if facts.received_boxes.is_some_and(|n| n != facts.boxes) => Status::Different,
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
    pub fn key(self) -> &'static str {
        match self {
            Status::Undecided => "undecided",
            Status::Scheduled => "scheduled",
            Status::Changed => "changed",
            Status::Shipped => "shipped",
            Status::Received => "received",
            Status::Different => "different",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("納入予定日は{}以降の日付で入力してください", time::say_date(*.0))]
    Past(Date),
    #[error("納入予定日は接種期間の最終日（{}）までの日付で入力してください", time::say_date(*.0))]
    AfterCycle(Date),
    #[error("この納入は「{0}」のため、予定日を変えられません。")]
    Gone(&'static str),
    #[error("予定日は変わっていません。")]
    Unchanged,
    #[error("予定日を登録してから出荷済にしてください。")]
    NoDate,
    #[error("受け取りはすでに記録されています。")]
    ReceivedAlready,
    #[error("受け取った箱数が予定（{expected}箱）と違います。何があったかを書いてください。")]
    DifferenceWithoutNote { expected: u32 },
    #[error("納入した箱数が予定（{expected}箱）と違います。何があったかを書いてください。")]
    DeliveredDifference { expected: u32 },
}

/// What the venue is told after a date is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    New,
    Changed { before: Date },
}

/// Registers or changes a date. What is doubtful about it (outside the delivery week, closed day, refused day) is for [`questions`].
pub fn schedule(facts: &Facts, date: Date, today: Date, cycle_end: Date, same_band: bool) -> Result<Notice, Refusal> {
    match Status::of(facts) {
        status @ (Status::Shipped | Status::Received | Status::Different) => return Err(Refusal::Gone(status.label())),
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

/// What is asked about a date before it is registered, at whichever door it comes: outside the delivery week, on a closed day, on a day
/// that the venue refuses. Empty where nothing is doubtful, and for the date that stands already.
pub fn questions(facts: &Facts, date: Date, delivery_week: Date, refused_weekdays: &str, holidays: &Holidays) -> Vec<String> {
    if facts.date == Some(date) { Vec::new() } else { warnings(date, delivery_week, refused_weekdays, holidays) }
}

/// What a careful dispatcher would want to know about a date, each a sentence.
pub fn warnings(date: Date, delivery_week: Date, refused_weekdays: &str, holidays: &Holidays) -> Vec<String> {
    let mut said = Vec::new();
    let last = delivery_week.saturating_add(6.days());
    if date < delivery_week || date > last {
        said.push(format!("{}は、配送週（{}からの1週間）の外です。", time::say_day(date), time::say_day(delivery_week)));
    }
    if holidays.is_closed(date) {
        said.push(match holidays.name(date) {
            Some(name) => format!("{}は祝日です（{name}）。", time::say_day(date)),
            None => format!("{}は休日です。", time::say_day(date)),
        });
    }
    if refuses(refused_weekdays, date, holidays) {
        said.push(format!("{}は、会場の受け取れない曜日（{}）に当たります。", time::say_day(date), refused_weekdays.trim()));
    }
    said
}

const WEEK: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];

/// Whether a day is one of those on which a venue takes nothing, as the venue wrote them: `土日祝`, `水曜日`, `月〜水`, `平日`, `年末年始`.
/// Every day is, where the text says which days are left (`月水以外`): better asked once too often.
pub fn refuses(text: &str, date: Date, holidays: &Holidays) -> bool {
    let days = days_of(text);
    let at = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    let new_year = (date.month() == 12 && date.day() >= 29) || (date.month() == 1 && date.day() <= 3);
    days.contains("以外")
        || WEEK.get(at).is_some_and(|day| days.contains(*day))
        || (days.contains('祝') && holidays.name(date).is_some())
        || (days.contains("年始") && new_year)
}

/// The text with a letter for each weekday that it names, and without those letters where they mean something else.
fn days_of(text: &str) -> String {
    let mut text = crate::input::folded(text).to_lowercase();
    for (name, day) in ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().zip(WEEK) {
        text = text.replace(name, &day.to_string());
    }
    let words = [
        ("祝祭日", "祝"),
        ("祝日", "祝"),
        ("休日", "土日祝"),
        ("曜日", ""),
        ("曜", ""),
        ("週末", "土日"),
        ("平日", "月火水木金"),
        ("毎日", "月火水木金土日祝"),
        ("月末", ""),
        ("月初", ""),
        ("毎月", ""),
        ("年末", "年始"),
    ];
    for (word, days) in words {
        text = text.replace(word, days);
    }
    // 3月5日, 当日, 日中: no weekdays.
    let letters: Vec<char> = text.chars().filter(|c| !crate::input::is_blank(*c)).collect();
    let near = |i: Option<usize>| i.and_then(|i| letters.get(i)).copied().unwrap_or(' ');
    let stray = |i: usize, c: char| {
        let (before, after) = (near(i.checked_sub(1)), near(Some(i + 1)));
        (matches!(c, '月' | '日') && (before.is_ascii_digit() || (c == '月' && after.is_ascii_digit())))
            || (c == '日' && (matches!(before, '当' | '前' | '翌' | '終' | '同' | '本') || matches!(after, '中' | '時' | '程' | '間')))
    };
    let kept: Vec<char> = letters.iter().enumerate().filter(|(i, c)| !stray(*i, **c)).map(|(_, c)| *c).collect();
    let mut days = String::new();
    for (i, c) in kept.iter().enumerate() {
        let place = |c: Option<&char>| c.and_then(|c| WEEK.iter().position(|day| day == c));
        let between = matches!(c, '~' | '〜' | '～' | 'ー' | 'か') || crate::input::is_dash(*c);
        let ends = (i.checked_sub(1).and_then(|i| place(kept.get(i))), place(kept.get(i + 1)));
        match ends {
            (Some(from), Some(to)) if between && from < to => days.extend(&WEEK[from..=to]),
            _ => days.push(*c),
        }
    }
    days
}

pub fn ship(facts: &Facts) -> Result<(), Refusal> {
    match Status::of(facts) {
        Status::Undecided => Err(Refusal::NoDate),
        status @ (Status::Shipped | Status::Received | Status::Different) => Err(Refusal::Gone(status.label())),
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

/// Receipt of goods; a difference needs a note. Returns the note to keep.
pub fn receive(facts: &Facts, boxes: u32, note: &str) -> Result<Option<String>, Refusal> {
    if facts.received_at.is_some() {
        return Err(Refusal::ReceivedAlready);
    }
    let note = note.trim();
    if boxes != facts.boxes && note.is_empty() {
        return Err(Refusal::DifferenceWithoutNote { expected: facts.boxes });
    }
    Ok((!note.is_empty()).then(|| note.to_string()))
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
        assert_eq!(schedule(&dated, day("2022-03-02"), today, end, true), Ok(Notice::Changed { before: day("2022-03-01") }));
        assert_eq!(schedule(&dated, day("2022-03-01"), today, end, true), Err(Refusal::Unchanged));
        assert_eq!(schedule(&dated, day("2022-02-17"), today, end, true), Err(Refusal::Past(today)));
        assert_eq!(schedule(&dated, day("2022-03-28"), today, end, true), Err(Refusal::AfterCycle(end)));
        let shipped = Facts { shipped_at: time::parse_instant("2022-02-28"), ..dated };
        assert_eq!(schedule(&shipped, day("2022-03-02"), today, end, true), Err(Refusal::Gone("出荷済")));
        assert_eq!(ship(&new), Err(Refusal::NoDate));
    }

    #[test]
    fn a_difference_at_receipt_needs_a_note() {
        let facts = Facts { boxes: 4, ..Facts::default() };
        assert_eq!(receive(&facts, 4, ""), Ok(None));
        assert_eq!(receive(&facts, 3, " "), Err(Refusal::DifferenceWithoutNote { expected: 4 }));
        assert_eq!(receive(&facts, 3, "1箱破損"), Ok(Some("1箱破損".into())));
    }

    #[test]
    fn bands_as_offices_write_them() {
        let read = |text| TimeBand::read(text).map(TimeBand::key);
        assert_eq!(
            ["午前", "ＡＭ", "午後（13時〜17時）", "時間指定なし", "morning", "夜"].map(read),
            [Some("morning"), Some("morning"), Some("afternoon"), Some("anytime"), Some("morning"), None]
        );
        for text in [
            "9:00～12:00",
            "9時〜12時",
            "９：００－１２：００",
            "午前（9:00〜12:00）",
            "午前9時から正午まで",
            "10:00-11:30",
            "午前中",
            "am",
        ] {
            assert_eq!(read(text), Some("morning"), "{text}");
        }
        for text in ["13時〜17時", "13:00～17:00", "午後1時～午後5時", "午後（13:00-17:00）", "12:00～15:00", "pm", "P.M."]
        {
            assert_eq!(read(text), Some("afternoon"), "{text}");
        }
        // Both halves, or two that don't agree: asked.
        for text in ["9:00～17:00", "午前（13時〜17時）", "17:00～13:00", "9:00", "午前か午後", "午前不可", ""] {
            assert_eq!(read(text), None, "{text}");
        }
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
    fn refused_days_as_venues_write_them() {
        let holidays = Holidays([(day("2022-03-21"), "春分の日".to_string())].into());
        // 28 February 2022 is a Monday.
        let week: Vec<Date> = (0..7).map(|n| day("2022-02-28").saturating_add(n.days())).collect();
        let refused =
            |text: &str| -> String { week.iter().zip(WEEK).filter(|(d, _)| refuses(text, **d, &holidays)).map(|(_, name)| name).collect() };
        for (text, days) in [
            ("", ""),
            ("なし", ""),
            ("土日祝", "土日"),
            ("土・日・祝日", "土日"),
            ("水曜日", "水"),
            ("火曜、木曜", "火木"),
            ("毎週 月曜日", "月"),
            ("月〜水", "月火水"),
            ("月―水", "月火水"),
            ("月─水", "月火水"),
            ("月曜日～金曜日の午前", "月火水木金"),
            ("平日", "月火水木金"),
            ("週末", "土日"),
            ("祝日のみ", ""),
            ("日曜", "日"),
            ("Sat, Sun", "土日"),
            ("3月5日、日中は不在", ""),
            ("年末年始", ""),
            ("月水以外", "月火水木金土日"),
        ] {
            assert_eq!(refused(text), days, "{text}");
        }
        assert!(refuses("土日祝", day("2022-03-21"), &holidays) && !refuses("土日", day("2022-03-21"), &holidays));
        assert!(refuses("年末年始", day("2022-12-30"), &holidays) && refuses("土日、年末年始", day("2023-01-03"), &holidays));
    }

    #[test]
    fn a_date_that_stands_already_is_not_asked_about_again() {
        let (sunday, monday) = (day("2022-03-06"), day("2022-02-28"));
        let ask = |facts: &Facts| questions(facts, sunday, monday, "土日祝", &Holidays::default());
        assert_eq!(ask(&Facts::default()), ["3月6日（日）は休日です。", "3月6日（日）は、会場の受け取れない曜日（土日祝）に当たります。"]);
        assert_eq!(ask(&Facts { date: Some(sunday), ..Facts::default() }), Vec::<String>::new());
    }

    #[test]
    fn days_outside_the_week_closed_days_and_refused_days_are_said() {
        let holidays = Holidays([(day("2022-03-21"), "春分の日".to_string())].into());
        assert_eq!(warnings(day("2022-03-01"), day("2022-02-28"), "", &holidays), Vec::<String>::new());
        assert_eq!(warnings(day("2022-03-21"), day("2022-02-28"), "月", &holidays).len(), 3);
    }
}
