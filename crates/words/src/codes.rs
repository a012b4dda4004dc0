//! Sentences of [`rules::codes`].

use rules::codes::CodeFault;

use crate::Sentence;

impl Sentence for CodeFault {
    fn sentence(&self) -> String {
        match self {
            CodeFault::Length { wanted, found } => {
                format!("{wanted}桁の数字で入力してください（入力は{found}桁です）")
            }
            CodeFault::NotDigits => "数字だけで入力してください".into(),
            CodeFault::CheckDigit { expected } => {
                format!("検査数字が合いません（最後の桁は{expected}のはずです）")
            }
            CodeFault::Prefecture => "最初の2桁が都道府県番号（01から47）ではありません".into(),
            CodeFault::Placeholder => {
                "仮の番号（0000000000、1234567890 など）では登録できません".into()
            }
        }
    }
}
