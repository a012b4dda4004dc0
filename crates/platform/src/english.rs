//! English over Japanese: the product is written in Japanese; its English is the catalogue, whole
//! sentences first, then sentences with places (`{}`) in them, then dates and quantities. Pages go
//! through it text by text, mails line by line. What people wrote stays as it is.

mod counted;

use std::borrow::Cow;
use std::collections::BTreeMap;

use counted::{quantities, singular};

/// Sentences with places, by how they begin, the longest first.
#[derive(Debug, Default)]
pub struct Patterns(Vec<(Vec<String>, String)>);

pub fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}'))
}

impl Patterns {
    pub fn new(english: &BTreeMap<String, String>) -> Patterns {
        let mut all: Vec<(Vec<String>, String)> = english
            .iter()
            .filter(|(key, _)| key.contains("{}"))
            .map(|(key, text)| (key.split("{}").map(str::to_string).collect(), text.clone()))
            .collect();
        all.sort_by_key(|(parts, _)| {
            std::cmp::Reverse(parts.iter().map(|p| p.chars().count()).sum::<usize>())
        });
        Patterns(all)
    }

    /// The places of the first sentence that fits, and its English. What stands after a label is a
    /// text of its own: a sentence that takes the label into a place comes last.
    fn fit<'t>(&self, text: &'t str) -> Option<(Vec<&'t str>, &str)> {
        let label = |place: &str| place.contains('：');
        let whole = self.fit_where(text, |place| !label(place));
        whole.or_else(|| if label(text) { self.fit_where(text, |_| true) } else { None })
    }

    fn fit_where<'t, F: Fn(&str) -> bool>(
        &self,
        text: &'t str,
        may_be: F,
    ) -> Option<(Vec<&'t str>, &str)> {
        'patterns: for (parts, english) in &self.0 {
            let Some(mut rest) = text.strip_prefix(parts[0].as_str()) else { continue };
            let mut places = Vec::new();
            for (i, part) in parts.iter().enumerate().skip(1) {
                let last = i + 1 == parts.len();
                let at = match (last, part.is_empty()) {
                    (true, true) => rest.len(),
                    (true, false) => match rest.strip_suffix(part.as_str()) {
                        Some(before) => before.len(),
                        None => continue 'patterns,
                    },
                    (false, _) => match rest.find(part.as_str()) {
                        Some(at) => at,
                        None => continue 'patterns,
                    },
                };
                if rest[..at].is_empty() && !last {
                    continue 'patterns;
                }
                places.push(&rest[..at]);
                rest = &rest[at + part.len()..];
            }
            // A place holds a name or a number, not a sentence or two things side by side.
            let whole = |p: &str| !p.contains('。') || p.ends_with('。');
            // What follows a label may be several sentences.
            let labelled = match parts.as_slice() {
                [.., label, end] => label.ends_with('：') && end.is_empty(),
                _ => false,
            };
            let is_place = |(at, p): (usize, &&str)| {
                let follows = labelled && at + 1 == places.len();
                !p.contains('　') && (follows || whole(p)) && may_be(p)
            };
            if rest.is_empty() && places.iter().enumerate().all(is_place) {
                return Some((places, english));
            }
        }
        None
    }
}

/// Around what a person typed, from where it is put into a page or a mail to the finished text: the
/// translator leaves it as it is, wherever it stands. Noncharacters, which no text holds; names
/// have characters from the private planes.
const TYPED: (char, char) = ('\u{fdd0}', '\u{fdd1}');
/// Around what the product says, from the template's filters to its formatter: everything else that
/// a template writes was typed.
const OURS: (char, char) = ('\u{fdd2}', '\u{fdd3}');
/// In place of the first typed text while its sentence is translated; the next ones follow.
const FIRST_PLACE: u32 = 0x10_0000;

/// Marks what a person typed; [`unmarked`] takes the marks away.
pub fn typed(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("{}{}{}", TYPED.0, unmarked(text), TYPED.1)
    }
}

/// Marks what the product says, with what people typed marked inside it; [`unmarked`] takes the
/// marks away.
pub fn ours(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}{text}{}", OURS.0, OURS.1) }
}

pub fn is_marked(text: &str) -> bool {
    text.contains(marks())
}

/// A finished text without its marks: what a page, a file, a mail and a table hold.
pub fn unmarked(text: &str) -> String {
    text.replace(marks(), "")
}

/// The same of a text that mostly bears none.
pub fn plain(text: String) -> String {
    if is_marked(&text) { unmarked(&text) } else { text }
}

/// The marks, which stand in nothing that leaves a page's making: no page, no file, no mail, no
/// table.
pub fn marks() -> [char; 4] {
    [TYPED.0, TYPED.1, OURS.0, OURS.1]
}

/// What a template writes by itself: what isn't marked as ours was typed. Numbers and signs are
/// nobody's.
pub fn written(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(8));
    let (mut ours, mut inside, mut own) = (0_usize, false, String::new());
    let flush = |own: &mut String, out: &mut String| {
        let nobodys = !own.chars().any(char::is_alphabetic);
        out.push_str(&if nobodys { own.clone() } else { typed(own) });
        own.clear();
    };
    for c in text.chars() {
        match c {
            c if c == OURS.0 && !inside => {
                flush(&mut own, &mut out);
                ours = ours.saturating_add(1);
            }
            c if c == OURS.1 && !inside => ours = ours.saturating_sub(1),
            c if c == TYPED.0 => {
                flush(&mut own, &mut out);
                inside = true;
                out.push(c);
            }
            c if c == TYPED.1 => {
                inside = false;
                out.push(c);
            }
            c if inside || ours > 0 => out.push(c),
            c => own.push(c),
        }
    }
    flush(&mut own, &mut out);
    out
}

/// A sentence that may quote what was typed: what stands in its 「」 and in one of `texts` is marked,
/// the longest first.
pub fn quoting<'t>(sentence: &str, texts: impl Iterator<Item = &'t str> + Clone) -> String {
    // A cell of several lines is quoted in one.
    let flat = |text: &str| text.split_whitespace().collect::<String>();
    let quotes = |text: &str, quote: &str| {
        let quote = quote.trim_end_matches('…');
        let lines = || text.contains('\n') && flat(text).contains(&flat(quote));
        text.contains(quote) || lines()
    };
    quoting_where(sentence, |quote| texts.clone().any(|text| quotes(text, quote)))
}

/// A sentence that may quote whole texts, or their beginnings before a `…`; a word of ours that
/// stands within one of them stays ours.
pub fn quoting_whole<'t>(sentence: &str, texts: impl Iterator<Item = &'t str> + Clone) -> String {
    let begins =
        |text: &str, quote: &str| quote.strip_suffix('…').is_some_and(|cut| text.starts_with(cut));
    let quotes = |text: &str, quote: &str| text.trim() == quote || begins(text, quote);
    quoting_where(sentence, |quote| texts.clone().any(|text| quotes(text, quote)))
}

fn quoting_where(sentence: &str, is_typed: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('「') {
        out.push_str(before);
        out.push('「');
        let quote = after
            .rmatch_indices('」')
            .map(|(at, _)| &after[..at])
            .find(|quote| !quote.is_empty() && is_typed(quote));
        if let Some(quote) = quote {
            out.push_str(&typed(quote));
        }
        rest = &after[quote.map_or(0, str::len)..];
    }
    out.push_str(rest);
    out
}

/// A text without its marks, and where what was typed stands in it: the letters before its
/// beginning and before its end.
pub fn parted(text: &str) -> (String, Vec<(usize, usize)>) {
    let (mut bare, mut spans, mut at, mut since) =
        (String::with_capacity(text.len()), Vec::new(), 0_usize, None);
    for c in text.chars() {
        match c {
            c if c == TYPED.0 => since = Some(at),
            c if c == TYPED.1 => spans.extend(since.take().map(|from| (from, at))),
            c if c == OURS.0 || c == OURS.1 => {}
            c => {
                bare.push(c);
                at = at.saturating_add(1);
            }
        }
    }
    (bare, spans)
}

/// The marks of [`parted`] back in their places.
pub fn joined(bare: &str, spans: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(bare.len());
    for (at, c) in bare.chars().enumerate() {
        if spans.iter().any(|(_, to)| *to == at) {
            out.push(TYPED.1);
        }
        if spans.iter().any(|(from, to)| *from == at && to > from) {
            out.push(TYPED.0);
        }
        out.push(c);
    }
    if spans.iter().any(|(from, to)| to > from && *to == bare.chars().count()) {
        out.push(TYPED.1);
    }
    out
}

/// Translates around what is marked, which stays byte for byte, between `open` and `close`.
fn around_typed(text: &str, (open, close): (&str, &str), say: impl Fn(&str) -> String) -> String {
    let (mut bare, mut kept) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(TYPED.0) {
        // What was cut goes on to the end.
        let (typed, tail) = after.split_once(TYPED.1).unwrap_or((after, ""));
        bare.push_str(before);
        let place = u32::try_from(kept.len())
            .ok()
            .and_then(|n| char::from_u32(FIRST_PLACE.saturating_add(n)))
            .unwrap_or(TYPED.0);
        bare.push(place);
        kept.push((place, typed));
        rest = tail;
    }
    bare.push_str(rest);
    let said = match is_japanese(&bare) || bare.contains(FULL_WIDTH) {
        true => said_with_own_words(&bare, &kept, say),
        false => bare,
    };
    if kept.is_empty() {
        return said;
    }
    let mut out = String::with_capacity(said.len().saturating_add(text.len()));
    for c in said.chars() {
        match kept.iter().find(|(place, _)| *place == c) {
            Some((_, typed)) => out.extend([open, typed, close]),
            None => out.push(c),
        }
    }
    out
}

/// Signs that stand beside English in a Japanese template.
const FULL_WIDTH: [char; 5] = ['：', '、', '。', '（', '）'];

/// A text of a page whose signs are English where its words are.
fn western(text: String) -> String {
    if is_japanese(&text) || !text.contains(FULL_WIDTH) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let follows = letters.peek().is_some_and(|next| !next.is_whitespace());
        match c {
            '：' => out.push_str(": "),
            '、' => out.push_str(", "),
            '。' => out.push_str(if follows { ". " } else { "." }),
            '（' if out.is_empty() || out.ends_with(char::is_whitespace) => out.push('('),
            '（' => out.push_str(" ("),
            '）' => out.push(')'),
            c => out.push(c),
        }
    }
    out
}

/// Typed texts of one sentence that may be words of its own.
const MOST_QUOTED: usize = 6;

/// The English of a sentence. A word that it quotes of itself (「通常」か「合計」に書き換え…) may
/// stand in what was typed as well: where the sentence isn't known otherwise, it is its own.
fn said_with_own_words(bare: &str, kept: &[(char, &str)], say: impl Fn(&str) -> String) -> String {
    let left = |said: &str| said.contains(['「', '」']) || unquoted(said).any(is_hiragana);
    let said = say(bare);
    if kept.is_empty() || kept.len() > MOST_QUOTED || !left(&said) {
        return said;
    }
    let mut choices: Vec<u32> = (1..1 << kept.len()).collect();
    choices.sort_by_key(|chosen: &u32| chosen.count_ones());
    let own = |chosen: &u32| {
        let mut text = String::with_capacity(bare.len());
        for c in bare.chars() {
            match kept.iter().enumerate().find(|(_, (place, _))| *place == c) {
                Some((at, (_, word))) if chosen >> at & 1 == 1 => text.push_str(word),
                _ => text.push(c),
            }
        }
        Some(say(&text)).filter(|said| !left(said))
    };
    choices.iter().find_map(own).unwrap_or(said)
}

/// The letters of an English sentence outside the Japanese words that it quotes.
fn unquoted(said: &str) -> impl Iterator<Item = char> {
    let mut inside = false;
    said.chars().filter(move |c| {
        inside = (inside || *c == '“') && *c != '”';
        !inside
    })
}

fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ')
}

/// The lines of a text; a typed text of several lines is a part of its line.
pub fn lines(text: &str) -> Vec<String> {
    let (mut all, mut line, mut inside) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        inside = (inside || c == TYPED.0) && c != TYPED.1;
        if c == '\n' && !inside {
            all.push(std::mem::take(&mut line));
        } else {
            line.push(c);
        }
    }
    all.push(line);
    all
}

/// The first letters of a text; what was typed stays marked.
pub fn shortened(text: &str, most: usize) -> String {
    let (bare, spans) = parted(text);
    let spans: Vec<(usize, usize)> =
        spans.into_iter().map(|(from, to)| (from.min(most), to.min(most))).collect();
    joined(&bare.chars().take(most).collect::<String>(), &spans)
}

/// A text of at most so many letters: the rest is told by a `…`.
pub fn cut(text: &str, most: usize) -> String {
    // Most texts are short: counting them is what it costs otherwise.
    if text.len() <= most || unmarked(text).chars().nth(most).is_none() {
        return text.to_string();
    }
    shortened(text, most) + "…"
}

/// Letters of a sentence; what a longer one says first and last is kept.
const LONGEST_SENTENCE: usize = 1_000;

/// A sentence as a page, a file and an answer say it: what it quotes is told by its beginning where
/// it is longer than a name, whatever was typed.
pub fn told(sentence: &str) -> String {
    let most = rules::input::LONGEST_LINE;
    if sentence.len() <= most {
        return sentence.to_string();
    }
    let (mut out, mut rest) = (String::with_capacity(sentence.len().min(4_000)), sentence);
    while let Some((before, after)) = rest.split_once('「') {
        let quote = after.split_once('」').map_or(after, |(quote, _)| quote);
        out.extend([before, "「", &cut(quote, most)]);
        rest = &after[quote.len()..];
    }
    out.push_str(rest);
    let letters = unmarked(&out).chars().count();
    if letters <= LONGEST_SENTENCE {
        return out;
    }
    let (bare, half) = (unmarked(&out), LONGEST_SENTENCE / 2);
    let end: String = bare.chars().skip(letters - half).collect();
    format!("{}{end}", cut(&bare, half))
}

/// A line of a mail: what is marked stays, and the marks go.
pub fn line(text: &str, say: impl Fn(&str) -> String) -> String {
    unmarked(&around_typed(text, ("", ""), say))
}

/// One text in English, as far as the catalogue goes.
pub fn translated<'t>(
    table: &BTreeMap<String, String>,
    patterns: &Patterns,
    text: &'t str,
) -> Cow<'t, str> {
    let said = translated_at(table, patterns, text, 0);
    match said.strip_prefix("cycle ") {
        // A text of its own begins with a capital.
        Some(rest) => Cow::Owned(format!("Cycle {rest}")),
        None => said,
    }
}

fn translated_at<'t>(
    table: &BTreeMap<String, String>,
    patterns: &Patterns,
    text: &'t str,
    depth: usize,
) -> Cow<'t, str> {
    if !is_japanese(text) || depth > 6 {
        return Cow::Borrowed(text);
    }
    let bare = text.trim();
    let (before, after) =
        (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
    let wrap = |inner: &str| Cow::Owned(format!("{before}{inner}{after}"));
    if let Some(found) = table.get(bare) {
        return wrap(found);
    }
    let inner = |part: &str| translated_at(table, patterns, part, depth + 1).into_owned();
    // A chapter's number stays before its title.
    if let Some((number, title)) = bare.split_once(' ')
        && number.contains('.')
        && number.chars().all(|c| c.is_ascii_digit() || c == '.')
    {
        return wrap(&format!("{number} {}", inner(title)));
    }
    // What follows a label in a text of its own.
    if let Some(rest) = bare.strip_prefix('：') {
        return wrap(&format!(": {}", inner(rest)));
    }
    if let Some((places, english)) = patterns.fit(bare) {
        let mut out = String::new();
        let mut places = places.into_iter();
        let mut rest = english;
        while let Some((head, tail)) = rest.split_once("{}") {
            out.push_str(head);
            // 「A」「B」: several names in one place.
            let names = places.next().unwrap_or_default().split("」「");
            let names: Vec<String> = names.map(inner).collect();
            out.push_str(&names.join(if head.ends_with('“') { "”, “" } else { "\", \"" }));
            rest = tail;
        }
        out.push_str(rest);
        return wrap(&singular(&out));
    }
    // A date's weekday stands in brackets: dates come before brackets.
    let dated = quantities(bare, true);
    if dated != bare {
        return wrap(&inner(&dated));
    }
    // Sentence by sentence, clause by clause, then what stands in brackets.
    for (mark, with) in [
        ("。", ". "),
        ("　", "　"),
        ("\n", "\n"),
        ("：", ": "),
        (" → ", " → "),
        ("、", ", "),
        ("／", " / "),
        ("・", " · "),
    ] {
        if bare.trim_end_matches(mark).contains(mark) || (mark == "。" && bare.ends_with('。')) {
            let parts: Vec<String> = bare.split(mark).map(inner).collect();
            // A list of names stays as its writer wrote it.
            if parts.iter().zip(bare.split(mark)).any(|(new, old)| new != old) {
                let joined = parts.join(with);
                return wrap(joined.trim_end());
            }
        }
    }
    if let Some((head, rest)) = bare.split_once('（')
        && let Some((within, tail)) = rest.rsplit_once('）')
        && !(head.is_empty() && tail.is_empty())
    {
        let (h, w, t) = (inner(head), inner(within), inner(tail));
        if h != head || w != within || t != tail {
            return wrap(
                format!("{h} ({w}){}{t}", if t.is_empty() { "" } else { " " }).trim_start(),
            );
        }
    }
    let counted = quantities(bare, false);
    if counted != bare { wrap(&counted) } else { Cow::Borrowed(text) }
}

/// A page in English: texts between tags and the labels that readers speak; nothing in fields, code
/// or scripts, nor in elements that say `translate="no"` or between the marks of [`typed`] (what
/// people wrote), which are marked so. Takes the marks away.
pub fn page(html: &str, say: impl Fn(&str) -> String) -> String {
    let say = |text: &str| western(say(text));
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    // Inside these a text is a person's or a machine's: the element's name, how many of that name
    // are open.
    let mut inside: Option<(&str, usize)> = None;
    // The element that was opened just before this text.
    let mut parent = "";
    while let Some(open) = rest.find('<') {
        let (text, tag) = rest.split_at(open);
        let ours = is_japanese(text) || text.contains(TYPED.0) || text.contains(FULL_WIDTH);
        if inside.is_none() && ours {
            text_of(&mut out, parent, text, tag, say);
        } else {
            out.push_str(text);
        }
        let end = tag.find('>').map_or(tag.len(), |at| at.saturating_add(1));
        let (tag, after) = tag.split_at(end);
        let closes = tag.starts_with("</");
        let name = tag
            .trim_start_matches(['<', '/'])
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let marked = !closes && tag.contains(" translate=\"no\"");
        let was_inside = inside.is_some();
        inside = match inside {
            Some((open, depth)) if open == name && closes => {
                depth.checked_sub(1).filter(|left| *left > 0).map(|left| (open, left))
            }
            Some((open, depth)) if open == name => Some((open, depth.saturating_add(1))),
            None if !closes && !VOID.contains(&name) && (marked || AS_TYPED.contains(&name)) => {
                Some((name, 1))
            }
            other => other,
        };
        if was_inside || marked {
            out.push_str(tag);
        } else {
            out.push_str(&attributes(tag, say));
        }
        parent = if closes { "" } else { name };
        rest = after;
    }
    out.push_str(rest);
    unmarked(&out)
}

/// A text between two tags. What was typed in it says so to other translators: its element where it
/// is alone in it, itself otherwise.
fn text_of(out: &mut String, parent: &str, text: &str, next: &str, say: impl Fn(&str) -> String) {
    // A slash comes escaped out of the templates.
    let text = text.replace("&#x2f;", "/");
    let bare = text.trim();
    let alone = bare.starts_with(TYPED.0)
        && bare.find(TYPED.1).is_some_and(|at| at.saturating_add(TYPED.1.len_utf8()) == bare.len());
    let closed = next.strip_prefix("</").is_some_and(|tail| {
        !parent.is_empty() && tail.strip_prefix(parent).is_some_and(|t| t.starts_with('>'))
    });
    // Nothing else may stand in these: they say it for all of their text.
    let whole = matches!(parent, "title" | "option" | "desc");
    let sides = match parent {
        _ if whole => ("", ""),
        "text" | "tspan" => ("<tspan translate=\"no\">", "</tspan>"),
        _ if alone && closed => ("", ""),
        _ => ("<span translate=\"no\">", "</span>"),
    };
    if (alone && closed || whole && text.contains(TYPED.0))
        && out.ends_with('>')
        && !out.ends_with("/>")
    {
        out.pop();
        out.push_str(" translate=\"no\">");
    }
    out.push_str(&around_typed(&text, sides, say));
}

/// Elements that never close.
const VOID: [&str; 6] = ["input", "img", "br", "meta", "link", "hr"];
/// Elements whose content is a person's or a machine's.
const AS_TYPED: [&str; 4] = ["textarea", "script", "code", "style"];

fn attributes(tag: &str, say: impl Fn(&str) -> String) -> String {
    if !is_japanese(tag) && !tag.contains(FULL_WIDTH) {
        return tag.to_string();
    }
    let mut out = tag.to_string();
    for name in [
        "aria-label=\"",
        "title=\"",
        "alt=\"",
        "data-label=\"",
        "data-status=\"",
        "data-offline=\"",
        "label=\"",
    ] {
        let mut from = 0;
        while let Some(at) =
            out[from..].find(&format!(" {name}")).map(|at| from + at + 1 + name.len())
        {
            let end = out[at..].find('"').map_or(out.len(), |e| at + e);
            let new = around_typed(&out[at..end], ("", ""), &say).replace('"', "'");
            out.replace_range(at..end, &new);
            from = at + new.len();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(text: &str) -> String {
        let table: BTreeMap<String, String> = [
            ("計画", "Plan"),
            ("登録可能", "Open for entry"),
            ("{}の登録・変更は{}まで（あと{}）", "{}: register or change until {} ({} left)"),
            ("下書きを保存しました。", "Draft saved."),
            ("納入{}件のうち{}%の予定日が決まりました", "{} deliveries, {}% with a date"),
            ("エラー：{}", "Error: {}"),
            ("「{}」は複数あります。{}から選んでください", "“{}” is several. Choose from {}"),
            ("{}行目：{}", "Row {}: {}"),
            ("{}を入力してください", "Please enter: {}"),
            (
                "「{}」の列がありません。新しい行は、どれも「{}」として取り込みます",
                "No column \"{}\": every new row is “{}”",
            ),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
        let patterns = Patterns::new(&table);
        translated(&table, &patterns, text).into_owned()
    }

    #[test]
    fn whole_sentences_sentences_with_places_dates_and_quantities() {
        assert_eq!(english(" 計画 "), " Plan ");
        assert_eq!(
            english("第2クールの登録・変更は2月15日（火）15:00まで（あと1日5時間）"),
            "Cycle 2: register or change until Tue 15 Feb, 15:00 (1 day 5 hours left)"
        );
        assert_eq!(english("2022年2月7日（月）10:00"), "Mon 7 Feb 2022, 10:00");
        assert_eq!(english("404,800円"), "¥404,800");
        assert_eq!(english("1箱"), "1 box");
        assert_eq!(english("150回接種分"), "150 doses");
        assert_eq!(
            english("納入12件のうち50%の予定日が決まりました"),
            "12 deliveries, 50% with a date"
        );
        assert_eq!(english("納入1件のうち0%の予定日が決まりました"), "1 delivery, 0% with a date");
        assert_eq!(
            english("納入11件のうち0%の予定日が決まりました"),
            "11 deliveries, 0% with a date"
        );
        assert_eq!(english("3回目"), "dose 3");
        assert_eq!(english("2行目、4行目"), "line 2, line 4");
        assert_eq!(
            english("エラー：計画を入力してください"),
            "Error: Please enter: Plan",
            "what follows a label is its own text"
        );
        assert_eq!(
            english("2行目：「港区」は複数あります。計画から選んでください"),
            "Row 2: “港区” is several. Choose from Plan",
            "and may be a sentence of two parts"
        );
        assert_eq!(english("1と234、3と4回目"), "1 and 234, 3 and dose 4");
        assert_eq!(
            english(
                "「計画」「3回目」の列がありません。新しい行は、どれも「登録可能」「計画」として取り込みます"
            ),
            "No column \"Plan\", \"dose 3\": every new row is “Open for entry”, “Plan”"
        );
        assert_eq!(english("登録可能　計画"), "Open for entry　Plan");
        assert_eq!(english("みなと商事 本社会場"), "みなと商事 本社会場", "names stay");
    }

    #[test]
    fn a_page_is_translated_between_its_tags_and_in_its_labels_only() {
        let html = "<p aria-label=\"計画\">計画<input value=\"計画\"></p><textarea>計画</textarea><code>計画</code><p class=\"pre\" translate=\"no\">計画</p>";
        assert_eq!(
            page(html, english),
            "<p aria-label=\"Plan\">Plan<input value=\"計画\"></p><textarea>計画</textarea><code>計画</code><p class=\"pre\" translate=\"no\">計画</p>"
        );
    }

    #[test]
    fn signs_beside_english_words_are_english() {
        let said = |html: &str| page(html, english);
        assert_eq!(
            said("<b>Error：</b><p>rows to import（2）</p><p>計画：3箱（計画）、計画。</p>"),
            "<b>Error: </b><p>rows to import (2)</p><p>Plan: 3 boxes (Plan), Plan.</p>"
        );
        assert_eq!(
            said("<td data-label=\"Row：\">A、B</td>"),
            "<td data-label=\"Row: \">A, B</td>"
        );
        // Names and what was typed keep theirs.
        let typed = typed("a：b（c）");
        assert_eq!(
            said(&format!("<p>港区：港区（{typed}）</p><textarea>a：（b）</textarea>")),
            "<p>港区：港区（<span translate=\"no\">a：b（c）</span>）</p><textarea>a：（b）</textarea>"
        );
    }

    #[test]
    fn what_a_sentence_quotes_of_what_was_typed_is_marked_and_nothing_else() {
        let said = |text: &str, form: &[&str]| {
            line(&quoting(text, form.iter().copied()), |text| text.replace("計画", "Plan"))
        };
        assert_eq!(
            said("「計画」は日付として読めません。計画を直してください。", &["計画"]),
            "「計画」は日付として読めません。Planを直してください。"
        );
        assert_eq!(said("「計画」を押してください。", &["3箱"]), "「Plan」を押してください。");
        assert_eq!(said("「計画」」は読めません。", &["計画」"]), "「計画」」は読めません。");
        assert_eq!(
            said("「計画計画…」は長すぎます。", &["計画計画計画"]),
            "「計画計画…」は長すぎます。"
        );
        let whole = |text: &str, cells: &[&str]| {
            quoting_whole(text, cells.iter().copied()).replace(TYPED.0, "<").replace(TYPED.1, ">")
        };
        assert_eq!(
            whole("「接種」の列。「接種日」の列", &["接種日"]),
            "「接種」の列。「<接種日>」の列"
        );
        assert_eq!(whole("「接種日と…」の列", &["接種日と時刻"]), "「<接種日と…>」の列");
    }

    #[test]
    fn what_a_sentence_quotes_is_told_by_its_beginning() {
        let long = "あ".repeat(300_000);
        let begin = format!("「{}…」", "あ".repeat(120));
        let is_told = |sentence: &str, wanted: &str| assert_eq!(told(sentence), wanted);
        is_told("「渋谷区」は複数あります", "「渋谷区」は複数あります");
        let exact = "い".repeat(120);
        is_told(&format!("「{exact}」は短い"), &format!("「{exact}」は短い"));
        is_told(&format!("1行目：「{long}」は長い"), &format!("1行目：{begin}は長い"));
        is_told(&format!("「{long}」「{long}」は長い"), &format!("{begin}{begin}は長い"));
        is_told(
            &format!("「{}」は長い", typed(&long)),
            &format!("「{}…」は長い", typed(&"あ".repeat(120))),
        );
        // Whatever stands in what was typed.
        for text in ["」", "「", "「」", "」「", "」あ", "「あ", "\u{1f600}", "…"] {
            let said = told(&format!("1行目：「{}」は読めません", text.repeat(100_000)));
            assert!(said.chars().count() <= LONGEST_SENTENCE + 1, "{text}");
            assert!(said.starts_with("1行目：「") && said.ends_with("は読めません"), "{said}");
        }
    }

    #[test]
    fn a_word_of_a_sentence_that_was_typed_as_well_is_the_sentences() {
        let said = |text: &str| page(&format!("<p>{text}</p>"), english);
        let column = |title: &str, word: &str| {
            format!("「{title}」の列がありません。新しい行は、どれも「{word}」として取り込みます")
        };
        assert_eq!(
            said(&column(&typed("計画"), &typed("登録可能"))),
            "<p>No column \"<span translate=\"no\">計画</span>\": every new row is “<span \
             translate=\"no\">登録可能</span>”</p>"
        );
        let sentence = format!("「{}」を「{}」に", typed("夜間"), typed("合計"));
        let with = |text: &str| match text.split_once("を「合計」に") {
            Some((quote, _)) => format!("make {} “合計”", quote.trim_matches(['「', '」'])),
            None => text.to_string(),
        };
        assert_eq!(
            page(&format!("<p>{sentence}</p>"), with),
            "<p>make <span translate=\"no\">夜間</span> “合計”</p>"
        );
    }

    #[test]
    fn the_places_of_what_was_typed_are_kept_beside_a_text_and_found_again() {
        for text in [
            format!("【分配】{}の計画（{}）", typed("計画"), typed("𠮷野\n計画")),
            typed("計画") + &typed("3箱"),
            typed("計画"),
            "計画".to_string(),
        ] {
            let (bare, spans) = parted(&text);
            assert!(!is_marked(&bare));
            assert_eq!(joined(&bare, &spans), text);
        }
        assert_eq!(
            lines(&format!("計画\n{}\n", typed("1\n2"))),
            ["計画".to_string(), typed("1\n2"), String::new()]
        );
        // What was cut after its beginning is typed to its end.
        assert_eq!(
            line(&typed("計画 計画").chars().take(4).collect::<String>(), |text| text
                .replace("計画", "Plan")),
            "計画 "
        );
    }

    #[test]
    fn what_people_typed_stays_byte_for_byte_wherever_it_stands() {
        for text in
            ["第2会場", "計画", "3箱", "2022年2月7日（月）10:00", "登録可能　計画", "（計画）"]
        {
            let marked = typed(text);
            let html = format!(
                "<h1 title=\"{marked}\">{marked}</h1><td translate=\"no\" title=\"{text}\">{text}<td>{text}</td>計画</td><p>{marked}の登録・変更は3箱まで（あと{marked}）</p><option>計画：{marked}</option><b>計画</b>"
            );
            let said = page(&html, english);
            let whole = format!(
                "<h1 title=\"{text}\" translate=\"no\">{text}</h1><td translate=\"no\" title=\"{text}\">{text}<td>{text}</td>計画</td><p><span translate=\"no\">{text}</span>: register or change until 3 boxes (<span translate=\"no\">{text}</span> left)</p><option translate=\"no\">Plan: {text}</option><b>Plan</b>"
            );
            assert_eq!(said, whole);
            assert_eq!(unmarked(&marked), text);
        }
    }
}
