//! A page as text: what a person reads, in order, with the places that links and buttons lead to
//! and what fields hold. Ids and secrets are new in every world, so they stand as `‹v›`,
//! `‹secret›`: two worlds in which the same happened give the same text.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use scraper::{ElementRef, Html, Node, Selector};

/// A page in its two parts.
pub struct Text {
    /// Title, the menu's current entry, the way down to the page, and the page itself.
    pub own: String,
    /// What stands around every page: demo bar, head, menu, state of the registration, foot.
    pub chrome: String,
}

/// Longer lists of choices are told by their ends and their number.
const CHOICES: usize = 12;

const BLOCKS: &str = " address article aside body caption dd details dialog div dl dt fieldset \
                      figure footer form h1 h2 h3 h4 header hr legend li main nav ol p pre section \
                      summary svg table tbody tfoot thead title tr ul br ";

/// Classes that say something to the eye.
const TONES: [&str; 7] = ["notice", "chip", "badge", "state", "summary", "error", "urgent"];

/// Reads a page.
pub fn of_page(body: &str) -> Text {
    let html = Html::parse_document(body);
    let mut own = String::new();
    for part in ["title", "nav.crumbs", "main"] {
        for element in html.select(&selector(part)) {
            write(element, &mut own, &|_| false);
            own.push('\n');
        }
    }
    for current in html.select(&selector("header [aria-current]")) {
        let _ = write!(own, "\n(menu: {})", current.text().collect::<String>().trim());
    }
    let mut chrome = String::new();
    let is_own = |e: &ElementRef<'_>| {
        e.value().name() == "main" || e.value().classes().any(|class| class == "crumbs")
    };
    for element in html.select(&selector("body")) {
        write(element, &mut chrome, &is_own);
    }
    Text { own: lines(&own), chrome: lines(&chrome) }
}

/// What a page tells somebody whose form was refused or accepted: its title and its messages.
pub fn of_answer(body: &str) -> String {
    let html = Html::parse_document(body);
    let mut out = String::new();
    for part in ["title", "main .summary", "main .notice", "main .error"] {
        for element in html.select(&selector(part)) {
            write(element, &mut out, &|_| false);
            out.push('\n');
        }
    }
    lines(&out)
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}

/// Ids, secrets and one-time codes taken out of a text that people read.
pub fn settled(text: &str) -> String {
    let text = text.replace("%3A", ":");
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_alphanumeric() || letter == '-' {
            word.push(letter);
            continue;
        }
        out.push_str(&settled_word(&word));
        word.clear();
        if letter != '\0' {
            out.push(letter);
        }
    }
    out
}

fn settled_word(word: &str) -> String {
    let hexadecimal = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    let parts: Vec<&str> = word.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let lettered = word.contains(|c: char| c.is_ascii_alphabetic());
    match (&parts[..], &lengths[..]) {
        ([_], [12]) if hexadecimal(word) => return "‹hash›".into(),
        ([_], [long]) if *long >= 16 && hexadecimal(word) && lettered => return "‹secret›".into(),
        (_, [8, 4, 4, 4, 12]) if parts.iter().all(|part| hexadecimal(part)) => {
            return "‹uuid›".into();
        }
        // A booking's number is nobody's to guess.
        (["B", _], [_, 8]) => return "‹booking›".into(),
        _ => {}
    }
    // As `platform::ids` makes them: a prefix, and letters without i, l, o, u.
    let letter = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() && !"ilou".contains(c);
    let made = |part: &&str| matches!(part.len(), 12 | 28) && part.chars().all(letter);
    match parts.iter().position(made) {
        Some(at) if at > 0 && word.starts_with(|c: char| c.is_ascii_lowercase()) => {
            let rest: String = parts[at + 1..].iter().map(|part| format!("-{part}")).collect();
            format!("‹{}›{rest}", parts[..at].join("-"))
        }
        _ => word.to_string(),
    }
}

/// Blanks folded, empty lines dropped.
fn lines(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let kept: Vec<String> = lines.filter(|line| !line.is_empty() && line != "|").collect();
    settled(&kept.join("\n"))
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&format!(" {name} "))
}

/// Writes an element and what is in it, but for what is left out.
fn write(element: ElementRef<'_>, out: &mut String, left_out: &dyn Fn(&ElementRef<'_>) -> bool) {
    if left_out(&element) || before(element, out) {
        return;
    }
    for child in element.children() {
        match child.value() {
            Node::Text(text) => out.push_str(&text.replace('\n', " ")),
            Node::Element(_) => {
                write(ElementRef::wrap(child).expect("an element"), out, left_out);
            }
            _ => {}
        }
    }
    let value = element.value();
    match value.name() {
        "a" => {
            let _ = write!(out, "]({})", value.attr("href").unwrap_or_default());
        }
        "button" => out.push_str(" ]] "),
        "textarea" => out.push_str("」] "),
        name if is_block(name) => out.push('\n'),
        _ => {}
    }
}

/// What stands before an element's content; true where nothing follows.
fn before(element: ElementRef<'_>, out: &mut String) -> bool {
    let value = element.value();
    let attr = |name: &str| value.attr(name).unwrap_or_default();
    match value.name() {
        "script" | "style" | "template" => return true,
        "input" => {
            if attr("name") != "_key" {
                let _ =
                    write!(out, " [{} 「{}」{}] ", attr("type"), attr("value"), bounds(element));
            }
            return true;
        }
        "select" => {
            let _ = write!(out, " [select{}: {}] ", bounds(element), choices(element));
            return true;
        }
        "h1" | "h2" | "h3" | "h4" => {
            let level = value.name()[1..].parse().unwrap_or(1);
            let _ = write!(out, "\n{} ", "#".repeat(level));
        }
        "li" => out.push_str("\n- "),
        "option" => out.push_str(" / "),
        "a" => out.push('['),
        "button" => {
            let _ = write!(out, " [[{} ", bounds(element));
        }
        "textarea" => {
            let _ = write!(out, " [textarea{} 「", bounds(element));
        }
        "td" | "th" => out.push_str(" | "),
        "form" => {
            let _ = write!(out, "\n({} {})\n", attr("method"), attr("action"));
        }
        name if is_block(name) => out.push('\n'),
        _ => {}
    }
    if TONES.iter().any(|tone| value.classes().any(|class| class == *tone)) {
        let _ = write!(out, "{{{}}} ", attr("class"));
    }
    if !attr("aria-label").is_empty() {
        let _ = write!(out, "({}) ", attr("aria-label"));
    }
    false
}

/// What an element lets somebody put in, and what it is called when it is sent.
fn bounds(element: ElementRef<'_>) -> String {
    const NAMED: [&str; 12] = [
        "name",
        "min",
        "max",
        "step",
        "maxlength",
        "pattern",
        "inputmode",
        "autocomplete",
        "placeholder",
        "accept",
        "list",
        "formaction",
    ];
    const PLAIN: [&str; 5] = ["required", "checked", "disabled", "readonly", "multiple"];
    let value = element.value();
    let named = NAMED.iter().filter_map(|name| Some((*name, value.attr(name)?)));
    let mut out: String = named.fold(String::new(), |mut out, (name, value)| {
        let _ = match name {
            "name" => write!(out, " {value}"),
            _ => write!(out, " {name}={value}"),
        };
        out
    });
    if value.name() == "button" && value.attr("name").is_some() {
        let _ = write!(out, "={}", value.attr("value").unwrap_or_default());
    }
    for plain in PLAIN.iter().filter(|plain| value.attr(plain).is_some()) {
        let _ = write!(out, " {plain}");
    }
    out
}

/// The choices of a list, the chosen one with a dot.
fn choices(element: ElementRef<'_>) -> String {
    let said = |option: ElementRef<'_>| {
        let chosen = if option.value().attr("selected").is_some() { "•" } else { "" };
        let words = option.text().collect::<String>();
        format!("{chosen}{}", words.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let all: Vec<String> = element.select(&selector("option")).map(said).collect();
    if all.len() <= CHOICES {
        return all.join(" / ");
    }
    let chosen = all[2..all.len() - 1].iter().filter(|choice| choice.starts_with('•'));
    let chosen: String = chosen.map(|choice| format!("{choice} / ")).collect();
    let ends = (&all[0], &all[1], &all[all.len() - 1]);
    format!("{} / {} / {chosen}… {} in all … / {}", ends.0, ends.1, all.len(), ends.2)
}

/// The text layer of a PDF, as pdftotext reads it.
///
/// # Panics
/// There is no pdftotext, or it can't read the file.
pub fn of_pdf(pdf: &[u8]) -> String {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext (Debian's poppler-utils)");
    let (mut stdin, bytes) = (child.stdin.take().expect("a pipe"), pdf.to_vec());
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, &bytes));
    let out = child.wait_with_output().expect("it ends");
    writer.join().expect("it is written").expect("all of it");
    String::from_utf8(out.stdout).expect("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_secrets_are_new_in_every_world_and_codes_are_not() {
        assert_eq!(settled("/venues/v-7k3q2m9xwp4t/plan"), "/venues/‹v›/plan");
        assert_eq!(settled("/reading/venue%3Av-7k3q2m9xwp4t"), "/reading/venue:‹v›");
        let booking = "/find/1311234569/book?day=2022-03-14";
        assert_eq!(settled(booking), booking);
        let ids = "s1-v-bxeg0n6ws5td、B-5SP1N1FZ、m-05d712a750640000000002fsk9y4-1、30a4bfecd9b3";
        assert_eq!(settled(ids), "‹s1-v›、‹booking›、‹m›-1、‹hash›");
        assert_eq!(settled("urn:uuid:58e252e5-f98b-5e96-8d30-3cf207dad2e8"), "urn:uuid:‹uuid›");
        assert_eq!(settled("231310320000000001、2022-02-20"), "231310320000000001、2022-02-20");
        assert_eq!(settled("A-2022-000001、3005785"), "A-2022-000001、3005785");
        assert_eq!(settled("a pre-registration"), "a pre-registration");
        assert_eq!(settled(&format!("/invite/{}", "0a".repeat(32))), "/invite/‹secret›");
    }

    #[test]
    fn a_page_is_read_as_it_stands() {
        let page = "<html><head><title>計画</title></head><body><header><a href=/a aria-current=page>\
                    会場</a></header><main><h1>計画</h1><table><tr><th>クール</th><td>3 <b>箱</b></td>\
                    </tr></table><form method=post action=/a><input type=hidden name=_key value=1>\
                    <input type=text name=n value=2 required><button name=b value=c>保存</button>\
                    </form></main></body></html>";
        let read = of_page(page);
        let own = "計画\n# 計画\n| クール | 3 箱\n(post /a)\n[text 「2」 n required] [[ b=c 保存 ]]\n\
                   (menu: 会場)";
        assert_eq!((read.own.as_str(), read.chrome.as_str()), (own, "[会場](/a)"));
    }

    #[test]
    fn a_long_list_is_told_by_its_ends_and_by_what_is_chosen() {
        let options: String = (1..=47).map(|n| format!("<option value={n}>{n}県")).collect();
        let options = options.replace("<option value=13>", "<option value=13 selected>");
        let page = format!("<main><select name=p>{options}</select></main>");
        let told = "[select p: 1県 / 2県 / •13県 / … 47 in all … / 47県]";
        assert_eq!(of_page(&page).own, told);
    }
}
