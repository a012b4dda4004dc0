//! 納品書 with a receipt to sign, one page a delivery; and address labels, twelve on a page.

use serde::{Deserialize, Serialize};

use rules::application::commas;

use crate::Texts;
use crate::book::{Align, Book, Cell, Means, Style, Table, leading};

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

pub(crate) fn texts(note: &Note) -> Texts<'_> {
    vec![
        ("番号", note.number.as_str()),
        ("事業", &note.programme),
        ("クール", &note.cycle),
        ("納入日", &note.date),
        ("時間帯", &note.band),
        ("会場コード", &note.venue_code),
        ("接種会場", &note.venue),
        ("所在地", &note.address),
        ("電話番号", &note.phone),
        ("受取", &note.receiver),
        ("受け取れない曜日", &note.refused),
        ("卸", &note.wholesaler),
        ("卸の電話番号", &note.wholesaler_phone),
        ("品名", &note.product),
        ("保管", &note.storage),
    ]
}

const BODY: Style = Style::new(11.0);
const SMALL: Style = Style::new(9.0);
const PAIR: [f32; 2] = [45.0, 125.0];
const GOODS: [f32; 4] = [80.0, 30.0, 30.0, 30.0];

/// 納品書, one each.
pub(crate) fn lay_notes(book: &mut Book, notes: &[Note]) {
    for note in notes {
        lay_note(book, note);
    }
}

fn lay_note(book: &mut Book, note: &Note) {
    book.begin(&format!("納品書　{}", note.number));
    book.text(
        20.0,
        18.0,
        170.0,
        &format!("番号 {}", note.number),
        SMALL.align(Align::Right),
        Means::Paragraph,
    );
    book.text(
        20.0,
        34.0,
        170.0,
        "納　品　書",
        Style::new(22.0).bold().align(Align::Center),
        Means::Title,
    );
    let y = book.text(
        20.0,
        50.0,
        110.0,
        &format!("{}　御中", note.venue),
        Style::new(13.0).bold(),
        Means::Paragraph,
    );
    let y = book.next(
        20.0,
        y + 8.0,
        110.0,
        &format!("会場コード {}", note.venue_code),
        SMALL,
        Means::Paragraph,
    );
    let y = book.next(20.0, y + 6.0, 110.0, &note.address, SMALL, Means::Paragraph);
    let y = book.next(
        20.0,
        y + 6.0,
        110.0,
        &format!("電話 {}　受取 {}", note.phone, note.receiver),
        SMALL,
        Means::Paragraph,
    );
    let y = book.next(130.0, y + 10.0, 60.0, &note.wholesaler, BODY.bold(), Means::Paragraph);
    let y = book.next(
        130.0,
        y + 7.0,
        60.0,
        &format!("電話 {}", note.wholesaler_phone),
        SMALL,
        Means::Paragraph,
    );
    let pair = |label: &str, value: &str| vec![Cell::header(label, SMALL), Cell::new(value, BODY)];
    let rows = vec![
        pair("納入日", format!("{}　{}", note.date, note.band).trim()),
        pair("事業", &note.programme),
        pair("クール", &note.cycle),
        pair("受け取れない曜日", &note.refused),
    ];
    let y = book.table(y + 9.0, Table::new(20.0, &PAIR, 10.0, "納入の内容"), rows);
    let y = goods(book, y + 8.0, note);
    // The receipt stays whole.
    let y = book.room(y + 14.0, 52.0);
    book.text(20.0, y, 170.0, "上記のとおり受け取りました。", BODY, Means::Paragraph);
    let blank = |label: &str| vec![Cell::header(label, SMALL), Cell::new("", BODY)];
    let rows = vec![blank("受領日時"), blank("受領者（署名）"), blank("箱数の相違・破損")];
    let y = book.table(y + 4.0, Table::new(20.0, &PAIR, 12.0, "受領の記録"), rows);
    let text = "受け取った後、システムの「配送予定日の確認」から受領を記録してください。";
    book.text(20.0, y + 8.0, 170.0, text, SMALL, Means::Paragraph);
}

fn goods(book: &mut Book, y: f32, note: &Note) -> f32 {
    let head = |text: &str| Cell::header(text, SMALL.align(Align::Center));
    let number =
        |n: u32, unit: &str| Cell::new(format!("{}{unit}", commas(i64::from(n))), BODY.figure());
    let rows = vec![
        vec![head("品名"), head("保管"), head("箱"), head("数量")],
        vec![
            Cell::new(&note.product, BODY),
            Cell::new(&note.storage, BODY),
            number(note.boxes, ""),
            number(note.doses, "回分"),
        ],
        vec![
            Cell::new("針・シリンジ", BODY),
            Cell::new("室温", BODY),
            number(note.needle_boxes, ""),
            number(note.needles, "本"),
        ],
    ];
    book.table(y, Table { head: 1, ..Table::new(20.0, &GOODS, 11.0, "納入する品") }, rows)
}

/// Labels of 85 × 44 mm, two columns of six on a page; one with long texts takes the width of both.
pub(crate) fn lay_labels(book: &mut Book, notes: &[Note]) {
    const PLACES: usize = 12;
    let mut at = PLACES;
    for note in notes {
        let lines = label_lines(note);
        let narrow = styles(book, NARROW, &lines);
        if narrow.is_none() {
            at = at.next_multiple_of(2);
        }
        if at >= PLACES {
            book.begin("宛名ラベル");
            at = 0;
        }
        let (x, y) = (20.0 + (at % 2) as f32 * 88.0, 10.0 + (at / 2) as f32 * 46.0);
        let width = if narrow.is_some() { NARROW } else { WIDE };
        match narrow.or_else(|| styles(book, WIDE, &lines)) {
            Some(styles) => label(book, x, y, width, &lines, styles),
            None => book.refuse(&note.address),
        }
        at += if width == NARROW { 1 } else { 2 };
    }
}

/// Width of a label and of one that takes both columns, millimetres.
const NARROW: f32 = 85.0;
const WIDE: f32 = 173.0;
const HEIGHT: f32 = 44.0;
const USUAL: [Style; 6] = [
    Style::new(9.0),
    Style::new(11.0).bold(),
    Style::new(9.0),
    Style::new(9.0),
    Style::new(9.0).bold(),
    Style::new(8.0),
];
const SMALLER: [Style; 6] = [
    Style::new(8.0),
    Style::new(8.0).bold(),
    Style::new(8.0),
    Style::new(8.0),
    Style::new(8.0).bold(),
    Style::new(8.0),
];

fn label_lines(note: &Note) -> [String; 6] {
    [
        note.address.clone(),
        format!("{}　御中", note.venue),
        format!("{}　様　電話 {}", note.receiver, note.phone),
        format!(
            "{}　{}箱　針・シリンジ {}箱",
            note.product,
            commas(note.boxes.into()),
            commas(note.needle_boxes.into())
        ),
        format!("{}　{}", note.date, note.band).trim().to_string(),
        format!("{}　{}", note.wholesaler, note.number),
    ]
}

/// The space that a text takes on a label.
fn space(book: &Book, width: f32, text: &str, style: Style) -> f32 {
    if text.is_empty() {
        0.0
    } else {
        book.lines(width - 6.0, text, style) as f32 * leading(style.size)
    }
}

/// Styles with which a label's texts fit.
fn styles(book: &Book, width: f32, lines: &[String; 6]) -> Option<[Style; 6]> {
    [USUAL, SMALLER].into_iter().find(|styles| {
        let needed: f32 =
            lines.iter().zip(styles).map(|(text, style)| space(book, width, text, *style)).sum();
        needed + 2.0 <= HEIGHT
    })
}

fn label(book: &mut Book, x: f32, y: f32, width: f32, lines: &[String; 6], styles: [Style; 6]) {
    book.frame(x, y, width, HEIGHT, 0.3);
    let spaces: Vec<f32> =
        lines.iter().zip(styles).map(|(text, style)| space(book, width, text, style)).collect();
    let gap = ((HEIGHT - 2.0 - spaces.iter().sum::<f32>()) / 7.0).min(3.0);
    let mut top = y + 1.0 + gap;
    for ((text, style), space) in lines.iter().zip(styles).zip(spaces) {
        book.text(x + 3.0, top + style.size * 0.36, width - 6.0, text, style, Means::Paragraph);
        top += space + gap;
    }
}
