//! Mails about an inquiry at the service desk.

use jiff::Timestamp;
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// It came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// The inquiry's id, which opens its page.
    pub inquiry: String,
    /// Its number, `Q-2022-000001`.
    pub number: String,
    /// What it is about, of the desk's own list.
    pub category: String,
    /// More closely, of the same list; may be empty.
    pub detail: String,
    /// Until when it is answered.
    pub due: Timestamp,
}

impl Content for Received {
    fn about(&self) -> About {
        About::Inquiry(self.number.clone())
    }
    fn subject(&self) -> String {
        format!("【問い合わせ {}】受け付けました", self.number)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "お問い合わせを受け付けました。{}までに回答します。\n\n番号：{}\n分類：{}　{}\n\n\
             やり取りは次のページで続けられます。\n{site}/inquiries/{}",
            time::say_moment(self.due),
            self.number,
            self.category,
            self.detail,
            self.inquiry
        )
    }
}

/// The desk answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The inquiry's id, which opens its page.
    pub inquiry: String,
    /// Its number.
    pub number: String,
    /// The answer.
    pub text: Typed,
}

impl Content for Answered {
    fn about(&self) -> About {
        About::Inquiry(self.number.clone())
    }
    fn subject(&self) -> String {
        format!("【問い合わせ {}】回答", self.number)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "お問い合わせ（{}）に回答しました。\n\n{}\n\n\
             続けて質問するときは、次のページから送ってください。\n{site}/inquiries/{}",
            self.number, self.text, self.inquiry
        )
    }
}
