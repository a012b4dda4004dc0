//! A private PostgreSQL for the tests: `initdb` in a temporary folder, a Unix socket and no port.
//! It stops with the test process.

use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

use crate::scratch;

struct Server {
    folder: PathBuf,
    /// Held open: when this process ends, however it ends, the pipe closes and the server is
    /// stopped.
    _leash: Mutex<Option<ChildStdin>>,
}

static SERVER: LazyLock<Server> = LazyLock::new(start);

fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|d| d.flatten().map(|e| e.path().join("bin")).collect())
        .unwrap_or_default();
    versions.sort();
    versions
        .into_iter()
        .rev()
        .find(|p| p.join("initdb").exists())
        .expect("Debian's package postgresql is installed (cargo xtask test installs it)")
}

#[allow(clippy::zombie_processes, reason = "the server ends when this process does, by its leash")]
fn start() -> Server {
    let folder = scratch::folder("vsys-pg");
    let script = r#"
        set -e
        bin="$1"; dir="$2"
        mkdir -p "$dir"
        # PostgreSQL refuses to run as root.
        as=""
        if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as="runuser -u postgres --"; fi
        cd "$dir"
        $as "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1
        # Nothing here outlives the tests: no waiting for the disk, no cleaning up.
        $as "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off \
            -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
            -c max_connections=400 >>"$dir/log" 2>&1 &
        pid=$!
        for i in $(seq 1 300); do if [ -S "$dir/.s.PGSQL.5432" ] && $as "$bin/pg_isready" -q -h "$dir"; then break; fi; sleep 0.1; done
        echo ready
        cat >/dev/null || true
        kill -INT $pid 2>/dev/null || true
        $as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
        rm -rf "$dir"
    "#;
    let mut child = Command::new("sh")
        .args(["-c", script, "pg"])
        .arg(programs())
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let leash = child.stdin.take();
    let mut said = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().expect("its output"));
    std::io::BufRead::read_line(&mut out, &mut said).expect("PostgreSQL starts");
    assert_eq!(said.trim(), "ready", "see {}", folder.join("log").display());
    Server { folder, _leash: Mutex::new(leash) }
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

/// The address of a new, empty database.
pub fn fresh_database() -> String {
    fresh().1
}

/// The name and the address of a new, empty database.
pub fn fresh() -> (String, String) {
    created("template1")
}

/// The address of a copy of a database to which nobody is connected.
pub fn copy_of(database: &str) -> String {
    created(database).1
}

fn created(template: &str) -> (String, String) {
    let name = format!("w{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    administer(&format!("create database {name} template {template}"));
    let address = format!("postgres://postgres@/{name}?host={}", SERVER.folder.display());
    (name, address)
}

/// Counts what a database holds, for those who plan by it, and ends every connection to it; nobody
/// comes in any more.
pub fn close(database: &str) {
    let counted = psql(database, "analyze");
    assert!(counted, "{database} is counted");
    administer(&format!("alter database {database} with allow_connections false"));
    administer(&format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'"
    ));
}

/// Runs a statement as the server's administrator, beside the product.
pub fn administer(sql: &str) {
    assert!(psql("postgres", sql), "{sql}");
}

/// Whether a statement went well in a database.
fn psql(database: &str, sql: &str) -> bool {
    let socket = SERVER.folder.display().to_string();
    let done = Command::new(programs().join("psql"))
        .args(["-h", &socket, "-U", "postgres", "-d", database, "-q", "-c", sql])
        .stdout(Stdio::null())
        .status();
    done.is_ok_and(|s| s.success())
}

/// The name of a world's own database.
pub fn name_of(world: &crate::World) -> String {
    let (name,): (String,) =
        world.read(|tx| tx.one("select cast(current_database() as text)", &[]));
    name
}
