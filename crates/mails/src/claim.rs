//! Mails about a claim and its parts, each on the desk of its destination.

use jiff::civil::Date;
use rules::application::{commas, grouped};
use rules::time::{self, Month};
use serde::{Deserialize, Serialize};

use crate::{About, Content, ToVenue, Typed};

/// It was made to be submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The month of service.
    pub month: Month,
    /// Its number, `C-2022-000001`.
    pub receipt: String,
    /// How many claims for one vaccination or examination each.
    pub count: i64,
    /// Yen.
    pub amount: i64,
    /// Until when its papers are handed in.
    pub due: Date,
}

impl Content for Submitted {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【請求】{}接種分（{}）", self.month.say(), self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}接種分の請求を提出用に作成しました。\n\n会場：{}\n受付番号：{}\n{}件　{}円\n\
             提出期限：{}\n\n書類は次のページから印刷できます。\n{site}/venues/{}/billing/{}/documents",
            self.month.say(),
            self.venue_name,
            self.receipt,
            grouped(self.count),
            commas(self.amount),
            time::say_date(self.due),
            self.venue,
            self.month
        )
    }
}

/// Which part of which claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The month of service.
    pub month: Month,
    /// The claim's number; empty where it has none any more.
    pub receipt: String,
    /// What the destination is called.
    pub desk: Typed,
}

impl Part {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self, status: &str) -> String {
        format!("【請求】{}接種分：{status}（{}）", self.month.say(), self.venue_name)
    }
    fn body(&self, said: &str, site: &str) -> String {
        format!(
            "{}接種分の請求（{}）が{said}\n\n提出先：{}\n\n{site}/venues/{}/billing/{}",
            self.month.say(),
            self.receipt,
            self.desk,
            self.venue,
            self.month
        )
    }
}

/// The papers came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// Which part.
    pub part: Part,
}

impl Content for Received {
    fn about(&self) -> About {
        self.part.about()
    }
    fn subject(&self) -> String {
        self.part.subject("受付済")
    }
    fn body(&self, site: &str) -> String {
        self.part.body("受け付けられました", site)
    }
}

/// What goes back of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// The row's municipality.
    pub place: Typed,
    /// How many claims.
    pub count: u32,
    /// Why.
    pub reason: Typed,
}

impl Back {
    /// In a line, what people typed marked.
    pub fn say(&self) -> String {
        format!("{}　{}件：{}", self.place, grouped(self.count), self.reason)
    }
}

/// What is paid was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Which part.
    pub part: Part,
    /// How many claims are paid.
    pub count: i64,
    /// Yen.
    pub amount: i64,
    /// The day of the payment, where it is known.
    pub pays_on: Option<Date>,
    /// What goes back.
    pub back: Vec<Back>,
}

impl Content for Decided {
    fn about(&self) -> About {
        self.part.about()
    }
    fn subject(&self) -> String {
        self.part.subject("決定")
    }
    fn body(&self, site: &str) -> String {
        let payment =
            self.pays_on.map_or(String::new(), |d| format!("\n支払予定日：{}", time::say_date(d)));
        let back: u32 = self.back.iter().map(|row| row.count).sum();
        let sent_back = match self.back.iter().map(Back::say).collect::<Vec<_>>() {
            none if none.is_empty() => String::new(),
            rows => format!("\n返戻：{}件\n{}", grouped(back), rows.join("\n")),
        };
        let said = format!(
            "決定しました。\n決定件数：{}件\n決定金額：{}円{payment}{sent_back}",
            grouped(self.count),
            grouped(self.amount)
        );
        self.part.body(&said, site)
    }
}

/// All of it goes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// Which part.
    pub part: Part,
    /// Why.
    pub reason: Typed,
}

impl Content for Returned {
    fn about(&self) -> About {
        self.part.about()
    }
    fn subject(&self) -> String {
        self.part.subject("返戻")
    }
    fn body(&self, site: &str) -> String {
        let said = format!(
            "返戻になりました。\n理由：{}\n直して、次に作る月の請求に加えてください。",
            self.reason
        );
        self.part.body(&said, site)
    }
}

impl ToVenue for Received {
    fn venue(&self) -> &str {
        &self.part.venue
    }
}
impl ToVenue for Decided {
    fn venue(&self) -> &str {
        &self.part.venue
    }
}
impl ToVenue for Returned {
    fn venue(&self) -> &str {
        &self.part.venue
    }
}
