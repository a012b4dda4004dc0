//! Lines of one table that are about the same thing: which of them holds nobody but the person
//! knows, so none of them does.

use std::collections::HashMap;

use super::Verdict;

/// The lines of a table by what they are about.
#[derive(Default)]
pub struct Twins(HashMap<String, Vec<usize>>);

impl Twins {
    /// From each line's number and its key; a line without a key is about nothing.
    pub fn of(lines: impl Iterator<Item = (usize, String)>) -> Twins {
        let mut all: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, key) in lines.filter(|(_, key)| !key.is_empty()) {
            all.entry(key).or_default().push(number);
        }
        Twins(all)
    }
    /// The verdict on a line that isn't the only one of its key; `what` is 同じ納入の行.
    pub fn held<T>(&self, key: &str, column: &str, typed: &str, what: &str) -> Option<Verdict<T>> {
        let lines = self.0.get(key).filter(|lines| lines.len() > 1)?;
        let shown: Vec<String> = lines.iter().take(5).map(|n| format!("{n}行目")).collect();
        let more = if lines.len() > 5 { "ほか" } else { "" };
        let problem = format!(
            "{what}が{}つあります（{}{more}）。どれが正しいかを確かめて、1つにしてください。",
            lines.len(),
            shown.join("、")
        );
        Some(Verdict::bad(column, typed, &problem))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fault;
    use super::*;

    #[test]
    fn all_lines_of_one_thing_are_held_and_name_each_other() {
        let twins = Twins::of(
            [(2, "a"), (3, "b"), (4, "a"), (5, ""), (6, "")]
                .map(|(n, key)| (n, key.to_string()))
                .into_iter(),
        );
        let problem = |key: &str| match twins.held::<()>(key, "納入番号", key, "同じ納入の行")
        {
            Some(Verdict::Bad(faults)) => {
                faults.into_iter().map(|f: Fault| f.problem).collect::<String>()
            }
            _ => String::new(),
        };
        assert_eq!(
            problem("a"),
            "同じ納入の行が2つあります（2行目、4行目）。どれが正しいかを確かめて、1つにしてください。"
        );
        assert_eq!((problem("b"), problem("")), (String::new(), String::new()));
    }
}
