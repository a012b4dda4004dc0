//! Mails about lots and transfers between venues.

use jiff::civil::Date;
use rules::application::{commas, grouped};
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// To the venue that is offered vials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The transfer's id.
    pub transfer: String,
    /// Its number, `T-2022-000001`.
    pub number: String,
    /// The id of the venue that is offered them.
    pub venue: String,
    /// What the venue is called that offers them.
    pub from: Typed,
    /// The lot's number.
    pub lot: Typed,
    /// How many vials.
    pub vials: i64,
}

impl Content for Offered {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【融通】{}（{}から）", self.number, self.from)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "{}から、ワクチンの融通の申し出があります。\n\nロット：{}\n本数：{}本\n番号：{}\n\n\
             受け取ったら、次のページで確認してください。\n{site}/venues/{}/transfers/{}",
            self.from,
            self.lot,
            grouped(self.vials),
            self.number,
            self.venue,
            self.transfer
        )
    }
}

/// To the venue that offered vials: the other one answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The transfer's id.
    pub transfer: String,
    /// Its number.
    pub number: String,
    /// The id of the venue that offered.
    pub venue: String,
    /// What the venue is called that answered.
    pub taker: Typed,
    /// How many vials it took; none, where it declined.
    pub vials: i64,
}

impl Content for Answered {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【融通】{}（{}）", self.number, self.taker)
    }
    fn body(&self, site: &str) -> String {
        let (number, vials) = (&self.number, grouped(self.vials));
        let said = match self.vials {
            0 => format!("融通 {number} が断られました。"),
            _ => format!("融通 {number} の受け取りが確認されました（{vials}本）。"),
        };
        format!("{said}\n\n{site}/venues/{}/transfers/{}", self.venue, self.transfer)
    }
}

/// The ministry said which expiry of a lot is right; the venue read another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpirySettled {
    /// The venue's id.
    pub venue: String,
    /// The lot's number.
    pub lot: Typed,
    /// The right one.
    pub expiry: Date,
    /// What the venue read.
    pub read: Date,
}

impl Content for ExpirySettled {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【在庫】ロット{}の有効期限", self.lot)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "ロット{}の有効期限は{}です。この会場の記録は{}でした。\
             箱の表示を確かめてください。\n\n{site}/venues/{}/stock",
            self.lot,
            time::say_date(self.expiry),
            time::say_date(self.read),
            self.venue
        )
    }
}

/// Nobody uses a lot any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalled {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The lot's number.
    pub lot: Typed,
    /// Vials that the venue has; none where more were used than came, so that nobody can say.
    pub vials: Option<i64>,
    /// Why.
    pub reason: Typed,
}

impl Content for Recalled {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【緊急】ロット{}の回収（{}）", self.lot, self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        let left = match self.vials {
            None => "わかりません（入庫が記録されていません）".to_string(),
            Some(vials) => format!("{}本", commas(vials)),
        };
        format!(
            "ロット{}が回収の対象になりました。使わずに、ほかのワクチンと分けて保管してください。\n\n\
             会場：{}\n在庫：{left}\n理由：{}\n\n{site}/venues/{}/stock",
            self.lot, self.venue_name, self.reason, self.venue
        )
    }
}
