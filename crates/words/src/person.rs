//! Sentences of [`rules::person`].

use rules::person::{Doubt, Refusal};
use rules::time;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Length(digits) => format!(
                "券番号の行は18桁の数字で入力してください（券種1桁・回数1桁・市町村コード6桁・券\
                 番号10桁。入力は{digits}桁です）"
            ),
            Refusal::Municipality(code) => {
                format!("市町村コード{code}の検査数字が合いません。読み取りを確かめてください")
            }
            Refusal::Dose => "回数は1から9の数字で入力してください".into(),
            Refusal::Kind(raw) => {
                format!("券種は1から8の数字1桁で入力してください（入力は「{raw}」です）")
            }
            Refusal::Letters(raw) => format!(
                "「{raw}」に、数字でない文字があります。券に印字されている数字で入力してください"
            ),
            Refusal::NoNumber => {
                "券番号を入力してください（券に印字されている10桁の数字です）".into()
            }
            Refusal::NoMunicipality => {
                "市町村コードを入力してください（6桁の団体コードか、都道府県からの名前です）".into()
            }
            Refusal::Place(fault) => fault.sentence(),
            Refusal::Contradicts { cell, column, part, place } => {
                let place = place.as_ref().map_or_else(String::new, |name| format!("（{name}）"));
                format!(
                    "「{cell}」と、券番号の行の{column}「{part}」{place}が合いません。\
                     どちらが正しいか、券で確かめてください"
                )
            }
            Refusal::Future(today) => {
                format!("接種日は{}までの日付で入力してください", time::say_date(*today))
            }
            Refusal::Twice { dose, day } => format!(
                "同じ券で{dose}回目の接種が{day}に登録されています",
                day = time::say_date(*day)
            ),
            Refusal::Order { dose, before, day } => format!(
                "{dose}回目の接種日が、{before}回目（{day}）より後ではありません",
                day = time::say_date(*day)
            ),
            Refusal::NoLot => "接種にはロット番号が必要です".into(),
            Refusal::Placeholder(number) => {
                format!("券番号{number}は、見本などに使う番号です。券の番号を確かめてください")
            }
            Refusal::Number(digits) => format!(
                "券番号は10桁までの数字です（入力は{digits}桁です）。\
                 18桁の行をそのまま入れるときは、券種・回数・市町村コードも含めてください"
            ),
        }
    }
}

impl Sentence for Doubt {
    fn sentence(&self) -> String {
        match self {
            Doubt::BeforeProgramme { from, day } => format!(
                "この事業が始まった{from}より前の接種です（{day}）。年を確かめてください",
                from = time::say_date(*from),
                day = time::say_date(*day)
            ),
            Doubt::Interval { before, last, days, least } => format!(
                "{before}回目（{last}）から{days}日しかたっていません（目安は{least}日以上）。\
                 接種日と回数を確かめてください",
                last = time::say_date(*last)
            ),
            Doubt::Number(number) => format!(
                "券番号{number}は、見本などに使われる並びの番号です。券の番号を確かめてください"
            ),
            Doubt::Municipality(code) => format!(
                "市町村コード{code}は、いまの市区町村の一覧にありません。券を確かめてください"
            ),
            Doubt::NearLot { lot, near } => {
                format!("ロット{lot}は初めてのロットです。{near}の打ち間違いではありませんか")
            }
            Doubt::StrangeLot(fault) => fault.sentence(),
            Doubt::BeforeLot { lot, came } => format!(
                "ロット{lot}がこの会場に入ったのは{came}です。\
                 接種日とロット番号を確かめてください",
                came = time::say_date(*came)
            ),
            Doubt::BeforeShots { from, day } => format!(
                "この事業の接種は{from}からです（{day}）。接種日を確かめてください",
                from = time::say_date(*from),
                day = time::say_date(*day)
            ),
            Doubt::OtherDose { dose, own } => format!(
                "この事業の接種は{own}回目です（この行は{dose}回目）。回数を確かめてください"
            ),
            Doubt::OtherVenue(venue) => {
                format!("この会場は「{venue}」です。行の接種会場を確かめてください")
            }
            Doubt::UnknownMaker(maker) => format!(
                "この事業のワクチン（{maker}）のメーカーかどうか、わかりません。\
                 行を確かめてください"
            ),
            Doubt::OtherDay(day) => {
                format!("登録されている接種日は{}です。接種日の訂正ですか", time::say_date(*day))
            }
            Doubt::OtherKind(kind) => format!("同じ券・同じ日に「{kind}」が登録されています"),
            Doubt::KindMended(kind) => format!(
                "この券のこの日の記録は、「{kind}」として登録されています。\
                 区分の訂正ですか（記録は増えません）"
            ),
            Doubt::OtherKindStays(kind) => format!(
                "同じ券・同じ日に「{kind}」が登録されています。取り込むと、それとは\
                 別の記録を1件追加します"
            ),
            Doubt::OtherKindBeside { line, kind } => {
                format!("{line}行目に、同じ券・同じ日の「{kind}」があります")
            }
            Doubt::ReadAs(reading) => {
                format!("{}。市区町村を確かめてください", reading.sentence())
            }
            Doubt::LotOfScreening(lot) => format!(
                "「予診のみ」の行に、ロット番号{lot}があります。接種していれば、区分を「接種」\
                 にしてください"
            ),
            Doubt::LostDigits(number) => format!(
                "券番号の終わりが000です（{number}）。Excelで数値になり、終わりの桁が失われて\
                 いませんか。券で確かめてください"
            ),
            Doubt::OtherBand { day, closed, band } => format!(
                "接種日{}は{}です。時間帯が「{band}」でよいか確かめてください",
                time::say_date(*day),
                closed.unwrap_or("日曜・祝日ではない日")
            ),
            Doubt::TakenFor { value, .. } => format!(
                "空欄です。「{value}」として取り込みます。そうでないときは、入力してください"
            ),
            Doubt::Kept { value, .. } => format!(
                "空欄です。登録されている「{value}」のままにします。直すときは、入力してください"
            ),
        }
    }
}
