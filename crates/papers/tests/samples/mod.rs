//! Samples of every kind of paper: a text for each field, as the test wants it, and figures of any
//! size.

use jiff::civil::Date;
use papers::Paper;
use papers::allocation::Run;
use papers::claim::{AccountForm, ClaimSummary, Cover, MunicipalClaim, Party};
use papers::completion::Certificate;
use papers::delivery::Note;
use papers::letter::Proof;
use papers::transfer::{Handover, Side};
use rules::claim::{Age, Band, Calculation, Form, Kind, Row, Subtotals, Sum};
use rules::letter::Letter;
use rules::time::Month;

/// How the samples are filled.
pub struct Fill<'a> {
    /// A field's text, by what it usually holds.
    pub text: &'a dyn Fn(&str) -> String,
    pub rows: usize,
    pub count: u32,
    pub amount: u64,
    pub form: Form,
    pub optional: bool,
}

/// Each kind once. A new kind doesn't compile here until it has its sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    Letter,
    Consented,
    Summary,
    Municipal,
    Cover,
    Account,
    Notes,
    Labels,
    Handover,
    Allocation,
    Certificate,
}

pub const ALL: [Kinds; 11] = [
    Kinds::Letter,
    Kinds::Consented,
    Kinds::Summary,
    Kinds::Municipal,
    Kinds::Cover,
    Kinds::Account,
    Kinds::Notes,
    Kinds::Labels,
    Kinds::Handover,
    Kinds::Allocation,
    Kinds::Certificate,
];

/// The kind of a paper: the compiler asks for a new variant here.
pub fn kind(paper: &Paper) -> Kinds {
    match paper {
        Paper::Letter(_, Some(_)) => Kinds::Consented,
        Paper::Letter(_, None) => Kinds::Letter,
        Paper::Summary(_) => Kinds::Summary,
        Paper::Municipal(_) => Kinds::Municipal,
        Paper::Cover(_) => Kinds::Cover,
        Paper::Account(_) => Kinds::Account,
        Paper::Notes(_) => Kinds::Notes,
        Paper::Labels(_) => Kinds::Labels,
        Paper::Handover(_) => Kinds::Handover,
        Paper::Allocation(_) => Kinds::Allocation,
        Paper::Certificate(_) => Kinds::Certificate,
    }
}

fn letter(f: &Fill<'_>) -> Letter {
    let t = f.text;
    Letter {
        number: "L-2022-000002".into(),
        date: Date::constant(2022, 2, 7),
        application_number: "A-2022-000002".into(),
        programme: "新型コロナワクチン 職域追加接種（2022年春）".into(),
        municipality: "北海道虻田郡真狩村".into(),
        institution_code: "1390000014".into(),
        institution_name: t("芝診療所"),
        institution_address: t("東京都港区芝四丁目4番4号"),
        representative_title: t("院長"),
        representative_name: t("代表 次郎"),
        organization_name: t("芝電機株式会社"),
        organization_address: t("東京都港区芝五丁目5番5号"),
        venue_name: t("芝電機 体育館会場"),
        venue_address: t("東京都港区芝五丁目5番5号 芝電機体育館"),
    }
}

fn party(f: &Fill<'_>) -> Party {
    let t = f.text;
    Party {
        address: t("東京都港区芝四丁目4番4号"),
        representative: t("院長　代表 次郎"),
        phone: "03-0000-2222".into(),
        facility_class: "2".into(),
        code: "1390000014".into(),
        name: t("芝診療所"),
    }
}

fn calculation(f: &Fill<'_>) -> Calculation {
    let sum = Sum { count: f.count, amount: f.amount };
    let bands: &[Band] = if f.form == Form::New { &Band::ALL } else { &Band::ALL[..1] };
    let rows = Kind::ALL.into_iter().flat_map(|kind| {
        Age::ALL.into_iter().flat_map(move |age| bands.iter().map(move |band| (kind, age, *band)))
    });
    let rows = rows.map(|(kind, age, band)| Row {
        kind,
        age,
        band,
        count: f.count,
        unit_price: 2070,
        amount: f.amount,
    });
    let service_month: Month = serde_json::from_value("2022-04".into()).expect("a month");
    Calculation {
        form: f.form,
        service_month,
        claim_month: service_month.plus(1),
        due: Date::constant(2022, 5, 10),
        tax_percent: 10,
        rows: rows.collect(),
        subtotals: Subtotals { vaccination: sum, screening_only: sum },
        total: sum,
    }
}

fn note(f: &Fill<'_>) -> Note {
    let t = f.text;
    Note {
        number: "s-20220214-0001".into(),
        programme: "新型コロナワクチン 職域追加接種（2022年春）".into(),
        cycle: "第1クール（2022年2月14日〜2月27日）".into(),
        date: "2月14日（月）".into(),
        band: if f.optional { "午前".into() } else { String::new() },
        venue_code: "1390000014".into(),
        venue: t("芝電機 体育館会場"),
        address: format!("東京都港区{}", t("芝五丁目5番5号 芝電機体育館")),
        phone: "03-0000-2222".into(),
        receiver: t("保管 花子"),
        refused: if f.optional { t("土、日、祝日") } else { String::new() },
        wholesaler: "東日本医薬品株式会社".into(),
        wholesaler_phone: "03-0000-9999".into(),
        product: "武田/モデルナ社ワクチン".into(),
        storage: "－20℃±5℃".into(),
        boxes: f.count,
        doses: f.count,
        needle_boxes: f.count,
        needles: f.count,
    }
}

fn side(f: &Fill<'_>) -> Side {
    let t = f.text;
    Side {
        code: "1390000014".into(),
        name: t("芝電機 体育館会場"),
        place: t("東京都港区"),
        phone: "03-0000-2222".into(),
        manager: t("保管 花子"),
    }
}

pub fn sample(kind: Kinds, f: &Fill<'_>) -> Paper {
    let t = f.text;
    let receipt = f.optional.then(|| "R-2022-05-000001".to_string());
    match kind {
        Kinds::Letter => Paper::Letter(letter(f), None),
        Kinds::Consented => Paper::Letter(letter(f), Some(proof(f))),
        Kinds::Summary => Paper::Summary(ClaimSummary {
            addressee: "東京都国民健康保険団体連合会".into(),
            party: party(f),
            includes_in_municipality: f.optional,
            calculation: calculation(f),
            receipt,
        }),
        Kinds::Municipal => Paper::Municipal(MunicipalClaim {
            municipality: "北海道虻田郡真狩村".into(),
            municipality_code: "013960".into(),
            party: party(f),
            recipient_class: "2".into(),
            calculation: calculation(f),
            receipt,
        }),
        Kinds::Cover => Paper::Cover(Cover {
            addressee: "東京都国民健康保険団体連合会".into(),
            desk: if f.optional { t("審査管理課 総合窓口") } else { String::new() },
            party: party(f),
            claim_month: "2022年5月".into(),
            due: "2022年5月10日".into(),
            total: Sum { count: f.count, amount: f.amount },
            sheets: (0..f.rows)
                .map(|i| (format!("北海道虻田郡真狩村{i}"), "2".into(), f.count))
                .collect(),
            receipt,
        }),
        Kinds::Account => Paper::Account(AccountForm {
            addressee: "東京都国民健康保険団体連合会".into(),
            code: "1390000014".into(),
            name: t("芝診療所"),
            address: t("東京都港区芝四丁目4番4号"),
            representative: t("院長　代表 次郎"),
            phone: "03-0000-2222".into(),
            bank: t("みずほ銀行"),
            branch: t("芝支店"),
            kind: "普通".into(),
            number: "0000123".into(),
            holder: t("シバシンリョウジョ"),
        }),
        Kinds::Notes => Paper::Notes(vec![note(f); f.rows.clamp(1, 3)]),
        Kinds::Labels => Paper::Labels(vec![note(f); f.rows.max(1)]),
        Kinds::Handover => Paper::Handover(Handover {
            number: "t-0001".into(),
            programme: "新型コロナワクチン 職域追加接種（2022年春）".into(),
            from: side(f),
            to: side(f),
            product: "武田/モデルナ社ワクチン".into(),
            lot: "3005785".into(),
            expiry: "2022年9月30日".into(),
            vials: i64::from(f.count),
            temperature: "冷凍".into(),
            taken_out: "2月14日 9:00".into(),
            note: if f.optional { t("箱は返してください") } else { String::new() },
            answer: if f.optional { t("2月14日に受け取りました") } else { String::new() },
        }),
        Kinds::Allocation => Paper::Allocation(Run {
            programme: "新型コロナワクチン 職域追加接種（2022年春）".into(),
            cycle: "第1クール（2022年2月14日〜2月27日）".into(),
            state: "確定済".into(),
            facts: vec![
                ("試算した人".into(), t("国 太郎")),
                ("入力の指紋".into(), "0123456789abcdef".repeat(4)),
                ("メモ".into(), t("急ぎ")),
            ],
            rules: (0..f.rows.min(12))
                .map(|i| (format!("{}. 人口に応じて", i + 1), t("人口の割合で分けます")))
                .collect(),
            warnings: (0..f.rows.min(40)).map(|_| t("最低数に足りない会場があります")).collect(),
            prefectures: (0..f.rows)
                .map(|i| (format!("県{i}"), f.amount, f.amount, f.amount / 2))
                .collect(),
        }),
        Kinds::Certificate => Paper::Certificate(Certificate {
            number: "K-0001".into(),
            date: "2022年6月30日".into(),
            programme: "新型コロナワクチン 職域追加接種（2022年春）".into(),
            venue_code: "1390000014".into(),
            venue: t("芝電機 体育館会場"),
            institution: t("芝診療所"),
            organization: t("芝電機株式会社"),
            facts: (0..f.rows.min(12))
                .map(|i| (format!("接種{i}"), format!("{}回", f.count)))
                .collect(),
        }),
    }
}

fn proof(f: &Fill<'_>) -> Proof {
    Proof {
        url: "https://vsys.example.go.jp/verify/L-2022-000002?hash=0123456789abcdef".into(),
        hash: "0123456789abcdef0123456789abcdef".into(),
        consent: f
            .optional
            .then(|| format!("電子同意　{}　2022年2月7日 10:00", (f.text)("代表 次郎"))),
    }
}
