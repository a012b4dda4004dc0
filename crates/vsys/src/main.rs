//! The door: one binary. Exit 0, or 2 with one sentence on standard error and nothing on standard
//! output.

mod bench;
mod memory;
mod paper;
mod rules_cli;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// vsys is an open V-SYS (ワクチン接種円滑化システム), the system that carries vaccine from a ministry's
/// plan to a workplace's arm and back to the insurer's payment. This one binary is its server, its
/// demo and its operators' commands; `vsys demo` shows all of it.
#[derive(Parser)]
#[command(name = "vsys", version, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The product on an embedded database with the small world; the clock can be moved
    Demo {
        /// Address to listen on; port 0 takes any free port
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        /// Where the clock starts, Japan time
        #[arg(long, default_value = "2022-02-07T10:00:00+09:00")]
        at: String,
        /// Keeps the world in this folder between starts; without it every start is a fresh world
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// The product
    Serve(serve::ServeOptions),
    /// Brings a database to this version's tables
    Migrate {
        #[arg(long)]
        database: String,
    },
    /// Checks data files, and a database where one is named
    Doctor {
        #[arg(long)]
        database: Option<String>,
    },
    /// An online, consistent copy of an embedded database, with its checksum beside it
    Backup {
        #[arg(long)]
        database: String,
        /// The copy; must not exist yet
        #[arg(long)]
        out: PathBuf,
    },
    /// A database from a backup whose checksum and journal are right
    Restore {
        /// Where to; must not exist yet
        #[arg(long)]
        database: String,
        #[arg(long)]
        from: PathBuf,
    },
    /// Everything the nation or one venue has, as a signed ZIP of JSON files
    Export {
        #[arg(long)]
        database: String,
        /// The ZIP; must not exist yet
        #[arg(long)]
        out: PathBuf,
        /// A venue's ten-digit code; without it the whole nation
        #[arg(long)]
        venue: Option<String>,
    },
    /// Whether an export is whole and signed by a key
    VerifyExport {
        file: PathBuf,
        /// The public key, hexadecimal: from the export's manifest as printed when it was made, or
        /// /.well-known/vsys-signing-keys.json
        #[arg(long)]
        key: String,
    },
    /// Verifies the journal: every chain of every record, and the seals over them
    VerifyJournal {
        #[arg(long)]
        database: String,
        /// NUMBER=HASH of a seal that was kept elsewhere: proves that nothing before it was
        /// rewritten
        #[arg(long)]
        anchor: Option<String>,
    },
    /// Measurements, each beside its raw limit in the same run
    Bench {
        #[command(subcommand)]
        what: bench::BenchCommand,
    },
    /// Worlds for loads and measurements
    Seed {
        #[command(subcommand)]
        what: serve::SeedCommand,
    },
    /// People
    User {
        #[command(subcommand)]
        what: serve::UserCommand,
    },
    /// What the rules say, JSON out
    Rules {
        #[command(subcommand)]
        what: rules_cli::RulesCommand,
    },
    /// One allocation, offline: case in, proposal out
    Allocate {
        #[arg(long)]
        case: PathBuf,
        /// Adds the sentence that explains each share
        #[arg(long)]
        explain: bool,
    },
    /// One document as PDF
    Paper {
        #[command(subcommand)]
        what: paper::PaperCommand,
    },
}

/// Writes to standard output; a reader that went away is no reason to fall over.
pub fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // One sentence, not a page of usage.
            let text = error.to_string();
            let sentence = text.lines().take_while(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
            eprintln!("{}", sentence.trim_start_matches("error: "));
            return ExitCode::from(2);
        }
        Err(help) => {
            say(&help.to_string());
            return ExitCode::SUCCESS;
        }
    };
    let outcome = match cli.command {
        Command::Demo { listen, at, data } => {
            memory::given_back();
            serve::demo(&listen, &at, data)
        }
        Command::Serve(options) => {
            memory::given_back();
            serve::serve(options)
        }
        Command::Migrate { database } => serve::migrate(&database),
        Command::Doctor { database } => serve::doctor(database.as_deref()),
        Command::Backup { database, out } => serve::backup(&database, &out),
        Command::Restore { database, from } => serve::restore(&database, &from),
        Command::Export { database, out, venue } => {
            serve::export(&database, &out, venue.as_deref())
        }
        Command::VerifyExport { file, key } => serve::verify_export(&file, &key),
        Command::VerifyJournal { database, anchor } => {
            serve::verify_journal(&database, anchor.as_deref())
        }
        Command::Bench { what } => bench::run(what),
        Command::Seed { what } => serve::seed(what),
        Command::User { what } => serve::user(what),
        Command::Rules { what } => rules_cli::run(what).map(|answer| say(&answer)),
        Command::Allocate { case, explain } => {
            rules_cli::allocate(&case, explain).map(|answer| say(&answer))
        }
        Command::Paper { what } => paper::run(what),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::from(2)
        }
    }
}
