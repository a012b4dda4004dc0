//! Figures that documents state and that can be counted: each stands between the words beside it,
//! and `cargo xtask docs` holds it to the count, or writes it anew with `--write`. A number before
//! one of the words that we count ([`COUNTED`]) and that nobody counts here is a fault, too.

use std::path::Path;

use crate::gather;

/// A figure: the document, what stands before and after the number, and how it is counted.
struct Figure {
    document: &'static str,
    before: &'static str,
    after: &'static str,
    count: fn(&Path) -> Result<usize, String>,
}

const FIGURES: [Figure; 9] = [
    Figure {
        document: "docs/security.md",
        before: "level 2: all ",
        after: " requirements",
        count: |root| answers(root, ""),
    },
    Figure {
        document: "docs/security.md",
        before: "\n",
        after: " met, ",
        count: |root| answers(root, "met"),
    },
    Figure {
        document: "docs/security.md",
        before: " met, ",
        after: " not applicable, ",
        count: |root| answers(root, "not applicable"),
    },
    Figure {
        document: "docs/security.md",
        before: " not applicable, ",
        after: " not met.",
        count: |root| answers(root, "**not met**"),
    },
    Figure {
        document: "docs/briefing-coverage.md",
        before: "among_the_first_three (",
        after: " questions)",
        count: |root| lines(root, "stories/tests/questions.txt", |line| !line.trim().is_empty()),
    },
    Figure {
        document: "docs/performance.md",
        before: "pages of ",
        after: " kinds at ",
        count: kinds_of_the_bench,
    },
    Figure {
        document: "docs/performance.md",
        before: "\nThe ",
        after: " kinds are ",
        count: kinds_of_the_bench,
    },
    Figure {
        document: "docs/access.md",
        before: "Made by asking at ",
        after: " addresses",
        count: |root| {
            lines(root, "docs/access.md", |l| l.starts_with("| GET ") || l.starts_with("| POST "))
        },
    },
    Figure {
        document: "CONTRIBUTING.md",
        before: "a file each, ",
        after: " pages and lists",
        count: kinds_of_pages,
    },
];

/// Words before which a number is a count of ours.
const COUNTED: &str = "pages kinds lists routes addresses tests stories FAQs questions templates \
                       migrations requirements sentences targets";

/// How a line begins that a test holds to what it finds.
const TESTED: &str = "As the test `";

/// What tells of another day: what was is not what is.
const HISTORY: [&str; 2] = ["CHANGELOG.md", "docs/adr/"];

/// Where machines' figures stand: each heading that names a command has the day of its figures.
const MEASURED: [&str; 2] = ["docs/performance.md", "docs/reliability.md"];

fn read(root: &Path, name: &str) -> Result<String, String> {
    std::fs::read_to_string(root.join(name)).map_err(|e| format!("{name}: {e}"))
}

fn lines(root: &Path, name: &str, is_one: impl Fn(&str) -> bool) -> Result<usize, String> {
    Ok(read(root, name)?.lines().filter(|line| is_one(line)).count())
}

/// The answers of the security document: all of them, or those that say so.
fn answers(root: &Path, says: &str) -> Result<usize, String> {
    let numbered = |cell: &str| {
        cell.split('.').count() == 3 && cell.split('.').all(|part| part.parse::<u8>().is_ok())
    };
    lines(root, "docs/security.md", |line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells.len() > 3 && numbered(cells[1]) && (says.is_empty() || cells[2] == says)
    })
}

/// The rows of the bench's table of pages.
fn kinds_of_the_bench(root: &Path) -> Result<usize, String> {
    let text = read(root, "crates/vsys/src/bench/pages.rs")?;
    let table = text.split("let kinds").nth(1).and_then(|rest| rest.split("];").next());
    let table = table.ok_or("crates/vsys/src/bench/pages.rs has no kinds")?;
    let rows = table.lines().map(str::trim).filter(|line| line.starts_with('('));
    Ok(rows.count())
}

/// The snapshots of pages, which their test holds to the product.
fn kinds_of_pages(root: &Path) -> Result<usize, String> {
    let folder = root.join("stories/snapshots/ja");
    let entries = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let page = |name: std::ffi::OsString| !name.to_string_lossy().starts_with('_');
    Ok(entries.flatten().filter(|entry| page(entry.file_name())).count())
}

/// Where a figure's number stands in a text, and the number.
fn place(text: &str, before: &str, after: &str) -> Option<(usize, usize, usize)> {
    text.match_indices(before).find_map(|(at, _)| {
        let begins = at + before.len();
        let digits = text[begins..].find(|c: char| !c.is_ascii_digit() && c != ',')?;
        let number = text[begins..begins + digits].replace(',', "").parse().ok()?;
        let fits = text[begins + digits..].starts_with(after);
        fits.then_some((begins, begins + digits, number))
    })
}

/// Numbers before counted words that no figure counts.
fn uncounted(name: &str, text: &str) -> Vec<String> {
    let own: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.document == name).collect();
    let known = own.iter().filter_map(|figure| place(text, figure.before, figure.after));
    let known: Vec<usize> = known.map(|(begins, ..)| begins).collect();
    let mut faults = Vec::new();
    for word in COUNTED.split_whitespace() {
        for (at, _) in text.match_indices(&format!(" {word}")) {
            let rest = &text[at + 1 + word.len()..];
            let digits =
                text[..at].trim_end_matches(|c: char| c.is_ascii_digit() || c == ',').len();
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let is_word = !rest.starts_with(|c: char| c.is_alphanumeric());
            let is_number = text[digits..at].contains(|c: char| c.is_ascii_digit());
            let is_held = known.contains(&digits) || text[line..].starts_with(TESTED);
            if is_word && is_number && !is_held {
                let (number, line) = (&text[digits..at], text[..line].lines().count() + 1);
                faults.push(format!("{name}:{line} {number} {word}: nobody counts them"));
            }
        }
    }
    faults
}

/// Headings of measurements without the day.
fn undated(name: &str, text: &str) -> Vec<String> {
    let is_day =
        |word: &str| word.len() == 10 && word.split('-').all(|part| part.parse::<u16>().is_ok());
    let headings = text.lines().filter(|line| line.starts_with("## ") && line.contains('`'));
    let undated = headings.filter(|line| !line.split([' ', ',']).any(is_day));
    undated.map(|line| format!("{name}: 「{line}」 has no day")).collect()
}

/// Where those who begin are told which file to open.
const GUIDES: [&str; 2] = ["CONTRIBUTING.md", "ARCHITECTURE.md"];

/// Files that a guide names in `…`: those that aren't there, and those of Rust without their folder.
/// What has a place for a name (`<record>`) is a pattern.
fn nowhere(root: &Path, name: &str, text: &str) -> Vec<String> {
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_path = |word: &&str| {
        word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
            && (word.ends_with(".rs") || word.split('/').count() > 2)
            && !word.starts_with(['/', '.'])
    };
    let missing = quoted.filter(is_path).filter(|word| !root.join(word).exists());
    let mut faults: Vec<String> = missing
        .filter(|word| *word != "mod.rs")
        .map(|word| format!("{name} names {word}, which isn't there: say it from the root"))
        .collect();
    faults.sort();
    faults.dedup();
    faults
}

/// Holds the documents to the counts, or writes these into them.
///
/// # Errors
/// Each figure that isn't what is counted, that is nowhere, or that nobody counts.
pub fn judge(root: &Path, write: bool) -> Result<(), String> {
    let mut faults = Vec::new();
    for figure in &FIGURES {
        let (name, now) = (figure.document, (figure.count)(root)?);
        let text = read(root, name)?;
        match place(&text, figure.before, figure.after) {
            None => faults.push(format!(
                "{name}: no number between 「{}」 and 「{}」",
                figure.before.trim(),
                figure.after.trim()
            )),
            Some((_, _, stated)) if stated == now => {}
            Some((begins, ends, _)) if write => {
                let text = format!("{}{now}{}", &text[..begins], &text[ends..]);
                std::fs::write(root.join(name), text).map_err(|e| format!("{name}: {e}"))?;
                println!("{name}: {now}{}", figure.after);
            }
            Some((_, _, stated)) => {
                faults.push(format!("{name} says {stated}{}, there are {now}", figure.after));
            }
        }
    }
    let mut documents = Vec::new();
    gather(root, &mut documents, &["md"])?;
    documents.sort();
    for path in documents {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        if !HISTORY.iter().any(|history| name.starts_with(history)) {
            faults.extend(uncounted(&name, &read(root, &name)?));
        }
    }
    for name in GUIDES {
        faults.extend(nowhere(root, name, &read(root, name)?));
    }
    for name in MEASURED {
        faults.extend(undated(name, &read(root, name)?));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n`cargo xtask docs --write` writes what is counted.", faults.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_found_between_its_words() {
        let text = "12 pages\nall 1,253 requirements";
        assert_eq!(place(text, "all ", " requirements"), Some((13, 18, 1253)));
        assert_eq!(place(text, "all ", " pages"), None);
    }

    #[test]
    fn files_that_a_guide_names_are_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let text = "`xtask/tidy/src/main.rs` `crates/<x>/src/lib.rs` `a/b` `mod.rs` `/pages/of/it`";
        assert!(nowhere(&root, "x.md", text).is_empty());
        let text = "in `lib.rs` and `crates/rules/src/nothing.rs`, `data/texts/fr.toml`";
        assert_eq!(nowhere(&root, "x.md", text).len(), 3);
    }

    #[test]
    fn measurements_have_their_day() {
        let text = "## Load — `x bench`, 2026-11-22\n## Weight\n## Start — `x measure` 1-2-3";
        assert_eq!(undated("x.md", text), ["x.md: 「## Start — `x measure` 1-2-3」 has no day"]);
    }

    #[test]
    fn a_number_that_nobody_counts_is_told_with_its_line() {
        let text = "none here\nthere are 12 pages, a page and 3 paged";
        assert_eq!(uncounted("x.md", text), ["x.md:2 12 pages: nobody counts them"]);
    }
}
