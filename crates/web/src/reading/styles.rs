//! Styles of an `.ods`: which hide something.

use std::collections::HashSet;

use super::bounds::TOO_MUCH;
use super::container::Attributes;
use super::sheet::LOWEST;

const MOST_STYLES: usize = 65_536;

/// A length of which nobody sees anything: zero in whatever unit (`0cm`, `0.00in`), or less than
/// two points.
fn is_nothing(length: &str) -> bool {
    let number = length.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let points = match &length[number.len()..] {
        "cm" => 28.35,
        "mm" => 2.835,
        "in" => 72.0,
        _ => 1.0,
    };
    number.parse::<f64>().is_ok_and(|n| n * points < LOWEST)
}

/// Names of styles by what they do to rows, columns and cells.
#[derive(Default)]
pub struct Styles {
    pub hidden_tables: HashSet<String>,
    pub struck: HashSet<String>,
    /// Of rows without height and columns without width: nobody sees them either.
    pub flat: HashSet<String>,
    /// Of cells whose letters have the colour of what they stand on.
    pub unseen: HashSet<String>,
    /// Of cells that stand on another colour than white.
    pub dark: HashSet<String>,
    /// Of the style that is being read: its name, and the colours of its letters and behind them.
    now: String,
    letters: Option<String>,
    behind: Option<String>,
}

impl Styles {
    /// Takes a tag of a style.
    ///
    /// # Errors
    /// One sentence, where there are too many.
    pub fn see(&mut self, name: &str, tag: &Attributes<'_>) -> Result<(), String> {
        match name {
            "style" => {
                self.now = tag.get("name").unwrap_or_default();
                (self.letters, self.behind) = (None, None);
            }
            "table-properties" if tag.get("display").as_deref() == Some("false") => {
                _ = self.hidden_tables.insert(self.now.clone())
            }
            "text-properties" => {
                if tag.get("text-line-through-style").is_some_and(|s| s != "none") {
                    self.struck.insert(self.now.clone());
                }
                self.letters = tag
                    .get("color")
                    .filter(|_| tag.get("use-window-font-color").as_deref() != Some("true"));
                self.compare_colours();
            }
            "table-cell-properties" => {
                self.behind = tag.get("background-color").filter(|c| c != "transparent");
                if self.behind.as_deref().is_some_and(|c| !c.eq_ignore_ascii_case("#ffffff")) {
                    self.dark.insert(self.now.clone());
                }
                self.compare_colours();
            }
            "table-row-properties" if tag.get("row-height").is_some_and(|h| is_nothing(&h)) => {
                _ = self.flat.insert(self.now.clone())
            }
            "table-column-properties"
                if tag.get("column-width").is_some_and(|w| is_nothing(&w)) =>
            {
                self.flat.insert(self.now.clone());
            }
            _ => {}
        }
        if [&self.hidden_tables, &self.struck, &self.flat, &self.unseen, &self.dark]
            .iter()
            .map(|set| set.len())
            .sum::<usize>()
            > MOST_STYLES
        {
            return Err(TOO_MUCH.into());
        }
        Ok(())
    }
    fn compare_colours(&mut self) {
        let behind = self.behind.as_deref().unwrap_or("#ffffff");
        if self.letters.as_deref().is_some_and(|letters| letters.eq_ignore_ascii_case(behind)) {
            self.unseen.insert(self.now.clone());
        } else {
            self.unseen.remove(&self.now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_nothing() {
        for (length, nothing) in [
            ("0cm", true),
            ("0.00in", true),
            ("0", true),
            ("0.02cm", true),
            ("0.75pt", true),
            ("0.45cm", false),
            ("5pt", false),
        ] {
            assert_eq!(is_nothing(length), nothing, "{length}");
        }
    }
}
