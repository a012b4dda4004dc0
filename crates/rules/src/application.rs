//! The application (申込): its sections and fields, its states, and what is checked. Source: spec
//! §2.1, domain facts §1.3.
//!
//! The fields are a table: the form, the check page, the ministry's desk (comments pinned at
//! fields), the venue's page (which fields are free of approval) and the letter (which fields are
//! printed) all read it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::codes;
use crate::holidays::Holidays;
use crate::input::{self, InputFault, Unit};
use crate::places::{Contradiction, Meaning, Places};
use crate::programme::Programme;
use crate::time;
use crate::words;

/// Normalised answers by field key; an unanswered field is absent.
pub type Answers = BTreeMap<String, String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// An address, or words about days.
    Text,
    /// The name of a thing, a place or an office.
    Thing,
    /// The name of a person.
    Name,
    Whole {
        max: i64,
        unit: Unit,
    },
    Phone,
    Mail,
    Postal,
    Date,
    InstitutionCode,
    Municipality,
    /// Value and label of each choice.
    Choice(&'static [(&'static str, &'static str)]),
}

/// One question of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// After confirmation the venue edits it at once (承認が不要な項目).
    pub free_of_approval: bool,
    /// It stands on the letter of delegation, so the venue can't edit it.
    pub on_letter: bool,
}

/// One step of the task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    pub key: &'static str,
    pub fields: &'static [Field],
}

const fn field(key: &'static str, kind: FieldKind) -> Field {
    Field { key, kind, required: true, free_of_approval: false, on_letter: false }
}
impl Field {
    const fn optional(mut self) -> Field {
        self.required = false;
        self
    }
    const fn free(mut self) -> Field {
        self.free_of_approval = true;
        self
    }
    const fn letter(mut self) -> Field {
        self.on_letter = true;
        self
    }
}

const YES_NO: FieldKind = FieldKind::Choice(&[("yes", "はい"), ("no", "いいえ")]);

pub const SECTIONS: &[Section] = &[
    Section {
        key: "organization",
        fields: &[
            field("organization_name", FieldKind::Thing).letter(),
            field("organization_address", FieldKind::Text).letter(),
            field("lead_organization", FieldKind::Thing).optional(),
        ],
    },
    Section {
        key: "venue",
        fields: &[
            field("venue_name", FieldKind::Thing).letter(),
            field("venue_postal", FieldKind::Postal).letter(),
            field("venue_municipality", FieldKind::Municipality).letter(),
            field("venue_address", FieldKind::Text).letter(),
            field("venue_phone", FieldKind::Phone).free(),
        ],
    },
    Section {
        key: "institution",
        fields: &[
            field("institution_name", FieldKind::Thing).letter(),
            field("institution_code", FieldKind::InstitutionCode).optional().letter(),
            field("institution_address", FieldKind::Text).letter(),
            field("representative_title", FieldKind::Thing).letter(),
            field("representative_name", FieldKind::Name).letter(),
            field("institution_phone", FieldKind::Phone).free(),
        ],
    },
    Section {
        key: "schedule",
        fields: &[
            field("expected_persons", FieldKind::Whole { max: 1_000_000, unit: Unit::Person }),
            field("expected_doses", FieldKind::Whole { max: 1_000_000, unit: Unit::Dose }),
            field("planned_start", FieldKind::Date),
        ],
    },
    Section {
        key: "storage",
        fields: &[
            field("freezers_lent", FieldKind::Whole { max: 1000, unit: Unit::Freezer }).free(),
            field("freezers_owned", FieldKind::Whole { max: 1000, unit: Unit::Freezer }).free(),
            field("freezer_wanted", YES_NO),
            field("refused_weekdays", FieldKind::Text).optional().free(),
        ],
    },
    Section {
        key: "managers",
        fields: &[
            field("vaccination_manager_name", FieldKind::Name).optional().free(),
            field("vaccination_manager_phone", FieldKind::Phone).optional().free(),
            field("storage_manager_name", FieldKind::Name).optional().free(),
            field("storage_manager_phone", FieldKind::Phone).optional().free(),
            field("needle_manager_name", FieldKind::Name).optional().free(),
            field("needle_manager_phone", FieldKind::Phone).optional().free(),
            field("holiday_contact_name", FieldKind::Name).optional().free(),
            field("holiday_contact_phone", FieldKind::Phone).optional().free(),
        ],
    },
    Section {
        key: "contacts",
        fields: &[
            field("organization_contact_department", FieldKind::Thing).optional(),
            field("organization_contact_name", FieldKind::Name),
            field("organization_contact_phone", FieldKind::Phone),
            field("organization_contact_mail", FieldKind::Mail),
            field("institution_contact_department", FieldKind::Thing).optional(),
            field("institution_contact_name", FieldKind::Name),
            field("institution_contact_phone", FieldKind::Phone),
            field("institution_contact_mail", FieldKind::Mail),
        ],
    },
    Section { key: "letter", fields: &[field("letter_needed", YES_NO)] },
];

pub fn section(key: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|s| s.key == key)
}

pub fn find_field(key: &str) -> Option<&'static Field> {
    SECTIONS.iter().flat_map(|s| s.fields).find(|f| f.key == key)
}

/// Reads one typed answer; `label` is how the field is called. `Ok(None)` is an empty answer; a
/// required field that is empty is a matter for [`findings`].
pub fn read(
    field: &Field,
    label: &str,
    raw: &str,
    places: &Places,
    holidays: &Holidays,
) -> Result<Option<String>, Fault> {
    if input::folded(raw).is_empty() {
        return Ok(None);
    }
    let value = match field.kind {
        FieldKind::Text => input::held(label, input::name(raw), input::LONGEST_LINE)?,
        FieldKind::Thing => input::thing(label, raw)?,
        FieldKind::Name => input::person(label, raw)?,
        FieldKind::Whole { max, unit } => input::within(label, unit, raw, 0, max)?.to_string(),
        FieldKind::Phone => input::phone(label, raw)?,
        FieldKind::Mail => input::mail(label, raw)?,
        FieldKind::Postal => input::postal(label, raw)?,
        FieldKind::Date => holidays.settle(input::date(label, raw))?.to_string(),
        FieldKind::InstitutionCode => {
            let code = input::code(raw);
            // Nine digits: the zero of 01 to 09 was lost, or any other digit.
            if let Some(restored) = codes::zero_may_be_lost(&code) {
                let prefecture = places
                    .prefecture(&restored[..2])
                    .map_or_else(|| restored[..2].to_string(), |p| p.name.clone());
                return Err(Fault::NineDigits { label: label.into(), restored, prefecture });
            }
            match codes::check_institution(&code) {
                Ok(()) => code,
                Err(fault) if fault.is_only_a_warning() => code,
                Err(fault) => return Err(Fault::Code { label: label.into(), fault }),
            }
        }
        FieldKind::Municipality => municipality(raw, places)?,
        FieldKind::Choice(choices) => match choices
            .iter()
            .find(|(value, shown)| [*value, *shown].contains(&input::clean(raw).as_str()))
        {
            Some((value, _)) => (*value).to_string(),
            None => return Err(InputFault::NotChosen(label.into()).into()),
        },
    };
    // なし, where there is none.
    Ok(Some(value).filter(|value| !value.is_empty()))
}

/// The six-digit code of the municipality that a text means, in any writing of [`Places::read`].
///
/// # Errors
/// Several places that it may mean, all named; none.
pub fn municipality(raw: &str, places: &Places) -> Result<String, Fault> {
    match places.read(raw) {
        Meaning::One(m) => Ok(m.code.clone()),
        Meaning::Many(many) => {
            if let Some(contradiction) = places.contradiction(raw) {
                return Err(Fault::CodeBeside(contradiction));
            }
            let candidates =
                many.iter().map(|m| places.full_name(&m.code)).collect::<Vec<_>>().join("、");
            Err(Fault::Namesakes { raw: input::name(raw), candidates })
        }
        Meaning::Unknown => Err(Fault::UnknownPlace { raw: input::name(raw) }),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Input(InputFault),
    Code { label: String, fault: codes::CodeFault },
    NineDigits { label: String, restored: String, prefecture: String },
    CodeBeside(Contradiction),
    Namesakes { raw: String, candidates: String },
    UnknownPlace { raw: String },
}

impl From<InputFault> for Fault {
    fn from(fault: InputFault) -> Fault {
        Fault::Input(fault)
    }
}

/// How an answer is shown.
pub fn show(field: &Field, value: &str, places: &Places) -> String {
    match field.kind {
        FieldKind::Whole { unit, .. } => {
            format!("{} {}", commas(value.parse().unwrap_or(0)), unit.word())
        }
        FieldKind::Municipality => places.full_name(value),
        FieldKind::Postal if value.len() == 7 => format!("〒{}-{}", &value[..3], &value[3..]),
        FieldKind::Date => value.parse().map(time::say_date).unwrap_or_else(|_| value.to_string()),
        FieldKind::Choice(choices) => {
            choices.iter().find(|(v, _)| *v == value).map_or(value, |(_, label)| label).to_string()
        }
        _ => value.to_string(),
    }
}

/// `1,234`
pub fn commas(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if n < 0 { format!("−{out}") } else { out }
}

/// A number as it stands in a sentence: `1,234`.
pub fn grouped(n: impl std::fmt::Display) -> String {
    let text = n.to_string();
    text.parse().map_or(text, commas)
}

/// Something that the checks found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The keys of the field that it concerns and of its section.
    pub field: &'static str,
    pub section: &'static str,
    pub what: Found,
    /// An error stops the application; a warning doesn't.
    pub stops: bool,
}

/// What the checks found at a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An answer is needed.
    Empty,
    /// One of the choices is needed.
    NotChosen,
    /// The first day isn't between the first and the last of the programme.
    StartOutside {
        min: jiff::civil::Date,
        max: jiff::civil::Date,
    },
    /// Fewer persons than the least for who begins with that cycle.
    UnderMinimum {
        minimum: i64,
        cycle: u32,
    },
    /// More doses than persons.
    MoreThanPersons {
        doses: i64,
        persons: i64,
    },
    NoDoses,
    /// No freezer, and none is asked for.
    NowhereToKeep,
    /// A code whose fault is only a warning.
    UnlikelyCode(codes::CodeFault),
    Code(codes::CodeFault),
    /// The name of the representative holds a title.
    TitleInName,
    /// Whom the field names may be told later, before the plan.
    NotYetNamed,
}

/// Everything that can be said about the answers before they are sent. Errors first.
pub fn findings(answers: &Answers, programme: &Programme) -> Vec<Finding> {
    let mut found: Vec<Finding> = unanswered(answers)
        .chain(of_the_start(answers, programme))
        .chain(of_doses(answers))
        .chain(nowhere_to_keep(answers))
        .chain(of_the_code(answers))
        .chain(of_names(answers))
        .collect();
    found.sort_by_key(|f| !f.stops);
    found
}

fn finding(field: &'static str, stops: bool, what: Found) -> Finding {
    let own = |s: &&Section| s.fields.iter().any(|f| f.key == field);
    Finding { field, section: SECTIONS.iter().find(own).map_or("", |s| s.key), what, stops }
}

fn number(answers: &Answers, key: &str) -> Option<i64> {
    answers.get(key).and_then(|v| v.parse().ok())
}

/// Fields that have to be filled in and aren't.
fn unanswered(answers: &Answers) -> impl Iterator<Item = Finding> {
    let open = |f: &&Field| f.required && !answers.contains_key(f.key);
    SECTIONS.iter().flat_map(|s| s.fields).filter(open).map(|field| {
        let choice = matches!(field.kind, FieldKind::Choice(_));
        finding(field.key, true, if choice { Found::NotChosen } else { Found::Empty })
    })
}

/// The first day: within the programme, and with as many persons as its cycle asks for.
fn of_the_start(answers: &Answers, programme: &Programme) -> Vec<Finding> {
    let mut found = Vec::new();
    let start = answers.get("planned_start").and_then(|v| v.parse::<jiff::civil::Date>().ok());
    let Some(start) = start else { return found };
    if let (Some(first), Some(last)) = (programme.cycles.first(), programme.cycles.last())
        && !(first.from..=last.to).contains(&start)
    {
        let what = Found::StartOutside { min: first.from, max: last.to };
        found.push(finding("planned_start", true, what));
    }
    if let Some(persons) = number(answers, "expected_persons") {
        let cycle = programme.cycles.iter().find(|c| start <= c.to).map_or(1, |c| c.number);
        let minimum = i64::from(programme.minimum_for(cycle));
        if persons < minimum {
            let what = Found::UnderMinimum { minimum, cycle };
            found.push(finding("expected_persons", false, what));
        }
    }
    found
}

/// One dose a person, and at least one.
fn of_doses(answers: &Answers) -> Vec<Finding> {
    let mut found = Vec::new();
    if let (Some(persons), Some(doses)) =
        (number(answers, "expected_persons"), number(answers, "expected_doses"))
    {
        if doses > persons {
            let what = Found::MoreThanPersons { doses, persons };
            found.push(finding("expected_doses", true, what));
        }
        if doses == 0 {
            found.push(finding("expected_doses", true, Found::NoDoses));
        }
    }
    found
}

fn nowhere_to_keep(answers: &Answers) -> Option<Finding> {
    let none = number(answers, "freezers_lent") == Some(0)
        && number(answers, "freezers_owned") == Some(0)
        && answers.get("freezer_wanted").is_some_and(|w| w == "no");
    none.then(|| finding("freezer_wanted", true, Found::NowhereToKeep))
}

fn of_the_code(answers: &Answers) -> Option<Finding> {
    let fault = codes::check_institution(answers.get("institution_code")?).err()?;
    Some(if fault.is_only_a_warning() {
        finding("institution_code", false, Found::UnlikelyCode(fault))
    } else {
        finding("institution_code", true, Found::Code(fault))
    })
}

/// A title in the representative's name; whom nobody named yet.
fn of_names(answers: &Answers) -> Vec<Finding> {
    let mut found = Vec::new();
    let titles = ["院長", "理事長", "所長", "会長", "社長"];
    if answers.get("representative_name").is_some_and(|n| titles.iter().any(|t| n.contains(t))) {
        found.push(finding("representative_name", true, Found::TitleInName));
    }
    let later = [
        "vaccination_manager_name",
        "storage_manager_name",
        "needle_manager_name",
        "holiday_contact_name",
    ];
    for key in later.into_iter().filter(|key| !answers.contains_key(*key)) {
        found.push(finding(key, false, Found::NotYetNamed));
    }
    found
}

words! {
    /// The stages of an application, as they are stored; [`State`] carries their facts.
    #[derive(Default)]
    pub enum Status in application.status {
        /// 下書き
        #[default]
        Draft = "draft",
        /// 受付済
        Submitted = "submitted",
        /// 要再申込
        Returned = "returned",
        /// 確認済（申込の確認）
        Confirmed = "confirmed",
        /// 取下げ
        Withdrawn = "withdrawn",
    }
}

impl Status {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Status::Draft => "下書き",
            Status::Submitted => "受付済",
            Status::Returned => "要再申込",
            Status::Confirmed => "確認済（申込の確認）",
            Status::Withdrawn => "取下げ",
        }
    }
}

/// The states of an application; each carries the facts of that stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum State {
    /// 下書き
    Draft,
    /// 受付済
    Submitted { at: Timestamp },
    /// 要再申込: comments pinned at fields.
    Returned { at: Timestamp, comments: BTreeMap<String, String> },
    /// 確認済（申込の確認）
    Confirmed { at: Timestamp, venue: String },
    /// 取下げ
    Withdrawn { at: Timestamp },
}

/// What somebody wants to do with an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Edit,
    Submit { stopping_findings: usize },
    Return { comments: BTreeMap<String, String> },
    Confirm { venue: String },
    Withdraw,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unfinished(usize),
    NoComment,
    WrongState(&'static str),
    Code(codes::CodeFault),
    CodeOfAnother(String),
}

/// What stands in for a state that can't be read, until its key is asked.
impl Default for State {
    fn default() -> State {
        State::Draft
    }
}

impl State {
    /// A state as far as its stage alone tells it; comments are lost.
    pub fn of_status(status: Status, at: Timestamp, venue: Option<&str>) -> State {
        match status {
            Status::Draft => State::Draft,
            Status::Submitted => State::Submitted { at },
            Status::Returned => State::Returned { at, comments: BTreeMap::new() },
            Status::Confirmed => State::Confirmed { at, venue: venue.unwrap_or_default().into() },
            Status::Withdrawn => State::Withdrawn { at },
        }
    }
    /// Its stage, as it is stored.
    pub fn status(&self) -> Status {
        match self {
            State::Draft => Status::Draft,
            State::Submitted { .. } => Status::Submitted,
            State::Returned { .. } => Status::Returned,
            State::Confirmed { .. } => Status::Confirmed,
            State::Withdrawn { .. } => Status::Withdrawn,
        }
    }
    /// The key of its stage.
    pub fn key(&self) -> &'static str {
        self.status().key()
    }
    /// As people read it.
    pub fn label(&self) -> &'static str {
        self.status().label()
    }

    /// One exhaustive match over (state, step): every "no" is written down.
    pub fn take(&self, step: Step, at: Timestamp) -> Result<State, Refusal> {
        match (self, step) {
            (State::Draft | State::Returned { .. }, Step::Edit) => Ok(self.clone()),
            (State::Draft | State::Returned { .. }, Step::Submit { stopping_findings: 0 }) => {
                Ok(State::Submitted { at })
            }
            (State::Draft | State::Returned { .. }, Step::Submit { stopping_findings }) => {
                Err(Refusal::Unfinished(stopping_findings))
            }
            (State::Submitted { .. }, Step::Return { comments }) if comments.is_empty() => {
                Err(Refusal::NoComment)
            }
            (State::Submitted { .. }, Step::Return { comments }) => {
                Ok(State::Returned { at, comments })
            }
            (State::Submitted { .. }, Step::Confirm { venue }) => {
                Ok(State::Confirmed { at, venue })
            }
            (State::Draft | State::Submitted { .. } | State::Returned { .. }, Step::Withdraw) => {
                Ok(State::Withdrawn { at })
            }
            (State::Draft | State::Returned { .. }, Step::Return { .. } | Step::Confirm { .. }) => {
                Err(Refusal::WrongState(self.label()))
            }
            (State::Submitted { .. }, Step::Edit | Step::Submit { .. }) => {
                Err(Refusal::WrongState(self.label()))
            }
            (State::Confirmed { .. } | State::Withdrawn { .. }, _) => {
                Err(Refusal::WrongState(self.label()))
            }
        }
    }
}

/// What must follow a confirmation; the feature carries it out in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// 新規コード付番: the venue has no 10-digit code.
    IssueSurrogateCode,
    MakeLetter,
    /// 申込の確認 mail to somebody who already has an account.
    Welcome {
        mail: String,
        side: crate::venue::Side,
    },
    /// 申込の確認 mail with an invitation link.
    Invite {
        mail: String,
        name: String,
        side: crate::venue::Side,
    },
}

/// What follows when an application is confirmed. `has_account` answers for a mail address.
pub fn on_confirmation(answers: &Answers, has_account: impl Fn(&str) -> bool) -> Vec<Consequence> {
    use crate::venue::Side;
    let mut all = Vec::new();
    if !answers.contains_key("institution_code") {
        all.push(Consequence::IssueSurrogateCode);
    }
    if answers.get("letter_needed").is_some_and(|v| v == "yes") {
        all.push(Consequence::MakeLetter);
    }
    for (side, mail, name) in [
        (Side::Organizer, "organization_contact_mail", "organization_contact_name"),
        (Side::Institution, "institution_contact_mail", "institution_contact_name"),
    ] {
        let Some(mail) = answers.get(mail).cloned() else { continue };
        all.push(if has_account(&mail) {
            Consequence::Welcome { mail, side }
        } else {
            Consequence::Invite { mail, name: answers.get(name).cloned().unwrap_or_default(), side }
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::sample;

    fn at() -> Timestamp {
        time::parse_instant("2022-02-07T10:00").unwrap()
    }

    #[test]
    fn field_keys_are_unique_and_nothing_on_the_letter_is_free_of_approval() {
        let mut seen = std::collections::BTreeSet::new();
        for field in SECTIONS.iter().flat_map(|s| s.fields) {
            assert!(seen.insert(field.key), "{}", field.key);
            assert!(!(field.on_letter && field.free_of_approval), "{}", field.key);
        }
    }

    #[test]
    fn the_way_of_an_application() {
        let submitted = State::Draft.take(Step::Submit { stopping_findings: 0 }, at()).unwrap();
        let comments: BTreeMap<String, String> =
            [("venue_address".to_string(), "番地を入れてください".to_string())].into();
        let returned = submitted.take(Step::Return { comments }, at()).unwrap();
        assert_eq!(returned.label(), "要再申込");
        let again = returned.take(Step::Submit { stopping_findings: 0 }, at()).unwrap();
        let confirmed = again.take(Step::Confirm { venue: "v".into() }, at()).unwrap();
        assert!(matches!(
            confirmed.take(Step::Edit, at()),
            Err(Refusal::WrongState("確認済（申込の確認）"))
        ));
    }

    #[test]
    fn an_unfinished_application_is_not_sent_and_a_return_needs_a_comment() {
        assert_eq!(
            State::Draft.take(Step::Submit { stopping_findings: 3 }, at()),
            Err(Refusal::Unfinished(3))
        );
        assert_eq!(
            State::Submitted { at: at() }.take(Step::Return { comments: BTreeMap::new() }, at()),
            Err(Refusal::NoComment)
        );
        assert!(State::Draft.take(Step::Confirm { venue: "v".into() }, at()).is_err());
    }

    #[test]
    fn the_checks_of_the_seed_are_made() {
        let answers: Answers = [
            ("expected_persons", "800"),
            ("expected_doses", "900"),
            ("planned_start", "2022-03-14"),
            ("freezers_lent", "0"),
            ("freezers_owned", "0"),
            ("freezer_wanted", "no"),
            ("institution_code", "0110113710"),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
        let found = findings(&answers, &sample::programme());
        let says =
            |field: &str, stops: bool| found.iter().any(|f| f.field == field && f.stops == stops);
        assert!(says("expected_persons", false), "under the minimum warns");
        assert!(says("expected_doses", true), "more doses than persons stops");
        assert!(says("freezer_wanted", true), "nowhere to keep the vaccine stops");
        assert!(says("institution_code", false), "a failing check digit warns and is accepted");
        assert!(says("vaccination_manager_name", false), "a missing manager warns");
        assert!(says("venue_name", true), "a required field stops");
    }

    #[test]
    fn a_code_that_may_have_lost_its_leading_zero_is_asked_about_and_never_made_another_prefectures()
     {
        let field = find_field("institution_code").unwrap();
        let hokkaido = crate::places::Prefecture {
            code: "01".into(),
            name: "北海道".into(),
            english: String::new(),
        };
        let places = Places::new(vec![hokkaido], vec![]);
        // 1 310113719 with its 3 left out is nine digits as well.
        for (typed, restored) in [
            ("１１０１１３７１９", "0110113719"),
            ("13-1123-456", "0131123456"),
            ("110113719", "0110113719"),
        ] {
            let asked = Fault::NineDigits {
                label: "コード".into(),
                restored: restored.into(),
                prefecture: "北海道".into(),
            };
            let said = read(field, "コード", typed, &places, &Holidays::default());
            assert_eq!(said, Err(asked), "{typed}");
        }
        assert_eq!(
            read(field, "コード", "０１１０１１３７１９", &places, &Holidays::default()),
            Ok(Some("0110113719".into()))
        );
        for refused in ["12345", "0000000000", "９９９９９９９９９９", "1234567890", "000000000"]
        {
            assert!(
                matches!(
                    read(field, "コード", refused, &Places::default(), &Holidays::default()),
                    Err(Fault::Code { .. })
                ),
                "{refused}"
            );
        }
        // One that was stored before stops.
        for stored in ["0000000000", "9999999999", "1234567890"] {
            let answers: Answers = [("institution_code".to_string(), stored.to_string())].into();
            let stops = |f: &Finding| f.field == "institution_code" && f.stops;
            assert!(findings(&answers, &sample::programme()).iter().any(stops), "{stored}");
        }
    }

    #[test]
    fn a_confirmation_issues_a_code_a_letter_and_two_mails() {
        let answers: Answers = [
            ("letter_needed", "yes"),
            ("organization_contact_mail", "a@x.jp"),
            ("institution_contact_mail", "b@x.jp"),
            ("institution_contact_name", "医"),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
        let all = on_confirmation(&answers, |mail| mail == "a@x.jp");
        use crate::venue::Side;
        assert_eq!(
            all,
            [
                Consequence::IssueSurrogateCode,
                Consequence::MakeLetter,
                Consequence::Welcome { mail: "a@x.jp".into(), side: Side::Organizer },
                Consequence::Invite {
                    mail: "b@x.jp".into(),
                    name: "医".into(),
                    side: Side::Institution
                },
            ]
        );
    }

    #[test]
    fn commas_group_by_three() {
        assert_eq!(
            [0, 999, 1000, 404_800, -1234].map(commas),
            ["0", "999", "1,000", "404,800", "−1,234"]
        );
    }
}
