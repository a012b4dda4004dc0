//! コロナワクチン接種費等 請求総括書 (both forms) and 市区町村別請求書, laid out as the briefing's samples. Source: domain
//! facts §7.3.

use rules::application::commas;
use rules::claim::{Calculation, Form, Kind, Row, Sum};
use serde::{Deserialize, Serialize};

use crate::Texts;
use crate::book::{Align, Book, Cell, FOOT, Means, Style, Table};

pub const SUMMARY_TITLE: &str = "コロナワクチン接種費等 請求総括書";
pub const MUNICIPAL_TITLE: &str = "コロナワクチン接種費等 市区町村別請求書";
pub const COVER_TITLE: &str = "送付状";
pub const ACCOUNT_TITLE: &str = "コロナワクチン接種費等 振込口座届";

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

fn party_texts(party: &Party) -> Texts<'_> {
    vec![
        ("医療機関等の所在地", party.address.as_str()),
        ("代表者氏名", &party.representative),
        ("電話番号", &party.phone),
        ("施設等区分", &party.facility_class),
        ("医療機関等番号", &party.code),
        ("医療機関等名称", &party.name),
    ]
}

pub(crate) fn summary_texts(summary: &ClaimSummary) -> Texts<'_> {
    let mut texts = vec![("宛先", summary.addressee.as_str())];
    texts.extend(party_texts(&summary.party));
    texts.extend(summary.receipt.as_deref().map(|receipt| ("受付番号", receipt)));
    texts
}

pub(crate) fn municipal_texts(claim: &MunicipalClaim) -> Texts<'_> {
    let mut texts = vec![
        ("宛先", claim.municipality.as_str()),
        ("市区町村コード", &claim.municipality_code),
        ("被接種者区分", &claim.recipient_class),
    ];
    texts.extend(party_texts(&claim.party));
    texts.extend(claim.receipt.as_deref().map(|receipt| ("受付番号", receipt)));
    texts
}

/// Addressee, who claims, and the title; returns where it ends.
fn head(book: &mut Book, addressee: &str, title: &str, party: &Party) -> f32 {
    let y = book.text(
        20.0,
        22.0,
        100.0,
        &format!("{addressee} 御中"),
        Style::new(12.0),
        Means::Paragraph,
    );
    let claims = [
        (10.0, format!("医療機関等の所在地：{}", party.address)),
        (6.5, format!("代表者氏名：{}", party.representative)),
        (6.5, format!("電話番号：{}", party.phone)),
    ];
    let below = |y, (gap, line): &(f32, String)| {
        book.next(95.0, y + gap, 95.0, line, BODY, Means::Paragraph)
    };
    let y = claims.iter().fold(y, below);
    let y = book.next(
        20.0,
        y + 15.0,
        170.0,
        title,
        Style::new(17.0).bold().align(Align::Center),
        Means::Title,
    );
    y + 8.0
}

fn party_table(book: &mut Book, y: f32, party: &Party, more: &[(&str, &str)]) -> f32 {
    let own = [
        ("施設等区分", &*party.facility_class),
        ("医療機関等番号(10桁)", &*party.code),
        ("医療機関等名称", &*party.name),
    ];
    let rows = own
        .iter()
        .chain(more)
        .map(|(label, value)| vec![Cell::header(*label, SMALL), Cell::new(*value, BODY)])
        .collect();
    book.table(y, Table::new(20.0, &[45.0, 125.0], 6.0, "請求する医療機関"), rows)
}

const AMOUNTS: [f32; 6] = [20.0, 34.0, 26.0, 38.0, 22.0, 30.0];

fn amount_rows(calculation: &Calculation) -> Vec<Vec<Cell>> {
    let head = SMALL.align(Align::Center);
    let names = ["区分", "種類", "請求件数", "請求金額(税込み)", "決定件数", "決定金額(税込み)"];
    let mut rows = vec![names.map(|name| Cell::header(name, head)).to_vec()];
    let figures = |count: String, amount: String, style: Style| {
        [
            Cell::new(count, style),
            Cell::new(amount, style),
            Cell::new("", BODY),
            Cell::new("", BODY),
        ]
    };
    for kind in Kind::ALL {
        let sum: &Sum = match kind {
            Kind::Vaccination => &calculation.subtotals.vaccination,
            Kind::ScreeningOnly => &calculation.subtotals.screening_only,
        };
        for row in calculation.rows.iter().filter(|r| r.kind == kind) {
            let mut cells = vec![
                Cell::header(kind.label(), SMALL),
                Cell::header(row_label(calculation.form, row), SMALL),
            ];
            cells.extend(figures(commas(i64::from(row.count)), yen(row.amount), BODY.figure()));
            rows.push(cells);
        }
        let mut cells = vec![Cell::header(kind.label(), SMALL), Cell::header("小計", SMALL.bold())];
        cells.extend(figures(commas(i64::from(sum.count)), yen(sum.amount), BODY.bold().figure()));
        rows.push(cells);
    }
    let mut cells = vec![Cell::header("合計", SMALL.bold()).spanning(2)];
    let (count, amount) =
        (commas(i64::from(calculation.total.count)), yen(calculation.total.amount));
    cells.extend(figures(format!("{count}件"), format!("{amount}円"), BODY.bold().figure()));
    rows.push(cells);
    rows
}

/// The month and the table of counts and amounts; the thick frame holds what the institution
/// writes.
fn amounts(book: &mut Book, y: f32, calculation: &Calculation) -> f32 {
    let height = if calculation.form == Form::New { 5.8 } else { 9.0 };
    let table = Table::new(20.0, &AMOUNTS, height, "区分と種類ごとの請求件数と請求金額");
    let rows = amount_rows(calculation);
    let whole = book.measure(&table, &rows);
    let y = book.room(y, whole + 20.0);
    let month = format!("{}請求分", calculation.claim_month.say());
    book.text(20.0, y + 7.0, 100.0, &month, Style::new(13.0).bold(), Means::Paragraph);
    let bottom = book.table(y + 10.0, table, rows);
    let left = 20.0 + AMOUNTS[0] + AMOUNTS[1];
    book.frame(left, y + 10.0, AMOUNTS[2] + AMOUNTS[3], whole, 1.8);
    book.text(left, bottom + 5.0, 80.0, "↑太枠内に記載すること", SMALL, Means::Paragraph);
    bottom + 8.0
}

fn price_rows(calculation: &Calculation) -> Vec<Vec<Cell>> {
    let (head, small) = (SMALL.align(Align::Center), Style::new(8.0));
    let mut rows = vec![["区分", "種類", "単価"].map(|name| Cell::header(name, head)).to_vec()];
    for row in &calculation.rows {
        rows.push(vec![
            Cell::header(row.kind.label(), small),
            Cell::header(row_label(calculation.form, row), small),
            Cell::new(format!("{}円", commas(i64::from(row.unit_price))), small.figure()),
        ]);
    }
    rows
}

const PRICES: [f32; 3] = [20.0, 34.0, 26.0];

fn tick(book: &mut Book, x: f32, y: f32, on: bool) {
    let head = SMALL.align(Align::Center);
    let mark = if on { "✓" } else { "" };
    let rows = vec![
        vec![Cell::header("住所地内接種分含む", head), Cell::header("対象", head)],
        vec![Cell::tick(on), Cell::new(mark, Style::new(12.0).align(Align::Center))],
    ];
    let bottom =
        book.table(y, Table::new(x, &[46.0, 24.0], 7.0, "住所地内接種分を含むかどうか"), rows);
    book.text(
        x,
        bottom + 5.0,
        78.0,
        "※接種費等の項目は請求内容変更の場合はチェック",
        Style::new(8.0),
        Means::Paragraph,
    );
}

/// In the old form the extras stand beside the system, in blocks to be written by hand.
fn by_hand(book: &mut Book, y: f32) {
    let labels = [
        "予診のみ 時間外・休日(6歳未満)",
        "予診のみ 時間外・休日(6歳以上)",
        "接種 時間外・休日(6歳未満)",
        "接種 時間外・休日(6歳以上)",
    ];
    let rows = labels
        .map(|label| {
            vec![Cell::header(label, Style::new(8.0)), Cell::new("", SMALL), Cell::new("", SMALL)]
        })
        .into();
    let y = book.room(y, 32.0);
    book.table(
        y,
        Table::new(20.0, &[60.0, 20.0, 30.0], 8.0, "時間外・休日の手書き欄（件数と金額）"),
        rows,
    );
}

fn foot(book: &mut Book, calculation: &Calculation, receipt: Option<&str>) {
    let text = format!(
        "提出期限 {}（必着）　消費税率 {}%　{}",
        calculation.due.strftime("%Y年%-m月%-d日"),
        calculation.tax_percent,
        receipt.map_or(String::new(), |r| format!("受付番号 {r}"))
    );
    book.within(
        20.0,
        FOOT,
        170.0,
        1,
        text.trim_end(),
        Style::new(8.0).align(Align::Right),
        Means::Paragraph,
    );
}

/// What both forms share: who claims, the month, the amounts. Returns where the amounts end.
fn body(
    book: &mut Book,
    y: f32,
    party: &Party,
    more: &[(&str, &str)],
    calculation: &Calculation,
) -> f32 {
    let below = party_table(book, y, party, more);
    amounts(book, below, calculation)
}

/// The unit prices, and beside them the tick; returns where they end.
fn prices(book: &mut Book, y: f32, calculation: &Calculation, ticked: Option<bool>) -> f32 {
    let table = Table { head: 1, ..Table::new(20.0, &PRICES, 4.4, "単価（税抜き）") };
    let rows = price_rows(calculation);
    let whole = book.measure(&table, &rows).max(30.0);
    let y = book.room(y + 4.0, whole + 2.0);
    book.text(20.0, y, 90.0, "(単価(税抜き))", SMALL, Means::Paragraph);
    let below = book.table(y + 2.0, table, rows);
    match ticked {
        Some(on) => {
            tick(book, 112.0, y + 4.0, on);
            below.max(y + 26.0)
        }
        None => below,
    }
}

pub(crate) fn lay_summary(book: &mut Book, summary: &ClaimSummary) {
    let calculation = &summary.calculation;
    book.begin(&format!("{SUMMARY_TITLE}　{}", summary.addressee));
    let y = head(book, &summary.addressee, SUMMARY_TITLE, &summary.party);
    let y = body(book, y, &summary.party, &[], calculation);
    let y = prices(book, y, calculation, Some(summary.includes_in_municipality));
    if calculation.form == Form::Old {
        by_hand(book, y + 8.0);
    }
    foot(book, calculation, summary.receipt.as_deref());
}

pub(crate) fn lay_municipal(book: &mut Book, claim: &MunicipalClaim) {
    book.begin(&format!("{MUNICIPAL_TITLE}　{}", claim.municipality));
    let y = head(book, &claim.municipality, MUNICIPAL_TITLE, &claim.party);
    let more =
        [("市区町村コード", &*claim.municipality_code), ("被接種者区分", &*claim.recipient_class)];
    let y = body(book, y, &claim.party, &more, &claim.calculation);
    prices(book, y, &claim.calculation, None);
    foot(book, &claim.calculation, claim.receipt.as_deref());
}

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

pub(crate) fn cover_texts(cover: &Cover) -> Texts<'_> {
    let mut texts = vec![("宛先", cover.addressee.as_str()), ("窓口", &cover.desk)];
    texts.extend(
        party_texts(&cover.party)
            .into_iter()
            .filter(|(label, _)| ["医療機関等の所在地", "代表者氏名", "電話番号"].contains(label)),
    );
    texts.extend(
        cover
            .sheets
            .iter()
            .flat_map(|(place, class, _)| [("市区町村", place.as_str()), ("被接種者区分", class)]),
    );
    texts.extend(cover.receipt.as_deref().map(|receipt| ("受付番号", receipt)));
    texts
}

/// 送付状: as many pages as the list needs.
pub(crate) fn lay_cover(book: &mut Book, cover: &Cover) {
    book.begin(&format!("{COVER_TITLE}　{}", cover.addressee));
    let y = head(book, &cover.addressee, COVER_TITLE, &cover.party);
    let line =
        |label: &str, value: String| vec![Cell::header(label, SMALL), Cell::new(value, BODY)];
    let total =
        format!("{}件　{}円", commas(i64::from(cover.total.count)), yen(cover.total.amount));
    let mut lines = vec![
        line("請求月", format!("{}請求分", cover.claim_month)),
        line("提出期限", format!("{}（必着）", cover.due)),
        line(
            "提出方法",
            "持参または郵送（電子ファイルは同じ数字でシステムから届いています）".into(),
        ),
        line("請求件数・金額", total),
    ];
    if !cover.desk.is_empty() {
        lines.push(line("窓口", cover.desk.clone()));
    }
    let y = book.table(y, Table::new(20.0, &[40.0, 130.0], 7.0, "提出するもの"), lines);
    let order = "次の順に重ねて提出してください：請求総括書、続いて市区町村ごとに、市区町村別請求書の後ろにその市区町村の予診票。";
    let y = book.paragraph(20.0, y + 7.0, 170.0, order, SMALL);
    let names = ["順", "市区町村別請求書", "被接種者区分", "予診票"];
    let mut rows = vec![names.map(|name| Cell::header(name, SMALL)).to_vec()];
    for (i, (place, class, forms)) in cover.sheets.iter().enumerate() {
        rows.push(vec![
            Cell::new((i + 1).to_string(), BODY.figure()),
            Cell::new(place, BODY),
            Cell::new(class, BODY.align(Align::Center)),
            Cell::new(format!("{}枚", commas(i64::from(*forms))), BODY.figure()),
        ]);
    }
    let all: u64 = cover.sheets.iter().map(|(_, _, forms)| u64::from(*forms)).sum();
    rows.push(vec![
        Cell::header(format!("計　{}市区町村分", cover.sheets.len()), SMALL.bold()).spanning(3),
        Cell::new(format!("{}枚", yen(all)), BODY.bold().figure()),
    ]);
    let table = Table {
        head: 1,
        tail: 1,
        ..Table::new(20.0, &[14.0, 96.0, 28.0, 32.0], 6.2, "同封する市区町村別請求書と予診票")
    };
    book.table(y + 1.0, table, rows);
    if let Some(receipt) = &cover.receipt {
        book.within(
            20.0,
            FOOT,
            170.0,
            1,
            &format!("受付番号 {receipt}"),
            Style::new(8.0).align(Align::Right),
            Means::Paragraph,
        );
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

pub(crate) fn account_texts(form: &AccountForm) -> Texts<'_> {
    vec![
        ("宛先", form.addressee.as_str()),
        ("医療機関等番号", &form.code),
        ("医療機関等名称", &form.name),
        ("所在地", &form.address),
        ("代表者氏名", &form.representative),
        ("電話番号", &form.phone),
        ("金融機関名", &form.bank),
        ("支店名", &form.branch),
        ("預金の種類", &form.kind),
        ("口座番号", &form.number),
        ("口座名義", &form.holder),
    ]
}

pub(crate) fn lay_account(book: &mut Book, form: &AccountForm) {
    book.begin(ACCOUNT_TITLE);
    let y = book.text(
        20.0,
        22.0,
        100.0,
        &format!("{} 御中", form.addressee),
        Style::new(12.0),
        Means::Paragraph,
    );
    let title = Style::new(17.0).bold().align(Align::Center);
    let y = book.text(20.0, y + 22.0, 170.0, ACCOUNT_TITLE, title, Means::Title);
    let pair = |label: &str, value: &str| vec![Cell::header(label, SMALL), Cell::new(value, BODY)];
    let rows = vec![
        pair("医療機関等番号(10桁)", &form.code),
        pair("医療機関等名称", &form.name),
        pair("所在地", &form.address),
        pair("代表者氏名", form.representative.trim()),
        pair("電話番号", &form.phone),
    ];
    let y = book.table(y + 12.0, Table::new(20.0, &[50.0, 120.0], 9.0, "届け出る医療機関"), rows);
    let y = book.room(y + 9.0, 50.0);
    book.text(20.0, y, 170.0, "振込先", Style::new(12.0).bold(), Means::Paragraph);
    let rows = vec![
        pair("金融機関名", &form.bank),
        pair("支店名", &form.branch),
        pair("預金の種類", &form.kind),
        pair("口座番号", &form.number),
        pair("口座名義（カタカナ）", &form.holder),
    ];
    book.table(y + 3.0, Table::new(20.0, &[50.0, 120.0], 9.0, "振込先の口座"), rows);
}
