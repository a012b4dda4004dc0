//! `cargo xtask tidy`: what the house has too much of, counted in its own text. Each count has a
//! ceiling in `xtask/tidy.toml`; a count above it fails, a count below it is written back with
//! `--lower`, never upwards.

mod arrows;
mod figures;
mod reasons;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One place that a rule counts: the file, the line and a word on it.
#[derive(Clone)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub what: String,
}

/// What each rule found, by the rule's key in `xtask/tidy.toml`.
pub type Found = BTreeMap<&'static str, Vec<Place>>;

/// The rules and what they say, in the order in which they are printed.
const RULES: [(&str, &str); 16] = [
    ("rust_lines_over_100", "Rust lines over 100 letters"),
    ("functions_over_70", "functions over 70 lines"),
    ("files_over_400", "Rust files over 400 lines"),
    ("template_lines_over_120", "template lines over 120 letters"),
    ("json_in_pages_and_work", "`json!` in pages, front and masters"),
    ("json_in_work", "`json!` in work"),
    ("sql_outside_stores", "`sql!` outside stores and the ground"),
    (
        "sentences_in_source",
        "Japanese sentences in Rust outside words, tests, the demo world and papers",
    ),
    ("sentences_in_rules", "what rules say instead of words"),
    ("sentences_in_templates", "template lines with Japanese"),
    ("states_as_text", "comparisons of a state with a text"),
    ("rooms_in_circles", "rooms that reach themselves through other rooms"),
    ("arrows_upward", "imports of a room by what stands below it"),
    ("public_without_a_sentence", "public items without a sentence"),
    ("mail_sentences_outside_mails", "mails written or put into the outbox outside their own door"),
    ("crates_without_a_reason", "crates of other people that docs/dependencies.md doesn't name"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let outcome = match &arguments[..] {
        [docs, rest @ ..] if docs == "docs" => {
            figures::judge(&root, rest.iter().any(|a| a == "--write")).map(|()| true)
        }
        _ => tidy(&root, &arguments),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Counts, compares with the ceilings and prints; with a rule's key as argument its places are
/// listed.
fn tidy(root: &Path, arguments: &[String]) -> Result<bool, String> {
    let found = count(root)?;
    if let Some(rule) = arguments.iter().find(|a| !a.starts_with("--")) {
        let places = found.get(rule.as_str()).ok_or_else(|| format!("there is no rule {rule}"))?;
        places.iter().for_each(|p| println!("{}:{} {}", p.file, p.line, p.what));
        return Ok(true);
    }
    let file = root.join("xtask/tidy.toml");
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let ceilings: BTreeMap<String, usize> = toml::from_str(&text).map_err(|e| e.to_string())?;
    let lower = arguments.iter().any(|a| a == "--lower");
    let (mut sound, mut written) = (true, String::from(HEAD));
    for (key, says) in RULES {
        let ceiling =
            *ceilings.get(key).ok_or_else(|| format!("{} has no {key}", file.display()))?;
        let now = found.get(key).map_or(0, Vec::len);
        let word = match now {
            n if n > ceiling => "TOO MANY",
            n if n < ceiling => "fewer: run `cargo xtask tidy --lower`",
            _ => "",
        };
        println!("{now:>6} of {ceiling:>6}  {says} ({key}) {word}");
        sound &= now <= ceiling;
        written += &format!("{key} = {}\n", now.min(ceiling));
    }
    if lower {
        std::fs::write(&file, written).map_err(|e| format!("{}: {e}", file.display()))?;
    }
    Ok(sound)
}

const HEAD: &str =
    "# Ceilings of `cargo xtask tidy`; they only fall (`cargo xtask tidy --lower`).\n";

fn count(root: &Path) -> Result<Found, String> {
    let mut found: Found = RULES.iter().map(|(key, _)| (*key, Vec::new())).collect();
    let mut files = Vec::new();
    for folder in ["crates", "stories", "xtask"] {
        gather(&root.join(folder), &mut files, &["rs", "html"])?;
    }
    files.sort();
    let mut rooms = arrows::Rooms::default();
    for path in files {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{name}: {e}"))?;
        if name.ends_with(".html") {
            source::template(&name, &text, &mut found);
        } else {
            source::rust(&name, &text, &mut found)?;
            rooms.note(&name, &text);
        }
    }
    rooms.judge(&mut found);
    arrows::judge_low(root, &mut found)?;
    reasons::judge(root, &mut found)?;
    Ok(found)
}

/// Files with one of these endings below a folder.
fn gather(folder: &Path, files: &mut Vec<PathBuf>, endings: &[&str]) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            let skipped = |n: &std::ffi::OsStr| n == "target" || n == ".git" || n == "corpus";
            if path.file_name().is_none_or(|n| !skipped(n)) {
                gather(&path, files, endings)?;
            }
        } else if path.extension().is_some_and(|e| endings.iter().any(|ending| e == *ending)) {
            files.push(path);
        }
    }
    Ok(())
}
