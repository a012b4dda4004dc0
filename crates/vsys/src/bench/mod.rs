//! Measurements with the raw limit beside them in the same run: a table for people on standard
//! error, JSON on standard output.

mod allocation;
mod client;
mod pages;
mod plan_save;
mod raw;
mod store;
mod surge;
mod world;

use clap::Subcommand;
use platform::measure::Watch;
use serde_json::Value;

#[derive(Subcommand)]
pub enum BenchCommand {
    /// Plans saved over HTTP by many clients, beside the same rows written by a bare loop
    PlanSave {
        /// sqlite:PATH or postgres://…; empty, it is filled; without it a temporary SQLite database
        #[arg(long)]
        database: Option<String>,
        #[arg(long, default_value_t = 100)]
        clients: usize,
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        #[arg(long, default_value_t = 2_000)]
        venues: u32,
        /// Where pgbench is, for the raw limit of PostgreSQL
        #[arg(long, default_value = "/usr/lib/postgresql/15/bin/pgbench")]
        pgbench: std::path::PathBuf,
    },
    /// Saves before, through and after 15:00:00 at many times the ordinary rate; the database is
    /// asked afterwards
    Surge {
        #[arg(long)]
        database: Option<String>,
        /// Saves a second on an ordinary day
        #[arg(long, default_value_t = 3)]
        base: u64,
        /// How many times as many
        #[arg(long, default_value_t = 70)]
        step: u64,
        #[arg(long, default_value_t = 300)]
        seconds: u64,
        #[arg(long, default_value_t = 5_000)]
        venues: u32,
    },
    /// Pages of many kinds and roles at a steady rate, beside a bare page of the same size
    Pages {
        #[arg(long)]
        database: Option<String>,
        /// Requests a second
        #[arg(long, default_value_t = 200)]
        rate: u64,
        #[arg(long, default_value_t = 20)]
        seconds: u64,
        #[arg(long, default_value_t = 70_000)]
        venues: u32,
    },
    /// One cycle for a nation: decided, stored, explained, carried out; beside the same rows
    /// written by the bare database
    Allocation(Nation),
}

#[derive(clap::Args)]
pub struct Nation {
    #[arg(long)]
    database: Option<String>,
    #[arg(long, default_value_t = 70_000)]
    venues: u32,
}

pub fn run(what: BenchCommand) -> Result<(), String> {
    let report = match what {
        BenchCommand::PlanSave { database, clients, seconds, venues, pgbench } => {
            plan_save::run(database.as_deref(), clients, seconds, venues, &pgbench)?
        }
        BenchCommand::Surge { database, base, step, seconds, venues } => {
            surge::run(database.as_deref(), base, step, seconds, venues)?
        }
        BenchCommand::Allocation(nation) => {
            allocation::run(nation.database.as_deref(), nation.venues)?
        }
        BenchCommand::Pages { database, rate, seconds, venues } => {
            pages::run(database.as_deref(), rate, seconds, venues)?
        }
    };
    eprint!("{}", table(&report, ""));
    crate::say(&report.to_string());
    Ok(())
}

/// The figures, one a line.
fn table(value: &Value, name: &str) -> String {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, v)| {
                table(v, &if name.is_empty() { key.clone() } else { format!("{name}.{key}") })
            })
            .collect(),
        other => format!("{name:48} {other}\n"),
    }
}

/// Milliseconds at some shares of all, from the shortest.
fn percentiles(mut ms: Vec<f64>) -> Value {
    ms.sort_by(f64::total_cmp);
    let at = |share: f64| {
        ms.get(((ms.len() as f64 * share) as usize).min(ms.len().saturating_sub(1)))
            .map(|v| (v * 100.0).round() / 100.0)
    };
    serde_json::json!({"count": ms.len(), "p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1.0)})
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
