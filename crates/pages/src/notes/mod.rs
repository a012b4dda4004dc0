//! メモ & 添付ファイル of a venue: written by the venue, its municipality and the ministry; nothing is lost
//! when one is taken away.

use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Role};
use rules::input;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{command, page, paper_command};
use web::visit::{Trouble, Visit};
use web::{Done, Route, attachment};
use work::note::{Attached, Noted};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/notes", Act::ReadNotes, list),
        paper_command("/venues/{venue}/notes", Act::WriteNotes, add, list),
        command("/venues/{venue}/notes/{note}/remove", Act::WriteNotes, remove, list),
        page("/venues/{venue}/notes/{note}/file", Act::ReadNotes, file),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let own = visit.actor().account;
    let rows: Vec<Value> = work::note::of_venue(tx, &venue.id)?
        .into_iter()
        .map(|n| json!({"id": n.id, "text": n.text, "file": n.file_name, "at": n.at, "name": n.name, "role": Role::from_key(&n.role).map(Role::label), "own": n.account == own}))
        .collect();
    visit.page(
        "notes/list.html",
        typed,
        json!({"h1": "メモ・添付ファイル", "tab": "notes", "rows": rows, "editable": visit.may(Act::WriteNotes)}),
    )
}

fn add(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    if form.has("attachment.fault") {
        return Err(Trouble::at("attachment", form.get("attachment.fault")));
    }
    let text = web::field::note(form, "text", "メモ")?;
    if text.is_empty() && !form.has("attachment") {
        return Err(Trouble::at("text", "メモを書くか、ファイルを選んでください"));
    }
    let file: String =
        input::name(form.get("attachment.file")).chars().take(input::LONGEST_LINE).collect();
    let new = Noted {
        text: &text,
        file: &file,
        mime: form.get("attachment.mime"),
        content: form.get("attachment"),
    };
    if !work::note::add(&visit.caller(), tx, &venue.id, &new)? {
        return Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.same"));
    }
    Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.added"))
}

/// One's own only.
fn remove(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    work::note::remove(&visit.caller(), tx, &venue.id, visit.param("note"))?;
    Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.removed"))
}

fn file(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let found = work::note::file(tx, &visit.venue()?.id, visit.param("note"))?;
    let Attached { file_name, mime, content } = found.ok_or(Trouble::NotFound)?;
    Ok(attachment::file(&file_name, &mime, &content))
}
