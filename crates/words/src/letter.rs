//! Sentences of [`rules::letter`].

use rules::letter::{Next, Refusal, Status, Way};

use crate::Sentence;

impl Sentence for Refusal {
    fn sentence(&self) -> String {
        match self {
            Refusal::AlreadyReceived => "この委任状はすでに受領済みです。".into(),
            Refusal::NoReason => "差し戻すときは理由を書いてください。".into(),
            Refusal::PaperOnly => "この市町村は、紙の委任状だけを受け付けています。".into(),
            Refusal::Replaced => "この委任状は、新しい委任状に替わっています。".into(),
            Refusal::NotAgreed => "内容を確かめて、「同意する」を選んでください。".into(),
            Refusal::NoLetter => "この会場に委任状はありません。".into(),
        }
    }
}

impl Sentence for Next {
    fn sentence(&self) -> String {
        match self {
            Next::Download => "委任状をダウンロードする".into(),
            Next::HandIn => "委任状を印刷し、押印して市町村に提出する".into(),
            Next::HandInAgain => "差し戻された委任状を確認して、提出し直す".into(),
        }
    }
}

/// The name of a way, as a municipality chooses it.
pub fn way(way: Way) -> &'static str {
    match way {
        Way::Paper => "紙（印刷して押印し、提出する）だけを受け付ける",
        Way::Electronic => "電子同意も紙も受け付ける",
        Way::SignedPdf => "電子署名付きのPDFも紙も受け付ける",
    }
}

/// The name of a letter's status.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::NotDownloaded => "未ダウンロード",
        Status::Downloaded => "ダウンロード済",
        Status::SentBack => "差戻し",
        Status::Consented => "電子同意済",
        Status::Received => "市町村受領済",
        Status::Replaced => "新しい委任状に替わりました",
    }
}
