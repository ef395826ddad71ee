//! Somebody's own sessions.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::view::second_factor::KeyAnswer;

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
    /// When the password was last shown there; 0 where it is not known.
    #[serde(default)]
    pub confirmed_at: Timestamp,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// Somebody shows that it is still them, before what matters most. This type has no `Debug`, so that it never
/// reaches a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct ShownAgain {
    /// Their password.
    pub password: String,
    /// What the phone shows, or a code on paper, where they have a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What their passkey answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<KeyAnswer>,
}

/// Which one is to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSession {
    /// Its name.
    pub id: String,
}
