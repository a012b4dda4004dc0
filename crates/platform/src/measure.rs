//! What operators measure: counters and times for Prometheus, slow statements in the log. Never any
//! person's data: a statement is logged by its text, without its arguments.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Starts to collect; returns what renders the text that Prometheus reads. Once a process.
///
/// # Errors
/// Collecting has begun already.
pub fn collect() -> Result<PrometheusHandle, String> {
    let buckets = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &buckets)
        .and_then(PrometheusBuilder::install_recorder)
        .map_err(|e| e.to_string())
}

pub fn count(name: &'static str) {
    metrics::counter!(name).increment(1);
}

pub fn count_with(name: &'static str, labels: &[(&'static str, String)]) {
    metrics::counter!(name, labels).increment(1);
}

pub fn gauge(name: &'static str, value: f64) {
    metrics::gauge!(name).set(value);
}

/// A stopwatch: how long something took, which isn't what time it is.
pub struct Watch(Instant);

impl Watch {
    pub fn begins() -> Watch {
        Watch(Instant::now())
    }
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
    pub fn record(&self, name: &'static str, labels: &[(&'static str, String)]) {
        metrics::histogram!(name, labels).record(self.0.elapsed().as_secs_f64());
    }
}

/// Milliseconds from which a statement is slow.
static SLOW: AtomicU64 = AtomicU64::new(250);

pub fn set_slow_statement(ms: u64) {
    SLOW.store(ms, Ordering::Relaxed);
}

/// Watches one statement while it lives.
pub struct Statement(&'static str, Watch);

impl Statement {
    pub fn begins(sql: &'static str) -> Statement {
        Statement(sql, Watch::begins())
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        let ms = self.1.elapsed().as_millis() as u64;
        if ms >= SLOW.load(Ordering::Relaxed) {
            count("vsys_slow_statements_total");
            tracing::warn!(ms, sql = self.0, "slow statement");
        }
    }
}
