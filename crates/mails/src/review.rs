//! Mails about what the ministry decided of a plan.

use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// 確認済
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// Which version of the plan.
    pub number: i64,
}

impl Content for Reviewed {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【計画】確認済（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "接種計画（第{}版）は「確認済」です。\n\n{site}/venues/{}/plan",
            self.number, self.venue
        )
    }
}

/// 要見直
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionRequired {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// Which version of the plan.
    pub number: i64,
    /// Why.
    pub reason: Typed,
}

impl Content for RevisionRequired {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】計画の見直し（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "接種計画（第{}版）は「要見直」です。\n\n理由：{}\n\n\
             計画を直して、もう一度登録してください。\n{site}/venues/{}/plan/edit",
            self.number, self.reason, self.venue
        )
    }
}

/// A decision was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// Which version of the plan.
    pub number: i64,
}

impl Content for Undone {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【計画】確認の取り消し（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "接種計画（第{}版）の確認の結果を取り消しました。もう一度確認しています。\n\n\
             {site}/venues/{}/plan",
            self.number, self.venue
        )
    }
}
