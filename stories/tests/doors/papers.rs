//! Papers that leave: what can't be printed is said on the page where they are asked for, and what
//! comes in as a signed paper or an attachment is what it says.

use stories::{World, on_both_engines};

const SATO: &str = "sato@minato-shoji.example";
const REVIEWER: &str = "reviewer@ministry.example";

/// A kanji that no embedded font has, and one that the second has.
const RARE: &str = "𠮷野 \u{2b820}";

/// A PDF of one page; with a dictionary of one's own in its first object.
fn pdf(own: &str) -> Vec<u8> {
    format!(
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {own} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )
    .into_bytes()
}

#[on_both_engines]
fn characters_that_cannot_be_printed_are_listed_before_the_paper_is_made(world: &World) {
    let reviewer = world.persona(REVIEWER);
    let venue = world.minato();
    let page = reviewer.open(&format!("/venues/{venue}/letter/renew"));
    reviewer
        .press(
            &page,
            "新しい委任状を作る",
            &[("representative_name", RARE), ("reason", "氏名の訂正")],
        )
        .is(200);
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{venue}/documents"));
    page.says("印刷できない文字があります")
        .says("代表者の氏名")
        .says("𠮷野 □")
        .says("4文字目")
        .says("U+2B820")
        .says("書体にない漢字");
    let letter = sato.press(&page, "委任状をダウンロードする", &[]);
    letter.is(200);
    assert_eq!(&letter.bytes[..5], b"%PDF-");
    // Claim papers name the representative too; a letter with everyday letters says nothing.
    let page = reviewer.open(&format!("/venues/{venue}/letter/renew"));
    reviewer
        .press(
            &page,
            "新しい委任状を作る",
            &[("representative_name", "𠮷野 太郎"), ("reason", "氏名の訂正")],
        )
        .is(200);
    let page = sato.open(&format!("/venues/{venue}/documents"));
    assert_eq!(
        page.words().matches("印刷できない文字があります").count(),
        1,
        "of the replaced letter only"
    );
}

#[on_both_engines]
fn only_a_pdf_that_can_be_opened_is_a_signed_letter(world: &World) {
    let city = world.persona("watanabe@minato-city.example");
    city.press(
        &city.open("/municipal/settings"),
        "設定を保存する",
        &[("letter_way", "signed_pdf")],
    )
    .is(200);
    let venue = world.minato();
    let reviewer = world.persona(REVIEWER);
    let page = reviewer.open(&format!("/venues/{venue}/letter/renew"));
    reviewer
        .press(
            &page,
            "新しい委任状を作る",
            &[("representative_name", "代表 三郎"), ("reason", "交代")],
        )
        .is(200);
    let id: (String,) =
        world.read(|tx| tx.one("select id from letter where replaced_at is null order by made_at desc, number desc limit 1", &[]));
    let sato = world.persona(SATO);
    let (page, way) = (
        format!("/venues/{venue}/documents"),
        format!("/venues/{venue}/documents/{}/signed", id.0),
    );
    let hand_in = |name: &str, bytes: &[u8]| {
        sato.upload_as(&way, "attachment", name, bytes, &[("version", "1")])
    };
    for (bytes, sentence) in [
        (b"%PDF-1.7 anything".to_vec(), "PDFとして読み取れません"),
        (pdf("")[..120].to_vec(), "PDFとして読み取れません"),
        (pdf("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "動作するもの"),
        (pdf("/OpenAction << /S /Launch /F (x.exe) >>"), "動作するもの"),
        (pdf("/Encrypt 9 0 R"), "パスワード"),
    ] {
        hand_in("signed.pdf", &bytes).is(422).says(sentence);
        sato.open(&page).does_not_say("電子同意済");
    }
    hand_in("signed.pdf", &pdf("")).is(200).says("電子同意済");
    city.open(&format!("/municipal/letters/{}", id.0)).says("電子署名が見つかりません");
}

#[on_both_engines]
fn attachments_are_what_they_say(world: &World) {
    let sato = world.persona(SATO);
    let path = format!("/venues/{}/notes", world.minato());
    let keep = |name: &str, bytes: &[u8]| {
        sato.upload_as(&path, "attachment", name, bytes, &[("version", "")])
    };
    keep("地図.pdf", b"%PDF-1.7 map").is(422).says("PDFとして読み取れません");
    keep("地図.png", b"\x89PNG\r\n\x1a\nmap").is(422).says("画像として読み取れません");
    keep("地図.jpg", b"\xff\xd8\xff map").is(422).says("画像として読み取れません");
    keep("表.xlsx", b"PK\x03\x04 table").is(422).says("ファイルが壊れているか");
    sato.open(&path).does_not_say("地図");
    let page = keep("地図.pdf", &pdf(""));
    page.is(200);
    assert_eq!(sato.open(&page.link("地図.pdf")).bytes, pdf(""));
}
