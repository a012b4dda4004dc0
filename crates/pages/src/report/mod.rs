//! レポート: what a report's own value (`work::figures`) says, as table, chart and file. The address is
//! the view: it can be saved under a name and comes by mail.

pub mod mail;
mod wish;

use platform::db::Tx;
use platform::english;
use platform::form::Form;
use rules::access::Act;
use rules::{input, time};
use serde::Serialize;
use work::figures::saved::{self, Every, Outcome};
use work::figures::{self, Group, Table};

use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Route, chart, list};
use wish::Wish;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/reports", Act::ReadReports, show),
        command("/reports", Act::ReadReports, save, show),
        command("/reports/{report}/remove", Act::ReadReports, remove, show),
    ];
    all.extend(list!("/reports", Act::ReadReports, sheet));
    all
}

/// Rows that the page shows; a file holds them all.
const SHOWN: usize = 500;
/// The most rows that are worked out, for a file or for a total.
const MOST: i64 = 100_000;
/// The most bars of a chart, and the letters of what stands before one.
const BARS: usize = 12;
const LETTERS: usize = 11;

/// The page of a report.
#[derive(Serialize)]
struct View<'v> {
    h1: &'static str,
    plain_h1: bool,
    kinds: Vec<(&'static str, &'static str)>,
    kind: &'static str,
    groups: Vec<(&'static str, &'static str)>,
    group: &'static str,
    group_label: &'static str,
    cycles: Vec<(String, String)>,
    cycle: String,
    from: &'v str,
    to: &'v str,
    /// The closer look that the address asks for; empty where it asks for none.
    closer: &'static str,
    finding: String,
    counted: &'static str,
    head: Vec<&'static str>,
    rows: Vec<RowView<'v>>,
    sums: Vec<Option<i64>>,
    svg: String,
    more: bool,
    saved: Vec<SavedView>,
    every: Vec<(&'static str, &'static str)>,
    address: &'v str,
}

#[derive(Serialize)]
struct RowView<'v> {
    label: String,
    values: &'v [Option<i64>],
}

#[derive(Serialize)]
struct SavedView {
    id: String,
    name: String,
    address: String,
    every: &'static str,
}

/// A bar for each row, the longest first.
fn drawn(visit: &Visit, wish: &Wish, table: &Table) -> String {
    let places = &visit.masters().places;
    let bar = |row: &figures::Row| {
        let label = english::shortened(&wish.group.label(row, places), LETTERS);
        (label, vec![table.drawn(row)])
    };
    let mut bars: Vec<(String, Vec<i64>)> = table.rows.iter().map(bar).collect();
    bars.sort_by_key(|(_, values)| std::cmp::Reverse(values[0]));
    bars.truncate(BARS);
    chart::bars(&table.finding(), &bars, "")
}

fn wished(visit: &Visit) -> Result<Wish, Trouble> {
    let (role, today) = (visit.membership()?.role, time::date(visit.now));
    Ok(Wish::of(&visit.request.query, role, today, &visit.masters().holidays))
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let wish = wished(visit)?;
    let asked = Typed::asked(wish.errors.clone());
    let typed = if asked.errors.is_empty() { typed } else { &asked };
    // What can't be read of an address is said; nothing is worked out then.
    let table = match wish.errors.is_empty() {
        true => wish.work_out(visit, tx, MOST)?,
        false => Table { report: wish.report, closer: false, rows: Vec::new() },
    };
    let places = &visit.masters().places;
    let row = |row| RowView { label: wish.group.label(row, places), values: &row.values };
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let saved = saved::of(tx, &person.id)?.into_iter().map(|saved| SavedView {
        id: saved.id,
        name: saved.name,
        address: saved.address,
        every: saved.every.label(),
    });
    let cycles = visit.masters().programme().cycles.iter().map(|c| (c.number.to_string(), c.say()));
    let every_cycle = ("0".to_string(), "すべてのクール".to_string());
    let view = View {
        h1: "レポート",
        plain_h1: true,
        kinds: figures::ALL.iter().map(|report| (report.key, report.name)).collect(),
        kind: wish.report.key,
        groups: Group::ALL.map(|group| (group.key(), group.name())).into(),
        group: wish.group.key(),
        group_label: wish.group.name(),
        cycles: std::iter::once(every_cycle).chain(cycles).collect(),
        cycle: wish.cycle.to_string(),
        from: &wish.typed_from,
        to: &wish.typed_to,
        closer: wish.closer,
        finding: if wish.errors.is_empty() { table.finding() } else { String::new() },
        counted: table.report.counted,
        head: titles(&table).collect(),
        rows: table.rows.iter().take(SHOWN).map(row).collect(),
        sums: table.totals(),
        svg: drawn(visit, &wish, &table),
        more: table.rows.len() > SHOWN,
        saved: saved.collect(),
        every: Every::ALL.map(|every| (every.key(), every.label())).into(),
        address: visit.request.target.split_once('?').map_or("", |(_, query)| query),
    };
    visit.view("report/show.html", typed, &view)
}

/// What stands above the numbers.
fn titles(table: &Table) -> impl Iterator<Item = &'static str> {
    table.report.columns.iter().map(|column| column.title)
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let wish = wished(visit)?;
    if !wish.errors.is_empty() {
        return Err(Trouble::refused(wish.errors));
    }
    let table = wish.work_out(visit, tx, MOST)?;
    let places = &visit.masters().places;
    let head: Vec<&str> = std::iter::once(wish.group.name()).chain(titles(&table)).collect();
    let cells = |row: &figures::Row| {
        let label = Cell::text(wish.group.label(row, places));
        std::iter::once(label).chain(row.values.iter().copied().map(Cell::count)).collect()
    };
    Ok(Sheet::new("レポート", "", head, table.rows.iter().map(cells).collect()))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let name = input::line("名前", form.get("name"), input::LONGEST_NAME)
        .map_err(|e| Trouble::at("name", e))?;
    let every = Every::from_key(form.get("every")).ok_or_else(|| {
        Trouble::at("every", input::InputFault::NotChosen("メールで受け取る日".into()))
    })?;
    let address: String = form.get("address").chars().take(500).collect();
    let wish = saved::Save { name: &name, address: &address, every };
    let done = match saved::save(tx, visit.now, &person.id, wish)? {
        Outcome::Saved => "report.saved",
        Outcome::Unchanged => "unchanged",
        Outcome::TooMany => {
            return Err(Trouble::at(
                "name",
                format!("保存できるのは{}までです。使わないものを消してください", saved::MOST),
            ));
        }
    };
    let and = if address.is_empty() { "" } else { "&" };
    Ok(Done { location: format!("/reports?{address}{and}done={done}") })
}

fn remove(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    saved::remove(tx, &person.id, visit.param("report"))?;
    Ok(Done::saying("/reports", "report.removed"))
}
