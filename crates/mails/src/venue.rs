//! Mails to the contacts of a venue.

use serde::{Deserialize, Serialize};

use crate::account::activation;
use crate::{About, Content, Typed};

/// To the address that a contact had: another one has taken its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactChanged {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
}

impl Content for ContactChanged {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【お知らせ】担当者の変更（{}）", self.venue_name)
    }
    fn body(&self, _site: &str) -> String {
        format!(
            "{}の担当者のメールアドレスが変更されました。\n\
             新しい担当者がはじめてログインすると、このメールアドレスのIDではこの会場を開けなくなります。\
             会場の情報はそのまま引き継がれます。",
            self.venue_name
        )
    }
}

/// To a new contact who has an ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactAdded {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The contact's name.
    pub name: Typed,
}

impl Content for ContactAdded {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        to_register(&self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}さん\n\n{}の担当者になりました。いまお使いのIDでログインすると、この会場を開けます（24時間以内）。\n\
             {site}/login?to=/venues/{}",
            self.name, self.venue_name, self.venue
        )
    }
}

/// To a new contact who has no ID yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactInvited {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// Who invited.
    pub by: Typed,
    /// The link's secret.
    pub token: String,
}

impl Content for ContactInvited {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        to_register(&self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}さんから、{}の担当者として招待されました。24時間以内に登録してください（1回かぎり）。\n{}",
            self.by,
            self.venue_name,
            activation(site, &self.token)
        )
    }
}

fn to_register(venue_name: &Typed) -> String {
    format!("【要対応】{venue_name}の担当者としての登録")
}
