//! The product's own Rust and templates as text, for tests of what it says.

use std::path::{Path, PathBuf};

use crate::browser::project;

/// Where pages, answers and mails are made: the front and its rooms, the API, the work below them,
/// and the letters.
const PAGES: [&str; 5] =
    ["crates/web/src", "crates/pages/src", "crates/api/src", "crates/work/src", "crates/mails/src"];

/// The files below them whose names end so.
pub fn pages(ending: &str, found: &mut Vec<String>) {
    for folder in PAGES {
        files(&project().join(folder), ending, found);
    }
}

/// The product's files below a folder; tests beside them speak to nobody.
///
/// # Panics
/// The folder isn't there, or a file can't be read.
pub fn files(folder: &Path, ending: &str, found: &mut Vec<String>) {
    let mut all = Vec::new();
    paths(folder, ending, &mut all);
    found.extend(all.iter().map(|path| std::fs::read_to_string(path).expect("a text")));
}

/// Where they are.
///
/// # Panics
/// The folder isn't there.
pub fn paths(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") {
            paths(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
}

/// What stands between a call's brackets, behind the opening one; without a comma at its end.
pub fn arguments(rest: &str) -> &str {
    let (mut depth, mut quoted) = (1, false);
    let end = rest.find(|c| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    rest[..end.unwrap_or(rest.len())].trim_end().trim_end_matches(',')
}
