//! `cargo xtask deny`: licences, doubled crates and sources of what Cargo.lock names, by
//! `deny.toml`.

use crate::{command, run};

/// The version by which `deny.toml` was written.
const VERSION: &str = "0.20.2";

/// What can be judged without the network.
const CHECKS: [&str; 3] = ["licenses", "bans", "sources"];

fn is_there() -> bool {
    let version = command("cargo").args(["deny", "--version"]).output();
    version.is_ok_and(|out| out.status.success())
}

/// Installs cargo-deny from crates.io where it is missing, and says so. Unoptimised it is built in
/// a minute or two and answers in seconds.
///
/// # Errors
/// What cargo said.
pub fn install() -> Result<(), String> {
    if is_there() {
        return Ok(());
    }
    println!("installing cargo-deny {VERSION} from crates.io: licences and sources of the crates");
    let status = command("cargo")
        .args(["install", "--quiet", "--locked", "--debug", "cargo-deny", "--version", VERSION])
        // Built in a folder that goes away, and without what a debugger needs.
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .status()
        .map_err(|e| format!("cargo install: {e}"))?;
    if status.success() { Ok(()) } else { Err("cargo-deny can't be installed".into()) }
}

/// Judges the crates; a tool that isn't there is a failure.
///
/// # Errors
/// A crate that `deny.toml` doesn't allow, told on standard error; or no tool.
pub fn check() -> Result<(), String> {
    if !is_there() {
        return Err("cargo deny isn't installed here: `cargo xtask deny` installs it".into());
    }
    let arguments = ["deny", "--log-level", "error", "--locked", "check", "--hide-inclusion-graph"];
    run("cargo", &[&arguments[..], &CHECKS].concat())
}

/// Installs, judges; with `--advisories` by the RustSec database too, which is fetched from GitHub.
///
/// # Errors
/// A finding, an unknown argument, or no network.
pub fn deny(rest: &[String]) -> Result<(), String> {
    install()?;
    check()?;
    match rest {
        [] => Ok(()),
        [flag] if flag == "--advisories" => run("cargo", &["deny", "check", "advisories"]),
        _ => Err("cargo xtask deny [--advisories]".into()),
    }
}
