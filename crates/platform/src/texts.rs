//! Words as data: keys of the message catalogue and, for labels that stand in templates, the
//! Japanese words themselves.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::english::{self, Patterns};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    Ja,
    En,
}

impl Lang {
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }
    pub fn from_code(code: &str) -> Option<Lang> {
        match code {
            "ja" => Some(Lang::Ja),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// The catalogue of both languages.
#[derive(Clone, Debug, Default)]
pub struct Texts(Arc<[BTreeMap<String, String>; 2]>, Arc<OnceLock<Patterns>>);

impl Texts {
    /// From two TOML tables of key = "text".
    ///
    /// # Errors
    /// The parser's sentence.
    pub fn new(ja: &str, en: &str) -> Result<Texts, String> {
        let read = |text: &str| {
            toml::from_str::<BTreeMap<String, String>>(text).map_err(|e| e.to_string())
        };
        Ok(Texts(Arc::new([read(ja)?, read(en)?]), Arc::default()))
    }

    /// A key's text, or a Japanese label's translation; what isn't translated yet stays as it is.
    pub fn say<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        let table = &self.0[lang as usize];
        table.get(key).or_else(|| self.0[0].get(key)).map_or(key, String::as_str)
    }

    /// Whether there is a Japanese text for this key.
    pub fn has(&self, key: &str) -> bool {
        self.0[0].contains_key(key)
    }

    /// Key, Japanese, English; what isn't translated is empty.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0[0].iter().map(|(key, ja)| {
            (key.as_str(), ja.as_str(), self.0[1].get(key).map_or("", String::as_str))
        })
    }

    /// Changes a text, or adds one.
    pub fn put(&mut self, key: String, ja: String, en: String) {
        self.1 = Arc::default();
        let [japanese, english] = Arc::make_mut(&mut self.0);
        japanese.insert(key.clone(), ja);
        // What isn't translated is said in Japanese.
        if en.is_empty() {
            english.remove(&key);
        } else {
            english.insert(key, en);
        }
    }

    /// Any text of the product in English, as far as the catalogue goes: a page's, or a mail's
    /// line.
    pub fn english(&self, text: &str) -> String {
        let patterns = self.1.get_or_init(|| Patterns::new(&self.0[1]));
        english::translated(&self.0[1], patterns, text).into_owned()
    }

    pub fn keys(&self, lang: Lang) -> impl Iterator<Item = &String> {
        self.0[lang as usize].keys()
    }
}
