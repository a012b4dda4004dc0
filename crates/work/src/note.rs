//! メモ & 添付ファイル of a venue: nothing is lost when one is taken away.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, events, ids, row, secrets, sql};
use serde::{Deserialize, Serialize};

use crate::{Caller, Fault};

events! {
    /// What the journal is told of a venue's notes (the venue's id).
    pub enum Event of "venue" {
        "note.add" => Added { after: Added },
        "note.remove" => Removed { before: Removed },
    }
}

/// A note that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: String,
    pub text: String,
    /// Name of its file; empty where it has none.
    pub file: String,
    /// Of the file's content as it is stored, where there is a file.
    pub hash: Option<String>,
}

/// A note that was taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    pub id: String,
    pub text: String,
    /// Name of its file; empty where it had none.
    pub file: String,
}

row! {
    /// A note, with the name of its file; empty where it has none.
    pub struct Note {
        pub id: String,
        pub text: String,
        pub file_name: String,
        pub at: Timestamp,
        pub name: String,
        /// The role's key of whoever wrote it.
        pub role: String,
        pub account: String,
    }
}

/// The latest notes of a venue, 200 at most.
pub fn of_venue(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Note>, Failure> {
    tx.all(
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
        args![venue],
    )
}

/// What is noted, with a file as it is stored; its name, kind and content are empty where there is
/// none.
pub struct Noted<'n> {
    pub text: &'n str,
    pub file: &'n str,
    pub mime: &'n str,
    pub content: &'n str,
}

/// Writes a note; returns false where the same from the same person stands there already.
///
/// # Errors
/// The database's.
pub fn add(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    new: &Noted<'_>,
) -> Result<bool, Failure> {
    let (id, actor) = (ids::short("n"), &by.actor);
    let Noted { text, file, mime, content } = *new;
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
        args![venue, &actor.account, text, file, content],
    )?;
    if twins > 0 {
        return Ok(false);
    }
    tx.run(
        sql!(
            "insert into venue_note
                         (id, venue_id, text, file_name, mime, content, at, account, name, role)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            &id,
            venue,
            text,
            file,
            mime,
            content,
            by.now,
            &actor.account,
            &actor.name,
            &actor.role
        ],
    )?;
    let hash = (!file.is_empty()).then(|| secrets::digest(content));
    let after = Added { id, text: text.into(), file: file.into(), hash };
    by.journal(tx, venue, &Event::Added { after }, None)?;
    Ok(true)
}

/// Takes the caller's own note away.
///
/// # Errors
/// [`Fault::NotFound`], where it isn't the caller's or there is none.
pub fn remove(by: &Caller<'_>, tx: &mut Tx<'_>, venue: &str, id: &str) -> Result<(), Fault> {
    let text: Option<(String, String)> = tx.first(
        sql!("select text, file_name from venue_note where id = $1 and venue_id = $2"),
        args![id, venue],
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
        args![by.now, id, venue, &by.actor.account],
    )?;
    let (1, Some((text, file))) = (gone, text) else { return Err(Fault::NotFound) };
    let before = Removed { id: id.into(), text, file };
    by.journal(tx, venue, &Event::Removed { before }, None)?;
    Ok(())
}

row! {
    /// A note's file: its name, its kind, and its content as it is stored.
    pub struct Attached {
        pub file_name: String,
        pub mime: String,
        pub content: String,
    }
}

/// The file of a note.
pub fn file(tx: &mut Tx<'_>, venue: &str, id: &str) -> Result<Option<Attached>, Failure> {
    tx.first(
        sql!(
            "select file_name, mime, content
               from venue_note
              where id = $1
                and venue_id = $2
                and removed_at is null
                and file_name <> ''"
        ),
        args![id, venue],
    )
}
