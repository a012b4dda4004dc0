//! Reminders: what is due soon, and what is to be done this week.

use jiff::Timestamp;
use rules::application::grouped;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Said};

/// Something that is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What.
    pub title: Said,
    /// Whose it is: a venue, a desk, the country.
    pub scope: Said,
    /// Until when.
    pub due: Option<Timestamp>,
}

/// What somebody is reminded of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tasks {
    /// The account's id.
    pub account: String,
    /// When it is said: deadlines are told from there.
    pub at: Timestamp,
    /// The first of them, in order.
    pub tasks: Vec<Task>,
    /// How many more there are.
    pub more: usize,
    /// Where they are done, from the house's address on.
    pub path: String,
}

impl Tasks {
    fn count(&self) -> usize {
        self.tasks.len().saturating_add(self.more)
    }
    fn about(&self) -> About {
        About::Account(self.account.clone())
    }
    fn body(&self, site: &str) -> String {
        let until =
            |task: &Task| task.due.map_or(String::new(), |due| words::time::until(due, self.at));
        let lines: Vec<String> = self
            .tasks
            .iter()
            .map(|task| format!("・{}（{}）{}", task.title, task.scope, until(task)))
            .collect();
        let more = match self.more {
            0 => String::new(),
            n => format!("\nほか{}件", grouped(n)),
        };
        format!(
            "期限の近いことがあります。\n\n{}{more}\n\n{site}{}\n\n\
             このメールは、担当者として登録されている方に、\
             期限の3業務日前、1業務日前、当日に送っています。\n\n\
             受け取らないようにするには、「お知らせの設定」のページで変えてください。",
            lines.join("\n"),
            self.path
        )
    }
}

/// Deadlines that are three business days away, one, or today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// What is due.
    pub tasks: Tasks,
}

impl Content for Due {
    fn about(&self) -> About {
        self.tasks.about()
    }
    fn subject(&self) -> String {
        match (self.tasks.tasks.as_slice(), self.tasks.count()) {
            ([only], 1) => format!("【期限のお知らせ】{}（{}）", only.title, only.scope),
            (_, n) => format!("【期限のお知らせ】{}件", grouped(n)),
        }
    }
    fn body(&self, site: &str) -> String {
        self.tasks.body(site)
    }
}

/// Everything that is open, on Mondays, for who asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Week {
    /// What is open.
    pub tasks: Tasks,
}

impl Content for Week {
    fn about(&self) -> About {
        self.tasks.about()
    }
    fn subject(&self) -> String {
        format!("【今週のやること】{}件", grouped(self.tasks.count()))
    }
    fn body(&self, site: &str) -> String {
        self.tasks.body(site)
    }
}
