//! Sentences of [`rules::delivery`].

use rules::application::grouped;
use rules::delivery::{DayFault, Doubt, Refusal};
use rules::time;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Past(first) => {
                format!("納入予定日は{}以降の日付で入力してください", time::say_date(*first))
            }
            Refusal::AfterCycle(last) => format!(
                "納入予定日は接種期間の最終日（{}）までの日付で入力してください",
                time::say_date(*last)
            ),
            Refusal::Gone(state) => {
                format!("この納入は「{}」のため、予定日を変えられません。", state.label())
            }
            Refusal::Unchanged => "予定日は変わっていません。".into(),
            Refusal::NoDate => "予定日を登録してから出荷済にしてください。".into(),
            Refusal::ReceivedBeforeShipping(shipped) => format!(
                "受け取った日は、出荷の記録がある{}から今日までの日付で入力してください",
                time::say_date(*shipped)
            ),
            Refusal::ReceivedInFuture(today) => format!(
                "受け取った日は、今日（{}）までの日付で入力してください",
                time::say_date(*today)
            ),
            Refusal::ReceivedAlready => "受け取りはすでに記録されています。".into(),
            Refusal::DifferenceWithoutNote { expected } => format!(
                "受け取った箱数が予定（{expected}箱）と違います。何があったかを書いてください。",
                expected = grouped(*expected)
            ),
            Refusal::NeedleDifferenceWithoutNote { expected } => format!(
                "受け取った針・シリンジの箱数が予定（{expected}箱）と違います。\
                 何があったかを書いてください。",
                expected = grouped(*expected)
            ),
            Refusal::DeliveredDifference { expected } => format!(
                "納入した箱数が予定（{expected}箱）と違います。何があったかを書いてください。",
                expected = grouped(*expected)
            ),
        }
    }
}

impl Sentence for DayFault {
    fn sentence(&self) -> String {
        match self {
            DayFault::Day(fault) => fault.sentence(),
            DayFault::Neither(words) => format!(
                "納入予定日の「{words}」は、午前（9時〜12時）か午後（13時〜17時）\
                 かがわかりません。日付だけを入力し、時間帯を選んでください"
            ),
            DayFault::Other(words, band) => format!(
                "納入予定日の「{words}」と、時間帯の「{band}」が合いません。\
                 どちらかを直してください"
            ),
        }
    }
}

impl Sentence for Doubt {
    fn sentence(&self) -> String {
        match self {
            Doubt::NoDay { week } => format!(
                "配送週（{}からの1週間）に、会場が受け取れる平日がありません。\
                 日を決める前に、会場に確かめてください。",
                time::say_day(*week)
            ),
            Doubt::OutsideWeek { day, week } => format!(
                "{}は、配送週（{}からの1週間）の外です。",
                time::say_day(*day),
                time::say_day(*week)
            ),
            Doubt::Holiday { day, name } => {
                format!("{}は祝日です（{name}）。", time::say_day(*day))
            }
            Doubt::Closed { day } => format!("{}は休日です。", time::say_day(*day)),
            Doubt::Refused { day, words } => format!(
                "{}は、会場の受け取れない曜日（{words}）に当たります。",
                time::say_day(*day)
            ),
            Doubt::Unread { day, words } => format!(
                "{}に会場が受け取れるかどうかを、会場の記載（{words}）からは読み取れません。\
                 会場に確かめてください。",
                time::say_day(*day)
            ),
        }
    }
}
