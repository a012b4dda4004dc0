//! One allocation run as paper: who decided what from which input, by which rules, and what each
//! prefecture got.

use serde::{Deserialize, Serialize};

use crate::Texts;
use crate::book::{Book, Cell, Means, Style, Table};

/// What is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    pub programme: String,
    pub cycle: String,
    /// 試算 or 確定済.
    pub state: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    pub rules: Vec<(String, String)>,
    pub warnings: Vec<String>,
    /// Name, venues, boxes asked for, boxes given.
    pub prefectures: Vec<(String, u64, u64, u64)>,
}

pub(crate) fn texts(run: &Run) -> Texts<'_> {
    let mut texts =
        vec![("事業", run.programme.as_str()), ("クール", &run.cycle), ("状態", &run.state)];
    texts.extend(run.facts.iter().flat_map(|(label, value)| {
        [("条件と結果", label.as_str()), ("条件と結果", value.as_str())]
    }));
    texts.extend(
        run.rules
            .iter()
            .flat_map(|(label, value)| [("ルール", label.as_str()), ("ルール", value.as_str())]),
    );
    texts.extend(run.warnings.iter().map(|warning| ("注意", warning.as_str())));
    texts.extend(run.prefectures.iter().map(|(name, ..)| ("都道府県", name.as_str())));
    texts
}

const BODY: Style = Style::new(10.0);
const SMALL: Style = Style::new(9.0);
const PREFECTURES: [f32; 5] = [40.0, 32.0, 34.0, 34.0, 30.0];

/// The first page with facts, rules and warnings, then the prefectures.
pub(crate) fn lay(book: &mut Book, run: &Run) {
    let pairs = |rows: &[(String, String)]| {
        rows.iter()
            .map(|(label, value)| vec![Cell::header(label, SMALL), Cell::new(value, SMALL)])
            .collect::<Vec<_>>()
    };
    let pair = |summary| Table::new(20.0, &[40.0, 130.0], 7.5, summary);
    book.begin(&format!("分配の記録　{}", run.cycle));
    let title = format!("分配の記録　{}", run.cycle);
    let y = book.text(20.0, 22.0, 170.0, &title, Style::new(16.0).bold(), Means::Title);
    let y = book.text(
        20.0,
        y + 8.0,
        170.0,
        &format!("{}　（{}）", run.programme, run.state),
        BODY,
        Means::Paragraph,
    );
    let mut y = book.table(y + 6.0, pair("分配の条件と結果"), pairs(&run.facts));
    if !run.rules.is_empty() {
        y = book.room(y + 10.0, 30.0);
        book.text(
            20.0,
            y,
            170.0,
            "ルール（この順に当てはめました）",
            BODY.bold(),
            Means::Paragraph,
        );
        y = book.table(y + 4.0, pair("分配のルール"), pairs(&run.rules));
    }
    if !run.warnings.is_empty() {
        y = book.room(y + 10.0, 20.0);
        book.text(20.0, y, 170.0, "注意", BODY.bold(), Means::Paragraph);
        y += 6.0;
        for warning in &run.warnings {
            y = book.paragraph(20.0, y, 170.0, &format!("・{warning}"), SMALL);
        }
    }
    if run.prefectures.is_empty() {
        return;
    }
    let label = |text: &str| Cell::header(text, SMALL);
    let number = |n: u64| Cell::new(figure(n), SMALL.figure());
    let mut rows = vec![vec![
        label("都道府県"),
        label("会場"),
        label("計画（箱）"),
        label("分配（箱）"),
        label("充足率"),
    ]];
    for (name, venues, asked, given) in &run.prefectures {
        let rate = Cell::new(percent(*given, *asked), SMALL.figure());
        rows.push(vec![label(name), number(*venues), number(*asked), number(*given), rate]);
    }
    let y = book.turn();
    book.table(
        y,
        Table { head: 1, ..Table::new(20.0, &PREFECTURES, 7.5, "都道府県ごとの分配") },
        rows,
    );
}

fn figure(n: u64) -> String {
    rules::application::commas(i64::try_from(n).unwrap_or(i64::MAX))
}

/// Whole percent, rounded down.
fn percent(given: u64, asked: u64) -> String {
    if asked == 0 {
        "－".into()
    } else {
        format!("{}%", u128::from(given) * 100 / u128::from(asked))
    }
}
