//! One numbered set of migrations for both engines. PostgreSQL's type names are used; SQLite stores them by its affinities.

use jiff::Timestamp;
use rust_embed::RustEmbed;

use crate::db::{Db, Failure, Tx};
use crate::{args, secrets, sql};

#[derive(RustEmbed)]
#[folder = "../../migrations"]
#[include = "*.sql"]
struct Files;

/// Numbered files in order: name and text.
pub fn all() -> Vec<(String, String)> {
    let mut names: Vec<String> = Files::iter().map(|n| n.to_string()).collect();
    names.sort();
    names
        .into_iter()
        .filter_map(|name| {
            Files::get(&name).map(|f| (name, String::from_utf8_lossy(&f.data).into_owned()))
        })
        .collect()
}

/// Applies what isn't applied yet, each file in its own transaction, and returns the names of what was applied.
///
/// # Errors
/// A file that was changed after it had been applied is refused.
pub fn migrate(db: &Db, now: Timestamp) -> Result<Vec<String>, Failure> {
    db.write_blocking(|tx: &mut Tx<'_>| {
        tx.script("create table if not exists migration (name text primary key, digest text not null, applied_at timestamptz not null)")
    })?;
    let mut applied = Vec::new();
    for (name, text) in all() {
        let file = name.clone();
        let fresh = db.write_blocking(move |tx| {
            let digest = secrets::digest(&text);
            if let Some((known,)) = tx.first::<(String,)>(
                sql!("select digest from migration where name = $1"),
                args![&file],
            )? {
                return if known == digest {
                    Ok(false)
                } else {
                    Err(Failure::Broken(format!("{file} was changed after it had been applied")))
                };
            }
            tx.script(&text)?;
            tx.run(
                sql!("insert into migration (name, digest, applied_at) values ($1, $2, $3)"),
                args![&file, digest, now],
            )?;
            Ok(true)
        })?;
        if fresh {
            applied.push(name);
        }
    }
    Ok(applied)
}

/// Names that are not applied yet; empty when the database is up to date.
pub fn pending(db: &Db) -> Result<Vec<String>, Failure> {
    db.write_blocking(|tx: &mut Tx<'_>| {
        tx.script("create table if not exists migration (name text primary key, digest text not null, applied_at timestamptz not null)")
    })?;
    db.write_blocking(missing)
}

/// [`pending`] of a database that has been migrated at least once. A database may be ahead: tables are only added to while
/// nodes of two versions work side by side (expand), and cleared up when the last old one is gone (contract).
pub fn missing(tx: &mut Tx<'_>) -> Result<Vec<String>, Failure> {
    let known: Vec<(String,)> = tx.all(sql!("select name from migration"), args![])?;
    Ok(all()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !known.iter().any(|(k,)| k == name))
        .collect())
}
