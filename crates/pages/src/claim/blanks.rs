//! Lines of a pasted table whose cells are parted by blanks: the names first, then the counts. What
//! the blanks leave open (a dash, the digits of one number, a column that is left out) is asked
//! about.

use rules::application::grouped;
use rules::input;

use super::pasted::{Cells, is_nothing};
use web::errors::Errors;
use web::import::sum_of;

/// What the lines of a table say of each other.
#[derive(Clone, Copy, Debug, Default)]
struct Table {
    /// The words of its head, where it has one.
    titles: Option<usize>,
    /// The fewest counts of a line.
    fewest: usize,
    /// A line has two counts that can't be one number: blanks part columns.
    columns: bool,
}

/// A text whose lines are all names with counts, under a head or none: its cells. Lines that may
/// mean two things are errors, and not taken. `None` where it isn't such a text.
pub fn read(lines: &[(usize, &str)], errors: &mut Errors) -> Option<Vec<Cells>> {
    let parsed: Vec<Option<Line>> = lines.iter().map(|(_, line)| Line::of(line)).collect();
    if parsed.iter().skip(usize::from(parsed.len() > 1)).any(Option::is_none) {
        return None;
    }
    let rows = || parsed.iter().flatten().filter(|line| !line.is_sum());
    let head = parsed.first().is_some_and(Option::is_none);
    let table = Table {
        titles: lines.first().filter(|_| head).map(|(_, line)| words(line).len()),
        fewest: rows().map(|line| line.counts.len()).min().unwrap_or(0),
        columns: rows().any(|line| line.counts.len() == 2 && !line.counts.windows(2).all(broken)),
    };
    let mut all = Vec::new();
    for ((i, line), parsed) in lines.iter().zip(&parsed) {
        match parsed.as_ref().and_then(|parsed| parsed.asked_in(&table)) {
            Some(question) => errors.add("paste", format!("{}行目：{question}", i + 1)),
            None => all.push((*i, words(line).into_iter().map(|w| w.text).collect())),
        }
    }
    Some(all)
}

/// What stands between two blanks, and how many blanks stand before it.
struct Word {
    gap: usize,
    text: String,
}

/// A line of names and counts.
pub struct Line {
    names: Vec<Word>,
    counts: Vec<Word>,
    /// The first word that is nothing but dashes.
    dash: Option<String>,
}

impl Line {
    /// The line, if it is one or two names with counts behind them; dashes may stand anywhere.
    pub fn of(line: &str) -> Option<Line> {
        let words = words(line);
        let dash = words.iter().find(|w| is_nothing(&w.text)).map(|w| w.text.clone());
        let (names, counts): (Vec<_>, Vec<_>) = {
            let mut counting = false;
            let real = words.into_iter().filter(|w| !is_nothing(&w.text));
            real.partition(|w| {
                counting |= input::is_number(&w.text);
                !counting
            })
        };
        let sound = (1..=2).contains(&names.len()) && !counts.is_empty();
        let all = counts.iter().all(|w| input::is_number(&w.text));
        (sound && all).then_some(Line { names, counts, dash })
    }

    /// 合計 and the like: fewer counts than others, of its own right.
    fn is_sum(&self) -> bool {
        sum_of(&self.names.iter().map(|w| w.text.as_str()).collect::<String>()).is_some()
    }

    /// What a line by itself may mean besides its words as cells, as the question about it.
    pub fn asked(&self) -> Option<String> {
        self.asked_in(&Table { fewest: self.counts.len(), ..Table::default() })
    }

    fn asked_in(&self, table: &Table) -> Option<String> {
        if let Some(dash) = &self.dash {
            let how = "空の列のときは0に書き換え、区切りのときは消してください";
            return Some(format!("「{dash}」が、空の列か、ただの区切りかがわかりません。{how}"));
        }
        let own = self.names.len() + self.counts.len();
        if let Some(titles) = table.titles.filter(|titles| own < *titles && !self.is_sum()) {
            return Some(format!(
                "見出しは{titles}列で、この行は{own}列です。どの列が空かがわかりません。空の列には0を書いてください"
            ));
        }
        let run = self.one_number(table)?;
        let (raw, many) = (run.join(" "), input::folded(&run.join("と")));
        let digits = input::folded(&run.concat());
        let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
        let one = digits.parse::<u64>().map_or(digits, grouped);
        let how =
            "Excelの表からそのままコピーして貼り付けるか、1つの数のときは間の空白を消してください";
        Some(format!(
            "「{raw}」が、1つの数（{one}）か、別々の列の数（{many}）かがわかりません。{how}"
        ))
    }

    /// The first words that may be one number: 「1 234」, the single digits of a line whose letters
    /// are spaced out, 「1 0」 alone or where other lines have fewer counts, 「12 05」 anywhere.
    fn one_number(&self, table: &Table) -> Option<Vec<&str>> {
        let thousands = |w: &[Word]| parts_thousands(&w[0].text, &w[1].text);
        let spaced_out =
            self.names.len() > 1 && self.names.iter().all(|n| n.text.chars().count() == 1);
        let widest =
            self.names.iter().skip(1).chain(&self.counts).map(|w| w.gap).max().unwrap_or(0);
        let single = |w: &Word| w.text.chars().filter(|c| c.is_numeric()).count() == 1;
        let digits =
            |w: &[Word]| single(&w[0]) && single(&w[1]) && (spaced_out || w[1].gap < widest);
        let more = table.titles.is_none() && !self.is_sum() && self.counts.len() > table.fewest;
        let alone = table.titles.is_none() && !table.columns && self.counts.len() == 2;
        let joins = |w: &[Word]| {
            thousands(w) || digits(w) || padded(w) || more && short(w) || alone && broken(w)
        };
        let from = self.counts.windows(2).position(joins)?;
        let more = self.counts[from..].windows(2).take_while(|w| joins(w)).count();
        Some(self.counts[from..=from + more].iter().map(|w| w.text.as_str()).collect())
    }
}

/// Two numbers of bare digits that are none of more than four together, as folded texts.
fn bare(w: &[Word]) -> Option<(String, String)> {
    let (first, second) = (input::folded(&w[0].text), input::folded(&w[1].text));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let begins = digits(&first) && !first.starts_with('0');
    let second = second.trim_end_matches(|c: char| !c.is_ascii_digit()).to_string();
    (begins && digits(&second) && first.len() + second.len() <= 4).then_some((first, second))
}

fn short(w: &[Word]) -> bool {
    bare(w).is_some()
}

/// 「1 0」, 「12 0」: one number with a blank in it, or the counts of two columns?
fn broken(w: &[Word]) -> bool {
    bare(w).is_some_and(|(first, second)| {
        first.len() + second.len() == 2 || second.bytes().all(|b| b == b'0')
    })
}

/// 「12 05」: nobody writes a count with a zero before it.
fn padded(w: &[Word]) -> bool {
    bare(w).is_some_and(|(_, second)| second.len() > 1 && second.starts_with('0'))
}

fn words(line: &str) -> Vec<Word> {
    let (mut all, mut gap, mut text) = (Vec::new(), 0, String::new());
    for c in input::clean(line).chars() {
        if c.is_whitespace() {
            if !text.is_empty() {
                all.push(Word { gap: std::mem::take(&mut gap), text: std::mem::take(&mut text) });
            }
            gap += 1;
        } else {
            text.push(c);
        }
    }
    if !text.is_empty() {
        all.push(Word { gap, text });
    }
    all
}

/// 「1」 and 「234」, 「1」 and 「234件」: thousands of one number, or two numbers?
pub fn parts_thousands(first: &str, second: &str) -> bool {
    let (first, second) = (input::folded(first), input::folded(second));
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let begins =
        (1..=3).contains(&first.len()) && digits(&first) == first.len() && !first.starts_with('0');
    // A unit may stand behind; more digits, grouped or not, are a number of its own.
    let behind = second.trim_start_matches(|c: char| c.is_ascii_digit());
    begins && digits(&second) == 3 && !behind.starts_with(',')
}
