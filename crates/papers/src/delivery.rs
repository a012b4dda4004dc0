//! 納品書 with a receipt to sign, one page a delivery; and address labels, twelve on a page.

use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Style};

/// What is printed of one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub number: String,
    pub programme: String,
    pub cycle: String,
    pub date: String,
    pub band: String,
    pub venue_code: String,
    pub venue: String,
    pub address: String,
    pub phone: String,
    /// Who receives: the one responsible for storage.
    pub receiver: String,
    /// Days on which the venue takes nothing.
    pub refused: String,
    pub wholesaler: String,
    pub wholesaler_phone: String,
    pub product: String,
    pub storage: String,
    pub boxes: u32,
    pub doses: u32,
    pub needle_boxes: u32,
    pub needles: u32,
}

/// 納品書, one page each.
pub fn notes(notes: &[Note]) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("納品書");
    let (body, small) = (Style::new(11.0), Style::new(9.0));
    for note in notes {
        book.page(|sheet| {
            sheet.text(20.0, 18.0, 170.0, &format!("番号 {}", note.number), small.align(Align::Right), Means::Paragraph);
            sheet.text(20.0, 34.0, 170.0, "納　品　書", Style::new(22.0).bold().align(Align::Center), Means::Title);
            sheet.text(20.0, 50.0, 110.0, &format!("{}　御中", note.venue), Style::new(13.0).bold(), Means::Paragraph);
            sheet.text(20.0, 58.0, 110.0, &format!("会場コード {}", note.venue_code), small, Means::Paragraph);
            sheet.text(20.0, 64.0, 110.0, &note.address, small, Means::Paragraph);
            sheet.text(20.0, 70.0, 110.0, &format!("電話 {}　受取 {}", note.phone, note.receiver), small, Means::Paragraph);
            sheet.text(130.0, 80.0, 60.0, &note.wholesaler, body.bold(), Means::Paragraph);
            sheet.text(130.0, 87.0, 60.0, &format!("電話 {}", note.wholesaler_phone), small, Means::Paragraph);
            let pair = |label: &str, value: String| vec![Cell::header(label, small), Cell::new(value, body)];
            let y = sheet.table(
                20.0,
                96.0,
                &[45.0, 125.0],
                10.0,
                vec![
                    pair("納入日", format!("{}　{}", note.date, note.band)),
                    pair("事業", note.programme.clone()),
                    pair("クール", note.cycle.clone()),
                    pair("受け取れない曜日", note.refused.clone()),
                ],
                "納入の内容",
            );
            let head = |text: &str| Cell::header(text, small.align(Align::Center));
            let number = |n: String| Cell::new(n, body.align(Align::Right));
            let y = sheet.table(
                20.0,
                y + 8.0,
                &[80.0, 30.0, 30.0, 30.0],
                11.0,
                vec![
                    vec![head("品名"), head("保管"), head("箱"), head("数量")],
                    vec![
                        Cell::new(&note.product, body),
                        Cell::new(&note.storage, body),
                        number(note.boxes.to_string()),
                        number(format!("{}回分", note.doses)),
                    ],
                    vec![
                        Cell::new("針・シリンジ", body),
                        Cell::new("室温", body),
                        number(note.needle_boxes.to_string()),
                        number(format!("{}本", note.needles)),
                    ],
                ],
                "納入する品",
            );
            sheet.text(20.0, y + 14.0, 170.0, "上記のとおり受け取りました。", body, Means::Paragraph);
            let blank = |label: &str| vec![Cell::header(label, small), Cell::new("", body)];
            let y = sheet.table(
                20.0,
                y + 18.0,
                &[45.0, 125.0],
                12.0,
                vec![blank("受領日時"), blank("受領者（署名）"), blank("箱数の相違・破損")],
                "受領の記録",
            );
            sheet.text(
                20.0,
                y + 8.0,
                170.0,
                "受け取った後、システムの「配送予定日の確認」から受領を記録してください。",
                small,
                Means::Paragraph,
            );
        });
    }
    book.finish()
}

/// Labels of 85 × 45 mm, two columns of six on a page.
pub fn labels(notes: &[Note]) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("宛名ラベル");
    for page in notes.chunks(12) {
        book.page(|sheet| {
            for (i, note) in page.iter().enumerate() {
                let (x, y) = (20.0 + (i % 2) as f32 * 88.0, 14.0 + (i / 2) as f32 * 46.0);
                let line = Style::new(9.0);
                sheet.frame(x, y, 85.0, 44.0, 0.3);
                sheet.text(x + 3.0, y + 7.0, 79.0, &note.address, line, Means::Paragraph);
                sheet.text(x + 3.0, y + 15.0, 79.0, &format!("{}　御中", note.venue), Style::new(12.0).bold(), Means::Paragraph);
                sheet.text(x + 3.0, y + 22.0, 79.0, &format!("{}　様　電話 {}", note.receiver, note.phone), line, Means::Paragraph);
                sheet.text(
                    x + 3.0,
                    y + 29.0,
                    79.0,
                    &format!("{}　{}箱　針・シリンジ {}箱", note.product, note.boxes, note.needle_boxes),
                    line,
                    Means::Paragraph,
                );
                sheet.text(x + 3.0, y + 36.0, 79.0, &format!("{}　{}", note.date, note.band), line.bold(), Means::Paragraph);
                sheet.text(x + 3.0, y + 41.5, 79.0, &format!("{}　{}", note.wholesaler, note.number), Style::new(7.5), Means::Paragraph);
            }
        });
    }
    book.finish()
}
