//! Sentences of [`rules::booking`].

use rules::application::grouped;
use rules::booking::Refusal;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Time => "時刻は 9:00 の形で入力してください".into(),
            Refusal::Twelve(raw) => format!(
                "「{raw}」は、正午か真夜中かがわかりません。12:00 か 0:00 で入力してください"
            ),
            Refusal::Order => "終わりの時刻は、始まりの時刻より後にしてください".into(),
            Refusal::TooLong(length, span) => format!(
                "枠の長さ（{length}分）が、始まりから終わりまでの時間（{span}分）\
                 より長くなっています"
            ),
            Refusal::Day => "日付は、今日から1年以内の日で入力してください".into(),
            Refusal::Length => "枠の長さは5分から480分の整数で入力してください".into(),
            Refusal::Capacity => "定員は1から10,000までの整数で入力してください".into(),
            Refusal::TooMany(slots) => {
                format!("一度に作れる枠は200までです（{slots}になります）。期間を分けてください")
            }
            Refusal::Full => "この枠は満席になりました。ほかの枠を選んでください".into(),
            Refusal::Closed => "この枠の受付は終わりました。ほかの枠を選んでください".into(),
            Refusal::BelowBooked(booked) => format!(
                "すでに{}件の予約が入っています。それより少ない定員にはできません",
                grouped(booked)
            ),
            Refusal::Cancelled => "この予約は取り消されています".into(),
            Refusal::Unchanged => "いまと同じです。何も変えていません。".into(),
            Refusal::TwinAtVenue(begin, end) => format!(
                "同じ方の、同じ日の予約（{begin}〜{end}）があります。時間を変えるときは、\
                 予約のメールのリンクか「予約を確認・変更・取り消す」のページから行ってください。"
            ),
            Refusal::TwinOtherDay(slot) => format!(
                "同じ方の予約が{slot}にもあります。日を変えるには「予約を確認・変更・取り消す」の\
                 ページから変更してください。別の予約も取るときは、下の「別の予約も取ります」を\
                 選んで、もう一度押してください。"
            ),
            Refusal::TwinElsewhere => "同じ方の、同じ時間の予約がほかの会場にあります。\
                 どちらか一方を取り消してから予約してください。"
                .into(),
        }
    }
}
