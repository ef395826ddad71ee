//! Counters for whoever watches the server, in the text format of Prometheus. Nothing about people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Scope, token_of};

/// Bounds of the commit histogram, in seconds.
const BOUNDS: [f64; 8] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0];

/// What is counted since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Exchanges that were answered.
    pub exchanges: AtomicU64,
    /// Changes that were taken in.
    pub admitted: AtomicU64,
    /// Changes that went to quarantine.
    pub quarantined: AtomicU64,
    /// Requests, by status.
    requests: Mutex<BTreeMap<u16, u64>>,
    /// Commits that took no longer than each bound and longer than the one before.
    commits: [AtomicU64; BOUNDS.len() + 1],
    commit_micros: AtomicU64,
}

impl Metrics {
    /// Counts something.
    pub fn add(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }

    /// Counts a request that was answered.
    pub fn answered(&self, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry(status).or_default() += 1;
    }

    /// Counts a commit: from the beginning of the transaction until it is on disk.
    pub fn committed(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
        Self::add(&self.commits[at], 1);
        Self::add(&self.commit_micros, took.as_micros() as u64);
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        for (name, help, counter) in [
            (
                "bilik_exchanges_total",
                "Exchanges with tablets that were answered.",
                &self.exchanges,
            ),
            ("bilik_changes_admitted_total", "Changes that were taken in.", &self.admitted),
            ("bilik_changes_quarantined_total", "Changes set aside.", &self.quarantined),
        ] {
            // Writing into a String cannot fail.
            let _ = writeln!(
                text,
                "# HELP {name} {help}\n# TYPE {name} counter\n{name} {}",
                read(counter)
            );
        }
        let name = "bilik_requests_total";
        let _ = writeln!(text, "# HELP {name} Requests by status.\n# TYPE {name} counter");
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (status, n) in requests {
            let _ = writeln!(text, "{name}{{status=\"{status}\"}} {n}");
        }
        let name = "bilik_commit_seconds";
        let _ = writeln!(
            text,
            "# HELP {name} Time of a transaction until it is on disk.\n# TYPE {name} histogram"
        );
        let mut sum = 0;
        for (bound, counter) in BOUNDS.iter().zip(&self.commits) {
            sum += read(counter);
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {sum}");
        }
        sum += read(&self.commits[BOUNDS.len()]);
        let seconds = read(&self.commit_micros) as f64 / 1e6;
        let _ = writeln!(
            text,
            "{name}_bucket{{le=\"+Inf\"}} {sum}\n{name}_sum {seconds}\n{name}_count {sum}"
        );
        text
    }
}

/// Headers by which a proxy says that somebody else asks through it.
const PROXIED: [&str; 3] = ["x-forwarded-for", "forwarded", "via"];

/// `GET /metrics`: for programs on this computer, or with a token for it.
pub async fn show(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let own = from.ip().to_canonical().is_loopback()
        && PROXIED.iter().all(|name| !headers.contains_key(*name));
    if !own {
        let token = token_of(&app, &headers).await?.ok_or(Error::TokenUnknown)?;
        if !token.scopes.contains(&Scope::Metrics) {
            return Err(Error::ScopeMissing);
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, app.metrics.text()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_of_the_histogram_add_up() {
        let metrics = Metrics::default();
        for millis in [1, 3, 4, 30, 5_000] {
            metrics.committed(Duration::from_millis(millis));
        }
        metrics.answered(200);
        metrics.answered(200);
        metrics.answered(404);
        let text = metrics.text();
        for line in [
            "bilik_commit_seconds_bucket{le=\"0.001\"} 1",
            "bilik_commit_seconds_bucket{le=\"0.005\"} 3",
            "bilik_commit_seconds_bucket{le=\"1\"} 4",
            "bilik_commit_seconds_bucket{le=\"+Inf\"} 5",
            "bilik_commit_seconds_count 5",
            "bilik_requests_total{status=\"200\"} 2",
            "bilik_exchanges_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
