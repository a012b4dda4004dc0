//! Sentences of [`rules::places`].

use rules::places::{Contradicted, Contradiction, ReadAs};
use rules::time;

use crate::Sentence;

impl Sentence for ReadAs {
    fn sentence(&self) -> String {
        match self {
            ReadAs::Ward { raw, full } => format!("「{raw}」は{full}の区です"),
            ReadAs::Former { raw, name, until, full } => {
                format!("「{raw}」：{name}は{}に{full}になっています", time::say_date(*until))
            }
            ReadAs::Namesake { raw, full, cities, more } => format!(
                "「{raw}」は{full}と読みました（{}{}にも同じ名前の区があります）",
                cities.join("、"),
                if *more { "など" } else { "" }
            ),
        }
    }
}

impl Sentence for Contradiction {
    fn sentence(&self) -> String {
        let (raw, all) = (&self.raw, self.candidates.join("、"));
        match self.why {
            Contradicted::OtherPlace => format!(
                "「{raw}」は、コードと名前が合いません。\
                 どちらが正しいか確かめてください（{all}）"
            ),
            Contradicted::CheckDigit { expected } => format!(
                "「{raw}」のコードは、検査数字が合いません（最後の桁は{expected}のはずです）。\
                 コードと名前を確かめてください（{all}）"
            ),
            Contradicted::NoCode => format!(
                "「{raw}」のコードは、市区町村コードではありません。\
                 コードと名前を確かめてください（{all}）"
            ),
        }
    }
}
