//! Sentences of [`rules::venue`].

use rules::venue::{CheckPlace, ContactRefusal, Manager, Missing};

use crate::Sentence;

impl Sentence for ContactRefusal {
    fn sentence(&self) -> String {
        match self {
            ContactRefusal::Known => "このメールアドレスの担当者はすでにいます".into(),
            ContactRefusal::SameName { name, mail } => format!(
                "同じ氏名の担当者（{name}、{mail}）がいます。別の人であれば、\
                 そのことを選んでください"
            ),
            ContactRefusal::Last => {
                "最後の担当者は外せません。先に次の担当者を招待してください。".into()
            }
        }
    }
}

/// The title of one of the four checks.
pub fn title(place: CheckPlace) -> &'static str {
    match place {
        CheckPlace::Managers => "責任者と土日・祝日の連絡先",
        CheckPlace::Storage => "冷凍庫（DF）の台数",
        CheckPlace::Contacts => "担当者",
        CheckPlace::Doctors => "接種担当医師",
    }
}

impl Sentence for Missing {
    fn sentence(&self) -> String {
        match self {
            Missing::Manager(manager) => {
                let who = match manager {
                    Manager::Vaccination => "ワクチン接種責任者",
                    Manager::Storage => "ワクチン保管管理責任者",
                    Manager::Needles => "針・シリンジ保管管理責任者",
                    Manager::Holidays => "保管等に関する土日・祝日の連絡先",
                };
                format!("{who}の氏名と電話番号を登録してください。")
            }
            Missing::NoFreezer => "冷凍庫が0台です。台数（貸与＋所有）を登録してください。".into(),
            Missing::Freezers => "冷凍庫の台数（貸与＋所有）を登録してください。".into(),
            Missing::OrganizationContact => "企業・大学の担当者がいません。".into(),
            Missing::InstitutionContact => "医療機関担当者がいません。".into(),
            Missing::Doctor => {
                "医師が登録されていません。接種担当医師は会場ごとに1名以上必要です。".into()
            }
        }
    }
}
