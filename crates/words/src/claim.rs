//! Sentences of [`rules::claim`].

use jiff::civil::Date;
use rules::application::grouped;
use rules::claim::{DecisionRefusal, Refusal};
use rules::time::{self, Month};

use crate::Sentence;

impl Sentence for DecisionRefusal {
    fn sentence(&self) -> String {
        match self {
            DecisionRefusal::MoreThanClaimed => "返戻する件数が、請求の件数を超えています".into(),
            DecisionRefusal::NoReason => "返戻の理由を書いてください。会場に届きます".into(),
            DecisionRefusal::NothingReturned => {
                "理由を書いた行に、返戻する件数がありません。行に印を付けるか、\
                 件数を入力してください"
                    .into()
            }
        }
    }
}

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::NoPrice(month) => format!("{}の接種に有効な単価がありません", month.say()),
            Refusal::Tax(percent) => {
                format!("税率は0から100までの整数で指定してください（{percent}）")
            }
            Refusal::TooMany(count) => format!("件数が多すぎます（{}件）", grouped(count)),
            Refusal::ExtrasInOldForm { month, count } => format!(
                "{month}の接種は旧様式です。時間外・休日の{count}件は通常対応分として数え、\
                 加算分はこのシステムの外で請求してください",
                count = grouped(*count),
                month = month.say()
            ),
            Refusal::Taken => {
                "提出先がこの請求を受け付けているため、取り下げられません。誤りは提出先に連絡し、\
                 返戻を受けてください。"
                    .into()
            }
            Refusal::SubmittedAlready => {
                "この月の請求は作成済みです。直すときは、取り下げて作り直してください。".into()
            }
            Refusal::MergedAlready => "この返戻分は、すでに請求に加えられています。".into(),
            Refusal::GoneOn => {
                "この請求は、もう先へ進んでいます。いまの状態を確かめてください。".into()
            }
            Refusal::AllReturned => {
                "すべての行が返戻になっています。「すべてを返戻する」を押してください。".into()
            }
            Refusal::ReturnedWithoutReason => "返戻の理由を書いてください。会場に届きます".into(),
            Refusal::TickedAndCounted { claimed, counted } => format!(
                "この行のすべて（{claimed}件）の返戻を選んでいますが、件数は{counted}件です。\
                 どちらか一方にしてください"
            ),
        }
    }
}

/// What is said of a claim that missed its own due date.
pub fn late(due: Date, with: Month) -> String {
    format!("提出期限（{}）を過ぎました。{}請求分に加えられます", time::say_day(due), with.say())
}
