//! Hostile files at the real binary's doors, under a limit on its address space: each is answered with a sentence, within bounds of
//! memory and time, while `/health` answers at once; nothing ends the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod limited;

use features::seeds::PASSWORD;
use limited::{HEALTH, MEMORY, Server, TIME, ureq_get, weighed};
use stories::Visitor;
use stories::wreckage;

fn sent(server: &Server, what: &str, send: impl FnOnce() -> (u16, String)) {
    let ((status, words), cost) = weighed(server, send);
    let (cost, took, slowest) = (cost.memory, cost.took, cost.health);
    println!("{status} {took:>8.1?} {:>4} MB  health {slowest:?}  {what}: {}", cost / 1000, words.chars().take(80).collect::<String>());
    assert!(matches!(status, 200 | 403 | 413 | 415 | 422), "{what}: {status} {words}");
    // Refused with a sentence that says why.
    const WHY: [&str; 20] = [
        "行がありません",
        "見出しの行が",
        "選んでください",
        "保存してください",
        "信用できない値",
        "パスワード",
        "読めません",
        "読み取れません",
        "大きすぎ",
        "多すぎ",
        "空です",
        "閉じられて",
        "入っています",
        "値があります",
        "わかりません",
        "引用符",
        "壊れて",
        "ページがありません",
        "受け取れません",
        "添付できるのは",
    ];
    assert!(status != 422 || WHY.iter().any(|why| words.contains(why)), "{what}: {words}");
    assert!(cost < MEMORY, "{what}: {cost} kB");
    assert!(took < TIME, "{what}: {took:?}");
    assert!(slowest < HEALTH, "{what}: /health took {slowest:?}");
}

/// The status and the words of a page from its own title on.
fn said(page: &stories::Page) -> (u16, String) {
    let words = page.words();
    let from = words.rfind("内容を直して").or_else(|| words.find("取り込み")).unwrap_or(0);
    (page.status, words[from..].to_string())
}

#[test]
fn hostile_files_are_answered_within_bounds_and_nothing_ends_the_process() {
    let server = Server::start();
    let person = |mail: &str| {
        let mut visitor = Visitor::new(&server.url);
        visitor.sign_in(mail, PASSWORD);
        visitor
    };
    let (ito, sato) = (person("ito@touto-oroshi.example"), person("sato@minato-shoji.example"));
    let tables = wreckage::tables();
    assert!(tables.len() > 95, "{}", tables.len());
    for (what, name, bytes) in &tables {
        sent(&server, what, || said(&ito.upload("/wholesale/import", name, bytes)));
    }
    let home = String::from_utf8_lossy(&sato.open("/home").bytes).replace("&#x2f;", "/");
    let venue = home.find("/venues/v-").expect("a link to the venue");
    let notes = format!("{}/notes", home[venue..].split(['"', '?', '#']).next().unwrap().split('/').take(3).collect::<Vec<_>>().join("/"));
    for (what, name, bytes) in &wreckage::papers() {
        sent(&server, what, || said(&sato.upload_as(&notes, "attachment", name, bytes, &[("text", "x")])));
    }
    // The worst at doors that take no file, by nobody, by a stranger's form, by somebody who may not.
    let stray = tables[0].2.clone();
    let nobody = Visitor::new(&server.url);
    for (what, visitor, path) in [
        ("a file for the page of signing in", &nobody, "/login"),
        ("a file of nobody", &nobody, "/wholesale/import"),
        ("a file of somebody who may not", &sato, "/wholesale/import"),
        ("a file for a page without files", &ito, "/account/password"),
    ] {
        sent(&server, what, || {
            let page = visitor.upload_as(path, "file", "a.xlsx", &stray, &[]);
            (if page.status == 404 { 403 } else { page.status }, page.words())
        });
    }
    let many: Vec<(String, String)> = (0..60_000).map(|n| (format!("_pick.{n}"), "theirs".to_string())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    for path in ["/login", "/wholesale/shipments"] {
        sent(&server, "a form of sixty thousand choices", || said(&ito.send(path, &many)));
    }
    // All at once: each is answered, be it that it has to come again.
    std::thread::scope(|scope| {
        for (what, name, bytes) in tables.iter().take(8) {
            let person = &person;
            scope.spawn(move || {
                let page = person("ito@touto-oroshi.example").upload("/wholesale/import", name, bytes);
                assert!([200, 413, 422, 503].contains(&page.status), "{what}: {}", page.status);
            });
        }
    });
    assert_eq!(ureq_get(&format!("{}/health", server.url)), 200);
}
