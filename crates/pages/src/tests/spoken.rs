//! Every sentence that stands in a template has its English: the whole of it, with what is put in.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use platform::english::is_japanese;
use platform::texts::Texts;

use web::page::Pages;

/// In place of what a template puts in: a name, which no catalogue knows.
const NAME: &str = "\u{100000}";
/// And a number.
const NUMBER: &str = "12";

/// The English of a sentence as a page shows it, without what it quotes of what was typed.
pub fn english_of(sentence: &str, typed: &str) -> String {
    static TEXTS: std::sync::LazyLock<Texts> = std::sync::LazyLock::new(texts);
    let marked = platform::english::quoting(sentence, std::iter::once(typed));
    let page = platform::english::page(&format!("<p>{marked} </p>"), |text| TEXTS.english(text));
    let mut bare = String::new();
    for (at, piece) in page.split("<span translate=\"no\">").enumerate() {
        bare.push_str(match at {
            0 => piece,
            _ => piece.split_once("</span>").map_or("", |(_, rest)| rest),
        });
    }
    bare
}

/// Whether a text is English but for names and the titles that it quotes.
pub fn is_whole(english: &str) -> bool {
    let mut quoted = false;
    !english.chars().any(|c| {
        quoted = (quoted || c == '“') && c != '”';
        !quoted && (matches!(c, 'ぁ'..='ゖ') || "「」、。（）：".contains(c))
    })
}

fn texts() -> Texts {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/texts");
    let read = |name: &str| std::fs::read_to_string(data.join(name)).unwrap();
    Texts::new(&read("ja.toml"), &read("en.toml")).unwrap()
}

/// Examples that stay as they are, and labels before what is looked up by itself.
const STAYS: [&str; 7] = [
    "（医師）氏名（こうせい たろう）",
    "（医師）氏名（厚生 太郎）",
    "数え方：\u{100000}",
    "＝ 読んだ行",
    "\u{100000}名",
    "\u{100000}前",
    "第\u{100000}クール",
];

/// A condition cuts this out of its sentence: the walk through the pages meets the whole.
fn is_cut(text: &str) -> bool {
    let of = |c: char| text.matches(c).count();
    of('（') != of('）') || of('「') != of('」') || text.starts_with(['名', '目', '行'])
}

/// The literals of a template's expression, and what it puts into the page.
fn put(expression: &str, apart: &mut BTreeSet<String>) -> String {
    let words: Vec<&str> = expression.split('"').collect();
    let filtered = |at: usize| {
        words.get(at.saturating_add(1)).is_some_and(|rest| rest.trim_start().starts_with("|t"))
    };
    // A sentence of the catalogue stands in its text; a macro's arguments are texts by themselves.
    if let [before, text, after] = words.as_slice()
        && before.trim().is_empty()
        && after.trim() == "|t"
    {
        return (*text).to_string();
    }
    for (at, text) in words.iter().enumerate().filter(|(at, _)| at % 2 == 1) {
        let calls = expression.contains('(') || expression.contains(" or ");
        if is_japanese(text) && (filtered(at) || calls) {
            apart.insert((*text).to_string());
        }
    }
    if expression.contains("|comma") { NUMBER.to_string() } else { NAME.to_string() }
}

/// The texts of a template: what stands between its tags and in the labels that are spoken.
fn said(source: &str) -> BTreeSet<String> {
    let (mut all, mut flat, mut rest) = (BTreeSet::new(), String::new(), source);
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        flat.push_str(before);
        let (open, close) = match tail.get(..2) {
            Some("{{") => ("{{", "}}"),
            Some("{%") => ("{%", "%}"),
            Some("{#") => ("{#", "#}"),
            _ => {
                flat.push('{');
                rest = &tail[1..];
                continue;
            }
        };
        let (inner, mut tail) = tail[open.len()..].split_once(close).unwrap_or((tail, ""));
        // Blanks that a tag eats.
        if inner.starts_with('-') {
            flat.truncate(flat.trim_end().len());
        }
        if inner.ends_with('-') {
            tail = tail.trim_start();
        }
        match open {
            "{{" => flat.push_str(&put(inner.trim_matches('-').trim(), &mut all)),
            // One of several texts goes on here.
            "{%" => flat.push('\u{1}'),
            _ => {}
        }
        rest = tail;
    }
    flat.push_str(rest);
    for part in flat.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        for name in ["aria-label", "title", "alt", "data-label", "label"] {
            let opening = format!(" {name}=\"");
            let labels = tag.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
            all.extend(labels.flat_map(|label| label.split('\u{1}')).map(str::to_string));
        }
        if !["script", "style", "code", "textarea"].iter().any(|name| tag.starts_with(name)) {
            all.extend(text.split('\u{1}').map(|text| text.trim().to_string()));
        }
    }
    all.retain(|text| is_japanese(text));
    all
}

/// Where a template stands.
fn place(name: &str) -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match name.strip_prefix("web/") {
        Some(own) => crates.join("web/src").join(own),
        None => crates.join("pages/src").join(name),
    }
}

#[test]
fn every_sentence_of_a_template_has_its_english() {
    let (texts, mut left, mut seen) = (texts(), String::new(), 0_usize);
    for name in Pages::names(crate::templates) {
        let source = std::fs::read_to_string(place(&name)).unwrap();
        for text in said(&source) {
            seen += 1;
            if STAYS.contains(&text.as_str()) || is_cut(&text) {
                continue;
            }
            let english = texts.english(&text);
            if is_japanese(&english) {
                writeln!(left, "{name}\t{text}\t{english}").unwrap();
            }
        }
    }
    assert!(seen > 1_000, "{seen}");
    assert!(left.is_empty(), "still Japanese:\n{}", left.replace(NAME, "◇"));
}

/// Sentences that are parts of others, or of two: the whole has its English. ◇: what is put in.
const PARTS: [&str; 9] = [
    "◇は◇",
    "◇の「◇」は◇",
    "など",
    "保管等に関する土日・祝日の連絡先",
    "15:00を過ぎたため、登録できませんでした。入力した内容は下書きとして保存しました。",
    "◇次の登録期間は◇からです。",
    "登録されている医師は◇名です。",
    "1クールを10日で打ち終えるには1日◇回、医師◇名が必要です（1名あたり1日◇回）。◇",
    "「◇」と、券番号の行の◇「◇」◇が合いません。どちらが正しいか、券で確かめてください",
];

/// The sentences of what rules return, with this in each place: the literals of `impl Sentence`.
fn sentences(source: &str, put: &str) -> Vec<String> {
    let mut all = Vec::new();
    for own in source.split("\nimpl Sentence for ").skip(1) {
        let own = own.split("\n}\n").next().unwrap_or_default();
        for text in own.split('"').skip(1).step_by(2) {
            let mut pieces = text.split("\\\n");
            let mut whole = pieces.next().unwrap_or_default().to_string();
            pieces.for_each(|piece| whole.push_str(piece.trim_start()));
            let mut flat = String::new();
            for (at, piece) in whole.split('{').enumerate() {
                match piece.split_once('}').filter(|_| at > 0) {
                    Some((_, rest)) => flat.extend([put, rest]),
                    None => flat.push_str(piece),
                }
            }
            all.push(flat);
        }
    }
    all
}

#[test]
fn every_refusal_of_the_rules_has_its_english() {
    let (texts, mut left, mut seen) = (texts(), BTreeSet::new(), 0_usize);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../words/src");
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let source = std::fs::read_to_string(&entry).unwrap();
        let named = sentences(&source, NAME).into_iter();
        for (named, counted) in named.zip(sentences(&source, NUMBER)) {
            let shown = named.replace(NAME, "◇");
            if !is_japanese(&named) || PARTS.contains(&shown.as_str()) {
                continue;
            }
            seen += 1;
            // A row may want a number in its place.
            let english = [&named, &counted].map(|text| texts.english(text));
            if !english.iter().any(|english| is_whole(english)) {
                left.insert(shown);
            }
        }
    }
    assert!(seen > 250, "{seen}");
    assert_eq!(left, BTreeSet::new(), "still Japanese");
}

/// The literals of the product's own code.
fn literals(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let code = code.replace("\\\"", "\u{2}").replace("'\"'", "");
    let mut all = BTreeSet::new();
    for text in code.split('"').skip(1).step_by(2).filter(|text| is_japanese(text)) {
        let (mut flat, mut rest) = (String::new(), text.replace('\u{2}', "\""));
        while let Some((before, after)) = rest.clone().split_once('{') {
            flat.push_str(before);
            flat.push_str(NUMBER);
            rest = after.split_once('}').map_or("", |(_, tail)| tail).to_string();
        }
        flat.push_str(&rest);
        all.insert(flat.replace("\\n", "\n").replace("\\\n", ""));
    }
    all
}

#[test]
#[ignore = "a list to read: what of the code's literals is no text of a page"]
fn what_of_the_codes_literals_is_still_japanese() {
    let texts = texts();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut waiting = ["pages", "api", "web", "work", "mails", "masters", "rules", "words"]
        .map(|name| root.join(name).join("src"))
        .to_vec();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                waiting.push(entry);
            } else if entry.extension().is_some_and(|end| end == "rs") {
                for text in literals(&std::fs::read_to_string(&entry).unwrap()) {
                    let english = texts.english(&text);
                    if is_japanese(&english) {
                        println!("{}\t{text:?}\t{english:?}", entry.display());
                    }
                }
            }
        }
    }
}

#[test]
fn every_word_of_a_report_has_its_english() {
    let (texts, mut left) = (texts(), Vec::new());
    for report in work::figures::ALL {
        let closer = report.closer.as_ref().map(|closer| closer.finding);
        let said = [Some(report.finding), closer].into_iter().flatten().map(|sentence| {
            let columns = report.columns.iter();
            columns.fold(sentence.to_string(), |said, column| {
                said.replace(&format!("{{{}}}", column.key), NUMBER)
            })
        });
        let words = report.columns.iter().map(|column| column.title.to_string());
        let all = said.chain(words).chain([report.name.into(), report.counted.into()]);
        // How it is counted may stand in the catalogue with what is before it.
        let japanese = |text: &String| is_japanese(&texts.english(text));
        left.extend(all.filter(|text| japanese(text) && japanese(&format!("数え方：{text}"))));
    }
    assert!(left.is_empty(), "still Japanese:\n{}", left.join("\n"));
}
