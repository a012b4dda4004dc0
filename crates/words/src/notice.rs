//! Sentences of [`rules::notice`].

use rules::notice::Refusal;

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::Twin => {
                "同じ内容のお知らせが掲載中か予約中です。新しいお知らせは載せていません".into()
            }
        }
    }
}
