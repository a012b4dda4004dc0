//! Columns that are only there to be recognised: where one of them says something else than what
//! the row is about, rows were mixed up, as by sorting only some of the columns.

use super::Fault;

/// The fault of a cell that belongs to another row; `what` is この納入. Nothing of an empty cell.
pub fn mixed_up(what: &str, column: &str, typed: &str, is: bool, known: &str) -> Option<Fault> {
    (!typed.is_empty() && !is).then(|| Fault {
        column: column.into(),
        typed: typed.into(),
        problem: format!("{what}の{column}は「{known}」です。行がずれていないか確かめ、一覧から出した表のとおりに戻してください。"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_another_row_is_a_fault_and_an_empty_one_is_not() {
        let said = mixed_up("この会場", "会場", "別の会場", false, "本社会場").map(|f| f.problem);
        let wanted = "この会場の会場は「本社会場」です。行がずれていないか確かめ、一覧から出した表のとおりに戻してください。";
        assert_eq!(said.as_deref(), Some(wanted));
        assert_eq!(mixed_up("この会場", "会場", "", false, "本社会場"), None);
        assert_eq!(mixed_up("この会場", "会場", "本社 会場", true, "本社会場"), None);
    }
}
