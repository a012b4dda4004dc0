//! The real binary with the demo, under a limit on its address space, and what it costs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use stories::Visitor;

/// Address space of the process, in kilobytes.
pub const SPACE: u64 = 2_000_000;
/// What one file may cost.
pub const MEMORY: u64 = 200_000;
/// Without optimisation, on a machine that builds beside it, everything takes longer.
pub const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
pub const HEALTH: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 100 });

pub struct Server {
    process: Child,
    pub url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    pub fn start() -> Server {
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
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the process lives");
        let found = status.lines().find_map(|l| l.strip_prefix(line)?.split_whitespace().next()?.parse().ok());
        found.unwrap_or_else(|| panic!("{line} of {status}"))
    }

    pub fn forget_the_peak(&self) {
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

pub fn ureq_get(url: &str) -> u16 {
    let visitor = Visitor::new(url.trim_end_matches("/health"));
    visitor.knock("GET", "/health").0
}

/// What an answer cost: kilobytes, time, and the slowest `/health` meanwhile.
pub struct Cost {
    pub memory: u64,
    pub took: Duration,
    pub health: Duration,
}

/// Does something to the server and weighs it.
pub fn weighed<T>(server: &Server, send: impl FnOnce() -> T) -> (T, Cost) {
    server.forget_the_peak();
    let before = server.memory("VmRSS:");
    let (over, slowest) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let health = watch_health(&server.url, &over, &slowest);
    let since = Instant::now();
    let answer = send();
    let took = since.elapsed();
    over.store(true, Ordering::Relaxed);
    health.join().unwrap();
    let memory = server.memory("VmHWM:").saturating_sub(before);
    (answer, Cost { memory, took, health: Duration::from_millis(slowest.load(Ordering::Relaxed)) })
}
