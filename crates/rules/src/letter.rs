//! The letter of delegation (委任状): its way from making to receipt. Source: spec §2.2, briefing 委任状のダウンロード.

use jiff::Timestamp;

/// The facts about a letter; its status is read from them, never stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub downloaded_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
    /// 差戻し by the municipality, with the reason.
    pub sent_back: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    NotDownloaded,
    Downloaded,
    SentBack,
    Received,
}

impl Status {
    pub fn of(facts: &Facts) -> Status {
        match (facts.received_at, &facts.sent_back, facts.downloaded_at) {
            (Some(_), _, _) => Status::Received,
            (None, Some(_), _) => Status::SentBack,
            (None, None, Some(_)) => Status::Downloaded,
            (None, None, None) => Status::NotDownloaded,
        }
    }
    pub fn label(self) -> &'static str {
        match self {
            Status::NotDownloaded => "未ダウンロード",
            Status::Downloaded => "ダウンロード済",
            Status::SentBack => "差戻し",
            Status::Received => "市町村受領済",
        }
    }
    pub fn key(self) -> &'static str {
        match self {
            Status::NotDownloaded => "not_downloaded",
            Status::Downloaded => "downloaded",
            Status::SentBack => "sent_back",
            Status::Received => "received",
        }
    }
    /// What the venue does next, if anything.
    pub fn next_act(self) -> Option<&'static str> {
        match self {
            Status::NotDownloaded => Some("委任状をダウンロードする"),
            Status::Downloaded => Some("委任状を印刷し、押印して市町村に提出する"),
            Status::SentBack => Some("差し戻された委任状を確認して、提出し直す"),
            Status::Received => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("この委任状はすでに受領済みです。")]
    AlreadyReceived,
    #[error("差し戻すときは理由を書いてください。")]
    NoReason,
}

pub fn receive(facts: &Facts) -> Result<(), Refusal> {
    if facts.received_at.is_some() { Err(Refusal::AlreadyReceived) } else { Ok(()) }
}

pub fn send_back(facts: &Facts, reason: &str) -> Result<String, Refusal> {
    receive(facts)?;
    let reason = reason.trim();
    if reason.is_empty() { Err(Refusal::NoReason) } else { Ok(reason.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_task_stays_until_downloaded_and_then_until_received() {
        let at = crate::time::parse_instant("2022-02-08T10:00").unwrap();
        let new = Facts::default();
        assert_eq!(Status::of(&new).next_act(), Some("委任状をダウンロードする"));
        let downloaded = Facts { downloaded_at: Some(at), ..new };
        assert_eq!(Status::of(&downloaded).next_act(), Some("委任状を印刷し、押印して市町村に提出する"));
        let received = Facts { received_at: Some(at), ..downloaded.clone() };
        assert_eq!(Status::of(&received).next_act(), None);
        assert_eq!(receive(&received), Err(Refusal::AlreadyReceived));
        assert_eq!(send_back(&downloaded, " "), Err(Refusal::NoReason));
    }
}
