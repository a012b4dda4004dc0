//! Person-level records (接種記録, VRS-like): the 18-digit line of the coupon, order of doses,
//! duplicates. Source: domain facts §6.2.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::Band;
use crate::codes::check_municipality;
use crate::holidays::Holidays;
use crate::input::placeholder::{is_counted, is_one_digit};
use crate::{input, time};

pub mod column;
mod left_open;
mod no_shot;
mod vocabulary;

pub use left_open::{MAY_BE_EMPTY, left_open};
pub use no_shot::{is_none, is_remark, no_shot};

/// 券種 1 + 回数 1 + 市町村コード 6 + 券番号 10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coupon {
    /// 券種: one digit.
    pub kind: String,
    /// 回数
    pub dose: u32,
    /// Six digits with check digit.
    pub municipality: String,
    /// Ten digits.
    pub number: String,
}

/// One shot, or one screening without a shot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub coupon: Coupon,
    pub day: Date,
    pub lot: String,
    pub maker: String,
    pub doctor: String,
    pub screening_only: bool,
    pub band: Band,
    pub under_six: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Length(usize),
    Municipality(String),
    Dose,
    Kind(String),
    Letters(String),
    NoNumber,
    NoMunicipality,
    Place(crate::application::Fault),
    /// A cell beside a whole line says something else than the line's part, which a column names
    /// (and a place, where it is one).
    Contradicts {
        cell: String,
        column: &'static str,
        part: String,
        place: Option<String>,
    },
    Future(Date),
    Twice {
        dose: u32,
        day: Date,
    },
    Order {
        dose: u32,
        before: u32,
        day: Date,
    },
    NoLot,
    Placeholder(String),
    Number(usize),
}

impl From<crate::application::Fault> for Refusal {
    fn from(fault: crate::application::Fault) -> Refusal {
        Refusal::Place(fault)
    }
}

/// What isn't impossible, but unlikely: asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    BeforeProgramme { from: Date, day: Date },
    Interval { before: u32, last: Date, days: i64, least: i64 },
    Number(String),
    Municipality(String),
    NearLot { lot: String, near: String },
    StrangeLot(crate::stock::Strange),
    BeforeLot { lot: String, came: Date },
    BeforeShots { from: Date, day: Date },
    OtherDose { dose: u32, own: u32 },
    OtherVenue(String),
    UnknownMaker(String),
    OtherDay(Date),
    OtherKind(&'static str),
    KindMended(&'static str),
    OtherKindStays(&'static str),
    OtherKindBeside { line: usize, kind: &'static str },
    ReadAs(crate::places::ReadAs),
    LotOfScreening(String),
    LostDigits(String),
    OtherBand { day: Date, closed: Option<&'static str>, band: &'static str },
    TakenFor { column: &'static str, value: &'static str },
    Kept { column: &'static str, value: String },
}

impl From<crate::stock::Strange> for Doubt {
    fn from(fault: crate::stock::Strange) -> Doubt {
        Doubt::StrangeLot(fault)
    }
}

/// As [`screening_only`] reads it.
pub fn kind_label(screening_only: bool) -> &'static str {
    if screening_only { "予診のみ" } else { "接種" }
}

/// As [`under_six`] reads it.
pub fn age_label(under_six: bool) -> &'static str {
    if under_six { "6歳未満" } else { "6歳以上" }
}

/// 接種 (false) or 予診のみ (true); empty is 接種. `None` where the word is neither.
pub fn screening_only(raw: &str) -> Option<bool> {
    match word(raw).as_str() {
        "" | "接種" | "接種済" | "接種済み" | "接種あり" | "接種した" | "実施" | "済"
        | "1回接種" => Some(false),
        "予診のみ" | "予診だけ" | "予診" | "接種なし" | "接種せず" | "接種見合わせ"
        | "見合わせ" | "中止" | "接種不可" => Some(true),
        _ => None,
    }
}

/// 通常, 時間外, 休日 in the words that desks use; empty is 通常. `None` where the word is none of them.
pub fn band(raw: &str) -> Option<Band> {
    match word(raw).as_str() {
        "" | "通常" | "通常時間" | "通常時間帯" | "平日" | "時間内" | "診療時間内"
        | "平日時間内" => Some(Band::Regular),
        "時間外" | "診療時間外" | "平日時間外" | "夜間" => Some(Band::AfterHours),
        "休日" | "祝日" | "日曜" | "日祝" | "休診日" | "日曜祝日" => {
            Some(Band::Holiday)
        }
        _ => None,
    }
}

/// 6歳未満 (true) or 6歳以上 (false), also as an age; empty is 6歳以上. `None` where it says neither.
pub fn under_six(raw: &str) -> Option<bool> {
    let bare = word(raw).replace('才', "歳").replace('六', "6").replace('満', "");
    let bare = bare.strip_suffix('未').map_or(bare.clone(), |b| format!("{b}未満"));
    match bare.as_str() {
        "" | "6歳以上" | "6以上" | "6歳~" | "6~" | "以上" => return Some(false),
        "6歳未満" | "6未満" | "未満" | "5歳以下" | "~5歳" => return Some(true),
        _ => {}
    }
    // 「12歳以上」, 「5歳から11歳」 (which may be either), 「6歳~11歳」, 「12~17歳」.
    let age = |text: &str| {
        input::within("年齢", input::Unit::Age, text.strip_suffix('歳').unwrap_or(text), 0, 130)
            .ok()
    };
    let least = ["以上", "~", "から"].iter().find_map(|end| bare.strip_suffix(end)).and_then(age);
    if let Some(least) = least {
        return (least >= 6).then_some(false);
    }
    if let Some(below) = bare.strip_suffix("未満").and_then(age) {
        return (below <= 6).then_some(true);
    }
    if let Some(most) = bare.strip_suffix("以下").and_then(age) {
        return (most < 6).then_some(true);
    }
    if let Some((least, most)) = bare.split_once(['~', '-']).or_else(|| bare.split_once("から")) {
        let (least, most) = (age(least)?, age(most.strip_suffix("まで").unwrap_or(most))?);
        return match (least >= 6, most < 6) {
            (true, _) if least <= most => Some(false),
            (_, true) if least <= most => Some(true),
            _ => None,
        };
    }
    // 0, 1 and 2 may be a number of a kind as well as an age: 年齢区分 1.
    let said = input::folded(raw).contains(['歳', '才']);
    age(&bare).filter(|a| said || *a > 2).map(|a| a < 6)
}

/// Whether a column that nobody reads may say that only a screening took place: by its title, or by
/// a word that says nothing else.
pub fn about_kind(title: &str, cell: &str) -> bool {
    has(title, &["区分", "実施", "予診", "内容", "結果", "接種の有無"]) || no_shot(title, cell)
}

/// The same of the time of a shot.
pub fn about_band(title: &str, cell: &str) -> bool {
    has(title, &["時間", "時刻", "休日", "夜間", "曜日", "加算"])
        || matches!(band(cell), Some(Band::AfterHours | Band::Holiday))
}

/// The same of a person's age; a bare number may be anything.
pub fn about_age(title: &str, cell: &str) -> bool {
    let aged = has(cell, &["歳", "才", "未満"]) && under_six(cell) != Some(false);
    has(title, &["年齢", "生年", "誕生", "歳", "才"]) || aged
}

fn has(text: &str, words: &[&str]) -> bool {
    let text = word(text);
    words.iter().any(|w| text.contains(w))
}

/// A word of a list without blanks, width and invisible characters.
fn word(raw: &str) -> String {
    input::folded(raw)
        .chars()
        .filter(|c| !input::is_blank(*c) && !matches!(c, '\n' | '「' | '」' | '・' | '(' | ')'))
        .collect()
}

/// 回数: `3`, `３`, `3回目`, `第3回`, `三回目`, `3.0`.
pub fn dose(raw: &str) -> Result<u32, Refusal> {
    const KANJI: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit =
        |c: char| KANJI.iter().position(|k| *k == c).map_or(c, |i| char::from(b'1' + i as u8));
    let bare: String = word(raw).chars().map(digit).collect();
    input::within("回数", input::Unit::Ordinal, &bare, 1, 9)
        .ok()
        .and_then(|n| u32::try_from(n).ok())
        .ok_or(Refusal::Dose)
}

/// A number that no municipality prints on a coupon: one digit repeated. `Ok(true)`: rising or
/// falling digits, which are asked about.
pub fn placeholder(number: &str) -> Result<bool, Refusal> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 2 || is_one_digit(&digits) {
        return Err(Refusal::Placeholder(number.into()));
    }
    let halves = digits.len() == 10 && digits[..5] == digits[5..] && is_counted(&digits[..5]);
    Ok(is_counted(&digits) || halves)
}

/// So many digits a spreadsheet's number keeps; what stands behind them became noughts.
const KEPT_DIGITS: usize = 15;

/// Whether a number has more digits than a spreadsheet's number keeps, and noughts behind those.
pub fn may_have_lost(number: &str) -> bool {
    let code = input::code(number);
    code.bytes().all(|b| b.is_ascii_digit())
        && code
            .get(KEPT_DIGITS..)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b == b'0'))
}

/// Whether a column of numbers passed through a spreadsheet as numbers: nine of ten that are long
/// enough end in noughts.
pub fn lost_digits<'n>(numbers: impl Iterator<Item = &'n str>) -> bool {
    let long = numbers.filter(|n| input::code(n).len() > KEPT_DIGITS);
    let (all, lost) = long.fold((0_usize, 0_usize), |(all, lost), number| {
        (all + 1, lost + usize::from(may_have_lost(number)))
    });
    lost > 0 && lost * 10 >= all * 9
}

/// What the calendar says against a time of day: 休日 on an ordinary weekday, 平日 on a Sunday or a
/// holiday. `raw` is what was written: 通常 may be said of a Sunday on which there are regular hours.
pub fn against_calendar(raw: &str, band: Band, day: Date, holidays: &Holidays) -> Option<Doubt> {
    let sunday = day.weekday() == jiff::civil::Weekday::Sunday;
    let closed = match (sunday, holidays.name(day).is_some()) {
        (_, true) => Some("祝日"),
        (true, _) => Some("日曜"),
        _ => None,
    };
    let off = sunday || holidays.name(day).is_some();
    let doubt = |band: &'static str| Some(Doubt::OtherBand { day, closed, band });
    match band {
        // Saturdays and the turn of the year are closed, too.
        Band::Holiday if !holidays.is_closed(day) && word(raw) != "休診日" => doubt("休日"),
        Band::Regular if off && word(raw).contains("平日") => doubt("平日"),
        Band::AfterHours if off && word(raw).contains("平日") => doubt("平日時間外"),
        _ => None,
    }
}

/// What a programme says of the days of its shots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Before that day the vaccine wasn't given to anybody.
    pub used_from: Date,
    pub programme_from: Date,
    /// The first day on which a shot of the programme may have been given.
    pub shots_from: Date,
    pub today: Date,
    /// The programme's own dose; earlier ones may have been given before it began. 0: any.
    pub own_dose: u32,
    /// Least days from one dose to the next, by the next one's number.
    pub intervals: Vec<(u32, i64)>,
}

impl Bounds {
    /// Unlikely days and doses: before the programme or its first shots, too soon after the dose
    /// before, a dose that isn't the programme's. `known`: dose and day of the same person.
    pub fn doubts(&self, record: &Record, known: &[(u32, Date)]) -> Vec<Doubt> {
        let mut all = Vec::new();
        let (day, dose) = (record.day, record.coupon.dose);
        if day < self.programme_from && dose >= self.own_dose {
            all.push(Doubt::BeforeProgramme { from: self.programme_from, day });
        } else if day < self.shots_from && dose >= self.own_dose {
            all.push(Doubt::BeforeShots { from: self.shots_from, day });
        }
        if self.own_dose > 0 && dose != self.own_dose {
            all.push(Doubt::OtherDose { dose, own: self.own_dose });
        }
        if record.screening_only {
            return all;
        }
        for (dose, day) in known {
            let (first, last, next) = if *dose < record.coupon.dose {
                (*dose, *day, record.coupon.dose)
            } else {
                (record.coupon.dose, record.day, *dose)
            };
            let days = i64::from((record.day - *day).get_days()).abs();
            let least = self.intervals.iter().find(|(d, _)| *d == next).map_or(0, |(_, n)| *n);
            if first + 1 == next && days < least {
                all.push(Doubt::Interval { before: first, last, days, least });
            }
        }
        all
    }
}

/// What differs between a stored record and a row about the same shot, as a person reads it.
pub fn differs(stored: &Record, row: &Record) -> Vec<(&'static str, String, String)> {
    let age = |r: &Record| age_label(r.under_six).to_string();
    let band = |r: &Record| r.band.label().to_string();
    let kind = |r: &Record| kind_label(r.screening_only).to_string();
    let all = [
        (column::KIND, kind(stored), kind(row)),
        ("接種日", time::say_date(stored.day), time::say_date(row.day)),
        (column::LOT, stored.lot.clone(), row.lot.clone()),
        (column::MAKER, stored.maker.clone(), row.maker.clone()),
        (column::DOCTOR, stored.doctor.clone(), row.doctor.clone()),
        (column::BAND, band(stored), band(row)),
        (column::AGE, age(stored), age(row)),
        ("券種", stored.coupon.kind.clone(), row.coupon.kind.clone()),
    ];
    all.into_iter().filter(|(_, before, after)| before != after).collect()
}

/// Reads the line of a coupon; blanks and hyphens between its parts are passed over.
pub fn coupon(raw: &str) -> Result<Coupon, Refusal> {
    let digits = digits(raw)?;
    if digits.len() != 18 {
        return Err(Refusal::Length(digits.len()));
    }
    let municipality = digits[2..8].to_string();
    if check_municipality(&municipality).is_err() {
        return Err(Refusal::Municipality(municipality));
    }
    let dose = digits[1..2].parse().ok().filter(|d| (1..=9).contains(d)).ok_or(Refusal::Dose)?;
    let kind = kind(&digits[..1])?;
    Ok(Coupon { kind, dose, municipality, number: digits[8..].into() })
}

/// 券種 as a coupon has it: 0 and 9 stand where a column is of another thing, or nothing is known.
pub(crate) fn kind(code: &str) -> Result<String, Refusal> {
    match code.as_bytes() {
        [b'1'..=b'8'] => Ok(code.into()),
        _ => Err(Refusal::Kind(code.into())),
    }
}

/// The digits of a code; a letter among them is named, never counted as a digit.
pub(crate) fn digits(raw: &str) -> Result<String, Refusal> {
    let digits = input::code(raw);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits)
    } else {
        Err(Refusal::Letters(input::name(raw)))
    }
}

/// Holds a record against what is known of the same person (municipality and coupon number): dose,
/// day.
pub fn check(record: &Record, known: &[(u32, Date)], today: Date) -> Result<(), Refusal> {
    if record.day > today {
        return Err(Refusal::Future(today));
    }
    if record.screening_only {
        return Ok(());
    }
    if record.lot.is_empty() {
        return Err(Refusal::NoLot);
    }
    let dose = record.coupon.dose;
    if let Some((_, day)) = known.iter().find(|(d, _)| *d == dose) {
        return Err(Refusal::Twice { dose, day: *day });
    }
    for (other, day) in known {
        if (*other < dose && *day >= record.day) || (*other > dose && *day <= record.day) {
            let (dose, before) = if *other < dose { (dose, *other) } else { (*other, dose) };
            return Err(Refusal::Order { dose, before, day: *day });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_lists_are_read_without_blanks_and_in_the_words_of_desks() {
        for raw in ["接種", " 接種\u{200b}", "接\u{3000}種", "接種\n", "接種済", "", "実施"]
        {
            assert_eq!(screening_only(raw), Some(false), "{raw:?}");
        }
        for raw in ["予診のみ", "予診 のみ", "予診のみ\u{a0}", "接種見合わせ"] {
            assert_eq!(screening_only(raw), Some(true), "{raw:?}");
        }
        for raw in ["通　常", "平日", "\t通常", "時間内"] {
            assert_eq!(band(raw), Some(Band::Regular), "{raw:?}");
        }
        assert_eq!(
            (band("時間外 "), band("夜間"), band("休 日"), band("祝日")),
            (
                Some(Band::AfterHours),
                Some(Band::AfterHours),
                Some(Band::Holiday),
                Some(Band::Holiday)
            )
        );
        for raw in ["６歳以上", "6才以上", "6歳 以上", "六歳以上", "満6歳以上", "45", "45歳", "6"]
        {
            assert_eq!(under_six(raw), Some(false), "{raw:?}");
        }
        for raw in ["６歳未満", "6才未満", "5", "5歳", "0歳", "2才", "六歳未満"] {
            assert_eq!(under_six(raw), Some(true), "{raw:?}");
        }
        for raw in [
            "12歳以上",
            "１２才以上",
            "18歳以上",
            "満12歳以上",
            "12~17歳",
            "12歳から17歳まで",
            "６歳～１１歳",
            "65歳～",
        ] {
            assert_eq!(under_six(raw), Some(false), "{raw:?}");
        }
        for raw in ["5歳未満", "4歳以下", "0～5歳", "2歳から4歳"] {
            assert_eq!(under_six(raw), Some(true), "{raw:?}");
        }
        // What may be either is asked about.
        for raw in [
            "0",
            "1",
            "２",
            "区分1",
            "5歳以上",
            "12歳未満",
            "11歳以下",
            "5～11歳",
            "17~12歳",
            "以上以上",
            "12歳以上18歳未満",
        ] {
            assert_eq!(under_six(raw), None, "{raw:?}");
        }
        for raw in ["土曜", "午前", "x"] {
            let all = (screening_only(raw), band(raw), under_six(raw));
            assert_eq!(all, (None, None, None), "{raw:?}");
        }
        for raw in
            ["3", "３", "3回目", "第3回", "第３回目", "3 回", "三回目", "第三回", "3.0", "3回"]
        {
            assert_eq!(dose(raw), Ok(3), "{raw:?}");
        }
        for raw in ["", "0", "10", "x", "3/4", "追加"] {
            assert_eq!(dose(raw), Err(Refusal::Dose), "{raw:?}");
        }
    }

    #[test]
    fn a_column_that_nobody_reads_may_be_about_what_is_taken_for_granted() {
        let about = |title: &str, cell: &str| {
            (about_kind(title, cell), about_band(title, cell), about_age(title, cell))
        };
        for (title, cell, wanted) in [
            ("実施区分２", "x", (true, false, false)),
            ("接種結果", "済", (true, false, false)),
            ("診療時間", "9:00", (false, true, false)),
            ("接種時刻", "9:00", (false, true, false)),
            ("生年月日", "1970/1/1", (false, false, true)),
            ("満年齢（歳）", "5", (false, false, true)),
            ("備考", "予診のみ", (true, false, false)),
            ("備考", "発熱のため見合わせ", (true, false, false)),
            ("キャンセル", "○", (true, false, false)),
            ("来場", "×", (true, false, false)),
            ("来場", "○", (false, false, false)),
            ("備考", "なし", (false, false, false)),
            ("", "休日", (false, true, false)),
            ("", "6歳未満", (false, false, true)),
            ("メモ", "5歳", (false, false, true)),
            ("メモ", "45歳", (false, false, false)),
            ("No.", "5", (false, false, false)),
            ("備考", "接種", (false, false, false)),
            ("備考", "通常", (false, false, false)),
            ("電話", "03-1234-5678", (false, false, false)),
            ("", "", (false, false, false)),
        ] {
            assert_eq!(about(title, cell), wanted, "{title} {cell}");
        }
    }

    #[test]
    fn noughts_behind_the_fifteenth_digit_of_nearly_all_numbers_are_lost_digits() {
        let lost = |all: &[&str]| lost_digits(all.iter().copied());
        for all in [
            &["231310320000000000", "231310320000451000"][..],
            &["２３１３１０３２００００００１０００"],
            &["2313-1032-0000-451-000", ""],
            &["125", "231310320000451000"],
        ] {
            assert!(lost(all), "{all:?}");
        }
        for all in [
            &["231310320000000101", "231310320000451000"][..],
            &["0000451000", "1000"],
            &[],
            &["231310320000451010"],
            &["23131032000045100A"],
        ] {
            assert!(!lost(all), "{all:?}");
        }
    }

    #[test]
    fn a_time_of_day_is_held_against_the_calendar() {
        let holidays = Holidays([("2022-03-21".parse().unwrap(), "春分の日".to_string())].into());
        let asked = |raw: &str, day: &str| {
            against_calendar(raw, band(raw).unwrap(), day.parse().unwrap(), &holidays).is_some()
        };
        // 2022-03-15 is a Tuesday, the 19th a Saturday, the 20th a Sunday.
        for (raw, day) in [
            ("休日", "2022-03-15"),
            ("祝日", "2022-03-15"),
            ("日曜", "2022-03-15"),
            ("平日", "2022-03-20"),
            ("平日", "2022-03-21"),
            ("平日時間外", "2022-03-21"),
        ] {
            assert!(asked(raw, day), "{raw} {day}");
        }
        for (raw, day) in [
            ("休日", "2022-03-19"),
            ("休日", "2022-03-20"),
            ("休日", "2022-03-21"),
            ("休診日", "2022-03-15"),
            ("平日", "2022-03-15"),
            ("平日", "2022-03-19"),
            ("通常", "2022-03-20"),
            ("", "2022-03-20"),
            ("時間外", "2022-03-21"),
            ("休日", "2022-12-30"),
        ] {
            assert!(!asked(raw, day), "{raw} {day}");
        }
    }

    #[test]
    fn numbers_of_samples_are_refused_or_asked_about() {
        for number in ["0000000000", "9999999999", "1111111111"] {
            assert_eq!(placeholder(number), Err(Refusal::Placeholder(number.into())));
        }
        for number in ["1234567890", "0123456789", "9876543210", "1234512345"] {
            assert_eq!(placeholder(number), Ok(true), "{number}");
        }
        for number in ["0000000125", "1000000000", "1234567891", "0123456780", "3141592653"] {
            assert_eq!(placeholder(number), Ok(false), "{number}");
        }
    }

    #[test]
    fn unlikely_days_are_asked_about_on_both_sides() {
        let day = |d: &str| d.parse::<Date>().unwrap();
        let bounds = Bounds {
            used_from: day("2021-05-21"),
            programme_from: day("2022-01-07"),
            shots_from: day("2022-02-14"),
            today: day("2022-04-30"),
            own_dose: 3,
            intervals: vec![(2, 21), (3, 150)],
        };
        let third = record("231310320000000123", "2022-03-20");
        assert_eq!(bounds.doubts(&third, &[]), []);
        assert_eq!(bounds.doubts(&third, &[(2, day("2021-08-20"))]), []);
        assert_eq!(
            bounds.doubts(&third, &[(2, day("2022-01-20")), (1, day("2021-12-20"))]),
            [Doubt::Interval { before: 2, last: day("2022-01-20"), days: 59, least: 150 }]
        );
        // The earlier dose comes in after the later one.
        let second = record("221310320000000123", "2022-02-20");
        assert_eq!(
            bounds.doubts(&second, &[(3, day("2022-03-20"))]),
            [
                Doubt::OtherDose { dose: 2, own: 3 },
                Doubt::Interval { before: 2, last: day("2022-02-20"), days: 28, least: 150 }
            ]
        );
        assert_eq!(
            bounds.doubts(&record("231310320000000123", "2021-12-20"), &[]),
            [Doubt::BeforeProgramme { from: day("2022-01-07"), day: day("2021-12-20") }]
        );
        for (on, asked) in [
            ("2022-01-08", true),
            ("2022-02-13", true),
            ("2022-02-14", false),
            ("2022-03-20", false),
        ] {
            let doubt = Doubt::BeforeShots { from: day("2022-02-14"), day: day(on) };
            let wanted = if asked { vec![doubt] } else { vec![] };
            assert_eq!(bounds.doubts(&record("231310320000000123", on), &[]), wanted, "{on}");
        }
        // Earlier doses may have been given before; whatever isn't the programme's dose is asked
        // about.
        for (line, dose) in [("211310320000000123", 1), ("221310320000000123", 2)] {
            assert_eq!(
                bounds.doubts(&record(line, "2021-06-21"), &[]),
                [Doubt::OtherDose { dose, own: 3 }]
            );
        }
        for (line, dose) in [("241310320000000123", 4), ("291310320000000123", 9)] {
            assert_eq!(
                bounds.doubts(&record(line, "2022-03-20"), &[]),
                [Doubt::OtherDose { dose, own: 3 }]
            );
        }
        let any = Bounds { own_dose: 0, intervals: vec![], ..bounds };
        assert_eq!(any.doubts(&record("291310320000000123", "2022-03-20"), &[]), []);
    }

    #[test]
    fn a_correction_says_what_differs() {
        let stored = record("231310320000000340", "2022-03-18");
        assert_eq!(differs(&stored, &stored), []);
        let row = Record {
            lot: "3005999".into(),
            doctor: "訂正 太郎".into(),
            band: Band::Holiday,
            under_six: true,
            ..stored.clone()
        };
        let said: Vec<&str> = differs(&stored, &row).iter().map(|(label, _, _)| *label).collect();
        assert_eq!(said, ["ロット番号", "医師名", "時間帯", "年齢区分"]);
        let screened = Record { screening_only: true, ..stored.clone() };
        assert_eq!(
            differs(&stored, &screened),
            [("区分", "接種".to_string(), "予診のみ".to_string())]
        );
    }

    fn record(line: &str, day: &str) -> Record {
        Record {
            coupon: coupon(line).unwrap(),
            day: day.parse().unwrap(),
            lot: "3005785".into(),
            maker: "武田/モデルナ".into(),
            doctor: String::new(),
            screening_only: false,
            band: Band::Regular,
            under_six: false,
        }
    }

    #[test]
    fn the_line_of_a_coupon_has_four_parts() {
        let read = coupon("２3 131032-0000000123").unwrap();
        assert_eq!(
            (read.kind.as_str(), read.dose, read.municipality.as_str(), read.number.as_str()),
            ("2", 3, "131032", "0000000123")
        );
        assert_eq!(coupon("23131032"), Err(Refusal::Length(8)));
        assert_eq!(coupon("231310330000000123"), Err(Refusal::Municipality("131033".into())));
        assert_eq!(coupon("201310320000000123"), Err(Refusal::Dose));
        // A letter is named; it doesn't count as a digit.
        assert_eq!(
            coupon("2313103200000001ab"),
            Err(Refusal::Letters("2313103200000001ab".into()))
        );
    }

    #[test]
    fn a_dose_is_recorded_once_and_after_the_one_before() {
        let today = "2022-04-30".parse().unwrap();
        let third = record("231310320000000123", "2022-03-20");
        assert_eq!(check(&third, &[], today), Ok(()));
        assert_eq!(check(&third, &[(2, "2021-08-20".parse().unwrap())], today), Ok(()));
        assert!(matches!(
            check(&third, &[(3, "2022-03-20".parse().unwrap())], today),
            Err(Refusal::Twice { dose: 3, .. })
        ));
        assert!(matches!(
            check(&third, &[(2, "2022-03-20".parse().unwrap())], today),
            Err(Refusal::Order { dose: 3, before: 2, .. })
        ));
        assert!(matches!(
            check(&third, &[(4, "2022-03-01".parse().unwrap())], today),
            Err(Refusal::Order { dose: 4, before: 3, .. })
        ));
        assert!(matches!(
            check(&record("231310320000000123", "2022-05-01"), &[], today),
            Err(Refusal::Future(_))
        ));
        assert_eq!(
            check(&Record { lot: String::new(), ..third.clone() }, &[], today),
            Err(Refusal::NoLot)
        );
        let screening = Record { screening_only: true, lot: String::new(), ..third };
        assert_eq!(check(&screening, &[(3, "2022-03-20".parse().unwrap())], today), Ok(()));
    }
}
