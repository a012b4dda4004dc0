//! Finds near questions without a dictionary: BM25 over bigrams of folded letters, with a table of
//! words that mean the same. Source: ux §5.10. The same question gives the same order, always.

use std::collections::{BTreeMap, BTreeSet};

use crate::fold;

/// One text to be found, under its id; `weight` counts its grams more (a question counts more than
/// an answer).
pub struct Text<'t> {
    pub id: usize,
    pub text: &'t str,
    pub weight: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Index {
    /// gram → (document, count)
    grams: BTreeMap<String, Vec<(usize, u32)>>,
    lengths: BTreeMap<usize, u32>,
    /// Folded writing → folded standard word, longest first.
    synonyms: Vec<(String, String)>,
}

/// Width, case and kana folded; signs dropped; words that mean the same made one.
fn folded(raw: &str, synonyms: &[(String, String)]) -> String {
    let mut text: String =
        fold::key(raw).chars().filter(|c| c.is_alphanumeric() || *c == 'ー').collect();
    for (from, to) in synonyms {
        if text.contains(from.as_str()) {
            text = text.replace(from, to);
        }
    }
    text
}

fn grams(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    match chars.len() {
        0 => vec![],
        1 => vec![text.to_string()],
        _ => chars.windows(2).map(|w| w.iter().collect()).collect(),
    }
}

impl Index {
    /// `synonyms`: standard word and its other writings.
    pub fn new<'t>(
        texts: impl Iterator<Item = Text<'t>>,
        synonyms: &[(String, Vec<String>)],
    ) -> Index {
        let mut table: Vec<(String, String)> = synonyms
            .iter()
            .flat_map(|(word, others)| {
                others.iter().map(move |o| (folded(o, &[]), folded(word, &[])))
            })
            .filter(|(from, to)| !from.is_empty() && from != to)
            .collect();
        table.sort_by_key(|(from, _)| std::cmp::Reverse(from.chars().count()));
        let mut counts: BTreeMap<String, BTreeMap<usize, u32>> = BTreeMap::new();
        let mut lengths: BTreeMap<usize, u32> = BTreeMap::new();
        for text in texts {
            for gram in grams(&folded(text.text, &table)) {
                *counts.entry(gram).or_default().entry(text.id).or_default() += text.weight;
                *lengths.entry(text.id).or_default() += text.weight;
            }
        }
        Index {
            grams: counts.into_iter().map(|(g, docs)| (g, docs.into_iter().collect())).collect(),
            lengths,
            synonyms: table,
        }
    }

    /// Ids from the nearest on, with their scores; what shares nothing isn't there.
    pub fn find(&self, question: &str) -> Vec<(usize, f64)> {
        const K: f64 = 1.2;
        const B: f64 = 0.6;
        let number = self.lengths.len() as f64;
        let mean = self.lengths.values().map(|n| f64::from(*n)).sum::<f64>() / number.max(1.0);
        // A text has to share so much of the question: a few grams by chance are nothing near.
        const SHARE: f64 = 0.25;
        let mut scores: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
        let asked: BTreeSet<String> =
            grams(&folded(question, &self.synonyms)).into_iter().collect();
        for gram in &asked {
            let Some(docs) = self.grams.get(gram) else { continue };
            let rare = ((number - docs.len() as f64 + 0.5) / (docs.len() as f64 + 0.5) + 1.0).ln();
            for (id, count) in docs {
                let (count, length) = (f64::from(*count), f64::from(self.lengths[id]));
                let score = scores.entry(*id).or_default();
                score.1 += 1;
                score.0 += rare * count * (K + 1.0) / (count + K * (1.0 - B + B * length / mean));
            }
        }
        let enough = asked.len() as f64 * SHARE;
        let mut found: Vec<(usize, f64)> = scores
            .into_iter()
            .filter(|(_, (_, n))| *n as f64 >= enough)
            .map(|(id, (score, _))| (id, score))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_the_same_word_find_the_same_text() {
        let texts = ["パスワードを忘れました", "計画の締切はいつですか", "医師を登録したい"];
        let synonyms =
            vec![("締切".to_string(), vec!["〆切".to_string(), "期限".into(), "しめきり".into()])];
        let index = Index::new(
            texts.iter().enumerate().map(|(id, text)| Text { id, text, weight: 1 }),
            &synonyms,
        );
        for (question, id) in [
            ("ﾊﾟｽﾜｰﾄﾞがわからない", 0),
            ("ぱすわーど　忘れた", 0),
            ("計画の〆切", 1),
            ("しめきりは？", 1),
            ("医師の登録", 2),
        ] {
            assert_eq!(index.find(question).first().map(|f| f.0), Some(id), "{question}");
        }
        assert_eq!(index.find("xyz"), []);
        assert_eq!(index.find(""), []);
    }
}
