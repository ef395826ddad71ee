//! How many connections there may be, and how long each may take for what.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::activity::{Activity, Connections};

/// Whoever was sent away leaves at once. Where nobody could be, so long until somebody else is looked for.
const ANOTHER_LOOK: Duration = Duration::from_millis(100);

/// What one client, and all of them, may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub all: usize,
    /// Connections at once from one address.
    pub per_address: usize,
    /// A TLS handshake.
    pub handshake: Duration,
    /// The head of a request, once a connection or a request has begun.
    pub first_head: Duration,
    /// A connection on which nothing is asked.
    pub idle: Duration,
    /// A pause inside a body.
    pub pause: Duration,
    /// A whole body.
    pub body: Duration,
    /// Somebody who does not take their answer.
    pub stall: Duration,
    /// Bytes of the head of a request.
    pub head: usize,
    /// Lines of the head of a request.
    pub headers: usize,
}

impl Default for Limits {
    /// 512 connections stay below the 1,024 files that a process may have open by default. A browser has six at
    /// most, so a quarter for one address are twenty screens behind one router.
    /// A body of 1 MiB in two minutes is a link of 70 kbit/s.
    fn default() -> Self {
        Self {
            all: 512,
            per_address: 128,
            handshake: Duration::from_secs(5),
            first_head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            pause: Duration::from_secs(15),
            body: Duration::from_secs(120),
            stall: Duration::from_secs(30),
            head: 32 * 1024,
            headers: 64,
        }
    }
}

impl Limits {
    /// Where everybody comes from one address, because a proxy or this machine asks for them, an address says nothing.
    pub fn without_addresses(self) -> Self {
        Self { per_address: usize::MAX, ..self }
    }
}

/// The places for connections.
#[derive(Debug, Clone)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    size: u32,
    by_address: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
    connections: Connections,
}

/// One place of all and one of an address, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    address: IpAddr,
    places: Places,
    number: u64,
    /// Who has it.
    pub activity: Arc<Activity>,
    _one: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.all)),
            size: u32::try_from(limits.all).unwrap_or(u32::MAX),
            by_address: Arc::default(),
            per_address: limits.per_address,
            connections: Connections::default(),
        }
    }

    /// Somebody is at the door while no place is free: whoever has kept the server waiting for longest leaves. Where
    /// all are waiting for the server, so does the one at the door.
    async fn make_room(&self) -> OwnedSemaphorePermit {
        loop {
            if self.connections.evict_slowest() {
                tracing::debug!("all connections are taken: the slowest one was closed");
            }
            // Nobody closes the semaphore: what fails is the time.
            if let Ok(Ok(free)) = timeout(ANOTHER_LOOK, self.all.clone().acquire_owned()).await {
                return free;
            }
        }
    }

    /// Gives a place to a client, if somebody slower has to leave for it; `None` where its address has too many.
    pub(super) async fn take(&self, from: IpAddr) -> Option<Place> {
        let address = counted(from);
        if self.taken().get(&address).is_some_and(|count| *count >= self.per_address) {
            return None;
        }
        let one = match self.all.clone().try_acquire_owned() {
            Ok(one) => one,
            Err(_) => self.make_room().await,
        };
        *self.taken().entry(address).or_insert(0) += 1;
        let (number, activity) = self.connections.opened();
        Some(Place { address, places: self.clone(), number, activity, _one: one })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody holds a place.
    pub(super) async fn all_left(&self) {
        let _ = self.all.acquire_many(self.size).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.connections.closed(self.number);
        let mut taken = self.places.taken();
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// One machine has a whole /64 of IPv6 addresses: they count as one.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let network = u128::from(six) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_has_its_places_and_gives_them_back() {
        let limits = Limits { all: 3, per_address: 2, ..Limits::default() };
        let places = Places::new(&limits);
        let (one, other): (IpAddr, IpAddr) =
            ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        let first = places.take(one).await.unwrap();
        let _second = places.take(one).await.unwrap();
        assert!(places.take(one).await.is_none());
        let third = places.take(other).await.unwrap();
        assert!(places.all.clone().try_acquire_owned().is_err());
        drop(first);
        let _fourth = places.take(one).await.unwrap();
        assert_eq!(places.taken().len(), 2);
        drop(third);
        assert_eq!(places.taken().len(), 1);
    }

    #[tokio::test]
    async fn where_no_place_is_free_the_slowest_leaves_for_whoever_may_come() {
        let limits = Limits { all: 2, per_address: 1, ..Limits::default() };
        let places = Places::new(&limits);
        let address = |n: u8| IpAddr::from([10, 0, 0, n]);
        let served = places.take(address(1)).await.unwrap();
        served.activity.has_turn(false);
        let silent = places.take(address(2)).await.unwrap();
        // An address that has its places sends nobody away.
        assert!(places.take(address(1)).await.is_none());
        let leaves = async {
            silent.activity.evicted().await;
            drop(silent);
        };
        let (next, ()) = tokio::join!(places.take(address(3)), leaves);
        let next = next.unwrap();
        next.activity.has_turn(false);
        // Who waits for the server is waited for.
        let done = async {
            tokio::time::sleep(ANOTHER_LOOK * 2).await;
            drop(served);
        };
        let (last, ()) = tokio::join!(places.take(address(4)), done);
        assert!(last.is_some());
    }

    #[test]
    fn a_machine_is_one_address() {
        let same = |a: &str, b: &str| counted(a.parse().unwrap()) == counted(b.parse().unwrap());
        assert!(same("2001:db8::1", "2001:db8::ffff:2") && !same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:10.0.0.1", "10.0.0.1") && !same("10.0.0.1", "10.0.0.2"));
    }
}
