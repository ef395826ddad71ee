//! The tablet at work: the one place where the effects of [`bilik_shared::replica`] are performed.
//!
//! Pages hand in commands and read what to show; everything else happens here, in the order the
//! state machine says. A command's callback runs after what it wrote is on the disk, never before.

use std::collections::BTreeMap;

use bilik_shared::command::{Command, Refused, What};
use bilik_shared::exchange::{Room, Space};
use bilik_shared::id::{ActorId, EntryId, OfficerId, SheetId};
use bilik_shared::replica::{Effect, Outcome, Replica, Write};
use bilik_shared::sheet::Happened;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::device;
use crate::label::{self, Label};
use crate::net::NetError;
use crate::reserve::Reserve;
use crate::store::{Store, StoreError};
use crate::text::t;

mod contact;
mod keys;
mod server;
mod signer;

use keys::holders;
pub use server::{Device, enrolled, remember_device};
use server::{Server, begin_to_sign};
pub use signer::Keys;

/// Keys of the store that belong to the app, not to the state machine.
const APP: &str = "app/";

type Callback = Box<dyn FnOnce(Result<Outcome, Refused>)>;

struct Core {
    replica: Replica,
    store: &'static Store,
    reserve: &'static Reserve,
    /// How many writes have begun.
    writes: u64,
    /// `None` in practice.
    server: Option<Server>,
    tickets: u64,
    waiting: Vec<(u64, Callback)>,
    /// Only the newest timer wakes the replica.
    timer: u64,
    /// What the app keeps for itself, under keys without [`APP`].
    kept: BTreeMap<String, Vec<u8>>,
}

/// The tablet, as pages hold it.
#[derive(Clone, Copy)]
pub struct Tablet {
    core: StoredValue<Core, LocalStorage>,
    shown: RwSignal<u32>,
    /// Why the last exchange failed; `None` after one that worked.
    pub net_error: RwSignal<Option<NetError>>,
    /// Why the last write failed; `None` after one that worked.
    pub store_error: RwSignal<Option<StoreError>>,
    /// How much space there is for work.
    pub room: RwSignal<Room>,
    /// Who can open the tablet with a passphrase.
    holders: RwSignal<Vec<OfficerId>>,
    /// What people call this device.
    pub code: StoredValue<String>,
    /// Six digits that the desk shows as well; empty where this tablet does not sign.
    pub digits: RwSignal<String>,
}

impl Tablet {
    /// Starts from what the store holds, and keeps in contact from now on.
    pub fn start(
        (store, reserve): (&'static Store, &'static Reserve),
        device: Device,
        stored: Vec<(String, Vec<u8>)>,
    ) -> Self {
        let server = Server::of(&device);
        let code = device.device_code.clone();
        let tablet = Self::with((store, reserve), Some(server.clone()), code, stored);
        if let Some(keys) = &device.keys {
            tablet.digits.set(keys.digits.clone());
        }
        match server.signs() || tablet.is_unkeyed() {
            true => tablet.keep_in_contact(server),
            // What is sent while the server gets to know the key would be refused.
            false => spawn_local(async move {
                let mut device = device;
                begin_to_sign(store, &mut device).await;
                tablet.keep_in_contact(tablet.sign_as(&device));
            }),
        }
        tablet
    }

    /// From now on this is who speaks to the server.
    fn sign_as(&self, device: &Device) -> Server {
        let server = Server::of(device);
        self.change(|core| {
            if server.signs() {
                core.replica.sign();
            }
            core.server = Some(server.clone());
        });
        self.digits.set(device.keys.as_ref().map(|keys| keys.digits.clone()).unwrap_or_default());
        server
    }

    /// Starts from what the store holds, with no server anywhere.
    pub fn practise(
        (store, reserve): (&'static Store, &'static Reserve),
        code: String,
        stored: Vec<(String, Vec<u8>)>,
    ) -> Self {
        Self::with((store, reserve), None, code, stored)
    }

    fn with(
        (store, reserve): (&'static Store, &'static Reserve),
        server: Option<Server>,
        code: String,
        stored: Vec<(String, Vec<u8>)>,
    ) -> Self {
        let is_app = |(key, _): &(String, Vec<u8>)| key.starts_with(APP);
        let (kept, stored): (Vec<_>, Vec<_>) = stored.into_iter().partition(is_app);
        let kept =
            kept.into_iter().map(|(key, value)| (key[APP.len()..].to_owned(), value)).collect();
        let seed = ActorId(device::random());
        let app = concat!("tablet ", env!("CARGO_PKG_VERSION"));
        let (mut replica, effects) = Replica::start(stored, seed, app);
        if server.as_ref().is_some_and(Server::signs) {
            replica.sign();
        }
        for flaw in replica.flaws() {
            leptos::logging::error!("{flaw}");
        }
        let (writes, tickets, waiting, timer) = (0, 0, Vec::new(), 0);
        let core = Core { replica, store, reserve, writes, server, tickets, waiting, timer, kept };
        let tablet = Self {
            core: StoredValue::new_local(core),
            shown: RwSignal::new(0),
            net_error: RwSignal::new(None),
            store_error: RwSignal::new(None),
            room: RwSignal::new(Room::Enough),
            holders: RwSignal::new(holders(store)),
            code: StoredValue::new(code),
            digits: RwSignal::new(String::new()),
        };
        tablet.perform(effects);
        tablet
    }

    /// Reads what to show; whoever calls it in a view is called again when that changes.
    pub fn read<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.shown.track();
        self.core.with_value(|core| read(&core.replica))
    }

    /// Reads once, without being called again.
    pub fn peek<T>(&self, read: impl FnOnce(&Replica) -> T) -> T {
        self.core.with_value(|core| read(&core.replica))
    }

    /// Carries out a command; `done` is called after what it wrote is on the disk, or with the reason why not.
    pub fn act(
        &self,
        officer: &OfficerId,
        sheet: &SheetId,
        entry: EntryId,
        what: What,
        done: impl FnOnce(Result<Outcome, Refused>) + 'static,
    ) {
        let command = Command { sheet: sheet.clone(), entry, what };
        let effects = self.change(|core| {
            core.tickets += 1;
            core.waiting.push((core.tickets, Box::new(done)));
            core.replica.act(core.tickets, &command, officer, device::now())
        });
        self.perform(effects);
    }

    /// Everything that was written to an entry. It reads the whole document, so only its own page asks.
    pub fn history(&self, sheet: &SheetId, entry: EntryId) -> Vec<Happened> {
        self.shown.track();
        self.change(|core| core.replica.history(sheet, entry))
    }

    /// Why a command was not carried out, in words: with the memory's own reason where that is it.
    pub fn explain(&self, refused: &Refused) -> String {
        let reason = self.store_error.get().filter(|_| *refused == Refused::NotStored);
        match reason {
            Some(error) => format!("{} {}", label::refused(refused), t(error.key(), &[])),
            None => label::refused(refused),
        }
    }

    /// Exchanges now: the officer asked, or there is a reason to hope.
    pub fn wake(&self) {
        let effects = self.change(|core| core.replica.wake(device::now()));
        self.perform(effects);
    }

    /// Looks at the clock, by which the lease runs out.
    pub fn look(&self) {
        let effects = self.change(|core| core.replica.look(device::now()));
        self.perform(effects);
    }

    /// Notes that an officer has opened somebody's entry. In practice nobody is real.
    pub fn opened(&self, officer: &OfficerId, entry: EntryId) {
        if self.core.with_value(|core| core.server.is_none()) {
            return;
        }
        let effects = self.change(|core| core.replica.opened(officer, entry, device::now()));
        self.perform(effects);
    }

    /// What the app kept under this key.
    pub fn kept(&self, key: &str) -> Option<Vec<u8>> {
        self.core.with_value(|core| core.kept.get(key).cloned())
    }

    /// Everything the app kept under keys that begin with this.
    pub fn kept_under(&self, prefix: &str) -> Vec<(String, Vec<u8>)> {
        self.core.with_value(|core| {
            let from = core.kept.range(prefix.to_owned()..);
            let those = from.take_while(|(key, _)| key.starts_with(prefix));
            those.map(|(key, value)| (key.clone(), value.clone())).collect()
        })
    }

    /// Keeps something of the app's own, or forgets it, and says when that is on the disk.
    pub fn keep(
        &self,
        key: String,
        value: Option<Vec<u8>>,
        done: impl FnOnce(Result<(), StoreError>) + 'static,
    ) {
        let (write, tablet) = (self.note(key, value), *self);
        spawn_local(async move { done(tablet.write_own(write).await) });
    }

    /// Keeps something of the app's own, and comes back when it is on the disk.
    pub async fn keep_now(&self, key: String, value: Vec<u8>) -> Result<(), StoreError> {
        let write = self.note(key, Some(value));
        self.write_own(write).await
    }

    async fn write_own(self, write: Write) -> Result<(), StoreError> {
        let written = self.write(vec![write]).await;
        self.store_error.set(written.err());
        written
    }

    fn note(&self, key: String, value: Option<Vec<u8>>) -> Write {
        let full = format!("{APP}{key}");
        self.change(|core| match value {
            Some(value) => {
                core.kept.insert(key, value.clone());
                Write::Put { key: full, value }
            }
            None => {
                core.kept.remove(&key);
                Write::Delete { key: full }
            }
        })
    }

    /// Asks the server whether this one-time code of a supervisor lets an officer of this tablet make a PIN.
    pub async fn redeem(&self, code: &str) -> Result<(), NetError> {
        match self.core.with_value(|core| core.server.clone()) {
            Some(server) => server.redeem(code).await,
            None => Err(NetError::Unreachable),
        }
    }

    /// Writes, if need be into the space that was kept for it.
    async fn write(self, writes: Vec<Write>) -> Result<(), StoreError> {
        let (store, reserve, turn) = self.change(|core| {
            core.writes += 1;
            (core.store, core.reserve, core.writes)
        });
        let written = store.write(&writes).await;
        if written != Err(StoreError::Full) {
            return written;
        }
        let released = reserve.release().await;
        self.set_space(Space { used: 0, room: Room::Out });
        // What was begun meanwhile is newer and must not be written over; whoever asked tries again.
        let is_last = self.core.with_value(|core| core.writes == turn);
        if released && is_last { store.write(&writes).await } else { written }
    }

    /// Looks again how much space there is.
    pub fn measure(self) {
        let reserve = self.core.with_value(|core| core.reserve);
        spawn_local(async move { self.set_space(reserve.measure().await) });
    }

    fn set_space(&self, space: Space) {
        self.room.set(space.room);
        self.change(|core| core.replica.looked_at_space(space));
    }

    fn store(&self) -> &'static Store {
        self.core.with_value(|core| core.store)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Core) -> T) -> T {
        let mut result = None;
        self.core.update_value(|core| result = Some(change(core)));
        // The core lives as long as the page: it belongs to the root.
        result.unwrap_or_else(|| unreachable!("the tablet outlives its pages"))
    }

    fn perform(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Save { save, writes } => self.save(save, writes),
                Effect::Exchange { body } => self.exchange(body),
                Effect::Done { ticket, result } => {
                    let callback = self.change(|core| {
                        let at = core.waiting.iter().position(|(number, _)| *number == ticket)?;
                        Some(core.waiting.swap_remove(at))
                    });
                    if let Some((_, callback)) = callback {
                        callback(result);
                    }
                }
                Effect::Retry { after_ms } => self.retry(after_ms),
                Effect::Show => self.shown.update(|n| *n = n.wrapping_add(1)),
            }
        }
    }

    fn save(&self, save: u64, writes: Vec<Write>) {
        let tablet = *self;
        spawn_local(async move {
            let written = tablet.write(writes).await;
            tablet.store_error.set(written.err());
            let effects = tablet.change(|core| match written {
                Ok(()) => core.replica.saved(save, device::now()),
                Err(_) => core.replica.not_saved(save),
            });
            tablet.perform(effects);
        });
    }

    fn exchange(&self, body: Vec<u8>) {
        let tablet = *self;
        let Some(server) = self.core.with_value(|core| core.server.clone()) else {
            let effects = self.change(|core| core.replica.unreachable());
            return self.perform(effects);
        };
        self.shown.update(|n| *n = n.wrapping_add(1));
        spawn_local(async move {
            let answer = server.exchange(&body).await;
            let (effects, error) = tablet.change(|core| match answer {
                Ok(answer) => match core.replica.answered(&answer, device::now()) {
                    (effects, Ok(())) => (effects, None),
                    (effects, Err(_)) => (effects, Some(NetError::Garbled)),
                },
                Err(error) => (core.replica.unreachable(), Some(error)),
            });
            tablet.net_error.set(error);
            tablet.perform(effects);
        });
    }
}
