//! Papers of as much as a month can hold: a claim to every municipality of the country, its pages
//! and one of its papers, within the bounds that hold for everything that comes in. All of them in
//! one file aren't among them: they break the bounds (docs/reliability.md).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod limited;

use limited::Server;
use stories::{Page, Visitor};
use vsys::demo_world::PASSWORD;

/// The address of the first link below one.
fn link(page: &Page, below: &str) -> String {
    let text = String::from_utf8_lossy(&page.bytes).replace("&#x2f;", "/");
    let at = text
        .find(&format!("\"{below}"))
        .unwrap_or_else(|| panic!("a link below {below}: {}", page.words()));
    text[at + 1..].split(['"', '?', '#']).next().unwrap().to_string()
}

#[test]
fn a_claim_to_every_municipality_is_drawn_within_bounds() {
    let server = Server::start();
    let mut sato = Visitor::new(&server.url);
    sato.sign_in("sato@minato-shoji.example", PASSWORD);
    let venue =
        link(&sato.open("/home"), "/venues/v-").split('/').take(3).collect::<Vec<_>>().join("/");
    let month = link(&sato.open(&format!("{venue}/billing")), &format!("{venue}/billing/20"));
    let month = month.split('/').take(5).collect::<Vec<_>>().join("/");
    let places = masters::Masters::load().unwrap().places;
    let all: String = places.municipalities.iter().map(|m| format!("{}\t1\n", m.code)).collect();
    assert!(places.municipalities.len() > 1_700);
    let paste = sato.open(&format!("{month}/paste"));
    let (page, cost) = server.weighed(|| {
        sato.press(&paste, "貼り付けた内容を請求に入れる", &[("paste", &all), ("mode", "replace")])
    });
    server.enter("every municipality, pasted", all.len(), &page.status.to_string(), cost);
    page.is(200).says("下書きに入れました");
    for (what, path) in [
        ("what is checked", "check"),
        ("the page of its papers", "documents"),
        ("its data", "data.json"),
        ("its table", "data.xlsx"),
    ] {
        let (page, cost) = server.weighed(|| sato.open(&format!("{month}/{path}")));
        server.enter(what, 0, &format!("{}, {} bytes", page.status, page.bytes.len()), cost);
        page.is(200);
    }
    let (page, cost) =
        server.weighed(|| sato.send(&format!("{month}/documents/summary-0.pdf"), &[]));
    server.enter("one paper", 0, &format!("{}, {} bytes", page.status, page.bytes.len()), cost);
    page.is(200);
}
