//! One allocation run as paper: who decided what from which input, by which rules, and what each prefecture got.

use serde::{Deserialize, Serialize};

use crate::{Align, Book, Cell, Fault, Means, Style};

/// What is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
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

/// Rows of prefectures that fit on one page.
const ROWS: usize = 30;

/// Draws the first page with facts, rules and warnings, then the prefectures.
pub fn draw(paper: &Paper) -> Result<Vec<u8>, Fault> {
    let mut book = Book::new("分配の記録");
    let (body, small) = (Style::new(10.0), Style::new(9.0));
    let pairs = |rows: &[(String, String)]| {
        rows.iter().map(|(label, value)| vec![Cell::header(label, small), Cell::new(value, small)]).collect::<Vec<_>>()
    };
    let head = |sheet: &mut crate::Sheet<'_>| {
        sheet.text(20.0, 22.0, 170.0, &format!("分配の記録　{}", paper.cycle), Style::new(16.0).bold(), Means::Title);
        sheet.text(20.0, 30.0, 170.0, &format!("{}　（{}）", paper.programme, paper.state), body, Means::Paragraph);
    };
    book.page(|sheet| {
        head(sheet);
        let mut y = sheet.table(20.0, 36.0, &[40.0, 130.0], 7.5, pairs(&paper.facts), "分配の条件と結果");
        if !paper.rules.is_empty() {
            sheet.text(20.0, y + 10.0, 170.0, "ルール（この順に当てはめました）", body.bold(), Means::Paragraph);
            y = sheet.table(20.0, y + 14.0, &[40.0, 130.0], 7.5, pairs(&paper.rules), "分配のルール");
        }
        if !paper.warnings.is_empty() {
            sheet.text(20.0, y + 10.0, 170.0, "注意", body.bold(), Means::Paragraph);
            y += 16.0;
            for warning in &paper.warnings {
                y = sheet.paragraph(20.0, y, 170.0, &format!("・{warning}"), small);
            }
        }
    });
    for rows in paper.prefectures.chunks(ROWS) {
        book.page(|sheet| {
            head(sheet);
            let label = |text: &str| Cell::header(text, small);
            let number = |n: u64| Cell::new(n.to_string(), small.align(Align::Right));
            let mut table = vec![vec![label("都道府県"), label("会場"), label("計画（箱）"), label("分配（箱）"), label("充足率")]];
            for (name, venues, asked, given) in rows {
                let percent = if *asked > 0 { format!("{}%", given * 100 / asked) } else { "－".into() };
                table.push(vec![
                    label(name),
                    number(*venues),
                    number(*asked),
                    number(*given),
                    Cell::new(percent, small.align(Align::Right)),
                ]);
            }
            sheet.table(20.0, 36.0, &[50.0, 30.0, 30.0, 30.0, 30.0], 7.5, table, "都道府県ごとの分配");
        });
    }
    book.finish()
}
