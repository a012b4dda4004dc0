//! Mails about an application, from its beginning to what follows from its confirmation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::access::Role;
use rules::{application, time};
use serde::{Deserialize, Serialize};

use crate::account::activation;
use crate::{About, Content, Typed};

/// Somebody without an account began: a link to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The application's id.
    pub application: String,
    /// The link's secret.
    pub token: String,
}

fn to_go_on(site: &str, token: &str) -> String {
    format!("{site}/applications/return/{token}")
}

impl Content for Started {
    fn about(&self) -> About {
        About::Application(self.application.clone())
    }
    fn subject(&self) -> String {
        "【申込】入力を続けるためのリンク".into()
    }
    fn body(&self, site: &str) -> String {
        format!(
            "接種会場の申込を始めました。入力した内容は自動で保存されています。\n\n\
             続きは、次のリンクから入力できます（30日間）。\n{}\n\n\
             このメールに心当たりがない場合は、何もする必要はありません。",
            to_go_on(site, &self.token)
        )
    }
}

/// It was submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// The application's id.
    pub application: String,
    /// Its number, `A-2022-000001`.
    pub number: String,
    /// What the venue is called.
    pub venue_name: Typed,
    /// When it came.
    pub at: Timestamp,
}

impl Content for Submitted {
    fn about(&self) -> About {
        About::Application(self.application.clone())
    }
    fn subject(&self) -> String {
        format!("【申込】受け付けました（{}）", self.number)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "申込を受け付けました。\n\n受付番号：{}\n会場：{}\n受付日時：{}\n\n\
             厚生労働省が内容を確認し、結果をメールでお知らせします。\n{site}/applications/{}/receipt",
            self.number,
            self.venue_name,
            time::say_instant(self.at),
            self.application
        )
    }
}

/// Where an applicant goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoesOn {
    /// On the application's page, with the account that they have.
    Page,
    /// By a link that lets them in, with this secret.
    Link {
        /// The link's secret.
        token: String,
    },
}

/// The ministry returned it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The application's id.
    pub application: String,
    /// Its number.
    pub number: String,
    /// What is to be mended, by the keys of its fields.
    pub comments: BTreeMap<String, Typed>,
    /// Where.
    pub goes_on: GoesOn,
}

impl Content for Returned {
    fn about(&self) -> About {
        About::Application(self.application.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】要再申込（{}）", self.number)
    }
    fn body(&self, site: &str) -> String {
        let points: Vec<String> = self
            .comments
            .iter()
            .map(|(key, text)| {
                let label = application::find_field(key)
                    .map_or(key.as_str(), |f| words::application::label(f.key));
                format!("・{label}：{text}")
            })
            .collect();
        let link = match &self.goes_on {
            GoesOn::Page => format!("{site}/applications/{}", self.application),
            GoesOn::Link { token } => to_go_on(site, token),
        };
        format!(
            "申込（{}）に確認が必要な項目があります。次の項目を直して、もう一度申し込んでください。\n\n\
             {}\n\n{link}",
            self.number,
            points.join("\n")
        )
    }
}

/// What the confirmation of an application opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub name: Typed,
    /// Its ten digits.
    pub code: String,
    /// The application's number.
    pub number: String,
    /// When it was confirmed.
    pub at: Timestamp,
}

impl Opened {
    fn say(&self) -> String {
        format!(
            "申込の確認が済みました。\n\n会場：{}\n会場コード：{}\n申込番号：{}\n確認日時：{}",
            self.name,
            self.code,
            self.number,
            time::say_instant(self.at)
        )
    }
}

/// It was confirmed, to somebody who has an ID.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The venue that it opened.
    pub opened: Opened,
}

impl Content for Confirmed {
    fn about(&self) -> About {
        About::Venue(self.opened.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【申込の確認】{}", self.opened.name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}\n\nいまお使いのIDのまま続けられます。次のページから始めてください。\n{site}/home",
            self.opened.say()
        )
    }
}

/// It was confirmed, to a contact who has no ID yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// The venue that it opened.
    pub opened: Opened,
    /// The contact's name.
    pub person: Typed,
    /// As what they are registered.
    pub role: Role,
    /// The link's secret.
    pub token: String,
}

impl Content for Invited {
    fn about(&self) -> About {
        About::Venue(self.opened.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【申込の確認】{}（はじめてのログイン）", self.opened.name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}\n\n{}さんは、この会場の{}として登録されています。\n\
             次のリンクからパスワードを決めて、はじめてください（24時間・1回かぎり）。\n{}",
            self.opened.say(),
            self.person,
            self.role.label(),
            activation(site, &self.token)
        )
    }
}
