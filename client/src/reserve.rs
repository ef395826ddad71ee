//! Space that is kept for finishing what was begun.
//!
//! Browsers no longer say how much space there is: Chromium tells 10 GiB more than is used, whatever the disk
//! holds. So the tablet keeps some bytes that mean nothing. While they are there, there is that much space for
//! work; when a write finds the disk full, they are given up for it, and nobody new is begun until they are back.

use bilik_shared::exchange::{Room, Space};
use bilik_shared::replica::Write;

use crate::device;
use crate::store::{Store, StoreError};

const DATABASE: &str = "bilik-reserve";
const KEY: &str = "reserve";
/// Enough for thousands of registrations; a signature is the largest part of one and has a few thousand bytes.
const BYTES: usize = 5_000_000;

/// From bytes in use and bytes allowed, where a browser says so.
fn room(used: f64, quota: f64) -> Room {
    if quota - used < BYTES as f64 || used >= quota * 0.95 {
        Room::Out
    } else if used >= quota * 0.8 {
        Room::Low
    } else {
        Room::Enough
    }
}

/// The bytes, in a database of their own, so that a start need not read them.
#[derive(Debug)]
pub struct Reserve {
    store: Option<Store>,
}

impl Reserve {
    /// Opens it. Where that fails, there is none.
    pub async fn open() -> Self {
        Self { store: Store::open(DATABASE).await.ok() }
    }

    /// Makes sure that the bytes are there.
    ///
    /// # Errors
    /// [`StoreError::Full`] where there is no space for them.
    pub async fn hold(&self) -> Result<(), StoreError> {
        let store = self.store.as_ref().ok_or(StoreError::Unavailable)?;
        if store.has(KEY).await? {
            return Ok(());
        }
        // Random, because a browser may compress what it stores.
        let mut value = vec![0; BYTES];
        device::fill_random(&mut value);
        store.write(&[Write::Put { key: KEY.to_owned(), value }]).await
    }

    /// Gives the bytes up for something that matters; says whether there were any.
    pub async fn release(&self) -> bool {
        let Some(store) = &self.store else { return false };
        let held = store.has(KEY).await == Ok(true);
        held && store.write(&[Write::Delete { key: KEY.to_owned() }]).await.is_ok()
    }

    /// Makes sure that they are there, and says how much space there is beside them. Without a browser's estimate
    /// the bytes in use are 0.
    pub async fn measure(&self) -> Space {
        let held = self.hold().await;
        let estimate = device::space().await;
        let room = match (held, estimate) {
            (Err(StoreError::Full), _) => Room::Out,
            (_, Some((used, quota))) => room(used, quota),
            (_, None) => Room::Enough,
        };
        Space { used: estimate.map_or(0, |(used, _)| used as u64), room }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_runs_low_before_it_runs_out() {
        for (used, quota, expected) in [
            (0.0, 1e9, Room::Enough),
            (799e6, 1e9, Room::Enough),
            (800e6, 1e9, Room::Low),
            (949e6, 1e9, Room::Low),
            (950e6, 1e9, Room::Out),
            (15e6, 20e6, Room::Enough),
            (15.1e6, 20e6, Room::Out),
            // What Chromium tells since 138.
            (3e6, 3e6 + 10.0 * 1024f64.powi(3), Room::Enough),
        ] {
            assert_eq!(room(used, quota), expected, "{used} of {quota}");
        }
    }
}
