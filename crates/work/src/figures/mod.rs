//! Figures: what came of the work, by place or by cycle. A report is one value in one small file:
//! its columns, its sentence, its span and its SQL. Page, list, chart, mail and saved view go by
//! that value alone, so a new report is such a file and its line in [`ALL`].

/// The statement of a report by prefecture, municipality or venue: its columns, each `as` its key,
/// what is joined to a venue `v`, and further conditions. `$1` to `$4` are taken; a report's span
/// and what it asks further follow.
macro_rules! by_place {
    ($columns:literal, $joins:literal, $where:literal) => {
        platform::sql!(concat!(
            "select case $3 when 'prefecture' then v.prefecture when 'municipality'
                         then v.municipality else v.id end as place,
                    min(v.name) as name, ",
            $columns,
            " from venue v join visible_venue s on s.venue_id = v.id ",
            $joins,
            " where s.scope_kind = $1 and s.scope_id = $2 ",
            $where,
            " group by 1
              order by case when $3 in ('prefecture', 'municipality') then '' else min(v.code) end,
                       1
              limit $4"
        ))
    };
}

mod came;
mod claims;
mod deliveries;
mod distribution;
mod registration;
mod results;
pub mod saved;
#[cfg(test)]
mod tests;
mod waste;

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::value::Value;
use platform::{args, english};
use rules::access::Scope;
use rules::application::commas;
use rules::input::Unit;
use rules::places::Places;
use rules::programme::Programme;
use rules::time::Month;

/// Every report, in the order in which they are offered.
pub static ALL: &[&Report] = &[
    &distribution::REPORT,
    &deliveries::REPORT,
    &results::REPORT,
    &waste::REPORT,
    &claims::REPORT,
    &registration::REPORT,
];

/// All that is to be known of a report.
#[derive(Debug)]
pub struct Report {
    /// As addresses name it: `kind=deliveries`.
    pub key: &'static str,
    /// As people choose it.
    pub name: &'static str,
    /// How it is counted: the sentence below the chart.
    pub counted: &'static str,
    /// The columns behind the one of places or cycles.
    pub columns: &'static [Column],
    /// The column, by its key, of which the chart draws a bar for each row.
    pub drawn: &'static str,
    /// What it found, with the totals of columns by their keys: `接種は{shots}回です`.
    pub finding: &'static str,
    /// What of the asked time narrows it.
    pub span: Span,
    /// A closer look that its address may ask for.
    pub closer: Option<Closer>,
    /// What its statement by places takes behind the span.
    pub further: fn(&Asked<'_>) -> Vec<Value>,
    /// Its statement by prefecture, municipality or venue.
    pub by_place: &'static str,
    /// Its statement by cycle, where it can be counted so.
    pub by_cycle: Option<&'static str>,
}

/// A column of a report.
#[derive(Debug)]
pub struct Column {
    /// As the statement names it, as well as the report's sentence and its chart.
    pub key: &'static str,
    /// Above the column, with its unit where the title doesn't say what is counted.
    pub title: &'static str,
    /// What its numbers are.
    pub measure: Measure,
}

/// What the numbers of a column are, and whether they add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Counted by the statement; the rows add up to a total.
    Adds(Unit),
    /// What came to the venues, as their own pages have it, in doses or vials; the rows add up.
    Came(Unit),
    /// Counted by the statement; what is in one row may be in another, so there is no total.
    Overlaps(Unit),
    /// How much one column is of another, in percent of whole numbers; rates don't add up.
    Rate { part: &'static str, whole: &'static str },
}

/// What of the asked time a report takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Nothing: it says how things are.
    Now,
    /// `$5`: one cycle, or 0 for all of them.
    Cycle,
    /// `$5` and `$6`: the first and the last day.
    Days,
    /// `$5` and `$6`: the months of the first and of the last day.
    Months,
}

/// A closer look at a report: fewer rows, another sentence.
#[derive(Debug)]
pub struct Closer {
    /// As addresses name it: `show=silent`.
    pub key: &'static str,
    /// What it found, as [`Report::finding`] says it of all rows.
    pub finding: &'static str,
}

/// What a row of a report stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Prefecture,
    Municipality,
    Venue,
    Cycle,
}

/// What somebody asks a report for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Whose venues: the kind and the id of a scope, as `visible_venue` has them.
    pub scope: (Scope, &'a str),
    pub group: Group,
    /// 0: all of them.
    pub cycle: u32,
    pub from: Date,
    pub to: Date,
    /// Whether the report's closer look is wanted.
    pub closer: bool,
    /// What boxes held on any day.
    pub programme: &'a Programme,
    /// The instant of asking.
    pub at: Timestamp,
    /// The most rows that are read.
    pub most: i64,
}

/// A report that was worked out.
#[derive(Debug)]
pub struct Table {
    pub report: &'static Report,
    /// Whether it is the report's closer look.
    pub closer: bool,
    pub rows: Vec<Row>,
}

/// A row: what it stands for, and a number for each column; none where there is nothing to divide
/// by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The code of a place, the id of a venue or the number of a cycle.
    pub of: String,
    /// A venue's name, as it was typed.
    pub name: String,
    pub values: Vec<Option<i64>>,
}

impl Group {
    /// From the largest to the smallest, and by time.
    pub const ALL: [Group; 4] =
        [Group::Prefecture, Group::Municipality, Group::Venue, Group::Cycle];

    /// As addresses and statements name it.
    pub const fn key(self) -> &'static str {
        match self {
            Group::Prefecture => "prefecture",
            Group::Municipality => "municipality",
            Group::Venue => "venue",
            Group::Cycle => "cycle",
        }
    }
    /// As people choose it; also the title of the first column.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Prefecture => "都道府県",
            Group::Municipality => "市区町村",
            Group::Venue => "接種会場",
            Group::Cycle => "クール",
        }
    }
    /// The group of an address.
    pub fn from_key(key: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.key() == key)
    }
    /// What stands before a row, with what was typed marked.
    pub fn label(self, row: &Row, places: &Places) -> String {
        match self {
            Group::Prefecture => {
                places.prefecture(&row.of).map_or(row.of.clone(), |p| p.name.clone())
            }
            Group::Municipality => places.full_name(&row.of),
            Group::Cycle => format!("第{}クール", row.of),
            Group::Venue => english::typed(&row.name),
        }
    }
}

impl Span {
    /// What it takes of what is asked, as arguments.
    fn arguments(self, asked: &Asked<'_>) -> Vec<Value> {
        match self {
            Span::Now => Vec::new(),
            Span::Cycle => vec![i64::from(asked.cycle).into()],
            Span::Days => vec![asked.from.into(), asked.to.into()],
            Span::Months => {
                [asked.from, asked.to].iter().map(|d| Month::of(*d).to_string().into()).collect()
            }
        }
    }
}

impl Report {
    /// The report of an address.
    pub fn from_key(key: &str) -> Option<&'static Report> {
        ALL.iter().copied().find(|report| report.key == key)
    }

    /// Whether it can be counted by this.
    pub const fn goes_by(&self, group: Group) -> bool {
        !matches!(group, Group::Cycle) || self.by_cycle.is_some()
    }

    /// Where a column stands.
    fn place_of(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.key == key)
    }

    /// The numbers of a row, of what the statement counted.
    fn values(
        &self,
        counted: impl Fn(&str) -> Result<i64, Failure>,
    ) -> Result<Vec<Option<i64>>, Failure> {
        let mut values: Vec<Option<i64>> = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let before = |key: &str| values.get(self.place_of(key)?).copied().flatten();
            let value = match column.measure {
                Measure::Adds(_) | Measure::Overlaps(_) | Measure::Came(_) => {
                    Some(counted(column.key)?)
                }
                Measure::Rate { part, whole } => {
                    before(part).zip(before(whole)).and_then(|(part, whole)| percent(part, whole))
                }
            };
            values.push(value);
        }
        Ok(values)
    }

    /// The arguments of its statement by places.
    fn arguments(&self, asked: &Asked<'_>, group: Group, most: i64) -> Vec<Value> {
        let (kind, id) = asked.scope;
        let mut all = args![kind, id, group.key(), most].to_vec();
        all.extend(self.span.arguments(asked));
        all.extend((self.further)(asked));
        all
    }

    /// Works the report out, within the scope's reach.
    ///
    /// # Errors
    /// The database's.
    pub fn work_out(&'static self, tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Table, Failure> {
        let (kind, id) = asked.scope;
        tx.plan_for_values()?;
        let came = self.came(tx, asked)?;
        let read = |row: &platform::value::Row<'_>| {
            let of = row.text("place")?;
            let number = |key: &str| match self.columns.iter().find(|c| c.key == key) {
                Some(Column { measure: Measure::Came(unit), .. }) => {
                    Ok(came.get(&of).copied().unwrap_or_default().in_unit(*unit))
                }
                _ => row.number(key),
            };
            let values = self.values(number)?;
            Ok(Row { name: row.text("name")?, of, values })
        };
        let rows = match (asked.group, self.by_cycle) {
            (Group::Cycle, Some(by_cycle)) => {
                tx.each(by_cycle, args![kind, id, asked.most], read)?
            }
            (group, _) => {
                tx.each(self.by_place, &self.arguments(asked, group, asked.most), read)?
            }
        };
        Ok(Table { report: self, closer: asked.closer && self.closer.is_some(), rows })
    }
}

impl Table {
    /// The total of each column; none where its rows don't add up.
    pub fn totals(&self) -> Vec<Option<i64>> {
        let sum = |at: usize| -> i64 {
            self.rows.iter().filter_map(|row| row.values.get(at).copied()?).sum()
        };
        let columns = self.report.columns.iter().enumerate();
        columns.map(|(at, column)| column.measure.adds_up().then(|| sum(at))).collect()
    }

    /// The sentence of what it found.
    pub fn finding(&self) -> String {
        let said = match &self.report.closer {
            Some(closer) if self.closer => closer.finding,
            _ => self.report.finding,
        };
        let totals = self.report.columns.iter().zip(self.totals());
        totals.fold(said.to_string(), |said, (column, total)| match total {
            Some(total) => said.replace(&format!("{{{}}}", column.key), &commas(total)),
            None => said,
        })
    }

    /// The number of a row that the chart shows.
    pub fn drawn(&self, row: &Row) -> i64 {
        let at = self.report.place_of(self.report.drawn);
        at.and_then(|at| row.values.get(at).copied().flatten()).unwrap_or(0)
    }
}

impl Measure {
    /// Whether the rows add up to a total.
    pub const fn adds_up(self) -> bool {
        matches!(self, Measure::Adds(_) | Measure::Came(_))
    }
}

/// A column by what stands above it.
const fn column(key: &'static str, title: &'static str, measure: Measure) -> Column {
    Column { key, title, measure }
}

/// Nothing but the span.
fn nothing_further(_: &Asked<'_>) -> Vec<Value> {
    Vec::new()
}

/// Whole percent; none of nothing.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part.saturating_mul(100) / whole)
}
