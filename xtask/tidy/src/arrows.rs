//! Who imports whom among the rooms of `features`: circles, and arrows from what the rooms share up into a room.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Found, Place};

/// What the rooms share, lower than any of them.
const SHARED: [&str; 2] = ["print", "search"];
const ROOT: &str = "crates/features/src/";

/// The rooms and whom each names.
#[derive(Default)]
pub struct Rooms {
    /// From a room to the rooms that it names, each with the first place.
    arrows: BTreeMap<String, BTreeMap<String, Vec<(String, usize)>>>,
}

impl Rooms {
    /// Notes every `crate::room` of a file.
    pub fn note(&mut self, file: &str, text: &str) {
        let Some(inside) = file.strip_prefix(ROOT) else { return };
        let room = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs").to_string();
        for (at, line) in
            text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"))
        {
            for named in line.split("crate::").skip(1) {
                let to: String =
                    named.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if to != room && !to.is_empty() {
                    let places =
                        self.arrows.entry(room.clone()).or_default().entry(to).or_default();
                    places.push((file.to_string(), at + 1));
                }
            }
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
