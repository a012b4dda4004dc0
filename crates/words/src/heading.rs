//! Sentences of [`rules::heading`].

use rules::heading::Doubt;

use crate::Sentence;

impl Sentence for Doubt {
    fn sentence(&self) -> String {
        match self {
            Doubt::Month { named, own } => format!(
                "{}の分と書かれていますが、ここは{}の分です。表を確かめてください",
                named.say(),
                own.say()
            ),
            Doubt::Column { title, cell, named, own } => format!(
                "列「{title}」に「{cell}」と書かれた行がありますが、ここは{}の分です。\
                 {}の分を除いてください",
                own.say(),
                named.say()
            ),
            Doubt::Billed { billed, own } => format!(
                "{}に請求する表と書かれていますが、ここは{}の分です（ふつうは{}に請求します）。\
                 表を確かめてください",
                billed.say(),
                own.say(),
                own.plus(1).say()
            ),
            Doubt::BilledColumn { title, cell, own } => format!(
                "列「{title}」に「{cell}」と書かれた行がありますが、ここは{}の分です（ふつうは\
                 {}に請求します）。表を確かめてください",
                own.say(),
                own.plus(1).say()
            ),
            Doubt::Relative { word, own } => format!(
                "「{word}」と書かれていますが、ここは{}の分です。どの月の表かを確かめてください",
                own.say()
            ),
            Doubt::Before(word) => {
                format!("「{word}」と書かれています。前の表ではないか、確かめてください")
            }
            Doubt::Longer { word, own } => format!(
                "「{word}」と書かれていますが、ここは{}だけの分です。ほかの月の分を除いてください",
                own.say()
            ),
            Doubt::Code { named, own } => format!(
                "コード{named}と書かれていますが、ここは{own}です。\
                 どの会場の表かを確かめてください"
            ),
            Doubt::Dose { named, own } => format!(
                "{named}回目と書かれていますが、この事業の接種は{own}回目です。\
                 表を確かめてください"
            ),
        }
    }
}
