//! Every crate of other people has its reason in `docs/dependencies.md`.

use std::path::Path;

use crate::{Found, Place};

const DOCUMENT: &str = "docs/dependencies.md";
/// Where other people's crates are named with their versions.
const MANIFESTS: [&str; 3] = ["Cargo.toml", "xtask/tidy/Cargo.toml", "fuzz/Cargo.toml"];

/// Notes each crate of the manifests that the document doesn't name.
///
/// # Errors
/// A file that can't be read.
pub fn judge(root: &Path, found: &mut Found) -> Result<(), String> {
    let read =
        |name: &str| std::fs::read_to_string(root.join(name)).map_err(|e| format!("{name}: {e}"));
    let document = read(DOCUMENT)?;
    let named: Vec<&str> =
        document.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).collect();
    for manifest in MANIFESTS {
        let text = read(manifest)?;
        let table: toml::Table = text.parse().map_err(|e| format!("{manifest}: {e}"))?;
        let workspace = table.get("workspace").and_then(|w| w.get("dependencies"));
        let own = ["dependencies", "dev-dependencies", "build-dependencies"];
        let tables = own.iter().map(|kind| table.get(*kind)).chain([workspace]);
        for (name, entry) in tables.flatten().filter_map(toml::Value::as_table).flatten() {
            if entry.get("path").is_none() && !named.contains(&name.as_str()) {
                let at = text.lines().position(|l| l.starts_with(name.as_str())).unwrap_or(0);
                let places = found.entry("crates_without_a_reason").or_default();
                places.push(Place { file: manifest.into(), line: at + 1, what: name.clone() });
            }
        }
    }
    Ok(())
}
