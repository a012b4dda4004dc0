//! The test programs of the house, several at a time: one that waits for a browser or for its last
//! test leaves the cores to another.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Instant;

use crate::{HOSTILE, root};

/// The slowest sweeps, over every page or every route with every value, by program and the
/// beginning of their names: `cargo xtask sweeps` runs them, `cargo xtask suite` everything else.
const SWEEPS: [(&str, &str); 5] = [
    ("access", "every_page_full_at_three_widths"),
    ("access", "every_page_empty_locked_refused_or_forbidden"),
    ("doors", "numbers::extreme_numbers_in_every_query"),
    ("doors", "numbers::extreme_numbers_at_every_field"),
    ("reach", "every_route_is_asked_for_as_everybody"),
];

/// Which tests of a program are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Suite,
    Sweeps,
}

impl Part {
    /// The program's arguments.
    fn arguments(self, program: &str) -> Vec<&'static str> {
        let names = SWEEPS.into_iter().filter(|(of, _)| *of == program).map(|(_, name)| name);
        match self {
            Part::Suite => names.flat_map(|name| ["--skip", name]).collect(),
            Part::Sweeps => names.collect(),
        }
    }
}

/// What takes longest begins first.
const LONGEST: [&str; 4] = ["access", "doors", "browser", "reach"];
/// What fills a disk or is killed runs when the others are done, and so does what measures time
/// and memory ([`HOSTILE`]).
const ALONE: [&str; 2] = ["bad_disk", "kill"];

struct Program {
    name: String,
    file: PathBuf,
    folder: PathBuf,
}

/// The value of a key in a line of cargo's JSON, unescaped as far as paths need it.
fn value(line: &str, key: &str) -> Option<String> {
    let rest = line.split(&format!("\"{key}\":\"")).nth(1)?;
    Some(rest.split('"').next()?.replace("\\\\", "\\"))
}

/// Builds every test program; cargo's own words stay on standard error.
fn built() -> Result<Vec<Program>, String> {
    let arguments = [
        "test",
        "--no-run",
        "--workspace",
        "--all-targets",
        "--message-format=json-render-diagnostics",
    ];
    let mut cargo = crate::command("cargo");
    let out = cargo
        .args(arguments)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| e.to_string())?;
    if !out.status.success() {
        return Err("the tests don't build".into());
    }
    let text = String::from_utf8_lossy(&out.stdout);
    let tests = text.lines().filter(|line| {
        line.contains("\"test\":true},\"features\"") || line.contains("\"kind\":[\"bench\"]")
    });
    let program = |line: &str| {
        let file = PathBuf::from(value(line, "executable")?);
        let name = file.file_stem()?.to_string_lossy().rsplit_once('-')?.0.to_string();
        let folder = PathBuf::from(value(line, "manifest_path")?).parent()?.to_path_buf();
        Some(Program { name, file, folder })
    };
    Ok(tests.filter_map(program).collect())
}

/// Whether it went well, and everything that it said.
fn run(program: &Program, part: Part) -> (bool, String) {
    let begun = Instant::now();
    let mut command = Command::new(&program.file);
    let out = command
        .args(part.arguments(&program.name))
        .current_dir(&program.folder)
        .env("CARGO_MANIFEST_DIR", &program.folder)
        .stdin(Stdio::null())
        .output();
    let seconds = begun.elapsed().as_secs();
    match out {
        Ok(out) => {
            let said = [String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)]
                .concat();
            // A sweep that was renamed would be neither here nor there.
            let sweeps = SWEEPS.iter().filter(|(of, _)| *of == program.name);
            let missing: Vec<&str> = match part {
                Part::Suite => Vec::new(),
                Part::Sweeps => {
                    sweeps.map(|(_, name)| *name).filter(|name| !said.contains(name)).collect()
                }
            };
            let missing = missing.iter().map(|name| format!("no test {name}\n"));
            let missing: String = missing.collect();
            let good = out.status.success() && missing.is_empty();
            (good, format!("=== {} ({seconds} s)\n{}\n{missing}", program.name, said.trim()))
        }
        Err(why) => (false, format!("=== {}: {why}\n", program.name)),
    }
}

/// Runs programs, so many at once, and prints what each said when it is done; the names of those
/// that failed.
fn run_all(programs: Vec<Program>, part: Part, at_once: usize) -> Vec<String> {
    let (left, failed) = (Mutex::new(VecDeque::from(programs)), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let next = left.lock().map_or(None, |mut left| left.pop_front());
                    let Some(program) = next else { return };
                    let (good, said) = run(&program, part);
                    print!("{said}");
                    if !good && let Ok(mut failed) = failed.lock() {
                        failed.push(program.name);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_default()
}

/// Some programs of the workspace and some tests of theirs by the beginnings of their names. They
/// are built with all others: a part would be built with other features, and everything once more.
///
/// # Errors
/// The names of the programs in which a test failed.
pub fn only(names: &[&str], tests: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    let chosen = built()?.into_iter().filter(|program| names.contains(&program.name.as_str()));
    let mut failed = Vec::new();
    for program in chosen {
        let status = Command::new(&program.file)
            .args(tests)
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder)
            .envs(environment.iter().copied())
            .status()
            .map_err(|e| format!("{}: {e}", program.name))?;
        if !status.success() {
            failed.push(program.name);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("tests failed in: {}", failed.join(", "))) }
}

/// Every test of the workspace but the sweeps.
///
/// # Errors
/// The names of the programs in which a test failed.
pub fn suite() -> Result<(), String> {
    let mut programs = built()?;
    if programs.len() < 20 {
        return Err(format!("only {} test programs were built", programs.len()));
    }
    let place = |program: &Program| {
        LONGEST.iter().position(|name| *name == program.name).unwrap_or(LONGEST.len())
    };
    programs.sort_by_key(place);
    let is_alone = |p: &Program| ALONE.iter().chain(&HOSTILE).any(|name| *name == p.name);
    let (alone, together): (Vec<_>, Vec<_>) = programs.into_iter().partition(is_alone);
    let begun = Instant::now();
    let mut failed = run_all(together, Part::Suite, at_once());
    failed.extend(run_all(alone, Part::Suite, 1));
    told(Part::Suite, begun, &failed)
}

/// The sweeps.
///
/// # Errors
/// The names of the programs in which a test failed or isn't there.
pub fn sweeps() -> Result<(), String> {
    let swept = |p: &Program| SWEEPS.iter().any(|(of, _)| *of == p.name);
    let programs: Vec<Program> = built()?.into_iter().filter(swept).collect();
    let begun = Instant::now();
    told(Part::Sweeps, begun, &run_all(programs, Part::Sweeps, at_once()))
}

fn at_once() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 4)
}

fn told(part: Part, begun: Instant, failed: &[String]) -> Result<(), String> {
    let name = if part == Part::Suite { "suite" } else { "sweeps" };
    println!("=== the {name}, once built: {} s", begun.elapsed().as_secs());
    if failed.is_empty() { Ok(()) } else { Err(format!("tests failed in: {}", failed.join(", "))) }
}
