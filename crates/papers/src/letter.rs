//! 委任状 of a workplace venue. No page read shows the official wording (domain facts §2), so the body is our own and says
//! what is delegated; the items printed are those that the facts name.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Style};

/// What is printed, frozen when the letter is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub number: String,
    pub date: Date,
    pub application_number: String,
    pub programme: String,
    /// To which municipality it is handed, such as `東京都港区`.
    pub municipality: String,
    pub institution_code: String,
    pub institution_name: String,
    pub institution_address: String,
    pub representative_title: String,
    pub representative_name: String,
    pub organization_name: String,
    pub organization_address: String,
    pub venue_name: String,
    pub venue_address: String,
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

/// Draws the letter on one A4 page; with a proof, a QR code leads to the page that verifies it.
pub fn draw(letter: &Letter, proof: Option<&Proof>) -> Result<Vec<u8>, Fault> {
    let consent = proof.and_then(|p| p.consent.clone());
    let mut book = Book::new("委任状");
    book.page(|sheet| {
        let (body, small) = (Style::new(11.0), Style::new(9.0));
        let d = letter.date;
        sheet.text(20.0, 18.0, 170.0, &format!("番号 {}", letter.number), small.align(Align::Right), Means::Paragraph);
        sheet.text(20.0, 40.0, 170.0, "委　任　状", Style::new(22.0).bold().align(Align::Center), Means::Title);
        sheet.text(20.0, 56.0, 170.0, &format!("{}年{}月{}日", d.year(), d.month(), d.day()), body.align(Align::Right), Means::Paragraph);
        sheet.text(20.0, 68.0, 120.0, &format!("（提出先）{}長　様", letter.municipality), Style::new(12.0).bold(), Means::Paragraph);

        sheet.text(85.0, 84.0, 28.0, "医療機関所在地", body, Means::Paragraph);
        sheet.text(115.0, 84.0, 75.0, &letter.institution_address, body, Means::Paragraph);
        sheet.text(85.0, 92.0, 28.0, "医療機関名称", body, Means::Paragraph);
        sheet.text(115.0, 92.0, 75.0, &letter.institution_name, body, Means::Paragraph);
        sheet.text(85.0, 100.0, 28.0, "代表者", body, Means::Paragraph);
        sheet.text(115.0, 100.0, 58.0, &format!("{}　{}", letter.representative_title, letter.representative_name), body, Means::Paragraph);
        match &consent {
            None => {
                sheet.text(177.0, 100.0, 10.0, "印", small.align(Align::Center), Means::Paragraph);
                sheet.circle(182.0, 98.8, 7.0, 0.5);
            }
            Some(who) => sheet.text(85.0, 107.0, 105.0, who, small.bold(), Means::Paragraph),
        }

        let text = format!(
            "　当医療機関は、{}において、新型コロナウイルスワクチンの予防接種に係る集合契約の締結、変更及び解除に関する一切の権限を、契約の取りまとめを行う者に委任します。また、受任者が当該権限を更に他の者に委任することを承諾します。",
            letter.programme
        );
        let below = sheet.paragraph(20.0, 122.0, 170.0, &text, body);
        sheet.text(20.0, below + 8.0, 170.0, "記", body.align(Align::Center), Means::Paragraph);
        let rows = [
            ("申込番号", letter.application_number.as_str()),
            ("医療機関等コード（10桁）", letter.institution_code.as_str()),
            ("企業・大学等の名称", letter.organization_name.as_str()),
            ("企業・大学等の所在地", letter.organization_address.as_str()),
            ("接種会場の名称", letter.venue_name.as_str()),
            ("接種会場の所在地", letter.venue_address.as_str()),
        ]
        .into_iter()
        .map(|(label, value)| vec![Cell::header(label, Style::new(10.0)), Cell::new(value, Style::new(10.5))])
        .collect();
        let bottom = sheet.table(20.0, below + 14.0, &[55.0, 115.0], 10.0, rows, "委任の対象となる医療機関と接種会場");
        sheet.text(20.0, bottom + 8.0, 170.0, "以上", body.align(Align::Right), Means::Paragraph);

        sheet.frame(20.0, 240.0, 170.0, 32.0, 0.5);
        let wide = if proof.is_some() { 132.0 } else { 160.0 };
        sheet.text(24.0, 247.0, wide, "この委任状の提出方法", small.bold(), Means::Paragraph);
        let first = match &consent {
            None => "1．この用紙を印刷し、代表者印を押してください。".to_string(),
            Some(_) => "1．電子同意により提出されています。押印と紙の提出は要りません。".to_string(),
        };
        sheet.text(24.0, 253.5, wide, &first, small, Means::Paragraph);
        let second = match &consent {
            None => format!("2．{}に提出してください。市町村が受領すると、システムの「書類」に表示されます。", letter.municipality),
            Some(_) => format!("2．{}の受領は、システムの「書類」に表示されます。", letter.municipality),
        };
        sheet.text(24.0, 259.5, wide, &second, small, Means::Paragraph);
        sheet.text(24.0, 265.5, wide, "3．記載の項目が変更になった場合は、厚生労働省にご相談ください。", small, Means::Paragraph);
        if let Some(proof) = proof {
            sheet.qr(161.0, 242.0, 26.0, &proof.url);
            sheet.text(24.0, 270.5, wide, &format!("真正性の確認：{}　照合番号 {}", proof.url.split('?').next().unwrap_or_default(), &proof.hash[..16.min(proof.hash.len())]), Style::new(7.0), Means::Paragraph);
        }
        sheet.text(20.0, 282.0, 170.0, &format!("vsys　{}", letter.number), Style::new(8.0).align(Align::Right), Means::Paragraph);
    });
    book.finish()
}
