//! One numbered set of migrations for both engines. PostgreSQL's type names are used; SQLite stores
//! them by its affinities. What one engine says in its own way stands below `-- only sqlite` or
//! `-- only postgresql`, as far as the next such line or `-- both engines`.

use jiff::Timestamp;
use rust_embed::RustEmbed;

use crate::db::{Db, Engine, Failure, Tx};
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

/// A file as one engine runs it.
fn of_engine(text: &str, engine: Engine) -> String {
    let mut theirs = true;
    let mut all = String::with_capacity(text.len());
    for line in text.lines() {
        match line.trim() {
            "-- only sqlite" => theirs = engine == Engine::Sqlite,
            "-- only postgresql" => theirs = engine == Engine::Postgres,
            "-- both engines" => theirs = true,
            _ if theirs => {
                all.push_str(line);
                all.push('\n');
            }
            _ => {}
        }
    }
    all
}

/// Applies what isn't applied yet, each file in its own transaction, and returns the names of what
/// was applied.
///
/// # Errors
/// A file that was changed after it had been applied is refused.
pub fn migrate(db: &Db, now: Timestamp) -> Result<Vec<String>, Failure> {
    db.write_blocking(|tx: &mut Tx<'_>| {
        tx.script("create table if not exists migration (name text primary key, digest text not null, applied_at timestamptz not null)")
    })?;
    let mut applied = Vec::new();
    let engine = db.engine;
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
            tx.script(&of_engine(&text, engine))?;
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

/// [`pending`] of a database that has been migrated at least once. A database may be ahead: tables
/// are only added to while nodes of two versions work side by side (expand), and cleared up when
/// the last old one is gone (contract).
pub fn missing(tx: &mut Tx<'_>) -> Result<Vec<String>, Failure> {
    let known: Vec<(String,)> = tx.all(sql!("select name from migration"), args![])?;
    Ok(all()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !known.iter().any(|(k,)| k == name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_runs_what_is_its_own_and_what_both_share() {
        let text = "a;\n-- only sqlite\nb;\n-- only postgresql\nc;\n-- both engines\nd;";
        assert_eq!(of_engine(text, Engine::Sqlite), "a;\nb;\nd;\n");
        assert_eq!(of_engine(text, Engine::Postgres), "a;\nc;\nd;\n");
    }
}
