//! Three hundred and more writings of every kind of field, as offices write them: full and half
//! width, units, dashes of every sort, Japanese years, blanks and marks where nobody sees them.
//! Each means one value, made by hand; what means nothing, or two things, is refused in a sentence
//! that says what is wrong.

use std::collections::BTreeSet;
use std::fmt::Debug;
use words::Sentence;

mod codes;
mod dates;
mod document;
mod holidays;
mod lines;

mod mails;
mod names;
mod numbers;
mod offices;
mod phones;
mod places;
mod properties;
mod reached;
mod recognised;
mod things;

/// Full-width, where a character has it.
fn wide(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            ' ' => '\u{3000}',
            '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect()
}

/// What nobody sees and everybody pastes: blanks, marks of direction, soft hyphens, byte order
/// marks, line ends.
fn wrapped(text: &str) -> Vec<String> {
    vec![
        text.to_string(),
        format!(" {text} "),
        format!("\u{3000}{text}\u{3000}"),
        format!("{text}\u{a0}"),
        format!("\u{200b}{text}\u{feff}"),
        format!("\u{202a}{text}\u{202c}"),
        format!("\u{202d}{text}\u{2069}\u{ad}"),
        format!("\t{text}\r\n"),
        format!("{text}\u{3164}\u{2800}"),
    ]
}

/// The same, and in full width too.
fn wrapped_wide(text: &str) -> Vec<String> {
    let mut all = wrapped(text);
    all.push(wide(text));
    all.push(format!("\u{2067}{}\u{2003}", wide(text)));
    all
}

/// Each writing means its value, and there are enough of them.
fn mean<T: PartialEq + Debug>(cases: &[(String, T)], read: impl Fn(&str) -> T) {
    let different: BTreeSet<&String> = cases.iter().map(|(raw, _)| raw).collect();
    assert!(different.len() >= 300, "{} writings", different.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(raw, value)| {
            let found = read(raw);
            (found != *value).then(|| format!("{raw:?}: {found:?}, not {value:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Writings of one value, each as it may be pasted.
fn of<T: Clone>(
    value: &T,
    writings: &[&str],
    around: impl Fn(&str) -> Vec<String>,
) -> Vec<(String, T)> {
    writings.iter().flat_map(|w| around(w)).map(|w| (w, value.clone())).collect()
}

/// Each is refused, with the sentence that begins and ends so.
fn refused<T: Debug, E: Debug + Sentence>(
    read: impl Fn(&str) -> Result<T, E>,
    cases: &[(&str, &[&str])],
) {
    let mut wrong = Vec::new();
    for (sentence, writings) in cases {
        for raw in *writings {
            match read(raw) {
                Ok(value) => wrong.push(format!("{raw:?} was read as {value:?}")),
                Err(e) if !e.sentence().contains(sentence) => {
                    wrong.push(format!("{raw:?}: {}, not {sentence}", e.sentence()))
                }
                Err(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
