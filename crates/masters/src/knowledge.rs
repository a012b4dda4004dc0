//! ナレッジ: authored answers, manuals by audience, categories of inquiries. Read with the masters,
//! found by near words.

use jiff::civil::Date;
use rules::search::{Index, Text};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    pub id: String,
    pub q: String,
    /// Other ways to ask.
    pub also: Vec<String>,
    pub a: String,
    pub q_en: String,
    pub a_en: String,
    /// お問い合わせ詳細 that an inquiry about it belongs to.
    pub detail: String,
    pub link: Option<String>,
    pub link_label: Option<String>,
    /// Dates and states of the person who asks that stand with the answer.
    #[serde(default)]
    pub facts: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Synonym {
    word: String,
    others: Vec<String>,
}

#[derive(Deserialize)]
struct FaqFile {
    synonym: Vec<Synonym>,
    faq: Vec<Faq>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    pub id: String,
    pub title: String,
    pub audience: String,
    pub edition: u32,
    pub published: Date,
    /// What changed with this edition.
    pub changes: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub number: String,
    pub title: String,
    /// Pages that it is about; `*` stands for one part of an address.
    pub paths: Vec<String>,
    pub books: Vec<String>,
    pub body: Vec<String>,
}

impl Section {
    pub fn anchor(&self) -> String {
        format!("s-{}", self.number.replace('.', "-"))
    }
}

#[derive(Deserialize)]
struct ManualFile {
    book: Vec<Book>,
    section: Vec<Section>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub id: String,
    pub label: String,
    pub details: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeskFile {
    phone: String,
    hours: String,
    hours_en: String,
    answer_within: u32,
    category: Vec<Category>,
}

/// Everything that support knows.
#[derive(Clone, Debug)]
pub struct Knowledge {
    pub faqs: Vec<Faq>,
    pub books: Vec<Book>,
    pub sections: Vec<Section>,
    pub phone: String,
    pub hours: String,
    pub hours_en: String,
    /// Business days.
    pub answer_within: u32,
    pub categories: Vec<Category>,
    index: Index,
    english: Index,
    manual: Index,
}

impl Knowledge {
    /// From the three files.
    ///
    /// # Errors
    /// One sentence that names the file and what is wrong with it.
    pub fn new(faq: &str, manual: &str, desk: &str) -> Result<Knowledge, String> {
        let faq: FaqFile = toml::from_str(faq).map_err(|e| format!("data/faq.toml: {e}"))?;
        let manual: ManualFile =
            toml::from_str(manual).map_err(|e| format!("data/manual.toml: {e}"))?;
        let desk: DeskFile = toml::from_str(desk).map_err(|e| format!("data/support.toml: {e}"))?;
        let details: Vec<&String> = desk.category.iter().flat_map(|c| &c.details).collect();
        if let Some(lost) = faq.faq.iter().find(|f| !details.contains(&&f.detail)) {
            return Err(format!(
                "data/faq.toml: {}: 「{}」 is no detail of data/support.toml",
                lost.id, lost.detail
            ));
        }
        let synonyms: Vec<(String, Vec<String>)> =
            faq.synonym.into_iter().map(|s| (s.word, s.others)).collect();
        let texts = faq.faq.iter().enumerate().flat_map(|(id, f)| {
            std::iter::once(Text { id, text: &f.q, weight: 3 })
                .chain(f.also.iter().map(move |text| Text { id, text, weight: 3 }))
                .chain([Text { id, text: &f.a, weight: 1 }])
        });
        let index = Index::new(texts, &synonyms);
        let english = faq.faq.iter().enumerate().flat_map(|(id, f)| {
            [Text { id, text: &f.q_en, weight: 3 }, Text { id, text: &f.a_en, weight: 1 }]
        });
        let english = Index::new(english, &[]);
        let sections = manual.section.iter().enumerate().flat_map(|(id, s)| {
            std::iter::once(Text { id, text: &s.title, weight: 3 })
                .chain(s.body.iter().map(move |text| Text { id, text, weight: 1 }))
        });
        let pages = Index::new(sections, &synonyms);
        Ok(Knowledge {
            index,
            english,
            manual: pages,
            faqs: faq.faq,
            books: manual.book,
            sections: manual.section,
            phone: desk.phone,
            hours: desk.hours,
            hours_en: desk.hours_en,
            answer_within: desk.answer_within,
            categories: desk.category,
        })
    }

    pub fn faq(&self, id: &str) -> Option<&Faq> {
        self.faqs.iter().find(|f| f.id == id)
    }

    /// The nearest questions, best first.
    pub fn near(&self, question: &str, most: usize) -> Vec<&Faq> {
        // Whoever writes in Latin letters asks in English.
        let latin = question.chars().filter(char::is_ascii_alphabetic).count() * 2
            > question.chars().filter(|c| c.is_alphanumeric()).count();
        let index = if latin { &self.english } else { &self.index };
        let mut found = index.find(question);
        if found.is_empty() {
            found = self.index.find(question);
        }
        found.into_iter().take(most).filter_map(|(id, _)| self.faqs.get(id)).collect()
    }

    /// The nearest sections of the manual.
    pub fn near_sections(&self, question: &str, most: usize) -> Vec<&Section> {
        self.manual
            .find(question)
            .into_iter()
            .take(most)
            .filter_map(|(id, _)| self.sections.get(id))
            .collect()
    }

    /// The section that a page of the product belongs to: the one with the longest matching
    /// address.
    pub fn section_of(&self, path: &str) -> Option<&Section> {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let matches = |pattern: &str| {
            let wanted: Vec<&str> = pattern.trim_matches('/').split('/').collect();
            (wanted.len() <= parts.len()
                && wanted.iter().zip(&parts).all(|(w, p)| *w == "*" || w == p))
            .then_some(wanted.len())
        };
        self.sections
            .iter()
            .filter_map(|s| Some((s.paths.iter().filter_map(|p| matches(p)).max()?, s)))
            .max_by_key(|(n, _)| *n)
            .map(|(_, s)| s)
    }
}
