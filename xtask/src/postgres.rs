//! A PostgreSQL of our own, from Debian's package, in a folder of its own: it stops with the
//! command that started it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{free_port, is_root, run};

/// One of PostgreSQL's servers.
pub struct Postgres {
    pub bin: PathBuf,
    pub folder: PathBuf,
    pub port: u16,
}

impl Postgres {
    /// PostgreSQL refuses to run as root.
    pub fn command(&self, program: &str) -> Command {
        let path = self.bin.join(program);
        if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        }
    }
    pub fn work(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let out = self
            .command(program)
            .args(arguments)
            .current_dir(&self.folder)
            .output()
            .map_err(|e| format!("{program}: {e}"))?;
        if out.status.success() {
            Ok(())
        } else {
            Err(format!("{program}: {}", String::from_utf8_lossy(&out.stderr)))
        }
    }
    pub fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }
    /// A new, empty server.
    pub fn make(&self) -> Result<(), String> {
        let data = self.data();
        let users = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"];
        self.work("initdb", &[&["-D", &data][..], &users].concat())
    }
    /// A copy of a running server, with more arguments of `pg_basebackup`.
    pub fn copy_from(&self, port: u16, more: &[&str]) -> Result<(), String> {
        let (port, data) = (port.to_string(), self.data());
        let from = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-D", &data];
        let how = ["-X", "stream", "-c", "fast"];
        self.work("pg_basebackup", &[&from[..], &how, more].concat())
    }
    pub fn start(&self) -> Result<(), String> {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200",
            self.port
        );
        let (data, log) = (self.data(), self.folder.join("log").display().to_string());
        // pg_ctl leaves the server behind, with its own output: waiting for the pipe would never
        // end.
        let status = self
            .command("pg_ctl")
            .args(["-D", &data, "-l", &log, "-o", &options, "-w", "-t", "60", "start"])
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|e| e.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("PostgreSQL didn't start; see {log}")) }
    }
    pub fn sql(&self, database: &str, text: &str) -> Result<String, String> {
        let port = self.port.to_string();
        let out = self
            .command("psql")
            .args(["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-d", database, "-Atqc", text])
            .current_dir(&self.folder)
            .output()
            .map_err(|e| e.to_string())?;
        if out.status.success() {
            Ok(String::from_utf8_lossy(&out.stdout).trim().to_string())
        } else {
            Err(format!("{text}: {}", String::from_utf8_lossy(&out.stderr)))
        }
    }
    pub fn stop(&self) {
        let _ = self.work("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
    /// As a machine that loses its power.
    pub fn kill(&self) -> Result<(), String> {
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid"))
            .map_err(|e| e.to_string())?;
        let pid = pid.lines().next().unwrap_or_default().to_string();
        let children =
            Command::new("pgrep").args(["-P", &pid]).output().map_err(|e| e.to_string())?;
        let mut all: Vec<String> =
            String::from_utf8_lossy(&children.stdout).lines().map(str::to_string).collect();
        all.insert(0, pid);
        let mut arguments = vec!["-9"];
        arguments.extend(all.iter().map(String::as_str));
        run("kill", &arguments)
    }
}

pub fn programs() -> Result<PathBuf, String> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|e| e.path().join("bin"))
        .collect();
    versions.sort();
    // A folder may hold a newer version's client alone.
    let server = versions.into_iter().rev().find(|bin| bin.join("initdb").exists());
    server.ok_or_else(|| "PostgreSQL isn't installed".into())
}

/// A folder that the postgres user owns too.
pub fn folder(at: &Path) -> Result<(), String> {
    std::fs::create_dir_all(at).map_err(|e| format!("{}: {e}", at.display()))?;
    if is_root() { run("chown", &["postgres", &at.display().to_string()]) } else { Ok(()) }
}

/// One PostgreSQL for measurements, as it comes (fsync on).
pub struct Alone {
    server: Postgres,
    made: AtomicUsize,
}

impl Alone {
    pub fn start() -> Result<Alone, String> {
        let at = std::env::temp_dir().join(format!("vsys-bench-pg-{}", std::process::id()));
        folder(&at)?;
        let server = Postgres { bin: programs()?, folder: at, port: free_port()? };
        server.make()?;
        server.start()?;
        Ok(Alone { server, made: AtomicUsize::new(0) })
    }
    /// The address of a new, empty database.
    pub fn fresh(&self) -> Result<String, String> {
        let name = format!("b{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.server.sql("postgres", &format!("create database {name}"))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.server.port))
    }
    pub fn pgbench(&self) -> String {
        self.server.bin.join("pgbench").display().to_string()
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.server.stop();
        let _ = std::fs::remove_dir_all(&self.server.folder);
    }
}
