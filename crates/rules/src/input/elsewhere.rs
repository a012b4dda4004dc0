//! What stands in a field for a name, a title or an address and has a field of its own: a telephone
//! number, a mail address, the address of a page, a postal code.

use super::InputFault;
use super::chars::{folded, is_blank, is_dash};
use super::vocabulary::{CALLED, INSIDE};

/// What was found, and where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    Phone,
    Mail,
    Postal,
    Web,
}

/// No field for a name or an address is longer; what stands behind isn't looked at.
const LONGEST: usize = 300;

/// The first thing in a name, a title or an address that belongs into another field. A postal code
/// is one where it is marked (〒) or stands alone: addresses have another rule for theirs.
///
/// # Errors
/// [`InputFault::Elsewhere`] with what was found, as it is read, at most 60 characters.
pub(super) fn nothing_else(label: &str, value: &str) -> Result<(), InputFault> {
    let text: Vec<char> = folded(value).to_lowercase().chars().take(LONGEST).collect();
    let Some((belongs, found)) = found(&text) else { return Ok(()) };
    let found = found.trim().chars().take(60).collect();
    Err(InputFault::Elsewhere { label: label.into(), found, belongs })
}

fn found(text: &[char]) -> Option<(Belongs, String)> {
    let any = |find: fn(&[char], usize) -> Option<usize>| {
        (0..text.len()).find_map(|at| Some(text[at..find(text, at)?].iter().collect::<String>()))
    };
    any(page)
        .map(|found| (Belongs::Web, found))
        .or_else(|| any(mail).map(|found| (Belongs::Mail, found)))
        .or_else(|| any(called).map(|found| (Belongs::Phone, found)))
        .or_else(|| any(number).map(|found| (Belongs::Phone, found)))
        .or_else(|| postal_alone(text).map(|found| (Belongs::Postal, found)))
}

fn at(text: &[char], n: usize) -> char {
    text.get(n).copied().unwrap_or('\n')
}

fn begins(text: &[char], from: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(n, c)| text.get(from + n) == Some(&c))
}

/// Where a run of characters ends that begins here.
fn run(text: &[char], from: usize, of_it: impl Fn(char) -> bool) -> usize {
    from + text.iter().skip(from).take_while(|c| of_it(**c)).count()
}

fn of_a_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.')
}

/// `https://…`, `www.example.jp`, `example.co.jp` alone.
fn page(text: &[char], from: usize) -> Option<usize> {
    let before = from.checked_sub(1).map(|n| text[n]);
    if before.is_some_and(|c| of_a_host(c) || matches!(c, '@' | '_')) {
        return None;
    }
    let whole = run(text, from, |c| c.is_ascii_graphic());
    if ["http://", "https://", "ftp://"].iter().any(|scheme| begins(text, from, scheme)) {
        return Some(whole);
    }
    let end = run(text, from, of_a_host);
    let host: String = text[from..end].iter().collect();
    let of_an_office = [".co.jp", ".or.jp", ".ac.jp", ".go.jp", ".ne.jp", ".lg.jp", ".ed.jp"];
    let www = host.strip_prefix("www.").is_some_and(|rest| rest.len() > 1);
    let bare = from == 0
        && end == run(text, from, |c| c != '/')
        && of_an_office.iter().any(|last| host.len() > last.len() && host.ends_with(last));
    (www || bare).then_some(whole)
}

/// `info@example.jp`, `info(at)example.jp`; アット@ホーム has no host.
fn mail(text: &[char], from: usize) -> Option<usize> {
    let of_it = |c: char| c.is_ascii_alphanumeric() || "._%+-'/=?!#$&*{}|~^`".contains(c);
    if from > 0 && of_it(text[from - 1]) {
        return None;
    }
    let local = run(text, from, of_it);
    let mut behind = run(text, local, is_blank);
    let sign = ["@", "(at)", "[at]", "(a)", "<at>", "●", "★", "☆", "■"];
    behind += sign.iter().find(|s| begins(text, behind, s))?.chars().count();
    let host = run(text, behind, is_blank);
    let end = run(text, host, of_a_host);
    let name: String = text[host..end].iter().collect();
    let name = name.trim_end_matches('.');
    let (_, last) = name.rsplit_once('.')?;
    let known = last.len() >= 2 && last.bytes().all(|b| b.is_ascii_alphabetic());
    (local > from && known && !name.starts_with('.')).then_some(end)
}

/// `tel 1234-5678`, `内線123`, `☎03…`: the word before it says what the figures are.
fn called(text: &[char], from: usize) -> Option<usize> {
    let before = from.checked_sub(1).map(|n| text[n]);
    let long = |words: &[&str]| {
        words.iter().filter(|w| begins(text, from, w)).map(|w| w.chars().count()).max()
    };
    let (long, least) = match (long(&CALLED), long(&INSIDE)) {
        (Some(long), _) => (long, 4),
        (None, Some(long)) => (long, 2),
        (None, None) => return None,
    };
    // hotel 1234
    if text[from].is_ascii_alphabetic() && before.is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let between = |c: char| is_blank(c) || is_dash(c) || ":;.,/()[]・番号#=→ー".contains(c);
    let first = run(text, from + long, between);
    let end = run(text, first, |c| c.is_ascii_digit() || is_dash(c) || is_blank(c) || c == ')');
    let digits = text[first..end].iter().filter(|c| c.is_ascii_digit()).count();
    // 電話1234課
    (digits >= least).then_some(end)
}

/// A number of Japan with its area code, in groups or not; one that lost its first 0 where its last
/// group has four digits.
fn number(text: &[char], from: usize) -> Option<usize> {
    let c = text[from];
    let begins = c.is_ascii_digit() || c == '+' || (c == '(' && at(text, from + 1) == '0');
    let goes_on = |c: char| c.is_ascii_digit() || is_dash(c) || matches!(c, '.' | '+' | 'ー');
    if !begins || from.checked_sub(1).is_some_and(|n| goes_on(text[n])) {
        return None;
    }
    let (mut digits, mut gap, mut end) = (0, 0, from);
    let mut last = None;
    while let Some(&c) = text.get(end) {
        match c {
            '0'..='9' => (digits, gap) = (digits + 1, 0),
            '+' if end == from => {}
            c if is_dash(c) || is_blank(c) || matches!(c, '(' | ')' | '.' | 'ー') => gap += 1,
            _ => break,
        }
        end += 1;
        if gap > 2 || digits > 13 {
            break;
        }
        let closed = !at(text, end).is_ascii_digit();
        if gap == 0 && closed && (9..=13).contains(&digits) && is_phone(&text[from..end]) {
            last = Some(end);
        }
    }
    last
}

fn is_phone(written: &[char]) -> bool {
    let written: String = written.iter().collect();
    let groups: Vec<&str> = written.split(is_dash).collect();
    match super::phone("", &written) {
        Ok(_) => true,
        Err(InputFault::Placeholder { .. }) => written.starts_with(['0', '(', '+']),
        // 3-1234-5678
        Err(InputFault::PhoneZero(_)) => {
            groups.len() == 3
                && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()))
                && groups[2].len() == 4
        }
        Err(_) => false,
    }
}

/// A postal code and nothing else (`105-0014`), or one behind 〒.
fn postal_alone(text: &[char]) -> Option<String> {
    let parts = |c: char| is_dash(c) || c == 'ー';
    let marked = text.iter().position(|c| matches!(c, '〒' | '〶' | '〠'));
    let from = run(text, marked.map_or(0, |at| at + 1), |c| is_blank(c) || c == ':');
    let end = run(text, from, |c| c.is_ascii_digit() || parts(c));
    let code: String = text[from..end].iter().collect();
    let groups: Vec<usize> = code.split(parts).map(str::len).collect();
    let alone = marked.is_some() || (end == text.len() && groups == [3, 4]);
    let sound = matches!(super::postal("", &code), Ok(_) | Err(InputFault::Placeholder { .. }));
    (alone && sound).then_some(code)
}
