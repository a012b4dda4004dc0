//! Sentences of [`rules::results`].

use rules::application::grouped;
use rules::programme::Programme;
use rules::results::{NotTakenBack, Question, Refusal, Series};
use rules::time;

use crate::Sentence;

impl Sentence for Question {
    fn sentence(&self) -> String {
        match self {
            Question::Same => "前回から増えていません。今回の接種は0回ですか。".into(),
            Question::Less { before, after } => format!(
                "前回の累計{before}より少なくなっています（−{less}）。訂正のときは\
                 理由を書いてください。",
                before = grouped(*before),
                less = grouped(before.saturating_sub(*after))
            ),
            Question::MoreThanReceived { total, received } => format!(
                "累計{total}は、受け取った{received}分を超えています。\
                 納入の記録か実績のどちらかを確認してください。",
                total = grouped(*total),
                received = grouped(*received)
            ),
            Question::BeforeItCame { day, came } => format!(
                "{day}の実績ですが、最初に受け取ったのは{came}です。\
                 日付か、納入・入庫の記録を確認してください。",
                day = time::say_date(*day),
                came = time::say_date(*came)
            ),
            Question::TogetherMoreThanCame { used, wasted, day, came } => format!(
                "接種{used}回と廃棄{wasted}本は、合わせると{day}までに受け取った{came}回分を\
                 超えています。納入の記録か実績のどちらかを確認してください。",
                used = grouped(*used),
                wasted = grouped(*wasted),
                day = time::say_date(*day),
                came = grouped(*came)
            ),
            Question::Jump { now, most } => format!(
                "いつもより多い増分です（今回{now}、これまでの最大{most}）。",
                now = grouped(*now),
                most = grouped(*most)
            ),
        }
    }
}

impl Sentence for NotTakenBack {
    fn sentence(&self) -> String {
        match self {
            NotTakenBack::Unreadable => {
                "元に戻すための記録を読めませんでした。この取り込みは元に戻せません。".into()
            }
            NotTakenBack::ReportedSince => {
                "この取り込みの後に接種実績が報告されているため、元に戻せません。".into()
            }
            NotTakenBack::ChangedSince(which) => format!(
                "この取り込みで訂正した記録（{which}）がその後に変わっているため、\
                 元に戻せません。"
            ),
            NotTakenBack::CorrectedSince { which, file, day } => format!(
                "この取り込みの記録（{which}）は、後の取り込み「{file}」\
                 {day}で訂正されているため、元に戻せません。先に「{file}」を元に戻してください。"
            ),
        }
    }
}

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Future(today) => {
                format!("実績の日付は{}までの日付で入力してください", time::say_date(*today))
            }
            Refusal::BeforeLast(last) => format!(
                "実績の日付は、前回報告した{}以降の日付で入力してください",
                time::say_date(*last)
            ),
            Refusal::Nothing => "接種実績か廃棄量のどれかを入力してください。".into(),
            Refusal::Negative => "累計は0より少なくできません。".into(),
            Refusal::NoReason => "累計が少なくなる訂正には、理由を書いてください。".into(),
        }
    }
}

/// The label of a series in the words of a programme, such as `3回目接種実績（累計）`.
pub fn label(series: Series, programme: &Programme) -> String {
    match series {
        Series::Booster => format!("{}実績（累計）", programme.dose_name),
        Series::Earlier => format!("{}実績（累計）", programme.earlier_dose_name),
        Series::UnusedVials => "未使用のまま廃棄したバイアル本数（累計）".to_string(),
    }
}
