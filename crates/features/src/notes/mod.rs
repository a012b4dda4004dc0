//! メモ & 添付ファイル of a venue: written by the venue, its municipality and the ministry; nothing is lost when one is taken away.

use jiff::Timestamp;
use platform::db::Tx;
use platform::form::Form;
use platform::{args, ids, sql};
use rules::access::{Act, Role};
use rules::input;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{deed, page, paper_deed};
use web::visit::{Trouble, Visit};
use web::{Done, Route, attachment};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/notes", Act::ReadNotes, list),
        paper_deed("/venues/{venue}/notes", Act::WriteNotes, add, list),
        deed("/venues/{venue}/notes/{note}/remove", Act::WriteNotes, remove, list),
        page("/venues/{venue}/notes/{note}/file", Act::ReadNotes, file),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let rows: Vec<(String, String, String, Timestamp, String, String, String)> = tx.all(
        sql!(
            "select n.id, n.text, n.file_name, k.at, k.name, k.role, k.account
               from (select id, at, name, role, account
                       from venue_note
                      where venue_id = $1
                        and removed_at is null
                      order by at desc, id
                      limit 200)
                    k
               join venue_note n on n.id = k.id
              order by k.at desc, n.text, n.file_name, k.id"
        ),
        args![&venue.id],
    )?;
    let own = visit.actor().account;
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, text, file, at, name, role, account)| json!({"id": id, "text": text, "file": file, "at": at, "name": name, "role": Role::from_key(&role).map(Role::label), "own": account == own}))
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
    let (id, actor) = (ids::short("n"), visit.actor());
    let file: String =
        input::name(form.get("attachment.file")).chars().take(input::LONGEST_LINE).collect();
    // The same words and the same file from the same person stand there already.
    let (twins,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from venue_note
              where venue_id = $1
                and account = $2
                and text = $3
                and file_name = $4
                and content = $5
                and removed_at is null"
        ),
        args![&venue.id, &actor.account, &text, &file, form.get("attachment")],
    )?;
    if twins > 0 {
        return Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.same"));
    }
    tx.run(
        sql!(
            "insert into venue_note
                         (id, venue_id, text, file_name, mime, content, at, account, name, role)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            &id,
            &venue.id,
            &text,
            &file,
            form.get("attachment.mime"),
            form.get("attachment"),
            visit.now,
            &actor.account,
            &actor.name,
            &actor.role
        ],
    )?;
    let hash = (!file.is_empty()).then(|| platform::secrets::digest(form.get("attachment")));
    visit.journal(
        tx,
        ("venue", &venue.id),
        "note.add",
        Value::Null,
        json!({"id": id, "text": text, "file": file, "hash": hash}),
        None,
    )?;
    Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.added"))
}

/// One's own only.
fn remove(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let id = visit.param("note");
    let text: Option<(String, String)> = tx.first(
        sql!("select text, file_name from venue_note where id = $1 and venue_id = $2"),
        args![id, &venue.id],
    )?;
    let gone = tx.run(
        sql!(
            "update venue_note
                set removed_at = $1
              where id = $2
                and venue_id = $3
                and account = $4
                and removed_at is null"
        ),
        args![visit.now, id, &venue.id, visit.actor().account],
    )?;
    let (1, Some(text)) = (gone, text) else { return Err(Trouble::NotFound) };
    visit.journal(
        tx,
        ("venue", &venue.id),
        "note.remove",
        json!({"id": id, "text": text.0, "file": text.1}),
        Value::Null,
        None,
    )?;
    Ok(Done::saying(format!("/venues/{}/notes", venue.id), "note.removed"))
}

fn file(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let found: Option<(String, String, String)> = tx.first(
        sql!(
            "select file_name, mime, content
               from venue_note
              where id = $1
                and venue_id = $2
                and removed_at is null
                and file_name <> ''"
        ),
        args![visit.param("note"), &visit.venue()?.id],
    )?;
    let (name, mime, content) = found.ok_or(Trouble::NotFound)?;
    Ok(attachment::file(&name, &mime, &content))
}
