//! The last step at this tablet, for as long as it may have been a slip. It is not stored: after a new start
//! nobody has tapped anything a moment ago.

use super::Replica;
use crate::command::{Command, UNDO_MS, What};
use crate::id::{EntryId, Hash, SheetId};
use crate::time::Timestamp;

/// A step that may be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The change that it wrote.
    pub change: Hash,
    /// Until when, by the tablet's clock.
    pub until: Timestamp,
    of: (SheetId, EntryId),
}

impl Slip {
    /// What a command may have done by a slip; nothing for commands that can simply be given again.
    pub(super) fn of(command: &Command, change: Hash, now: Timestamp) -> Option<Self> {
        let is_step = matches!(
            command.what,
            What::Register { .. } | What::Decline { .. } | What::MarkAway | What::Withdraw { .. }
        );
        let until = Timestamp(now.0.saturating_add(UNDO_MS));
        is_step.then(|| Self { change, until, of: (command.sheet.clone(), command.entry) })
    }
}

impl Replica {
    /// The last step on an entry, if it was taken here a moment ago and may be taken back.
    pub fn slip(&self, sheet: &SheetId, entry: EntryId, now: Timestamp) -> Option<&Slip> {
        let slip = self.slip.as_ref().filter(|slip| slip.of.0 == *sheet && slip.of.1 == entry)?;
        (slip.until.0 - UNDO_MS..slip.until.0).contains(&now.0).then_some(slip)
    }
}
