//! Every link that somebody is shown leads somewhere.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use web::Route;

use crate::Visitor;

/// The route that an address leads to: the one with the most words in common.
fn route_of<'r>(routes: &'r [Route], path: &str) -> Option<&'r Route> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &&Route| {
        let own: Vec<&str> = route.path.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own.contains('{') || own == part)
    };
    let words = |route: &&Route| route.path.split('/').filter(|part| !part.contains('{')).count();
    routes.iter().filter(|route| !route.is_write()).filter(fits).max_by_key(words)
}

/// The addresses of ours that a page links to; templates write the strokes of a value as a sign.
fn links(body: &str) -> impl Iterator<Item = String> {
    let all = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |link: &str| {
        link.replace("&#x2f;", "/")
            .replace("&amp;", "&")
            .split('#')
            .next()
            .unwrap_or_default()
            .to_string()
    };
    all.map(plain).filter(|link| link.starts_with('/') && !link.starts_with("//"))
}

/// Follows the links of a person's pages from one to the next, once for each route and its sorts of
/// questions: those that were followed, and those that are refused or lead nowhere, with the page
/// that shows them.
pub fn dead(visitor: &Visitor, start: &str) -> (Vec<String>, Vec<String>) {
    let routes = features::routes();
    let heavy = |path: &str| {
        [".pdf", ".zip", "/logout"].iter().any(|end| path.ends_with(end))
            || path.starts_with("/assets/")
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut waiting = VecDeque::from([(start.to_string(), String::new())]);
    let (mut followed, mut faults) = (Vec::new(), Vec::new());
    while let Some((address, from)) = waiting.pop_front() {
        let (status, _, body) = visitor.fetch("GET", &address);
        followed.push(address.clone());
        if status >= 400 {
            faults.push(format!("{status} {address} on {from}"));
            continue;
        }
        for link in links(&body) {
            let (path, query) = link.split_once('?').unwrap_or((&link, ""));
            // What the head of every page links to is asked about once.
            if heavy(path) || !known.insert(link.clone()) {
                continue;
            }
            let mut names: Vec<&str> =
                query.split('&').filter_map(|pair| pair.split('=').next()).collect();
            names.sort_unstable();
            let route = route_of(&routes, path).map_or(path, |route| &route.path);
            let times = seen.entry(format!("{route}?{}", names.join("&"))).or_default();
            *times += 1;
            if *times == 1 {
                waiting.push_back((link, address.clone()));
            }
        }
    }
    (followed, faults)
}
