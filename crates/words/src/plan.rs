//! Sentences of [`rules::plan`].

use rules::application::grouped;
use rules::calendar::Phase;
use rules::plan::{Refusal, Shut};
use rules::programme::BOXES_MAX;
use rules::time;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Closed { reopens, .. } => {
                let kept = "15:00を過ぎたため、登録できませんでした。\
                     入力した内容は下書きとして保存しました。";
                match reopens {
                    Some(at) => {
                        format!("{kept}次の登録期間は{}からです。", time::say_moment(*at))
                    }
                    None => kept.into(),
                }
            }
            Refusal::NotBegun(at) => {
                format!("計画の登録は{}から始まります。", time::say_instant(*at))
            }
            Refusal::LineClosed { cycle, why } => format!("{}: {}", cycle.say(), why.sentence()),
            Refusal::UnknownCycle(cycle) => format!("この計画にないクールです（第{cycle}クール）"),
            Refusal::TooMany(cycle) => {
                format!("第{cycle}クールの箱数は{max}箱までで入力してください", max = BOXES_MAX)
            }
            Refusal::NothingChanged => "変更はありません。登録の必要はありません。".into(),
            Refusal::OverWithoutReason { total, expected } => format!(
                "計画の合計{total}回は、申込時の予定{expected}回を{over}回上回っています。\
                 理由を書いてください。",
                over = total.saturating_sub(*expected),
                total = grouped(total),
                expected = grouped(expected)
            ),
        }
    }
}

impl Sentence for Shut {
    fn sentence(&self) -> String {
        match self {
            Shut::NotYet(cycle) => {
                format!("{}の希望量は、前のクールの締切の後に報告できます。", cycle.say())
            }
            Shut::CutOff(cycle) => format!(
                "{}の締切（{}）を過ぎたため変更できません。",
                cycle.say(),
                time::say_moment(cycle.cut_off)
            ),
            Shut::Fixed(decided) => format!(
                "分配量が確定したため変更できません（{}確定）。",
                time::say_moment(decided.at)
            ),
        }
    }
}

/// The ministry's sentence of plan review, byte for byte (golden value, spec §3).
pub const LOCKED_REVIEW: &str =
    "※現在登録量の確認中につき、接種計画を変更できません。確認期間が終了するまでお待ちください。";
/// The ministry's sentence of allocation, byte for byte (golden value, spec §3).
pub const LOCKED_ALLOCATION: &str =
    "※現在分配処理中につき、接種計画を変更できません。分配処理が終了するまでお待ちください。";

/// The banner of a phase, if entry is closed.
pub fn locked(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Open => None,
        Phase::PlanReview => Some(LOCKED_REVIEW),
        Phase::Allocation => Some(LOCKED_ALLOCATION),
    }
}
