//! Sentences of [`rules::stock`].

use rules::application::grouped;
use rules::stock::{Refusal, Strange, WASTE_REASONS};
use rules::time;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::NoVials => "バイアル数は1以上の整数で入力してください".into(),
            Refusal::NotEnough { lot, stock, wanted } => format!(
                "ロット{lot}の在庫は{stock}本です。{wanted}本は使えません",
                stock = grouped(stock),
                wanted = grouped(wanted)
            ),
            Refusal::NotEnoughThen { lot, day, stock, wanted } => format!(
                "ロット{lot}の在庫は、{day}の時点で{stock}本です。{wanted}本は使えません。\
                 入庫した日、使った日、本数のどれかを確かめてください",
                day = time::say_date(*day),
                stock = grouped(stock),
                wanted = grouped(wanted)
            ),
            Refusal::NotEnoughLater { lot, day, later, stock, wanted } => format!(
                "ロット{lot}の在庫は、{later}には{stock}本です。\
                 {day}に{wanted}本を使ったことにすると足りなくなります。\
                 日付か本数を確かめてください",
                later = time::say_date(*later),
                day = time::say_date(*day),
                stock = grouped(stock),
                wanted = grouped(wanted)
            ),
            Refusal::BeforeItCame { lot, came, day } => format!(
                "ロット{lot}がこの会場に初めて入ったのは{came}です。それより前の{day}の日付では\
                 記録できません。日付を確かめてください",
                came = time::say_date(*came),
                day = time::say_date(*day)
            ),
            Refusal::Expired { lot, expiry } => format!(
                "ロット{lot}は{expiry}に有効期限が切れています",
                expiry = time::say_date(*expiry)
            ),
            Refusal::Recalled(lot) => {
                format!("ロット{lot}は回収の対象です。使わずに、隔離して保管してください")
            }
            Refusal::Foreign(lot) => format!("ロット{lot}はこの会場にありません"),
            Refusal::NoAdjustment => "調整するバイアル数を入力してください（増やすときは 2、\
                 減らすときは −2 のように入力します）"
                .into(),
            Refusal::NoReason => "調整には理由を書いてください".into(),
            Refusal::NoWasteReason => "廃棄の理由を選んでください".into(),
            Refusal::OtherExpiry { lot, known, typed } => format!(
                "ロット{lot}の有効期限は{known}と登録されています。入力は{typed}です",
                known = time::say_date(*known),
                typed = time::say_date(*typed)
            ),
            Refusal::OtherProduct(lot) => format!(
                "ロット{lot}は、ほかの製品のロットとして登録されています。\
                 箱の表示を確かめてください"
            ),
            Refusal::NotWasted { lot, wasted, wanted } => format!(
                "ロット{lot}の廃棄は{wasted}本しか記録されていません。{wanted}本は\
                 訂正できません。ロットを選び直してください",
                wasted = grouped(wasted),
                wanted = grouped(wanted)
            ),
            Refusal::NotWastedWithoutLot(vials) => format!(
                "ロットを選ばずに報告された廃棄は{vials}本です。\
                 訂正する廃棄のロットを選んでください"
            ),
            Refusal::ToItself => "同じ会場には融通できません".into(),
            Refusal::Answered => "この融通にはもう回答があります".into(),
            Refusal::MoreThanOffered(vials) => format!(
                "受け取った本数は{}本までです。少ないときは理由を書いてください",
                grouped(vials)
            ),
            Refusal::FewerWithoutReason => {
                "断るとき、本数が少ないときは、理由を書いてください".into()
            }
            Refusal::RecalledAlready => "このロットはすでに回収の対象です。".into(),
        }
    }
}

impl Sentence for Strange {
    fn sentence(&self) -> String {
        match self {
            Strange::Expiry { lot, expiry } => format!(
                "ロット{lot}は、有効期限（{expiry}）と同じ数字です。\
                 有効期限をロット番号として入力していないか、箱の表示を確かめてください",
                expiry = time::say_date(*expiry)
            ),
            Strange::NoDigits(lot) => format!(
                "ロット{lot}には数字がありません。箱かバイアルに印字されている番号か、\
                 確かめてください"
            ),
            Strange::Odd(lot) => format!(
                "ロット{lot}は、短すぎる番号か、表計算ソフトの数字のように見えます。\
                 箱かバイアルに印字されている番号か、確かめてください"
            ),
            Strange::Unlike { lot, known } => format!(
                "ロット{lot}は、登録されているロット（{known}など）と桁数が違います。\
                 箱かバイアルに印字されている番号か、確かめてください"
            ),
        }
    }
}

/// What may be written for a reason of waste, for a table, where nothing can be chosen.
pub fn waste_reasons() -> String {
    format!(
        "廃棄の理由は、{}のどれかを入力してください",
        WASTE_REASONS.map(|(_, label)| label).join("、")
    )
}
