//! Values of a master that lie far from the ones in force: asked about before anybody proposes
//! them, and shown to who approves them.

use crate::Masters;
use crate::kinds::{Column, Kind, Row};

/// As many times as much, or as little, is far.
const FAR: u64 = 5;

/// A value that lies far from the one in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// The column's key.
    pub column: &'static str,
    /// Both values, in a sentence.
    pub sentence: String,
}

fn is_far(before: u64, after: u64) -> bool {
    before > 0
        && after > 0
        && (after >= before.saturating_mul(FAR) || before >= after.saturating_mul(FAR))
}

impl Kind {
    /// The columns that count something.
    fn counted(self) -> &'static [&'static str] {
        match self {
            Kind::Products => &["vials_per_box", "doses_per_vial", "boxes_per_freezer"],
            Kind::Needles => &["numerator", "denominator", "pack"],
            Kind::Minimums => &["persons"],
            Kind::Prices => {
                &["vaccination", "screening_only", "under_six", "after_hours", "holiday"]
            }
            Kind::Tax => &["percent"],
            _ => &[],
        }
    }

    /// Whether a row may take something from another one: a prefecture has one wholesaler.
    pub fn takes_from_others(self) -> bool {
        self == Kind::Wholesalers
    }

    /// The row that a row takes the place of: the one with its key, or the last one before it.
    fn replaced(self, masters: &Masters, row: &Row) -> Option<Row> {
        let (rows, key) = (self.rows(masters), self.key(row));
        let order = |key: &str| (key.len(), key.to_string());
        let before = |known: &&Row| order(&self.key(known)) < order(&key);
        rows.iter().find(|known| self.key(known) == key).cloned().or_else(|| {
            rows.iter().filter(before).max_by_key(|known| order(&self.key(known))).cloned()
        })
    }

    /// What of a row lies far from the row in force in these masters, as it is stored in both.
    /// Also what it takes from other rows.
    pub fn far(self, masters: &Masters, row: &Row) -> Vec<Far> {
        if self.takes_from_others() {
            return self.taken(masters, row);
        }
        if self.counted().is_empty() {
            return Vec::new();
        }
        self.replaced(masters, row).map_or(Vec::new(), |was| self.far_from(masters, &was, row))
    }

    /// The prefectures that a wholesaler's row takes from others, one sentence for each who loses.
    fn taken(self, masters: &Masters, row: &Row) -> Vec<Far> {
        let mut after = masters.clone();
        if self.try_put(&mut after, row).is_err() {
            return Vec::new();
        }
        let lost = |(before, after): (Row, Row)| {
            let stays = |code: &&str| after.get("prefectures").is_some_and(|p| p.contains(code));
            let codes = before.get("prefectures").map_or("", String::as_str);
            let gone: Vec<&str> = codes.split(' ').filter(|code| !stays(code)).collect();
            let gone = self.say(masters, "prefectures", &gone.join(" "));
            let name = before.get("name").map_or("", String::as_str);
            Far {
                column: "prefectures",
                sentence: format!(
                    "{gone}は、いま「{name}」が担当しています。\
                     この変更で「{name}」の担当から外れます。"
                ),
            }
        };
        self.beside(&self.key(row), masters, &after).into_iter().map(lost).collect()
    }

    /// The rows that the change of another one (its key) changed too: as they were, as they are.
    pub fn beside(self, key: &str, before: &Masters, after: &Masters) -> Vec<(Row, Row)> {
        if !self.takes_from_others() {
            return Vec::new();
        }
        let now = self.rows(after);
        let other = |was: Row| {
            let of = self.key(&was);
            let is = now.iter().find(|row| self.key(row) == of)?;
            (of != key && *is != was).then(|| (was, is.clone()))
        };
        self.rows(before).into_iter().filter_map(other).collect()
    }

    /// What of a row lies far from another one.
    pub fn far_from(self, masters: &Masters, was: &Row, row: &Row) -> Vec<Far> {
        let number = |row: &Row, key: &str| row.get(key).and_then(|n| n.parse::<u64>().ok());
        let far = |column: &&Column| {
            let values = number(was, column.key).zip(number(row, column.key));
            self.counted().contains(&column.key) && values.is_some_and(|(was, is)| is_far(was, is))
        };
        let say = |row: &Row, key: &str| self.say(masters, key, row.get(key).map_or("", |v| v));
        let one = |column: &Column| {
            let values = [
                ("{title}", self.heading(column).to_string()),
                ("{before}", say(was, column.key)),
                ("{after}", say(row, column.key)),
            ];
            Far { column: column.key, sentence: masters.said("change.far", &values) }
        };
        self.columns().iter().filter(far).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: Kind, change: &[(&str, &str)]) -> Vec<&'static str> {
        let masters = Masters::load().unwrap();
        let mut row = kind.rows(&masters).pop().unwrap();
        row.extend(change.iter().map(|(key, value)| ((*key).to_string(), (*value).to_string())));
        kind.far(&masters, &row).into_iter().map(|far| far.column).collect()
    }

    #[test]
    fn five_times_as_much_or_as_little_is_far_and_less_is_not() {
        // 10 vials a box, 15 doses a vial.
        for (vials, far) in [
            ("10", false),
            ("49", false),
            ("50", true),
            ("10000", true),
            ("3", false),
            ("2", true),
            ("1", true),
        ] {
            assert_eq!(
                said(Kind::Products, &[("vials_per_box", vials)]).len(),
                usize::from(far),
                "{vials}"
            );
        }
        assert_eq!(
            said(Kind::Products, &[("vials_per_box", "10000"), ("doses_per_vial", "3")]),
            ["vials_per_box", "doses_per_vial"]
        );
        assert_eq!(said(Kind::Needles, &[("pack", "1000")]), ["pack"]);
        assert_eq!(said(Kind::Needles, &[("pack", "50")]).len(), 0);
    }

    #[test]
    fn what_a_wholesaler_takes_from_another_is_said() {
        let masters = Masters::load().unwrap();
        let of = |id: &str| {
            let rows = Kind::Wholesalers.rows(&masters);
            rows.into_iter().find(|row| row["id"] == id).unwrap()
        };
        let taking = |id: &str, codes: &str| {
            let mut row = of(id);
            row.insert("prefectures".into(), codes.into());
            let far = Kind::Wholesalers.far(&masters, &row);
            far.into_iter().map(|far| far.sentence).collect::<Vec<_>>()
        };
        assert_eq!(taking("w-tokyo", "13"), [""; 0]);
        assert_eq!(
            taking("w-tokyo", "13 14"),
            [
                "神奈川県は、いま「関東医薬品卸株式会社」が担当しています。この変更で「関東医薬品卸株式会社」の担当から外れます。"
            ]
        );
        assert_eq!(taking("w-tokyo", "13 14 01 02").len(), 2);
        // What it keeps or gives away takes nothing.
        assert_eq!(taking("w-kanto", "08 09"), [""; 0]);
    }

    #[test]
    fn a_new_row_is_held_against_the_one_before_it() {
        // The price of a later month, ten times the last one.
        let (prices, of_2030) = (Kind::Prices, ("from", "2030-01"));
        assert_eq!(said(prices, &[of_2030]).len(), 0);
        assert_eq!(said(prices, &[of_2030, ("vaccination", "20700")]), ["vaccination"]);
        let masters = Masters::load().unwrap();
        let mut row = Kind::Products.rows(&masters).pop().unwrap();
        row.insert("vials_per_box".into(), "10000".into());
        assert_eq!(
            Kind::Products.far(&masters, &row)[0].sentence,
            "1箱のバイアル数は 10本 → 10,000本 で、いまの値から大きく離れています。"
        );
    }
}
