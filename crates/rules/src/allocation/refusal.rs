//! Why a case can't be worked out, as an officer reads it. Its ids become names by
//! [`Refusal::named`].

use crate::application::{commas, grouped};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}が2回入っています")]
    Twice(String),
    #[error(
        "分け方のルールがありません。計画どおり、最低数、人口割、希望割、使用率のどれかを選んでください"
    )]
    NoRule,
    #[error(
        "{0}には、この試算の対象になる計画がありません。対象外の会場と個別調整から除いてください"
    )]
    Nobody(String),
    #[error(
        "受け取っていない会場を先にするルールには、希望と保管できる数を上限にするルールが必要です"
    )]
    TiersWithoutCap,
    #[error("{id}の個別調整（+{}箱）は、残りの{}箱を超えています。箱数を減らすか、供給を増やしてください", commas(*.boxes), grouped(.left))]
    Beyond { id: String, boxes: i64, left: u64 },
    #[error("{id}の個別調整（{}箱）は、この会場に分ける{}箱より多く減らしています。箱数を直してください", commas(*.boxes), grouped(.given))]
    Below { id: String, boxes: i64, given: u64 },
    #[error("在庫による減（{0}%）は100%までです")]
    Cut(u32),
    #[error("箱数が大きすぎます。供給と計画の箱数を確かめてください")]
    TooLarge,
    #[error("割合（{0}%）は100%までです")]
    Percent(u32),
    #[error("針・シリンジの換算に0が入っているため、計算できません")]
    Needles,
    #[error("{0}の都道府県と市区町村がわかりません（{1}段）")]
    Path(String, usize),
    #[error("1段のルールと段階ごとのルールは、一緒に使えません")]
    RulesAndLevels,
    #[error("{0}という保管場所が、供給にありません")]
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
    fn an_officer_reads_japanese_with_the_venues_name_and_what_there_is() {
        let id = || "v-t43m14dt57eh".to_string();
        for (refusal, said) in [
            (
                Refusal::Beyond { id: id(), boxes: 1200, left: 40 },
                "本社会場の個別調整（+1,200箱）は、残りの40箱を超えています。箱数を減らすか、供給を増やしてください",
            ),
            (
                Refusal::Below { id: id(), boxes: -200, given: 3 },
                "本社会場の個別調整（−200箱）は、この会場に分ける3箱より多く減らしています。箱数を直してください",
            ),
            (Refusal::Twice(id()), "本社会場が2回入っています"),
            (
                Refusal::Nobody(id()),
                "本社会場には、この試算の対象になる計画がありません。対象外の会場と個別調整から除いてください",
            ),
            (Refusal::Path(id(), 2), "本社会場の都道府県と市区町村がわかりません（2段）"),
        ] {
            assert_eq!(refusal.about(), Some("v-t43m14dt57eh"));
            assert_eq!(refusal.named("本社会場".into()).to_string(), said);
        }
        for refusal in [
            Refusal::NoRule,
            Refusal::TiersWithoutCap,
            Refusal::Cut(101),
            Refusal::TooLarge,
            Refusal::Percent(101),
            Refusal::Needles,
            Refusal::RulesAndLevels,
            Refusal::Depot("倉庫".into()),
        ] {
            let said = refusal.to_string();
            assert!(!said.contains(|c: char| c.is_ascii_alphabetic()), "{said}");
            assert_eq!(refusal.named("本社会場".into()).to_string(), said);
        }
    }
}

/// Why a trial isn't approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    #[error("試算をした本人は承認できません。承認の権限を持つ別の人が確認してください。")]
    ByItsMaker,
    /// The cycle in words.
    #[error("{0}の分配量はすでに確定しています。")]
    Fixed(String),
    #[error("この試算の記録に読めないものがあるため、承認できません。もう一度試算してください。")]
    Unreadable,
    #[error("試算が終わっていません。")]
    NotTried,
    /// The day on which the amounts are decided.
    #[error("分配量の決定日は{0}です。その日から承認できます。")]
    TooEarly(String),
    /// Names of venues.
    #[error(
        "試算の後に接種の完了を登録した会場があります（{0}）。もう一度試算してください。その会場は分配から外れます。"
    )]
    CompletedSince(String),
    /// What boxes held in the trial and hold now, in words.
    #[error(
        "試算の後に荷姿が変わりました（{0}）。針・シリンジは、この試算では前の荷姿で数えています。もう一度試算してください。"
    )]
    OtherBox(String),
    #[error("この試算はもう終わっています。")]
    Over,
}
