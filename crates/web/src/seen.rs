//! A page as support sees it through somebody else's membership.

use rules::access::Act;

use super::page::Answer;
use super::routes::{Route, Run};

/// What leads to a page.
struct Leads {
    words: Vec<String>,
    /// It can be looked at through another's membership.
    viewed: bool,
    /// It is a file for other systems, the same for everybody.
    open: bool,
}

/// Where the product's links lead.
pub struct Links(Vec<Leads>);

impl Links {
    pub fn of(routes: &[Route]) -> Links {
        let of = |r: &Route| {
            let open = r.act == Act::ReadPublic && matches!(r.run, Run::Api(_));
            Leads { words: words(&r.path), viewed: r.viewed().is_some(), open }
        };
        Links(routes.iter().filter(|r| !r.is_write()).map(of).collect())
    }

    /// Links stay within the view; those to what can't be looked at through another's membership
    /// lead nowhere, and nothing can be pressed.
    pub fn seen_through(&self, answer: Answer, viewed: &str) -> Answer {
        let prefix = format!("/as/{viewed}");
        match answer {
            Answer::Page { status, html } => {
                let html = self
                    .within(&html.replace("href=\"&#x2f;", "href=\"/"), &prefix)
                    .replace("<button", "<button disabled");
                Answer::Page { status, html }
            }
            // Nobody is led to what can't be looked at.
            Answer::Redirect(to) if to.starts_with('/') => {
                let seen = self.leads(bare(&to)).is_some_and(|to| to.viewed);
                Answer::Redirect(format!("{prefix}{}", if seen { to.as_str() } else { "/home" }))
            }
            other => other,
        }
    }

    fn within(&self, html: &str, prefix: &str) -> String {
        let mut out = String::with_capacity(html.len() + 1024);
        let mut parts = html.split("href=\"/");
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (link, rest) = part.split_once('"').unwrap_or((part, ""));
            let path = link.replace("&#x2f;", "/");
            let path = bare(&path);
            // What needs no change: files of the product, and what stays within the view already.
            let asset = path.starts_with("assets/")
                || path.strip_prefix(&prefix[1..]).is_some_and(|rest| rest.starts_with('/'));
            match if asset { None } else { self.leads(path) } {
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

    fn leads(&self, path: &str) -> Option<&Leads> {
        let wanted = words(path);
        let fits = |route: &[String]| {
            route.len() == wanted.len()
                && route.iter().zip(&wanted).all(|(r, w)| r.contains('{') || r == w)
        };
        // A page of its own name (/applications/new) stands before one with a parameter in that
        // place.
        let named = |route: &[String]| route.iter().filter(|word| !word.contains('{')).count();
        self.0.iter().filter(|to| fits(&to.words)).max_by_key(|to| named(&to.words))
    }
}

fn words(path: &str) -> Vec<String> {
    path.trim_start_matches('/').split('/').map(str::to_string).collect()
}

/// A link's path, without what it asks.
fn bare(link: &str) -> &str {
    link.split(['?', '#', '&']).next().unwrap_or_default()
}
