//! A page as support sees it through somebody else's hat.

use std::sync::OnceLock;

use rules::access::Act;

use super::page::Answer;
use super::routes::{Route, Run};

/// Links stay within the view; those to what can't be looked at through another's hat lead nowhere, and nothing can be pressed.
pub fn seen_through(answer: Answer, viewed: &str) -> Answer {
    let prefix = format!("/as/{viewed}");
    match answer {
        Answer::Page { status, html } => {
            let html = within(&html.replace("href=\"&#x2f;", "href=\"/"), &prefix)
                .replace("<button", "<button disabled");
            Answer::Page { status, html }
        }
        // Nobody is led to what can't be looked at.
        Answer::Redirect(to) if to.starts_with('/') => {
            let seen = leads(bare(&to)).is_some_and(|to| to.viewed);
            Answer::Redirect(format!("{prefix}{}", if seen { to.as_str() } else { "/home" }))
        }
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
        let path = bare(&path);
        let asset = path.starts_with("assets/");
        match if asset { None } else { leads(path) } {
            to if asset || to.is_some_and(|to| to.open) => {
                out.push_str(&format!("href=\"/{link}\""))
            }
            Some(to) if to.viewed => out.push_str(&format!("href=\"{prefix}/{link}\"")),
            _ => out.push_str("aria-disabled=\"true\""),
        }
        out.push_str(rest);
    }
    out
}

/// A link's path, without what it asks.
fn bare(link: &str) -> &str {
    link.split(['?', '#', '&']).next().unwrap_or_default()
}

/// What leads to a page.
struct Leads {
    words: Vec<String>,
    /// It can be looked at through another's hat.
    viewed: bool,
    /// It is a file for other systems, the same for everybody.
    open: bool,
}

fn leads(path: &str) -> Option<&'static Leads> {
    static ALL: OnceLock<Vec<Leads>> = OnceLock::new();
    let words = |path: &str| {
        path.trim_start_matches('/').split('/').map(str::to_string).collect::<Vec<_>>()
    };
    let of = |r: &Route| {
        let open = r.act == Act::ReadPublic && matches!(r.run, Run::Api(_));
        Leads { words: words(&r.path), viewed: r.viewed().is_some(), open }
    };
    let all = ALL
        .get_or_init(|| super::server::routes().iter().filter(|r| !r.is_write()).map(of).collect());
    let wanted = words(path);
    let fits = |route: &[String]| {
        route.len() == wanted.len()
            && route.iter().zip(&wanted).all(|(r, w)| r.contains('{') || r == w)
    };
    // A page of its own name (/applications/new) stands before one with a parameter in that place.
    let named = |route: &[String]| route.iter().filter(|word| !word.contains('{')).count();
    all.iter().filter(|to| fits(&to.words)).max_by_key(|to| named(&to.words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_links_only_to_what_can_be_looked_at() {
        let seen = |link: &str| within(&format!("<a href=\"{link}\">x</a>"), "/as/a-1");
        for link in
            ["/home", "/venues/v-1/plan?at=2022-02-01", "/calendar", "/schemas/claim-v1.json"]
        {
            assert_eq!(seen(link), format!("<a href=\"/as/a-1{link}\">x</a>"));
        }
        for link in ["/assets/0/style.css", "/api/v1/openapi.json"] {
            assert_eq!(seen(link), format!("<a href=\"{link}\">x</a>"));
        }
        for link in [
            "/account",
            "/login",
            "/applications/new",
            "/account/notices",
            "/members/h-1",
            "/nowhere",
        ] {
            assert_eq!(seen(link), "<a aria-disabled=\"true\">x</a>", "{link}");
        }
        let led = |to: &str| match seen_through(Answer::Redirect(to.into()), "a-1") {
            Answer::Redirect(to) => to,
            other => format!("{other:?}"),
        };
        assert_eq!(led("/calendar?month=2022-02"), "/as/a-1/calendar?month=2022-02");
        assert_eq!(led("/login"), "/as/a-1/home");
    }
}
