//! Masters in words: what a stored cell says on a page, and what a page's word means when it comes
//! back. Files keep the stored values and take the words too.

use jiff::civil::Date;
use platform::english;
use rules::allocation::Choices;
use rules::application::commas;
use rules::holidays::Holidays;
use rules::places::Places;
use rules::review::{BY_ITSELF, Flag};
use rules::time::{self, Month};
use rules::{fold, input};

use super::kinds::{Column, Kind, Row};
use crate::Masters;

/// A stored value and the word that pages show for it.
pub type Word = (&'static str, &'static str);

fn word_of(words: &[Word], key: &str) -> Option<&'static str> {
    words.iter().find(|(k, _)| *k == key).map(|(_, word)| *word)
}

/// What the flag is called; the setting beside the flags has a name of its own.
fn flag(key: &str) -> Option<&'static str> {
    match key {
        BY_ITSELF => Some("注意のない計画を自動で確認済にする"),
        _ => Flag::KEYS.contains(&key).then(|| Flag::label_of(key)),
    }
}

/// For what a text of the catalogue is, by the beginning of its key.
fn used_for(key: &str) -> &'static str {
    match key.split('.').next().unwrap_or_default() {
        "act" => "記録に残る操作の名前",
        "done" => "操作の後のお知らせ",
        "help" => "入力欄の説明",
        "faq" => "よくある質問",
        "job" => "自動の処理の名前",
        "mail" | "mails" => "メールの文",
        "word" => "用語",
        _ => "画面の文",
    }
}

/// Letters of a text that names its row.
const LONGEST_NAME: usize = 60;

fn shortened(text: &str) -> String {
    english::cut(text, LONGEST_NAME)
}

/// `2022-02-15 15:00` as everywhere else.
fn moment(stored: &str) -> Option<String> {
    input::moment("", stored).ok().map(|at| time::say_instant(time::instant(at)))
}

fn date(stored: &str) -> Option<String> {
    stored.parse::<Date>().ok().map(time::say_date)
}

fn number(stored: &str, unit: &str) -> Option<String> {
    stored.parse::<i64>().ok().map(|n| format!("{}{unit}", commas(n)))
}

fn prefectures(places: &Places, stored: &str) -> String {
    let name =
        |code: &str| places.prefecture(code).map_or_else(|| code.to_string(), |p| p.name.clone());
    stored.split(' ').filter(|c| !c.is_empty()).map(name).collect::<Vec<_>>().join("、")
}

/// A rule set's rules, each with its title: `人口割：72%`.
fn rules(stored: &str) -> Option<String> {
    let choices: Choices = serde_json::from_str(stored).ok()?;
    let said = words::allocation::said(&choices, str::to_string);
    Some(
        said.into_iter()
            .map(|(title, text)| format!("{title}：{text}"))
            .collect::<Vec<_>>()
            .join("／"),
    )
}

impl Kind {
    /// The columns of a page's table, the one that names the row first. Ids stay in files.
    pub fn shown(self) -> Vec<&'static Column> {
        let order: &[&str] = match self {
            Kind::Wholesalers => &["name", "phone", "prefectures"],
            Kind::RuleSets => &["name", "version", "from", "note", "choices"],
            Kind::Texts => &["ja", "en", "key"],
            _ => return self.columns().iter().collect(),
        };
        order.iter().filter_map(|key| self.columns().iter().find(|c| c.key == *key)).collect()
    }

    /// What a page calls a column, where a file calls it by what stands in the file.
    pub fn heading(self, column: &Column) -> &'static str {
        match (self, column.key) {
            (Kind::Texts, "key") => "使われるところ",
            (Kind::RuleSets, "choices") => "ルール",
            _ => column.title,
        }
    }

    /// Whether a column holds what somebody wrote in a language of its own: no translator touches
    /// it.
    pub fn is_written(self, key: &str) -> bool {
        self == Kind::Texts && key != "key"
    }

    /// The values that a column may have, with their words, where they are few.
    pub fn options(self, key: &str) -> &'static [Word] {
        match (self, key) {
            (Kind::Prices, "form") => &[("old", "旧様式"), ("new", "新様式")],
            (Kind::Federations, "payment") => {
                &[("end", "請求の2か月後の末日"), ("20th", "請求の2か月後の20日")]
            }
            (Kind::Flags, "used") => &[("はい", "はい"), ("いいえ", "いいえ")],
            (Kind::Windows, "then") => {
                &[("", "（なし）"), ("plan_review", "計画確認中"), ("allocation", "分配処理中")]
            }
            _ => &[],
        }
    }

    /// A stored value as a table that leaves says it: by the word of its page, where there are few.
    pub fn word(self, key: &str, stored: &str) -> String {
        let word = word_of(self.options(key), stored).filter(|_| !stored.is_empty());
        word.unwrap_or(stored).to_string()
    }

    /// A stored cell as pages show it; what doesn't fit its column stands as it was written.
    pub fn say(self, m: &Masters, key: &str, stored: &str) -> String {
        if let Some(word) = word_of(self.options(key), stored) {
            return if stored.is_empty() { String::new() } else { word.into() };
        }
        let known = match (self, key) {
            (Kind::Products | Kind::Needles, "id") => {
                m.programmes.iter().find(|p| p.id == stored).map(|p| p.name.clone())
            }
            (Kind::Products, "vials_per_box") | (Kind::Needles, "pack") => number(stored, "本"),
            (Kind::Products, "doses_per_vial") => number(stored, "回"),
            (Kind::Products, "boxes_per_freezer") => number(stored, "箱"),
            (Kind::Minimums, "from_cycle") => {
                stored.parse::<u32>().ok().map(|n| format!("第{n}クールから"))
            }
            (Kind::Windows, "cycle") | (Kind::Cycles, "number") => {
                stored.parse::<u32>().ok().map(|n| format!("第{n}クール"))
            }
            (Kind::Minimums, "persons") => number(stored, "人"),
            (Kind::Prices | Kind::Tax, "from") => Month::parse(stored).map(Month::say),
            (
                Kind::Prices,
                "vaccination" | "screening_only" | "under_six" | "after_hours" | "holiday",
            ) => number(stored, "円"),
            (Kind::Tax, "percent") => number(stored, "%"),
            (Kind::Holidays, "date")
            | (Kind::RuleSets, "from")
            | (Kind::Cycles, "from" | "to" | "delivery_week" | "decided") => date(stored),
            (Kind::Wholesalers, "id") => m.wholesaler(stored).map(|w| w.name.clone()),
            (Kind::Wholesalers, "prefectures") => Some(prefectures(&m.places, stored)),
            (Kind::Federations, "prefecture") => {
                m.places.prefecture(stored).map(|p| p.name.clone())
            }
            (Kind::Flags, "flag") => flag(stored).map(Into::into),
            (Kind::RuleSets, "version") => stored.parse::<u32>().ok().map(|n| format!("第{n}版")),
            (Kind::RuleSets, "choices") => rules(stored),
            (Kind::RuleSets, "id") => {
                m.rule_sets.iter().rev().find(|s| s.id == stored).map(|s| s.name.clone())
            }
            (Kind::Texts, "key") => Some(used_for(stored).into()),
            (Kind::Windows, "window") => {
                stored.parse().ok().map(|n| format!("登録期間{}", rules::programme::circled(n)))
            }
            (Kind::Windows, "open" | "close") | (Kind::Cycles, "cut_off") => moment(stored),
            _ => None,
        };
        known.unwrap_or_else(|| stored.to_string())
    }

    /// What a row is called, by its key; `row` is the row itself where it isn't in force.
    pub fn name_of(self, m: &Masters, key: &str, row: Option<&Row>) -> String {
        let own = |column: &str| row.and_then(|r| r.get(column)).filter(|v| !v.is_empty()).cloned();
        match self {
            Kind::Municipalities => {
                let full = m.places.full_name(key);
                if full.is_empty() || full == key {
                    own("name").unwrap_or_else(|| key.to_string())
                } else {
                    full
                }
            }
            Kind::Wholesalers => m
                .wholesaler(key)
                .map(|w| w.name.clone())
                .or_else(|| own("name"))
                .unwrap_or_else(|| key.to_string()),
            Kind::RuleSets => {
                let (id, version) = key.split_once('/').unwrap_or((key, ""));
                let of = |s: &&crate::RuleSet| s.id == id && s.version.to_string() == version;
                let name =
                    m.rule_sets.iter().find(of).map(|s| s.name.clone()).or_else(|| own("name"));
                format!(
                    "{} {}",
                    name.unwrap_or_else(|| self.say(m, "id", id)),
                    self.say(m, "version", version)
                )
            }
            Kind::Texts => {
                let said = m
                    .texts
                    .pairs()
                    .find(|(k, ..)| *k == key)
                    .map(|(_, ja, _)| ja.to_string())
                    .or_else(|| own("ja"));
                shortened(&said.unwrap_or_default())
            }
            _ => self.say(m, self.columns()[0].key, key),
        }
    }

    /// [`Kind::say`] for a page: what somebody wrote or named is marked.
    pub fn said(self, m: &Masters, key: &str, stored: &str) -> String {
        let said = self.say(m, key, stored);
        self.marked(key, stored, &said)
    }

    /// What [`Kind::say`] gave, or a part of it, marked where it is somebody's.
    pub fn marked(self, key: &str, stored: &str, said: &str) -> String {
        let of_a_name = matches!((self, key), (Kind::Wholesalers | Kind::RuleSets, "id"));
        let as_written = stored.starts_with(said.trim_end_matches('…'))
            && word_of(self.options(key), stored).is_none();
        if of_a_name || as_written { english::typed(said) } else { said.to_string() }
    }

    /// [`Kind::name_of`] for a page: what somebody named is marked.
    pub fn named(self, m: &Masters, key: &str, row: Option<&Row>) -> String {
        let name = self.name_of(m, key, row);
        match self {
            Kind::Municipalities | Kind::Wholesalers | Kind::Texts => english::typed(&name),
            Kind::RuleSets => match name.rsplit_once(' ') {
                Some((name, version)) => format!("{} {version}", english::typed(name)),
                None => english::typed(&name),
            },
            _ => self.marked(self.columns()[0].key, key, &name),
        }
    }

    /// A stored cell as a field of a form begins with it: words that are read back.
    pub fn field(self, m: &Masters, key: &str, stored: &str) -> String {
        match (self, key) {
            _ if !self.options(key).is_empty() => stored.to_string(),
            (Kind::Prices | Kind::Tax | Kind::RuleSets, "from")
            | (Kind::Wholesalers, "prefectures")
            | (Kind::Windows, "open" | "close")
            | (Kind::Holidays, "date")
            | (Kind::Cycles, "from" | "to" | "delivery_week" | "cut_off" | "decided") => {
                self.say(m, key, stored)
            }
            _ => stored.to_string(),
        }
    }

    /// A row with the words of pages as the values that they stand for: `新様式` is `new`, `東京都` is
    /// `13`.
    pub fn stored(self, m: &Masters, row: &Row) -> Row {
        let one = |key: &str, written: &str| -> Option<String> {
            if let Some((value, _)) =
                self.options(key).iter().find(|(_, word)| fold::key(word) == fold::key(written))
            {
                return Some((*value).to_string());
            }
            let number = |written: &str| {
                let digits = input::folded(written);
                let bare = digits.strip_suffix("から").unwrap_or(&digits);
                bare.strip_prefix('第')
                    .and_then(|n| n.strip_suffix("クール"))
                    .unwrap_or(bare)
                    .to_string()
            };
            let prefecture = |name: &str| {
                m.places
                    .prefectures
                    .iter()
                    .find(|p| fold::key(&p.name) == fold::key(name))
                    .map(|p| p.code.clone())
            };
            match (self, key) {
                (Kind::Federations, "prefecture") => prefecture(written),
                (Kind::Federations, "payment") => match input::folded(written).as_str() {
                    "月末" | "末日" | "末" => Some("end".into()),
                    "20日" | "20" => Some("20th".into()),
                    _ => None,
                },
                (Kind::Wholesalers, "prefectures") => {
                    let parts =
                        written.split([' ', '　', ',', '、', '，', '・']).filter(|p| !p.is_empty());
                    Some(
                        parts
                            .map(|p| prefecture(p).unwrap_or_else(|| p.to_string()))
                            .collect::<Vec<_>>()
                            .join(" "),
                    )
                }
                (Kind::Flags, "flag") => {
                    let all = Flag::KEYS.iter().chain([&BY_ITSELF]);
                    all.copied()
                        .find(|k| flag(k).is_some_and(|w| fold::key(w) == fold::key(written)))
                        .map(str::to_string)
                }
                (Kind::Minimums, "from_cycle")
                | (Kind::Windows, "window" | "cycle")
                | (Kind::Cycles, "number") => Some(number(written)),
                // A row is the same in whatever writing its day or month comes.
                (Kind::Holidays, "date") => {
                    Holidays::own(input::date("", written)).ok().map(|day| day.to_string())
                }
                (Kind::Prices | Kind::Tax, "from") => {
                    input::month("", written).ok().map(|month| month.to_string())
                }
                (Kind::Municipalities, "code") => Some(input::code(written)),
                _ => None,
            }
        };
        row.iter()
            .map(|(key, written)| {
                (key.clone(), one(key, written).unwrap_or_else(|| written.clone()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What only the machine reads: braces, quotes, keys with underscores, ISO dates.
    fn machine(text: &str) -> bool {
        let iso = |w: &str| {
            w.len() >= 7 && w.as_bytes()[4] == b'-' && w[..4].bytes().all(|b| b.is_ascii_digit())
        };
        text.contains(['{', '"', '_'])
            || text.split([' ', '：', '／', '、']).any(|w| w.is_ascii() && iso(w))
    }

    #[test]
    fn every_row_of_every_master_is_words_and_its_fields_are_read_back() {
        let m = Masters::load().unwrap();
        for kind in Kind::LISTED.into_iter().chain([Kind::Windows, Kind::Cycles]) {
            let mut names = std::collections::BTreeSet::new();
            let rows = kind.rows(&m);
            for row in &rows {
                for column in kind.shown() {
                    let said = kind.say(&m, column.key, &row[column.key]);
                    assert!(
                        kind.is_written(column.key) || !machine(&said),
                        "{kind:?} {}: {said}",
                        column.key
                    );
                }
                let name = kind.name_of(&m, &kind.key(row), None);
                assert!(
                    !name.is_empty() && (kind == Kind::Texts || !machine(&name)),
                    "{kind:?}: {name}"
                );
                names.insert(name);
                if kind == Kind::RuleSets {
                    continue;
                }
                let typed: Row =
                    row.iter().map(|(k, v)| (k.clone(), kind.field(&m, k, v))).collect();
                let said: Row = row
                    .iter()
                    .map(|(k, v)| {
                        (
                            k.clone(),
                            if kind.options(k).is_empty() { v.clone() } else { kind.say(&m, k, v) },
                        )
                    })
                    .collect();
                if !matches!(kind, Kind::Municipalities | Kind::Texts) {
                    for typed in [typed, said] {
                        assert_eq!(
                            kind.put(&mut m.clone(), &kind.stored(&m, &typed)).as_ref(),
                            Ok(row),
                            "{kind:?}"
                        );
                    }
                }
            }
            assert!(
                kind == Kind::Texts || names.len() == rows.len(),
                "{kind:?}: two rows of one name"
            );
        }
    }

    #[test]
    fn words_of_prefectures_flags_and_cycles_come_back_as_what_they_stand_for() {
        let m = Masters::load().unwrap();
        let back = |kind: Kind, key: &str, written: &str| {
            kind.stored(&m, &Row::from([(key.to_string(), written.to_string())]))[key].clone()
        };
        assert_eq!(back(Kind::Federations, "prefecture", "東京都"), "13");
        for (written, stored) in [
            ("月末", "end"),
            ("末日", "end"),
            ("請求の2か月後の末日", "end"),
            ("end", "end"),
            ("20日", "20th"),
            ("２０日", "20th"),
            ("請求の２か月後の20日", "20th"),
            ("20th", "20th"),
        ] {
            assert_eq!(back(Kind::Federations, "payment", written), stored, "{written}");
            let said = Kind::Federations.word("payment", stored);
            assert!(said.starts_with("請求の2か月後の"), "{said}");
            assert_eq!(back(Kind::Federations, "payment", &said), stored, "{said}");
        }
        assert_eq!(back(Kind::Wholesalers, "prefectures", "東京都、神奈川県 15"), "13 14 15");
        assert_eq!(back(Kind::Flags, "flag", "医師未登録"), "doctor_missing");
        assert_eq!(back(Kind::Minimums, "from_cycle", "第３クールから"), "3");
        assert_eq!(back(Kind::Prices, "form", "新様式"), "new");
        assert_eq!(back(Kind::Prices, "form", "どれか"), "どれか");
    }

    #[test]
    fn a_rule_set_says_its_rules() {
        let m = Masters::load().unwrap();
        let said = Kind::RuleSets.say(
            &m,
            "choices",
            r#"{"population":72,"request":18,"use_rate":10,"winners":378}"#,
        );
        assert_eq!(
            said,
            "配り方：国から会場へ直接／人口割：72%／希望割：18%／使用率による充足：10%、高い順に378会場まで"
        );
    }
}
