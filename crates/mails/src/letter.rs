//! Mails about a letter of attorney (委任状).

use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// The municipality sent it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentBack {
    /// The venue's id.
    pub venue: String,
    /// The letter's number, `L-2022-000001`.
    pub number: String,
    /// Why.
    pub reason: Typed,
}

impl Content for SentBack {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】委任状の差戻し（{}）", self.number)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "委任状（{}）が差し戻されました。\n\n理由：{}\n\n{site}/venues/{}/documents",
            self.number, self.reason, self.venue
        )
    }
}

/// What is printed on it changed: a new one took its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Renewed {
    /// The venue's id.
    pub venue: String,
    /// What it is called now.
    pub venue_name: Typed,
    /// The new letter's number.
    pub number: String,
    /// The number of the one that doesn't hold any more.
    pub before: String,
    /// Why.
    pub reason: Typed,
}

impl Content for Renewed {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】新しい委任状（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "委任状に記載の項目が変わったため、新しい委任状（{}）を作りました。\
             前の委任状（{}）は使えません。\n\n理由：{}\n\n{site}/venues/{}/documents",
            self.number, self.before, self.reason, self.venue
        )
    }
}
