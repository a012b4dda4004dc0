//! Copies of an embedded database: online, consistent, with a checksum; and the way back.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::secrets;

/// The file beside a copy that holds its SHA-256.
fn checksum_file(copy: &Path) -> PathBuf {
    let mut name = copy.as_os_str().to_owned();
    name.push(".sha256");
    name.into()
}

fn checksum(file: &Path) -> Result<String, String> {
    let mut open = std::fs::File::open(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match std::io::Read::read(&mut open, &mut buffer)
            .map_err(|e| format!("{}: {e}", file.display()))?
        {
            0 => return Ok(secrets::hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// Copies a database that may be in use; returns the copy's SHA-256, which also stands in
/// `COPY.sha256`.
///
/// # Errors
/// One sentence: the database isn't there, or the copy exists already.
pub fn backup(database: &Path, copy: &Path) -> Result<String, String> {
    if !database.exists() {
        return Err(format!("there is no database at {}", database.display()));
    }
    if copy.exists() {
        return Err(format!("{} exists already", copy.display()));
    }
    let fault = |e: rusqlite::Error| format!("{}: {e}", copy.display());
    let connection = Connection::open(database).map_err(fault)?;
    connection.busy_timeout(std::time::Duration::from_secs(60)).map_err(fault)?;
    connection.execute("vacuum into ?1", [copy.display().to_string()]).map_err(fault)?;
    let sum = checksum(copy)?;
    std::fs::write(checksum_file(copy), format!("{sum}\n")).map_err(|e| e.to_string())?;
    Ok(sum)
}

/// Puts a copy in place of a database that doesn't exist yet.
///
/// # Errors
/// One sentence: the checksum is missing or wrong, the copy is damaged, or something is there
/// already.
pub fn restore(copy: &Path, database: &Path) -> Result<(), String> {
    if database.exists() {
        return Err(format!("{} exists already; a restore never overwrites", database.display()));
    }
    let known = std::fs::read_to_string(checksum_file(copy))
        .map_err(|_| format!("the checksum {} is missing", checksum_file(copy).display()))?;
    if known.trim() != checksum(copy)? {
        return Err(format!(
            "{} isn't the file that was written: its checksum is wrong",
            copy.display()
        ));
    }
    if let Some(folder) = database.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    // Written aside and renamed: a half restore is never taken for a database.
    let mut part = database.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    std::fs::copy(copy, &part).map_err(|e| format!("{}: {e}", part.display()))?;
    let sound: Result<String, rusqlite::Error> = Connection::open(&part)
        .and_then(|c| c.query_row("pragma integrity_check", [], |row| row.get(0)));
    if sound.as_deref() != Ok("ok") {
        let _ = std::fs::remove_file(&part);
        return Err(format!("{} is damaged: {sound:?}", copy.display()));
    }
    std::fs::rename(&part, database).map_err(|e| format!("{}: {e}", database.display()))
}
