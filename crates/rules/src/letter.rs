//! The letter of delegation (委任状): its way from making to receipt. Source: spec §2.2, briefing
//! 委任状のダウンロード.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words;

/// The facts about a letter; its status is read from them, never stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub downloaded_at: Option<Timestamp>,
    pub received_at: Option<Timestamp>,
    /// 差戻し by the municipality, with the reason.
    pub sent_back: Option<String>,
    /// 電子同意: signed in the system instead of sealed on paper.
    pub consented_at: Option<Timestamp>,
    /// A new letter took its place.
    pub replaced_at: Option<Timestamp>,
}

/// What a letter says, frozen when it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    pub number: String,
    pub date: Date,
    pub application_number: String,
    pub programme: String,
    /// To which municipality it is handed, such as `東京都港区`.
    pub municipality: String,
    pub institution_code: String,
    pub institution_name: String,
    pub institution_address: String,
    pub representative_title: String,
    pub representative_name: String,
    pub organization_name: String,
    pub organization_address: String,
    pub venue_name: String,
    pub venue_address: String,
}

words! {
    /// How a letter comes to its municipality; the municipality says which ways it takes.
    #[derive(Default)]
    pub enum Way in letter.way, municipality_setting.letter_way {
        /// 電子同意
        Electronic = "electronic",
        /// 電子署名付きPDF
        SignedPdf = "signed_pdf",
        /// 印刷・押印・提出
        #[default]
        Paper = "paper",
    }
}

words! {
    pub enum Status {
        NotDownloaded = "not_downloaded",
        Downloaded = "downloaded",
        SentBack = "sent_back",
        /// 電子同意済: delivered to the municipality's inbox without paper.
        Consented = "consented",
        Received = "received",
        Replaced = "replaced",
    }
}

impl Status {
    pub fn of(facts: &Facts) -> Status {
        if facts.replaced_at.is_some() {
            return Status::Replaced;
        }
        if facts.received_at.is_none() && facts.sent_back.is_none() && facts.consented_at.is_some()
        {
            return Status::Consented;
        }
        match (facts.received_at, &facts.sent_back, facts.downloaded_at) {
            (Some(_), _, _) => Status::Received,
            (None, Some(_), _) => Status::SentBack,
            (None, None, Some(_)) => Status::Downloaded,
            (None, None, None) => Status::NotDownloaded,
        }
    }
    /// What the venue does next, if anything.
    pub fn next(self) -> Option<Next> {
        match self {
            Status::NotDownloaded => Some(Next::Download),
            Status::Downloaded => Some(Next::HandIn),
            Status::SentBack => Some(Next::HandInAgain),
            Status::Consented | Status::Received | Status::Replaced => None,
        }
    }
}

/// What a venue does with a letter next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Download,
    /// Print it, seal it and take it to the municipality.
    HandIn,
    /// The same once more, for it was sent back.
    HandInAgain,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    AlreadyReceived,
    NoReason,
    PaperOnly,
    Replaced,
    NotAgreed,
    NoLetter,
}

/// Whether a person who is signed in may consent instead of sealing.
pub fn consent(facts: &Facts, way: Way, agreed: bool) -> Result<(), Refusal> {
    match (way, Status::of(facts)) {
        (_, Status::Replaced) => Err(Refusal::Replaced),
        (_, Status::Received | Status::Consented) => Err(Refusal::AlreadyReceived),
        (Way::Paper, _) => Err(Refusal::PaperOnly),
        _ if !agreed => Err(Refusal::NotAgreed),
        _ => Ok(()),
    }
}

pub fn receive(facts: &Facts) -> Result<(), Refusal> {
    if facts.replaced_at.is_some() {
        return Err(Refusal::Replaced);
    }
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
        assert_eq!(Status::of(&new).next(), Some(Next::Download));
        let downloaded = Facts { downloaded_at: Some(at), ..new };
        assert_eq!(Status::of(&downloaded).next(), Some(Next::HandIn));
        let received = Facts { received_at: Some(at), ..downloaded.clone() };
        assert_eq!(Status::of(&received).next(), None);
        assert_eq!(receive(&received), Err(Refusal::AlreadyReceived));
        assert_eq!(send_back(&downloaded, " "), Err(Refusal::NoReason));
    }

    #[test]
    fn consent_takes_the_place_of_the_seal_where_the_municipality_accepts_it() {
        let at = crate::time::parse_instant("2022-02-08T10:00").unwrap();
        let new = Facts::default();
        assert_eq!(consent(&new, Way::Electronic, true), Ok(()));
        assert_eq!(consent(&new, Way::Electronic, false), Err(Refusal::NotAgreed));
        assert_eq!(consent(&new, Way::Paper, true), Err(Refusal::PaperOnly));
        let consented = Facts { consented_at: Some(at), ..new.clone() };
        assert_eq!(Status::of(&consented), Status::Consented);
        assert_eq!(consent(&consented, Way::Electronic, true), Err(Refusal::AlreadyReceived));
        assert_eq!(receive(&consented), Ok(()));
        let replaced = Facts { replaced_at: Some(at), received_at: Some(at), ..new };
        assert_eq!(Status::of(&replaced), Status::Replaced);
        assert_eq!(receive(&replaced), Err(Refusal::Replaced));
        // What was sent back may be consented to again.
        let sent_back =
            Facts { sent_back: Some("住所".into()), consented_at: Some(at), ..Facts::default() };
        assert_eq!(Status::of(&sent_back), Status::SentBack);
        assert_eq!(consent(&sent_back, Way::Electronic, true), Ok(()));
    }
}
