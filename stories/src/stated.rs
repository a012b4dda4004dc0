//! What a document states of the product, held to what a test has found.

/// So far a size may be from what is stated, in parts of a hundred.
const NEAR: f64 = 10.0;

/// A text without its numbers, and the numbers.
fn parted(text: &str) -> (String, Vec<f64>) {
    let (mut words, mut numbers, mut number) = (String::new(), Vec::new(), String::new());
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() || letter == '.' && !number.is_empty() {
            number.push(letter);
            continue;
        }
        if !number.is_empty() {
            numbers.extend(number.trim_end_matches('.').parse::<f64>());
            words.push('#');
            number.clear();
        }
        words.push(letter);
    }
    (words.trim_end().to_string(), numbers)
}

/// Whether two sentences say the same, sizes within a tenth.
fn is_near(stated: &str, found: &str) -> bool {
    let ((words, stated), (found_words, found)) = (parted(stated), parted(found));
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= b.abs() * NEAR / 100.0 + 0.1;
    words == found_words && stated.len() == found.len() && stated.iter().zip(&found).all(near)
}

/// The line of a document that begins so must go on as was found, with `VSYS_APPROVE=1` it is
/// written (`cargo xtask docs --write`).
///
/// # Panics
/// Where the document has no such line, or it says something else.
#[track_caller]
pub fn holds(document: &str, begins: &str, found: &str) {
    let file = crate::browser::project().join(document);
    let text = std::fs::read_to_string(&file).expect("the document");
    let line = text.lines().find_map(|line| line.strip_prefix(begins));
    let stated = line.unwrap_or_else(|| panic!("{document} has no line 「{begins}…」"));
    if is_near(stated, found) {
        return;
    }
    assert!(
        std::env::var_os("VSYS_APPROVE").is_some(),
        "{document} says\n{begins}{stated}\nand it is\n{begins}{found}\n\
         `cargo xtask docs --write` writes it."
    );
    let old = format!("{begins}{stated}");
    std::fs::write(&file, text.replace(&old, &format!("{begins}{found}"))).expect("it is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_may_be_a_tenth_away_and_a_word_may_not() {
        assert!(is_near("331 pages, 2.7 KB.", "340 pages, 2.9 KB."));
        assert!(!is_near("331 pages, 2.7 KB.", "331 pages, 3.4 KB."));
        assert!(!is_near("331 pages, 2.7 KB.", "331 lists, 2.7 KB."));
    }
}
