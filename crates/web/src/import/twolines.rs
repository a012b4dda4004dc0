//! Heads of two lines: a group of columns (実施内容) over its parts (区分, 時間帯, 年齢区分).

use std::collections::BTreeSet;

use super::super::reading::{Row, Table};

/// The line of titles as one, where the head may have a second line beside `at`: the titles, the
/// upper line and the lower one.
pub struct TwoLines {
    pub titles: Vec<String>,
    pub upper: usize,
    pub lower: usize,
}

/// Joins the line `at` with the one below or above it, where that names more columns than either.
pub fn joined<'c>(
    table: &Table,
    at: usize,
    known: impl Fn(&str) -> Option<&'c str>,
) -> Option<TwoLines> {
    let pairs = [Some((at, at + 1)), at.checked_sub(1).map(|above| (above, at))];
    pairs.into_iter().flatten().find_map(|(upper, lower)| {
        let titles = together(table.rows.get(upper)?, table.rows.get(lower)?, &known)?;
        Some(TwoLines { titles, upper, lower })
    })
}

fn together<'c>(
    upper: Row<'_>,
    lower: Row<'_>,
    known: &impl Fn(&str) -> Option<&'c str>,
) -> Option<Vec<String>> {
    let names = |row: Row<'_>| row.filled().filter_map(known).collect::<BTreeSet<_>>();
    // A row of data names no column, and a head once more names none that isn't named already.
    let titles_only = lower
        .filled()
        .all(|cell| known(cell).is_some() || !cell.contains(|c: char| c.is_ascii_digit()));
    let joined: Vec<String> = (0..upper.len().max(lower.len()))
        .map(|at| match (upper.cell(at), lower.cell(at)) {
            (above, below)
                if below.is_empty() || (known(below).is_none() && known(above).is_some()) =>
            {
                above.to_string()
            }
            (_, below) => below.to_string(),
        })
        .collect();
    let (above, below) = (names(upper), names(lower));
    let both: BTreeSet<&str> =
        joined.iter().filter(|cell| !cell.is_empty()).filter_map(|cell| known(cell)).collect();
    let gains = both.len() > above.len().max(below.len());
    (titles_only && !above.is_empty() && !below.is_empty() && gains).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str, at: usize) -> Option<String> {
        let rows = text.lines().map(|l| l.split(',').collect::<Vec<_>>()).collect();
        let table = Table { rows, ..Table::default() };
        let columns = ["接種日", "券番号", "ロット番号", "区分", "時間帯", "年齢区分"];
        let known = |cell: &str| columns.into_iter().find(|c| *c == cell);
        joined(&table, at, known)
            .map(|two| format!("{} {}-{}", two.titles.join(","), two.upper, two.lower))
    }

    #[test]
    fn a_group_over_its_parts_is_one_head() {
        let below = "接種日,券番号,ロット番号,実施内容,,\n,,,区分,時間帯,年齢区分\n2022/3/20,1,3005785,予診のみ,休日,5";
        let wanted = Some("接種日,券番号,ロット番号,区分,時間帯,年齢区分 0-1".to_string());
        assert_eq!((titles(below, 0), titles(below, 1)), (wanted.clone(), wanted));
        let titled = format!("接種の記録\n{below}");
        assert_eq!(
            titles(&titled, 1).unwrap(),
            "接種日,券番号,ロット番号,区分,時間帯,年齢区分 1-2"
        );
        // What stands below a title of its own says nothing more.
        assert_eq!(
            titles("接種日,券番号,実施内容\n必須,必須,区分", 0).unwrap(),
            "接種日,券番号,区分 0-1"
        );
    }

    #[test]
    fn rows_notes_and_heads_once_more_are_no_second_line() {
        for text in [
            "接種日,券番号,ロット番号\n2022/3/20,1,3005785",
            "接種日,券番号,ロット番号\n接種日,券番号,ロット番号",
            "接種日,券番号,区分\n例 2022/3/1,18桁,接種",
            "接種の記録,,\n接種日,券番号,区分",
            "接種日,券番号,備考\n2022/3/20,1,区分",
            "接種日,券番号",
        ] {
            let at = usize::from(text.starts_with("接種の記録"));
            assert_eq!(titles(text, at), None, "{text}");
        }
    }
}
