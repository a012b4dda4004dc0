//! Lines of a pasted table whose cells are parted by blanks: the names first, then the counts. What
//! the blanks leave open (a dash, the thousands of one number, letters that are spaced out) is
//! asked
//! about.

use rules::application::grouped;
use rules::input;

use super::pasted::is_nothing;

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

    /// What the line may mean besides its words as cells, as the question about it.
    pub fn asked(&self) -> Option<String> {
        if let Some(dash) = &self.dash {
            let how = "空の列のときは0に書き換え、区切りのときは消してください";
            return Some(format!("「{dash}」が、空の列か、ただの区切りかがわかりません。{how}"));
        }
        let run = self.one_number()?;
        let (raw, many) = (run.join(" "), run.join("と"));
        let digits: String = run.concat().chars().filter(char::is_ascii_digit).collect();
        let one = digits.parse::<u64>().map_or(digits, grouped);
        let how =
            "Excelの表からそのままコピーして貼り付けるか、1つの数のときは間の空白を消してください";
        Some(format!(
            "「{raw}」が、1つの数（{one}）か、別々の列の数（{many}）かがわかりません。{how}"
        ))
    }

    /// The first words that may be one number: 「1 234」, or the single digits of a line whose
    /// letters
    /// are spaced out.
    fn one_number(&self) -> Option<Vec<&str>> {
        let thousands = |w: &[Word]| parts_thousands(&w[0].text, &w[1].text);
        let spaced_out =
            self.names.len() > 1 && self.names.iter().all(|n| n.text.chars().count() == 1);
        let widest =
            self.names.iter().skip(1).chain(&self.counts).map(|w| w.gap).max().unwrap_or(0);
        let single = |w: &Word| w.text.chars().filter(|c| c.is_numeric()).count() == 1;
        let digits =
            |w: &[Word]| single(&w[0]) && single(&w[1]) && (spaced_out || w[1].gap < widest);
        let joins = |w: &[Word]| thousands(w) || digits(w);
        let from = self.counts.windows(2).position(joins)?;
        let more = self.counts[from..].windows(2).take_while(|w| joins(w)).count();
        Some(self.counts[from..=from + more].iter().map(|w| w.text.as_str()).collect())
    }

    /// Its cells.
    pub fn cells(line: &str) -> Vec<String> {
        words(line).into_iter().map(|w| w.text).collect()
    }
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
