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
use crate::places::{Meaning, Places};
use crate::programme::Programme;
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
    pub label: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    pub hint: &'static str,
    /// After confirmation the venue edits it at once (承認が不要な項目).
    pub free_of_approval: bool,
    /// It stands on the letter of delegation, so the venue can't edit it.
    pub on_letter: bool,
}

/// One step of the task list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    pub key: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub fields: &'static [Field],
}

const fn field(
    key: &'static str,
    label: &'static str,
    kind: FieldKind,
    hint: &'static str,
) -> Field {
    Field { key, label, kind, required: true, hint, free_of_approval: false, on_letter: false }
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
        title: "企業・大学等",
        lead: "接種を実施する企業・大学等についてお答えください。",
        fields: &[
            field(
                "organization_name",
                "企業・大学等の名称",
                FieldKind::Thing,
                "法人の種類も入れて、登記のとおりに入力してください。",
            )
            .letter(),
            field(
                "organization_address",
                "所在地",
                FieldKind::Text,
                "都道府県から入力してください。",
            )
            .letter(),
            field(
                "lead_organization",
                "代表企業の名称",
                FieldKind::Thing,
                "複数の企業が合同で実施する場合だけ入力してください。",
            )
            .optional(),
        ],
    },
    Section {
        key: "venue",
        title: "接種会場",
        lead: "1つの申込は1つの会場です。会場の所在地で、委任状の提出先が決まります。",
        fields: &[
            field("venue_name", "接種会場の名称", FieldKind::Thing, "例：本社ビル3階 接種会場")
                .letter(),
            field(
                "venue_postal",
                "郵便番号",
                FieldKind::Postal,
                "ハイフンはあってもなくてもかまいません。",
            )
            .letter(),
            field(
                "venue_municipality",
                "市区町村",
                FieldKind::Municipality,
                "例：東京都港区。市区町村名か6桁の団体コードで入力できます。",
            )
            .letter(),
            field(
                "venue_address",
                "町名・番地・建物",
                FieldKind::Text,
                "市区町村の後を入力してください。",
            )
            .letter(),
            field("venue_phone", "会場の電話番号", FieldKind::Phone, "納入の連絡に使います。")
                .free(),
        ],
    },
    Section {
        key: "institution",
        title: "医療機関とコード",
        lead: "接種を行う医療機関についてお答えください。10桁のコードがない会場には、確認のときに新しいコードを付けます。",
        fields: &[
            field("institution_name", "医療機関の名称", FieldKind::Thing, "").letter(),
            field(
                "institution_code",
                "医療機関等コード（10桁）",
                FieldKind::InstitutionCode,
                "保険医療機関コードか介護保険事業所番号。ない場合は空のままにしてください。",
            )
            .optional()
            .letter(),
            field(
                "institution_address",
                "医療機関の所在地",
                FieldKind::Text,
                "都道府県から入力してください。",
            )
            .letter(),
            field("representative_title", "契約代表者の役職", FieldKind::Thing, "例：院長")
                .letter(),
            field(
                "representative_name",
                "契約代表者の氏名",
                FieldKind::Name,
                "役職は入れずに、氏名だけを入力してください。",
            )
            .letter(),
            field(
                "institution_phone",
                "医療機関の電話番号",
                FieldKind::Phone,
                "請求書に印字されます。",
            )
            .free(),
        ],
    },
    Section {
        key: "schedule",
        title: "予定（人数・回数・開始日）",
        lead: "この会場で接種する予定についてお答えください。",
        fields: &[
            field(
                "expected_persons",
                "接種予定人数",
                FieldKind::Whole { max: 1_000_000, unit: Unit::Person },
                "この会場で接種する人数の見込みです。",
            ),
            field(
                "expected_doses",
                "接種予定回数",
                FieldKind::Whole { max: 1_000_000, unit: Unit::Dose },
                "追加接種は1人1回です。",
            ),
            field("planned_start", "接種開始予定日", FieldKind::Date, "例：2022年3月14日"),
        ],
    },
    Section {
        key: "storage",
        title: "保管（冷凍庫）",
        lead: "ワクチンは−20℃で保管します。台数は、貸与と所有を分けて正確に入力してください。",
        fields: &[
            field(
                "freezers_lent",
                "厚生労働省から貸与されている冷凍庫",
                FieldKind::Whole { max: 1000, unit: Unit::Freezer },
                "なければ0と入力してください。",
            )
            .free(),
            field(
                "freezers_owned",
                "所有している冷凍庫（DF）",
                FieldKind::Whole { max: 1000, unit: Unit::Freezer },
                "なければ0と入力してください。",
            )
            .free(),
            field("freezer_wanted", "冷凍庫の貸与を希望しますか", YES_NO, ""),
            field(
                "refused_weekdays",
                "受け取れない曜日",
                FieldKind::Text,
                "例：土日祝。ない場合は空のままにしてください。",
            )
            .optional()
            .free(),
        ],
    },
    Section {
        key: "managers",
        title: "責任者",
        lead: "決まっていない人は、空のままで申し込めます。計画の登録までに決めてください。",
        fields: &[
            field("vaccination_manager_name", "ワクチン接種責任者の氏名", FieldKind::Name, "")
                .optional()
                .free(),
            field(
                "vaccination_manager_phone",
                "ワクチン接種責任者の電話番号",
                FieldKind::Phone,
                "",
            )
            .optional()
            .free(),
            field("storage_manager_name", "ワクチン保管管理責任者の氏名", FieldKind::Name, "")
                .optional()
                .free(),
            field(
                "storage_manager_phone",
                "ワクチン保管管理責任者の電話番号",
                FieldKind::Phone,
                "",
            )
            .optional()
            .free(),
            field("needle_manager_name", "針・シリンジ保管管理責任者の氏名", FieldKind::Name, "")
                .optional()
                .free(),
            field(
                "needle_manager_phone",
                "針・シリンジ保管管理責任者の電話番号",
                FieldKind::Phone,
                "",
            )
            .optional()
            .free(),
            field(
                "holiday_contact_name",
                "保管等に関する土日・祝日の連絡先の氏名",
                FieldKind::Name,
                "",
            )
            .optional()
            .free(),
            field(
                "holiday_contact_phone",
                "保管等に関する土日・祝日の連絡先の電話番号",
                FieldKind::Phone,
                "",
            )
            .optional()
            .free(),
        ],
    },
    Section {
        key: "contacts",
        title: "担当者",
        lead: "確認のお知らせと、はじめてログインするためのリンクは、ここに入力したメールアドレスに届きます。",
        fields: &[
            field(
                "organization_contact_department",
                "企業・大学の担当者1 部署名",
                FieldKind::Thing,
                "",
            )
            .optional(),
            field("organization_contact_name", "企業・大学の担当者1 氏名", FieldKind::Name, ""),
            field(
                "organization_contact_phone",
                "企業・大学の担当者1 電話番号",
                FieldKind::Phone,
                "",
            ),
            field(
                "organization_contact_mail",
                "企業・大学の担当者1 メールアドレス",
                FieldKind::Mail,
                "",
            ),
            field("institution_contact_department", "医療機関担当者 部署名", FieldKind::Thing, "")
                .optional(),
            field("institution_contact_name", "医療機関担当者 氏名", FieldKind::Name, ""),
            field("institution_contact_phone", "医療機関担当者 電話番号", FieldKind::Phone, ""),
            field("institution_contact_mail", "医療機関担当者 メールアドレス", FieldKind::Mail, ""),
        ],
    },
    Section {
        key: "letter",
        title: "委任状",
        lead: "集合契約に加わるための委任状です。すでに提出している医療機関は不要です。",
        fields: &[field(
            "letter_needed",
            "この申込のために委任状の提出が必要ですか",
            YES_NO,
            "過去に同じ医療機関・会場で提出していれば「いいえ」を選んでください。",
        )],
    },
];

pub fn section(key: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|s| s.key == key)
}

pub fn find_field(key: &str) -> Option<&'static Field> {
    SECTIONS.iter().flat_map(|s| s.fields).find(|f| f.key == key)
}

/// Reads one typed answer. `Ok(None)` is an empty answer; a required field that is empty is a
/// matter for [`findings`].
pub fn read(
    field: &Field,
    raw: &str,
    places: &Places,
    holidays: &Holidays,
) -> Result<Option<String>, Fault> {
    let label = field.label;
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
            if let Some(sentence) = places.contradiction(raw) {
                return Err(Fault::CodeBeside(sentence));
            }
            let candidates =
                many.iter().map(|m| places.full_name(&m.code)).collect::<Vec<_>>().join("、");
            Err(Fault::Namesakes { raw: input::name(raw), candidates })
        }
        Meaning::Unknown => Err(Fault::UnknownPlace { raw: input::name(raw) }),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Input(#[from] InputFault),
    #[error("{label}は{fault}")]
    Code { label: String, fault: codes::CodeFault },
    #[error(
        "{label}は10桁の数字で入力してください（入力は9桁です）。先頭の0が消えた{restored}（{prefecture}）であれば、0から入力してください"
    )]
    NineDigits { label: String, restored: String, prefecture: String },
    #[error("{0}")]
    CodeBeside(String),
    #[error("「{raw}」は複数あります。都道府県から入力してください（{candidates}）")]
    Namesakes { raw: String, candidates: String },
    #[error(
        "「{raw}」という市区町村は見つかりません。都道府県から入力するか、6桁の団体コードで入力してください"
    )]
    UnknownPlace { raw: String },
}

/// How an answer is shown.
pub fn show(field: &Field, value: &str, places: &Places) -> String {
    match field.kind {
        FieldKind::Whole { unit, .. } => {
            format!("{} {}", commas(value.parse().unwrap_or(0)), unit.word())
        }
        FieldKind::Municipality => places.full_name(value),
        FieldKind::Postal if value.len() == 7 => format!("〒{}-{}", &value[..3], &value[3..]),
        FieldKind::Date => {
            value.parse().map(crate::time::say_date).unwrap_or_else(|_| value.to_string())
        }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub field: String,
    pub section: String,
    pub sentence: String,
    /// An error stops the application; a warning doesn't.
    pub stops: bool,
}

/// Everything that can be said about the answers before they are sent. Errors first.
pub fn findings(answers: &Answers, programme: &Programme) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |field: &str, stops: bool, sentence: String| {
        let section =
            SECTIONS.iter().find(|s| s.fields.iter().any(|f| f.key == field)).map_or("", |s| s.key);
        found.push(Finding { field: field.into(), section: section.into(), sentence, stops });
    };
    for field in SECTIONS
        .iter()
        .flat_map(|s| s.fields)
        .filter(|f| f.required && !answers.contains_key(f.key))
    {
        let fault = if matches!(field.kind, FieldKind::Choice(_)) {
            InputFault::NotChosen(field.label.into())
        } else {
            InputFault::Empty(field.label.into())
        };
        say(field.key, true, fault.to_string());
    }
    let number = |key: &str| answers.get(key).and_then(|v| v.parse::<i64>().ok());
    let start = answers.get("planned_start").and_then(|v| v.parse::<jiff::civil::Date>().ok());
    if let Some(start) = start {
        let (first, last) =
            (programme.cycles.first().map(|c| c.from), programme.cycles.last().map(|c| c.to));
        if first.is_some_and(|f| start < f) || last.is_some_and(|l| start > l) {
            let (min, max) = (
                first.map_or(String::new(), crate::time::say_date),
                last.map_or(String::new(), crate::time::say_date),
            );
            say(
                "planned_start",
                true,
                InputFault::DateRange { label: "接種開始予定日".into(), min, max }.to_string(),
            );
        }
    }
    if let (Some(persons), Some(start)) = (number("expected_persons"), start) {
        let first_cycle = programme.cycles.iter().find(|c| start <= c.to).map_or(1, |c| c.number);
        let minimum = i64::from(programme.minimum_for(first_cycle));
        if persons < minimum {
            say(
                "expected_persons",
                false,
                format!(
                    "1会場の最低人数は{}人です（第{first_cycle}クールから開始する場合）。下回るときは厚生労働省が個別に確認します。",
                    commas(minimum)
                ),
            );
        }
    }
    if let (Some(persons), Some(doses)) = (number("expected_persons"), number("expected_doses")) {
        if doses > persons {
            say(
                "expected_doses",
                true,
                format!(
                    "接種予定回数{}回は、接種予定人数{}人を上回っています。追加接種は1人1回です。",
                    commas(doses),
                    commas(persons)
                ),
            );
        }
        if doses == 0 {
            say("expected_doses", true, "接種予定回数は1以上の数で入力してください".into());
        }
    }
    if number("freezers_lent") == Some(0)
        && number("freezers_owned") == Some(0)
        && answers.get("freezer_wanted").is_some_and(|w| w == "no")
    {
        say(
            "freezer_wanted",
            true,
            "冷凍庫が0台で、貸与の希望もありません。ワクチンを保管できないため、どちらかを見直してください。".into(),
        );
    }
    match answers.get("institution_code").map(|c| codes::check_institution(c)) {
        Some(Err(fault)) if fault.is_only_a_warning() => {
            say(
                "institution_code",
                false,
                format!(
                    "医療機関等コードの{fault}。介護保険事業所番号などであれば、このままで申し込めます。"
                ),
            );
        }
        Some(Err(fault)) => say(
            "institution_code",
            true,
            Fault::Code { label: "医療機関等コード".into(), fault }.to_string(),
        ),
        Some(Ok(())) | None => {}
    }
    if answers
        .get("representative_name")
        .is_some_and(|n| ["院長", "理事長", "所長", "会長", "社長"].iter().any(|t| n.contains(t)))
    {
        say(
            "representative_name",
            true,
            "契約代表者の氏名に役職が入っています。氏名だけを入力してください。".into(),
        );
    }
    for key in [
        "vaccination_manager_name",
        "storage_manager_name",
        "needle_manager_name",
        "holiday_contact_name",
    ] {
        if !answers.contains_key(key) {
            let label = find_field(key).map_or(key, |f| f.label);
            say(key, false, format!("{label}が未記入です。計画の登録までに登録してください。"));
        }
    }
    found.sort_by_key(|f| !f.stops);
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

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("入力内容に{}件の確認が必要な項目があります。直してから申し込んでください。", grouped(.0))]
    Unfinished(usize),
    #[error("要再申込にするには、少なくとも1つの項目にコメントを書いてください。")]
    NoComment,
    #[error("この申込は「{0}」のため、この操作はできません。")]
    WrongState(&'static str),
    #[error("医療機関等コードは{0}。要再申込にして、もう一度入力してもらってください。")]
    Code(codes::CodeFault),
    #[error(
        "コード{0}の会場はすでに登録されています。申込者に、そのコードの会場として申し込み直してもらってください。"
    )]
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
        crate::time::parse_instant("2022-02-07T10:00").unwrap()
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
            let why = read(field, typed, &places, &Holidays::default()).expect_err("nine digits");
            let said = format!(
                "（入力は9桁です）。先頭の0が消えた{restored}（北海道）であれば、0から入力してください"
            );
            assert!(why.to_string().ends_with(&said), "{typed}: {why}");
        }
        assert_eq!(
            read(field, "０１１０１１３７１９", &places, &Holidays::default()),
            Ok(Some("0110113719".into()))
        );
        for refused in ["12345", "0000000000", "９９９９９９９９９９", "1234567890", "000000000"]
        {
            assert!(
                matches!(
                    read(field, refused, &Places::default(), &Holidays::default()),
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
