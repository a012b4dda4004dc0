//! The commands: what each is called, what may follow it, what it does. `--help` anywhere prints
//! this and runs nothing; what isn't known is refused before anything is installed or built.

use crate::demo::demo;
use crate::together;
use crate::{bench, checks, cluster, crash, deny, fuzz, hostile, measure, pictures, ready, test};

/// What may follow a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// These words, each at most once.
    Flags(&'static [&'static str]),
    /// These words, each with a value behind it (`--at TIME`, `--at=TIME`).
    Values(&'static [&'static str]),
    /// Whatever another program understands.
    Anything,
}

/// One command.
pub struct Verb {
    pub name: &'static str,
    pub takes: Takes,
    /// The same as it is shown.
    shown: &'static str,
    does: &'static str,
    pub run: fn(&[String]) -> Result<(), String>,
}

const fn verb(
    name: &'static str,
    takes: Takes,
    shown: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<(), String>,
) -> Verb {
    Verb { name, takes, shown, does, run }
}

/// All of them, as the help shows them.
pub const VERBS: [Verb; 18] = [
    verb(
        "demo",
        Takes::Values(&["--listen", "--at", "--data"]),
        "[--listen ADDRESS] [--at TIME] [--data FOLDER]",
        "builds vsys and starts it with the demo world",
        demo,
    ),
    verb(
        "test",
        Takes::Anything,
        "[cargo test's arguments]",
        "the suite, the sweeps and the lint: what CI runs; with arguments, cargo test",
        test,
    ),
    verb("suite", Takes::Nothing, "", "every test but the slowest sweeps", |_| {
        ready().and_then(|()| together::suite())
    }),
    verb("sweeps", Takes::Nothing, "", "the slowest sweeps", |_| {
        ready().and_then(|()| together::sweeps())
    }),
    verb("lint", Takes::Nothing, "", "rustfmt, clippy, crates, documents, tidy", |_| {
        checks::lint()
    }),
    verb(
        "tidy",
        Takes::Anything,
        "[--lower | RULE]",
        "counts what there is too much of",
        checks::tidy,
    ),
    verb(
        "deny",
        Takes::Flags(&["--advisories"]),
        "[--advisories]",
        "judges the crates by deny.toml",
        deny::deny,
    ),
    verb(
        "snapshots",
        Takes::Flags(&["--write"]),
        "[--write]",
        "every page and mail as text, beside what was looked at",
        checks::snapshots,
    ),
    verb(
        "pictures",
        Takes::Nothing,
        "",
        "takes the pictures of the READMEs anew (docs/screenshots)",
        |_| pictures(),
    ),
    verb(
        "docs",
        Takes::Flags(&["--write"]),
        "[--write]",
        "figures in documents beside what is counted",
        checks::docs,
    ),
    verb("measure", Takes::Nothing, "", "size, start and idle memory of the release", |_| {
        measure()
    }),
    verb("hostile", Takes::Nothing, "", "hostile files and requests at the release", |_| hostile()),
    verb("crash", Takes::Nothing, "", "kills the server at 200 instants on each engine", |_| {
        crash()
    }),
    verb(
        "cluster",
        Takes::Values(&["--from"]),
        "[--from COMMIT]",
        "three nodes, a standby, haproxy: killed, upgraded, restored",
        cluster,
    ),
    verb("bench", Takes::Anything, "[SECONDS]", "every measurement on both engines", bench),
    verb("fuzz", Takes::Anything, "[SECONDS] [TARGETS]", "fuzzes what parses", fuzz::fuzz),
    verb("help", Takes::Anything, "", "this", |_| {
        print!("{}", help());
        Ok(())
    }),
    verb("--help", Takes::Anything, "", "this", |_| {
        print!("{}", help());
        Ok(())
    }),
];

/// Every command with what may follow it and what it does.
pub fn help() -> String {
    let line = |verb: &Verb| {
        let call = format!("{} {}", verb.name, verb.shown);
        format!("  cargo xtask {:<54}{}\n", call.trim_end(), verb.does)
    };
    let lines = VERBS.iter().filter(|verb| !verb.name.ends_with("help")).map(line);
    format!(
        "Developers' commands; --help behind any of them prints this.\n\n{}",
        String::from_iter(lines)
    )
}

/// What was asked for.
pub enum Asked<'v> {
    Help,
    Run(&'v Verb),
}

/// Reads a command line.
///
/// # Errors
/// No such command, or an argument that it doesn't take.
pub fn asked(arguments: &[String]) -> Result<Asked<'static>, String> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(format!("which command?\n\n{}", help()));
    };
    if arguments.iter().take_while(|a| *a != "--").any(|a| a == "--help" || a == "-h") {
        return Ok(Asked::Help);
    }
    let verb = VERBS
        .iter()
        .find(|verb| verb.name == name)
        .ok_or_else(|| format!("cargo xtask has no command {name}\n\n{}", help()))?;
    match strange(verb.takes, rest) {
        None => Ok(Asked::Run(verb)),
        Some(argument) => Err(format!(
            "cargo xtask {name} doesn't take {argument}: cargo xtask {}",
            format!("{name} {}", verb.shown).trim_end()
        )),
    }
}

/// The first argument that isn't taken.
fn strange(takes: Takes, rest: &[String]) -> Option<&str> {
    match takes {
        Takes::Anything => None,
        Takes::Nothing => rest.first().map(String::as_str),
        Takes::Flags(flags) => rest.iter().map(String::as_str).find(|word| !flags.contains(word)),
        Takes::Values(names) => {
            let mut words = rest.iter();
            while let Some(word) = words.next() {
                match word.split_once('=') {
                    Some((name, _)) if names.contains(&name) => {}
                    None if names.contains(&word.as_str()) && words.next().is_some() => {}
                    _ => return Some(word),
                }
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<&'static str, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_string).collect();
        asked(&words).map(|asked| match asked {
            Asked::Help => "help",
            Asked::Run(verb) => verb.name,
        })
    }

    #[test]
    fn help_runs_nothing_whatever_stands_before_it() {
        for verb in VERBS.iter().filter(|verb| !verb.name.ends_with("help")) {
            for flag in ["--help", "-h"] {
                assert_eq!(of(&format!("{} {flag}", verb.name)), Ok("help"));
            }
            assert!(help().contains(&format!("cargo xtask {}", verb.name)), "{}", verb.name);
        }
        assert_eq!(of("--help"), Ok("help"));
        // What is behind -- is another program's.
        assert_eq!(of("test -- --help"), Ok("test"));
    }

    #[test]
    fn what_a_command_doesnt_take_is_refused_before_anything_is_done() {
        for line in [
            "suite --fast",
            "suite access",
            "sweeps now",
            "lint --fix",
            "demo --port 8080",
            "demo 8080",
            "demo --listen",
            "measure x",
            "hostile --all",
            "crash 5",
            "cluster --to x",
            "deny --write",
            "snapshots --wirte",
            "docs --lower",
            "pictures en",
            "nonsense",
            "",
        ] {
            assert!(of(line).is_err(), "{line}");
        }
        for (line, name) in [
            ("suite", "suite"),
            ("demo", "demo"),
            ("demo --listen 127.0.0.1:0 --data=my-world", "demo"),
            ("cluster --from HEAD~1", "cluster"),
            ("snapshots --write", "snapshots"),
            ("tidy --lower", "tidy"),
            ("bench 10", "bench"),
            ("help", "help"),
        ] {
            assert_eq!(of(line), Ok(name), "{line}");
        }
    }
}
