//! What one session holds: the rows that are shown, each with its own signal, the counts, the tablets, and how fresh they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bilik_shared::id::{EntryId, OfficerId, ProgrammeCode};
use bilik_shared::lifecycle::State;
use bilik_shared::programme::{Facility, Programme, Wave};
use bilik_shared::registration::Field;
use bilik_shared::role::{Action, may, reads};
use bilik_shared::time::{Date, Timestamp, Zone};
use bilik_shared::view::entries::{Filter, MAX_PAGE};
use bilik_shared::view::{Counts, DeviceRow, Live, Me, Overview, Row, Watermark};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::desk::api;
use crate::desk::route::{Key, Route};
use crate::net::NetError;
use crate::{device, label};

/// Who uses this page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// Being asked.
    Asking,
    /// The server could not be asked.
    Unknown(NetError),
    /// Nobody; why they must sign in.
    Out(Ended),
    /// This person.
    In(Me),
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nobody was.
    NotBegun,
    /// The session is over.
    Over,
}

/// Whether what is shown is what the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Being opened for the first time.
    Opening,
    /// Every change arrives by itself.
    Open,
    /// Changes do not arrive; since when is [`Desk::as_of`].
    Lost(NetError),
}

/// What seldom changes.
#[derive(Debug, Clone, PartialEq)]
pub struct House {
    /// The house.
    pub facility: Facility,
    /// The wave.
    pub wave: Wave,
    /// What can be chosen.
    pub programmes: Vec<Programme>,
    /// Names of officers and users.
    pub names: BTreeMap<OfficerId, String>,
}

/// Everything the pages read. Cheap to copy; lives as long as the session.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Who is signed in.
    pub me: StoredValue<Me>,
    /// Who uses this page; set when the session ends.
    pub session: RwSignal<Session>,
    /// The page that is shown.
    pub route: Memo<Route>,
    /// What seldom changes; `None` until the first answer.
    pub house: RwSignal<Option<Arc<House>>>,
    /// The rows that pages have asked for; the others are at the server.
    rows: StoredValue<BTreeMap<Key, ArcRwSignal<Row>>>,
    /// Some row is new or different.
    changed: Trigger,
    /// Entries that somebody wants to see and that are not here.
    wanted: StoredValue<BTreeSet<Key>>,
    /// Those that were asked for and have not come.
    asked_for: StoredValue<BTreeSet<Key>>,
    /// Some of them have come.
    arrived: Trigger,
    /// Something happened that may put other rows into a list; how often.
    pub moved: RwSignal<u32>,
    /// About whom the clinic or security has said something last.
    pub vetted: RwSignal<Vec<EntryId>>,
    /// Counts over all entries.
    pub counts: RwSignal<Counts>,
    /// The tablets, by code.
    pub devices: RwSignal<Vec<DeviceRow>>,
    /// What the last verified backup holds, as of the last time everything was taken anew.
    pub backed_up: RwSignal<Option<Watermark>>,
    /// Whether changes arrive.
    pub link: RwSignal<Link>,
    /// The server's clock, by minutes.
    pub now: RwSignal<Timestamp>,
    heard: RwSignal<Timestamp>,
    /// The server's clock minus this computer's, in milliseconds.
    offset: StoredValue<i64>,
    /// What narrows the table down.
    pub filter: RwSignal<Filter>,
    /// The entry whose panel is open.
    pub open: RwSignal<Option<Key>>,
}

impl Desk {
    /// An empty desk for somebody who has signed in. It ends with the owner of the moment.
    pub fn new(me: Me, session: RwSignal<Session>, route: Memo<Route>) -> Self {
        let here = device::now();
        Self {
            me: StoredValue::new(me),
            session,
            route,
            house: RwSignal::new(None),
            rows: StoredValue::new(BTreeMap::new()),
            changed: Trigger::new(),
            wanted: StoredValue::new(BTreeSet::new()),
            asked_for: StoredValue::new(BTreeSet::new()),
            arrived: Trigger::new(),
            moved: RwSignal::new(0),
            vetted: RwSignal::new(Vec::new()),
            counts: RwSignal::new(Counts::default()),
            devices: RwSignal::new(Vec::new()),
            backed_up: RwSignal::new(None),
            link: RwSignal::new(Link::Opening),
            now: RwSignal::new(here),
            heard: RwSignal::new(here),
            offset: StoredValue::new(0),
            filter: RwSignal::new(Filter::default()),
            open: RwSignal::new(None),
        }
    }

    /// The desk of this session.
    pub fn here() -> Self {
        expect_context()
    }

    /// Whether this person may do this, to an entry in this state if one is meant.
    pub fn may(self, action: Action, state: Option<State>) -> bool {
        self.me.with_value(|me| may(me.role, action, state))
    }

    /// Whether this person reads this field of those they see; what they do not read is not there for them.
    pub fn reads(self, field: Field) -> bool {
        self.me.with_value(|me| reads(me.role, field))
    }

    /// Whether this person works with registrations before anybody is confirmed.
    pub fn sees_registrations(self) -> bool {
        self.may(Action::SeeEntry, Some(State::Registered))
    }

    /// Whether this person belongs to the house: blocks are nobody else's business.
    pub fn is_of_the_house(self) -> bool {
        self.sees_registrations() || self.may(Action::SeeDevices, None)
    }

    /// Takes everything anew.
    pub fn load(self, overview: Overview) {
        let Overview { facility, wave, programmes, names, counts, mut devices, as_of, backed_up } =
            overview;
        self.offset.set_value(as_of.0 - device::now().0);
        self.heard.set(as_of);
        self.tick();
        self.house.set(Some(Arc::new(House { facility, wave, programmes, names })));
        self.counts.set(counts);
        // What is shown may have changed meanwhile.
        let held: Vec<Key> = self.rows.with_value(|rows| rows.keys().cloned().collect());
        self.asked_for.update_value(BTreeSet::clear);
        self.arrived.notify();
        for key in held {
            self.want(&key);
        }
        self.moved.update(|n| *n = n.wrapping_add(1));
        devices.sort_by(|a, b| a.code.cmp(&b.code));
        self.devices.set(devices);
        self.backed_up.set(backed_up);
    }

    /// Holds rows that a page asked for.
    pub fn hold(self, rows: Vec<Row>) {
        self.rows.update_value(|held| {
            for row in rows {
                match held.get(&key(&row)) {
                    Some(signal) => write(signal, &row),
                    None => drop(held.insert(key(&row), ArcRwSignal::new(row))),
                }
            }
        });
        self.changed.notify();
        self.arrived.notify();
    }

    /// Takes what changed: rows that are held change where they are shown, of others the lists hear.
    pub fn patch(self, rows: Vec<Row>, counts: Option<Counts>) {
        self.rows.with_value(|held| {
            for row in rows {
                if let Some(signal) = held.get(&key(&row)) {
                    write(signal, &row);
                }
            }
        });
        self.changed.notify();
        self.moved.update(|n| *n = n.wrapping_add(1));
        if let Some(counts) = counts {
            self.counts.set(counts);
        }
    }

    /// Lets go of entries that this person may not see any more; a panel that shows one closes.
    fn forget(self, gone: &[EntryId]) {
        if gone.is_empty() {
            return;
        }
        self.rows.update_value(|held| held.retain(|key, _| !gone.contains(&key.entry)));
        let open = self.open.get_untracked();
        if open.is_some_and(|key| gone.contains(&key.entry)) {
            self.open.set(None);
        }
    }

    /// Takes an event; `false` if everything must be loaded again.
    pub fn take(self, event: Live) -> bool {
        match event {
            Live::Rows { rows, gone, counts, .. } => {
                self.forget(&gone);
                self.patch(rows, Some(counts));
            }
            Live::Vetted { entries } => self.vetted.set(entries),
            Live::Device { device } => self.devices.update(|devices| {
                match devices.binary_search_by(|held| held.code.cmp(&device.code)) {
                    Ok(at) => devices[at] = device,
                    Err(at) => devices.insert(at, device),
                }
            }),
            Live::Reload => return false,
        }
        true
    }

    /// The row of an entry; it changes by itself. One that is not here is asked for, and whoever looked looks
    /// again when it comes.
    pub fn row(self, key: &Key) -> Option<ArcRwSignal<Row>> {
        let row = self.rows.with_value(|rows| rows.get(key).cloned());
        if row.is_none() {
            self.arrived.track();
            self.want(key);
        }
        row
    }

    /// The rows that are here of these entries, and again whenever one changes.
    pub fn rows_of(self, keys: &[Key]) -> Vec<Row> {
        self.changed.track();
        self.rows.with_value(|rows| {
            let held = keys.iter().filter_map(|key| rows.get(key));
            held.map(GetUntracked::get_untracked).collect()
        })
    }

    /// Asks for the row of an entry, together with all others that are asked for in this moment.
    fn want(self, key: &Key) {
        let new = self.asked_for.try_update_value(|asked| asked.insert(key.clone()));
        if new != Some(true) {
            return;
        }
        let mut first = false;
        self.wanted.update_value(|wanted| {
            first = wanted.is_empty();
            wanted.insert(key.clone());
        });
        if first {
            spawn_local(async move {
                device::sleep(0).await;
                let wanted = self.wanted.try_update_value(std::mem::take).unwrap_or_default();
                let entries: Vec<EntryId> = wanted.into_iter().map(|key| key.entry).collect();
                for some in entries.chunks(MAX_PAGE as usize) {
                    if let Ok(rows) = api::named(some.to_vec()).await
                        && self.asked_for.try_get_value().is_some()
                    {
                        self.hold(rows);
                    }
                }
            });
        }
    }

    /// The server's clock at this moment.
    pub fn server_now(self) -> Timestamp {
        Timestamp(device::now().0 + self.offset.get_value())
    }

    /// Moves the clock that pages show, if its minute is over.
    pub fn tick(self) {
        let now = self.server_now();
        if now.0.div_euclid(60_000) != self.now.get_untracked().0.div_euclid(60_000) {
            self.now.set(now);
        }
    }

    /// Changes arrive from now on.
    pub fn opened(self) {
        self.link.set(Link::Open);
    }

    /// Changes no longer arrive; the last sign of life was so many milliseconds ago.
    pub fn lost(self, why: NetError, silent_for: i64) {
        if matches!(self.link.get_untracked(), Link::Open) {
            self.heard.set(Timestamp(self.server_now().0 - silent_for));
        }
        self.link.set(Link::Lost(why));
    }

    /// Up to when everything that happened is shown: now, as long as changes arrive.
    pub fn as_of(self) -> Timestamp {
        match self.link.get() {
            Link::Open => self.now.get(),
            _ => self.heard.get(),
        }
    }

    /// Whether there is a house yet: somebody who sets it up has a desk before.
    pub fn has_house(self) -> bool {
        self.house.with(|house| house.as_ref().is_some_and(|house| !house.facility.code.is_empty()))
    }

    /// The zone of the house.
    pub fn zone(self) -> Zone {
        self.house.with(|house| house.as_ref().map_or(Zone::WIT, |house| house.facility.zone))
    }

    /// A time of day, with its date unless that is today.
    pub fn moment(self, at: Timestamp) -> String {
        let zone = self.zone();
        let (day, today): (Date, Date) = (at.date(zone), self.now.get().date(zone));
        if day == today {
            at.clock(zone)
        } else if day.year() == today.year() {
            format!("{:02}/{:02} {}", day.day(), day.month(), at.clock(zone))
        } else {
            format!("{day} {}", at.clock(zone))
        }
    }

    /// The name of an officer or user.
    pub fn officer(self, id: &OfficerId) -> String {
        let name = self.house.with(|house| house.as_ref().and_then(|h| h.names.get(id).cloned()));
        name.unwrap_or_else(|| id.to_string())
    }

    /// The name of a programme.
    pub fn programme(self, code: &ProgrammeCode) -> String {
        self.house.with(|house| {
            let mut programmes = house.iter().flat_map(|house| &house.programmes);
            let known = programmes.find(|programme| &programme.code == code);
            known.map_or_else(|| code.to_string(), |programme| label::words(&programme.name))
        })
    }

    /// Whether the session has ended.
    pub fn is_over(self) -> bool {
        !matches!(self.session.get_untracked(), Session::In(_))
    }

    /// Looks at a refusal: if the session is over, this page becomes the sign-in page; if a second factor is due, the
    /// page that sets one up.
    pub fn check_session(self, error: &NetError) {
        if api::is_session_over(error) {
            self.session.set(Session::Out(Ended::Over));
        } else if api::owes_factor(error) {
            let me = self.me.get_value();
            self.session.set(Session::In(Me { must_secure: true, ..me }));
        }
    }

    /// This person has the second factor that their role needs, and goes on.
    pub fn has_secured(self) {
        let me = self.me.get_value();
        self.session.set(Session::In(Me { must_secure: false, ..me }));
    }
}

/// The key of a row.
pub fn key(row: &Row) -> Key {
    Key { sheet: row.sheet.clone(), entry: row.entry }
}

/// A row that did not change tells nobody.
fn write(signal: &ArcRwSignal<Row>, row: &Row) {
    if signal.with_untracked(|held| held != row) {
        signal.set(row.clone());
    }
}
