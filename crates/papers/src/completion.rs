//! 職域追加接種完了登録 完了証: one page with what was received, used, thrown away and left.

use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Style};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub number: String,
    pub date: String,
    pub programme: String,
    pub venue_code: String,
    pub venue: String,
    pub institution: String,
    pub organization: String,
    /// Label and value, such as 接種 / 1,200回.
    pub facts: Vec<(String, String)>,
}

pub fn draw(certificate: &Certificate) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("職域追加接種 完了証");
    book.page(|sheet| {
        let (body, small) = (Style::new(11.0), Style::new(9.0));
        sheet.text(20.0, 18.0, 170.0, &format!("番号 {}", certificate.number), small.align(Align::Right), Means::Paragraph);
        sheet.text(20.0, 44.0, 170.0, "職域追加接種　完了証", Style::new(22.0).bold().align(Align::Center), Means::Title);
        sheet.text(20.0, 62.0, 170.0, &certificate.date, body.align(Align::Right), Means::Paragraph);
        let below = sheet.paragraph(
            20.0,
            78.0,
            170.0,
            &format!("　次の接種会場について、{}の完了登録を受け付けました。", certificate.programme),
            body,
        );
        let mut rows: Vec<(String, String)> = vec![
            ("接種会場".into(), certificate.venue.clone()),
            ("会場コード".into(), certificate.venue_code.clone()),
            ("医療機関".into(), certificate.institution.clone()),
            ("企業・大学等".into(), certificate.organization.clone()),
        ];
        rows.extend(certificate.facts.iter().cloned());
        let rows = rows.into_iter().map(|(label, value)| vec![Cell::header(label, small), Cell::new(value, body)]).collect();
        let y = sheet.table(20.0, below + 6.0, &[60.0, 110.0], 10.0, rows, "完了登録の内容");
        sheet.paragraph(
            20.0,
            y + 10.0,
            170.0,
            "　予診票、台帳その他の書類は、定められた期間、保存してください。登録された内容は、完了の後もシステムで見ることができます。",
            small,
        );
    });
    book.finish()
}
