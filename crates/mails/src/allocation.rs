//! Mails about what a venue is given.

use serde::{Deserialize, Serialize};

use crate::{About, Content, Typed};

/// What it is given in a cycle is decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fixed {
    /// The venue's id.
    pub venue: String,
    /// What it is called.
    pub venue_name: Typed,
    /// The cycle's number.
    pub cycle: u32,
    /// How much, and how that came about.
    pub sentence: String,
}

impl Content for Fixed {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【分配】第{}クールの分配量が確定しました（{}）", self.cycle, self.venue_name)
    }
    fn body(&self, site: &str) -> String {
        format!(
            "第{}クールの分配量が確定しました。\n\n{}\n\n\
             納入予定日は、卸業者が登録するとお知らせします。\n{site}/venues/{}/allocations",
            self.cycle, self.sentence, self.venue
        )
    }
}
