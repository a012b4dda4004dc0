//! Mails about periods and cycles, to everybody responsible for a venue of the programme.

use jiff::Timestamp;
use jiff::civil::Date;
use rules::time;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Said, Typed};

/// Every one of them begins with the programme and leads to the venue's plan.
fn around(programme: &str, said: &str, site: &str, venue: &str) -> String {
    format!("{programme}\n{said}\n\n{site}/venues/{venue}/plan")
}

/// One figure of what changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is called.
    pub title: String,
    /// What stood there; empty where there was nothing.
    pub before: Said,
    /// What stands there now; empty where there is nothing.
    pub after: Said,
}

impl Figure {
    fn say(&self) -> String {
        let word = |side: &Said| match side {
            none if *none == Said::default() => "なし".to_string(),
            some => some.to_string(),
        };
        format!("{}：{} → {}", self.title, word(&self.before), word(&self.after))
    }
}

/// A period or a cycle changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The venue's id.
    pub venue: String,
    /// The programme's name.
    pub programme: String,
    /// What sort of thing changed.
    pub kind: String,
    /// Which of them.
    pub name: Said,
    /// What of it.
    pub figures: Vec<Figure>,
    /// Why.
    pub reason: Typed,
}

impl Content for Changed {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【お知らせ】{}が変わりました", self.kind)
    }
    fn body(&self, site: &str) -> String {
        let lines: Vec<String> = self.figures.iter().map(Figure::say).collect();
        let said = format!("{}\n{}\n\n理由：{}", self.name, lines.join("\n"), self.reason);
        around(&self.programme, &said, site, &self.venue)
    }
}

/// The close of an entry window was put off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extended {
    /// The venue's id.
    pub venue: String,
    /// The programme's name.
    pub programme: String,
    /// Whose window it is; none where it is that of the first plans.
    pub cycle: Option<u32>,
    /// When it would have closed.
    pub before: Timestamp,
    /// When it closes.
    pub close: Timestamp,
    /// Why.
    pub reason: Typed,
}

impl Extended {
    fn what(&self) -> String {
        self.cycle
            .map_or("計画の登録・変更".to_string(), |n| format!("第{n}クールの登録・変更"))
    }
}

impl Content for Extended {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        format!("【重要】{}の締切が延びました", self.what())
    }
    fn body(&self, site: &str) -> String {
        let said = format!(
            "{}の締切が延びました：{} → {}\n\n理由：{}",
            self.what(),
            time::say_instant(self.before),
            time::say_instant(self.close),
            self.reason
        );
        around(&self.programme, &said, site, &self.venue)
    }
}

/// Boxes are to hold something else than before: to the venues whose plan has boxes in a cycle that
/// isn't decided by then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherBox {
    /// The venue's id.
    pub venue: String,
    /// The programme's name.
    pub programme: String,
    /// The first day on which they hold it.
    pub from: Date,
    /// What they held and hold, one line a number.
    pub changes: Vec<String>,
    /// The cycles that aren't decided by then.
    pub cycles: Vec<u32>,
    /// Whether a box holds as many doses as before.
    pub same_doses: bool,
}

impl Content for OtherBox {
    fn about(&self) -> About {
        About::Venue(self.venue.clone())
    }
    fn subject(&self) -> String {
        "【計画】1箱に入る数が変わります".into()
    }
    fn body(&self, site: &str) -> String {
        let cycles: Vec<String> = self.cycles.iter().map(|n| format!("第{n}クール")).collect();
        let follows = match self.same_doses {
            true => "計画の箱数と回数はそのままです。届くバイアルと針・シリンジの数が変わります。",
            false => {
                "計画の箱数はそのままで、接種できる回数が変わります。\
                 箱数を確かめて、必要なら計画を変更してください。"
            }
        };
        let said = format!(
            "\n1箱に入る数が{}から変わります。\n{}\n\n分配量がまだ決まっていないクール：{}\n{follows}",
            time::say_date(self.from),
            self.changes.join("\n"),
            cycles.join("、")
        );
        around(&self.programme, &said, site, &self.venue)
    }
}
