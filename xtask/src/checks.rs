//! What is looked at beside the tests: formatting, clippy, crates, figures in documents, the
//! house's own counts, and the snapshots of pages.

use crate::{BUILD, FOR_TESTS, command, deny, install, run, together};

/// Tests write what they would compare.
const APPROVE: (&str, &str) = ("VSYS_APPROVE", "1");

/// What the house has too much of, held to ceilings that only fall.
///
/// # Errors
/// A count above its ceiling, told on standard output.
pub fn tidy(rest: &[String]) -> Result<(), String> {
    let mut arguments = vec!["run", "--quiet", "--package", "tidy", "--"];
    arguments.extend(rest.iter().map(String::as_str));
    run("cargo", &arguments)
}

/// Every page and mail of the full world as text, beside what was looked at; `--write` writes it
/// anew.
///
/// # Errors
/// A text that isn't what was looked at.
pub fn snapshots(rest: &[String]) -> Result<(), String> {
    let write = match rest {
        [] => false,
        [flag] if flag == "--write" => true,
        _ => return Err("cargo xtask snapshots [--write]".into()),
    };
    install(&BUILD)?;
    if write {
        together::only(&["snapshots"], &[], &[APPROVE])?;
        return run("git", &["--no-pager", "diff", "--stat", "--", "stories/snapshots"]);
    }
    together::only(&["snapshots"], &[], &[])
}

/// Figures in documents beside what is counted; `--write` writes them, and with them what the tests
/// know: the table of who may, and the weight of the pages.
///
/// # Errors
/// A figure that isn't what is counted.
pub fn docs(rest: &[String]) -> Result<(), String> {
    match rest {
        [] => tidy(&["docs".into()]),
        [flag] if flag == "--write" => {
            install(&[&BUILD[..], &[&FOR_TESTS[0]]].concat())?;
            let tests = ["every_route", "every_page_keeps_to_its_weight"];
            together::only(&["reach", "access"], &tests, &[APPROVE])?;
            tidy(&["docs".into(), "--write".into()])
        }
        _ => Err("cargo xtask docs [--write]".into()),
    }
}

/// Formatting, clippy and the house's own counts. A tool that isn't there is a failure: what
/// nobody looked at isn't sound.
///
/// # Errors
/// The first finding, or a tool that isn't here.
pub fn lint() -> Result<(), String> {
    for (tool, arguments) in [
        ("fmt", vec!["fmt", "--all", "--check"]),
        (
            "clippy",
            vec!["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
        ),
    ] {
        let there = command("cargo")
            .args([tool, "--version"])
            .output()
            .is_ok_and(|out| out.status.success());
        if !there {
            return Err(format!(
                "cargo {tool} isn't installed here: rustup component add rustfmt clippy"
            ));
        }
        run("cargo", &arguments)?;
    }
    crate::fuzz::check()?;
    deny::check()?;
    tidy(&["docs".into()])?;
    tidy(&[])
}
