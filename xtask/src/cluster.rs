//! Many nodes, from Debian's packages only: PostgreSQL with a synchronous hot standby, three `vsys
//! serve` behind haproxy, under load. A node is killed, the nodes are upgraded one after the other
//! around an expand/contract migration, the primary is killed and the standby promoted, and a
//! backup is taken, restored and verified. Afterwards the clients' own records are compared with
//! the database.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::postgres::{Postgres, folder, programs};
use crate::{free_port, root, run};

/// The clients of the load.
const CLIENTS: usize = 8;

/// What the clients remember.
#[derive(Default)]
struct Records {
    /// Mail addresses whose applications were acknowledged, and when.
    acknowledged: Mutex<Vec<(String, Instant)>>,
    failed: AtomicUsize,
    attempts: AtomicUsize,
    stop: AtomicBool,
}

fn post(port: u16, mail: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let body = format!("mail={}", mail.replace('@', "%40"));
    write!(
        stream,
        "POST /applications/new HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    String::from_utf8_lossy(&answer).split_whitespace().nth(1)?.parse().ok()
}

fn get(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")
        .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.starts_with("HTTP/1.1 200").then_some(answer)
}

fn client(port: u16, records: &Records) {
    while !records.stop.load(Ordering::Relaxed) {
        let mail = format!("n{}@example.jp", records.attempts.fetch_add(1, Ordering::Relaxed));
        match post(port, &mail) {
            Some(303) => records
                .acknowledged
                .lock()
                .map(|mut all| all.push((mail, Instant::now())))
                .unwrap_or_default(),
            _ => {
                records.failed.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

struct Node {
    process: Child,
    metrics: u16,
}

struct Cluster {
    folder: PathBuf,
    primary: Postgres,
    standby: Postgres,
    url: String,
    nodes: Vec<Node>,
    ports: Vec<u16>,
    haproxy: Option<Child>,
    front: u16,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ = node.process.kill();
            let _ = node.process.wait();
        }
        if let Some(proxy) = &mut self.haproxy {
            let _ = proxy.kill();
            let _ = proxy.wait();
        }
        self.primary.stop();
        self.standby.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Cluster {
    fn node(&self, vsys: &Path, n: usize, metrics_known: bool) -> Result<Node, String> {
        let metrics = free_port()?;
        let mut command = Command::new(vsys);
        command.args([
            "serve",
            "--database",
            &self.url,
            "--listen",
            &format!("127.0.0.1:{}", self.ports[n]),
        ]);
        command.args(["--base-url", &format!("http://127.0.0.1:{}", self.front)]);
        if metrics_known {
            command.args([
                "--limit-address",
                "4294967295",
                "--proxies",
                "1",
                "--metrics-listen",
                &format!("127.0.0.1:{metrics}"),
            ]);
        }
        let log = std::fs::File::create(self.folder.join(format!("node-{n}.log")))
            .map_err(|e| e.to_string())?;
        let process =
            command.stdout(Stdio::null()).stderr(log).spawn().map_err(|e| e.to_string())?;
        let begun = Instant::now();
        while get(self.ports[n], if metrics_known { "/ready" } else { "/healthz" }).is_none() {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err(format!("node {n} doesn't come up; see {}", self.folder.display()));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Node { process, metrics })
    }

    /// Requests that a node has answered, by its own count.
    fn answered(&self, n: usize) -> u64 {
        let page = get(self.nodes[n].metrics, "/metrics").unwrap_or_default();
        page.lines()
            .filter(|l| l.starts_with("vsys_requests_total") && l.contains("/applications/new"))
            .filter_map(|l| l.rsplit(' ').next()?.parse::<u64>().ok())
            .sum()
    }
}

fn start(old: &Path, old_has_metrics: bool) -> Result<Cluster, String> {
    let folder_ = std::env::temp_dir().join(format!("vsys-cluster-{}", std::process::id()));
    folder(&folder_)?;
    let bin = programs()?;
    let server = |name: &str| -> Result<Postgres, String> {
        folder(&folder_.join(name))?;
        Ok(Postgres { bin: bin.clone(), folder: folder_.join(name), port: free_port()? })
    };
    let (primary, standby) = (server("primary")?, server("standby")?);
    let url = format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/vsys?target_session_attrs=read-write&connect_timeout=3",
        primary.port, standby.port
    );
    let ports = vec![free_port()?, free_port()?, free_port()?];
    let mut cluster = Cluster {
        folder: folder_,
        primary,
        standby,
        url,
        nodes: vec![],
        ports,
        haproxy: None,
        front: free_port()?,
    };
    let p = &cluster.primary;
    p.make()?;
    p.start()?;
    let s = &cluster.standby;
    s.copy_from(p.port, &["-R", "-C", "-S", "standby"])?;
    s.start()?;
    p.sql("postgres", "alter system set synchronous_standby_names = '*'")?;
    p.sql("postgres", "select pg_reload_conf()")?;
    p.sql("postgres", "create database vsys")?;
    let migrated = Command::new(old)
        .args(["migrate", "--database", &cluster.url])
        .stdout(Stdio::null())
        .status()
        .map_err(|e| e.to_string())?;
    if !migrated.success() {
        return Err("the database couldn't be migrated".into());
    }
    for n in 0..3 {
        let node = cluster.node(old, n, old_has_metrics)?;
        cluster.nodes.push(node);
    }
    let health = if old_has_metrics { "/ready" } else { "/healthz" };
    let servers: String = cluster
        .ports
        .iter()
        .enumerate()
        .map(|(n, p)| format!("  server n{n} 127.0.0.1:{p} check inter 200 fall 1 rise 1\n"))
        .collect();
    let config = format!(
        "global\n  maxconn 2000\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 30s\n  timeout server 30s\n  retries 3\n  option redispatch 1\n  option forwardfor\n  retry-on conn-failure\nfrontend door\n  bind 127.0.0.1:{}\n  default_backend nodes\nbackend nodes\n  balance roundrobin\n  option httpchk GET {health}\n{servers}",
        cluster.front
    );
    let file = cluster.folder.join("haproxy.cfg");
    std::fs::write(&file, config).map_err(|e| e.to_string())?;
    cluster.haproxy = Some(
        Command::new("haproxy")
            .arg("-f")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("haproxy: {e}"))?,
    );
    let begun = Instant::now();
    while get(cluster.front, health).is_none() {
        if begun.elapsed() > Duration::from_secs(20) {
            return Err("haproxy finds no node".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(cluster)
}

fn report(what: &str, records: &Records, since: Instant, failed_before: usize) -> usize {
    let all = records.acknowledged.lock().map(|all| all.clone()).unwrap_or_default();
    let mut times: Vec<Instant> = all.iter().map(|(_, at)| *at).filter(|at| *at >= since).collect();
    times.sort();
    let gap = std::iter::once(since)
        .chain(times.iter().copied())
        .zip(times.iter().copied())
        .map(|(a, b)| b - a)
        .max()
        .unwrap_or_default();
    let failed = records.failed.load(Ordering::Relaxed);
    println!(
        "{what}: {} acknowledged in {:.1} s, {} failed, longest pause {:.0} ms",
        times.len(),
        since.elapsed().as_secs_f64(),
        failed - failed_before,
        gap.as_secs_f64() * 1e3
    );
    failed
}

/// `old` are nodes of the version before (or this one), `new` this version's program.
pub fn drill(old: &Path, new: &Path, old_has_metrics: bool) -> Result<(), String> {
    let mut cluster = start(old, old_has_metrics)?;
    println!(
        "PostgreSQL {} with a synchronous standby, three nodes behind haproxy",
        cluster.primary.sql("postgres", "show server_version")?
    );
    let records = Arc::new(Records::default());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (records, front) = (records.clone(), cluster.front);
            std::thread::spawn(move || client(front, &records))
        })
        .collect();
    let pause = |seconds: u64| std::thread::sleep(Duration::from_secs(seconds));

    let mut since = Instant::now();
    pause(5);
    let mut failed = report("steady", &records, since, 0);

    // Upgrade: tables first (expand), then node after node; the old ones go on working beside the
    // new ones.
    since = Instant::now();
    let migrated = Command::new(new)
        .args(["migrate", "--database", &cluster.url])
        .output()
        .map_err(|e| e.to_string())?;
    println!("  expand: {}", String::from_utf8_lossy(&migrated.stdout).trim());
    if old == new {
        cluster.primary.sql("vsys", "alter table venue add column of_the_next_version text")?;
    }
    for n in 0..3 {
        let process = &mut cluster.nodes[n].process;
        run("kill", &["-TERM", &process.id().to_string()])?;
        process.wait().map_err(|e| e.to_string())?;
        cluster.nodes[n] = cluster.node(new, n, true)?;
        pause(1);
    }
    if old == new {
        cluster.primary.sql("vsys", "alter table venue drop column of_the_next_version")?;
        println!("  contract: the column of the drill is gone again");
    }
    failed = report("rolling upgrade of three nodes", &records, since, failed);
    pause(2);
    println!(
        "  requests by node since then: {:?}",
        (0..3).map(|n| cluster.answered(n)).collect::<Vec<_>>()
    );

    since = Instant::now();
    cluster.nodes[0].process.kill().map_err(|e| e.to_string())?;
    cluster.nodes[0].process.wait().map_err(|e| e.to_string())?;
    pause(5);
    failed = report("a node killed (kill -9)", &records, since, failed);
    let begun = Instant::now();
    // The jobs of the dead node are taken over: sealing goes on.
    let seals: i64 = cluster.primary.sql("vsys", "select count(*) from seal")?.parse().unwrap_or(0);
    cluster
        .primary
        .sql("vsys", "update job set run_at = now() where kind = 'seal' and taken_by is null")?;
    while cluster.primary.sql("vsys", "select count(*) from seal")?.parse::<i64>().unwrap_or(0)
        <= seals
    {
        if begun.elapsed() > Duration::from_secs(130) {
            return Err("nobody took the dead node's job over".into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    println!("  its jobs were taken over");
    cluster.nodes[0] = cluster.node(new, 0, true)?;

    since = Instant::now();
    cluster.primary.kill()?;
    let standby = &cluster.standby;
    standby.work("pg_ctl", &["-D", &standby.data(), "-w", "promote"])?;
    standby.sql("postgres", "alter system set synchronous_standby_names = ''")?;
    standby.sql("postgres", "select pg_reload_conf()")?;
    println!("  promoted {:.1} s after the kill", since.elapsed().as_secs_f64());
    pause(8);
    report("the primary killed (kill -9), the standby promoted", &records, since, failed);

    records.stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().map_err(|_| "a client fell over")?;
    }
    compare(&cluster, &records)?;
    verify(
        new,
        &format!("postgres://postgres@127.0.0.1:{}/vsys", cluster.standby.port),
        "the promoted database",
    )?;
    backups(&cluster, new)
}

fn compare(cluster: &Cluster, records: &Records) -> Result<(), String> {
    let stored = cluster.standby.sql("vsys", "select starter_mail from application")?;
    let stored: Vec<&str> = stored.lines().collect();
    let different: BTreeSet<&str> = stored.iter().copied().collect();
    let acknowledged = records.acknowledged.lock().map_err(|e| e.to_string())?;
    let lost = acknowledged.iter().filter(|(mail, _)| !different.contains(mail.as_str())).count();
    let numbers = cluster.standby.sql("vsys", "select count(distinct number) from application")?;
    println!(
        "acknowledged {}, stored {}, lost {lost}, stored twice {}",
        acknowledged.len(),
        stored.len(),
        stored.len() - different.len()
    );
    if lost > 0 || stored.len() != different.len() || numbers != stored.len().to_string() {
        return Err("something acknowledged was lost, or is there twice".into());
    }
    Ok(())
}

fn verify(vsys: &Path, database: &str, what: &str) -> Result<(), String> {
    let out = Command::new(vsys)
        .args(["verify-journal", "--database", database])
        .output()
        .map_err(|e| e.to_string())?;
    println!(
        "verify-journal of {what}: {}{}",
        String::from_utf8_lossy(&out.stdout).trim(),
        String::from_utf8_lossy(&out.stderr).trim()
    );
    if out.status.success() { Ok(()) } else { Err("the journal isn't sound".into()) }
}

/// The PostgreSQL way to back up, both kinds, restored and verified.
fn backups(cluster: &Cluster, vsys: &Path) -> Result<(), String> {
    let source = &cluster.standby;
    let from = source.port.to_string();
    let archive = source.folder.join("vsys.dump").display().to_string();
    let begun = Instant::now();
    source.work(
        "pg_dump",
        &["-h", "127.0.0.1", "-p", &from, "-U", "postgres", "-Fc", "-f", &archive, "vsys"],
    )?;
    source.sql("postgres", "create database restored")?;
    source.work(
        "pg_restore",
        &[
            "-h",
            "127.0.0.1",
            "-p",
            &from,
            "-U",
            "postgres",
            "--exit-on-error",
            "-d",
            "restored",
            &archive,
        ],
    )?;
    println!("pg_dump and pg_restore: {:.1} s", begun.elapsed().as_secs_f64());
    verify(vsys, &format!("postgres://postgres@127.0.0.1:{from}/restored"), "the restored dump")?;
    let begun = Instant::now();
    let copy = Postgres {
        bin: source.bin.clone(),
        folder: cluster.folder.join("copy"),
        port: free_port()?,
    };
    folder(&copy.folder)?;
    copy.copy_from(source.port, &[])?;
    copy.start()?;
    println!("pg_basebackup and start: {:.1} s", begun.elapsed().as_secs_f64());
    let outcome = verify(
        vsys,
        &format!("postgres://postgres@127.0.0.1:{}/vsys", copy.port),
        "the restored base backup",
    );
    copy.stop();
    outcome
}

/// The program of an earlier commit, built beside the present one.
pub fn earlier(commit: &str) -> Result<PathBuf, String> {
    let place = root().join("target/earlier");
    let folder = place.display().to_string();
    if place.exists() {
        run("git", &["-C", &folder, "checkout", "--detach", commit])?;
    } else {
        run("git", &["worktree", "add", "--detach", "--force", &folder, commit])?;
    }
    let manifest = place.join("Cargo.toml").display().to_string();
    let target = root().join("target/earlier-build").display().to_string();
    println!("building vsys of {commit}");
    run(
        "cargo",
        &[
            "build",
            "--quiet",
            "--release",
            "--package",
            "vsys",
            "--manifest-path",
            &manifest,
            "--target-dir",
            &target,
        ],
    )?;
    Ok(root().join("target/earlier-build/release/vsys"))
}
