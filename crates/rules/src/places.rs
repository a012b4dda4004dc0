//! Prefectures and municipalities: what a written name or code means. Source: ux §3.1 (municipality name).

use crate::input::{code, search_key};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefecture {
    /// Two digits (JIS X 0401).
    pub code: String,
    pub name: String,
    pub english: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Six digits with check digit.
    pub code: String,
    pub name: String,
    pub reading: String,
}

impl Municipality {
    pub fn prefecture(&self) -> &str {
        &self.code[..2]
    }
}

/// What a person's writing of a municipality means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    One(&'a Municipality),
    /// Namesakes (府中市, 伊達市, …): the person must say which.
    Many(Vec<&'a Municipality>),
    Unknown,
}

#[derive(Clone, Debug, Default)]
pub struct Places {
    pub prefectures: Vec<Prefecture>,
    pub municipalities: Vec<Municipality>,
    keys: Vec<(String, usize)>,
}

impl Places {
    pub fn new(prefectures: Vec<Prefecture>, municipalities: Vec<Municipality>) -> Places {
        let keys = municipalities.iter().enumerate().map(|(i, m)| (search_key(&m.name), i)).collect();
        Places { prefectures, municipalities, keys }
    }

    pub fn prefecture(&self, code: &str) -> Option<&Prefecture> {
        self.prefectures.iter().find(|p| p.code == code)
    }

    pub fn municipality(&self, code: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.code == code)
    }

    /// `東京都港区`
    pub fn full_name(&self, code: &str) -> String {
        match self.municipality(code) {
            Some(m) => format!("{}{}", self.prefecture(m.prefecture()).map_or("", |p| &p.name), m.name),
            None => code.to_string(),
        }
    }

    /// Reads a name or a code: `東京都港区`, `港区`, `港`, `131032`, `13103`.
    pub fn read(&self, raw: &str) -> Meaning<'_> {
        let digits = code(raw);
        if (5..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            return self.municipalities.iter().find(|m| m.code.starts_with(&digits)).map_or(Meaning::Unknown, Meaning::One);
        }
        let key = search_key(raw);
        if key.is_empty() {
            return Meaning::Unknown;
        }
        let (within, key) = self
            .prefectures
            .iter()
            .find_map(|p| {
                key.strip_prefix(&search_key(&p.name)).filter(|rest| !rest.is_empty()).map(|rest| (Some(p.code.as_str()), rest.to_string()))
            })
            .or_else(|| {
                // 「東京 港区」: a prefecture without its 都府県, set off by a blank.
                let written = crate::input::name(&crate::input::folded(raw));
                let (stem, rest) = written.split_once(' ')?;
                let prefecture = self.prefectures.iter().find(|p| p.name.strip_suffix(['都', '府', '県']) == Some(stem))?;
                Some((Some(prefecture.code.as_str()), search_key(rest)))
            })
            .unwrap_or((None, key));
        let key = key
            .rsplit_once('郡')
            .map_or(key.clone(), |(county, rest)| if county.is_empty() || rest.is_empty() { key.clone() } else { rest.to_string() });
        let inside = |i: usize| within.is_none_or(|p| self.municipalities[i].prefecture() == p);
        let exact: Vec<usize> = self.keys.iter().filter(|(k, i)| *k == key && inside(*i)).map(|(_, i)| *i).collect();
        let loose = || {
            self.keys
                .iter()
                .filter(|(k, i)| inside(*i) && ["市", "区", "町", "村"].iter().any(|end| k.strip_suffix(end) == Some(&key)))
                .map(|(_, i)| *i)
                .collect::<Vec<_>>()
        };
        let found = if exact.is_empty() { loose() } else { exact };
        match found.as_slice() {
            [] => Meaning::Unknown,
            [one] => Meaning::One(&self.municipalities[*one]),
            many => Meaning::Many(many.iter().map(|i| &self.municipalities[*i]).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let m = |code: &str, name: &str| Municipality { code: code.into(), name: name.into(), reading: String::new() };
        let p = |code: &str, name: &str| Prefecture { code: code.into(), name: name.into(), english: String::new() };
        Places::new(
            vec![p("13", "東京都"), p("34", "広島県"), p("14", "神奈川県")],
            vec![m("131032", "港区"), m("132063", "府中市"), m("342084", "府中市"), m("142077", "茅ヶ崎市")],
        )
    }

    #[test]
    fn a_municipality_is_found_by_name_code_and_loose_writing() {
        let places = places();
        for raw in ["東京都港区", "港区", "港", "131032", "13103", "１３１０３２", " 港区 "] {
            assert!(matches!(places.read(raw), Meaning::One(m) if m.code == "131032"), "{raw}");
        }
        assert!(matches!(places.read("茅ケ崎市"), Meaning::One(m) if m.code == "142077"));
        assert_eq!(places.read("どこか市"), Meaning::Unknown);
    }

    #[test]
    fn namesakes_are_offered_until_the_prefecture_is_named() {
        let places = places();
        assert!(matches!(places.read("府中市"), Meaning::Many(many) if many.len() == 2));
        assert!(matches!(places.read("広島県府中市"), Meaning::One(m) if m.code == "342084"));
    }
}
