//! 融通の引継ぎ: the paper that travels with vials from one venue to another, laid out after 様式7-1
//! (情報連携シート). Source: domain facts §5.4.

use serde::{Deserialize, Serialize};

use crate::Texts;
use crate::book::{Align, Book, Cell, FOOT, Means, Style, Table};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    pub number: String,
    pub programme: String,
    pub from: Side,
    pub to: Side,
    pub product: String,
    pub lot: String,
    pub expiry: String,
    pub vials: i64,
    pub temperature: String,
    /// When it left the freezer.
    pub taken_out: String,
    pub note: String,
    /// Empty until the other side has answered.
    pub answer: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    pub code: String,
    pub name: String,
    pub place: String,
    pub phone: String,
    pub manager: String,
}

pub(crate) fn texts(handover: &Handover) -> Texts<'_> {
    let (from, to) = (&handover.from, &handover.to);
    vec![
        ("番号", handover.number.as_str()),
        ("事業", &handover.programme),
        ("融通元の会場コード", &from.code),
        ("融通元の名称", &from.name),
        ("融通元の所在地", &from.place),
        ("融通元の電話番号", &from.phone),
        ("融通元の保管管理責任者", &from.manager),
        ("融通先の会場コード", &to.code),
        ("融通先の名称", &to.name),
        ("融通先の所在地", &to.place),
        ("融通先の電話番号", &to.phone),
        ("融通先の保管管理責任者", &to.manager),
        ("品名", &handover.product),
        ("ロット番号", &handover.lot),
        ("有効期限", &handover.expiry),
        ("温度区分", &handover.temperature),
        ("冷凍庫から出した日時", &handover.taken_out),
        ("備考", &handover.note),
        ("回答", &handover.answer),
    ]
}

const PAIR: [f32; 2] = [45.0, 125.0];
const BODY: Style = Style::new(10.5);
const SMALL: Style = Style::new(9.0);

fn pair(label: &str, value: &str) -> Vec<Cell> {
    vec![Cell::header(label, SMALL), Cell::new(value, BODY)]
}

fn part(book: &mut Book, y: f32, title: &str, summary: &str, rows: Vec<Vec<Cell>>) -> f32 {
    let y = book.room(y, 30.0);
    book.text(20.0, y, 80.0, title, BODY.bold(), Means::Paragraph);
    book.table(y + 3.0, Table::new(20.0, &PAIR, 8.0, summary), rows)
}

pub(crate) fn lay(book: &mut Book, handover: &Handover) {
    book.begin(&format!("ワクチン引継ぎ書　{}", handover.number));
    book.text(
        20.0,
        18.0,
        170.0,
        &format!("番号 {}", handover.number),
        SMALL.align(Align::Right),
        Means::Paragraph,
    );
    book.text(
        20.0,
        34.0,
        170.0,
        "ワクチン引継ぎ書（融通）",
        Style::new(20.0).bold().align(Align::Center),
        Means::Title,
    );
    let y = book.text(20.0, 46.0, 170.0, &handover.programme, BODY, Means::Paragraph);
    let side = |s: &Side| {
        vec![
            pair("会場コード", &s.code),
            pair("名称", &s.name),
            pair("所在地", &s.place),
            pair("電話番号", &s.phone),
            pair("保管管理責任者", &s.manager),
        ]
    };
    let y = part(book, y + 10.0, "融通元", "融通元の会場", side(&handover.from));
    let y = part(book, y + 8.0, "融通先", "融通先の会場", side(&handover.to));
    let rows = vec![
        pair("品名", &handover.product),
        pair("ロット番号", &handover.lot),
        pair("有効期限", &handover.expiry),
        pair("バイアル数", &format!("{}本", rules::application::commas(handover.vials))),
        pair("温度区分", &handover.temperature),
        pair("冷凍庫から出した日時", &handover.taken_out),
        pair("備考", &handover.note),
    ];
    let y = part(book, y + 8.0, "ワクチン", "渡すワクチン", rows);
    // What is signed stays together with the sentence above it.
    let y = book.room(y + 9.0, 36.0);
    let y = book.paragraph(
        20.0,
        y,
        170.0,
        "冷凍庫から出した後は2〜8℃で保管し、再び凍結しないでください。",
        SMALL,
    );
    let blank = |label: &str| vec![Cell::header(label, SMALL), Cell::new("", BODY)];
    let rows =
        vec![blank("渡した日時・署名"), blank("受け取った日時・署名"), blank("受け取った本数")];
    let y = book.table(y + 0.5, Table::new(20.0, &PAIR, 9.0, "受け渡しの記録"), rows);
    if !handover.answer.is_empty() {
        let lines = book.lines(170.0, &handover.answer, SMALL.bold()) as f32;
        let y = book.room(y + 6.0, lines * 4.2);
        book.text(20.0, y, 170.0, &handover.answer, SMALL.bold(), Means::Paragraph);
    }
    book.text(
        20.0,
        FOOT,
        170.0,
        "融通の台帳は3年間保存してください。",
        Style::new(8.0),
        Means::Paragraph,
    );
}
