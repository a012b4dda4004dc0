//! Who imports whom among the rooms of `pages` and the records of `work`: circles, and arrows
//! upward: from what the rooms share into a room, from a record into one that stands after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{Found, Place};

/// What the rooms share, lower than any of them.
const SHARED: [&str; 1] = ["print"];
const ROOT: &str = "crates/pages/src/";
/// The work below the rooms: its `lib.rs` lists the modules in their order, and none names a later
/// one.
const WORK: &str = "crates/work/src/";

/// The lowest of our crates, and which of ours each may know.
const LOW: [(&str, &[&str]); 2] = [("rules", &[]), ("words", &["rules"])];

/// Counts what the lowest crates know of ours beyond that, also for their tests.
///
/// # Errors
/// A manifest that can't be read.
pub fn judge_low(root: &Path, found: &mut Found) -> Result<(), String> {
    for (low, may) in LOW {
        let file = format!("crates/{low}/Cargo.toml");
        let text = std::fs::read_to_string(root.join(&file)).map_err(|e| format!("{file}: {e}"))?;
        let table: toml::Table = text.parse().map_err(|e| format!("{file}: {e}"))?;
        let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
        let named = kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()).flatten();
        let ours = |name: &str| root.join("crates").join(name).is_dir();
        for (name, _) in named.filter(|(name, _)| ours(name) && !may.contains(&name.as_str())) {
            let line = text.lines().position(|l| l.starts_with(name.as_str())).unwrap_or(0) + 1;
            let place = Place { file: file.clone(), line, what: format!("→ {name}") };
            found.entry("arrows_upward").or_default().push(place);
        }
    }
    Ok(())
}

/// The rooms and whom each names.
#[derive(Default)]
pub struct Rooms {
    /// From a room to the rooms that it names, each with the first place.
    arrows: BTreeMap<String, BTreeMap<String, Vec<(String, usize)>>>,
    /// The records of the work in their order.
    order: Vec<String>,
    /// From a record to the records that it names, each with its place.
    records: Vec<(String, String, Place)>,
}

impl Rooms {
    /// Notes every `crate::room` of a file.
    pub fn note(&mut self, file: &str, text: &str) {
        let module = |inside: &str| {
            inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs").to_string()
        };
        if let Some(inside) = file.strip_prefix(ROOT) {
            let room = module(inside);
            for (to, line) in named(text).into_iter().filter(|(to, _)| *to != room) {
                let places = self.arrows.entry(room.clone()).or_default().entry(to).or_default();
                places.push((file.to_string(), line));
            }
        }
        let Some(inside) = file.strip_prefix(WORK) else { return };
        if inside == "lib.rs" {
            let listed = text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';'));
            self.order = listed.map(str::to_string).collect();
        }
        for (to, line) in named(text) {
            let place = Place { file: file.to_string(), line, what: format!("→ {to}") };
            self.records.push((module(inside), to, place));
        }
    }

    /// Counts rooms in circles and arrows upward.
    pub fn judge(&self, found: &mut Found) {
        let rooms: BTreeSet<&String> = self.arrows.keys().collect();
        for room in &rooms {
            if self.reaches(room).contains(room.as_str()) {
                let to: Vec<&str> = self.arrows[*room].keys().map(String::as_str).collect();
                let place = Place {
                    file: format!("{ROOT}{room}"),
                    line: 1,
                    what: format!("→ {}", to.join(" ")),
                };
                found.entry("rooms_in_circles").or_default().push(place);
            }
        }
        let stands = |record: &str| self.order.iter().position(|known| known == record);
        for (from, to, place) in &self.records {
            if stands(from).zip(stands(to)).is_some_and(|(from, to)| from < to) {
                found.entry("arrows_upward").or_default().push(place.clone());
            }
        }
        for shared in SHARED {
            for (to, places) in self.arrows.get(shared).into_iter().flatten() {
                for (file, line) in places.iter().filter(|_| rooms.contains(to) || to == "routes") {
                    let place =
                        Place { file: file.clone(), line: *line, what: format!("→ {to}") };
                    found.entry("arrows_upward").or_default().push(place);
                }
            }
        }
    }

    /// Every room that can be reached from one.
    fn reaches<'r>(&'r self, from: &str) -> BTreeSet<&'r str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = vec![from];
        while let Some(room) = open.pop() {
            for to in self.arrows.get(room).into_iter().flat_map(|a| a.keys()) {
                if reached.insert(to.as_str()) {
                    open.push(to);
                }
            }
        }
        reached
    }
}

/// What a file names in its own crate (`crate::name`), with the lines.
fn named(text: &str) -> Vec<(String, usize)> {
    let code = text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
    let names = |line: &str| -> Vec<String> {
        line.split("crate::").skip(1).flat_map(one_or_several).collect()
    };
    code.flat_map(|(at, line)| names(line).into_iter().map(move |name| (name, at + 1))).collect()
}

/// The names at the beginning of what follows `crate::`: one, or those of `{fault, sought}`.
fn one_or_several(rest: &str) -> Vec<String> {
    let all = rest.strip_prefix('{').and_then(|rest| rest.split('}').next()).unwrap_or(rest);
    let several = rest.starts_with('{');
    all.split(", ")
        .take(if several { usize::MAX } else { 1 })
        .map(|one| one.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}
