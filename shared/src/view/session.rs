//! Somebody's own sessions.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One of somebody's open sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Names it; opens nothing.
    pub id: String,
    /// What the browser calls itself, `Chrome, Android`; empty where it is not known.
    pub screen: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last seen, to the minute.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// Which one is to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSession {
    /// Its name.
    pub id: String,
}
