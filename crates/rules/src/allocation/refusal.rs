//! Why a case can't be worked out, as an officer reads it. Its ids become names by
//! [`Refusal::named`].

use jiff::civil::Date;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Twice(String),
    NoRule,
    Nobody(String),
    TiersWithoutCap,
    Beyond { id: String, boxes: i64, left: u64 },
    Below { id: String, boxes: i64, given: u64 },
    Cut(u32),
    TooLarge,
    Percent(u32),
    Needles,
    Path(String, usize),
    RulesAndLevels,
    Depot(String),
}

impl Refusal {
    /// The requester that it is about.
    pub fn about(&self) -> Option<&str> {
        match self {
            Refusal::Twice(id)
            | Refusal::Nobody(id)
            | Refusal::Path(id, _)
            | Refusal::Beyond { id, .. }
            | Refusal::Below { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The same with the requester's name for its id.
    pub fn named(mut self, name: String) -> Refusal {
        match &mut self {
            Refusal::Twice(id)
            | Refusal::Nobody(id)
            | Refusal::Path(id, _)
            | Refusal::Beyond { id, .. }
            | Refusal::Below { id, .. } => *id = name,
            _ => {}
        }
        self
    }

    /// The field of the conditions that has to be mended.
    pub fn field(&self) -> &'static str {
        match self {
            Refusal::Nobody(_) | Refusal::Beyond { .. } | Refusal::Below { .. } => "corrections",
            _ => "supply",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_about_somebody_is_named_and_no_other() {
        let id = || "v-t43m14dt57eh".to_string();
        for (refusal, named) in [
            (Refusal::Twice(id()), Refusal::Twice("本社会場".into())),
            (Refusal::Nobody(id()), Refusal::Nobody("本社会場".into())),
            (Refusal::Path(id(), 2), Refusal::Path("本社会場".into(), 2)),
        ] {
            assert_eq!(refusal.about(), Some("v-t43m14dt57eh"));
            assert_eq!(refusal.named("本社会場".into()), named);
        }
        for refusal in [Refusal::NoRule, Refusal::Cut(101), Refusal::Depot("倉庫".into())] {
            assert_eq!(refusal.about(), None);
            assert_eq!(refusal.clone().named("本社会場".into()), refusal);
        }
    }
}

/// Why a trial isn't approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotApproved {
    ByItsMaker,
    /// The cycle by its number.
    Fixed(u32),
    Unreadable,
    NotTried,
    /// The day on which the amounts are decided.
    TooEarly(Date),
    /// Names of venues.
    CompletedSince(Vec<String>),
    /// What boxes held in the trial and hold now, in words.
    OtherBox(String),
    Over,
}
