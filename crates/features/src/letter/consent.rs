//! The electronic way: consent by a person who is signed in, or a PDF that was signed elsewhere. Both arrive in the municipality's inbox.

use platform::db::Tx;
use platform::form::Form;
use platform::{args, sql};
use rules::letter::{self, Way};
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::visit::{Trouble, Visit};
use web::{Done, attachment};
use work::letter::{self as store, Stored};

fn own(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<(Stored, Way), Trouble> {
    let venue = visit.venue()?;
    let stored = store::load(tx, visit.param("letter"))?;
    if stored.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    form.expect_version(stored.version)?;
    let way = work::municipality::setting(tx, visit.masters(), &stored.municipality)?.way();
    Ok((stored, way))
}

pub fn consent(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (stored, way) = own(visit, tx, form)?;
    super::readable(&stored)?;
    // A signed PDF is another way of the same decision; consent is only for those who take it.
    let way = if way == Way::Electronic { way } else { Way::Paper };
    letter::consent(&stored.facts(), way, form.get("agree") == "yes").map_err(|r| {
        Trouble::at(if matches!(r, letter::Refusal::NotAgreed) { "agree" } else { "" }, r)
    })?;
    let name = visit.actor().name;
    tx.run_one(
        sql!(
            "update letter
                set consented_at = $1, consented_by = $2, way = 'electronic', sent_back = null,
                    version = version + 1
              where id = $3
                and version = $4"
        ),
        args![visit.now, &name, &stored.id, stored.version],
    )?;
    // What was agreed to is named by its hash: anybody can hold the paper against it.
    let hash = store::digest(&stored.content.0);
    visit.journal(
        tx,
        ("letter", &stored.id),
        "letter.consent",
        Value::Null,
        json!({"number": stored.number, "hash": hash}),
        None,
    )?;
    Ok(Done::saying(format!("/venues/{}/documents", stored.venue_id), "letter.consented"))
}

pub fn upload(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (stored, way) = own(visit, tx, form)?;
    if form.has("attachment.fault") {
        return Err(Trouble::at("attachment", form.get("attachment.fault")));
    }
    if !form.has("attachment") {
        return Err(Trouble::at("attachment", "電子署名したPDFを選んでください"));
    }
    if form.get("attachment.mime") != "application/pdf" {
        return Err(Trouble::at("attachment", "PDFのファイルを選んでください"));
    }
    let way = if way == Way::SignedPdf { Way::Electronic } else { Way::Paper };
    letter::consent(&stored.facts(), way, true).map_err(|r| Trouble::at("", r))?;
    let (name, file) = (
        visit.actor().name,
        rules::input::name(form.get("attachment.file"))
            .chars()
            .take(rules::input::LONGEST_LINE)
            .collect::<String>(),
    );
    tx.run_one(
        sql!(
            "update letter
                set consented_at = $1, consented_by = $2, way = 'signed_pdf', signed_name = $3,
                    signed_content = $4, sent_back = null, version = version + 1
              where id = $5
                and version = $6"
        ),
        args![visit.now, &name, &file, form.get("attachment"), &stored.id, stored.version],
    )?;
    let hash = platform::secrets::digest(form.get("attachment"));
    visit.journal(
        tx,
        ("letter", &stored.id),
        "letter.signed",
        Value::Null,
        json!({"number": stored.number, "file": file, "hash": hash}),
        None,
    )?;
    Ok(Done::saying(format!("/venues/{}/documents", stored.venue_id), "letter.consented"))
}

pub fn signed(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let found: Option<(Option<String>, Option<String>)> = tx.first(
        sql!("select signed_name, signed_content from letter where id = $1"),
        args![visit.param("letter")],
    )?;
    match found {
        Some((Some(name), Some(content))) => {
            Ok(attachment::file(&name, "application/pdf", &content))
        }
        _ => Err(Trouble::NotFound),
    }
}
