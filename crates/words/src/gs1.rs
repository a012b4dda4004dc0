//! Sentences of [`rules::gs1`].

use rules::application::grouped;
use rules::gs1::{Fault, Reading};
use rules::time;

use crate::Sentence;

impl Sentence for Fault {
    fn sentence(&self) -> String {
        match self {
            Fault::Unknown(at) => format!(
                "GS1コードとして読めません（{at}文字目から）。\
                 バーコードの数字をそのまま貼り付けるか、ロット番号と有効期限を入力してください"
            ),
            Fault::CheckDigit => {
                "商品コード（GTIN）の検査数字が合いません。もう一度読み取ってください".into()
            }
            Fault::Expiry(raw) => format!("有効期限 {raw} は日付ではありません"),
            Fault::Character(character) => format!(
                "「{character}」はGS1コードに使わない文字です。読み取り機の設定（区切りの文字）\
                 を確かめるか、ロット番号と有効期限を入力してください"
            ),
            Fault::Two { ai, one, other } => format!(
                "GS1コードの{ai}が2つあり、違う内容です（{one}と{other}）。\
                 1つの箱のコードだけを読み取ってください"
            ),
            Fault::Glued => "コードが2つ続けて入っています。欄を空にして、\
                 1つの箱のコードだけを読み取ってください"
                .into(),
            Fault::Lot(fault) => fault.sentence(),
            Fault::Long => "GS1コードが長すぎます。1つの箱のコードだけを読み取ってください".into(),
        }
    }
}

/// `3005786　シリアル番号 000123　有効期限 2022年9月30日（金）`
impl Sentence for Reading {
    fn sentence(&self) -> String {
        let mut said = self.lot.clone();
        if let Some(serial) = &self.serial {
            said.push_str(&format!("　シリアル番号 {serial}"));
        }
        if let Some(day) = self.expiry {
            said.push_str(&format!("　有効期限 {}", time::say_date(day)));
        }
        if let Some(count) = self.count {
            said.push_str(&format!("　個数 {}", grouped(count)));
        }
        said
    }
}
