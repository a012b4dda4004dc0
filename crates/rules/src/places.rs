//! Prefectures and municipalities: what a written name or code means. What may mean two places is
//! asked about, never guessed. Source: ux §3.1 (municipality name).

mod beside;

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use crate::fold;
use crate::input::folded;

pub use beside::{Contradicted, Contradiction};

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

/// A ward of a designated city (政令指定都市の区): no municipality of its own, it belongs to its city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ward {
    /// The city's six-digit code.
    pub city: String,
    pub name: String,
}

/// A municipality that there is no more: its name, and which ones took its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub name: String,
    /// Two-digit code of the prefecture in which it lay.
    pub prefecture: String,
    /// The first day on which it was gone.
    pub until: Date,
    /// Six-digit codes; more than one where it was split.
    pub successors: Vec<String>,
}

/// What a person's writing of a municipality means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    One(&'a Municipality),
    /// Namesakes (府中市, 伊達市, …), a code with a lost digit, a split municipality: the person must say
    /// which.
    Many(Vec<&'a Municipality>),
    Unknown,
}

/// Why what was written isn't what was read, where a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A ward was written; its city is read.
    Ward,
    /// The name of a municipality that there is no more.
    Former { name: String, until: Date },
    /// A code that lost the zero at its front, its check digit, or both.
    ShortCode,
}

/// How a writing was read, where a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// A city's ward, as the city (its full name).
    Ward { raw: String, full: String },
    /// A municipality that there is no more, as the one that it became.
    Former { raw: String, name: String, until: Date, full: String },
    /// A special ward, as itself; some of the cities whose ward has the same name, and whether
    /// there are more.
    Namesake { raw: String, full: String, cities: Vec<String>, more: bool },
}

#[derive(Clone, Debug, Default)]
pub struct Places {
    pub prefectures: Vec<Prefecture>,
    pub municipalities: Vec<Municipality>,
    wards: Vec<Ward>,
    former: Vec<Former>,
    keys: Vec<(String, usize)>,
    readings: Vec<(String, usize)>,
    /// Whole name and stem (without 都, 府, 県) of each prefecture.
    prefecture_keys: Vec<(String, String)>,
    /// City and ward, and the ward alone, with the city.
    ward_keys: Vec<(String, String, usize)>,
    former_keys: Vec<String>,
    /// What search boxes look in, made when it is first asked for and kept for every copy.
    haystacks: Arc<OnceLock<Vec<String>>>,
}

const ENDS: [&str; 4] = ["市", "区", "町", "村"];
const READ_ENDS: [&str; 6] = ["し", "く", "まち", "ちょう", "むら", "そん"];

/// The form in which names of places are compared: [`fold::key`], and ヶ, ケ, が, か between two
/// ideographs alike: they are looked for in a closed list, so か can't be the particle.
pub fn key(raw: &str) -> String {
    fold::small_ke(&fold::key(raw), &['ゖ', 'ゕ', 'け', 'が', 'か'])
}

/// A name without the county before it: 西多摩郡檜原村 is 檜原村. The 郡 of 蒲郡市 is its own: such names are
/// tried whole first.
fn without_county(key: &str) -> Option<&str> {
    key.split_once('郡')
        .filter(|(county, rest)| !county.is_empty() && rest.chars().count() > 1)
        .map(|(_, rest)| rest)
}

impl Places {
    pub fn new(prefectures: Vec<Prefecture>, municipalities: Vec<Municipality>) -> Places {
        let keys = municipalities.iter().enumerate().map(|(i, m)| (key(&m.name), i)).collect();
        let readings =
            municipalities.iter().enumerate().map(|(i, m)| (fold::key(&m.reading), i)).collect();
        let stem = |p: &Prefecture| {
            if p.code == "01" {
                p.name.as_str()
            } else {
                p.name.trim_end_matches(['都', '府', '県'])
            }
            .to_string()
        };
        let prefecture_keys = prefectures.iter().map(|p| (key(&p.name), key(&stem(p)))).collect();
        Places { prefectures, municipalities, keys, readings, prefecture_keys, ..Places::default() }
    }

    /// With the wards of designated cities and with names of before.
    pub fn with(mut self, wards: Vec<Ward>, former: Vec<Former>) -> Places {
        let at = |code: &str| self.municipalities.iter().position(|m| m.code == code);
        self.ward_keys = wards
            .iter()
            .filter_map(|ward| {
                let (city, name) = (at(&ward.city)?, key(&ward.name));
                Some((format!("{}{name}", self.keys[city].0), name, city))
            })
            .collect();
        self.former_keys = former.iter().map(|f| key(&f.name)).collect();
        (self.wards, self.former) = (wards, former);
        self
    }

    /// The same with other municipalities.
    pub fn with_municipalities(self, municipalities: Vec<Municipality>) -> Places {
        Places::new(self.prefectures, municipalities).with(self.wards, self.former)
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
            Some(m) => {
                format!("{}{}", self.prefecture(m.prefecture()).map_or("", |p| &p.name), m.name)
            }
            None => code.to_string(),
        }
    }

    /// What each municipality is found by in a search box: code, name, reading, and its name with
    /// the prefecture before it; in the order of `municipalities`.
    pub fn haystacks(&self) -> &[String] {
        self.haystacks.get_or_init(|| {
            let of = |m: &Municipality| {
                let prefecture = self.prefecture(m.prefecture()).map_or("", |p| &p.name);
                fold::haystack([
                    m.code.as_str(),
                    &m.name,
                    &m.reading,
                    &format!("{prefecture}{}", m.name),
                ])
            };
            self.municipalities.iter().map(of).collect()
        })
    }

    /// Reads a name or a code: `東京都港区`, `港区`, `港`, `131032`, `13103`, `千代田区（東京都）`, `横浜市中区`, a
    /// former name, a reading.
    pub fn read(&self, raw: &str) -> Meaning<'_> {
        self.understand(raw).0
    }

    /// As [`Places::read`], with what a person should know of how it was read.
    pub fn understand(&self, raw: &str) -> (Meaning<'_>, Option<Note>) {
        if let Some(beside) = self.beside(raw)
            && !beside.agree()
        {
            return (beside.meaning(self), None);
        }
        let (found, note) = self.find(raw);
        match found.as_slice() {
            [] => (Meaning::Unknown, None),
            [one] => (Meaning::One(&self.municipalities[*one]), note),
            many => (Meaning::Many(many.iter().map(|i| &self.municipalities[*i]).collect()), note),
        }
    }

    /// How a writing was read, where a person should know: a ward as its city, a former name. Every
    /// door says it.
    pub fn remark(&self, raw: &str) -> Option<ReadAs> {
        let (Meaning::One(m), Some(note)) = self.understand(raw) else { return None };
        let (raw, full) = (crate::input::name(raw), self.full_name(&m.code));
        match note {
            Note::Ward => Some(ReadAs::Ward { raw, full }),
            Note::Former { name, until } => Some(ReadAs::Former { raw, name, until, full }),
            Note::ShortCode => None,
        }
    }

    /// A special ward (特別区) whose name is a designated city's ward as well, written without its
    /// prefecture: read as the municipality that it is, and told, for 港区 may be meant of 大阪市.
    pub fn namesake(&self, raw: &str) -> Option<ReadAs> {
        let (Meaning::One(meant), None) = self.understand(raw) else { return None };
        let name = key(&meant.name);
        if key(&crate::input::name(raw)) != name {
            return None;
        }
        let mut cities: Vec<String> = self
            .cities_of_ward(&name, false)
            .into_iter()
            .map(|city| self.municipalities[city].name.clone())
            .collect();
        let more = cities.len() > 3;
        cities.truncate(3);
        (!cities.is_empty()).then(|| ReadAs::Namesake {
            raw: crate::input::name(raw),
            full: self.full_name(&meant.code),
            cities,
            more,
        })
    }

    /// The ward that a writing names, where it is read as the ward's city: it belongs to the
    /// address then.
    pub fn ward_of(&self, raw: &str) -> Option<&str> {
        let (Meaning::One(city), Some(Note::Ward)) = self.understand(raw) else { return None };
        let text = key(raw);
        let own =
            self.wards.iter().filter(|w| w.city == city.code && text.ends_with(&key(&w.name)));
        own.map(|w| w.name.as_str()).max_by_key(|name| name.len())
    }

    fn find(&self, raw: &str) -> (Vec<usize>, Option<Note>) {
        let text = folded(raw);
        let Some((digits, rest)) = beside::parted(&text) else { return self.by_name(&text) };
        let by_code = self.by_code(&digits);
        if rest.is_empty() {
            return by_code;
        }
        let by_name = self.by_name(rest);
        let both = |i: &usize| by_name.0.contains(i);
        match (by_name.0.is_empty(), by_code.0.is_empty()) {
            // 「131032 東京都」
            (true, _) => (by_code.0, None),
            (_, true) => by_name,
            _ => (by_code.0.iter().copied().filter(both).collect(), by_name.1),
        }
    }

    /// Six digits are a code; five may have lost their check digit or the zero at the front, four
    /// both. All that it may be.
    fn by_code(&self, digits: &str) -> (Vec<usize>, Option<Note>) {
        let starting = |start: &str| {
            self.municipalities
                .iter()
                .enumerate()
                .filter(|(_, m)| m.code.starts_with(start))
                .map(|(i, _)| i)
                .collect::<Vec<_>>()
        };
        match digits.len() {
            6 => (starting(digits), None),
            5 => {
                let mut all = starting(digits);
                let zero = format!("0{digits}");
                all.extend(self.municipalities.iter().position(|m| m.code == zero));
                (all, Some(Note::ShortCode))
            }
            4 => (starting(&format!("0{digits}")), Some(Note::ShortCode)),
            _ => (vec![], None),
        }
    }

    /// The prefecture that a text names, whole or by its stem.
    fn prefecture_named(&self, text: &str) -> Option<&Prefecture> {
        let wanted = key(text);
        let at = self
            .prefecture_keys
            .iter()
            .position(|(name, stem)| *name == wanted || *stem == wanted)?;
        self.prefectures.get(at)
    }

    fn by_name(&self, text: &str) -> (Vec<usize>, Option<Note>) {
        let (text, hint) = self.brackets_off(text);
        let Some(text) = text else { return (vec![], None) };
        let whole = key(&text);
        if whole.is_empty() {
            return (vec![], None);
        }
        // A whole prefecture in front, its stem set off by a blank, or its stem as a last try: 京都市
        // isn't 京都 and 市.
        let coded = || self.prefecture_keys.iter().zip(&self.prefectures);
        let named = coded().find_map(|((name, _), p)| {
            whole
                .strip_prefix(name.as_str())
                .filter(|rest| !rest.is_empty())
                .map(|rest| (p.code.clone(), rest.to_string()))
        });
        let apart = || {
            let written = crate::input::name(&text);
            let (stem, rest) = written.split_once(' ')?;
            self.prefecture_named(stem).map(|p| (p.code.clone(), key(rest)))
        };
        let first = match named.or_else(apart) {
            Some((within, rest)) if hint.as_ref().is_none_or(|h| *h == within) => {
                self.within(&rest, Some(&within), &text)
            }
            Some(_) => return (vec![], None),
            None => self.within(&whole, hint.as_deref(), &text),
        };
        if !first.0.is_empty() {
            return first;
        }
        for ((_, stem), p) in coded() {
            if let Some(rest) =
                whole.strip_prefix(stem.as_str()).filter(|rest| rest.chars().count() > 1)
            {
                let found = self.within(rest, Some(&p.code), &text);
                if !found.0.is_empty() {
                    return found;
                }
            }
        }
        (vec![], None)
    }

    /// Takes off what stands in brackets: a prefecture narrows the search, a reading says nothing
    /// new, anything else isn't understood.
    fn brackets_off(&self, text: &str) -> (Option<String>, Option<String>) {
        let Some((before, inside)) = text.split_once(['(', '[', '〔', '【']) else {
            return (Some(text.to_string()), None);
        };
        let inside = inside.trim_end_matches([')', ']', '〕', '】', ' ']);
        if let Some(p) = self.prefecture_named(inside) {
            return (Some(before.to_string()), Some(p.code.clone()));
        }
        let kana = |c: char| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | ' ' | '・');
        if !before.is_empty() && inside.chars().all(kana) {
            (Some(before.to_string()), None)
        } else {
            (None, None)
        }
    }

    /// Every municipality that a name may mean within a prefecture, by the surest way that finds
    /// any.
    fn within(
        &self,
        name: &str,
        prefecture: Option<&str>,
        written: &str,
    ) -> (Vec<usize>, Option<Note>) {
        let inside = |i: usize| prefecture.is_none_or(|p| self.municipalities[i].prefecture() == p);
        let by = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
            self.keys.iter().filter(|(k, i)| test(k) && inside(*i)).map(|(_, i)| *i).collect()
        };
        let equal = by(&|k| k == name);
        if !equal.is_empty() {
            return (self.spelt(equal, written), None);
        }
        let mut tries = vec![by(&|k| without_county(k) == Some(name))];
        if let Some(rest) = without_county(name) {
            tries.push(by(&|k| k == rest));
        }
        tries.push(by(&|k| ENDS.iter().any(|end| k.strip_suffix(end) == Some(name))));
        if let Some(found) = tries.into_iter().find(|found| !found.is_empty()) {
            return (found, None);
        }
        let wards = self.cities_of_ward(name, true);
        let found: Vec<usize> = wards.into_iter().filter(|i| inside(*i)).collect();
        if !found.is_empty() {
            return (found, Some(Note::Ward));
        }
        if let Some((found, note)) = self.formerly(name, prefecture) {
            return (found, Some(note));
        }
        let found: Vec<usize> =
            self.cities_of_ward(name, false).into_iter().filter(|i| inside(*i)).collect();
        if !found.is_empty() {
            return (found, Some(Note::Ward));
        }
        // 「しおがま」「しおがまし」「しおがま市」
        let stem = ENDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let read = |reading: &str| {
            reading == name || READ_ENDS.iter().any(|end| reading.strip_suffix(end) == Some(stem))
        };
        (
            self.readings
                .iter()
                .filter(|(k, i)| !k.is_empty() && read(k) && inside(*i))
                .map(|(_, i)| *i)
                .collect(),
            None,
        )
    }

    /// Among places whose names fold alike (鹿嶋市 and 鹿島市) the one that is spelt as written, if there
    /// is one.
    fn spelt(&self, found: Vec<usize>, written: &str) -> Vec<usize> {
        let exact: Vec<usize> = found
            .iter()
            .copied()
            .filter(|i| written.trim().ends_with(&self.municipalities[*i].name))
            .collect();
        if exact.is_empty() { found } else { exact }
    }

    /// The cities that have a ward, by city and ward together or by the ward's name alone.
    fn cities_of_ward(&self, name: &str, with_city: bool) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .ward_keys
            .iter()
            .filter(|(whole, alone, _)| name == if with_city { whole } else { alone })
            .map(|(_, _, city)| *city)
            .collect();
        found.dedup();
        found
    }

    fn formerly(&self, name: &str, prefecture: Option<&str>) -> Option<(Vec<usize>, Note)> {
        let bare = without_county(name);
        let same = |own: &str| {
            own == name
                || bare == Some(own)
                || ENDS.iter().any(|end| own.strip_suffix(end) == Some(name))
        };
        let all: Vec<&Former> = self
            .former
            .iter()
            .zip(&self.former_keys)
            .filter(|(f, own)| same(own) && prefecture.is_none_or(|p| f.prefecture == p))
            .map(|(f, _)| f)
            .collect();
        let last = all.iter().max_by_key(|f| f.until)?;
        let note = Note::Former { name: last.name.clone(), until: last.until };
        let mut found: Vec<usize> = Vec::new();
        for code in all.iter().flat_map(|f| &f.successors) {
            found.extend(
                self.municipalities
                    .iter()
                    .position(|m| m.code == *code)
                    .filter(|i| !found.contains(i)),
            );
        }
        Some((found, note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let m = |code: &str, name: &str| Municipality {
            code: code.into(),
            name: name.into(),
            reading: String::new(),
        };
        let p = |code: &str, name: &str| Prefecture {
            code: code.into(),
            name: name.into(),
            english: String::new(),
        };
        Places::new(
            vec![p("13", "東京都"), p("34", "広島県"), p("14", "神奈川県")],
            vec![
                m("131032", "港区"),
                m("132063", "府中市"),
                m("342084", "府中市"),
                m("142077", "茅ヶ崎市"),
            ],
        )
    }

    #[test]
    fn a_municipality_is_found_by_name_code_and_loose_writing() {
        let places = places();
        for raw in ["東京都港区", "港区", "港", "131032", "13103", "１３１０３２", " 港区 "]
        {
            assert!(matches!(places.read(raw), Meaning::One(m) if m.code == "131032"), "{raw}");
        }
        assert!(matches!(places.read("茅ケ崎市"), Meaning::One(m) if m.code == "142077"));
        assert_eq!(places.read("どこか市"), Meaning::Unknown);
    }

    /// The country's own list, wards and former names.
    fn country() -> Places {
        let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/");
        let rows = |file: &str| -> Vec<Vec<String>> {
            let text = std::fs::read_to_string(format!("{data}{file}")).unwrap();
            let lines = text.lines().filter(|l| !l.starts_with('#')).skip(1);
            lines.map(|l| l.split(',').map(str::to_string).collect()).collect()
        };
        let prefectures = rows("prefectures.csv");
        let prefectures = prefectures.iter().map(|r| Prefecture {
            code: r[0].clone(),
            name: r[2].clone(),
            english: r[4].clone(),
        });
        let towns = rows("municipalities.csv");
        let towns = towns.iter().map(|r| Municipality {
            code: r[0].clone(),
            name: r[1].clone(),
            reading: r[2].clone(),
        });
        let wards = rows("wards.csv")
            .iter()
            .map(|r| Ward { city: r[0].clone(), name: r[1].clone() })
            .collect();
        let former = rows("former-municipalities.csv");
        let former = former
            .iter()
            .map(|r| Former {
                name: r[0].clone(),
                prefecture: r[1].clone(),
                until: r[2].parse().unwrap(),
                successors: r[3].split(' ').map(str::to_string).collect(),
            })
            .collect();
        Places::new(prefectures.collect(), towns.collect()).with(wards, former)
    }

    /// The full names of what a writing may mean.
    fn may_be(places: &Places, raw: &str) -> Vec<String> {
        let mut all = match places.read(raw) {
            Meaning::One(m) => vec![places.full_name(&m.code)],
            Meaning::Many(all) => all.iter().map(|m| places.full_name(&m.code)).collect(),
            Meaning::Unknown => vec![],
        };
        all.sort();
        all
    }

    #[test]
    fn every_municipality_is_found_by_its_names_and_its_code() {
        let places = country();
        assert_eq!(places.municipalities.len(), 1741);
        for m in &places.municipalities {
            let full = places.full_name(&m.code);
            for raw in [
                full.clone(),
                m.code.clone(),
                format!("{}({})", m.name, places.prefecture(m.prefecture()).unwrap().name),
            ] {
                assert_eq!(may_be(&places, &raw), std::slice::from_ref(&full), "{raw}");
            }
            assert!(may_be(&places, &m.name).contains(&full), "{}", m.name);
            assert!(may_be(&places, &m.reading).contains(&full), "{}", m.reading);
        }
    }

    #[test]
    fn a_code_that_lost_a_digit_is_everything_that_it_may_be() {
        let places = country();
        assert_eq!(may_be(&places, "12203"), ["北海道士別市", "千葉県市川市"]);
        for (raw, n) in [
            ("12211", 2),
            ("12220", 2),
            ("12238", 2),
            ("14362", 2),
            ("15202", 2),
            ("13103", 1),
            ("131032", 1),
            ("012203", 1),
        ] {
            assert_eq!(may_be(&places, raw).len(), n, "{raw}: {:?}", may_be(&places, raw));
        }
        // Whatever pairs there are in the list, none is resolved without a word.
        let without_check = |m: &Municipality| m.code[..5].to_string();
        for m in &places.municipalities {
            if let Some(lost) = m.code.strip_prefix('0') {
                let twin = places.municipalities.iter().find(|t| without_check(t) == lost);
                assert_eq!(
                    may_be(&places, lost).len(),
                    if twin.is_some() { 2 } else { 1 },
                    "{lost}"
                );
            }
        }
        assert_eq!(may_be(&places, "13103.0"), ["東京都港区"]);
        assert_eq!(may_be(&places, "131032 港区"), ["東京都港区"]);
        assert_eq!(may_be(&places, "131032 渋谷区").len(), 2);
        assert_eq!(may_be(&places, "131040 港区"), ["東京都新宿区", "東京都港区"]);
    }

    #[test]
    fn names_as_offices_and_their_files_write_them() {
        let places = country();
        for (full, all) in [
            ("宮城県塩竈市", &["塩釜市", "鹽竈市", "しおがま市", "塩竈"][..]),
            ("大阪府四條畷市", &["四条畷市", "四条畷"]),
            (
                "青森県鰺ヶ沢町",
                &["鯵ヶ沢町", "鯵ケ沢町", "鰺が沢町", "西津軽郡鰺ヶ沢町", "青森県西津軽郡鯵ヶ沢町"],
            ),
            ("東京都檜原村", &["桧原村", "西多摩郡檜原村", "東京都西多摩郡桧原村"]),
            ("兵庫県丹波篠山市", &["篠山市", "兵庫県篠山市", "丹波篠山"]),
            ("茨城県龍ケ崎市", &["竜ヶ崎市", "龍が崎市", "竜ケ崎"]),
            ("茨城県かすみがうら市", &["カスミガウラ市", "ｶｽﾐｶﾞｳﾗ市", "かすみがうら"]),
            ("千葉県鎌ケ谷市", &["鎌ヶ谷市", "鎌が谷市", "鎌ヵ谷市"]),
            ("長野県山ノ内町", &["山の内町", "山之内町", "下高井郡山ノ内町"]),
            ("東京都西東京市", &["⻄東京市", "田無市", "保谷市"]),
            ("青森県青森市", &["⻘森市"]),
            ("長野県長野市", &["⻑野市"]),
            ("京都府亀岡市", &["⻲岡市", "龜岡市"]),
            ("富山県黒部市", &["⿊部市"]),
            ("東京都江戸川区", &["江⼾川区"]),
            ("兵庫県神戸市", &["神⼾市", "神戸市中央区", "兵庫県神戸市北区"]),
            ("青森県八戸市", &["⼋⼾市"]),
            (
                "神奈川県横浜市",
                &[
                    "横浜市中区",
                    "横浜市保土ヶ谷区",
                    "横浜市保土ケ谷区",
                    "神奈川県横浜市青葉区",
                    "都筑区",
                ],
            ),
            ("埼玉県さいたま市", &["さいたま市大宮区", "大宮市", "浦和市", "岩槻市", "大宮区"]),
            (
                "東京都千代田区",
                &[
                    "千代田区（東京都）",
                    "千代田区(東京)",
                    "千代田区（ちよだく）",
                    "東京千代田区",
                    "東京 千代田区",
                ],
            ),
            ("愛知県蒲郡市", &["蒲郡市", "蒲郡", "愛知蒲郡市"]),
            ("福島県郡山市", &["郡山市", "郡山"]),
            ("奈良県大和郡山市", &["大和郡山市"]),
            ("福岡県小郡市", &["小郡市"]),
            ("茨城県鹿嶋市", &["鹿嶋市", "茨城県鹿島市"]),
            ("佐賀県鹿島市", &["鹿島市"]),
            ("大阪府堺市", &["堺市堺区", "大阪堺市"]),
            ("京都府京都市", &["京都市", "京都市右京区"]),
            ("岐阜県中津川市", &["長野県山口村"]),
        ] {
            for raw in all {
                assert_eq!(may_be(&places, raw), [full], "{raw}");
            }
        }
    }

    #[test]
    fn what_may_be_two_is_asked_and_what_is_nothing_is_said() {
        let places = country();
        assert_eq!(may_be(&places, "府中市"), ["広島県府中市", "東京都府中市"]);
        assert_eq!(may_be(&places, "青葉区"), ["宮城県仙台市", "神奈川県横浜市"]);
        assert_eq!(may_be(&places, "上九一色村"), ["山梨県富士河口湖町", "山梨県甲府市"]);
        for raw in [
            "どこか市",
            "東京都伊達市",
            "横浜市ない区",
            "999999",
            "99999",
            "港区（六本木）",
            "123",
            "",
            "　",
            "（東京都）",
            "市",
            "区",
        ] {
            assert_eq!(may_be(&places, raw), Vec::<String>::new(), "{raw}");
        }
        let (_, note) = places.understand("横浜市中区");
        assert_eq!(note, Some(Note::Ward));
        assert_eq!(places.ward_of("横浜市中区"), Some("中区"));
        assert_eq!(
            ["横浜市", "東京都港区", "篠山市", ""].map(|raw| places.ward_of(raw)),
            [None; 4]
        );
        assert_eq!(
            places.remark("横浜市中区"),
            Some(ReadAs::Ward {
                raw: "横浜市中区".into(), full: "神奈川県横浜市".into()
            })
        );
        assert_eq!(
            places.remark("篠山市"),
            Some(ReadAs::Former {
                raw: "篠山市".into(),
                name: "篠山市".into(),
                until: "2019-05-01".parse().unwrap(),
                full: "兵庫県丹波篠山市".into()
            })
        );
        assert_eq!(
            ["港区", "13103", "青葉区", "どこか市", ""].map(|raw| places.remark(raw)),
            [None, None, None, None, None]
        );
        for (raw, full, cities, more) in [
            ("港区", "東京都港区", &["名古屋市", "大阪市"][..], false),
            ("港 区", "東京都港区", &["名古屋市", "大阪市"], false),
            ("北区", "東京都北区", &["札幌市", "さいたま市", "新潟市"], true),
            ("中央区", "東京都中央区", &["札幌市", "さいたま市", "千葉市"], true),
        ] {
            let cities = cities.iter().map(|c| (*c).to_string()).collect();
            let (raw_, full) = (raw.to_string(), full.to_string());
            let read = ReadAs::Namesake { raw: raw_, full, cities, more };
            assert_eq!(places.namesake(raw), Some(read), "{raw}");
        }
        for raw in [
            "東京都港区",
            "東京 港区",
            "港区（東京都）",
            "131032",
            "131032 港区",
            "新宿区",
            "西区",
            "府中市",
            "港",
            "",
        ] {
            assert_eq!(places.namesake(raw), None, "{raw}");
        }
        let (_, note) = places.understand("篠山市");
        assert_eq!(
            note,
            Some(Note::Former { name: "篠山市".into(), until: "2019-05-01".parse().unwrap() })
        );
    }

    #[test]
    fn every_ward_and_every_successor_is_in_the_list() {
        let places = country();
        assert!(places.wards.len() >= 171, "{}", places.wards.len());
        for ward in &places.wards {
            assert!(places.municipality(&ward.city).is_some(), "{ward:?}");
        }
        for former in &places.former {
            assert!(
                !former.successors.is_empty()
                    && former.successors.iter().all(|c| places.municipality(c).is_some()),
                "{former:?}"
            );
            assert!(places.prefecture(&former.prefecture).is_some(), "{former:?}");
        }
    }

    #[test]
    fn namesakes_are_offered_until_the_prefecture_is_named() {
        let places = places();
        assert!(matches!(places.read("府中市"), Meaning::Many(many) if many.len() == 2));
        assert!(matches!(places.read("広島県府中市"), Meaning::One(m) if m.code == "342084"));
    }
}
