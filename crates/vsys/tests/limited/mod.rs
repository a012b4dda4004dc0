//! The real binary with the demo, under a limit on its address space, and what everything costs
//! that it is sent. `cargo xtask hostile` runs what uses this in a release build and shows the
//! figures.

use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use stories::Visitor;

/// Address space of the process, in kilobytes.
pub const SPACE: u64 = 2_000_000;
/// What one file may cost above the idle process, in kilobytes.
pub const MEMORY: u64 = 200_000;
/// Without optimisation, on a machine that builds beside it, everything takes longer.
pub const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
pub const HEALTH: Duration = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 100 });

pub struct Server {
    process: Child,
    pub url: String,
    /// Resident kilobytes before anybody has come.
    idle: u64,
    weighings: Mutex<Vec<Weighing>>,
}

/// What an answer cost: kilobytes above what there was before and above the idle process, time, and
/// the slowest `/health` meanwhile.
#[derive(Clone, Copy)]
pub struct Cost {
    pub memory: u64,
    pub above_idle: u64,
    pub took: Duration,
    pub health: Duration,
}

struct Weighing {
    what: String,
    cost: Cost,
    most: u64,
}

impl Weighing {
    /// The limits that it breaks.
    fn broken(&self) -> Vec<String> {
        let Weighing { what, cost: Cost { above_idle, took, health, .. }, most } = self;
        [
            (above_idle >= most, format!("{above_idle} kB, {most} at most")),
            (*took >= TIME, format!("{took:.2?}, {TIME:?} at most")),
            (*health >= HEALTH, format!("/health took {health:.1?}, {HEALTH:?} at most")),
        ]
        .into_iter()
        .filter(|(broken, _)| *broken)
        .map(|(_, why)| format!("{what}: {why}"))
        .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let alive = self.process.try_wait().is_ok_and(|ended| ended.is_none());
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            assert!(alive, "the process has ended");
            self.report();
        }
    }
}

impl Server {
    pub fn start() -> Server {
        let command = format!("ulimit -v {SPACE}; exec \"$0\" demo --listen 127.0.0.1:0");
        let mut shell = Command::new("sh");
        shell.args(["-c", &command, env!("CARGO_BIN_EXE_vsys")]).stdout(Stdio::piped());
        let mut process = shell.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines
            .find_map(|line| {
                let line = line.ok()?;
                let at = line.find("http://")?;
                Some(line[at..].split('/').take(3).collect::<Vec<_>>().join("/"))
            })
            .expect("the server prints its address");
        std::thread::spawn(move || lines.for_each(drop));
        let mut server = Server { process, url, idle: 0, weighings: Mutex::default() };
        assert_eq!(health(&server.url), 200);
        server.idle = server.memory("VmRSS:");
        let (idle, most) = (server.idle / 1000, MEMORY / 1000);
        println!("\nidle: {idle} MB; at most {most} MB above it, {TIME:?}, /health {HEALTH:?}");
        println!("    bytes  seconds  + MB  above idle    /health  what: answer");
        server
    }

    /// A line of the process's status, in kilobytes.
    pub fn memory(&self, line: &str) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("the process lives");
        let found = status.lines().find_map(|l| l.strip_prefix(line)?.split_whitespace().next());
        found.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{line} of {status}"))
    }

    /// Does something to it and weighs that.
    pub fn weighed<T>(&self, send: impl FnOnce() -> T) -> (T, Cost) {
        // The peak begins anew.
        std::fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
        let before = self.memory("VmRSS:");
        let (over, slowest) = (AtomicBool::new(false), AtomicU64::new(0));
        let (answer, took) = std::thread::scope(|scope| {
            let watch = scope.spawn(|| self.watch_health(&over, &slowest));
            let since = Instant::now();
            let answer = catch_unwind(AssertUnwindSafe(send));
            let took = since.elapsed();
            over.store(true, Ordering::Relaxed);
            watch.join().unwrap();
            (answer, took)
        });
        let answer = answer.unwrap_or_else(|why| resume_unwind(why));
        let peak = self.memory("VmHWM:");
        let (memory, above_idle) = (peak.saturating_sub(before), peak.saturating_sub(self.idle));
        let health = Duration::from_micros(slowest.load(Ordering::Relaxed));
        (answer, Cost { memory, above_idle, took, health })
    }

    /// Asks `/health` again and again and keeps the slowest answer.
    fn watch_health(&self, over: &AtomicBool, slowest: &AtomicU64) {
        loop {
            let since = Instant::now();
            assert_eq!(health(&self.url), 200);
            slowest.fetch_max(since.elapsed().as_micros() as u64, Ordering::Relaxed);
            if over.load(Ordering::Relaxed) {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Prints what something cost and keeps it for the report: a limit that it breaks is said
    /// there, once everything was tried.
    pub fn enter(&self, what: &str, bytes: usize, answer: &str, cost: Cost) {
        self.enter_up_to(MEMORY, what, bytes, answer, cost);
    }
    pub fn enter_up_to(&self, most: u64, what: &str, bytes: usize, answer: &str, cost: Cost) {
        let (took, health) = (cost.took.as_secs_f64(), cost.health.as_secs_f64() * 1000.0);
        let (more, above) = (cost.memory / 1000, cost.above_idle / 1000);
        print!("{bytes:>9}  {took:>7.2}  {more:>4}  {above:>10}  {health:>6.1} ms  ");
        println!("{what}: {answer}");
        self.weighings.lock().unwrap().push(Weighing { what: what.into(), cost, most });
    }

    /// The worst of what was entered. Every limit that was broken is named; one is enough to fail.
    fn report(&self) {
        let weighings = self.weighings.lock().unwrap();
        println!("{} things sent. The worst:", weighings.len());
        let worst = |unit: &str, of: fn(&Cost) -> u64| {
            if let Some(worst) = weighings.iter().max_by_key(|w| of(&w.cost)) {
                println!("{:>6} {unit}: {}", of(&worst.cost), worst.what);
            }
        };
        worst("ms", |cost| cost.took.as_millis() as u64);
        worst("MB above idle", |cost| cost.above_idle / 1000);
        worst("ms for /health", |cost| cost.health.as_millis() as u64);
        let broken: Vec<String> = weighings.iter().flat_map(Weighing::broken).collect();
        assert!(broken.is_empty(), "limits are broken:\n{}", broken.join("\n"));
    }
}

pub fn health(url: &str) -> u16 {
    Visitor::new(url).fetch("GET", "/health").0
}
