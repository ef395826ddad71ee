//! What other systems may do here: tokens that read, and addresses that are told of released participants.

use serde::{Deserialize, Serialize};

use crate::id::{EntryId, OfficerId};
use crate::registration::codes;
use crate::time::Timestamp;

codes! {
    /// What a token is for. With one the partner's system reads what the partner reads, and nothing else.
    Scope {
        /// Read the table and single participants.
        Participants = "read_participants",
        /// Read reports, as they stand on the screen.
        Reports = "read_reports",
        /// Read the counters of the server.
        Metrics = "read_metrics",
    }
}

/// Longest name of a token or an address, in letters.
pub const MAX_NAME: usize = 40;
/// So many tokens, and so many addresses, are there at once.
pub const MAX_EACH: usize = 20;

/// A token, as the administrator sees it. What it opens with is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Which system has it.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: OfficerId,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// An address that is told of released participants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hook {
    /// Its number.
    pub id: i64,
    /// The address: `https`, or on this computer.
    pub url: String,
    /// When it was added.
    pub made_at: Timestamp,
    /// How many messages wait to be sent, or to be sent again.
    pub waiting: u32,
    /// How many were delivered.
    pub delivered: u32,
}

/// A message that was not taken and is not sent again by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its number.
    pub id: i64,
    /// Where it was to go.
    pub url: String,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// When the last try failed.
    pub failed_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// The status of the last answer; 0 where there was none.
    pub status: u16,
}

/// Everything about other systems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Tokens, newest first.
    pub tokens: Vec<Token>,
    /// Addresses.
    pub hooks: Vec<Hook>,
    /// Messages that were not taken, newest first.
    pub dead: Vec<DeadLetter>,
}

/// A token that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// Which system it is for.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<Scope>,
}

/// An address that is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewHook {
    /// The address.
    pub url: String,
}

/// A secret that is shown this once: a token, or what an address checks signatures with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The secret. This type has no `Debug`, so that it never reaches a log.
    pub secret: String,
    /// Everything as it is now.
    pub access: Access,
}

/// What an address is told: that a participant was released. Ids only; who it is can be read with a token.
///
/// The signature stands in the header `Bilik-Signature: t=SECONDS,v1=HEX`: the HMAC-SHA256, under the secret of the
/// address, of the seconds, a dot and the body. Whoever receives it compares in constant time, and refuses what is
/// older than some minutes. Messages may come twice and in any order; `id` tells them apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Names the message.
    pub id: String,
    /// Always `participant.released`.
    pub event: String,
    /// The participant.
    pub entry: EntryId,
    /// When it happened, in milliseconds since 1970.
    pub at: Timestamp,
}

/// How long after the `tries`th failure a message is sent again, in seconds; `None` where it is given up.
///
/// Two seconds, ten, then up to six hours: together a day, which outlasts an evening's maintenance.
pub fn again_after(tries: u32) -> Option<i64> {
    const WAITS: [i64; 8] = [2, 10, 60, 300, 1_800, 7_200, 21_600, 57_600];
    WAITS.get(tries.saturating_sub(1) as usize).copied()
}

/// Whether an address may be told something: over TLS, or to a program on this computer.
pub fn is_allowed(url: &str) -> bool {
    let printable = |rest: &str| {
        !rest.is_empty() && rest.len() <= 500 && rest.bytes().all(|b| b.is_ascii_graphic())
    };
    if let Some(rest) = url.strip_prefix("https://") {
        return printable(rest) && !host(rest).is_empty() && !rest.contains('@');
    }
    let Some(rest) = url.strip_prefix("http://") else { return false };
    printable(rest)
        && !rest.contains('@')
        && matches!(host(rest), "127.0.0.1" | "[::1]" | "localhost")
}

/// The host of what follows `://`.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_over_tls_or_stay_on_this_computer() {
        for (url, allowed) in [
            ("https://blk.example/hook", true),
            ("https://blk.example:8443/", true),
            ("http://127.0.0.1:9000/hook", true),
            ("http://[::1]:9000/", true),
            ("http://localhost", true),
            ("http://blk.example/", false),
            ("http://127.0.0.1.blk.example/", false),
            ("http://127.0.0.1@blk.example/", false),
            ("http://localhost\\@blk.example/", false),
            ("https://user:word@blk.example/", false),
            ("https://", false),
            ("https:///path", false),
            ("ftp://127.0.0.1/", false),
            ("https://blk.example/a b", false),
        ] {
            assert_eq!(is_allowed(url), allowed, "{url}");
        }
    }

    #[test]
    fn a_message_is_tried_for_a_day_and_then_given_up() {
        let waits: Vec<i64> = (1..).map_while(again_after).collect();
        assert!(waits.is_sorted() && waits.iter().sum::<i64>() >= 86_400, "{waits:?}");
        assert_eq!(again_after(9), None);
    }
}
