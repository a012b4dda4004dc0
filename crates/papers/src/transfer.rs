//! 融通の引継ぎ: the paper that travels with vials from one venue to another, laid out after 様式7-1 (情報連携シート). Source: domain facts §5.4.

use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Style};

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

pub fn draw(handover: &Handover) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("ワクチン引継ぎ書");
    book.page(|sheet| {
        let (body, small) = (Style::new(10.5), Style::new(9.0));
        sheet.text(20.0, 18.0, 170.0, &format!("番号 {}", handover.number), small.align(Align::Right), Means::Paragraph);
        sheet.text(20.0, 34.0, 170.0, "ワクチン引継ぎ書（融通）", Style::new(20.0).bold().align(Align::Center), Means::Title);
        sheet.text(20.0, 46.0, 170.0, &handover.programme, body, Means::Paragraph);
        let pair = |label: &str, value: &str| vec![Cell::header(label, small), Cell::new(value, body)];
        let side = |s: &Side| {
            vec![
                pair("会場コード", &s.code),
                pair("名称", &s.name),
                pair("所在地", &s.place),
                pair("電話番号", &s.phone),
                pair("保管管理責任者", &s.manager),
            ]
        };
        sheet.text(20.0, 56.0, 80.0, "融通元", body.bold(), Means::Paragraph);
        let y = sheet.table(20.0, 59.0, &[45.0, 125.0], 8.0, side(&handover.from), "融通元の会場");
        sheet.text(20.0, y + 8.0, 80.0, "融通先", body.bold(), Means::Paragraph);
        let y = sheet.table(20.0, y + 11.0, &[45.0, 125.0], 8.0, side(&handover.to), "融通先の会場");
        sheet.text(20.0, y + 8.0, 80.0, "ワクチン", body.bold(), Means::Paragraph);
        let y = sheet.table(
            20.0,
            y + 11.0,
            &[45.0, 125.0],
            8.0,
            vec![
                pair("品名", &handover.product),
                pair("ロット番号", &handover.lot),
                pair("有効期限", &handover.expiry),
                pair("バイアル数", &format!("{}本", handover.vials)),
                pair("温度区分", &handover.temperature),
                pair("冷凍庫から出した日時", &handover.taken_out),
                pair("備考", &handover.note),
            ],
            "渡すワクチン",
        );
        let y = sheet.paragraph(20.0, y + 9.0, 170.0, "冷凍庫から出した後は2〜8℃で保管し、再び凍結しないでください。", small);
        let blank = |label: &str| vec![Cell::header(label, small), Cell::new("", body)];
        let y = sheet.table(
            20.0,
            y + 2.0,
            &[45.0, 125.0],
            10.0,
            vec![blank("渡した日時・署名"), blank("受け取った日時・署名"), blank("受け取った本数")],
            "受け渡しの記録",
        );
        if !handover.answer.is_empty() {
            sheet.text(20.0, y + 7.0, 170.0, &handover.answer, small.bold(), Means::Paragraph);
        }
        sheet.text(20.0, 282.0, 170.0, "融通の台帳は3年間保存してください。", Style::new(8.0), Means::Paragraph);
    });
    book.finish()
}
