//! The cells of a table, all in one text: half a million of them cost what their letters cost and
//! four bytes each, not a string each. As JSON they are lists of lists of texts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};

/// All rows of a table.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Rows {
    text: String,
    /// Where each cell ends in the text.
    cells: Vec<u32>,
    /// Where each row ends among the cells.
    rows: Vec<u32>,
}

/// One row; a row that isn't there has no cells.
#[derive(Clone, Copy, Default)]
pub struct Row<'t> {
    text: &'t str,
    cells: &'t [u32],
    /// Where its first cell begins in the text.
    begins: u32,
}

/// A cell in one line.
pub fn line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first of these cells, for a sentence about where they stand.
pub fn beginning<'t>(cells: impl Iterator<Item = &'t str>) -> String {
    let short = |cell: &str| -> String { line(cell).chars().take(20).collect() };
    cells.take(3).map(short).collect::<Vec<_>>().join("、")
}

/// More than a table ever holds is cut off: its reader has refused it before.
fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Rows {
    /// No rows yet, with room for so many rows, cells and bytes of text.
    pub fn with_room(rows: usize, cells: usize, letters: usize) -> Rows {
        Rows {
            text: String::with_capacity(letters),
            cells: Vec::with_capacity(cells),
            rows: Vec::with_capacity(rows),
        }
    }
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// A cell at the end of the row that is being written.
    pub fn cell(&mut self, text: &str) {
        self.text.push_str(text);
        self.cells.push(at(self.text.len()));
    }
    /// The row that is being written ends.
    pub fn end(&mut self) {
        self.rows.push(at(self.cells.len()));
    }
    /// A row, counted from 0.
    pub fn row(&self, number: usize) -> Row<'_> {
        self.get(number).unwrap_or_default()
    }
    /// A row, counted from 0, where there is one.
    pub fn get(&self, number: usize) -> Option<Row<'_>> {
        let end = *self.rows.get(number)? as usize;
        let first = number.checked_sub(1).map_or(0, |before| self.rows[before] as usize);
        let begins = first.checked_sub(1).map_or(0, |before| self.cells[before]);
        Some(Row { text: &self.text, cells: &self.cells[first..end], begins })
    }
    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> + Clone {
        (0..self.len()).map(|number| self.row(number))
    }
    /// How many cells the longest row has.
    pub fn widest(&self) -> usize {
        self.iter().map(|row| row.len()).max().unwrap_or(0)
    }
    /// Each cell as a string of its own: of a few rows, and in tests.
    pub fn texts(&self) -> Vec<Vec<String>> {
        self.iter().map(Row::texts).collect()
    }
}

impl<'t> Row<'t> {
    /// How many cells the row has.
    pub fn len(self) -> usize {
        self.cells.len()
    }
    /// Whether the row has no cells.
    pub fn is_empty(self) -> bool {
        self.cells.is_empty()
    }
    /// A cell, counted from 0.
    pub fn get(self, number: usize) -> Option<&'t str> {
        let end = *self.cells.get(number)? as usize;
        let begin = number.checked_sub(1).map_or(self.begins, |before| self.cells[before]) as usize;
        self.text.get(begin..end)
    }
    /// A cell, or nothing where the row is shorter.
    pub fn cell(self, number: usize) -> &'t str {
        self.get(number).unwrap_or_default()
    }
    /// The cells in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'t str> + Clone {
        (0..self.len()).map(move |number| self.cell(number))
    }
    /// The cells with anything in them.
    pub fn filled(self) -> impl Iterator<Item = &'t str> + Clone {
        self.iter().filter(|cell| !cell.is_empty())
    }
    /// Whether nothing stands in any of its cells.
    pub fn is_blank(self) -> bool {
        self.filled().next().is_none()
    }
    /// Each cell as a string of its own.
    pub fn texts(self) -> Vec<String> {
        self.iter().map(str::to_string).collect()
    }
}

impl<R: IntoIterator<Item: AsRef<str>>> FromIterator<R> for Rows {
    fn from_iter<I: IntoIterator<Item = R>>(all: I) -> Rows {
        let mut rows = Rows::default();
        for row in all {
            row.into_iter().for_each(|cell| rows.cell(cell.as_ref()));
            rows.end();
        }
        rows
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl serde::Serialize for Rows {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.len()))?;
        for row in self.iter() {
            list.serialize_element(&row)?;
        }
        list.end()
    }
}
impl serde::Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Rows, D::Error> {
        let mut rows = Rows::default();
        from.deserialize_seq(List(&mut rows))?;
        rows.text.shrink_to_fit();
        rows.cells.shrink_to_fit();
        Ok(rows)
    }
}

/// What is read next into the rows: their list, one row, one cell.
struct List<'r>(&'r mut Rows);
struct OneRow<'r>(&'r mut Rows);
struct OneCell<'r>(&'r mut Rows);

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rows")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(OneRow(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for OneRow<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}
impl<'de> Visitor<'de> for OneRow<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of cells")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(OneCell(self.0))?.is_some() {}
        self.0.end();
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for OneCell<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}
impl Visitor<'_> for OneCell<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.cell(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_was_written_and_come_back_from_json() {
        let all: [&[&str]; 5] = [&[], &["見出し", ""], &[], &["", "\"あ\"\n", "𠮷"], &[""]];
        let rows: Rows = all.iter().copied().collect();
        let lens: Vec<usize> = rows.iter().map(Row::len).collect();
        assert_eq!((rows.len(), rows.widest(), lens), (5, 3, vec![0, 2, 0, 3, 1]));
        assert_eq!(
            rows.texts(),
            all.map(|row| row.iter().map(|c| (*c).to_string()).collect::<Vec<_>>())
        );
        let (third, none) = (rows.row(3), rows.row(5));
        assert_eq!(
            (third.get(0), third.get(1), third.get(2), third.get(3)),
            (Some(""), Some("\"あ\"\n"), Some("𠮷"), None)
        );
        assert_eq!(
            (third.filled().count(), third.cell(9), none.len(), rows.get(5).is_none()),
            (2, "", 0, true)
        );
        assert!(rows.row(4).is_blank() && rows.row(0).is_blank() && !third.is_blank());
        let json = serde_json::to_string(&rows).unwrap();
        assert_eq!(json, r#"[[],["見出し",""],[],["","\"あ\"\n","𠮷"],[""]]"#);
        assert_eq!(serde_json::from_str::<Rows>(&json).unwrap(), rows);
        for other in ["[[1]]", "[\"a\"]", "{}", "[[\"a\"", "[[null]]"] {
            assert!(serde_json::from_str::<Rows>(other).is_err(), "{other}");
        }
    }
}
