//! Tells other systems that a participant was released.
//!
//! The message is written in the transaction that releases somebody and sent afterwards, so a system that was out of
//! reach, or a server that was killed in between, loses none. It carries ids only. What is not taken is sent again
//! with growing pauses, then given up and shown at the desk.

use std::time::Duration;

use bilik_shared::lifecycle::State;
use bilik_shared::role::is_released;
use bilik_shared::time::Timestamp;
use bilik_shared::view::Row;
use bilik_shared::view::access::{Released, again_after};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rusqlite::Connection;
use sha2::Sha256;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

use crate::app::App;
use crate::error::Error;
use crate::store::hooks::{self, Due};
use crate::{clock, secret};

/// The header that carries the signature.
pub const SIGNATURE: &str = "Bilik-Signature";
/// A system that takes longer than this to answer has not taken a message.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many messages are under way at once.
const AT_ONCE: u32 = 8;
/// What is due later is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Writes a message for each of `rows` that is released and was not before. `before` are their earlier states.
pub fn note(db: &Connection, rows: &[Row], before: &[Option<State>]) -> rusqlite::Result<()> {
    let new = |(row, before): &(&Row, &Option<State>)| {
        is_released(row.state) && !before.is_some_and(is_released)
    };
    let mut released = rows.iter().zip(before).filter(new).peekable();
    if released.peek().is_none() {
        return Ok(());
    }
    let (addresses, at) = (hooks::active(db)?, clock::now());
    for (row, _) in released {
        for hook in &addresses {
            let message = Released {
                id: secret::random_token()[..32].to_owned(),
                event: "participant.released".to_owned(),
                entry: row.entry,
                at,
            };
            let body = serde_json::to_string(&message)
                .map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))?;
            hooks::enqueue(db, *hook, &body, at)?;
        }
    }
    Ok(())
}

/// The value of the header for a body that is sent at `seconds` since 1970.
pub fn signature(secret: &str, seconds: i64, body: &str) -> Result<String, Error> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = mac.map_err(|cause| Error::Internal(cause.to_string()))?;
    mac.update(format!("{seconds}.{body}").as_bytes());
    let hex: String =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("t={seconds},v1={hex}"))
}

/// Sends what is due until the server is asked to stop.
pub async fn run(app: App) {
    let mut commits = app.live.listen();
    loop {
        if let Err(error) = send_due(&app).await {
            tracing::warn!(code = error.code(), "messages to other systems wait");
        }
        let told = async {
            loop {
                match commits.recv().await {
                    Ok(changed) if changed.rows.iter().any(|row| is_released(row.state)) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            () = app.stopped() => return,
            () = told => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn send_due(app: &App) -> Result<(), Error> {
    let now = clock::now();
    let due = app.store.read(move |db| hooks::due(db, now, AT_ONCE)).await?;
    let mut sent = JoinSet::new();
    for message in due {
        sent.spawn_blocking(move || (message.id, message.tries, send(&message)));
    }
    while let Some(done) = sent.join_next().await {
        let Ok((id, tries, status)) = done else { continue };
        app.writer.write(move |db| Ok(close(db, id, tries + 1, status)?)).await?;
    }
    Ok(())
}

/// Notes what became of a message. An answer that says that it will never be taken ends the tries.
fn close(db: &Connection, id: i64, tries: u32, status: u16) -> rusqlite::Result<()> {
    let now = clock::now();
    match status {
        200..=299 => hooks::delivered(db, id, status, now),
        400..=499 if !matches!(status, 408 | 425 | 429) => hooks::failed(db, id, status, now, None),
        _ => {
            let again = again_after(tries).map(|seconds| Timestamp(now.0 + seconds * 1_000));
            hooks::failed(db, id, status, now, again)
        }
    }
}

/// Sends a message; the status of the answer, or 0 where there was none. Goes where it was told and nowhere else.
fn send(message: &Due) -> u16 {
    let seconds = clock::now().0 / 1_000;
    let Ok(signed) = signature(&message.secret, seconds, &message.body) else { return 0 };
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .build();
    let request = ureq::Agent::new_with_config(config)
        .post(&message.url)
        .header(SIGNATURE, &signed)
        .header("Content-Type", "application/json");
    // Why there was none may name hosts and addresses of another system: it is not logged.
    request.send(message.body.as_str()).map_or(0, |answer| answer.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_covers_the_time_and_the_body() {
        // Computed with OpenSSL: printf '1700000000.{"id":"1"}' | openssl dgst -sha256 -hmac geheim
        let signed = signature("geheim", 1_700_000_000, r#"{"id":"1"}"#).unwrap();
        assert_eq!(signed, format!("t=1700000000,v1={EXPECTED}"));
        assert_ne!(signed, signature("geheim", 1_700_000_001, r#"{"id":"1"}"#).unwrap());
        assert_ne!(signed, signature("lain", 1_700_000_000, r#"{"id":"1"}"#).unwrap());
    }

    const EXPECTED: &str = "fd880bee3da1504c3447a98ddbbfa663596a39a8abc6d5172a950d254b74dc2c";
}
