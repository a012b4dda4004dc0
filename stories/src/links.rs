//! Everything that somebody is shown to press leads somewhere: links and forms.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use web::Route;

use crate::Visitor;

/// How many addresses of one sort are followed: months and states differ.
const OF_A_SORT: usize = 4;
/// What a form of another session is answered with, once the guard has let its sender in.
const FOREIGN: &str = "ほかのログインのときに開いた画面から送られました";

/// The route that an address leads to: the one with the most words in common.
fn route_of<'r>(routes: &'r [Route], path: &str, writes: bool) -> Option<&'r Route> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &&Route| {
        let own: Vec<&str> = route.path.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own.contains('{') || own == part)
    };
    let words = |route: &&Route| route.path.split('/').filter(|part| !part.contains('{')).count();
    routes.iter().filter(|route| route.is_write() == writes).filter(fits).max_by_key(words)
}

/// An address as it stands in a page: templates write the strokes of a value as a sign.
fn plain(link: &str) -> String {
    let link = link.replace("&#x2f;", "/").replace("&amp;", "&");
    link.split('#').next().unwrap_or_default().to_string()
}

/// The addresses of ours that a page links to.
fn links(body: &str) -> impl Iterator<Item = String> {
    let all = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.map(plain).filter(|link| link.starts_with('/') && !link.starts_with("//"))
}

/// The addresses to which a page's forms send.
fn actions(page: &str, body: &str) -> impl Iterator<Item = String> {
    let own = page.split('?').next().unwrap_or_default().to_string();
    let all = body.split("<form ").skip(1).filter_map(|rest| rest.split('>').next());
    let posted = all.filter(|head| head.contains("method=\"post\""));
    posted.map(move |head| {
        let action = head.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
        action.map_or(own.clone(), |action| {
            plain(action).split('?').next().unwrap_or_default().to_string()
        })
    })
}

/// What a person was led to.
#[derive(Default)]
pub struct Walk {
    pub followed: Vec<String>,
    /// The forms, each with its page, so many of a sort.
    pub forms: Vec<(String, String)>,
    /// What is refused or leads nowhere, with the page that shows it.
    pub faults: Vec<String>,
}

/// Follows the links of a person's pages from one to the next, some for each route and its sorts of
/// questions, and where they lead to.
pub fn walked(visitor: &Visitor, start: &str) -> Walk {
    let routes = vsys::routes();
    let heavy = |path: &str| {
        [".pdf", ".zip", "/logout"].iter().any(|end| path.ends_with(end))
            || path.starts_with("/assets/")
    };
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut waiting = VecDeque::from([(start.to_string(), String::new())]);
    let mut walk = Walk::default();
    let mut fresh = move |sort: String, address: &str| {
        let all = seen.entry(sort).or_default();
        let new = all.len() < OF_A_SORT && !all.iter().any(|known| known == address);
        if new {
            all.push(address.to_string());
        }
        new
    };
    while let Some((address, from)) = waiting.pop_front() {
        let (status, to, body) = visitor.fetch("GET", &address);
        walk.followed.push(address.clone());
        if status >= 400 {
            walk.faults.push(format!("{status} {address} on {from}"));
            continue;
        }
        let led = Some(to).filter(|to| (300..400).contains(&status) && to.starts_with('/'));
        for link in links(&body).chain(led) {
            let (path, query) = link.split_once('?').unwrap_or((&link, ""));
            // What the head of every page links to is asked about once.
            if heavy(path) || !known.insert(link.clone()) {
                continue;
            }
            let mut names: Vec<&str> =
                query.split('&').filter_map(|pair| pair.split('=').next()).collect();
            names.sort_unstable();
            let route = route_of(&routes, path, false).map_or(path, |route| &route.path);
            if fresh(format!("{route}?{}", names.join("&")), &link) {
                waiting.push_back((link, address.clone()));
            }
        }
        for action in actions(&address, &body) {
            let route = route_of(&routes, &action, true).map_or("", |route| &route.path);
            if fresh(format!("POST {route}"), &action) {
                walk.forms.push((action, address.clone()));
            }
        }
    }
    walk
}

/// The forms that their person may not send, or that lead nowhere: each is sent with the token of
/// another session, so that the guard answers and nothing is done.
pub fn refused(visitor: &Visitor, walk: &Walk) -> Vec<String> {
    let mut faults = Vec::new();
    // Who looks through somebody's eyes has dead buttons; a booking names its slot.
    let live = |(action, page): &&(String, String)| {
        !page.starts_with("/as/") && !action.starts_with("/find/")
    };
    for (action, page) in walk.forms.iter().filter(live) {
        let answer = visitor.send_exactly(action, &[("_key", "of another session")]);
        let let_in = answer.status != 403 || answer.body.contains(FOREIGN);
        if matches!(answer.status, 404 | 405 | 500..) || !let_in {
            faults.push(format!("{} POST {action} on {page}", answer.status));
        }
    }
    faults
}
