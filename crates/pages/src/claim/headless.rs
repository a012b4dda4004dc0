//! A pasted table without a head: what its columns are by what stands in them, and what is asked
//! about because that doesn't say enough.

use rules::application::grouped;
use rules::places::{Meaning, Places};
use rules::{claim, input};

use super::pasted::{Cells, Slot, is_nothing};
use super::titles::{self, Column};

use web::errors::Errors;

fn is_count(cell: &str) -> bool {
    is_nothing(cell) || input::signed("", input::Unit::Claim, cell).is_ok()
}

/// What a cell beside a place may be, besides a count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Count,
    /// Six digits of a municipality's, or what a spreadsheet left of the place's own.
    Code,
    /// Six digits of no municipality.
    Either,
}

fn beside(cell: &str, place: &str, places: &Places) -> Beside {
    let code = input::code(cell);
    if cell.contains([',', '，', '.'])
        || !(4..=6).contains(&code.len())
        || !code.bytes().all(|b| b.is_ascii_digit())
    {
        return Beside::Count;
    }
    // A name that is two places' is told apart by the code beside it.
    let own = |code: &str| matches!(places.read(&format!("{code} {place}")), Meaning::One(m) if m.code == code);
    match places.read(&code) {
        Meaning::One(_) if code.len() == 6 => Beside::Code,
        Meaning::One(meant) if own(&meant.code) => Beside::Code,
        Meaning::Many(all) if all.iter().any(|m| own(&m.code)) => Beside::Code,
        Meaning::Unknown if code.len() == 6 => Beside::Either,
        _ => Beside::Count,
    }
}

/// The columns of a line in a table without a head: the cells of a place (prefecture, name, code),
/// then counts in the page's own order.
pub fn headless(cells: &[String], slots: &[Slot], places: &Places) -> Vec<Column> {
    // 「13103⇥2」 is five digits of a code and a count, never six digits of a code.
    let place = || matches!(places.read(&cells.concat()), Meaning::One(_));
    let two = cells.len() > 1 && !is_count(&cells[1]) && (cells.len() > 2 || place());
    let code = two && cells[0].bytes().all(|b| b.is_ascii_digit());
    let mut named = match (two, code) {
        (true, true) => vec![Column::Code, Column::Place],
        // Prefecture and municipality may stand in two cells, as a spreadsheet has them.
        (true, false) => vec![Column::Prefecture, Column::Place],
        _ => vec![Column::Place],
    };
    if !code && behind(cells, named.len(), places) == Beside::Code {
        named.push(Column::Code);
    }
    named.into_iter().chain(slots.iter().map(|s| Column::Count(*s))).collect()
}

/// What stands behind so many cells of a place.
fn behind(cells: &[String], place: usize, places: &Places) -> Beside {
    let before: String = cells.iter().take(place).map(String::as_str).collect();
    let is_name = !before.is_empty() && !input::is_number(&before);
    cells.get(place).filter(|_| is_name).map_or(Beside::Count, |cell| beside(cell, &before, places))
}

/// Asks about a first line that may be a head, which is taken out, and about a column that may be a
/// sum.
pub fn doubted(lines: &mut Vec<Cells>, slots: &[Slot], places: &Places, errors: &mut Errors) {
    let is_place = |cells: &[String]| {
        cells
            .first()
            .is_some_and(|c| work::claim::is_own_label(c) || places.read(c) != Meaning::Unknown)
    };
    let worded = |cell: &String| {
        !is_count(cell)
            && cell.chars().any(|c| input::is_ideograph(c) || ('ぁ'..='ヿ').contains(&c))
    };
    let named = |cells: &[String]| {
        let mut there = cells.iter().filter(|c| !is_nothing(c)).peekable();
        there.peek().is_some() && there.all(worded) && !is_place(cells)
    };
    let words = |cells: &[String]| {
        !cells.iter().any(|c| c.contains(|c: char| c.is_numeric()) || is_count(c) && !is_nothing(c))
    };
    let titled = |cells: &[String]| {
        cells.iter().filter(|c| !is_nothing(c)).count() >= 2 && (words(cells) || named(cells))
    };
    let below = lines.iter().skip(1).any(|(_, cells)| !words(cells));
    if let Some((i, cells)) = lines.first().filter(|(_, cells)| below && titled(cells)) {
        let unknown = titles::not_understood(cells, slots);
        let said: Vec<&str> = cells.iter().map(String::as_str).filter(|c| !c.is_empty()).collect();
        let why = "は、見出しかどうかがわかりません。見出しは「市区町村」「市区町村コード」「通常」「時間外」「休日」「予診のみ」のように書いてください";
        errors.add("paste", format!("{}行目：「{}」{why}", i + 1, said.join("」「")));
        if !unknown.is_empty() {
            errors.add(
                "paste",
                format!(
                    "{}行目：何の列かを読み取れなかった見出しは、「{}」です",
                    i + 1,
                    unknown.join("」「")
                ),
            );
        }
        lines.remove(0);
    }
    for (i, cells) in lines.iter() {
        let place = headless(cells, slots, places)
            .iter()
            .take_while(|c| !matches!(c, Column::Count(_)))
            .count();
        if behind(cells, place, places) == Beside::Either {
            let why = "が、市区町村コードか件数かがわかりません。コードのときは正しいコードに、件数のときは桁区切りの「,」を付けてください";
            errors.add("paste", format!("{}行目：「{}」{why}", i + 1, cells[place]));
        }
    }
    if let Some(Summed { at, slot, how }) = sum_column(lines, slots, places) {
        let slot = claim::slot_label(slot);
        let why = "見出しの行も一緒に貼り付けるか、合計の列を除いてください";
        let is = match how {
            How::Last => "その前の数の合計です".to_string(),
            How::All => "ほかの数の合計です".to_string(),
            How::Before(n) => format!("すぐ前の{n}列の数の合計です"),
            How::After(n) => format!("すぐ後ろの{n}列の数の合計です"),
        };
        errors.add(
            "paste",
            format!(
                "{}列目が、どの行でも{is}。合計の列か、「{slot}」の件数かがわかりません。{why}",
                at + 1
            ),
        );
    }
}

/// What is asked once about a table without a head that has more than one column of counts: which
/// column was taken for what. An amount, a price, a share, a day and a running number are numbers,
/// too.
pub fn taken_for(lines: &[Cells], slots: &[Slot], places: &Places) -> Option<String> {
    let mut sums: Vec<(usize, Slot, i64)> = Vec::new();
    for (_, cells) in lines {
        let columns = headless(cells, slots, places);
        for ((at, column), cell) in columns.into_iter().enumerate().zip(cells) {
            let Column::Count(slot) = column else { continue };
            if is_nothing(cell) {
                continue;
            }
            let n = input::whole("", input::Unit::Claim, cell).unwrap_or(0);
            match sums.iter_mut().find(|(_, known, _)| *known == slot) {
                Some((_, _, sum)) => *sum = sum.saturating_add(n),
                None => sums.push((at, slot, n)),
            }
        }
    }
    sums.sort_by_key(|(at, ..)| *at);
    let further = sums.iter().any(|(_, slot, n)| *n > 0 && slots.first() != Some(slot));
    let said = |(at, slot, n): &(usize, Slot, i64)| {
        format!("{}列目は「{}」（計{}件）です。", at + 1, claim::slot_label(*slot), grouped(*n))
    };
    further.then(|| {
        let said: Vec<String> = sums.iter().map(said).collect();
        format!(
            "見出しがないため、列の順に読みました。{}金額などの列があるときは、見出しの行も一緒に貼り付けてください",
            said.concat()
        )
    })
}

/// Of which counts a column may be the sum.
#[derive(Clone, Copy)]
enum How {
    /// Of all others, which stand before it.
    Last,
    All,
    /// Of so many beside it: a subtotal, or a running total.
    Before(usize),
    After(usize),
}

/// A column that may be a sum: its place, the count that it would be, and of what it is the sum.
struct Summed {
    at: usize,
    slot: Slot,
    how: How,
}

/// The column that holds, in every line, the sum of the line's other counts (the last one of those
/// that do), or of two or more right before or behind it.
fn sum_column(lines: &[Cells], slots: &[Slot], places: &Places) -> Option<Summed> {
    let number = |cell: &String| input::whole("", input::Unit::Claim, cell).ok();
    let mut rows: Vec<Vec<i64>> = Vec::new();
    let mut columns: Vec<(usize, Slot)> = Vec::new();
    for (_, cells) in lines {
        let counts: Vec<(usize, Slot)> = headless(cells, slots, places)
            .into_iter()
            .enumerate()
            .filter_map(|(at, column)| match column {
                Column::Count(slot) if at < cells.len() => Some((at, slot)),
                _ => None,
            })
            .collect();
        let row: Vec<i64> = counts.iter().map(|(at, _)| number(&cells[*at]).unwrap_or(0)).collect();
        if row.iter().any(|n| *n > 0) {
            rows.push(row);
            if counts.len() > columns.len() {
                columns = counts;
            }
        }
    }
    let width = columns.len();
    rows.iter_mut().for_each(|row| row.resize(width, 0));
    let there = |at: usize| rows.iter().any(|row| row[at] > 0);
    let is_sum = |at: usize, from: usize, to: usize| {
        rows.iter().all(|row| row[at] == row[from..to].iter().sum::<i64>())
    };
    let of_all = (0..width)
        .rev()
        .find(|at| width > 1 && rows.iter().all(|row| row.iter().sum::<i64>() == 2 * row[*at]));
    let beside = || {
        let before = |at: usize| {
            let n = (2..=at).find(|n| is_sum(at, at - n, at))?;
            Some((at, How::Before(n)))
        };
        let after = |at: usize| {
            let n = (2..width - at).find(|n| is_sum(at, at + 1, at + 1 + n))?;
            Some((at, How::After(n)))
        };
        (0..width).filter(|at| there(*at)).find_map(|at| before(at).or_else(|| after(at)))
    };
    let last = |at: usize| if at + 1 == width { How::Last } else { How::All };
    let (at, how) = of_all.filter(|at| there(*at)).map(|at| (at, last(at))).or_else(beside)?;
    let (place, slot) = columns[at];
    Some(Summed { at: place, slot, how })
}
