//! Mail addresses: what a person writes, what is stored, what a mail server takes. And addresses
//! of pages.

use super::chars::{folded, is_blank, is_dash};
use super::{InputFault, MailFault};

/// Carriers that gave out addresses with dots in a row or at the end (until 2009). Servers take
/// them in quotes.
const DOTTED: [&str; 4] = ["docomo.ne.jp", "ezweb.ne.jp", "au.com", "disney.ne.jp"];

/// A mail address as it is stored: width folded, `mailto:` and `名前 <…>` taken off, domain in lower
/// case, the part before @ as typed.
/// Whatever this accepts can be sent to: [`sendable`] is what goes to the mail server.
///
/// # Errors
/// Empty; no address, with what is wrong.
pub fn mail(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw);
    // A spreadsheet's mark of a text.
    let folded = folded.trim_start_matches('\'');
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let fault = |why: MailFault| InputFault::MailPart { label: label.into(), why };
    let address = unwrapped(folded).ok_or_else(|| fault(MailFault::Two))?;
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Err(InputFault::Mail(label.into()));
    };
    // No address has a dash of another sort.
    let local: String =
        local.trim_end().chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    let (local, domain) = (local.as_str(), domain.trim_start());
    let domain = domain.replace('。', ".").to_lowercase();
    let local = local
        .strip_prefix('"')
        .and_then(|l| l.strip_suffix('"'))
        .filter(|l| is_dotted_of(l, &domain))
        .unwrap_or(local);
    if local.is_empty() || domain.is_empty() {
        return Err(InputFault::Mail(label.into()));
    }
    check_local(local, &domain).map_err(fault)?;
    check_domain(&domain).map_err(fault)?;
    if local.len() + 1 + domain.len() + if has_loose_dots(local) { 2 } else { 0 } > 254 {
        return Err(fault(MailFault::Long));
    }
    Ok(format!("{local}@{domain}"))
}

/// The key by which addresses are compared: no mail server in use tells capitals apart.
pub fn mail_key(stored: &str) -> String {
    stored.to_lowercase()
}

/// The address as a mail server takes it: a carrier's dots in a row or at an end stand in quotes
/// (RFC 5321).
pub fn sendable(stored: &str) -> String {
    match stored.rsplit_once('@') {
        Some((local, domain))
            if has_loose_dots(local) && local.chars().all(|c| is_atext(c) || c == '.') =>
        {
            format!("\"{local}\"@{domain}")
        }
        _ => stored.to_string(),
    }
}

/// The address of a page: `https://` or `http://` with a host, no blanks, at most 500 characters.
///
/// # Errors
/// Empty; no such address; too long.
pub fn web(label: &str, raw: &str) -> Result<String, InputFault> {
    let folded = folded(raw);
    if folded.is_empty() {
        return Err(InputFault::Empty(label.into()));
    }
    let wrong = || InputFault::NotWeb(label.into());
    let at = folded.find("://").ok_or_else(wrong)?;
    let (scheme, rest) = (folded[..at].to_lowercase(), &folded[at + 3..]);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains(['@', '\\', '<', '>', '"']);
    if !matches!(scheme.as_str(), "https" | "http")
        || !named
        || rest.contains(|c: char| is_blank(c) || c == '\n' || c == '"' || c == '<' || c == '>')
    {
        return Err(wrong());
    }
    super::limited(label, format!("{scheme}://{rest}"), 500)
}

/// `mailto:a@b?subject=x`, `名前 <a@b>`, `<a@b>`: the address. `None` where there are two.
fn unwrapped(text: &str) -> Option<&str> {
    let inner = match (text.rfind('<'), text.rfind('>')) {
        (Some(from), Some(to)) if from < to && text[to + 1..].trim().is_empty() => {
            (text.matches('<').count() == 1).then_some(())?;
            &text[from + 1..to]
        }
        _ => text,
    };
    let inner = inner.trim_matches(|c: char| is_blank(c) || c == '\n');
    let bare = inner
        .get(..7)
        .filter(|p| p.eq_ignore_ascii_case("mailto:"))
        .map_or(inner, |_| inner[7..].split('?').next().unwrap_or_default());
    (bare.matches('@').count() < 2 || !bare.contains([',', ';', '、', ' ', '\n', '/']))
        .then_some(bare.trim())
}

fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

fn has_loose_dots(local: &str) -> bool {
    local.starts_with('.') || local.ends_with('.') || local.contains("..")
}

fn is_dotted_of(local: &str, domain: &str) -> bool {
    has_loose_dots(local)
        && DOTTED.iter().any(|d| {
            domain.strip_suffix(d).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}

fn check_local(local: &str, domain: &str) -> Result<(), MailFault> {
    let loose = has_loose_dots(local);
    if local.contains('@') {
        Err(MailFault::At)
    } else if local.contains(|c| is_blank(c) || c == '\n') {
        Err(MailFault::Blank)
    } else if !local.chars().all(|c| is_atext(c) || c == '.') || local.chars().all(|c| c == '.') {
        Err(MailFault::Local)
    } else if loose && !is_dotted_of(local, domain) {
        Err(MailFault::Dots)
    } else if local.len() + if loose { 2 } else { 0 } > 64 {
        Err(MailFault::LongLocal)
    } else {
        Ok(())
    }
}

fn check_domain(domain: &str) -> Result<(), MailFault> {
    if domain.contains(|c| is_blank(c) || c == '\n') {
        return Err(MailFault::Blank);
    }
    if domain.starts_with('[') {
        return Err(MailFault::Literal);
    }
    if !domain.is_ascii()
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '・' | 'ー'))
    {
        return Err(MailFault::Idn);
    }
    let labels: Vec<&str> = domain.split('.').collect();
    let sound = |l: &&str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let last = labels.last().copied().unwrap_or_default();
    if labels.iter().all(|l| l.bytes().all(|b| b.is_ascii_digit())) && labels.len() == 4 {
        Err(MailFault::Literal)
    } else if !labels.iter().all(sound) {
        Err(MailFault::Domain)
    } else if labels.len() < 2 {
        Err(MailFault::NoDot)
    } else if last.len() < 2 || last.bytes().all(|b| b.is_ascii_digit()) {
        Err(MailFault::Domain)
    } else {
        Ok(())
    }
}
