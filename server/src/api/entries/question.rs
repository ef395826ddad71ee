//! What somebody at the desk wants done about one registration.

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, OfficerId};
use bilik_shared::lifecycle::doubt;
use bilik_shared::pairs::Place;
use bilik_shared::sheet::Sheet;
use bilik_shared::view::{Decide, Resolve, Row, Unsettle, Withdraw};

use crate::api::setup::house;
use crate::error::Error;
use crate::pairs::Pairs;
use crate::seats;
use crate::writer::Room;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// One of several answers is the right one.
    Resolve(Resolve),
    /// That was a mistake.
    Unsettle(Unsettle),
    /// The registration moves on.
    Decide(Decide),
    /// The person withdraws.
    Withdraw(Withdraw),
}

impl Question {
    /// Whether `by` has done exactly this, and it still stands: the same request came twice.
    pub fn stands(&self, sheet: &mut Sheet, entry: EntryId, by: &OfficerId) -> bool {
        match self {
            Self::Resolve(choice) => {
                let own = |author: &bilik_shared::command::Author| author.officer == *by;
                sheet.settled(entry).iter().any(|settled| {
                    (settled.field, &settled.chosen) == (choice.field, &choice.value)
                        && settled.author.as_ref().is_some_and(own)
                })
            }
            // The second time there is no choice any more: the answers disagree again.
            Self::Unsettle(which) => {
                let conflicts = sheet.conflicts(entry);
                conflicts.iter().any(|conflict| conflict.field == which.field)
            }
            Self::Decide(decision) => {
                sheet.entry(entry).is_some_and(|entry| decision.stands(&entry, by))
            }
            Self::Withdraw(said) => sheet.entry(entry).is_some_and(|entry| said.stands(&entry, by)),
        }
    }

    /// The command that does it to the entry of a row. Asked inside the transaction: whether a place is free, and
    /// whether a pair waits, is known only there.
    ///
    /// # Errors
    /// The place cannot be given, or something has to be settled first.
    pub fn what(self, room: &mut Room<'_>, row: &Row, pairs: &Pairs) -> Result<What, Error> {
        match self {
            Self::Resolve(Resolve { field, value }) => Ok(What::Resolve { field, value }),
            Self::Unsettle(Unsettle { field }) => Ok(What::Unsettle { field }),
            Self::Withdraw(Withdraw { reason }) => Ok(What::Withdraw { reason }),
            Self::Decide(decision) => {
                let place = Place { sheet: row.sheet.clone(), entry: row.entry };
                let waits = pairs.is_waiting(&place);
                if let Some(doubt) = doubt(row.state, decision.state, row.conflicts, waits) {
                    return Err(Error::Unfit(doubt.code()));
                }
                // As it stands in this transaction: somebody may just have set up fewer seats.
                let seat = seats::find(room.db, &house(room.db)?, &decision)?;
                let Decide { state, reason, .. } = decision;
                Ok(What::Decide { state, reason, seat })
            }
        }
    }
}
