//! The server's clock. It orders what arrives; tablets' clocks are shown as claims.

use std::time::{SystemTime, UNIX_EPOCH};

use bilik_shared::time::Timestamp;

/// The time now.
pub fn now() -> Timestamp {
    // A clock before 1970 is a broken clock; 1970 is as good an answer as any other.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A time this many minutes later.
pub fn minutes_after(time: Timestamp, minutes: i64) -> Timestamp {
    Timestamp(time.0.saturating_add(minutes.saturating_mul(60_000)))
}
