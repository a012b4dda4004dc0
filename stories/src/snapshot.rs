//! Texts that were looked at and committed, held against what is said now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// So many differences are printed whole; the other files are named.
const SHOWN: usize = 12;
/// So many lines of one difference.
const LINES: usize = 60;

fn read(folder: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let text = |path: PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some((name, std::fs::read_to_string(path).ok()?))
    };
    entries.flatten().filter_map(|entry| text(entry.path())).collect()
}

fn difference(file: &str, committed: &str, now: &str) -> String {
    let diff = TextDiff::from_lines(committed, now);
    let lines = diff.unified_diff().context_radius(2).header(file, "now").to_string();
    let mut shown: Vec<&str> = lines.lines().take(LINES).collect();
    if lines.lines().count() > LINES {
        shown.push("…");
    }
    shown.join("\n")
}

/// Compares texts with the files of `stories/snapshots/<folder>`; with `VSYS_APPROVE=1` they are
/// written instead (`cargo xtask snapshots --write`).
///
/// # Panics
/// Where a text is new, gone or otherwise than committed; the differences are the message.
pub fn compare(folder: &str, now: &BTreeMap<String, String>) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(folder);
    let committed = read(&place);
    if std::env::var_os("VSYS_APPROVE").is_some() {
        std::fs::create_dir_all(&place).expect("a folder");
        for file in committed.keys().filter(|file| !now.contains_key(*file)) {
            std::fs::remove_file(place.join(file)).expect("an old file goes");
        }
        for (file, text) in now.iter().filter(|(file, text)| committed.get(*file) != Some(text)) {
            std::fs::write(place.join(file), text).expect("a file");
        }
        return;
    }
    let files: BTreeSet<&String> = committed.keys().chain(now.keys()).collect();
    let mut faults = Vec::new();
    for file in files {
        match (committed.get(file), now.get(file)) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => faults.push(difference(file, old, new)),
            (None, _) => faults.push(format!("{file} is new")),
            (_, None) => faults.push(format!("{file} is gone")),
        }
    }
    let shown: Vec<&str> = faults.iter().take(SHOWN).map(String::as_str).collect();
    let others = faults.iter().skip(SHOWN).filter_map(|fault| fault.lines().next());
    let others: Vec<&str> = others.collect();
    assert!(
        faults.is_empty(),
        "{} of {} texts in stories/snapshots/{folder} aren't what is said now; \
         `cargo xtask snapshots --write` writes them anew.\n{}\n{}",
        faults.len(),
        now.len(),
        shown.join("\n"),
        others.join("\n"),
    );
}
