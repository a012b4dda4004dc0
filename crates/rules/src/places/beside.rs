//! A code and a name beside each other: both must mean the same place, at whichever door.

use super::{Meaning, Places};
use crate::codes::{CodeFault, check_municipality};
use crate::input::{code, folded, name};

/// A code of four digits and more, and what stands behind it. 「13103.0」 is a spreadsheet's number.
pub(super) fn parted(text: &str) -> Option<(String, &str)> {
    let digits: String =
        text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ' ')).collect();
    if digits.chars().filter(char::is_ascii_digit).count() < 4 {
        return None;
    }
    let rest = text[digits.len()..].trim_start_matches([':', '.', '_', '/', ',']).trim();
    let bare = rest.strip_prefix(['(', '[', '〔', '【']);
    let bare = bare.and_then(|rest| rest.strip_suffix([')', ']', '〕', '】'])).unwrap_or(rest);
    Some((code(&digits), if bare.chars().all(|c| c == '0') { "" } else { bare }))
}

/// What a code and the name beside it mean, each by itself.
pub(super) struct Beside {
    code: String,
    by_code: Vec<usize>,
    by_name: Vec<usize>,
    /// What a code with another check digit may be.
    near: Vec<usize>,
    /// Whether the name is the code's prefecture, and nothing more.
    of_prefecture: bool,
}

impl Beside {
    pub(super) fn agree(&self) -> bool {
        self.of_prefecture || self.by_code.iter().any(|i| self.by_name.contains(i))
    }

    /// All that the two may mean; one that only one of them names is asked about as well.
    pub(super) fn meaning<'p>(&self, places: &'p Places) -> Meaning<'p> {
        if self.by_code.is_empty() && self.by_name.is_empty() {
            return Meaning::Unknown;
        }
        let mut all: Vec<usize> =
            [&self.by_code, &self.near, &self.by_name].into_iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        Meaning::Many(all.into_iter().map(|i| &places.municipalities[i]).collect())
    }
}

impl Places {
    /// A code and a name, where there are both. Seven digits are a postal code.
    pub(super) fn beside(&self, raw: &str) -> Option<Beside> {
        let text = folded(raw);
        let (code, rest) = parted(&text)?;
        if rest.is_empty() || code.len() == 7 {
            return None;
        }
        let (by_code, by_name) = (self.by_code(&code).0, self.by_name(rest).0);
        let first = code.get(..5).filter(|_| code.len() == 6 && by_code.is_empty());
        let near = first.map_or(vec![], |first| self.by_code(first).0);
        let named = self.prefecture_named(rest);
        let of_prefecture = by_name.is_empty()
            && named.is_some_and(|p| {
                !by_code.is_empty()
                    && by_code.iter().all(|i| self.municipalities[*i].prefecture() == p.code)
            });
        Some(Beside { code, by_code, by_name, near, of_prefecture })
    }

    /// Why a code and the name beside it aren't taken, and what they may be.
    pub fn contradiction(&self, raw: &str) -> Option<Contradiction> {
        let beside = self.beside(raw).filter(|beside| !beside.agree())?;
        let Meaning::Many(all) = beside.meaning(self) else { return None };
        let why = match check_municipality(&beside.code) {
            _ if !beside.by_code.is_empty() => Contradicted::OtherPlace,
            Err(CodeFault::CheckDigit { expected }) => Contradicted::CheckDigit { expected },
            _ => Contradicted::NoCode,
        };
        let candidates = all.iter().map(|m| self.full_name(&m.code)).collect();
        Some(Contradiction { raw: name(raw), why, candidates })
    }
}

/// A code and a name beside it that don't mean one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// As it was written.
    pub raw: String,
    pub why: Contradicted,
    /// Full names of all that the two may mean.
    pub candidates: Vec<String>,
}

/// What is wrong with a code beside a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradicted {
    /// It is another place's.
    OtherPlace,
    CheckDigit {
        expected: u32,
    },
    /// No municipality has it.
    NoCode,
}
