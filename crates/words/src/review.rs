//! Sentences of [`rules::review`].

use rules::application::grouped;
use rules::review::{Compared, Flag, Refusal};

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::NoReason => "要見直にするときは、理由を書いてください。".into(),
            Refusal::Superseded => {
                "この登録より新しい登録があります。新しい登録を確認してください。".into()
            }
            Refusal::Decided(decision) => format!("この登録はすでに「{}」です。", decision.label()),
            Refusal::NotUndone => {
                "この確認は取り消せません。確認した期間が終わったか、まだ確認されていません。"
                    .into()
            }
            Refusal::Completed => {
                "この会場は接種完了を登録しています。分配の対象にならないため、計画の確認は\
                 要りません。"
                    .into()
            }
            Refusal::NoReviewer => "確認の権限を持つ担当者を選んでください".into(),
        }
    }
}

impl Sentence for Flag {
    fn sentence(&self) -> String {
        match self {
            Flag::OverApplication { total, expected } => format!(
                "計画の合計{total}回は、申込時の予定{expected}回を{}回上回っています。",
                grouped(total - expected),
                total = grouped(total),
                expected = grouped(expected)
            ),
            Flag::UnderMinimum { total, minimum } => format!(
                "計画の合計{total}回は、最低数{minimum}回を下回っています。",
                total = grouped(total),
                minimum = grouped(minimum)
            ),
            Flag::RaisedOverConfirmed { total, confirmed } => format!(
                "計画の合計{total}回は、前回確認済の{confirmed}回から増えています。",
                total = grouped(total),
                confirmed = grouped(confirmed)
            ),
            Flag::OverStorage { cycle, boxes, capacity } => format!(
                "第{cycle}クールの{boxes}箱は、冷凍庫に入る{capacity}箱を超えています。",
                boxes = grouped(boxes),
                capacity = grouped(capacity)
            ),
            Flag::ManagerMissing => "責任者か土日・祝日の連絡先が未記入です。".into(),
            Flag::DoctorMissing => "接種担当医師が登録されていません。".into(),
            Flag::NeedlesOff { cycle, computed, typed } => format!(
                "第{cycle}クールの針・シリンジ{typed}箱は、自動計算の{computed}箱と2箱以上違います。",
                typed = grouped(typed),
                computed = grouped(computed)
            ),
        }
    }
}

/// The title of a cross-check.
pub fn title(compared: &Compared) -> &'static str {
    match compared {
        Compared::PersonsAndDoses { .. } => "人数と回数",
        Compared::DosesAndPlan { .. } => "回数と計画",
        Compared::DeliveryAndFreezers { .. } => "1回の納入と冷凍庫",
        Compared::DosesAndDoctors { .. } => "1日の接種と医師",
    }
}

impl Sentence for Compared {
    fn sentence(&self) -> String {
        match self {
            Compared::PersonsAndDoses { persons, doses } => format!(
                "予定人数{}人 × 1回 に対して、予定回数は{}回です。",
                grouped(persons),
                grouped(doses)
            ),
            Compared::DosesAndPlan { doses, planned } => format!(
                "予定回数{}回に対して、計画の合計は{}回です。",
                grouped(doses),
                grouped(planned)
            ),
            Compared::DeliveryAndFreezers { most, capacity } => format!(
                "1回の配送週に最大{}箱が届きます。冷凍庫に入るのは{}箱です。",
                grouped(most),
                grouped(capacity)
            ),
            Compared::DosesAndDoctors { a_day, needed, pace, doctors } => {
                let registered = doctors.map_or_else(String::new, |doctors| {
                    format!("登録されている医師は{}名です。", grouped(doctors))
                });
                format!(
                    "1クールを10日で打ち終えるには1日{}回、医師{}名が必要です（1名あたり1日{}回）。\
                     {registered}",
                    grouped(a_day),
                    grouped(needed),
                    grouped(pace)
                )
            }
        }
    }
}
