//! The electronic way: consent by a person who is signed in, or a PDF that was signed elsewhere.
//! Both arrive in the municipality's inbox.

use platform::db::Tx;
use platform::form::Form;
use rules::letter::Refusal;

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use web::{Done, attachment};
use work::letter::{self as store, Signed, Stored};

fn own(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Stored, Trouble> {
    let venue = visit.venue()?;
    let stored = store::load(tx, visit.param("letter"))?;
    if stored.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    form.expect_version(stored.version)?;
    Ok(stored)
}

pub fn consent(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = own(visit, tx, form)?;
    super::readable(&stored)?;
    store::consent(&visit.caller(), tx, &stored, form.get("agree") == "yes").map_err(|e| {
        e.told(|r| Trouble::at(if matches!(r, Refusal::NotAgreed) { "agree" } else { "" }, r))
    })?;
    Ok(Done::saying(format!("/venues/{}/documents", stored.venue_id), "letter.consented"))
}

pub fn upload(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = own(visit, tx, form)?;
    if form.has("attachment.fault") {
        return Err(Trouble::at("attachment", form.get("attachment.fault")));
    }
    if !form.has("attachment") {
        return Err(Trouble::at("attachment", "電子署名したPDFを選んでください"));
    }
    if form.get("attachment.mime") != "application/pdf" {
        return Err(Trouble::at("attachment", "PDFのファイルを選んでください"));
    }
    let file: String = rules::input::name(form.get("attachment.file"))
        .chars()
        .take(rules::input::LONGEST_LINE)
        .collect();
    store::put_signed(&visit.caller(), tx, &stored, (&file, form.get("attachment")))?;
    Ok(Done::saying(format!("/venues/{}/documents", stored.venue_id), "letter.consented"))
}

pub fn signed(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    match store::signed(tx, visit.param("letter"))? {
        Some(Signed { name: Some(name), content: Some(content) }) => {
            Ok(attachment::file(&name, "application/pdf", &content))
        }
        _ => Err(Trouble::NotFound),
    }
}
