//! The mail about a venue's completion.

use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// It is registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The completion's number, `E-2022-000001`.
    pub number: String,
}

impl Content for Registered {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【完了登録】{}", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "職域追加接種の完了登録を受け付けました。\n\n会場：{}\n番号：{}\n\n\
             完了証は次のページから印刷できます。\n{site}/venues/{}/close",
            self.venue_name, self.number, self.venue
        )
    }
}
