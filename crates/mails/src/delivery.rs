//! Mails about a shipment.

use jiff::civil::Date;
use rules::application::grouped;
use rules::delivery::TimeBand;
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// Who brings it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wholesaler {
    /// What it is called.
    pub name: Typed,
    /// Its telephone number.
    pub phone: String,
}

/// Its day is registered, for the first time or another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The shipment's id.
    pub shipment: String,
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The day.
    pub date: Date,
    /// The day that it was before.
    pub before: Option<Date>,
    /// The part of the day.
    pub band: TimeBand,
    /// The cycle's number; none where the programme doesn't have it any more.
    pub cycle: Option<u32>,
    /// Boxes of vaccine.
    pub boxes: u32,
    /// Boxes of needles and syringes.
    pub needle_boxes: u32,
    /// Who brings it; none where the wholesaler isn't known any more.
    pub wholesaler: Option<Wholesaler>,
}

impl Content for Scheduled {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        let word = if self.before.is_some() { "変わりました" } else { "決まりました" };
        format!("【納入】予定日が{word}（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        let (date, band) = (time::say_date(self.date), self.band.label());
        let line = match self.before {
            None => format!("納入予定日が決まりました：{date}（{band}）"),
            Some(before) => {
                let before = time::say_date(before);
                format!("納入予定日が変わりました：{before} → {date}（{band}）")
            }
        };
        format!(
            "{line}\n\n会場：{}\n{}\n{}箱、針・シリンジ{}箱\n卸業者：{}\n\n\
             次のページで確認できます。\n{site}/venues/{}/deliveries/{}",
            self.venue_name,
            self.cycle.map_or(String::new(), |n| format!("第{n}クール")),
            grouped(self.boxes),
            grouped(self.needle_boxes),
            self.wholesaler.as_ref().map_or(String::new(), |w| format!("{} {}", w.name, w.phone)),
            self.venue,
            self.shipment
        )
    }
}

/// The wholesaler handed over another amount than planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Differing {
    /// The shipment's id.
    pub shipment: String,
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// Boxes that were to come.
    pub planned: u32,
    /// Boxes that came.
    pub boxes: u32,
    /// Why; may be empty.
    pub note: Typed,
}

impl Content for Differing {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【納入】数量の相違（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "納入された箱数が予定と違います：予定{}箱、納入{}箱\n{}\n\n\
             受け取りを記録するときに確かめてください。\n{site}/venues/{}/deliveries/{}",
            grouped(self.planned),
            grouped(self.boxes),
            self.note,
            self.venue,
            self.shipment
        )
    }
}

/// A file with its day was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenBack {
    /// The shipment's id.
    pub shipment: String,
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The day that holds now, if there is one.
    pub date: Option<Date>,
}

impl Content for TakenBack {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【納入】予定日の取り消し（{}）", self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "納入予定日の登録が取り消されました。いまの納入予定日：{}\n\n\
             {site}/venues/{}/deliveries/{}",
            self.date.map_or("未定".into(), time::say_date),
            self.venue,
            self.shipment
        )
    }
}
