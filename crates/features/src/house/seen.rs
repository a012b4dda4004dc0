//! A page as support sees it through somebody else's hat.

use std::sync::OnceLock;

use super::page::Answer;

/// Links stay within the view; those to what can't be looked at through another's hat lead nowhere, and nothing can be pressed.
pub fn seen_through(answer: Answer, viewed: &str) -> Answer {
    let prefix = format!("/as/{viewed}");
    match answer {
        Answer::Page { status, html } => {
            let html = within(&html.replace("href=\"&#x2f;", "href=\"/"), &prefix).replace("<button", "<button disabled");
            Answer::Page { status, html }
        }
        Answer::Redirect(to) if to.starts_with('/') => Answer::Redirect(format!("{prefix}{to}")),
        other => other,
    }
}

fn within(html: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(html.len() + 1024);
    let mut parts = html.split("href=\"/");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (link, rest) = part.split_once('"').unwrap_or((part, ""));
        let path = link.replace("&#x2f;", "/");
        let path = path.split(['?', '#', '&']).next().unwrap_or_default();
        match path {
            asset if asset.starts_with("assets/") => out.push_str(&format!("href=\"/{link}\"")),
            path if is_viewed(path) => out.push_str(&format!("href=\"{prefix}/{link}\"")),
            _ => out.push_str("aria-disabled=\"true\""),
        }
        out.push_str(rest);
    }
    out
}

/// Whether a page can be looked at through another's hat.
fn is_viewed(path: &str) -> bool {
    static ALL: OnceLock<Vec<(Vec<String>, bool)>> = OnceLock::new();
    let words = |path: &str| path.trim_start_matches('/').split('/').map(str::to_string).collect::<Vec<_>>();
    let all =
        ALL.get_or_init(|| crate::routes().iter().filter(|r| !r.is_write()).map(|r| (words(&r.path), r.viewed().is_some())).collect());
    let wanted = words(path);
    let fits = |route: &[String]| route.len() == wanted.len() && route.iter().zip(&wanted).all(|(r, w)| r.contains('{') || r == w);
    // A page of its own name (/applications/new) stands before one with a parameter in that place.
    let named = |route: &[String]| route.iter().filter(|word| !word.contains('{')).count();
    all.iter().filter(|(route, _)| fits(route)).max_by_key(|(route, _)| named(route)).is_some_and(|(_, viewed)| *viewed)
}
