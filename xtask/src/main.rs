//! Developers' commands. `cargo xtask demo` and `cargo xtask test` are the two of the README: they
//! install what they need, say what they install, and can be run again.

mod axe;
mod checks;
mod cluster;
mod demo;
mod deny;
mod fuzz;
mod postgres;
mod together;
mod verbs;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use verbs::Asked;

/// A Debian package and a file that it brings; `*` stands for one folder's name.
struct Package {
    name: &'static str,
    why: &'static str,
    brings: &'static [&'static str],
}

const FONT: Package = Package {
    name: "fonts-morisawa-bizud-gothic",
    why: "the Japanese font that is embedded into the papers (SIL OFL 1.1)",
    brings: &[
        "/usr/share/fonts/truetype/bizud-gothic/BIZUDPGothic-Regular.ttf",
        "/usr/share/fonts/truetype/morisawa-bizud-gothic/BIZUDPGothic-Regular.ttf",
    ],
};
const SECOND_FONT: Package = Package {
    name: "fonts-noto-cjk",
    why: "the font for characters that the first one lacks (SIL OFL 1.1)",
    brings: &["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"],
};
const COMPILER: Package =
    Package { name: "gcc", why: "compiles the embedded SQLite", brings: &["/usr/bin/cc"] };
const LIBC: Package =
    Package { name: "libc6-dev", why: "its headers", brings: &["/usr/include/stdio.h"] };
/// What a build needs.
const BUILD: [&Package; 4] = [&FONT, &SECOND_FONT, &COMPILER, &LIBC];
const FOR_TESTS: &[Package] = &[
    Package {
        name: "postgresql",
        why: "the second database engine; the tests start a private server of their own",
        brings: &["/usr/lib/postgresql/*/bin/initdb"],
    },
    Package { name: "chromium", why: "the browser stories", brings: &["/usr/bin/chromium"] },
    Package {
        name: "chromium-driver",
        why: "drives the browser",
        brings: &["/usr/bin/chromedriver"],
    },
    Package {
        name: "python3-aiosmtpd",
        why: "a real mail server for the tests, and Python for the evidence pack's verifier",
        brings: &["/usr/lib/python3/dist-packages/aiosmtpd/__main__.py"],
    },
    Package {
        name: "python3-dkim",
        why: "somebody else's verifier of the signatures under mails",
        brings: &["/usr/lib/python3/dist-packages/dkim/__init__.py"],
    },
    Package {
        name: "python3-icalendar",
        why: "somebody else's reader of the calendar files",
        brings: &["/usr/lib/python3/dist-packages/icalendar/__init__.py"],
    },
    Package {
        name: "openssl",
        why: "makes the certificate of that mail server",
        brings: &["/usr/bin/openssl"],
    },
    Package {
        name: "util-linux",
        why: "prlimit, for the test of a full disk",
        brings: &["/usr/bin/prlimit"],
    },
    Package {
        name: "poppler-utils",
        why: "reads the papers back",
        brings: &["/usr/bin/pdftotext"],
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match verbs::asked(&arguments) {
        Ok(Asked::Help) => {
            print!("{}", verbs::help());
            Ok(())
        }
        Ok(Asked::Run(verb)) => (verb.run)(&arguments[1..]),
        Err(why) => Err(why),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A program without what cargo told this one about itself: a build script that asks for it would
/// take the tree for another one, and everything would be built again.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        command.env_remove(name);
    }
    command
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let status = command(program)
        .args(arguments)
        .current_dir(root())
        .status()
        .map_err(|e| format!("{program}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {} failed", arguments.join(" "))) }
}

fn free_port() -> Result<u16, String> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .map_err(|e| e.to_string())?
        .port())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

/// Whether a file is there; `*` stands for any one folder.
fn exists(pattern: &str) -> bool {
    match pattern.split_once("/*/") {
        None => Path::new(pattern).exists(),
        Some((folder, rest)) => std::fs::read_dir(folder)
            .is_ok_and(|entries| entries.flatten().any(|e| e.path().join(rest).exists())),
    }
}

/// Installs the missing ones of some packages, and says so.
fn install(packages: &[&Package]) -> Result<(), String> {
    let missing: Vec<&&Package> =
        packages.iter().filter(|p| !p.brings.iter().any(|f| exists(f))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        println!("installing {} with apt-get: {}", package.name, package.why);
    }
    let apt = |arguments: &[&str]| {
        let mut all = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
        all.extend(arguments);
        if is_root() { run(all[0], &all[1..]) } else { run("sudo", &all) }
    };
    apt(&["update"])?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing.iter().map(|p| p.name));
    apt(&arguments)
}

/// The pictures of the READMEs, taken by the browser story that opens their pages.
fn pictures() -> Result<(), String> {
    ready()?;
    together::only(&["browser"], &["the_pictures"], &[("VSYS_APPROVE", "1")])?;
    run("git", &["--no-pager", "status", "--short", "--", "docs/screenshots"])
}

/// Installs what tests need.
fn ready() -> Result<(), String> {
    let mut packages = BUILD.to_vec();
    packages.extend(FOR_TESTS);
    install(&packages)?;
    axe::fetch()
}

/// The suite, the sweeps and the lint; with arguments, what cargo is told.
fn test(rest: &[String]) -> Result<(), String> {
    ready()?;
    deny::install()?;
    if rest.is_empty() {
        // Who hears of one wants to hear of the other.
        let (suite, sweeps) = (together::suite(), together::sweeps());
        suite.and(sweeps)?;
        return checks::lint();
    }
    let mut arguments = vec!["test", "--no-fail-fast", "--workspace", "--all-targets"];
    arguments.extend(rest.iter().map(String::as_str));
    run("cargo", &arguments)
}

/// Size of the release binary, time from start to the first page, idle memory; beside it the raw
/// limit of the same run: the start of a process that does nothing.
fn measure() -> Result<(), String> {
    install(&BUILD)?;
    run("cargo", &["build", "--quiet", "--release", "--package", "vsys"])?;
    let binary = root().join("target/release/vsys");
    let size = std::fs::metadata(&binary).map_err(|e| e.to_string())?.len();
    println!("one file: {:.1} MB", size as f64 / 1e6);
    let mut bare: Vec<f64> = (0..7)
        .map(|_| {
            timed(|| {
                Command::new(&binary)
                    .arg("--version")
                    .output()
                    .map(|_| ())
                    .map_err(|e| e.to_string())
            })
        })
        .collect::<Result<_, _>>()?;
    let (mut pages, mut memories) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        let (page, memory) = first_page(&binary)?;
        pages.push(page);
        memories.push(memory);
    }
    println!("process start and end (raw limit): median {:.0} ms", median(&mut bare));
    println!("start to first page, small world built: median {:.0} ms", median(&mut pages));
    println!("idle memory after the first page: median {:.0} MB", median(&mut memories));
    Ok(())
}

/// Kills the server at 200 instants on each engine, under load, and proves from the clients' own
/// records that nothing was lost.
fn crash() -> Result<(), String> {
    install(&[&BUILD[..], &[&FOR_TESTS[0]]].concat())?;
    watched(&["--test", "kill"], &[("VSYS_KILLS", "200")])
        .map_err(|_| "something acknowledged was lost".into())
}

/// What weighs files, requests and papers of somebody who means ill.
const HOSTILE: [&str; 3] = ["hostile_files", "hostile_requests", "hostile_papers"];

/// Hostile files and requests at the release binary under a limit on its address space: what each
/// costs, and whether a limit is broken.
fn hostile() -> Result<(), String> {
    install(&BUILD)?;
    let mut tests = vec!["--release"];
    tests.extend(HOSTILE.iter().flat_map(|name| ["--test", name]));
    watched(&tests, &[]).map_err(|_| "a limit is broken, or something was not answered".into())
}

/// Tests of the binary, one after the other, with what they print.
fn watched(tests: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let status = command("cargo")
        .args(["test", "--quiet", "--no-fail-fast", "--package", "vsys"])
        .args(tests)
        .args(["--", "--nocapture", "--test-threads=1"])
        .envs(environment.iter().copied())
        .current_dir(root())
        .status()
        .map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{} failed", tests.join(" "))) }
}

const HAPROXY: Package = Package {
    name: "haproxy",
    why: "spreads the load over the nodes",
    brings: &["/usr/sbin/haproxy"],
};

/// Three nodes, a standby, haproxy: killed, upgraded, promoted, restored. With `--from COMMIT` the
/// upgrade begins at that version.
fn cluster(rest: &[String]) -> Result<(), String> {
    install(&[&BUILD[..], &[&FOR_TESTS[0], &HAPROXY]].concat())?;
    run("cargo", &["build", "--quiet", "--release", "--package", "vsys"])?;
    let new = root().join("target/release/vsys");
    match rest {
        [] => cluster::drill(&new, &new, true),
        [flag, commit] if flag == "--from" => {
            cluster::drill(&cluster::earlier(commit)?, &new, false)
        }
        _ => Err("cargo xtask cluster [--from COMMIT]".into()),
    }
}

/// Every measurement on both engines; PostgreSQL with its own defaults (fsync on) in a folder of
/// its own.
fn bench(rest: &[String]) -> Result<(), String> {
    install(&[&BUILD[..], &[&FOR_TESTS[0]]].concat())?;
    run("cargo", &["build", "--quiet", "--release", "--package", "vsys"])?;
    let seconds = rest.first().map_or("10", String::as_str);
    let vsys = root().join("target/release/vsys");
    let measure = |arguments: &[&str]| {
        println!("vsys bench {}", arguments.join(" "));
        let mut all = vec!["bench"];
        all.extend(arguments);
        run(&vsys.display().to_string(), &all)
    };
    let server = postgres::Alone::start()?;
    let pgbench = server.pgbench();
    for what in [
        &["plan-save"][..],
        &["surge", "--seconds", "30"],
        &["pages", "--venues", "70000"],
        &["allocation"],
    ] {
        let steady = if matches!(what[0], "surge" | "allocation") {
            vec![]
        } else {
            vec!["--seconds", seconds]
        };
        measure(&[what, &steady[..]].concat())?;
        let url = server.fresh()?;
        let own = if what[0] == "plan-save" { vec!["--pgbench", pgbench.as_str()] } else { vec![] };
        measure(&[what, &steady[..], &["--database", &url], &own[..]].concat())?;
    }
    run("cargo", &["bench", "--quiet", "--package", "words", "--bench", "allocation"])
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn timed(work: impl FnOnce() -> Result<(), String>) -> Result<f64, String> {
    let begun = std::time::Instant::now();
    work()?;
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}

/// Milliseconds from start to the whole first page, and the resident megabytes after it.
fn first_page(binary: &Path) -> Result<(f64, f64), String> {
    use std::io::{BufRead, BufReader, Read, Write};
    // Killed, it can't take its world away itself.
    let world = std::env::temp_dir().join(format!("vsys-measure-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&world);
    let begun = std::time::Instant::now();
    let mut server = Command::new(binary)
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(&world)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let out = server.stdout.take().ok_or("no output")?;
    let address = BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.strip_prefix("vsys demo: http://").map(|a| a.trim_end_matches('/').to_string())
        })
        .ok_or("the demo printed no address")?;
    let mut stream = std::net::TcpStream::connect(&address).map_err(|e| e.to_string())?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .map_err(|e| e.to_string())?;
    let mut page = String::new();
    stream.read_to_string(&mut page).map_err(|e| e.to_string())?;
    let elapsed = begun.elapsed().as_secs_f64() * 1e3;
    if !page.starts_with("HTTP/1.1 200") {
        return Err(format!("the first page answered {}", page.lines().next().unwrap_or_default()));
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()))
        .map_err(|e| e.to_string())?;
    let memory = status
        .lines()
        .find_map(|l| {
            l.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok()
        })
        .unwrap_or(0.0);
    let _ = server.kill();
    let _ = server.wait();
    let _ = std::fs::remove_dir_all(&world);
    Ok((elapsed, memory / 1024.0))
}
