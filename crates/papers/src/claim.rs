//! コロナワクチン接種費等 請求総括書 (both forms) and 市区町村別請求書, laid out as the briefing's samples. Source: domain facts §7.3.

use rules::application::commas;
use rules::claim::{Calculation, Form, Kind, Row, Sum};
use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Sheet, Style};

pub const SUMMARY_TITLE: &str = "コロナワクチン接種費等 請求総括書";
pub const MUNICIPAL_TITLE: &str = "コロナワクチン接種費等 市区町村別請求書";

/// Who claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    pub address: String,
    pub representative: String,
    pub phone: String,
    /// 施設等区分
    pub facility_class: String,
    /// 医療機関等番号(10桁)
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimSummary {
    /// Without 御中.
    pub addressee: String,
    pub party: Party,
    /// 住所地内接種分含む
    pub includes_in_municipality: bool,
    pub calculation: Calculation,
    pub receipt: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MunicipalClaim {
    pub municipality: String,
    pub municipality_code: String,
    pub party: Party,
    /// 被接種者区分: 1 without, 2 with a coupon.
    pub recipient_class: String,
    pub calculation: Calculation,
    pub receipt: Option<String>,
}

const SMALL: Style = Style::new(9.0);
const BODY: Style = Style::new(10.0);

fn yen(amount: u64) -> String {
    commas(i64::try_from(amount).unwrap_or(i64::MAX))
}

/// `6歳以上(時間外)`; the old form knows no bands.
fn row_label(form: Form, row: &Row) -> String {
    match form {
        Form::Old => row.age.label().to_string(),
        Form::New => format!("{}({})", row.age.label(), row.band.label()),
    }
}

fn head(sheet: &mut Sheet<'_>, addressee: &str, title: &str, party: &Party) {
    sheet.text(20.0, 22.0, 100.0, &format!("{addressee} 御中"), Style::new(12.0), Means::Paragraph);
    sheet.text(95.0, 32.0, 95.0, &format!("医療機関等の所在地：{}", party.address), BODY, Means::Paragraph);
    sheet.text(95.0, 38.5, 95.0, &format!("代表者氏名：{}", party.representative), BODY, Means::Paragraph);
    sheet.text(95.0, 45.0, 95.0, &format!("電話番号：{}", party.phone), BODY, Means::Paragraph);
    sheet.text(20.0, 60.0, 170.0, title, Style::new(17.0).bold().align(Align::Center), Means::Title);
}

fn party_table(sheet: &mut Sheet<'_>, y: f32, party: &Party, more: &[(&str, String)]) -> f32 {
    let mut rows = vec![
        vec![Cell::header("施設等区分", SMALL), Cell::new(&party.facility_class, BODY)],
        vec![Cell::header("医療機関等番号(10桁)", SMALL), Cell::new(&party.code, BODY)],
        vec![Cell::header("医療機関等名称", SMALL), Cell::new(&party.name, BODY)],
    ];
    for (label, value) in more {
        rows.push(vec![Cell::header(*label, SMALL), Cell::new(value, BODY)]);
    }
    sheet.table(20.0, y, &[45.0, 80.0], 6.0, rows, "請求する医療機関")
}

/// The table of counts and amounts; the thick frame holds what the institution writes.
fn amounts(sheet: &mut Sheet<'_>, y: f32, calculation: &Calculation) -> f32 {
    let columns = [24.0, 40.0, 24.0, 32.0, 20.0, 30.0];
    let right = BODY.align(Align::Right);
    let head = SMALL.align(Align::Center);
    let height = if calculation.form == Form::New { 5.8 } else { 9.0 };
    let mut rows = vec![vec![
        Cell::header("区分", head),
        Cell::header("種類", head),
        Cell::header("請求件数", head),
        Cell::header("請求金額(税込み)", head),
        Cell::header("決定件数", head),
        Cell::header("決定金額(税込み)", head),
    ]];
    for kind in Kind::ALL {
        let sum: &Sum = match kind {
            Kind::Vaccination => &calculation.subtotals.vaccination,
            Kind::ScreeningOnly => &calculation.subtotals.screening_only,
        };
        for row in calculation.rows.iter().filter(|r| r.kind == kind) {
            rows.push(vec![
                Cell::header(kind.label(), SMALL),
                Cell::header(row_label(calculation.form, row), SMALL),
                Cell::new(commas(i64::from(row.count)), right),
                Cell::new(yen(row.amount), right),
                Cell::new("", right),
                Cell::new("", right),
            ]);
        }
        rows.push(vec![
            Cell::header(kind.label(), SMALL),
            Cell::header("小計", SMALL.bold()),
            Cell::new(commas(i64::from(sum.count)), right.bold()),
            Cell::new(yen(sum.amount), right.bold()),
            Cell::new("", right),
            Cell::new("", right),
        ]);
    }
    rows.push(vec![
        Cell::header("合計", SMALL.bold()).spanning(2),
        Cell::new(format!("{}件", commas(i64::from(calculation.total.count))), right.bold()),
        Cell::new(format!("{}円", yen(calculation.total.amount)), right.bold()),
        Cell::new("", right),
        Cell::new("", right),
    ]);
    let count = rows.len() as f32;
    let bottom = sheet.table(20.0, y, &columns, height, rows, "区分と種類ごとの請求件数と請求金額");
    sheet.frame(20.0 + 64.0, y, 56.0, height * count, 1.8);
    sheet.text(84.0, bottom + 5.0, 80.0, "↑太枠内に記載すること", SMALL, Means::Paragraph);
    bottom + 8.0
}

fn prices(sheet: &mut Sheet<'_>, x: f32, y: f32, calculation: &Calculation) -> f32 {
    let head = SMALL.align(Align::Center);
    let mut rows = vec![vec![Cell::header("区分", head), Cell::header("種類", head), Cell::header("単価", head)]];
    for row in &calculation.rows {
        rows.push(vec![
            Cell::header(row.kind.label(), Style::new(7.5)),
            Cell::header(row_label(calculation.form, row), Style::new(7.5)),
            Cell::new(format!("{}円", commas(i64::from(row.unit_price))), Style::new(8.0).align(Align::Right)),
        ]);
    }
    sheet.text(x, y, 90.0, "(単価(税抜き))", SMALL, Means::Paragraph);
    sheet.table(x, y + 2.0, &[24.0, 32.0, 24.0], 4.4, rows, "単価（税抜き）")
}

fn tick(sheet: &mut Sheet<'_>, x: f32, y: f32, on: bool) {
    let head = SMALL.align(Align::Center);
    let rows = vec![
        vec![Cell::header("住所地内接種分含む", head), Cell::header("対象", head)],
        vec![
            Cell::new(if on { "☑" } else { "□" }, Style::new(12.0).align(Align::Center)),
            Cell::new(if on { "✓" } else { "" }, Style::new(12.0).align(Align::Center)),
        ],
    ];
    let bottom = sheet.table(x, y, &[42.0, 24.0], 7.0, rows, "住所地内接種分を含むかどうか");
    sheet.text(x, bottom + 5.0, 80.0, "※接種費等の項目は請求内容変更の場合はチェック", Style::new(8.0), Means::Paragraph);
}

/// In the old form the extras stand beside the system, in blocks to be written by hand.
fn by_hand(sheet: &mut Sheet<'_>, x: f32, y: f32) {
    let labels =
        ["予診のみ 時間外・休日(6歳未満)", "予診のみ 時間外・休日(6歳以上)", "接種 時間外・休日(6歳未満)", "接種 時間外・休日(6歳以上)"];
    let rows = labels.iter().map(|label| vec![Cell::header(*label, Style::new(8.0)), Cell::new("", SMALL), Cell::new("", SMALL)]).collect();
    sheet.table(x, y, &[60.0, 20.0, 30.0], 8.0, rows, "時間外・休日の手書き欄（件数と金額）");
}

fn foot(sheet: &mut Sheet<'_>, calculation: &Calculation, receipt: Option<&str>) {
    let text = format!(
        "提出期限 {}（必着）　消費税率 {}%　{}",
        calculation.due.strftime("%Y年%-m月%-d日"),
        calculation.tax_percent,
        receipt.map_or(String::new(), |r| format!("受付番号 {r}"))
    );
    sheet.text(20.0, 285.0, 170.0, text.trim_end(), Style::new(8.0).align(Align::Right), Means::Paragraph);
}

/// What both forms share: who claims, the month, the amounts and the unit prices. Returns where the amounts end.
fn body(sheet: &mut Sheet<'_>, party: &Party, more: &[(&str, String)], calculation: &Calculation) -> f32 {
    let below = party_table(sheet, 68.0, party, more);
    let month = format!("{}請求分", calculation.claim_month.say());
    sheet.text(20.0, below + 7.0, 100.0, &month, Style::new(13.0).bold(), Means::Paragraph);
    let below = amounts(sheet, below + 10.0, calculation);
    prices(sheet, 20.0, below + 4.0, calculation);
    below
}

/// Adds a 請求総括書 to a book.
pub fn summary_page(book: &mut Book, summary: &ClaimSummary) {
    book.page(|sheet| {
        let calculation = &summary.calculation;
        head(sheet, &summary.addressee, SUMMARY_TITLE, &summary.party);
        let below = body(sheet, &summary.party, &[], calculation);
        tick(sheet, 112.0, below + 8.0, summary.includes_in_municipality);
        if calculation.form == Form::Old {
            by_hand(sheet, 20.0, below + 45.0);
        }
        foot(sheet, calculation, summary.receipt.as_deref());
    });
}

/// Adds a 市区町村別請求書 to a book.
pub fn municipal_page(book: &mut Book, claim: &MunicipalClaim) {
    book.page(|sheet| {
        head(sheet, &claim.municipality, MUNICIPAL_TITLE, &claim.party);
        let more = [("市区町村コード", claim.municipality_code.clone()), ("被接種者区分", claim.recipient_class.clone())];
        body(sheet, &claim.party, &more, &claim.calculation);
        foot(sheet, &claim.calculation, claim.receipt.as_deref());
    });
}

pub const COVER_TITLE: &str = "送付状";

/// What lies in one envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    pub addressee: String,
    /// Where it is handed in, as the destination says it.
    pub desk: String,
    pub party: Party,
    pub claim_month: String,
    pub due: String,
    pub total: Sum,
    /// Municipality, 被接種者区分, forms (予診票) behind its sheet.
    pub sheets: Vec<(String, String, u32)>,
    pub receipt: Option<String>,
}

/// Adds a 送付状 to a book: as many pages as the list needs.
pub fn cover_page(book: &mut Book, cover: &Cover) {
    const FIRST: usize = 24;
    const NEXT: usize = 36;
    let mut rest: &[(String, String, u32)] = &cover.sheets;
    let mut page = 0;
    let mut number = 0;
    while page == 0 || !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(if page == 0 { FIRST } else { NEXT }));
        book.page(|sheet| {
            let top = if page == 0 {
                head(sheet, &cover.addressee, COVER_TITLE, &cover.party);
                let mut lines = vec![
                    vec![Cell::header("請求月", SMALL), Cell::new(format!("{}請求分", cover.claim_month), BODY)],
                    vec![Cell::header("提出期限", SMALL), Cell::new(format!("{}（必着）", cover.due), BODY)],
                    vec![
                        Cell::header("提出方法", SMALL),
                        Cell::new("持参または郵送（電子ファイルは同じ数字でシステムから届いています）", BODY),
                    ],
                    vec![
                        Cell::header("請求件数・金額", SMALL),
                        Cell::new(format!("{}件　{}円", commas(i64::from(cover.total.count)), yen(cover.total.amount)), BODY),
                    ],
                ];
                if !cover.desk.is_empty() {
                    lines.push(vec![Cell::header("窓口", SMALL), Cell::new(&cover.desk, BODY)]);
                }
                let y = sheet.table(20.0, 68.0, &[40.0, 130.0], 7.0, lines, "提出するもの");
                sheet.paragraph(
                    20.0,
                    y + 7.0,
                    170.0,
                    "次の順に重ねて提出してください：請求総括書、続いて市区町村ごとに、市区町村別請求書の後ろにその市区町村の予診票。",
                    SMALL,
                ) + 1.0
            } else {
                20.0
            };
            let mut rows = vec![vec![
                Cell::header("順", SMALL),
                Cell::header("市区町村別請求書", SMALL),
                Cell::header("被接種者区分", SMALL),
                Cell::header("予診票", SMALL),
            ]];
            for (place, class, forms) in now {
                number += 1;
                rows.push(vec![
                    Cell::new(number.to_string(), BODY.align(Align::Right)),
                    Cell::new(place, BODY),
                    Cell::new(class, BODY.align(Align::Center)),
                    Cell::new(format!("{}枚", commas(i64::from(*forms))), BODY.align(Align::Right)),
                ]);
            }
            sheet.table(20.0, top, &[14.0, 96.0, 28.0, 32.0], 6.2, rows, "同封する市区町村別請求書と予診票");
            let text = cover.receipt.as_ref().map_or(String::new(), |r| format!("受付番号 {r}"));
            sheet.text(20.0, 285.0, 170.0, &text, Style::new(8.0).align(Align::Right), Means::Paragraph);
        });
        rest = later;
        page += 1;
    }
}

/// 口座届: to where the claims are paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    pub addressee: String,
    pub code: String,
    pub name: String,
    pub address: String,
    pub representative: String,
    pub phone: String,
    pub bank: String,
    pub branch: String,
    pub kind: String,
    pub number: String,
    pub holder: String,
}

pub fn draw_account(form: &AccountForm) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("コロナワクチン接種費等 振込口座届");
    book.page(|sheet| {
        sheet.text(20.0, 22.0, 100.0, &format!("{} 御中", form.addressee), Style::new(12.0), Means::Paragraph);
        sheet.text(20.0, 44.0, 170.0, "コロナワクチン接種費等 振込口座届", Style::new(17.0).bold().align(Align::Center), Means::Title);
        let pair = |label: &str, value: &str| vec![Cell::header(label, SMALL), Cell::new(value, BODY)];
        let y = sheet.table(
            20.0,
            56.0,
            &[50.0, 120.0],
            9.0,
            vec![
                pair("医療機関等番号(10桁)", &form.code),
                pair("医療機関等名称", &form.name),
                pair("所在地", &form.address),
                pair("代表者氏名", &form.representative),
                pair("電話番号", &form.phone),
            ],
            "届け出る医療機関",
        );
        sheet.text(20.0, y + 9.0, 170.0, "振込先", Style::new(12.0).bold(), Means::Paragraph);
        sheet.table(
            20.0,
            y + 12.0,
            &[50.0, 120.0],
            9.0,
            vec![
                pair("金融機関名", &form.bank),
                pair("支店名", &form.branch),
                pair("預金の種類", &form.kind),
                pair("口座番号", &form.number),
                pair("口座名義（カタカナ）", &form.holder),
            ],
            "振込先の口座",
        );
    });
    book.finish()
}

/// One document: a 請求総括書 by itself.
pub fn draw_summary(summary: &ClaimSummary) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new(SUMMARY_TITLE);
    summary_page(&mut book, summary);
    book.finish()
}

/// One document: a 市区町村別請求書 by itself.
pub fn draw_municipal(claim: &MunicipalClaim) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new(MUNICIPAL_TITLE);
    municipal_page(&mut book, claim);
    book.finish()
}
