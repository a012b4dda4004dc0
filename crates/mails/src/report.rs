//! The mail with a saved report.

use rules::application::commas;
use serde::{Deserialize, Serialize};

use crate::{About, Content, Said, Typed};

/// A figure of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What its column is called, with its unit.
    pub title: String,
    /// In the column's unit; none where there is nothing to say.
    pub value: Option<i64>,
}

/// A row of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Whose figures they are.
    pub label: Said,
    /// One a column.
    pub figures: Vec<Figure>,
}

impl Row {
    fn say(&self) -> String {
        let figure = |Figure { title, value }: &Figure| {
            format!("{title} {}", value.map_or("－".into(), commas))
        };
        let figures: Vec<String> = self.figures.iter().map(figure).collect();
        format!("・{}　{}", self.label, figures.join("　"))
    }
}

/// A saved report on its day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// The account's id.
    pub account: String,
    /// What it was saved as.
    pub name: Typed,
    /// The sentence of what it found.
    pub finding: String,
    /// Its first rows.
    pub rows: Vec<Row>,
    /// What was asked, as it stands in the address of its page.
    pub query: String,
}

impl Content for Saved {
    fn about(&self) -> About {
        About::Account(self.account.clone())
    }
    fn subject(&self) -> String {
        format!("【レポート】{}", self.name)
    }
    fn body(&self, site: &str) -> String {
        let rows: Vec<String> = self.rows.iter().map(Row::say).collect();
        format!(
            "{}\n\n{}\n\n全体は次のページで見られます。\n{site}/reports?{}\n\n\
             受け取らないようにするには、「お知らせの設定」のページで変えてください。",
            self.finding,
            rows.join("\n"),
            self.query
        )
    }
}
