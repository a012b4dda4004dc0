//! 職域追加接種完了登録 完了証: one page with what was received, used, thrown away and left.

use serde::{Deserialize, Serialize};

use crate::Texts;
use crate::book::{Align, Book, Cell, Means, Style, Table};

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

pub(crate) fn texts(certificate: &Certificate) -> Texts<'_> {
    let mut texts = vec![
        ("番号", certificate.number.as_str()),
        ("事業", &certificate.programme),
        ("接種会場", &certificate.venue),
        ("会場コード", &certificate.venue_code),
        ("医療機関", &certificate.institution),
        ("企業・大学等", &certificate.organization),
        ("日付", &certificate.date),
    ];
    texts.extend(
        certificate
            .facts
            .iter()
            .flat_map(|(label, value)| [("項目", label.as_str()), ("内容", value.as_str())]),
    );
    texts
}

pub(crate) fn lay(book: &mut Book, certificate: &Certificate) {
    let (body, small) = (Style::new(11.0), Style::new(9.0));
    book.begin(&format!("職域追加接種　完了証　{}", certificate.number));
    book.text(
        20.0,
        18.0,
        170.0,
        &format!("番号 {}", certificate.number),
        small.align(Align::Right),
        Means::Paragraph,
    );
    book.text(
        20.0,
        44.0,
        170.0,
        "職域追加接種　完了証",
        Style::new(22.0).bold().align(Align::Center),
        Means::Title,
    );
    book.text(20.0, 62.0, 170.0, &certificate.date, body.align(Align::Right), Means::Paragraph);
    let text =
        format!("　次の接種会場について、{}の完了登録を受け付けました。", certificate.programme);
    let below = book.paragraph(20.0, 78.0, 170.0, &text, body);
    let own = [
        ("接種会場", &certificate.venue),
        ("会場コード", &certificate.venue_code),
        ("医療機関", &certificate.institution),
        ("企業・大学等", &certificate.organization),
    ];
    let facts = certificate.facts.iter().map(|(label, value)| (label.as_str(), value));
    let rows = own
        .into_iter()
        .chain(facts)
        .map(|(label, value)| vec![Cell::header(label, small), Cell::new(value, body)])
        .collect();
    let y = book.table(below + 6.0, Table::new(20.0, &[60.0, 110.0], 10.0, "完了登録の内容"), rows);
    let y = book.room(y, 20.0);
    let text = "　予診票、台帳その他の書類は、定められた期間、保存してください。登録された内容は、完了の後もシステムで見ることができます。";
    book.paragraph(20.0, y + 10.0, 170.0, text, small);
}
