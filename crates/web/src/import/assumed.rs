//! What is taken for granted where a list's column isn't in the file: said, and asked about at
//! every row in which a cell that nobody reads may say otherwise.

use rules::person;

use super::super::table::unguarded;
use super::Fault;

/// How a column without a title is called.
const UNTITLED: &str = "見出しのない列";

/// A column that may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Assumed {
    /// As the list calls it.
    pub column: &'static str,
    /// What a new row is where the column isn't there.
    pub value: &'static str,
    /// Whether a cell that isn't read may be about it, by its column's title and what it says.
    pub about: fn(title: &str, cell: &str) -> bool,
    /// Whether such a cell contradicts the value, also where the column is there and says it.
    pub against: fn(title: &str, cell: &str) -> bool,
}

/// The sentence about all columns that aren't there.
pub fn said(missing: &[Assumed]) -> Option<String> {
    let all =
        |of: fn(&Assumed) -> &'static str| missing.iter().map(of).collect::<Vec<_>>().join("」「");
    let (columns, values) = (all(|a| a.column), all(|a| a.value));
    (!missing.is_empty()).then(|| {
        format!("「{columns}」の列がありません。新しい行は、どれも「{values}」として取り込みます")
    })
}

/// What a row's unread cells say against a column that is there and says the value (or nothing).
pub fn against<'c>(
    there: &[Assumed],
    unread: impl Iterator<Item = (&'c str, &'c str)>,
) -> Vec<Fault> {
    let mut all = Vec::new();
    for (title, cell) in unread.filter(|(_, cell)| !cell.is_empty()) {
        let cell = unguarded(cell);
        for Assumed { column, value, .. } in there.iter().filter(|a| (a.against)(title, cell)) {
            let shown = if title.is_empty() { UNTITLED } else { title };
            let problem = format!(
                "この列は読み取っていません。「{column}」の列のとおり、「{value}」として取り込みます。\
                 そうでないときは、「{column}」の列を直してください"
            );
            all.push(Fault { column: shown.into(), typed: cell.into(), problem });
        }
    }
    all
}

/// What a remark says against its row, in a list that takes nothing for granted: 二重入力, テスト, 対象外.
pub fn remarks<'c>(unread: impl Iterator<Item = (&'c str, &'c str)>) -> Vec<Fault> {
    let told = |(title, cell): &(&str, &str)| {
        !cell.is_empty()
            && (title.is_empty() || person::is_remark(title))
            && person::is_none(unguarded(cell))
    };
    let fault = |(title, cell): (&str, &str)| {
        Fault {
        column: if title.is_empty() { UNTITLED } else { title }.into(),
        typed: unguarded(cell).into(),
        problem: "この列は読み取っていません。この行も取り込みます。取り込まないときは、行を表から除いてください"
            .into(),
    }
    };
    unread.filter(told).map(fault).collect()
}

/// What a row's unread cells (title and content) may say of what is missing.
pub fn doubts<'c>(
    missing: &[Assumed],
    unread: impl Iterator<Item = (&'c str, &'c str)>,
) -> Vec<Fault> {
    let mut all = Vec::new();
    for (title, cell) in unread.filter(|(_, cell)| !cell.is_empty()) {
        let cell = unguarded(cell);
        for Assumed { column, value, .. } in missing.iter().filter(|a| (a.about)(title, cell)) {
            let shown = if title.is_empty() { UNTITLED } else { title };
            let problem = format!(
                "この列は読み取っていません。「{column}」は「{value}」として取り込みます。\
                 この列が「{column}」のときは、見出しを「{column}」に直してください"
            );
            all.push(Fault { column: shown.into(), typed: cell.into(), problem });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_against_its_row_is_asked_about_in_any_list() {
        let cells = [
            ("備考", "二重入力"),
            ("メモ", "テスト"),
            ("", "対象外"),
            ("会社", "サンプル商事"),
            ("備考", "異常なし"),
            ("備考", ""),
        ];
        let found: Vec<(String, String)> =
            remarks(cells.into_iter()).into_iter().map(|f| (f.column, f.typed)).collect();
        let wanted = [("備考", "二重入力"), ("メモ", "テスト"), ("見出しのない列", "対象外")];
        assert_eq!(found, wanted.map(|(title, cell)| (title.to_string(), cell.to_string())));
    }

    #[test]
    fn what_is_missing_is_said_and_what_may_be_about_it_is_asked() {
        let kind = Assumed {
            column: "区分",
            value: "接種",
            about: |title, cell| title.contains("区") || cell == "予診のみ",
            against: |title, cell| title == "中止" && cell == "○",
        };
        let time = Assumed {
            column: "時間帯",
            value: "通常",
            about: |title, _| title.contains("時間"),
            against: |_, _| false,
        };
        assert_eq!(said(&[]), None);
        let all = said(&[kind, time]).unwrap();
        assert_eq!(
            all,
            "「区分」「時間帯」の列がありません。新しい行は、どれも「接種」「通常」として取り込みます"
        );
        let cells = [
            ("実施区", "予診のみ"),
            ("診療時間", "休日"),
            ("備考", "x"),
            ("", "予診のみ"),
            ("区", ""),
        ];
        let found: Vec<(String, String)> = doubts(&[kind, time], cells.into_iter())
            .into_iter()
            .map(|f| (f.column, f.problem.chars().skip(14).take(4).collect()))
            .collect();
        let wanted =
            [("実施区", "「区分」"), ("診療時間", "「時間帯"), ("見出しのない列", "「区分」")];
        assert_eq!(found, wanted.map(|(column, what)| (column.to_string(), what.to_string())));
        assert_eq!(doubts(&[], cells.into_iter()), []);
        assert_eq!(against(&[kind, time], cells.into_iter()), []);
        let found =
            against(&[kind, time], [("中止", "○"), ("中止", "×"), ("備考", "○")].into_iter());
        let said = "この列は読み取っていません。「区分」の列のとおり、「接種」として取り込みます。\
                    そうでないときは、「区分」の列を直してください";
        assert_eq!(
            found,
            [Fault { column: "中止".into(), typed: "○".into(), problem: said.into() }]
        );
    }
}
