//! Hostile files at the real binary's doors, under a limit on its address space: each is answered with a sentence, within bounds of
//! memory and time, while `/health` answers at once; nothing ends the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use features::seeds::PASSWORD;
use stories::Visitor;
use stories::wreckage;

/// Address space of the process, in kilobytes.
const SPACE: u64 = 2_000_000;
/// What one file may cost.
const MEMORY: u64 = 200_000;
/// Without optimisation, on a machine that builds beside it, everything takes longer.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
const HEALTH: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 100 });

struct Server {
    process: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start() -> Server {
        let command = format!("ulimit -v {SPACE}; exec \"$0\" demo --listen 127.0.0.1:0");
        let mut process = Command::new("sh").args(["-c", &command, env!("CARGO_BIN_EXE_vsys")]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines
            .find_map(|line| {
                let line = line.ok()?;
                let at = line.find("http://")?;
                Some(line[at..].split('/').take(3).collect::<Vec<_>>().join("/"))
            })
            .expect("the server prints its address");
        std::thread::spawn(move || lines.for_each(drop));
        Server { process, url }
    }

    /// A line of the process's status, in kilobytes.
    fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the process lives");
        let found = status.lines().find_map(|l| l.strip_prefix(line)?.split_whitespace().next()?.parse().ok());
        found.unwrap_or_else(|| panic!("{line} of {status}"))
    }

    fn forget_the_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }
}

/// Asks `/health` again and again and keeps the slowest answer.
fn watch_health(url: &str, over: &Arc<AtomicBool>, slowest: &Arc<AtomicU64>) -> std::thread::JoinHandle<()> {
    let (url, over, slowest) = (format!("{url}/health"), over.clone(), slowest.clone());
    std::thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            let since = Instant::now();
            assert_eq!(ureq_get(&url), 200);
            slowest.fetch_max(since.elapsed().as_millis() as u64, Ordering::Relaxed);
            std::thread::park_timeout(Duration::from_millis(5));
        }
    })
}

fn ureq_get(url: &str) -> u16 {
    let visitor = Visitor::new(url.trim_end_matches("/health"));
    visitor.knock("GET", "/health").0
}

fn sent(server: &Server, what: &str, send: impl FnOnce() -> (u16, String)) {
    server.forget_the_peak();
    let before = server.memory("VmRSS:");
    let (over, slowest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let health = watch_health(&server.url, &over, &slowest);
    let since = Instant::now();
    let (status, words) = send();
    let took = since.elapsed();
    over.store(true, Ordering::Relaxed);
    health.join().unwrap();
    let cost = server.memory("VmHWM:").saturating_sub(before);
    let slowest = Duration::from_millis(slowest.load(Ordering::Relaxed));
    println!("{status} {took:>8.1?} {:>4} MB  health {slowest:?}  {what}: {}", cost / 1000, words.chars().take(80).collect::<String>());
    assert!(matches!(status, 200 | 403 | 413 | 415 | 422), "{what}: {status} {words}");
    // Refused with a sentence that says why.
    const WHY: [&str; 14] = [
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
    assert!(tables.len() > 45, "{}", tables.len());
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
