//! Sentences of [`rules::address`].

use rules::address::{Doubt, Fault};

use crate::Sentence;

impl Sentence for Fault {
    fn sentence(&self) -> String {
        match self {
            Fault::Doubled(start, rest) => format!(
                "町名・番地が「{start}」から始まっています。市区町村の後だけを「{rest}」\
                 のように入力してください"
            ),
            Fault::Nothing => {
                "町名・番地に市区町村だけが入っています。市区町村の後を入力してください".into()
            }
            Fault::Elsewhere(start, municipality) => format!(
                "町名・番地は「{start}」から始まっていますが、市区町村は{municipality}です。\
                 違うほうを直してください"
            ),
            Fault::Postal(raw) => format!(
                "「{raw}」は郵便番号です。郵便番号の欄に入力し、ここには\
                 町名・番地だけを入力してください"
            ),
            Fault::Date(raw) => format!("「{raw}」は日付のように見えます。住所を入力してください"),
            Fault::TwoPrefectures(start) => {
                format!("住所が「{start}」から始まっています。都道府県を1つだけにしてください")
            }
            Fault::DateWithin(raw) => format!(
                "住所の「{raw}」は日付のように見えます。番地であれば「1-1」や「1番地1」\
                 のように入力してください"
            ),
            Fault::Nowhere(raw) => format!("「{raw}」は住所ではありません。住所を入力してください"),
            Fault::Signs(raw) => {
                format!("住所に「{raw}」があります。わからない文字のない住所を入力してください")
            }
        }
    }
}

impl Sentence for Doubt {
    fn sentence(&self) -> String {
        let Doubt { start, full, text } = self;
        format!(
            "町名・番地は「{start}」から始まっていますが、市区町村は{full}です。\
             このまま「{full}{text}」として登録します"
        )
    }
}
