//! "Something changed": told to whoever listens, after the commit.
//!
//! An event carries no content for tablets: it names a sheet and its new digest, and the answer to it is an exchange.
//! Somebody who listens too slowly misses events and is told so; they then look at everything anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use bilik_shared::id::{Digest, EntryId, SheetId};
use bilik_shared::pairs::Place;
use bilik_shared::role::{Action, Role, may};
use bilik_shared::view::{DeviceRow, Row};
use tokio::sync::broadcast;

use crate::pairs::Step;

/// How many events a slow listener may be behind.
const BEHIND: usize = 256;

/// What one commit changed.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Sheets whose heads moved, with their new digests.
    pub sheets: Vec<(SheetId, Digest)>,
    /// Rows of the desk's view as they are now.
    pub rows: Vec<Row>,
    /// The same rows as they were before, where they were there: who could see one then must be told if
    /// they may not any more.
    pub before: Vec<Row>,
    /// Entries whose data were removed.
    pub gone: Vec<Place>,
    /// Tablets that were heard of.
    pub devices: Vec<DeviceRow>,
    /// What was set up, who may sign in, or what a tablet is given.
    pub house: bool,
    /// Who may be whom, step by step.
    pub pairs: Vec<Step>,
    /// About whom the clinic or security has said something, as their rows stand.
    pub vetted: Vec<Row>,
}

impl Changed {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
            && self.rows.is_empty()
            && self.devices.is_empty()
            && self.pairs.is_empty()
            && self.gone.is_empty()
            && self.vetted.is_empty()
            && !self.house
    }

    /// Leaves out the rows of those whose data were removed.
    pub fn forget_gone(&mut self) {
        let Self { rows, gone, .. } = self;
        rows.retain(|row| !gone.iter().any(|g| g.sheet == row.sheet && g.entry == row.entry));
    }

    /// The rows that a role may see, and the entries that it saw before and may not see any more.
    pub fn seen_by(&self, role: Role) -> (Vec<Row>, Vec<EntryId>) {
        let seen: Vec<Row> = self.rows.iter().filter_map(|row| row.seen_by(role)).collect();
        let stay: BTreeSet<EntryId> = seen.iter().map(|row| row.entry).collect();
        let saw = self.before.iter().filter(|row| row.is_seen_by(role));
        let gone = saw.map(|row| row.entry).filter(|entry| !stay.contains(entry)).collect();
        (seen, gone)
    }

    /// Adds what another job changed; of one sheet or row the later word counts.
    pub fn add(&mut self, later: Self) {
        self.sheets.retain(|(id, _)| !later.sheets.iter().any(|(other, _)| other == id));
        self.sheets.extend(later.sheets);
        let same = |a: &Row, b: &Row| a.sheet == b.sheet && a.entry == b.entry;
        let known = |row: &Row| self.before.iter().chain(&self.rows).any(|old| same(old, row));
        let first: Vec<Row> = later.before.into_iter().filter(|row| !known(row)).collect();
        self.before.extend(first);
        self.rows.retain(|row| !later.rows.iter().any(|other| same(row, other)));
        self.rows.extend(later.rows);
        self.gone.extend(later.gone);
        self.forget_gone();
        self.devices.retain(|row| !later.devices.iter().any(|other| other.code == row.code));
        self.devices.extend(later.devices);
        self.house |= later.house;
        self.pairs.extend(later.pairs);
        self.vetted.extend(later.vetted);
    }

    /// About whom something was said, for this role: those that it sees; nobody by name, and no news at all for
    /// whoever neither sees nor is asked.
    pub fn vetted_for(&self, role: Role) -> Option<Vec<EntryId>> {
        let seen = self.vetted.iter().filter(|row| row.is_seen_by(role));
        let seen: Vec<EntryId> = seen.map(|row| row.entry).collect();
        let concerns = !seen.is_empty() || may(role, Action::Vet, None);
        (!self.vetted.is_empty() && concerns).then_some(seen)
    }
}

/// Where commits are announced. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Live {
    sender: broadcast::Sender<Arc<Changed>>,
}

impl Live {
    /// Nobody listens yet.
    #[expect(clippy::new_without_default, reason = "a channel is made on purpose, not by default")]
    pub fn new() -> Self {
        Self { sender: broadcast::Sender::new(BEHIND) }
    }

    /// Announces what a commit changed.
    pub fn announce(&self, changed: Changed) {
        if !changed.is_empty() {
            // Nobody listening is no error.
            let _ = self.sender.send(Arc::new(changed));
        }
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Changed>> {
        self.sender.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::lifecycle::State;

    use super::*;

    fn row(state: State) -> Row {
        Row {
            sheet: "2025.2-A".parse().unwrap(),
            entry: EntryId([7; 16]),
            block: "A".into(),
            cell: "1".into(),
            name: "Yanto".into(),
            register_number: String::new(),
            number: String::new(),
            choices: Vec::new(),
            state,
            listed: true,
            officer: None,
            device: None,
            recorded_at: None,
            received_at: None,
            conflicts: 0,
            seat: None,
            aliases: String::new(),
            late: None,
            gone: false,
            education: None,
            born: None,
        }
    }

    fn moved(from: State, to: State) -> Changed {
        Changed { rows: vec![row(to)], before: vec![row(from)], ..Changed::default() }
    }

    #[test]
    fn whoever_may_not_see_somebody_any_more_is_told_so() {
        let gone = |changed: &Changed, role| changed.seen_by(role).1;
        let reserve = moved(State::Confirmed, State::Reserve);
        assert_eq!(gone(&reserve, Role::Partner), [EntryId([7; 16])]);
        assert_eq!(gone(&reserve, Role::Head), []);
        // Nobody hears of somebody they could not see before either.
        assert_eq!(gone(&moved(State::Registered, State::Verified), Role::Partner), []);
        assert_eq!(gone(&reserve, Role::Regional), []);
    }

    #[test]
    fn two_commits_told_together_compare_the_last_with_the_first() {
        let mut both = moved(State::Confirmed, State::Withdrawn);
        both.add(moved(State::Withdrawn, State::Registered));
        assert_eq!(both.seen_by(Role::Partner), (vec![], vec![EntryId([7; 16])]));
        let mut back = moved(State::Confirmed, State::Reserve);
        back.add(moved(State::Reserve, State::Confirmed));
        assert_eq!(back.seen_by(Role::Partner).1, []);
        // Somebody new has no row before, also not after a second commit.
        let mut new = Changed { rows: vec![row(State::Draft)], ..Changed::default() };
        new.add(moved(State::Draft, State::Registered));
        assert_eq!(new.before, []);
    }
}
