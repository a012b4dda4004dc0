//! Mails about a plan.

use jiff::Timestamp;
use rules::application::grouped;
use rules::review::Status;
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// It was registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The receipt's number.
    pub receipt: String,
    /// Of which version of the plan.
    pub number: i64,
    /// When it came.
    pub at: Timestamp,
    /// Doses of all its lines.
    pub doses: u64,
    /// Whether somebody looks at it first.
    pub review: Status,
}

impl Content for Registered {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【計画】登録しました（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        let result = match self.review {
            Status::Reviewed => "確認が必要な項目はありません。この内容で「確認済」です。",
            _ => {
                "確認が必要な項目があるため、厚生労働省が内容を確認します。\
                 結果はメールでお知らせします。"
            }
        };
        format!(
            "接種計画を登録しました。\n\n会場：{}\n受付番号：{}（第{number}版）\n受付日時：{}\n\
             合計：{}回接種分\n\n{result}\n\n{site}/venues/{}/plan/receipts/{number}",
            self.venue_name,
            self.receipt,
            time::say_instant(self.at),
            grouped(self.doses),
            self.venue,
            number = self.number
        )
    }
}

/// A draft that was to be registered by itself couldn't be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftKept {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The sentence that says why.
    pub why: String,
}

impl Content for DraftKept {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【要対応】計画の下書きを確認してください（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "下書きを自動で登録できませんでした。下書きは残っています。\n\n理由：{}\n\n\
             {site}/venues/{}/plan/check",
            self.why, self.venue
        )
    }
}
