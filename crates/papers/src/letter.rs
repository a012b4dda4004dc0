//! 委任状 of a workplace venue. No page read shows the official wording (domain facts §2), so the body
//! is our own and says what is delegated; the items printed are those that the facts name.

use rules::letter::Letter;

use crate::Texts;
use crate::book::{Align, BOTTOM, Book, Cell, FOOT, Means, Style, Table};

/// Labels of what has to stand on the paper and is blank. A representative may have no title.
pub fn lacking(letter: &Letter) -> Vec<&'static str> {
    let blank = |text: &str| text.chars().all(|c| c.is_whitespace() || c.is_control());
    let all = texts(letter, None)
        .into_iter()
        .filter(|(label, text)| *label != "代表者の役職" && blank(text));
    all.map(|(label, _)| label).collect()
}

/// How anybody can verify the paper, and who consented where there is no seal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The address of the verification page with number and hash.
    pub url: String,
    pub hash: String,
    /// 電子同意: by whom and when.
    pub consent: Option<String>,
}

pub(crate) fn texts<'a>(letter: &'a Letter, proof: Option<&'a Proof>) -> Texts<'a> {
    let mut texts = vec![
        ("番号", letter.number.as_str()),
        ("提出先", &letter.municipality),
        ("医療機関所在地", &letter.institution_address),
        ("医療機関名称", &letter.institution_name),
        ("代表者の役職", &letter.representative_title),
        ("代表者の氏名", &letter.representative_name),
        ("事業", &letter.programme),
        ("申込番号", &letter.application_number),
        ("医療機関等コード", &letter.institution_code),
        ("企業・大学等の名称", &letter.organization_name),
        ("企業・大学等の所在地", &letter.organization_address),
        ("接種会場の名称", &letter.venue_name),
        ("接種会場の所在地", &letter.venue_address),
    ];
    texts.extend(proof.and_then(|p| p.consent.as_deref()).map(|consent| ("電子同意", consent)));
    texts
}

const BODY: Style = Style::new(11.0);
const SMALL: Style = Style::new(9.0);

/// Who delegates: address, name, representative, with the place of the seal or the consent. Returns
/// the last baseline.
fn party(book: &mut Book, letter: &Letter, consent: Option<&str>) -> f32 {
    let mut y = 84.0;
    for (label, value) in [
        ("医療機関所在地", &letter.institution_address),
        ("医療機関名称", &letter.institution_name),
    ] {
        y = book.room(y, 5.0 * book.lines(75.0, value, BODY) as f32);
        book.text(85.0, y, 29.0, label, BODY, Means::Paragraph);
        y = book.text(115.0, y, 75.0, value, BODY, Means::Paragraph) + 8.0;
    }
    let name = format!("{}　{}", letter.representative_title, letter.representative_name);
    // The place of the seal begins above its line.
    let above = if book.lines(75.0, &letter.institution_name, BODY) > 1 { 3.0 } else { 0.0 };
    y = book.room(y + above, 5.0 * book.lines(56.0, &name, BODY) as f32);
    book.text(85.0, y, 29.0, "代表者", BODY, Means::Paragraph);
    let last = book.text(115.0, y, 56.0, name.trim(), BODY, Means::Paragraph);
    match consent {
        None => {
            book.text(177.0, y, 10.0, "印", SMALL.align(Align::Center), Means::Paragraph);
            book.circle(182.0, y - 1.2, 7.0, 0.5);
            last
        }
        Some(who) => book.next(85.0, last + 7.0, 105.0, who, SMALL.bold(), Means::Paragraph),
    }
}

/// The frame at the foot: how the letter is handed in, and how it is verified.
fn hand_in(book: &mut Book, y: f32, letter: &Letter, proof: Option<&Proof>, consent: bool) {
    let wide = if proof.is_some() { 134.0 } else { 162.0 };
    let place = &letter.municipality;
    let mut lines = if consent {
        vec![
            ("1．電子同意により提出されています。押印と紙の提出は要りません。".to_string(), SMALL),
            (format!("2．{place}の受領は、システムの「書類」に表示されます。"), SMALL),
        ]
    } else {
        vec![
            ("1．この用紙を印刷し、代表者印を押してください。".to_string(), SMALL),
            (
                format!(
                    "2．{place}に提出してください。市町村が受領すると、システムの「書類」に表示されます。"
                ),
                SMALL,
            ),
        ]
    };
    lines.push((
        "3．記載の項目が変更になった場合は、厚生労働省にご相談ください。".to_string(),
        SMALL,
    ));
    if let Some(proof) = proof {
        let (url, hash) = (
            proof.url.split('?').next().unwrap_or_default(),
            proof.hash.get(..16).unwrap_or(&proof.hash),
        );
        lines.push((format!("真正性の確認：{url}　照合番号 {hash}"), Style::new(8.0)));
    }
    let more: usize =
        lines.iter().map(|(text, style)| book.lines(wide, text, *style).saturating_sub(1)).sum();
    let height = 11.0 + 5.6 * lines.len() as f32 + 4.2 * more as f32;
    let room = BOTTOM - height;
    let top = if y + 4.0 > room { book.turn() } else { room.min(240.0) };
    book.frame(20.0, top, 170.0, height, 0.5);
    let mut y =
        book.text(24.0, top + 6.5, wide, "この委任状の提出方法", SMALL.bold(), Means::Paragraph);
    for (text, style) in lines {
        y = book.text(24.0, y + 5.6, wide, &text, style, Means::Paragraph);
    }
    if let Some(proof) = proof {
        book.qr(161.0, top + 2.0, 26.0, &proof.url);
    }
}

/// The letter on an A4 page, on a second one where its texts are long; with a proof, a QR code
/// leads to the page that verifies it.
pub(crate) fn lay(book: &mut Book, letter: &Letter, proof: Option<&Proof>) {
    let consent = proof.and_then(|p| p.consent.as_deref());
    book.begin(&format!("委任状　{}", letter.number));
    let d = letter.date;
    book.text(
        20.0,
        18.0,
        170.0,
        &format!("番号 {}", letter.number),
        SMALL.align(Align::Right),
        Means::Paragraph,
    );
    book.text(
        20.0,
        40.0,
        170.0,
        "委　任　状",
        Style::new(22.0).bold().align(Align::Center),
        Means::Title,
    );
    book.text(
        20.0,
        56.0,
        170.0,
        &format!("{}年{}月{}日", d.year(), d.month(), d.day()),
        BODY.align(Align::Right),
        Means::Paragraph,
    );
    let to = format!("（提出先）{}長　様", letter.municipality);
    book.within(20.0, 68.0, 120.0, 2, &to, Style::new(12.0).bold(), Means::Paragraph);
    let y = party(book, letter, consent);
    let text = format!(
        "　当医療機関は、{}において、新型コロナウイルスワクチンの予防接種に係る集合契約の締結、変更及び解除に関する一切の権限を、契約の取りまとめを行う者に委任します。また、受任者が当該権限を更に他の者に委任することを承諾します。",
        letter.programme
    );
    let below =
        book.paragraph(20.0, y + if consent.is_some() { 15.0 } else { 22.0 }, 170.0, &text, BODY);
    let y = book.room(below + 8.0, 18.0);
    book.text(20.0, y, 170.0, "記", BODY.align(Align::Center), Means::Paragraph);
    let rows = [
        ("申込番号", &letter.application_number),
        ("医療機関等コード（10桁）", &letter.institution_code),
        ("企業・大学等の名称", &letter.organization_name),
        ("企業・大学等の所在地", &letter.organization_address),
        ("接種会場の名称", &letter.venue_name),
        ("接種会場の所在地", &letter.venue_address),
    ];
    let rows = rows.map(|(label, value)| {
        vec![Cell::header(label, Style::new(10.0)), Cell::new(value, Style::new(10.5))]
    });
    let table = Table::new(20.0, &[55.0, 115.0], 10.0, "委任の対象となる医療機関と接種会場");
    let bottom = book.table(y + 6.0, table, rows.into());
    let y = book.room(bottom, 9.0);
    let y = book.text(20.0, y + 8.0, 170.0, "以上", BODY.align(Align::Right), Means::Paragraph);
    hand_in(book, y, letter, proof, consent.is_some());
    book.text(
        20.0,
        FOOT,
        170.0,
        &format!("vsys　{}", letter.number),
        Style::new(8.0).align(Align::Right),
        Means::Paragraph,
    );
}
